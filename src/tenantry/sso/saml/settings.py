"""What the protocol needs of an account's settings and of the installation's."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from tenantry.rules.saml import Comparison, Context, Location, Wanted
from tenantry.rules.vocabulary import AccountId, Status
from tenantry.sso.models import SignOnSettings

PROTOCOL: Final = "saml"
DOORS: Final = {"oidc": "openid", "ldap": "directory"}
"""Where people of accounts with other protocols sign in, below the account's address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlSettings:
    """SAML of an account where it is enabled (SSO-2)."""

    account: AccountId
    certificate: str
    provider_url: str
    location: Location
    transient: bool
    wanted: Wanted


def sign_in_url(account: AccountId | str) -> str:
    """The account's Sign In URL (SSO-2): where requests come from and answers go to, and how the platform is called
    as audience. It comes from `TENANTRY_BASE_URL`, never from what a browser says.
    """
    return f"{settings.BASE_URL.rstrip('/')}{reverse('saml', kwargs={'account': account})}"


def saml_settings(account: AccountId | str) -> SamlSettings | None:
    """SAML of the account, or nothing: where it is off, not complete, or there is no such account."""
    rows = SignOnSettings.rows.of(account).filter(enabled=True, protocol=PROTOCOL).exclude(certificate="")
    row = rows.exclude(account__status=Status.DELETED).first()
    if row is None or not origin_of(row.sign_in_url):
        return None
    wanted = Wanted(
        url=sign_in_url(account),
        encrypted=row.encrypted,
        context=Context(row.context),
        comparison=Comparison(row.comparison),
    )
    return SamlSettings(
        account=AccountId(row.account_id),
        certificate=row.certificate,
        provider_url=row.sign_in_url,
        location=Location(row.federation_location),
        transient=row.name_id_policy == "transient",
        wanted=wanted,
    )


def door_of(account: AccountId | str) -> str:
    """The word in the address at which people of the account sign in; that of SAML where there is no such account."""
    found = SignOnSettings.rows.of(account).filter(enabled=True).values_list("protocol", flat=True).first()
    return DOORS.get(found or "", PROTOCOL)


def origin_of(url: str) -> str:
    """Scheme, host and port of a web address, as a policy about forms names them; nothing where it is none."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    plain = host.isascii() and all(letter.isalnum() or letter in ".-:" for letter in host)
    if parts.scheme not in {"http", "https"} or not host or not plain:
        return ""
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port else "")
