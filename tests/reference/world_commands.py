"""Commands in small worlds, single and in sequences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from .catalogue import ADMINISTRATOR, STANDARD_USER
from .changes import OPERATOR
from .facts import ALL_ACCOUNTS, Line, RoleReference
from .ingredients import (
    BOUNDS,
    DEFAULT_ROLE_NAMES,
    GROUP_FEATURE,
    GROUPS,
    INSTANTS,
    NEW_ACCOUNT_NAME,
    NEW_GROUP_NAME,
    NEW_ROLE_NAME,
    NEWCOMER,
    OTHER_GROUP_NAME,
    ROLE_NAMES,
    ROLE_PRIVILEGES,
    WORLD_FEATURES,
    shares_in,
    subsets,
)
from .world_places import Deed, environment_story, folder_story, place_commands


class Command(NamedTuple):
    """A command to carry out at an instant: `getattr(world, verb)(**fields, at=...)`."""

    at: str
    verb: str
    fields: dict[str, Any]


@st.composite
def command_sequences(
    draw: DrawFn, lines: list[Line], *, groups: bool = False, places: bool = False, most: int = 6
) -> list[Command]:
    """Up to `most` commands in a world of these lines, at instants that never go back.

    With `groups` some of them belong together: a share is made, used and ended; access is asked for, given and ended.
    With `places` there are stories of environments and folders as well.
    """
    stories = [*(_stories(lines) if groups else []), *(_place_stories(lines) if places else [])]
    told = _told(commands(lines, groups=groups, places=places), stories)
    deeds = [
        deed for story in draw(st.lists(told, min_size=most // 4 if groups else 0, max_size=most)) for deed in story
    ]
    deeds = _one_new_account(deeds)[:most]
    return [Command(at, *deed) for at, deed in zip(draw(_instants(len(deeds))), deeds, strict=True)]


@st.composite
def _told(draw: DrawFn, alone: SearchStrategy[Deed], stories: list[SearchStrategy[list[Deed]]]) -> list[Deed]:
    """A command by itself, or a story. (`one_of` would count every single command as much as a story.)"""
    story = draw(st.sampled_from([*[None] * (len(stories) + 1), *range(len(stories))]))
    return [draw(alone)] if story is None else draw(stories[story])


@st.composite
def _instants(draw: DrawFn, length: int) -> list[str]:
    """So many instants, none before the one before it: mostly the same, else the next or the one after."""
    now, found = draw(st.sampled_from([0, 1, 1, 2, 3, 4])), []
    for ahead in draw(st.lists(st.sampled_from([0] * 5 + [1, 1, 2]), min_size=length, max_size=length)):
        now = min(now + ahead, len(INSTANTS) - 1)
        found.append(INSTANTS[now])
    return found


def _one_new_account(deeds: list[Deed]) -> list[Deed]:
    """A new account's id is made from its name, so that a world makes one at most."""
    made = [index for index, (verb, _) in enumerate(deeds) if verb == "create_managed_account"]
    return [deed for index, deed in enumerate(deeds) if index not in made[1:]]


def commands(lines: list[Line], *, groups: bool = False, places: bool = False) -> SearchStrategy[Deed]:
    """A command by anybody about anything such a world has, sensible or not."""
    accounts = _accounts(lines)
    either = [_commands_in(account, lines, groups=groups) for account in accounts]
    if groups:
        either += [_group_commands(lines)] * 3 + [_support_commands(lines)] * 8
    if places:
        for account in accounts:
            role = _roles(lines, account, groups=groups)
            either += [place_commands(account, lines, _actors(lines, account), role)] * 3
    return st.one_of(either)


def _command(verb: str, **fields: SearchStrategy[Any]) -> SearchStrategy[Deed]:
    return st.tuples(st.just(verb), st.fixed_dictionaries(fields))


def _fixed(verb: str, **fields: object) -> SearchStrategy[Deed]:
    """A command in which only what is a strategy is left open."""
    return _command(verb, **{k: v if isinstance(v, SearchStrategy) else st.just(v) for k, v in fields.items()})


# ---------------------------------------------------------------------- what a world has


