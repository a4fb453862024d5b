"""Calls of the platform API: who makes them, in which account they act, from where, and how they are refused."""

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from lxml import etree

from tenantry.accounts.commands import switch_feature
from tenantry.agreements.commands import set_usage_agreement
from tenantry.factors.codes import code_of
from tenantry.factors.commands import set_enforcement
from tenantry.platform_api import bounds
from tenantry.platform_api.origins import add_origin
from tenantry.platform_api.trusted import add_trusted_address, switch_trusted_addresses
from tenantry.rules.features import Feature
from tenantry.rules.origins import Method
from tenantry.rules.trusted_addresses import AddressType
from tenantry.rules.two_factor import step_at
from tenantry.rules.vocabulary import OPERATOR, AccountId, UserKey
from tenantry.users.commands import change_user_roles
from tenantry.users.models import User
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    STANDARD_USER,
    SUPPORT,
    Somebody,
    a_role,
    a_user,
    enlist,
    entries,
    somebody,
)
from tests.store.federating import federate, switch_on
from tests.store.partners import Partner, Rival
from tests.store.platform_api.callers import Caller, caller, refusal, simple, told
from tests.store.second_factors import with_app

pytestmark = pytest.mark.django_db

PASSWORD = "Correct-Horse-9"
NOT_PROVEN = (401, "call_not_proven", "The credentials are missing or not valid.")


@pytest.fixture(autouse=True)
def _nobody_has_called_yet() -> Iterator[None]:
    """What other tests have tried is forgotten."""
    bounds.FAILURES._left.clear()
    yield
    bounds.FAILURES._left.clear()
    bounds.calls.cache_clear()


def by_password(account: AccountId, who: Somebody, password: str = PASSWORD) -> Caller:
    """A program that calls by password."""
    return Caller(Client(), account, who.email, password)


def status(found: Caller, **headers: str) -> int:
    """How a plain call of somebody's is answered."""
    return found.send("GET", "getAssignableRoles", **headers).status_code


# ---- who -----------------------------------------------------------------------------------------------------------


def test_tok_6_and_eff_6_a_token_calls_for_its_owner_under_both_names(partner: Partner) -> None:
    """As Basic authentication says; what its owner may, the call may, and it is told as an act through the API."""
    ann = caller(partner.home, partner.ann)
    ours = replace(ann, user=f"PLATFORM_TOKEN.{partner.ann.email.upper()}")
    made = ours.post("Role", {"name": "by a call"})
    [entry] = [one for one in entries(partner.home) if one.container == "by a call"]
    assert (entry.source, entry.user) == ("API", UserKey(partner.ann.email))
    assert ann.get(f"Role/{made['id']}")["name"] == "by a call"
    for wrong in (
        partner.ann.email,
        f"boomi_token.{partner.ann.email}",
        f"BOOMI_TOKEN.BOOMI_TOKEN.{partner.ann.email}",
    ):
        assert refusal(replace(ann, user=wrong).send("GET", "getAssignableRoles")) == NOT_PROVEN
    plain = a_user(partner.home, STANDARD_USER, password=PASSWORD)
    assert refusal(by_password(partner.home, plain).send("GET", "getAssignableRoles"))[:2] == (403, "not_held")
    assert status(caller(partner.home, a_user(partner.home, a_role(partner.home, "api", "API")))) == 200


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!!", "Bearer abc", "Digest x", "Basic bm9jb2xvbg=="])
def test_api_7_without_credentials_it_is_401_and_no_attempt(partner: Partner, header: str) -> None:
    """Told how to authenticate; nothing is counted about anybody."""
    answer = Client().get(
        f"/api/rest/v1/{partner.home}/Role/x", headers={"accept": "application/json", "authorization": header}
    )
    assert refusal(answer) == NOT_PROVEN  # type: ignore[arg-type]
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert partner.ann.row.failed_attempts == 0


