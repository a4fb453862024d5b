"""An account asks for its agreement, and two sessions at most; a screen locks, and what was typed is kept."""

from playwright.sync_api import expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import PASSWORD, House, Installation
from tests.journeys.visitors import Visitor, faults


def test_two_sessions_and_what_everybody_accepts(visitors: Visitors, installation: Installation, house: House) -> None:
    """AGR-1, AGR-3, AGR-4, SESS-7: switched on by the administrator, met by somebody with three browsers."""
    bo = installation.add_person(house, "bo", "Standard User")
    administrator = visitors()
    administrator.sign_in(house.administrator)
    page = administrator.page
    administrator.menu("Usage Agreement")
    page.get_by_label("Show this agreement").check()
    page.get_by_label("Title").fill("Terms of use")
    page.get_by_label("Message").fill("Be careful.\n\nWhat you do is recorded.")
    page.get_by_role("button", name="Save").click()
    administrator.toast("Saved. It is shown from the next sign-in or switch on.")
    administrator.menu("Security")
    page.get_by_label("Session concurrency").check()
    page.get_by_role("button", name="Save").click()
    administrator.toast("It takes effect at each user's next sign-in.")
    assert faults(page) == []

    one, two, three = visitors(), visitors(), visitors()
    one.sign_in(bo)
    expect(one.page.get_by_role("heading", name="Terms of use")).to_be_visible()
    assert faults(one.page) == []
    one.page.get_by_role("button", name="Decline").click()
    expect(one.page.get_by_role("heading", name="Sign in")).to_be_visible()
    for visitor in (one, two):
        visitor.sign_in(bo)
        visitor.page.get_by_role("button", name="Accept").click()
        visitor.is_in(house.name)
    three.sign_in(bo)
    expect(three.page.get_by_role("heading", name="Too many sessions")).to_be_visible()
    assert faults(three.page) == []
    three.page.get_by_role("button", name="End Session").first.click()
    three.page.get_by_role("button", name="Accept").click()
    three.is_in(house.name)
    three.menu("Sessions")
    expect(three.page.get_by_role("row")).to_have_count(3)  # the heading, and two


def test_the_screen_locks_over_what_was_typed(visitor: Visitor, installation: Installation, house: House) -> None:
    """SESS-3, SESS-4: the page notices after 15 minutes, asks the server, and locks; a password goes on."""
    installation.do("lock_inactive", account=house.account)
    page = visitor.page
    page.clock.install()
    visitor.sign_in(house.administrator)
    visitor.menu("User Information")
    page.get_by_label("First name").fill("Adelaide")
    installation.do("idle", user=house.administrator, minutes=16)
    page.clock.fast_forward("15:01")
    lock = page.get_by_role("dialog", name="Locked")
    expect(lock).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    visitor.expects(422, 423)
    lock.get_by_label("Password").fill("wrong")
    lock.get_by_role("button", name="Unlock").click()
    expect(lock.get_by_role("alert")).to_have_text("The password is not right.")
    lock.get_by_label("Password").fill(PASSWORD)
    lock.get_by_role("button", name="Unlock").click()
    expect(lock).to_be_hidden()
    expect(page.get_by_label("First name")).to_have_value("Adelaide")
    installation.do("idle", user=house.administrator, minutes=16)
    visitor.go("/me/preferences/", 423)
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    page.get_by_role("button", name="Sign Out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
