"""Everything works without JavaScript: dialogs are pages, filters have a button."""

from playwright.sync_api import expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import House, Installation


def test_users_and_roles(installation: Installation, visitors: Visitors, house: House) -> None:
    """Sign in, make a role that inherits, add a user, edit the roles, switch, sign out."""
    other = installation.new_house("Borealis")
    user = {"account": other.account, "user": house.administrator, "role": "Support"}
    installation.load({"kind": "user_role", **user})
    visitor = visitors(java_script_enabled=False)
    visitor.expects(422)
    visitor.sign_in(house.administrator)
    page = visitor.page
    visitor.is_in(house.name)

    page.get_by_role("link", name="Custom Roles").click()
    page.get_by_role("link", name="Add", exact=True).click()
    page.get_by_label("Role Name").fill("Auditor")
    page.get_by_label("Inherits Role").select_option("Support")
    page.get_by_role("checkbox", name="View Audit Logs").check()
    page.get_by_role("button", name="OK").click()
    expect(page.get_by_text("The role Auditor is saved and can be given to users.")).to_be_visible()
    expect(page.get_by_role("region", name="Inherited from Support").get_by_role("listitem")).to_have_count(6)

    page.get_by_role("navigation", name="User Management").get_by_role("link", name="Users").click()
    page.get_by_role("link", name="Add", exact=True).click()
    email = house.person("plain")
    page.get_by_label("User e-mail address").fill(email)
    page.get_by_label("First name").fill("Plain")
    page.get_by_label("Last name").fill("Page")
    page.get_by_role("button", name="OK").click()
    expect(page.get_by_text("Choose at least one role.")).to_be_visible()
    expect(page.get_by_label("First name")).to_have_value("Plain")
    page.get_by_role("checkbox", name="Auditor").check()
    page.get_by_role("button", name="OK").click()
    expect(page.get_by_text(f"{email} is now a user of this account.")).to_be_visible()

    page.get_by_label("Search by e-mail or name").fill("plain")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("list", name="Users").get_by_role("listitem")).to_have_count(1)
    page.get_by_role("list", name="Users").get_by_role("link", name=email).click()
    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_label("User e-mail address")).to_be_disabled()
    page.get_by_role("checkbox", name="Standard User").check()
    page.get_by_role("button", name="OK").click()
    roles = page.get_by_role("region", name="Roles", exact=True).get_by_role("listitem")
    expect(roles).to_have_text(["Auditor", "Standard User -- Builds, deploys and runs integrations"])
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text(f"{email} is no longer a user of this account.")).to_be_visible()

    page.get_by_role("button", name="Account menu").click()
    page.get_by_role("link", name="Switch Account...").click()
    page.get_by_role("button", name=other.name).click()
    visitor.is_in(other.name)
    page.get_by_role("button", name="Account menu").click()
    page.get_by_role("button", name="Sign Out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_account_groups(installation: Installation, visitors: Visitors) -> None:
    """Make a group, choose an account past a search, add a user, share a role, and take all of it away again."""
    primary, _ = installation.new_primary("Doc ABC Company", "Doc DEF Company")
    home = installation.new_house("Serving")
    sue = installation.add_person(home, "sue", "Standard User")
    installation.load({"kind": "role", "account": primary.account, "name": "Reader", "privileges": ["VIEW_RESULT"]})
    visitor = visitors(java_script_enabled=False)
    visitor.sign_in(primary.administrator)
    visitor.menu("Account Groups")
    page = visitor.page
    page.get_by_role("link", name="Add account group").click()
    page.get_by_label("Group Name").fill("Services")
    page.get_by_role("button", name="OK").click()
    expect(page.get_by_role("heading", level=2, name="Services")).to_be_visible()

    page.get_by_role("link", name="Choose Account").first.click()
    page.get_by_role("checkbox", name="Doc DEF Company").check()
    page.get_by_label("Search by account name or ID").fill("abc")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("checkbox", name="Doc ABC Company").check()
    expect(page.get_by_role("checkbox", name="Doc DEF Company")).to_be_checked()
    page.get_by_role("button", name="OK").click()
    expect(page.get_by_text("2 accounts are now in Services.")).to_be_visible()

    page.get_by_role("link", name="Add user").click()
    page.get_by_label("User e-mail address").fill(sue)
    page.get_by_role("checkbox", name="Production Support").check()
    page.get_by_role("button", name="OK").click()
    page.get_by_role("link", name="Edit user").click()
    page.get_by_role("checkbox", name="Production Support").uncheck()
    page.get_by_role("checkbox", name="Support", exact=False).last.check()
    page.get_by_role("button", name="OK").click()
    expect(page.get_by_role("region", name="Who is affected").locator("tbody tr")).to_have_count(2)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"The roles of {sue} in Services are saved and in force.")).to_be_visible()

    page.get_by_role("link", name="Resources").click()
    page.get_by_role("link", name="Add Roles").click()
    page.get_by_role("checkbox", name="Reader").check()
    page.get_by_role("button", name="OK").click()
    page.get_by_role("link", name="Remove Reader").click()
    expect(page.get_by_text("Nobody gains or loses anything by this just now.")).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Reader is no longer shared with Services.")).to_be_visible()

    page.get_by_role("link", name="Access Control").click()
    page.get_by_role("checkbox", name="Doc ABC Company").check()
    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("1 account is no longer in Services.")).to_be_visible()
    page.get_by_role("link", name="Delete account group").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("The account group Services is deleted.")).to_be_visible()
