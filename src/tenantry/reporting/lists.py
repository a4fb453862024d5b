"""Executions and their documents in sets, as programs list them: those behind gates that let them in (ENV-13)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import (
    Case,
    CharField,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat

from tenantry.reporting.models import Document, Execution, WorkRequest
from tenantry.rules.reporting import Direction, Outcome, fails
from tenantry.rules.vocabulary import AccountId

Environments = Collection[str] | None
"""Ids of the environments that somebody gets into; `None` for all that there are and ever were."""

PREFIX: Final = "execution-"
"""What the id of an execution begins with; its number follows."""

FAILING: Final = tuple(one.value for one in Outcome if fails(one))
"""How executions are stored that have failed."""


class Lasting(DurationField):  # type: ignore[type-arg]
    """A length of time, which marks of pages tell as text."""

    def get_prep_value(self, value: object) -> object:
        """As the length it is."""
        return super().get_prep_value(self.to_python(value))


_NO_TIME: Final = Value(timedelta(0), output_field=Lasting())


def executions_in(account: AccountId, environments: Environments) -> QuerySet[Execution]:
    """The executions in these environments, each with what queries filter and sort by: `inbound` and `outbound`, how
    many documents it has, `lasted`, and under `told` and `original_told` the ids of it and of the one it repeats.
    """
    rows = Execution.rows.of(account)
    if environments is not None:
        rows = rows.filter(environment__in=tuple(environments))
    return rows.annotate(
        inbound=_documents(account, Direction.INBOUND),
        outbound=_documents(account, Direction.OUTBOUND),
        lasted=Coalesce(ExpressionWrapper(F("ended_at") - F("started_at"), Lasting()), _NO_TIME),
    ).alias(told=_told("id"), original_told=_told(Coalesce("of_id", "id")))


def _documents(account: AccountId, direction: Direction) -> Coalesce:
    rows = Document.rows.of(account).filter(execution=OuterRef("pk"), direction=direction)
    counted = rows.order_by().values("execution").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _told(key: str | Coalesce) -> Concat:
    return Concat(Value(PREFIX), Cast(key, CharField(max_length=20)), output_field=CharField())


def execution_number(id: str) -> int | None:
    """The number of the execution that an id means; nothing for what is none."""
    return row_number(id.removeprefix(PREFIX)) if id.startswith(PREFIX) else None


def row_number(text: str) -> int | None:
    """The number that a text is, as it stands in ids of rows; nothing for what is none."""
    plain = text.isascii() and text.isdecimal() and len(text) < _DIGITS and (text == "0" or text[0] != "0")
    return int(text) if plain else None


_DIGITS: Final = 19
"""No number of a row has as many."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes of the documents of an execution."""

    inbound: int = 0
    outbound: int = 0


def sizes_of(account: AccountId, executions: Iterable[int]) -> dict[int, Sizes]:
    """The sizes of the documents of these executions that have any; one query."""
    rows = Document.rows.of(account).filter(execution__in=tuple(executions)).order_by().values("execution")
    found = rows.annotate(
        inbound=Sum("size", filter=Q(direction=Direction.INBOUND), default=0),
        outbound=Sum("size", filter=Q(direction=Direction.OUTBOUND), default=0),
    )
    return {one["execution"]: Sizes(one["inbound"], one["outbound"]) for one in found}


def work_of_request(account: AccountId, environments: Environments, request: str) -> list[WorkRequest]:
    """The work that a program asked for at once, with its documents, in order; nothing of what is elsewhere."""
    rows = WorkRequest.rows.of(account).filter(~Q(request=""), request=request)
    if environments is not None:
        rows = rows.filter(environment__in=tuple(environments))
    return list(rows.select_related("execution").order_by("document_id"))


def documents_in(account: AccountId, environments: Environments) -> QuerySet[Document]:
    """The documents of executions in these environments, without their contents, each with its `place` among those of
    its execution and the `error` of that.
    """
    rows = Document.rows.of(account)
    if environments is not None:
        rows = rows.filter(execution__environment__in=tuple(environments))
    before = Document.rows.of(account).filter(execution=OuterRef("execution_id"), id__lt=OuterRef("id"))
    counted = before.order_by().values("execution").annotate(number=Count("pk")).values("number")
    error = Case(
        When(execution__status__in=FAILING, then=F("execution__message")), default=Value(""), output_field=TextField()
    )
    rows = rows.select_related("execution").defer("content")
    return rows.annotate(place=Coalesce(Subquery(counted, output_field=IntegerField()), 0), error=error).alias(
        execution_told=_told("execution_id")
    )
