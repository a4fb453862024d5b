"""Every page and dialog can be used by everybody: WCAG 2.2 AA as far as a machine can tell, in light and dark, at 1280
and 390 pixels, and never wider than the window. With usual, empty and overlong contents, and with every error.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import House, Installation
from tests.journeys.visitors import Visitor, faults

pytestmark = pytest.mark.timeout(300)

LONG_NAME = (
    "Internationale Gesellschaft für Datenverarbeitung und angewandte Verwaltungstechnik der Mittelstandsbetriebe"
)
LONG_WORD = "Donaudampfschifffahrtsgesellschaft" * 4


class Inspection:
    """Gathers the faults of everything shown to it, so that one run tells all of them."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.faults: dict[str, list[str]] = {}
        self.seen = 0

    def look(self, at: str) -> None:
        """Judge the page as it stands."""
        self.seen += 1
        if found := faults(self.visitor.page):
            self.faults[at] = found

    def open(self, *paths: str, status: int = 200) -> None:
        """Open addresses one after the other, and judge each."""
        for path in paths:
            self.visitor.go(path, status)
            self.look(path)


@contextmanager
def inspection(visitor: Visitor, things: int) -> Iterator[Inspection]:
    """Inspect so many things; all must be without fault."""
    inspected = Inspection(visitor)
    yield inspected
    assert inspected.faults == {}
    assert inspected.seen == things


@pytest.fixture
def lived_in(installation: Installation) -> House:
    """An account with something of everything, some of it overlong."""
    house = installation.new_house("Lived")
    role = {"kind": "role", "account": house.account}
    installation.load(
        {"kind": "account", "id": house.account, "name": LONG_NAME},
        {**role, "name": "Base", "description": "What everybody may", "privileges": ["EXECUTE", "VIEW_RESULT"]},
        {**role, "name": "Auditor", "inherits": "Base", "privileges": ["VIEW_AUDIT_LOGS", "EXECUTE"]},
        {**role, "name": LONG_WORD, "description": LONG_WORD * 6, "privileges": []},
    )
    installation.add_person(house, "bo", "Auditor", "Standard User", signed_in=False)
    installation.add_person(house, "locked", "Support", locked=True)
    installation.add_person(house, LONG_WORD[:120], LONG_WORD, first_name=LONG_WORD, last_name=LONG_WORD)
    return house


def test_signed_out(visitors: Visitors, installation: Installation, house: House) -> None:
    """Sign-in with and without an error, an invitation's page with an error, an ended link, a wrong address."""
    administrator = visitors()
    administrator.sign_in(house.administrator)
    installation.add_person(house, "nina", "Support", signed_in=False)
    administrator.page.reload()
    administrator.choose_user(house.person("nina")).get_by_role("button", name="Invite again").click()
    administrator.toast("is on its way")
    administrator.go("/outbox/")
    administrator.page.get_by_role("link", name=house.person("nina")).click()
    with inspection(administrator, 1) as mail:
        link = administrator.page.get_by_role("article").get_by_role("link").first.get_attribute("href") or ""
        mail.look("a mail with its link")

    visitor = visitors()
    visitor.expects(422)
    with inspection(visitor, 7) as looked:
        looked.open("/sign-in/", "/reset-password/")
        visitor.sign_in("nobody@nowhere.example")
        expect(visitor.page.get_by_role("alert")).to_be_visible()
        looked.look("sign-in refused")
        looked.open(path := link.removeprefix(installation.url))
        visitor.page.get_by_role("button", name="Continue").click()
        expect(visitor.page.get_by_label("New password again")).to_have_accessible_description(
            "This field is required."
        )
        looked.look("choose a password, refused")
        looked.open(path[:-6] + "abcde/", status=410)
        looked.open("/no/such/page/", status=404)


def test_pages(visitor: Visitor, lived_in: House) -> None:
    """Every page of somebody who may do everything, also with something chosen, nothing found, and refused input."""
    visitor.expects(422)
    visitor.sign_in(lived_in.administrator)
    visitor.is_in(LONG_NAME)
    page = visitor.page
    with inspection(visitor, 23) as looked:
        looked.open("/users/", "/users/?filter=locked", "/users/?q=nobody-at-all", "/roles/", "/roles/?q=nothing")
        looked.open("/account/", "/account/features/", "/audit/", "/audit/?user=nobody-at-all&level=ERROR", "/outbox/")
        looked.open("/account/password-policy/", "/account/password-policy/?edit=1")
        looked.open("/me/", "/me/preferences/", "/switch-account/", "/users/add/", "/roles/add/")
        for person in ("bo@", "locked@", LONG_WORD[:20].lower()):
            visitor.go("/users/")
            page.get_by_role("list", name="Users").get_by_role("link", name=person).click()
            expect(page.locator("#user").get_by_role("heading", level=2)).to_contain_text(person, ignore_case=True)
            looked.look(f"users, {person} chosen")
        visitor.go("/roles/")
        for role in ("Auditor", LONG_WORD):
            page.get_by_role("list", name="Custom roles").get_by_role("link", name=role).click()
            expect(page.locator("#role").get_by_role("heading", level=2)).to_have_text(role)
            looked.look(f"roles, {role[:10]} chosen")
        visitor.go("/audit/")
        for entry in range(4):
            page.locator("tr.entry summary").nth(entry).click()
        looked.look("audit entries opened")
        assert page.locator(".table").evaluate("box => box.scrollWidth <= box.clientWidth"), "messages are cut off"


