"""Acts that are dangerous in wrong hands ask once more who one is, where that was not shown within ten minutes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tenantry.accounts.commands import switch_feature
from tenantry.factors.queries import enforces_two_factor
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.sso.models import Federation, SignOnSettings
from tenantry.tokens.models import UserToken
from tenantry.users.models import User
from tests.console.authenticators import ORIGIN, Authenticator
from tests.console.factors import PASSWORD, account, ada, bind, client, now_shown
from tests.console.people import AT, signed_in
from tests.console.test_passkeys import asked, keep

__all__ = ["account", "ada", "client"]
pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(minutes=10)
Inside = Callable[[], Client]


@pytest.fixture
def inside(ada: int, account: AccountId) -> Inside:
    """Browsers in which Ada signed in ten minutes ago, in an account with the token feature."""
    switch_feature(actor=OPERATOR, at=AT, account=account, feature=Feature.API_TOKENS, on=True)
    return lambda: signed_in(ada, account, datetime.now(UTC) - LONG_AGO)


DANGEROUS = (
    "own_token_add",
    "two_factor_enforcement",
    "two_factor_set_up",
    "backup_codes",
    "passkey_add",
    "passkey_remove",
)


@pytest.mark.parametrize("name", DANGEROUS)
def test_what_is_dangerous_asks_after_ten_minutes(name: str, inside: Inside, ada: int, account: AccountId) -> None:
    """Before they are over it does not; what is only looked at never does."""
    old, fresh = inside(), signed_in(ada, account, datetime.now(UTC) - LONG_AGO + timedelta(seconds=30))
    page = old.get(reverse(name))
    assert page.status_code == 200
    assert "Is it you?" in page.content.decode()
    sent = old.post(reverse(name), {"name": "ci", "enforced": "1"})
    assert sent.status_code == 403
    assert "Is it you?" in sent.content.decode()
    assert not enforces_two_factor(account)
    assert not UserToken.rows.of(account).exists()
    assert "Is it you?" not in fresh.get(reverse(name)).content.decode()
    for looked in ("own_tokens", "security", "authentication"):
        assert "Is it you?" not in old.get(reverse(looked)).content.decode()


def test_what_was_typed_goes_on_with_the_password(inside: Inside, account: AccountId) -> None:
    """The form carries it; then for ten minutes nothing is asked."""
    browser = inside()
    asking = browser.post(reverse("own_token_add"), {"name": 'ci "1" <2>'})
    assert ("name", 'ci "1" <2>') in asking.context["sent"]
    answer = {"again": "POST", "again_password": PASSWORD, **dict(asking.context["sent"])}
    made = browser.post(reverse("own_token_add"), answer)
    assert made.status_code == 200
    assert [row.name for row in UserToken.rows.of(account)] == ['ci "1" <2>']
    assert PASSWORD not in made.content.decode()
    assert "Is it you?" not in browser.get(reverse("two_factor_enforcement")).content.decode()


def test_a_dialog_that_was_opened_opens(inside: Inside) -> None:
    """After the answer the browser asks for it again; in a dialog the question is a dialog."""
    browser = inside()
    page = reverse("own_token_add")
    hx = {"HX-Request": "true", "HX-Target": "dialog-body"}
    part = browser.get(page, headers=hx)
    assert "Is it you?" in part.content.decode()
    assert "<!doctype" not in part.content.decode()
    answer = browser.post(page, {"again": "GET", "again_password": PASSWORD}, headers=hx)
    assert (answer.status_code, answer.headers["Location"]) == (303, page)
    assert "Generate Token" in browser.get(page, headers=hx).content.decode()


def test_an_answer_that_comes_when_none_is_needed_any_more_does_no_harm(inside: Inside, account: AccountId) -> None:
    """Two tabs asked; the second one goes on as well."""
    browser = inside()
    page = reverse("own_token_add")
    browser.post(page, {"again": "GET", "again_password": PASSWORD})
    assert browser.post(page, {"again": "GET", "again_password": "x"}).status_code == 303
    assert browser.post(page, {"again": "POST", "again_password": "x", "name": "ci"}).status_code == 200
    assert UserToken.rows.of(account).count() == 1


def test_lock_1_wrong_answers_count(inside: Inside, ada: int) -> None:
    """Passwords and codes alike; the sixth locks, and the session is over."""
    bind()
    browser = inside()
    page = reverse("two_factor_enforcement")
    for n, wrong in enumerate(({"again_password": "x"}, {"again_code": "000000"}, {}) * 2, 1):
        answer = browser.post(page, {"again": "GET", **wrong})
        assert answer.status_code == 422
        assert User.objects.get(pk=ada).failed_attempts == n
    assert User.objects.get(pk=ada).locked
    assert browser.post(page, {"again": "GET", "again_password": PASSWORD}).status_code == 403


def test_a_code_or_a_passkey_does_as_well(inside: Inside, ada: int, account: AccountId, settings: Settings) -> None:
    """What the person has is offered."""
    settings.BASE_URL = ORIGIN
    page = reverse("two_factor_enforcement")
    plain = inside().get(page).content.decode()
    assert "again_code" not in plain
    assert "Use a passkey" not in plain
    device = Authenticator()
    keep(signed_in(ada, account), device)
    secret, _ = bind()
    by_code, by_passkey = inside(), inside()
    assert by_code.post(page, {"again": "GET", "again_code": now_shown(secret)}).status_code == 303
    assert "Use a passkey" in by_passkey.get(page).content.decode()
    assert (
        by_passkey.post(page, {"again": "GET", "again_passkey": Authenticator().answer(asked(by_passkey))}).status_code
        == 422
    )
    assert by_passkey.post(page, {"again": "GET", "again_passkey": device.answer(asked(by_passkey))}).status_code == 303
    assert by_passkey.get(page).context["back"] == reverse("security")


def test_mfa_10_whoever_comes_by_an_identity_provider_signs_in_again(ada: int, account: AccountId) -> None:
    """After an hour; password and code are not asked for."""
    SignOnSettings.rows.of(account).bulk_create([SignOnSettings(account_id=account, enabled=True)])
    Federation.rows.of(account).bulk_create([Federation(account_id=account, user_id=ada, federation_id="a", key="a")])
    found = {}
    for minutes in (59, 60):
        browser = signed_in(ada, account, datetime.now(UTC) - timedelta(minutes=minutes))
        session = browser.session
        session["proven_by"], session["federating"] = "idp", account
        session.save()
        found[minutes] = browser.get(reverse("two_factor_enforcement"))
    assert [found[minutes].status_code for minutes in (59, 60)] == [200, 403]
    page = found[60].content.decode()
    assert "Sign in again" in page
    assert "again_password" not in page
