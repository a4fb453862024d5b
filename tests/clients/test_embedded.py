"""Embedded mode against a pretended server: what is decided here, what is asked there, and what proves it."""

import asyncio
import os
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tenantry.client import (
    Answer,
    AsyncEmbedded,
    CannotProve,
    Denied,
    Embedded,
    Malformed,
    NoAnswer,
    NotAuthorized,
    NotUnderstood,
    Resource,
    Subject,
    TooLate,
    Unreachable,
)
from tenantry.client.async_rounds import AsyncRounds
from tenantry.client.held import Held
from tenantry.client.rounds import Rounds
from tenantry.rules.decide import Snapshot
from tenantry.rules.facts import User
from tenantry.rules.roles import ADMINISTRATOR, STANDARD_USER, SUPPORT
from tenantry.rules.vocabulary import AccountId, Condition, Person, RoleGrant, Status, UserKey
from tests.clients.pretended import TOKEN, Asked, reply
from tests.clients.pretended_house import ACME, House, house, user

ANN, BOB, CLEO = "ann@acme.example", "bob@acme.example", "cleo@acme.example"
HERE = Resource.account(ACME)
SHUT = Resource.environment("Shut", ACME)


@pytest.fixture
def acme() -> Iterator[House]:
    """A server."""
    with house() as running:
        yield running


def until(condition: Callable[[], object]) -> None:
    """Wait until something is so, for some seconds at most."""
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def is_held(made: Embedded | AsyncEmbedded, acme: House) -> Callable[[], bool]:
    """Whether the facts are held as they are now."""
    return lambda: made.holds(ACME) == acme.number


@pytest.fixture
def embedded(acme: House) -> Iterator[Embedded]:
    """One that holds the account."""
    with an_embedded(acme) as made:
        until(is_held(made, acme))
        yield made


def an_embedded(acme: House, *accounts: str) -> Embedded:
    """One that may hold nothing yet."""
    assert acme.server is not None
    return Embedded(acme.server.url, TOKEN, accounts or (ACME,), deadline=0.6)


def by_async(acme: House, ask: Callable[[AsyncEmbedded], Awaitable[Any]]) -> Any:
    """The same by tasks."""
    assert acme.server is not None
    url = acme.server.url

    async def asking() -> Any:
        async with AsyncEmbedded(url, TOKEN, (ACME,), deadline=0.6) as made:
            await asyncio.to_thread(until, is_held(made, acme))
            return await ask(made)

    return asyncio.run(asking())


def asked_there(acme: House) -> int:
    """How many questions the server has answered itself."""
    assert acme.server is not None
    return sum(asked.path == "/access/v1/evaluation" for asked in acme.server.asked)


def test_it_decides_here(acme: House, embedded: Embedded) -> None:
    """In the account and its environments, by address in any spelling and by the host's id."""
    assert embedded.check(ANN, "BUILD", HERE).allowed
    assert embedded.check("x-ann", "USER_MANAGEMENT", HERE).allowed
    assert embedded.check(Subject.user("ANN@acme.example"), "BUILD", HERE).allowed
    assert not embedded.check(BOB, "USER_MANAGEMENT", HERE).allowed
    assert embedded.check(ANN, "EXECUTE", SHUT).allowed
    assert not embedded.check(CLEO, "EXECUTE", Resource.environment("shut", ACME)).allowed
    with pytest.raises(Denied):
        embedded.require(BOB, "USER_MANAGEMENT", HERE)
    assert asked_there(acme) == 0

    async def all_of_it(made: AsyncEmbedded) -> list[bool]:
        with pytest.raises(Denied):
            await made.require(BOB, "USER_MANAGEMENT", HERE)
        return [(await made.check(name, "USER_MANAGEMENT", HERE)).allowed for name in (ANN, BOB)]

    assert by_async(acme, all_of_it) == [True, False]
    assert asked_there(acme) == 0


