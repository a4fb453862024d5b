"""What the console refuses: it says why and by which rule, changes nothing, and keeps what was typed."""

import re

from playwright.sync_api import expect

from tests.journeys.installation import House, Installation
from tests.journeys.visitors import Visitor


def test_the_last_administrator_stays(visitor: Visitor, house: House) -> None:
    """The last Administrator can be neither removed nor stripped of that role (USER-11)."""
    visitor.expects(422)
    visitor.sign_in(house.administrator)
    pane = visitor.choose_user(house.administrator)
    pane.get_by_role("link", name="Remove").click()
    dialog = visitor.dialog("Remove User")
    dialog.get_by_role("button", name="Remove").click()
    expect(dialog.get_by_role("alert")).to_contain_text("would be left without an Administrator.")
    expect(dialog.get_by_role("alert")).to_contain_text("Rule USER-11")
    expect(dialog.get_by_role("alert")).to_be_focused()
    expect(dialog.get_by_role("button", name="Remove")).to_have_count(0)
    dialog.get_by_role("link", name="Cancel").click()

    pane.get_by_role("link", name="Edit").click()
    dialog = visitor.dialog("Maintain User Roles")
    dialog.get_by_role("checkbox", name="Administrator").uncheck()
    dialog.get_by_role("button", name="OK").click()
    expect(dialog.get_by_text("A user keeps at least one role.")).to_be_visible()
    dialog.get_by_role("checkbox", name="Standard User").check()
    dialog.get_by_role("button", name="OK").click()
    expect(dialog.get_by_role("alert")).to_contain_text("would be left without an Administrator.")
    expect(dialog.get_by_role("checkbox", name="Standard User")).to_be_checked()
    expect(dialog.get_by_role("checkbox", name="Administrator")).not_to_be_checked()
    visitor.page.reload()
    expect(visitor.page.locator("#user").get_by_role("region", name="Roles", exact=True)).to_contain_text(
        "Administrator"
    )


def test_nobody_grants_what_they_do_not_hold(installation: Installation, visitor: Visitor, house: House) -> None:
    """Whoever has User Management alone cannot make an Administrator, nor a role that does more (USER-13)."""
    installation.load(
        {"kind": "role", "account": house.account, "name": "Receptionist", "privileges": ["USER_MANAGEMENT"]}
    )
    bo = installation.add_person(house, "bo", "Receptionist")
    visitor.expects(422)
    visitor.sign_in(bo)
    page = visitor.page
    page.get_by_role("link", name="Add", exact=True).click()
    dialog = visitor.dialog("Add User Roles")
    typed = {"User e-mail address": house.person("cy"), "First name": "Cy", "Last name": "Crane"}
    for label, text in typed.items():
        dialog.get_by_label(label).fill(text)
    dialog.get_by_role("checkbox", name="Administrator").check()
    dialog.get_by_role("button", name="OK").click()
    expect(dialog.get_by_role("alert")).to_contain_text("You cannot grant what you do not hold yourself")
    for label, text in typed.items():
        expect(dialog.get_by_label(label)).to_have_value(text)
    expect(dialog.get_by_role("checkbox", name="Administrator")).to_be_checked()
    dialog.get_by_role("checkbox", name="Administrator").uncheck()
    dialog.get_by_role("checkbox", name="Receptionist").check()
    dialog.get_by_role("button", name="OK").click()
    visitor.toast("is now a user of this account")

    page.get_by_role("link", name="Custom Roles").click()
    page.get_by_role("link", name="Add", exact=True).click()
    dialog = visitor.dialog("Add Role")
    dialog.get_by_label("Role Name").fill("Everything")
    dialog.get_by_label("Inherits Role").select_option("Administrator")
    dialog.get_by_role("button", name="OK").click()
    expect(dialog.get_by_role("alert")).to_contain_text("You cannot grant what you do not hold yourself")
    expect(dialog.get_by_label("Role Name")).to_have_value("Everything")
    expect(dialog.get_by_label("Inherits Role")).to_have_value("ADMINISTRATOR")


