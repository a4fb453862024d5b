"""From where the platform API may be called: the switch that follows its list, and the origins of web pages."""

import re

from playwright.sync_api import expect

from tests.journeys.installation import Installation
from tests.journeys.visitors import Visitor, faults


def test_trusted_addresses_and_origins(installation: Installation, visitor: Visitor) -> None:
    """Switching on without an entry asks for one and stays off on Cancel; the first entry switches on, the last off."""
    visitor.expects(422)
    house = installation.new_house("Calling")
    visitor.sign_in(house.administrator)
    visitor.menu("Trusted IP Addresses")
    page = visitor.page
    assert faults(page) == []
    switch = page.get_by_role("switch")
    expect(switch).not_to_be_checked()
    switch.press("Enter")
    dialog = visitor.dialog("Add IP Address")
    dialog.get_by_role("link", name="Cancel").click()
    expect(dialog).to_be_hidden()
    page.reload()
    expect(switch).not_to_be_checked()

    switch.press("Enter")
    dialog.get_by_label("Name").fill("Office")
    dialog.get_by_label("Type").select_option("Range")
    address = dialog.get_by_label("Address", exact=True)
    address.fill("10.0.0.9-10.0.0.1")
    page.keyboard.press("Enter")
    expect(address).to_have_accessible_description(re.compile("The range ends before it begins"))
    expect(address).to_be_focused()
    assert faults(page) == []
    address.fill("10.0.0.1-10.0.0.9")
    page.keyboard.press("Enter")
    expect(switch).to_be_checked()
    expect(switch).to_have_text("Trusted IP Addresses ON")
    assert faults(page) == []
    page.get_by_role("link", name="Delete Office").click()
    visitor.dialog("Delete IP Address").get_by_role("button", name="Delete").click()
    expect(switch).not_to_be_checked()

    visitor.menu("CORS")
    page.get_by_role("link", name="Add Origin").first.click()
    dialog = visitor.dialog("Add Origin")
    dialog.get_by_label("Origin").fill("https://*.example.com")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("group", name="Allowed Methods")).to_have_accessible_description(
        "Choose at least one of GET, POST and DELETE."
    )
    assert faults(page) == []
    dialog.get_by_label("GET").check()
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row", name="https://*.example.com")).to_contain_text("GET")
    assert faults(page) == []
