"""What a load would do, and whom it would lock out, without doing it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction

from tenantry.accounts.estate import all_accounts
from tenantry.decisions.comparison import Onlooker, Seen
from tenantry.estate.load import Loaded, Prepared, Step, load
from tenantry.privileges.queries import catalogue
from tenantry.rules.vocabulary import AccountId, Actor, Instant, UserKey
from tenantry.store.transaction import readable
from tenantry.users.queries import staff_people


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
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@readable
def plan(*, actor: Actor, at: Instant, prepared: Prepared, step: Step = lambda _: None) -> Plan:
    """Load in a transaction that is rolled back, and compare everybody's access before and after.

    Raises what `load` raises.
    """
    with _taken_back():
        with _taken_back():
            loaded = load(actor=actor, at=at, prepared=prepared, step=step)
            touched = sorted(all_accounts() if loaded.everywhere else loaded.touched)
            step("Looking at access")
            after = _everybody(touched, at)
        before = _everybody(touched, at)
    made = Plan(loaded)
    for account in touched:
        _compare(made, account, before[account], after[account])
    return made


def _everybody(accounts: list[str], at: Instant) -> dict[str, dict[UserKey, Seen]]:
    onlooker = Onlooker(catalogue(), staff_people())
    shared: dict[Seen, Seen] = {}
    return {
        account: {
            user: shared.setdefault(seen, seen) for user, seen in onlooker.everybody_in(AccountId(account), at).items()
        }
        for account in accounts
    }


_ABSENT = Seen(frozenset(), "There is no such person.")


def _compare(made: Plan, account: str, before: dict[UserKey, Seen], after: dict[UserKey, Seen]) -> None:
    for user in sorted(before.keys() | after.keys()):
        old, new = before.get(user, _ABSENT), after.get(user, _ABSENT)
        if old.denied is None and new.denied is not None:
            made.locked_out.append(LockedOut(user, account, new.denied))
        elif old.privileges != new.privileges:
            lost, gained = old.privileges - new.privileges, new.privileges - old.privileges
            made.altered.append(Altered(user, account, tuple(sorted(lost)), tuple(sorted(gained))))
