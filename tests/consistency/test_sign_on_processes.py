"""Two processes are brought what counts once: one of them takes it."""

import pytest

from tests.consistency.test_two_processes import Worker, soon, workers

pytestmark = [pytest.mark.processes, pytest.mark.store]

__all__ = ["workers"]


def test_two_processes_that_need_the_first_key_make_one(workers: tuple[Worker, Worker]) -> None:
    """Else the metadata would tell of a key that is not used."""
    moment = soon()
    for worker in workers:
        worker.tell("key_at", moment=moment)
    assert len({worker.answer() for worker in workers}) == 1


def test_sso_13_an_assertion_that_comes_four_times_at_once_counts_once(workers: tuple[Worker, Worker]) -> None:
    """Two processes with two threads each: the constraint of the table decides, and one session begins."""
    for name in ("One", "Two", "Three"):
        made = workers[0].do("provider", name=name)
        moment = soon()
        for worker in workers:
            worker.tell("hand_in_at", moment=moment, account=made["account"], answer=made["answer"], threads=2)
        statuses = sorted(status for worker in workers for status in worker.answer())
        assert statuses == [302, 403, 403, 403]
        assert workers[0].do("sessions_of", user=made["user"]) == 1
