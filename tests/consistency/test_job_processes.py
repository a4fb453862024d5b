"""Several processes do jobs at once, and some of them die: each effect exactly once, and nobody waits for nothing."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest

from tenantry.jobs.tries import DIED, TRIES
from tests.borders.tree import PROJECT
from tests.consistency.test_two_processes import Worker, an_account, soon, workers
from tests.engines import Engine

pytestmark = [pytest.mark.processes, pytest.mark.store]

__all__ = ["workers"]

HALVES: Final = ("begun", "done")

DEATHS: Final = 15
"""How often a process is killed while it is in the middle of a step."""


@pytest.fixture(autouse=True)
def _an_empty_queue(workers: tuple[Worker, Worker]) -> None:
    """Tests of one file share a database."""
    workers[0].do("clear")


def exactly_once(jobs: int, steps: int) -> Counter[str]:
    """What is left by so many jobs of so many steps."""
    names = (f"{n} {left} {half}" for n in range(jobs) for left in range(1, steps + 1) for half in HALVES)
    return Counter(names)


def test_two_processes_with_two_threads_each_do_two_hundred_jobs_once(workers: tuple[Worker, Worker]) -> None:
    """Whoever takes a job has it to itself. Both take some; where a busy machine lets one come too late, once more."""
    for worker in workers:
        worker.do("install")
    done = next((done for done in (race(workers) for _ in range(5)) if all(map(sum, done))), None)
    assert done is not None


def race(workers: tuple[Worker, Worker]) -> list[list[int]]:
    """Have both do two hundred jobs at once; returns how many each thread of each has done."""
    account, other = an_account(workers[0]), an_account(workers[0])
    workers[0].do("plant", account=account, number=120)
    workers[0].do("plant", account=other, number=40, left=2)
    moment = soon()
    for worker in workers:
        worker.tell("race", moment=moment, threads=2)
    done = [worker.answer() for worker in workers]
    assert Counter(workers[0].do("told", account=account)) == exactly_once(120, 1)
    assert Counter(workers[0].do("told", account=other)) == exactly_once(40, 2)
    assert sum(map(sum, done)) == 200
    return done


def test_an_account_where_somebody_is_at_work_is_passed_over(workers: tuple[Worker, Worker], engine: Engine) -> None:
    """Its jobs are done later, and the jobs of others now. On SQLite there is one writer at a time, so they wait."""
    holder, runner = workers
    busy, free = an_account(holder), an_account(holder)
    runner.do("install")
    runner.do("plant", account=busy, number=3)
    runner.do("plant", account=free, number=2)
    holder.tell("hold", account=busy, seconds=1)
    assert holder.answer() == "holds"
    done = runner.do("do_due")
    assert holder.answer() is None
    if engine == "postgresql":
        assert (done, runner.do("waiting", account=busy)) == (2, [1, 1, 1])
        assert runner.do("do_due") == 3
    else:
        assert done == 5
    assert [len(runner.do("told", account=account)) for account in (busy, free)] == [6, 4]


def test_a_job_that_kills_its_process_rests_while_others_are_done_and_stands_as_failed_in_the_end(
    workers: tuple[Worker, Worker],
) -> None:
    """A process a try, each of which dies of it. What is due after it is done meanwhile, by who comes next."""
    worker, _ = workers
    account = an_account(worker)
    worker.do("install")
    worker.do("plant", account=account, number=1, seconds=-1)
    worker.do("plant", account=account, number=3, first=1)
    ended, became, others = worker.do("die_of", account=account)
    assert ended == [*[-signal.SIGKILL] * TRIES, 0]
    assert became == ["failed", TRIES, DIED]
    assert others == worker.do("told", account=account) == [f"{n} 1 {half}" for n in (1, 2, 3) for half in HALVES]


def test_share_18_what_shares_left_before_there_were_jobs_is_carried_over(workers: tuple[Worker, Worker]) -> None:
    """With what was reached, and back again."""
    worker, _ = workers
    account, member = an_account(worker), an_account(worker)
    *found, last = worker.do("ends_of_before", account=account, member=member)
    due = "2026-05-20T12:00:00+00:00"
    details = {"cause": "because", "user": "operator"}
    assert found == [
        {
            "stored": ["share.end", "waiting", 0],
            "details": details | {"role": role, "member": of_member, "reached": reached},
            "due": due,
            "next": due,
        }
        for role, of_member, reached in (("r", member, 7), ("", "", 0))
    ]
    assert last == {"back": [["r", member, 7], ["", None, 0]]}


# ---- tenantry worker -----------------------------------------------------------------------------------------------


@contextmanager
def the_program(worker: Worker, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
    """`tenantry` with these words on the database of this worker; or, without any, what begins a worker a line."""
    program = [sys.executable, "-m", "tests.consistency.jobs", *words]
    environment = os.environ | worker.place
    with subprocess.Popen(
        program, cwd=PROJECT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def said(process: "subprocess.Popen[bytes]", beginning: bytes) -> bytes:
    """Wait until it has said a line that begins so: the rest of that line."""
    assert process.stdout is not None
    while not (line := process.stdout.readline()).startswith(beginning):
        assert line, "the process has died; its reason is printed above"
    return line.removeprefix(beginning)


MIDDLE: Final = b"in the middle"


def begin(parent: "subprocess.Popen[bytes]") -> int:
    """Begin one more worker: the number of its process."""
    assert parent.stdin is not None
    parent.stdin.write(b"\n")
    parent.stdin.flush()
    return int(said(parent, b""))


def test_what_a_killed_worker_had_in_hand_is_done_once_by_another(workers: tuple[Worker, Worker]) -> None:
    """Again and again, at any point of a step: in the end each step of each job has been done exactly once."""
    watcher, _ = workers
    account = an_account(watcher)
    watcher.do("plant", account=account, number=18, left=2, seconds=0.01)
    chance = random.Random(18)
    with the_program(watcher) as parent:
        for _ in range(DEATHS):
            victim = begin(parent)
            said(parent, MIDDLE)
            time.sleep(chance.uniform(0, 0.03))
            os.kill(victim, signal.SIGKILL)
            assert int(said(parent, b"ended ")) == -signal.SIGKILL
        assert watcher.do("waiting", account=account)
        last = begin(parent)
        give_up = time.monotonic() + 30
        while watcher.do("waiting", account=account) and time.monotonic() < give_up:
            time.sleep(0.05)
        os.kill(last, signal.SIGINT)
        assert int(said(parent, b"ended ")) == 0
    assert Counter(watcher.do("told", account=account)) == exactly_once(18, 2)


def test_a_worker_that_is_told_to_end_finishes_the_step_in_hand(workers: tuple[Worker, Worker]) -> None:
    """That step and no other, with status 0."""
    watcher, _ = workers
    account = an_account(watcher)
    watcher.do("plant", account=account, number=2, left=3, seconds=0.5)
    with the_program(watcher, "worker") as process:
        said(process, MIDDLE)
        process.terminate()
        assert process.wait(timeout=30) == 0
    assert watcher.do("told", account=account) == ["0 3 begun", "0 3 done"]
    assert watcher.do("waiting", account=account) == [2, 3]
