"""The address of the interface: what a request means, who makes it, and what it is answered."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from msgspec import json

from tenantry.own_api.bodies import body_of, parameters_of
from tenantry.own_api.endpoints import Asked, Endpoint, Made
from tenantry.own_api.keys import Answer, answer_once, kept_answer, keyed
from tenantry.own_api.problems import Fault, Place, faulty, refused
from tenantry.own_api.register import ENDPOINTS
from tenantry.own_api.tags import check_tag, demand_tag, is_known, tag_of
from tenantry.platform_api.bounds import BODY_LIMIT, Bound, beyond, count_unproven
from tenantry.platform_api.calls import Call, proven
from tenantry.platform_api.from_pages import answered_to_pages
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import AccountId
from tenantry.store import revisions
from tenantry.store.transaction import StoreUnavailable, command, explain_unavailable

log = logging.getLogger(__name__)

TAKES: Final = "if-match, if-none-match, idempotency-key"
"""Headers that calls from web pages may bring here besides those of every interface."""

EXPOSES: Final = "ETag, Location, Idempotency-Replayed"
"""Headers of answers that web pages may read."""


@csrf_exempt
def in_account(request: HttpRequest, account: str, path: str) -> HttpResponse:
    """A call that acts in the account in its address."""
    named = AccountId(account)
    try:
        return answered_to_pages(request, named, lambda: _answered(request, named, path), takes=TAKES, exposes=EXPOSES)
    except (StoreUnavailable, OperationalError, InterfaceError) as failure:
        log.exception("own interface unavailable")
        return faulty(Fault(503, "unavailable", explain_unavailable(failure), headers={"Retry-After": "5"}))


@csrf_exempt
def nowhere(request: HttpRequest) -> HttpResponse:
    """What is no address of the interface."""
    del request
    return faulty(no_such_address())


def _answered(request: HttpRequest, named: AccountId, path: str) -> HttpResponse:
    try:
        bound = beyond(request, named)
        if bound is not None:
            return faulty(_beyond(bound))
        endpoint, ids = meant(request, path, ENDPOINTS)
        call = proven(request, named=named, override=None, at=datetime.now(UTC))
        call.require_all(endpoint.needs)
        return _done(request, endpoint, call, ids)
    except Refused as raised:
        if isinstance(raised.refusal, no.CallNotProven):
            count_unproven(request)
        return refused(raised.refusal)
    except Fault as fault:
        return faulty(fault)


def meant(request: HttpRequest, path: str, endpoints: Iterable[Endpoint]) -> tuple[Endpoint, dict[str, str]]:
    """The endpoint that a method and a path mean, and the ids in the path."""
    parts = path.split("/")
    method = "GET" if request.method == "HEAD" else request.method
    found = {one.method: (one, ids) for one in endpoints if (ids := one.ids(parts)) is not None}
    if not found:
        raise no_such_address()
    if method not in found:
        allowed = ", ".join([*sorted(found), *(["HEAD"] if "GET" in found else [])])
        raise Fault(405, "method_not_allowed", f"This address takes {allowed}.", headers={"Allow": allowed})
    return found[method]


def _beyond(bound: Bound) -> Fault:
    if bound is Bound.LARGE:
        return body_too_large()
    return too_many_calls()


def body_too_large() -> Fault:
    """What is told to whoever sends too much."""
    return Fault(413, "body_too_large", f"A body has at most {BODY_LIMIT} bytes.")


def too_many_calls() -> Fault:
    """What is told to whoever calls too often."""
    return Fault(429, "too_many_calls", "Too many calls: wait a moment.", headers={"Retry-After": "1"})


def no_such_address() -> Fault:
    """What is told of an address that there is not."""
    return Fault(404, "no_such_address", "There is no such address in this interface.")


def _done(request: HttpRequest, endpoint: Endpoint, call: Call, ids: dict[str, str]) -> HttpResponse:
    asked = Asked(call, ids, query=query_of(request, endpoint))
    if endpoint.takes is not None:
        asked = replace(asked, body=body_of(request, endpoint.takes))
    if endpoint.method == "GET":
        return read(request, endpoint, asked)
    if endpoint.method == "POST":
        return _posted(request, endpoint, asked)
    return _changed(request, endpoint, asked)


def query_of(request: HttpRequest, endpoint: Endpoint) -> Any:  # noqa: ANN401 - whatever the endpoint takes
    """The parameters of the address, as the endpoint takes them."""
    if endpoint.query is not None:
        return parameters_of(request, endpoint.query)
    if request.GET:
        wrong = [Place("Not known here", parameter=name) for name in sorted(request.GET)]
        raise Fault(422, "parameter_invalid", "This address takes no parameters.", wrong)
    return None


def read(request: HttpRequest, endpoint: Endpoint, asked: Any) -> HttpResponse:  # noqa: ANN401 - whoever asks
    """What reading is answered: a resource of its own with an ETag, or that the caller has it already."""
    body = json.encode(endpoint.act(asked))
    if endpoint.current is None:
        return answered(200, body)
    tag = tag_of(body)
    if is_known(request, tag):
        return HttpResponse(status=304, headers={"ETag": tag})
    return answered(200, body, {"ETag": tag})


def _posted(request: HttpRequest, endpoint: Endpoint, asked: Asked) -> HttpResponse:
    call = asked.call
    under = keyed(request, call.account, call.person.pk, call.at)
    answer = kept_answer(under) if under is not None else None
    if answer is None:
        if endpoint.prepare is not None:
            asked = replace(asked, prepared=endpoint.prepare(asked))
        ready = asked
        answer = _act(endpoint, ready) if under is None else answer_once(under, lambda: _act(endpoint, ready))
    response = answered(answer.status, answer.body.encode(), answer.headers)
    if answer.again:
        response.headers["Idempotency-Replayed"] = "true"
    return response


@command
def _act(endpoint: Endpoint, asked: Asked) -> Answer:
    """Do it and tell what there is now, as one state."""
    made: Any = endpoint.act(asked)
    headers: dict[str, str] = {}
    if isinstance(made, Made):
        if made.location:
            headers["Location"] = f"/v1/accounts/{asked.call.account}/{made.location}"
        made = made.told
    body = json.encode(made)
    if headers:
        headers["ETag"] = tag_of(body)
    return Answer(endpoint.status, body.decode(), headers)


def _changed(request: HttpRequest, endpoint: Endpoint, asked: Asked) -> HttpResponse:
    sent = demand_tag(request)
    body = _change(endpoint, asked, sent)
    return HttpResponse(status=204) if body is None else answered(200, body, {"ETag": tag_of(body)})


@command
def _change(endpoint: Endpoint, asked: Asked, sent: str) -> bytes | None:
    """Change what is still as the caller has seen it. The account is held, so that of two who have seen the same, the
    second is refused.
    """
    if endpoint.current is None:
        raise NotImplementedError(endpoint.path)
    revisions.lock(asked.call.account)
    check_tag(sent, tag_of(json.encode(endpoint.current(asked))))
    told = endpoint.act(asked)
    return None if told is None else json.encode(told)


def answered(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """An answer in JSON."""
    return HttpResponse(body, status=status, content_type="application/json", headers=dict(headers or {}))
