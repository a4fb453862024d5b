"""What decisions rest on: what is inside an account, what its primary gives it, and the two put together.

Both halves are values. Whoever wants to know what a change would do changes a half and puts them together again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from tenantry.rules.inheritance import Roles
from tenantry.rules.places import Environment
from tenantry.rules.privileges import Catalogue, Mask
from tenantry.rules.vocabulary import (
    ALWAYS,
    AccountId,
    EnvironmentId,
    FolderId,
    GroupId,
    Instant,
    Person,
    Role,
    RoleGrant,
    RoleId,
    Status,
    UserKey,
)

EVERYBODY: Final = Person()
"""Somebody who is neither locked nor staff."""

NO_GRANTS: Final[tuple[RoleGrant, ...]] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """What one person holds in one account: grants made there, grants that reach it through groups, and temporary
    grants of platform support staff (SUP-11).
    """

    person: Person = EVERYBODY
    direct: tuple[RoleGrant, ...] = NO_GRANTS
    outside: tuple[RoleGrant, ...] = NO_GRANTS
    temporary: tuple[RoleGrant, ...] = NO_GRANTS

    @property
    def lasting(self) -> bool:
        """Whether no grant begins or ends, so that time changes nothing about it."""
        return all(grant.validity is ALWAYS or grant.validity == ALWAYS for grant in self.grants)

    @property
    def conditional(self) -> bool:
        """Whether a grant has a condition, so that the answer depends on what is asked beside the privilege."""
        return any(grant.condition for grant in self.grants)

    @property
    def grants(self) -> tuple[RoleGrant, ...]:
        """All of them."""
        return (*self.direct, *self.outside, *self.temporary)


@dataclass(frozen=True, slots=True)
class Group:
    """An account group of a primary, its accounts apart: who is in it with which roles, and which roles it shares.

    `everywhere` marks All Accounts, which holds every managed account by itself (GRP-2).
    """

    id: GroupId
    name: str
    everywhere: bool = False
    users: Mapping[UserKey, tuple[RoleGrant, ...]] = field(default_factory=dict)
    shares: frozenset[RoleId] = frozenset()


@dataclass(frozen=True, slots=True)
class Given:
    """All that a primary gives the accounts it manages. `roles` are its own custom roles over the default ones.

    A deleted primary gives nothing (ACC-14), a suspended one all it did (ACC-13). `people` are those of its groups,
    `by_external_id` finds them by the host application's id.
    """

    owner: AccountId | None
    roles: Roles
    groups: Mapping[GroupId, Group] = field(default_factory=dict)
    people: Mapping[UserKey, Person] = field(default_factory=dict)
    by_external_id: Mapping[str, UserKey] = field(default_factory=dict)

    def reaching(self, membership: Iterable[GroupId]) -> tuple[Group, ...]:
        """The groups that hold an account with these memberships, All Accounts first, then by name."""
        inside = frozenset(membership)
        found = (group for group in self.groups.values() if group.everywhere or group.id in inside)
        return tuple(sorted(found, key=lambda group: (not group.everywhere, group.name.casefold(), group.id)))


def outside_grants(groups: Iterable[Group], user: UserKey) -> tuple[RoleGrant, ...]:
    """What a person holds through these groups: the union, each grant telling its group (GRP-14)."""
    return tuple(grant for group in groups for grant in group.users.get(user, NO_GRANTS))


class User(NamedTuple):
    """A direct user of an account. `external_id` is the host application's id of the person."""

    key: UserKey
    external_id: str | None
    person: Person
    direct: tuple[RoleGrant, ...]


@dataclass(frozen=True, slots=True)
class Inside:
    """All that decisions in an account rest on and that is its own.

    `active` is what its features leave in force (PRIV-5), `membership` names the groups of its primary that hold it,
    All Accounts apart. `support_access` is `None` for no access. `own` are its own custom roles, `users` its direct
    users, `temporary` the grants of platform support staff by person. `environments` are all of them, `restricted` the
    folders that have a role list. `times_out` tells that it has the session time-out, on which no decision rests but
    every request of a session in it (SESS-9). An account that is `crowded` has more users than are held here: `users`
    is empty then, and who is asked about is looked up first.
    """

    id: AccountId
    status: Status
    catalogue: Catalogue
    active: Mask
    own: Mapping[RoleId, Role]
    support_access: RoleId | None
    trial_ends: Instant | None = None
    membership: frozenset[GroupId] = frozenset()
    users: tuple[User, ...] = ()
    temporary: Mapping[UserKey, tuple[Person, tuple[RoleGrant, ...]]] = field(default_factory=dict)
    environments: Mapping[EnvironmentId, Environment] = field(default_factory=dict)
    restricted: Mapping[FolderId, frozenset[RoleId]] = field(default_factory=dict)
    times_out: bool = False
    crowded: bool = False


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """Everything about an account that decisions rest on, its direct users excepted.

    `roles` are the default roles, the account's own custom roles and all those of its primary; `shared` names those of
    them that the account receives right now (SHARED_WITH of the law), `groups` the groups that hold it. `environments`
    and `restricted` folders are the places with a gate.
    """

    id: AccountId
    status: Status
    catalogue: Catalogue
    active: Mask
    roles: Roles
    support_access: RoleId | None
    trial_ends: Instant | None = None
    shared: frozenset[RoleId] = frozenset()
    groups: tuple[Group, ...] = ()
    given: Given | None = None
    environments: Mapping[EnvironmentId, Environment] = field(default_factory=dict)
    restricted: Mapping[FolderId, frozenset[RoleId]] = field(default_factory=dict)

    @property
    def cap(self) -> RoleId | None:
        """The Support Access Role as long as it is one: a default role, or one of the account's own (SUP-1, SUP-10)."""
        role = self.roles.get(self.support_access) if self.support_access is not None else None
        return role.id if role is not None and role.account in {None, self.id} else None

    def own_roles(self) -> tuple[Role, ...]:
        """The account's own custom roles, by name."""
        own = (role for role in self.roles.own.values() if role.account == self.id)
        return tuple(sorted(own, key=lambda role: (role.name.casefold(), role.id)))

    def shared_roles(self) -> tuple[Role, ...]:
        """The roles the account receives, by name."""
        return tuple(
            sorted((self.roles[role] for role in self.shared), key=lambda role: (role.name.casefold(), role.id))
        )


def meet(inside: Inside, given: Given) -> AccountFacts:
    """Put together what an account has and what its primary gives it, at request time (SHARE-6).

    An account that nobody manages meets a `Given` without groups, whose roles are the default ones. A deleted account
    is in no group, All Accounts included (ACC-14).
    """
    belongs = given.owner is not None and inside.status is not Status.DELETED
    groups = given.reaching(inside.membership) if belongs else ()
    shared = frozenset(role for group in groups for role in group.shares if role in given.roles)
    received = frozenset((role, inside.id) for role in shared)
    return AccountFacts(
        id=inside.id,
        status=inside.status,
        catalogue=inside.catalogue,
        active=inside.active,
        roles=Roles(inside.own, inside.catalogue, given.roles, received),
        support_access=inside.support_access,
        trial_ends=inside.trial_ends,
        shared=shared,
        groups=groups,
        given=given,
        environments=inside.environments,
        restricted=inside.restricted,
    )
