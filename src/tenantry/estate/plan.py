"""What a load would do, and whom it would lock out, without doing it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain

from django.db import transaction

from tenantry.accounts.estate import all_accounts
from tenantry.decisions.comparison import State, changed_staff, concerned, differences, managing
from tenantry.estate.changes import Loaded
from tenantry.estate.load import Prepared, Step, load
from tenantry.rules.vocabulary import Actor, Instant, UserKey
from tenantry.store.lines import portions
from tenantry.store.raising import taken_back
from tenantry.store.transaction import readable


@dataclass(frozen=True, slots=True)
class LockedOut:
    """Somebody who would lose all access to an account, and why."""

    user: UserKey
    account: str
    why: str


@dataclass(frozen=True, slots=True)
class Altered:
    """Somebody whose privileges in an account would change."""

    user: UserKey
    account: str
    lost: tuple[str, ...]
    gained: tuple[str, ...]


@dataclass(slots=True)
class Plan:
    """What a load would do."""

    loaded: Loaded
    locked_out: list[LockedOut] = field(default_factory=list)
    altered: list[Altered] = field(default_factory=list)


@contextmanager
def _taken_back() -> Iterator[None]:
    """A transaction, or a part of one, of which nothing stays."""
    with transaction.atomic(), taken_back():
        yield
        transaction.set_rollback(True)


@readable
def plan(*, actor: Actor, at: Instant, prepared: Prepared, step: Step = lambda _: None) -> Plan:
    """Load in a transaction that is rolled back, and compare everybody's access before and after: in every account
    whose own facts change, in those that their primary gives something else, and in all for support staff that change.
    Raises what `load` raises.
    """
    with _taken_back():
        with _taken_back():
            loaded = load(actor=actor, at=at, prepared=prepared, step=step)
            touched = set(all_accounts() if loaded.everywhere else loaded.touched)
            step("Looking at access")
            primaries = managing(loaded.given)
            after = State(primaries)
            halves = {key: half for some in portions(sorted(touched)) for key, half in after.halves(some).items()}
        before = State(primaries)
        accounts = touched | concerned(before, after, primaries)
        made = Plan(loaded)
        staff = changed_staff(before, after)
        others = set(all_accounts()) - accounts if staff else set()
        for found in chain(
            differences(before, after, halves, accounts, at),
            differences(before, after, {}, others, at, only=staff),
        ):
            if found.barred:
                made.locked_out.append(LockedOut(found.user, found.account, found.barred))
            else:
                made.altered.append(Altered(found.user, found.account, found.lost, found.gained))
    made.locked_out.sort(key=lambda out: (out.account, out.user))
    made.altered.sort(key=lambda altered: (altered.account, altered.user))
    return made
