"""AuditLog in the platform API: the account's entries, oldest first, so that pages stay as they are while others write
(AUD-1, AUD-2).
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet
from msgspec import field

from tenantry.audit.queries import EntryRow as Row, entries_of
from tenantry.platform_api.calls import Call
from tenantry.platform_api.links import link_id, number_in, parts_of
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import Moment, Same, Text
from tenantry.platform_api.wire.shapes import Wire
from tenantry.rules.vocabulary import user_key

TAG: Final = "AUDIT_LOG"


class AuditLogProperty(Wire):
    """What has changed: its value since, and the one before; a value that is not there is left out."""

    name: str | None = None
    previous_value: str | None = None
    value: str | None = None


class AuditLog(Wire):
    """An entry of the audit log."""

    audit_log_property: list[AuditLogProperty] = field(name="AuditLogProperty", default_factory=list)
    account_id: str | None = None
    action: str | None = None
    container_id: str | None = None
    date: datetime | None = None
    document_id: str | None = None
    level: str | None = None
    message: str | None = None
    modifier: str | None = None
    source: str | None = None
    type: str | None = None
    user_id: str | None = None


def _named(id: str) -> Q | None:
    parts = parts_of(id, TAG, 1)
    number = number_in(parts[0]) if parts else None
    return None if number is None else Q(pk=number)


def _text(value: Any) -> str | None:  # noqa: ANN401 - whatever a property holds
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _shown(call: Call, rows: "Sequence[Row]") -> list[AuditLog]:
    del call
    return [
        AuditLog(
            audit_log_property=[
                AuditLogProperty(name=one["name"], previous_value=_text(one["old"]), value=_text(one["new"]))
                for one in row.properties
            ],
            account_id=row.account_id,
            action=row.action,
            container_id=row.container,
            date=row.at,
            document_id=link_id(TAG, row.pk),
            level=row.level,
            message=row.message or row.reason or None,
            modifier=row.modifier,
            source=row.source,
            type=row.type,
            user_id=row.user,
        )
        for row in rows
    ]


def _rows(call: Call) -> "QuerySet[Row]":
    return entries_of(call.account)


OBJECTS: Final = (
    PlatformObject(
        wire=AuditLog,
        verbs=Verb.GET | Verb.QUERY | Verb.BULK,
        reads=(("VIEW_AUDIT_LOGS",),),
        reading=Reading(
            rows=_rows,
            shown=_shown,
            named=_named,
            identity="document_id",
            columns={
                "accountId": Same(str),
                "containerId": Text("container", empty=True),
                "userId": Text("user", stored=user_key),
                "date": Moment("at"),
                "type": Text("type"),
                "action": Text("action"),
                "modifier": Text("modifier"),
                "level": Text("level"),
                "source": Text("source"),
            },
        ),
    ),
)
"""What this folder gives to the platform API."""
