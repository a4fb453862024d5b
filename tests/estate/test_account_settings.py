"""Lines of kind account_settings: in, out, and what is wrong with them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tenantry.accounts.queries import password_policy_of
from tenantry.agreements.queries import agreement_of
from tenantry.audit.models import Entry
from tenantry.estate.account_settings import accounts_with_secrets
from tenantry.factors.queries import enforces_two_factor
from tenantry.rules.password_policy import BASELINE, PasswordPolicy
from tenantry.rules.sessions import NO_SETTINGS, SessionSettings
from tenantry.rules.vocabulary import AccountId
from tenantry.sessions.queries import session_settings
from tenantry.sso.failures import ProviderFault
from tenantry.sso.models import SignOnSettings
from tenantry.sso.providers_of_accounts import openid_client
from tenantry.sso.queries import saml_settings_of
from tenantry.sso.sealing import seal, unseal
from tests.estate.loading import ACME, AT, WORLD, Fields, counts, exported
from tests.store.federating import a_certificate

if TYPE_CHECKING:
    from tests.estate.loading import Loader

pytestmark = [pytest.mark.django_db, pytest.mark.store]

CERTIFICATE = a_certificate()
OPENID: Fields = {"issuer": "https://id.example.com", "client_id": "tenantry", "client_secret": None, "claim": "email"}
DIRECTORY: Fields = {
    "directory_url": "ldaps://directory.example.com",
    "start_tls": False,
    "bind_name": "cn=reader",
    "bind_password": None,
    "search_base": "dc=example",
    "attribute": "employeeNumber",
}


def asks(account: str = "acme", **groups: object) -> Fields:
    """A line of settings."""
    return {"kind": "account_settings", "account": account, **groups}


EVERYTHING = asks(
    password_policy={"minimum_length": 12, "history": 3, "no_repeats": True},
    sessions={"lock_inactive": True, "limited": True},
    two_factor_enforced=True,
    usage_agreement={"on": True, "title": "Terms", "message": "Be kind."},
    sign_on={
        "enabled": "openid",
        "sign_out_url": "https://idp.example/bye",
        "saml": {"certificate": CERTIFICATE, "sign_in_url": "https://idp.example/sso", "comparison": "minimum"},
        "openid": OPENID,
        "directory": DIRECTORY,
    },
)


def told() -> list[Fields]:
    """The lines of settings in an export."""
    return [line for line in map(json.loads, exported().splitlines()) if line["kind"] == "account_settings"]


def changes(account: str = "acme") -> set[str]:
    """What the log says was changed of the account."""
    entries = Entry.rows.of(account).filter(action="EDIT")
    return {change["name"] for entry in entries for change in entry.properties}


def row(account: str = "acme") -> SignOnSettings:
    """What is stored of single sign-on."""
    return SignOnSettings.rows.of(account).get()


def test_settings_are_loaded_once_and_come_out_as_they_went_in(loader: Loader) -> None:
    """Loading the same again changes nothing, and an account that has set nothing has no line (PWD-3, MFA-9)."""
    other = ACME | {"id": "other", "name": "Other"}
    assert counts(loader(ACME, other, EVERYTHING))["account_settings"] == (1, 0, 0)
    assert told() == [EVERYTHING]
    assert counts(loader(EVERYTHING, asks("other")))["account_settings"] == (0, 0, 2)
    assert exported("acme").splitlines()[:2] == [line for line in exported().splitlines() if '"acme"' in line]
    assert password_policy_of("acme") == PasswordPolicy(minimum_length=12, history=3, no_repeats=True)
    assert session_settings(AccountId("acme"), AT) == SessionSettings(lock_inactive=True, limited=True)
    assert (enforces_two_factor(AccountId("acme")), agreement_of("acme").title) == (True, "Terms")


def test_groups_left_out_stay_and_groups_told_are_whole(loader: Loader) -> None:
    """Each by itself; what an account had set goes back to the default by an empty group."""
    loader(ACME, EVERYTHING)
    loaded = loader(asks(password_policy={}, two_factor_enforced=False), at=AT + timedelta(days=1))
    assert counts(loaded)["account_settings"] == (0, 1, 0)
    assert password_policy_of("acme") == BASELINE
    [line] = told()
    left = {name: EVERYTHING[name] for name in ("sessions", "usage_agreement", "sign_on")}
    assert line == asks(**left)


def test_settings_are_acts_of_the_account(loader: Loader) -> None:
    """As if each had been made on its page; of a certificate the fingerprint, of a secret nothing (AUD-1)."""
    loader(ACME, EVERYTHING)
    names = changes()
    assert {"password_minimum_length", "session_limited", "two_factor_enforced", "usage_agreement_on"} <= names
    assert {"sso_certificate", "openid_enabled", "directory_attribute"} <= names
    assert "usage_agreement_edition" not in names
    assert "BEGIN CERTIFICATE" not in str([entry.properties for entry in Entry.rows.of("acme")])


def test_sess_5_sessions_that_have_begun_go_by_what_held_then(loader: Loader) -> None:
    """A load is a change like that of the page."""
    loader(ACME)
    loader(asks(sessions={"limited": True}), at=AT + timedelta(days=1))
    assert session_settings(AccountId("acme"), AT) == NO_SETTINGS
    assert session_settings(AccountId("acme"), AT + timedelta(days=1)).limited


def test_secrets_stay_behind_and_single_sign_on_waits_for_them(loader: Loader) -> None:
    """It stays enabled, so that no password opens more than before, and lets nobody in; the load tells whom."""
    loaded = loader(ACME, EVERYTHING)
    assert loaded.without_secret == ("acme",)
    assert row().enabled
    with pytest.raises(ProviderFault, match="not set"):
        openid_client(row())
    SignOnSettings.rows.of("acme").update(client_secret_sealed=seal("mint"), bind_password_sealed=seal("sage"))
    assert [accounts_with_secrets(one) for one in (None, AccountId("acme"), AccountId("other"))] == [1, 1, 0]
    assert not {"mint", "sage", "sealed"} & set(exported().replace('"', " ").split())
    assert told() == [EVERYTHING]
    assert loader(EVERYTHING).without_secret == ()
    assert (unseal(row().client_secret_sealed), unseal(row().bind_password_sealed)) == ("mint", "sage")


def test_a_secret_is_for_the_server_that_it_was_entered_for(loader: Loader) -> None:
    """Another issuer or directory does not get it (SSO-3)."""
    loader(ACME, EVERYTHING)
    SignOnSettings.rows.of("acme").update(client_secret_sealed=seal("mint"), bind_password_sealed=seal("sage"))
    moved = {
        "enabled": "directory",
        "openid": OPENID | {"issuer": "https://other.example.com"},
        "directory": DIRECTORY | {"directory_url": "ldaps://other.example.com"},
    }
    assert loader(asks(sign_on=moved)).without_secret == ("acme",)
    assert (row().protocol, row().client_secret_sealed, row().bind_password_sealed) == ("ldap", "", "")


def test_sso_2_saml_is_complete_without_a_secret(loader: Loader) -> None:
    """It is enabled as it was."""
    saml = {"certificate": CERTIFICATE, "sign_in_url": "https://idp.example/sso"}
    assert loader(ACME, asks(sign_on={"enabled": "saml", "saml": saml})).without_secret == ()
    assert saml_settings_of("acme").enabled
    assert (row().enabled, row().protocol) == (True, "saml")


@pytest.mark.parametrize(
    ("groups", "place", "what"),
    [
        ({"password_policy": {"minimum_length": 7}}, "password_policy.minimum_length", "PWD-4"),
        ({"password_policy": {"colour": 7}}, "password_policy.colour", "unknown field"),
        ({"usage_agreement": {"on": True, "title": "T"}}, "usage_agreement.message", "AGR-1"),
        ({"sign_on": {"enabled": "carrier pigeon"}}, "sign_on.enabled", "no protocol"),
        ({"sign_on": {"enabled": "saml"}}, "sign_on.saml.certificate", "without the certificate"),
        ({"sign_on": {"saml": {"certificate": "mint"}}}, "sign_on.saml.certificate", "BEGIN"),
        ({"sign_on": {"saml": {"name_id_policy": "x"}}}, "sign_on.saml.name_id_policy", "x"),
        ({"sign_on": {"sign_out_url": "ftp://x"}}, "sign_on.sign_out_url", "https"),
        ({"sign_on": {"openid": {"client_secret": "mint"}}}, "sign_on.openid.client_secret", "must be null"),
        ({"sign_on": {"openid": {"issuer": "http://id.example.com"}}}, "sign_on.openid.issuer", "https"),
        ({"sign_on": {"openid": {"client_id": "x" * 256}}}, "sign_on.openid.client_id", "255"),
        ({"sign_on": {"directory": {"directory_url": "ldaps://d"}}}, "sign_on.directory.directory_url", "StartTLS"),
        ({"sign_on": {"directory": {"search_filter": "uid"}}}, "sign_on.directory.search_filter", "filter"),
        ({"sign_on": {"directory": {"directory_certificate": "x"}}}, "sign_on.directory.directory_certificate", "PEM"),
    ],
)
def test_problems_are_named_by_field(loader: Loader, groups: Fields, place: str, what: str) -> None:
    """The first one tells the place, and what the page would have said."""
    [(line, field, said), *_] = loader.refused(ACME, asks(**groups))
    assert (line, field) == (2, place)
    assert what.casefold() in said.casefold()


def test_settings_are_of_accounts_that_there_are_and_contradict_nothing(loader: Loader) -> None:
    """An account that is deleted takes none (ACC-14)."""
    assert loader.refused(asks("nowhere")) == [(1, "account", "there is no account 'nowhere'")]
    twice = loader.refused(ACME, asks(sessions={"limited": True}), asks(sessions={}))
    assert [problem[:2] for problem in twice] == [(3, "sessions")]
    loader(ACME | {"status": "deleted"})
    assert "ACC-14" in loader.refused(asks(two_factor_enforced=True))[0][2]
    assert loader.refused(asks(two_factor_enforced=False)) == []


def test_a_plan_changes_no_setting(loader: Loader) -> None:
    """It says that they would change, and which account would wait for a secret."""
    loader(*WORLD)
    made = loader.plan(EVERYTHING)
    assert counts(made.loaded)["account_settings"] == (1, 0, 0)
    assert made.loaded.without_secret == ("acme",)
    assert told() == []
