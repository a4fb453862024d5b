"""Reading replies. Whatever is not clearly an answer raises: nothing unclear is ever a yes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import msgspec

from tenantry.client.answers import Answer, Evaluation, Grant, Opening, Reach, Reason
from tenantry.client.failures import CannotProve, Malformed, NoAnswer, NotAuthorized, NotUnderstood, Unreachable
from tenantry.client.questions import Action, Resource, Semantic, Subject
from tenantry.client.wire import Call, Reply

E = TypeVar("E", Subject, Resource, Action)

_OK: Final = 200
_NOT_AUTHORIZED: Final = (401, 403)
_MALFORMED: Final = (400, 413)
_UNAVAILABLE: Final = 503
_NO_SERVER_BEHIND: Final = (502, 503, 504)


class _Error(msgspec.Struct):
    message: str = ""


class _Context(msgspec.Struct):
    rules: tuple[str, ...] = ()
    reason: Reason | None = None
    error: _Error | None = None


class _Decision(msgspec.Struct):
    decision: bool
    context: _Context = msgspec.field(default_factory=_Context)


class _Whole(msgspec.Struct):
    decision: bool
    context: msgspec.Raw = msgspec.Raw(b"{}")


class _WholeContext(_Context):
    grants: tuple[Grant, ...] = ()
    support_access_role: str | None = None
    opening: Opening | None = None
    reach: Reach | None = None
    condition: str = ""


class _Many(msgspec.Struct):
    evaluations: list[_Decision]


class _Page(msgspec.Struct):
    next_token: str = ""


class _Found(msgspec.Struct, Generic[E]):
    results: tuple[E, ...]
    page: _Page = msgspec.field(default_factory=_Page)


class _Revision(msgspec.Struct):
    revision: int


class _Changes(msgspec.Struct):
    revision: int
    changed: frozenset[str] | None = None
    all: bool = False


_DECISION: Final = msgspec.json.Decoder(_Decision)
_WHOLE: Final = msgspec.json.Decoder(_Whole)
_WHOLE_CONTEXT: Final = msgspec.json.Decoder(_WholeContext)
_ANYTHING: Final[msgspec.json.Decoder[Mapping[str, Any]]] = msgspec.json.Decoder(dict[str, Any])
_MANY: Final = msgspec.json.Decoder(_Many)
_REVISION: Final = msgspec.json.Decoder(_Revision)
_CHANGES: Final = msgspec.json.Decoder(_Changes)
_TEXT: Final = msgspec.json.Decoder(str)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Changes:
    """The last write, and the scopes that have changed since the one asked about; `None` if any may have."""

    revision: int
    scopes: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Page(Generic[E]):
    """Some of what a search finds; `following` asks for more, and is empty at the end."""

    results: tuple[E, ...]
    following: str


def answer(call: Call, reply: Reply) -> Answer:
    """The answer to one question."""
    revision = _accepted(call, reply)
    return _answer(_read(_DECISION, call, reply.body), revision)


def evaluation(call: Call, reply: Reply) -> Evaluation:
    """The answer to one question, with all that was told."""
    revision = _accepted(call, reply)
    whole = _read(_WHOLE, call, reply.body)
    told = _read(_WHOLE_CONTEXT, call, whole.context)
    return Evaluation(
        allowed=whole.decision,
        revision=revision,
        rules=told.rules,
        reason=told.reason,
        error=told.error.message if told.error is not None else None,
        grants=told.grants,
        cap=told.support_access_role,
        opening=told.opening,
        reach=told.reach,
        condition=told.condition,
        context=_read(_ANYTHING, call, whole.context),
    )


def batch(call: Call, reply: Reply, count: int, semantic: Semantic) -> tuple[Answer, ...]:
    """The answers to `count` questions, as many as the semantic asks for: one too few, or one too many, is none."""
    revision = _accepted(call, reply)
    answers = tuple(_answer(one, revision) for one in _read(_MANY, call, reply.body).evaluations)
    if not _complete([one.allowed for one in answers], count, semantic):
        raise NotUnderstood(f"{len(answers)} answers came to {count} questions.", call.request_id)
    return answers


def _complete(told: Sequence[bool], count: int, semantic: Semantic) -> bool:
    if semantic is Semantic.EXECUTE_ALL:
        return len(told) == count
    decides = semantic is Semantic.PERMIT_ON_FIRST_PERMIT
    if decides in told[:-1]:
        return False
    return len(told) == count or (0 < len(told) < count and told[-1] is decides)


def page(call: Call, reply: Reply, entity: type[E], asked_with: str) -> Page[E]:
    """A page of what a search finds. One that leads back to itself is none: it would never end."""
    _accepted(call, reply)
    found = _read(_FOUND[entity], call, reply.body)
    if found.page.next_token and found.page.next_token == asked_with:
        raise NotUnderstood("The next page is the same again.", call.request_id)
    return Page(found.results, found.page.next_token)


def revision(call: Call, reply: Reply) -> int:
    """The number of the last write."""
    _accepted(call, reply)
    return _read(_REVISION, call, reply.body).revision


def changes(call: Call, reply: Reply) -> Changes:
    """What has changed. What is not told is taken for a change of everything."""
    _accepted(call, reply)
    found = _read(_CHANGES, call, reply.body)
    return Changes(found.revision, None if found.all else found.changed)


def facts(call: Call, reply: Reply) -> bytes:
    """The facts of an account, not read yet."""
    _accepted(call, reply)
    return reply.body


_FOUND: Final[Mapping[type, msgspec.json.Decoder[Any]]] = {
    Subject: msgspec.json.Decoder(_Found[Subject]),
    Resource: msgspec.json.Decoder(_Found[Resource]),
    Action: msgspec.json.Decoder(_Found[Action]),
}


def _answer(told: _Decision, revision: int | None) -> Answer:
    context = told.context
    error = context.error.message if context.error is not None else None
    return Answer(told.decision, revision, context.rules, context.reason, error)


def _read(decoder: "msgspec.json.Decoder[T]", call: Call, body: bytes | msgspec.Raw) -> T:
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotUnderstood(f"What came back is no answer: {error}", call.request_id) from error


def _accepted(call: Call, reply: Reply) -> int | None:
    """The number of the last write that a reply knows of; raises for whatever is no answer to this call."""
    echoed = reply.headers.get(b"x-request-id")
    if echoed is not None and echoed.decode("latin-1") != call.request_id:
        raise NotUnderstood("What came back is the answer to another call.", call.request_id)
    if reply.status != _OK:
        raise _failure(call, reply)
    number = _number(reply.headers.get(b"tenantry-revision"))
    if call.at_least is not None and (number is None or number < call.at_least):
        raise NotUnderstood(f"The answer does not know of the write {call.at_least}.", call.request_id)
    return number


def _number(text: bytes | None) -> int | None:
    return int(text) if text is not None and text.isdigit() else None


def _failure(call: Call, reply: Reply) -> NoAnswer:
    message = _message(reply.body)
    if reply.status in _NOT_AUTHORIZED:
        return NotAuthorized(message or "The token is not valid.", call.request_id)
    if reply.status in _MALFORMED:
        return Malformed(message or "The question is malformed.", call.request_id)
    if reply.status == _UNAVAILABLE and message is not None:
        failure = CannotProve(message, call.request_id)
        failure.retry_after = float(_number(reply.headers.get(b"retry-after")) or 1)
        return failure
    if reply.status in _NO_SERVER_BEHIND:
        return Unreachable(f"A proxy answered, with the status {reply.status}.", call.request_id)
    return NotUnderstood(f"What came back has the status {reply.status}. {message or ''}".strip(), call.request_id)


def _message(body: bytes) -> str | None:
    try:
        return _TEXT.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
