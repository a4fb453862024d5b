"""Event in the platform API: what has happened in the account, as subscribers are told of it (ALERT-1).

It tells executions that have ended. What becomes of a runtime is told by its status, and kept nowhere.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from django.db.models import Q, QuerySet

from tenantry.platform_api.calls import Call
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import NEVER, Moment, Number, OneOf, Reckoned, Same, Text
from tenantry.platform_api.wire.filters import Comparison, Operator
from tenantry.platform_api.wire.shapes import ELEMENT, Wire
from tenantry.reporting.ended import ENDED, EndedRow, ended_executions
from tenantry.reporting.sight import sight
from tenantry.rules.alerts import EventType, level_of
from tenantry.rules.reporting import Outcome
from tenantry.rules.vocabulary import AccountId

TYPE: Final = EventType.EXECUTION.value.lower()
"""The type of an event, as programs know it."""

LEVELS: Final = {one.value: (level_of(one) or "").upper() for one in ENDED}
"""At which level each outcome is told of."""


class Event(Wire):
    """An execution that has ended. Clients need every member; what nobody knows is empty."""

    account_id: Annotated[str, ELEMENT]
    atom_id: Annotated[str, ELEMENT]
    atom_name: Annotated[str, ELEMENT]
    classification: Annotated[str, ELEMENT]
    end_time: Annotated[datetime, ELEMENT]
    environment: Annotated[str, ELEMENT]
    error: Annotated[str, ELEMENT]
    error_document_count: Annotated[int, ELEMENT]
    error_type: Annotated[str, ELEMENT]
    errored_step_label: Annotated[str, ELEMENT]
    errored_step_type: Annotated[str, ELEMENT]
    event_date: Annotated[datetime, ELEMENT]
    event_id: Annotated[str, ELEMENT]
    event_level: Annotated[str, ELEMENT]
    event_type: Annotated[str, ELEMENT]
    execution_id: Annotated[str, ELEMENT]
    inbound_document_count: Annotated[int, ELEMENT]
    outbound_document_count: Annotated[int, ELEMENT]
    process_id: Annotated[str, ELEMENT]
    process_name: Annotated[str, ELEMENT]
    record_date: Annotated[datetime, ELEMENT]
    start_time: Annotated[datetime, ELEMENT]
    status: Annotated[str, ELEMENT]
    title: Annotated[str, ELEMENT]
    top_level_process_id: Annotated[str, ELEMENT]
    update_date: Annotated[datetime, ELEMENT]


def _rows(call: Call) -> "QuerySet[EndedRow]":
    """Those in environments that let the caller in (ENV-13)."""
    return ended_executions(call.account, sight(actor=call.actor, account=call.account, at=call.at))


def _shown(call: Call, rows: Sequence[Any]) -> list[Event]:
    return [_event(call.account, row) for row in rows]


def _event(account: AccountId, row: Any) -> Event:  # noqa: ANN401 - an execution as `ended_executions` tells it
    return Event(
        account_id=account,
        atom_id=row.runtime,
        atom_name=row.runtime_name,
        classification=row.classification,
        end_time=row.finished,
        environment=row.environment_name,
        error=row.failure,
        error_document_count=row.error,
        error_type="",
        errored_step_label="",
        errored_step_type="",
        event_date=row.finished,
        event_id=row.event,
        event_level=LEVELS[row.status],
        event_type=TYPE,
        execution_id=row.execution,
        inbound_document_count=row.inbound,
        outbound_document_count=row.outbound,
        process_id=row.component,
        process_name=row.process,
        record_date=row.reported_at,
        start_time=row.started_at,
        status=Outcome(row.status).value,
        title=row.process,
        top_level_process_id=row.component,
        update_date=row.finished,
    )


def _numbered(prefix: str, told: str) -> Reckoned:
    """The property that is an id made of the number of an execution, which finds one; `told` is the id as text."""

    def reckon(account: AccountId, test: Comparison) -> Q:
        if test.operator is not Operator.EQUALS:
            return Text(told).condition(account, test)
        asked = str(test.arguments[0])
        number = asked.removeprefix(prefix)
        meant = number.isascii() and number.isdecimal() and len(number) <= _DIGITS and f"{prefix}{int(number)}" == asked
        return Q(pk=int(number)) if meant else NEVER

    return Reckoned(reckon)


_DIGITS: Final = 18
"""Digits that every number of a row has room for."""


def _itself(account: AccountId) -> str:
    return account


def _type(account: AccountId) -> str:
    del account
    return TYPE


OBJECTS: Final = (
    PlatformObject(
        wire=Event,
        verbs=Verb.QUERY,
        reads=(("VIEW_RESULT",),),
        reading=Reading(
            rows=_rows,
            shown=_shown,
            order=("started_at", "id"),
            columns={
                "eventId": _numbered("event-", "event"),
                "accountId": Same(_itself),
                "atomId": Text("runtime"),
                "atomName": Text("runtime_name"),
                "eventLevel": OneOf("status", LEVELS),
                "eventDate": Moment("finished"),
                "status": Text("status"),
                "eventType": Same(_type),
                "executionId": _numbered("execution-", "execution"),
                "title": Text("process"),
                "updateDate": Moment("finished"),
                "startTime": Moment("started_at"),
                "endTime": Moment("finished"),
                "errorDocumentCount": Number("error"),
                "inboundDocumentCount": Number("inbound"),
                "outboundDocumentCount": Number("outbound"),
                "processName": Text("process"),
                "recordDate": Moment("reported_at"),
                "error": Text("failure"),
                "environment": Text("environment_name"),
                "classification": Text("classification"),
            },
        ),
    ),
)
"""What this folder gives to the platform API."""
