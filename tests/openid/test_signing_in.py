"""Signing in by OpenID Connect: the way through, and everything that must not lead through it."""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from joserfc.jwk import RSAKey
from joserfc.jws import serialize_compact

from tenantry.accounts.commands import suspend_account
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.sessions.models import Session
from tenantry.sso.models import Federation, SignOnSettings
from tenantry.sso.oidc_door import OPEN_AT_ONCE, QUESTIONS
from tenantry.sso.openid_providers import PROVIDERS
from tenantry.users.models import User
from tests.openid.accounts import a_browser, come_back, federate, is_in, signs_in_by_openid, start
from tests.openid.liar import KEY, OTHER_KEY, SECRET, Liar, a_liar
from tests.store.factories import AT, STANDARD_USER, a_user

pytestmark = [pytest.mark.django_db, pytest.mark.store]


@pytest.fixture
def acme(liar: Liar) -> AccountId:
    """An account whose people sign in there."""
    return signs_in_by_openid(liar.url)[0]


def way(browser: Client, liar: Liar, account: AccountId, **told: str) -> Any:
    """From the first address to the answer; returns what the browser gets."""
    begun = start(browser, account)
    liar.nonce = begun.nonce
    return come_back(browser, account, **{"state": begun.state, "code": f"code-{begun.state}", **told})


def refused(answer: Any, browser: Client) -> None:
    """Nobody is signed in, and the page says so without a detail."""
    assert answer.status_code == 403
    assert re.search(r"reference [0-9a-f]{8}", answer.content.decode())
    assert not is_in(browser)
    assert not Session.objects.filter(user__isnull=False).exists()


def test_sso_14_whom_the_provider_vouches_for_is_signed_in(liar: Liar, acme: AccountId) -> None:
    """Into the federating account, in a session by its identity provider, and to where they wanted."""
    browser = a_browser()
    begun = start(browser, acme, reverse("preferences"))
    assert begun.url.startswith(f"{liar.url}/authorize?")
    assert begun.asked["response_type"] == "code"
    assert begun.asked["code_challenge_method"] == "S256"
    assert begun.asked["redirect_uri"] == f"{settings.BASE_URL}/sso/{acme}/openid/callback"
    liar.nonce = begun.nonce
    answer: Any = come_back(browser, acme, state=begun.state, code="code-1", iss=liar.url)
    assert (answer.status_code, answer["Location"]) == (302, reverse("preferences"))
    assert browser.session["proven_by"] == "idp"
    assert browser.session["federating"] == acme
    assert is_in(browser)
    [(_, form)] = [asked for asked in liar.asked if asked[0] == "/token"]
    assert len(form["code_verifier"]) >= 43
    assert form["redirect_uri"] == begun.asked["redirect_uri"]
    assert form["code_verifier"] not in begun.url
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    assert begun.asked["code_challenge"] == urlsafe_b64encode(digest).decode().rstrip("=")


def test_sso_6_nothing_is_made_for_somebody_whom_the_account_does_not_know(liar: Liar, acme: AccountId) -> None:
    """Neither person nor session (SSO-6); and an id of another account is none of this one."""
    other, _ = signs_in_by_openid(liar.url, "Other")
    federate(other, a_user(other, STANDARD_USER), "FED-9")
    people = User.objects.count()
    for sub in ("FED-2", "FED-9", "fed-1"):
        browser = a_browser()
        liar.claims["sub"] = sub
        answer = way(browser, liar, acme)
        assert answer.status_code == 403
        assert "does not know" in answer.content.decode()
        assert not is_in(browser)
    assert User.objects.count() == people


def test_a_federation_id_without_a_role_opens_nothing(liar: Liar) -> None:
    """Setting a Federation ID gives no role (SSO-7)."""
    account, _ = signs_in_by_openid(liar.url)
    other, _ = signs_in_by_openid(liar.url, "Other")
    federate(other, a_user(account, STANDARD_USER), "FED-3")
    liar.claims["sub"] = "FED-3"
    browser = a_browser()
    assert way(browser, liar, other).status_code == 409
    assert not is_in(browser)


