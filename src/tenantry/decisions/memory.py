"""What a process remembers of accounts, and what it has been told of their changes."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final, TypeVar

from tenantry.decisions.facts import Kept
from tenantry.rules.decide import Snapshot
from tenantry.rules.vocabulary import AccountId
from tenantry.store.revisions import PLATFORM, Changes

T = TypeVar("T")

TOLD: Final = 100_000
"""Scopes of which a change is remembered; with more, everything is forgotten and read anew when it is needed."""

_NOTHING: Final = (0, 0)


class Remembered:
    """A snapshot, and the head up to which it has been found current."""

    __slots__ = ("checked", "snapshot")

    def __init__(self, snapshot: Snapshot, checked: int) -> None:
        """Found current up to `checked`."""
        self.snapshot = snapshot
        self.checked = checked


class Memory:
    """Snapshots, and the numbers that scopes have been raised to since the memory began. Threads share it.

    Where anything may have changed, the engine begins with another memory: who still works with this one keeps both
    the snapshots and what has been told about them.
    """

    def __init__(self, head: int, capacity: int) -> None:
        """Remember nothing: whatever is read from now on is at least as of `head`."""
        self.head = head
        self.shared = Kept()
        self._told: dict[str, tuple[int, int]] = {}
        self._kept: OrderedDict[AccountId, Remembered] = OrderedDict()
        self._things: dict[str, tuple[tuple[int, int], Any]] = {}
        self._capacity = capacity
        self._lock = threading.Lock()

    def hear(self, changes: Changes) -> bool:
        """Learn what has changed; whether it can be learnt. One thread at a time."""
        if changes.scopes is None or changes.head < self.head or len(self._told) > TOLD:
            return False
        self._told.update(changes.scopes)
        self.head = changes.head  # after what was told, so that who has seen this head knows all of it
        return True

    def current(self, account: AccountId, head: int) -> Snapshot | None:
        """What is remembered of the account, if it is current as of `head`, which somebody has proven."""
        found = self._kept.get(account)
        if found is None:
            return None
        if found.checked < head:
            known = self.head
            if not self._same(account, found.snapshot):
                return None
            found.checked = known
        return found.snapshot

    def old(self, account: AccountId) -> Snapshot | None:
        """What is remembered of the account, current or not."""
        found = self._kept.get(account)
        return found.snapshot if found is not None else None

    def keep(self, account: AccountId, snapshot: Snapshot, head: int) -> None:
        """Remember what was read after the head had been at `head`; of the rest, what was read longest ago goes."""
        with self._lock:
            self._kept[account] = Remembered(snapshot, head)
            self._kept.move_to_end(account)
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)

    def thing(self, scope: str, load: Callable[[], T]) -> T:
        """What a scope is about, loaded anew whenever the scope has been raised."""
        told = self._told.get(scope, _NOTHING)
        found = self._things.get(scope)
        if found is None or found[0] != told:
            found = self._things[scope] = (told, load())
        thing: T = found[1]
        return thing

    def _same(self, account: AccountId, snapshot: Snapshot) -> bool:
        """Whether nothing was told that the stamps of the snapshot do not cover."""
        told = self._told
        own, platform, given = snapshot.revisions
        return (
            told.get(account, _NOTHING)[0] <= own
            and told.get(PLATFORM, _NOTHING)[0] <= platform
            and (snapshot.primary is None or told.get(snapshot.primary, _NOTHING)[1] <= given)
        )
