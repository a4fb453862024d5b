"""The lock screen of people with second factors: password and code together, or a passkey (SESS-3, MFA-3)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tenantry.rules.sessions import SessionSettings
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.sessions.commands import set_session_settings
from tenantry.sessions.models import Session
from tenantry.users.models import User
from tests.console.authenticators import ORIGIN, Authenticator
from tests.console.factors import PASSWORD, account, ada, bind, client, knock, now_shown
from tests.console.people import AT, known, signed_in
from tests.console.test_passkeys import asked, keep

__all__ = ["account", "ada", "client"]
pytestmark = pytest.mark.django_db

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def locks(account: AccountId, settings: Settings) -> None:
    """The account locks inactive sessions, in an installation that is reached under a name."""
    settings.BASE_URL = ORIGIN
    held = SessionSettings(lock_inactive=True)
    set_session_settings(actor=OPERATOR, at=AT, account=account, settings=held)


def enter(client: Client, backup: str = "") -> None:
    """Sign in with the password, and a backup code if there are any."""
    knock(client)
    if backup:
        client.post(reverse("second_factor") + "?backup=1", {"backup_code": backup})
    assert client.get(reverse("user_information")).status_code == 200


def idle(client: Client) -> None:
    """Nobody was active for 16 minutes."""
    key = client.cookies["tenantry_session"].value
    Session.objects.filter(session_key=key).update(active_at=datetime.now(UTC) - timedelta(minutes=16))
    assert client.get(reverse("user_information")).status_code == 423


def attempts(person: int) -> int:
    """How many invalid attempts are counted."""
    return User.objects.get(pk=person).failed_attempts


@pytest.mark.usefixtures("locks")
def test_sess_3_and_mfa_3_a_code_besides_the_password(client: Client, ada: int) -> None:
    """Neither alone opens; what is wrong is told at its field and counts (LOCK-1); what is left out is no attempt."""
    secret, codes = bind()
    enter(client, codes[0])
    assert "lock-code" in client.get(reverse("user_information")).content.decode(), "over an open page, too"
    idle(client)
    page = client.get(reverse("user_information")).content.decode()
    assert 'name="code"' in page
    assert "Use a passkey" not in page
    for sent, counted, said in (
        ({"password": PASSWORD}, 0, "This field is required."),
        ({"code": now_shown(secret)}, 0, "This field is required."),
        ({"password": "?", "code": now_shown(secret)}, 1, "The password is not right."),
        ({"password": PASSWORD, "code": "000000"}, 2, "This code is not right"),
        ({"password": PASSWORD, "code": codes[1]}, 2, "at most 20 characters"),
    ):
        answer = client.post(reverse("unlock"), sent, headers=SCRIPT)
        assert (answer.status_code, attempts(ada)) == (422, counted)
        assert said in answer.content.decode()
    assert client.get(reverse("user_information")).status_code == 423
    right = {"password": PASSWORD, "code": now_shown(secret)}
    assert client.post(reverse("unlock"), right, headers=SCRIPT).status_code == 204
    assert attempts(ada) == 0
    assert client.get(reverse("user_information")).status_code == 200
    idle(client)
    assert client.post(reverse("unlock"), right, headers=SCRIPT).status_code == 422, "each code once (MFA-2)"


@pytest.mark.usefixtures("locks")
def test_sess_3_the_password_alone_where_there_is_no_second_factor(client: Client, ada: int) -> None:
    """No code is asked for."""
    enter(client)
    idle(client)
    page = client.get(reverse("user_information")).content.decode()
    assert 'name="code"' not in page
    assert "Use a passkey" not in page
    assert client.post(reverse("unlock"), {"password": PASSWORD}, headers=SCRIPT).status_code == 204


@pytest.mark.usefixtures("locks")
def test_sess_3_a_passkey_unlocks_alone(client: Client, ada: int, account: AccountId) -> None:
    """One's own, by a question that the locked session asks; somebody else's counts, as a wrong password does."""
    mine, theirs = Authenticator(), Authenticator()
    keep(signed_in(ada, account), mine)
    keep(signed_in(known(account, "gil@acme.example"), account), theirs)
    bind()
    client.post(reverse("passkey_sign_in"), {"passkey": mine.answer(asked(client))})
    assert client.get(reverse("user_information")).status_code == 200
    idle(client)
    assert "Use a passkey" in client.get(reverse("user_information")).content.decode()
    wrong = client.post(reverse("unlock"), {"passkey": theirs.answer(asked(client))}, headers=SCRIPT)
    assert (wrong.status_code, attempts(ada)) == (422, 1)
    assert "This passkey cannot be used here." in wrong.content.decode()
    assert client.get(reverse("user_information")).status_code == 423, "asking the question has opened nothing"
    sent = {"passkey": mine.answer(asked(client)), "next": "/me/preferences/"}
    assert client.post(reverse("unlock"), sent)["Location"] == "/me/preferences/"
    assert attempts(ada) == 0
    assert client.get(reverse("user_information")).status_code == 200


@pytest.mark.usefixtures("locks")
def test_sess_3_who_has_no_password_is_asked_for_the_passkey_alone(
    client: Client, ada: int, account: AccountId
) -> None:
    """A password that does not exist would be asked for in vain."""
    device = Authenticator()
    keep(signed_in(ada, account), device)
    person = User.objects.get(pk=ada)
    person.set_unusable_password()
    person.save(update_fields=["password"])
    client.post(reverse("passkey_sign_in"), {"passkey": device.answer(asked(client))})
    idle(client)
    page = client.get(reverse("user_information")).content.decode()
    assert "lock-password" not in page
    assert "Use a passkey" in page


@pytest.mark.usefixtures("locks")
def test_what_is_wrong_in_a_page_does_not_show_on_its_lock_screen(ada: int, account: AccountId) -> None:
    """A page of a form with a code, too."""
    bind()
    inside = signed_in(ada, account)
    session = inside.session
    session["locks"] = True
    session.save()
    page = inside.post(reverse("two_factor_set_up"), {"code": "000000"}).content.decode()
    lock = page[page.index('id="lock"') :]
    assert 'name="code"' in lock
    assert "aria-invalid" not in lock
    assert f'name="next" value="{reverse("two_factor_set_up")}"' in lock
