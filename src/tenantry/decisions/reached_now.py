"""The accounts that people reach, kept, and brought up to date by what has been raised since they were looked at."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Q

from tenantry.decisions.engine import State
from tenantry.decisions.facts import ATTEMPTS
from tenantry.decisions.reached import Reached, Somebody, load_reached, reachable
from tenantry.rules.vocabulary import AccountId
from tenantry.store import revisions
from tenantry.store.revisions import PLATFORM, Changes

WEIGHT: Final = 500_000
"""Accounts kept at most, over all people; what was asked for longest ago goes first."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody reached when the head was at `head`, and how often what primaries give had been raised by then."""

    head: int
    reached: Reached
    given: Mapping[str, int]


class ReachedAccounts:
    """What a process keeps. Threads share it: what is kept is a value, and another one takes its place."""

    def __init__(self, weight: int = WEIGHT) -> None:
        """Keep so many accounts over all people."""
        self._kept: OrderedDict[Somebody, Kept] = OrderedDict()
        self._lock = threading.Lock()
        self._limit = weight
        self._weight = 0

    def now(self, engine: State, somebody: Somebody, bounds: Q | None = None) -> Reached:
        """The accounts that somebody reaches, as of the engine's state or after it. Of bounded ones nothing is kept,
        and nothing in a transaction, which sees what is not committed.
        """
        if bounds is not None or revisions.writing():
            return load_reached(somebody, bounds)
        kept = self._kept.get(somebody)
        if kept is None or kept.head < engine.revision:
            kept = _brought_up_to_date(somebody, kept)
        self._keep(somebody, kept)
        return kept.reached

    def _keep(self, somebody: Somebody, kept: Kept) -> None:
        with self._lock:
            old = self._kept.pop(somebody, None)
            self._weight += len(kept.reached.standings) - (len(old.reached.standings) if old is not None else 0)
            self._kept[somebody] = kept
            while self._weight > self._limit and len(self._kept) > 1:
                _, gone = self._kept.popitem(last=False)
                self._weight -= len(gone.reached.standings)


REACHED: Final = ReachedAccounts()
"""What this process keeps."""


def _brought_up_to_date(somebody: Somebody, kept: Kept | None) -> Kept:
    """Look again at what has been raised, until nothing was raised while it was looked at."""
    kept = kept or _first(somebody)
    for _ in range(ATTEMPTS):
        changes = revisions.changed_since(kept.head)
        if changes.head == kept.head:
            return kept
        kept = _after(somebody, kept, changes)
    changes = revisions.changed_since(kept.head)
    with transaction.atomic():  # others write faster than can be read: they wait for this once
        revisions.lock(*(changes.scopes or ()))
        return _after(somebody, kept, changes)


def _first(somebody: Somebody) -> Kept:
    head = revisions.head()
    return Kept(head, load_reached(somebody), {})


def _after(somebody: Somebody, kept: Kept, changes: Changes) -> Kept:
    """What is reached after these changes. What primaries give is looked at where it has been raised, or never was."""
    scopes = changes.scopes
    if scopes is None or PLATFORM in scopes:
        return Kept(changes.head, load_reached(somebody), {})
    told = {scope: given for scope, (_, given) in scopes.items() if given}
    givers = {AccountId(scope) for scope, given in told.items() if given != kept.given.get(scope)}
    given = {**kept.given, **told}
    touched = Q(id__in=[*scopes]) | Q(primary_id__in=givers)
    old = kept.reached
    stale = {account for account in _among(scopes, givers, old) if account in old.standings}
    if not stale and not reachable(somebody).filter(touched).exists():
        return Kept(changes.head, old, given)
    new = load_reached(somebody, touched)
    standings = {account: standing for account, standing in old.standings.items() if account not in stale}
    primaries = {account: primary for account, primary in old.primaries.items() if account not in stale}
    standings.update(new.standings)
    reached = Reached(dict(sorted(standings.items())), {**primaries, **new.primaries})
    return Kept(changes.head, reached, given)


def _among(scopes: Iterable[str], givers: set[AccountId], old: Reached) -> set[AccountId]:
    """The accounts that changes may concern, among those reached before."""
    found = {AccountId(scope) for scope in scopes}
    if givers:
        found |= {account for account, primary in old.primaries.items() if primary in givers}
    return found
