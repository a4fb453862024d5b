"""Process in the platform API: the processes that an account has of its own, and those that packs bring."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Final

from django.db.models import QuerySet
from msgspec import field

from tenantry.packs.process_rows import ProcessRow as Row, brought_by, packs_bringing, processes_of
from tenantry.platform_api.calls import Call
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import Reckoned, Text
from tenantry.platform_api.wire.shapes import ELEMENT, Wire


class ProcessIntegrationPackInfo(Wire):
    """A pack by which a process has come."""

    integration_pack_id: str | None = None
    integration_pack_instance_id: str | None = None


class Process(Wire):
    """A process."""

    description: Annotated[str | None, ELEMENT] = field(name="Description", default=None)
    integration_pack: list[ProcessIntegrationPackInfo] = field(name="IntegrationPack", default_factory=list)
    id: str | None = None
    name: str | None = None


def _rows(call: Call) -> "QuerySet[Row]":
    return processes_of(call.account)


def _shown(call: Call, rows: Sequence[Any]) -> list[Process]:
    brought = packs_bringing(call.account, [row.pk for row in rows])
    return [
        Process(
            id=row.pk,
            name=row.told_name,
            description=row.told_description,
            integration_pack=[
                ProcessIntegrationPackInfo(integration_pack_id=pack, integration_pack_instance_id=instance)
                for pack, instance in brought.get(row.pk, ())
            ],
        )
        for row in rows
    ]


PROCESSES: Final = PlatformObject(
    wire=Process,
    verbs=Verb.GET | Verb.QUERY | Verb.BULK,
    reading=Reading(
        rows=_rows,
        shown=_shown,
        columns={
            "name": Text("told_name"),
            "id": Text("id"),
            "integrationPackId": Reckoned(partial(brought_by, "pack_id")),
            "integrationPackInstanceId": Reckoned(partial(brought_by, "id")),
        },
    ),
)
