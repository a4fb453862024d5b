"""Two processes of the product on one database: no stale decision, no lost write, no account without Administrator."""

import json
import os
import subprocess
import sys
import time
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from tests.borders.tree import PROJECT
from tests.engines import chosen
from tests.migrated import put, template

pytestmark = [pytest.mark.processes, pytest.mark.store]

ROUNDS: Final = 30
"""Rounds of the ordered test; each asks 7 changes times `QUESTIONS`."""

QUESTIONS: Final = 12
ANN = "ann@example.com"
_numbers = count(1)


class Worker:
    """A process of the product; see `worker.py`."""

    def __init__(self, process: "subprocess.Popen[str]", place: dict[str, str]) -> None:
        """Talk to this process, which works on the database that the settings in `place` name."""
        self.process = process
        self.place = place

    def tell(self, do: str, **members: Any) -> None:
        """Give it something to do, and do not wait."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **members}) + "\n")
        self.process.stdin.flush()

    def answer(self) -> Any:
        """Wait until it has done that."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the process has died; its reason is printed above"
        return json.loads(line)

    def do(self, do: str, **members: Any) -> Any:
        """Have it done. For writes: when this returns, the transaction is committed."""
        self.tell(do, **members)
        return self.answer()


@contextmanager
def a_worker(url: str, folder: Path) -> Iterator[Worker]:
    """Start a process on this database."""
    place = {"TENANTRY_DATABASE_URL": url, "TENANTRY_DATA_DIR": str(folder)}
    program = [sys.executable, "-m", "tests.consistency.worker"]
    with subprocess.Popen(
        program, cwd=PROJECT, env=os.environ | place, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Worker(process, place)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(timeout=30)


@contextmanager
def a_database(folder: Path, *, migrated: bool = True) -> Iterator[str]:
    """An empty database of the engine of this run, for these tests alone; with its tables, or without."""
    if chosen() == "sqlite":
        if migrated:
            put(folder / "two.sqlite3")
        yield f"sqlite:///{folder}/two.sqlite3"
        return
    server = os.environ["TENANTRY_DATABASE_URL"]
    name = f"two_processes_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template() if migrated else 'template1'}")
        yield f"{server.rpartition('/')[0]}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[tuple[Worker, Worker]]:
    """Two processes on one database with its tables."""
    folder = tmp_path_factory.mktemp("two")
    with ExitStack() as stack:
        url = stack.enter_context(a_database(folder))
        one, two = (stack.enter_context(a_worker(url, folder)) for _ in range(2))
        assert one.do("prepare") == chosen()
        yield one, two


def an_account(worker: Worker) -> str:
    """A new account."""
    made: str = worker.do("account", name=f"Account {next(_numbers)}")
    return made


def soon() -> int:
    """A moment by which two processes have both begun to wait for it."""
    return time.monotonic_ns() + 20_000_000


@pytest.mark.slow
def test_role_10_what_one_process_has_committed_the_other_knows(workers: tuple[Worker, Worker]) -> None:
    """After a change has returned here, not one decision there rests on what was before: seven kinds of change."""
    writer, reader = workers
    account = an_account(writer)
    role = writer.do("role", account=account, name="R", privileges=["API", "MDM_VIEW_DATA"])
    heir = writer.do("role", account=account, name="Heir", privileges=[], parent=role)
    user = writer.do("user", account=account, email=ANN, given=["SUPPORT"])
    stale, asked = [], 0

    def expect(privilege: str, *, allowed: bool, after: str) -> None:
        nonlocal asked
        answers = reader.do("decide", account=account, email=ANN, privilege=privilege, times=QUESTIONS)
        asked += len(answers)
        stale.extend([after] * sum(answer is not allowed for answer in answers))

    for _ in range(ROUNDS):
        writer.do("change", account=account, user=user, given=["SUPPORT", heir])
        expect("API", allowed=True, after="granting a role")
        writer.do("edit", account=account, role=role, privileges=["MDM_VIEW_DATA"])
        expect("API", allowed=False, after="editing the parent of a role")
        writer.do("feature", account=account, name="data_hub", on=False)
        expect("MDM_VIEW_DATA", allowed=False, after="switching a feature off")
        writer.do("feature", account=account, name="data_hub", on=True)
        expect("MDM_VIEW_DATA", allowed=True, after="switching a feature on")
        writer.do("change", account=account, user=user, given=["SUPPORT"])
        expect("MDM_VIEW_DATA", allowed=False, after="revoking a role")
        writer.do("lock", email=ANN, locked=True)
        expect("EXECUTE", allowed=False, after="locking")
        writer.do("lock", email=ANN, locked=False)
        expect("EXECUTE", allowed=True, after="unlocking")
        writer.do("edit", account=account, role=role, privileges=["API", "MDM_VIEW_DATA"])
    assert stale == []
    assert asked == ROUNDS * 7 * QUESTIONS >= 2500


