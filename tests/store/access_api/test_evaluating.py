"""Questions of host applications: one and many, by whom they may be asked, and what is wrong with bad ones."""

from __future__ import annotations

import io
import json
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenantry.access_api import answering, application as served
from tenantry.access_api.clients import client_of
from tenantry.decisions.authzen import parse
from tenantry.decisions.told import Telling
from tenantry.objects.models import HostObject
from tenantry.rules.vocabulary import OPERATOR, AccountId, Status
from tenantry.store.transaction import StoreUnavailable
from tenantry.tokens.commands import revoke_client_token
from tests.store.access_api.calling import Host, Said, a_host, call, question
from tests.store.access_api.one_by_one import Still
from tests.store.factories import ADMINISTRATOR, AT, STANDARD_USER, a_user, an_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def home() -> AccountId:
    """An account with an Administrator and a Standard User."""
    account = an_account("Home")
    a_user(account, ADMINISTRATOR, email="Ada@Example.com")
    a_user(account, STANDARD_USER, email="stan@example.com")
    return account


@pytest.fixture
def host() -> Host:
    """A host application that serves all accounts."""
    return a_host(AT)


def reason(said: Said) -> str:
    """Why it was denied."""
    assert said.status == 200
    assert said.told["decision"] is False
    code: str = said.told["context"]["reason"]["code"]
    return code


def test_an_answer_comes_with_its_reasons(home: AccountId, host: Host) -> None:
    """Yes by grants, no by a refusal, the same each time, whether ready or not."""
    for _ in "abc":
        yes = host.evaluate(question("ada@example.com", "USER_MANAGEMENT", "account", home))
        no = host.evaluate(question("stan@example.com", "USER_MANAGEMENT", "account", home))
        assert yes.status == 200
        assert yes.headers["Content-Type"] == "application/json"
        assert yes.told["decision"] is True
        assert [grant["role"] for grant in yes.told["context"]["grants"]] == ["ADMINISTRATOR"]
        assert reason(no) == "not_held"
        assert host.evaluate(question("ADA@example.com", "USER_MANAGEMENT", "account", home)).told == yes.told


def test_unknown_things_are_denials(home: AccountId, host: Host) -> None:
    """People, types, privileges and accounts that are not there: no, with the reason; also names no database takes."""
    assert reason(host.evaluate(question("no@example.com", "BUILD", "account", home))) == "unknown_user"
    assert reason(host.evaluate(question("no\0@example.com", "BUILD", "account", home))) == "unknown_user"
    assert reason(host.evaluate(question("ada@example.com", "BUILD", "account", "nope"))) == "unknown_account"
    assert reason(host.evaluate(question("ada@example.com", "BUILD", "account", "no\0pe"))) == "unknown_resource"
    assert reason(host.evaluate(question("ada@example.com", "FLY", "account", home))) == "unknown_privilege"
    assert reason(host.evaluate(question("ada@example.com", "BUILD", "spaceship", "x"))) == "unknown_resource"
    assert reason(host.evaluate(question("ada@example.com", "BUILD", "space\0", "x"))) == "unknown_resource"
    robot = question("ada@example.com", "BUILD", "account", home) | {"subject": {"type": "robot", "id": "r"}}
    assert reason(host.evaluate(robot)) == "unknown_user"


def test_what_is_not_known_is_ignored(home: AccountId, host: Host) -> None:
    """Members of later versions, properties and contexts of the host's own (forward compatibility)."""
    asked = question("ada@example.com", "BUILD", "account", home) | {"foo": 1, "context": {"ip": "192.0.2.1", "z": []}}
    asked["subject"]["properties"] = {"department": "Sales"}
    asked["action"]["future"] = {"nested": True}
    assert host.evaluate(asked).told["decision"] is True


@pytest.mark.parametrize("time", ["2025-06-27T18:03-07:00", "2025-06-27T18:03:04.5Z", "2025-06-27t18:03:04z", None])
def test_a_question_may_name_its_instant(home: AccountId, host: Host, time: str | None) -> None:
    """RFC 3339, and without seconds as the standard's own examples have it."""
    asked = question("ada@example.com", "BUILD", "account", home) | {"context": {"time": time}}
    assert host.evaluate(asked).told["decision"] is True


