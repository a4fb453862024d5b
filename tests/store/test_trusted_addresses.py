"""Trusted IP Addresses as stored: limits, the switch, and what the log says of them."""

from typing import Any

import pytest

from tenantry.platform_api.models import TrustedAddress
from tenantry.platform_api.queries import trust_is_on, trust_of
from tenantry.platform_api.trusted import (
    add_trusted_address,
    delete_trusted_address,
    edit_trusted_address,
    switch_trusted_addresses,
)
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.trusted_addresses import AddressType, check_caller
from tenantry.rules.vocabulary import AccountId
from tests.store.factories import ADMINISTRATOR, AT, Somebody, a_role, a_user, an_account, watched

pytestmark = [pytest.mark.django_db, pytest.mark.store]


@pytest.fixture
def account() -> AccountId:
    """An account."""
    return an_account("Acme")


@pytest.fixture
def here(account: AccountId) -> dict[str, Any]:
    """Its administrator, acting in it."""
    return {"actor": a_user(account, ADMINISTRATOR).actor, "at": AT, "account": account}


def add(here: dict[str, Any], address: str = "10.0.0.1-10.0.0.9", name: str = "Office", kind: str = "range") -> int:
    """One more entry."""
    return add_trusted_address(**here, name=name, type=AddressType(kind), address=address)


def properties_of(entries: list[Any]) -> list[dict[str, tuple[Any, Any]]]:
    """What changed, by entry of the log."""
    return [{p["name"]: (p["old"], p["new"]) for p in entry.properties} for entry in entries]


def test_scn_87_the_first_entry_switches_on_and_deleting_the_last_one_off(
    account: AccountId, here: dict[str, Any]
) -> None:
    """A call from 10.0.0.10 is refused while the range is there, and every act is in the log with the switch."""
    with watched() as written:
        first = add(here)
        assert trust_of(account).on
        assert check_caller(trust_of(account), "10.0.0.9") is None
        assert check_caller(trust_of(account), "10.0.0.10") == no.CallerNotTrusted()
        second = add(here, "192.0.2.*", "Cloud", "wildcard")
        delete_trusted_address(**here, entry=first)
        assert trust_of(account).on
        delete_trusted_address(**here, entry=second)
    assert not trust_is_on(account)
    assert check_caller(trust_of(account), "10.0.0.10") is None
    found = written.entries[account]
    assert [(e.type, e.action, e.modifier, e.container) for e in found] == [
        ("account-ip_address", action, "TRUSTEDIP", name)
        for action, name in (("ADD", "Office"), ("ADD", "Cloud"), ("DELETE", "Office"), ("DELETE", "Cloud"))
    ]
    assert [told.get("on") for told in properties_of(found)] == [(False, True), None, None, (True, False)]
    assert properties_of(found)[0] == {
        "name": (None, "Office"),
        "type": (None, "range"),
        "address": (None, "10.0.0.1-10.0.0.9"),
        "on": (False, True),
    }


def test_ip_3_off_keeps_the_entries_and_another_one_does_not_switch_them_on(
    account: AccountId, here: dict[str, Any]
) -> None:
    """Switched off by hand they are ignored until they are switched on by hand; each time one entry in the log."""
    add(here)
    with watched() as written:
        switch_trusted_addresses(**here, on=False)
        switch_trusted_addresses(**here, on=False)
        add(here, "192.0.2.1", "Other", "single")
        assert check_caller(trust_of(account), "203.0.113.1") is None
        assert len(trust_of(account).entries) == 2
        switch_trusted_addresses(**here, on=True)
    assert check_caller(trust_of(account), "203.0.113.1") == no.CallerNotTrusted()
    assert [told.get("on") for told in properties_of(written.entries[account])] == [(True, False), None, (False, True)]


def test_ip_3_without_an_entry_nothing_is_switched_on(account: AccountId, here: dict[str, Any]) -> None:
    """It stays off."""
    with pytest.raises(Refused) as refused:
        switch_trusted_addresses(**here, on=True)
    assert refused.value.refusal == no.TrustedAddressesNone()
    assert not trust_is_on(account)


def test_ip_2_entries_are_edited_and_judged_as_when_they_were_made(account: AccountId, here: dict[str, Any]) -> None:
    """What is refused changes nothing; what is so already is not done again."""
    entry = add(here)
    told: dict[str, Any] = {"entry": entry, "name": "Office", "type": AddressType.RANGE}
    with watched() as written:
        edit_trusted_address(**here, **told, address=" 10.0.0.1 - 10.0.0.9 ")
        for address, kind in (("10.0.0.9-10.0.0.1", no.TrustedRangeReversed), ("x", no.TrustedAddressInvalid)):
            with pytest.raises(Refused) as refused:
                edit_trusted_address(**here, **told, address=address)
            assert isinstance(refused.value.refusal, kind)
        edit_trusted_address(**here, entry=entry, name="Home", type=AddressType.SINGLE, address="10.0.0.2")
    [told_of] = properties_of(written.entries[account])
    assert told_of == {
        "name": ("Office", "Home"),
        "type": ("range", "single"),
        "address": ("10.0.0.1-10.0.0.9", "10.0.0.2"),
    }


def test_ip_2_the_twenty_sixth_entry_is_refused(account: AccountId, here: dict[str, Any]) -> None:
    """Until one is deleted."""
    numbers = [add(here, f"10.0.0.{n}", f"{n}", "single") for n in range(25)]
    with pytest.raises(Refused) as refused:
        add(here)
    assert refused.value.refusal == no.TrustedAddressesFull(limit=25)
    delete_trusted_address(**here, entry=numbers[0])
    add(here)
    assert TrustedAddress.rows.of(account).count() == 25


def test_ip_2_trusted_addresses_need_account_administration_and_are_the_accounts_own(
    account: AccountId, here: dict[str, Any]
) -> None:
    """Whoever has less is refused by name; entries of another account are not there."""
    entry = add(here)
    lesser: Somebody = a_user(account, a_role(account, "Calls", "API"))
    other = an_account("Other")
    elsewhere = {**here, "actor": a_user(other, ADMINISTRATOR).actor, "account": other}
    for acting, code in (({**here, "actor": lesser.actor}, "not_held"), (elsewhere, "trusted_address_not_found")):
        with pytest.raises(Refused) as refused:
            delete_trusted_address(**acting, entry=entry)
        assert refused.value.refusal.code == code
    assert trust_of(account).on
    assert not trust_of(other).on
