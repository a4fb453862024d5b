"""Estate files sent to a real server and carried out by real processes: what is seen, and what a death leaves."""

import contextlib
import json
import signal
import sqlite3
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.command_line.processes import Installation
from tests.command_line.test_commands import free_port, until_it_answers

pytestmark = pytest.mark.processes

MANY = 2000
PASSWORDS = 24
"""People whose passwords have to be hashed, which takes long enough to be seen."""

WORLD: list[dict[str, Any]] = [
    {"kind": "account", "id": "mass", "name": "Mass", "features": ["advanced_user_security"]},
    *({"kind": "user", "id": f"p{n}@mass.example", "password": f"Correct-Horse-{n}"} for n in range(PASSWORDS)),
    *({"kind": "user", "id": f"u{n}@mass.example"} for n in range(MANY)),
    *({"kind": "user_role", "account": "mass", "user": f"u{n}@mass.example", "role": "Support"} for n in range(MANY)),
]
GHOSTS: list[dict[str, Any]] = [
    {"kind": "user_role", "account": "mass", "user": f"ghost{n}@mass.example", "role": "Support"} for n in range(25)
]


class Served:
    """A server, with a token of the operator's."""

    def __init__(self, installation: Installation, url: str) -> None:
        self.url = url
        self.secret = installation.run("token", "issue", "--operator", "loader").stdout.split()[-1]

    def call(self, method: str, path: str, data: bytes | None = None) -> Any:
        """What a call is answered."""
        headers = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/x-ndjson"}
        request = urllib.request.Request(f"{self.url}{path}", data, headers, method=method)  # noqa: S310 - our own server
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return json.load(answer)

    def send(self, *lines: dict[str, Any]) -> Any:
        """Send these lines in."""
        return self.call("POST", "/v1/estate-loads", b"".join(json.dumps(line).encode() + b"\n" for line in lines))

    def followed(self, load: Any) -> list[Any]:
        """All that is told of a load until it has ended."""
        told = [load]
        while told[-1]["state"] not in {"done", "failed"}:
            time.sleep(0.15)
            told.append(self.call("GET", f"/v1/estate-loads/{load['id']}"))
        return told

    def rows(self, load: Any) -> list[Any]:
        """What became of its lines."""
        rows, cursor = [], ""
        while cursor is not None:
            part = self.call("GET", f"{load['rows']}?limit=200&cursor={cursor}")
            rows += part["items"]
            cursor = part["next"]
            time.sleep(0.08)  # ten calls a second are welcome
        return rows


@pytest.fixture
def served(loaded: Installation) -> Iterator[Served]:
    """A server and a worker beside it."""
    port = free_port()
    with running(loaded, "serve", "--port", str(port)), running(loaded, "worker"):
        assert until_it_answers(f"http://127.0.0.1:{port}/")
        yield Served(loaded, f"http://127.0.0.1:{port}")


@contextlib.contextmanager
def running(installation: Installation, *words: str) -> Iterator[Any]:
    """A process, as long as it is needed."""
    process = installation.start(*words, TENANTRY_SQLITE_TIMEOUT="10")
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def test_a_large_file_is_refused_line_by_line_and_then_loaded(served: Served) -> None:
    """While it runs it is told what is being done and how much is read."""
    told = served.followed(served.send(*WORLD, *GHOSTS))
    seen = {(one["state"], one["phase"]) for one in told}
    assert {("queued", None), ("running", "hashing"), ("failed", None)} <= seen, seen
    hashing = next(one for one in told if one["phase"] == "hashing")
    assert hashing["lines_read"] == hashing["lines"] == len(WORLD) + len(GHOSTS)
    assert told[-1]["failure"] == {"code": "refused", "detail": "25 lines are refused. Nothing was changed."}
    rows = served.rows(told[-1])
    assert [row["line"] for row in rows] == [len(WORLD) + n + 1 for n in range(len(GHOSTS))]
    assert {(row["outcome"], row["field"], row["kind"]) for row in rows} == {("refused", "user", "user_role")}
    *_, done = served.followed(served.send(*WORLD))
    assert (done["state"], done["tallies"]["user"]["new"]) == ("done", MANY + PASSWORDS)
    rows = served.rows(done)
    assert [row["line"] for row in rows] == list(range(1, len(WORLD) + 1))
    assert {row["outcome"] for row in rows} == {"created"}


def test_a_worker_that_is_killed_leaves_nothing_and_the_next_begins_anew(loaded: Installation) -> None:
    """Killed while everything is being written: none of it is there, and later all of it, once."""
    content = loaded.write("world.jsonl", *WORLD)
    asked = loaded.run("token", "issue", "--operator", "loader")
    assert asked.returncode == 0, asked.stderr
    _ask(loaded, content.read_bytes())
    with contextlib.closing(sqlite3.connect(loaded.data / "tenantry.sqlite3", timeout=30)) as store:
        worker = loaded.start("worker", TENANTRY_SQLITE_TIMEOUT="10")
        try:
            _until(lambda: _load(store) == ("running", "writing"), every=0.002)
        finally:
            worker.kill()
            worker.communicate(timeout=30)
        assert _load(store) == ("running", "writing")
        assert store.execute("SELECT COUNT(*) FROM account WHERE id = 'mass'").fetchone() == (0,)
        store.execute("UPDATE estate_load SET alive_at = '2026-01-01 00:00:00'")  # it is silent for long
        store.commit()
        with running(loaded, "worker"):
            _until(lambda: _load(store)[0] == "done")
        assert store.execute("SELECT tries, code FROM estate_load").fetchone() == (2, "")
        assert store.execute("SELECT COUNT(*), MIN(outcome) FROM estate_load_row").fetchone() == (len(WORLD), "created")
        assert store.execute("SELECT COUNT(*) FROM user_role WHERE account_id = 'mass'").fetchone() == (MANY,)


def _ask(installation: Installation, content: bytes) -> None:
    """Have a file loaded, as the server does it, while no server runs that would carry it out."""
    program = """
import io, sys
from datetime import UTC, datetime
import django
django.setup()
from tenantry.content.store import keep
from tenantry.loads.commands import ask_for_load
from tenantry.rules.vocabulary import OPERATOR, AccountId
data = sys.stdin.buffer.read()
stored = keep(AccountId(""), io.BytesIO(data), limit=len(data))
ask_for_load(actor=OPERATOR, at=datetime.now(UTC), token=1, stored=stored, lines=data.count(b"\\n"))
"""
    installation.script(program, content)


def _load(store: sqlite3.Connection) -> tuple[str, str]:
    state, phase = store.execute("SELECT state, phase FROM estate_load").fetchone()
    return state, phase


def _until(true: Callable[[], bool], every: float = 0.05) -> None:
    for _ in range(int(60 / every)):
        if true():
            return
        time.sleep(every)
    raise AssertionError
