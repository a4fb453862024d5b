"""Account, read at both addresses, and made and deleted at the partner's."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree
from pytest_django.plugin import DjangoDbBlocker

from tenantry.accounts import commands as accounts
from tenantry.accounts.models import Account
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import OPERATOR, AccountId, Status
from tests.store.factories import ADMINISTRATOR, AT, STANDARD_USER, a_member, a_primary, a_role, a_user, entries, words
from tests.store.partners import around_all_tests
from tests.store.platform_api.callers import Caller, caller, grouping, refusal, simple

pytestmark = pytest.mark.django_db

MADE = "2031-05-20T12:00:00Z"


@dataclass(frozen=True)
class House:
    """A primary with the partner interface and two accounts that it manages, and another with one; who calls."""

    home: AccountId
    abc: AccountId
    def_: AccountId
    theirs: AccountId
    ann: Caller
    partner: Caller


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """In a transaction around those of the tests."""
    with around_all_tests(django_db_blocker):
        home, other = a_primary("Home"), a_primary("Other")
        accounts.switch_feature(actor=OPERATOR, at=AT, account=home, feature=Feature.PARTNER_API, on=True)
        ann = caller(home, a_user(home, ADMINISTRATOR))
        yield House(
            home=home,
            abc=a_member(home, "ABC"),
            def_=a_member(home, "def"),
            theirs=a_member(other, "Theirs"),
            ann=ann,
            partner=replace(ann, base="/partner/api/rest/v1"),
        )


@pytest.fixture
def house(made: House, db: None) -> House:
    """The same for all tests."""
    return made


def test_acc_15_an_account_is_told_with_its_status_and_support_access(house: House) -> None:
    """The account itself and those it manages, one by one; nobody else's."""
    told = house.ann.get(f"Account/{house.home}")
    assert told == {
        "@type": "Account",
        "accountId": house.home,
        "dateCreated": MADE,
        "name": "Home",
        "overDeployed": False,
        "status": "active",
        "supportAccess": True,
        "supportLevel": "standard",
        "widgetAccount": False,
    }
    accounts.change_support_access_role(actor=OPERATOR, at=AT, account=house.abc, role=None)
    assert house.ann.get(f"Account/{house.abc}")["supportAccess"] is False
    for foreign in (house.theirs, "nobody-AAAAAA", "x"):
        assert refusal(house.ann.send("GET", f"Account/{foreign}"))[:2] == (403, "not_there")


def test_account_in_xml(house: House) -> None:
    """All members are attributes."""
    root = etree.fromstring(house.ann.send("GET", f"Account/{house.abc}", accept="application/xml").content)
    assert root.tag == "{http://api.platform.boomi.com/}Account"
    assert dict(root.attrib) == {
        "accountId": house.abc,
        "dateCreated": MADE,
        "name": "ABC",
        "overDeployed": "false",
        "status": "active",
        "supportAccess": "true",
        "supportLevel": "standard",
        "widgetAccount": "false",
    }
    assert len(root) == 0


def test_a_query_lists_the_accounts_managed_and_not_the_one_that_asks(house: House) -> None:
    """By every property; what is listed equals what can be got."""
    every = house.ann.all_of("Account")
    assert {one["accountId"] for one in every} == {house.abc, house.def_}
    assert [house.ann.get(f"Account/{one['accountId']}") for one in every] == every
    later = AT + timedelta(days=5)
    Account.rows.of(house.def_).update(status=Status.TRIAL, trial_ends=later)
    for expression, found in (
        (simple("NAME", "EQUALS", "ABC"), {house.abc}),
        (simple("name", "LIKE", "d%"), {house.def_}),
        (simple("accountId", "NOT_EQUALS", house.abc), {house.def_}),
        (simple("STATUS", "EQUALS", "trial"), {house.def_}),
        (simple("status", "EQUALS", "active"), {house.abc}),
        (simple("dateCreated", "EQUALS", MADE), {house.abc, house.def_}),
        (simple("dateCreated", "GREATER_THAN", MADE), set()),
        (simple("expirationDate", "IS_NULL"), {house.abc}),
        (simple("EXPIRATIONDATE", "BETWEEN", MADE, "2031-06-01T00:00:00Z"), {house.def_}),
        (simple("widgetAccount", "EQUALS", "true"), set()),
        ({"property": "overDeployed", "operator": "EQUALS", "argument": [False]}, {house.abc, house.def_}),
        (grouping("or", simple("name", "EQUALS", "ABC"), simple("name", "EQUALS", "def")), {house.abc, house.def_}),
    ):
        assert {one["accountId"] for one in house.ann.all_of("Account", expression)} == found, expression
    told = house.ann.post("Account/bulk", {"request": [{"id": id} for id in (house.home, house.theirs, house.abc)]})
    assert [one["statusCode"] for one in told["response"]] == [200, 400, 200]
    assert told["response"][1]["errorMessage"] == f"No such Account: {house.theirs}"


