"""The doors of searches: complete lists in pages, and what is wrong with bad requests."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenantry.access_api import searching
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.users.commands import set_lock
from tenantry.users.models import User
from tests.store.access_api.calling import Host, Said, a_host, call
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    STANDARD_USER,
    SUPPORT,
    Somebody,
    a_group,
    a_member,
    a_primary,
    a_user,
    all_accounts,
    an_account,
    enlist,
    somebody,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def host() -> Host:
    """A host application that serves all accounts."""
    return a_host(AT)


def subjects(host: Host, account: str, action: str = "BUILD", kind: str = "user", **page: object) -> Said:
    """Who may do it in an account?"""
    asked = {"subject": {"type": kind}, "action": {"name": action}, "resource": {"type": "account", "id": account}}
    return host.post("/access/v1/search/subject", asked | ({"page": page} if page else {}))


def accounts(host: Host, user: str, action: str = "BUILD", **page: object) -> Said:
    """Where may somebody do it?"""
    asked = {"subject": {"type": "user", "id": user}, "action": {"name": action}, "resource": {"type": "account"}}
    return host.post("/access/v1/search/resource", asked | ({"page": page} if page else {}))


def actions(host: Host, user: str, account: str) -> Said:
    """What may somebody do in an account?"""
    asked = {"subject": {"type": "user", "id": user}, "resource": {"type": "account", "id": account}}
    return host.post("/access/v1/search/action", asked)


def ids(said: Said) -> list[str]:
    """The ids found."""
    assert said.status == 200, said.body
    return [one["id"] for one in said.told["results"]]


def test_people_are_named_by_the_hosts_ids_or_their_addresses(host: Host) -> None:
    """Direct users, people of groups, and nobody who may not; each as asking about them alone would say."""
    home = a_primary("Partner")
    customer = a_member(home, "Customer")
    ada = a_user(customer, ADMINISTRATOR, email="Ada@Example.com")
    a_user(customer, SUPPORT, email="sue@example.com")
    gus, lee = somebody("gus@example.com"), somebody("lee@example.com")
    enlist(home, all_accounts(home), gus, ADMINISTRATOR)
    enlist(home, a_group(home, "Elsewhere"), lee, ADMINISTRATOR)
    User.objects.filter(pk=gus.id).update(external_id="g-17")
    said = subjects(host, customer)
    assert said.told["page"] == {"count": 2, "next_token": "", "total": 2}
    assert [*said.told] == ["page", "results"]
    assert said.told["results"] == [{"type": "user", "id": "Ada@Example.com"}, {"type": "user", "id": "g-17"}]
    assert ids(accounts(host, "g-17")) == [customer]
    assert ids(accounts(host, ada.email)) == [customer]
    set_lock(actor=OPERATOR, at=AT, user=ada.email, locked=True)
    assert ids(subjects(host, customer)) == ["g-17"]
    assert ids(accounts(host, ada.email)) == []


def test_actions_are_all_that_is_allowed(host: Host) -> None:
    """By name."""
    home = an_account()
    a_user(home, SUPPORT, email="sue@example.com")
    found = [one["name"] for one in actions(host, "sue@example.com", home).told["results"]]
    assert found == sorted(found)
    for name in ("EXECUTE", "VIEW_RESULT"):
        assert name in found
    assert "BUILD" not in found


def test_nothing_is_found_of_what_is_not_there_and_the_context_says_why(host: Host) -> None:
    """Unknown people, types, actions and resources are no errors."""
    home = an_account()
    a_user(home, ADMINISTRATOR, email="ada@example.com")

    def empty(said: Said) -> str:
        assert ids(said) == []
        code: str = said.told["context"]["reason"]["code"]
        return code

    assert empty(subjects(host, "nope")) == "unknown_account"
    assert empty(subjects(host, home, kind="spaceship")) == "unknown_user"
    assert empty(subjects(host, home, action="FLY")) == "unknown_privilege"
    assert empty(accounts(host, "nobody@example.com")) == "unknown_user"
    assert empty(accounts(host, "no\0body@example.com")) == "unknown_user"
    assert empty(actions(host, "nobody@example.com", home)) == "unknown_user"
    assert empty(actions(host, "ada@example.com", "nope")) == "unknown_account"
    assert ids(accounts(host, "ada@example.com", "FLY")) == []
    sought: dict[str, Any] = {"subject": {"type": "user", "id": "ada@example.com"}, "action": {"name": "BUILD"}}
    for kind in ("spaceship", "sp\0aceship", "user"):
        assert ids(host.post("/access/v1/search/resource", sought | {"resource": {"type": kind}})) == []
    asked = {"subject": {"type": "user"}, "action": {"name": "BUILD"}, "resource": {"type": "spaceship", "id": "x"}}
    assert empty(host.post("/access/v1/search/subject", asked)) == "unknown_resource"


def test_ids_of_what_is_looked_for_are_ignored(host: Host) -> None:
    """The standard wants it so."""
    home = an_account()
    for name in ("ada", "bea"):
        a_user(home, ADMINISTRATOR, email=f"{name}@example.com")
    asked = {"action": {"name": "BUILD"}, "resource": {"type": "account", "id": home}}
    whole = asked | {"subject": {"type": "user", "id": "ada@example.com"}}
    assert ids(host.post("/access/v1/search/subject", whole)) == ["ada@example.com", "bea@example.com"]
    one = {"subject": {"type": "user", "id": "ada@example.com"}, "action": {"name": "BUILD"}}
    assert ids(host.post("/access/v1/search/resource", one | {"resource": {"type": "account", "id": "x"}})) == [home]


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("subject", {"subject": {"type": "user"}, "resource": {"type": "account", "id": "a"}}),
        ("subject", {"subject": {"type": "user"}, "action": {"name": "x"}, "resource": {"type": "account"}}),
        ("subject", {"subject": {}, "action": {"name": "x"}, "resource": {"type": "account", "id": "a"}}),
        ("resource", {"action": {"name": "x"}, "resource": {"type": "account"}}),
        ("resource", {"subject": {"type": "user"}, "action": {"name": "x"}, "resource": {"type": "account"}}),
        ("action", {"subject": {"type": "user", "id": "a"}}),
        ("action", {"subject": {"type": "user"}, "resource": {"type": "account", "id": "a"}}),
    ],
)
def test_what_is_asked_with_has_to_be_whole(host: Host, path: str, asked: object) -> None:
    """Only what is looked for leaves its id out."""
    said = host.post(f"/access/v1/search/{path}", asked)
    assert said.status == 400
    assert said.told.startswith("Object missing required field")


def test_pages_together_are_the_whole(host: Host) -> None:
    """Each as long as asked for; the last says that it is the last. The bound may be left out or repeated."""
    home = an_account()
    people = sorted(a_user(home, ADMINISTRATOR).email for _ in range(5))
    found: list[str] = []
    said = subjects(host, home, limit=2)
    for _ in range(2):
        assert said.told["page"]["count"] == 2
        assert said.told["page"]["total"] == 5
        found += ids(said)
        token = said.told["page"]["next_token"]
        repeated, left_out = subjects(host, home, token=token, limit=2), subjects(host, home, token=token)
        assert repeated.told == left_out.told
        said = repeated
    assert said.told["page"] == {"count": 1, "next_token": "", "total": 5}
    assert [*found, *ids(said)] == people
    none = subjects(host, home, limit=0)
    assert ids(none) == []
    assert none.told["page"]["next_token"] != ""


def test_a_token_is_good_for_its_own_request_alone(host: Host) -> None:
    """Another subject, action, resource or limit, a token made up, or one of others: refused."""
    home, other = an_account(), an_account("Other")
    for account in (home, other):
        for _ in range(3):
            a_user(account, ADMINISTRATOR)
    token = subjects(host, home, limit=1).told["page"]["next_token"]
    refused = [
        subjects(host, other, token=token),
        subjects(host, home, action="DEPLOY", token=token),
        subjects(host, home, token=token, limit=2),
        subjects(host, home, token=token[:-2]),
        subjects(host, home, token="A" + token[1:]),
        subjects(host, home, token="é"),
        subjects(host, home, token="x"),
        accounts(host, "user@example.com", token=token),
    ]
    for number, said in enumerate(refused[:-1]):
        assert said.status == 400, number
        assert said.told.endswith("at `$.page.token`")
    assert refused[-1].status == 400 or ids(refused[-1]) == []
    for bad in ({"limit": -1}, {"limit": "x"}, {"token": 5}):
        assert subjects(host, home, **bad).status == 400


def test_a_page_has_a_bound_of_its_own(host: Host) -> None:
    """However many are asked for, and if nobody says how many."""
    home = an_account()
    people = sorted(a_user(home, ADMINISTRATOR).email for _ in range(3))
    with patch.object(searching, "PAGE_LIMIT", 2):
        for first in (subjects(host, home), subjects(host, home, limit=100)):
            assert ids(first) == people[:2]
            assert ids(subjects(host, home, token=first.told["page"]["next_token"])) == people[2:]


def test_a_token_that_serves_some_accounts_finds_no_others() -> None:
    """Neither people of theirs, nor them."""
    home, other = an_account(), an_account("Other")
    ada = a_user(home, ADMINISTRATOR, email="ada@example.com")
    _also(ada, other)
    limited = a_host(AT, "limited", [home])
    assert ids(accounts(limited, ada.email)) == [home]
    assert ids(accounts(a_host(AT, "all"), ada.email)) == sorted([home, other])
    assert ids(subjects(limited, other)) == []
    assert actions(limited, ada.email, other).told["results"] == []


def _also(who: Somebody, account: AccountId) -> None:
    a_user(account, STANDARD_USER, ADMINISTRATOR, email=who.email)


def test_searches_are_asked_by_host_applications_alone() -> None:
    """With a token."""
    assert call("/access/v1/search/subject", b"{}").status == 401


@pytest.mark.parametrize("number", [2, 12])
def test_a_search_asks_the_store_as_often_for_many_as_for_few(host: Host, number: int) -> None:
    """Accounts of a person of a group, and people of an account."""
    home = a_primary("Partner")
    gus = somebody("gus@example.com")
    enlist(home, all_accounts(home), gus, ADMINISTRATOR)
    customers = [a_member(home, f"Customer {index}") for index in range(number)]
    for _ in range(number):
        a_user(customers[0], ADMINISTRATOR)
    with CaptureQueriesContext(connection) as asked:
        assert len(ids(accounts(host, gus.email))) == number
    assert len(asked) <= 40
    with CaptureQueriesContext(connection) as asked:
        assert len(ids(subjects(host, customers[0]))) == number + 1
    assert len(asked) <= 50
