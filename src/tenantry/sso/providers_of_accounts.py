"""Reads of what accounts have set about OpenID Connect and directories."""

from typing import Final

from tenantry.accounts.queries import account_row
from tenantry.rules.accounts import CLOSED
from tenantry.rules.provider_settings import DirectorySettings, OpenIdSettings
from tenantry.rules.vocabulary import AccountId
from tenantry.sso.directory import Directory
from tenantry.sso.failures import ProviderFault
from tenantry.sso.models import SignOnSettings
from tenantry.sso.oidc import OpenIdClient
from tenantry.sso.sealing import unseal

OPENID: Final = "oidc"
DIRECTORY: Final = "ldap"


def provider_settings(account: AccountId | str) -> SignOnSettings:
    """What the account has set; where it has set nothing, what a new row would hold."""
    return SignOnSettings.rows.of(account).first() or SignOnSettings(account_id=account)


def openid_settings_of(row: SignOnSettings) -> OpenIdSettings:
    """What is set about OpenID Connect; the secret is not among it."""
    return OpenIdSettings(
        enabled=row.enabled and row.protocol == OPENID, issuer=row.issuer, client_id=row.client_id, claim=row.claim
    )


def directory_settings_of(row: SignOnSettings) -> DirectorySettings:
    """What is set about the directory; the password is not among it."""
    return DirectorySettings(
        enabled=row.enabled and row.protocol == DIRECTORY,
        directory_url=row.directory_url,
        start_tls=row.start_tls,
        directory_certificate=row.directory_certificate,
        bind_name=row.bind_name,
        search_base=row.search_base,
        search_filter=row.search_filter or DirectorySettings().search_filter,
        attribute=row.attribute,
    )


def settings_in_use(account: str, protocol: str) -> SignOnSettings | None:
    """What the account has set, where people sign in to it in this way now."""
    row = account_row(account)
    if row is None or row.status in CLOSED:
        return None
    return SignOnSettings.rows.of(account).filter(enabled=True, protocol=protocol).first()


def directory_of(row: SignOnSettings) -> Directory:
    """The directory that these settings describe."""
    return Directory(
        account=AccountId(row.account_id),
        url=row.directory_url,
        start_tls=row.start_tls,
        certificate=row.directory_certificate,
        bind_name=row.bind_name,
        bind_password=unseal(row.bind_password_sealed),
        search_base=row.search_base,
        search_filter=row.search_filter,
        attribute=row.attribute,
    )


def openid_client(row: SignOnSettings) -> OpenIdClient:
    """The client that these settings make; none without a secret, as after a load of an estate file."""
    if not row.client_secret_sealed:
        raise ProviderFault("The client secret is not set.")
    return OpenIdClient(
        account=AccountId(row.account_id),
        issuer=row.issuer,
        client_id=row.client_id,
        secret=unseal(row.client_secret_sealed),
        claim=row.claim,
    )
