"""The client against a real server: what it answers, and that nothing else is ever a yes."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tenantry.client import (
    AsyncClient,
    Client,
    Malformed,
    NotAuthorized,
    Question,
    Resource,
    Semantic,
    TooLate,
)
from tests.clients.deciding import World, host_token, new_world, paused, tenantry
from tests.journeys.installation import Installation

pytestmark = pytest.mark.processes

Ask = Callable[..., Any]

SUPPORT = "PRODUCTION_SUPPORT"


@pytest.fixture(scope="module")
def token(served: Installation) -> str:
    """Of a host application that may ask about all accounts."""
    return host_token(served, "host of everybody")


@pytest.fixture(scope="module")
def world(served: Installation) -> World:
    """A world that the tests of this file look at, and do not change but for Bob's roles."""
    return new_world(served)


def asker(kind: str, url: str, token: str) -> Ask:
    """Asks by the client or by the async one: `ask("check", ...)`. What is found is a list."""

    def plain(method: str, *arguments: Any, **options: Any) -> Any:
        with Client(url, token, deadline=options.pop("deadline", 10)) as client:
            found = getattr(client, method)(*arguments, **options)
            return list(found) if isinstance(found, Iterator) else found

    def by_task(method: str, *arguments: Any, **options: Any) -> Any:
        async def asking() -> Any:
            async with AsyncClient(url, token, deadline=options.pop("deadline", 10)) as client:
                found = getattr(client, method)(*arguments, **options)
                return [one async for one in found] if isinstance(found, AsyncIterator) else await found

        return asyncio.run(asking())

    return plain if kind == "sync" else by_task


@pytest.fixture(params=["sync", "async"])
def ask(request: pytest.FixtureRequest, served: Installation, token: str) -> Ask:
    """Both clients answer alike."""
    return asker(request.param, served.url, token)


def test_checks(ask: Ask, world: World) -> None:
    """In an account, by address and by the host's id, through a group, in an environment and of an object."""
    here, there = Resource.account(world.primary), Resource.account(world.customer)
    shut = Resource.environment("Shut", world.primary)
    hidden = Resource.of("report", f"hidden-{world.number}", world.primary)
    report = Resource.of("report", f"report-{world.number}")
    asked = [
        (world.ann, "BUILD", here, True),
        (f"x-ann-{world.number}", "BUILD", here, True),
        (world.bob, "BUILD", here, False),
        (world.gus, "BUILD", here, False),
        (world.gus, "BUILD", there, True),
        (world.ann, "BUILD", there, False),
        ("nobody@host.example", "BUILD", here, False),
        (world.ann, "FLY", here, False),
        (world.ann, "BUILD", Resource.account("nowhere"), False),
        (world.bob, "EXECUTE", Resource.environment("Open", world.primary), True),
        (world.bob, "EXECUTE", shut, False),
        (world.ann, "EXECUTE", shut, True),
        (world.bob, "EXECUTE", report, True),
        (world.bob, "EXECUTE", hidden, False),
    ]
    assert [(*question, ask("check", *question).allowed) for *question, _ in asked] == asked
    assert ask("check", world.ann, "FLY", here).reason.code == "unknown_privilege"


def test_evaluations_tell_why(ask: Ask, world: World) -> None:
    """The grants of a yes, the gate that opened, the reason of a no."""
    yes = ask("evaluate", world.ann, "EXECUTE", Resource.environment("Shut", world.primary))
    assert [(one.via, one.path) for one in yes.grants] == [("direct", ("Administrator",))]
    assert (yes.opening.place, yes.reason, yes.rules[0]) == ("Shut", None, "EFF-1")
    group = ask("evaluate", world.gus, "BUILD", Resource.account(world.customer))
    assert [(one.via, one.groups, one.owner) for one in group.grants] == [("group", ("Everywhere",), world.primary)]
    assert group.cap == "Administrator"
    no = ask("evaluate", world.bob, "BUILD", Resource.account(world.primary))
    assert (no.allowed, no.reason.code, no.context["reason"]["code"]) == (
        False,
        "not_held",
        "not_held",
    )
    assert world.primary in no.why_not


def test_batches(ask: Ask, world: World) -> None:
    """All three semantics, and one question that is malformed among others that are not."""
    here = Resource.account(world.primary)
    questions = [
        Question(world.ann, "BUILD", here),
        Question(world.bob, "BUILD", here),
        Question(world.ann, "API", here),
    ]

    def told(semantic: Semantic) -> list[bool]:
        return [one.allowed for one in ask("batch", questions, semantic)]

    assert told(Semantic.EXECUTE_ALL) == [True, False, True]
    assert told(Semantic.DENY_ON_FIRST_DENY) == [True, False]
    assert told(Semantic.PERMIT_ON_FIRST_PERMIT) == [True]
    bad = Question(world.ann, "BUILD", here, {"time": "noon"})
    first, second = ask("batch", [questions[0], bad])
    assert (first.allowed, second.allowed, "$.context.time" in (second.error or "")) == (True, False, True)


