"""Chapter IP: from where the platform API may be called."""

import pytest

from tenantry.rules import refusals as no
from tenantry.rules.trusted_addresses import (
    ENTRIES,
    NAME_LIMIT,
    AddressType,
    Trust,
    TrustedAddresses,
    check_caller,
    check_room,
    check_switch,
    check_trusted_name,
    guarding_account,
    on_after_adding,
    on_after_deleting,
    parsed,
    read_trusted,
)
from tenantry.rules.vocabulary import AccountId

SINGLE, RANGE, WILDCARD = AddressType.SINGLE, AddressType.RANGE, AddressType.WILDCARD


@pytest.mark.parametrize(
    ("kind", "typed", "kept", "inside", "outside"),
    [
        (SINGLE, " 10.0.0.1 ", "10.0.0.1", ["10.0.0.1", "::ffff:10.0.0.1"], ["10.0.0.2", "::a00:1", "0.0.0.1"]),
        (SINGLE, "2001:DB8:0::1", "2001:db8::1", ["2001:db8::1", "2001:db8::1%eth0"], ["2001:db8::2", "0.0.0.1"]),
        (SINGLE, "::ffff:10.0.0.1", "10.0.0.1", ["10.0.0.1"], ["::1"]),
        (
            RANGE,
            "10.0.0.1-10.0.0.9",
            "10.0.0.1-10.0.0.9",
            ["10.0.0.1", "10.0.0.5", "10.0.0.9"],
            ["10.0.0.0", "10.0.0.10"],
        ),
        (RANGE, "10.0.0.250 - 10.0.1.3", "10.0.0.250-10.0.1.3", ["10.0.0.255", "10.0.1.0"], ["10.0.1.4"]),
        (RANGE, "10.0.0.7-10.0.0.7", "10.0.0.7-10.0.0.7", ["10.0.0.7"], ["10.0.0.6", "10.0.0.8"]),
        (RANGE, "fd00::1-fd00::ff", "fd00::1-fd00::ff", ["fd00::1", "fd00::80"], ["fd00::100", "10.0.0.1"]),
        (WILDCARD, "127.0.0.*", "127.0.0.*", ["127.0.0.0", "127.0.0.255"], ["127.0.1.0", "126.255.255.255"]),
        (WILDCARD, "127.0.*.*", "127.0.*.*", ["127.0.0.0", "127.0.255.255"], ["127.1.0.0"]),
        (WILDCARD, "127.*.*.*", "127.*.*.*", ["127.0.0.0", "127.255.255.255"], ["128.0.0.0", "::7f00:1"]),
    ],
)
def test_ip_2_the_three_types_let_in_what_they_say(
    kind: AddressType, typed: str, kept: str, inside: list[str], outside: list[str]
) -> None:
    """From the first to the last address, both included, and nothing beside; kept in one way of writing."""
    told = read_trusted(kind, typed)
    assert isinstance(told, TrustedAddresses)
    assert (told.type, told.text) == (kind, kept)
    assert read_trusted(kind, kept) == told
    trust = Trust(on=True, entries=(told,))
    assert [caller for caller in inside if check_caller(trust, caller)] == []
    assert [caller for caller in outside if not check_caller(trust, caller)] == []


MALFORMED: dict[AddressType, tuple[str, ...]] = {
    SINGLE: (
        *("", "1", "10.0.0", "10.0.0.256", "010.0.0.1", "10.0.0.1/24", "10.0.0.*", "10,0,0,1", "*", "host"),
        *("10.0.0.1-10.0.0.2", "fe80::1%eth0", "\uff110.0.0.1", "10.0.0.1\x00"),
    ),
    RANGE: (
        *("", "-", "1-2", "10.0.0.1", "10.0.0.1-", "-10.0.0.1", "10.0.0.1-2", "10.0.0.1-::1"),
        *("10.0.0.1-10.0.0.2-10.0.0.3", "10.0.0.*-10.0.1.*", "10.0.0.1\u201310.0.0.2"),
    ),
    WILDCARD: (
        *("", "*", "*.*.*.*", "*.0.0.1", "127.*.0.*", "127.*.0.1", "127.0.0.1", "127.0.*", "127.*", "127.0.0.1*"),
        *("127.0.0.**", "127.0.0.*.*", "300.0.0.*", "a.b.c.*", "fd00::*", "127.00.0.*"),
    ),
}


