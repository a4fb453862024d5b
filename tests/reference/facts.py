"""What a world consists of: plain mutable records read from estate lines, and the look-ups the law speaks of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Self

from .catalogue import ADMINISTRATOR, BUILT_IN, CLASSIFICATIONS, DEFAULT_ROLES, FEATURES, STATUSES
from .conditions import fulfils
from .facts_of_questions import Question

Line = dict[str, Any]
RoleReference = str | dict[str, str]

ALL_ACCOUNTS = "All Accounts"

#: GRP-5: the values of "Auto Subscribe Alert Level".
ALERT_LEVELS = frozenset({"none", "info", "warning", "error"})


class WorldError(ValueError):
    """Lines that make no world: an unknown kind, or a name nothing defines. Never a refusal of the law."""


class RoleKey(NamedTuple):
    """One role: the owning account's id (empty for a default role) and the role's name."""

    owner: str
    name: str

    @property
    def is_default(self) -> bool:
        """Whether this is one of the built-in roles."""
        return self.owner == ""


ADMINISTRATOR_ROLE = RoleKey("", ADMINISTRATOR)


@dataclass
class Account:
    """An account line. `trial_ends` is the first instant at which a trial counts as suspended (ACC-12).

    What an `operator`'s account has published is there for everybody (PROC-4).
    """

    id: str
    name: str
    primary: str | None = None
    features: set[str] = field(default_factory=set)
    status: str = "active"
    support_access_role: RoleKey | None = ADMINISTRATOR_ROLE
    trial_ends: datetime | None = None
    operator: bool = False


@dataclass
class User:
    """A person. The address is kept as typed and found ignoring case (USER-1)."""

    email: str
    first_name: str = ""
    last_name: str = ""
    signed_in: bool = False
    locked: bool = False
    staff: bool = False
    external_id: str | None = None
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass
class Role:
    """A custom role: at most one parent and any set of own privileges (ROLE-4)."""

    key: RoleKey
    description: str = ""
    parent: RoleKey | None = None
    privileges: set[str] = field(default_factory=set)


class Window(NamedTuple):
    """When a grant is in force: from `valid_from` on and before `valid_until`; None is no bound. Under a condition it
    counts only for questions that fulfil it.
    """

    valid_from: datetime | None = None
    valid_until: datetime | None = None
    condition: str = ""

    def in_force(self, at: datetime, asked: Question | None = None) -> bool:
        """Whether the grant counts at this instant, for this question."""
        begun = not (self.valid_from is not None and at < self.valid_from)
        return begun and not self.over(at) and fulfils(self.condition, asked)

    def over(self, at: datetime) -> bool:
        """Whether the grant has ended for good."""
        return self.valid_until is not None and at >= self.valid_until


@dataclass(frozen=True)
class SupportGrant:
    """What became of a staff person's latest request in an account (SUP-11, SUP-12).

    `status` is `requested`, `denied` or `active`; an active one is in force before `until`, and Expired from then on.
    """

    status: str
    role: RoleKey | None = None
    until: datetime | None = None

    def running(self, at: datetime) -> bool:
        """Whether it was granted and has not run out: it stops at its expiration instant (SUP-13)."""
        return self.status == "active" and self.until is not None and at < self.until


@dataclass
class Environment:
    """An environment of an account: what it is for (ENV-2), and its Roles with Access; none lets everybody in."""

    classification: str = "PROD"
    roles: set[RoleKey] = field(default_factory=set)


@dataclass
class DeletedFolder:
    """A folder that was deleted: where it was, and the lists of it and of all below it that went with it, by what
    follows its path. `before` are folders below it that had been deleted before, and are out of reach until it is back.
    """

    account: str
    path: str
    lists: dict[str, set[RoleKey]]
    before: list[DeletedFolder] = field(default_factory=list)


#: The path of the top-level folder, which carries the account's name and is there by itself (FOLD-1).
TOP = ""
#: The kinds of resources other than roles, and the field of a line that says whether one can be shared (SHARE-5).
STATE_OF = {
    "cloud": "installed",
    "connector": "released",
    "process": "published",
    "integration_pack": "released",
    "model": "published",
}


def parent_of(path: str) -> str:
    """The path of the folder above; the top-level folder has none above it."""
    return path.rpartition("/")[0]


def instant(text: str | datetime | None) -> datetime | None:
    """An RFC 3339 instant. One without an offset is a mistake in the world."""
    if text is None or isinstance(text, datetime):
        return text
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise WorldError(f"{text!r} has no time zone")
    return moment


class Facts:
    """The estate as sets and dictionaries. Nothing is computed ahead and nothing is remembered between questions."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.accounts: dict[str, Account] = {}
        self.users: dict[str, User] = {}
        self.roles: dict[RoleKey, Role] = {}
        #: (account, user) pairs on the Users list; such a person may have no role left (USER-12).
        self.members: set[tuple[str, str]] = set()
        #: (account, user, role) to the window of that direct grant.
        self.grants: dict[tuple[str, str, RoleKey], Window] = {}
        #: (primary, group); All Accounts is never in here, it exists by itself (GRP-2).
        self.groups: set[tuple[str, str]] = set()
        #: (primary, group) to its alert level where one was chosen (GRP-5).
        self.alert_levels: dict[tuple[str, str], str] = {}
        #: (primary, group, member account).
        self.group_accounts: set[tuple[str, str, str]] = set()
        #: (primary, group, user): who is in a group, also when no role there is in force.
        self.group_users: set[tuple[str, str, str]] = set()
        #: (primary, group, user, role) to the window of that grant.
        self.group_grants: dict[tuple[str, str, str, RoleKey], Window] = {}
        #: (primary, group, role).
        self.group_shares: set[tuple[str, str, RoleKey]] = set()
        #: (account, kind, name) of a resource other than roles to `ready`, `unready` or `public`.
        self.resources: dict[tuple[str, str, str], str] = {}
        #: (primary, group, kind, name) of shares other than of roles.
        self.resource_shares: set[tuple[str, str, str, str]] = set()
        #: (account, staff person) to the latest request there. Estate lines state none.
        self.support: dict[tuple[str, str], SupportGrant] = {}
        #: (account, name), exactly as typed (ENV-1).
        self.environments: dict[tuple[str, str], Environment] = {}
        #: (account, path) of every folder to its list; an empty list lets everybody write. The top-level folder is in
        #: here only with a list.
        self.folders: dict[tuple[str, str], set[RoleKey]] = {}
        #: Latest last; a path may have been deleted more than once.
        self.deleted_folders: list[DeletedFolder] = []
        #: Host-defined privileges and what each implies.
        self.host_privileges: dict[str, frozenset[str]] = {}
        #: (type, id) of a host object to its account.
        self.objects: dict[tuple[str, str], str] = {}
        #: (type, id) of a host object to its properties, and to its conditions by privilege.
        self.told: dict[tuple[str, str], tuple[dict[str, Any], dict[str, str]]] = {}
        #: What the present question tells; nothing where somebody acts or looks at a page.
        self.asked: Question | None = None

    @classmethod
    def from_lines(cls, lines: list[Line]) -> Self:
        """A world of these estate lines, in any order."""
        world = cls()
        world.load(lines)
        return world

    def load(self, lines: list[Line]) -> None:
        """Take more lines. Nothing is deleted; a line about something known changes only the fields it states."""
        readers = {
            "account": self._read_account,
            "user": self._read_user,
            "role": self._read_role,
            "user_role": self._read_user_role,
            "account_group": self._read_account_group,
            "group_account": self._read_group_account,
            "group_user_role": self._read_group_user_role,
            "group_resource": self._read_group_resource,
            **dict.fromkeys(STATE_OF, self._read_resource),
            "environment": self._read_environment,
            "environment_role": self._read_environment_role,
            "folder": self._read_folder,
            "folder_role": self._read_folder_role,
            "privilege": self._read_privilege,
            "object": self._read_object,
        }
        for line in lines:
            if line.get("kind") not in readers:
                raise WorldError(f"the reference model does not know the kind {line.get('kind')!r}")
        for kind, reader in readers.items():
            for line in lines:
                if line["kind"] == kind:
                    reader(line)
        self._check_names()

    def _read_account(self, line: Line) -> None:
        account = self.accounts.setdefault(line["id"], Account(line["id"], line["name"]))
        account.name = line["name"]
        account.primary = line.get("primary", account.primary)
        account.features = set(line.get("features", account.features))
        account.status = line.get("status", account.status)
        account.trial_ends = instant(line.get("trial_ends", account.trial_ends))
        account.operator = line.get("operator", account.operator)
        if "support_access_role" in line:
            reference = line["support_access_role"]
            account.support_access_role = None if reference is None else self.role_key(line["id"], reference)
        if not account.features <= FEATURES:
            raise WorldError(f"account {account.id} names unknown features {account.features - FEATURES}")
        if account.status not in STATUSES:
            raise WorldError(f"account {account.id} has the unknown status {account.status!r}")

    def _read_user(self, line: Line) -> None:
        user = self.users.setdefault(line["id"].lower(), User(line["id"]))
        user.first_name = line.get("first_name", user.first_name)
        user.last_name = line.get("last_name", user.last_name)
        user.signed_in = line.get("signed_in", user.signed_in)
        user.locked = line.get("locked", user.locked)
        user.staff = line.get("staff", user.staff)
        user.external_id = line.get("external_id", user.external_id)
        user.properties = line.get("properties", user.properties)

    def _read_role(self, line: Line) -> None:
        key = RoleKey(line["account"], line["name"])
        role = self.roles.setdefault(key, Role(key))
        role.description = line.get("description", role.description)
        role.privileges = set(line["privileges"])
        if "inherits" in line:
            role.parent = None if line["inherits"] is None else self.role_key(line["account"], line["inherits"])

    def _read_user_role(self, line: Line) -> None:
        user = line["user"].lower()
        self.members.add((line["account"], user))
        self.grants[line["account"], user, self.role_key(line["account"], line["role"])] = _window(line)

    def _read_account_group(self, line: Line) -> None:
        if line["name"] != ALL_ACCOUNTS:
            self.groups.add((line["account"], line["name"]))
        level = line.get("alert_level", self.alert_levels.get((line["account"], line["name"]), "none"))
        if level not in ALERT_LEVELS:
            raise WorldError(f"the group {line['name']} has the unknown alert level {level!r}")
        self.alert_levels[line["account"], line["name"]] = level

    def _read_group_account(self, line: Line) -> None:
        self.group_accounts.add((line["account"], line["group"], line["member"]))

    def _read_group_user_role(self, line: Line) -> None:
        role, key = self.role_key(line["account"], line["role"]), (line["account"], line["group"], line["user"].lower())
        self.group_users.add(key)
        self.group_grants[*key, role] = _window(line)

    def _read_group_resource(self, line: Line) -> None:
        if line["type"] == "role":
            self.group_shares.add((line["account"], line["group"], RoleKey(line["account"], line["name"])))
        elif line["type"] in STATE_OF:
            self.resource_shares.add((line["account"], line["group"], line["type"], line["name"]))
        else:
            raise WorldError(f"the reference model knows no resources of type {line['type']!r}")

    def _read_resource(self, line: Line) -> None:
        field = STATE_OF[line["kind"]]
        state = {True: "ready", False: "unready", None: "unready", "private": "ready", "public": "public"}[line[field]]
        self.resources[line["account"], line["kind"], line["name"]] = state

    def _read_environment(self, line: Line) -> None:
        place = self.environments.setdefault((line["account"], line["name"]), Environment())
        place.classification = line.get("classification", place.classification)
        if place.classification not in CLASSIFICATIONS:
            raise WorldError(f"the environment {line['name']} has the unknown classification {place.classification!r}")

    def _read_environment_role(self, line: Line) -> None:
        key = line["account"], line["environment"]
        if key not in self.environments:
            raise WorldError(f"nothing defines the environment {key}")
        self.environments[key].roles.add(self.role_key(line["account"], line["role"]))

    def _read_folder(self, line: Line) -> None:
        """A line for a folder below others makes these as well."""
        path = line["path"]
        while path != TOP:
            self.folders.setdefault((line["account"], path), set())
            path = parent_of(path)

    def _read_folder_role(self, line: Line) -> None:
        key = line["account"], line["path"]
        if not self.folder_exists(*key):
            raise WorldError(f"nothing defines the folder {key}")
        self.folders.setdefault(key, set()).add(self.role_key(line["account"], line["role"]))

    def _read_privilege(self, line: Line) -> None:
        self.host_privileges[line["name"]] = frozenset(line.get("implies", ()))

    def _read_object(self, line: Line) -> None:
        key = line["type"], line["id"]
        self.objects[key] = line["account"]
        properties, conditions = self.told.get(key, ({}, {}))
        self.told[key] = line.get("properties", properties), line.get("conditions", conditions)

    def _check_names(self) -> None:
        """Refuse a row that speaks of nothing; only parents and support access roles may dangle (SUP-10)."""
        accounts = {account for account, _ in self.members} | {key.owner for key in self.roles}
        accounts |= set(self.objects.values()) | {a.primary for a in self.accounts.values() if a.primary is not None}
        accounts |= {account for account, _ in self.groups}
        accounts |= {name for owner, _, member in self.group_accounts for name in (owner, member)}
        accounts |= {account for account, _ in [*self.environments, *self.folders]}
        users = {user for _, user in self.members} | {user for _, _, user, _ in self.group_grants}
        roles = {role for _, _, role in [*self.grants, *self.group_shares]} | {r for _, _, _, r in self.group_grants}
        roles |= {role for place in self.environments.values() for role in place.roles}
        roles |= {role for listed in self.folders.values() for role in listed}
        groups = {(owner, group) for owner, group, *_ in [*self.group_accounts, *self.group_grants, *self.group_shares]}
        missing: set[object] = {account for account in accounts if account not in self.accounts}
        missing |= {user for user in users if user not in self.users}
        missing |= {owner for owner, _, _ in self.resources if owner not in self.accounts}
        missing |= {share for share in self.resource_shares if (share[0], *share[2:]) not in self.resources}
        missing |= {role for role in roles if not self.role_exists(role)}
        missing |= {
            (owner, name) for owner, name in groups if name != ALL_ACCOUNTS and (owner, name) not in self.groups
        }
        known = BUILT_IN | set(self.host_privileges)
        missing |= {name for implied in self.host_privileges.values() for name in implied if name not in known}
        if missing:
            raise WorldError(f"nothing defines {sorted(map(str, missing))}")

    # ------------------------------------------------------------------ look-ups

    def role_key(self, account: str, reference: RoleReference) -> RoleKey:
        """What a role reference written in a line (or a command) of this account means, ignoring case (ROLE-5)."""
        if isinstance(reference, dict):
            return self._spelled(reference["account"], reference["name"])
        return RoleKey("", reference) if reference in DEFAULT_ROLES else self._spelled(account, reference)

    def _spelled(self, owner: str, name: str) -> RoleKey:
        """The role that is called so, as it is written since it was last renamed."""
        asked = RoleKey(owner, name)
        if asked in self.roles:
            return asked
        return next((k for k in self.roles if k.owner == owner and k.name.casefold() == name.casefold()), asked)

    def role_exists(self, role: RoleKey) -> bool:
        """Whether this is a default role or a custom role somebody defined."""
        return role.name in DEFAULT_ROLES if role.is_default else role in self.roles

    def role_label(self, role: RoleKey, account: str) -> str:
        """How answers about an account name a role: `R` for a default or own role, `R of p` for one that p owns."""
        return role.name if role.is_default or role.owner == account else f"{role.name} of {role.owner}"

    def user_key(self, identifier: str) -> str | None:
        """The person of an e-mail address (any case), else of a host application's external id (exact)."""
        if identifier.lower() in self.users:
            return identifier.lower()
        return next((key for key, user in self.users.items() if user.external_id == identifier), None)

    def groups_of(self, primary: str) -> set[str]:
        """The names of all groups of a primary, All Accounts included."""
        return {group for owner, group in self.groups if owner == primary} | {ALL_ACCOUNTS}

    def folder_exists(self, account: str, path: str) -> bool:
        """Whether the account has this folder; the top-level one it always has."""
        return path == TOP or (account, path) in self.folders

    def spelled(self, account: str, path: str) -> str:
        """A folder's path as it is spelled: people may name it in capitals or not, as its name is unique either way."""
        there = {where.casefold(): where for owner, where in self.folders if owner == account}
        return there.get(path.casefold(), path)

    def folder_roles(self, account: str, path: str) -> set[RoleKey]:
        """The list of a folder."""
        return self.folders.get((account, path), set())

    def folders_below(self, account: str, path: str) -> set[str]:
        """The paths of all folders anywhere below this one."""
        here = {where for owner, where in self.folders if owner == account and where != TOP}
        return here if path == TOP else {where for where in here if where.startswith(f"{path}/")}

    def accounts_in(self, primary: str, group: str) -> set[str]:
        """The members of a group; All Accounts always holds every managed account of its primary (GRP-2)."""
        if group == ALL_ACCOUNTS:
            return {a.id for a in self.accounts.values() if a.primary == primary and a.status != "deleted"}
        return {member for owner, name, member in self.group_accounts if (owner, name) == (primary, group)}


def _window(line: Line) -> Window:
    return Window(instant(line.get("valid_from")), instant(line.get("valid_until")), line.get("condition", ""))
