"""The verbs of the platform API, the same for every object: read the body, ask, act, and tell what is stored now."""

from collections.abc import Callable, Sequence
from functools import partial, reduce
from operator import or_
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from lxml import etree

from tenantry.platform_api.answering import MediaType, answer, form_asked, form_asked_besides, form_sent
from tenantry.platform_api.calls import Call
from tenantry.platform_api.objects import PlatformObject, Reading
from tenantry.platform_api.wire.columns import compiled
from tenantry.platform_api.wire.filters import (
    Comparison,
    Condition,
    Group,
    Property,
    Value,
    filter_in_json,
    filter_in_xml,
    judged,
)
from tenantry.platform_api.wire.reading import Malformed, children, element, local, plain_json, read_json, read_xml
from tenantry.platform_api.wire.rendering import Answered, Form, bulk_body, object_body, result_body, true_body
from tenantry.platform_api.wire.shapes import Wire, shape_of
from tenantry.platform_api.wire.sorting import Sort, judged_sort, ordered, sort_in_json, sort_in_xml
from tenantry.platform_api.wire.tokens import Asker, place_of, token_of
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.store.paging import keyset_page

PAGE: Final = 100
"""Objects in one answer of a query (API-3)."""

Described = PlatformObject[Any]


def get(call: Call, described: Described, request: HttpRequest, id: str) -> HttpResponse:
    """One object by its id."""
    form = _form(described, request)
    found = _found(call, described, id, opening=True)
    return answer(object_body(found, form), form, described.status(found) if described.status else 200)


def bulk(call: Call, described: Described, request: HttpRequest) -> HttpResponse:
    """Several objects by their ids, each told in the order asked for, or what is wrong with it."""
    form = _form(described, request)
    asked = _asked_ids(request, described.bulk_limit)
    reading = _reading(described)
    wanted = {id: reading.named(id) for id in asked}
    known = {id: found for id, found in wanted.items() if found is not None}
    closed: dict[str, str] = {}
    told: dict[str, Wire] = {id: one for one in _leading(call, reading) for id in reading.ids(one)}
    if known:
        rows = list(reading.rows(call).filter(reduce(or_, known.values())).order_by(*reading.order))
        for row, one in zip(rows, reading.in_full(call, rows), strict=True):
            refusal = _closed(call, reading, row)
            closed |= dict.fromkeys(reading.ids(one), refusal) if refusal else {}
            told |= dict.fromkeys(reading.ids(one), one)
    name = described.name
    answers = [
        Answered(found=told[id])
        if id in told and id not in closed
        else Answered(id=id, message=closed.get(id, f"No such {name}: {id}"))
        for id in asked
    ]
    return answer(bulk_body(answers, form), form)


def query(call: Call, described: Described, request: HttpRequest) -> HttpResponse:
    """The first page of what passes a filter."""
    reading = _reading(described)
    if form_sent(request) is Form.JSON:
        body = plain_json(request.body)
        expression, asked = filter_in_json(body, sorts=bool(reading.sorts)), sort_in_json(body)
    else:
        root = element(request.body)
        expression, asked = filter_in_xml(root, sorts=bool(reading.sorts)), sort_in_xml(root)
    return _page(call, described, request, expression, sort=judged_sort(asked, reading.sorts))


def query_more(call: Call, described: Described, request: HttpRequest) -> HttpResponse:
    """The page that a token asks for."""
    place = place_of(request.body, _asker(call, described))
    return _page(call, described, request, place.expression, sort=place.sort, mark=place.mark)


def create(call: Call, described: Described, request: HttpRequest) -> HttpResponse:
    """Make an object of what was sent, and tell it as it is stored."""
    if described.told_once is not None:
        told = described.told_once(call, _sent(call, described, request))
        return answer(object_body(told, form_asked(request)), form_asked(request), described.created)
    if described.create is None:
        raise NotImplementedError(described.name)
    form = _form(described, request)
    sent = _sent(call, described, request)
    for parameter, member in described.from_address.items():
        if not getattr(sent, member):
            setattr(sent, member, request.GET.get(parameter))
    id = described.create(call, sent)
    return answer(object_body(_found(call, described, id), form), form, described.created)


def update(call: Call, described: Described, request: HttpRequest, id: str) -> HttpResponse:
    """Change the members sent of an object, and tell it as it is stored."""
    if described.update is None:
        raise NotImplementedError(described.name)
    form = _form(described, request)
    sent = _sent(call, described, request)
    _exists(call, described, id)
    described.update(call, id, sent)
    return answer(object_body(_found(call, described, id), form), form)


def delete(call: Call, described: Described, request: HttpRequest, id: str) -> HttpResponse:
    """Delete an object."""
    if described.delete is None:
        raise NotImplementedError(described.name)
    form = _form(described, request)
    _exists(call, described, id)
    described.delete(call, id)
    return answer(true_body(form), form)


def _form(described: Described, request: HttpRequest) -> Form:
    """In what the answer is to be written; refuses JSON for what exists as XML alone."""
    form = form_asked(request)
    if form is Form.JSON and described.xml_only:
        if form_asked_besides(request):
            return Form.XML
        msg = f"Invalid media type: {form} is not supported"
        raise MediaType(msg)
    return form


# ---- reading -------------------------------------------------------------------------------------------------------