def test_lock_2_six_wrong_calls_lock_and_no_answer_tells_why(partner: Partner) -> None:
    """A token that is wrong, a password that is wrong, an address that nobody has: all alike; the lock is 401 too."""
    who = a_user(partner.home, ADMINISTRATOR, password=PASSWORD)
    good, right = caller(partner.home, who), by_password(partner.home, who)
    assert (status(good), status(right)) == (200, 200)
    for number in range(6):
        assert not who.row.locked
        wrong = replace(good, secret="x" * 36) if number % 2 else replace(right, secret="wrong")
        assert refusal(wrong.send("GET", "getAssignableRoles")) == NOT_PROVEN
    stranger = replace(right, user="nobody@example.com")
    assert refusal(stranger.send("GET", "getAssignableRoles")) == NOT_PROVEN
    assert who.row.locked
    assert refusal(good.send("GET", "getAssignableRoles")) == NOT_PROVEN
    assert refusal(right.send("GET", "getAssignableRoles")) == NOT_PROVEN


def test_lock_1_a_right_call_starts_the_count_anew(partner: Partner) -> None:
    """Six in a row lock, and five and one more do not."""
    who = a_user(partner.home, ADMINISTRATOR)
    good = caller(partner.home, who)
    for _ in range(2):
        for _ in range(5):
            assert status(replace(good, secret="x")) == 401
        assert status(good) == 200
        assert who.row.failed_attempts == 0


def test_mfa_11_a_password_needs_the_code_and_a_token_does_not(partner: Partner) -> None:
    """In either header, each code once; without it, or with a wrong one, it is 401, and the wrong one counts."""
    who = a_user(partner.home, ADMINISTRATOR, password=PASSWORD)
    now = datetime.now(UTC)
    secret, _ = with_app(who, now - timedelta(minutes=5))
    right = by_password(partner.home, who)
    assert status(right) == 401
    assert who.row.failed_attempts == 0
    assert status(right, **{"X-Boomi-OTP": "000000"}) == 401
    assert who.row.failed_attempts == 1
    assert status(right, **{"X-Boomi-OTP": code_of(secret, step_at(now) - 1)}) == 200
    assert who.row.failed_attempts == 0
    code = code_of(secret, step_at(datetime.now(UTC)))
    assert status(right, **{"X-Platform-OTP": code}) == 200
    assert status(right, **{"X-Platform-OTP": code}) == 401
    assert status(caller(partner.home, who)) == 200


def test_mfa_9_an_account_that_enforces_it_takes_no_password_without(partner: Partner) -> None:
    """As at the console; tokens go on working (TOK-9)."""
    who = a_user(partner.home, ADMINISTRATOR, password=PASSWORD)
    set_enforcement(actor=OPERATOR, at=AT, account=partner.home, enforced=True)
    assert refusal(by_password(partner.home, who).send("GET", "getAssignableRoles"))[:2] == (403, "two_factor_required")
    assert status(caller(partner.home, who)) == 200


def test_sso_17_users_of_single_sign_on_call_by_token_unless_they_administer(partner: Partner) -> None:
    """Their password is as good as a wrong one, and is not counted as one."""
    user = a_user(partner.home, SUPPORT, a_role(partner.home, "calls", "API"), password=PASSWORD)
    boss = a_user(partner.home, ADMINISTRATOR, password=PASSWORD)
    switch_on(partner.home)
    for who in (user, boss):
        federate(partner.home, who)
    assert refusal(by_password(partner.home, user).send("GET", "getAssignableRoles")) == NOT_PROVEN
    assert user.row.failed_attempts == 0
    assert status(caller(partner.home, user)) == 200
    assert status(by_password(partner.home, boss)) == 200


def test_pwd_8_a_password_that_has_to_be_replaced_calls_for_nobody(partner: Partner) -> None:
    """It was made by the system, and opens the sign-in alone."""
    who = a_user(partner.home, ADMINISTRATOR, password=PASSWORD)
    User.objects.filter(pk=who.id).update(temporary_password=True)
    assert status(by_password(partner.home, who)) == 401


def test_agr_3_calls_are_not_asked_about_the_usage_agreement(partner: Partner) -> None:
    """It is shown to people."""
    set_usage_agreement(
        actor=partner.ann.actor, at=AT, account=partner.home, on=True, title="Terms", message="Be nice."
    )
    assert status(caller(partner.home, partner.ann)) == 200