def test_it_tells_why(acme: House, embedded: Embedded) -> None:
    """As the server would."""
    yes, no = embedded.evaluate(ANN, "EXECUTE", SHUT), embedded.evaluate(BOB, "USER_MANAGEMENT", HERE)
    assert [(one.via, one.path) for one in yes.grants] == [("direct", ("Administrator",))]
    assert yes.opening is not None
    assert (yes.opening.place, yes.revision) == ("Shut", acme.number)
    assert no.reason is not None
    assert no.reason.code == "not_held"


ELSEWHERE = [
    (Subject("service", "batch"), HERE),
    ("nobody@acme.example", HERE),
    (ANN, Resource.account("other")),
    (ANN, Resource.environment("shut")),
    (ANN, Resource.environment("Other", ACME)),
    (ANN, Resource.folder("Top/Sales", ACME)),
    (ANN, Resource.of("invoice", "1", ACME)),
    (ANN, Resource.of("role", "1", ACME)),
]


@pytest.mark.parametrize(("subject", "resource"), ELSEWHERE)
def test_what_the_facts_do_not_tell_is_asked_of_the_server(
    acme: House, embedded: Embedded, subject: Subject | str, resource: Resource
) -> None:
    """People who may be staff or nobody, other accounts, and things that are no part of the facts."""
    found = embedded.check(subject, "BUILD", resource, context={"a": 1})
    assert found.rules == ("FROM-THE-SERVER",)
    assert acme.server is not None
    assert acme.server.asked[-1].said["context"] == {"a": 1}
    assert embedded.evaluate(subject, "BUILD", resource).rules == ("FROM-THE-SERVER",)


def test_what_is_taken_away_is_gone_at_the_next_question(acme: House, embedded: Embedded) -> None:
    """Whether the facts have been read anew by then or not."""
    for _ in range(20):
        acme.write(user(ANN, ADMINISTRATOR), user(BOB, STANDARD_USER))
        assert embedded.check(BOB, "BUILD", HERE).allowed
        acme.write(user(ANN, ADMINISTRATOR), user(BOB, SUPPORT))
        found = embedded.check(BOB, "BUILD", HERE)
        assert not found.allowed or found.rules == ("FROM-THE-SERVER",)
    until(is_held(embedded, acme))
    assert not embedded.check(BOB, "BUILD", HERE).allowed


def test_nothing_rests_on_whoever_follows(acme: House, embedded: Embedded) -> None:
    """Where nobody follows the changes, the look before the question tells of them."""
    embedded._follower.end()
    acme.write(user(ANN, ADMINISTRATOR), user(BOB, SUPPORT))
    assert embedded.check(BOB, "BUILD", HERE).rules == ("FROM-THE-SERVER",)


def test_what_changes_elsewhere_changes_nothing_here(acme: House, embedded: Embedded) -> None:
    """A write to another account is told with the look, and the facts that are held go on to count."""
    assert acme.server is not None
    embedded._follower.end()
    for _ in range(5):
        number = acme.write(scopes=("other",))
        assert (
            embedded.check(ANN, "BUILD", HERE)
            == Answer(allowed=True, revision=number, rules=("EFF-1", "ROLE-9", "ROLE-11"))
            or embedded.check(ANN, "BUILD", HERE).allowed
        )
    assert asked_there(acme) == 0
    assert sum("/snapshots/" in asked.path for asked in acme.server.asked) == 1
    acme.write(scopes=("*",))
    assert embedded.check(ANN, "BUILD", HERE).rules == ("FROM-THE-SERVER",)


def test_what_is_told_as_a_whole_may_have_changed(acme: House, embedded: Embedded) -> None:
    """A server that cannot say what has changed."""
    embedded._follower.end()
    acme.told_since = acme.number + 1
    acme.write(scopes=("other",))
    assert embedded.check(ANN, "BUILD", HERE).rules == ("FROM-THE-SERVER",)


