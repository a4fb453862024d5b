"""The page where people sign in by the directory of their account."""

import re
import sys
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tenantry.rules.vocabulary import AccountId
from tenantry.runtimes.bounds import Buckets
from tenantry.sessions.models import Session
from tenantry.sso import directory_door
from tenantry.sso.models import Federation, SignOnSettings
from tenantry.users.models import User
from tests.directories.accounts import signs_in_by_directory
from tests.directories.slapd import Slapd
from tests.openid.accounts import a_browser, is_in
from tests.store.factories import Somebody

pytestmark = [pytest.mark.django_db, pytest.mark.store, pytest.mark.usefixtures("_here")]

Acme = tuple[AccountId, Somebody]


@pytest.fixture
def acme(slapd: Slapd) -> Acme:
    """An account, and its user who is Ada in the directory."""
    return signs_in_by_directory(slapd)


def send(
    browser: Client, account: AccountId, name: str = "ada", password: str = "pass of ada", onward: str = ""
) -> Any:
    """What the page answers."""
    address = reverse("directory_sign_in", kwargs={"account": account})
    return browser.post(address, {"name": name, "password": password, "next": onward})


def said(answer: Any) -> str:
    """The page without what differs from one to the next anyway."""
    return re.sub(r'value="[^"]*"', "", answer.content.decode())


def test_sso_14_whom_the_directory_knows_is_signed_in(acme: Acme) -> None:
    """In a session by the identity provider of the account, under another key than before."""
    account, _ = acme
    browser = a_browser()
    session = browser.session
    session["from before"] = 1
    session.save()
    before = session.session_key
    page = browser.get(reverse("directory_sign_in", kwargs={"account": account}), {"next": reverse("preferences")})
    assert f'value="{reverse("preferences")}"' in page.content.decode()
    answer = send(browser, account, onward=reverse("preferences"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("preferences"))
    assert (browser.session["proven_by"], browser.session["federating"]) == ("idp", account)
    assert is_in(browser)
    assert not Session.objects.filter(session_key=before).exists()


def test_an_unknown_name_a_wrong_password_and_an_empty_one_are_answered_alike(acme: Acme) -> None:
    """And nobody is locked by them, whatever their number; no attempt is counted to the person."""
    account, who = acme
    browser = a_browser()
    pages = {said(send(browser, account, *pair)) for pair in (("ada", "wrong"), ("nobody", "wrong"), ("*", "wrong"))}
    assert len(pages) == 1
    assert "User name or password is not right." in pages.pop()
    for _ in range(7):
        assert send(browser, account, "ada", "wrong").status_code == 422
    person = User.objects.get(pk=who.id)
    assert (person.locked, person.failed_attempts) == (False, 0)
    assert send(browser, account, "ada", "").status_code == 422
    assert not is_in(browser)
    assert send(browser, account).status_code == 302


def test_sso_6_somebody_whom_only_the_directory_knows_is_not_made(acme: Acme) -> None:
    """Neither here nor by the id of another account (SSO-6)."""
    account, _ = acme
    people = User.objects.count()
    Federation.rows.of(account).update(key="FED-9", federation_id="FED-9")
    browser = a_browser()
    answer = send(browser, account)
    assert answer.status_code == 403
    assert "does not know" in answer.content.decode()
    assert not is_in(browser)
    assert User.objects.count() == people


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_only_addresses_of_the_console_are_followed(acme: Acme, onward: str) -> None:
    """Whatever the form says."""
    assert send(a_browser(), acme[0], onward=onward)["Location"] == reverse("home")


def test_attempts_with_one_name_wait_however_it_is_written(acme: Acme, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether or not anybody is called so; others are not kept waiting."""
    account, _ = acme
    monkeypatch.setattr(directory_door, "NAMES", Buckets(rate=0.001, burst=2))
    for name, first in (("bob", "bob"), ("nobody", "No Body")):
        assert send(a_browser(), account, first, "wrong").status_code == 422
        assert send(a_browser(), account, f" {name.upper().replace('O', 'Ö')}* ", "wrong").status_code == 422
        answer = send(a_browser(), account, name, "wrong")
        assert answer.status_code == 429
        assert int(answer["Retry-After"]) > 1
    assert send(a_browser(), account).status_code == 302


def test_who_tries_from_one_place_keeps_nobody_else_out(acme: Acme, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else whoever sends a wrong password now and then would lock somebody out for good; many places wait together."""
    account, _ = acme
    monkeypatch.setattr(directory_door, "NAMES", Buckets(rate=0.001, burst=2))
    monkeypatch.setattr(directory_door, "NAMES_ANYWHERE", Buckets(rate=0.001, burst=5))

    def tried(place: str, password: str = "wrong") -> int:
        browser = Client(headers={"host": "127.0.0.1"}, REMOTE_ADDR=place)
        return int(send(browser, account, "ada", password).status_code)

    assert [tried("192.0.2.1") for _ in range(9)] == [422, 422, *[429] * 7]
    assert tried("192.0.2.2", "pass of ada") == 302
    assert [tried(f"192.0.2.{place}") for place in (3, 4, 5)] == [422, 422, 429]


def test_attempts_from_one_place_wait(acme: Acme, monkeypatch: pytest.MonkeyPatch) -> None:
    """As at the other doors of people who are not signed in."""
    monkeypatch.setattr(directory_door, "SIGN_INS", Buckets(rate=0.001, burst=1))
    assert send(a_browser(), acme[0], "ada", "wrong").status_code == 422
    assert send(a_browser(), acme[0], "bob", "wrong").status_code == 429


@pytest.mark.parametrize("change", [{"enabled": False}, {"protocol": "oidc"}, None], ids=str)
def test_where_it_is_not_offered_nobody_is_asked_for_a_password(acme: Acme, change: dict[str, Any] | None) -> None:
    """An account that is not there is answered alike."""
    account = acme[0] if change else AccountId("no-such-account")
    SignOnSettings.rows.of(account).update(**(change or {"enabled": True}))
    for answer in (
        a_browser().get(reverse("directory_sign_in", kwargs={"account": account})),
        send(a_browser(), account),
    ):
        assert answer.status_code == 403
        assert "Nobody signs in here in this way" in answer.content.decode()


def test_a_directory_that_cannot_be_asked_is_told_by_a_reference(acme: Acme, caplog: pytest.LogCaptureFixture) -> None:
    """The log has the reason; neither has a password."""
    account, _ = acme
    SignOnSettings.rows.of(account).update(search_base="dc=nowhere")
    answer = send(a_browser(), account)
    assert answer.status_code == 409
    found = re.search(r"reference ([0-9a-f]{8})", answer.content.decode())
    assert found
    [line] = [record.getMessage() for record in caplog.records if found[1] in record.getMessage()]
    assert "cannot be searched" in line
    assert "pass of ada" not in caplog.text + answer.content.decode()


def test_an_installation_without_the_library_says_so(acme: Acme, monkeypatch: pytest.MonkeyPatch) -> None:
    """To whoever tries."""
    monkeypatch.setitem(sys.modules, "ldap", None)
    answer = send(a_browser(), acme[0])
    assert answer.status_code == 409
    assert "tenantry[ldap]" in answer.content.decode()


def test_the_form_comes_from_the_page(acme: Acme) -> None:
    """A form from elsewhere signs nobody in."""
    strict = Client(enforce_csrf_checks=True, headers={"host": "127.0.0.1"})
    assert send(strict, acme[0]).status_code == 403
    assert not is_in(strict)
