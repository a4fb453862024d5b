"""Decisions served alone, in a loop: answered as beside the console, whether they are in memory or have to be read."""

import asyncio
import contextlib
import http.client
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest

from tenantry.access_api import turns
from tenantry.access_api.calls import BODY_LIMIT
from tenantry.access_api.embedding import WAITING
from tenantry.decisions.engine import ENGINE, State
from tenantry.store.proof import CannotProveCurrent
from tests.clients.conftest import serving_alone
from tests.clients.deciding import World, host_token, new_world
from tests.journeys.installation import Installation

pytestmark = pytest.mark.processes

Answer = tuple[int, dict[str, str], bytes]
SUPPORT, BUILDER = "PRODUCTION_SUPPORT", "STANDARD_USER"


@pytest.fixture(scope="module")
def token(served: Installation) -> str:
    """Of a host application that may ask about all accounts."""
    return host_token(served, "host of a loop")


@pytest.fixture(scope="module")
def world(served: Installation) -> World:
    """A world of this file."""
    return new_world(served)


def sent(url: str, path: str, body: bytes | Iterator[bytes] = b"", **headers: str) -> Answer:
    """What a server answers, without what is of the server; no body is a GET."""
    method = headers.pop("method", "POST" if body else "GET")
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with contextlib.closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)) as line:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # a body that is too large is not read
            line.request(method, path, body or None, named, encode_chunked=isinstance(body, Iterator))
        answer = line.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, {key: told[key] for key in told.keys() - {"server", "date", "connection"}}, answer.read()


def asked(world: World, user: str = "", privilege: str = "BUILD", **more: object) -> dict[str, Any]:
    """A question about the primary of a world."""
    return {
        "subject": {"type": "user", "id": user or world.bob},
        "action": {"name": privilege},
        "resource": {"type": "account", "id": world.primary},
        **more,
    }


def written(body: object) -> bytes:
    """As JSON."""
    return json.dumps(body).encode()


def test_every_call_is_answered_as_beside_the_console(
    served: Installation, alone: str, token: str, world: World
) -> None:
    """Right and wrong ones, status, headers and bytes."""
    usual = {"Authorization": f"Bearer {token}", "Content_Type": "application/json"}
    one, door = written(asked(world)), "/access/v1/evaluation"
    many = {
        "evaluations": [asked(world), {"subject": {"type": "user", "id": world.ann}}, asked(world, "nobody@x.example")]
    }
    search = {key: asked(world)[key] for key in ("action", "resource")} | {"subject": {"type": "user"}}
    calls: list[tuple[str, bytes | list[bytes], dict[str, str]]] = [
        (door, one, usual),
        (door, one, {**usual, "X_Request_ID": "abc-1"}),
        (door, [one[:9], one[9:]], usual),
        (door, written(asked(world, "nobody@x.example")), usual),
        (door, written(asked(world, context={"time": "2031-02-03T04:05:06Z"})), usual),
        (door, written(asked(world, context={"time": "soon"})), usual),
        (door, written(asked(world, context={"at_least": 2**62})), usual),
        (door, one, {**usual, "Tenantry_At_Least": "1"}),
        (door, one, {**usual, "Tenantry_At_Least": "x"}),
        (door, one, {"Content_Type": "application/json"}),
        (door, b"{", {"Content_Type": "application/json"}),
        (door, one, {**usual, "Authorization": "Bearer wrong"}),
        (door, b"{", usual),
        (door, b"\xff\xfe", usual),
        (door, one, {**usual, "Content_Type": "text/plain"}),
        (door, one, {**usual, "method": "PUT"}),
        (door, b"", usual),
        (door, b" " * (BODY_LIMIT + 1), usual),
        (door, [b" " * BODY_LIMIT, b"  "], usual),
        ("/access/v1/evaluations", written(many), usual),
        ("/access/v1/search/subject", written(search), usual),
        ("/access/v1/search/nothing", written(search), usual),
        ("/access/v1/revision", b"", usual),
        ("/access/v1/changes?after=0", b"", usual),
        ("/access/v1/changes?after=-1", b"", usual),
        (f"/access/v1/snapshots/{world.primary}", b"", usual),
        ("/access/v1/snapshots/na%C3%AFve", b"", usual),
        ("/access/v1/snapshots/na%20me", b"", usual),
        ("/access/", b"", usual),
    ]
    for path, body, headers in calls:
        here, there = (
            sent(url, path, iter(body) if isinstance(body, list) else body, **headers) for url in (alone, served.url)
        )
        assert here == there, (path, body[:60], headers)


def test_what_was_given_and_taken_is_known_at_the_next_call(alone: str, token: str, world: World) -> None:
    """The first question has to be read from the database, the next are in memory; what has changed is not."""
    headers = {"Authorization": f"Bearer {token}", "Content_Type": "application/json"}
    body = written(asked(world))
    for role, allowed in ((SUPPORT, False), (BUILDER, True)) * 3:
        world.roles(world.bob, role)
        for _ in range(3):
            status, _, told = sent(alone, "/access/v1/evaluation", body, **headers)
            assert (status, json.loads(told)["decision"]) == (200, allowed)


