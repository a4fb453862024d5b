"""An administrator sets the account's OpenID provider, and a user signs in through it."""

import re
from pathlib import Path

from playwright.sync_api import Route, expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import House, Installation
from tests.journeys.visitors import faults
from tests.openid.mock import a_provider


def _nothing(route: Route) -> None:
    """What the provider's page asks of others, such as style sheets."""
    route.fulfill(status=200, body="")


def test_from_the_settings_to_the_first_sign_in(
    visitors: Visitors, installation: Installation, house: House, tmp_path: Path
) -> None:
    """The settings with what is wrong in them, "Test Connection", and the way through the provider's own page."""
    bo = installation.add_person(house, "bo", "Standard User")
    installation.do("name_to_provider", account=house.account, user=bo, federation_id="FED-1")
    administrator, visitor = visitors(), visitors()
    administrator.expects(422)
    administrator.sign_in(house.administrator)
    administrator.is_in(house.name)
    administrator.go("/account/sso/openid/?edit=1")
    page = administrator.page
    page.get_by_label("Enable OpenID Connect Single Sign-on").select_option("Enabled")
    page.get_by_label("Issuer").fill("id.example.com")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Issuer")).to_have_accessible_description(re.compile("Give an address such as https://"))
    with a_provider(tmp_path) as provider:
        page.get_by_label("Issuer").fill(provider)
        page.get_by_label("Client ID").fill("tenantry")
        page.get_by_label("Client Secret").fill("the secret of the client")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("button", name="Test Connection").click()
        expect(page.get_by_role("status").filter(has_text="1 key to sign with")).to_be_visible()
        assert faults(page) == []
        assert page.get_by_label("Sign In URL").input_value().endswith(f"/sso/{house.account}/openid")

        page = visitor.page
        page.route(lambda url: not url.startswith(installation.url) and "/oauth2/" not in url, _nothing)
        visitor.go("/me/preferences/")
        page.get_by_role("link", name="Sign in with single sign-on").click()
        page.get_by_label("Account ID").fill(house.account)
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="FED-1").click()
        visitor.is_in(house.name)
        expect(page.get_by_role("heading", level=1, name="Preferences")).to_be_visible()
        page.goto(f"{installation.url}/sso/{house.account}/openid/callback?state=x&code=y")
        visitor.expects(403)
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign-in failed")
        assert faults(page) == []