def test_searches(ask: Ask, world: World) -> None:
    """People, resources and actions, over all pages, in the words in which checks are asked."""
    here, shut = Resource.account(world.primary), Resource.environment("Shut", world.primary)
    people = ask("search_subjects", "EXECUTE", here, page_size=1)
    assert [one.id for one in people] == [f"x-ann-{world.number}", f"x-bob-{world.number}"]
    assert [one.id for one in ask("search_subjects", "EXECUTE", shut)] == [f"x-ann-{world.number}"]
    assert all(ask("check", one, "EXECUTE", here).allowed for one in people)
    assert [one.id for one in ask("search_resources", world.gus, "BUILD", type="account")] == [world.customer]
    reports = ask("search_resources", world.ann, "EXECUTE", type="report", page_size=1)
    assert [one.id for one in reports] == [f"hidden-{world.number}", f"report-{world.number}"]
    assert {one.name for one in ask("search_actions", world.bob, here)} >= {"EXECUTE", "VIEW_RESULT"}
    assert ask("search_actions", "nobody@host.example", here) == []


def test_as_of_an_instant(ask: Ask, served: Installation, world: World) -> None:
    """A role that ends is held until then."""
    role = {"kind": "user_role", "account": world.primary, "user": world.gus, "role": "Support"}
    served.load(role | {"valid_from": "2031-01-01T00:00:00Z", "valid_until": "2031-02-01T00:00:00Z"})
    for month, allowed in ((1, True), (2, False)):
        at = datetime(2031, month, 1, tzinfo=UTC)
        found = ask("check", world.gus, "VIEW_RESULT", Resource.account(world.primary), time=at)
        assert found.allowed is allowed


def test_what_is_taken_away_is_gone_at_the_next_question(ask: Ask, world: World) -> None:
    """On kept connections as on new ones."""
    here = Resource.account(world.primary)
    for _ in range(3):
        world.roles(world.bob, SUPPORT, "STANDARD_USER")
        assert ask("check", world.bob, "BUILD", here).allowed
        world.roles(world.bob, SUPPORT)
        assert not ask("check", world.bob, "BUILD", here).allowed


def test_malformed_questions(ask: Ask, world: World) -> None:
    """The server's words name the place."""
    with pytest.raises(Malformed, match="time"):
        ask("check", world.ann, "BUILD", Resource.account(world.primary), context={"time": "noon"})
    with pytest.raises(Malformed, match="account"):
        ask("check", world.ann, "BUILD", Resource("report", "1", {"account": 5}))


def test_tokens(served: Installation, world: World) -> None:
    """One that is limited sees no other account; one that is revoked opens nothing from the next question on."""
    limited = host_token(served, "limited", world.customer)
    with Client(served.url, limited, deadline=10) as client:
        assert client.check(world.gus, "BUILD", Resource.account(world.customer)).allowed
        unseen = client.evaluate(world.ann, "BUILD", Resource.account(world.primary))
        assert unseen.reason is not None
        assert unseen.reason.code == "unknown_account"
        tenantry(served, "token", "revoke", "--client", "limited")
        with pytest.raises(NotAuthorized):
            client.check(world.gus, "BUILD", Resource.account(world.customer))
    with pytest.raises(NotAuthorized):
        asker("async", served.url, "nonsense")("check", world.gus, "BUILD", Resource.account(world.customer))


def test_many_tasks_at_once(served: Installation, token: str, world: World) -> None:
    """Three hundred questions of three hundred tasks over a few connections, each with its own answer."""
    here = Resource.account(world.primary)

    async def all_at_once() -> list[bool]:
        async with AsyncClient(served.url, token, deadline=30, connections=8) as client:
            people = [world.ann, world.bob, "nobody@host.example"] * 100
            return [one.allowed for one in await asyncio.gather(*(client.check(one, "BUILD", here) for one in people))]

    assert asyncio.run(all_at_once()) == [True, False, False] * 100


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_server_that_stands_still_lets_nobody_in(kind: str, served: Installation, token: str, world: World) -> None:
    """Nobody waits for longer than the deadline, and afterwards all goes on as before, on the same connections."""
    here = Resource.account(world.primary)
    ask = asker(kind, served.url, token)
    with Client(served.url, token) as client:
        assert client.check(world.ann, "BUILD", here, deadline=10).allowed
        with paused(served):
            begun = time.monotonic()
            with pytest.raises(TooLate):
                client.check(world.ann, "BUILD", here, deadline=0.5)
            with pytest.raises(TooLate):
                ask("check", world.ann, "BUILD", here, deadline=0.5)
            assert time.monotonic() - begun < 2
        assert client.check(world.ann, "BUILD", here, deadline=10).allowed
