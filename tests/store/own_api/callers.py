"""Programs that call the own interface."""

import json
from typing import Any

from django.http import HttpResponse

from tenantry.rules.vocabulary import AccountId
from tests.store.factories import Somebody
from tests.store.platform_api.callers import Caller, caller

BASE = "/v1/accounts"


def own(account: AccountId, somebody: Somebody) -> Caller:
    """A program of somebody's that calls the own interface by a token of theirs."""
    return caller(account, somebody, BASE)


def problem(answer: HttpResponse) -> tuple[int, str]:
    """Status and code of an answer that is a problem, whose form is looked at."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = json.loads(answer.content)
    assert set(told) >= {"type", "title", "status", "detail", "code"}
    assert told["status"] == answer.status_code
    assert told["type"].startswith("urn:tenantry:")
    assert told["type"].endswith(f":{told['code']}")
    return told["status"], told["code"]


def body(answer: HttpResponse) -> Any:
    """What an answer holds."""
    return json.loads(answer.content)
