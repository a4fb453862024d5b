"""Running jobs: what is due now, and for as long as a process lives."""

import logging
import threading
from datetime import UTC, datetime
from typing import Final

from django.db import Error, close_old_connections, connection

from tenantry.jobs.steps import step
from tenantry.rules.vocabulary import Instant
from tenantry.store.transaction import StoreUnavailable

log = logging.getLogger(__name__)

IDLE: Final = 1.0
"""Seconds between two looks for work."""

BREATH: Final = 0.02
"""Seconds between two steps, in which others write."""


def run_due(at: Instant, limit: int) -> int:
    """Carry out up to so many steps of what is due at an instant, the oldest first; how many were carried out.

    Each is a transaction of its own, and one that fails is counted too: its next try is due later.
    """
    done = 0
    while done < limit and step(at):
        done += 1
    return done


def start() -> threading.Thread:
    """Begin in a thread of this process, which ends with it; a step in hand is undone then, costs its job one try, and
    is done by somebody after the pause of a failure.

    Any number of threads and processes may do so at once.
    """
    thread = threading.Thread(target=keep_running, args=(threading.Event(),), name="jobs", daemon=True)
    thread.start()
    return thread


def keep_running(stop: threading.Event) -> None:
    """Do what falls due, until told to stop: the step in hand is finished. A store that does not answer is asked again
    later.
    """
    pause = 0.0
    while not stop.wait(pause):
        try:
            close_old_connections()
            pause = BREATH if run_due(datetime.now(UTC), limit=1) else IDLE
        except (StoreUnavailable, Error) as error:
            log.warning("jobs wait: %s", error)
            connection.close()
            pause = IDLE
    connection.close()
