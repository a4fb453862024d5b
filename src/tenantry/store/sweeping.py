"""Once a day, beside other work, what is over is deleted."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import Error, close_old_connections, connection

from tenantry.rules.vocabulary import Instant
from tenantry.store.transaction import StoreUnavailable

log = logging.getLogger(__name__)

FIRST_LOOK: Final = 300.0
"""Seconds before a process sweeps first, so that it begins to serve undisturbed."""

NEXT_LOOK: Final = timedelta(days=1).total_seconds()
"""Seconds between two sweeps of a process. Of several, whoever comes second finds nothing to do: no turn is taken."""

Portion = Callable[..., int]
"""A command that deletes a portion of what is over at an instant, `at`, and tells how many there were."""


def start(*portions: Portion) -> threading.Thread:
    """Begin in a thread of this process, which ends with it."""
    thread = threading.Thread(target=keep_sweeping, args=(threading.Event(), *portions), name="sweeping", daemon=True)
    thread.start()
    return thread


def keep_sweeping(stop: threading.Event, *portions: Portion) -> None:
    """Sweep again and again, until told to stop. A database that does not answer is a warning in the log."""
    pause = FIRST_LOOK
    while not stop.wait(pause):
        pause = NEXT_LOOK
        try:
            close_old_connections()
            sweep(datetime.now(UTC), *portions)
        except (StoreUnavailable, Error) as error:
            log.warning("what is over is not swept: %s", error)
        connection.close()  # the next sweep is far away


def sweep(at: Instant, *portions: Portion) -> int:
    """Delete what is over, a portion a transaction, so that nobody waits for long; how many there were."""
    removed = 0
    for portion in portions:
        while some := portion(at=at):
            removed += some
    return removed
