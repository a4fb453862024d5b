"""Connections that look up the head and nothing else: one a process, beside Django's, each look within a hard limit.

Django's connections belong to threads, and may wait for their database as long as it likes.
"""

import select
import sqlite3
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, Protocol

import psycopg
from django.db import connection
from psycopg import pq

from tenantry.store import raising
from tenantry.store.raising import HEAD
from tenantry.store.revisions import AT_MOST, Changes, changes

CONNECT_SECONDS: Final = 3
"""What one server may take to answer a new connection; where several are named, the next one is tried then."""

_PREPARED: Final = b"head"
"""The name by which a server knows the look at the head: it need not be read and planned again each time."""

_HEAD: Final = f"SELECT number FROM revision WHERE scope = '{HEAD}'"  # noqa: S608 - a constant


class LookFailed(Exception):
    """The connection is of no use any more; the message says why."""


class TooLate(LookFailed):
    """The database has not answered within the limit."""


class Lookup(Protocol):
    """A connection of its own to the database."""

    def head(self, until: float) -> int:
        """The head. Raises `LookFailed`, at `until` (monotonic) at the latest."""
        ...

    def changed_since(self, number: int, until: float) -> Changes:
        """What has been raised since, as `revisions.changed_since` tells it. Raises `LookFailed` as `head` does."""
        ...

    def close(self) -> None:
        """Let go of the connection. Never raises."""
        ...


def connect() -> Lookup:
    """A new connection to the database of the settings; raises `LookFailed`."""
    return PostgresqlLookup() if connection.vendor == "postgresql" else SqliteLookup()


class SqliteLookup:
    """Reads the file. In a write-ahead log nobody waits for a writer."""

    def __init__(self) -> None:
        """Open it."""
        told = connection.get_connection_params()
        try:
            self._connection = sqlite3.connect(
                told["database"],
                uri=told.get("uri", False),
                timeout=0,
                isolation_level=None,
                check_same_thread=False,
            )
        except sqlite3.Error as error:
            raise LookFailed(str(error)) from error

    def head(self, until: float) -> int:
        """Read the row."""
        return _only(self._rows(until, _HEAD))

    def changed_since(self, number: int, until: float) -> Changes:
        """Read what was raised since."""
        return changes(number, self._rows(until, raising.SINCE.replace("%s", "?"), (HEAD, number, AT_MOST + 1)))

    def _rows(self, until: float, statement: str, values: tuple[object, ...] = ()) -> list[Any]:
        """All of them, so that no reading stays open, which would hold back the log."""
        while True:
            try:
                return self._connection.execute(statement, values).fetchall()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                    raise LookFailed(str(error)) from error
                if time.monotonic() > until:
                    raise TooLate(str(error)) from error
                time.sleep(0.005)
            except sqlite3.Error as error:
                raise LookFailed(str(error)) from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class PostgresqlLookup:
    """Asks the server by the plain protocol: what is sent and what comes back is waited for with an end."""

    def __init__(self) -> None:
        """Connect; with several servers in the settings, to the first one that will do."""
        try:
            self._connection = psycopg.connect(**connection_values(), autocommit=True)
            self._server = self._connection.pgconn
            prepared = self._server.prepare(_PREPARED, _HEAD.encode())
        except psycopg.Error as error:
            raise LookFailed(str(error)) from error
        if prepared.status != pq.ExecStatus.COMMAND_OK:
            raise LookFailed(prepared.error_message.decode(errors="replace").strip())
        self._server.nonblocking = 1
        self._readable, self._writable = select.poll(), select.poll()
        self._readable.register(self._server.socket, select.POLLIN)
        self._writable.register(self._server.socket, select.POLLIN | select.POLLOUT)

    def head(self, until: float) -> int:
        """Ask for the row."""
        return _only(self._rows(until, partial(self._server.send_query_prepared, _PREPARED, ())))

    def changed_since(self, number: int, until: float) -> Changes:
        """Ask what was raised since."""
        statement = raising.SINCE.replace("%s", "$1", 1).replace("%s", "$2", 1).replace("%s", "$3", 1)
        values = (HEAD.encode(), b"%d" % number, b"%d" % (AT_MOST + 1))
        rows = self._rows(until, partial(self._server.send_query_params, statement.encode(), values))
        return changes(number, [(str(scope, "utf-8"), int(own), int(given)) for scope, own, given in rows])

    def _rows(self, until: float, ask: Callable[[], None]) -> list[tuple[bytes, ...]]:
        server = self._server
        try:
            ask()
            while server.flush():
                _wait(self._writable, until)
                server.consume_input()
            answers = []
            while True:
                while server.is_busy():
                    _wait(self._readable, until)
                    server.consume_input()
                answer = server.get_result()
                if answer is None:
                    break
                answers.append(answer)
        except psycopg.Error as error:
            raise LookFailed(str(error)) from error
        [answer] = answers
        if answer.status != pq.ExecStatus.TUPLES_OK:
            raise LookFailed(answer.error_message.decode(errors="replace").strip())
        columns = range(answer.nfields)
        return [tuple(answer.get_value(row, column) or b"" for column in columns) for row in range(answer.ntuples)]

    def close(self) -> None:
        """Close it, without a word to a server that may not listen."""
        self._server.finish()


def connection_values() -> dict[str, Any]:
    """What Django connects to PostgreSQL with, for connections of our own."""
    values = connection.get_connection_params()
    for name in ("cursor_factory", "context", "prepare_threshold"):
        values.pop(name, None)
    return values | {"connect_timeout": CONNECT_SECONDS}


def _only(rows: Sequence[Sequence[bytes | int]]) -> int:
    if not rows:
        raise LookFailed("the head is missing; `tenantry doctor` tells what to do")
    return int(rows[0][0])


def _wait(poll: "select.poll", until: float) -> None:
    left = until - time.monotonic()
    if left <= 0 or not poll.poll(left * 1000):
        raise TooLate("The database has not answered in time.")