def test_dialogs(visitor: Visitor, lived_in: House) -> None:
    """Every dialog and the account menu; the dialogs also with what was refused in them."""
    visitor.expects(422)
    visitor.sign_in(lived_in.administrator)
    page = visitor.page
    with inspection(visitor, 10) as looked:
        page.get_by_role("link", name="Add", exact=True).click()
        dialog = visitor.dialog("Add User Roles")
        looked.look("add a user")
        dialog.get_by_role("button", name="OK").click()
        expect(dialog.get_by_text("Choose at least one role.")).to_be_visible()
        looked.look("add a user, refused")
        page.keyboard.press("Escape")

        pane = visitor.choose_user(lived_in.administrator)
        pane.get_by_role("link", name="Edit").click()
        visitor.dialog("Maintain User Roles")
        looked.look("maintain roles")
        page.keyboard.press("Escape")
        pane.get_by_role("link", name="Remove").click()
        dialog = visitor.dialog("Remove User")
        looked.look("remove a user")
        dialog.get_by_role("button", name="Remove").click()
        expect(dialog.get_by_role("alert")).to_be_visible()
        looked.look("remove a user, refused")

        visitor.go("/roles/")
        page.get_by_role("list", name="Custom roles").get_by_role("link", name="Auditor").click()
        page.locator("#role").get_by_role("link", name="Edit").click()
        dialog = visitor.dialog("Edit Role")
        looked.look("edit a role")
        dialog.get_by_label("Role Name").fill("Base")
        dialog.get_by_role("button", name="OK").click()
        expect(dialog.get_by_text("There is a role named “Base” already.")).to_be_visible()
        looked.look("edit a role, refused")
        page.keyboard.press("Escape")
        page.locator("#role").get_by_role("link", name="Remove").click()
        visitor.dialog("Remove Role")
        looked.look("remove a role that is in use")
        page.keyboard.press("Escape")

        page.get_by_role("button", name="Account menu").click()
        looked.look("the account menu")
        page.get_by_role("link", name="Switch Account...").click()
        visitor.dialog("Switch Account")
        looked.look("switch account")


def test_the_menu_of_narrow_windows(visitor: Visitor, house: House) -> None:
    """Where the left menu has no room it opens from a button, closes with Escape, and leads on."""
    visitor.sign_in(house.administrator)
    page = visitor.page
    page.set_viewport_size({"width": 390, "height": 844})
    settings = page.get_by_role("navigation", name="Settings")
    expect(settings).to_be_hidden()
    page.get_by_role("button", name="Settings menu").click()
    expect(settings).to_be_visible()
    page.keyboard.press("Escape")
    expect(settings).to_be_hidden()
    page.get_by_role("button", name="Settings menu").click()
    settings.get_by_role("link", name="Audit Log").click()
    expect(page.get_by_role("heading", level=1, name="Audit Log")).to_be_visible()


def test_refused_and_empty(visitors: Visitors, installation: Installation, house: House) -> None:
    """Pages that may not be opened, things that are not there, lost access, and an account without custom roles."""
    bo = installation.add_person(house, "bo", "Support")
    administrator, bystander = visitors(), visitors()
    administrator.sign_in(house.administrator)
    administrator.is_in(house.name)
    with inspection(administrator, 3) as looked:
        looked.open("/roles/")
        looked.open("/users/0/edit/", "/nothing/here/", status=404)
    bystander.sign_in(bo)
    bystander.is_in(house.name)
    with inspection(bystander, 3) as looked:
        looked.open("/me/")
        looked.open("/users/", status=403)
        installation.do("remove", account=house.account, user=bo)
        looked.open("/me/", status=403)


@pytest.fixture
def partner(installation: Installation) -> tuple[House, str]:
    """A primary with a group that has something of everything, some of it overlong, an empty one; and its person."""
    primary, ids = installation.new_primary("Doc ABC Company", LONG_NAME)
    home = installation.new_house("Serving")
    sue = installation.add_person(home, "sue", "Standard User", first_name=LONG_WORD)
    installation.load(
        {"kind": "role", "account": primary.account, "name": LONG_WORD, "privileges": ["EXECUTE"]},
        {"kind": "role", "account": primary.account, "name": "Reader", "privileges": ["VIEW_RESULT"]},
    )
    users = {sue: ["STANDARD_USER", "SUPPORT"]}
    make = {"primary": primary.account, "users": users, "accounts": ids[:1]}
    installation.do("group", **make, name="Services", roles=[LONG_WORD])
    installation.do("group", primary=primary.account, users={}, accounts=[], name=LONG_WORD, roles=[])
    return primary, sue


