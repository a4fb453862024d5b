"""Writes of what an account has set for single sign-on by SAML: the page SSO Options (SSO-1 to SSO-3, SSO-21)."""

from dataclasses import asdict, replace

from tenantry.accounts.queries import existing_account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import Changes, record
from tenantry.decisions.guard import require
from tenantry.rules import refusals as no
from tenantry.rules.saml_settings import SamlSettings, check_saml
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.sso.certificates import fingerprint, read_certificate
from tenantry.sso.models import SignOnSettings
from tenantry.sso.queries import SAML, check_licensed, saml_settings_of
from tenantry.store import revisions
from tenantry.store.transaction import command


@command
def set_saml_settings(
    *, actor: Actor, at: Instant, account: AccountId, settings: SamlSettings, reason: str = ""
) -> None:
    """Set what the account uses for SAML, and whether it is enabled (SSO-2). Enabling it ends another protocol.

    Federation IDs are kept, whatever is switched (SSO-21). What sessions may enter is asked at every request, so that
    both act at once; decisions do not rest on it, and no revision is raised. Needs Account Administration. Refuses
    accounts without Advanced User Security (SSO-1), everything that `check_saml` finds at once (SSO-2, SSO-3), and what
    is no certificate.
    """
    revisions.lock(account)
    require("ACCOUNT_ADMIN", actor=actor, account=account, at=at)
    check_licensed(account)
    broken = check_saml(settings)
    if broken:
        raise no.Refused(*broken)
    if settings.certificate:
        settings = replace(settings, certificate=read_certificate(settings.certificate).pem)
    before = saml_settings_of(account)
    if settings == before:
        return
    _write(account, settings, before)
    changes = _told(before, settings)
    name = existing_account(account).name
    record(Act.ACCOUNT_EDITED, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes)


def _write(account: AccountId, settings: SamlSettings, before: SamlSettings) -> None:
    """Write the row. Another protocol stays in force as long as this one is not enabled."""
    values = asdict(settings)
    if settings.enabled != before.enabled:
        values["protocol"] = SAML
    else:
        del values["enabled"]
    if not SignOnSettings.rows.of(account).update(**values):
        SignOnSettings.rows.of(account).bulk_create([SignOnSettings(account_id=account, **values)])


def _told(before: SamlSettings, after: SamlSettings) -> Changes:
    """What the log says: each setting that is another one now; of a certificate its fingerprint."""
    old, new = asdict(before), asdict(after)
    for values in (old, new):
        values["certificate"] = fingerprint(values["certificate"])
    return {f"sso_{member}": (old[member], value) for member, value in new.items() if value != old[member]}
