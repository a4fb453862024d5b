"""What runtimes and the platform say to each other, and how strictly it is read."""

import re
from datetime import UTC, datetime
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from tenantry.rules import reporting as law
from tenantry.rules.reporting import Direction, Outcome, Reported, ReportedDocument
from tenantry.rules.runtimes import NAME_LIMIT
from tenantry.rules.vocabulary import Instant, storable

Id = Annotated[str, Meta(min_length=1, max_length=law.ID_LIMIT)]
Name = Annotated[str, Meta(min_length=1, max_length=law.NAME_LIMIT)]
Message = Annotated[str, Meta(max_length=law.MESSAGE_LIMIT)]
AwareTime = Annotated[datetime, Meta(tz=True)]


class Install(Struct, forbid_unknown_fields=True):
    """POST install."""

    token: Annotated[str, Meta(min_length=1, max_length=100)]
    name: Annotated[str, Meta(min_length=1, max_length=NAME_LIMIT)]
    version: Annotated[str, Meta(max_length=40)] = ""


class InstallCluster(Install):
    """POST cluster/install; `browsing` is the property that is set in the cloud itself (CLOUD-9)."""

    browsing: bool = True


class ClusterMessage(Struct, forbid_unknown_fields=True):
    """POST cluster: what a cluster says of itself; what is left out stays."""

    version: Annotated[str, Meta(max_length=40)] | None = None
    browsing: bool | None = None


class DocumentMessage(Struct, forbid_unknown_fields=True):
    """A document: its content is either text or base64."""

    id: Id
    direction: Direction
    name: Name
    content_type: Annotated[str, Meta(min_length=1, max_length=law.CONTENT_TYPE_LIMIT)] = "text/plain"
    text: str | UnsetType = UNSET
    base64: bytes | UnsetType = UNSET


class ExecutionMessage(Struct, forbid_unknown_fields=True):
    """An execution; `work` is the id of the work that it carries out."""

    id: Id
    process: Name
    status: Outcome
    started: AwareTime
    ended: AwareTime | None = None
    component: Annotated[str, Meta(max_length=255)] = ""
    message: Message = ""
    work: Annotated[str, Meta(max_length=law.ID_LIMIT)] = ""
    documents: Annotated[list[DocumentMessage], Meta(max_length=law.DOCUMENTS_EACH)] = []


class Report(Struct, forbid_unknown_fields=True):
    """POST executions."""

    executions: Annotated[list[ExecutionMessage], Meta(min_length=1, max_length=law.EXECUTIONS_AT_ONCE)]


class Done(Struct, forbid_unknown_fields=True):
    """POST work/<id>/done."""

    status: Outcome = Outcome.COMPLETE
    message: Message = ""


class Updated(Struct, forbid_unknown_fields=True):
    """POST updates: nothing but that it happened."""


class Malformed(Exception):
    """What a runtime sent cannot be read: why, and at which place of it."""

    def __init__(self, why: str, place: str) -> None:
        """`place` is a path into the message, such as `$.executions[0].process`."""
        super().__init__(why)
        self.why, self.place = why, place


T = TypeVar("T")
_PLACE: Final = re.compile(r"^(?P<why>.*) - at `(?P<place>[^`]*)`$", re.DOTALL)


def read(body: bytes, kind: type[T]) -> T:
    """Read a message; raises `Malformed`."""
    try:
        message = msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        found = _PLACE.match(str(error))
        raise Malformed(found["why"] if found else str(error), found["place"] if found else "$") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise Malformed("This is no JSON", "$") from error
    _check_texts(msgspec.to_builtins(message), "$")
    return message


def _check_texts(value: object, place: str) -> None:
    """No text may hold what no database keeps: the zero character."""
    if isinstance(value, str) and not storable(value):
        raise Malformed("Texts have no zero characters", place)
    if isinstance(value, dict):
        for name, inner in value.items():
            _check_texts(inner, f"{place}.{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            _check_texts(inner, f"{place}[{number}]")


def reported(report: Report, at: Instant) -> list[Reported]:
    """A report as values of the rules; raises `Malformed` for what the form alone does not tell."""
    return [_execution(one, f"$.executions[{n}]", at) for n, one in enumerate(report.executions)]


def _execution(one: ExecutionMessage, place: str, at: Instant) -> Reported:
    started = _utc(one.started, f"{place}.started")
    ended = None if one.ended is None else _utc(one.ended, f"{place}.ended")
    if started > at + law.AHEAD:
        raise Malformed("This lies more than a day ahead", f"{place}.started")
    if ended is not None and ended < started:
        raise Malformed("An execution does not end before it starts", f"{place}.ended")
    if (one.status is Outcome.STARTED) != (ended is None):
        raise Malformed("Only an execution that has ended has an end, and it always has", f"{place}.ended")
    documents = tuple(_document(each, f"{place}.documents[{n}]") for n, each in enumerate(one.documents))
    return Reported(one.id, one.process, one.status, started, ended, one.component, one.message, one.work, documents)


def _document(one: DocumentMessage, place: str) -> ReportedDocument:
    match one.text, one.base64:
        case str() as text, UnsetType():
            content = text.encode()
        case UnsetType(), bytes() as content:
            pass
        case _:
            raise Malformed("A document has either text or base64", place)
    if len(content) > law.DOCUMENT_LIMIT:
        raise Malformed(f"A document has at most {law.DOCUMENT_LIMIT} bytes", place)
    return ReportedDocument(one.id, one.direction, one.name, one.content_type, content)


def _utc(value: datetime, place: str) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise Malformed("This time is out of range", place) from None