def test_a_number_that_goes_backwards_ends_all_that_is_held(acme: House, embedded: Embedded) -> None:
    """The database has been restored: what was read from it before may never have been."""
    acme.write(user(BOB, STANDARD_USER))
    until(is_held(embedded, acme))
    assert embedded.check(BOB, "BUILD", HERE).allowed
    embedded._follower.end()
    acme.forget(acme.number - 1)
    acme.inside = acme.inside.__class__(ACME, Status.SUSPENDED, acme.inside.catalogue, acme.inside.active, {}, None)
    assert embedded.check(BOB, "BUILD", HERE).rules == ("FROM-THE-SERVER",)
    assert embedded.holds(ACME) is None


def test_until_facts_have_come_the_server_is_asked(acme: House) -> None:
    """Nobody waits for them."""
    acme.hides = 0.7
    with an_embedded(acme) as made:
        assert made.check(ANN, "BUILD", HERE).rules == ("FROM-THE-SERVER",)
        until(is_held(made, acme))
        assert made.check(ANN, "BUILD", HERE).rules != ("FROM-THE-SERVER",)


def test_an_account_that_is_not_there_is_asked_of_the_server(acme: House) -> None:
    """It has no facts; the others are held all the same."""
    with an_embedded(acme, "other", ACME) as made:
        until(is_held(made, acme))
        assert made.check(ANN, "BUILD", Resource.account("other")).rules == ("FROM-THE-SERVER",)
        assert made.check(ANN, "BUILD", HERE).rules != ("FROM-THE-SERVER",)
    assert acme.server is not None
    assert sum(asked.path == "/access/v1/snapshots/other" for asked in acme.server.asked) == 1


def without_word(acme: House) -> Callable[[Asked], bytes]:
    """A server that stands still in the middle of looks."""

    def behave(asked: Asked) -> bytes:
        time.sleep(1.5)
        return acme.answer(asked)

    return behave


def test_what_cannot_be_proven_is_refused_within_a_second(acme: House, embedded: Embedded) -> None:
    """By all who ask at the same time, sync and async."""
    assert acme.server is not None
    assert embedded.check(ANN, "BUILD", HERE).allowed
    acme.server.behave = without_word(acme)
    took: list[float] = []

    def ask() -> None:
        begun = time.monotonic()
        with pytest.raises(TooLate):
            embedded.check(ANN, "BUILD", HERE)
        took.append(time.monotonic() - begun)

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for number, thread in enumerate(threads):
        thread.start()
        time.sleep(0.03 * (number % 3))
    for thread in threads:
        thread.join()
    assert len(took) == 12
    assert max(took) < 1
    acme.server.behave = acme.answer


def test_tasks_are_refused_within_a_second_as_well(acme: House) -> None:
    """All at once."""

    async def ask(made: AsyncEmbedded) -> tuple[float, set[type]]:
        assert acme.server is not None
        acme.server.behave = without_word(acme)
        begun = time.monotonic()
        found = await asyncio.gather(*(made.check(ANN, "BUILD", HERE) for _ in range(50)), return_exceptions=True)
        took = time.monotonic() - begun
        acme.server.behave = acme.answer
        return took, {type(one) for one in found}

    took, kinds = by_async(acme, ask)
    assert kinds == {TooLate}
    assert took < 1


FAILURES: list[tuple[int, object, type[NoAnswer]]] = [
    (503, "It cannot be proven.", CannotProve),
    (401, "The bearer token is not valid.", NotAuthorized),
    (500, "Failed.", NotUnderstood),
    (200, {"decision": True}, NotUnderstood),
    (200, b"<html>", NotUnderstood),
]


@pytest.mark.parametrize(("status", "body", "kind"), FAILURES)
def test_a_look_that_fails_lets_nobody_in(
    acme: House, embedded: Embedded, status: int, body: object, kind: type[NoAnswer]
) -> None:
    """Whatever went wrong, everybody who waited hears of it; and when it goes right again, all goes on."""
    assert acme.server is not None
    assert embedded.check(ANN, "BUILD", HERE).allowed
    acme.server.behave = lambda asked: reply(asked, body, status)
    with pytest.raises(kind):
        embedded.check(ANN, "BUILD", HERE)
    acme.server.behave = acme.answer
    assert embedded.check(ANN, "BUILD", HERE).allowed


