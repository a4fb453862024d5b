"""One head for all raisings: a number that counts them in the order of their commits.

Whoever raises holds the head from the moment they take their number until they have committed. So the next one gets a
greater number and commits later; and who has seen the head at n sees everything that was raised up to n. Everybody
waits for whoever holds it, so it is taken last of all locks, when a command has nothing left to do but to commit.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from tenantry.store.lines import portions

HEAD: Final = "#"
"""The scope whose number is the head."""

CHANNEL: Final = "tenantry_head"
"""Where PostgreSQL tells that the head has moved. It wakes whoever waits, and proves nothing to anybody."""

SINCE: Final = (
    "SELECT scope, number, given FROM revision WHERE scope = %s UNION ALL SELECT scope, number, given FROM"
    " (SELECT scope, number, given FROM revision WHERE raised_at > %s LIMIT %s) AS raised"
)
"""The head, and what has been raised since a number, as of one state."""


class _Here(threading.local):
    """What this thread's transaction has raised so far, and the number that its last committed one got."""

    scopes: set[str] | None = None
    last: int | None = None


_here = _Here()


@contextmanager
def raised_together() -> Iterator[None]:
    """Take one number, at the end, for all that is raised inside; none where nothing is, or where it fails.

    Within another one it is that one's part. Has to be inside the transaction.
    """
    if _here.scopes is not None:
        yield
        return
    _here.scopes = set()
    try:
        yield
        if _here.scopes:
            _take(_here.scopes)
    finally:
        _here.scopes = None


@contextmanager
def taken_back() -> Iterator[None]:
    """For what is rolled back afterwards, whatever happens: it gets no number, and nobody waits for it."""
    outer, _here.scopes = _here.scopes, set()
    try:
        yield
    finally:
        _here.scopes = outer


def note(scopes: Iterable[str]) -> None:
    """Have these scopes stamped with the number of this transaction."""
    if _here.scopes is not None:
        _here.scopes.update(scopes)
    elif told := set(scopes):
        _take(told)


def last_raised() -> int | None:
    """The number that this thread's last committed transaction got, of those that raised anything since
    `forget_last_raised`.
    """
    return _here.last


def forget_last_raised() -> None:
    """Begin anew: nothing has been raised yet by what this thread serves now."""
    _here.last = None


def _take(scopes: set[str]) -> None:
    first, *others = portions(sorted(scopes))
    number = _step(first)
    for some in others:
        _stamp(number, some)
    transaction.on_commit(partial(setattr, _here, "last", number))


def _step(scopes: Sequence[str]) -> int:
    """Move the head and stamp these scopes with it."""
    number = _in_one(scopes) if connection.vendor == "postgresql" else _in_two(scopes)
    if number is not None:
        return number
    with connection.cursor() as cursor:  # somebody has deleted the row
        cursor.execute(
            "INSERT INTO revision (scope, number, given, raised_at)"
            " SELECT %s, COALESCE(MAX(raised_at), 0), 0, 0 FROM revision WHERE 1 = 1 ON CONFLICT DO NOTHING",
            [HEAD],
        )
    return _step(scopes)


def _in_one(scopes: Sequence[str]) -> int | None:
    """By one statement, so that others wait for one way to the database and back, and for the commit."""
    telling = f", pg_notify('{CHANNEL}', number::text)" if settings.NOTIFY else ""
    statement = (
        "WITH head AS (UPDATE revision SET number = number + 1 WHERE scope = %s RETURNING number),"  # noqa: S608
        " told AS (UPDATE revision SET raised_at = head.number FROM head WHERE scope = ANY(%s))"
        f" SELECT number{telling} FROM head"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [HEAD, list(scopes)])
        row = cursor.fetchone()
    return row[0] if row is not None else None


def _in_two(scopes: Sequence[str]) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE revision SET number = number + 1 WHERE scope = %s RETURNING number", [HEAD])
        rows = cursor.fetchall()
    if not rows:
        return None
    _stamp(rows[0][0], scopes)
    return int(rows[0][0])


def _stamp(number: int, scopes: Sequence[str]) -> None:
    marks = ", ".join(["%s"] * len(scopes))
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE revision SET raised_at = %s WHERE scope IN ({marks})", [number, *scopes])  # noqa: S608
