"""Small worlds for Hypothesis, as estate lines. `ingredients` says why so small, `world_commands` what happens."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from .catalogue import ADMINISTRATOR
from .conditions import conditions, properties
from .facts import ALL_ACCOUNTS, Line, RoleReference
from .ingredients import (
    ACCOUNTS,
    ASKED_PRIVILEGES,
    BOUNDS,
    DEFAULT_ROLE_NAMES,
    GROUP_FEATURE,
    GROUPS,
    HOST_PRIVILEGES,
    INSTANTS,
    KINDS_WITHOUT_GROUPS,
    NEWCOMER,
    PLACE_PRIVILEGES,
    ROLE_NAMES,
    ROLE_PRIVILEGES,
    USERS,
    WORLD_FEATURES,
    leave_as_drawn,
    shares_in,
    subsets,
    windows,
)
from .world_commands import Command, command_sequences, commands
from .world_places import place_lines

__all__ = [
    "ASKED_PRIVILEGES",
    "INSTANTS",
    "KINDS_WITHOUT_GROUPS",
    "NEWCOMER",
    "Command",
    "command_sequences",
    "commands",
    "worlds",
]


@st.composite
def worlds(draw: DrawFn, *, groups: bool = False, places: bool = False, conditional: bool = False) -> list[Line]:
    """The estate lines of a small world, in any order. With `groups` the first account is a primary.

    With `places` accounts have environments and folders, and roles carry what these turn on. With `conditional` roles
    are held under conditions, and people and objects have properties.
    """
    leave_as_drawn(draw)
    hosts = draw(st.sampled_from([[], ["invoice:read", "invoice:approve"], ["FRONT_DESK"], list(HOST_PRIVILEGES)]))
    accounts = list(ACCOUNTS)[: draw(st.integers(2 if groups else 1, 4))]
    users = list(USERS)[: draw(st.integers(2 if groups else 1, 3))]
    own = {account: draw(subsets(ROLE_NAMES)) for account in accounts}
    members = draw(subsets(accounts[1:], least=1)) if groups else []

    lines: list[Line] = [
        {"kind": "privilege", "name": name, "title": name, "implies": HOST_PRIVILEGES[name]} for name in hosts
    ]
    for account in accounts:
        line = draw(_accounts(account, own[account], groups=groups))
        if groups and account == accounts[0]:  # ACC-5
            line["features"] = [*line["features"], GROUP_FEATURE]
        if account in members:
            line["primary"] = accounts[0]
        if places:
            line["features"] = [*line["features"], *draw(subsets(["environments_unlimited"]))]
            lines += draw(place_lines(account, own[account]))
        lines.append(line)
        more = (*hosts, *PLACE_PRIVILEGES * 2) if places else tuple(hosts)
        lines += [draw(_roles(account, name, own[account], more, groups=groups)) for name in own[account]]
    for user in users:
        flags = draw(
            st.sampled_from([[]] * 4 + [["staff"], ["locked"]] + ([["staff"], ["staff"], []] if groups else []))
        )
        signed_in = not groups or draw(st.sampled_from([True] * 4 + [False]))
        lines.append({"kind": "user", "id": user, "signed_in": signed_in} | dict.fromkeys(flags, True))
    if members:
        lines += draw(_groups(accounts[0], members, users, own[accounts[0]]))
    lines += draw(_grants(accounts, users, own, lines))
    for account in draw(subsets(accounts, most=1, least=int(conditional))):
        lines.append({"kind": "object", "account": account, "type": "invoice", "id": "INV-1"})
    if conditional:
        lines = [draw(_told(line)) for line in lines]
    return draw(st.permutations(lines))


@st.composite
def _told(draw: DrawFn, line: Line) -> Line:
    """The line with a condition, or with properties, if it can have any."""
    if line["kind"] in {"user_role", "group_user_role"}:
        condition = draw(conditions())
        return line | ({"condition": condition} if condition else {})
    if line["kind"] == "user":
        return line | {"properties": draw(properties())}
    if line["kind"] == "object":
        asked = draw(st.lists(st.sampled_from(ASKED_PRIVILEGES[:-1]), unique=True, min_size=4, max_size=12))
        return line | {"properties": draw(properties()), "conditions": {name: draw(conditions()) for name in asked}}
    return line


@st.composite
def _accounts(draw: DrawFn, account: str, own: list[str], *, groups: bool) -> Line:
    line: Line = {"kind": "account", "id": account, "name": ACCOUNTS[account]}
    features = draw(subsets(WORLD_FEATURES[1:]))
    with_security = draw(st.sampled_from([True, True, False]))
    line["features"] = sorted([*features, WORLD_FEATURES[0]] if with_security else features)
    others = ["trial", "unlimited", "suspended", "deleted"]
    status = draw(st.sampled_from(["active"] * (36 if groups else 16) + others))
    if status != "active":
        line["status"] = status
    if status == "trial" and draw(st.booleans()):
        line["trial_ends"] = draw(st.sampled_from(BOUNDS))
    # temporary access is for accounts without outside access
    sar = draw(st.sampled_from(["left out", *[None] * (3 if groups else 1), *DEFAULT_ROLE_NAMES, *own]))
    if sar != "left out":
        line["support_access_role"] = sar
    return line


@st.composite
def _roles(draw: DrawFn, account: str, name: str, own: list[str], more: tuple[str, ...], *, groups: bool) -> Line:
    line: Line = {"kind": "role", "account": account, "name": name}
    parent = draw(st.sampled_from([None, *own, *own, *own, *DEFAULT_ROLE_NAMES]))
    if parent is not None:
        line["inherits"] = parent
    privileges = set(draw(subsets((*ROLE_PRIVILEGES, *more), most=3)))
    if draw(st.integers(0, 2)) == 0:  # whoever holds it may act, but is no Administrator
        privileges.add(draw(st.sampled_from(["USER_MANAGEMENT", *(["ACCOUNT_GROUP_MANAGEMENT"] if groups else [])])))
    line["privileges"] = sorted(privileges)
    return line


@st.composite
def _grants(
    draw: DrawFn, accounts: list[str], users: list[str], own: dict[str, list[str]], lines: list[Line]
) -> list[Line]:
    """Direct grants: default roles, own roles, and in a managed account those the primary shares through a group."""
    primaries = {line["id"]: line.get("primary") for line in lines if line["kind"] == "account"}
    shared = shares_in(lines)
    grants = []
    # who lets the commands through; with groups there are more of them to let through
    lets_through = st.sampled_from([True, True, True, False] if shared or any(primaries.values()) else [True, False])
    for account in accounts:
        choice: list[RoleReference] = [*own[account], *own[account], *DEFAULT_ROLE_NAMES]
        choice += [
            {"account": owner, "name": name}
            for owner, name, to in shared
            if (to, owner) == (account, primaries[account])
        ]
        for user in users:
            row = {"kind": "user_role", "account": account, "user": user}
            if user == users[0] and draw(lets_through):
                grants.append(row | {"role": ADMINISTRATOR} | draw(windows()))
                continue
            grants += [row | {"role": role} | draw(windows()) for role in draw(subsets(choice, most=2))]
    return grants


@st.composite
def _groups(draw: DrawFn, primary: str, members: list[str], users: list[str], own: list[str]) -> list[Line]:
    names = draw(subsets(GROUPS, least=1))
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
