"""Revisions: the stamps by which a decision proves that its facts are current.

Whoever writes facts locks the scopes first and raises them in the same transaction. Whoever reads facts for a snapshot
reads the stamps before and after: equal stamps mean that no write came in between, on any database.
"""

from collections.abc import Iterable

from django.db import connection
from django.db.models import F

from tenantry.rules.vocabulary import AccountId
from tenantry.store.models import Revision

PLATFORM = "*"
"""The scope of what all accounts share: the host platform's privileges."""


def open_scopes(accounts: Iterable[str]) -> None:
    """Give new scopes their row."""
    Revision.objects.bulk_create([Revision(scope=scope) for scope in accounts], ignore_conflicts=True)


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
    """Declare that the facts inside these scopes change with this transaction."""
    Revision.objects.filter(scope__in=sorted(set(scopes))).update(number=F("number") + 1)


def raise_given(primaries: Iterable[str]) -> None:
    """Declare that what these primaries give, and their own facts, change with this transaction: one row for each,
    however many accounts they manage.
    """
    rows = Revision.objects.filter(scope__in=sorted(set(primaries)))
    rows.update(number=F("number") + 1, given=F("given") + 1)


def stamps(account: AccountId, primary: AccountId | None = None) -> tuple[int, ...]:
    """The stamps that a snapshot of `account` rests on: its own, the platform's, and what its primary gives.

    One look-up. Empty if there is no such account.
    """
    scopes = (account, PLATFORM) if primary is None else (account, PLATFORM, primary)
    found = {
        scope: (number, given)
        for scope, number, given in Revision.objects.filter(scope__in=scopes).values_list("scope", "number", "given")
    }
    if account not in found:
        return ()
    own, platform = found[account][0], found.get(PLATFORM, (0, 0))[0]
    return (own, platform, found[primary][1] if primary in found else 0)


def writing() -> bool:
    """Whether a transaction is open whose writes nobody else sees yet."""
    return connection.in_atomic_block
