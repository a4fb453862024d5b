"""Account groups through the console: built from nothing, shared with, taken away, and used with the keyboard alone."""

import re
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import Installation
from tests.journeys.test_keyboard_only import tab_to
from tests.journeys.visitors import Visitor

WARNING = "Users may lose permissions or be locked out of their accounts. This cannot be undone."


def choose_group(visitor: Visitor, name: str) -> None:
    """Choose a group in the drop-down."""
    visitor.page.get_by_label("Account Group", exact=True).select_option(label=name)
    expect(visitor.page.get_by_role("heading", level=2, name=name)).to_be_visible()


def add_group(visitor: Visitor, name: str) -> None:
    """Make a group in the dialog, and land in it."""
    visitor.page.get_by_role("link", name="Add account group").click()
    dialog = visitor.dialog("Add Account Group")
    dialog.get_by_label("Group Name").fill(name)
    dialog.get_by_role("button", name="OK").click()
    expect(visitor.page.get_by_role("heading", level=2, name=name)).to_be_visible()


def add_to_group(visitor: Visitor, email: str, role: str) -> None:
    """Put somebody into the group that is shown."""
    visitor.page.get_by_role("link", name="Add user").click()
    dialog = visitor.dialog("Add User Roles")
    expect(dialog.get_by_label("Federation ID")).to_have_count(0)
    dialog.get_by_label("User e-mail address").fill(email)
    dialog.get_by_role("checkbox", name=re.compile(f"^{role}")).check()
    dialog.get_by_role("button", name="OK").click()
    visitor.toast(f"{email} is now in")
    expect(visitor.page.locator("#group-user").get_by_role("heading", name=email)).to_be_visible()


def choose_accounts(visitor: Visitor, *names: str) -> None:
    """Choose accounts one search after the other; what is chosen stays so."""
    visitor.page.get_by_role("link", name="Choose Account").first.click()
    dialog = visitor.dialog("Choose Account")
    for number, name in enumerate(names, 1):
        dialog.get_by_label("Search by account name or ID").fill(name)
        dialog.get_by_role("checkbox", name=re.compile(f"^{name}")).check()
        expect(dialog.get_by_text(f"{number} selected")).to_be_visible()
    dialog.get_by_role("button", name="OK").click()
    visitor.toast("now in")


def rows(visitor: Visitor) -> Any:
    """The accounts in the group that is shown."""
    return visitor.page.get_by_role("region", name="Accounts in Group, table").locator("tbody tr")


def test_the_partner_example_from_nothing(installation: Installation, visitors: Visitors) -> None:
    """Two groups with two accounts and two people each, all four in All Accounts; ServUser1 enters three of them
    (scenarios 1 to 3, 6), and a group user is on no customer's list (GRP-12).
    """
    customers = ("Doc ABC Company", "Doc DEF Company", "Doc GHI Company", "Doc JKL Company")
    primary, ids = installation.new_primary(*customers)
    home = installation.new_house("Serving")
    people = [installation.add_person(home, f"servuser{n}", "Standard User") for n in range(1, 5)]
    ada = visitors()
    ada.sign_in(primary.administrator)
    ada.menu("Account Groups")
    expect(rows(ada)).to_have_count(4)
    expect(ada.page.get_by_role("button", name="Choose Account")).to_be_disabled()
    expect(ada.page.get_by_role("button", name="Delete account group")).to_be_disabled()
    for person in people:
        add_to_group(ada, person, "Support")
    for number, group in ((0, "Services 1"), (2, "Services 2")):
        add_group(ada, group)
        choose_accounts(ada, *customers[number : number + 2])
        expect(rows(ada)).to_have_count(2)
        for person in people[number : number + 2]:
            add_to_group(ada, person, "Standard User")
    ada.page.get_by_role("link", name="View All Account Groups").click()
    expect(ada.dialog("User's Account Groups").locator("tbody tr")).to_have_text(
        [re.compile("All Accounts\\s*Support"), re.compile("Services 2\\s*Standard User")]
    )
    ada.page.keyboard.press("Escape")
    ada.page.get_by_role("link", name="View Account Group Membership: Doc GHI Company").click()
    expect(ada.dialog("Account Group Membership").locator("#found li")).to_have_text(
        [re.compile("All Accounts"), re.compile("Services 2")]
    )
    ada.page.keyboard.press("Escape")
    ada.page.get_by_role("link", name="View Account's Assigned Users: Doc GHI Company").click()
    assigned = ada.dialog("Account Users")
    expect(assigned.get_by_text("5 users")).to_be_visible()
    assigned.get_by_label("Search by e-mail or name").fill("cleo")
    expect(assigned.locator("tbody tr")).to_have_text([re.compile("cleo@.*Direct\\s*Administrator")])

    serving = visitors()
    serving.sign_in(people[0])
    serving.is_in(home.name)
    serving.page.get_by_role("button", name="Account menu").click()
    serving.page.get_by_role("link", name="Switch Account...").click()
    listed = serving.dialog("Switch Account").locator("#accounts").get_by_role("listitem")
    expect(listed).to_have_text([*(re.compile(name) for name in customers), re.compile(home.name)])
    serving.page.keyboard.press("Escape")
    for name in (*customers[:3], home.name):
        serving.switch_to(name)

    cleo = visitors()
    cleo.sign_in(f"cleo@{ids[0].lower()}.example")
    expect(cleo.page.get_by_role("list", name="Users").get_by_role("listitem")).to_have_count(1)


