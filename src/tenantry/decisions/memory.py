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

WANTED: Final = 50
"""Accounts that are read anew at a time before somebody asks for them again."""

LEARNT: Final = 10_000
"""People whom a snapshot may come to know beside those it began with; with more, it is read anew."""

_NOTHING: Final = (0, 0)


class Remembered:
    """A snapshot, the head up to which it has been found current, and what it weighs."""

    __slots__ = ("checked", "full", "snapshot", "used", "weight")

    def __init__(self, snapshot: Snapshot, checked: int, *, used: bool) -> None:
        """Found current up to `checked`. `used` tells that somebody has asked for it."""
        self.snapshot = snapshot
        self.checked = checked
        self.weight = snapshot.weight
        self.full = len(snapshot.standings) + LEARNT
        self.used = used


class Memory:
    """Snapshots, and the numbers that scopes have been raised to since the memory began. Threads share it.

    Where anything may have changed, the engine begins with another memory: who still works with this one keeps both
    the snapshots and what has been told about them.
    """

    def __init__(self, head: int, capacity: int) -> None:
        """Remember nothing: whatever is read from now on is at least as of `head`. Together it weighs at most
        `capacity`.
        """
        self.head = head
        self.shared = Kept()
        self.weight = 0
        self._told: dict[str, tuple[int, int]] = {}
        self._wanted: set[AccountId] = set()
        self._kept: OrderedDict[AccountId, Remembered] = OrderedDict()
        self._things: dict[str, tuple[tuple[int, int], Any]] = {}
        self._capacity = capacity
        self._lock = threading.Lock()

    def hear(self, changes: Changes) -> bool:
        """Learn what has changed; whether it can be learnt. One thread at a time."""
        if changes.scopes is None or changes.head < self.head or len(self._told) > TOLD:
            return False
        self._told.update(changes.scopes)
        with self._lock:
            self._wanted.update(AccountId(scope) for scope in changes.scopes if scope in self._kept)
        self.head = changes.head  # after what was told, so that who has seen this head knows all of it
        return True

    def current(self, account: AccountId, head: int) -> Snapshot | None:
        """What is remembered of the account, if it is current as of `head`, which somebody has proven."""
        found = self._kept.get(account)
        if found is None or len(found.snapshot.standings) > found.full:
            return None
        found.used = True
        if found.checked < head:
            known = self.head
            if not self._same(account, found.snapshot):
                return None
            found.checked = known
            self._weigh(found)
        return found.snapshot

    def old(self, account: AccountId) -> Snapshot | None:
        """What is remembered of the account, current or not."""
        found = self._kept.get(account)
        return found.snapshot if found is not None else None

    def wanted(self) -> list[AccountId]:
        """Some accounts that have changed after somebody had asked for them, and that nobody has asked for since."""
        with self._lock:
            found = [account for account in self._wanted if self._used_before(account)]
            self._wanted = set(found[WANTED:])
        return found[:WANTED]

    def _used_before(self, account: AccountId) -> bool:
        found = self._kept.get(account)
        return found is not None and found.used and not self._same(account, found.snapshot)

    def keep(self, account: AccountId, snapshot: Snapshot, head: int, *, used: bool = True) -> None:
        """Remember what was read after the head had been at `head`. Where it becomes too much, what nobody has asked
        for since it was looked at last goes first.
        """
        made = Remembered(snapshot, head, used=used)
        with self._lock:
            self._forget(account)
            self._kept[account] = made
            self.weight += made.weight
            while self.weight > self._capacity and len(self._kept) > 1:
                oldest, found = next(iter(self._kept.items()))
                if found.used and found is not made:
                    found.used = False
                    self._kept.move_to_end(oldest)
                else:
                    self._forget(oldest)

    def _forget(self, account: AccountId) -> None:
        gone = self._kept.pop(account, None)
        if gone is not None:
            self.weight -= gone.weight

    def _weigh(self, found: Remembered) -> None:
        """Snapshots come to know people of groups, and of crowded accounts, while they are asked."""
        weight = found.snapshot.weight
        if weight != found.weight:
            with self._lock:
                if self._kept.get(found.snapshot.account.id) is found:
                    self.weight += weight - found.weight
                found.weight = weight

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
