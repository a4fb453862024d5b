"""An account defines a role of its own, gives it, and takes it away; each acts at the holder's next request."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import House, Installation
from tests.journeys.visitors import Visitor


def make_auditor(administrator: Visitor) -> None:
    """Make the role Auditor, which inherits Support; what it inherits is shown locked."""
    page = administrator.page
    page.get_by_role("link", name="Custom Roles").click()
    expect(page.get_by_role("heading", name="No custom roles yet")).to_be_visible()
    page.get_by_role("link", name="Add", exact=True).click()
    dialog = administrator.dialog("Add Role")
    dialog.get_by_label("Role Name").fill("Auditor")
    dialog.get_by_label("Description").fill("Reads what happened")
    dialog.get_by_role("checkbox", name="View Audit Logs").check()
    execute = dialog.get_by_role("checkbox", name="Execute")
    expect(execute).to_be_enabled()
    dialog.get_by_label("Inherits Role").select_option("Support")
    expect(execute).to_be_disabled()
    expect(execute).to_be_checked()
    expect(dialog.get_by_text("7 selected")).to_be_visible()
    expect(dialog.get_by_label("Role Name")).to_have_value("Auditor")
    dialog.get_by_role("button", name="OK").click()
    administrator.toast("The role Auditor is saved and can be given to users.")
    role = page.locator("#role")
    expect(role.get_by_role("region", name="Additional privileges").get_by_role("listitem")).to_have_text(
        ["View Audit Logs -- Read the audit log"]
    )
    expect(role.get_by_role("region", name="Inherited from Support").get_by_role("listitem")).to_have_count(6)


def test_a_role_acts_at_the_next_request(installation: Installation, visitors: Visitors, house: House) -> None:
    """Made with a parent and privileges, given, seen to work, taken away, seen to be refused (ROLE-10, ROLE-11)."""
    bo = installation.add_person(house, "bo", "Support")
    administrator, holder = visitors(), visitors()
    holder.sign_in(bo)
    holder.is_in(house.name)
    settings = holder.page.get_by_role("navigation", name="Settings")
    expect(settings.get_by_role("link", name="Audit Log")).to_have_count(0)

    administrator.sign_in(house.administrator)
    page = administrator.page
    make_auditor(administrator)
    page.get_by_role("navigation", name="User Management").get_by_role("link", name="Users").click()
    administrator.choose_user(bo).get_by_role("link", name="Edit").click()
    dialog = administrator.dialog("Maintain User Roles")
    dialog.get_by_role("checkbox", name="Auditor").check()
    dialog.get_by_role("button", name="OK").click()
    administrator.toast(f"The roles of {bo} are saved and in force.")
    privileges = page.locator("#user").get_by_role("region", name="Effective privileges")
    expect(privileges.get_by_text("View Audit Logs")).to_be_visible()

    holder.page.reload()
    holder.menu("Audit Log")
    expect(holder.page.get_by_role("table", name="Audit entries")).to_contain_text(f"Roles of a user changed: {bo}")

    page.locator("#user").get_by_role("link", name="Edit").click()
    dialog = administrator.dialog("Maintain User Roles")
    dialog.get_by_role("checkbox", name="Auditor").uncheck()
    dialog.get_by_role("button", name="OK").click()
    expect(page.locator("#user").get_by_role("region", name="Roles", exact=True)).not_to_contain_text("Auditor")

    holder.expects(403)
    settings.get_by_role("link", name="Audit Log").click()
    alert = holder.page.get_by_role("alert")
    expect(alert).to_contain_text("This needs the privilege View Audit Logs")
    expect(alert).to_contain_text("Rule ROLE-11")
    holder.go("/")
    expect(settings.get_by_role("link", name="User Information")).to_be_visible()
    expect(settings.get_by_role("link", name="Audit Log")).to_have_count(0)


def test_editing_a_role_keeps_what_it_shows_locked(
    installation: Installation, visitors: Visitors, house: House
) -> None:
    """A privilege that is both inherited and the role's own stays its own through a change of parent and a save."""
    installation.load(
        {
            "kind": "role",
            "account": house.account,
            "name": "Runner",
            "inherits": "Support",
            "privileges": ["EXECUTE", "DASHBOARD"],
        }
    )
    administrator = visitors()
    administrator.sign_in(house.administrator)
    page = administrator.page
    page.get_by_role("link", name="Custom Roles").click()
    page.get_by_role("link", name="Runner").click()
    page.locator("#role").get_by_role("link", name="Edit").click()
    dialog = administrator.dialog("Edit Role")
    dialog.get_by_label("Role Name").fill("Night Runner")
    dialog.get_by_label("Description").fill("x")
    dialog.get_by_role("button", name="OK").click()
    administrator.toast("The role Night Runner is saved and in force.")
    page.locator("#role").get_by_role("link", name="Edit").click()
    dialog = administrator.dialog("Edit Role")
    dialog.get_by_label("Inherits Role").select_option("Does not inherit a role")
    expect(dialog.get_by_role("checkbox", name="Execute")).to_be_checked()
    expect(dialog.get_by_role("checkbox", name="Execute")).to_be_enabled()
    expect(dialog.get_by_role("checkbox", name="View Data")).not_to_be_checked()
    dialog.get_by_role("button", name="OK").click()
    own = page.locator("#role").get_by_role("region", name="Additional privileges")
    expect(own.get_by_role("listitem")).to_have_count(2)
    page.locator("#role").get_by_role("link", name="Remove").click()
    administrator.dialog("Remove Role").get_by_role("button", name="Remove").click()
    administrator.toast("The role Night Runner is removed.")
    expect(page.get_by_role("heading", name="No custom roles yet")).to_be_visible()


def test_a_role_whose_time_is_over(installation: Installation, visitors: Visitors, house: House) -> None:
    """A role given until a day gone by is shown as over, and saving the dialog does not give it anew (USER-7)."""
    bo = installation.add_person(house, "bo", "Standard User")
    over = {"valid_until": "2025-01-31T00:00:00Z"}
    installation.load({"kind": "user_role", "account": house.account, "user": bo, "role": "Support", **over})
    administrator = visitors()
    administrator.sign_in(house.administrator)
    pane = administrator.choose_user(bo)
    roles = pane.get_by_role("region", name="Roles", exact=True).get_by_role("listitem")
    expect(roles.filter(has_text=re.compile("^Support"))).to_contain_text("not in force: until 2025-01-31 00:00 UTC")
    pane.get_by_role("link", name="Edit").click()
    dialog = administrator.dialog("Maintain User Roles")
    expect(dialog.get_by_role("checkbox", checked=True)).to_have_count(1)
    dialog.get_by_role("checkbox", name="Production Support").check()
    dialog.get_by_role("button", name="OK").click()
    administrator.toast("are saved and in force")
    expect(roles.filter(has_text="Production Support")).to_have_count(1)
    expect(roles.filter(has_text=re.compile("^Support")).filter(has_not_text="not in force")).to_have_count(0)
