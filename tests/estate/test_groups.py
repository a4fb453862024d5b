"""Account groups out of files: what loading writes, tells and leaves, and whose answers it changes."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenantry.accounts.models import Account
from tenantry.audit.models import Entry
from tenantry.decisions.engine import Engine
from tenantry.groups import commands
from tenantry.groups.models import AccountGroup, GroupAccount, GroupUser, GroupUserRole
from tenantry.rules.answers import Access
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId, Actor, GroupId, RoleId, Source, UserKey
from tenantry.sharing.commands import share
from tenantry.sharing.models import Share
from tenantry.store.crossings import Crossing
from tenantry.store.models import Revision
from tenantry.store.raising import HEAD
from tenantry.support.commands import grant_support_access, request_support_access
from tenantry.tokens.commands import issue_user_token
from tenantry.tokens.models import UserToken
from tenantry.users.models import User, UserRole
from tests.estate.loading import (
    AT,
    PARTNER,
    SERV,
    URI,
    Fields,
    Loader,
    M,
    N,
    P,
    R,
    counts,
    entries,
    exported,
    gives,
    group,
    member,
    serves,
    shared,
    shares,
)
from tests.store.factories import share_ends

pytestmark = [pytest.mark.store, pytest.mark.django_db]

Q: Fields = P | {"id": "q", "name": "Other"}


def stamps() -> dict[str, tuple[int, int]]:
    """The revisions of all scopes: inside, given."""
    rows = Revision.objects.exclude(scope=HEAD).values_list("scope", "number", "given")
    return {scope: (number, given) for scope, number, given in rows}


def raised(before: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """By how much the revisions have grown since."""
    grown = {scope: (now[0] - before[scope][0], now[1] - before[scope][1]) for scope, now in stamps().items()}
    return {scope: by for scope, by in grown.items() if by != (0, 0)}


def groups_of(primary: str = "p") -> dict[str, bool]:
    """The names of a primary's groups, and which is All Accounts."""
    return dict(AccountGroup.rows.of(primary).order_by("name_key").values_list("name", "everywhere"))


def roles_of(user: Fields, account: str) -> set[str]:
    """The names of the roles that somebody has in an account in force; none without access."""
    snapshot = Engine().snapshot(AccountId(account))
    access = Engine().access(user=user["id"], account=AccountId(account), at=AT)
    assert snapshot is not None
    return {snapshot.account.roles[role].name for role in access.roles} if isinstance(access, Access) else set()


def test_people_reach_the_accounts_of_their_groups(loader: Loader) -> None:
    """GRP-14: the union over all groups that hold the account, All Accounts included."""
    loader(*PARTNER, serves(SERV, "Standard User", "All Accounts"))
    assert roles_of(SERV, "m") == {"Support", "Standard User"}
    assert roles_of(SERV, "n") == {"Standard User"}
    assert roles_of(SERV, "p") == set()


def test_loading_twice_changes_nothing(loader: Loader) -> None:
    """No row, no entry, no revision, neither of what is inside nor of what is given."""
    lines = (*PARTNER, gives(URI, shared("R"), "m"), member("n", "All Accounts"), group("All Accounts"))
    loader(*lines)
    before = (exported(), entries(), stamps(), list(AccountGroup.rows.of("p").order_by("id").values()))
    assert counts(loader(*lines)) == {
        "account": (0, 0, 3),
        "user": (0, 0, 2),
        "role": (0, 0, 1),
        "user_role": (0, 0, 1),
        "account_group": (0, 0, 2),
        "group_account": (0, 0, 2),
        "group_user_role": (0, 0, 1),
        "group_resource": (0, 0, 1),
    }
    assert (exported(), entries(), stamps(), list(AccountGroup.rows.of("p").order_by("id").values())) == before


def test_the_order_of_lines_is_free(loader: Loader) -> None:
    """Also in several loads that name what is there already by another spelling."""
    loader(*PARTNER[::-1])
    before = exported()
    again = (group("g"), member("m", " G"), serves(SERV | {"id": "SERV@P.TEST"}, "support", "g"), shares("r", "G "))
    assert counts(loader(*again[1:])) == {
        "group_account": (0, 0, 1),
        "group_user_role": (0, 0, 1),
        "group_resource": (0, 0, 1),
    }
    assert exported() == before
    loader(again[0])
    assert exported() == before.replace('"G"', '"g"')


