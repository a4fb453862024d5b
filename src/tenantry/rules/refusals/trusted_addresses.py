"""Trusted IP Addresses: what is no entry, what is not there, and who calls from elsewhere."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Denial, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerNotTrusted(Denial):
    """The account lets calls of the platform API in from listed addresses only, and this is none of them."""

    code = "caller_not_trusted"
    rule = "IP-1"
    sentence = "The account takes calls from its Trusted IP Addresses only, and this one is none of them."


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedAddressNotFound(Denial):
    """The account has no such entry."""

    code = "trusted_address_not_found"
    rule = "ACC-1"
    sentence = "This account has no such trusted address."


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedNameInvalid(Invalid):
    """The entry's name is empty or too long."""

    code = "trusted_name_invalid"
    rule = "IP-2"
    place = "name"
    sentence = "A trusted address has a name of 1 to {limit} characters."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedAddressInvalid(Invalid):
    """What is typed is no address, range or wildcard of the type chosen."""

    code = "trusted_address_invalid"
    rule = "IP-2"
    place = "address"
    sentence = "“{type}” takes {example}."
    type: str
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedRangeReversed(Invalid):
    """The range ends before it begins."""

    code = "trusted_range_reversed"
    rule = "IP-2"
    place = "address"
    sentence = "The range ends before it begins: {first} comes after {last}."
    first: str
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedAddressesFull(Conflict):
    """The account has as many entries as it can have."""

    code = "trusted_addresses_full"
    rule = "IP-2"
    sentence = "An account has at most {limit} trusted addresses."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedAddressesNone(Conflict):
    """Without an entry there is nothing to switch on."""

    code = "trusted_addresses_none"
    rule = "IP-3"
    sentence = "Add a trusted address first: with none, nobody could call."
