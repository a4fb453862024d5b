"""Revisions: the stamps by which a decision proves that its facts are current.

Whoever writes facts locks the scopes first and raises them in the same transaction. Whoever reads facts for a snapshot
reads the stamps before and after: equal stamps mean that no write came in between, on any database.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from django.db import connection, transaction
from django.db.models import F, QuerySet

from tenantry.rules.vocabulary import AccountId
from tenantry.store import raising
from tenantry.store.models import Revision
from tenantry.store.prepared import prepared
from tenantry.store.raising import HEAD

PLATFORM = "*"
"""The scope of what all accounts share: the host platform's privileges."""


AT_MOST: Final = 1_000
"""Scopes that are told one by one; of more it is said that anything may have changed."""


class Changes(NamedTuple):
    """What has been raised since a number: the head by now, and by scope its two numbers. `scopes` is `None` where
    anything may have changed.
    """

    head: int
    scopes: Mapping[str, tuple[int, int]] | None


class Look(NamedTuple):
    """The stamps of an account, and the head that the same look has seen."""

    head: int
    stamps: tuple[int, ...]


def open_scopes(accounts: Iterable[str]) -> None:
    """Give new scopes their row."""
    new = [Revision(scope=scope) for scope in accounts]
    with transaction.atomic(savepoint=False):
        Revision.objects.bulk_create(new, ignore_conflicts=True)
        raising.note(row.scope for row in new)


def lock(*scopes: str) -> None:
    """Hold these scopes until the transaction ends, so that checks and writes of one command see one state.

    Locks are taken in the order of the names, so that two commands cannot wait for each other.
    """
    list(Revision.objects.select_for_update().filter(scope__in=scopes).order_by("scope").values_list("scope"))


def lock_if_free(scope: str) -> bool:
    """Hold this scope until the transaction ends, unless somebody else does; whether it is held now.

    Where the engine cannot pass over what is locked, this waits as `lock` does. SQLite's transactions have everything
    to themselves.
    """
    skip = connection.features.has_select_for_update_skip_locked
    held = Revision.objects.select_for_update(skip_locked=skip).filter(scope=scope)
    return held.first() is not None


def raise_revisions(scopes: Iterable[str]) -> None:
    """Declare that the facts inside these scopes change with this transaction.

    Others wait for the head from the end of the command on, until it is committed (`store.raising`).
    """
    named = sorted(set(scopes))
    with transaction.atomic(savepoint=False):
        Revision.objects.filter(scope__in=named).update(number=F("number") + 1)
        raising.note(named)


def raise_given(primaries: Iterable[str]) -> None:
    """Declare that what these primaries give, and their own facts, change with this transaction: one row for each,
    however many accounts they manage.
    """
    named = sorted(set(primaries))
    with transaction.atomic(savepoint=False):
        Revision.objects.filter(scope__in=named).update(number=F("number") + 1, given=F("given") + 1)
        raising.note(named)


def head() -> int:
    """The number of the last transaction that raised anything: whoever sees it sees all that was raised up to it."""
    return Revision.objects.filter(scope=HEAD).values_list("number", flat=True).first() or 0


def changed_since(number: int, limit: int = AT_MOST) -> Changes:
    """What has been raised since the head was at `number`, as of one state; of more than `limit` scopes only that it
    is more. One look-up.

    Of a number that the head has not reached nothing is known, so that anything may have changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(raising.SINCE, [HEAD, number, limit + 1])
        return changes(number, cursor.fetchall(), limit)


def changes(number: int, rows: Iterable[tuple[str, int, int]], limit: int = AT_MOST) -> Changes:
    """What rows of `raising.SINCE` tell."""
    found = {scope: (own, given) for scope, own, given in rows}
    now = found.pop(HEAD, (0, 0))[0]
    return Changes(now, found if number <= now and len(found) <= limit else None)


def stamps(account: AccountId, primary: AccountId | None = None) -> tuple[int, ...]:
    """The stamps that a snapshot of `account` rests on: its own, the platform's, and what its primary gives.

    One look-up. Empty if there is no such account.
    """
    return look(account, primary).stamps


def look(account: AccountId, primary: AccountId | None = None) -> Look:
    """The stamps of an account together with the head. One look-up."""
    found = {
        scope: (number, given) for scope, number, given in _numbers(account, account if primary is None else primary)
    }
    now = found.get(HEAD, (0, 0))[0]
    if account not in found:
        return Look(now, ())
    own, platform = found[account][0], found.get(PLATFORM, (0, 0))[0]
    return Look(now, (own, platform, found[primary][1] if primary in found else 0))


@prepared
def _numbers(account: AccountId, primary: AccountId) -> "QuerySet[Revision, tuple[str, int, int]]":
    rows = Revision.objects.filter(scope__in=(HEAD, PLATFORM, account, primary))
    return rows.values_list("scope", "number", "given")


def writing() -> bool:
    """Whether a transaction is open whose writes nobody else sees yet."""
    return connection.in_atomic_block
