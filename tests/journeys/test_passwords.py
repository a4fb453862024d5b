"""An account asks more of passwords; somebody forgets theirs, is locked, and comes back by the mail."""

import re

from playwright.sync_api import expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import House, Installation

CHOSEN = "A-long-walk-by-the-sea"


def test_from_the_policy_to_the_reset(visitors: Visitors, installation: Installation, house: House) -> None:
    """The administrator edits the Password Policy (PWD-1); a locked user resets the password by it (PWD-10, LOCK-5)."""
    bo = installation.add_person(house, "bo", "Standard User")
    administrator, visitor = visitors(), visitors()
    administrator.expects(422)
    administrator.sign_in(house.administrator)
    administrator.menu("Password Policy")
    page = administrator.page
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Minimum length").fill("19")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Minimum length")).to_have_accessible_description(re.compile("from 8 to 18"))
    page.get_by_label("Minimum length").fill("16")
    page.get_by_label("No run of three or more").check()
    page.get_by_role("button", name="Save").click()
    administrator.toast("Saved. It is asked of new passwords, and of all at their next sign-in or switch.")

    visitor.expects(422)
    for _ in range(6):
        visitor.sign_in(bo, "wrong")
        expect(visitor.page.get_by_role("alert")).to_contain_text("E-mail or password is not right.")
    visitor.sign_in(bo)
    expect(visitor.page.get_by_role("alert")).to_contain_text("The user is locked.")
    page = visitor.page
    page.get_by_role("link", name="Reset your password").click()
    page.get_by_label("E-mail").fill(bo)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()

    administrator.menu("Outbox")
    mails = administrator.page.get_by_role("list", name="Mails")
    expect(mails.get_by_text(f"{bo} is locked")).to_be_visible()
    mails.get_by_role("link", name=re.compile("Reset your password")).first.click()
    link = administrator.page.get_by_role("article").get_by_role("link").first.get_attribute("href") or ""
    visitor.go(link.removeprefix(installation.url))
    expect(page.get_by_text("At least 16 characters.")).to_be_visible()

    def choose(password: str) -> None:
        page.get_by_label("New password", exact=True).fill(password)
        page.get_by_label("New password again").fill(password)
        page.get_by_role("button", name="Continue").click()

    choose("too short")
    expect(page.get_by_label("New password", exact=True)).to_have_accessible_description(re.compile("at least 16"))
    choose(CHOSEN)
    visitor.toast("Your password is set. Sign in with it.")
    visitor.sign_in(bo, CHOSEN)
    visitor.is_in(house.name)
