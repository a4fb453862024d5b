"""USER-14: a provider vouches for people in its account, and nobody gets by it what opens others."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tenantry.rules.vocabulary import AccountId, RoleId
from tenantry.sso.federations import set_federation_id
from tenantry.users.commands import add_user
from tests.console.authenticators import ORIGIN
from tests.console.factors import EMAIL, account, ada, bind
from tests.console.people import AT, signed_in
from tests.store.factories import ADMINISTRATOR, a_user, an_account
from tests.store.federating import switch_on

__all__ = ["account", "ada"]
pytestmark = pytest.mark.django_db

PAGES = ("passkey_add", "passkey_remove", "two_factor_set_up", "two_factor_off", "backup_codes")
"""Where one changes what one proves oneself by, in every account."""


@pytest.fixture
def by_provider(ada: int, settings: Settings) -> Client:
    """A browser in which the provider of an account of Mallory's says that it is Ada, the Administrator of another one.

    All that Mallory did for it is hers to do: she added Ada to her account, and named her to her own provider.
    """
    settings.BASE_URL = ORIGIN
    hers = an_account("Mallory")
    mallory = a_user(hers, ADMINISTRATOR).actor
    told: dict[str, Any] = {"actor": mallory, "at": AT, "account": hers}
    add_user(**told, email=EMAIL, first_name="A", last_name="A", roles={RoleId("STANDARD_USER")}, notify=False)
    set_federation_id(**told, user=EMAIL, federation_id="whatever")
    switch_on(hers)
    browser = signed_in(ada, hers, datetime.now(UTC))
    session = browser.session
    session["proven_by"], session["federating"] = "idp", hers
    session.save()
    return browser


@pytest.mark.parametrize("page", PAGES)
def test_user_14_a_provider_changes_nothing_that_one_proves_oneself_by(page: str, by_provider: Client) -> None:
    """Neither shown nor done: a passkey made in such a session would open all accounts of the person (USER-14)."""
    bind()
    for answer in (by_provider.get(reverse(page)), by_provider.post(reverse(page))):
        assert answer.status_code == 409
        assert "Your identity provider has signed you in" in answer.content.decode()


def test_user_14_the_page_says_so_and_offers_nothing(by_provider: Client, ada: int, account: AccountId) -> None:
    """It does to whoever has proven here who they are."""
    shown = by_provider.get(reverse("authentication")).content.decode()
    assert "Your identity provider has signed you in" in shown
    for page in PAGES:
        assert reverse(page) not in shown
    assert reverse("passkey_add") in signed_in(ada, account).get(reverse("authentication")).content.decode()
