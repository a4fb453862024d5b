"""How often, and how much at once, the platform API may be called."""

from enum import Enum, auto
from functools import cache
from typing import Final

from django.conf import settings
from django.http import HttpRequest

from tenantry.rules.vocabulary import AccountId
from tenantry.runtimes.bounds import Buckets

BODY_LIMIT: Final = 4 * 1024 * 1024
"""Bytes in the body of a call."""

BURST: Final = 5
"""Seconds' worth of calls that may come at once."""

FAILURES: Final = Buckets(rate=1, burst=60)
"""Calls from one place that did not prove who makes them: each costs the making of a hash."""


@cache
def calls() -> Buckets | None:
    """The calls of each account, counted for the one in the address; nothing where there is no limit (API-7)."""
    rate = settings.API_RATE
    return Buckets(rate=rate, burst=max(1.0, rate * BURST)) if rate > 0 else None


class Bound(Enum):
    """What a call goes beyond before anything is looked at."""

    LARGE = auto()
    OFTEN = auto()


def beyond(request: HttpRequest, named: AccountId) -> Bound | None:
    """The bound that a call for the account in its address goes beyond, if one; it is counted."""
    if too_large(request):
        return Bound.LARGE
    return Bound.OFTEN if shut_out(request) or too_often(named) else None


def too_large(request: HttpRequest) -> bool:
    """Whether the body of a call is larger than any may be."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not str(length).isdecimal() or int(length) > BODY_LIMIT


def shut_out(request: HttpRequest) -> bool:
    """Whether too many calls from this place have not proven who makes them."""
    return FAILURES.wait(place_of(request), cost=0) > 0


def too_often(named: AccountId) -> bool:
    """Count a call for an account; whether it is one too many."""
    return (bounds := calls()) is not None and bounds.wait(named) > 0


def count_unproven(request: HttpRequest) -> None:
    """Count a call that did not prove who makes it."""
    FAILURES.wait(place_of(request))


def place_of(request: HttpRequest) -> str:
    """Where a call comes from."""
    return str(request.META.get("REMOTE_ADDR", ""))
