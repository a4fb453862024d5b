"""Embedded mode against a real server: it answers as the server does, and never from what was."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from tenantry.client import AsyncEmbedded, Client, Embedded, NotAuthorized, Resource, Subject, TooLate
from tests.clients.deciding import World, host_token, new_world, paused, tenantry
from tests.journeys.installation import Installation

pytestmark = pytest.mark.processes

SUPPORT = "PRODUCTION_SUPPORT"
PARTS = ("allowed", "rules", "reason", "grants", "cap", "opening", "reach", "condition")
PRIVILEGES = ("BUILD", "EXECUTE", "USER_MANAGEMENT", "VIEW_RESULT", "FLY")


@pytest.fixture(scope="module")
def token(served: Installation) -> str:
    """Of a host application that may ask about all accounts."""
    return host_token(served, "embedding host")


@pytest.fixture(scope="module")
def world(served: Installation) -> World:
    """A world of this file."""
    return new_world(served)


@pytest.fixture
def embedded(served: Installation, token: str, world: World) -> Iterator[Embedded]:
    """It holds both accounts, and is patient: others use the machine as well."""
    with Embedded(served.url, token, [world.primary, world.customer], deadline=5) as made:
        until_held(made, world)
        yield made


def until(condition: Callable[[], object]) -> None:
    """Wait until something is so, for some seconds at most."""
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def until_held(made: Embedded | AsyncEmbedded, world: World) -> None:
    """Wait until both accounts are held."""
    until(lambda: made.holds(world.primary) is not None and made.holds(world.customer) is not None)


def test_it_answers_as_the_server_does(embedded: Embedded, world: World) -> None:
    """Of everybody, here and there, why included."""
    resources = [
        Resource.account(world.primary),
        Resource.account(world.customer),
        Resource.environment("Shut", world.primary),
        Resource.of("report", f"hidden-{world.number}", world.primary),
        Resource.account("nowhere"),
    ]
    people = [world.ann, world.bob, world.gus, f"x-ann-{world.number}", "nobody@host.example"]
    for resource in resources:
        for person in people:
            for privilege in PRIVILEGES:
                here = embedded.evaluate(person, privilege, resource)
                there = embedded.client.evaluate(person, privilege, resource, deadline=10)
                for name in PARTS:
                    assert getattr(here, name) == getattr(there, name)


def test_conditions_are_judged_as_there(embedded: Embedded, world: World) -> None:
    """By what is stored, and what was sent."""
    dot = f"dot{world.number}@host.example"
    text = "subject.properties.level >= 3 && context.ip != '192.0.2.9'"
    world.served.load(
        {"kind": "user", "id": dot, "first_name": "Dot", "last_name": "Body", "properties": {"level": 3}},
        {"kind": "user_role", "account": world.primary, "user": dot, "role": "Standard User", "condition": text},
    )
    until_held(embedded, world)
    for resource in (Resource.account(world.primary), Resource.environment("Shut", world.primary)):
        for subject in (Subject.user(dot), Subject.user(dot, level=2), Subject.user(dot, level="high")):
            for ip in ("192.0.2.1", "192.0.2.9", None):
                for privilege in ("BUILD", "EXECUTE", "USER_MANAGEMENT"):
                    here = embedded.evaluate(subject, privilege, resource, context={"ip": ip})
                    there = embedded.client.evaluate(subject, privilege, resource, context={"ip": ip}, deadline=10)
                    for name in PARTS:
                        assert getattr(here, name) == getattr(there, name)


def test_it_decides_here(embedded: Embedded, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the facts tell is not asked of the server, although writes go on elsewhere."""
    monkeypatch.delattr(Client, "check")
    assert embedded.check(world.ann, "BUILD", Resource.account(world.primary)).allowed
    new_world(world.served)
    assert embedded.check(world.gus, "BUILD", Resource.account(world.customer)).allowed


def test_what_is_taken_away_is_gone_at_the_next_question(embedded: Embedded, world: World) -> None:
    """Given and taken again and again; what has just been read anew is no older either."""
    here = Resource.account(world.primary)
    for turn in range(12):
        world.roles(world.bob, SUPPORT, "STANDARD_USER")
        assert embedded.check(world.bob, "BUILD", here).allowed
        if turn % 3 == 0:
            until_held(embedded, world)
        world.roles(world.bob, SUPPORT)
        assert not embedded.check(world.bob, "BUILD", here).allowed
    until_held(embedded, world)
    assert not embedded.check(world.bob, "BUILD", here).allowed