def _ids(lines: list[Line], kind: str) -> list[str]:
    return sorted({line["id"] for line in lines if line["kind"] == kind})


def _accounts(lines: list[Line]) -> list[str]:
    return _ids(lines, "account")


def _members(lines: list[Line]) -> list[str]:
    """The managed accounts; their primary is the first account."""
    return sorted(line["id"] for line in lines if line["kind"] == "account" and line.get("primary"))


def _own(lines: list[Line], account: str) -> list[str]:
    return sorted({line["name"] for line in lines if line["kind"] == "role" and line["account"] == account})


def _held(lines: list[Line], account: str) -> list[dict[str, Any]]:
    kept = [line for line in lines if line["kind"] == "user_role" and line["account"] == account]
    return [{"user": line["user"], "role": line["role"]} for line in kept]


def _actors(lines: list[Line], account: str) -> SearchStrategy[str]:
    """The operator, somebody inside, above all administrators who are not locked; anybody at times."""
    held = _held(lines, account)
    locked = {line["id"] for line in lines if line["kind"] == "user" and line.get("locked")}
    inside = sorted({grant["user"] for grant in held} - locked)
    administrators = sorted({grant["user"] for grant in held if grant["role"] == ADMINISTRATOR} - locked)
    return st.sampled_from([*[OPERATOR] * 3, *administrators * 4, *inside, *_ids(lines, "user")])


def _able(lines: list[Line], account: str) -> SearchStrategy[str]:
    """Those of them who usually may, for commands that only together mean something."""
    administrators = [g["user"] for g in _held(lines, account) if g["role"] == ADMINISTRATOR]
    return st.sampled_from([OPERATOR, OPERATOR, *sorted(set(administrators)) * 2])


def _foreign(lines: list[Line], account: str) -> list[RoleReference]:
    """The primary's roles that are shared with a member, and one that usually is not."""
    primary = _accounts(lines)[0]
    if account not in _members(lines):
        return []
    shared = sorted(name for owner, name, member in shares_in(lines) if (owner, member) == (primary, account))
    return [{"account": primary, "name": name} for name in [*shared, *shared, ROLE_NAMES[0]]]


def _roles(lines: list[Line], account: str, *, groups: bool) -> SearchStrategy[RoleReference]:
    own = _own(lines, account)
    role: SearchStrategy[RoleReference] = st.one_of(
        st.sampled_from([*own, *own, *own, NEW_ROLE_NAME]), st.sampled_from(DEFAULT_ROLE_NAMES)
    )
    foreign = _foreign(lines, account) if groups else []
    return role | st.sampled_from(foreign) if foreign else role


# ---------------------------------------------------------------------- commands in one account


def _commands_in(account: str, lines: list[Line], *, groups: bool) -> SearchStrategy[Deed]:
    """Commands in one account, mostly about what it really has, half of them by the operator or an administrator."""
    users = _ids(lines, "user")
    hosts = sorted({line["name"] for line in lines if line["kind"] == "privilege"})
    own = _own(lines, account)
    user = st.sampled_from(users)
    own_role = st.sampled_from([*own, *own, *own, NEW_ROLE_NAME])
    name = st.sampled_from([NEW_ROLE_NAME, NEW_ROLE_NAME, *ROLE_NAMES, "READER", "support"])
    role = _roles(lines, account, groups=groups)
    roles = st.lists(role, min_size=1, max_size=2, unique_by=repr) | st.lists(role, max_size=1)
    privileges = subsets((*ROLE_PRIVILEGES, *hosts, "CONNECTOR_REVIEW"), most=2)
    inherits = st.none() | role
    held = _held(lines, account)
    inside = sorted({grant["user"] for grant in held})
    actor = _actors(lines, account)
    here = {"actor": actor, "account": st.just(account)}
    person = {**here, "user": st.sampled_from([*inside, *inside, *users])}
    edited = st.fixed_dictionaries(
        {**here, "role": own_role | role}, optional={"name": name, "inherits": inherits, "privileges": privileges}
    )
    holding = st.sampled_from(held) if held else st.fixed_dictionaries({"user": user, "role": role})
    names = {"first_name": st.just("Dee"), "last_name": st.sampled_from(["Noor"] * 5 + [""])}
    statuses = st.sampled_from(["active", "unlimited", "suspended", "deleted"])
    features = st.sampled_from([*WORLD_FEATURES, *([GROUP_FEATURE] if groups else [])])
    return st.one_of(
        _command("change_user_roles", **person, roles=roles),
        _command("remove_user", **person),
        _command("add_user", **here, user=st.sampled_from([NEWCOMER, NEWCOMER, *users]), roles=roles, **names),
        _command("add_user_role", **person, role=role),
        st.tuples(st.just("remove_user_role"), st.builds(lambda a, b: a | b, st.fixed_dictionaries(here), holding)),
        _command("create_role", **here, name=name, inherits=inherits, privileges=privileges),
        st.tuples(st.just("edit_role"), edited),
        _command("remove_role", **here, role=own_role | role),
        _command("change_support_access_role", **here, role=inherits),
        _command("switch_feature", **here, feature=features, on=st.booleans()),
        _command("change_account_status", **here, status=statuses),
        _command("lock_user", actor=actor, user=user),
        _command("unlock_user", actor=actor, user=user),
    )