@pytest.mark.parametrize(("kind", "typed"), [(kind, typed) for kind, several in MALFORMED.items() for typed in several])
def test_ip_2_what_is_malformed_is_refused(kind: AddressType, typed: str) -> None:
    """With an example of what the type takes; so are wildcards that are not trailing, or alone."""
    refusal = read_trusted(kind, typed)
    assert isinstance(refusal, no.TrustedAddressInvalid)
    assert kind.label in refusal.message


@pytest.mark.parametrize("typed", ["10.0.0.9-10.0.0.1", "10.0.1.0-10.0.0.255", "fd00::2-fd00::1"])
def test_ip_2_a_reversed_range_is_refused_as_such(typed: str) -> None:
    """It is not turned round: one of the two may be mistyped."""
    assert isinstance(read_trusted(RANGE, typed), no.TrustedRangeReversed)


def test_ip_2_twenty_five_entries_with_names_of_1_to_100_characters() -> None:
    """The 26th is refused."""
    assert (ENTRIES, NAME_LIMIT) == (25, 100)
    assert check_room(24) is None
    assert check_room(25) == no.TrustedAddressesFull(limit=25)
    assert check_trusted_name("x") is None
    assert check_trusted_name("x" * 100) is None
    for name in ("", "  ", "x" * 101, "a\x00b"):
        assert check_trusted_name(name) == no.TrustedNameInvalid(limit=100)


def test_ip_1_calls_from_elsewhere_are_refused_while_it_is_on() -> None:
    """Each entry lets in; an address that is none comes from nowhere; the refusal is of the kind that is 403."""
    entries = parsed([("range", "10.0.0.1-10.0.0.9"), ("single", "192.0.2.7"), ("single", "no address")])
    assert len(entries) == 2
    trust = Trust(on=True, entries=entries)
    assert [check_caller(trust, caller) for caller in ("10.0.0.1", "192.0.2.7", "::ffff:192.0.2.7")] == [None] * 3
    for caller in ("10.0.0.10", "192.0.2.8", "", "unknown", "10.0.0.1, 10.0.0.2", "::1"):
        refusal = check_caller(trust, caller)
        assert refusal == no.CallerNotTrusted()
        assert isinstance(refusal, no.Denial)
    assert check_caller(Trust(on=True, entries=()), "10.0.0.1") == no.CallerNotTrusted()


def test_ip_3_the_first_entry_switches_on_and_the_last_one_off() -> None:
    """In between the switch stays as it is; off ignores the entries; on without an entry is refused."""
    assert on_after_adding(on=False, existing=0)
    assert not on_after_adding(on=False, existing=3)
    assert on_after_adding(on=True, existing=3)
    assert not on_after_deleting(on=True, left=0)
    assert on_after_deleting(on=True, left=1)
    assert not on_after_deleting(on=False, left=1)
    assert check_caller(Trust(on=False, entries=parsed([("single", "10.0.0.1")])), "192.0.2.1") is None
    assert check_switch(on=True, existing=0) == no.TrustedAddressesNone()
    assert check_switch(on=True, existing=1) is None
    assert check_switch(on=False, existing=0) is None


def test_ip_4_the_account_in_which_a_call_acts_is_asked() -> None:
    """By override that is the account overridden to, not the primary named in the address."""
    primary, customer = AccountId("primary"), AccountId("customer")
    assert guarding_account(primary, None) == primary
    assert guarding_account(primary, customer) == customer
