"""What a scenario asks, and the answers it expects: the words between the parser, the runner and every door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Line = dict[str, Any]
RoleReference = str | dict[str, str]


@dataclass(frozen=True)
class May:
    """May the user use this privilege in this account, or in one of its environments or folders?

    Folders are named by their paths, the top-level one by the empty path. Answered by Allowed or Denied.
    """

    user: str
    privilege: str
    account: str
    environment: str | None = None
    folder: str | None = None


@dataclass(frozen=True)
class Use:
    """May the user use this resource of this owner in this account? Answered by Allowed or Denied."""

    user: str
    type: str
    name: str
    owner: str
    account: str


@dataclass(frozen=True)
class Received:
    """What the account can use of a kind, whoever asks. Answered by Names: `Name` or `Name of owner`, sorted."""

    type: str
    account: str


@dataclass(frozen=True)
class AccessOf:
    """By which path and with which roles does the user get in? Answered by Through or Denied."""

    user: str
    account: str


@dataclass(frozen=True)
class PrivilegesOf:
    """The user's whole effective privilege set there. Answered by Names, sorted, or Denied."""

    user: str
    account: str


@dataclass(frozen=True)
class Enterable:
    """The accounts the user can enter. Answered by Names of account ids, in the order of Switch Account (ENTRY-2)."""

    user: str


@dataclass(frozen=True)
class Assignable:
    """The roles the account's dialog offers. Answered by Names of role labels, in the order of the dialog (ROLE-20)."""

    account: str


@dataclass(frozen=True)
class Resolve:
    """What a role carries, before any cap or feature. Answered by Names, sorted."""

    account: str
    role: str


@dataclass(frozen=True)
class SupportChoices:
    """The roles that "Support Access Role" offers after "--No Access--" (SUP-1). Answered like Assignable."""

    account: str


@dataclass(frozen=True)
class ParentChoices:
    """The roles that "Inherits Role" offers for a new role (ROLE-7). Answered like Assignable."""

    account: str


@dataclass(frozen=True)
class CustomRoles:
    """The Custom Roles tab. Answered by Names of role labels, by name."""

    account: str


@dataclass(frozen=True)
class UsersOf:
    """The Users tab. Answered by Names of e-mail addresses, sorted."""

    account: str


@dataclass(frozen=True)
class WithoutRoles:
    """The filter "Users Without Roles" of the Users tab (USER-12). Answered by Names of e-mail addresses, sorted."""

    account: str


@dataclass(frozen=True)
class Groups:
    """The drop-down of Account Groups. Answered by Names of group names, All Accounts first, then by name (GRP-3)."""

    primary: str


@dataclass(frozen=True)
class GroupAccounts:
    """The table "Accounts in Group". Answered by Names of account ids, by account name."""

    primary: str
    group: str


@dataclass(frozen=True)
class AccountChoices:
    """The Choose Account dialog of a group (GRP-23). Answered by Names of account ids, by account name."""

    primary: str
    group: str


@dataclass(frozen=True)
class GroupUsers:
    """The list "Users in Group". Answered by Names of e-mail addresses, sorted."""

    primary: str
    group: str


@dataclass(frozen=True)
class GroupRoleChoices:
    """The roles that the dialog of a group's user offers (GRP-9). Answered like Assignable."""

    primary: str


@dataclass(frozen=True)
class Shareable:
    """The Add dialog of a group's section "Roles" (SHARE-4). Answered by Names of role labels, by name."""

    primary: str
    group: str


@dataclass(frozen=True)
class Environments:
    """The environments that lists show the user (ENV-13). Answered by Names, by name ignoring case."""

    user: str
    account: str


@dataclass(frozen=True)
class LevelOf:
    """How far the user administers an environment itself (ENV_LEVEL). Answered by Word: `none`, `read`, `write`."""

    user: str
    account: str
    environment: str


@dataclass(frozen=True)
class EnvironmentRoles:
    """Roles with Access of an environment. Answered by Names of role labels, default ones first, each by name."""

    account: str
    environment: str