# ---------------------------------------------------------------------- groups and temporary access


def _group_names(lines: list[Line]) -> SearchStrategy[str]:
    return st.sampled_from([*_made_groups(lines) * 3, *GROUPS[:1], NEW_GROUP_NAME])


def _made_groups(lines: list[Line]) -> list[str]:
    return [ALL_ACCOUNTS, *sorted({line["name"] for line in lines if line["kind"] == "account_group"})]


def _rows(lines: list[Line], kind: str, *names: str) -> list[dict[str, Any]]:
    """These fields of the rows of one kind."""
    return [{name: line[name] for name in names} for line in lines if line["kind"] == kind]


def _group_commands(lines: list[Line]) -> SearchStrategy[Deed]:
    """Commands about the groups of the first account, half of them about rows that are there."""
    accounts, users, members = _accounts(lines), _ids(lines, "user"), _members(lines)
    own = _own(lines, accounts[0])
    role = st.sampled_from([*own, *own, NEW_ROLE_NAME])
    here = {"actor": _actors(lines, accounts[0]), "account": st.just(accounts[0])}
    group = {**here, "group": _group_names(lines)}
    member = st.sampled_from([*members, *members, *members, *accounts])
    given = st.sampled_from(DEFAULT_ROLE_NAMES) | role
    roles = st.lists(given, min_size=1, max_size=2, unique=True) | st.lists(given, max_size=1)
    name = st.sampled_from([NEW_GROUP_NAME, NEW_GROUP_NAME, *GROUPS, "all accounts", ""])
    level = st.sampled_from(["none", "info", "warning", "error", "loud"])
    edited = st.fixed_dictionaries(group, optional={"name": name, "alert_level": level})
    named = st.sampled_from([NEW_ACCOUNT_NAME, NEW_ACCOUNT_NAME, ""])
    ends = st.sampled_from([*BOUNDS[1:], BOUNDS[2], "2026-12-31T00:00:00Z"])

    def there(verb: str, rows: list[dict[str, Any]], **fields: SearchStrategy[Any]) -> list[SearchStrategy[Deed]]:
        row = st.fixed_dictionaries({**here, **fields})
        return [st.tuples(st.just(verb), st.builds(lambda a, b: a | b, row, st.sampled_from(rows)))] if rows else []

    people = _rows(lines, "group_user_role", "group", "user")
    shares = [{"group": row["group"], "role": row["name"]} for row in _rows(lines, "group_resource", "group", "name")]
    return st.one_of(
        _command("share_role", **group, role=role),
        _command("withdraw_role", **group, role=role),
        *there("withdraw_role", shares),
        _command("add_account_to_group", **group, member=member),
        _command("remove_account_from_group", **group, member=member),
        *there("remove_account_from_group", _rows(lines, "group_account", "group", "member")),
        _command("add_user_to_group", **group, user=st.sampled_from([*users, *users, NEWCOMER]), roles=roles),
        _command("change_group_user_roles", **group, user=st.sampled_from(users), roles=roles),
        *there("change_group_user_roles", people, roles=roles),
        _command("remove_user_from_group", **group, user=st.sampled_from(users)),
        *there("remove_user_from_group", people),
        _command("create_group", **here, name=name, alert_level=level),
        st.tuples(st.just("edit_group"), edited),
        _command("remove_group", **group),
        _fixed("switch_feature", actor=OPERATOR, account=accounts[0], feature=GROUP_FEATURE, on=st.booleans()),
        *[_command("create_managed_account", **here, name=named, trial_ends=ends)] * 3,
    )


