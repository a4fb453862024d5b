"""Reads of what an account says about calls of the platform API."""

from typing import Final

from django.db.models import QuerySet

from tenantry.platform_api.models import OriginRule, TrustedAddress, TrustedAddressSwitch
from tenantry.rules import origins as law, refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.trusted_addresses import Trust, parsed
from tenantry.rules.vocabulary import AccountId
from tenantry.store.paging import Page, keyset_page

_BEYOND: Final = 2**63
"""The first number that no row can have."""

TrustedRow = TrustedAddress
"""A row as stored; only this folder's commands write it."""


def trusted_addresses(account: AccountId) -> tuple[TrustedRow, ...]:
    """The account's entries by name; at most 25 (IP-2)."""
    return tuple(TrustedAddress.rows.of(account).order_by("name", "id"))


def trusted_address(account: AccountId, entry: int) -> TrustedRow:
    """The account's entry of this number; refuses with `TrustedAddressNotFound`."""
    row = TrustedAddress.rows.of(account).filter(pk=entry).first() if 0 < entry < _BEYOND else None
    if row is None:
        raise Refused(no.TrustedAddressNotFound())
    return row


def trust_is_on(account: AccountId) -> bool:
    """Whether the account heeds its Trusted IP Addresses (IP-3)."""
    return TrustedAddressSwitch.rows.of(account).filter(on=True).exists()


def trust_of(account: AccountId) -> Trust:
    """What a call that acts in the account has to be judged by (IP-1, IP-4)."""
    entries = TrustedAddress.rows.of(account).values_list("type", "address")
    return Trust(trust_is_on(account), parsed(entries))


OriginRow = OriginRule
"""A CORS rule as stored; only this folder's commands write it."""


def origins_page(account: AccountId, at: str = "") -> tuple[Page[OriginRow], int]:
    """One page of the account's CORS rules by origin, and how many there are."""
    rows = OriginRule.rows.of(account)
    return keyset_page(rows, ("origin",), at), rows.count()


def origin_rule(account: AccountId, rule: int) -> OriginRow:
    """The account's CORS rule of this number; refuses with `OriginNotFound`."""
    row = OriginRule.rows.of(account).filter(pk=rule).first() if 0 < rule < _BEYOND else None
    if row is None:
        raise Refused(no.OriginNotFound())
    return row


def rules_for(account: AccountId, header: str) -> tuple[law.OriginRule, ...]:
    """Those CORS rules of the account in the address that a page's origin fits, for the interface to ask (CORS-4).

    One look-up, however many rules the account has.
    """
    origin = law.read_origin(header)
    if origin is None:
        return ()
    rows = OriginRule.rows.of(account).filter(origin__in=law.rules_that_fit(origin)).values_list("origin", "methods")
    found = ((law.read_rule_origin(text), methods) for text, methods in rows)
    return tuple(
        law.OriginRule(read, frozenset(map(law.Method, methods)))
        for read, methods in found
        if isinstance(read, law.Origin)
    )


def no_counts(account: AccountId) -> QuerySet[TrustedAddress]:
    """The rows of what nothing counts: none, of any table."""
    return TrustedAddress.rows.of(account).none()
