"""How the interface of runtimes answers: JSON out, refusals with their codes, and calls that come too often."""

from collections.abc import Callable, Mapping
from math import ceil
from typing import Final

import msgspec
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from tenantry.console.refusal_table import status_of
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.runtimes.messages import Malformed
from tenantry.store.transaction import StoreUnavailable, explain_unavailable

BODY_LIMIT: Final = 2 * 1024 * 1024
"""Bytes in one message of a runtime."""


def as_json(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """An answer in JSON."""
    return HttpResponse(
        msgspec.json.encode(value), status=status, content_type="application/json", headers=dict(headers or {})
    )


def error(
    status: int, code: str, message: str, headers: Mapping[str, str] | None = None, **more: object
) -> HttpResponse:
    """An error with its code and a sentence."""
    return as_json({"error": {"code": code, "message": message, **more}}, status, headers)


def refused_as(refusal: no.Refusal) -> HttpResponse:
    """A refusal as an answer; a secret that proves nothing is 401, and always the same."""
    if isinstance(refusal, (no.RuntimeTokenRefused, no.ClusterTokenRefused)):
        return error(401, refusal.code, refusal.message, {"WWW-Authenticate": "Bearer"})
    return error(status_of(refusal), refusal.code, refusal.message, rule=refusal.rule, fields=refusal.details())


def slower(seconds: float) -> HttpResponse:
    """To somebody who calls too often."""
    wait = str(max(1, ceil(seconds)))
    return error(429, "too_many_calls", "Too many calls: wait a moment.", {"Retry-After": wait})


def address(request: HttpRequest) -> str:
    """Where a call comes from."""
    return str(request.META.get("REMOTE_ADDR", ""))


def answered(request: HttpRequest, method: str, answer: Callable[[], object]) -> HttpResponse:
    """Answer a call whose method and size are right; whatever is refused or malformed is told."""
    if request.method != method:
        return error(405, "method_not_allowed", f"Use {method}.", {"Allow": method})
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > BODY_LIMIT:
        return error(413, "too_large", f"A message has at most {BODY_LIMIT} bytes.")
    try:
        found = answer()
    except Refused as refused:
        return refused_as(refused.refusal)
    except Malformed as malformed:
        return error(422, "malformed", f"{malformed.why}.", place=malformed.place)
    except (StoreUnavailable, OperationalError, InterfaceError) as failure:
        return error(503, "unavailable", explain_unavailable(failure), {"Retry-After": "5"})
    return found if isinstance(found, HttpResponse) else as_json(found)
