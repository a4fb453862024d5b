"""Somebody is made a user of an account, and finds the way in from the mail."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import House
from tests.journeys.visitors import Visitor

CHOSEN = "a long walk by the sea"


def add_user(administrator: Visitor, email: str) -> None:
    """Add a person as Standard User in the dialog, correcting a first attempt that lacks almost everything."""
    administrator.expects(422)
    page = administrator.page
    page.get_by_role("link", name="Add", exact=True).click()
    dialog = administrator.dialog("Add User Roles")
    expect(dialog.get_by_label("User e-mail address")).to_be_focused()
    dialog.get_by_label("User e-mail address").fill(email)
    dialog.get_by_role("button", name="OK").click()
    for field in ("First name", "Last name"):
        expect(dialog.get_by_label(field)).to_have_accessible_description("This field is required.")
    expect(dialog.get_by_text("Choose at least one role.")).to_be_visible()
    expect(dialog.get_by_label("First name")).to_be_focused()
    expect(dialog.get_by_label("User e-mail address")).to_have_value(email)
    dialog.get_by_label("First name").fill("Nina")
    dialog.get_by_label("Last name").fill("Newcomer")
    dialog.get_by_label("Filter roles").fill("standard")
    expect(dialog.get_by_role("checkbox")).to_have_count(1)
    dialog.get_by_role("checkbox", name="Standard User").check()
    expect(dialog.get_by_text("1 selected")).to_be_visible()
    dialog.get_by_role("button", name="OK").click()
    administrator.toast(f"{email} is now a user of this account. The welcome mail is on its way.")
    expect(page.locator("#user").get_by_text("has not signed in yet")).to_be_visible()


def read_mail(administrator: Visitor, house: House, email: str) -> tuple[str, str]:
    """Read the newest mail to this address in the Outbox; returns the link in it and the temporary password."""
    administrator.menu("Outbox")
    page = administrator.page
    page.get_by_role("list", name="Mails").get_by_role("link", name=email).first.click()
    mail = page.get_by_role("article")
    expect(mail.get_by_role("heading", name=f"Welcome to {house.name}")).to_be_visible()
    expect(mail.get_by_text("Hello Nina")).to_be_visible()
    link = mail.get_by_role("link").first.get_attribute("href")
    password = re.search(r"temporary password\s+(\S+)", mail.inner_text())
    assert link is not None
    assert password is not None
    return link, password[1]


def choose(page: Page, password: str, again: str | None = None) -> None:
    """Fill in the page that asks for a password of one's own."""
    page.get_by_label("New password", exact=True).fill(password)
    page.get_by_label("New password again").fill(password if again is None else again)
    page.get_by_role("button", name="Continue").click()


def test_from_the_mail_to_the_first_page(visitors: Visitors, house: House) -> None:
    """A new user opens the link of the mail, chooses a password, lands; the link works once (USER-4)."""
    administrator, newcomer = visitors(), visitors()
    email = house.person("nina")
    administrator.sign_in(house.administrator)
    add_user(administrator, email)
    link, _ = read_mail(administrator, house, email)
    path = link.removeprefix(newcomer.installation.url)
    assert path != link

    newcomer.expects(422)
    newcomer.go(path)
    page = newcomer.page
    expect(page.get_by_role("heading", name="Choose a password")).to_be_visible()
    choose(page, "12345")
    expect(page.get_by_label("New password", exact=True)).to_have_accessible_description(
        re.compile("at least 8 characters")
    )
    expect(page.get_by_label("New password", exact=True)).to_be_focused()
    choose(page, CHOSEN, again="something else")
    expect(page.get_by_label("New password again")).to_have_accessible_description("The two entries differ.")
    choose(page, CHOSEN)
    newcomer.is_in(house.name)
    newcomer.toast("Welcome. Your password is set.")
    expect(page.get_by_role("heading", level=1, name="User Information")).to_be_visible()
    expect(page.get_by_role("navigation", name="Settings").get_by_role("link", name="User Management")).to_have_count(0)

    newcomer.go(path, status=410)
    expect(page.get_by_role("alert")).to_contain_text("This link was used already or has run out.")
    newcomer.go("/")
    page.get_by_role("button", name="Account menu").click()
    page.get_by_role("button", name="Sign Out").click()
    newcomer.toast("You have signed out.")
    newcomer.sign_in(email, CHOSEN)
    newcomer.is_in(house.name)

    administrator.menu("User Management")
    expect(administrator.choose_user(email).get_by_text("has not signed in yet")).to_have_count(0)


def test_with_the_temporary_password(visitors: Visitors, house: House) -> None:
    """Signing in with the temporary password of the mail leads to choosing one's own, and nowhere else (PWD-8)."""
    administrator, newcomer = visitors(), visitors()
    email = house.person("nina")
    administrator.sign_in(house.administrator)
    add_user(administrator, email)
    _, temporary = read_mail(administrator, house, email)

    newcomer.expects(422)
    newcomer.sign_in(email, "not-" + temporary)
    expect(newcomer.page.get_by_role("alert")).to_contain_text("E-mail or password is not right.")
    expect(newcomer.page.get_by_label("E-mail")).to_have_value(email)
    newcomer.sign_in(email, temporary)
    page = newcomer.page
    expect(page.get_by_role("heading", name="Choose a password")).to_be_visible()
    choose(page, temporary)
    expect(page.get_by_text("Choose a password of your own, not the temporary one.")).to_be_visible()
    choosing = page.url
    newcomer.go("/users/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(choosing)
    choose(page, CHOSEN)
    newcomer.is_in(house.name)


def test_inviting_again_ends_the_earlier_link(visitors: Visitors, house: House) -> None:
    """A second invitation replaces the first: only the link of the newer mail works."""
    administrator, newcomer = visitors(), visitors()
    email = house.person("nina")
    administrator.sign_in(house.administrator)
    add_user(administrator, email)
    first, _ = read_mail(administrator, house, email)
    administrator.menu("User Management")
    administrator.choose_user(email).get_by_role("button", name="Invite again").click()
    administrator.toast("the earlier link has ended")
    second, _ = read_mail(administrator, house, email)
    newcomer.go(first.removeprefix(newcomer.installation.url), status=410)
    newcomer.go(second.removeprefix(newcomer.installation.url))
    choose(newcomer.page, CHOSEN)
    newcomer.is_in(house.name)
