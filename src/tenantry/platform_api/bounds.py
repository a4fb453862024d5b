"""How often the platform API may be called."""

from functools import cache
from typing import Final

from django.conf import settings

from tenantry.runtimes.bounds import Buckets

BURST: Final = 5
"""Seconds' worth of calls that may come at once."""

FAILURES: Final = Buckets(rate=1, burst=60)
"""Calls from one place that did not prove who makes them: each costs the making of a hash."""


@cache
def calls() -> Buckets | None:
    """The calls of each account, counted for the one in the address; nothing where there is no limit (API-7)."""
    rate = settings.API_RATE
    return Buckets(rate=rate, burst=max(1.0, rate * BURST)) if rate > 0 else None