@pytest.mark.parametrize("time", ["2025-06-27T18:03", "20250627T1803Z", "2025-13-27T18:03Z", "yesterday", 5, {}, ""])
def test_what_is_no_instant_is_refused(home: AccountId, host: Host, time: object) -> None:
    """Without an offset nobody knows which instant is meant."""
    asked = question("ada@example.com", "BUILD", "account", home) | {"context": {"time": time}}
    said = host.evaluate(asked)
    assert said.status == 400
    assert said.told.endswith("at `$.context.time`")


BAD_BODIES = [
    b"",
    b"{",
    b"[]",
    b'"x"',
    b"\xff",
    b"[" * 200_000,
    b'{"a":' * 200_000,
    b'{"subject":"alice","action":{"name":"read"},"resource":{"type":"record","id":"1"}}',
    b'{"subject":{"type":"user","id":"a"},"action":{"name":123},"resource":{"type":"record","id":"1"}}',
    b'{"subject":{"type":"user"},"action":{"name":"read"},"resource":{"type":"record","id":"1"}}',
    b'{"subject":{"type":"user","id":"a"},"action":{},"resource":{"type":"record","id":"1"}}',
    b'{"subject":{"type":"user","id":"a"},"action":{"name":"read"}}',
    b'{"subject":{"type":"user","id":"a"},"action":{"name":"r"},"resource":{"type":"record","id":"1"},"context":1}',
    b'{"subject":{"type":"user","id":"a"},"action":{"name":"r"},"resource":{"type":"r","id":"1","properties":{"account":1}}}',
    b'{"subject":{"type":"user","id":"a"},"action":{"name":"r"},"resource":{"type":"r","id":"1"},"context":{"at_least":-1}}',
]


@pytest.mark.parametrize("body", BAD_BODIES, ids=lambda body: repr(body[:40]))
@pytest.mark.parametrize("path", ["/access/v1/evaluation", "/access/v1/evaluations"])
def test_a_malformed_request_is_an_error_that_says_what_is_wrong(host: Host, body: bytes, path: str) -> None:
    """A message as a JSON string."""
    said = host.post(path, body)
    assert said.status == 400
    assert isinstance(said.told, str)
    assert said.headers["Content-Type"] == "application/json"


def test_the_media_type_counts(home: AccountId, host: Host) -> None:
    """JSON, with parameters or without; nothing else."""
    asked = question("ada@example.com", "BUILD", "account", home)
    assert host.evaluate(asked, CONTENT_TYPE="Application/JSON; charset=utf-8").status == 200
    assert host.evaluate(asked, CONTENT_TYPE="text/plain").status == 400
    assert host.evaluate(asked, CONTENT_TYPE="").status == 400


def test_bodies_are_bounded(host: Host) -> None:
    """By their length as told, and as they come."""
    large = b" " * (4 * 1024 * 1024 + 1)
    assert host.evaluate(large).status == 413
    assert host.evaluate(large, CONTENT_LENGTH="").status == 413
    assert host.evaluate(b"{}", CONTENT_LENGTH="-1").status == 400
    assert host.evaluate(b"{}", CONTENT_LENGTH="99999999999").status == 413


def test_other_methods_and_addresses(host: Host) -> None:
    """POST, at the addresses there are."""
    said = host.get("/access/v1/evaluation")
    assert (said.status, said.headers["Allow"]) == (405, "POST")
    assert host.post("/access/v1/nothing", {}).status == 404


def test_the_request_id_comes_back(home: AccountId, host: Host) -> None:
    """With answers and with errors alike; without one there is none."""
    asked = question("ada@example.com", "BUILD", "account", home)
    assert host.evaluate(asked, HTTP_X_REQUEST_ID="abc-1").headers["X-Request-ID"] == "abc-1"
    assert host.evaluate(b"{", HTTP_X_REQUEST_ID="abc-2").headers["X-Request-ID"] == "abc-2"
    assert call("/access/v1/evaluation", b"{", HTTP_X_REQUEST_ID="abc-3").headers["X-Request-ID"] == "abc-3"
    assert "X-Request-ID" not in host.evaluate(asked).headers


