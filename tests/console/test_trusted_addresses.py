"""The page Trusted IP Addresses with its switch and dialogs (IP-2, IP-3)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tenantry.platform_api.models import TrustedAddress
from tenantry.platform_api.queries import trust_is_on
from tenantry.rules.vocabulary import AccountId
from tests.console.people import signed_in
from tests.store.factories import ADMINISTRATOR, a_user, an_account

pytestmark = pytest.mark.django_db

SENT = {"name": "Office", "type": "range", "address": "10.0.0.1-10.0.0.9"}


@pytest.fixture
def account() -> AccountId:
    """An account."""
    return an_account("Acme")


@pytest.fixture
def client(account: AccountId) -> Client:
    """The browser of its administrator."""
    return signed_in(a_user(account, ADMINISTRATOR).id, account)


def page_of(client: Client) -> str:
    """What the page says."""
    return client.get(reverse("trusted_addresses")).content.decode()


def about(name: str, account: AccountId) -> str:
    """The address of a page about the account's only entry."""
    return f"{reverse(name)}?entry={TrustedAddress.rows.of(account).get().pk}"


def test_ip_3_the_switch_follows_the_first_and_the_last_entry(account: AccountId, client: Client) -> None:
    """The page says before what adding the first and deleting the last one will do, and afterwards what it did."""
    page = page_of(client)
    assert "There is no trusted address yet" in page
    assert "Trusted IP Addresses OFF" in page
    assert "switches Trusted IP Addresses on" in client.get(reverse("trusted_add")).content.decode()
    assert client.post(reverse("trusted_add"), SENT).status_code == 303
    page = page_of(client)
    assert "Trusted IP Addresses ON" in page
    assert 'aria-checked="true"' in page
    assert "10.0.0.1-10.0.0.9" in page
    assert "switches Trusted IP Addresses on" not in client.get(reverse("trusted_add")).content.decode()
    assert client.post(reverse("trusted_switch"), {"on": "0"}).status_code == 303
    page = page_of(client)
    assert "kept and ignored" in page
    assert 'aria-checked="false"' in page
    assert client.post(reverse("trusted_switch"), {"on": "1"}).status_code == 303
    assert "go off with it" in client.get(about("trusted_delete", account)).content.decode()
    assert client.post(about("trusted_delete", account)).status_code == 303
    assert not trust_is_on(account)


def test_ip_3_switching_on_without_an_entry_opens_the_dialog_and_stays_off(account: AccountId, client: Client) -> None:
    """On the page, and for whoever sends it all the same."""
    page = page_of(client)
    assert f'hx-get="{reverse("trusted_add")}"' in page.partition('role="switch"')[2].partition(">")[0]
    answer = client.post(reverse("trusted_switch"), {"on": "1"})
    assert (answer.status_code, answer["Location"]) == (303, reverse("trusted_add"))
    assert not trust_is_on(account)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"type": "odd"}, "type"),
        ({"address": ""}, "address"),
        ({"address": "10.0.0.9-10.0.0.1"}, "address"),
        ({"type": "single"}, "address"),
        ({"type": "wildcard", "address": "10.*.0.1"}, "address"),
    ],
    ids=str,
)
def test_ip_2_what_is_wrong_is_told_at_its_field(
    account: AccountId, client: Client, wrong: dict[str, str], field: str
) -> None:
    """With 422, in both dialogs, and nothing is changed."""
    client.post(reverse("trusted_add"), SENT)
    for address in (reverse("trusted_add"), about("trusted_edit", account)):
        answer: Any = client.post(address, {**SENT, **wrong})
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [field]
    assert TrustedAddress.rows.of(account).get().address == SENT["address"]


def test_ip_2_an_entry_is_edited_and_a_full_list_takes_no_more(account: AccountId, client: Client) -> None:
    """The button is gone then, and the dialog has no field."""
    client.post(reverse("trusted_add"), SENT)
    edited = {"name": "Home", "type": "single", "address": "10.0.0.2"}
    assert 'value="10.0.0.1-10.0.0.9"' in client.get(about("trusted_edit", account)).content.decode()
    assert client.post(about("trusted_edit", account), edited).status_code == 303
    assert "Home" in page_of(client)
    rows = [TrustedAddress(account_id=account, name=f"{n}", type="single", address=f"10.0.1.{n}") for n in range(24)]
    TrustedAddress.rows.of(account).bulk_create(rows)
    page = page_of(client)
    assert "25 of 25 trusted addresses" in page
    assert reverse("trusted_add") not in page
    told = client.get(reverse("trusted_add")).content.decode()
    assert "at most 25" in told
    assert 'name="address"' not in told
    assert client.post(reverse("trusted_add"), SENT).status_code == 422


def test_ip_1_and_scn_87_the_console_is_open_from_everywhere(account: AccountId, client: Client) -> None:
    """While calls are taken from one range only."""
    client.post(reverse("trusted_add"), SENT)
    assert trust_is_on(account)
    assert client.get(reverse("trusted_addresses"), REMOTE_ADDR="10.0.0.10").status_code == 200