def test_a_server_that_is_gone_lets_nobody_in(acme: House, embedded: Embedded) -> None:
    """Although everything is held."""
    assert acme.server is not None
    acme.server.close()
    with pytest.raises(Unreachable):
        embedded.check(ANN, "BUILD", HERE)


def test_who_trades_freshness_needs_no_look(acme: House, embedded: Embedded) -> None:
    """`at_least` a write, or no older than some seconds; and no more than was said."""
    embedded._follower.end()
    written = acme.write(user(ANN, SUPPORT))
    looks = acme.looks
    assert embedded.check(ANN, "BUILD", HERE, at_least=written - 1).allowed
    assert acme.looks == looks
    assert embedded.check(ANN, "BUILD", HERE, at_least=written).rules == ("FROM-THE-SERVER",)
    assert acme.looks == looks + 1

    with an_embedded(acme) as made:
        until(is_held(made, acme))
        made._follower.end()
        acme.write(user(ANN, ADMINISTRATOR))
        before = acme.looks
        assert not made.check(ANN, "BUILD", HERE, max_age=60).allowed
        assert acme.looks == before
        time.sleep(0.2)
        assert made.check(ANN, "BUILD", HERE, max_age=0.1).rules == ("FROM-THE-SERVER",)
        assert acme.looks == before + 1


def test_many_threads_share_a_look(acme: House, embedded: Embedded) -> None:
    """Who asks while one is under way is served by the next, which was sent afterwards."""
    looks = acme.looks
    sure = threading.Barrier(16)

    def ask() -> None:
        sure.wait()
        for _ in range(10):
            assert embedded.check(ANN, "BUILD", HERE).allowed

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 10 <= acme.looks - looks < 100


def test_many_tasks_share_a_look(acme: House) -> None:
    """Two hundred at once cost two looks or three."""

    async def all_at_once(made: AsyncEmbedded) -> list[bool]:
        before = acme.looks
        found = await asyncio.gather(*(made.check(ANN, "BUILD", HERE) for _ in range(200)))
        assert acme.looks - before <= 3
        return [one.allowed for one in found]

    assert by_async(acme, all_at_once) == [True] * 200


def test_a_look_that_was_under_way_does_not_count(acme: House, embedded: Embedded) -> None:
    """It may have looked before the write that the question has to know of."""
    assert acme.server is not None
    embedded._follower.end()
    looked, written = threading.Event(), threading.Event()

    def slow(asked: Asked) -> bytes:
        sent = acme.answer(asked)
        if not looked.is_set():
            looked.set()
            written.wait(5)
        return sent

    acme.server.behave = slow
    first = threading.Thread(target=embedded.check, args=(ANN, "BUILD", HERE))
    first.start()
    looked.wait(5)
    acme.write(user(ANN, SUPPORT))
    found: list[Answer] = []
    second = threading.Thread(target=lambda: found.append(embedded.check(ANN, "BUILD", HERE)))
    second.start()
    time.sleep(0.05)
    written.set()
    first.join()
    second.join()
    assert found[0].rules == ("FROM-THE-SERVER",)


def test_nobody_waits_for_longer_than_the_deadline() -> None:
    """Also where somebody else's look takes longer than it should."""

    def look(_: float) -> int:
        time.sleep(1)
        return 1

    rounds = Rounds(look)
    first = threading.Thread(target=rounds.number, args=(2,))
    first.start()
    begun = time.monotonic()
    with pytest.raises(TooLate):
        rounds.number(0.1)
    assert time.monotonic() - begun < 0.5
    first.join()


def test_no_task_is_served_by_a_look_that_was_under_way() -> None:
    """It may have looked before the write that the question has to know of."""
    numbers = iter([1, 2, 3])

    async def look(_: float) -> int:
        number = next(numbers)
        await asyncio.sleep(0.05)
        return number

    async def ask() -> list[int]:
        rounds = AsyncRounds(look, 1)

        async def later(seconds: float) -> int:
            await asyncio.sleep(seconds)
            return await rounds.number(1)

        return [*await asyncio.gather(later(0), later(0), later(0.02), later(0.03))]

    assert asyncio.run(ask()) == [1, 1, 2, 2]