def test_a_body_that_comes_late_is_answered_from_the_state_as_of_its_end(alone: str, token: str, world: World) -> None:
    """Who has sent the rest of a question after a change sees the change."""
    world.roles(world.bob, BUILDER)
    body = written(asked(world))
    headers = {"Authorization": f"Bearer {token}", "Content_Type": "application/json"}
    assert json.loads(sent(alone, "/access/v1/evaluation", body, **headers)[2])["decision"] is True
    with contextlib.closing(http.client.HTTPConnection(urlsplit(alone).netloc, timeout=30)) as line:
        line.putrequest("POST", "/access/v1/evaluation")
        for name, value in (("Authorization", f"Bearer {token}"), ("Content-Type", "application/json")):
            line.putheader(name, value)
        line.putheader("Content-Length", str(len(body)))
        line.endheaders(body[:20])
        time.sleep(0.2)
        world.roles(world.bob, SUPPORT)
        line.send(body[20:])
        assert json.loads(line.getresponse().read())["decision"] is False


def test_those_who_wait_for_changes_keep_nobody_waiting(alone: str, token: str, world: World) -> None:
    """Questions are answered meanwhile, and a change wakes who waits."""
    headers = {"Authorization": f"Bearer {token}", "Content_Type": "application/json"}
    world.roles(world.bob, BUILDER)
    now = json.loads(sent(alone, "/access/v1/revision", b"", **headers)[2])["revision"]
    with ThreadPoolExecutor(WAITING) as pool:
        waiting = [
            pool.submit(sent, alone, f"/access/v1/changes?after={now}&wait=20", b"", **headers) for _ in range(WAITING)
        ]
        time.sleep(0.3)
        begun = time.monotonic()
        for _ in range(20):
            assert sent(alone, "/access/v1/evaluation", written(asked(world)), **headers)[0] == 200
        assert time.monotonic() - begun < 5
        assert not any(one.done() for one in waiting)
        world.roles(world.bob, SUPPORT)
        for one in waiting:
            assert json.loads(one.result(10)[2])["changed"]


def test_who_breaks_off_leaves_no_trace(served: Installation, alone: str, token: str) -> None:
    """A caller that goes away in the middle of a question is nothing to report."""
    for part in (b"", b"abc"):
        with contextlib.closing(http.client.HTTPConnection(urlsplit(alone).netloc, timeout=30)) as line:
            line.putrequest("POST", "/access/v1/evaluation")
            line.putheader("Content-Length", "500")
            line.endheaders(part)
            time.sleep(0.1)
    assert sent(alone, "/access/v1/revision", b"", Authorization=f"Bearer {token}")[0] == 200
    assert "Traceback" not in (served.folder / "alone.log").read_text()


def test_who_waits_for_a_change_does_not_keep_the_server_from_ending(served: Installation, token: str) -> None:
    """They are given some seconds."""
    headers = {"Authorization": f"Bearer {token}"}
    with ThreadPoolExecutor(1) as pool:
        with serving_alone(served, served.folder / "ending.log") as url:
            now = json.loads(sent(url, "/access/v1/revision", b"", **headers)[2])["revision"]
            waiting = pool.submit(sent, url, f"/access/v1/changes?after={now}&wait=30", b"", **headers)
            time.sleep(0.5)
            assert not waiting.done()
        assert isinstance(waiting.exception(5), http.client.HTTPException | OSError)


async def _turn(look: turns.Look, calls: int) -> list[State | CannotProveCurrent]:
    async def one() -> State | CannotProveCurrent:
        try:
            return await look.state()
        except CannotProveCurrent as failure:
            return failure

    return [*await asyncio.gather(*(one() for _ in range(calls)))]


def test_one_look_serves_a_turn_and_begins_when_all_have_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks while a look is answered gets the next one."""
    happened: list[str] = []

    def looked_up() -> State:
        happened.append("look")
        return State(ENGINE, len(happened))

    monkeypatch.setattr(turns, "looked_up", looked_up)

    async def calls() -> list[int]:
        look = turns.Look()

        async def one() -> int:
            happened.append("asked")
            return (await look.state()).revision

        first = await asyncio.gather(one(), one(), one())
        return [*first, await one()]

    assert asyncio.run(calls()) == [4, 4, 4, 6]
    assert happened == ["asked"] * 3 + ["look", "asked", "look"]


def test_after_a_failed_look_none_is_tried_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls that came while it was waited for have waited long enough, and are refused by it."""
    looks: list[float] = []

    def looked_up() -> State:
        looks.append(time.monotonic())
        if len(looks) == 1:
            raise CannotProveCurrent("cut")
        return State(ENGINE, 7)

    monkeypatch.setattr(turns, "looked_up", looked_up)

    async def calls() -> list[list[State | CannotProveCurrent]]:
        look = turns.Look()
        found = [await _turn(look, 3), await _turn(look, 2)]
        await asyncio.sleep(turns.PAUSE * 1.5)
        return [*found, await _turn(look, 2)]

    first, second, third = asyncio.run(calls())
    assert [type(one) for one in (*first, *second)] == [CannotProveCurrent] * 5
    assert "cut" in str(first[0])
    assert "cut" in str(second[0])
    assert [one.revision for one in third if isinstance(one, State)] == [7, 7]
    assert len(looks) == 2
    assert looks[1] - looks[0] >= turns.PAUSE
