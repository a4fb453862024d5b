"""The tabs OpenID Connect and Directory of SSO Options: reading, editing, trying."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tenantry.accounts.commands import switch_feature
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tenantry.runtimes.bounds import Buckets
from tenantry.sso import provider_pages
from tenantry.sso.models import SignOnSettings
from tests.console.people import signed_in
from tests.openid.accounts import this_machine_allowed
from tests.openid.liar import SECRET, Liar, a_liar
from tests.store.factories import ADMINISTRATOR, AT, a_user, an_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def liar() -> Iterator[Liar]:
    """An OpenID provider."""
    with this_machine_allowed(), a_liar() as serving:
        yield serving


@pytest.fixture
def account() -> AccountId:
    """An account."""
    return an_account("Acme")


@pytest.fixture
def client(account: AccountId) -> Client:
    """The browser of its administrator."""
    return signed_in(a_user(account, ADMINISTRATOR).id, account)


def openid(liar: Liar, **other: str) -> dict[str, str]:
    """What the form sends."""
    usual = {"enabled": "True", "issuer": liar.url, "client_id": "tenantry", "claim": "sub"}
    return usual | {"client_secret": SECRET} | other


def test_openid_connect_is_set_shown_and_tried(account: AccountId, client: Client, liar: Liar) -> None:
    """The secret is nowhere afterwards; the addresses are there to be copied."""
    page = reverse("sso_openid")
    assert "Test Connection" not in client.get(page).content.decode()
    assert client.post(page, openid(liar)).status_code == 303
    shown = client.get(page).content.decode()
    assert f"/sso/{account}/openid/callback" in shown
    assert "Enabled" in shown
    tried = client.post(reverse("sso_openid_test")).content.decode()
    assert "127.0.0.1 answers, and publishes 1 key to sign with." in tried
    for text in (shown, tried, client.get(page, {"edit": "1"}).content.decode()):
        assert SECRET not in text
    liar.document["issuer"] = "https://honest.example"
    wrong = client.post(reverse("sso_openid_test")).content.decode()
    assert "is of another issuer" in wrong
    assert 'role="alert"' in wrong


def test_what_is_wrong_is_told_at_its_field(account: AccountId, client: Client, liar: Liar) -> None:
    """With 422, and nothing is written."""
    for name, sent, member in (
        ("sso_openid", openid(liar, issuer="http://id.example.com"), "issuer"),
        ("sso_openid", openid(liar, client_secret=""), "client_secret"),
        ("sso_directory", {"enabled": "True", "search_filter": "(uid=x)"}, "search_filter"),
    ):
        answer: Any = client.post(reverse(name), sent)
        assert answer.status_code == 422
        assert member in answer.context["form"].errors
    assert not SignOnSettings.rows.of(account).exists()


@pytest.mark.parametrize("wrong", [{"issuer": "id.example.com"}, {"claim": ""}], ids=str)
def test_a_secret_that_went_with_a_wrong_form_is_asked_for_again(
    wrong: dict[str, str], client: Client, liar: Liar
) -> None:
    """Else the next try, with the field empty, would keep the one from before, and nobody would notice."""
    client.post(reverse("sso_openid"), openid(liar))
    shown = client.post(reverse("sso_openid"), openid(liar, client_secret="a new one", **wrong))
    assert shown.status_code == 422
    assert "Enter it once more" in shown.content.decode()
    assert "a new one" not in shown.content.decode()
    without = client.post(reverse("sso_openid"), openid(liar, client_secret="", **wrong))
    assert "Enter it once more" not in without.content.decode()


def test_a_directory_is_set_shown_and_tried(client: Client, liar: Liar) -> None:
    """What is wrong with the connection is said in a sentence."""
    sent = {
        "directory_url": "ldaps://127.0.0.1:1",
        "start_tls": "False",
        "bind_name": "cn=x",
        "bind_password": "never shown again",
        "search_base": "dc=example",
        "search_filter": "(uid={user})",
        "attribute": "uid",
    }
    assert client.post(reverse("sso_directory"), sent).status_code == 303
    shown = client.get(reverse("sso_directory")).content.decode()
    assert "TLS from the beginning" in shown
    tried = client.post(reverse("sso_directory_test")).content.decode()
    assert "127.0.0.1 does not answer on port 1." in tried
    assert "never shown again" not in shown + tried


def test_trying_often_has_to_wait(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody keeps the server busy with it."""
    monkeypatch.setattr(provider_pages, "TRIALS", Buckets(rate=0.01, burst=1))
    assert "Wait" not in client.post(reverse("sso_openid_test")).content.decode()
    assert "Wait 100 seconds" in client.post(reverse("sso_openid_test")).content.decode()


def test_an_account_without_the_feature_is_told(liar: Liar) -> None:
    """The rule and the feature."""
    plain = an_account("Plain", frozenset())
    client = signed_in(a_user(plain, ADMINISTRATOR).id, plain)
    pages = [reverse("sso_options"), reverse("sso_openid"), reverse("sso_directory")]
    for answer in (client.post(reverse("sso_openid"), openid(liar)), *map(client.get, pages)):
        assert answer.status_code == 409
        assert "Advanced User Security" in answer.content.decode()


def test_sso_1_an_account_that_has_lost_the_feature_asks_nobody(account: AccountId, client: Client, liar: Liar) -> None:
    """What it has set stays, and is neither shown nor tried (SSO-1)."""
    client.post(reverse("sso_openid"), openid(liar))
    switch_feature(actor=OPERATOR, at=AT, account=account, feature=Feature.ADVANCED_USER_SECURITY, on=False)
    assert client.post(reverse("sso_openid_test")).status_code == 409
    assert liar.asked == []


def test_sso_15_both_pages_set_where_the_browser_goes_after_signing_out(
    account: AccountId, client: Client, liar: Liar
) -> None:
    """The page shows it; it is the one of all protocols (SSO-15)."""
    url = "https://id.example.com/bye"
    client.post(reverse("sso_openid"), openid(liar, sign_out_url=url))
    for page in ("sso_openid", "sso_directory"):
        assert url in client.get(reverse(page)).content.decode()
    client.post(reverse("sso_directory"), {"search_filter": "(uid={user})", "sign_out_url": ""})
    assert SignOnSettings.rows.of(account).get().sign_out_url == ""


def test_the_other_tabs_say_that_enabling_them_takes_the_place(client: Client, liar: Liar) -> None:
    """One protocol is in force at a time."""
    pages = {"sso_options": "SAML", "sso_openid": "OpenID Connect", "sso_directory": "Directory (LDAP)"}
    client.post(reverse("sso_openid"), openid(liar))
    for page, title in pages.items():
        said = (
            f"Another protocol is enabled. Enabling {title} takes its place."
            in client.get(reverse(page)).content.decode()
        )
        assert said == (page != "sso_openid")


def test_what_waits_for_its_secret_is_told(account: AccountId, client: Client, liar: Liar) -> None:
    """As after a load of an estate file; the one that is set is enough."""
    told = "Nobody can sign in this way yet"
    client.post(reverse("sso_openid"), openid(liar))
    assert told not in client.get(reverse("sso_openid")).content.decode()
    rows = SignOnSettings.rows.of(account)
    rows.update(client_secret_sealed="")
    assert told in client.get(reverse("sso_openid")).content.decode()
    assert "The client secret is not set." in client.post(reverse("sso_openid_test")).content.decode()
    rows.update(protocol="ldap", bind_name="cn=x")
    assert told in client.get(reverse("sso_directory")).content.decode()
    rows.update(bind_name="")
    assert told not in client.get(reverse("sso_directory")).content.decode()