def test_only_host_applications_ask(home: AccountId, host: Host) -> None:
    """By a bearer token that is valid; who has none learns nothing of what else is wrong."""
    asked = question("ada@example.com", "BUILD", "account", home)
    assert host.evaluate(asked, HTTP_AUTHORIZATION=f"bearer {host.token}").status == 200
    for sent in ("Bearer nonsense", f"Basic {host.token}", "Bearer", host.token, ""):
        for body in (asked, b"{"):
            said = host.evaluate(body, HTTP_AUTHORIZATION=sent)
            assert said.status == 401
            assert said.headers["WWW-Authenticate"] == 'Bearer realm="Tenantry", error="invalid_token"'
    said = call("/access/v1/evaluation", b"{}")
    assert (said.status, said.headers["WWW-Authenticate"]) == (401, 'Bearer realm="Tenantry"')


def test_a_revoked_token_is_refused_at_the_next_call(home: AccountId) -> None:
    """And its name is free again."""
    host = a_host(AT, "billing")
    asked = question("ada@example.com", "BUILD", "account", home)
    assert host.evaluate(asked).status == 200
    revoke_client_token(actor=OPERATOR, at=AT, name="billing")
    assert host.evaluate(asked).status == 401
    again = a_host(AT, "billing")
    assert again.evaluate(asked).status == 200
    assert host.evaluate(asked).status == 401


def test_a_token_that_serves_some_accounts_knows_no_others(home: AccountId, host: Host) -> None:
    """What belongs to others is answered as what is not there."""
    other = an_account("Other")
    a_user(other, ADMINISTRATOR, email="olga@example.com")
    limited = a_host(AT, "limited", [other])
    for _ in range(2):  # so that there is an answer ready, for those who may have it
        assert host.evaluate(question("ada@example.com", "BUILD", "account", home)).told["decision"] is True
    assert limited.evaluate(question("olga@example.com", "BUILD", "account", other)).told["decision"] is True
    for kind, key in (("account", home), ("folder", f"{home}-top"), ("environment", "E"), ("invoice", "I")):
        for named in ({}, {"account": home}):
            asked = question("ada@example.com", "BUILD", kind, key, **named)
            nowhere = question("ada@example.com", "BUILD", kind, key.replace(home, "nope"))
            if named:
                nowhere["resource"]["properties"] = {"account": "nope"}
            told = limited.evaluate(asked).body.replace(home.encode(), b"nope")
            assert told == host.evaluate(nowhere).body
    used = question("ada@example.com", "USE", "role", "ADMINISTRATOR", account=home)
    assert reason(limited.evaluate(used)) == "unknown_account"


def test_many_questions_are_answered_in_their_order(home: AccountId, host: Host) -> None:
    """What one leaves out is taken whole from around it."""
    ada, stan = ({"type": "user", "id": f"{name}@example.com"} for name in ("ada", "stan"))
    here = {"type": "account", "id": home}
    asked = {
        "subject": ada,
        "action": {"name": "USER_MANAGEMENT"},
        "resource": here,
        "evaluations": [{}, {"subject": stan}, {"resource": {"type": "account", "id": "nope"}}, {"subject": ada}],
    }
    told = host.evaluations(asked).told
    assert [*told] == ["evaluations"]
    assert [one["decision"] for one in told["evaluations"]] == [True, False, False, True]
    assert told["evaluations"][2]["context"]["reason"]["code"] == "unknown_account"
    whole = [
        question("ada@example.com", "BUILD", "account", home),
        question("stan@example.com", "FLY", "account", home),
    ]
    told = host.evaluations({"evaluations": whole}).told
    assert [one["decision"] for one in told["evaluations"]] == [True, False]


