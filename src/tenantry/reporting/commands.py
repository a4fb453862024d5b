"""Writes of what runtimes report, and of the work that people give them. No decision rests on any of it."""

import uuid
from collections.abc import Iterable, Sequence, Set as AbstractSet
from dataclasses import dataclass

from tenantry.alerts.events import Happening, note_events
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry, Changes, record, record_many
from tenantry.build.blocking import check_usable
from tenantry.environments.queries import is_for_tests
from tenantry.reporting.models import Document, Execution, WorkRequest
from tenantry.reporting.queries import document_of, execution_of
from tenantry.reporting.sight import require_action
from tenantry.rules import refusals as no
from tenantry.rules.alerts import EventType, level_of
from tenantry.rules.refusals import Refused, refuse
from tenantry.rules.reporting import RERUN_AT_ONCE, Direction, Outcome, Reported, Work, check_rerun, goes_on
from tenantry.rules.vocabulary import AccountId, Actor, EnvironmentId, Instant, RuntimeId
from tenantry.runtimes.calls import Attached, held_in_place
from tenantry.runtimes.queries import able_to_run, attached
from tenantry.store.transaction import command

_MESSAGE_TOLD = 500
"""Characters of what a runtime says that a mail repeats."""


@dataclass(slots=True)
class Tally:
    """What a report brought: executions that are new, that went on, and that were known already."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


@command
def report_executions(*, at: Instant, account: AccountId, runtime: RuntimeId, records: Sequence[Reported]) -> Tally:
    """Take in what a runtime says it has run; all of it or nothing.

    Executions land in the environment the runtime is attached to at this moment and stay there. Saying the same again
    changes nothing; one that runs can be said to have ended, of which subscribers are told (ALERT-1). Refuses with
    `RuntimeUnattached`, and with `WorkNotFound` where one claims to carry out work that the runtime was not given.
    """
    where = held_in_place(account, runtime)
    known = {
        row.number: row
        for row in Execution.rows.of(account).filter(runtime=runtime, number__in={one.id for one in records})
    }
    given = _work_given(where, records)
    tally = Tally()
    new: dict[str, Execution] = {}
    changed: dict[str, Execution] = {}
    for one in records:
        row = known.get(one.id)
        if row is None:
            known[one.id] = new[one.id] = _row(one, where, given.get(one.work), at)
            tally.new += 1
        elif goes_on(Outcome(row.status)) and _goes_on(row, one):
            if one.id not in new:
                changed[one.id] = row
            tally.changed += 1
        else:
            tally.unchanged += 1
    Execution.rows.of(account).bulk_create(new.values())
    Execution.rows.of(account).bulk_update(changed.values(), ["status", "ended_at", "message"])
    _add_documents(account, records, known)
    _tell(where, (*new.values(), *changed.values()), at)
    return tally


def _tell(where: Attached, rows: Iterable[Execution], at: Instant) -> None:
    """Note for subscribers what has come to its end, once; test environments tell nobody (ALERT-1, ALERT-2)."""
    ended = [(row, level) for row in rows if (level := level_of(Outcome(row.status)))]
    if not ended or is_for_tests(where.account, where.environment):
        return
    events = (
        Happening(
            EventType.EXECUTION,
            level,
            f"{row.process} in {row.environment_name}: {Outcome(row.status).label}"
            + (f". {row.message[:_MESSAGE_TOLD]}" if row.message else ""),
            row.environment,
        )
        for row, level in ended
    )
    note_events(account=where.account, at=at, events=events)


def _work_given(where: Attached, records: Sequence[Reported]) -> dict[str, WorkRequest]:
    named = {one.work for one in records if one.work}
    rows = WorkRequest.rows.of(where.account).filter(id__in=named, runtime=where.id) if named else ()
    found = {row.id: row for row in rows}
    if found.keys() != named:
        raise Refused(no.WorkNotFound())
    return found


def _row(one: Reported, where: Attached, work: WorkRequest | None, at: Instant) -> Execution:
    return Execution(
        account_id=where.account,
        environment=where.environment,
        environment_name=where.environment_name,
        runtime=where.id,
        runtime_name=where.name,
        number=one.id,
        process=one.process,
        component=one.component,
        status=one.status,
        started_at=one.started,
        ended_at=one.ended,
        message=one.message,
        work=work.kind if work else "",
        of_id=work.execution_id if work else None,
        request=work.request if work else "",
        reported_at=at,
    )


def _goes_on(row: Execution, one: Reported) -> bool:
    """Take over what has become of a running execution; tells whether that is anything."""
    before = (row.status, row.ended_at, row.message)
    row.status, row.ended_at, row.message = one.status, one.ended, one.message
    return before != (row.status, row.ended_at, row.message)


def _add_documents(account: AccountId, records: Sequence[Reported], rows: dict[str, Execution]) -> None:
    """Keep documents that are not known yet; what is known stays as it was first said."""
    ids = {rows[one.id].pk for one in records if one.documents}
    if not ids:
        return
    stored = Document.rows.of(account).filter(execution_id__in=ids).values_list("execution_id", "number")
    known = set(stored)
    new: list[Document] = []
    for one in records:
        execution = rows[one.id].pk
        for document in one.documents:
            if (execution, document.id) in known:
                continue
            known.add((execution, document.id))
            new.append(
                Document(
                    account_id=account,
                    execution_id=execution,
                    number=document.id,
                    direction=document.direction,
                    name=document.name,
                    content_type=document.content_type,
                    size=len(document.content),
                    content=document.content,
                )
            )
    Document.rows.of(account).bulk_create(new)


@dataclass(frozen=True, slots=True)
class Content:
    """A document as somebody may see it."""

    document: int
    execution: int
    name: str
    content_type: str
    content: bytes


_OPENED = {False: Act.DOCUMENT_VIEWED, True: Act.DOCUMENT_DOWNLOADED}
_NOT_OPENED = {False: Act.DOCUMENT_NOT_VIEWED, True: Act.DOCUMENT_NOT_DOWNLOADED}
_OUTSIDE = (
    no.NoRoles,
    no.RolesNotInForce,
    no.NoOutsideAccess,
    no.AccountNotAvailable,
    no.AccountDeleted,
    no.UserLocked,
    no.UnknownUser,
)
"""Refusals of people who are not in the account at all: its log does not speak of them."""


def open_document(*, actor: Actor, at: Instant, account: AccountId, document: int, download: bool = False) -> Content:
    """Give out a document's content, and record it. Needs View Results and View Data in its environment (PRIV-8).

    A refusal is recorded as well, by a transaction of its own: the one that was refused leaves nothing.
    """
    try:
        return give_document(actor=actor, at=at, account=account, document=document, download=download)
    except Refused as refused:
        if not isinstance(refused.refusal, (*_OUTSIDE, no.DocumentNotFound)):
            note_refused(
                actor=actor, at=at, account=account, document=document, download=download, refusal=refused.refusal
            )
        raise


@command
def give_document(*, actor: Actor, at: Instant, account: AccountId, document: int, download: bool) -> Content:
    """Give out a document's content to whoever may see it, and record that; a part of `open_document`."""
    row = document_of(account, document)
    require_action("reporting.view_document", row.execution.environment, actor=actor, account=account, at=at)
    _record(_OPENED[download], row, actor=actor, at=at)
    return Content(row.pk, row.execution_id, row.name, row.content_type, bytes(row.content))


