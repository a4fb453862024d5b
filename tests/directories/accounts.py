"""Accounts whose people sign in by a directory, as rows."""

from typing import Any

from tenantry.rules.vocabulary import AccountId
from tenantry.sso.models import SignOnSettings
from tenantry.sso.sealing import seal
from tests.directories.slapd import ADMIN, ADMIN_PASSWORD, BASE, Slapd
from tests.openid.accounts import federate
from tests.store.factories import STANDARD_USER, Somebody, a_user, an_account


def signs_in_by_directory(slapd: Slapd, name: str = "Acme", **settings: Any) -> tuple[AccountId, Somebody]:
    """An account with this directory, and a user of it who is `FED-1` there."""
    account = an_account(name)
    told = {
        "directory_url": slapd.url,
        "directory_certificate": slapd.certificate,
        "bind_name": ADMIN,
        "bind_password_sealed": seal(ADMIN_PASSWORD),
        "search_base": BASE,
        "search_filter": "(uid={user})",
        "attribute": "employeeNumber",
    }
    row = SignOnSettings(account_id=account, enabled=True, protocol="ldap", **(told | settings))
    SignOnSettings.rows.of(account).bulk_create([row])
    who = a_user(account, STANDARD_USER)
    federate(account, who, "FED-1")
    return account, who
