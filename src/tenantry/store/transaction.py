"""One command, one transaction: all of it or nothing, tried again where the database asks for that."""

import functools
import random
import time
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection, transaction

from tenantry.store.raising import raised_together

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS: Final = 6
"""How often a command is tried when the database says that trying again may help."""

_RETRY_STATES = frozenset({"40001", "40P01", "23505"})
"""SQLSTATE of serialization failure, deadlock, and unique violation (PostgreSQL appendix A).

The last means that somebody else made the same thing between our look and our write; the next try sees it, and links
or refuses.
"""


class StoreUnavailable(Exception):
    """The database is locked for too long, full, or gone. Nothing of the command has happened."""


def retryable(error: BaseException) -> bool:
    """Whether the database promises that the same transaction may succeed when tried again."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state in _RETRY_STATES


def explain_unavailable(error: BaseException) -> str:
    """One line for people about why the database does not serve."""
    text = str(error.__cause__ or error).strip().splitlines()
    reason = text[0] if text else error.__class__.__name__
    if "locked" in reason:
        return f"The database is busy with another write and stayed so ({reason}). Nothing was changed; try again."
    if "full" in reason:
        return f"The database has no room left ({reason}). Nothing was changed; free some space."
    return f"The database does not answer ({reason}). Nothing was changed."


def command(function: Callable[P, R]) -> Callable[P, R]:
    """Run a verb as one transaction.

    Inside another command it joins that one's transaction. What it raises gets its number last of all, since others
    wait for that until the commit. Serialization failures and deadlocks are tried again, at
    most `ATTEMPTS` times. A database that stays locked, is full or is gone raises `StoreUnavailable`.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            with raised_together():
                return function(*args, **kwargs)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with transaction.atomic(), raised_together():
                    return function(*args, **kwargs)
            except (OperationalError, InterfaceError, IntegrityError) as error:
                if retryable(error) and attempt < ATTEMPTS:
                    time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - jitter, not a secret
                    continue
                if isinstance(error, IntegrityError):
                    raise
                raise StoreUnavailable(explain_unavailable(error)) from error
        raise AssertionError  # the loop returns or raises

    return run


def readable(function: Callable[P, R]) -> Callable[P, R]:
    """Run a read, telling in one line when the database does not serve."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except (OperationalError, InterfaceError, DatabaseError) as error:
            raise StoreUnavailable(explain_unavailable(error)) from error

    return run