def test_acc_12_a_trial_that_is_over_is_told_as_suspended(house: House) -> None:
    """Without anybody's doing, in what is told and in filters alike."""
    Account.rows.of(house.def_).update(status=Status.TRIAL, trial_ends=datetime(2020, 1, 1, tzinfo=UTC))
    assert house.ann.get(f"Account/{house.def_}")["status"] == "suspended"
    found = house.ann.all_of("Account", simple("status", "EQUALS", "suspended"))
    assert [one["accountId"] for one in found] == [house.def_]


def test_acc_7_the_partner_makes_a_trial_account_and_deletes_it(house: House) -> None:
    """With a name and a day at most 90 days ahead; deleted it is gone like one that never was."""
    ends = (datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
    made = house.partner.post("Account", {"@type": "Account", "name": "New One", "expirationDate": ends})
    key = AccountId(made["accountId"])
    assert (made["name"], made["status"], made["expirationDate"]) == ("New One", "trial", ends)
    assert key.startswith("newone-")
    assert key in {one["accountId"] for one in house.partner.all_of("Account")}
    assert [words(entry) for entry in entries(key)] == [("account", "ADD", "NONE")]
    assert house.partner.delete(f"Account/{key}") is True
    assert [words(entry) for entry in entries(key)][-1] == ("account", "DELETE", "NONE")
    assert entries(key)[-1].source == "API"
    assert refusal(house.partner.send("DELETE", f"Account/{key}"))[:2] == (403, "not_there")
    assert key not in {one["accountId"] for one in house.ann.all_of("Account")}


def test_acc_7_what_the_partner_is_refused(house: House) -> None:
    """Nothing of it stores anything."""
    before = house.partner.all_of("Account")
    now = datetime.now(UTC)
    late, past = ((now + timedelta(days=days)).isoformat(timespec="seconds") for days in (91, -1))
    good = (now + timedelta(days=1)).isoformat(timespec="seconds")
    for body, code in (
        ({"name": "x"}, ""),
        ({"expirationDate": good}, "account_name_invalid"),
        ({"name": "x", "expirationDate": late}, "trial_end_invalid"),
        ({"name": "x", "expirationDate": past}, "trial_end_invalid"),
        ({"name": "x", "expirationDate": "soon"}, ""),
    ):
        assert refusal(house.partner.send("POST", "Account", body))[:2] == (400, code), body
    assert refusal(house.partner.send("DELETE", f"Account/{house.home}"))[:2] == (400, "not_managed_here")
    assert refusal(house.partner.send("DELETE", f"Account/{house.theirs}"))[:2] == (403, "not_there")
    assert house.partner.all_of("Account") == before


def test_making_and_deleting_need_the_partner_s_address_and_no_override(house: House) -> None:
    """At the platform's address the object has no such verbs, nor on behalf of another account."""
    body = {"name": "x", "expirationDate": "2027-01-01T00:00:00Z"}
    impossible = (400, "not_possible_by_call")
    assert refusal(house.ann.send("POST", "Account", body))[:2] == impossible
    assert refusal(house.ann.send("DELETE", f"Account/{house.abc}"))[:2] == impossible
    override = f"?overrideAccount={house.abc}"
    assert refusal(house.partner.send("POST", f"Account{override}", body))[:2] == impossible
    assert refusal(house.partner.send("DELETE", f"Account/{house.abc}{override}"))[:2] == impossible
    assert refusal(house.ann.send("POST", f"Account/{house.abc}", {"name": "y"}))[:2] == impossible
    assert (
        refusal(house.ann.send("POST", "Account/query", {"QueryFilter": {"expression": {"property": "x"}}}))[0] == 400
    )


def test_an_account_needs_account_administration(house: House) -> None:
    """Standard Users are refused, though they hold API Access."""
    una = caller(house.home, a_user(house.home, STANDARD_USER, a_role(house.home, "calls", "API")))
    assert refusal(una.send("GET", f"Account/{house.home}"))[:2] == (403, "not_held")
    assert refusal(una.send("POST", "Account/query"))[:2] == (403, "not_held")


def test_a_page_of_accounts_costs_the_same_however_many(house: House) -> None:
    """Three or thirty."""
    a_member(house.home, "third", frozenset())
    house.ann.post("Account/query")
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert house.ann.post("Account/query")["numberOfResults"] == 3
    for number in range(27):
        a_member(house.home, f"more {number}", frozenset())
    with CaptureQueriesContext(connection) as many:
        assert house.ann.post("Account/query")["numberOfResults"] == 30
    assert len(few) == len(many)
