"""Decision 0005: what every connection to SQLite is set to. PostgreSQL's own defaults hold the same promises."""

import pytest
from django.db import connection

from tests.engines import Engine

FULL = 2
"""`PRAGMA synchronous` as SQLite answers it: 0 off, 1 normal, 2 full, 3 extra."""

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def _on_sqlite(engine: Engine) -> None:
    if engine != "sqlite":
        pytest.skip("SQLite's settings")


def pragma(name: str) -> object:
    """What this connection answers for one of SQLite's settings."""
    with connection.cursor() as cursor:
        [answer] = cursor.execute(f"PRAGMA {name}").fetchone()
    return answer


def test_a_confirmed_write_survives_a_power_loss() -> None:
    """A revocation that the screen has confirmed must not come back: every commit waits for the disk."""
    assert pragma("synchronous") == FULL


def test_readers_do_not_wait_for_a_writer() -> None:
    """The write-ahead log lets decisions read while a command writes."""
    assert pragma("journal_mode") == "wal"


def test_a_transaction_takes_the_write_lock_first() -> None:
    """A transaction that reads and then writes would otherwise fail half-way with "database is locked"."""
    assert getattr(connection, "transaction_mode", None) == "IMMEDIATE"


def test_foreign_keys_are_enforced() -> None:
    """SQLite ignores them unless it is told on each connection."""
    assert pragma("foreign_keys") == 1
