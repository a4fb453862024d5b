"""What a process of the product does about calls of the own interface when it is told to; see `worker.py`. Not a test
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


JOBS = (own_token, own_calls, entries_about)
"""What a process does here when told to."""