def _staff(lines: list[Line]) -> list[str]:
    return sorted(line["id"] for line in lines if line["kind"] == "user" and line.get("staff"))


HOURS = st.sampled_from([4, 4, 168, 24, 5])


def _support_commands(lines: list[Line]) -> SearchStrategy[Deed]:
    """Temporary access to some account."""
    return st.sampled_from(_accounts(lines)).flatmap(lambda account: _support_commands_in(account, lines))


def _support_commands_in(account: str, lines: list[Line]) -> SearchStrategy[Deed]:
    staff, users = _staff(lines), _ids(lines, "user")
    person = st.sampled_from([*staff, *staff, *staff, *users])
    here = {"actor": _actors(lines, account), "account": st.just(account), "user": person}
    return st.one_of(
        _command("request_support_access", actor=person | st.just(OPERATOR), account=st.just(account)),
        _command("grant_support_access", **here, role=st.none() | _roles(lines, account, groups=True), hours=HOURS),
        _command("deny_support_access", **here),
        _command("extend_support_access", **here, hours=HOURS),
        _command("expire_support_access", **here),
    )


# ---------------------------------------------------------------------- commands that belong together


def _stories(lines: list[Line]) -> list[SearchStrategy[list[Deed]]]:
    """The stories that a world of these lines has the people and roles for."""
    stories = [_group_story(lines)] if _members(lines) else []
    if _members(lines) and _own(lines, _accounts(lines)[0]):
        stories += [_share_story(lines), _share_story(lines)]
    if _staff(lines):
        stories += [_support_story(lines), _support_story(lines)]
    return stories


def _place_stories(lines: list[Line]) -> list[SearchStrategy[list[Deed]]]:
    """Stories of environments and folders in one of the accounts."""

    def told(story: Callable[..., SearchStrategy[list[Deed]]]) -> SearchStrategy[list[Deed]]:
        return st.sampled_from(_accounts(lines)).flatmap(
            lambda account: _able(lines, account).flatmap(
                lambda able: story(account, _ids(lines, "user"), _own(lines, account), able)
            )
        )

    return [told(environment_story), told(environment_story), told(folder_story), told(folder_story)]


def _security_on(account: str | SearchStrategy[str]) -> SearchStrategy[Deed]:
    return _fixed("switch_feature", actor=OPERATOR, account=account, feature="advanced_user_security", on=True)


@st.composite
def _share_story(draw: DrawFn, lines: list[Line]) -> list[Deed]:
    """A role is shared, given to somebody in a member, and one of the things happens that may end it."""
    primary, member = _accounts(lines)[0], draw(st.sampled_from(_members(lines)))
    name, group = draw(st.sampled_from(_own(lines, primary))), draw(st.sampled_from(_made_groups(lines)))
    owner = {"actor": draw(_able(lines, primary)), "account": primary}
    reference = {"account": primary, "name": name}
    off = {"actor": OPERATOR, "feature": "advanced_user_security", "on": False}
    person = {
        "actor": draw(_able(lines, member)),
        "account": member,
        "user": draw(st.sampled_from(_ids(lines, "user"))),
    }
    either = st.sampled_from([primary, member])
    ends = [
        lambda: _fixed("withdraw_role", **owner, group=group, role=name),
        lambda: _fixed("withdraw_role", **owner, group=group, role=name),
        lambda: _fixed("remove_account_from_group", **owner, group=group, member=member),
        lambda: _fixed("remove_group", **owner, group=group),
        lambda: _fixed("remove_role", **owner, role=name),
        lambda: _fixed("remove_user_role", **person, role=reference),
        lambda: _fixed("change_user_roles", **person, roles=["Standard User"]),
        lambda: _fixed("switch_feature", **off, account=either),
        lambda: _fixed("change_account_status", actor=OPERATOR, account=either, status="deleted"),
    ]
    deeds = [
        *[_security_on(account) for account in draw(st.sampled_from([[], [primary], [primary, member]]))],
        *[_fixed("add_account_to_group", **owner, group=group, member=member)] * (group != ALL_ACCOUNTS),
        _fixed("share_role", **owner, group=group, role=name),
        *[_fixed("add_user_role", **person, role=reference)] * draw(st.sampled_from([1, 1, 0])),
        draw(st.sampled_from(ends))(),
        *[_fixed("share_role", **owner, group=group, role=name)] * draw(st.sampled_from([0, 0, 1])),
    ]
    return [draw(deed) for deed in deeds]


