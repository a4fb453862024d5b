"""Whatever is sent, the interface answers, and never by failing: bytes, JSON of any shape, requests strangely made."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.store.access_api.calling import Host, a_host, call
from tests.store.factories import ADMINISTRATOR, AT, a_user, an_account

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("HOSTILE_EXAMPLES", "60"))
PATHS = [f"/access/v1/{name}" for name in ("evaluation", "evaluations")]
PATHS += [f"/access/v1/search/{name}" for name in ("subject", "resource", "action")]
USUAL = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize="HOSTILE_EXAMPLES" not in os.environ,
)

TEXT = st.text(max_size=12) | st.sampled_from(
    ["\0", "ada@example.com", "user", "account", "BUILD", "USE", "folder", "role"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=8
)
TIMES = st.sampled_from(["0001-01-01T00:00+23:59", "9999-12-31T23:59:59-23:59", "2025-06-27T18:03-07:00", "2025-06-27"])
KINDS = st.sampled_from(["account", "environment", "folder", "role", "cloud", "user", "record"]) | TEXT


def _maybe(form: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """An entity with any of its members, sometimes of any type."""
    whole = st.fixed_dictionaries({}, optional=form)
    return st.sampled_from([True] * 6 + [False]).flatmap(lambda good: whole if good else ANYTHING)


PROPERTIES = st.dictionaries(st.sampled_from(["account", "status", "\0"]), ANYTHING | TEXT, max_size=2)
SUBJECTS = _maybe({"type": st.just("user") | TEXT, "id": TEXT, "properties": PROPERTIES})
ACTIONS = _maybe({"name": TEXT, "properties": PROPERTIES})
RESOURCES = _maybe({"type": KINDS, "id": TEXT, "properties": PROPERTIES})
CONTEXTS = _maybe({"time": TIMES | ANYTHING, "at_least": st.integers(-2, 2) | ANYTHING, "ip": ANYTHING})
PARTS = {"subject": SUBJECTS, "action": ACTIONS, "resource": RESOURCES, "context": CONTEXTS}
REQUESTS = st.fixed_dictionaries(
    {},
    optional={
        **PARTS,
        "evaluations": st.lists(st.fixed_dictionaries({}, optional=PARTS) | ANYTHING, max_size=3),
        "options": _maybe({"evaluations_semantic": st.sampled_from(["execute_all", "deny_on_first_deny", "x"])}),
        "page": _maybe({"token": TEXT, "limit": st.integers(-1, 3) | ANYTHING}),
        "more": ANYTHING,
    },
)


@pytest.fixture
def host() -> Host:
    """A host application, and somebody to ask about."""
    account = an_account()
    a_user(account, ADMINISTRATOR, email="ada@example.com")
    return a_host(AT)


def answered(host: Host, path: str, body: bytes, **headers: str) -> None:
    """Nothing but the statuses that the standard knows, and a body that is JSON."""
    said = host.post(path, body, **headers)
    assert said.status in {200, 400, 503}, (path, body, said)
    assert said.status != 503 or b"at_least" in body, (path, body, said)
    assert isinstance(json.loads(said.body), dict if said.status == 200 else str)


@USUAL
@given(path=st.sampled_from(PATHS), body=st.binary(max_size=60))
def test_bytes(host: Host, path: str, body: bytes) -> None:
    """Of any kind."""
    answered(host, path, body)


@USUAL
@given(path=st.sampled_from(PATHS), body=REQUESTS | ANYTHING)
def test_requests_with_strange_parts(host: Host, path: str, body: object) -> None:
    """Members of any type, missing or too many."""
    answered(host, path, json.dumps(body).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "body",
    [
        b'{"subject":{"type":"user","id":"\\ud800"},"action":{"name":"x"},"resource":{"type":"a","id":"b"}}',
        b'{"subject":{"type":"user","id":"a","id":"b"},"action":{"name":"x"},"resource":{"type":"a","id":"b"}}',
        b'{"subject":{"type":"user","id":"a","properties":{"n":1e999}},"action":{"name":"x"},"resource":{"type":"a","id":"b"}}',
        b'{"subject":{"type":"user","id":"a","properties":{"n":'
        + b"9" * 5000
        + b'}},"action":{"name":"x"},"resource":{}}',
        b'{"page":{"limit":99999999999999999999},"subject":{"type":"user","id":"a"},"resource":{"type":"a","id":"b"}}',
        b'{"x":' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"context":{"x":' + b'{"x":' * 3000 + b"1" + b"}" * 3000 + b"}}",
        b"\xef\xbb\xbf{}",
        b"null",
        b"NaN",
    ],
    ids=lambda body: repr(body[:50]),
)
def test_what_breaks_others(host: Host, path: str, body: bytes) -> None:
    """Half characters, names said twice, numbers beyond all bounds, depth, and what is no JSON."""
    answered(host, path, body)


@settings(USUAL, max_examples=20)
@given(sent=st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=30))
def test_headers(host: Host, sent: str) -> None:
    """Of any text that a server hands on."""
    answered(host, PATHS[0], b"{}", HTTP_TENANTRY_AT_LEAST=sent, HTTP_X_REQUEST_ID=sent)
    assert call(PATHS[0], b"{}", HTTP_AUTHORIZATION=f"Bearer {sent}").status == 401
