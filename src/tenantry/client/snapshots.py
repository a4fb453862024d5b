"""Reading the facts of an account as the server sends them to embedded clients: the halves of `rules.facts`.

What is not understood to the last word is not held: a part that is not known could be the one that says no.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from tenantry.rules.decide import Snapshot
from tenantry.rules.facts import Given, Group, Inside, User
from tenantry.rules.features import Feature
from tenantry.rules.inheritance import Roles
from tenantry.rules.places import Classification, Environment
from tenantry.rules.privileges import Catalogue, Privilege
from tenantry.rules.roles import default_layer
from tenantry.rules.vocabulary import (
    ALWAYS,
    AccountId,
    Condition,
    EnvironmentId,
    GroupId,
    Person,
    Role,
    RoleGrant,
    RoleId,
    Status,
    UserKey,
    Validity,
)

FORMAT: Final = 1
"""The number of this format, and of the rules that decide on what it tells: another one is not read."""


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A JSON object."""


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    """A JSON array, for what there is much of."""


class PrivilegeTold(_Part, frozen=True):
    """A privilege that the host platform defined."""

    name: str
    title: str
    allows: str = ""
    feature: Feature | None = None
    implies: tuple[str, ...] = ()
    for_custom_roles: bool = True


class RoleTold(_Part, frozen=True):
    """A custom role: `own` are the names of its privileges."""

    id: str
    name: str
    account: str
    own: tuple[str, ...] = ()
    parent: str | None = None


class GrantTold(_Row, frozen=True):
    """A role that somebody holds: from when, until when, in which group, under which condition."""

    role: str
    starts: datetime | None = None
    ends: datetime | None = None
    group: str | None = None
    condition: str = ""


class UserTold(_Row, frozen=True):
    """A direct user: the address folded, the host's id, whether locked, whether staff, the properties, the grants."""

    key: str
    external_id: str | None
    locked: bool
    staff: bool
    properties: str
    grants: tuple[GrantTold, ...]


class PersonTold(_Row, frozen=True):
    """Somebody in a group of the primary."""

    key: str
    external_id: str | None
    locked: bool
    staff: bool
    properties: str


class EnvironmentTold(_Part, frozen=True):
    """An environment with its Roles with Access."""

    id: str
    name: str
    classification: Classification
    roles: tuple[str, ...] = ()


class InsideTold(_Part, frozen=True):
    """What is the account's own. `active` are the names of the privileges that its features leave in force."""

    status: Status
    active: tuple[str, ...]
    support_access: str | None = None
    trial_ends: datetime | None = None
    membership: tuple[str, ...] = ()
    roles: tuple[RoleTold, ...] = ()
    users: tuple[UserTold, ...] = ()
    temporary: tuple[UserTold, ...] = ()
    environments: tuple[EnvironmentTold, ...] = ()


class GroupTold(_Part, frozen=True):
    """An account group of the primary that holds the account: its people with their grants, and the roles it shares."""

    id: str
    name: str
    everywhere: bool = False
    users: Mapping[str, tuple[GrantTold, ...]] = {}
    shares: tuple[str, ...] = ()


class GivenTold(_Part, frozen=True):
    """What the primary gives. `owner` is `None` where nobody manages the account."""

    owner: str | None = None
    roles: tuple[RoleTold, ...] = ()
    groups: tuple[GroupTold, ...] = ()
    people: tuple[PersonTold, ...] = ()


class FactsTold(_Part, frozen=True):
    """All that decisions about an account and its environments rest on, as of the write `revision`.

    `catalogue` names every privilege in its order, so that two releases that do not know the same ones notice.
    """

    format: int
    revision: int
    account: str
    catalogue: tuple[str, ...]
    privileges: tuple[PrivilegeTold, ...]
    inside: InsideTold
    given: GivenTold


class NotHeld(Exception):
    """The facts are in words that this release does not know: the server has to be asked."""


class Told(NamedTuple):
    """An account's facts, compiled, and the write they are as of."""

    snapshot: Snapshot
    revision: int


