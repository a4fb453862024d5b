"""Settings of OpenID Connect and of the directory as stored: secrets, ways that replace each other, and the log."""

from dataclasses import replace
from typing import Any

import pytest

from tenantry.rules import refusals as no
from tenantry.rules.provider_settings import DirectorySettings, OpenIdSettings
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import AccountId
from tenantry.sso.models import Federation, SignOnSettings
from tenantry.sso.provider_settings import set_directory_settings, set_openid_settings
from tenantry.sso.providers_of_accounts import directory_of, openid_client, provider_settings, settings_in_use
from tests.directories.slapd import a_certificate
from tests.openid.accounts import federate
from tests.store.factories import ADMINISTRATOR, AT, STANDARD_USER, a_user, an_account, changes, watched

pytestmark = [pytest.mark.django_db, pytest.mark.store]

OPENID = OpenIdSettings(enabled=True, issuer="https://id.example.com", client_id="tenantry")
DIRECTORY = DirectorySettings(
    enabled=True,
    directory_url="ldap://directory.example.com",
    bind_name="cn=tenantry,dc=example",
    search_base="dc=example",
    attribute="uid",
)


@pytest.fixture
def account() -> AccountId:
    """An account."""
    return an_account("Acme")


@pytest.fixture
def here(account: AccountId) -> dict[str, Any]:
    """Its administrator, acting in it."""
    return {"actor": a_user(account, ADMINISTRATOR).actor, "at": AT, "account": account}


def members_refused(act: Any, *arguments: Any, **told: Any) -> list[str]:
    """The settings that are refused."""
    with pytest.raises(Refused) as caught:
        act(*arguments, **told)
    return [refusal.member for refusal in caught.value.refusals if isinstance(refusal, no.ProviderSettingInvalid)]


def test_what_is_set_is_what_signing_in_uses(account: AccountId, here: dict[str, Any]) -> None:
    """With the secret, which the row holds encrypted."""
    set_openid_settings(**here, settings=replace(OPENID, claim="oid"), secret="a secret")
    row = settings_in_use(account, "oidc")
    assert row is not None
    client = openid_client(row)
    assert (client.issuer, client.client_id, client.secret, client.claim) == (
        "https://id.example.com",
        "tenantry",
        "a secret",
        "oid",
    )
    assert "a secret" not in str(SignOnSettings.rows.of(account).values().get())
    certificate, key = a_certificate()
    told = replace(DIRECTORY, directory_certificate=key + "\n\n" + certificate)
    set_directory_settings(**here, settings=told, password="a password")
    row = settings_in_use(account, "ldap")
    assert row is not None
    directory = directory_of(row)
    assert (directory.bind_password, directory.certificate) == ("a password", certificate)
    stored = str(SignOnSettings.rows.of(account).values().get())
    assert "a password" not in stored
    assert "PRIVATE KEY" not in stored


def test_enabling_one_way_ends_another_and_keeps_what_is_set(account: AccountId, here: dict[str, Any]) -> None:
    """One counts at a time; switching it off keeps Federation IDs (SSO-21)."""
    federate(account, a_user(account, STANDARD_USER), "FED-1")
    set_openid_settings(**here, settings=OPENID, secret="a secret")
    set_directory_settings(**here, settings=DIRECTORY, password="a password")
    assert settings_in_use(account, "oidc") is None
    assert settings_in_use(account, "ldap") is not None
    set_openid_settings(**here, settings=replace(OPENID, enabled=False, claim="oid"))
    assert settings_in_use(account, "ldap") is not None
    set_directory_settings(**here, settings=replace(DIRECTORY, enabled=False))
    assert not SignOnSettings.rows.of(account).get().enabled
    set_openid_settings(**here, settings=OPENID)
    assert settings_in_use(account, "oidc") is not None
    assert Federation.rows.of(account).count() == 1


def test_the_log_tells_what_has_changed_and_no_secret(here: dict[str, Any]) -> None:
    """One entry for a change, none where nothing has changed."""
    with watched() as written:
        set_openid_settings(**here, settings=OPENID, secret="a secret")
    entry = written.only(here["account"])
    assert changes(entry) == {
        "openid_enabled": (False, True),
        "openid_issuer": ("", "https://id.example.com"),
        "openid_client_id": ("", "tenantry"),
        "openid_client_secret": (None, "set anew"),
    }
    with watched() as written:
        set_openid_settings(**here, settings=OPENID)
    assert written.entries == {}
    with watched() as written:
        set_directory_settings(**here, settings=DIRECTORY, password="a password")
    assert "a password" not in str(changes(written.only(here["account"])))


