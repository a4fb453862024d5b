"""The page of the audit log."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenantry.audit.catalogue import title_of
from tenantry.audit.forms import AuditForm
from tenantry.audit.queries import Filters, audit_page
from tenantry.console.shown import place, shown_page
from tenantry.console.visit import needs, visit_of


@require_GET
@needs("VIEW_AUDIT_LOGS")
def audit_log(request: HttpRequest) -> HttpResponse:
    """The account's entries, newest first unless sorted the other way (AUD-2)."""
    visit = visit_of(request)
    form = AuditForm(request.GET)
    data: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    filters = Filters(
        user=data.get("user", ""),
        container=data.get("container", ""),
        since=_midnight(data.get("date_from")),
        until=_midnight(data.get("date_to"), days=1),
        type=data.get("type", ""),
        action=data.get("action", ""),
        modifier=data.get("modifier", ""),
        level=data.get("level", ""),
        source=data.get("source", ""),
    )
    oldest_first = request.GET.get("sort") == "date"
    page = audit_page(visit.account, filters, place(request), oldest_first=oldest_first)
    entries = [
        {
            "at": entry.at,
            "user": entry.user,
            "type": entry.type,
            "action": entry.action,
            "modifier": entry.modifier,
            "source": entry.source,
            "level": entry.level,
            "container": entry.container,
            "message": entry.message or _sentence(entry.type, entry.action, entry.modifier, entry.container),
            "reason": entry.reason,
            "properties": [_shown(change) for change in entry.properties],
        }
        for entry in page.rows
    ]
    context = {
        "form": form,
        "more_open": any(data.get(name) for name in ("modifier", "level", "source", "container")),
        "filtered": any(data.values()),
        "entries": entries,
        "down": not oldest_first,
        "page": shown_page(page),
    }
    return render(request, "audit/audit_log.html", context)


def _midnight(day: date | None, days: int = 0) -> datetime | None:
    return datetime.combine(day + timedelta(days=days), time.min, UTC) if day else None


def _sentence(kind: str, action: str, modifier: str, container: str) -> str:
    title = title_of(kind, action, modifier)
    return f"{title}: {container}" if container else title


def _shown(change: dict[str, Any]) -> dict[str, str]:
    return {"name": change["name"], "old": _text(change["old"]), "new": _text(change["new"])}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)
