"""The snapshots that a process holds, and up to which write each is known to be unchanged."""

import threading
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from tenantry.rules.decide import Snapshot
from tenantry.rules.vocabulary import AccountId

EVERYTHING: Final = "*"
"""The scope of what all accounts share."""


@dataclass(slots=True)
class Kept:
    """A snapshot. What it tells is so at least up to the write `until`; `changed` that it is not so for long after."""

    snapshot: Snapshot
    until: int
    changed: bool = False

    def concerned(self, scopes: Collection[str] | None) -> bool:
        """Whether a change in these scopes, or in all, may change what it tells."""
        account = self.snapshot.account.id
        return scopes is None or not {account, self.snapshot.primary, EVERYTHING}.isdisjoint(scopes)


class Held:
    """Snapshots by account. Threads may share them; nothing is used beyond what is known of it."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._kept: dict[AccountId, Kept] = {}
        self._lock = threading.Lock()
        self._highest = 0
        self._proven = (0, float("-inf"))

    @property
    def highest(self) -> int:
        """The highest number heard of so far; what is proven later cannot be lower."""
        return self._highest

    def at(self, account: AccountId, number: int) -> Snapshot | None:
        """The snapshot of an account, if it is one of the state at this write or of a later one."""
        kept = self._kept.get(account)
        return kept.snapshot if kept is not None and kept.until >= number else None

    def within(self, account: AccountId, since: float) -> Snapshot | None:
        """The snapshot, if it was proven by a look-up that was sent at `since` or later."""
        number, sent = self._proven
        return self.at(account, number) if sent >= since else None

    def until(self, account: AccountId) -> int | None:
        """Up to which write an account's snapshot is good, if it is not known to have changed after that."""
        kept = self._kept.get(account)
        return kept.until if kept is not None and not kept.changed else None

    def since(self) -> int:
        """The write since which it has to be asked what has changed, so that the answer tells of all that is held."""
        with self._lock:
            return min((kept.until for kept in self._kept.values() if not kept.changed), default=self._highest)

    def proven(self, number: int, sent: float, highest: int) -> None:
        """The last write was `number` at some time after `sent`, when the highest known was `highest`.

        A number that goes backwards is that of a database that has forgotten writes: then nothing held counts.
        """
        with self._lock:
            if number < highest:
                self._kept.clear()
                self._highest, self._proven = number, (number, sent)
                return
            self._highest = max(self._highest, number)
            if number >= self._proven[0]:
                self._proven = (number, max(sent, self._proven[1]))

    def told(self, after: int, number: int, scopes: Collection[str] | None) -> None:
        """Up to the write `number` these scopes have changed since the write `after`, and no others; `None` means that
        any may have.
        """
        with self._lock:
            self._highest = max(self._highest, number)
            for kept in self._kept.values():
                if kept.until >= number or kept.until < after:
                    continue
                if kept.concerned(scopes):
                    kept.changed = True
                elif not kept.changed:
                    kept.until = number

    def put(self, account: AccountId, snapshot: Snapshot, number: int) -> None:
        """Hold what an account's facts are as of the write `number`, unless something later is held."""
        with self._lock:
            self._highest = max(self._highest, number)
            before = self._kept.get(account)
            if before is None or before.until <= number:
                self._kept[account] = Kept(snapshot, number)

    def drop(self, account: AccountId) -> None:
        """Hold it no more."""
        with self._lock:
            self._kept.pop(account, None)
