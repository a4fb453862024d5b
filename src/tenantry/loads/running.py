"""Carrying out loads: by every process that runs jobs, beside them, one load at a time in the whole installation.

A load is no job of an account: it concerns any number of them, and most of its time goes into reading and hashing, in
which nobody has to wait for it. So it is done in phases. While it reads and hashes, a second thread tells every second
how far it is. What it changes is written in one transaction, together with what became of its lines and that it is
done; while that is open nothing can be told, since SQLite has one writer: the phase `writing` is noted before it
begins, and stands until it ends.

Should the process die, the transaction has never been: somebody else sees that nobody has said anything for a while,
and begins anew.
"""

import logging
import threading
from datetime import UTC, datetime
from typing import Final, Self

from django.conf import settings
from django.db import Error, close_old_connections, connection

from tenantry.content.store import forget, opened
from tenantry.estate.load import prepare
from tenantry.estate.problems import EstateRefused
from tenantry.estate.reading import read_stream
from tenantry.loads.commands import (
    Claim,
    carry_out,
    fail_load,
    note_breakdown,
    note_progress,
    refuse_load,
    take_load,
)
from tenantry.loads.queries import next_load
from tenantry.loads.states import Phase
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import AccountId
from tenantry.store.transaction import StoreUnavailable

log = logging.getLogger(__name__)

NOBODY: Final = AccountId("")
"""Whose the files are: no account has this id."""

IDLE: Final = 1.0
"""Seconds between two looks for work."""

BEAT: Final = 1.0
"""Seconds between two notes of how far a load is."""


def now() -> datetime:
    """The time of day, which this folder asks for nowhere else."""
    return datetime.now(UTC)


def start() -> threading.Thread:
    """Begin in a thread of this process, which ends with it; a load in hand is undone then, and begun anew by somebody.

    Any number of processes may do so.
    """
    thread = threading.Thread(target=keep_loading, args=(threading.Event(),), name="loads", daemon=True)
    thread.start()
    return thread


def keep_loading(stop: threading.Event) -> None:
    """Carry out loads, until told to stop. A database that does not answer is asked again later."""
    pause = 0.0
    while not stop.wait(pause):
        pause = IDLE
        try:
            close_old_connections()
            if load_next():
                pause = 0.0
        except (StoreUnavailable, Error) as error:
            log.warning("loads wait: %s", error)
            connection.close()
    connection.close()


def load_next() -> bool:
    """Carry out the load whose turn it is; whether there was one."""
    if next_load(now()) is None:  # a look that keeps nobody from writing
        return False
    claim = take_load(at=now())
    if claim is None:
        return False
    try:
        ended = claim.given_up or _load(claim)
    except Exception as error:  # whatever it is, it is noted, and tried again once its time is over
        log.exception("load %s broke off", claim.load)
        note_breakdown(claim=claim, why=f"It broke off ({type(error).__name__}); the log of the server has more.")
        return True
    if ended:
        forget(NOBODY, claim.content)
    return True


def _load(claim: Claim) -> bool:
    """Carry out what is in hand; whether it has ended by that."""
    beat = _Beat(claim)
    try:
        with beat, opened(NOBODY, claim.content) as file:
            estate = read_stream(file, "upload", at_most=settings.LOAD_ROWS, line=beat.read)
            beat.phase = Phase.HASHING
            if not note_progress(claim=claim, at=now(), phase=beat.phase, lines_read=beat.lines):
                return False
            prepared = prepare(estate)
        if not note_progress(claim=claim, at=now(), phase=Phase.WRITING, lines_read=claim.lines):
            return False
        return carry_out(claim=claim, at=now(), prepared=prepared)
    except EstateRefused as refused:
        refuse_load(claim=claim, at=now(), refused=refused)
    except Refused as refused:  # the file is not there any more
        fail_load(claim=claim, at=now(), code=refused.refusal.code, why=f"{refused} Nothing was changed.")
    return True


class _Beat:
    """Tells from a thread of its own, as long as it lasts, how far a load is."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.phase = Phase.READING
        self.lines = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tell, name="loads-beat", daemon=True)

    def read(self, line: int) -> None:
        """So many lines are read."""
        self.lines = line

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _tell(self) -> None:
        while not self._over.wait(BEAT):
            try:
                note_progress(claim=self.claim, at=now(), phase=self.phase, lines_read=self.lines)
            except (StoreUnavailable, Error) as error:
                log.warning("how far load %s is could not be told: %s", self.claim.load, error)
        connection.close()
