"""Process in the platform API: the processes that an account has of its own."""

from collections.abc import Sequence
from typing import Annotated, Final

from django.db.models import QuerySet
from msgspec import field

from tenantry.build.component_rows import ComponentRow as Row, living
from tenantry.platform_api.calls import Call
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import Same, Text
from tenantry.platform_api.wire.shapes import ELEMENT, Wire

PROCESS: Final = "process"


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
    return living(call.account).filter(type=PROCESS)


def _shown(call: Call, rows: Sequence[Row]) -> list[Process]:
    del call
    return [Process(id=row.pk, name=row.name, description=row.description) for row in rows]


PROCESSES: Final = PlatformObject(
    wire=Process,
    verbs=Verb.GET | Verb.QUERY | Verb.BULK,
    reading=Reading(
        rows=_rows,
        shown=_shown,
        columns={
            "name": Text("name"),
            "id": Text("id"),
            "integrationPackId": Same(lambda _: None),
            "integrationPackInstanceId": Same(lambda _: None),
        },
    ),
)
