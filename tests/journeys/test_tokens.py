"""Tokens: made with the keyboard, copied once, and ended."""

import re

from playwright.sync_api import expect

from tests.journeys.installation import Installation
from tests.journeys.visitors import Visitor, faults

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def test_a_token_is_shown_once_and_copied(installation: Installation, visitor: Visitor) -> None:
    """By keys alone: the value goes to the clipboard, the list knows the token, and no page has the value any more."""
    visitor.expects(422)
    house = installation.new_house("Calling", ("advanced_user_security", "api_tokens"))
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.sign_in(house.administrator)
    visitor.menu("Platform API Tokens")
    page = visitor.page
    page.get_by_role("link", name="Add New Token").first.focus()
    page.keyboard.press("Enter")
    dialog = visitor.dialog("Add New Token")
    name = dialog.get_by_label("Token Name")
    expect(name).to_be_focused()
    page.keyboard.press("Enter")
    expect(name).to_have_accessible_description(re.compile("This field is required."))
    expect(name).to_be_focused()
    page.keyboard.type("ci")
    page.keyboard.press("Enter")
    value = dialog.get_by_label("Token", exact=True)
    expect(value).to_have_value(UUID)
    shown = value.input_value()
    assert faults(page) == []
    copy = dialog.get_by_role("button", name="Copy to Clipboard & Close")
    expect(copy).to_be_focused()
    page.keyboard.press("Enter")
    row = page.get_by_role("row", name="ci")
    expect(row).to_contain_text(f"{shown[:6]}******")
    assert page.evaluate("navigator.clipboard.readText()") == shown
    assert shown not in page.content()
    page.go_back()
    page.go_forward()
    assert shown not in page.content()
    row.get_by_role("button", name="Disable").click()
    expect(row).to_contain_text("Disabled")
    row.get_by_role("link", name="Revoke").click()
    visitor.dialog("Revoke Token").get_by_role("button", name="Revoke").click()
    expect(page.get_by_role("heading", name="You have no token for this account")).to_be_visible()
