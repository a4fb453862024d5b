"""Component in the platform API: XML alone, with its text exactly as it is inside of `object`."""

import re
from collections.abc import Sequence
from typing import Annotated, Any, Final
from xml.sax.saxutils import escape

from django.db.models import QuerySet

from tenantry.accounts.queries import existing_account
from tenantry.build import components as commands
from tenantry.build.blocking import check_usable
from tenantry.build.component_rows import RevisionRow as Row, newest_revision, revisions_of
from tenantry.build.platform_folder import READS, WRITES, folder_meant, folders_in_body
from tenantry.build.platform_metadata import ComponentMetadata, check_branch, component_meant, ids_of, named, told
from tenantry.build.queries import ways_to
from tenantry.platform_api.calls import Call
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.reading import Malformed
from tenantry.platform_api.wire.rendering import clean
from tenantry.platform_api.wire.shapes import ELEMENT, VERBATIM, Wire
from tenantry.platform_api.wire.verbatim import text_in
from tenantry.rules import refusals as no
from tenantry.rules.components import TOLD_TYPES, Format, Particulars, check_told_type
from tenantry.rules.refusals import Refused, refuse
from tenantry.store import revisions
from tenantry.store.transaction import command

AT_ONCE: Final = 5
"""Components of one bulk request."""


class EncryptedValues(Wire):
    """What of a component is encrypted: nothing is told of it."""


class Component(ComponentMetadata):
    """A version of a component with its text."""

    encrypted_values: EncryptedValues | None = None
    description: Annotated[str | None, ELEMENT] = None
    object: Annotated[str | None, VERBATIM] = None
    process_overrides: Annotated[str | None, VERBATIM] = None
    folder_full_path: str | None = None


def _shown(call: Call, rows: Sequence[Row]) -> list[Component]:
    top = existing_account(call.account).name
    ways = ways_to(call.account, [row.component.folder_id for row in rows])
    return [
        Component(
            **told(row, top),
            encrypted_values=EncryptedValues(),
            description=row.component.description,
            object=inside(row.text, row.component.format),
            process_overrides=row.component.overrides,
            folder_full_path="/".join(step.name or top for step in ways[row.component.folder_id]),
        )
        for row in rows
    ]


def _opening(call: Call, row: Row) -> None:
    """Refuse what uses a connector that the account cannot use: it is listed, and not opened (CONN-9)."""
    check_usable(call.account, row.component_id, row.name)


def _rows(call: Call) -> "QuerySet[Row]":
    return revisions_of(call.account)


_DECLARATION: Final = re.compile(r"^\ufeff?\s*<\?xml\b[^>]*\?>")


def inside(text: str, written: str) -> str:
    """A text as it can stand in another document: XML without the declaration that only begins one, JSON as text."""
    return _DECLARATION.sub("", text, count=1) if written == Format.XML else escape(clean(text), {"\r": "&#13;"})


def _create(call: Call, sent: Component) -> str:
    check_branch(sent.branch_id, sent.branch_name)
    if not (sent.object or "").strip():
        msg = "object is missing, or empty."
        raise Malformed(msg)
    refuse(check_told_type(sent.type or ""))
    text = text_in(sent.object or "")
    with folders_in_body("folderId", sent.folder_id):
        return commands.create_component(
            actor=call.actor,
            at=call.at,
            account=call.account,
            folder=folder_meant(call, sent.folder_id),
            name=sent.name or "",
            type=TOLD_TYPES[sent.type or ""],
            format=Format.XML if text is None else Format.JSON,
            text=sent.object or "" if text is None else text,
            told=Particulars(
                sent.type or "", sent.sub_type or "", sent.description or "", (sent.process_overrides or "").strip()
            ),
        )


@command
def _update(call: Call, id: str, sent: Component) -> None:
    """Members that are not sent stay as they are, also where somebody else changes them meanwhile."""
    revisions.lock(call.account)
    component = component_meant(call, "Component", id)
    check_branch(sent.branch_id, sent.branch_name)
    row = newest_revision(call.account, component)
    before = commands.told_of(row.component)
    with folders_in_body("folderId", sent.folder_id):
        changed = commands.edit_component(
            actor=call.actor,
            at=call.at,
            account=call.account,
            component=component,
            name=sent.name,
            folder=None if sent.folder_id is None else folder_meant(call, sent.folder_id),
            text=_sent_text(sent, row),
            told=Particulars(
                before.type,
                before.subtype if sent.sub_type is None else sent.sub_type,
                before.description if sent.description is None else sent.description,
                before.overrides if sent.process_overrides is None else sent.process_overrides.strip(),
            ),
        )
    if not changed:
        raise Refused(no.ComponentUnchanged(name=row.name))


def _sent_text(sent: Component, row: Any) -> str | None:  # noqa: ANN401 - a revision with its component
    """The text that is sent; nothing where none is, or the one that was told."""
    if sent.object is None or sent.object == inside(row.text, row.component.format):
        return None
    if row.component.format == Format.JSON:
        text = text_in(sent.object)
        if text is None:
            msg = "object holds elements, but the text of this component is JSON."
            raise Malformed(msg)
        return None if text == row.text else text
    return sent.object


COMPONENT: Final = PlatformObject(
    wire=Component,
    verbs=Verb.GET | Verb.CREATE | Verb.UPDATE | Verb.BULK,
    reads=READS,
    writes=WRITES,
    reading=Reading(rows=_rows, shown=_shown, named=named, ids_of=ids_of, identity="component_id", opening=_opening),
    create=_create,
    update=_update,
    bulk_limit=AT_ONCE,
    xml_only=True,
    from_address={"folderId": "folder_id"},
)