@command
def note_refused(
    *, actor: Actor, at: Instant, account: AccountId, document: int, download: bool, refusal: no.Refusal
) -> None:
    """Record that somebody of the account was refused a document; a part of `open_document`."""
    row = document_of(account, document)
    _record(_NOT_OPENED[download], row, actor=actor, at=at, message=refusal.message)


def check_document(*, actor: Actor, at: Instant, account: AccountId, document: int) -> None:
    """Find that somebody may have a document's content, which is not given out yet; records a refusal as
    `open_document` does, and refuses the same.
    """
    row = document_of(account, document)
    try:
        require_action("reporting.view_document", row.execution.environment, actor=actor, account=account, at=at)
    except Refused as refused:
        if not isinstance(refused.refusal, _OUTSIDE):
            note_refused(actor=actor, at=at, account=account, document=document, download=True, refusal=refused.refusal)
        raise


@command
def request_work(*, actor: Actor, at: Instant, account: AccountId, document: int, kind: Work) -> str:
    """Let a runtime of the document's environment run the document again, or in test mode; returns the work's id.

    A re-run needs View Results and Execute there, test mode View Results and View Data (PRIV-8). The runtime that
    reported the execution gets the work or, where it is not attached there any more, another one that is; refuses with
    `NoRuntimeThere`, and to test what uses a connector that the account cannot use (CONN-9). Attachments that are
    Unavailable get none (CLOUD-8), and those in clouds that do not allow test executions none in test mode (CLOUD-2).
    """
    row = document_of(account, document)
    execution = row.execution
    place = require_action(kind.action, execution.environment, actor=actor, account=account, at=at)
    if kind is Work.TEST and execution.component:
        check_usable(account, execution.component, execution.process)
    runtime = None if place is None else _given_to(account, place.id, execution.runtime, kind)
    if runtime is None:
        raise Refused(no.NoRuntimeThere(environment=execution.environment_name))
    work = str(uuid.uuid4())
    request = WorkRequest(
        id=work,
        account_id=account,
        kind=kind,
        document_id=row.pk,
        execution_id=execution.pk,
        environment=execution.environment,
        runtime=runtime,
        user=actor.name,
        requested_at=at,
    )
    WorkRequest.rows.of(account).bulk_create([request])
    _record(Act.DOCUMENT_RERUN if kind is Work.RERUN else Act.DOCUMENT_TESTED, row, actor=actor, at=at)
    return work


