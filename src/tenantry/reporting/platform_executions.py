"""ExecutionRecord in the platform API: what runtimes have run, read by query and by request (PRIV-8, ENV-13)."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from msgspec import field

from tenantry.environments.queries import accessible_environments, ids_of
from tenantry.platform_api.answering import answer, form_asked
from tenantry.platform_api.calls import Call
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import NEVER, Moment, Number, OneOf, Reckoned, Same, Text
from tenantry.platform_api.wire.filters import Comparison, Operator
from tenantry.platform_api.wire.rendering import object_body
from tenantry.platform_api.wire.shapes import ELEMENT, Kind, Wire
from tenantry.reporting.lists import (
    PREFIX,
    Environments,
    Sizes,
    execution_number,
    executions_in,
    sizes_of,
    work_of_request,
)
from tenantry.reporting.queries import ExecutionRow as Row
from tenantry.reporting.sight import EVERYWHERE
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.reporting import Outcome, fails
from tenantry.rules.vocabulary import AccountId

NOT_FINISHED: Final = 202
"""The status of what goes on (API-7)."""

TYPES: Final = {"": "unknown", "RERUN": "retry_manual", "TEST": "test_manual"}
"""How an execution came about. Runtimes do not say what starts those of their own accord."""

MILLISECOND: Final = timedelta(milliseconds=1)

FURTHEST: Final = 10**14
"""Milliseconds that no execution lasts."""


class ExecutionRecord(Wire):
    """An execution. What is not known of it but has to be told is empty."""

    account: Annotated[str, ELEMENT] = ""
    atom_id: Annotated[str, ELEMENT] = ""
    atom_name: Annotated[str, ELEMENT] = ""
    execution_duration: Annotated[int | None, ELEMENT] = None
    execution_id: Annotated[str, ELEMENT] = ""
    execution_time: Annotated[datetime | None, ELEMENT] = None
    execution_type: Annotated[str, ELEMENT] = ""
    inbound_document_count: Annotated[int, ELEMENT] = 0
    inbound_document_size: Annotated[int, ELEMENT] = 0
    inbound_error_document_count: Annotated[int, ELEMENT] = 0
    launcher_id: Annotated[str, ELEMENT] = field(name="launcherID", default="")
    message: Annotated[str, ELEMENT] = ""
    node_id: Annotated[str, ELEMENT] = ""
    original_execution_id: Annotated[str, ELEMENT] = ""
    outbound_document_count: Annotated[int, ELEMENT] = 0
    outbound_document_size: Annotated[int, ELEMENT] = 0
    parent_execution_id: Annotated[str, ELEMENT] = ""
    process_id: Annotated[str, ELEMENT] = ""
    process_name: Annotated[str, ELEMENT] = ""
    recorded_date: Annotated[datetime | None, ELEMENT] = None
    report_key: Annotated[str, ELEMENT] = ""
    status: Annotated[str, ELEMENT] = ""
    top_level_execution_id: Annotated[str, ELEMENT] = ""


class AsyncOperationResult(Wire):
    """That what was asked for goes on."""

    response_status_code: int = NOT_FINISHED


def execution_id(number: int) -> str:
    """The id of an execution."""
    return f"{PREFIX}{number}"


def places(call: Call) -> Environments:
    """The environments that let the caller in; none is left out for who gets in everywhere (ENV-10, ENV-13)."""
    return None if EVERYWHERE in call.held else ids_of(accessible_environments(call.access, call.facts))


def _shown(call: Call, rows: Sequence[Row]) -> list[ExecutionRecord]:
    sizes = sizes_of(call.account, [row.pk for row in rows])
    return [_told(row, sizes.get(row.pk, Sizes())) for row in rows]


def _told(row: Row, sizes: Sizes) -> ExecutionRecord:
    own = execution_id(row.pk)
    inbound: int = getattr(row, "inbound", 0)
    return ExecutionRecord(
        account=row.account_id,
        atom_id=row.runtime,
        atom_name=row.runtime_name,
        execution_duration=None
        if row.ended_at is None
        else (row.ended_at - row.started_at) // timedelta(milliseconds=1),
        execution_id=own,
        execution_time=row.started_at,
        execution_type=TYPES[row.work],
        inbound_document_count=inbound,
        inbound_document_size=sizes.inbound,
        inbound_error_document_count=inbound if fails(Outcome(row.status)) else 0,
        message=row.message,
        original_execution_id=own if row.of_id is None else execution_id(row.of_id),
        outbound_document_count=getattr(row, "outbound", 0),
        outbound_document_size=sizes.outbound,
        process_id=row.component,
        process_name=row.process,
        recorded_date=row.reported_at,
        status=row.status,
        top_level_execution_id=own,
    )


# ---- filters -------------------------------------------------------------------------------------------------------


def by_execution(of: Callable[[int], Q], told: str) -> Reckoned:
    """The property that is the id of an execution: `of` finds it by its number, `told` is the id as text."""

    def reckon(account: AccountId, test: Comparison) -> Q:
        if test.operator is Operator.EQUALS:
            number = execution_number(str(test.arguments[0]))
            return NEVER if number is None else of(number)
        return Text(told).condition(account, test)

    return Reckoned(reckon)


def _lasting(account: AccountId, test: Comparison) -> Q:
    """By milliseconds as shown, which are whole ones; what still runs has lasted no time that is known."""
    del account
    ended = Q(ended_at__isnull=False)
    if test.operator is Operator.IS_NULL:
        return ~ended
    first, *more = [max(-FURTHEST, min(FURTHEST, int(one))) for one in test.arguments if isinstance(one, int)]
    last = more[0] if more else first
    since, until = first * MILLISECOND, (last + 1) * MILLISECOND
    match test.operator:
        case Operator.EQUALS | Operator.BETWEEN:
            found = Q(lasted__gte=since, lasted__lt=until)
        case Operator.GREATER_THAN:
            found = Q(lasted__gte=until)
        case Operator.GREATER_THAN_OR_EQUAL:
            found = Q(lasted__gte=since)
        case Operator.LESS_THAN:
            found = Q(lasted__lt=since)
        case _:
            found = Q(lasted__lt=until)
    return found & ended


def _repeats(number: int) -> Q:
    return Q(of_id=number) | Q(of_id__isnull=True, id=number)


def _missing(account: AccountId) -> None:
    """What nobody tells of executions."""
    del account


# ---- reading by request --------------------------------------------------------------------------------------------


def read_async(call: Call, request: HttpRequest, word: str, id: str) -> HttpResponse:
    """GET ExecutionRecord/async/{id}: the execution of this id, or the first that came of a request to run documents
    again. 202 until it has ended, and all that was asked for with it (API-7).
    """
    del word
    form = form_asked(request)
    rows = executions_in(call.account, places(call))
    number = execution_number(id)
    if number is not None:
        found, waits = list(rows.filter(pk=number)), False
        if not found:
            raise Refused(no.NotThere(object="ExecutionRecord", id=id))
    else:
        work = work_of_request(call.account, places(call), id)
        if not work:
            raise Refused(no.NotThere(object="ExecutionRecord", id=id))
        found, waits = list(rows.filter(request=id).order_by("id")), any(one.done_at is None for one in work)
        if not found and not waits:
            why = next((one.message for one in work if one.message), "it does not say why")
            raise Refused(no.NothingWasRun(request=id, why=why))
    if waits or any(row.status == Outcome.STARTED for row in found):
        return answer(object_body(AsyncOperationResult(), form), form, NOT_FINISHED)
    [told] = _shown(call, found[:1])
    return answer(object_body(told, form), form)


RECORD: Final = PlatformObject(
    wire=ExecutionRecord,
    verbs=Verb.QUERY,
    reads=(("VIEW_RESULT",),),
    reading=Reading(
        rows=lambda call: executions_in(call.account, places(call)),
        shown=_shown,
        order=("started_at", "id"),
        identity="execution_id",
        columns={
            "executionId": by_execution(lambda number: Q(id=number), "told"),
            "originalExecutionId": by_execution(_repeats, "original_told"),
            "account": Same(str),
            "executionTime": Moment("started_at"),
            "status": Text("status"),
            "executionType": OneOf("work", TYPES),
            "processName": Text("process"),
            "processId": Text("component", empty=True),
            "atomName": Text("runtime_name"),
            "atomId": Text("runtime"),
            "inboundDocumentCount": Number("inbound"),
            "outboundDocumentCount": Number("outbound"),
            "executionDuration": Reckoned(_lasting, Kind.WHOLE),
            "message": Text("message", empty=True),
            "reportKey": Same(_missing),
            "launcherId": Same(_missing),
            "nodeId": Same(_missing),
            "recordedDate": Moment("reported_at"),
        },
        sorts={
            "executionId": "id",
            "executionTime": "started_at",
            "status": "status",
            "executionType": "work",
            "processName": "process",
            "processId": "component",
            "atomName": "runtime_name",
            "atomId": "runtime",
            "inboundDocumentCount": "inbound",
            "outboundDocumentCount": "outbound",
            "executionDuration": "lasted",
            "recordedDate": "reported_at",
        },
    ),
)
