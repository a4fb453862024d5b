"""Roles that a primary shares, in files: where they may be named, and what ended shares never bring back."""

import pytest

from tenantry.decisions.engine import Engine
from tenantry.groups.commands import remove_accounts_from_group, remove_group
from tenantry.groups.models import AccountGroup, GroupAccount
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import OPERATOR, AccountId, GroupId
from tenantry.sharing.commands import share, withdraw
from tenantry.sharing.models import Share
from tenantry.store.models import Revision
from tenantry.users.models import UserRole
from tests.estate.loading import (
    AT,
    PARTNER,
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
    shared,
    shares,
)

pytestmark = [pytest.mark.store, pytest.mark.django_db]

GRANT = gives(URI, shared("R"), "m")
OWN: Fields = {"kind": "role", "account": "m", "name": "R", "id": "own-r", "privileges": ["BUILD"]}


def may(privilege: str, account: str = "m") -> bool:
    """Whether Uri may do something."""
    return Engine().decide(user=URI["id"], privilege=privilege, account=AccountId(account), at=AT).allowed


def group_id(name: str = "G") -> GroupId:
    """The id of a group."""
    return GroupId(AccountGroup.rows.of("p").get(name=name).id)


def withdrawn() -> None:
    """Withdraw R from G, which leaves its assignments to be deleted later."""
    withdraw(actor=OPERATOR, at=AT, account=AccountId("p"), group=group_id(), kind=Kind.ROLE, resource="role-r")
    assert UserRole.rows.of("m").filter(role_id="role-r").count() == 1


@pytest.mark.parametrize(
    "lines",
    [
        (*PARTNER, GRANT),
        (GRANT, *PARTNER[::-1]),
        (P, M, URI, R, shares("R", "All Accounts"), GRANT),
        (*PARTNER, gives(URI, shared(" r "), "m")),
    ],
    ids=["group", "order is free", "All Accounts", "spelling"],
)
def test_share_16_a_shared_role_is_given_by_its_account_and_name(lines: tuple[Fields, ...], loader: Loader) -> None:
    """Where it is shared after the load, whatever shares it."""
    loader(*lines)
    assert may("EXECUTE")
    assert '"user":"uri@m.test","role":{"account":"p","name":"R"}}' in exported()


def test_share_2_what_is_shared_already_may_be_given_by_a_later_file(loader: Loader) -> None:
    """And a newcomer to the group receives it at once (GRP-16)."""
    loader(*PARTNER)
    assert counts(loader(GRANT)) == {"user_role": (1, 0, 0)}
    loader(member("n"), gives(URI, shared("R"), "n"))
    assert may("EXECUTE", "n")
    assert ("m", "user", "ADD", "NONE", URI["id"]) in entries()


def test_share_2_nothing_comes_from_a_share_that_a_file_takes_away_with_the_primary(loader: Loader) -> None:
    """Judged is what holds after the load, not before it."""
    loader(*PARTNER, P | {"id": "q"})
    [problem] = loader.refused(M | {"primary": "q"}, GRANT)
    assert problem[:2] == (2, "role")
    [problem] = loader.refused(M | {"primary": None}, GRANT)
    assert problem[:2] == (2, "role")


def test_share_22_equal_names_are_two_roles(loader: Loader) -> None:
    """A name alone is the account's own; own ones come first in an export."""
    loader(*PARTNER, OWN, gives(URI, "R", "m"), GRANT)
    assert may("EXECUTE")
    assert may("BUILD")
    text = exported()
    assert text.index('"user":"uri@m.test","role":"R"') < text.index('"user":"uri@m.test","role":{"account":"p"')
    assert counts(loader.text(text))["user_role"] == (0, 0, 2)


def test_an_own_role_may_be_named_as_an_object_too(loader: Loader) -> None:
    """By its own account."""
    loader(*PARTNER, OWN, gives(URI, shared("R", "m"), "m"))
    assert may("BUILD")
    assert not may("EXECUTE")
    assert '"user":"uri@m.test","role":"R"' in exported()