def _reading(described: Described) -> Reading[Any, Any]:
    if described.reading is None:
        raise NotImplementedError(described.name)
    return described.reading


def _leading(call: Call, reading: Reading[Any, Any]) -> Sequence[Wire]:
    return reading.leading(call) if reading.leading else ()


def _closed(call: Call, reading: Reading[Any, Any], row: Any) -> str:  # noqa: ANN401 - a row of any table
    """Why a row may not be looked at; empty where it may."""
    try:
        if reading.opening is not None:
            reading.opening(call, row)
    except Refused as raised:
        return raised.refusal.message
    return ""


def _found(call: Call, described: Described, id: str, *, opening: bool = False) -> Wire:
    """The object of an id in full; refuses what is not there and what is not the caller's to see alike (API-8)."""
    reading = _reading(described)
    for one in _leading(call, reading):
        if getattr(one, reading.identity) == id:
            return one
    named = reading.named(id)
    rows = [] if named is None else list(reading.rows(call).filter(named)[:1])
    if not rows:
        raise Refused(no.NotThere(object=described.name, id=id))
    if opening and reading.opening is not None:
        reading.opening(call, rows[0])
    [found] = reading.in_full(call, rows)
    return found  # type: ignore[no-any-return]


def _exists(call: Call, described: Described, id: str) -> None:
    """Refuse to change what the caller does not see."""
    reading = _reading(described)
    if any(getattr(one, reading.identity) == id for one in _leading(call, reading)):
        return
    named = reading.named(id)
    if named is None or not reading.rows(call).filter(named).exists():
        raise Refused(no.NotThere(object=described.name, id=id))


def _asker(call: Call, described: Described) -> Asker:
    return Asker(call.actor.user or "", call.account, described.name)


def _page(
    call: Call, described: Described, request: HttpRequest, expression: dict[str, Any], *, sort: Sort, mark: str = ""
) -> HttpResponse:
    form = _form(described, request)
    reading = _reading(described)
    properties = [Property(name, column.kind, column.folds) for name, column in reading.columns.items()]
    condition = judged(expression, properties)
    if reading.judge is not None:
        reading.judge(condition)
    rows = reading.found(call).filter(compiled(condition, reading.columns, call.account))
    passes = partial(reading.passes, call) if reading.passes else _compares
    leading = [one for one in _leading(call, reading) if _passes(passes, one, condition)]
    size = PAGE if mark else PAGE - len(leading)
    keys, downwards = ordered(sort, reading.sorts, reading.order)
    page = keyset_page(rows, keys, mark, size=size, descending=downwards)
    found = ([] if mark else leading) + reading.shown(call, page.rows)
    total = rows.count() + len(leading)
    token = token_of(_asker(call, described), expression, page.next, sort) if page.next else ""
    return answer(result_body(found, total, token, form), form)


def _passes(passes: Callable[[Any, Comparison], bool], one: Wire, condition: Condition) -> bool:
    """Whether an object that is in no table passes a filter."""
    if isinstance(condition, Group):
        parts = map(partial(_passes, passes, one), condition.parts)
        return (all if condition.every else any)(parts) or not condition.parts
    return passes(one, condition)


def _compares(one: Wire, test: Comparison) -> bool:
    return test.holds(_member(one, test))


def _member(one: Wire, about: Comparison) -> Value | None:
    member = next((m for m in shape_of(type(one)).members if m.name == about.property), None)
    return None if member is None else getattr(one, member.python)


# ---- what is sent --------------------------------------------------------------------------------------------------


def _sent(call: Call, described: Described, request: HttpRequest) -> Wire:
    """The object in the body; it may name the account that the call acts in, and no other (API-8)."""
    written = form_sent(request)
    if described.xml_only and written is Form.JSON:
        msg = f"{described.name} is sent as {Form.XML} only."
        raise Malformed(msg)
    read = read_json if written is Form.JSON else read_xml
    sent: Wire = read(request.body, described.wire)
    named = getattr(sent, "account_id", None)
    if named and named != call.account and described.owned:
        raise Refused(no.AccountNotYours(named=named, account=call.account))
    return sent


def _asked_ids(request: HttpRequest, limit: int) -> list[str]:
    """The ids of a bulk request, in order."""
    if form_sent(request) is Form.JSON:
        body = plain_json(request.body)
        kind, told = body.get("type", "GET"), body.get("request")
        told = told if isinstance(told, list) else [] if told is None else [told]
        ids = [one.get("id") if isinstance(one, dict) else None for one in told]
    else:
        root = element(request.body)
        kind, ids = ("GET", []) if root is None else (root.get("type", "GET"), _ids_in(root))
    if kind != "GET":
        msg = f"A bulk request of type {str(kind)[:20]!r} is not offered; the type is GET."
        raise Malformed(msg)
    if not ids or not all(isinstance(id, str) and id and "\x00" not in id for id in ids):
        msg = 'A bulk request has the form {"type": "GET", "request": [{"id": "..."}]} with at least one id.'
        raise Malformed(msg)
    if len(ids) > limit:
        msg = f"A bulk request has at most {limit} ids, not {len(ids)}."
        raise Malformed(msg)
    return [str(id) for id in ids]


def _ids_in(root: etree._Element) -> list[str | None]:
    return [child.get("id") for child in children(root) if local(child) == "request"]