# ---- where ---------------------------------------------------------------------------------------------------------


def test_tok_3_and_api_8_a_call_acts_in_its_account_alone(partner: Partner, rival: Rival) -> None:
    """Others, and accounts that do not exist, are 403; a suspended one as well (SCN-88 has its tokens)."""
    ann = caller(partner.home, partner.ann)
    for account, code in ((rival.home, "token_elsewhere"), (AccountId("none-AAAAAA"), "token_elsewhere")):
        assert refusal(replace(ann, account=account).send("GET", "getAssignableRoles"))[:2] == (403, code)
    boss = a_user(partner.home, ADMINISTRATOR, password=PASSWORD)
    for account, code in ((rival.home, "no_roles"), (AccountId("none-AAAAAA"), "unknown_account")):
        assert refusal(by_password(account, boss).send("GET", "getAssignableRoles"))[:2] == (403, code)
    theirs = a_role(rival.home, "theirs and nobody else's")
    for method in ("GET", "DELETE"):
        foreign, unknown = (refusal(ann.send(method, f"Role/{id}")) for id in (theirs, "nonesuch"))
        assert foreign[:2] == unknown[:2] == (403, "not_there")
        assert foreign[2].replace(theirs, "nonesuch") == unknown[2]


def test_api_1_a_partner_acts_in_what_it_manages_as_the_caller_may_there(partner: Partner, rival: Rival) -> None:
    """By `overrideAccount`; only where it is switched on, only for managed accounts, only as far as the caller gets."""
    api = a_role(partner.home, "all of it", "API", "ACCOUNT_ADMIN", "USER_MANAGEMENT")
    pat = somebody("pat@partner.example")
    a_user(partner.home, api, email=pat.email)
    enlist(partner.home, partner.services, pat, ADMINISTRATOR)
    there = caller(partner.home, pat, base="/partner/api/rest/v1")
    assert refusal(there.send("GET", "getAssignableRoles"))[:2] == (403, "partner_interface_off")
    switch_feature(actor=OPERATOR, at=AT, account=partner.home, feature=Feature.PARTNER_API, on=True)
    assert status(there) == 200
    made = told(there.send("POST", f"Role?overrideAccount={partner.abc}", {"name": "in abc"}))
    assert made["accountId"] == partner.abc
    assert told(there.send("GET", f"Role/{made['id']}?overrideAccount={partner.abc}")) == made
    assert refusal(there.send("GET", f"Role/{made['id']}"))[:2] == (403, "not_there")
    assert refusal(there.send("GET", f"Role/x?overrideAccount={partner.ghi}"))[0] == 403
    for other in (rival.member, rival.home, "none-AAAAAA"):
        found = refusal(there.send("GET", f"getAssignableRoles?overrideAccount={other}"))
        assert found[:2] == (403, "override_not_managed")
    ours = replace(there, base="/api/rest/v1")
    assert refusal(ours.send("GET", f"Role/{made['id']}?overrideAccount={partner.abc}"))[:2] == (403, "not_there")


def test_ip_1_and_ip_4_calls_come_from_trusted_addresses_of_the_account_they_act_in(partner: Partner) -> None:
    """All others are 403, whoever calls; the console is not asked."""
    ann = caller(partner.home, partner.ann)
    here = {"actor": partner.ann.actor, "at": AT, "account": partner.home}
    add_trusted_address(**here, name="elsewhere", type=AddressType.SINGLE, address="10.0.0.1")  # type: ignore[arg-type]
    assert refusal(ann.send("GET", "getAssignableRoles"))[:2] == (403, "caller_not_trusted")
    near = replace(ann, client=Client(REMOTE_ADDR="10.0.0.1"))
    assert status(near) == 200
    assert status(replace(near, secret="x")) == 401
    switch_trusted_addresses(**here, on=False)  # type: ignore[arg-type]
    assert status(ann) == 200
    max_there = {"actor": partner.max.actor, "at": AT, "account": partner.abc}
    add_trusted_address(**max_there, name="abc", type=AddressType.SINGLE, address="10.0.0.2")  # type: ignore[arg-type]
    switch_feature(actor=OPERATOR, at=AT, account=partner.home, feature=Feature.PARTNER_API, on=True)
    both = somebody("both@partner.example")
    a_user(partner.home, a_role(partner.home, "calls", "API"), email=both.email)
    enlist(partner.home, partner.services, both, ADMINISTRATOR)
    by_partner = caller(partner.home, both, base="/partner/api/rest/v1")
    address = f"getAssignableRoles?overrideAccount={partner.abc}"
    assert refusal(by_partner.send("GET", address))[:2] == (403, "caller_not_trusted")
    assert replace(by_partner, client=Client(REMOTE_ADDR="10.0.0.2")).send("GET", address).status_code == 200


