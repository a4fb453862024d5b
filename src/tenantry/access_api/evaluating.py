"""Evaluations: one, and many in one call."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple

import msgspec
from django.conf import settings
from msgspec import UNSET, UnsetType

from tenantry.access_api.calls import Environ, body_of
from tenantry.access_api.doors import Asking, Door
from tenantry.access_api.replies import Malformed, Reply
from tenantry.decisions.authzen import (
    UNREADABLE,
    Action,
    Evaluation,
    MalformedRequest,
    Resource,
    Subject,
    told_of,
)
from tenantry.decisions.told import ALLOWED, Telling

Semantic = Literal["execute_all", "deny_on_first_deny", "permit_on_first_permit"]


class Item(msgspec.Struct, frozen=True, gc=False):
    """One of many questions: what it leaves out is taken from the request around it, each entity as a whole."""

    subject: Subject | UnsetType = UNSET
    action: Action | UnsetType = UNSET
    resource: Resource | UnsetType = UNSET
    context: dict[str, Any] | UnsetType = UNSET


class Options(msgspec.Struct, frozen=True):
    """How many questions are to be gone through."""

    evaluations_semantic: Semantic = "execute_all"


class Evaluations(msgspec.Struct, frozen=True):
    """Many questions, with what they have in common. Without any, it is one by itself."""

    subject: Subject | UnsetType = UNSET
    action: Action | UnsetType = UNSET
    resource: Resource | UnsetType = UNSET
    context: dict[str, Any] = {}
    evaluations: list[Item] = []
    options: Options = Options()


class _Whole(msgspec.Struct, frozen=True):
    """The same where every question says all of it by itself, as most do: nothing has to be put together."""

    evaluations: list[Evaluation]
    context: dict[str, Any] = {}
    options: Options = Options()


class _Apart(msgspec.Struct, frozen=True):
    """The same, with the questions as they are written."""

    subject: Subject | UnsetType = UNSET
    action: Action | UnsetType = UNSET
    resource: Resource | UnsetType = UNSET
    context: dict[str, Any] = {}
    evaluations: list[msgspec.Raw] = []
    options: Options = Options()


_ONE: Final = msgspec.json.Decoder(Evaluation)
_WHOLE: Final = msgspec.json.Decoder(_Whole)
_MANY: Final = msgspec.json.Decoder(Evaluations)
_MANY_APART: Final = msgspec.json.Decoder(_Apart)
_ITEM: Final = msgspec.json.Decoder(Item)

Question = Evaluation | str
"""A question, or what is wrong with it."""


def _read_one(environ: Environ) -> Evaluation:
    try:
        return _ONE.decode(body_of(environ))
    except UNREADABLE as error:
        raise Malformed(told_of(error)) from error


def _answer_one(asking: Asking, request: Evaluation) -> Reply:
    return Reply(_told(Telling(asking.state, asking.now, asking.client.served), request))


def _told(telling: Telling, question: Question) -> bytes:
    if isinstance(question, str):
        raise Malformed(question)
    try:
        return telling.tell(question)
    except MalformedRequest as error:
        raise Malformed(str(error)) from error


EVALUATION: Final = Door("POST", _read_one, _answer_one, lambda request: request.context)
"""One question."""


class Batch(NamedTuple):
    """Many questions as they are read. What is wrong with one of them alone is told in its place. `alone` is one that
    was sent without a list around it.
    """

    questions: Sequence[Question]
    context: Mapping[str, Any]
    semantic: Semantic
    alone: bool = False


def _read_many(environ: Environ) -> Batch:
    body = body_of(environ)
    try:
        whole = _WHOLE.decode(body)
    except UNREADABLE:
        return _read_in_parts(body)
    if whole.context or not whole.evaluations:  # a question may have to take something from around it
        return _read_in_parts(body)
    return _bounded(Batch(whole.evaluations, whole.context, whole.options.evaluations_semantic))


def _read_in_parts(body: bytes) -> Batch:
    try:
        request = _MANY.decode(body)
    except msgspec.ValidationError:
        return _read_apart(body)
    except UNREADABLE as error:
        raise Malformed(told_of(error)) from error
    return _put_together(request, request.evaluations)


def _read_apart(body: bytes) -> Batch:
    try:
        apart = _MANY_APART.decode(body)
    except UNREADABLE as error:
        raise Malformed(told_of(error)) from error
    return _put_together(apart, [*map(_item, apart.evaluations)])


def _put_together(request: Evaluations | _Apart, items: Sequence[Item | str]) -> Batch:
    questions = [*_questions(request, items or [Item()])]
    return _bounded(Batch(questions, request.context, request.options.evaluations_semantic, alone=not items))


def _item(raw: msgspec.Raw) -> Item | str:
    try:
        return _ITEM.decode(raw)
    except UNREADABLE as error:
        return told_of(error)


def _bounded(batch: Batch) -> Batch:
    sent, limit = len(batch.questions), settings.EVALUATIONS_LIMIT
    if sent > limit:
        raise Malformed(f"At most {limit} evaluations in one request, got {sent} - at `$.evaluations`")
    return batch


def _answer_many(asking: Asking, batch: Batch) -> Reply:
    """The answers to many questions, in their order; up to the first that decides, if the request says so.

    A question that lacks something, and finds it nowhere around it, is one that fails: its answer is no.
    """
    telling = Telling(asking.state, asking.now, asking.client.served)
    if batch.alone:
        [question] = batch.questions
        return Reply(_told(telling, question))
    answers = _answers(telling, batch.questions)
    if batch.semantic == "deny_on_first_deny":
        told = _until(answers, lambda answer: not answer.startswith(ALLOWED))
    elif batch.semantic == "permit_on_first_permit":
        told = _until(answers, lambda answer: answer.startswith(ALLOWED))
    else:
        told = [*answers]
    return Reply(b'{"evaluations":[' + b",".join(told) + b"]}")


EVALUATIONS: Final = Door("POST", _read_many, _answer_many, lambda batch: batch.context)
"""Many questions in one call."""


def _missing(subject: object, action: object) -> str:
    lacks = "subject" if subject is UNSET else "action" if action is UNSET else "resource"
    return f"Object missing required field `{lacks}`"


def _questions(request: Evaluations | _Apart, items: Iterable[Item | str]) -> Iterator[Question]:
    """Each question with what it takes from around it, or what is wrong with it."""
    usual = request.subject, request.action, request.resource, request.context
    for one in items:
        if isinstance(one, str):
            yield one
            continue
        subject = usual[0] if one.subject is UNSET else one.subject
        action = usual[1] if one.action is UNSET else one.action
        resource = usual[2] if one.resource is UNSET else one.resource
        if subject is UNSET or action is UNSET or resource is UNSET:
            yield _missing(subject, action)
            continue
        yield Evaluation(subject, action, resource, usual[3] if one.context is UNSET else one.context)


def _answers(telling: Telling, questions: Sequence[Question]) -> Iterator[bytes]:
    telling.prepare([one for one in questions if not isinstance(one, str)])
    tell = telling.tell
    for one in questions:
        if isinstance(one, str):
            yield failed(one)
            continue
        try:
            yield tell(one)
        except MalformedRequest as error:
            yield failed(str(error))


def _until(answers: Iterator[bytes], decides: Callable[[bytes], bool]) -> list[bytes]:
    told = []
    for answer in answers:
        told.append(answer)
        if decides(answer):
            break
    return told


@lru_cache(maxsize=256)
def failed(why: str) -> bytes:
    """The answer to a question that is none."""
    return msgspec.json.encode({"decision": False, "context": {"error": {"status": 400, "message": why}}})
