"""Finishing in the background what ended shares left to do, portion by portion."""

import logging
import threading
from typing import Final

from django.db import DatabaseError, close_old_connections, connection

from tenantry.sharing.ends import finish_portion
from tenantry.sharing.queries import share_ends
from tenantry.store.transaction import StoreUnavailable

log = logging.getLogger(__name__)

IDLE: Final = 1.0
"""Seconds between two looks for work."""

BREATH: Final = 0.02
"""Seconds between two portions, in which others write."""


def start() -> threading.Thread:
    """Begin in a thread of this process, which ends with it. Several processes may do so at once: each portion is one
    transaction that holds its primary, and whoever comes second finds it done.
    """
    thread = threading.Thread(target=keep_finishing, args=(threading.Event(),), name="share-ends", daemon=True)
    thread.start()
    return thread


def keep_finishing(stop: threading.Event) -> None:
    """Look for ended shares and finish them, until told to stop. A store that does not answer is asked again later."""
    pause = IDLE
    while not stop.wait(pause):
        try:
            close_old_connections()
            pause = BREATH if finish_one() else IDLE
        except (StoreUnavailable, DatabaseError) as error:
            log.warning("ended shares wait to be finished: %s", error)
            connection.close()
            pause = IDLE


def finish_one() -> int:
    """Do one portion of the oldest ended share; how many were done."""
    ends = share_ends(1)
    for end in ends:
        finish_portion(end=end)
    return len(ends)
