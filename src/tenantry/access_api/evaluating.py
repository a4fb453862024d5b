"""Evaluations: one, and many in one call."""

from collections.abc import Callable, Iterator
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


class _Apart(msgspec.Struct, frozen=True):
    """The same, with the questions as they are written."""

    subject: Subject | UnsetType = UNSET
    action: Action | UnsetType = UNSET
    resource: Resource | UnsetType = UNSET
    context: dict[str, Any] = {}
    evaluations: list[msgspec.Raw] = []
    options: Options = Options()


_ONE: Final = msgspec.json.Decoder(Evaluation)
_MANY: Final = msgspec.json.Decoder(Evaluations)
_MANY_APART: Final = msgspec.json.Decoder(_Apart)
_ITEM: Final = msgspec.json.Decoder(Item)

Asked = Item | str
"""A question, or what is wrong with it."""


def _read_one(environ: Environ) -> Evaluation:
    try:
        return _ONE.decode(body_of(environ))
    except UNREADABLE as error:
        raise Malformed(told_of(error)) from error


def _answer_one(asking: Asking, request: Evaluation) -> Reply:
    return Reply(_told(Telling(asking.state, asking.now, asking.client.served), request))


def _told(telling: Telling, request: Evaluation) -> bytes:
    try:
        return telling.tell(request)
    except MalformedRequest as error:
        raise Malformed(str(error)) from error


EVALUATION: Final = Door("POST", _read_one, _answer_one, lambda request: request.context)
"""One question."""


class Batch(NamedTuple):
    """Many questions as they are read. What is wrong with one of them alone is told in its place."""

    request: Evaluations | _Apart
    asked: list[Asked]


def _read_many(environ: Environ) -> Batch:
    body = body_of(environ)
    try:
        request = _MANY.decode(body)
    except UNREADABLE as error:
        return _read_apart(body, error)
    return Batch(request, [*request.evaluations])


def _read_apart(body: bytes, first: Exception) -> Batch:
    if not isinstance(first, msgspec.ValidationError):
        raise Malformed(told_of(first)) from first
    try:
        apart = _MANY_APART.decode(body)
    except UNREADABLE as error:
        raise Malformed(told_of(error)) from error
    return Batch(apart, [*map(_item, apart.evaluations)])


def _item(raw: msgspec.Raw) -> Asked:
    try:
        return _ITEM.decode(raw)
    except UNREADABLE as error:
        return told_of(error)


def _answer_many(asking: Asking, batch: Batch) -> Reply:
    """The answers to many questions, in their order; up to the first that decides, if the request says so.

    A question that lacks something, and finds it nowhere around it, is one that fails: its answer is no.
    """
    request, asked = batch
    telling = Telling(asking.state, asking.now, asking.client.served)
    if not asked:
        return Reply(_told(telling, _alone(request)))
    if len(asked) > settings.EVALUATIONS_LIMIT:
        msg = f"At most {settings.EVALUATIONS_LIMIT} evaluations in one request, got {len(asked)} - at `$.evaluations`"
        raise Malformed(msg)
    answers = _answers(telling, request, asked)
    semantic = request.options.evaluations_semantic
    if semantic == "deny_on_first_deny":
        told = _until(answers, lambda answer: not answer.startswith(ALLOWED))
    elif semantic == "permit_on_first_permit":
        told = _until(answers, lambda answer: answer.startswith(ALLOWED))
    else:
        told = [*answers]
    return Reply(b'{"evaluations":[' + b",".join(told) + b"]}")


EVALUATIONS: Final = Door("POST", _read_many, _answer_many, lambda batch: batch.request.context)
"""Many questions in one call."""


def _alone(request: Evaluations | _Apart) -> Evaluation:
    subject, action, resource = request.subject, request.action, request.resource
    if subject is UNSET or action is UNSET or resource is UNSET:
        raise Malformed(_missing(subject, action))
    return Evaluation(subject, action, resource, request.context)


def _missing(subject: object, action: object) -> str:
    lacks = "subject" if subject is UNSET else "action" if action is UNSET else "resource"
    return f"Object missing required field `{lacks}`"


def _questions(request: Evaluations | _Apart, asked: list[Asked]) -> Iterator[Evaluation | str]:
    """Each question with what it takes from around it, or what is wrong with it."""
    usual = request.subject, request.action, request.resource, request.context
    for one in asked:
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


def _answers(telling: Telling, request: Evaluations | _Apart, asked: list[Asked]) -> Iterator[bytes]:
    questions = [*_questions(request, asked)]
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
