"""Executions and documents as the templates show them."""

from datetime import timedelta
from typing import Any, Final

from tenantry.reporting.queries import DocumentRow, ExecutionRow, WorkRow
from tenantry.reporting.sight import Sight
from tenantry.rules.reporting import Direction, Outcome, Work
from tenantry.rules.vocabulary import EnvironmentId

_TONES: Final = {
    Outcome.STARTED: ("", "clock"),
    Outcome.COMPLETE: ("good", "check"),
    Outcome.ERROR: ("bad", "warning"),
    Outcome.ABORTED: ("warn", "stopped"),
}

TEXT_LIMIT: Final = 256 * 1024
"""Bytes of a document that a page shows; the rest is downloaded."""


def status(outcome: str) -> dict[str, str]:
    """A status as a badge: words and an icon, so that the colour is never the only sign."""
    known = Outcome(outcome)
    tone, icon = _TONES[known]
    return {"label": known.label, "tone": tone, "icon": icon}


def shown_execution(row: ExecutionRow, sight: Sight) -> dict[str, Any]:
    """An execution; its environment by the name it has now or, where it is gone, had."""
    place = sight.facts.environments.get(EnvironmentId(row.environment))
    return {
        "id": row.pk,
        "number": row.number,
        "process": row.process,
        "status": status(row.status),
        "environment": place.name if place else row.environment_name,
        "gone": place is None,
        "runtime": row.runtime_name,
        "started": row.started_at,
        "ended": row.ended_at,
        "took": "" if row.ended_at is None else duration(row.ended_at - row.started_at),
        "work": Work(row.work).label if row.work else "",
        "of": row.of_id,
    }


def shown_document(row: DocumentRow) -> dict[str, Any]:
    """A document without its content."""
    return {
        "id": row.pk,
        "number": row.number,
        "name": row.name,
        "direction": Direction(row.direction).label,
        "type": row.content_type,
        "size": size(row.size),
    }


def shown_work(row: WorkRow) -> dict[str, Any]:
    """A piece of work, and what has become of it."""
    return {
        "kind": Work(row.kind).label,
        "document": row.document.name,
        "user": row.user,
        "at": row.requested_at,
        "done": row.done_at,
        "status": status(row.outcome) if row.outcome else None,
        "message": row.message,
    }


def duration(took: timedelta) -> str:
    """A length of time in words, such as "350 ms", "12.4 s" or "3 min 5 s"."""
    seconds = took.total_seconds()
    if seconds < 1:
        return f"{round(seconds * 1000)} ms"
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} s"
    minutes, rest = divmod(int(seconds), 60)
    if minutes < 60:  # noqa: PLR2004 - an hour
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,} h {minutes} min"


def size(number: int) -> str:
    """A number of bytes in words."""
    if number < 1024:  # noqa: PLR2004 - a kibibyte
        return f"{number} B"
    return f"{number / 1024:.1f} KiB" if number < 1024 * 1024 else f"{number / 1024 / 1024:.1f} MiB"


def text_of(content: bytes) -> str | None:
    """A document as text; `None` for what is none, or too much for a page."""
    if len(content) > TEXT_LIMIT:
        return None
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else text
