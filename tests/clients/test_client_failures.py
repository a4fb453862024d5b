"""The client against servers that fail, lie, stall and hang up: nothing of that is a yes, and all ends in time."""

import asyncio
import os
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tenantry.client import (
    Action,
    Answer,
    AsyncClient,
    CannotProve,
    Client,
    Denied,
    Malformed,
    NoAnswer,
    NotAuthorized,
    NotUnderstood,
    Question,
    Resource,
    Semantic,
    Subject,
    TooLate,
    Unreachable,
)
from tenantry.rules.answers import NotABool
from tests.clients.pretended import TOKEN, Asked, Pretended, pretended, reply

ACME = Resource.account("acme")
YES = {"decision": True, "context": {"rules": ["EFF-1"]}}
NO = {
    "decision": False,
    "context": {"rules": ["ROLE-9"], "reason": {"code": "privilege-not-held", "message": "No.", "fields": {"a": "b"}}},
}


def says(body: object, status: int = 200, **headers: str) -> Callable[[Asked], bytes]:
    """Always the same."""
    return lambda asked: reply(asked, body, status, **headers)


@pytest.fixture
def server() -> Iterator[Pretended]:
    """One that says yes."""
    with pretended(says(YES)) as running:
        yield running


@pytest.fixture
def client(server: Pretended) -> Iterator[Client]:
    """A client of it."""
    with Client(server.url, TOKEN, deadline=5) as made:
        yield made


def by_async(server: Pretended, ask: Callable[[AsyncClient], Awaitable[Any]], deadline: float = 5) -> Any:
    """The same question, asked by a task."""

    async def asking() -> Any:
        async with AsyncClient(server.url, TOKEN, deadline=deadline) as made:
            return await ask(made)

    return asyncio.run(asking())


def test_an_answer_is_read_and_is_no_bool(server: Pretended, client: Client) -> None:
    """`if client.check(...)` would be a yes to everybody; it raises instead."""
    for found in (
        client.check("ann@acme.example", "BUILD", ACME),
        by_async(server, lambda made: made.check("ann@acme.example", "BUILD", ACME)),
    ):
        assert found == Answer(allowed=True, revision=7, rules=("EFF-1",))
        with pytest.raises(NotABool):
            bool(found)
    asked = server.asked[0]
    assert (asked.method, asked.path) == ("POST", "/access/v1/evaluation")
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert asked.headers["content-type"] == "application/json"
    assert asked.said == {
        "subject": {"type": "user", "id": "ann@acme.example"},
        "action": {"name": "BUILD"},
        "resource": {"type": "account", "id": "acme"},
    }


def test_what_is_asked_arrives_whole(server: Pretended, client: Client) -> None:
    """Properties, circumstances, the instant, the write that has to be known, and the id of the call."""
    client.check(
        Subject.user("ann", department="sales"),
        Action("BUILD", {"method": "GET"}),
        Resource.environment("prod", "acme", tier=1),
        context={"ip": "192.0.2.1"},
        time=datetime(2026, 1, 2, tzinfo=UTC),
        at_least=7,
        request_id="mine",
    )
    assert server.asked[0].said == {
        "subject": {"type": "user", "id": "ann", "properties": {"department": "sales"}},
        "action": {"name": "BUILD", "properties": {"method": "GET"}},
        "resource": {"type": "environment", "id": "prod", "properties": {"tier": 1, "account": "acme"}},
        "context": {"ip": "192.0.2.1", "time": "2026-01-02T00:00:00+00:00"},
    }
    assert server.asked[0].headers["tenantry-at-least"] == "7"
    assert server.asked[0].headers["x-request-id"] == "mine"


def test_require_raises_what_check_answers(server: Pretended, client: Client) -> None:
    """Who goes on only if allowed is stopped by an exception that says why."""
    server.behave = says(NO)
    with pytest.raises(Denied, match=r"^No\.$") as raised:
        client.require("ann", "BUILD", ACME)
    found = raised.value.answer
    assert (found.allowed, found.rules, found.reason and found.reason.code) == (
        False,
        ("ROLE-9",),
        "privilege-not-held",
    )
    with pytest.raises(Denied):
        by_async(server, lambda made: made.require("ann", "BUILD", ACME))
    server.behave = says(YES)
    assert client.require("ann", "BUILD", ACME).allowed