def assign_the_role(cleo: Visitor, user: str) -> None:
    """Give the shared role, which carries its suffix in both places (UI-2)."""
    pane = cleo.choose_user(user)
    pane.get_by_role("link", name="Edit").click()
    dialog = cleo.dialog("Maintain User Roles")
    dialog.get_by_role("checkbox", name="Standard User").uncheck()
    dialog.get_by_role("checkbox", name="Night Operator (shared) -- Runs processes").check()
    dialog.get_by_role("button", name="OK").click()
    cleo.toast("are saved and in force")
    expect(cleo.page.locator("#user").get_by_text("Night Operator (shared)")).to_be_visible()


def edit_the_role(ada: Visitor, user: str) -> None:
    """Change what the role carries: once back from the preview, then past it."""
    ada.go("/roles/")
    ada.page.get_by_role("list", name="Custom roles").get_by_role("link", name="Night Operator").click()
    ada.page.locator("#role").get_by_role("link", name="Edit").click()
    dialog = ada.dialog("Edit Role")
    dialog.get_by_role("checkbox", name=re.compile("^View Results")).uncheck()
    dialog.get_by_role("checkbox", name=re.compile("^View Data")).check()
    dialog.get_by_role("button", name="OK").click()
    row = dialog.get_by_role("region", name="Who is affected").locator("tbody tr")
    expect(row).to_have_text([re.compile(f"Doc ABC Company.*{user}.*View Results.*View Data", re.DOTALL)])
    dialog.get_by_role("button", name="Back").click()
    expect(dialog.get_by_role("checkbox", name=re.compile("^View Data"))).to_be_checked()
    dialog.get_by_role("button", name="OK").click()
    dialog.get_by_role("button", name="Save").click()
    ada.toast("The role Night Operator is saved and in force.")


