"""Small worlds and command sequences for Hypothesis.

Small is enough: every rule of the chapters in force speaks of one account and its primary, one user and perhaps the
one who acts, a role with its parent and perhaps a second one. Four accounts are a primary, two members and a stranger;
three users are the actor, the target and a witness; three custom roles make every shape of parent chain, also loops.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from .catalogue import ADMINISTRATOR, PRODUCTION_SUPPORT, STANDARD_USER, SUPPORT
from .changes import OPERATOR
from .facts import ALL_ACCOUNTS, Line, RoleReference

#: Ids whose order is not that of their names (ENTRY-2).
ACCOUNTS = {"a-1": "Zenith Optics", "b-2": "anchor Works", "c-3": "Mill Street", "d-4": "Borealis"}
USERS = ("ann@a.example", "Bob@b.example", "cyd@platform.example")
NEWCOMER = "dee@new.example"
ROLE_NAMES = ("Tag", "Reader", "Builder")
NEW_ROLE_NAME = "Newly Made"
GROUPS = ("Services 1", "Services 2")

#: Default roles that between them show every difference the law makes among default roles.
DEFAULT_ROLE_NAMES = (ADMINISTRATOR, STANDARD_USER, PRODUCTION_SUPPORT, SUPPORT, "MDM Developer")

#: The host's own privileges a world may have; the last is the only way to hold the limited form alone (ROLE-17).
HOST_PRIVILEGES: dict[str, list[str]] = {
    "invoice:read": [],
    "invoice:approve": ["invoice:read"],
    "FRONT_DESK": ["USER_MANAGEMENT_LIMITED"],
}

#: Built-in privileges put into custom roles: one of each behaviour (implying, implied, gated, deciding over commands).
ROLE_PRIVILEGES = (
    "USER_MANAGEMENT",
    "ACCOUNT_ADMIN",
    "BUILD",
    "BUILD_READ_ONLY",
    "ATOM_MANAGEMENT",
    "ENV_MANAGEMENT",
    "ENV_MANAGEMENT_FULL",
    "VIEW_DATA",
    "DEVELOPER",
    "CONNECTOR_SUBMISSION",
    "CLOUD_MANAGEMENT",
    "MDM_EDIT_MODELS",
)

#: What is worth asking about in such worlds, the unknown included.
ASKED_PRIVILEGES = (
    *ROLE_PRIVILEGES,
    *HOST_PRIVILEGES,
    "USER_MANAGEMENT_LIMITED",
    "ATOM_MANAGEMENT_READ_ONLY",
    "ENV_MANAGEMENT_READ_ONLY",
    "MDM_VIEW_MODELS",
    "CONNECTOR_REVIEW",
    "EXECUTE",
    "ACCOUNT_GROUP_MANAGEMENT",
    "NO_SUCH_PRIVILEGE",
)

#: Features that change an answer.
WORLD_FEATURES = (
    "advanced_user_security",
    "advanced_environment_access",
    "data_hub",
    "cloud_management",
    "developer",
)

#: Bounds of grants and ends of trials lie on these instants; questions are asked on them and between them.
BOUNDS = ("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-04-01T02:00:00+02:00")
INSTANTS = (
    "2026-01-15T00:00:00Z",
    "2026-02-01T00:00:00Z",
    "2026-02-15T00:00:00Z",
    "2026-03-01T00:00:00Z",
    "2026-04-01T00:00:00Z",
    "2026-04-15T00:00:00Z",
)

#: The kinds of line a world without groups consists of.
KINDS_WITHOUT_GROUPS = frozenset({"account", "user", "role", "user_role", "privilege", "object"})


class Command(NamedTuple):
    """A command to carry out at an instant: `getattr(world, verb)(**fields, at=...)`."""

    at: str
    verb: str
    fields: dict[str, Any]


def subsets(items: list[Any] | tuple[Any, ...], most: int | None = None) -> SearchStrategy[list[Any]]:
    """Some of these, each at most once, in any order, simplest first."""
    if not items:
        return st.just([])
    return st.lists(st.sampled_from(items), unique_by=repr, max_size=len(items) if most is None else most)


@st.composite
def windows(draw: DrawFn) -> Line:
    """The bounds of a grant: usually none, never an end before the beginning."""
    first, last = draw(
        st.sampled_from([(None, None)] * 3 + [(i, j) for i in (None, 0, 1) for j in (None, 1, 2) if i != j])
    )
    bounds = {"valid_from": first, "valid_until": last}
    return {key: BOUNDS[index] for key, index in bounds.items() if index is not None}


@st.composite
def worlds(draw: DrawFn, *, groups: bool = False) -> list[Line]:
    """The estate lines of a small world, in any order. With `groups` the first account may be primary of others."""
    hosts = draw(st.sampled_from([[], ["invoice:read", "invoice:approve"], ["FRONT_DESK"], list(HOST_PRIVILEGES)]))
    accounts = list(ACCOUNTS)[: draw(st.integers(1, 4))]
    users = list(USERS)[: draw(st.integers(1, 3))]
    own = {account: draw(subsets(ROLE_NAMES)) for account in accounts}
    members = draw(subsets(accounts[1:])) if groups else []

    lines: list[Line] = [
        {"kind": "privilege", "name": name, "title": name, "implies": HOST_PRIVILEGES[name]} for name in hosts
    ]
    for account in accounts:
        line = draw(_accounts(account, own[account]))
        if groups and account == accounts[0] and draw(st.integers(0, 3)) > 0:
            line["features"] = [*line["features"], "account_groups"]
        if account in members:
            line["primary"] = accounts[0]
        lines.append(line)
        lines += [draw(_roles(account, name, own[account], hosts)) for name in own[account]]
    for user in users:
        flags = draw(st.sampled_from([[]] * 4 + [["staff"], ["locked"]]))
        lines.append({"kind": "user", "id": user, "signed_in": True} | dict.fromkeys(flags, True))
    if groups and members:
        lines += draw(_groups(accounts[0], members, users, own[accounts[0]]))
    lines += draw(_grants(accounts, users, own, lines))
    for account in draw(subsets(accounts, most=1)):
        lines.append({"kind": "object", "account": account, "type": "invoice", "id": "INV-1"})
    return draw(st.permutations(lines))


@st.composite
def _accounts(draw: DrawFn, account: str, own: list[str]) -> Line:
    line: Line = {"kind": "account", "id": account, "name": ACCOUNTS[account]}
    features = draw(subsets(WORLD_FEATURES[1:]))
    with_security = draw(st.sampled_from([True, True, False]))
    line["features"] = sorted([*features, WORLD_FEATURES[0]] if with_security else features)
    status = draw(st.sampled_from(["active"] * 16 + ["trial", "unlimited", "suspended", "deleted"]))
    if status != "active":
        line["status"] = status
    if status == "trial" and draw(st.booleans()):
        line["trial_ends"] = draw(st.sampled_from(BOUNDS))
    sar = draw(st.sampled_from(["left out", None, *DEFAULT_ROLE_NAMES, *own]))
    if sar != "left out":
        line["support_access_role"] = sar
    return line


@st.composite
def _roles(draw: DrawFn, account: str, name: str, own: list[str], hosts: list[str]) -> Line:
    line: Line = {"kind": "role", "account": account, "name": name}
    parent = draw(st.sampled_from([None, *own, *own, *own, *DEFAULT_ROLE_NAMES]))
    if parent is not None:
        line["inherits"] = parent
    privileges = set(draw(subsets((*ROLE_PRIVILEGES, *hosts), most=3)))
    if draw(st.integers(0, 2)) == 0:  # whoever holds it may act, but is no Administrator
        privileges.add("USER_MANAGEMENT")
    line["privileges"] = sorted(privileges)
    return line


@st.composite
def _grants(
    draw: DrawFn, accounts: list[str], users: list[str], own: dict[str, list[str]], lines: list[Line]
) -> list[Line]:
    """Direct grants: default roles, own roles, and in a managed account those the primary shares through a group."""
    primaries = {line["id"]: line.get("primary") for line in lines if line["kind"] == "account"}
    shared = _shares(lines)
    grants = []
    for account in accounts:
        choice: list[RoleReference] = [*own[account], *own[account], *DEFAULT_ROLE_NAMES]
        choice += [
            {"account": owner, "name": name}
            for owner, name, to in shared
            if (to, owner) == (account, primaries[account])
        ]
        for user in users:
            row = {"kind": "user_role", "account": account, "user": user}
            if user == users[0] and draw(st.booleans()):  # who lets the commands through
                grants.append(row | {"role": ADMINISTRATOR} | draw(windows()))
                continue
            grants += [row | {"role": role} | draw(windows()) for role in draw(subsets(choice, most=2))]
    return grants


def _shares(lines: list[Line]) -> set[tuple[str, str, str]]:
    """(owner, role name, member account) for every share in these lines."""
    managed = {(line["primary"], ALL_ACCOUNTS, line["id"]) for line in lines if line.get("primary")}
    grouped = {(line["account"], line["group"], line["member"]) for line in lines if line["kind"] == "group_account"}
    resources = [line for line in lines if line["kind"] == "group_resource"]
    return {
        (owner, line["name"], member)
        for line in resources
        for owner, group, member in managed | grouped
        if (owner, group) == (line["account"], line["group"])
    }


@st.composite
def _groups(draw: DrawFn, primary: str, members: list[str], users: list[str], own: list[str]) -> list[Line]:
    names = draw(subsets(GROUPS))
    lines: list[Line] = [{"kind": "account_group", "account": primary, "name": name} for name in names]
    for group in names:
        row: Line = {"kind": "group_account", "account": primary, "group": group}
        lines += [row | {"member": member} for member in draw(subsets(members))]
    for group in [ALL_ACCOUNTS, *names]:
        for user in draw(subsets(users)):
            row = {"kind": "group_user_role", "account": primary, "group": group, "user": user}
            roles = draw(subsets([*DEFAULT_ROLE_NAMES, *own], most=2))
            lines += [row | {"role": role} | draw(windows()) for role in roles]
        row = {"kind": "group_resource", "account": primary, "group": group, "type": "role"}
        lines += [row | {"name": name} for name in draw(subsets(own))]
    return lines


# ---------------------------------------------------------------------- commands


def command_sequences(lines: list[Line], *, groups: bool = False, most: int = 6) -> SearchStrategy[list[Command]]:
    """Up to `most` commands in a world of these lines, at instants that never go back."""
    steps = st.lists(st.tuples(st.sampled_from(INSTANTS), commands(lines, groups=groups)), max_size=most)
    return steps.map(lambda found: [Command(at, verb, fields) for at, (verb, fields) in _in_time(found)])


def _in_time(found: list[tuple[str, tuple[str, dict[str, Any]]]]) -> list[tuple[str, tuple[str, dict[str, Any]]]]:
    instants = sorted(at for at, _ in found)
    return [(at, command) for at, (_, command) in zip(instants, found, strict=True)]


def commands(lines: list[Line], *, groups: bool = False) -> SearchStrategy[tuple[str, dict[str, Any]]]:
    """A command by anybody about anything such a world has, sensible or not."""
    accounts = sorted({line["id"] for line in lines if line["kind"] == "account"})
    return st.one_of([_commands_in(account, accounts, lines, groups=groups) for account in accounts])


def _command(verb: str, **fields: SearchStrategy[Any]) -> SearchStrategy[tuple[str, dict[str, Any]]]:
    return st.tuples(st.just(verb), st.fixed_dictionaries(fields))


def _commands_in(
    account: str, accounts: list[str], lines: list[Line], *, groups: bool
) -> SearchStrategy[tuple[str, dict[str, Any]]]:
    """Commands in one account, mostly about what it really has, half of them by the operator or an administrator."""
    users = sorted({line["id"] for line in lines if line["kind"] == "user"})
    hosts = sorted({line["name"] for line in lines if line["kind"] == "privilege"})
    own = sorted({line["name"] for line in lines if line["kind"] == "role" and line["account"] == account})
    user = st.sampled_from(users)
    own_role = st.sampled_from([*own, *own, *own, NEW_ROLE_NAME])
    name = st.sampled_from([NEW_ROLE_NAME, NEW_ROLE_NAME, *ROLE_NAMES, "READER", "support"])
    role: SearchStrategy[RoleReference] = st.one_of(own_role, st.sampled_from(DEFAULT_ROLE_NAMES))
    if groups:
        role |= st.builds(lambda name: {"account": accounts[0], "name": name}, st.sampled_from(ROLE_NAMES))
    roles = st.lists(role, min_size=1, max_size=2, unique_by=repr) | st.lists(role, max_size=1)
    privileges = subsets((*ROLE_PRIVILEGES, *hosts, "CONNECTOR_REVIEW"), most=2)
    inherits = st.none() | role
    held = [
        {"user": g["user"], "role": g["role"]} for g in lines if g["kind"] == "user_role" and g["account"] == account
    ]
    inside = sorted({grant["user"] for grant in held})
    actor = st.sampled_from([OPERATOR, OPERATOR, *inside, *inside, *users])
    here = {"actor": actor, "account": st.just(account)}
    person = {**here, "user": st.sampled_from([*inside, *inside, *users])}
    edited = st.fixed_dictionaries(
        {**here, "role": own_role | role}, optional={"name": name, "inherits": inherits, "privileges": privileges}
    )
    holding = st.sampled_from(held) if held else st.fixed_dictionaries({"user": user, "role": role})
    names = {"first_name": st.just("Dee"), "last_name": st.sampled_from(["Noor"] * 5 + [""])}
    statuses = st.sampled_from(["active", "unlimited", "suspended", "deleted"])
    either = [
        _command("change_user_roles", **person, roles=roles),
        _command("remove_user", **person),
        _command("add_user", **here, user=st.sampled_from([NEWCOMER, NEWCOMER, *users]), roles=roles, **names),
        _command("add_user_role", **person, role=role),
        st.tuples(st.just("remove_user_role"), st.builds(lambda a, b: a | b, st.fixed_dictionaries(here), holding)),
        _command("create_role", **here, name=name, inherits=inherits, privileges=privileges),
        st.tuples(st.just("edit_role"), edited),
        _command("remove_role", **here, role=own_role | role),
        _command("change_support_access_role", **here, role=inherits),
        _command("switch_feature", **here, feature=st.sampled_from(WORLD_FEATURES), on=st.booleans()),
        _command("change_account_status", **here, status=statuses),
        _command("lock_user", actor=actor, user=user),
        _command("unlock_user", actor=actor, user=user),
    ]
    return st.one_of(either + (_group_commands(accounts, users, lines) if groups else []))


def _group_commands(
    accounts: list[str], users: list[str], lines: list[Line]
) -> list[SearchStrategy[tuple[str, dict[str, Any]]]]:
    """Commands about the groups of the first account."""
    own = sorted({line["name"] for line in lines if line["kind"] == "role" and line["account"] == accounts[0]})
    role = st.sampled_from([*own, *own, NEW_ROLE_NAME])
    group = {
        "actor": st.sampled_from([OPERATOR, *users]),
        "account": st.just(accounts[0]),
        "group": st.sampled_from([ALL_ACCOUNTS, *GROUPS]),
    }
    roles = st.lists(st.sampled_from(DEFAULT_ROLE_NAMES) | role, max_size=2, unique=True)
    return [
        _command("share_role", **group, role=role),
        _command("withdraw_role", **group, role=role),
        _command("add_account_to_group", **group, member=st.sampled_from(accounts)),
        _command("remove_account_from_group", **group, member=st.sampled_from(accounts)),
        _command("change_group_user_roles", **group, user=st.sampled_from(users), roles=roles),
        _command("remove_user_from_group", **group, user=st.sampled_from(users)),
        _command("remove_group", **group),
    ]