def test_grp_2_every_primary_has_all_accounts_once(loader: Loader) -> None:
    """With the feature from the start, with the feature later, and where others only name it."""
    loader(P, Q | {"features": []}, M)
    assert groups_of() == {"All Accounts": True}
    assert groups_of("q") == {}
    loader(Q, N)
    assert groups_of("q") == {"All Accounts": True}
    AccountGroup.rows.of("p").delete()
    loader(N)
    assert groups_of() == {"All Accounts": True}
    AccountGroup.rows.of("p").delete()
    loader(P)
    loader(P, M, group("ALL accounts"))
    assert groups_of() == {"All Accounts": True}
    assert not any(kind == "as.accountgroup" for _, kind, *_ in entries()), "that it is there is no news"


def test_grp_2_all_accounts_takes_an_alert_level_and_an_id_while_it_is_new(loader: Loader) -> None:
    """And says so in the log; its name stays."""
    loader(P, Q, group("all accounts", id="everything", alert_level="info"))
    [row] = AccountGroup.rows.of("p")
    assert (row.id, row.name, row.everywhere, row.alert_level) == ("everything", "All Accounts", True, "info")
    loader(group("All Accounts", "q", alert_level="error"))
    assert [entry for entry in entries() if entry[1] == "as.accountgroup"] == [
        ("p", "as.accountgroup", "UPDATE", "NONE", "All Accounts"),
        ("q", "as.accountgroup", "UPDATE", "NONE", "All Accounts"),
    ]
    assert counts(loader(group("All Accounts", alert_level="info"))) == {"account_group": (0, 0, 1)}
    assert loader.refused(group("Everything", id="everything"))[0][1] == "name"


def test_grp_2_lines_about_members_of_all_accounts_say_what_is_so(loader: Loader) -> None:
    """They count as unchanged, and no row is written for them."""
    assert counts(loader(P, M, member("m", "All Accounts")))["group_account"] == (0, 0, 1)
    assert not GroupAccount.rows.of("p").exists()


def test_an_id_of_a_group_is_kept_and_renames_it(loader: Loader) -> None:
    """Two may exchange their names, and lines speak of the names of afterwards."""
    loader(P, M, N, group("A", id="a"), group("B", id="b"), member("m", "A"))
    loader(group("B", id="a", alert_level="warning"), group("A", id="b"), member("n", "B"))
    rows = AccountGroup.rows.of("p").filter(everywhere=False).order_by("id")
    assert list(rows.values_list("id", "name", "alert_level")) == [("a", "B", "warning"), ("b", "A", "none")]
    assert set(GroupAccount.rows.of("p").values_list("group_id", "member_id")) == {("a", "m"), ("a", "n")}
    assert counts(loader(group("B"))) == {"account_group": (0, 0, 1)}, "what a line leaves out stays as it is"


def test_grp_10_who_has_never_signed_in_may_be_in_a_group_by_a_file(loader: Loader) -> None:
    """An import describes a state; signing in once is asked for when somebody is added."""
    fresh = {"kind": "user", "id": "fresh@p.test"}
    loader(*PARTNER, fresh, serves(fresh, "Administrator"))
    assert roles_of(fresh, "m") == {"Administrator"}


def test_role_16_group_roles_and_shares_are_loaded_whatever_the_features(loader: Loader) -> None:
    """Of a primary that has lost Advanced User Security, too."""
    loader(P | {"features": ["account_groups"]}, *PARTNER[1:])
    assert roles_of(SERV, "m") == {"Support"}


def test_the_log_tells_what_single_commands_would_have_told(loader: Loader) -> None:
    """The same entries, word for word, as the commands write them for another group."""
    own = {"kind": "role", "account": "p", "name": "Own", "id": "role-own", "privileges": ["BUILD"]}
    loader(P, M, N, SERV, R, own)
    before = Entry.rows.of("p").count()
    lines = (
        *(group("L", alert_level="info"), member("m", "L"), member("n", "L"), shares("R", "L"), shares("Own", "L")),
        *(serves(SERV, "Own", "L"), serves(SERV, "Support", "L")),
    )
    loader(*lines)
    loader(serves(SERV, "Administrator", "L"))
    by_load = told(before, "L")
    before = Entry.rows.of("p").count()
    whom: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": AccountId("p")}
    made = commands.create_group(name="C", alert_level="info", **whom)
    commands.add_accounts_to_group(group=made, members={AccountId("m"), AccountId("n")}, **whom)
    roles = {RoleId("SUPPORT"), RoleId("role-own")}
    user = commands.add_user_to_group(group=made, email=SERV["id"], roles=roles, notify=False, **whom)
    share(group=made, kind=Kind.ROLE, resources={"role-r", "role-own"}, **whom)
    commands.change_group_user_roles(group=made, user=user, roles=roles | {RoleId("ADMINISTRATOR")}, **whom)
    assert sorted(by_load, key=str) == sorted(told(before, "C"), key=str)
    assert len(by_load) == 7