def test_nobody_is_let_in_by_what_was(embedded: Embedded, world: World) -> None:
    """Threads ask without pause while another gives and takes: no answer is older than what was written before it."""
    here = Resource.account(world.primary)
    ended = threading.Event()
    found: list[tuple[float, float, bool]] = []

    def ask() -> None:
        while not ended.is_set():
            begun = time.monotonic()
            allowed = embedded.check(world.bob, "BUILD", here).allowed
            found.append((begun, time.monotonic(), allowed))

    world.roles(world.bob, SUPPORT)
    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    written: list[tuple[float, float, bool]] = [(0, time.monotonic(), False)]
    for turn in range(40):
        begun = time.monotonic()
        world.roles(world.bob, SUPPORT, *(["STANDARD_USER"] if turn % 2 == 0 else []))
        written.append((begun, time.monotonic(), turn % 2 == 0))
        time.sleep(0.01 * (turn % 4))
    ended.set()
    for thread in threads:
        thread.join()

    def could_be(begun: float, answered: float, allowed: bool) -> bool:  # noqa: FBT001 - what was answered
        last = max(number for number, (_, committed, _) in enumerate(written) if committed <= begun)
        during = [state for at, _, state in written[last + 1 :] if at <= answered]
        return allowed in {written[last][2], *during}

    asked = [one for one in found if one[0] >= written[0][1]]
    assert len(asked) > 100
    assert [one for one in asked if not could_be(*one)] == []


def test_tasks_see_it_at_the_next_question_as_well(served: Installation, token: str, world: World) -> None:
    """A hundred of them at once."""
    here = Resource.account(world.primary)

    async def ask() -> None:
        async with AsyncEmbedded(served.url, token, [world.primary, world.customer], deadline=5) as made:
            await asyncio.to_thread(until_held, made, world)
            for roles in ([SUPPORT, "STANDARD_USER"], [SUPPORT]) * 3:
                await asyncio.to_thread(world.roles, world.bob, *roles)
                found = await asyncio.gather(*(made.check(world.bob, "BUILD", here) for _ in range(100)))
                assert {one.allowed for one in found} == {len(roles) == 2}

    asyncio.run(ask())


def test_what_comes_from_the_primary_is_as_fresh(served: Installation) -> None:
    """By a token that serves the customer alone: it is told that something of its own has changed."""
    world = new_world(served)  # one that may be left suspended
    there = Resource.account(world.customer)
    limited = host_token(served, "embedding customer", world.customer)
    with Embedded(served.url, limited, [world.customer], deadline=5) as made:
        until(lambda: made.holds(world.customer) is not None)
        assert made.check(world.gus, "BUILD", there).allowed
        served.do("lock", user=world.gus)
        assert not made.check(world.gus, "BUILD", there).allowed
        until(lambda: made.holds(world.customer) is not None)
        assert not made.check(world.gus, "BUILD", there).allowed
        served.do("suspend", account=world.customer)
        found = made.check(world.gus, "BUILD", there)
        assert (found.allowed, found.reason and found.reason.code) == (False, "account_not_available")
        tenantry(served, "token", "revoke", "--client", "embedding customer")
        with pytest.raises(NotAuthorized):
            made.check(world.gus, "BUILD", there)


def test_a_server_that_stands_still_lets_nobody_in(served: Installation, token: str, world: World) -> None:
    """Although all is held: it is refused within a second, and goes on afterwards."""
    here = Resource.account(world.primary)
    with Embedded(served.url, token, [world.primary, world.customer]) as made:
        until_held(made, world)
        with paused(served):
            begun = time.monotonic()
            with pytest.raises(TooLate):
                made.check(world.ann, "BUILD", here)
            assert time.monotonic() - begun < 1
        until(lambda: _answers(made, world.ann, here))


def _answers(made: Embedded, user: str, resource: Resource) -> bool:
    try:
        return made.check(user, "BUILD", resource).allowed
    except TooLate:
        return False
