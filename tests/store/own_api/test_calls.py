"""Calls of the own interface: who makes them, from where, and how they are refused."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.test import Client

from tenantry.own_api.bodies import placed
from tenantry.own_api.document import document
from tenantry.own_api.register import ENDPOINTS, OPERATORS
from tenantry.platform_api import bounds
from tenantry.platform_api.origins import add_origin
from tenantry.platform_api.trusted import add_trusted_address, switch_trusted_addresses
from tenantry.rules.origins import Method
from tenantry.rules.trusted_addresses import AddressType
from tenantry.rules.vocabulary import AccountId
from tests.store.factories import AT
from tests.store.own_api.callers import BASE, own, problem
from tests.store.partners import Partner, Rival

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_has_called_yet() -> Iterator[None]:
    """What other tests have tried is forgotten."""
    bounds.FAILURES._left.clear()
    yield
    bounds.FAILURES._left.clear()
    bounds.calls.cache_clear()


def test_api_7_a_call_that_proves_nobody_is_401_and_told_how(partner: Partner) -> None:
    """The same for a token that is wrong and for no credentials; only the first is counted (LOCK-2)."""
    ann = own(partner.home, partner.ann)
    for answer in (
        replace(ann, secret="x").send("GET", "explanations"),
        Client().get(f"{BASE}/{partner.home}/explanations"),
    ):
        assert problem(answer) == (401, "call_not_proven")  # type: ignore[arg-type]
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert partner.ann.row.failed_attempts == 1


def test_api_8_another_account_is_not_to_be_called(partner: Partner, rival: Rival) -> None:
    """A token is good for its account alone; whether another exists is not told."""
    ann = own(partner.home, partner.ann)
    answers = [
        replace(ann, account=where).send("GET", "explanations") for where in (rival.home, AccountId("none-AAAAAA"))
    ]
    assert [problem(answer) for answer in answers] == [(403, "token_elsewhere")] * 2


def test_ip_1_a_call_from_elsewhere_than_a_trusted_address_is_403(partner: Partner) -> None:
    """The same list as that of the platform API."""
    ann = own(partner.home, partner.ann)
    for name, address in (("here", "127.0.0.1"), ("there", "10.0.0.1")):
        add_trusted_address(
            actor=partner.ann.actor, at=AT, account=partner.home, name=name, type=AddressType.SINGLE, address=address
        )
    switch_trusted_addresses(actor=partner.ann.actor, at=AT, account=partner.home, on=True)
    assert ann.send("GET", "explanations?privilege=API").status_code == 200
    elsewhere = replace(ann, client=Client(REMOTE_ADDR="10.9.9.9"))
    assert problem(elsewhere.send("GET", "explanations?privilege=API")) == (403, "caller_not_trusted")


def test_cors_3_pages_of_an_account_may_call_and_read_the_headers(partner: Partner) -> None:
    """Preflights name the headers of this interface as well; answers expose theirs."""
    page = "https://app.example.com"
    add_origin(actor=partner.ann.actor, at=AT, account=partner.home, origin=page, methods=frozenset({Method.GET}))
    asked = {"origin": page, "access-control-request-method": "GET"}
    found = Client().options(f"{BASE}/{partner.home}/explanations", headers=asked)
    assert (found.status_code, found.headers["Access-Control-Allow-Origin"]) == (200, page)
    assert {"if-match", "idempotency-key"} <= set(found.headers["Access-Control-Allow-Headers"].split(", "))
    ann = own(partner.home, partner.ann)
    answer = ann.send("GET", "explanations?privilege=API", origin=page)
    assert answer.headers["Access-Control-Allow-Origin"] == page
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
    other = ann.send("GET", "explanations?privilege=API", origin="https://x.example")
    assert "Access-Control-Allow-Origin" not in other.headers


def test_api_7_too_many_calls_are_429_with_a_time_to_wait(partner: Partner, settings: object) -> None:
    """Counted together with those of the platform API."""
    settings.API_RATE = 1  # type: ignore[attr-defined]
    bounds.calls.cache_clear()
    ann = own(partner.home, partner.ann)
    found = [ann.send("GET", "explanations?privilege=API") for _ in range(bounds.BURST + 2)]
    assert found[0].status_code == 200
    assert problem(found[-1]) == (429, "too_many_calls")
    assert found[-1].headers["Retry-After"] == "1"


def test_what_is_no_address_is_404_and_no_method_405(partner: Partner) -> None:
    """As problems, with the methods that there are; HEAD is GET without a body."""
    ann = own(partner.home, partner.ann)
    for path in ("nonesuch", "explanations/x", "explanations/", "a/b/c/d"):
        assert problem(ann.send("GET", path)) == (404, "no_such_address")
    for address in ("/v1/nonesuch", "/v1/accounts/x", "/v1/accounts/", "/v1/accounts/x/grants/a%0Ab", "/v1/a%0A"):
        assert problem(Client().get(address)) == (404, "no_such_address")  # type: ignore[arg-type]
    wrong = ann.send("PATCH", "explanations")
    assert problem(wrong) == (405, "method_not_allowed")
    assert wrong.headers["Allow"] == "GET, HEAD"
    assert ann.send("HEAD", "explanations?privilege=API").status_code == 200


@pytest.mark.parametrize(
    ("message", "pointer"),
    [
        ("Object contains unknown field `x`", "/x"),
        ("Object contains unknown field `x` - at `$.a[3].b`", "/a/3/b/x"),
        ("Object missing required field `a/b~c`", "/a~1b~0c"),
        ("Expected `str`, got `int` - at `$.change.role`", "/change/role"),
        ("Expected `object`, got `array`", ""),
    ],
)
def test_where_a_body_is_wrong_is_told_by_pointer(message: str, pointer: str) -> None:
    """As RFC 6901 writes it."""
    assert placed(message)[1] == pointer


def test_the_document_says_what_is_served() -> None:
    """Every endpoint once, each form defined; the document is there for whoever asks."""
    told = document()
    served = {(method, path) for path, methods in told["paths"].items() for method in methods}
    inside = {(one.method.lower(), f"/accounts/{{account}}/{one.path}") for one in ENDPOINTS}
    assert served == inside | {(one.method.lower(), f"/{one.path}") for one in OPERATORS}
    for one in OPERATORS:
        assert told["paths"][f"/{one.path}"][one.method.lower()]["security"] == [{"operator": []}]
    text = json.dumps(told)
    for name in {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in told["components"]["schemas"]
    names = [method["operationId"] for path in told["paths"].values() for method in path.values()]
    assert len(names) == len(set(names))
    assert Client().get("/v1/openapi.json").json() == json.loads(text)