def test_as_of_an_instant(acme: House, embedded: Embedded) -> None:
    """Grants and trials are judged at the time of the question."""
    acme.write(status=Status.TRIAL, trial_ends=datetime(2031, 1, 1, tzinfo=UTC))
    until(is_held(embedded, acme))
    assert embedded.check(ANN, "BUILD", HERE, time=datetime(2030, 1, 1, tzinfo=UTC)).allowed
    assert not embedded.check(ANN, "BUILD", HERE, time=datetime(2031, 1, 1, tzinfo=UTC)).allowed
    assert asked_there(acme) == 0


def test_a_condition_is_judged_here(acme: House, embedded: Embedded) -> None:
    """On what is stored of the person and what was sent, as the server would see it."""
    grant = RoleGrant(ADMINISTRATOR, condition=Condition("subject.properties.team == context.team"))
    ann = User(UserKey(ANN), None, Person(properties='{"team":"red"}'), (grant,))
    acme.write(ann)
    until(is_held(embedded, acme))
    assert embedded.check(ANN, "BUILD", HERE, context={"team": "red"}).allowed
    assert not embedded.check(ANN, "BUILD", HERE, context={"team": "blue"}).allowed
    assert not embedded.check(ANN, "BUILD", HERE).allowed
    assert embedded.check(Subject.user(ANN, team="blue"), "BUILD", HERE, context={"team": "blue"}).allowed
    told = embedded.evaluate(ANN, "EXECUTE", SHUT, context={"team": "red"})
    assert [one.condition for one in told.grants] == ["subject.properties.team == context.team"]
    refused = embedded.evaluate(ANN, "EXECUTE", SHUT, context={"team": "blue"})
    assert refused.reason is not None
    assert refused.reason.code == "condition_not_met"
    with pytest.raises(Malformed):
        embedded.check(ANN, "BUILD", HERE, context={"team": object()})
    assert asked_there(acme) == 0


def test_a_forked_process_asks_the_server(acme: House, embedded: Embedded) -> None:
    """Nobody follows the changes there."""
    child = os.fork()
    if child == 0:
        fine = False
        try:
            fine = embedded.check(ANN, "BUILD", HERE).rules == ("FROM-THE-SERVER",)
        finally:
            os._exit(0 if fine else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_it_ends_at_once(acme: House) -> None:
    """Also while the server lets it wait for a change."""
    made = an_embedded(acme)
    until(is_held(made, acme))
    time.sleep(0.1)
    begun = time.monotonic()
    made.close()
    assert time.monotonic() - begun < 1
    assert not made._follower._thread.is_alive()


def snapshot(acme: House) -> Snapshot:
    """The facts as they are."""
    return Snapshot.of(acme.inside, acme.given, ())


def test_what_is_held_counts_as_far_as_it_is_known(acme: House) -> None:
    """Whatever the order in which answers arrive."""
    held, account = Held(), AccountId(ACME)
    held.put(account, snapshot(acme), 5)
    assert (held.at(account, 5) is None, held.at(account, 6) is None, held.since()) == (False, True, 5)
    held.told(6, 9, {"other"})
    assert held.at(account, 6) is None  # of the sixth write nothing has been told
    held.told(5, 9, {"other"})
    assert held.at(account, 9) is not None
    held.told(5, 7, {ACME})
    assert held.until(account) == 9  # what has been read is later than that
    held.told(9, 12, {ACME})
    assert (held.at(account, 10), held.until(account)) == (None, None)
    held.put(account, snapshot(acme), 8)
    assert held.at(account, 9) is not None  # an older snapshot takes no later one's place
    held.put(account, snapshot(acme), 12)
    assert held.at(account, 12) is not None
    held.told(12, 13, None)
    assert held.at(account, 13) is None
    held.proven(12, 0, 13)
    assert held.at(account, 1) is None