def test_without_questions_it_is_one_question(home: AccountId, host: Host) -> None:
    """The array left out, or empty."""
    asked = question("ada@example.com", "BUILD", "account", home)
    one = host.evaluate(asked).told
    assert host.evaluations(asked).told == one
    assert host.evaluations(asked | {"evaluations": []}).told == one
    assert host.evaluations(asked | {"evaluations": [], "subject": {"type": "user"}}).status == 400
    del asked["resource"]
    assert host.evaluations(asked).told == "Object missing required field `resource`"


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({}, "Object missing required field `resource`"),
        ({"resource": {"type": "account"}}, "Object missing required field `id` - at `$.resource`"),
        ({"resource": 5}, "Expected `object`, got `int` - at `$.resource`"),
        (7, "Expected `object`, got `int`"),
        ({"resource": {"type": "r", "id": "1"}, "context": {"time": "x"}}, "RFC 3339"),
        ({"resource": {"type": "r", "id": "1", "properties": {"account": 1}}}, "Expected `str`"),
    ],
)
def test_a_question_that_fails_is_a_no_and_the_others_are_answered(
    home: AccountId, host: Host, bad: object, why: str
) -> None:
    """Its context says what is wrong; it decides as any other no does."""
    here = {"resource": {"type": "account", "id": home}}
    around = {"subject": {"type": "user", "id": "ada@example.com"}, "action": {"name": "BUILD"}}

    def told(semantic: str, *asked: object) -> list[tuple[bool, str]]:
        said = host.evaluations(around | {"options": {"evaluations_semantic": semantic}, "evaluations": asked})
        assert said.status == 200
        answers = said.told["evaluations"]
        return [(one["decision"], one["context"].get("error", {}).get("message", "")) for one in answers]

    [first, second, third] = told("execute_all", here, bad, here)
    assert (first, third) == ((True, ""), (True, ""))
    assert second[0] is False
    assert why in second[1]
    assert [one for one, _ in told("deny_on_first_deny", here, bad, here)] == [True, False]
    assert [one for one, _ in told("permit_on_first_permit", bad, here, here)] == [False, True]


def test_what_decides_first_ends_it(home: AccountId, host: Host) -> None:
    """As && and || do."""
    yes, no = (question(f"{name}@example.com", "USER_MANAGEMENT", "account", home) for name in ("ada", "stan"))

    def told(semantic: str, *asked: object) -> list[bool]:
        said = host.evaluations({"options": {"evaluations_semantic": semantic, "x": 1}, "evaluations": asked}).told
        return [one["decision"] for one in said["evaluations"]]

    assert told("deny_on_first_deny", yes, no, yes) == [True, False]
    assert told("deny_on_first_deny", yes, yes) == [True, True]
    assert told("permit_on_first_permit", no, yes, no) == [False, True]
    assert told("permit_on_first_permit", no, no) == [False, False]
    assert told("execute_all", no, yes, no) == [False, True, False]
    said = host.evaluations({"options": {"evaluations_semantic": "at_random"}, "evaluations": [yes]})
    assert said.status == 400
    assert "$.options.evaluations_semantic" in said.told


def test_a_batch_has_a_bound(home: AccountId, host: Host) -> None:
    """Which the error names."""
    asked = question("ada@example.com", "BUILD", "account", home)
    with patch("django.conf.settings.EVALUATIONS_LIMIT", 3):
        assert host.evaluations({"evaluations": [asked] * 3}).status == 200
        said = host.evaluations({"evaluations": [asked] * 4})
    assert said.status == 400
    assert said.told == "At most 3 evaluations in one request, got 4 - at `$.evaluations`"


def test_a_ready_answer_ends_with_what_it_rests_on(home: AccountId, host: Host) -> None:
    """The next question after a write is answered from what it left."""
    from tenantry.accounts.commands import change_account_status

    asked = question("ada@example.com", "BUILD", "account", home)
    for _ in range(3):
        assert host.evaluate(asked).told["decision"] is True
    change_account_status(actor=OPERATOR, at=AT, account=home, status=Status.SUSPENDED)
    assert reason(host.evaluate(asked)) == "account_not_available"
    assert reason(host.evaluate(asked)) == "account_not_available"


def test_a_store_that_does_not_serve_is_said_to_be_gone(home: AccountId, host: Host) -> None:
    """503, and when to come again; a connection that was cut meanwhile is opened anew before that."""
    asked = question("ada@example.com", "BUILD", "account", home)
    with (
        patch.object(answering, "client_of", side_effect=StoreUnavailable("The database is away.")),
        patch.object(served, "connection") as connection,
    ):
        said = host.evaluate(asked)
    assert (said.status, said.told, said.headers["Retry-After"]) == (503, "The database is away.", "1")
    assert connection.close.call_count == 2
    known, tries = client_of, iter([StoreUnavailable("The connection was cut.")])

    def once_cut(*asked: Any) -> Any:
        for failure in tries:
            raise failure
        return known(*asked)

    with patch.object(answering, "client_of", once_cut), patch.object(served, "connection"):
        assert host.evaluate(asked).told["decision"] is True
    with patch.object(answering, "client_of", side_effect=ZeroDivisionError):
        assert host.evaluate(asked).status == 500


