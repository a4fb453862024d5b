"""A person loses an account while signed in: the next request is refused with the reason, and there is a way on."""

import pytest
from playwright.sync_api import expect

from tests.journeys.installation import House, Installation
from tests.journeys.visitors import Visitor


def test_removed_with_another_account_left(installation: Installation, visitor: Visitor, house: House) -> None:
    """Removed from one account, the person is told why and continues in another one (ENTRY-4)."""
    bo = installation.add_person(house, "bo", "Support")
    other = installation.new_house("Borealis")
    installation.load({"kind": "user_role", "account": other.account, "user": bo, "role": "Support"})
    visitor.sign_in(bo)
    visitor.switch_to(house.name)
    installation.do("remove", account=house.account, user=bo)

    visitor.expects(403)
    page = visitor.page
    page.get_by_role("link", name="Preferences").click()
    expect(page.get_by_role("heading", name=f"You no longer have access to {house.name}")).to_be_visible()
    expect(page.get_by_text("has no role in")).to_be_visible()
    expect(page.get_by_text("Rule ENTRY-1")).to_be_visible()
    expect(page.get_by_role("button", name="Account menu")).to_have_count(0)
    page.get_by_role("button", name=f"Continue to {other.name}").click()
    visitor.is_in(other.name)


def test_a_refresh_goes_on_by_itself(installation: Installation, visitor: Visitor, house: House) -> None:
    """Instead of following the button, a refresh lands in the other account as well (ENTRY-4)."""
    bo = installation.add_person(house, "bo", "Support")
    other = installation.new_house("Borealis")
    installation.load({"kind": "user_role", "account": other.account, "user": bo, "role": "Support"})
    visitor.sign_in(bo)
    visitor.switch_to(house.name)
    installation.do("suspend", account=house.account)
    visitor.go("/me/", status=403)
    expect(visitor.page.get_by_text("is suspended")).to_be_visible()
    visitor.page.reload()
    visitor.is_in(other.name)


def test_removed_without_another_account(installation: Installation, visitor: Visitor, house: House) -> None:
    """Without another account the session ends, and signing in again is refused with the reason (ENTRY-1)."""
    bo = installation.add_person(house, "bo", "Support")
    visitor.sign_in(bo)
    visitor.is_in(house.name)
    installation.do("remove", account=house.account, user=bo)
    visitor.expects(403, 422)
    page = visitor.page
    page.get_by_role("link", name="Preferences").click()
    expect(page.get_by_text("There is no other account you can enter, so you have been signed out.")).to_be_visible()
    page.get_by_role("link", name="Go to sign-in").click()
    visitor.sign_in(bo)
    expect(page.get_by_role("alert")).to_contain_text("There is no account you can enter.")
    expect(page.get_by_label("E-mail")).to_have_value(bo)


@pytest.mark.parametrize("how", ["suspend", "delete"])
def test_sign_in_says_what_is_wrong_with_the_account(
    installation: Installation, visitor: Visitor, house: House, how: str
) -> None:
    """Whose only account is suspended or deleted cannot sign in, and is told (ACC-4)."""
    installation.do(how, account=house.account)
    visitor.expects(422)
    visitor.sign_in(house.administrator)
    expect(visitor.page.get_by_role("alert")).to_contain_text("There is no account you can enter.")


def test_a_locked_person(installation: Installation, visitor: Visitor, house: House) -> None:
    """A lock ends the session at the next request and keeps the door shut (LOCK-7)."""
    visitor.sign_in(house.administrator)
    visitor.is_in(house.name)
    installation.do("lock", user=house.administrator)
    visitor.expects(403, 422)
    visitor.page.get_by_role("link", name="Add", exact=True).click()
    expect(visitor.page.get_by_text("The user is locked.")).to_be_visible()
    visitor.sign_in(house.administrator)
    expect(visitor.page.get_by_role("alert")).to_contain_text("The user is locked.")


def test_a_dialog_left_open(installation: Installation, visitor: Visitor, house: House) -> None:
    """Whose access goes while a dialog is open sees the reason instead of a broken dialog."""
    bo = installation.add_person(house, "bo", "Administrator")
    visitor.sign_in(bo)
    visitor.page.get_by_role("link", name="Add", exact=True).click()
    dialog = visitor.dialog("Add User Roles")
    installation.do("remove", account=house.account, user=bo)
    visitor.expects(403)
    dialog.get_by_role("button", name="OK").click()
    page = visitor.page
    expect(page.get_by_role("heading", name=f"You no longer have access to {house.name}")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("main")).to_be_focused()
    page.get_by_role("link", name="Go to sign-in").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_choosing_in_a_list(installation: Installation, visitor: Visitor, house: House) -> None:
    """Where only a part of the page was asked for, the reason is shown as well, and nobody is moved unawares."""
    bo = installation.add_person(house, "bo", "Administrator")
    other = installation.new_house("Borealis")
    installation.load({"kind": "user_role", "account": other.account, "user": bo, "role": "Administrator"})
    visitor.sign_in(bo)
    visitor.switch_to(house.name)
    installation.do("remove", account=house.account, user=bo)
    visitor.expects(403)
    page = visitor.page
    page.get_by_role("list", name="Users").get_by_role("link", name=house.administrator).click()
    expect(page.get_by_role("heading", name=f"You no longer have access to {house.name}")).to_be_visible()
    page.get_by_role("button", name=f"Continue to {other.name}").click()
    visitor.is_in(other.name)
