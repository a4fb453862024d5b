"""ComponentMetadata in the platform API: every version of every component, its text apart."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet

from tenantry.accounts.queries import existing_account
from tenantry.build import components as commands
from tenantry.build.component_rows import GONE, NEWEST, RevisionRow as Row, is_living, revisions_of
from tenantry.build.folder_rows import FolderIds, FolderNames
from tenantry.build.platform_folder import READS, WRITES, folder_meant, folders_in_body
from tenantry.build.wire_ids import MAIN, told_folder
from tenantry.platform_api.calls import Call
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import Column, Moment, Number, Reckoned, Same, Text, Whether
from tenantry.platform_api.wire.filters import Condition, Group
from tenantry.platform_api.wire.reading import Malformed
from tenantry.platform_api.wire.shapes import Wire
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import ComponentId

BRANCH: Final = "main"
"""The name of the one branch."""


class ComponentMetadata(Wire):
    """A version of a component. Of what is sent only the name and the folder count."""

    branch_id: str | None = None
    branch_name: str | None = None
    component_id: str | None = None
    copied_from_component_id: str | None = None
    copied_from_component_version: int | None = None
    created_by: str | None = None
    created_date: datetime | None = None
    current_version: bool | None = None
    deleted: bool | None = None
    folder_id: str | None = None
    folder_name: str | None = None
    modified_by: str | None = None
    modified_date: datetime | None = None
    name: str | None = None
    sub_type: str | None = None
    type: str | None = None
    version: int | None = None


def told(row: Any, top: str) -> dict[str, Any]:  # noqa: ANN401 - a revision with its annotations
    """The members of a version, where the top-level folder is called `top`."""
    component, folder = row.component, row.component.folder
    return {
        "branch_id": MAIN,
        "branch_name": BRANCH,
        "component_id": component.pk,
        "copied_from_component_id": component.copied_from or None,
        "copied_from_component_version": component.copied_revision,
        "created_by": row.first_user,
        "created_date": row.first_at,
        "current_version": row.number == component.revision,
        "deleted": component.deleted_at is not None,
        "folder_id": told_folder(folder.pk),
        "folder_name": folder.name if folder.parent_id else top,
        "modified_by": row.user,
        "modified_date": row.at,
        "name": row.name,
        "sub_type": component.subtype or None,
        "type": row.told_type or None,
        "version": row.number,
    }


def _shown(call: Call, rows: Sequence[Row]) -> list[ComponentMetadata]:
    top = existing_account(call.account).name
    return [ComponentMetadata(**told(row, top)) for row in rows]


def _rows(call: Call) -> "QuerySet[Row]":
    return revisions_of(call.account).defer("text")


# ---- ids: id, id~version, id~branch, and both in either order ------------------------------------------------------


def parsed(id: str) -> tuple[str, int | None] | None:
    """The component and the version that an id means, none for the newest; nothing for what can be no id."""
    component, *parts = id.split("~")
    versions = [part for part in parts if part != MAIN]
    if len(parts) > 2 or len(versions) > 1 or len(parts) - len(versions) > 1:  # noqa: PLR2004 - version and branch
        return None
    if not versions:
        return component, None
    [version] = versions
    whole = version.isascii() and version.isdigit() and version[0] != "0" and len(version) < 10  # noqa: PLR2004
    return (component, int(version)) if whole else None


def named(id: str) -> Q | None:
    """The revision that an id means."""
    found = parsed(id)
    if found is None:
        return None
    component, version = found
    return Q(component_id=component) & (NEWEST if version is None else Q(number=version))


def ids_of(one: Any) -> Sequence[str]:  # noqa: ANN401 - metadata, or the component with them
    """Every id that means a version."""
    key = f"{one.component_id}~{one.version}"
    found = [key, f"{key}~{MAIN}", f"{one.component_id}~{MAIN}~{one.version}"]
    return [*found, one.component_id, f"{one.component_id}~{MAIN}"] if one.current_version else found


def component_meant(call: Call, kind: str, id: str) -> ComponentId:
    """The component to be changed by an id in the address; refuses what is deleted, and older versions, which are what
    they were.
    """
    component, version = parsed(id) or ("", None)
    if not is_living(call.account, component):
        raise Refused(no.NotThere(object=kind, id=id))
    if version is not None and not revisions_of(call.account).filter(NEWEST, component_id=component, number=version):
        msg = f"{id} is an older version, which does not change any more."
        raise Malformed(msg)
    return ComponentId(component)


def check_branch(branch: str | None, name: str | None) -> None:
    """Refuse another branch than the one there is."""
    if branch and branch != MAIN:
        msg = f"branchId is {branch[:80]!r}, but there is the branch main alone, whose id is {MAIN}."
        raise Malformed(msg)
    if name and name != BRANCH:
        msg = f"branchName is {name[:80]!r}, but there is the branch main alone."
        raise Malformed(msg)


def _judge(condition: Condition) -> None:
    """Versions count within a component: alone they mean nothing."""
    asked = set(_properties(condition))
    if "version" in asked and "componentId" not in asked:
        msg = "version can be filtered only together with componentId."
        raise Malformed(msg)


def _properties(condition: Condition) -> list[str]:
    if isinstance(condition, Group):
        return [name for part in condition.parts for name in _properties(part)]
    return [condition.property]


# ---- verbs ---------------------------------------------------------------------------------------------------------


def _create(call: Call, sent: ComponentMetadata) -> str:
    """Bring a deleted component back: nothing else is made by metadata alone."""
    component = sent.component_id or ""
    state = is_living(call.account, component)
    if state is not False:
        why = "is missing" if not component else "names a component that is not deleted" if state else "names none here"
        msg = f"componentId {why}: metadata are created to restore what is deleted."
        raise Malformed(msg)
    commands.restore_component(actor=call.actor, at=call.at, account=call.account, component=ComponentId(component))
    return component


def _update(call: Call, id: str, sent: ComponentMetadata) -> None:
    component = component_meant(call, "ComponentMetadata", id)
    check_branch(sent.branch_id, sent.branch_name)
    with folders_in_body("folderId", sent.folder_id):
        commands.edit_component(
            actor=call.actor,
            at=call.at,
            account=call.account,
            component=component,
            name=sent.name,
            folder=None if sent.folder_id is None else folder_meant(call, sent.folder_id),
        )


def _delete(call: Call, id: str) -> None:
    component = component_meant(call, "ComponentMetadata", id)
    commands.remove_component(actor=call.actor, at=call.at, account=call.account, component=component)


COLUMNS: Final[dict[str, Column]] = {
    "accountId": Same(str),
    "componentId": Text("component_id"),
    "version": Number("number"),
    "name": Text("name"),
    "type": Text("told_type"),
    "subType": Text("component__subtype", empty=True),
    "createdDate": Moment("first_at"),
    "createdBy": Text("first_user"),
    "modifiedDate": Moment("at"),
    "modifiedBy": Text("user"),
    "deleted": Whether(GONE),
    "currentVersion": Whether(NEWEST),
    "folderName": Reckoned(FolderNames("component__folder__name")),
    "folderId": Reckoned(FolderIds("component__folder_id")),
    "copiedFromComponentId": Text("component__copied_from", empty=True),
    "copiedFromComponentVersion": Number("component__copied_revision"),
    "branchName": Same(lambda _: BRANCH),
    "branchId": Same(lambda _: MAIN),
}

METADATA: Final = PlatformObject(
    wire=ComponentMetadata,
    verbs=Verb.GET | Verb.QUERY | Verb.CREATE | Verb.UPDATE | Verb.DELETE | Verb.BULK,
    reads=READS,
    writes=WRITES,
    reading=Reading(
        rows=_rows, shown=_shown, columns=COLUMNS, named=named, ids_of=ids_of, identity="component_id", judge=_judge
    ),
    create=_create,
    update=_update,
    delete=_delete,
)
