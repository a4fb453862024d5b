"""One person, many accounts: finding one, entering it, and what other tabs see."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.installation import House, Installation
from tests.journeys.visitors import Visitor

MANY = 120


@pytest.fixture
def bo(installation: Installation, house: House) -> str:
    """Somebody with this house and many more accounts, one of them suspended."""
    bo = installation.add_person(house, "bo", "Administrator")
    branches = [f"{house.account}-branch-{number:03}" for number in range(MANY)]
    installation.load(
        *({"kind": "account", "id": id_, "name": f"Branch {id_[-3:]} of {house.account}"} for id_ in branches),
        *({"kind": "user_role", "account": id_, "user": bo, "role": "Support"} for id_ in branches),
    )
    installation.do("suspend", account=branches[77])
    return bo


def test_finding_one_of_many(visitor: Visitor, house: House, bo: str) -> None:
    """The list is paged and searched, shows where one is, and leaves out what cannot be entered (ENTRY-2)."""
    visitor.sign_in(bo)
    visitor.is_in(house.name)
    page = visitor.page
    page.get_by_role("button", name="Account menu").click()
    page.get_by_role("link", name="Switch Account...").click()
    dialog = visitor.dialog("Switch Account")
    accounts = dialog.locator("#accounts").get_by_role("listitem")
    expect(accounts).to_have_count(50)
    expect(accounts.first).to_contain_text(house.account)
    expect(accounts.first.get_by_text("current")).to_be_visible()
    dialog.get_by_role("link", name="Next").click()
    expect(accounts.first).to_contain_text("Branch 049")
    dialog.get_by_role("link", name="Previous").click()
    expect(accounts.first).to_contain_text(house.account)

    search = dialog.get_by_label("Search by name or ID")
    search.fill("branch 07")
    expect(accounts).to_have_count(9)
    expect(dialog).not_to_contain_text("Branch 077")
    search.fill("nothing like it")
    expect(dialog.get_by_role("heading", name="No account found")).to_be_visible()
    search.fill("branch-042")
    expect(accounts).to_have_count(1)
    accounts.get_by_role("button").click()
    visitor.is_in("Branch 042")
    expect(page.get_by_role("heading", level=1, name="User Information")).to_be_visible()


def test_another_tab_follows(visitor: Visitor, house: House, bo: str) -> None:
    """A tab left behind shows the new account at its next request: a session is in one account."""
    visitor.sign_in(bo)
    visitor.is_in(house.name)
    other = visitor.new_tab()
    other.goto(visitor.page.url)
    account = other.get_by_role("button", name="Account menu")
    expect(account).to_contain_text(house.name)
    visitor.go("/switch-account/?q=branch+003")
    visitor.page.get_by_role("button", name="Branch 003").click()
    visitor.is_in("Branch 003")
    visitor.expects(403)
    other.get_by_role("link", name="Account Information").click()
    expect(account).to_contain_text("Branch 003")
    expect(other.get_by_role("alert")).to_contain_text("This needs the privilege Account Administration")


def test_a_post_made_by_hand(visitor: Visitor, house: House, bo: str) -> None:
    """An account that is not listed cannot be entered by naming it either; one stays where one was."""
    visitor.sign_in(bo)
    visitor.is_in(house.name)
    visitor.expects(403)
    page = visitor.page
    for closed in (f"{house.account}-branch-077", "no-such-account"):
        visitor.go("/switch-account/?q=branch+003")
        choice = page.get_by_role("button", name=re.compile("Branch 003"))
        choice.evaluate("(button, value) => { button.value = value; }", closed)
        choice.click()
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.get_by_role("alert")).to_contain_text(closed)
        visitor.go("/")
        visitor.is_in(house.name)


def test_more_accounts_than_preferences_list(visitor: Visitor, house: House, bo: str) -> None:
    """Preferences offers the first accounts and the current one, says so, and the choice decides the next landing."""
    visitor.sign_in(bo)
    visitor.is_in(house.name)
    visitor.go("/switch-account/?q=branch+118")
    visitor.page.get_by_role("button", name="Branch 118").click()
    visitor.is_in("Branch 118")
    visitor.menu("Preferences")
    field = visitor.page.get_by_label("Default account")
    expect(field).to_have_accessible_description(re.compile("switch to it first"))
    field.select_option(f"{house.account}-branch-118")
    visitor.page.get_by_role("button", name="Save").click()
    visitor.toast("Saved.")
    visitor.page.get_by_role("button", name="Account menu").click()
    visitor.page.get_by_role("button", name="Sign Out").click()
    visitor.sign_in(bo)
    visitor.is_in("Branch 118")
