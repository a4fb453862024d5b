"""A thread of each process that serves: it learns of changes while nobody asks, and wakes those who wait for one.

Nothing rests on it. Who asks for a decision proves by a look of their own that it is current, whether this thread has
heard of a change, hears of it later, or is dead.
"""

import logging
import threading
import time
from typing import Final, Protocol

import psycopg
from django.conf import settings
from django.db import connection

from tenantry.decisions.engine import ENGINE, Engine
from tenantry.store.lookups import connection_values
from tenantry.store.postgresql.base import ask_when_silent
from tenantry.store.raising import CHANNEL
from tenantry.store.transaction import StoreUnavailable

PAUSE: Final = 1.0
"""Seconds after which it looks by itself, told or not."""

_log = logging.getLogger(__name__)


class Signal(Protocol):
    """What says that it may be time to look."""

    def wait(self, seconds: float) -> None:
        """Return when something has changed, or after so long."""
        ...

    def close(self) -> None:
        """Listen no more."""
        ...


class Clock:
    """Says nothing, so that one looks again and again: everywhere but on PostgreSQL."""

    def wait(self, seconds: float) -> None:
        """Let the time pass."""
        time.sleep(seconds)

    def close(self) -> None:
        """Nothing to do."""


class Notifications:
    """What PostgreSQL sends whoever listens, with the commit of each change."""

    def __init__(self) -> None:
        """Listen."""
        self._connection = psycopg.connect(**connection_values(), autocommit=True)
        self._connection.execute(f"LISTEN {CHANNEL}")

    def wait(self, seconds: float) -> None:
        """Wait for the first one; those that have come by then are one."""
        for _ in self._connection.notifies(timeout=seconds, stop_after=1):
            pass

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def start(engine: Engine = ENGINE) -> threading.Thread:
    """Follow from now on, in a thread that ends with its process; and have all reads of the process end soon where the
    database does not answer any more.
    """
    if connection.vendor == "postgresql":
        ask_when_silent(engine.prove)
    thread = threading.Thread(target=follow, args=(engine,), name="tenantry-follow", daemon=True)
    thread.start()
    return thread


def follow(engine: Engine, stopped: threading.Event | None = None) -> None:
    """Look when told to and every second, until stopped. A database that does not answer is waited for."""
    signal: Signal | None = None
    while stopped is None or not stopped.is_set():
        try:
            signal = signal or _signal()
            engine.refresh()
            signal.wait(PAUSE)
        except (StoreUnavailable, psycopg.Error) as error:
            _log.info("%s", error)
            connection.close()
            if signal is not None:
                signal.close()
            signal = None
            time.sleep(PAUSE)
        except Exception:  # noqa: BLE001 - a thread that has ended would follow nothing any more
            _log.exception("What follows changes has met what it does not know; it goes on.")
            time.sleep(PAUSE)
    if signal is not None:
        signal.close()
    connection.close()


def _signal() -> Signal:
    return Notifications() if connection.vendor == "postgresql" and settings.NOTIFY else Clock()