def test_the_federation_id_is_in_the_claim_that_the_account_chose(liar: Liar) -> None:
    """An e-mail address counts only if the provider says that it is verified."""
    account, who = signs_in_by_openid(liar.url, claim="email")
    Federation.rows.of(account).update(federation_id=who.email, key=who.email)
    liar.claims = {"email": who.email}
    assert way(a_browser(), liar, account).status_code == 403
    liar.claims["email_verified"] = "true"
    assert way(a_browser(), liar, account).status_code == 403
    liar.claims["email_verified"] = True
    begun = start(browser := a_browser(), account)
    assert begun.asked["scope"] == "openid profile email"
    liar.nonce = begun.nonce
    assert come_back(browser, account, state=begun.state, code="code-e").status_code == 302


@pytest.mark.parametrize(
    "claims",
    [{"sub": told} for told in (7, "", "x" * 300, None, "FED-1\0", " FED-1", "FED-1\u200b")],
    ids=ascii,
)
def test_a_federation_id_is_a_text_that_can_be_one(liar: Liar, acme: AccountId, claims: dict[str, Any]) -> None:
    """Nothing else is taken for one."""
    liar.claims = claims
    refused(way(browser := a_browser(), liar, acme), browser)


def test_the_session_gets_another_key(liar: Liar, acme: AccountId) -> None:
    """A key that somebody else knows from before is worth nothing afterwards."""
    browser = a_browser()
    begun = start(browser, acme)
    before = browser.session.session_key
    liar.nonce = begun.nonce
    assert come_back(browser, acme, state=begun.state, code="code-1").status_code == 302
    assert browser.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_only_addresses_of_the_console_are_followed(liar: Liar, acme: AccountId, onward: str) -> None:
    """Whatever `next` says, the browser stays here (SSO-11)."""
    browser = a_browser()
    begun = start(browser, acme, onward)
    liar.nonce = begun.nonce
    answer: Any = come_back(browser, acme, state=begun.state, code="code-1")
    assert (answer.status_code, answer["Location"]) == (302, reverse("home"))


def test_the_host_that_a_request_names_is_not_where_the_provider_sends_back_to(liar: Liar, acme: AccountId) -> None:
    """The address of the installation is a setting."""
    answer = Client(headers={"host": "localhost"}).get(reverse("openid_start", kwargs={"account": acme}))
    assert f"redirect_uri={urlsplit(settings.BASE_URL).scheme}%3A%2F%2F127.0.0.1" in answer["Location"]


