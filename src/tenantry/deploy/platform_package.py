"""PackagedComponent in the platform API."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from django.db.models import Q, QuerySet

from tenantry.build.platform_metadata import BRANCH, check_branch
from tenantry.deploy import commands
from tenantry.deploy.queries import PackageRow as Row, all_packages, component_to_package
from tenantry.platform_api.calls import Call
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import Moment, Number, Same, Text, Whether
from tenantry.platform_api.wire.reading import Malformed
from tenantry.platform_api.wire.shapes import ELEMENT, Kind, Wire
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused

NEEDS: Final = (("PACKAGE_MANAGEMENT",),)


class PackagedComponent(Wire):
    """A version of a component that is packaged for good, with all that it needs."""

    branch_name: Annotated[str | None, ELEMENT] = None
    component_id: Annotated[str | None, ELEMENT] = None
    component_type: Annotated[str | None, ELEMENT] = None
    component_version: Annotated[int | None, ELEMENT] = None
    created_by: Annotated[str | None, ELEMENT] = None
    created_date: Annotated[datetime | None, ELEMENT] = None
    deleted: Annotated[bool | None, ELEMENT] = None
    fully_publicly_consumable: Annotated[bool | None, ELEMENT] = None
    notes: Annotated[str | None, ELEMENT] = None
    package_id: Annotated[str | None, ELEMENT] = None
    package_version: Annotated[str | None, ELEMENT] = None
    shareable: Annotated[bool | None, ELEMENT] = None


def _told(row: Any) -> PackagedComponent:  # noqa: ANN401 - a package with its annotation
    return PackagedComponent(
        branch_name=BRANCH,
        component_id=row.component_id,
        component_type=row.told_type,
        component_version=row.revision,
        created_by=row.user,
        created_date=row.created_at,
        deleted=False,
        notes=row.notes,
        package_id=row.pk,
        package_version=row.version,
        shareable=row.shareable,
    )


def _shown(call: Call, rows: Sequence[Row]) -> list[PackagedComponent]:
    del call
    return [_told(row) for row in rows]


def _rows(call: Call) -> "QuerySet[Row]":
    return all_packages(call.account)


def _create(call: Call, sent: PackagedComponent) -> str:
    """Of the newest version; shareable unless the program says that it is not."""
    check_branch(None, sent.branch_name)
    if not sent.component_id:
        msg = "componentId is missing."
        raise Malformed(msg)
    try:
        newest = component_to_package(call.account, sent.component_id)
    except Refused as raised:
        if not isinstance(raised.refusal, no.ComponentNotFound):
            raise
        msg = f"componentId is {sent.component_id[:80]!r}, which is no component here."
        raise Malformed(msg) from raised
    if sent.component_version is not None and sent.component_version != newest.revision:
        msg = f"componentVersion is {sent.component_version}, but the newest is packaged, which is {newest.revision}."
        raise Malformed(msg)
    return commands.create_package(
        actor=call.actor,
        at=call.at,
        account=call.account,
        component=sent.component_id,
        version=sent.package_version,
        notes=sent.notes or "",
        shareable=sent.shareable is not False,
        from_build=False,
    )


def _delete(call: Call, id: str) -> None:
    commands.remove_package(actor=call.actor, at=call.at, account=call.account, package=id)


PACKAGES: Final = PlatformObject(
    wire=PackagedComponent,
    verbs=Verb.GET | Verb.QUERY | Verb.CREATE | Verb.DELETE | Verb.BULK,
    reads=NEEDS,
    writes=NEEDS,
    reading=Reading(
        rows=_rows,
        shown=_shown,
        order=("created_at", "id"),
        identity="package_id",
        columns={
            "accountId": Same(str),
            "branchName": Same(lambda _: BRANCH),
            "componentId": Text("component_id"),
            "componentType": Text("told_type"),
            "componentVersion": Number("revision"),
            "createdBy": Text("user"),
            "createdDate": Moment("created_at"),
            "deleted": Same(lambda _: False, Kind.FLAG),
            "fullyPubliclyConsumable": Same(lambda _: None, Kind.FLAG),
            "notes": Text("notes"),
            "packageId": Text("id"),
            "packageVersion": Text("version"),
            "shareable": Whether(Q(shareable=True)),
        },
    ),
    create=_create,
    delete=_delete,
)
