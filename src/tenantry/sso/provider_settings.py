"""Writes of what an account has set about OpenID Connect and its directory (SSO-1, SSO-3)."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tenantry.accounts.queries import existing_account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import Changes, record
from tenantry.decisions.guard import require
from tenantry.rules import refusals as no
from tenantry.rules.features import Feature
from tenantry.rules.provider_settings import DirectorySettings, OpenIdSettings, check_directory, check_openid
from tenantry.rules.refusals import ProviderSettingInvalid, Refused
from tenantry.rules.saml_settings import check_url
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.sso.models import SignOnSettings
from tenantry.sso.provider_addresses import directory_fault, same_server, tls_fault
from tenantry.sso.providers_of_accounts import (
    DIRECTORY,
    OPENID,
    directory_settings_of,
    openid_settings_of,
    provider_settings,
)
from tenantry.sso.sealing import seal
from tenantry.store import revisions
from tenantry.store.transaction import command


@command
def set_openid_settings(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    settings: OpenIdSettings,
    secret: str = "",
    sign_out_url: str | None = None,
    reason: str = "",
) -> None:
    """Set the OpenID provider of the account, and whether people sign in through it. Enabling it ends another way.

    An empty `secret` keeps the one that is set, which nothing shows again; without an issuer there is none. Without a
    `sign_out_url` (SSO-15) that of all protocols stays. Federation IDs are kept (SSO-21). What sessions may enter is
    asked at every request, so no revision is raised. Needs Account Administration. Refuses accounts without Advanced
    User Security (SSO-1), what `check_openid` finds (SSO-3), addresses that cannot be, and another issuer without its
    own secret: the one that is set is not for it.
    """
    name = _administered(actor, account, at)
    row = provider_settings(account)
    kept = row.client_secret_sealed if settings.issuer == row.issuer else ""
    broken = check_openid(settings, secret=bool(secret or kept))
    broken += _of_another("client_secret", row.client_secret_sealed, kept, secret) if settings.issuer else []
    if settings.issuer and (fault := tls_fault(settings.issuer)):
        broken.append(ProviderSettingInvalid(member="issuer", why=fault))
    _refuse([*broken, *_sign_out_broken(sign_out_url)])
    before = openid_settings_of(row)
    sealed = seal(secret) if secret else kept
    besides, onward = _sign_out(row, sign_out_url)
    _write(row, asdict(settings), asdict(before), OPENID, {"client_secret_sealed": sealed, **besides})
    changes = _told("openid", asdict(before), asdict(settings), {"client_secret": bool(secret)}, onward)
    if changes:
        record(Act.ACCOUNT_EDITED, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes)


@command
def set_directory_settings(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    settings: DirectorySettings,
    password: str = "",
    sign_out_url: str | None = None,
    reason: str = "",
) -> None:
    """Set the directory of the account, and whether people sign in through it. Enabling it ends another way.

    An empty `password` keeps the one that is set for searching. Needs and refuses what the OpenID provider does; and
    a certificate that is none.
    """
    name = _administered(actor, account, at)
    row = provider_settings(account)
    kept = row.bind_password_sealed if same_server(settings.directory_url, row.directory_url) else ""
    broken = check_directory(settings, password=bool(password or kept))
    broken += _of_another("bind_password", row.bind_password_sealed, kept, password) if settings.bind_name else []
    if settings.directory_url and (fault := directory_fault(settings.directory_url, start_tls=settings.start_tls)):
        broken.append(ProviderSettingInvalid(member="directory_url", why=fault))
    try:
        settings = replace(settings, directory_certificate=certificates_in(settings.directory_certificate))
    except ValueError:
        why = "This is no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----."
        broken.append(ProviderSettingInvalid(member="directory_certificate", why=why))
    _refuse([*broken, *_sign_out_broken(sign_out_url)])
    before = directory_settings_of(row)
    sealed = (seal(password) if password else kept) if settings.bind_name else ""
    besides, onward = _sign_out(row, sign_out_url)
    _write(row, asdict(settings), asdict(before), DIRECTORY, {"bind_password_sealed": sealed, **besides})
    changes = _told("directory", asdict(before), asdict(settings), {"bind_secret": bool(password)}, onward)
    if changes:
        record(Act.ACCOUNT_EDITED, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes)


def _administered(actor: Actor, account: AccountId, at: Instant) -> str:
    """The account's name; refuses whoever may not, and accounts without the feature."""
    revisions.lock(account)
    require("ACCOUNT_ADMIN", actor=actor, account=account, at=at)
    row = existing_account(account)
    if Feature.ADVANCED_USER_SECURITY not in row.features:
        lacking = Feature.ADVANCED_USER_SECURITY.label
        raise Refused(no.FeatureMissing(feature=lacking, account=account, rule_id="SSO-1"))
    return row.name


def _refuse(broken: Sequence[ProviderSettingInvalid]) -> None:
    """Refuse everything at once, each setting for one reason."""
    first = {refusal.member: refusal for refusal in reversed(broken)}
    if first:
        raise Refused(*(refusal for refusal in broken if first[refusal.member] is refusal))


def _sign_out_broken(url: str | None) -> list[ProviderSettingInvalid]:
    """That browsers cannot be sent there."""
    refusal = check_url("sign_out_url", url or "")
    return [ProviderSettingInvalid(member="sign_out_url", why=refusal.message)] if refusal else []


def _sign_out(row: SignOnSettings, url: str | None) -> tuple[dict[str, str], Changes]:
    """The column that all protocols share, and what the log says of it; nothing where it stays."""
    if url is None or url == row.sign_out_url:
        return {}, {}
    return {"sign_out_url": url}, {"sso_sign_out_url": (row.sign_out_url, url)}


def _of_another(member: str, set_before: str, kept: str, given: str) -> list[ProviderSettingInvalid]:
    """That the secret that is set belongs to the server from before."""
    if not set_before or kept or given:
        return []
    return [ProviderSettingInvalid(member=member, why="Enter it anew: what is set is for the server from before.")]


def certificates_in(text: str) -> str:
    """The certificates in a text, and nothing else that may be in it, such as a key."""
    if not text.strip():
        return ""
    found = x509.load_pem_x509_certificates(text.encode())
    return "".join(certificate.public_bytes(Encoding.PEM).decode() for certificate in found)


def _write(
    row: SignOnSettings, values: dict[str, Any], before: dict[str, Any], protocol: str, sealed: dict[str, str]
) -> None:
    """Write the row. Another way to sign in stays in force as long as this one is not enabled."""
    if values["enabled"] != before["enabled"]:
        values = {**values, "protocol": protocol}
    else:
        values = {name: value for name, value in values.items() if name != "enabled"}
    rows = SignOnSettings.rows.of(row.account_id)
    if not rows.update(**values, **sealed):
        rows.bulk_create([SignOnSettings(account_id=row.account_id, **values, **sealed)])


def _told(
    what: str, before: dict[str, Any], after: dict[str, Any], secrets: dict[str, bool], besides: Changes
) -> Changes:
    """What the log says: each setting that is another one now, and of a secret only that it was set."""
    told = {f"{what}_{name}": (before[name], value) for name, value in after.items() if value != before[name]}
    return {**told, **{f"{what}_{name}": (None, "set anew") for name, anew in secrets.items() if anew}, **besides}
