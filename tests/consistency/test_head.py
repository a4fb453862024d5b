"""One head: who has seen it at n has seen all that was raised up to n, whoever commits when."""

import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.consistency.test_two_processes import Worker, a_database, a_worker
from tests.engines import chosen

pytestmark = [pytest.mark.processes, pytest.mark.store]

SCOPES = ["one", "two", "three"]


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[tuple[Worker, Worker]]:
    """Two processes on one database with some scopes."""
    folder = tmp_path_factory.mktemp("head")
    with ExitStack() as stack:
        url = stack.enter_context(a_database(folder))
        one, two = (stack.enter_context(a_worker(url, folder)) for _ in range(2))
        assert one.do("prepare") == chosen()
        assert one.do("scopes", names=SCOPES) == 1
        yield one, two


def test_who_raises_later_commits_later(workers: tuple[Worker, Worker]) -> None:
    """The first one has its number and takes its time; the second one gets the next number, after the first commit."""
    one, two = workers
    one.tell("hold_head", scope="one", seconds=0.5)
    time.sleep(0.2)
    second = two.do("raise_one", scope="two")
    first = one.answer()
    assert second["number"] == first["number"] + 1
    assert second["done"] > first["commits"]


def test_no_change_is_found_late(workers: tuple[Worker, Worker]) -> None:
    """Three that write, one that reads: what it finds changed has a greater number than any that it had seen before."""
    before = workers[0].do("raise_one", scope="one")["number"]
    found = workers[0].do("seen_late", names=SCOPES, seconds=2)
    assert found["late"] == []
    assert found["head"] == before + found["raised"]
    assert found["raised"] > 50
    assert found["readings"] > 50


def test_who_waits_for_a_change_is_woken(workers: tuple[Worker, Worker]) -> None:
    """On PostgreSQL at once, by the commit; elsewhere, and where that is switched off, within a second or so."""
    one, _ = workers
    told = chosen() == "postgresql"
    assert one.do("woken_after", scope="one", seconds=0.3) < (0.5 if told else 1.8)
    one.do("without_notifications")
    assert one.do("woken_after", scope="one", seconds=0.3) < 1.8