GARBAGE: dict[str, bytes] = {
    "nothing": b"",
    "html": b"<html>yes</html>",
    "a bare yes": b"true",
    "a list": b'[{"decision":true}]',
    "no decision": b'{"context":{}}',
    "a number": b'{"decision":1}',
    "a text": b'{"decision":"true"}',
    "null": b'{"decision":null}',
    "broken off": b'{"decision":true',
    "two at once": b'{"decision":true}{"decision":true}',
    "bad rules": b'{"decision":true,"context":{"rules":5}}',
    "bad bytes": b'{"decision":true,"context":{"rules":["\xff"]}}',
    "deep": b'{"decision":true,"context":{"x":' + b"[" * 100_000,
}


@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_no_answer(server: Pretended, client: Client, body: bytes) -> None:
    """Only a JSON object with a boolean `decision` is one."""
    server.behave = says(body)
    with pytest.raises(NotUnderstood):
        client.check("ann", "BUILD", ACME)
    with pytest.raises(NotUnderstood):
        client.evaluate("ann", "BUILD", ACME)
    with pytest.raises(NotUnderstood):
        by_async(server, lambda made: made.check("ann", "BUILD", ACME))


STATUSES: list[tuple[int, object, type[NoAnswer]]] = [
    (204, YES, NotUnderstood),
    (302, YES, NotUnderstood),
    (400, "Expected `str` - at `$.subject.id`", Malformed),
    (401, "The bearer token is not valid.", NotAuthorized),
    (403, YES, NotAuthorized),
    (404, YES, NotUnderstood),
    (413, "A body has at most 10 bytes.", Malformed),
    (429, YES, NotUnderstood),
    (500, YES, NotUnderstood),
    (502, b"<html></html>", Unreachable),
    (503, "It cannot be proven.", CannotProve),
    (503, b"<html></html>", Unreachable),
]


@pytest.mark.parametrize(("status", "body", "kind"), STATUSES)
def test_a_status_other_than_200_is_no_answer(
    server: Pretended, client: Client, status: int, body: object, kind: type[NoAnswer]
) -> None:
    """Whatever the body says; the message and the id of the call are in the text."""
    server.behave = says(body, status, Retry_After="3")
    for ask in (
        lambda: client.check("ann", "BUILD", ACME, request_id="mine"),
        lambda: by_async(server, lambda made: made.check("ann", "BUILD", ACME, request_id="mine")),
    ):
        with pytest.raises(NoAnswer, match="mine") as raised:
            ask()
        assert type(raised.value) is kind
        assert not isinstance(body, str) or body in str(raised.value)
        if isinstance(raised.value, CannotProve):
            assert raised.value.retry_after == 3


@pytest.mark.parametrize(
    "sent",
    [b"yes\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x16\x03\x01\x02"],
)
def test_what_is_not_even_http_is_no_answer(server: Pretended, client: Client, sent: bytes) -> None:
    """Another protocol, or none."""
    server.behave = lambda _: sent
    with pytest.raises(NoAnswer):
        client.check("ann", "BUILD", ACME, deadline=0.5)
    with pytest.raises(NoAnswer):
        by_async(server, lambda made: made.check("ann", "BUILD", ACME, deadline=0.5))


def test_the_answer_to_another_call_is_no_answer(server: Pretended, client: Client) -> None:
    """A connection that is out of step would give everybody the answer of somebody else."""
    server.behave = says(YES, X_Request_ID="another")
    with pytest.raises(NotUnderstood, match="another call"):
        client.check("ann", "BUILD", ACME)


@pytest.mark.parametrize("known", ["6", "", "x"])
def test_an_answer_that_does_not_know_of_the_write_is_no_answer(server: Pretended, client: Client, known: str) -> None:
    """Who says `at_least` gets nothing older, also from a server that has never heard of it."""
    assert client.check("ann", "BUILD", ACME, at_least=7).allowed
    server.behave = says(YES, Tenantry_Revision=known)
    with pytest.raises(NotUnderstood, match="write 7"):
        client.check("ann", "BUILD", ACME, at_least=7)


def drips(asked: Asked) -> Iterator[bytes]:
    """A byte every tenth of a second, for longer than anybody should wait."""
    for byte in reply(asked, YES):
        time.sleep(0.1)
        yield bytes([byte])


def waits(asked: Asked) -> bytes:
    """Nothing for a while, then yes."""
    time.sleep(1.5)
    return reply(asked, YES)


