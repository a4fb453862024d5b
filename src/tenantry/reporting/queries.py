"""Reads of executions and documents, which leave out what is in environments that somebody does not get into."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Q, QuerySet

from tenantry.reporting.models import Document, Execution, WorkRequest
from tenantry.rules import refusals as no
from tenantry.rules.places import Environment
from tenantry.rules.refusals import Refused
from tenantry.rules.reporting import WORK_AT_ONCE, Outcome, Work
from tenantry.rules.vocabulary import AccountId, EnvironmentId, RuntimeId
from tenantry.store.paging import Page, keyset_page

ExecutionRow = Execution
DocumentRow = Document
WorkRow = WorkRequest
"""Rows as stored; only this folder's commands write them."""

_BEYOND: Final = 2**63
"""The first number that no row can have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What to look for; empty fields look for anything, `process` matches any part of the name."""

    environment: str = ""
    status: str = ""
    process: str = ""
    since: datetime | None = None
    until: datetime | None = None


def executions_page(
    account: AccountId, environments: tuple[Environment, ...] | None, filters: Filters, at: str = ""
) -> Page[Execution]:
    """One page of executions in these environments, newest first. `None` leaves no environment out, be it gone."""
    rows = _within(Execution.rows.of(account).defer("message"), environments, filters)
    return keyset_page(rows, ("started_at", "id"), at, descending=True)


def _within(
    rows: QuerySet[Execution], environments: tuple[Environment, ...] | None, filters: Filters
) -> QuerySet[Execution]:
    inside = None if environments is None else {str(one.id) for one in environments}
    if filters.environment:
        inside = {filters.environment} if inside is None else inside & {filters.environment}
    if inside is not None:  # of one environment alone an index has the order
        rows = rows.filter(environment=inside.pop()) if len(inside) == 1 else rows.filter(environment__in=inside)
    if filters.status:
        rows = rows.filter(status=filters.status)
    if filters.process:
        rows = rows.filter(process__icontains=filters.process)
    if filters.since:
        rows = rows.filter(started_at__gte=filters.since)
    if filters.until:
        rows = rows.filter(started_at__lt=filters.until)
    return rows


def execution_of(account: AccountId, execution: int) -> Execution:
    """The execution of this number; refuses with `ExecutionNotFound`."""
    rows = Execution.rows.of(account)
    row = rows.filter(id=execution).first() if execution < _BEYOND else None
    if row is None:
        raise Refused(no.ExecutionNotFound())
    return row


def documents_of(account: AccountId, execution: int) -> list[Document]:
    """The documents of an execution without their contents, inbound ones first."""
    rows = Document.rows.of(account).filter(execution_id=execution).defer("content")
    return list(rows.order_by("direction", "id"))


def document_of(account: AccountId, document: int) -> Document:
    """The document of this number with its execution; refuses with `DocumentNotFound`."""
    rows = Document.rows.of(account).select_related("execution")
    row = rows.filter(id=document).first() if document < _BEYOND else None
    if row is None:
        raise Refused(no.DocumentNotFound())
    return row


def work_on(account: AccountId, execution: int, most: int = 20) -> list[WorkRequest]:
    """The newest pieces of work that were requested for documents of an execution."""
    rows = WorkRequest.rows.of(account).filter(execution_id=execution).select_related("document")
    return list(rows.defer("document__content").order_by("-requested_at", "id")[:most])


def came_of(account: AccountId, execution: int, most: int = 20) -> list[Execution]:
    """The newest executions that carried out work on documents of an execution."""
    rows = Execution.rows.of(account).filter(of_id=execution).defer("message")
    return list(rows.order_by("-started_at", "-id")[:most])


def open_work(
    account: AccountId, runtime: RuntimeId, environment: EnvironmentId, *, tests: bool = True
) -> list[WorkRequest]:
    """What a runtime is to carry out in the environment it is attached to, oldest first, with the documents.

    Without `tests` nothing in test mode: its cloud does not allow it now (CLOUD-2).
    """
    rows = WorkRequest.rows.of(account).filter(runtime=runtime, environment=environment, done_at__isnull=True)
    if not tests:
        rows = rows.exclude(kind=Work.TEST)
    return list(rows.select_related("document", "execution").order_by("requested_at", "id")[:WORK_AT_ONCE])


@dataclass(frozen=True, slots=True)
class Counts:
    """How many executions of which status an environment has."""

    environment: str
    name: str
    numbers: dict[Outcome, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.numbers.values())


def counts(account: AccountId, environments: tuple[Environment, ...], since: datetime, until: datetime) -> list[Counts]:
    """The executions of these environments that started in a period, counted by status; one query."""
    rows = Execution.rows.of(account).filter(
        environment__in=[one.id for one in environments], started_at__gte=since, started_at__lt=until
    )
    numbers = {one.value: Count("pk", filter=Q(status=one)) for one in Outcome}
    grouped = rows.order_by().values("environment").annotate(**numbers)  # the index has them in this order
    found = {
        environment: dict(zip(Outcome, map(int, counted), strict=True))
        for environment, *counted in grouped.values_list("environment", *numbers)
    }
    nothing = dict.fromkeys(Outcome, 0)
    return [Counts(one.id, one.name, found.get(one.id, nothing)) for one in environments]
