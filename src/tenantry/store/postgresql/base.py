"""The backend: Django's own, with connections that ask whether the database is still there when it keeps silent.

A server that takes its time and one to which the link is cut look the same. So who reads, and hears nothing for a
while, has the head looked up on another connection: where that is answered, reading goes on, however long it takes.
"""

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Final, TypeVar

import psycopg
from django.db.backends.postgresql import base
from psycopg.abc import PQGen

R = TypeVar("R")

SILENCE: Final = 0.2
"""Seconds without a word after which it is asked whether the database is there."""

Alive = Callable[[], object]


class _Process:
    alive: Alive | None = None


def ask_when_silent(alive: Alive | None) -> None:
    """From now on, reads of this process ask by `alive`, which raises where there is no answer: the read ends with
    that, and its connection too. Transactions are left alone: others may hold what they wait for.
    """
    _Process.alive = alive


class Connection(psycopg.Connection[Any]):
    """One that does not wait for a server that is gone."""

    def wait(self, gen: PQGen[R], interval: float = SILENCE / 2, timeout: float | None = None) -> R:
        """Wait for what the server says."""
        alive = _Process.alive
        if alive is None or not self.autocommit:
            return super().wait(gen, interval, timeout)
        return super().wait(self._watched(gen, alive), interval, timeout)

    def _watched(self, gen: PQGen[R], alive: Alive) -> PQGen[R]:
        """The same, asking from time to time. Whoever waits says so ten times a second while nothing comes."""
        try:
            wanted = next(gen)
            heard = time.monotonic()
            while True:
                ready = yield wanted
                now = time.monotonic()
                if ready:
                    heard = now
                elif now - heard > SILENCE:
                    self._still_there(alive)
                    heard = time.monotonic()
                wanted = gen.send(ready)
        except StopIteration as done:
            answer: R = done.value
            return answer

    def _still_there(self, alive: Alive) -> None:
        try:
            alive()
        except BaseException:
            self.pgconn.finish()
            raise


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, but for the class of its connections."""

    Database: Any = SimpleNamespace(**vars(psycopg) | {"connect": Connection.connect})
