"""Reads of single sign-on."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Final

from django.db.models import QuerySet

from tenantry.accounts.queries import account_row, existing_account
from tenantry.rules import refusals as no
from tenantry.rules.features import Feature
from tenantry.rules.saml_settings import SamlSettings
from tenantry.rules.sign_on import federation_key
from tenantry.rules.vocabulary import AccountId, Status
from tenantry.sso.models import Federation, SignOnSettings
from tenantry.store.crossings import Crossing
from tenantry.users.models import User

FederationRow = Federation
"""A Federation ID of somebody, as stored; only this folder's commands write one."""

SAML: Final = "saml"
"""The word by which `SignOnSettings.protocol` means SAML."""


def federated_accounts(user: int) -> frozenset[AccountId]:
    """The accounts where the person is an SSO user: single sign-on is enabled there, and the person has a Federation
    ID (SSO-4). A deleted account federates nobody. One query.
    """
    enabled = SignOnSettings.rows.across(Crossing.ACCOUNTS_OF_A_PERSON).filter(enabled=True).values("account_id")
    mine = Federation.rows.across(Crossing.ACCOUNTS_OF_A_PERSON).filter(user_id=user, account_id__in=enabled)
    found = mine.exclude(account__status=Status.DELETED).values_list("account_id", flat=True)
    return frozenset(map(AccountId, found))


def sign_on_enabled(account: AccountId | str) -> bool:
    """Whether single sign-on is enabled in the account."""
    return SignOnSettings.rows.of(account).filter(enabled=True).exists()


def person_of_federation(account: AccountId | str, federation_id: str) -> User | None:
    """The person whom the account's identity provider calls so, where single sign-on is enabled (SSO-14). The account
    compares exactly, or without case where it is licensed to (SSO-5).
    """
    if not sign_on_enabled(account):
        return None
    row = account_row(account)
    key = federation_key(federation_id, row.features if row else frozenset())
    found = Federation.rows.of(account).filter(key=key).select_related("user").first()
    return found.user if found else None


def settings_row(account: AccountId | str) -> SignOnSettings | None:
    """What the account has set for single sign-on, if anything."""
    return SignOnSettings.rows.of(account).first()


def saml_settings_of(account: AccountId | str) -> SamlSettings:
    """What the account has set for SAML; the defaults where it has set nothing (SSO-2)."""
    row = settings_row(account)
    return SamlSettings() if row is None else saml_settings_in(row)


def saml_settings_in(row: SignOnSettings) -> SamlSettings:
    """What a row says about SAML."""
    given = {field.name: getattr(row, field.name) for field in fields(SamlSettings)}
    return SamlSettings(**{**given, "enabled": row.enabled and row.protocol == SAML})


def federation_id_of(account: AccountId | str, user: int) -> str:
    """What the account's identity provider calls the person; "" where it calls the person nothing."""
    return Federation.rows.of(account).filter(user_id=user).values_list("federation_id", flat=True).first() or ""


def federations_of(account: AccountId | str) -> QuerySet[Federation]:
    """The Federation IDs of the account, with their people."""
    return Federation.rows.of(account).select_related("user")


def check_licensed(account: AccountId | str) -> None:
    """Refuse accounts without Advanced User Security, which have no single sign-on to set up (SSO-1)."""
    feature = Feature.ADVANCED_USER_SECURITY
    if feature not in existing_account(account).features:
        raise no.Refused(no.FeatureMissing(feature=feature.label, account=account, rule_id="SSO-1"))


def protocol_in_force(account: AccountId | str) -> str:
    """The protocol by which single sign-on is enabled in the account; "" where it is not."""
    return SignOnSettings.rows.of(account).filter(enabled=True).values_list("protocol", flat=True).first() or ""


def sign_out_addresses(accounts: Iterable[str]) -> frozenset[AccountId]:
    """Those of the accounts whose identity provider wants the browser after a sign-out (SSO-15)."""
    rows = SignOnSettings.rows.across(Crossing.SIGNED_OUT).filter(account_id__in=sorted(set(accounts)), enabled=True)
    return frozenset(map(AccountId, rows.exclude(sign_out_url="").values_list("account_id", flat=True)))


def federation_count(account: AccountId | str) -> int:
    """How many people have a Federation ID in the account."""
    return Federation.rows.of(account).count()
