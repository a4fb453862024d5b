"""What every page shows of account notifications, and what addresses name."""

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from tenantry.alerts.queries import NoticeRow, notices_for
from tenantry.console.visit import Visit

LONGEST: Final = 18
"""Digits of a number that an address may name."""

TONES: Final = {"info": "", "warning": "warn", "error": "bad"}
"""How a notification of a level looks."""


def asked_number(request: HttpRequest, name: str) -> int:
    """The number that the address names; 0, which no row has, for anything else."""
    told = request.GET.get(name, "")
    return int(told) if told.isdecimal() and len(told) <= LONGEST else 0


def at(name: str, what: str, key: int) -> str:
    """The address of something about a row."""
    return f"{reverse(name)}?{urlencode({what: key})}"


def shown_notice(row: NoticeRow) -> dict[str, Any]:
    """A notification as templates show it."""
    return {
        "text": row.text,
        "level": row.level.upper(),
        "tone": TONES[row.level],
        "by": row.by,
        "at": row.at,
        "ends": row.ends_at,
    }


def shown_notices(visit: Visit) -> list[dict[str, Any]]:
    """The notifications that the pages of a visit show."""
    rows = notices_for(visit.account, visit.person.pk, visit.at)
    return [shown_notice(row) | {"dismiss": at("notice_dismiss", "notice", row.pk)} for row in rows]