def test_a_secret_is_not_sent_to_another_server(account: AccountId, here: dict[str, Any]) -> None:
    """Whoever changes the server enters the secret anew, so that nobody has it sent to a server of their own."""
    set_openid_settings(**here, settings=OPENID, secret="a secret")
    moved = replace(OPENID, issuer="https://mallory.example.com")
    assert members_refused(set_openid_settings, **here, settings=moved) == ["client_secret"]
    off = replace(moved, enabled=False)
    assert members_refused(set_openid_settings, **here, settings=off) == ["client_secret"]
    set_openid_settings(**here, settings=moved, secret="another")
    assert openid_client(provider_settings(account)).secret == "another"
    set_directory_settings(**here, settings=DIRECTORY, password="a password")
    for address in ("ldap://mallory.example.com", "ldap://directory.example.com:1389"):
        moved_too = replace(DIRECTORY, directory_url=address)
        assert members_refused(set_directory_settings, **here, settings=moved_too) == ["bind_password"]
    set_directory_settings(**here, settings=replace(DIRECTORY, directory_url="ldap://directory.example.com/"))
    assert directory_of(provider_settings(account)).bind_password == "a password"


def test_without_an_issuer_there_is_no_secret(account: AccountId, here: dict[str, Any]) -> None:
    """Whoever leaves a provider need not make up a secret to get rid of the one that was set."""
    set_openid_settings(**here, settings=OPENID, secret="a secret")
    set_openid_settings(**here, settings=OpenIdSettings())
    assert provider_settings(account).client_secret_sealed == ""
    assert members_refused(set_openid_settings, **here, settings=OPENID) == ["client_secret"]


def test_sso_15_the_sign_out_redirect_url_is_one_for_all_protocols(account: AccountId, here: dict[str, Any]) -> None:
    """Each page sets it; where nothing is said of it, it stays (SSO-15)."""
    url = "https://id.example.com/bye"
    with watched() as written:
        set_openid_settings(**here, settings=OPENID, secret="a secret", sign_out_url=url)
    assert changes(written.only(account))["sso_sign_out_url"] == ("", url)
    set_directory_settings(**here, settings=DIRECTORY, password="a password")
    assert provider_settings(account).sign_out_url == url
    with watched() as written:
        set_directory_settings(**here, settings=DIRECTORY, sign_out_url="")
    assert changes(written.only(account)) == {"sso_sign_out_url": (url, "")}
    for act, settings in ((set_openid_settings, OPENID), (set_directory_settings, DIRECTORY)):
        told = {"settings": settings, "sign_out_url": "javascript:alert(1)"}
        assert "sign_out_url" in members_refused(act, **here, **told)


def test_what_would_not_be_asked_is_refused_with_everything_else_that_is_wrong(here: dict[str, Any]) -> None:
    """Each setting for one reason; nothing is written."""
    odd = replace(OPENID, issuer="http://id.example.com", claim="")
    assert members_refused(set_openid_settings, **here, settings=odd) == ["client_secret", "claim", "issuer"]
    for address, start_tls in (("ldap://d.example.com", False), ("ldaps://d.example.com", True), ("d", True)):
        told = replace(DIRECTORY, directory_url=address, start_tls=start_tls)
        assert members_refused(set_directory_settings, **here, settings=told, password="x") == ["directory_url"]
    rubbish = replace(DIRECTORY, directory_certificate="-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")
    told_of = members_refused(set_directory_settings, **here, settings=rubbish, password="x")
    assert told_of == ["directory_certificate"]
    assert not SignOnSettings.rows.of(here["account"]).exists()


def test_it_needs_the_feature_and_the_right(account: AccountId) -> None:
    """Advanced User Security, and Account Administration (SSO-1)."""
    plain = an_account("Plain", frozenset())
    boss, user = a_user(plain, ADMINISTRATOR).actor, a_user(account, STANDARD_USER).actor
    for act, settings in ((set_openid_settings, OpenIdSettings()), (set_directory_settings, DirectorySettings())):
        told: dict[str, Any] = {"settings": settings}
        with pytest.raises(Refused) as caught:
            act(actor=boss, at=AT, account=plain, **told)
        assert caught.value.refusal.rules[0] == "SSO-1"
        with pytest.raises(Refused) as caught:
            act(actor=user, at=AT, account=account, **told)
        assert isinstance(caught.value.refusal, no.PrivilegeNotHeld)
