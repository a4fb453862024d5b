"""GenericConnectorRecord, ConnectorDocument and RerunDocument in the platform API: documents of executions (PRIV-8)."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Final, Literal

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from msgspec import field

from tenantry.platform_api.addresses import address_of
from tenantry.platform_api.calls import Call
from tenantry.platform_api.links import link_id, parts_of
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import NEVER, Column, Moment, Number, OneOf, Reckoned, Same, Text
from tenantry.platform_api.wire.filters import Comparison, Condition, Operator
from tenantry.platform_api.wire.reading import Malformed
from tenantry.platform_api.wire.shapes import ELEMENT, Kind, Wire
from tenantry.reporting.commands import check_document, open_document, request_reruns
from tenantry.reporting.lists import documents_in, execution_number, executions_in, row_number, work_of_request
from tenantry.reporting.platform_executions import by_execution, execution_id, places
from tenantry.reporting.queries import DocumentRow as Row
from tenantry.rules.reporting import Direction, Outcome, fails
from tenantry.rules.vocabulary import AccountId

TAG: Final = "DOCUMENT"
ACTIONS: Final = {Direction.INBOUND: "Get", Direction.OUTBOUND: "Send"}
"""What a connector did with a document: it got one that came in, and sent one that went out."""

Status = Literal["SUCCESS", "ERROR"]
STATUS: Final[dict[str, Status]] = {one.value: "ERROR" if fails(one) else "SUCCESS" for one in Outcome}
"""A document has failed with its execution, and not by itself: runtimes say no more."""

SEND: Final = {Direction.INBOUND: True, Direction.OUTBOUND: False}
"""Documents that come in can be run again; they are those of the start shape."""


class ConnectorField(Wire):
    """Something said of a document."""

    name: str | None = None
    value: str | None = None


class ConnectorFields(Wire):
    """What is said of a document: its name and its type."""

    fields: list[ConnectorField] = field(name="connectorField", default_factory=list)


class TrackedField(Wire):
    """Something followed through an execution, which is nothing so far."""

    name: str | None = None
    value: str | None = None


class TrackedFields(Wire):
    """What is followed."""

    fields: list[TrackedField] = field(name="trackedField", default_factory=list)


class GenericConnectorRecord(Wire):
    """A document that came into an execution or went out of it, without its content. Runtimes do not report the
    connections and operations of connectors, which are never told.
    """

    account: str | None = None
    action_type: str | None = None
    atom_id: str | None = None
    connection_id: str | None = None
    connection_name: str | None = None
    connector_fields: ConnectorFields | None = None
    connector_type: str | None = None
    date_processed: datetime | None = None
    document_index: int | None = None
    error_message: Annotated[str, ELEMENT] = ""
    execution_connector_id: str | None = None
    execution_id: str | None = None
    id: str | None = None
    incremental_document_index: int | None = None
    operation_id: str | None = None
    operation_name: str | None = None
    retryable: bool | None = None
    size: int | None = None
    start_shape: bool | None = None
    status: Status | None = None
    tracked_fields: TrackedFields | None = None


class ConnectorDocument(Wire):
    """The content of a document, asked for."""

    generic_connector_record_id: str | None = None


class ConnectorDocumentDownload(Wire):
    """From where the content of a document can be fetched, once by the same caller's credentials or often."""

    url: Annotated[str, ELEMENT]
    message: Annotated[str, ELEMENT] = "Beginning download."
    status_code: Annotated[str, ELEMENT] = "202"


class AllDocuments(Wire):
    """All documents that came into an execution, or those that ended so."""

    document_status: Literal["ANY", "SUCCESS", "ERROR"] | None = None


class Document(Wire):
    """A document by its id."""

    generic_connector_record_id: str | None = None


class SelectedDocuments(Wire):
    """These documents."""

    documents: list[Document] = field(name="Document", default_factory=list)