def test_a_shared_role_from_beginning_to_end(installation: Installation, visitors: Visitors) -> None:
    """Shared, assigned with its suffix, changed past a preview, withdrawn past the warning, and its only holder refused
    at sign-in (scenarios 18, 20, 22; SHARE-7, UI-1, UI-4).
    """
    primary, (customer,) = installation.new_primary("Doc ABC Company")
    role = {"kind": "role", "account": primary.account, "name": "Night Operator", "description": "Runs processes"}
    installation.load({**role, "privileges": ["EXECUTE", "VIEW_RESULT"]})
    installation.do("group", primary=primary.account, name="Services", accounts=[customer], users={}, roles=[])
    bo = {"password": "Correct-Horse-9", "signed_in": True, "first_name": "Bo", "last_name": "Operator"}
    user = f"bo@{customer.lower()}.example"
    installation.load(
        {"kind": "user", "id": user, **bo},
        {"kind": "user_role", "account": customer, "user": user, "role": "Standard User"},
    )
    ada, cleo = visitors(), visitors()
    ada.sign_in(primary.administrator)
    ada.menu("Account Groups")
    choose_group(ada, "Services")
    ada.page.get_by_role("link", name="Resources").click()
    ada.page.get_by_role("link", name="Add Roles").click()
    dialog = ada.dialog("Add Roles")
    dialog.get_by_role("checkbox", name="Night Operator").check()
    dialog.get_by_role("button", name="OK").click()
    ada.toast("1 role is now shared with Services.")
    shared = ada.page.get_by_role("region", name="Roles")
    expect(shared.get_by_text("Night Operator")).to_be_visible()
    expect(shared.get_by_text("(shared)")).to_have_count(0)

    cleo.sign_in(f"cleo@{customer.lower()}.example")
    assign_the_role(cleo, user)
    edit_the_role(ada, user)
    cleo.page.reload()
    expect(cleo.page.locator("#user").get_by_role("region", name="Effective privileges")).to_contain_text("View Data")

    ada.go("/groups/")
    choose_group(ada, "Services")
    ada.page.get_by_role("link", name="Resources").click()
    ada.page.get_by_role("link", name="Remove Night Operator").click()
    dialog = ada.dialog("Remove Role")
    expect(dialog.get_by_text(WARNING)).to_be_visible()
    expect(dialog.get_by_text("1 user in 1 account is affected")).to_be_visible()
    expect(dialog.locator("tbody tr")).to_contain_text("Locked out")

    # meanwhile the customer gives the person another role: what was shown is not what would happen any more
    installation.load({"kind": "user_role", "account": customer, "user": user, "role": "Support"})
    ada.expects(409)
    dialog.get_by_role("button", name="Remove").click()
    expect(dialog.get_by_role("alert")).to_contain_text("has changed since you looked")
    expect(dialog.get_by_text("Locked out", exact=True)).to_have_count(0)
    installation.do(
        "set_roles",
        account=customer,
        user=user,
        roles=[installation.do("role_id", account=primary.account, name="Night Operator")],
    )
    dialog.get_by_role("button", name="Remove").click()
    expect(dialog.get_by_text("Locked out", exact=True)).to_be_visible()
    dialog.get_by_role("button", name="Remove").click()
    ada.toast("Night Operator is no longer shared with Services.")
    ada.htmx_complaints()

    visitor = visitors()
    visitor.expects(422)
    visitor.sign_in(user)
    expect(visitor.page.get_by_role("alert")).to_contain_text("There is no account you can enter.")


def test_taking_accounts_and_people_away(installation: Installation, visitors: Visitors) -> None:
    """Accounts leave past the warning, a person's roles change past a preview, a person goes, then the group."""
    primary, ids = installation.new_primary("Doc ABC Company", "Doc DEF Company")
    home = installation.new_house("Serving")
    sue = installation.add_person(home, "sue", "Standard User")
    users = {sue: ["STANDARD_USER"]}
    installation.do("group", primary=primary.account, name="Services", accounts=ids, users=users, roles=[])
    ada = visitors()
    ada.expects(422)
    ada.sign_in(primary.administrator)
    page = ada.page
    ada.menu("Account Groups")
    choose_group(ada, "Services")
    remove = page.get_by_role("button", name="Remove", exact=True)
    expect(remove).to_be_disabled()
    page.get_by_role("checkbox", name="All accounts on this page").check()
    page.get_by_role("checkbox", name="Doc DEF Company").uncheck()
    remove.click()
    dialog = ada.dialog("Remove Accounts")
    expect(dialog.get_by_text(WARNING)).to_be_visible()
    dialog.get_by_role("button", name="Remove").click()
    ada.toast("1 account is no longer in Services.")
    expect(rows(ada)).to_have_text([re.compile("Doc DEF Company")])

    page.get_by_role("list", name="Users in Group").get_by_role("link", name=sue).click()
    page.get_by_role("link", name="Edit user").click()
    dialog = ada.dialog("Maintain User Roles")
    dialog.get_by_role("checkbox", name="Standard User").uncheck()
    dialog.get_by_role("button", name="OK").click()
    expect(dialog.get_by_text("Somebody in a group has at least one role there.")).to_be_visible()
    dialog.get_by_role("checkbox", name=re.compile("^Support")).check()
    dialog.get_by_role("button", name="OK").click()
    expect(dialog.get_by_text("Users will lose permissions.")).to_be_visible()
    dialog.get_by_role("button", name="Save").click()
    ada.toast("are saved and in force")
    expect(page.locator("#group-user").get_by_role("region", name="Roles in this group")).to_contain_text("Support")

    page.get_by_role("link", name="Remove user").click()
    dialog = ada.dialog("Remove User")
    expect(dialog.get_by_text("Locked out", exact=True)).to_be_visible()
    dialog.get_by_role("button", name="Remove").click()
    ada.toast(f"{sue} is no longer in Services.")
    expect(page.get_by_role("heading", name="No users in this group")).to_be_visible()
    page.get_by_role("link", name="Delete account group").click()
    dialog = ada.dialog("Delete Account Group")
    expect(dialog.get_by_text("Nobody gains or loses anything")).to_be_visible()
    dialog.get_by_role("button", name="Delete").click()
    ada.toast("The account group Services is deleted.")
    expect(page.get_by_role("heading", level=2, name="All Accounts")).to_be_visible()


