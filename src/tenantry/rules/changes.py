"""What a command would change, as values: applied to the facts before it they give the facts after it.

Each change says what becomes of the two halves that decisions rest on: what a primary gives, and what is inside an
account. A preview puts the halves together before and after, and compares. The commands themselves write rows; that
both come to the same is tested with thousands of random changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Protocol

from tenantry.rules.facts import Given, Group, Inside
from tenantry.rules.privileges import Mask
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, GroupId, Instant, Role, RoleGrant, RoleId, Status, UserKey


class Change(Protocol):
    """What a command would do to the facts. Changes are values: equal ones are one change."""

    def given(self, given: Given) -> Given:
        """What a primary gives afterwards."""

    def inside(self, inside: Inside) -> Inside:
        """What an account has of its own afterwards."""


def told(change: Change) -> str:
    """A change in one line that is the same in every process: by it a confirmation is known to be of this change."""
    members = ((one.name, getattr(change, one.name)) for one in fields(change) if one.repr)  # type: ignore[arg-type]
    shown = (f"{name}={sorted(value) if isinstance(value, frozenset) else value!r}" for name, value in members)
    return f"{type(change).__name__}({', '.join(shown)})"


class _Nothing:
    """Leaves both halves as they are; changes override the half they concern."""

    __slots__ = ()

    def given(self, given: Given) -> Given:
        """Unchanged."""
        return given

    def inside(self, inside: Inside) -> Inside:
        """Unchanged."""
        return inside


def _with_groups(given: Given, groups: Mapping[GroupId, Group]) -> Given:
    return replace(given, groups=groups)


def _with_group(given: Given, group: Group) -> Given:
    return _with_groups(given, {**given.groups, group.id: group})


@dataclass(frozen=True, slots=True)
class ShareEnds(_Nothing):
    """Roles are withdrawn from a group (SHARE-7)."""

    owner: AccountId
    group: GroupId
    roles: frozenset[RoleId]

    def given(self, given: Given) -> Given:
        """The group without these shares."""
        group = given.groups.get(self.group) if given.owner == self.owner else None
        return given if group is None else _with_group(given, replace(group, shares=group.shares - self.roles))


@dataclass(frozen=True, slots=True)
class ResourceEnds(_Nothing):
    """Resources of a kind other than roles are withdrawn from a group (SHARE-7).

    No privilege rests on them; what lives by them in accounts that receive them by no other group is told apart
    (`rules.impact.Loss`).
    """

    owner: AccountId
    group: GroupId
    kind: Kind
    resources: frozenset[str]


@dataclass(frozen=True, slots=True)
class AccountsLeave(_Nothing):
    """Accounts are taken out of a group (GRP-17)."""

    owner: AccountId
    group: GroupId
    members: frozenset[AccountId]

    def inside(self, inside: Inside) -> Inside:
        """The account without this membership."""
        if inside.id not in self.members:
            return inside
        return replace(inside, membership=inside.membership - {self.group})


@dataclass(frozen=True, slots=True)
class UserLeaves(_Nothing):
    """Somebody is taken out of a group (GRP-18)."""

    owner: AccountId
    group: GroupId
    user: UserKey

    def given(self, given: Given) -> Given:
        """The group without this person."""
        group = given.groups.get(self.group) if given.owner == self.owner else None
        if group is None:
            return given
        users = {user: grants for user, grants in group.users.items() if user != self.user}
        return _with_group(given, replace(group, users=users))


@dataclass(frozen=True, slots=True)
class GroupRolesChange(_Nothing):
    """Somebody in a group gets these roles there instead; a role kept keeps its validity (GRP-7).

    A role whose time is over `at` that instant is given anew. The instant is no part of what the change is.
    """

    owner: AccountId
    group: GroupId
    user: UserKey
    roles: frozenset[RoleId]
    at: Instant | None = field(default=None, compare=False, repr=False)

    def given(self, given: Given) -> Given:
        """The group with the other roles."""
        group = given.groups.get(self.group) if given.owner == self.owner else None
        if group is None:
            return given
        held = {g.role: g for g in group.users.get(self.user, ()) if self.at is None or not g.validity.ended(self.at)}
        grants = tuple(held.get(role) or RoleGrant(role, group=self.group) for role in sorted(self.roles))
        return _with_group(given, replace(group, users={**group.users, self.user: grants}))


@dataclass(frozen=True, slots=True)
class GroupGoes(_Nothing):
    """A group is deleted with its users, accounts and shares (GRP-19)."""

    owner: AccountId
    group: GroupId

    def given(self, given: Given) -> Given:
        """All groups but this one."""
        if given.owner != self.owner:
            return given
        return _with_groups(given, {key: group for key, group in given.groups.items() if key != self.group})


@dataclass(frozen=True, slots=True)
class RoleChanges(_Nothing):
    """A custom role gets other privileges or another parent (ROLE-10), or with `after` `None` goes (ROLE-13).

    `role` is the role as it is now.
    """

    role: Role
    after: Role | None

    def _roles(self, roles: Mapping[RoleId, Role]) -> Mapping[RoleId, Role]:
        others = {key: role for key, role in roles.items() if key != self.role.id}
        return others if self.after is None else {**others, self.role.id: self.after}

    def given(self, given: Given) -> Given:
        """The primary's roles with this one changed; a role that goes takes its shares along."""
        if given.owner is None or given.owner != self.role.account:
            return given
        roles = given.roles.replaced(self._roles(given.roles.own))
        if self.after is not None:
            return replace(given, roles=roles)
        groups = {key: replace(group, shares=group.shares - {self.role.id}) for key, group in given.groups.items()}
        return replace(given, roles=roles, groups=groups)

    def inside(self, inside: Inside) -> Inside:
        """The account's own roles with this one changed."""
        return replace(inside, own=self._roles(inside.own)) if inside.id == self.role.account else inside


@dataclass(frozen=True, slots=True)
class FeaturesChange(_Nothing):
    """An account gets other features; `active` is what they leave in force (PRIV-5)."""

    account: AccountId
    active: Mask

    def inside(self, inside: Inside) -> Inside:
        """The account with these features."""
        return replace(inside, active=self.active) if inside.id == self.account else inside


@dataclass(frozen=True, slots=True)
class StatusChanges(_Nothing):
    """An account gets another status (ACC-4). Deleting a primary ends all that it gives (ACC-14)."""

    account: AccountId
    status: Status

    def given(self, given: Given) -> Given:
        """A deleted primary gives nothing; in any other status all it did (ACC-13)."""
        if given.owner != self.account or self.status is not Status.DELETED:
            return given
        return replace(given, groups={}, people={}, by_external_id={})

    def inside(self, inside: Inside) -> Inside:
        """The account with this status."""
        return replace(inside, status=self.status) if inside.id == self.account else inside


@dataclass(frozen=True, slots=True)
class SupportAccessChanges(_Nothing):
    """An account gets another Support Access Role; `None` is no access (SUP-8)."""

    account: AccountId
    role: RoleId | None

    def inside(self, inside: Inside) -> Inside:
        """The account with this Support Access Role."""
        return replace(inside, support_access=self.role) if inside.id == self.account else inside
