"""Estate files sent in by programs of the operator's: kept, loaded by whoever runs jobs, told line by line."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.http.request import UnreadablePostError
from msgspec import Meta, Struct

from tenantry.content.store import CHUNK, Stored, forget, keep
from tenantry.loads.commands import ask_for_load
from tenantry.loads.queries import LineRow, LoadRow, lines_of, load_of, loads
from tenantry.loads.running import NOBODY
from tenantry.loads.states import LoadState, Outcome, Phase
from tenantry.own_api.endpoints import Endpoint, Made
from tenantry.own_api.keys import key_reused, key_sent
from tenantry.own_api.lists import Items, Paged, page_of
from tenantry.own_api.operators import OperatorAsked
from tenantry.own_api.problems import Fault
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused

NDJSON: Final = "application/x-ndjson"
_COMPRESSED: Final = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd")


class Tally(Struct, kw_only=True):
    """What a load did to one kind, as the command line prints it."""

    new: int
    changed: int
    unchanged: int


class Failure(Struct, kw_only=True):
    """Why nothing was changed."""

    code: str
    detail: str


class Load(Struct, kw_only=True):
    """An estate file and how far its load is: all of it is loaded or nothing. `tallies` are there once it is done;
    `rows` says what became of each line, of the first ones alone where `rows_cut`. `without_secret` names accounts
    whose single sign-on lets nobody in until its secret, which files do not bring, is entered.
    """

    id: str
    state: LoadState
    phase: Phase | None
    by: str
    bytes: int
    lines: int
    lines_read: int
    tallies: dict[str, Tally]
    without_secret: list[str]
    rows: str
    rows_cut: bool
    failure: Failure | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class Row(Struct, kw_only=True):
    """What became of a line. `key` is what it is about; the last four tell why it was refused."""

    line: int
    kind: str | None
    key: dict[str, Any] | None
    outcome: Outcome
    field: str | None
    message: str | None
    code: str | None
    rules: list[str]


class RowFilter(Paged):
    """Which lines are listed: all, or those of one outcome."""

    outcome: Annotated[Outcome | None, Meta(description="Of this outcome alone")] = None


def ask(asked: OperatorAsked) -> Made:
    """Keep what is sent and have it loaded."""
    operator, key = asked.operator, key_sent(asked.request) or ""
    body = _Body(asked.request)
    stored = _kept(body)
    row, again = ask_for_load(
        actor=operator.actor, at=operator.at, token=operator.token, stored=stored, lines=body.lines, key=key
    )
    if again:
        forget(NOBODY, stored.key)
        if row.sha256 != stored.sha256:
            raise key_reused()
    told = _as_asked(row, operator.name)
    return Made(told, f"estate-loads/{told.id}", again)


def listed(asked: OperatorAsked) -> Items[Load]:
    """Loads in the order in which they were asked for."""
    return page_of(loads(), asked.query, lambda some: [_told(row) for row in some])


def one(asked: OperatorAsked) -> Load:
    """One load as it is now."""
    return _told(_row(asked))


def rows(asked: OperatorAsked) -> Items[Row]:
    """What became of its lines."""
    found = lines_of(_row(asked))
    if asked.query.outcome is not None:
        found = found.filter(outcome=asked.query.outcome)
    return page_of(found, asked.query, _rows_shown)


class _Body:
    """The body of a call as it streams in: so many lines, no more bytes than were announced and no fewer."""

    def __init__(self, request: HttpRequest) -> None:
        media = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if media != NDJSON or request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
            raise Fault(415, "not_ndjson", f"The body has to be {NDJSON}, not compressed.")
        announced = str(request.META.get("CONTENT_LENGTH") or "")
        if not announced.isdecimal():
            raise Fault(411, "length_required", "The header Content-Length is missing.")
        self.announced = int(announced)
        if self.announced > settings.LOAD_LIMIT:
            raise too_large()
        self.request = request
        self.lines = 0

    def __iter__(self) -> Iterator[bytes]:
        size, ended = 0, True
        while chunk := self._read():
            if not size and chunk.startswith(_COMPRESSED):
                raise Fault(415, "not_ndjson", f"The body has to be {NDJSON}, not compressed.")
            size += len(chunk)
            self.lines += chunk.count(b"\n")
            ended = chunk.endswith(b"\n")
            yield chunk
        if size != self.announced:
            raise _cut_off()
        self.lines += not ended

    def _read(self) -> bytes:
        try:
            return self.request.read(CHUNK)
        except UnreadablePostError as broken:
            raise _cut_off() from broken


def too_large() -> Fault:
    """What is told of a file that is too large."""
    return Fault(413, "body_too_large", f"An estate file has at most {settings.LOAD_LIMIT} bytes here.")


def _cut_off() -> Fault:
    return Fault(400, "body_cut_off", "The body has fewer bytes than its Content-Length says.")


def _kept(body: _Body) -> Stored:
    try:
        return keep(NOBODY, body, limit=settings.LOAD_LIMIT)
    except Refused as refused:
        raise (too_large() if isinstance(refused.refusal, no.ContentTooLarge) else refused) from refused


def _row(asked: OperatorAsked) -> LoadRow:
    row = load_of(asked.ids["id"])
    if row is None:
        raise Refused(no.NotThere(object="estate load", id=asked.ids["id"][:100]))
    return row


def _as_asked(row: LoadRow, by: str) -> Load:
    """A load as it was when it was asked for, so that whoever asks again is answered alike."""
    return Load(
        id=str(row.pk),
        state=LoadState.QUEUED,
        phase=None,
        by=by,
        bytes=row.size,
        lines=row.lines,
        lines_read=0,
        tallies={},
        without_secret=[],
        rows=f"/v1/estate-loads/{row.pk}/rows",
        rows_cut=False,
        failure=None,
        created_at=row.created_at,
        started_at=None,
        ended_at=None,
    )


def _told(row: LoadRow) -> Load:
    told = _as_asked(row, row.token.name)
    told.state = LoadState(row.state)
    told.phase = Phase(row.phase) if row.phase else None
    told.lines_read = row.lines_read
    told.tallies = {kind: Tally(**tally) for kind, tally in row.tallies.items()}
    told.without_secret = row.without_secret
    told.rows_cut = row.rows_cut
    told.failure = Failure(code=row.code, detail=row.why) if row.state == LoadState.FAILED else None
    told.started_at, told.ended_at = row.started_at, row.ended_at
    return told


def _rows_shown(some: Sequence[LineRow]) -> list[Row]:
    return [
        Row(
            line=row.line,
            kind=row.kind or None,
            key=row.key,
            outcome=Outcome(row.outcome),
            field=row.field or None,
            message=row.message or None,
            code=row.code or None,
            rules=row.rules,
        )
        for row in some
    ]


ENDPOINTS: Final = (
    Endpoint(
        method="POST",
        path="estate-loads",
        act=ask,
        streams=NDJSON,
        gives=Load,
        status=201,
        summary="Send an estate file in, to be loaded after those before it: all of it or nothing",
    ),
    Endpoint(
        method="GET",
        path="estate-loads",
        act=listed,
        query=Paged,
        gives=Items[Load],
        summary="Loads of the last thirty days and those to come",
    ),
    Endpoint(method="GET", path="estate-loads/{id}", act=one, current=one, gives=Load, summary="How far a load is"),
    Endpoint(
        method="GET",
        path="estate-loads/{id}/rows",
        act=rows,
        query=RowFilter,
        gives=Items[Row],
        summary="What became of the lines of a load that has ended; of one that failed, those that are refused",
    ),
)
"""What is done with estate files."""
