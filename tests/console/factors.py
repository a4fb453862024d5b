"""Ada with second factors, her browser, and what she does in it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tenantry.accounts.commands import create_account
from tenantry.factors import commands as factors
from tenantry.factors.codes import code_of, new_secret
from tenantry.rules.two_factor import step_at
from tenantry.rules.vocabulary import OPERATOR, AccountId, Actor, RoleId, Source, user_key
from tenantry.runtimes.bounds import Buckets
from tenantry.signin import bounds
from tenantry.users.commands import add_user
from tenantry.users.models import User
from tests.console.people import AT

EMAIL, PASSWORD = "ada@acme.example", "correct horse battery"
ADA = Actor(user_key(EMAIL), Source.UI)


@pytest.fixture
def account() -> AccountId:
    """An account, Acme."""
    return create_account(actor=OPERATOR, at=AT, name="Acme")


@pytest.fixture
def ada(account: AccountId) -> int:
    """Its Administrator, with a password."""
    names = {"first_name": "Ada", "last_name": "Acme"}
    roles = {RoleId("ADMINISTRATOR")}
    made = add_user(actor=OPERATOR, at=AT, account=account, email=EMAIL, roles=roles, notify=False, **names).user
    person = User.objects.get(pk=made)
    person.set_password(PASSWORD)
    person.temporary_password = False
    person.save(update_fields=["password", "temporary_password"])
    return made


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Client:
    """A browser, at doors at which nobody has knocked yet."""
    for name in ("SIGN_INS", "RESETS", "MAILS"):
        full: Buckets = getattr(bounds, name)
        monkeypatch.setattr(full, "_left", type(full._left)())
    return Client(headers={"host": "127.0.0.1"})


def now_shown(secret: str) -> str:
    """What an authenticator app shows now."""
    return code_of(secret, step_at(datetime.now(UTC)))


def bind(at: datetime | None = None) -> tuple[str, tuple[str, ...]]:
    """Switch Ada's two-factor authentication on, an hour ago."""
    at = at or datetime.now(UTC) - timedelta(hours=1)
    secret = new_secret()
    return secret, factors.bind_authenticator(actor=ADA, at=at, secret=secret, code=code_of(secret, step_at(at)))


def knock(client: Client, password: str = PASSWORD, onward: str = "") -> str:
    """Give a password on the sign-in page; where it leads."""
    answer = client.post(reverse("sign_in"), {"email": EMAIL, "password": password, "next": onward})
    return str(answer.headers.get("Location", answer.status_code))


def is_in(client: Client) -> bool:
    """Whether somebody is signed in in this browser."""
    return client.get(reverse("user_information")).status_code == 200