def test_share_18_what_an_ended_share_left_does_not_come_back_with_a_share(loader: Loader) -> None:
    """It goes before the share begins, is told in its account, and facts kept from before go with it."""
    loader(*PARTNER, GRANT)
    withdrawn()
    before = Revision.objects.get(scope="m").number
    loader(shares("R"))
    assert not may("EXECUTE")
    assert not UserRole.rows.of("m").exists()
    assert Revision.objects.get(scope="m").number == before + 1
    assert entries()[-2:] == [
        ("m", "user", "UPDATE", "ROLE", URI["id"]),
        ("p", "as.accountgroup.resource", "ADD", "NONE", "R"),
    ]


def test_share_18_nor_with_a_command_in_facts_kept_from_before(loader: Loader) -> None:
    """The revision of the account that lost the assignment tells processes that their facts are old."""
    loader(*PARTNER, GRANT)
    withdrawn()
    before = Revision.objects.get(scope="m").number
    share(actor=OPERATOR, at=AT, account=AccountId("p"), group=group_id(), kind=Kind.ROLE, resources={"role-r"})
    assert not UserRole.rows.of("m").exists()
    assert Revision.objects.get(scope="m").number == before + 1


def test_share_18_a_file_may_give_the_role_anew(loader: Loader) -> None:
    """Then it is a new assignment, recorded as such, with the validity that the file gives."""
    loader(*PARTNER, gives(URI, shared("R"), "m", valid_until="2030-01-01T00:00:00Z"))
    withdrawn()
    assert counts(loader(shares("R"), GRANT)) == {"user_role": (1, 0, 0), "group_resource": (1, 0, 0)}
    assert may("EXECUTE")
    [row] = UserRole.rows.of("m")
    assert row.valid_until is None


def test_share_18_nor_with_a_membership(loader: Loader) -> None:
    """An account that comes back to a group, or to its primary."""
    loader(*PARTNER, GRANT)
    remove_accounts_from_group(
        actor=OPERATOR, at=AT, account=AccountId("p"), group=group_id(), members={AccountId("m")}
    )
    loader(member("m"))
    assert not may("EXECUTE")
    loader(GRANT)
    assert may("EXECUTE")
    loader(M | {"primary": None})
    assert not may("EXECUTE")
    loader(M, member("m"))
    assert not may("EXECUTE")


def test_share_18_nor_with_a_group_of_the_same_name(loader: Loader) -> None:
    """A group deleted and loaded again is another group."""
    loader(*PARTNER, GRANT)
    remove_group(actor=OPERATOR, at=AT, account=AccountId("p"), group=group_id())
    loader(group(), member("m"), shares("R"))
    assert not may("EXECUTE")


def test_share_3_another_share_keeps_the_assignment(loader: Loader) -> None:
    """Sharing a role once more sweeps nothing that lives."""
    loader(*PARTNER, GRANT, member("n"), gives(URI, shared("R"), "n"))
    loader(shares("R", "All Accounts"), group("H"), shares("R", "H"), member("m", "H"))
    assert may("EXECUTE")
    assert may("EXECUTE", "n")
    GroupAccount.rows.of("p").delete()
    assert may("EXECUTE", "n")


def test_what_an_ended_share_left_is_not_among_the_roles_that_the_log_tells(loader: Loader) -> None:
    """Nobody holds it any more."""
    from tenantry.audit.models import Entry

    loader(*PARTNER, OWN, gives(URI, "R", "m"), GRANT)
    withdrawn()
    loader(gives(URI, "Support", "m"))
    entry = Entry.rows.of("m").order_by("-id")[0]
    assert entry.properties == [{"name": "roles", "old": ["R"], "new": ["R", "Support"]}]


def test_ended_shares_are_not_exported(loader: Loader) -> None:
    """They do not exist any more for anybody."""
    loader(*PARTNER, N, GRANT, gives(URI, "Support", "m"))
    withdrawn()
    text = exported()
    assert '{"account":"p"' not in text
    assert '"role":"Support"' in text
    Share.rows.of("p").delete()
    assert exported() == text
