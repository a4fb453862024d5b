"""SSO-1, SSO-2, SSO-3, SSO-21: what an account sets for single sign-on by SAML."""

from dataclasses import fields, replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tenantry.rules import refusals as no
from tenantry.rules.features import Feature
from tenantry.rules.refusals import Refused
from tenantry.rules.saml_settings import SamlSettings
from tenantry.rules.vocabulary import AccountId
from tenantry.sso.certificates import read_certificate
from tenantry.sso.models import SignOnSettings
from tenantry.sso.queries import federation_id_of, saml_settings_of, sign_on_enabled
from tenantry.sso.saml_settings import set_saml_settings
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    STANDARD_USER,
    Somebody,
    a_user,
    an_account,
    changes,
    manager,
    refused,
    watched,
    words,
)
from tests.store.federating import a_certificate, federate

pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.store]

CERTIFICATE = a_certificate()
COMPLETE = SamlSettings(enabled=True, certificate=CERTIFICATE, sign_in_url="https://idp.example/sso")


@pytest.fixture
def here(db: None) -> AccountId:
    """An account."""
    return an_account("Here")


@pytest.fixture
def ann(here: AccountId) -> Somebody:
    """Its Administrator."""
    return a_user(here, ADMINISTRATOR)


def with_(member: str, text: str) -> SamlSettings:
    """Complete settings, but for one."""
    values: dict[str, Any] = {member: text}
    return replace(COMPLETE, **values)


def save(account: AccountId, by: Somebody, settings: SamlSettings) -> None:
    """Save settings."""
    set_saml_settings(actor=by.actor, at=AT, account=account, settings=settings)


def test_sso_2_the_defaults(here: AccountId) -> None:
    """Disabled; the attribute; Transient; Password Protected Transport, exactly; not encrypted."""
    assert saml_settings_of(here) == SamlSettings(
        enabled=False,
        certificate="",
        sign_in_url="",
        sign_out_url="",
        federation_location="attribute",
        name_id_policy="transient",
        context="password_protected_transport",
        comparison="exact",
        encrypted=False,
    )
    stored = SignOnSettings(account_id=here)
    assert all(getattr(stored, field.name) == field.default for field in fields(SamlSettings))


def test_sso_2_settings_are_kept_on_the_record_and_no_other_accounts(here: AccountId, ann: Somebody) -> None:
    """The log tells what has changed, of a certificate its fingerprint; saving the same again is no act."""
    there = an_account("There")
    chosen = replace(
        COMPLETE,
        sign_out_url="https://idp.example/out?then=home",
        federation_location="name_id",
        name_id_policy="unspecified",
        context="unspecified",
        comparison="minimum",
        encrypted=True,
    )
    with watched() as written:
        save(here, ann, chosen)
    entry = written.only(here)
    assert words(entry) == ("account", "EDIT", "NONE")
    told = changes(entry)
    assert told["sso_enabled"] == (False, True)
    assert told["sso_certificate"] == ("", read_certificate(CERTIFICATE).fingerprint)
    assert told["sso_sign_in_url"] == ("", "https://idp.example/sso")
    assert len(told) == 9
    assert "BEGIN" not in str(entry.properties)
    assert (saml_settings_of(here), saml_settings_of(there)) == (chosen, SamlSettings())
    assert (sign_on_enabled(here), sign_on_enabled(there)) == (True, False)
    with watched() as written:
        save(here, ann, chosen)
    assert (written.entries, written.raised) == ({}, {})


def test_sso_1_it_takes_account_administration_and_advanced_user_security(here: AccountId, ann: Somebody) -> None:
    """A manager of users has no say in it, and without the feature nobody has."""
    boss = manager(here)
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        save(here, boss, COMPLETE)
    plain = an_account("Plain", frozenset({Feature.ACCOUNT_GROUPS}))
    pat = a_user(plain, ADMINISTRATOR)
    with refused(no.FeatureMissing, "SSO-1"):
        save(plain, pat, COMPLETE)


@pytest.mark.parametrize("missing", ["certificate", "sign_in_url"])
def test_sso_3_enabling_takes_certificate_and_sign_in_url(missing: str, here: AccountId, ann: Somebody) -> None:
    """Neither is needed as long as it is off; what is missing is named, all of it."""
    save(here, ann, replace(with_(missing, ""), enabled=False))
    with refused(no.SignOnIncomplete, "SSO-3") as caught:
        save(here, ann, with_(missing, ""))
    assert caught[0].details()["member"] == missing
    with pytest.raises(Refused) as raised:
        save(here, ann, SamlSettings(enabled=True))
    assert len(raised.value.refusals) == 2
    assert not sign_on_enabled(here)


@pytest.mark.parametrize("member", ["federation_location", "name_id_policy", "context", "comparison"])
def test_sso_2_any_other_word_is_an_error(member: str, here: AccountId, ann: Somebody) -> None:
    """Words of other products, other writings, and nothing at all."""
    for word in ("persistent", "TRANSIENT", ""):
        with refused(no.SignOnChoiceUnknown, "SSO-2") as caught:
            save(here, ann, with_(member, word))
        assert caught[0].details()["member"] == member