# ---- browsers ------------------------------------------------------------------------------------------------------

PAGE = "https://app.example.com"


def preflight(account: AccountId, method: str, origin: str = PAGE) -> tuple[int, dict[str, str]]:
    """How a browser's question is answered, which brings no credentials."""
    asked = {"origin": origin, "access-control-request-method": method}
    answer = Client().options(f"/api/rest/v1/{account}/Role", headers=asked)
    return answer.status_code, allowed(answer.headers)


def allowed(headers: object) -> dict[str, str]:
    """The headers that tell browsers what is allowed."""
    return {name: value for name, value in dict(headers).items() if name.startswith("Access-Control-")}  # type: ignore[call-overload]


def test_cors_2_and_cors_4_preflights_are_answered_by_the_rules_of_the_account(partner: Partner) -> None:
    """Allowed ones with all that is allowed, others with 401; without rules none is."""
    assert preflight(partner.home, "GET") == (401, {})
    methods = frozenset({Method.GET, Method.POST})
    add_origin(actor=partner.ann.actor, at=AT, account=partner.home, origin="https://*.example.com", methods=methods)
    found, headers = preflight(partner.home, "GET")
    assert found == 200
    assert headers["Access-Control-Allow-Origin"] == PAGE
    assert headers["Access-Control-Allow-Credentials"] == "true"
    assert headers["Access-Control-Allow-Methods"] == "GET, POST"
    assert headers["Access-Control-Max-Age"] == "3600"
    assert set(headers["Access-Control-Allow-Headers"].split(", ")) >= {"authorization", "content-type", "accept"}
    assert preflight(partner.home, "DELETE") == (401, {})
    assert preflight(partner.home, "GET", "https://example.org") == (401, {})
    assert preflight(partner.abc, "GET") == (401, {})


def test_cors_3_a_call_from_elsewhere_is_answered_without_the_headers(partner: Partner) -> None:
    """And one from a page that fits with them, be it refused."""
    add_origin(actor=partner.ann.actor, at=AT, account=partner.home, origin=PAGE, methods=frozenset({Method.GET}))
    ann = caller(partner.home, partner.ann)
    for origin, headers in ((PAGE, True), ("https://other.example.com", False), ("null", False)):
        answer = ann.send("GET", "getAssignableRoles", origin=origin)
        assert answer.status_code == 200
        assert bool(allowed(answer.headers)) is headers
    assert allowed(ann.send("GET", "Role/nonesuch", origin=PAGE).headers)["Access-Control-Allow-Origin"] == PAGE


# ---- how -----------------------------------------------------------------------------------------------------------


def test_api_7_what_is_no_address_of_the_interface_is_404(partner: Partner) -> None:
    """Unknown objects and actions, words that are no ids, methods that mean nothing; a verb an object lacks is 400."""
    ann = caller(partner.home, partner.ann)
    for method, path in (
        ("GET", "Nonesuch/x"),
        ("GET", "role/x"),
        ("GET", "getNothing"),
        ("POST", "getAssignableRoles"),
        ("GET", "Role"),
        ("GET", "Role/query"),
        ("PUT", "Role/x"),
        ("PATCH", "Role/x"),
        ("DELETE", "Role"),
        ("GET", "Role/a/b"),
        ("GET", "Role/"),
        ("POST", "Role/execute/x"),
        ("GET", ""),
    ):
        assert refusal(ann.send(method, path))[0] == 404, (method, path)
    assert ann.send("HEAD", "Role/x").status_code == 404
    assert refusal(ann.send("GET", "Role/a%0Ab"))[:2] == (403, "not_there")