def test_account_groups(visitor: Visitor, partner: tuple[House, str]) -> None:
    """Tab Access Control with every dialog and list; also empty and refused."""
    visitor.expects(422)
    primary, sue = partner
    visitor.sign_in(primary.administrator)
    visitor.menu("Account Groups")
    page = visitor.page
    select = page.get_by_label("Account Group", exact=True)

    def opened(link: str, title: str) -> None:
        page.get_by_role("link", name=link).first.click()
        visitor.dialog(title)
        looked.look(title)
        page.keyboard.press("Escape")

    with inspection(visitor, 13) as looked:
        looked.look("All Accounts")
        select.select_option(label=LONG_WORD)
        expect(page.get_by_role("heading", name="No accounts in this group")).to_be_visible()
        looked.look("an empty group")
        select.select_option(label="Services")
        page.get_by_role("link", name=sue).click()
        expect(page.locator("#group-user").get_by_role("heading", name=sue)).to_be_visible()
        looked.look("a group with a person chosen")
        opened("Choose Account", "Choose Account")
        opened("View Account Group Membership", "Account Group Membership")
        opened("View Account's Assigned Users", "Account Users")
        opened("View All Account Groups", "User's Account Groups")
        opened("Edit user", "Maintain User Roles")
        opened("Remove user", "Remove User")
        opened("Delete account group", "Delete Account Group")
        opened("Edit account group", "Edit Account Group")
        page.get_by_role("link", name="Add account group").click()
        dialog = visitor.dialog("Add Account Group")
        dialog.get_by_role("button", name="OK").click()
        expect(dialog.get_by_text("This field is required.")).to_be_visible()
        looked.look("add a group, refused")
        page.keyboard.press("Escape")
        page.get_by_role("checkbox", name="Doc ABC Company").check()
        page.get_by_role("button", name="Remove", exact=True).click()
        visitor.dialog("Remove Accounts")
        looked.look("remove accounts")


def test_shared_resources(visitor: Visitor, partner: tuple[House, str]) -> None:
    """Tab Resources with its dialogs, also refused."""
    visitor.expects(422)
    visitor.sign_in(partner[0].administrator)
    visitor.menu("Account Groups")
    page = visitor.page
    page.get_by_label("Account Group", exact=True).select_option(label="Services")
    expect(page.get_by_role("heading", level=2, name="Services")).to_be_visible()
    page.get_by_role("link", name="Resources").click()
    with inspection(visitor, 4) as looked:
        expect(page.get_by_role("heading", name="Integration Packs")).to_be_visible()
        looked.look("resources")
        page.get_by_role("link", name=f"Remove {LONG_WORD}").click()
        visitor.dialog("Remove Role")
        looked.look("remove a role")
        page.keyboard.press("Escape")
        page.get_by_role("link", name="Add Roles").click()
        dialog = visitor.dialog("Add Roles")
        looked.look("add roles")
        dialog.get_by_role("button", name="OK").click()
        expect(dialog.get_by_text("Choose at least one role.")).to_be_visible()
        looked.look("add roles, refused")


def test_support_access(visitors: Visitors, installation: Installation) -> None:
    """The section of Account Information with its dialogs, the preview of its role, and the page of support staff."""
    house, home = installation.new_house("Guarded"), installation.new_house("Platform")
    sam = installation.add_person(home, "sam", "Standard User")
    installation.do("make_staff", user=sam)
    ada, staff = visitors(), visitors()
    ada.sign_in(house.administrator)
    ada.menu("Account Information")
    staff.sign_in(sam)
    with inspection(ada, 6) as looked:
        ada.page.get_by_label("Support Access Role").select_option(label="--No Access--")
        ada.page.get_by_role("button", name="Save").click()
        expect(ada.page.get_by_role("region", name="Who is affected")).to_be_visible()
        looked.look("what another Support Access Role does")
        ada.page.get_by_role("button", name="Save").click()
        ada.toast("Saved.")
        with inspection(staff, 2) as seen:
            seen.open("/me/support/")
            staff.page.get_by_label("Account ID").fill(house.account)
            staff.page.get_by_label("Reason").fill(LONG_WORD * 3)
            staff.page.get_by_role("button", name="Ask for access").click()
            staff.toast("Your request is with")
            seen.look("a request")
        looked.open("/account/")
        ada.page.get_by_role("link", name="Set Up Access").click()
        dialog = ada.dialog("Set Up Access")
        looked.look("set up access")
        dialog.get_by_label("Role", exact=True).select_option(label="Administrator")
        dialog.get_by_label("Length of Time").select_option(label="7 days")
        dialog.get_by_role("button", name="OK").click()
        ada.toast("Access is set up")
        looked.look("access set up")
        ada.page.get_by_role("link", name="Extend").click()
        ada.dialog("Extend Access")
        looked.look("extend")
        ada.page.keyboard.press("Escape")
        ada.page.get_by_role("link", name="Expire").click()
        ada.dialog("Expire Access")
        looked.look("expire")
