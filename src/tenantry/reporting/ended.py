"""Reads of executions that have come to their end, each with all that is told of it as an event (ALERT-1)."""

from typing import Any, Final

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat

from tenantry.environments.queries import all_environments
from tenantry.reporting.models import Document, Execution
from tenantry.reporting.sight import Sight
from tenantry.rules.reporting import Direction, Outcome
from tenantry.rules.vocabulary import AccountId

EndedRow = Execution
"""An execution as stored; only this folder's commands write one."""

ENDED: Final = (Outcome.COMPLETE, Outcome.ERROR, Outcome.ABORTED)
FAILED: Final = (Outcome.ERROR, Outcome.ABORTED)


def ended_executions(account: AccountId, seen: Sight) -> QuerySet[Execution]:
    """Those in environments that let somebody in (ENV-13), for lists that filter and page on their own.

    Each comes with `finished`, when it ended or else was reported; `event` and `execution`, ids made of its number;
    `failure`, what the runtime said of one that failed; the numbers of documents that came `inbound` and went
    `outbound`, and of those in `error`, which are all that came into one that failed; and the `classification` of its
    environment, empty where that is gone.
    """
    rows = Execution.rows.of(account).filter(status__in=ENDED)
    if not seen.everything:
        rows = rows.filter(environment__in=[one.id for one in seen.environments])
    places = all_environments(account).filter(id=OuterRef("environment")).values("classification")
    inbound = _documents(account, Direction.INBOUND)
    return rows.annotate(
        finished=Coalesce("ended_at", "reported_at"),
        event=_id("event-"),
        execution=_id("execution-"),
        failure=Case(When(status__in=FAILED, then=F("message")), default=Value(""), output_field=TextField()),
        inbound=inbound,
        outbound=_documents(account, Direction.OUTBOUND),
        error=Case(When(status__in=FAILED, then=inbound), default=Value(0), output_field=IntegerField()),
        classification=Coalesce(Subquery(places[:1]), Value("")),
    )


def _id(prefix: str) -> Concat:
    return Concat(Value(prefix), Cast("pk", CharField()), output_field=CharField())


def _documents(account: AccountId, direction: Direction) -> Coalesce:
    """How many documents of an execution went that way, as a column."""
    rows: QuerySet[Any] = Document.rows.of(account).filter(execution_id=OuterRef("pk"), direction=direction)
    counted = rows.order_by().values("execution_id").annotate(number=Count("id")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
