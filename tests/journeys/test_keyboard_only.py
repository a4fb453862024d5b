"""The whole way with the keyboard: no mouse is touched."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.installation import House
from tests.journeys.visitors import Visitor


def tab_to(page: Page, role: str, name: str | re.Pattern[str]) -> None:
    """Press Tab until the focus is on this, as people do; it must come within a hundred."""
    wanted = page.get_by_role(role, name=name).first  # type: ignore[arg-type]
    for _ in range(100):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError((role, name))


def test_adding_a_user(visitor: Visitor, house: House) -> None:
    """Sign in, open the dialog, leave it with Escape, open it again, tick roles by name and add a user."""
    visitor.go("/sign-in/")
    page, keys = visitor.page, visitor.page.keyboard
    expect(page.get_by_label("E-mail")).to_be_focused()
    keys.type(house.administrator)
    keys.press("Tab")
    keys.type("Correct-Horse-9")
    keys.press("Enter")
    visitor.is_in(house.name)

    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    tab_to(page, "link", re.compile("^Add$"))
    keys.press("Enter")
    dialog = visitor.dialog("Add User Roles")
    expect(dialog.get_by_label("User e-mail address")).to_be_focused()
    keys.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("link", name="Add", exact=True)).to_be_focused()

    keys.press("Enter")
    dialog = visitor.dialog("Add User Roles")
    keys.type(house.person("kim"))
    keys.press("Tab")
    keys.type("Kim")
    keys.press("Tab")
    keys.type("Keys")
    keys.press("Tab")
    keys.type("support")
    keys.press("Enter")  # in the filter it must not send the form
    tab_to(page, "checkbox", "Production Support")
    keys.press("Space")
    tab_to(page, "checkbox", re.compile("^Support"))
    keys.press("Space")
    expect(dialog.get_by_text("2 selected")).to_be_visible()
    for _ in range(40):  # the focus goes round inside the dialog, and never behind it
        keys.press("Tab")
        assert page.evaluate("document.activeElement === document.body || dialog.contains(document.activeElement)")
    tab_to(page, "button", "OK")
    keys.press("Enter")
    visitor.toast("is now a user of this account")
    roles = page.locator("#user").get_by_role("region", name="Roles", exact=True)
    expect(roles.get_by_role("listitem")).to_have_count(2)


def test_choosing_in_a_list_and_switching(visitor: Visitor, house: House) -> None:
    """A user is chosen in the list, and the account menu opened, walked and left."""
    visitor.sign_in(house.administrator)
    page, keys = visitor.page, visitor.page.keyboard
    visitor.is_in(house.name)
    tab_to(page, "link", house.administrator)
    keys.press("Enter")
    expect(page.locator("#user").get_by_role("heading", name=house.administrator)).to_be_visible()
    expect(page.get_by_role("list", name="Users").get_by_role("link", name=house.administrator)).to_be_focused()
    expect(page.locator("#announce")).to_contain_text("1 role")
    for _ in range(2):
        keys.press("Shift+Tab")
    tab_to(page, "button", "Account menu")
    keys.press("Enter")
    expect(page.get_by_role("link", name="Switch Account...")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_role("link", name="Switch Account...")).to_be_hidden()
    expect(page.get_by_role("button", name="Account menu")).to_be_focused()
    keys.press("Enter")
    tab_to(page, "link", "Switch Account...")
    keys.press("Enter")
    dialog = visitor.dialog("Switch Account")
    expect(dialog.get_by_label("Search by name or ID")).to_be_focused()
    keys.press("Escape")
    expect(dialog).to_have_count(0)
