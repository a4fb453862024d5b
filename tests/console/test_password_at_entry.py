"""Signing in with a password that does not do: the page that changes it, and what can be entered meanwhile (PWD-12)."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from tenantry.accounts.commands import create_account
from tenantry.accounts.password_policies import set_password_policy
from tenantry.rules.password_policy import PasswordPolicy
from tenantry.rules.vocabulary import OPERATOR, AccountId, RoleId
from tenantry.sessions.models import Session
from tenantry.sso.sealing import unseal
from tenantry.users.commands import add_user
from tenantry.users.models import User
from tests.console.people import AT

pytestmark = pytest.mark.django_db

EMAIL, PASSWORD, NEW = "ada@acme.example", "walks by the sea", "walks by the sea and over the hills"


@pytest.fixture
def accounts() -> tuple[AccountId, AccountId]:
    """Ada's default account, which asks for 18 characters, and another one, which asks for nothing."""
    strict, mild = (create_account(actor=OPERATOR, at=AT, name=name) for name in ("Strict", "Mild"))
    for account in (strict, mild):
        names = {"first_name": "Ada", "last_name": "Acme"}
        roles = {RoleId("STANDARD_USER")}
        add_user(actor=OPERATOR, at=AT, account=account, email=EMAIL, roles=roles, notify=False, **names)
    person = User.objects.get(email=EMAIL)
    person.set_password(PASSWORD)
    User.objects.filter(pk=person.pk).update(password=person.password, temporary_password=False)
    set_password_policy(actor=OPERATOR, at=AT, account=strict, policy=PasswordPolicy(minimum_length=18))
    return strict, mild


def browser(password: str = PASSWORD) -> Client:
    """One in which Ada has just sent the sign-in form."""
    client = Client(headers={"host": "127.0.0.1"})
    client.post(reverse("sign_in"), {"email": EMAIL, "password": password})
    return client


def account_of(client: Client) -> object:
    """The account the browser's session is in."""
    return client.session.get("account")


def test_pwd_12_sign_in_leads_to_user_information_and_no_further(accounts: tuple[AccountId, AccountId]) -> None:
    """Every other page leads back there; it tells what is broken, and Sign Out leaves."""
    client = browser()
    assert account_of(client) is None
    for name in ("home", "user_information", "preferences"):
        assert client.get(reverse(name), follow=True).redirect_chain[-1][0] == reverse("renew_password")
    page = client.get(reverse("renew_password"))
    text = page.content.decode()
    assert page.context["broken"] == ["Use at least 18 characters."]
    for told in ("User Information", "Password Policies for My User", "Strict", "At least 18 characters."):
        assert told in text
    assert client.post(reverse("stay_out"))["Location"] == reverse("sign_in")


def test_pwd_12_other_accounts_can_be_entered_meanwhile(accounts: tuple[AccountId, AccountId]) -> None:
    """Switch Account is open on the way; from inside, the strict account leads to the page, and Cancel stays."""
    strict, mild = accounts
    client = browser()
    listed = client.get(reverse("switch_account")).context["accounts"]
    assert [(one["id"], one["current"]) for one in listed] == [(mild, False), (strict, False)]
    client.post(reverse("switch_account"), {"account": mild})
    assert account_of(client) == mild
    assert client.get(reverse("user_information")).status_code == 200
    assert client.post(reverse("switch_account"), {"account": strict})["Location"] == reverse("renew_password")
    assert account_of(client) == mild
    assert client.get(reverse("user_information")).status_code == 200
    assert client.post(reverse("stay_out"))["Location"] == reverse("home")
    assert account_of(client) == mild


def test_pwd_9_and_pwd_12_changing_it_there_ends_every_session_and_opens_the_account(
    accounts: tuple[AccountId, AccountId],
) -> None:
    """Wrong ones are told at their fields; the right one signs out everywhere, and the next sign-in is in."""
    client, elsewhere = browser(), browser()
    page = reverse("renew_password")
    sent = {"old_password": PASSWORD, "new_password": NEW, "new_password_again": NEW}
    wrong = client.post(page, sent | {"old_password": "?"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["old_password"])
    assert User.objects.get(email=EMAIL).failed_attempts == 1, "as at sign-in (LOCK-1)"
    short = client.post(page, sent | {"new_password": "short", "new_password_again": "short"})
    assert (short.status_code, list(short.context["form"].errors)) == (422, ["new_password"])
    assert client.post(page, sent)["Location"] == reverse("sign_in")
    assert not Session.objects.filter(user__isnull=False).exists()
    assert elsewhere.get(reverse("renew_password"), follow=True).redirect_chain[-1][0].startswith(reverse("sign_in"))
    assert account_of(browser(NEW)) == accounts[0]


def test_pwd_12_the_session_keeps_what_policies_ask_sealed(accounts: tuple[AccountId, AccountId]) -> None:
    """Neither the password nor its length can be read in the table of sessions."""
    kept = browser().session["password_shape"]
    assert "length" not in kept
    assert json.loads(unseal(kept))["length"] == len(PASSWORD)
