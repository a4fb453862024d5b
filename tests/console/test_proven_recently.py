"""Acts that are dangerous in wrong hands ask once more who one is, where that was not shown within ten minutes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tenantry.accounts.commands import switch_feature
from tenantry.factors.queries import enforces_two_factor
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.sso.models import Federation, SignOnSettings
from tenantry.sso.queries import federation_id_of
from tenantry.tokens.models import UserToken
from tenantry.users.models import User
from tests.console.authenticators import ORIGIN, Authenticator
from tests.console.factors import PASSWORD, account, ada, bind, client, now_shown
from tests.console.people import AT, signed_in
from tests.console.test_passkeys import asked, keep
from tests.store.federating import a_certificate, switch_on

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
    assert browser.post(page, {"again": "GET", "again_password": ""}).status_code == 422
    assert User.objects.get(pk=ada).failed_attempts == 0, "nothing was tried"
    for n, wrong in enumerate(({"again_password": "x"}, {"again_code": "000000"}, {"again_password": " "}) * 2, 1):
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


# ---- settings of single sign-on: asked before the form, and in it if it came too late --------------------------------

SAML = {
    "enabled": "on",
    "sign_in_url": "https://idp.acme.example/sso",
    "sign_out_url": "https://acme.example/bye",
    "federation_location": "attribute",
    "name_id_policy": "transient",
    "context": "password_protected_transport",
    "comparison": "minimum",
}
FORMS: dict[str, dict[str, str]] = {
    "sso_options": SAML,
    "sso_openid": {
        "issuer": "https://id.acme.example",
        "client_id": "tenantry",
        "client_secret": "mint",
        "claim": "sub",
    },
    "sso_directory": {"bind_name": "cn=reader", "bind_password": "mint", "search_filter": "(uid={user})"},
}


def vouched_for(user: int, account: AccountId, ago: timedelta) -> Client:
    """A browser in which the account's identity provider has vouched for somebody some time ago."""
    browser = signed_in(user, account, datetime.now(UTC) - ago)
    session = browser.session
    session["proven_by"], session["federating"] = "idp", account
    session.save()
    return browser


@pytest.fixture
def licensed(account: AccountId) -> None:
    """The account may set single sign-on up."""
    switch_feature(actor=OPERATOR, at=AT, account=account, feature=Feature.ADVANCED_USER_SECURITY, on=True)


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.usefixtures("licensed")
def test_sso_1_editing_asks_before_the_form_is_shown(name: str, inside: Inside) -> None:
    """Reading does not; after the answer the form is there, and nothing more is asked."""
    browser, page = inside(), reverse(name)
    assert "Is it you?" not in browser.get(page).content.decode()
    asking = browser.get(page, {"edit": "1"}).content.decode()
    assert "Is it you?" in asking
    assert "Save</button>" not in asking
    answer = browser.post(f"{page}?edit=1", {"again": "GET", "again_password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{page}?edit=1")
    assert "Save</button>" in browser.get(page, {"edit": "1"}).content.decode()


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.usefixtures("licensed")
def test_sso_1_a_form_that_comes_too_late_loses_nothing(name: str, inside: Inside, account: AccountId) -> None:
    """It is shown again with what was typed and with the question; a secret is typed once more, which is said."""
    browser, page, sent = inside(), reverse(name), FORMS[name]
    late: Any = browser.post(page, sent)
    assert late.status_code == 422
    assert not SignOnSettings.rows.of(account).exists()
    shown = unescape(late.content.decode())
    assert "Is it you?" in shown
    assert "mint" not in shown
    secrets = {field for field, value in sent.items() if value == "mint"}
    assert all(f'value="{value}"' in shown for field, value in sent.items() if field not in secrets)
    assert {field for field, said in late.context["form"].errors.items() if "once more" in str(said)} == secrets
    wrong: Any = browser.post(page, {**sent, "again_password": "x"})
    assert "password" in str(wrong.context["again"]["form"].errors)
    right = {**sent, "enabled": ""} | {"again_password": PASSWORD}
    assert browser.post(page, right).status_code == 303
    assert SignOnSettings.rows.of(account).exists()


@pytest.mark.usefixtures("licensed")
def test_sso_2_a_certificate_that_was_imported_goes_along(inside: Inside, account: AccountId) -> None:
    """Browsers send a file once; the page has it in it until it is saved."""
    pem = a_certificate()
    browser, page = inside(), reverse("sso_options")
    file = SimpleUploadedFile("idp.pem", pem.encode())
    late: Any = browser.post(page, {**SAML, "certificate": file})
    assert late.context["imported"].pem == pem
    assert "Imported with this form" in late.content.decode()
    carried = late.context["form"]["imported"].value()
    assert browser.post(page, {**SAML, "imported": carried, "again_password": PASSWORD}).status_code == 303
    assert SignOnSettings.rows.of(account).get().certificate == pem


@pytest.mark.usefixtures("licensed")
def test_sso_1_whom_a_provider_vouches_for_has_an_hour_more_for_the_form(ada: int, account: AccountId) -> None:
    """Such people cannot answer in the form; what they typed stays to be read."""
    switch_on(account)
    Federation.rows.of(account).bulk_create([Federation(account_id=account, user_id=ada, federation_id="a", key="a")])
    browser = vouched_for(ada, account, timedelta(hours=1))
    assert "Sign in again" in browser.get(reverse("sso_openid"), {"edit": "1"}).content.decode()
    sent = {"issuer": "", "client_id": "new", "claim": "sub"}
    assert browser.post(reverse("sso_openid"), sent).status_code == 303
    late = vouched_for(ada, account, timedelta(hours=2))
    shown = late.post(reverse("sso_openid"), sent | {"client_id": "newer"}).content.decode()
    assert "sign in through it once more" in shown
    assert 'value="newer"' in shown
    assert SignOnSettings.rows.of(account).get().client_id == "new"


@pytest.mark.usefixtures("licensed")
def test_sso_5_naming_somebody_to_the_provider_asks(inside: Inside, ada: int, account: AccountId) -> None:
    """Roles alone do not, nor an id that stays; what was typed goes on with the password."""
    switch_on(account)
    browser, page = inside(), reverse("user_edit", args=[ada])
    roles = {"roles": ["ADMINISTRATOR", "STANDARD_USER"]}
    assert browser.post(page, {**roles, "federation_id": ""}).status_code == 303
    asking: Any = browser.post(page, {**roles, "federation_id": "A-1"})
    assert "Is it you?" in asking.content.decode()
    assert federation_id_of(account, ada) == ""
    sent = dict(asking.context["sent"]) | roles
    assert browser.post(page, {**sent, "again": "POST", "again_password": PASSWORD}).status_code == 303
    assert federation_id_of(account, ada) == "A-1"
    other = inside()
    assert other.post(page, {**roles, "federation_id": "A-1"}).status_code == 303
    assert "Is it you?" in other.post(page, {**roles, "federation_id": ""}).content.decode()
    added = {"email": "cy@acme.example", "first_name": "Cy", "last_name": "Acme", **roles, "federation_id": "C-1"}
    assert "Is it you?" in other.post(reverse("user_add"), added).content.decode()