class RerunDocument(Wire):
    """Documents that are to be run again; those that are selected, or else all."""

    all_documents: AllDocuments | None = field(name="AllDocuments", default=None)
    selected_documents: SelectedDocuments | None = field(name="SelectedDocuments", default=None)
    original_execution_id: str | None = None
    record_url: str | None = None
    request_id: str | None = None


def _id(number: int) -> str:
    return link_id(TAG, number)


def _number(id: str) -> int | None:
    parts = parts_of(id, TAG, 1)
    return None if parts is None else row_number(parts[0])


# ---- GenericConnectorRecord ----------------------------------------------------------------------------------------


def _named(id: str) -> Q | None:
    number = _number(id)
    return None if number is None else Q(pk=number)


def _shown(call: Call, rows: Sequence[Row]) -> list[GenericConnectorRecord]:
    return [
        GenericConnectorRecord(
            account=call.account,
            action_type=ACTIONS[Direction(row.direction)],
            atom_id=row.execution.runtime,
            connector_fields=ConnectorFields(
                fields=[
                    ConnectorField(name="name", value=row.name),
                    ConnectorField(name="contentType", value=row.content_type),
                ]
            ),
            date_processed=row.execution.started_at,
            document_index=getattr(row, "place", 0),
            error_message=getattr(row, "error", ""),
            execution_id=execution_id(row.execution_id),
            id=_id(row.pk),
            retryable=SEND[Direction(row.direction)],
            size=row.size,
            start_shape=SEND[Direction(row.direction)],
            status=STATUS[row.execution.status],
            tracked_fields=TrackedFields(),
        )
        for row in rows
    ]


def _by_id(account: AccountId, test: Comparison) -> Q:
    """By the whole id; parts of it mean nothing."""
    del account
    if test.operator is Operator.IS_NULL:
        return NEVER
    if test.operator is not Operator.EQUALS:
        msg = f"{test.operator} is not for the id, which only EQUALS compares."
        raise Malformed(msg)
    return _named(str(test.arguments[0])) or NEVER


def _missing(account: AccountId) -> None:
    """What nobody tells of documents."""
    del account


def _needed(condition: Condition) -> Iterator[Comparison]:
    """The comparisons without which nothing passes a filter."""
    if isinstance(condition, Comparison):
        yield condition
    elif condition.every or len(condition.parts) == 1:
        for part in condition.parts:
            yield from _needed(part)


def _of_executions(condition: Condition) -> Iterator[Comparison]:
    """The comparisons with ids of executions, wherever they stand."""
    if isinstance(condition, Comparison):
        yield from [condition] if condition.property == "executionId" else []
    else:
        for part in condition.parts:
            yield from _of_executions(part)


def _of_one_execution(condition: Condition) -> None:
    """Refuse filters that look for anything but the documents of one execution."""
    found = list(_of_executions(condition))
    if len(found) != 1 or found[0].operator is not Operator.EQUALS or found[0] not in _needed(condition):
        msg = "A query of GenericConnectorRecord names exactly one executionId, by EQUALS."
        raise Malformed(msg)


_UNTOLD: Final[dict[str, Column]] = {
    name: Same(_missing)
    for name in (
        "executionConnectorId",
        "connectionId",
        "connectionName",
        "operationId",
        "operationName",
        "connectorType",
    )
}

RECORD: Final = PlatformObject(
    wire=GenericConnectorRecord,
    verbs=Verb.GET | Verb.QUERY | Verb.BULK,
    reads=(("VIEW_RESULT", "VIEW_DATA"),),
    reading=Reading(
        rows=lambda call: documents_in(call.account, places(call)),
        shown=_shown,
        named=_named,
        judge=_of_one_execution,
        columns={
            "id": Reckoned(_by_id),
            "executionId": by_execution(lambda number: Q(execution_id=number), "execution_told"),
            "actionType": OneOf("direction", ACTIONS),
            "atomId": Text("execution__runtime"),
            "dateProcessed": Moment("execution__started_at"),
            "errorMessage": Text("error", empty=True),
            "status": OneOf("execution__status", STATUS),
            "documentIndex": Number("place"),
            "incrementalDocumentIndex": Same(_missing, Kind.WHOLE),
            "size": Number("size"),
            "startShape": OneOf("direction", SEND, Kind.FLAG),
            "retryable": OneOf("direction", SEND, Kind.FLAG),
            **_UNTOLD,
        },
    ),
)