@command
def request_reruns(
    *, actor: Actor, at: Instant, account: AccountId, execution: int, documents: AbstractSet[int] | None = None
) -> str:
    """Let a runtime run documents of an execution again, all that came into it or these; returns the request's id.

    Needs what `request_work` needs, and the same runtime gets all of it. Refuses with `NoRuntimeThere`, and with
    `RerunNotPossible` where there is no such document, or more than `RERUN_AT_ONCE`. A few statements.
    """
    row = execution_of(account, execution)
    place = require_action(Work.RERUN.action, row.environment, actor=actor, account=account, at=at)
    rows = Document.rows.of(account).filter(execution=row).defer("content").order_by("id")
    rows = rows.filter(direction=Direction.INBOUND) if documents is None else rows.filter(id__in=documents)
    found = list(rows[: RERUN_AT_ONCE + 1])
    refuse(check_rerun(row.process, len(found)))
    runtime = None if place is None else _given_to(account, place.id, row.runtime, Work.RERUN)
    if runtime is None:
        raise Refused(no.NoRuntimeThere(environment=row.environment_name))
    request = f"executionrecord-{uuid.uuid4()}"
    WorkRequest.rows.of(account).bulk_create(
        WorkRequest(
            id=str(uuid.uuid4()),
            account_id=account,
            kind=Work.RERUN,
            document_id=one.pk,
            execution_id=row.pk,
            environment=row.environment,
            runtime=runtime,
            user=actor.name,
            requested_at=at,
            request=request,
        )
        for one in found
    )
    entries = (BulkEntry(Act.DOCUMENT_RERUN, account, one.name, _changes(one, row)) for one in found)
    record_many(entries, actor=actor, at=at)
    return request


def _given_to(account: AccountId, environment: EnvironmentId, wanted: str, kind: Work) -> str | None:
    """The runtime of an environment that gets such work, the wanted one if it can; `None` where none is attached.

    Refuses with the reason why none of those that are attached can.
    """
    able = able_to_run(account, environment, tests=kind is Work.TEST)
    row = able.filter(id=wanted).first() or able.first()
    if row is not None:
        return row.id
    first = attached(account, environment).first()
    if first is None:
        return None
    refuse(first.unavailable)
    cloud = first.cloud.name if first.cloud is not None else ""
    raise Refused(no.TestExecutionsNotAllowed(attachment=first.name, cloud=cloud))


@command
def finish_work(
    *, at: Instant, account: AccountId, runtime: RuntimeId, work: str, outcome: Outcome, message: str = ""
) -> None:
    """Note that a runtime has carried out its work, and how that went; what is done already stays so.

    Refuses with `WorkNotFound` what is not this runtime's.
    """
    rows = WorkRequest.rows.of(account).filter(id=work, runtime=runtime)
    if not rows.exists():
        raise Refused(no.WorkNotFound())
    rows.filter(done_at__isnull=True).update(done_at=at, outcome=outcome, message=message)


def _record(act: Act, row: Document, *, actor: Actor, at: Instant, message: str = "") -> None:
    changes = _changes(row, row.execution)
    record(act, actor=actor, account=row.account_id, at=at, container=row.name, message=message, changes=changes)


def _changes(row: Document, execution: Execution) -> Changes:
    return {
        "process": (None, execution.process),
        "environment": (None, execution.environment_name),
        "execution": (None, execution.number),
        "direction": (None, row.direction),
    }
