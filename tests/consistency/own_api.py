"""What a process of the product does about calls of its interfaces when it is told to; see `worker.py`. Not a test
itself.
"""

import json
import time
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

from django.test import Client

from tenantry.accounts.commands import switch_feature
from tenantry.audit.models import Entry
from tenantry.own_api import doors
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import OPERATOR, AccountId, Actor, Source, user_key
from tenantry.sso import platform_settings
from tenantry.sso.queries import saml_settings_of
from tenantry.tokens.commands import issue_user_token

AT = datetime(2031, 5, 20, 12, tzinfo=UTC)


def own_token(account: str, email: str) -> str:
    """A token of somebody's."""
    here: dict[str, Any] = {"at": AT, "account": AccountId(account)}
    switch_feature(actor=OPERATOR, feature=Feature.API_TOKENS, on=True, **here)
    return issue_user_token(actor=Actor(user_key(email), Source.UI), user=email, name="one", **here)


def own_calls(secret: str, email: str, moment: int, sent: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """At a moment make one call after the other; each takes its time between looking and writing."""
    basic = b64encode(f"BOOMI_TOKEN.{email}:{secret}".encode()).decode()
    check_tag = vars(doors)["check_tag"]

    def slowly(*tags: str) -> None:
        check_tag(*tags)
        time.sleep(0.05)

    vars(doors)["check_tag"] = slowly
    try:
        while time.monotonic_ns() < moment:
            pass
        return [_told(basic, **one) for one in sent]
    finally:
        vars(doors)["check_tag"] = check_tag


def settings_call(secret: str, email: str, moment: int, account: str, sent: dict[str, Any]) -> int:
    """At a moment change some members of the settings for SAML by a call of the platform API, which takes its time
    between reading the others and writing all; its status.
    """
    basic = b64encode(f"BOOMI_TOKEN.{email}:{secret}".encode()).decode()
    read = vars(platform_settings)["saml_settings_of"]

    def slowly(account: AccountId) -> Any:
        found = read(account)
        time.sleep(0.3)
        return found

    vars(platform_settings)["saml_settings_of"] = slowly
    try:
        while time.monotonic_ns() < moment:
            pass
        path = f"/api/rest/v1/{account}/AccountSSOConfig/{account}"
        answer = _told(basic, "POST", path, sent, {"accept": "application/json"})
        return int(answer["status"])
    finally:
        vars(platform_settings)["saml_settings_of"] = read


def settings_kept(account: str) -> list[str]:
    """What the account has set: the addresses of its provider for signing in and out."""
    found = saml_settings_of(AccountId(account))
    return [found.sign_in_url, found.sign_out_url]


def licensed(account: str) -> None:
    """The account may have single sign-on."""
    feature = Feature.ADVANCED_USER_SECURITY
    switch_feature(actor=OPERATOR, feature=feature, on=True, at=AT, account=AccountId(account))


def _told(
    basic: str, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    data = b"" if body is None else json.dumps(body).encode()
    told = {"authorization": f"Basic {basic}", "host": "127.0.0.1", **(headers or {})}
    answer = Client().generic(method, path, data, "application/json", headers=told)
    return {
        "status": answer.status_code,
        "body": json.loads(answer.content) if answer.content else None,
        "headers": dict(answer.headers),
    }


def entries_about(account: str, container: str) -> int:
    """How many entries the log has about something."""
    return Entry.rows.of(account).filter(container=container).count()


JOBS = (own_token, own_calls, entries_about, settings_call, settings_kept, licensed)
"""What a process does here when told to."""