_FACTS: Final = msgspec.json.Decoder(FactsTold)


def read(body: bytes, account: AccountId) -> Told:
    """Read the facts of an account; raises `NotHeld` for what is not understood whole."""
    try:
        facts = _FACTS.decode(body)
        if facts.format != FORMAT or facts.account != account:
            raise NotHeld(f"format {facts.format} of {facts.account}")
        catalogue = Catalogue(Privilege(**msgspec.structs.asdict(one), host=True) for one in facts.privileges)
        if tuple(catalogue.bits) != facts.catalogue:
            raise NotHeld("other privileges than this release has")
        snapshot = Snapshot.of(_inside(facts, catalogue), _given(facts.given, catalogue), (facts.revision,))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, LookupError, ValueError) as error:
        raise NotHeld(str(error)) from error
    return Told(snapshot, facts.revision)


def _inside(facts: FactsTold, catalogue: Catalogue) -> Inside:
    told, persons = facts.inside, _Persons()
    return Inside(
        id=AccountId(facts.account),
        status=told.status,
        catalogue=catalogue,
        active=catalogue.mask(told.active),
        own=_roles(told.roles, catalogue),
        support_access=RoleId(told.support_access) if told.support_access is not None else None,
        trial_ends=told.trial_ends,
        membership=frozenset(map(GroupId, told.membership)),
        users=tuple(
            User(UserKey(one.key), one.external_id, persons.of(one), persons.grants(one.grants)) for one in told.users
        ),
        temporary={UserKey(one.key): (persons.of(one), persons.grants(one.grants)) for one in told.temporary},
        environments={
            EnvironmentId(one.id): Environment(
                EnvironmentId(one.id), one.name, one.classification, frozenset(map(RoleId, one.roles))
            )
            for one in told.environments
        },
    )


def _given(told: GivenTold, catalogue: Catalogue) -> Given:
    beneath = default_layer(catalogue)
    if told.owner is None:
        return Given(None, beneath)
    persons = _Persons()
    return Given(
        owner=AccountId(told.owner),
        roles=Roles(_roles(told.roles, catalogue), catalogue, beneath),
        groups={
            GroupId(one.id): Group(
                GroupId(one.id),
                one.name,
                one.everywhere,
                {UserKey(key): persons.grants(grants) for key, grants in one.users.items()},
                frozenset(map(RoleId, one.shares)),
            )
            for one in told.groups
        },
        people={UserKey(one.key): persons.of(one) for one in told.people},
        by_external_id={one.external_id: UserKey(one.key) for one in told.people if one.external_id is not None},
    )


def _roles(told: Iterable[RoleTold], catalogue: Catalogue) -> dict[RoleId, Role]:
    return {
        RoleId(one.id): Role(
            RoleId(one.id),
            one.name,
            AccountId(one.account),
            catalogue.mask(one.own),
            RoleId(one.parent) if one.parent is not None else None,
        )
        for one in told
    }


class _Persons:
    """People and grants by what they are: most are alike, and one value serves them all."""

    def __init__(self) -> None:
        self._people: dict[tuple[bool, bool, str], Person] = {}
        self._grants: dict[tuple[GrantTold, ...], tuple[RoleGrant, ...]] = {}

    def of(self, told: UserTold | PersonTold) -> Person:
        """Whether somebody is locked, and staff, and the properties that are stored."""
        known = (told.locked, told.staff, told.properties)
        return self._people.setdefault(known, Person(*known))

    def grants(self, told: tuple[GrantTold, ...]) -> tuple[RoleGrant, ...]:
        """The grants of somebody."""
        found = self._grants.get(told)
        if found is None:
            found = self._grants[told] = tuple(map(_grant, told))
        return found


def _grant(told: GrantTold) -> RoleGrant:
    validity = ALWAYS if told.starts is None and told.ends is None else Validity(told.starts, told.ends)
    group = GroupId(told.group) if told.group is not None else None
    return RoleGrant(RoleId(told.role), validity, group, Condition(told.condition))