@dataclass(frozen=True)
class EnvironmentChoices:
    """Available Roles of an environment (ENV-8). Answered like EnvironmentRoles."""

    account: str
    environment: str


@dataclass(frozen=True)
class Folders:
    """The tree of the Component Explorer. Answered by Names of paths, sorted, without the top-level folder."""

    account: str


@dataclass(frozen=True)
class FolderRoles:
    """Assigned Roles of a folder. Answered like EnvironmentRoles."""

    account: str
    folder: str


@dataclass(frozen=True)
class FolderChoices:
    """Available Roles of a folder (FOLD-9). Answered like EnvironmentRoles."""

    account: str
    folder: str


@dataclass(frozen=True)
class IconOf:
    """What a folder shows the user of its restriction (FOLD-14). Answered by Word: `plain`, `person`, `lock`."""

    user: str
    account: str
    folder: str


@dataclass(frozen=True)
class ActsOn:
    """The rows of FOLD-12 that are open to the user at a folder. Answered by Names of acts, sorted.

    Without a destination acts that go somewhere are judged as if it were writable.
    """

    user: str
    account: str
    folder: str
    destination: str | None = None


@dataclass(frozen=True)
class PermissionsOf:
    """Whether the user may change folder permissions, and so sees Available Roles (FOLD-7, FOLD-8).

    Answered by Word: `yes` or `no`.
    """

    user: str
    account: str


@dataclass(frozen=True)
class OpenedWithout:
    """What would be open to everybody without a role (ROLE-14). Answered by Names: environments, then folder paths."""

    account: str
    role: str


@dataclass(frozen=True)
class Do:
    """A command: its verb and its fields, role references as estate lines write them. Answered by Done or Refused.

    `actor` is an e-mail address or the word `operator`.
    """

    verb: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class Load:
    """More estate lines on top of the world. Answered by Done."""

    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Allowed:
    """Yes, because of these roles; None when the scenario does not say which."""

    by: frozenset[str] | None = None


@dataclass(frozen=True)
class Denied:
    """No, for a reason in the reference model's words."""

    reason: str


@dataclass(frozen=True)
class Through:
    """In by `direct`, `group` or `staff`, with all roles that count there."""

    via: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Names:
    """A list whose order matters, unless the question says it is sorted."""

    names: tuple[str, ...]


@dataclass(frozen=True)
class Word:
    """One of a few words that the question lists."""

    word: str


@dataclass(frozen=True)
class Done:
    """The command was carried out."""


@dataclass(frozen=True)
class Refused:
    """The command was refused. A door answers one rule id; a scenario may accept any of several that all apply."""

    rules: frozenset[str]


RoleChoices = Assignable | SupportChoices | ParentChoices | CustomRoles | GroupRoleChoices | Shareable
UserList = UsersOf | WithoutRoles | GroupUsers
GroupList = Groups | GroupAccounts | AccountChoices
PlaceRoles = EnvironmentRoles | EnvironmentChoices | FolderRoles | FolderChoices
PlaceList = PlaceRoles | Environments | Folders | ActsOn | OpenedWithout
PlaceWord = LevelOf | IconOf | PermissionsOf
Question = (
    May
    | Use
    | Received
    | AccessOf
    | PrivilegesOf
    | Enterable
    | Resolve
    | RoleChoices
    | UserList
    | GroupList
    | PlaceList
    | PlaceWord
    | Do
    | Load
)
Answer = Allowed | Denied | Through | Names | Word | Done | Refused


def agrees(expected: Answer, actual: Answer) -> bool:
    """Whether a door's answer is what the scenario expects."""
    if isinstance(expected, Allowed) and isinstance(actual, Allowed):
        return expected.by is None or expected.by == actual.by
    if isinstance(expected, Refused) and isinstance(actual, Refused):
        return bool(expected.rules & actual.rules)
    return expected == actual


def role_label(name: str, owner: str | None) -> str:
    """How answers about an account name a role: `R` for a default or own role, `R of p` for a role that p owns."""
    return name if owner is None else f"{name} of {owner}"
