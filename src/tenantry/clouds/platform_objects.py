"""Clouds in the platform API: RuntimeCloud is what the account owns, Cloud what it can use (CLOUD-1, CLOUD-5)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal

from django.db.models import QuerySet
from msgspec import field

from tenantry.clouds import commands
from tenantry.clouds.queries import CloudRow, clouds_of, clusters_in
from tenantry.clouds.usable import usable_clouds
from tenantry.platform_api.bodies import given
from tenantry.platform_api.calls import Call
from tenantry.platform_api.objects import Needs, PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import Moment, Number, OneOf, Text
from tenantry.platform_api.wire.shapes import Kind, Wire
from tenantry.rules.clouds import Properties
from tenantry.rules.places import Classification

MANAGE: Final[Needs] = (("CLOUD_MANAGEMENT",),)
"""Cloud Management, for reading and for writing (CLOUD-1)."""


class CloudAtom(Wire):
    """A cluster of a cloud."""

    atom_id: str | None = None
    deleted: bool | None = None


class Cloud(Wire):
    """A cloud in which the account can have attachments, with its clusters where it is the account's own."""

    atom: list[CloudAtom] = field(name="Atom", default_factory=list)
    id: str | None = None
    name: str | None = None


class RuntimeCloud(Wire):
    """A cloud that the account owns."""

    allow_browsing: bool | None = None
    allow_deployments: bool | None = None
    allow_test_executions: bool | None = None
    classification: Literal["PROD", "TEST"] | None = None
    created_by: str | None = None
    created_date: datetime | None = None
    id: str | None = None
    max_attachments_per_account: int | None = None
    modified_by: str | None = None
    modified_date: datetime | None = None
    name: str | None = None


def _usable(call: Call) -> "QuerySet[CloudRow]":
    return usable_clouds(call.account)


def _shown_usable(call: Call, rows: Sequence[CloudRow]) -> list[Cloud]:
    clusters = clusters_in(call.account, [row.pk for row in rows])
    return [
        Cloud(
            id=row.pk, name=row.name, atom=[CloudAtom(atom_id=one, deleted=False) for one in clusters.get(row.pk, ())]
        )
        for row in rows
    ]


def _own(call: Call) -> "QuerySet[CloudRow]":
    return clouds_of(call.account)


def _shown(call: Call, rows: Sequence[CloudRow]) -> list[RuntimeCloud]:
    del call
    return [
        RuntimeCloud(
            id=row.pk,
            name=row.name,
            classification="TEST" if row.classification == Classification.TEST else "PROD",
            allow_deployments=row.allow_deployments,
            allow_browsing=row.allow_browsing,
            allow_test_executions=row.allow_test_executions,
            max_attachments_per_account=row.max_attachments,
            created_by=row.created_by or None,
            created_date=row.created_at,
            modified_by=row.modified_by or None,
            modified_date=row.modified_at,
        )
        for row in rows
    ]


def _told(sent: RuntimeCloud) -> dict[str, Any]:
    """The properties that were sent."""
    told = {
        "name": sent.name,
        "allow_deployments": sent.allow_deployments,
        "allow_browsing": sent.allow_browsing,
        "allow_test_executions": sent.allow_test_executions,
        "max_attachments": sent.max_attachments_per_account,
    }
    return {name: value for name, value in told.items() if value is not None}


def _create(call: Call, sent: RuntimeCloud) -> str:
    return commands.create_cloud(
        actor=call.actor,
        at=call.at,
        account=call.account,
        properties=Properties(**{"name": "", **_told(sent)}),
        classification=Classification(given("classification", sent.classification)),
    )


def _update(call: Call, id: str, sent: RuntimeCloud) -> None:
    commands.edit_cloud(
        actor=call.actor,
        at=call.at,
        account=call.account,
        cloud=id,
        properties=_told(sent),
        classification=sent.classification,
    )


def _delete(call: Call, id: str) -> None:
    commands.remove_cloud(actor=call.actor, at=call.at, account=call.account, cloud=id)


_FLAG: Final = {True: True, False: False}

OBJECTS: Final = (
    PlatformObject(
        wire=Cloud,
        verbs=Verb.GET | Verb.QUERY | Verb.BULK,
        reads=MANAGE,
        reading=Reading(rows=_usable, shown=_shown_usable, columns={"name": Text("name"), "id": Text("id")}),
    ),
    PlatformObject(
        wire=RuntimeCloud,
        verbs=Verb.GET | Verb.QUERY | Verb.CREATE | Verb.UPDATE | Verb.DELETE | Verb.BULK,
        reads=MANAGE,
        writes=MANAGE,
        created=201,
        reading=Reading(
            rows=_own,
            shown=_shown,
            order=("made", "id"),
            columns={
                "name": Text("name"),
                "id": Text("id"),
                "classification": Text("classification"),
                "allowDeployments": OneOf("allow_deployments", _FLAG, Kind.FLAG),
                "allowBrowsing": OneOf("allow_browsing", _FLAG, Kind.FLAG),
                "allowTestExecutions": OneOf("allow_test_executions", _FLAG, Kind.FLAG),
                "maxAttachmentsPerAccount": Number("max_attachments"),
                "createdDate": Moment("created_at"),
                "modifiedDate": Moment("modified_at"),
                "createdBy": Text("created_by", empty=True),
                "modifiedBy": Text("modified_by", empty=True),
            },
        ),
        create=_create,
        update=_update,
        delete=_delete,
    ),
)
"""What this folder gives to the platform API."""
