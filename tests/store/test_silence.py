"""A server that takes its time is waited for; one that is gone is not."""

import time
from collections.abc import Iterator

import pytest
from django.db import connection, connections

from tenantry.store.postgresql import base
from tenantry.store.proof import CannotProveCurrent
from tests import engines

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(engines.chosen() != "postgresql", reason="a file does not keep silent"),
]


@pytest.fixture
def apart() -> Iterator[base.Connection]:
    """A connection outside the transaction of the test."""
    wrapper = connections.create_connection("default")
    wrapper.connect()
    yield wrapper.connection
    wrapper.close()


@pytest.fixture
def asked() -> Iterator[list[float]]:
    """How often it was asked whether the database is there, which it is not after the second time."""
    times: list[float] = []

    def alive() -> None:
        times.append(time.monotonic())
        if len(times) > 2:
            raise CannotProveCurrent("gone")

    base.ask_when_silent(alive)
    yield times
    base.ask_when_silent(None)


def test_a_read_that_takes_long_asks_and_goes_on(apart: base.Connection, asked: list[float]) -> None:
    """And one that is answered at once asks nobody."""
    assert apart.execute("SELECT 1").fetchone() == (1,)
    assert asked == []
    assert apart.execute("SELECT 2, pg_sleep(0.55)").fetchone() == (2, "")
    assert len(asked) in {1, 2}


def test_a_read_ends_where_the_database_is_gone(apart: base.Connection, asked: list[float]) -> None:
    """With its connection, which nobody can use any more."""
    begun = time.monotonic()
    with pytest.raises(CannotProveCurrent):
        apart.execute("SELECT pg_sleep(2)")
    assert time.monotonic() - begun < 1.5
    assert len(asked) == 3
    assert apart.closed
    time.sleep(begun + 2.2 - time.monotonic())  # the server does not know that nobody listens


def test_a_transaction_waits_for_whatever_holds_it_up(asked: list[float]) -> None:
    """It may be a lock."""
    assert connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.8)")
    assert asked == []
