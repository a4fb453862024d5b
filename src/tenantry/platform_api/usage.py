"""ApiUsageCount in the platform API. Nothing counts the web-service calls that runtimes take, so every query finds
nothing: an empty answer is true, and a number would be made up.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal

from django.db.models import Q, QuerySet

from tenantry.platform_api.calls import Call
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.queries import no_counts
from tenantry.platform_api.wire.columns import NEVER, Reckoned
from tenantry.platform_api.wire.filters import Comparison
from tenantry.platform_api.wire.shapes import Kind, Wire
from tenantry.rules.vocabulary import AccountId


class ApiUsageCount(Wire):
    """How many web-service calls runtimes of a classification took on a day. None are counted here yet."""

    classification: Literal["PROD", "TEST"] | None = None
    error_count: int | None = None
    process_date: datetime | None = None
    success_count: int | None = None


def _never(account: AccountId, test: Comparison) -> Q:
    del account, test
    return NEVER


def _rows(call: Call) -> "QuerySet[Any]":
    return no_counts(call.account)


def _shown(call: Call, rows: Sequence[Any]) -> list[ApiUsageCount]:
    del call, rows
    return []


OBJECTS: Final = (
    PlatformObject(
        wire=ApiUsageCount,
        verbs=Verb.QUERY,
        reads=(("ACCOUNT_ADMIN",),),
        reading=Reading(
            rows=_rows,
            shown=_shown,
            columns={
                "processDate": Reckoned(_never, kind=Kind.INSTANT),
                "classification": Reckoned(_never),
                "successCount": Reckoned(_never, kind=Kind.WHOLE),
                "errorCount": Reckoned(_never, kind=Kind.WHOLE),
            },
        ),
    ),
)
"""What this folder gives to the platform API of its own."""