@pytest.mark.parametrize("behaviour", [drips, waits])
def test_a_deadline_is_one_of_the_whole_call(server: Pretended, client: Client, behaviour: Any) -> None:
    """Also where each single byte comes in time."""
    server.behave = behaviour
    for ask in (
        lambda: client.check("ann", "BUILD", ACME, deadline=0.4),
        lambda: by_async(server, lambda made: made.check("ann", "BUILD", ACME, deadline=0.4)),
    ):
        begun = time.monotonic()
        with pytest.raises(TooLate, match=r"0\.4 s"):
            ask()
        assert 0.35 < time.monotonic() - begun < 1.3


def test_nobody_there_is_no_answer(server: Pretended) -> None:
    """No server at all."""
    with pytest.raises(Unreachable), Client("http://127.0.0.1:1", TOKEN) as nobody:
        nobody.check("ann", "BUILD", ACME)
    with pytest.raises(Unreachable):
        by_async(replace(server, port=1), lambda made: made.check("ann", "BUILD", ACME))


def test_a_server_that_goes_away() -> None:
    """With connections that were kept."""
    with pretended(says(YES)) as server, Client(server.url, TOKEN) as client:
        assert client.check("ann", "BUILD", ACME).allowed
        server.close()
        with pytest.raises(Unreachable):
            client.check("ann", "BUILD", ACME)


def test_a_kept_connection_that_the_server_closed_is_no_failure(server: Pretended, client: Client) -> None:
    """It closes what is idle, sometimes just when a question is under way: that one is asked once more."""
    quiet: list[bool] = []

    def once_silent(asked: Asked) -> bytes | None:
        if asked.connection == 1 and len(server.asked) > 1:
            quiet.append(True)
            return None
        return reply(asked, YES)

    server.behave = once_silent
    assert client.check("ann", "BUILD", ACME).allowed
    assert client.check("ann", "BUILD", ACME).allowed
    assert (len(quiet), [asked.connection for asked in server.asked]) == (1, [1, 1, 2])
    assert server.asked[1].headers["x-request-id"] == server.asked[2].headers["x-request-id"]


def test_tasks_ask_once_more_as_well(server: Pretended) -> None:
    """The same, async."""

    def once_silent(asked: Asked) -> bytes | None:
        return None if asked.connection == 1 and len(server.asked) > 1 else reply(asked, YES)

    async def twice(made: AsyncClient) -> list[bool]:
        return [(await made.check("ann", "BUILD", ACME)).allowed for _ in range(2)]

    server.behave = once_silent
    assert by_async(server, twice) == [True, True]
    assert [asked.connection for asked in server.asked] == [1, 1, 2]


def test_a_new_connection_that_breaks_is_a_failure(server: Pretended, client: Client) -> None:
    """A server that hangs up on everybody is asked once."""
    server.behave = lambda _: None
    with pytest.raises(Unreachable):
        client.check("ann", "BUILD", ACME)
    assert len(server.asked) == 1
    with pytest.raises(Unreachable):
        by_async(server, lambda made: made.check("ann", "BUILD", ACME))
    assert len(server.asked) == 2


