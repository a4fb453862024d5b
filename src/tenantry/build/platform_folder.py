"""Folder in the platform API: its tree, its lists of roles, and restoring (FOLD-16)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from django.db.models import Q, QuerySet
from msgspec import field

from tenantry.accounts.queries import existing_account
from tenantry.build import commands
from tenantry.build.folder_rows import (
    GONE,
    FolderIds,
    FolderNames,
    FolderRow as Row,
    folders_of,
    is_deleted,
    path_passes,
    roles_named,
)
from tenantry.build.queries import lists_of, top_id, ways_to
from tenantry.build.wire_ids import meant_folder, told_folder
from tenantry.platform_api.calls import Call
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import Reckoned, Same, Text, Whether
from tenantry.platform_api.wire.filters import Comparison, Operator
from tenantry.platform_api.wire.reading import Malformed
from tenantry.platform_api.wire.shapes import Wire
from tenantry.roles.wire_ids import meant_role, told_role
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import FolderId, RoleId

READS: Final = (("BUILD_READ_ONLY", "BUILD"),)
WRITES: Final = (("BUILD",),)


class RoleReference(Wire):
    """A role that may change a folder; its id is enough where one is sent."""

    id: str | None = None
    name: str | None = None


class PermittedRoles(Wire):
    """The list of a folder: none in it lets every holder of Build Read and Write Access (FOLD-5)."""

    role_reference: list[RoleReference] = field(name="RoleReference", default_factory=list)


class Folder(Wire):
    """A folder, deleted or not; the top-level one has the account's name and no parent."""

    permitted_roles: PermittedRoles | None = field(name="PermittedRoles", default=None)
    deleted: bool | None = None
    full_path: str | None = None
    id: str | None = None
    name: str | None = None
    parent_id: str | None = None
    parent_name: str | None = None


def _list(call: Call, roles: frozenset[RoleId]) -> PermittedRoles:
    known = call.facts.roles
    named = sorted(
        ((known[role].name if role in known else role, told_role(role)) for role in roles),
        key=lambda pair: (pair[0].casefold(), pair[1]),
    )
    return PermittedRoles(role_reference=[RoleReference(id=id, name=name) for name, id in named])


def _shown(call: Call, rows: Sequence[Row]) -> list[Folder]:
    keys = [row.pk for row in rows]
    top = existing_account(call.account).name
    ways, lists = ways_to(call.account, keys), lists_of(call.account, keys)
    found = []
    for row in rows:
        names = [step.name or top for step in ways[row.pk]]
        found.append(
            Folder(
                permitted_roles=_list(call, lists.get(row.pk, frozenset())),
                deleted=row.deleted_at is not None,
                full_path="/".join(names),
                id=told_folder(row.pk),
                name=row.name,
                parent_id=told_folder(row.parent_id or ""),
                parent_name=names[-2],
            )
        )
    return found


def _top(call: Call) -> list[Folder]:
    """The top-level folder, which has no row before something is in it."""
    key = top_id(call.account)
    name = existing_account(call.account).name
    roles = lists_of(call.account, [key]).get(key, frozenset())
    return [Folder(permitted_roles=_list(call, roles), deleted=False, full_path=name, id=told_folder(key), name=name)]


def _top_passes(call: Call, top: Folder, test: Comparison) -> bool:
    if test.property == "permittedRoles":
        roles = [one.id for one in top.permitted_roles.role_reference] if top.permitted_roles else []
        opposite = test.operator.opposite
        if opposite is not None:
            return not _top_passes(call, top, Comparison(test.property, opposite, test.arguments))
        return not roles if test.operator is Operator.IS_NULL else any(map(test.holds, roles))
    values = {
        "accountId": call.account,
        "id": top.id,
        "name": top.name,
        "fullPath": top.full_path,
        "deleted": False,
    }
    return test.holds(values.get(test.property))


def _named(id: str) -> Q | None:
    folder = meant_folder(id)
    return Q(id=folder) if folder else None


def _rows(call: Call) -> "QuerySet[Row]":
    return folders_of(call.account)


@contextmanager
def folders_in_body(place: str, told: str | None) -> Iterator[None]:
    """What the body calls a folder and is none cannot be done, which is another answer than for one in the address."""
    try:
        yield
    except Refused as raised:
        if told and isinstance(raised.refusal, no.FolderNotFound):
            msg = f"{place} is {told[:80]!r}, which is no folder here."
            raise Malformed(msg) from raised
        raise


def folder_meant(call: Call, told: str | None) -> FolderId:
    """The folder that a member of a body means; the top-level one where it is blank."""
    return (meant_folder(told) or FolderId("-")) if told else top_id(call.account)


def _roles(sent: Folder) -> frozenset[RoleId] | None:
    if sent.permitted_roles is None:
        return None
    told = [one.id for one in sent.permitted_roles.role_reference]
    if not all(told):
        msg = "PermittedRoles.RoleReference.id is missing."
        raise Malformed(msg)
    return frozenset(meant_role(one) or RoleId(one) for one in told if one)


def _create(call: Call, sent: Folder) -> str:
    """A new folder, or an old one that is deleted and named by its id (FOLD-16)."""
    before = meant_folder(sent.id or "")
    if before and is_deleted(call.account, before):
        commands.restore_folder(actor=call.actor, at=call.at, account=call.account, folder=before)
        return told_folder(before)
    with folders_in_body("parentId", sent.parent_id):
        made = commands.create_folder(
            actor=call.actor,
            at=call.at,
            account=call.account,
            parent=folder_meant(call, sent.parent_id),
            name=sent.name or "",
            roles=_roles(sent),
        )
    return told_folder(made)


def _update(call: Call, id: str, sent: Folder) -> None:
    _check_there(call, id)
    with folders_in_body("parentId", sent.parent_id):
        commands.edit_folder(
            actor=call.actor,
            at=call.at,
            account=call.account,
            folder=meant_folder(id),
            name=sent.name,
            parent=None if sent.parent_id is None else folder_meant(call, sent.parent_id),
            roles=_roles(sent),
        )


def _delete(call: Call, id: str) -> None:
    """The folder with all below it, whether referred to or not: nobody is there to be asked (FOLD-13)."""
    _check_there(call, id)
    folder = meant_folder(id)
    commands.remove_folder(actor=call.actor, at=call.at, account=call.account, folder=folder, unreferenced_only=False)


def _check_there(call: Call, id: str) -> None:
    """What is deleted is read, and can be changed no more than what has never been."""
    if is_deleted(call.account, meant_folder(id)):
        raise Refused(no.NotThere(object="Folder", id=id))


FOLDER: Final = PlatformObject(
    wire=Folder,
    verbs=Verb.GET | Verb.QUERY | Verb.CREATE | Verb.UPDATE | Verb.DELETE | Verb.BULK,
    reads=READS,
    writes=WRITES,
    reading=Reading(
        rows=_rows,
        shown=_shown,
        leading=_top,
        passes=_top_passes,
        named=_named,
        columns={
            "accountId": Same(str),
            "id": Reckoned(FolderIds("id")),
            "name": Text("name"),
            "fullPath": Reckoned(path_passes),
            "deleted": Whether(GONE),
            "parentId": Reckoned(FolderIds("parent_id")),
            "parentName": Reckoned(FolderNames("parent__name")),
            "permittedRoles": Reckoned(roles_named),
        },
    ),
    create=_create,
    update=_update,
    delete=_delete,
)