class TestTheAnswerFitsTheQuestion:
    """State, browser, account and issuer."""

    def test_without_a_state_or_with_another_one(
        self, liar: Liar, acme: AccountId, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Both prove nothing."""
        browser = a_browser()
        refused(way(browser, liar, acme, state=""), browser)
        refused(way(browser, liar, acme, state="something else"), browser)
        assert "no question of this browser" in caplog.text

    def test_in_another_browser(self, liar: Liar, acme: AccountId, caplog: pytest.LogCaptureFixture) -> None:
        """Nobody can be signed in as somebody else by a link."""
        begun = start(a_browser(), acme)
        liar.nonce = begun.nonce
        victim = a_browser()
        refused(come_back(victim, acme, state=begun.state, code="code-1"), victim)
        start(victim, acme)
        refused(come_back(victim, acme, state=begun.state, code="code-1"), victim)
        assert "no question of this browser" in caplog.text

    def test_a_second_time(self, liar: Liar, acme: AccountId, caplog: pytest.LogCaptureFixture) -> None:
        """The question is answered once, by a right answer or a wrong one."""
        browser = a_browser()
        begun = start(browser, acme)
        liar.nonce = begun.nonce
        refused(come_back(browser, acme, state=begun.state, error="access_denied"), browser)
        refused(come_back(browser, acme, state=begun.state, code="code-1"), browser)
        assert "no question of this browser" in caplog.text

    def test_a_second_time_from_a_session_that_was_read_before(
        self, liar: Liar, acme: AccountId, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Two requests at once may both find the question in the session; one of them is refused."""
        browser = a_browser()
        begun = start(browser, acme)
        row = Session.objects.get(session_key=browser.session.session_key)
        copy = {"session_data": row.session_data, "expire_date": row.expire_date}
        liar.nonce = begun.nonce
        refused(come_back(browser, acme, state=begun.state, code="wrong"), browser)
        Session.objects.filter(session_key=row.session_key).update(**copy)
        refused(come_back(browser, acme, state=begun.state, code="code-1"), browser)
        assert "given before" in caplog.text

    def test_at_another_account(self, liar: Liar, acme: AccountId, caplog: pytest.LogCaptureFixture) -> None:
        """Not even one with the same provider."""
        other, _ = signs_in_by_openid(liar.url, "Other")
        browser = a_browser()
        begun = start(browser, acme)
        liar.nonce = begun.nonce
        refused(come_back(browser, other, state=begun.state, code="code-1"), browser)
        assert "came to another account" in caplog.text

    def test_of_another_issuer(self, liar: Liar, acme: AccountId, caplog: pytest.LogCaptureFixture) -> None:
        """Who answers says who it is, where the provider has promised that; an honest one is not mixed up with ours."""
        browser = a_browser()
        refused(way(browser, liar, acme, iss="https://honest.example"), browser)
        assert "/token" not in dict(liar.asked)
        assert "of another issuer" in caplog.text

    def test_of_nobody_where_the_provider_names_itself(
        self, liar: Liar, acme: AccountId, caplog: pytest.LogCaptureFixture
    ) -> None:
        """What it promised in its document is missed."""
        liar.document["authorization_response_iss_parameter_supported"] = True
        browser = a_browser()
        refused(way(browser, liar, acme), browser)
        assert "of another issuer" in caplog.text
        assert way(browser, liar, acme, iss=liar.url).status_code == 302

    @pytest.mark.parametrize("member", ["client_id", "issuer"])
    def test_after_the_provider_was_changed(
        self, member: str, acme: AccountId, caplog: pytest.LogCaptureFixture
    ) -> None:
        """The question went to somebody else."""
        browser = a_browser()
        begun = start(browser, acme)
        SignOnSettings.rows.of(acme).update(**{member: "another"})
        refused(come_back(browser, acme, state=begun.state, code="code-1"), browser)
        assert "changed its provider" in caplog.text

    def test_too_late(self, acme: AccountId, caplog: pytest.LogCaptureFixture) -> None:
        """After ten minutes."""
        browser = a_browser()
        begun = start(browser, acme)
        session = browser.session
        session[QUESTIONS] = [{**session[QUESTIONS][0], "at": AT.replace(year=2020).isoformat()}]
        session.save()
        refused(come_back(browser, acme, state=begun.state, code="code-1"), browser)
        assert "came too late" in caplog.text

    def test_a_code_that_was_used(self, liar: Liar, acme: AccountId) -> None:
        """The provider takes it once, and the token in it answers an older question anyway."""
        browser = a_browser()
        assert way(browser, liar, acme, code="code-1").status_code == 302
        other = a_browser()
        answer = way(other, liar, acme, code="code-1")
        assert answer.status_code == 403
        assert not is_in(other)


def _now(liar: Liar, **shifts: int) -> None:
    now = int(datetime.now(UTC).timestamp())
    liar.claims |= {name: now + seconds for name, seconds in shifts.items()}


SIGNED: Final = {"alg": "RS256", "kid": "one"}
LIES: dict[str, tuple[Callable[[Liar], object], str]] = {
    "another nonce": (lambda liar: liar.claims.update(nonce="of another question"), "fit: nonce"),
    "no nonce": (lambda liar: liar.claims.update(nonce=None), "fit: nonce"),
    "another key": (lambda liar: setattr(liar, "signs_with", OTHER_KEY), "BadSignature"),
    "unknown key": (lambda liar: liar.header.update(kid="two"), "does not publish"),
    "no signature": (lambda liar: liar.header.update(alg="none"), "UnsupportedAlgorithm"),
    "public key as secret": (lambda liar: liar.header.update(alg="HS256"), "UnsupportedAlgorithm"),
    "no algorithm": (lambda liar: liar.header.update(alg=None), "not signed as it must be"),
    "another audience": (lambda liar: liar.claims.update(aud="somebody"), "fit: aud"),
    "no audience": (lambda liar: liar.claims.update(aud=None), "fit: aud"),
    "several audiences, no party": (lambda liar: liar.claims.update(aud=["tenantry", "somebody"]), "fit: azp"),
    "another party": (lambda liar: liar.claims.update(aud=["tenantry", "x"], azp="x"), "fit: azp"),
    "another party alone": (lambda liar: liar.claims.update(azp="somebody"), "fit: azp"),
    "another issuer": (lambda liar: liar.claims.update(iss="https://honest.example"), "fit: iss"),
    "no issuer": (lambda liar: liar.claims.update(iss=None), "fit: iss"),
    "over": (lambda liar: _now(liar, iat=-600, exp=-61), "fit: exp"),
    "no end": (lambda liar: liar.claims.update(exp=None), "fit: exp"),
    "an end that is none": (lambda liar: liar.claims.update(exp="tomorrow"), "fit: exp"),
    "issued in future": (lambda liar: _now(liar, iat=70, exp=300), "fit: iat"),
    "not yet": (lambda liar: _now(liar, nbf=70), "fit: nbf"),
    "no instant": (lambda liar: liar.claims.update(iat=None), "fit: iat"),
    "hash of another access token": (lambda liar: liar.claims.update(at_hash="A" * 22), "fit: at_hash"),
    "no person": (lambda liar: liar.claims.update(sub=None), "fit: sub"),
    "no token": (lambda liar: setattr(liar, "raw_token", " "), "not signed as it must be"),
    "rubbish": (lambda liar: setattr(liar, "raw_token", "a.b.c"), "not signed as it must be"),
    "claims without a bottom": (
        lambda liar: setattr(liar, "raw_token", serialize_compact(SIGNED, b"[" * 30_000, KEY)),
        "not signed as it must be",
    ),
}
"""What a token may be wrong in, and what the log says of it."""


@pytest.mark.parametrize("name", LIES)
def test_a_token_that_is_not_right_proves_nothing(
    name: str, liar: Liar, acme: AccountId, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever is wrong with it, alone."""
    lie, reason = LIES[name]
    lie(liar)
    browser = a_browser()
    refused(way(browser, liar, acme), browser)
    assert reason in caplog.text


def test_within_a_minute_clocks_may_differ(liar: Liar, acme: AccountId) -> None:
    """Just over, and just not yet issued, are taken."""
    _now(liar, iat=-300, exp=-50)
    assert way(a_browser(), liar, acme).status_code == 302
    _now(liar, iat=50, exp=300)
    assert way(a_browser(), liar, acme).status_code == 302


def test_a_token_is_not_taken_again(liar: Liar, acme: AccountId) -> None:
    """One that was right for an earlier question."""
    liar.nonce = "x"
    begun = start(browser := a_browser(), acme)
    liar.nonce = begun.nonce
    liar.raw_token = liar.id_token()
    assert come_back(browser, acme, state=begun.state, code="code-1").status_code == 302
    again = a_browser()
    assert way(again, liar, acme, code="code-2").status_code == 403
    assert not is_in(again)


def test_new_keys_of_the_provider_are_found(liar: Liar, acme: AccountId, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token by a key that is not known has the keys fetched anew, once they are not quite young."""
    assert way(a_browser(), liar, acme).status_code == 302
    liar.key = liar.signs_with = RSAKey.import_key(OTHER_KEY.as_dict(private=True) | {"kid": "two"})
    liar.header["kid"] = "two"
    assert way(a_browser(), liar, acme).status_code == 403
    monkeypatch.setattr("tenantry.sso.openid_providers.NEW_AGAIN_SECONDS", 0.0)
    assert way(a_browser(), liar, acme).status_code == 302
    assert [path for path, _ in liar.asked].count("/keys") == 2
    assert [path for path, _ in liar.asked].count("/.well-known/openid-configuration") == 1


class TestWhatTheAccountsAreToEachOther:
    """Each account trusts its own provider, for its own people."""

    def test_the_provider_of_one_vouches_for_nobody_of_another(self, liar: Liar, acme: AccountId) -> None:
        """Mallory runs a provider for an account of hers; it opens neither Acme nor knows people by Acme's ids."""
        with a_liar() as hers:
            mallory, _ = signs_in_by_openid(hers.url, "Mallory")
            Federation.rows.of(mallory).delete()
            browser = a_browser()
            begun = start(browser, mallory)
            hers.nonce = begun.nonce
            assert come_back(browser, mallory, state=begun.state, code="code-1").status_code == 403
            begun = start(browser, acme)
            hers.nonce = liar.nonce = begun.nonce
            liar.raw_token = hers.id_token()  # her provider's token, for Acme's question
            refused(come_back(browser, acme, state=begun.state, code="code-2"), browser)

    @pytest.mark.parametrize("how", ["unknown", "off", "another way", "suspended"])
    def test_where_it_is_not_offered_all_is_answered_alike(self, liar: Liar, acme: AccountId, how: str) -> None:
        """An account that is not there, and one where nobody signs in so."""
        account = acme
        if how == "unknown":
            account = AccountId("no-such-account")
        elif how == "suspended":
            suspend_account(actor=OPERATOR, at=AT, account=acme)
        else:
            change = {"enabled": False} if how == "off" else {"protocol": "saml"}
            SignOnSettings.rows.of(acme).update(**change)
        pages = [a_browser().get(reverse(name, kwargs={"account": account})) for name in WAYS]
        assert [page.status_code for page in pages] == [403, 403]
        assert all("Nobody signs in here in this way" in page.content.decode() for page in pages)
        assert liar.asked == []


WAYS = ("openid_start", "openid_callback")


def test_lock_7_a_locked_person_stays_out(liar: Liar) -> None:
    """Whoever vouches (LOCK-7)."""
    account, who = signs_in_by_openid(liar.url)
    User.objects.filter(pk=who.id).update(locked=True)
    browser = a_browser()
    assert way(browser, liar, account).status_code == 403
    assert not is_in(browser)


def test_a_refused_answer_ends_no_session(liar: Liar, acme: AccountId) -> None:
    """A link with a wrong answer signs nobody out."""
    browser = a_browser()
    assert way(browser, liar, acme).status_code == 302
    assert come_back(browser, acme, state="x", code="code-2").status_code == 403
    assert is_in(browser)


def test_what_is_logged_has_the_reason_and_no_secret(
    liar: Liar, acme: AccountId, caplog: pytest.LogCaptureFixture
) -> None:
    """The reference on the page finds the line; code, token and secret are in neither."""
    liar.header["alg"] = "none"
    answer = way(a_browser(), liar, acme, code="code-top-secret")
    [line] = [record.getMessage() for record in caplog.records if "openid" in record.getMessage()]
    found = re.search(r"reference ([0-9a-f]{8})", answer.content.decode())
    assert found
    assert found[1] in line
    assert "not signed as it must be" in line
    for secret in ("top-secret", SECRET, "eyJ"):
        assert secret not in line
        assert secret not in answer.content.decode()


def test_trying_again_leads_to_where_one_wanted(liar: Liar, acme: AccountId) -> None:
    """After a provider that was not there, and after an answer that proved nothing."""
    address = reverse("openid_start", kwargs={"account": acme})
    wanted = f"{address}?next=%2Fme%2Fpreferences%2F%3Fa%3D1%26b"
    browser = a_browser()
    begun = start(browser, acme, "/me/preferences/?a=1&b")
    answer: Any = come_back(browser, acme, state=begun.state, error="access_denied")
    assert f'href="{wanted}"' in answer.content.decode()
    PROVIDERS.forget()
    liar.document["issuer"] = "https://honest.example"
    assert f'href="{wanted}"' in browser.get(wanted).content.decode()


def test_a_browser_has_some_questions_open_and_forgets_older_ones(liar: Liar, acme: AccountId) -> None:
    """One in each of a few tabs; whoever begins again and again does not fill the table of sessions."""
    browser = a_browser()
    begun = [start(browser, acme) for _ in range(OPEN_AT_ONCE + 1)]
    assert len(browser.session[QUESTIONS]) == OPEN_AT_ONCE
    for one, status in ((begun[0], 403), (begun[1], 302)):
        liar.nonce = one.nonce
        assert come_back(browser, acme, state=one.state, code=f"code-{one.state}").status_code == status


@pytest.mark.parametrize(
    ("ways", "in_the_form"),
    [(["client_secret_post"], True), (["client_secret_post", "client_secret_basic"], False), (None, False)],
    ids=str,
)
def test_the_secret_goes_the_way_that_the_provider_takes(
    ways: list[str] | None, in_the_form: object, liar: Liar, acme: AccountId
) -> None:
    """In the header, or in the form where that alone is taken; never in an address."""
    liar.document["token_endpoint_auth_methods_supported"] = ways
    assert way(a_browser(), liar, acme).status_code == 302
    [(path, form)] = [asked for asked in liar.asked if "/token" in asked[0]]
    assert (path, form.get("client_secret") == SECRET) == ("/token", in_the_form)


def test_a_secret_of_another_installation_is_a_reason_in_the_log(
    acme: AccountId, caplog: pytest.LogCaptureFixture
) -> None:
    """As after a restore under another key: nobody is asked with a wrong secret."""
    SignOnSettings.rows.of(acme).update(client_secret_sealed="gAAAA of another key")
    browser = a_browser()
    refused(browser.get(reverse("openid_start", kwargs={"account": acme})), browser)
    assert "sealed under another TENANTRY_SECRET_KEY" in caplog.text


def test_what_a_stranger_says_is_no_line_of_the_log(acme: AccountId, caplog: pytest.LogCaptureFixture) -> None:
    """The word for the error comes from an address that anybody can make up."""
    browser = a_browser()
    begun = start(browser, acme)
    come_back(browser, acme, state=begun.state, error="x\r\n2026 WARNING all is lost " + "y" * 100)
    [line] = [record.getMessage() for record in caplog.records if "openid" in record.getMessage()]
    assert line.endswith("the error x2026 WARNING all is lost " + "y" * 32 + ".")


def test_too_many_attempts_wait(liar: Liar, acme: AccountId, monkeypatch: pytest.MonkeyPatch) -> None:
    """As at the other doors of people who are not signed in."""
    from tenantry.runtimes.bounds import Buckets

    monkeypatch.setattr("tenantry.sso.oidc_door.SIGN_INS", Buckets(rate=0.001, burst=1))
    browser = a_browser()
    start(browser, acme)
    assert browser.get(reverse("openid_start", kwargs={"account": acme})).status_code == 429
    assert come_back(browser, acme, state="x").status_code == 429