@st.composite
def _group_story(draw: DrawFn, lines: list[Line]) -> list[Deed]:
    """A group is made, gets an account and a person, and is left, renamed or deleted."""
    primary, member = _accounts(lines)[0], draw(st.sampled_from(_members(lines)))
    user, own = draw(st.sampled_from(_ids(lines, "user"))), _own(lines, primary)
    here = {"actor": draw(_able(lines, primary)), "account": primary}
    group = {**here, "group": NEW_GROUP_NAME}
    roles = st.lists(st.sampled_from([*DEFAULT_ROLE_NAMES, *own, *own]), min_size=1, max_size=2, unique=True)
    ends = [
        lambda: _fixed("change_group_user_roles", **group, user=user, roles=roles),
        lambda: _fixed("change_group_user_roles", **group, user=user, roles=roles),
        lambda: _fixed("remove_user_from_group", **group, user=user),
        lambda: _fixed("remove_account_from_group", **group, member=member),
        lambda: _fixed("edit_group", **group, name=OTHER_GROUP_NAME),
        lambda: _fixed("remove_group", **group),
    ]
    deeds = [
        _fixed("create_group", **here, name=NEW_GROUP_NAME),
        _fixed("add_account_to_group", **group, member=member),
        _fixed("add_user_to_group", **group, user=user, roles=roles),
        draw(st.sampled_from(ends))(),
    ]
    return [draw(deed) for deed in deeds]


@st.composite
def _support_story(draw: DrawFn, lines: list[Line]) -> list[Deed]:
    """A staff person asks an account without outside access, is let in, and something happens to the grant."""
    account, user = draw(st.sampled_from(_accounts(lines))), draw(st.sampled_from(_staff(lines)))
    role = st.sampled_from([*DEFAULT_ROLE_NAMES, *_own(lines, account) * 2])
    here = {"actor": draw(_able(lines, account)), "account": account}
    person = {**here, "user": user}
    chosen = draw(role)
    ends = [
        lambda: _fixed("extend_support_access", **person, hours=HOURS),
        lambda: _fixed("extend_support_access", **person, hours=HOURS),
        lambda: _fixed("expire_support_access", **person),
        lambda: _fixed("change_support_access_role", **here, role=role),
        lambda: _fixed("change_support_access_role", actor=OPERATOR, account=account, role=ADMINISTRATOR),
        lambda: _fixed("change_support_access_role", actor=OPERATOR, account=account, role=STANDARD_USER),
        lambda: _fixed("remove_role", **here, role=chosen),
        lambda: _fixed("request_support_access", actor=user, account=account),
    ]
    answers = [lambda: _fixed("grant_support_access", **person, role=chosen, hours=HOURS)] * 3
    answers += [lambda: _fixed("deny_support_access", **person)]
    closed = _fixed("change_support_access_role", actor=OPERATOR, account=account, role=None)
    deeds = [
        *[_security_on(account)] * draw(st.integers(0, 1)),
        closed,
        _fixed("request_support_access", actor=user, account=account),
        draw(st.sampled_from(answers))(),
        draw(st.sampled_from(ends))(),
        *[closed] * draw(st.integers(0, 1)),
    ]
    return [draw(deed) for deed in deeds]