def test_acc_13_a_suspension_is_known_to_the_other_process(workers: tuple[Worker, Worker]) -> None:
    """Suspending and reactivating, removing and adding, at once."""
    writer, reader = workers
    account = an_account(writer)
    writer.do("user", account=account, email=f"b{next(_numbers)}@example.com", given=["ADMINISTRATOR"])
    email = f"b{next(_numbers)}@example.com"
    for _ in range(10):
        user = writer.do("user", account=account, email=email, given=["SUPPORT"])
        seen = [reader.do("decide", account=account, email=email, privilege="EXECUTE", times=2)]
        for change in ("suspend", "reactivate"):
            writer.do(change, account=account)
            seen.append(reader.do("decide", account=account, email=email, privilege="EXECUTE", times=2))
        writer.do("remove", account=account, user=user)
        seen.append(reader.do("decide", account=account, email=email, privilege="EXECUTE", times=2))
        assert seen == [[True] * 2, [False] * 2, [True] * 2, [False] * 2]


@pytest.mark.slow
def test_role_10_decisions_made_during_writes_are_of_the_moment(workers: tuple[Worker, Worker]) -> None:
    """One process gives and takes a role without pause, the other decides without pause.

    Each answer must be that of a state which was current at some moment between question and answer: the one after
    the last change that had returned before the question, or after one that was under way meanwhile.
    """
    writer, reader = workers
    account = an_account(writer)
    email = f"c{next(_numbers)}@example.com"
    user = writer.do("user", account=account, email=email, given=["SUPPORT"])
    reader.tell("look", account=account, email=email, privilege="BUILD", seconds=5)
    flips = writer.do(
        "flip", account=account, user=user, without=["SUPPORT"], with_it=["SUPPORT", "STANDARD_USER"], times=250
    )
    answers = reader.answer()
    begun = [flip[0] for flip in flips]
    returned = [flip[1] for flip in flips]
    states = [False, *(flip[2] for flip in flips)]
    wrong = 0
    for asked, answered, allowed in answers:
        first, last = bisect_right(returned, asked), bisect_right(begun, answered)
        wrong += allowed not in states[first : last + 1]
    assert wrong == 0
    during = [one for one in answers if begun[0] < one[0] < returned[-1]]
    assert len(during) > 500
    assert {one[2] for one in during} == {True, False}


@pytest.mark.parametrize("verb", ["remove", "strip", "take"])
@pytest.mark.parametrize("whom", ["each other", "themselves"])
def test_user_11_two_administrators_cannot_both_go(verb: str, whom: str, workers: tuple[Worker, Worker]) -> None:
    """Removed or stripped by each other, or leaving, in two processes at the same instant: one of them stays.

    Taking the role Administrator and no other is removing as well, where there is no other (USER-9).
    """
    codes: dict[str, int] = {}
    for _ in range(8):
        account = an_account(workers[0])
        emails = [f"d{next(_numbers)}@example.com" for _ in workers]
        users = [workers[0].do("user", account=account, email=e, given=["ADMINISTRATOR"]) for e in emails]
        moment = soon()
        targets = users if whom == "themselves" else users[::-1]
        for worker, actor, target in zip(workers, emails, targets, strict=True):
            worker.tell("act_at", moment=moment, verb=verb, actor=actor, account=account, user=target)
        results = [worker.answer() for worker in workers]
        left = workers[0].do("administrators", account=account)
        assert len(left) == 1, results
        assert sorted(result == "done" for result in results) == [False, True], results
        for result in results:
            codes[result] = codes.get(result, 0) + 1
    refusals = {
        ("remove", "each other"): {"no_roles"},
        ("strip", "each other"): {"not_held"},
        ("take", "each other"): {"no_roles"},
        ("remove", "themselves"): {"last_administrator"},
        ("take", "themselves"): {"last_administrator"},
        ("strip", "themselves"): {"last_administrator"},
    }
    assert set(codes) == {"done"} | refusals[verb, whom]