# ---- ConnectorDocument ---------------------------------------------------------------------------------------------


def _document(call: Call, id: str | None) -> int:
    """The document of the account that an id in a body names."""
    number = _number(id or "")
    if number is None or not documents_in(call.account, None).filter(pk=number).exists():
        msg = f"genericConnectorRecordId is {(id or '')[:80]!r}, which is no document in this account."
        raise Malformed(msg)
    return number


def _ask(call: Call, sent: ConnectorDocument) -> ConnectorDocumentDownload:
    number = _document(call, sent.generic_connector_record_id)
    check_document(actor=call.actor, at=call.at, account=call.account, document=number)
    return ConnectorDocumentDownload(url=address_of(call, "ConnectorDocument", "download", _id(number)))


_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


def download(call: Call, request: HttpRequest, word: str, id: str) -> HttpResponse:
    """GET ConnectorDocument/download/{id}: the content as a file, which is recorded (AUD)."""
    del request, word
    number = _number(id)
    content = open_document(
        actor=call.actor, at=call.at, account=call.account, document=-1 if number is None else number, download=True
    )
    name = _UNSAFE.sub("_", content.name).strip("._")[:100] or "document"
    return HttpResponse(
        content.content,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


CONTENT: Final = PlatformObject(
    wire=ConnectorDocument,
    verbs=Verb.CREATE,
    writes=(("VIEW_DATA",),),
    told_once=_ask,
    answered=ConnectorDocumentDownload,
)


# ---- RerunDocument -------------------------------------------------------------------------------------------------


def _rerun(call: Call, sent: RerunDocument) -> RerunDocument:
    told = sent.original_execution_id or ""
    number = execution_number(told)
    row = None if number is None else executions_in(call.account, None).filter(pk=number).first()
    if number is None or row is None:
        msg = f"originalExecutionId is {told[:80]!r}, which is no execution in this account."
        raise Malformed(msg)
    selected = sent.selected_documents.documents if sent.selected_documents else []
    if not selected and sent.all_documents is None:
        msg = "AllDocuments or SelectedDocuments.Document is missing."
        raise Malformed(msg)
    documents: frozenset[int] | None = None
    if selected:
        documents = _chosen(call, number, selected)
    elif sent.all_documents and sent.all_documents.document_status not in {None, "ANY", STATUS[row.status]}:
        documents = frozenset()
    id = request_reruns(actor=call.actor, at=call.at, account=call.account, execution=number, documents=documents)
    return _requested(call, id)


def _chosen(call: Call, execution: int, selected: Sequence[Document]) -> frozenset[int]:
    """The documents of an execution that a body names; one query."""
    named = {one.generic_connector_record_id or "": _number(one.generic_connector_record_id or "") for one in selected}
    numbers = {number for number in named.values() if number is not None}
    rows = documents_in(call.account, None).filter(execution=execution, pk__in=numbers)
    found = frozenset(rows.values_list("pk", flat=True))
    for id, number in named.items():
        if number not in found:
            msg = f"genericConnectorRecordId is {id[:80]!r}, which is no document of this execution."
            raise Malformed(msg)
    return found


def _requested(call: Call, id: str) -> RerunDocument:
    work = work_of_request(call.account, None, id)
    return RerunDocument(
        all_documents=AllDocuments(document_status="ANY"),
        selected_documents=SelectedDocuments(
            documents=[Document(generic_connector_record_id=_id(one.document_id)) for one in work]
        ),
        original_execution_id=execution_id(work[0].execution_id),
        record_url=address_of(call, "ExecutionRecord", "async", id),
        request_id=id,
    )


RERUN: Final = PlatformObject(
    wire=RerunDocument,
    verbs=Verb.CREATE,
    writes=(("EXECUTE",),),
    told_once=_rerun,
)
