"""One look at the head proves it to all who asked before it began, within a limit, and to nobody else."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tenantry.store import lookups, proof as proofs
from tenantry.store.lookups import LookFailed, TooLate
from tenantry.store.proof import CannotProveCurrent, Proof
from tenantry.store.revisions import Changes

LIMIT = 0.8


class Database:
    """Stands for one: its head, whether it answers, and what was asked of it."""

    def __init__(self) -> None:
        """Answers at once."""
        self.number = 7
        self.changed: dict[str, tuple[int, int]] | None = {"acme": (2, 1)}
        self.looks: list[float] = []
        self.connections = 0
        self.answering = threading.Event()
        self.answering.set()
        self.there = True
        self.broken = False

    def connect(self) -> "Look":
        """As `lookups.connect`."""
        self.connections += 1
        if not self.there:
            raise LookFailed("nobody is there")
        return Look(self)


class Look:
    """As `lookups.Lookup`."""

    def __init__(self, database: Database) -> None:
        """One connection."""
        self.database = database
        self.number_of_connection = database.connections

    def head(self, until: float) -> int:
        """Look."""
        database = self.database
        database.looks.append(time.monotonic())
        number = database.number
        if not database.answering.wait(max(0.0, until - time.monotonic())):
            raise TooLate("no answer")
        if database.broken:
            database.broken = False
            raise LookFailed("server closed the connection")
        return number

    def changed_since(self, number: int, until: float) -> Changes:
        """Tell."""
        del until
        known = number <= self.database.number
        return Changes(self.database.number, self.database.changed if known else None)

    def close(self) -> None:
        """Nothing to do."""


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Database:
    """In the place of the real one."""
    made = Database()
    monkeypatch.setattr(proofs, "connect", made.connect)
    return made


@pytest.fixture
def heard() -> list[Changes]:
    """What was told."""
    return []


@pytest.fixture
def proof(database: Database, heard: list[Changes]) -> Iterator[Proof]:
    """One that tells `heard`."""
    del database
    made = Proof(heard.append, LIMIT)
    yield made
    made.close()


def ask(proof: Proof, answers: list[object]) -> threading.Thread:
    """Ask in a thread, which notes the head or the refusal."""

    def run() -> None:
        try:
            answers.append(proof.head())
        except CannotProveCurrent as refused:
            answers.append(refused)

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_what_changed_is_told_before_the_proof(proof: Proof, database: Database, heard: list[Changes]) -> None:
    """The first time that anything may have; then what it was, and nothing where nothing was."""
    assert proof.head() == 7
    assert heard == [Changes(7, None)]
    assert proof.head() == 7
    assert len(heard) == 1
    database.number = 9
    assert proof.head() == 9
    assert heard[1:] == [Changes(9, {"acme": (2, 1)})]


def test_a_head_that_goes_back_means_that_anything_may_have_changed(
    proof: Proof, database: Database, heard: list[Changes]
) -> None:
    """The database is another one, or an older state of it."""
    proof.head()
    database.number = 5
    assert proof.head() == 5
    assert heard[-1] == Changes(5, None)


def test_who_asks_during_a_look_waits_for_the_next_one(proof: Proof, database: Database) -> None:
    """A look that has begun before may have read before the write that the asker knows of. All who wait share one."""
    proof.head()
    database.looks.clear()
    database.answering.clear()
    early: list[object] = []
    threads = [ask(proof, early)]
    while not database.looks:
        time.sleep(0.001)
    database.number = 8  # committed after the first look has read
    late: list[object] = []
    threads += [ask(proof, late) for _ in range(20)]
    time.sleep(0.05)
    database.answering.set()
    for thread in threads:
        thread.join()
    assert early[0] in {7, 8}
    assert late == [8] * 20
    assert len(database.looks) == 2


def test_nobody_waits_longer_than_the_limit(proof: Proof, database: Database) -> None:
    """Neither who looks nor who waits for them; who has come meanwhile hears of it with them."""
    proof.head()
    database.answering.clear()
    answers: list[object] = []
    begun = time.monotonic()
    threads = [ask(proof, answers) for _ in range(5)]
    time.sleep(LIMIT / 2)
    threads += [ask(proof, answers) for _ in range(5)]
    for thread in threads:
        thread.join()
    assert time.monotonic() - begun < 1.35 * LIMIT
    assert [type(answer) for answer in answers] == [CannotProveCurrent] * 10
    assert "cannot be proven" in str(answers[0])


def test_a_new_connection_knows_nothing_of_before(proof: Proof, database: Database, heard: list[Changes]) -> None:
    """It may lead to another server. One that breaks is made anew for the same question."""
    proof.head()
    database.broken = True
    assert proof.head() == 7
    assert database.connections == 2
    assert heard == [Changes(7, None), Changes(7, None)]


def test_it_recovers_when_the_database_does(proof: Proof, database: Database, heard: list[Changes]) -> None:
    """Without anybody having to do anything."""
    proof.head()
    database.answering.clear()
    with pytest.raises(CannotProveCurrent):
        proof.head()
    database.answering.set()
    database.there = False
    with pytest.raises(CannotProveCurrent, match="nobody is there"):
        proof.head()
    database.there = True
    assert proof.head() == 7
    assert heard[-1] == Changes(7, None)


def test_a_server_that_does_not_let_connect_is_not_waited_for(
    proof: Proof, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The attempt goes on by itself, and who asks when it has succeeded has the answer."""
    going = threading.Event()

    def slowly() -> Look:
        going.wait()
        return database.connect()

    monkeypatch.setattr(proofs, "connect", slowly)
    begun = time.monotonic()
    with pytest.raises(CannotProveCurrent, match="no connection"):
        proof.head()
    assert time.monotonic() - begun < 1.5 * LIMIT
    going.set()
    assert proof.head() == 7
    assert database.connections == 1


def test_what_hears_of_changes_may_fail_without_anybody_waiting_for_ever(database: Database) -> None:
    """The next one who asks looks."""

    def fails(_: Changes) -> None:
        raise RuntimeError("broken")

    proof = Proof(fails, LIMIT)
    for _ in range(2):
        with pytest.raises(RuntimeError):
            proof.head()
    del database


def test_a_file_that_is_written_to_is_read_all_the_same(tmp_path: Path) -> None:
    """In the log of SQLite nobody waits for a writer, and no reading stays open."""
    file = tmp_path / "some.sqlite3"
    with sqlite3.connect(file, isolation_level=None) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("CREATE TABLE revision (scope TEXT PRIMARY KEY, number INT, given INT, raised_at INT)")
        writer.execute("INSERT INTO revision VALUES ('#', 4, 0, 0), ('acme', 3, 2, 4), ('beta', 9, 9, 1)")
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(connection, "get_connection_params", lambda: {"database": str(file)})
            look = lookups.SqliteLookup()
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE revision SET number = 5 WHERE scope = '#'")
        until = time.monotonic() + LIMIT
        assert look.head(until) == 4
        assert look.changed_since(2, until) == (4, {"acme": (3, 2)})
        writer.execute("COMMIT")
        assert look.head(until) == 5
        assert writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
        look.close()
