"""Connector in the platform API: the connectors that the account can use, known by their type (CONN-3, CONN-5)."""

from collections.abc import Sequence
from typing import Final

from django.db.models import Q, QuerySet

from tenantry.connectors.queries import ConnectorRow, usable_connectors
from tenantry.platform_api.calls import Call
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import Text
from tenantry.platform_api.wire.shapes import Wire


class Connector(Wire):
    """A connector that the account can use."""

    name: str | None = None
    type: str | None = None


def _rows(call: Call) -> "QuerySet[ConnectorRow]":
    return usable_connectors(call.account)


def _named(id: str) -> Q:
    return Q(type=id)


def _shown(call: Call, rows: Sequence[ConnectorRow]) -> list[Connector]:
    del call
    return [Connector(name=row.name, type=row.type) for row in rows]


OBJECTS: Final = (
    PlatformObject(
        wire=Connector,
        verbs=Verb.GET | Verb.QUERY | Verb.BULK,
        reading=Reading(
            rows=_rows,
            shown=_shown,
            named=_named,
            identity="type",
            order=("type",),
            columns={"type": Text("type"), "name": Text("name")},
        ),
    ),
)
"""What this folder gives to the platform API."""
