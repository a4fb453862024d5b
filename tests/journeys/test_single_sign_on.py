"""Somebody signs in through the identity provider of the account, which is another house's server."""

import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.installation import House, Installation, free_port
from tests.journeys.visitors import Visitor, faults
from tests.sso.provider import pair


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")  # pysaml2 7.5 looks at CFB
def test_sso_10_and_sso_14_from_the_sign_in_page_over_the_identity_provider_into_the_account(
    installation: Installation, visitor: Visitor, house: House, tmp_path: Path
) -> None:
    """The page asks for the account, the browser goes there by itself and comes back, across sites, signed in."""
    from tests.sso.peer import make_peer, serving

    provider = f"http://localhost:{(port := free_port())}/sso"
    finn = installation.add_person(house, "finn", "Standard User")
    known = {"provider": provider, "certificate": pair("provider").certificate, "federation_id": "FED-FINN"}
    installation.do("federate", account=house.account, user=finn, **known)
    url = f"{installation.url}/sso/{house.account}/saml?metadata=true"
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - our own address
        metadata = answer.read().decode()
    peer = make_peer(provider, tmp_path, metadata)
    page = visitor.page
    with serving("FED-FINN", port, lambda: peer):
        visitor.go("/me/preferences/")
        page.get_by_role("link", name="Sign in with single sign-on").click()
        assert faults(page) == []
        page.get_by_label("Account ID").fill(house.account)
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", name="Identity provider", exact=True)).to_be_visible()
        assert page.url == provider
        page.get_by_role("button", name="I am Finn").click()
        visitor.is_in(house.name)
    expect(page.get_by_role("heading", level=1, name="Preferences")).to_be_visible()