def test_discovery_names_every_endpoint() -> None:
    """Without a token, at the well-known address; what is not asked by GET is refused."""
    path = "/.well-known/authzen-configuration"
    said = call(path, b"", REQUEST_METHOD="GET")
    assert said.status == 200
    assert said.headers["Content-Type"] == "application/json"
    with patch("django.conf.settings.BASE_URL", "https://pdp.example.com"):
        told = call(path, b"", REQUEST_METHOD="GET").told
    assert told == {
        "policy_decision_point": "https://pdp.example.com",
        "access_evaluation_endpoint": "https://pdp.example.com/access/v1/evaluation",
        "access_evaluations_endpoint": "https://pdp.example.com/access/v1/evaluations",
        "search_subject_endpoint": "https://pdp.example.com/access/v1/search/subject",
        "search_resource_endpoint": "https://pdp.example.com/access/v1/search/resource",
        "search_action_endpoint": "https://pdp.example.com/access/v1/search/action",
    }
    with patch("django.conf.settings.BASE_URL", "https://example.com/tenantry"):
        assert call(path, b"", REQUEST_METHOD="GET").status == 404
        inserted = call(f"{path}/tenantry", b"", REQUEST_METHOD="GET").told
    assert inserted["access_evaluation_endpoint"] == "https://example.com/tenantry/access/v1/evaluation"
    assert call(path, b"{}").status == 405


def test_the_interface_stands_in_front_of_the_console() -> None:
    """Its addresses are its own; all others are handed on as they come."""
    told: list[str] = []

    def others(environ: dict[str, object], start_response: object) -> list[bytes]:
        del start_response
        told.append(str(environ["PATH_INFO"]))
        return [b"console"]

    both = served.in_front_of(others)
    for path in ("/", "/access", "/accessible/", "/users/", "/.well-known/other"):
        assert both({"PATH_INFO": path, "wsgi.input": io.BytesIO()}, lambda *_: None) == [b"console"]
    assert told == ["/", "/access", "/accessible/", "/users/", "/.well-known/other"]
    asked = {"PATH_INFO": "/access/v1/x", "REQUEST_METHOD": "GET"}
    assert b"no such address" in b"".join(both(asked, lambda *_: None))


@pytest.mark.parametrize("number", [2, 20])
def test_many_objects_are_looked_for_at_once(home: AccountId, host: Host, number: int) -> None:
    """A batch asks the store as often for twenty objects as for two; each says what it says alone."""
    other = an_account("Other")
    keys = [f"I-{index}" for index in range(number)]
    HostObject.rows.of(home).bulk_create([HostObject(account_id=home, type="invoice", object_id=key) for key in keys])
    HostObject.rows.of(other).bulk_create([HostObject(account_id=other, type="invoice", object_id="I-0")])
    asked = [question("ada@example.com", "BUILD", "invoice", key) for key in [*keys, "none", "no\0ne"]]
    asked += [question("ada@example.com", "BUILD", "invoice", "I-0", account=account) for account in (home, other)]
    alone = [host.evaluate(one).told for one in asked]
    assert [one["decision"] for one in alone] == [False, *[True] * (number - 1), False, False, True, False]
    telling = Telling(Still(), AT)
    requests = [parse(json.dumps(one)) for one in asked]
    telling.engine.snapshot(home)
    telling.engine.snapshot(other)
    with CaptureQueriesContext(connection) as queries:
        telling.prepare(requests)
        told = [json.loads(telling.tell(one)) for one in requests]
    assert told == alone
    about_objects = [query for query in queries if "host_object" in query["sql"]]
    assert len(about_objects) == 1
    assert host.evaluations({"evaluations": asked}).told["evaluations"] == alone
    limited = a_host(AT, "limited", [home])
    seen = [one["decision"] for one in limited.evaluations({"evaluations": asked}).told["evaluations"]]
    assert seen == [True, *[True] * (number - 1), False, False, True, False]
