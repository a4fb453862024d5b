"""Reads of what an account says about calls of the platform API."""

from typing import Final

from tenantry.platform_api.models import TrustedAddress, TrustedAddressSwitch
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.trusted_addresses import Trust, parsed
from tenantry.rules.vocabulary import AccountId

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
