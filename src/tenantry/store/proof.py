"""Proof that what a process remembers is current: one look at the head, shared by all who wait for it."""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

from tenantry.store.lookups import LookFailed, Lookup, TooLate, connect
from tenantry.store.revisions import Changes
from tenantry.store.transaction import StoreUnavailable

LIMIT: Final = 0.8
"""Seconds that somebody waits for a proof at most."""

PAUSE: Final = 0.05
"""Seconds between two attempts to connect."""


class CannotProveCurrent(StoreUnavailable):
    """It is not known whether something has changed meanwhile, so nothing is answered from what is remembered."""

    def __init__(self, why: str) -> None:
        """`why` is a sentence, or what the database said."""
        told = " ".join(why.split()).rstrip(".")
        super().__init__(f"It cannot be proven that decisions would be current ({told}). Ask again in a moment.")


class Proof:
    """The head, looked up by whoever needs it, for everybody who came before the look began. Threads share it.

    One thread looks at a time. Who comes meanwhile waits for the next look, which one of them begins as soon as the
    running one has ended, for all of them. So a proof never rests on a look that began before it was asked for, and a
    hundred who ask at once cost two looks.
    """

    def __init__(self, told: Callable[[Changes], None], limit: float = LIMIT) -> None:
        """`told` hears what has changed, by the thread that looked, before anybody gets the proof. Whenever a
        connection is new, or the head has gone back, it hears that anything may have changed.
        """
        self._told = told
        self._limit = limit
        self._begin()

    def _begin(self) -> None:
        self._process = os.getpid()
        self._turns = threading.Condition(threading.Lock())
        self._looking = False
        self._begun = self._proven = self._failed = 0
        self._head = 0
        self._failure = ""
        self._lookup: Lookup | None = None
        self._known: int | None = None
        self._connecting: Future[Lookup] | None = None

    def head(self, limit: float | None = None) -> int:
        """The head as it is now, or was after this was called. Raises `CannotProveCurrent` within the limit."""
        if self._process != os.getpid():
            self._begin()  # a child process shares no connection with its parent
        until = time.monotonic() + (self._limit if limit is None else limit)
        with self._turns:
            turn = self._begun + 1
            while self._looking:
                if not self._turns.wait(until - time.monotonic()):
                    raise CannotProveCurrent("the database does not answer")
                if self._proven >= turn:
                    return self._head
                if self._failed >= turn:
                    raise CannotProveCurrent(self._failure)
            self._looking, self._begun = True, turn
        return self._lead(turn, until)

    def close(self) -> None:
        """Let go of the connection; the next proof makes a new one."""
        with self._turns:
            while self._looking:
                self._turns.wait()
            self._drop()

    def _lead(self, turn: int, until: float) -> int:
        failure = "the look was broken off"
        head = None
        try:
            head = self._look(until)
        except LookFailed as error:
            failure = str(error)
            raise CannotProveCurrent(failure) from error
        finally:
            with self._turns:
                self._looking = False
                if head is not None:
                    self._head, self._proven = head, turn
                else:  # whoever waits for the next look hears it too, and has not to wait as long again
                    self._begun = self._failed = turn + 1
                    self._failure = failure
                self._turns.notify_all()
        return head

    def _look(self, until: float) -> int:
        """Look once, on a connection that stands; one that has broken meanwhile is made anew."""
        while True:
            lookup = self._lookup or self._connected(until)
            try:
                head = lookup.head(until)
                if head != self._known:
                    head = self._changed(lookup, until)
            except TooLate:
                self._drop()
                raise
            except LookFailed:
                self._drop()
                if time.monotonic() + PAUSE > until:
                    raise
                time.sleep(PAUSE)
            else:
                return head

    def _changed(self, lookup: Lookup, until: float) -> int:
        found = lookup.changed_since(self._known, until) if self._known is not None else None
        if found is None:
            found = lookup.changed_since(-1, until)._replace(scopes=None)
        self._told(found)
        self._known = found.head
        return found.head

    def _connected(self, until: float) -> Lookup:
        """A new connection. A thread of its own makes it, which nobody waits for longer than they can: servers that
        do not answer are given up much later.
        """
        while True:
            made = self._connecting = self._connecting or _in_a_thread(connect)
            try:
                self._lookup = made.result(timeout=max(0.0, until - time.monotonic()))
            except TimeoutError as error:
                raise TooLate("there is no connection to the database") from error
            except LookFailed:
                self._connecting = None
                if time.monotonic() + PAUSE > until:
                    raise
                time.sleep(PAUSE)
            else:
                self._connecting = None
                return self._lookup

    def _drop(self) -> None:
        if self._lookup is not None:
            self._lookup.close()
        self._lookup = self._known = None


def _in_a_thread(make: Callable[[], Lookup]) -> "Future[Lookup]":
    made: Future[Lookup] = Future()

    def run() -> None:
        try:
            made.set_result(make())
        except BaseException as error:  # noqa: BLE001 - whoever waits is told
            made.set_exception(error)

    threading.Thread(target=run, name="tenantry-proof-connect", daemon=True).start()
    return made