def test_thousands_of_groups(installation: Installation, visitor: Visitor) -> None:
    """Where a drop-down would be endless, a searched dialog takes its place."""
    primary, _ = installation.new_primary("Doc ABC Company")
    installation.do("make_many_groups", primary=primary.account, number=3000)
    visitor.sign_in(primary.administrator)
    visitor.menu("Account Groups")
    visitor.page.get_by_role("link", name="Choose among 3,001...").click()
    dialog = visitor.dialog("Choose Account Group")
    dialog.get_by_label("Search by group name").fill("region 2987")
    dialog.get_by_role("link", name="Region 2987").click()
    expect(visitor.page.get_by_role("heading", level=2, name="Region 2987")).to_be_visible()


def test_temporary_support_access(installation: Installation, visitors: Visitors) -> None:
    """Staff ask, the administrator closes the account, sets up access for four hours, extends and ends it
    (scenarios 16, 17).
    """
    house = installation.new_house("Guarded")
    home = installation.new_house("Platform")
    sam = installation.add_person(home, "sam", "Standard User")
    installation.do("make_staff", user=sam)
    ada, staff = visitors(), visitors()
    staff.expects(422, 403)
    staff.sign_in(sam)
    staff.menu("Support Access")
    staff.page.get_by_label("Account ID").fill(house.account)
    staff.page.get_by_role("button", name="Ask for access").click()
    expect(staff.page.get_by_text("has a Support Access Role, by which support staff enter")).to_be_visible()

    ada.sign_in(house.administrator)
    ada.menu("Account Information")
    expect(ada.page.get_by_role("button", name="Set Up Access")).to_be_disabled()
    ada.page.get_by_label("Support Access Role").select_option(label="--No Access--")
    ada.page.get_by_role("button", name="Save").click()
    expect(ada.page.locator("tbody tr").filter(has_text=sam)).to_contain_text("Locked out")
    ada.page.get_by_role("button", name="Save").click()
    ada.toast("Saved.")
    expect(ada.page.get_by_text("Nobody of the support team has asked for access.")).to_be_visible()

    staff.page.get_by_label("Account ID").fill(house.account)
    staff.page.get_by_label("Reason").fill("Ticket 4711")
    staff.page.get_by_role("button", name="Ask for access").click()
    staff.toast("Your request is with the administrators")
    ada.page.reload()
    ada.page.get_by_role("link", name="Set Up Access").click()
    dialog = ada.dialog("Set Up Access")
    expect(dialog.get_by_role("checkbox", name=re.compile(sam))).to_be_checked()
    dialog.get_by_label("Role", exact=True).select_option(label="Administrator")
    dialog.get_by_label("Length of Time").select_option(label="4 hours")
    dialog.get_by_role("button", name="OK").click()
    ada.toast("Access is set up and in force.")
    staff.switch_to(house.name)

    ada.page.get_by_role("link", name="Extend").click()
    ada.dialog("Extend Access").get_by_label("Length of Time").select_option(label="1 day")
    ada.page.get_by_role("button", name="OK").click()
    ada.toast("ends later now")
    ada.page.get_by_role("link", name="Expire").click()
    ada.dialog("Expire Access").get_by_role("button", name="Expire").click()
    ada.toast("has ended")
    staff.page.get_by_role("link", name="Preferences").click()
    expect(staff.page.get_by_role("heading", name=f"You no longer have access to {house.name}")).to_be_visible()


