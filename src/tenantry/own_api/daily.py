"""Sweeping once a day the answers that are given to nobody any more."""

import logging
import threading
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import Error, close_old_connections, connection

from tenantry.own_api.keys import sweep_answers
from tenantry.rules.vocabulary import Instant
from tenantry.store.transaction import StoreUnavailable

log = logging.getLogger(__name__)

FIRST_LOOK: Final = 600.0
"""Seconds before a process sweeps first, so that it begins to serve undisturbed."""

NEXT_LOOK: Final = timedelta(days=1).total_seconds()
"""Seconds between two sweeps of a process. Of several, whoever comes second finds nothing to do: no turn is taken."""


def start() -> threading.Thread:
    """Begin in a thread of this process, which ends with it."""
    thread = threading.Thread(target=keep_sweeping, args=(threading.Event(),), name="kept answers", daemon=True)
    thread.start()
    return thread


def keep_sweeping(stop: threading.Event) -> None:
    """Sweep again and again, until told to stop. A database that does not answer is a warning in the log."""
    pause = FIRST_LOOK
    while not stop.wait(pause):
        pause = NEXT_LOOK
        try:
            close_old_connections()
            sweep(datetime.now(UTC))
        except (StoreUnavailable, Error) as error:
            log.warning("kept answers are not swept: %s", error)
        connection.close()  # the next sweep is far away


def sweep(at: Instant) -> int:
    """Delete what is old, a portion a transaction, so that nobody waits for long; how many there were."""
    removed = 0
    while some := sweep_answers(at=at):
        removed += some
    return removed
