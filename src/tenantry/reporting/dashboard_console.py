"""The dashboard: executions of a period by environment and status, as bars and as a table of the same numbers."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenantry.console.shown import counted
from tenantry.console.visit import needs, visit_of
from tenantry.reporting.queries import Counts, counts
from tenantry.reporting.shown import status
from tenantry.reporting.sight import sight
from tenantry.rules.reporting import Outcome

PERIODS: Final = {
    "hour": ("Past hour", timedelta(hours=1)),
    "day": ("Past 24 hours", timedelta(days=1)),
    "week": ("Past 7 days", timedelta(days=7)),
    "month": ("Past 30 days", timedelta(days=30)),
    "quarter": ("Past 90 days", timedelta(days=90)),
}
"""What the page offers, by the word in its address."""

USUAL: Final = "week"

ORDER: Final = (Outcome.COMPLETE, Outcome.ERROR, Outcome.ABORTED, Outcome.STARTED)
"""The order of statuses in bars, legend and table."""


LISTED: Final = 50
"""Environments with a bar and a row of their own."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar: from where on and how wide, in percent."""

    status: str
    start: str
    width: str
    number: int


@require_GET
@needs("DASHBOARD")
def dashboard(request: HttpRequest) -> HttpResponse:
    """The numbers of the environments one gets into; others are silently left out (ENV-13).

    Of very many environments those with the most executions are listed, and the others together.
    """
    visit = visit_of(request)
    seen = sight(actor=visit.actor, account=visit.account, at=visit.at)
    period = request.GET.get("period", USUAL)
    if period not in PERIODS:
        period = USUAL
    label, length = PERIODS[period]
    found = counts(visit.account, seen.environments, visit.at - length, visit.at)
    listed = _listed(found)
    most = max((one.total for one in listed), default=0)
    context = {
        "periods": [{"value": key, "label": name, "selected": key == period} for key, (name, _) in PERIODS.items()],
        "period": label,
        "statuses": [{"key": one.value, **status(one)} for one in ORDER],
        "environments": [_shown(one, most) for one in listed],
        "totals": [f"{sum(one.numbers[outcome] for one in found):,}" for outcome in ORDER],
        "total": f"{sum(one.total for one in found):,}",
        "everything": seen.everything,
        "nothing": most == 0,
        "reports": "VIEW_RESULT" in visit.privileges,
    }
    return render(request, "reporting/dashboard.html", context)


def _listed(found: list[Counts]) -> list[Counts]:
    """As they come if they are few; else those with the most executions, and one for all the others at the end."""
    if len(found) <= LISTED:
        return found
    busiest = {one.environment for one in sorted(found, key=lambda one: -one.total)[:LISTED]}
    others = [one for one in found if one.environment not in busiest]
    numbers = {outcome: sum(one.numbers[outcome] for one in others) for outcome in ORDER}
    told = counted(len(others), "other environment")
    return [*(one for one in found if one.environment in busiest), Counts("", told, numbers)]


def _shown(one: Counts, most: int) -> dict[str, Any]:
    told = ", ".join(f"{one.numbers[outcome]:,} {outcome.label.lower()}" for outcome in ORDER if one.numbers[outcome])
    return {
        "id": one.environment,
        "name": one.name,
        "pieces": _pieces(one, most),
        "total": f"{one.total:,}",
        "told": told or "none",
        "numbers": [f"{one.numbers[outcome]:,}" for outcome in ORDER],
    }


def _pieces(one: Counts, most: int) -> list[Piece]:
    """The bar of an environment. Its length compares with the longest one; a part too small to be seen is widened."""
    pieces: list[Piece] = []
    start = 0.0
    for outcome in ORDER:
        number = one.numbers[outcome]
        if number:
            width = max(0.6, 97 * number / most)
            pieces.append(Piece(outcome.value, f"{start:.2f}%", f"{width:.2f}%", number))
            start += width
    return pieces