def test_api_7_an_account_called_too_often_is_503(partner: Partner, settings: object) -> None:
    """Counted for the account in the address, and over when time has passed."""
    settings.API_RATE = 1  # type: ignore[attr-defined]
    bounds.calls.cache_clear()
    ann = caller(partner.home, partner.ann)
    found = [status(ann) for _ in range(bounds.BURST + 2)]
    assert (found[0], found[-1]) == (200, 503)
    assert "Retry-After" not in ann.send("GET", "getAssignableRoles").headers
    assert status(caller(partner.abc, partner.max)) == 200


def test_whoever_fails_too_often_is_not_listened_to_for_a_while(partner: Partner) -> None:
    """From one place: each wrong password costs the making of a hash."""
    here = replace(caller(partner.home, partner.ann), client=Client(REMOTE_ADDR="10.9.9.9"))
    wrong = replace(here, user="BOOMI_TOKEN.nobody@example.com")
    assert status(wrong) == 401
    bounds.FAILURES._left["10.9.9.9"] = (0.0, bounds.FAILURES.clock())
    assert status(wrong) == 503
    assert status(here) == 503
    assert status(replace(here, client=Client(REMOTE_ADDR="10.9.9.8"))) == 200


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"<Role", "The body is not XML"),
        (b'<!DOCTYPE r [<!ENTITY e "x">]><Role name="a"><Description>&e;</Description></Role>', "document type"),
        (b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x"><Role name="a"/>', "document type"),
        (b"<Role><Description>" + b"<a>" * 500 + b"</a>" * 500 + b"</Description></Role>", "The body is not XML"),
        (b"<Role name='a'><Description>&nbsp;</Description></Role>", "The body is not XML"),
        (b"\xff\xfe", "The body is not XML"),
    ],
)
def test_xml_that_means_harm_is_400(partner: Partner, body: bytes, message: str) -> None:
    """Nothing is resolved, and nothing is made."""
    found = refusal(caller(partner.home, partner.ann).send("POST", "Role", body))
    assert found[0] == 400
    assert message in found[2]


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'"x"', b"null", b"[" * 100_000, b'{"name":"a\\u0000b"}', b'{"name":["a","b"]}', b"\xff"]
)
def test_json_that_cannot_be_read_is_400(partner: Partner, body: bytes) -> None:
    """And says so, whatever was meant."""
    ann = caller(partner.home, partner.ann)
    basic = b64encode(f"{ann.user}:{ann.secret}".encode()).decode()
    answer = Client().post(
        f"/api/rest/v1/{partner.home}/Role",
        body,
        content_type="application/json",
        headers={"accept": "application/json", "authorization": f"Basic {basic}"},
    )
    assert refusal(answer)[0] == 400  # type: ignore[arg-type]


def test_answers_are_xml_unless_json_is_asked_for(partner: Partner) -> None:
    """Errors as well; what was sent does not matter (API-7)."""
    ann = caller(partner.home, partner.ann)
    for accept, form in (
        ("", "application/xml"),
        ("*/*", "application/xml"),
        ("text/xml", "application/xml"),
        ("text/html, application/json;q=0.9", "application/json"),
        ("application/json; charset=UTF-8", "application/json"),
    ):
        for path, wanted in (("getAssignableRoles", 200), ("Role/x", 403), ("Nonesuch/x", 404)):
            answer = ann.send("GET", path, accept=accept)
            assert answer.status_code == wanted
            assert answer.headers["Content-Type"].startswith(form)
            if form == "application/json":
                json.loads(answer.content)
            else:
                etree.fromstring(answer.content)


def test_api_3_deleting_by_get_is_off_unless_the_operator_allows_it(partner: Partner, settings: object) -> None:
    """A page's image would do to delete something."""
    ann = caller(partner.home, partner.ann)
    role = a_role(partner.home, "goes")
    assert ann.get(f"Role/{role}?method=DELETE")["name"] == "goes"
    settings.API_DELETES_BY_GET = True  # type: ignore[attr-defined]
    assert ann.get(f"Role/{role}?method=DELETE") is True
    assert refusal(ann.send("GET", f"Role/{role}"))[0] == 403