def told(before: int, name: str) -> list[object]:
    """What the log of p tells after its first entries, a group's name left out."""
    rows = Entry.rows.of("p").order_by("id")[before:]
    columns = ("user", "type", "action", "modifier", "level", "source", "container", "message", "properties")
    return [repr(values).replace(f"'{name}'", "'the group'") for values in rows.values_list(*columns)]


def test_a_changed_validity_in_a_group_is_told(loader: Loader) -> None:
    """As for direct roles; what a line leaves out stays, and null takes a bound away."""
    loader(*PARTNER)
    loader(serves(SERV, "Support", valid_until="2030-01-01T00:00:00Z"))
    loader(serves(SERV, "Support"))
    [entry] = Entry.rows.of("p").filter(type="as.accountgroup.user", action="UPDATE")
    assert entry.container == SERV["id"]
    assert entry.properties == [
        {"name": "validity of Support", "old": "always", "new": "until 2030-01-01T00:00:00+00:00"}
    ]
    loader(serves(SERV, "Support", valid_until=None))
    assert "valid_until" not in exported()
    starts = loader.refused(
        serves(SERV, "Support", valid_from="2031-01-01T00:00:00Z", valid_until="2032-01-01T00:00:00Z")
    )
    assert starts == []
    [problem] = loader.refused(serves(SERV, "Support", valid_until="2030-06-01T00:00:00Z"))
    assert problem[:2] == (1, "valid_until")


def test_lines_about_one_thing_are_joined_unless_they_contradict_each_other(loader: Loader) -> None:
    """Members, people and shares stated twice count once."""
    late = "2030-01-01T00:00:00Z"
    double = (member("m", "g"), shares("r", "g"), group(alert_level="info"), serves(SERV, "support", valid_until=late))
    assert counts(loader(*PARTNER, *double)) == {
        "account": (3, 0, 0),
        "user": (2, 0, 0),
        "role": (1, 0, 0),
        "account_group": (1, 0, 0),
        "group_account": (1, 0, 0),
        "group_user_role": (1, 0, 0),
        "group_resource": (1, 0, 0),
    }
    assert f'"valid_until":"{late}"' in exported()
    later = "2031-01-01T00:00:00Z"
    [problem] = loader.refused(
        serves(SERV, "Support", valid_until=late), serves(SERV, "Support", "g", valid_until=later)
    )
    assert problem == (2, "valid_until", f"contradicts {loader.file}:1")


