"""Reads of connectors: which an account can use, and which of those it names it cannot."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from tenantry.accounts.models import Account
from tenantry.connectors.models import RELEASED, Connector
from tenantry.rules.connectors import Visibility, owner_prefixes
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId
from tenantry.sharing.queries import shared_with
from tenantry.store.crossings import Crossing
from tenantry.store.lines import portions


def usable_connectors(account: AccountId | str) -> QuerySet[Connector]:
    """The connectors that an account can use right now (CONN-5): its own, released or not; those that are shared with
    it and released; and those that are public. Hidden ones go on being usable by whom they were usable by.
    """
    received = shared_with(account, Kind.CONNECTOR).values("resource")
    usable = Q(account_id=account) | Q(public_at__isnull=False) | (RELEASED & Q(id__in=received))
    return Connector.rows.across(Crossing.USABLE_CONNECTORS).filter(usable)


def offered_connectors(account: AccountId | str) -> QuerySet[Connector]:
    """Those of them that are offered for new components: Hidden ones are not (CONN-5)."""
    return usable_connectors(account).exclude(visibility=Visibility.HIDDEN)


def unusable(account: AccountId | str, types: Iterable[str]) -> tuple[str, ...]:
    """The names of those connectors, told by their types, that an account cannot use right now (CONN-9).

    A type that no account's connectors can have belongs to the platform itself, and is no matter of this. One that an
    account's connector could have and none has is unusable, and called by its type. Two queries for 900 types, three
    where some are unknown.
    """
    wanted = sorted(set(types))
    blocked: dict[str, str] = {}
    for some in portions(wanted):
        usable = set(usable_connectors(account).filter(type__in=some).values_list("type", flat=True))
        rest = [kind for kind in some if kind not in usable]
        known = Connector.rows.across(Crossing.USABLE_CONNECTORS).filter(type__in=rest)
        names = dict(known.values_list("type", "name")) if rest else {}
        blocked |= names
        prefixes = {kind: owner_prefixes(kind) for kind in rest if kind not in names}
        owners = _accounts_among(frozenset().union(*prefixes.values()))
        blocked |= {kind: kind for kind, possible in prefixes.items() if possible & owners}
    return tuple(sorted(set(blocked.values()), key=str.casefold))


def _accounts_among(ids: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for some in portions(sorted(ids)):
        found.update(Account.rows.across(Crossing.USABLE_CONNECTORS).filter(id__in=some).values_list("id", flat=True))
    return found
