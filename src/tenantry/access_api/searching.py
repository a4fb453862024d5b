"""Searches: who may, where somebody may, and what somebody may do; complete, in pages."""

from bisect import bisect_right
from collections.abc import Callable
from typing import Annotated, Any, Final, NamedTuple, TypeVar

import msgspec

from tenantry.access_api.calls import Environ, body_of
from tenantry.access_api.doors import Asking, Door
from tenantry.access_api.marks import mark, unmark
from tenantry.access_api.replies import Malformed, Reply
from tenantry.decisions.authzen import UNREADABLE, Action, MalformedRequest, Resource, Subject, told_of
from tenantry.decisions.results import Results
from tenantry.decisions.search_actions import find_actions
from tenantry.decisions.search_people import PeopleAsked, find_people
from tenantry.decisions.search_resources import ResourcesAsked, find_resources

PAGE_LIMIT: Final = 10_000
"""Names in one answer at most."""


class Paging(msgspec.Struct, frozen=True):
    """Which part is wanted: at most `limit` names, from where the `token` of the answer before tells."""

    token: str = ""
    limit: Annotated[int, msgspec.Meta(ge=0)] | None = None


class Sought(msgspec.Struct, frozen=True):
    """What is looked for: a type. An `id` would be ignored. `properties` are said of whatever is found; those of
    resources may name an account.
    """

    type: str
    properties: dict[str, Any] = {}


class SubjectSearch(msgspec.Struct, frozen=True):
    """Who may do this to that?"""

    subject: Sought
    action: Action
    resource: Resource
    context: dict[str, Any] = {}
    page: Paging = Paging()


class ResourceSearch(msgspec.Struct, frozen=True):
    """To what may this person do that?"""

    subject: Subject
    action: Action
    resource: Sought
    context: dict[str, Any] = {}
    page: Paging = Paging()


class ActionSearch(msgspec.Struct, frozen=True):
    """What may this person do to that?"""

    subject: Subject
    resource: Resource
    context: dict[str, Any] = {}
    page: Paging = Paging()


S = TypeVar("S", SubjectSearch, ResourceSearch, ActionSearch)


class Page(NamedTuple):
    """A part of what was found, and the token that brings the next; empty at the end."""

    names: list[str]
    next_token: str
    total: int


def page_of(names: list[str], paging: Paging, request: bytes) -> Page:
    """The part of the names, which are sorted, that a request wants. `request` is all that it asked besides.

    A token is good for the request alone that it was made for: another one, or another limit, is refused.
    """
    limit, begin = paging.limit, 0
    if paging.token:
        place = unmark(paging.token, request)
        if place is None or (limit is not None and limit != place.limit):
            msg = "The token belongs to another request, or is none - at `$.page.token`"
            raise Malformed(msg)
        limit = place.limit
        begin = bisect_right(names, place.last) if place.last is not None else 0
    size = PAGE_LIMIT if limit is None else min(limit, PAGE_LIMIT)
    part = names[begin : begin + size]
    if begin + len(part) >= len(names):
        return Page(part, "", len(names))
    last = part[-1] if part else (names[begin - 1] if begin else None)
    return Page(part, mark(request, last, limit), len(names))


def _read(decoder: "msgspec.json.Decoder[S]") -> Callable[[Environ], S]:
    def read(environ: Environ) -> S:
        try:
            return decoder.decode(body_of(environ))
        except UNREADABLE as error:
            raise Malformed(told_of(error)) from error

    return read


def _answer(find: Callable[[Asking, S], Results], told: Callable[[S], tuple[str, str]]) -> Callable[[Asking, S], Reply]:
    """Answer a search. `told` gives what stands around the name of an entity found."""

    def answer(asking: Asking, request: S) -> Reply:
        try:
            results = find(asking, request)
        except MalformedRequest as error:
            raise Malformed(str(error)) from error
        asked = _ENCODER.encode(msgspec.structs.replace(request, page=Paging()))
        page = page_of(results.names, request.page, asked)
        before, after = (part.encode() for part in told(request))
        entities = [before + _ENCODER.encode(name) + after for name in page.names]
        head: dict[str, Any] = {"next_token": page.next_token, "count": len(entities), "total": page.total}
        parts = [b'"page":' + _ENCODER.encode(head)]
        if results.reason is not None:
            refusal = results.reason
            reason = {"code": refusal.code, "message": refusal.message, "fields": refusal.details()}
            parts.append(b'"context":' + _ENCODER.encode({"rules": list(refusal.rules), "reason": reason}))
        parts.append(b'"results":[' + b",".join(entities) + b"]")
        return Reply(b"{" + b",".join(parts) + b"}")

    return answer


_ENCODER: Final = msgspec.json.Encoder(order="sorted", enc_hook=dict)  # mappings: properties that were not sent


def _typed(kind: str) -> tuple[str, str]:
    return f'{{"type":{_ENCODER.encode(kind).decode()},"id":', "}"


def _people(asking: Asking, request: SubjectSearch) -> Results:
    sought = request.subject
    asked = PeopleAsked(sought.type, request.action, request.resource, request.context, sought.properties)
    return find_people(asking.state, asked, asking.now, asking.client.served)


def _resources(asking: Asking, request: ResourceSearch) -> Results:
    sought = Resource(request.resource.type, "", request.resource.properties)
    asked = ResourcesAsked(request.subject, request.action, sought, request.context)
    return find_resources(asking.state, asked, asking.now, asking.client.served)


def _actions(asking: Asking, request: ActionSearch) -> Results:
    asked = (request.subject, request.resource, request.context)
    return find_actions(asking.state, asked, asking.now, asking.client.served)


SEARCH_SUBJECT: Final = Door(
    "POST",
    _read(msgspec.json.Decoder(SubjectSearch)),
    _answer(_people, lambda request: _typed(request.subject.type)),
    lambda request: request.context,
)
SEARCH_RESOURCE: Final = Door(
    "POST",
    _read(msgspec.json.Decoder(ResourceSearch)),
    _answer(_resources, lambda request: _typed(request.resource.type)),
    lambda request: request.context,
)
SEARCH_ACTION: Final = Door(
    "POST",
    _read(msgspec.json.Decoder(ActionSearch)),
    _answer(_actions, lambda _: ('{"name":', "}")),
    lambda request: request.context,
)
