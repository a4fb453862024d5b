"""Sweeping once a day: by one of all processes that run jobs, and beside them, so that no job waits for it."""

import logging
import threading
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import Error, close_old_connections, connection

from tenantry.content.models import SweepTurn
from tenantry.content.sweep import sweep
from tenantry.rules.vocabulary import Instant
from tenantry.store.transaction import StoreUnavailable

log = logging.getLogger(__name__)

DAY: Final = timedelta(days=1)
"""How long nobody sweeps after a sweep, and in a database that has just been made."""

AGAIN: Final = timedelta(hours=1)
"""After how long somebody sweeps again if a sweep did not come to its end."""

FIRST_LOOK: Final = 60.0
"""Seconds before a process looks first, so that it begins to serve undisturbed."""

NEXT_LOOK: Final = 600.0
"""Seconds between two looks whether it is time."""

_TURN: Final = 1
"""The number of the one row."""


def sweep_if_due(at: Instant) -> int | None:
    """Sweep if a day has passed since the last sweep and nobody else has begun; how many things were removed, or
    `None` if it is nobody's turn.

    One that fails, or whose process dies, is made up for an hour later. In a database that is new the first one comes
    after a day: its content may be older, and its rows about to be brought back. Raises `ContentUnavailable`.
    """
    if not _turn(at):
        return None
    removed = sweep(at)
    SweepTurn.objects.filter(pk=_TURN).update(next_at=at + DAY)
    return removed


def _turn(at: Instant) -> bool:
    """Take the turn, if it is time: of many who ask at once, one gets it. A look before that time writes nothing."""
    found = SweepTurn.objects.filter(pk=_TURN).first()
    if found is None:
        SweepTurn.objects.bulk_create([SweepTurn(pk=_TURN, next_at=at + DAY)], ignore_conflicts=True)
        return False
    if found.next_at > at:
        return False
    return SweepTurn.objects.filter(pk=_TURN, next_at__lte=at).update(next_at=at + AGAIN) == 1


def start() -> threading.Thread:
    """Begin in a thread of this process, which ends with it; a sweep in hand is somebody's next one then."""
    thread = threading.Thread(target=keep_sweeping, args=(threading.Event(),), name="sweep", daemon=True)
    thread.start()
    return thread


def keep_sweeping(stop: threading.Event) -> None:
    """Look again and again, until told to stop, whether it is time to sweep. A storage or a database that does not
    answer is a warning in the log, and asked again later.
    """
    pause = FIRST_LOOK
    while not stop.wait(pause):
        pause = NEXT_LOOK
        try:
            close_old_connections()
            sweep_if_due(datetime.now(UTC))
        except (StoreUnavailable, Error, OSError) as error:
            log.warning("content is not swept: %s", error)
        connection.close()  # the next look is far away
