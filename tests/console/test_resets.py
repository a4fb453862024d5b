"""The doors of people who are not signed in: sign-in with its lock, and "Reset your password" (PWD-10, LOCK-1)."""

import re

import pytest
from django.core import mail
from django.test import Client, TestCase
from django.urls import reverse

from tenantry.accounts.commands import create_account
from tenantry.mail import delivery
from tenantry.rules.vocabulary import OPERATOR, RoleId
from tenantry.runtimes.bounds import Buckets
from tenantry.signin import bounds
from tenantry.users.commands import add_user
from tenantry.users.models import User
from tests.console.people import AT

pytestmark = pytest.mark.django_db

EMAIL, PASSWORD, NEW = "ada@acme.example", "correct horse battery", "another long phrase"


@pytest.fixture
def ada() -> int:
    """An Administrator with a password."""
    account = create_account(actor=OPERATOR, at=AT, name="Acme")
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


def ask(client: Client, email: str) -> str:
    """Ask for a link; the text of the answer."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        answer = client.post(reverse("request_reset"), {"email": email})
    delivery.settle()
    assert answer.status_code == 200
    return re.sub(r"csrf\S+|" + re.escape(email), "", answer.content.decode())


def sign_in(client: Client, password: str) -> str:
    """Sign in; what the page says of it, or where it leads."""
    answer = client.post(reverse("sign_in"), {"email": EMAIL, "password": password})
    return str(answer.headers["Location"]) if answer.status_code == 302 else str(answer.context["form"].errors)


def test_pwd_10_and_lock_5_from_the_lock_to_the_next_sign_in(client: Client, ada: int) -> None:
    """Six wrong passwords, the link of the mail, a weak password, a good one, and in."""
    assert "Reset your password" in client.get(reverse("sign_in")).content.decode()
    for _ in range(7):
        assert "E-mail or password is not right." in sign_in(client, "wrong")
    assert "The user is locked." in sign_in(client, PASSWORD)
    mail.outbox.clear()
    ask(client, EMAIL)
    [path] = re.findall(r"https?://[^/]+(/reset-password/\S+)", str(mail.outbox[0].body))
    page = client.get(path)
    assert page.status_code == 200
    assert page.headers["Cache-Control"].startswith("max-age=0")
    weak = client.post(path, {"new_password": "ada-ada", "new_password_again": "ada-ada"})
    assert weak.status_code == 422
    assert len(weak.context["form"].errors["new_password"]) == 2
    done = client.post(path, {"new_password": NEW, "new_password_again": NEW})
    assert (done.status_code, done.headers["Location"]) == (302, reverse("sign_in"))
    ended = client.get(path)
    assert ended.status_code == 410
    assert reverse("request_reset") in ended.content.decode()
    assert sign_in(client, NEW) == reverse("home")


def test_pwd_10_the_page_answers_the_same_whoever_asks(client: Client, ada: int) -> None:
    """And the link that is mailed does not begin with what the request calls its host."""
    mail.outbox.clear()
    known = ask(client, EMAIL)
    assert known == ask(client, "nobody@acme.example")
    assert len(mail.outbox) == 1
    foreign = client.post(reverse("request_reset"), {"email": EMAIL}, headers={"host": "evil.example"})
    assert foreign.status_code == 400
    assert len(mail.outbox) == 1


def test_pwd_10_nobodys_mailbox_is_filled(client: Client, ada: int) -> None:
    """After three links in a row one waits, known or not; other addresses do not."""
    for email in (EMAIL, "nobody@acme.example"):
        for _ in range(3):
            ask(client, email)
        slower = client.post(reverse("request_reset"), {"email": email.upper()})
        assert slower.status_code == 429
        assert 250 < int(slower.headers["Retry-After"]) <= 300


def test_lock_1_whoever_tries_too_often_waits(client: Client, ada: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From one place, whatever the addresses: also somebody with the right password."""
    monkeypatch.setattr(bounds.SIGN_INS, "burst", 2.0)
    for _ in range(2):
        sign_in(client, "wrong")
    answer = client.post(reverse("sign_in"), {"email": EMAIL, "password": PASSWORD})
    assert answer.status_code == 429
    assert "Too many attempts" in answer.content.decode()
