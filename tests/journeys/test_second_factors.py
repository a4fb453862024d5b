"""Somebody is made to set up two-factor authentication and signs in with codes; somebody else with a passkey."""

import re
import time
from pathlib import Path

import pyotp
from playwright.sync_api import expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import House, Installation
from tests.journeys.visitors import Visitor, faults

STEP = 30
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
"""A device that has the finger of its owner on it all the time."""


def shown(secret: str, steps: int = 0) -> str:
    """What an authenticator app shows, or has shown a step ago; not in the last seconds in which it does so."""
    left = STEP - time.time() % STEP
    if left < 6:
        time.sleep(left)
    return pyotp.TOTP(secret).at(int(time.time()) + STEP * steps)


def sign_out(visitor: Visitor) -> None:
    """By the account menu."""
    visitor.page.get_by_role("button", name="Account menu").click()
    visitor.page.get_by_role("button", name="Sign Out").click()
    visitor.toast("You have signed out.")


def test_set_up_is_demanded_and_codes_sign_in(visitors: Visitors, installation: Installation, house: House) -> None:
    """Enforced on the page Security (MFA-9), set up on the way in (MFA-1), asked for from then on (MFA-3, MFA-4)."""
    bo = installation.add_person(house, "bo", "Standard User")
    administrator, visitor = visitors(), visitors()
    administrator.sign_in(house.administrator)
    administrator.menu("Security")
    administrator.page.get_by_role("link", name="Enforce two-factor authentication").click()
    warning = administrator.dialog("Enforce two-factor authentication for accounts")
    expect(warning).to_contain_text("2 users of this account have not set it up")
    assert faults(administrator.page) == []
    warning.get_by_role("button", name="Enforce").click()
    administrator.toast("Two-factor authentication is enforced")

    page = visitor.page
    visitor.expects(422)
    visitor.sign_in(bo)
    expect(page.get_by_role("heading", name="Acme asks for two-factor authentication")).to_be_visible()
    page.get_by_role("link", name="Setup 2FA").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    assert faults(page) == []
    secret = page.get_by_label("Setup code").input_value().replace(" ", "")
    page.get_by_label("Verification code").fill(shown(secret, -1))
    page.get_by_role("button", name="Verify").click()
    codes = page.get_by_role("list", name="Backup codes").get_by_role("listitem").all_inner_texts()
    assert len(codes) == 10
    assert faults(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert codes[9] in Path(download.value.path()).read_text()
    page.get_by_role("link", name="Finish").click()
    visitor.is_in(house.name)
    visitor.menu("Authentication")
    expect(page.get_by_text("10 of 10 are left.")).to_be_visible()
    assert faults(page) == []
    sign_out(visitor)

    visitor.sign_in(bo)
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
    assert faults(page) == []
    page.get_by_label("Verification code").fill("000000")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Verification code")).to_have_accessible_description(re.compile("This code is not right"))
    page.get_by_label("Verification code").fill(shown(secret))
    page.get_by_role("button", name="Continue").click()
    visitor.is_in(house.name)
    sign_out(visitor)

    visitor.sign_in(bo)
    page.get_by_role("link", name="Need to use your backup code?").click()
    page.get_by_text("Don't have a backup code?").click()
    expect(page.get_by_text("Ask an administrator")).to_be_visible()
    page.get_by_label("Backup code").fill(codes[0])
    page.get_by_role("button", name="Continue").click()
    visitor.is_in(house.name)


def test_a_passkey_is_kept_signs_in_and_unlocks(visitor: Visitor, installation: Installation, house: House) -> None:
    """Made on its page, used on the sign-in page and the lock screen (SESS-3), removed; by a device Chromium plays."""
    installation.do("lock_inactive", account=house.account)
    page = visitor.page
    browser = visitor.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    visitor.sign_in(house.administrator)
    visitor.is_in(house.name)
    visitor.go("/me/authentication/")
    page.get_by_role("link", name="Add Passkey").click()
    dialog = visitor.dialog("Add Passkey")
    assert faults(page) == []
    dialog.get_by_label("Name").fill("My phone")
    dialog.get_by_role("button", name="Continue").click()
    visitor.toast("The passkey is kept.")
    sign_out(visitor)
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Sign in with a passkey").click()
    visitor.is_in(house.name)
    visitor.menu("User Information")
    page.get_by_label("First name").fill("Adelaide")
    installation.do("idle", user=house.administrator, minutes=16)
    visitor.expects(423, 422)
    page.get_by_role("button", name="Account menu").click()
    page.get_by_role("link", name="Switch Account").click()
    lock = page.get_by_role("dialog", name="Locked")
    lock.get_by_label("Password").fill("wrong")
    lock.get_by_role("button", name="Unlock").click()
    expect(lock.get_by_role("alert")).to_have_text("The password is not right.")
    assert faults(page) == []
    lock.get_by_role("button", name="Use a passkey").click()
    expect(lock).to_be_hidden()
    expect(page.get_by_label("First name")).to_have_value("Adelaide")
    visitor.menu("Authentication")
    expect(page.get_by_role("row", name="My phone")).not_to_contain_text("never")
    page.get_by_role("link", name="Remove My phone").click()
    visitor.dialog("Remove Passkey").get_by_role("button", name="Remove").click()
    visitor.toast("My phone is removed")
    expect(page.get_by_role("row", name="My phone")).to_have_count(0)