@pytest.mark.parametrize(
    "url",
    [
        "http://idp.example/sso",
        "javascript:alert(1)",
        "//idp.example/sso",
        "idp.example",
        "https://",
        "https://user:secret@idp.example/",
        "https://idp.example/a b",
        "https://idp.example/\nSet-Cookie: x",
        "https://idp.example\\@evil.example/",
        "data:text/html,x",
        pytest.param("https://idp.example/" + "x" * 2000, id="long"),
    ],
)
def test_sso_2_browsers_are_sent_to_https_alone(url: str, here: AccountId, ann: Somebody) -> None:
    """Both addresses, and each refusal names its field."""
    for member in ("sign_in_url", "sign_out_url"):
        with refused(no.SignOnUrlInvalid, "SSO-2") as caught:
            save(here, ann, with_(member, url))
        assert caught[0].details()["member"] == member


@pytest.mark.parametrize(
    "url", ["https://idp.example", "HTTPS://idp.example:8443/a?b=c#d", "http://127.0.0.1:9000/sso", "http://localhost/"]
)
def test_sso_2_addresses_that_can_be(url: str, here: AccountId, ann: Somebody) -> None:
    """By HTTPS, or on this machine."""
    save(here, ann, replace(COMPLETE, sign_in_url=url))
    assert saml_settings_of(here).sign_in_url == url


def test_sso_2_a_certificate_is_kept_in_one_way_of_writing(here: AccountId, ann: Somebody) -> None:
    """Whatever stood around it in the file, and its subject, end and fingerprint are told."""
    save(here, ann, replace(COMPLETE, certificate=f"Bag Attributes\n  friendlyName: idp\n{CERTIFICATE}\n\n"))
    assert saml_settings_of(here).certificate == CERTIFICATE
    found = read_certificate(CERTIFICATE)
    assert (found.subject, found.issuer, found.expires.year) == ("CN=idp.example", "CN=idp.example", 2036)
    assert len(found.fingerprint) == 32 * 3 - 1


def _private_key() -> str:
    key = rsa.generate_private_key(65537, 2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("hello", "no line “-----BEGIN CERTIFICATE-----”"),
        (CERTIFICATE.replace("MI", "M1", 1), "no X.509 certificate"),
        (CERTIFICATE[:200], "no X.509 certificate"),
        (CERTIFICATE + CERTIFICATE, f"line {CERTIFICATE.count(chr(10)) + 1} begins a second certificate"),
        (f"\n\n{_private_key()}{CERTIFICATE}", "line 3 begins a private key"),
        ("-----BEGIN CERTIFICATE REQUEST-----\n", "line 1 begins something else, “CERTIFICATE REQUEST”"),
        (CERTIFICATE + "x" * 20_000, "more than 16384 characters"),
        (a_certificate(key=rsa.generate_private_key(65537, 1024)), "its key has 1024 bits"),  # noqa: S505 - that is the point
        ("-----BEGIN CERTIFICATE-----\näöü\n-----END CERTIFICATE-----\n", "no X.509 certificate"),
    ],
    ids=["words", "broken", "cut off", "two", "a private key", "a request", "long", "a short key", "other letters"],
)
def test_sso_2_what_is_no_certificate_is_refused_with_its_place(
    text: str, why: str, here: AccountId, ann: Somebody
) -> None:
    """Nothing of the settings is kept then."""
    with refused(no.CertificateInvalid, "SSO-2") as caught:
        save(here, ann, replace(COMPLETE, certificate=text))
    assert why in caught[0].message


def test_sso_21_switching_off_keeps_settings_and_federation_ids(here: AccountId, ann: Somebody) -> None:
    """So that switching on again is all there is to do."""
    bob = a_user(here, STANDARD_USER)
    save(here, ann, COMPLETE)
    federate(here, bob, "bob")
    save(here, ann, replace(COMPLETE, enabled=False))
    assert not sign_on_enabled(here)
    assert federation_id_of(here, bob.id) == "bob"
    assert saml_settings_of(here) == replace(COMPLETE, enabled=False)


def test_sso_2_another_protocol_stays_in_force_until_this_one_is_enabled(here: AccountId, ann: Somebody) -> None:
    """Saving what SAML would use changes nothing about it; enabling SAML takes its place."""
    SignOnSettings.rows.of(here).create(account_id=here, enabled=True, protocol="oidc")
    save(here, ann, replace(COMPLETE, enabled=False))
    assert SignOnSettings.rows.of(here).values_list("enabled", "protocol").get() == (True, "oidc")
    save(here, ann, COMPLETE)
    assert SignOnSettings.rows.of(here).values_list("enabled", "protocol").get() == (True, "saml")


def test_sso_2_a_certificate_from_before_can_be_replaced(here: AccountId, ann: Somebody) -> None:
    """One that is stored, and that nobody would take today."""
    SignOnSettings.rows.of(here).create(account_id=here, certificate="from before")
    with watched() as written:
        save(here, ann, COMPLETE)
    assert changes(written.only(here))["sso_certificate"][0] == "unreadable"


def test_sso_2_a_key_that_cannot_sign_documents_is_refused(here: AccountId) -> None:
    """Neither RSA nor on one of the curves of XML signatures."""
    del here
    with pytest.raises(Refused, match="neither RSA nor"):
        read_certificate(a_certificate(key=ed25519.Ed25519PrivateKey.generate()))