def test_role_10_concurrent_edits_of_a_role_lose_nothing(workers: tuple[Worker, Worker]) -> None:
    """Two processes edit different members of one role again and again: both last values stand, all are in the log."""
    one, two = workers
    account = an_account(one)
    role = one.do("role", account=account, name="R", privileges=[])
    before = one.do("role_row", account=account, role=role)["revision"]
    texts = [f"text {n}" for n in range(40)]
    sets = [["API"] if n % 2 == 0 else ["API", "EXECUTE"] for n in range(40)]
    moment = soon()
    one.tell("edits", moment=moment, account=account, role=role, member="description", values=texts)
    two.tell("edits", moment=moment, account=account, role=role, member="privileges", values=sets)
    one.answer()
    two.answer()
    row = two.do("role_row", account=account, role=role)
    assert (row["name"], row["description"], row["privileges"]) == ("R", texts[-1], sets[-1])
    assert row["revision"] == before + 80
    for member, first, values in (("description", "", texts), ("privileges", [], sets)):
        changes = [one for entry in row["log"] for one in entry if one["name"] == member]
        assert [change["new"] for change in changes] == values
        assert [change["old"] for change in changes] == [first, *values[:-1]]
    assert len(row["log"]) == 80


def test_role_5_two_processes_cannot_both_take_a_name(workers: tuple[Worker, Worker]) -> None:
    """The same name at the same instant, in another case: one role, one refusal."""
    account = an_account(workers[0])
    email = f"e{next(_numbers)}@example.com"
    workers[0].do("user", account=account, email=email, given=["ADMINISTRATOR"])
    for number in range(15):
        moment = soon()
        for worker, name in zip(workers, (f"Name {number}", f"NAME {number}"), strict=True):
            worker.tell("act_at", moment=moment, verb="create_role", actor=email, account=account, name=name)
        assert sorted(worker.answer() for worker in workers) == ["done", "role_name_taken"]
    assert len(workers[0].do("roles_of", account=account)) == 15


def test_lock_7_a_lock_reaches_an_account_joined_meanwhile(workers: tuple[Worker, Worker]) -> None:
    """A person becomes a user of another account while being locked: no snapshot may go on calling them unlocked."""
    locker, other = workers
    email = f"f{next(_numbers)}@example.com"
    locker.do("user", account=an_account(locker), email=email, given=["SUPPORT"])
    joined = an_account(other)
    locker.tell("lock_after_reading_slowly", email=email, seconds=1.5)
    assert locker.answer() == "has read"
    other.do("user", account=joined, email=email, given=["SUPPORT"])
    other.do("decide", account=joined, email=email, privilege="EXECUTE", times=1)
    assert locker.answer() is None
    assert other.do("decide", account=joined, email=email, privilege="EXECUTE", times=1) == [False]


def test_mfa_2_and_mfa_4_two_processes_cannot_both_take_a_code(workers: tuple[Worker, Worker]) -> None:
    """The same code at the same instant, of the app or a backup one: it signs in once (MFA-2, MFA-4)."""
    one, two = workers
    email = f"g{next(_numbers)}@example.com"
    one.do("user", account=an_account(one), email=email, given=["SUPPORT"])
    made = one.do("with_two_factors", email=email)
    for step in range(8):
        for backup, refusal in (("", "code_refused"), (made["codes"][step], "backup_code_refused")):
            moment = soon()
            for worker in workers:
                worker.tell("spend_at", moment=moment, email=email, secret=made["secret"], backup=backup, step=step)
            assert sorted(worker.answer() for worker in workers) == sorted(["done", refusal])
    assert two.do("attempts", email=email) <= 2


def test_two_processes_cannot_both_take_the_answer_to_a_question_about_a_passkey(
    workers: tuple[Worker, Worker],
) -> None:
    """At the same instant: one of them proves somebody by it."""
    for number in range(8):
        moment = soon()
        for worker in workers:
            worker.tell("spend_challenge_at", moment=moment, challenge=f"question {number}")
        assert sorted(worker.answer() for worker in workers) == ["done", "passkey_refused"]


def test_lock_1_two_processes_take_six_wrong_codes_together(workers: tuple[Worker, Worker]) -> None:
    """However fast they come, six are judged, and all that follow meet the lock (LOCK-1)."""
    one, two = workers
    email = f"h{next(_numbers)}@example.com"
    one.do("user", account=an_account(one), email=email, given=["SUPPORT"])
    one.do("with_two_factors", email=email)
    moment = soon()
    for worker in workers:
        worker.tell("guess", moment=moment, email=email, times=8)
    said = [*one.answer(), *two.answer()]
    assert sorted(said) == ["backup_code_refused"] * 6 + ["user_locked"] * 10
    assert one.do("attempts", email=email) == 6
