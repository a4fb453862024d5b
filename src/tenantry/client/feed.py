"""Asking the server what has changed, and noting what that proves about the snapshots that are held."""

import threading
import time
from collections.abc import Iterable
from typing import Final

from tenantry.client import reading, snapshots, wire
from tenantry.client.channel import Channel
from tenantry.client.failures import Malformed, NoAnswer, NotUnderstood
from tenantry.client.held import Held
from tenantry.client.reading import Changes
from tenantry.rules.vocabulary import AccountId

WAIT: Final = 25
"""Seconds for which a follower lets the server wait for a change."""

GRACE: Final = 5.0
"""Seconds beyond that in which the answer has to come."""

AGAIN: Final = 1.0
"""Seconds until a follower asks again after the server did not answer, or did not wait although nothing had changed."""

BREATH: Final = 0.05
"""Seconds from one question of a follower to the next where one change comes after the other."""

PATIENCE: Final = 20
"""How often a follower is interrupted at the end, before it is left to end by itself."""

LOADING: Final = 30.0
"""Seconds in which the facts of an account have to come."""

NOT_HELD: Final = 60.0
"""Seconds for which facts that cannot be held are not asked for again: those of an account that is not there or not
served, or in words of another release.
"""


def noted(held: Held, changes: Changes, after: int, sent: float, highest: int) -> int:
    """Note what has been told of the changes since `after`, to a call that was sent at `sent`; the last write."""
    held.proven(changes.revision, sent, highest)
    held.told(after, changes.revision, changes.scopes)
    return changes.revision


class Feed:
    """The changes of a server, and the facts of the accounts that are wanted."""

    def __init__(self, channel: Channel, held: Held, wanted: Iterable[AccountId]) -> None:
        """Hold the facts of these accounts in `held`."""
        self.wanted = frozenset(wanted)
        self.held = held
        self._channel = channel
        self._not_before: dict[AccountId, float] = {}

    def look(self, deadline: float, wait: int = 0) -> int:
        """What is the last write, and what has changed up to it? Waits for a change, if there is none, so long."""
        highest, after, sent = self.held.highest, self.held.since(), time.monotonic()
        call = wire.changes(after, wait, {})
        return noted(self.held, reading.changes(call, self._channel.send(call, deadline)), after, sent, highest)

    def renew(self) -> None:
        """Read the facts of all accounts that are wanted and not held as they are now, as far as they can be."""
        for account in self.wanted:
            if self.held.until(account) is None and time.monotonic() >= self._not_before.get(account, 0):
                self._read(account)

    def _read(self, account: AccountId) -> None:
        call = wire.snapshot(account, {})
        highest, sent = self.held.highest, time.monotonic()
        try:
            body = reading.facts(call, self._channel.send(call, LOADING))
            told = snapshots.read(body, account)
        except (Malformed, NotUnderstood, snapshots.NotHeld):
            self.held.drop(account)
            self._not_before[account] = time.monotonic() + NOT_HELD
        else:
            self.held.proven(told.revision, sent, highest)
            self.held.put(account, told.snapshot, told.revision)


class Follower:
    """A thread that follows the changes, so that what has changed is read anew before long.

    No answer rests on it: each is proven by a look of its own.
    """

    def __init__(self, channel: Channel, feed: Feed) -> None:
        """Follow over a channel that nobody else uses."""
        self._channel = channel
        self._feed = feed
        self._held = feed.held
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tenantry-changes", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def end(self) -> None:
        """End, also in the middle of a wait."""
        self._ended.set()
        for _ in range(PATIENCE):
            self._channel.interrupt()  # again and again: it may be connecting just now
            self._thread.join(0.05)
            if not self._thread.is_alive():
                return

    def _run(self) -> None:
        try:
            while not self._ended.is_set():
                self._follow()
        finally:
            self._channel.close()

    def _follow(self) -> None:
        try:
            self._feed.renew()
            begun = time.monotonic()
            before = self._held.highest
            moved = self._feed.look(WAIT + GRACE, WAIT) != before
            self._ended.wait(max(0.0, begun + (BREATH if moved else AGAIN) - time.monotonic()))
        except NoAnswer:
            self._ended.wait(AGAIN)