# ---- pages and bulk ------------------------------------------------------------------------------------------------


def test_api_3_a_query_comes_in_pages_of_100_that_neither_repeat_nor_skip(partner: Partner) -> None:
    """While others write, and with a token that is used twice."""
    ann = caller(partner.home, partner.ann)
    for number in range(230):
        a_role(partner.home, f"role {number:03}")
    wanted = {"QueryFilter": {"expression": simple("name", "STARTS_WITH", "role")}}
    first = ann.post("Role/query", wanted)
    assert (len(first["result"]), first["numberOfResults"]) == (100, 230)
    second = ann.post("Role/queryMore", f' "{first["queryToken"]}"\n')
    for victim in (first["result"][0], second["result"][5]):
        ann.delete(f"Role/{victim['id']}")
    again = ann.post("Role/queryMore", first["queryToken"])
    third = ann.post("Role/queryMore", second["queryToken"])
    assert "queryToken" not in third
    seen = [one["id"] for page in (first, second, third) for one in page["result"]]
    assert len(seen) == len(set(seen)) == 230
    assert len(again["result"]) == 100


def test_api_3_a_token_is_good_for_its_asker_account_and_object_alone(partner: Partner) -> None:
    """Everything else is 400, and says no more."""
    ann = caller(partner.home, partner.ann)
    for number in range(120):
        a_role(partner.home, f"r{number}")
    token = ann.post("Role/query")["queryToken"]
    assert len(ann.post("Role/queryMore", token)["result"]) > 0
    other = caller(partner.home, a_user(partner.home, ADMINISTRATOR))
    for wrong in (
        other.send("POST", "Role/queryMore", token),
        ann.send("POST", "Role/queryMore", token[:-4] + "AAAA"),
        ann.send("POST", "Role/queryMore", "é"),
        ann.send("POST", "Role/queryMore", b""),
    ):
        assert refusal(wrong)[0] == 400
        assert refusal(wrong)[2] == "The query token is not valid: ask the query anew."


def test_api_3_the_right_to_a_page_is_asked_for_anew(partner: Partner) -> None:
    """A token carries no right."""
    who = a_user(partner.home, ADMINISTRATOR)
    theirs = caller(partner.home, who)
    for number in range(120):
        a_role(partner.home, f"r{number}")
    token = theirs.post("Role/query")["queryToken"]
    api = a_role(partner.home, "api alone", "API")
    change_user_roles(actor=OPERATOR, at=AT, account=partner.home, user=who.id, roles=frozenset({api}))
    assert refusal(theirs.send("POST", "Role/queryMore", token))[:2] == (403, "not_held")


def test_api_3_bulk_gets_up_to_100_in_the_order_asked_for(partner: Partner) -> None:
    """What is not there is told beside what is; other types, none at all and more are refused."""
    ann = caller(partner.home, partner.ann)
    role = a_role(partner.home, "one")
    ids = ["nonesuch", role, "fcb6dd44-0ca8-11e2-a477-1231381987a5", role]
    found = ann.post("Role/bulk", {"type": "GET", "request": [{"@type": "BulkId", "id": id} for id in ids]})
    assert [one["statusCode"] for one in found["response"]] == [400, 200, 200, 200]
    assert found["response"][0] == {
        "@type": "BulkResponse",
        "id": "nonesuch",
        "statusCode": 400,
        "errorMessage": "No such Role: nonesuch",
    }
    assert found["response"][1] == {"@type": "BulkResponse", "Result": ann.get(f"Role/{role}"), "statusCode": 200}
    for body in (
        {"ids": [role]},
        {"type": "DELETE", "request": [{"id": role}]},
        {"type": "GET", "request": [{}]},
        {"type": "GET", "request": []},
        {"type": "GET", "request": [{"id": "x"}] * 101},
    ):
        assert refusal(ann.send("POST", "Role/bulk", body))[0] == 400