def test_choose_account_with_the_keyboard_alone(installation: Installation, visitor: Visitor) -> None:
    """Open the dialog, search, choose two accounts, and confirm; no mouse is touched."""
    primary, _ = installation.new_primary("Doc ABC Company", "Doc DEF Company", "Other")
    installation.do("group", primary=primary.account, name="Services", accounts=[], users={}, roles=[])
    visitor.sign_in(primary.administrator)
    visitor.menu("Account Groups")
    page, keys = visitor.page, visitor.page.keyboard
    tab_to(page, "combobox", "Account Group")
    keys.type("Serv")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=2, name="Services")).to_be_visible()
    tab_to(page, "link", "Choose Account")
    keys.press("Enter")
    dialog = visitor.dialog("Choose Account")
    expect(dialog.get_by_label("Search by account name or ID")).to_be_focused()
    keys.type("abc")
    expect(dialog.get_by_role("checkbox")).to_have_count(1)
    keys.press("Enter")
    expect(dialog).to_be_visible()
    tab_through(page, dialog, "Doc ABC Company")
    keys.press("Space")
    tab_to(page, "searchbox", "Search by account name or ID")
    keys.press("Control+a")
    keys.type("def")
    expect(dialog.get_by_role("checkbox", name="Doc DEF Company")).to_be_visible()
    tab_through(page, dialog, "Doc DEF Company")
    keys.press("Space")
    expect(dialog.get_by_text("2 selected")).to_be_visible()
    tab_to(page, "button", "OK")
    keys.press("Enter")
    visitor.toast("2 accounts are now in Services.")
    expect(rows(visitor)).to_have_count(2)


def tab_through(page: Page, dialog: Any, name: str) -> None:
    """Wait until this can be chosen, and press Tab until it has the focus."""
    expect(dialog.get_by_role("checkbox", name=re.compile(f"^{name}"))).to_be_visible()
    tab_to(page, "checkbox", re.compile(f"^{name}"))


def test_an_answer_that_comes_while_a_box_is_pressed(installation: Installation, visitor: Visitor) -> None:
    """The list is new between press and release, of key and mouse: both count. Enter in the search sends no form."""
    primary, _ = installation.new_primary("Doc ABC Company", "Doc DEF Company", "Other")
    installation.do("group", primary=primary.account, name="Services", accounts=[], users={}, roles=[])
    visitor.sign_in(primary.administrator)
    visitor.menu("Account Groups")
    choose_group(visitor, "Services")
    page = visitor.page
    page.get_by_role("link", name="Choose Account").first.click()
    dialog = visitor.dialog("Choose Account")
    search = dialog.get_by_label("Search by account name or ID")
    held: list[Route] = []
    page.route(
        "**/accounts/add/**", lambda route: held.append(route) if route.request.method == "POST" else route.continue_()
    )

    def ask(words: str) -> None:
        search.fill(words)
        search.press("Enter")
        page.wait_for_function("() => document.querySelector('#choose-search').classList.contains('htmx-request')")

    def answer(found: str) -> None:
        assert len(held) == 1
        held.pop().continue_()
        expect(dialog.get_by_text(found)).to_be_visible()

    ask("doc")
    dialog.get_by_role("checkbox", name="Doc ABC Company").focus()
    page.keyboard.down("Space")
    answer("2 accounts")
    page.keyboard.up("Space")
    expect(dialog.get_by_text("1 selected")).to_be_visible()
    ask("other")
    first = dialog.get_by_text("Doc ABC Company").bounding_box()
    assert first
    page.mouse.move(first["x"] + 5, first["y"] + 5)
    page.mouse.down()
    answer("1 account")
    page.mouse.up()
    expect(dialog.get_by_text("0 selected")).to_be_visible()
