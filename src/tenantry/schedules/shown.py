"""The tab Schedules of an environment: deployed processes with when they run, as its template shows them."""

from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from tenantry.console.shown import place, shown_page
from tenantry.console.visit import Visit
from tenantry.deploy.queries import DeploymentRow, processes_page
from tenantry.rules.places import Environment
from tenantry.rules.schedules import Schedule, in_words
from tenantry.rules.vocabulary import Instant
from tenantry.schedules.acting import why_not
from tenantry.schedules.queries import next_of, schedules_in

TAB: Final = "schedules"
"""The tab's word in addresses."""


def shown_schedules(request: HttpRequest, visit: Visit, one: Environment) -> dict[str, Any]:
    """What the tab shows of an environment: one page of its processes, and why the visitor changes nothing, if so."""
    query = request.GET.get("q", "")[:200]
    page = processes_page(visit.account, one.id, query, place(request))
    found = schedules_in(visit.account, one.id, [row.component_id for row in page.rows])
    blocked = why_not(one.id, actor=visit.actor, account=visit.account, at=visit.at)
    return {
        "query": query,
        "processes": [_shown(visit, row, found.get(row.component_id)) for row in page.rows],
        "page": shown_page(page),
        "can_schedule": blocked is None,
        "why_not": blocked,
    }


def _shown(visit: Visit, row: DeploymentRow, schedule: Schedule | None) -> dict[str, Any]:
    following = None if schedule is None else next_of(schedule, visit.at)
    return {
        "component": row.component_id,
        "name": row.package.name,
        "version": row.package.version,
        "words": "" if schedule is None else in_words(schedule),
        "paused": schedule is not None and not schedule.enabled,
        "next": following,
        "next_there": "" if following is None or schedule is None else _there(schedule, following),
    }


def _there(schedule: Schedule, following: Instant) -> str:
    return f"{following.astimezone(ZoneInfo(schedule.zone)):%a %Y-%m-%d %H:%M}"