def test_a_role_in_use_stays(installation: Installation, visitor: Visitor, house: House) -> None:
    """A role that somebody holds, or another role inherits, cannot be removed and says so (ROLE-12, ROLE-15)."""
    installation.load(
        {"kind": "role", "account": house.account, "name": "Base", "privileges": ["EXECUTE"]},
        {"kind": "role", "account": house.account, "name": "Held", "inherits": "Base", "privileges": []},
    )
    installation.add_person(house, "bo", "Held")
    visitor.sign_in(house.administrator)
    visitor.page.get_by_role("link", name="Custom Roles").click()
    for role, why in (
        ("Held", re.compile("held by users.*ROLE-12", re.DOTALL)),
        ("Base", re.compile("inherit it.*ROLE-15", re.DOTALL)),
    ):
        visitor.page.get_by_role("list", name="Custom roles").get_by_role("link", name=role).click()
        expect(visitor.page.locator("#role").get_by_role("heading", name=role)).to_be_visible()
        visitor.page.locator("#role").get_by_role("link", name="Remove").click()
        dialog = visitor.dialog("Remove Role")
        expect(dialog.get_by_role("alert")).to_contain_text(why)
        expect(dialog.get_by_role("button", name="Remove")).to_have_count(0)
        visitor.page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(dialog).to_have_count(0)


def test_a_role_name_taken(installation: Installation, visitor: Visitor, house: House) -> None:
    """A name that exists, in other letters or as a default role, is refused at the field (ROLE-5)."""
    installation.load({"kind": "role", "account": house.account, "name": "Auditor", "privileges": []})
    visitor.expects(422)
    visitor.sign_in(house.administrator)
    visitor.page.get_by_role("link", name="Custom Roles").click()
    visitor.page.get_by_role("link", name="Add", exact=True).click()
    dialog = visitor.dialog("Add Role")
    name = dialog.get_by_label("Role Name")
    dialog.get_by_label("Description").fill("Typed with care")
    dialog.get_by_role("checkbox", name="Licensing").check()
    for wrong, why in (
        ("", "This field is required."),
        ("AUDITOR", "There is a role named “AUDITOR” already."),
        ("Support", "This is the name of a default role."),
        ("Auditor (shared)", "A role name may not end in “(shared)”."),
    ):
        name.fill(wrong)
        dialog.get_by_role("button", name="OK").click()
        expect(name).to_have_accessible_description(why)
        expect(name).to_be_focused()
        expect(name).to_have_value(wrong)
        expect(dialog.get_by_label("Description")).to_have_value("Typed with care")
        expect(dialog.get_by_role("checkbox", name="Licensing")).to_be_checked()


def test_somebody_who_is_a_user_already(installation: Installation, visitor: Visitor, house: House) -> None:
    """Adding somebody twice is refused in the dialog; whom another account knows is linked, and hears of it."""
    known = installation.add_person(installation.new_house("Borealis"), "cy", "Support")
    visitor.expects(422)
    visitor.sign_in(house.administrator)
    visitor.page.get_by_role("link", name="Add", exact=True).click()
    dialog = visitor.dialog("Add User Roles")
    dialog.get_by_label("User e-mail address").fill(house.administrator.upper())
    dialog.get_by_label("First name").fill("Ignored")
    dialog.get_by_label("Last name").fill("As Well")
    dialog.get_by_role("checkbox", name=re.compile("^Support")).check()
    dialog.get_by_role("button", name="OK").click()
    expect(dialog.get_by_role("alert")).to_contain_text(f"{house.administrator} is a user of this account already.")
    dialog.get_by_label("User e-mail address").fill(known)
    dialog.get_by_role("button", name="OK").click()
    visitor.toast(f"{known} is now a user of this account. They have been told by mail.")