@pytest.mark.parametrize(
    ("lines", "grown"),
    [
        ([group("New")], {"p": (1, 1)}),
        ([group(alert_level="info")], {"p": (1, 1)}),
        ([member("n")], {"p": (1, 1), "n": (1, 0)}),
        ([serves(SERV, "Administrator")], {"p": (1, 1)}),
        ([serves(SERV, "Support", valid_until="2030-01-01T00:00:00Z")], {"p": (1, 1)}),
        ([shares("R", "All Accounts")], {"p": (1, 1)}),
        ([R | {"privileges": []}], {"p": (1, 1)}),
        ([P | {"status": "suspended"}], {"p": (1, 1)}),
        ([P | {"name": "Another"}], {"p": (1, 0)}),
        ([SERV | {"locked": True}], {"p": (1, 1)}),
        ([SERV | {"external_id": "s-1"}], {"p": (1, 1)}),
        ([SERV | {"first_name": "S"}], {}),
        ([URI | {"staff": True}], {}),
        ([M | {"primary": None}], {"p": (1, 1), "m": (1, 0)}),
        ([N | {"primary": "q"}], {"n": (1, 0)}),
        ([M | {"status": "deleted"}], {"p": (1, 1), "m": (1, 1)}),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_changes_raises_its_revisions(
    lines: list[Fields], grown: dict[str, tuple[int, int]], loader: Loader
) -> None:
    """Of an account for its own half, of a primary for what it gives: one row however many accounts it manages."""
    loader(*PARTNER, Q)
    before = stamps()
    loader(*lines)
    assert raised(before) == grown


def test_a_lock_reaches_accounts_that_lend_access(loader: Loader) -> None:
    """Temporary support access rests on the person as well (SUP-13)."""
    staff = {"kind": "user", "id": "s@platform.test", "staff": True}
    loader(*PARTNER, staff, M | {"support_access_role": None})
    asked = request_support_access(
        actor=Actor(UserKey("s@platform.test"), Source.UI), at=AT, account=AccountId("m"), why="to look"
    )
    grant_support_access(actor=OPERATOR, at=AT, account=AccountId("m"), grants={asked}, role=RoleId("SUPPORT"), hours=4)
    before = stamps()
    loader(staff | {"locked": True})
    assert raised(before) == {"m": (1, 0)}


def test_grp_17_an_account_that_gets_another_primary_leaves_the_groups_of_the_first(loader: Loader) -> None:
    """Membership and what was shared end, and so do tokens for which no path is left (TOK-10); the way back is none."""
    features = ["advanced_user_security", "api_tokens"]
    loader(
        *(P, M | {"features": features}, *PARTNER[2:], Q, gives(URI, shared("R"), "m")),
        *(serves(SERV, "Administrator"), serves(URI, "Support", "All Accounts"), gives(URI, "Administrator", "m")),
    )
    for person in (SERV, URI):
        issue_user_token(actor=OPERATOR, at=AT, account=AccountId("m"), user=person["id"], name="t")
    loader(M | {"primary": "q"})
    assert not GroupAccount.rows.of("p").exists()
    assert roles_of(SERV, "m") == set()
    assert roles_of(URI, "m") == {"Administrator"}
    statuses = UserToken.rows.of("m").order_by("user__email_key").values_list("user__email", "status")
    assert dict(statuses) == {SERV["id"]: "revoked", URI["id"]: "enabled"}
    assert ("p", "as.accountgroup.account", "DELETE", "NONE", "m") in entries()
    [end] = share_ends(AccountId("p"))
    assert (end.details["role"], end.details["member"], end.details["user"], end.due) == ("", "m", "operator", AT)
    loader(M | {"primary": "p"}, member("m"))
    assert roles_of(URI, "m") == {"Administrator"}
    assert not UserRole.rows.of("m").filter(role_id="role-r").exists()


def test_tok_10_tokens_for_an_account_that_is_deleted_are_revoked_where_only_a_group_led(loader: Loader) -> None:
    """As by the command that deletes it: the entry says why, and whoever has a role there directly keeps the token."""
    features = ["advanced_user_security", "api_tokens"]
    people = (serves(SERV, "Administrator"), serves(URI, "Administrator"), gives(URI, "Administrator", "m"))
    loader(P, M | {"features": features}, *PARTNER[2:], *people)
    for person in (SERV, URI):
        issue_user_token(actor=OPERATOR, at=AT, account=AccountId("m"), user=person["id"], name="t")
    loader(M | {"status": "deleted"})
    statuses = UserToken.rows.of("m").values_list("user__email", "status")
    assert dict(statuses) == {SERV["id"]: "revoked", URI["id"]: "enabled"}
    [told] = Entry.rows.of("m").filter(type="user.token", action="DELETE").values_list("message", flat=True)
    assert told == "The token t was revoked: the account was deleted, and no other path leads to the account."


def test_acc_14_a_deleted_account_leaves_its_groups(loader: Loader) -> None:
    """Unless the file says that it is in one; its assignments of shared roles are nobody's either way."""
    loader(*PARTNER, member("n"), gives(URI, shared("R"), "m"))
    loader(M | {"status": "deleted"}, N | {"status": "deleted"}, member("n"))
    assert list(GroupAccount.rows.of("p").values_list("member_id", flat=True)) == ["n"]
    assert {end.details["member"] for end in share_ends(AccountId("p"))} == {"m", "n"}
    before = exported()
    assert counts(loader(M | {"status": "deleted"}, member("n"))) == {"account": (0, 0, 1), "group_account": (0, 0, 1)}
    assert exported() == before
    assert "ACC-14" in loader.refused(member("m"))[0][2]


def test_acc_14_a_deleted_primary_gives_nothing(loader: Loader) -> None:
    """Its groups go, as with the command; where the file states them they stay and are of no use to anybody."""
    lines = (*PARTNER, gives(URI, shared("R"), "m"))
    loader(*lines)
    loader(P | {"status": "deleted"})
    assert groups_of() == {"All Accounts": True}
    assert not Share.rows.of("p").exists()
    assert not GroupUserRole.rows.of("p").exists()
    assert [end.details["role"] for end in share_ends(AccountId("p"))] == ["role-r"]
    assert roles_of(SERV, "m") == roles_of(URI, "m") == set()
    assert {problem[1] for problem in loader.refused(*lines[3:])} == {"account"}
    for line in (shares("R", "All Accounts"), serves(SERV, "Support", "All Accounts")):
        [(_, field, what)] = loader.refused(line)
        assert (field, "ACC-14" in what) == ("account", True)
    other = tuple(_renamed(line) for line in lines)
    loader(*other)
    deleted = _renamed(P) | {"status": "deleted"}
    loader(deleted, *other[1:])
    assert groups_of("p2") == {"All Accounts": True, "G": False}
    assert roles_of(SERV, "m2") == set()
    before = (exported(), stamps())
    loader(deleted, *other[1:])
    assert (exported(), stamps()) == before


def _renamed(line: Fields) -> Fields:
    """The same line in another world."""
    new = {
        name: f"{value}2"
        if name in {"account", "primary", "member"} or (name, line["kind"]) == ("id", "account")
        else value
        for name, value in line.items()
    }
    if line["kind"] == "role":
        new["id"] = f"{line['id']}-2"
    if isinstance(line.get("role"), dict):
        new["role"] = shared("R", "p2")
    return new


def test_acc_14_a_world_may_come_in_with_a_deleted_primary(loader: Loader) -> None:
    """An import describes a state; nobody gets in by it, and it goes out and in as it is."""
    lines = (P | {"status": "deleted"}, *PARTNER[1:], gives(URI, shared("R"), "m"))
    loader(*lines)
    assert roles_of(SERV, "m") == roles_of(URI, "m") == set()
    before = exported()
    loader(*lines)
    assert exported() == before


def test_the_number_of_queries_does_not_grow_with_the_lines(loader: Loader) -> None:
    """Twenty groups with twenty accounts and people take as many as two."""

    def lines(prefix: str, size: int) -> list[Fields]:
        people = [{"kind": "user", "id": f"{prefix}{n}@p.test"} for n in range(size)]
        accounts = [M | {"id": f"{prefix}{n}"} for n in range(size)]
        roles = [{**R, "id": f"{prefix}-{n}", "name": f"{prefix}{n}"} for n in range(size)]
        names = [f"{prefix}{n}" for n in range(size)]
        within = [
            *(group(name) for name in names),
            *(member(f"{prefix}{n}", name) for n, name in enumerate(names)),
            *(serves(person, "Support", name) for person, name in zip(people, names, strict=True)),
            *(shares(name, name) for name in names),
            *(gives(URI, shared(name), name) for name in names),
        ]
        return [*people, *accounts, *roles, *within]

    def reads(lines: list[Fields]) -> int:
        defining = {"user", "account", "role"}
        loader(*(line for line in lines if line["kind"] in defining))
        with CaptureQueriesContext(connection) as queries:
            loader(*(line for line in lines if line["kind"] not in defining))
        return sum(query["sql"].startswith("SELECT") for query in queries)

    loader(*PARTNER)
    loader(*lines("one", 1))
    assert reads(lines("few", 2)) == reads(lines("many", 20))


def test_a_refused_load_leaves_no_trace(loader: Loader) -> None:
    """Not even of what was swept on the way."""
    loader(*PARTNER, gives(URI, shared("R"), "m"))
    Share.rows.of("p").delete()
    before = (stamps(), entries(), UserRole.rows.of("m").count())
    assert loader.refused(shares("R"), serves({"id": "nobody@p.test"}, "Support"))
    assert (stamps(), entries(), UserRole.rows.of("m").count()) == before


def test_a_primary_may_lose_the_feature_while_it_manages_nobody(loader: Loader) -> None:
    """Its groups stay, out of reach, as when it is switched off; a file may tell of them."""
    loader(P, SERV, group(), serves(SERV, "Support"))
    loader(P | {"features": []})
    before = exported()
    loader.text(before)
    assert exported() == before
    assert set(groups_of()) == {"All Accounts", "G"}


def test_the_default_account_is_not_one_of_a_group(loader: Loader) -> None:
    """It is the first account somebody was given (ENTRY-3); groups give none."""
    loader(*PARTNER)
    assert User.objects.get(email=SERV["id"]).default_account_id is None
    assert Account.rows.across(Crossing.ESTATE).count() == 3


def test_forget_the_group_and_its_people_are_two_tables(loader: Loader) -> None:
    """Whoever has a role in a group is in it, once (GRP-8, GRP-20)."""
    loader(*PARTNER, serves(SERV, "Administrator"))
    [row] = GroupUser.rows.of("p")
    assert GroupUserRole.rows.of("p").filter(group_id=GroupId(row.group_id), user_id=row.user_id).count() == 2
    until = (AT + timedelta(days=1)).isoformat()
    loader(serves(SERV, "Support", valid_until=until))
    assert GroupUser.rows.of("p").count() == 1
