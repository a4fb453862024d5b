"""Trusted IP Addresses: from where the platform API may be called in an account (IP)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.vocabulary import AccountId, storable

ENTRIES: Final = 25
"""Entries of one account; a range counts as one (IP-2)."""

NAME_LIMIT: Final = 100
"""Characters in an entry's name (IP-2)."""

ADDRESS_LIMIT: Final = 100
"""Characters that the longest entry needs: a range of two IPv6 addresses, with room for the spaces that people type."""

_OCTETS: Final = 4
_LARGEST: Final = 255

Address = IPv4Address | IPv6Address


class AddressType(StrEnum):
    """What an entry names (IP-2). The values are stored."""

    SINGLE = "single"
    RANGE = "range"
    WILDCARD = "wildcard"

    @property
    def label(self) -> str:
        """The word on the page."""
        return _LABELS[self]


_LABELS: Final = {
    AddressType.SINGLE: "Single address",
    AddressType.RANGE: "Range",
    AddressType.WILDCARD: "Single address with trailing wildcard",
}


@dataclass(frozen=True, slots=True)
class TrustedAddresses:
    """What one entry lets in: every address from `first` to `last`, both included; `text` is how it is written."""

    type: AddressType
    text: str
    first: Address
    last: Address

    def holds(self, caller: Address) -> bool:
        """Whether an address is one of them. Addresses of the two versions are never alike."""
        return self.first.version == caller.version and int(self.first) <= int(caller) <= int(self.last)


@dataclass(frozen=True, slots=True)
class Trust:
    """The Trusted IP Addresses of an account: its entries, and whether they are heeded (IP-3)."""

    on: bool
    entries: tuple[TrustedAddresses, ...]


Malformed = no.TrustedAddressInvalid | no.TrustedRangeReversed


def read_trusted(kind: AddressType, text: str) -> TrustedAddresses | Malformed:
    """Read an entry of this type as typed; refuses what is malformed, reversed, or has a wildcard elsewhere (IP-2).

    Single addresses and ranges may be of IPv6, wildcards are of IPv4. What is written in several ways is kept in one.
    """
    match kind:
        case AddressType.SINGLE:
            found = _address(text)
            return _malformed(kind) if found is None else TrustedAddresses(kind, str(found), found, found)
        case AddressType.RANGE:
            return _range(text)
        case AddressType.WILDCARD:
            return _wildcard(text)


def _address(text: str) -> Address | None:
    """An address; one of IPv4 written as one of IPv6 is that of IPv4. None with a zone."""
    try:
        found = ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(found, IPv4Address):
        return found
    return None if found.scope_id is not None else found.ipv4_mapped or found


def _range(text: str) -> TrustedAddresses | Malformed:
    first, dash, last = text.partition("-")
    one, other = _address(first), _address(last)
    if not dash or one is None or other is None or one.version != other.version:
        return _malformed(AddressType.RANGE)
    if int(one) > int(other):
        return no.TrustedRangeReversed(first=str(one), last=str(other))
    return TrustedAddresses(AddressType.RANGE, f"{one}-{other}", one, other)


def _wildcard(text: str) -> TrustedAddresses | Malformed:
    parts = text.strip().split(".")
    named = [part for part in parts if part != "*"]
    stars = len(parts) - len(named)
    if len(parts) != _OCTETS or not 0 < stars < _OCTETS or parts[len(named) :] != ["*"] * stars:
        return _malformed(AddressType.WILDCARD)
    first, last = (_address(".".join([*named, *[end] * stars])) for end in ("0", str(_LARGEST)))
    if first is None or last is None:
        return _malformed(AddressType.WILDCARD)
    return TrustedAddresses(AddressType.WILDCARD, ".".join(parts), first, last)


_EXAMPLES: Final = {
    AddressType.SINGLE: "one address such as 10.0.0.1",
    AddressType.RANGE: "two addresses of one kind, such as 10.0.0.1-10.0.0.9",
    AddressType.WILDCARD: "127.0.0.*, 127.0.*.* or 127.*.*.*: wildcards come last, and not alone",
}


def _malformed(kind: AddressType) -> no.TrustedAddressInvalid:
    return no.TrustedAddressInvalid(type=kind.label, example=_EXAMPLES[kind])


def check_trusted_name(name: str) -> no.TrustedNameInvalid | None:
    """Judge an entry's name: 1 to 100 characters (IP-2)."""
    if not name.strip() or len(name) > NAME_LIMIT or not storable(name):
        return no.TrustedNameInvalid(limit=NAME_LIMIT)
    return None


def check_room(existing: int) -> no.TrustedAddressesFull | None:
    """Judge one more entry beside so many (IP-2)."""
    return None if existing < ENTRIES else no.TrustedAddressesFull(limit=ENTRIES)


def check_switch(*, on: bool, existing: int) -> no.TrustedAddressesNone | None:
    """Switching on needs an entry: without any, nobody could call (IP-3)."""
    return no.TrustedAddressesNone() if on and not existing else None


def on_after_adding(*, on: bool, existing: int) -> bool:
    """Whether entries are heeded after one more beside so many: the first one switches them on (IP-3)."""
    return on or existing == 0


def on_after_deleting(*, on: bool, left: int) -> bool:
    """Whether entries are heeded when so many are left: without the last one they are not (IP-3)."""
    return on and left > 0


def check_caller(trust: Trust, caller: str) -> no.CallerNotTrusted | None:
    """Judge from where a call comes, for the platform API alone; nobody asks this for the console (IP-1).

    `caller` is the address as the server saw it. Off, entries are ignored (IP-3); on, whoever comes from elsewhere is
    refused, and so is an address that is none. All else that a call has to prove is not asked here.
    """
    if not trust.on:
        return None
    address = _address(caller.partition("%")[0])
    if address is not None and any(entry.holds(address) for entry in trust.entries):
        return None
    return no.CallerNotTrusted()


def guarding_account(named: AccountId, override: AccountId | None) -> AccountId:
    """The account whose addresses a call has to come from: the one it acts in, by override or not (IP-4)."""
    return named if override is None else override


def parsed(entries: Iterable[tuple[str, str]]) -> tuple[TrustedAddresses, ...]:
    """Stored entries, type and text, read again. What cannot be read lets nobody in."""
    found = (read_trusted(AddressType(kind), text) for kind, text in entries)
    return tuple(entry for entry in found if isinstance(entry, TrustedAddresses))
