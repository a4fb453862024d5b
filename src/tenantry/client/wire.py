"""What goes over the wire: a call, made of a question, and a reply. Nothing here knows how either is carried."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypedDict
from urllib.parse import quote, urlencode
from uuid import uuid4

import msgspec

from tenantry.client.failures import Malformed
from tenantry.client.questions import Action, Properties, Question, Resource, Semantic, Subject

EVALUATION: Final = "/access/v1/evaluation"
EVALUATIONS: Final = "/access/v1/evaluations"
SEARCH: Final = "/access/v1/search/"
REVISION: Final = "/access/v1/revision"
CHANGES: Final = "/access/v1/changes"
SNAPSHOTS: Final = "/access/v1/snapshots/"

AT_LEAST: Final = b"Tenantry-At-Least"
REQUEST_ID: Final = b"X-Request-ID"

_ENCODER: Final = msgspec.json.Encoder()
_JSON: Final = (b"Content-Type", b"application/json")


class Options(TypedDict, total=False):
    """What may be said beside each question.

    `context` is what conditions may look at. `time` asks as of that instant (aware); now, if left out. `at_least` is
    the number of a write: an answer that knows of it is recent enough, where otherwise none is that does not know of
    all writes. `deadline` in seconds and `request_id` are for this call alone.
    """

    context: Properties
    time: datetime
    at_least: int
    deadline: float
    request_id: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it is to be sent. `at_least` is what the reply has to know."""

    method: bytes
    path: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    request_id: str
    at_least: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply as it came; header names in lower case."""

    status: int
    headers: Mapping[bytes, bytes]
    body: bytes


def call(path: str, body: object, options: Options) -> Call:
    """A call that sends `body` as JSON, or asks for what is at an address where it is `None`.

    Raises `Malformed` for what JSON cannot say.
    """
    request_id, at_least = options.get("request_id") or uuid4().hex, options.get("at_least")
    headers = [(REQUEST_ID, request_id.encode("ascii", "replace"))]
    if at_least is not None:
        headers.append((AT_LEAST, b"%d" % at_least))
    if body is None:
        return Call(b"GET", path, tuple(headers), b"", request_id, at_least)
    try:
        content = _ENCODER.encode(body)
    except (TypeError, ValueError, OverflowError) as error:
        raise Malformed(f"This cannot be said in JSON: {error}", request_id) from error
    return Call(b"POST", path, (*headers, _JSON), content, request_id, at_least)


def one(subject: Subject | str, action: Action | str, resource: Resource, options: Options) -> Call:
    """The call that asks one question."""
    body = {"subject": _subject(subject), "action": _action(action), "resource": resource}
    context = _context(options.get("context", {}), options.get("time"))
    return call(EVALUATION, {**body, "context": context} if context else body, options)


def many(questions: Sequence[Question], semantic: Semantic, options: Options) -> Call:
    """The call that asks many questions. What all have in common is sent once."""
    usual = options.get("context", {}), options.get("time")
    items = [
        {
            "subject": _subject(asked.subject),
            "action": _action(asked.action),
            "resource": asked.resource,
            "context": _context({**usual[0], **asked.context}, asked.time or usual[1]),
        }
        for asked in questions
    ]
    shared = _in_common(items)
    for item in items:
        for name in shared:
            del item[name]
    if not shared.get("context", True):
        del shared["context"]
    told = {"evaluations_semantic": semantic.value}
    return call(EVALUATIONS, {**shared, "evaluations": items, "options": told}, options)


def _in_common(items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if not items:
        return {}
    first, others = items[0], items[1:]
    return {name: value for name, value in first.items() if all(item[name] == value for item in others)}


def search(kind: str, entities: Mapping[str, Any], options: Options, page: Mapping[str, Any]) -> Call:
    """The call that asks for a page of subjects, resources or actions."""
    body = dict(entities)
    context = _context(options.get("context", {}), options.get("time"))
    if context:
        body["context"] = context
    if page:
        body["page"] = page
    return call(SEARCH + kind, body, options)


def changes(after: int, wait: int, options: Options) -> Call:
    """The call that asks what has changed since a write, and waits so many seconds for a change if there is none."""
    return call(f"{CHANGES}?{urlencode({'after': after, 'wait': wait})}", None, options)


def snapshot(account: str, options: Options) -> Call:
    """The call that asks for the facts of an account."""
    return call(SNAPSHOTS + quote(account, safe=""), None, options)


def _subject(subject: Subject | str) -> Subject:
    return subject if isinstance(subject, Subject) else Subject("user", subject)


def _action(action: Action | str) -> Action:
    return action if isinstance(action, Action) else Action(action)


def entities(
    subject: Subject | str | None, action: Action | str | None, resource: Resource | None, wanted: Mapping[str, str]
) -> dict[str, Any]:
    """What a search is about; `wanted` is the entity that is looked for, by its type."""
    found: Iterable[tuple[str, Any]] = (
        ("subject", _subject(subject) if subject is not None else None),
        ("action", _action(action) if action is not None else None),
        ("resource", resource),
    )
    return {name: value for name, value in found if value is not None} | {
        name: {"type": type} for name, type in wanted.items()
    }


def _context(context: Properties, time: datetime | None) -> Properties:
    if time is None:
        return context
    if time.tzinfo is None:
        raise Malformed("A time needs its offset.")
    return {**context, "time": time.isoformat()}