def test_connections_are_kept_and_shared_by_threads(server: Pretended, client: Client) -> None:
    """Eight threads with forty questions need eight connections at most, and all get the answers to their own."""
    wrong: list[object] = []
    server.behave = lambda asked: reply(asked, {"decision": asked.said["subject"]["id"] == "ann"})  # type: ignore[index]

    def ask(name: str) -> None:
        wrong.extend(found for _ in range(5) if (found := client.check(name, "BUILD", ACME)).allowed != (name == "ann"))

    threads = [threading.Thread(target=ask, args=(name,)) for name in ["ann", "bob"] * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (wrong, len(server.asked)) == ([], 40)
    assert max(asked.connection for asked in server.asked) <= 8


def test_many_tasks_share_the_connections(server: Pretended) -> None:
    """Two hundred at once, each with its own answer."""
    server.behave = lambda asked: reply(asked, {"decision": asked.said["subject"]["id"] == "ann"})  # type: ignore[index]

    async def all_at_once(made: AsyncClient) -> list[bool]:
        names = ["ann", "bob"] * 100
        return [one.allowed for one in await asyncio.gather(*(made.check(name, "BUILD", ACME) for name in names))]

    assert by_async(server, all_at_once, deadline=20) == [True, False] * 100
    assert max(asked.connection for asked in server.asked) <= 32


def test_an_async_client_may_be_asked_from_one_loop_after_the_other(server: Pretended) -> None:
    """As hosts do that call async code from threads."""
    made = AsyncClient(server.url, TOKEN, deadline=5)

    async def ask() -> bool:
        found = await made.check("ann", "BUILD", ACME)
        await made.close()
        return found.allowed

    assert [asyncio.run(ask()), asyncio.run(ask())] == [True, True]


def test_a_forked_process_opens_its_own_connections(server: Pretended, client: Client) -> None:
    """Two processes on one connection would read each other's answers."""
    assert client.check("ann", "BUILD", ACME).allowed
    child = os.fork()
    if child == 0:
        try:
            fine = client.check("ann", "BUILD", ACME).allowed
        finally:
            os._exit(0 if fine else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert client.check("ann", "BUILD", ACME).allowed
    assert [asked.connection for asked in server.asked] == [1, 2, 1]


def questions(*names: str) -> list[Question]:
    """May each of these build in acme?"""
    return [Question(name, "BUILD", ACME) for name in names]


def test_what_questions_have_in_common_is_sent_once(server: Pretended, client: Client) -> None:
    """Each entity as a whole, as the standard has it."""
    server.behave = says({"evaluations": [YES, NO]})
    first, second = client.batch(questions("ann", "bob"), context={"ip": "192.0.2.1"})
    assert (first.allowed, second.allowed, second.why_not) == (True, False, "No.")
    assert server.asked[0].path == "/access/v1/evaluations"
    assert server.asked[0].said == {
        "action": {"name": "BUILD"},
        "resource": {"type": "account", "id": "acme"},
        "context": {"ip": "192.0.2.1"},
        "evaluations": [{"subject": {"type": "user", "id": "ann"}}, {"subject": {"type": "user", "id": "bob"}}],
        "options": {"evaluations_semantic": "execute_all"},
    }
    assert len(by_async(server, lambda made: made.batch(questions("ann", "bob")))) == 2
    assert client.batch([]) == ()


def test_a_question_of_a_batch_may_fail_alone(server: Pretended, client: Client) -> None:
    """It is a no that tells what was wrong."""
    wrong = {"decision": False, "context": {"error": {"status": 400, "message": "Expected `str`"}}}
    server.behave = says({"evaluations": [YES, wrong]})
    assert [(one.allowed, one.error) for one in client.batch(questions("ann", "bob"))] == [
        (True, None),
        (False, "Expected `str`"),
    ]


ALL, ANY = Semantic.DENY_ON_FIRST_DENY, Semantic.PERMIT_ON_FIRST_PERMIT
COMPLETE = [
    (Semantic.EXECUTE_ALL, [YES, NO, YES], True),
    (Semantic.EXECUTE_ALL, [YES, YES], False),
    (Semantic.EXECUTE_ALL, [YES, YES, YES, YES], False),
    (Semantic.EXECUTE_ALL, [], False),
    (ALL, [YES, YES, YES], True),
    (ALL, [YES, NO], True),
    (ALL, [NO], True),
    (ALL, [YES, YES], False),
    (ALL, [NO, YES, YES], False),
    (ALL, [], False),
    (ANY, [NO, NO, NO], True),
    (ANY, [NO, YES], True),
    (ANY, [NO, NO], False),
    (ANY, [], False),
]


@pytest.mark.parametrize(("semantic", "told", "complete"), COMPLETE)
def test_fewer_answers_than_questions_are_no_answer(
    server: Pretended, client: Client, semantic: Semantic, told: list[object], complete: object
) -> None:
    """Unless the semantic ends with the one that decides: who pairs them with the questions would pair wrongly."""
    server.behave = says({"evaluations": told})
    if complete:
        assert len(client.batch(questions("a", "b", "c"), semantic)) == len(told)
    else:
        with pytest.raises(NotUnderstood):
            client.batch(questions("a", "b", "c"), semantic)


def pages(asked: Asked) -> bytes:
    """Three people on two pages."""
    token = asked.said.get("page", {}).get("token")  # type: ignore[attr-defined]
    if token is None:
        people = [{"type": "user", "id": "ann"}, {"type": "user", "id": "bob"}]
        return reply(asked, {"page": {"next_token": "more"}, "results": people})
    assert token == "more"
    return reply(asked, {"page": {"next_token": ""}, "results": [{"type": "user", "id": "cleo"}]})


def test_a_search_goes_over_all_pages(server: Pretended, client: Client) -> None:
    """Each asked with the same words, and its token; the next one only when it is wanted."""
    server.behave = pages
    found = client.search_subjects("BUILD", ACME, page_size=2, context={"ip": "192.0.2.1"})
    assert [next(found).id, next(found).id, len(server.asked)] == ["ann", "bob", 1]
    assert [one.id for one in found] == ["cleo"]
    assert [asked.path for asked in server.asked] == ["/access/v1/search/subject"] * 2
    first, second = (asked.said for asked in server.asked)
    assert first == {
        "subject": {"type": "user"},
        "action": {"name": "BUILD"},
        "resource": {"type": "account", "id": "acme"},
        "context": {"ip": "192.0.2.1"},
        "page": {"limit": 2},
    }
    assert second == first | {"page": {"limit": 2, "token": "more"}}

    async def people(made: AsyncClient) -> list[str]:
        return [one.id async for one in made.search_subjects("BUILD", ACME)]

    assert by_async(server, people) == ["ann", "bob", "cleo"]


def test_searches_for_resources_and_actions(server: Pretended, client: Client) -> None:
    """What is found has the type of what was looked for."""
    server.behave = says({"results": [{"type": "account", "id": "acme"}]})
    assert [*client.search_resources("ann", "BUILD", type="account")] == [ACME]
    server.behave = says({"results": [{"name": "BUILD"}]})
    assert [*client.search_actions("ann", ACME)] == [Action("BUILD")]
    assert [asked.path for asked in server.asked] == ["/access/v1/search/resource", "/access/v1/search/action"]
    assert server.asked[0].said["resource"] == {"type": "account"}
    assert "action" not in server.asked[1].said


def test_a_search_without_an_end_is_no_answer(server: Pretended, client: Client) -> None:
    """Pages that lead back to themselves."""
    server.behave = says({"page": {"next_token": "more"}, "results": []})
    with pytest.raises(NotUnderstood):
        list(client.search_subjects("BUILD", ACME))


def test_the_revision(server: Pretended, client: Client) -> None:
    """The number of the last write."""
    server.behave = says({"revision": 12})
    assert client.revision() == 12
    assert by_async(server, lambda made: made.revision()) == 12
    assert (server.asked[0].method, server.asked[0].path) == ("GET", "/access/v1/revision")
    server.behave = says({"revision": "12"})
    with pytest.raises(NotUnderstood):
        client.revision()


def test_what_cannot_be_asked_is_refused_before_it_is_sent(server: Pretended, client: Client) -> None:
    """A time without an offset, and what JSON cannot say."""
    with pytest.raises(Malformed, match="offset"):
        client.check("ann", "BUILD", ACME, time=datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point
    with pytest.raises(Malformed, match="JSON"):
        client.check("ann", "BUILD", ACME, context={"a": object()})
    with pytest.raises(Malformed, match="sent"):
        client.check("ann", "BUILD", ACME, request_id="a\r\nB: c")
    assert server.asked == []


@pytest.mark.parametrize("url", ["", "tenantry.example", "ftp://tenantry.example", "https://", "https://a.example/?b"])
def test_an_address_that_is_none(url: str) -> None:
    """It is told where the client is made, not at the first question."""
    with pytest.raises(ValueError, match="address"):
        Client(url, TOKEN)


@pytest.mark.parametrize("token", ["", "two words", "line\n", "ü"])
def test_a_token_that_is_none(token: str) -> None:
    """The same, and the token is in no text."""
    with pytest.raises(ValueError, match="token as it was issued"):
        Client("https://tenantry.example", token)


def test_the_token_is_in_no_text() -> None:
    """What is logged opens nothing."""
    from tenantry.client.carrying import Address

    assert TOKEN not in repr(Address.of("https://tenantry.example/", TOKEN, ssl.create_default_context(), 1))


def test_it_needs_neither_django_nor_the_server() -> None:
    """Imported in a process that has no settings, it brings none of them along."""
    look = "import sys, tenantry.client; print(*sys.modules)"
    without = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "TENANTRY"))}
    said = subprocess.run([sys.executable, "-c", look], env=without, capture_output=True, text=True, check=True).stdout
    ours = {name for name in said.split() if name.startswith("tenantry.")}
    assert {name for name in ours if not name.startswith(("tenantry.client", "tenantry.rules"))} == {
        "tenantry.decisions",
        "tenantry.decisions.conditions",
    }
    assert not {name for name in said.split() if name.startswith("django")}


def test_a_server_behind_a_path(server: Pretended) -> None:
    """As behind a proxy that serves several things."""
    with Client(server.url + "/tenantry/", TOKEN) as made:
        made.check("ann", "BUILD", ACME)
    assert server.asked[0].path == "/tenantry/access/v1/evaluation"
