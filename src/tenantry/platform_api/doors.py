"""The address of the platform API: which object and verb a request means, and what it is answered."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from tenantry.platform_api import verbs
from tenantry.platform_api.answering import MediaType, NoSuchAddress, error, form_asked, refused
from tenantry.platform_api.bounds import BODY_LIMIT, Bound, beyond, count_unproven
from tenantry.platform_api.calls import Call, check_partner, proven
from tenantry.platform_api.from_pages import answered_to_pages
from tenantry.platform_api.objects import PlatformObject, Verb
from tenantry.platform_api.register import ACTIONS, OBJECTS, Action
from tenantry.platform_api.wire.reading import Malformed
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused, refuse
from tenantry.rules.vocabulary import AccountId
from tenantry.store.transaction import StoreUnavailable, explain_unavailable

log = logging.getLogger(__name__)

TOO_LARGE: Final = f"A body has at most {BODY_LIMIT} bytes."

RESERVED: Final = frozenset({"query", "queryMore", "bulk", "execute"})
"""Words that are no ids where ids stand."""

Act = Callable[[Call, HttpRequest], HttpResponse]


@csrf_exempt
def platform(request: HttpRequest, account: str, path: str) -> HttpResponse:
    """A call of the Platform API: it acts in the account in its address (API-1)."""
    return _answered(request, AccountId(account), path, partner=False)


@csrf_exempt
def partner(request: HttpRequest, account: str, path: str) -> HttpResponse:
    """A call of the Partner API: it may act in an account that the one in its address manages (API-1)."""
    return _answered(request, AccountId(account), path, partner=True)


def _answered(request: HttpRequest, named: AccountId, path: str, *, partner: bool) -> HttpResponse:
    try:
        return answered_to_pages(request, named, lambda: _called(request, named, path, partner=partner))
    except (StoreUnavailable, OperationalError, InterfaceError) as failure:
        log.exception("platform API unavailable")
        return error(503, explain_unavailable(failure), form_asked(request))


def _called(request: HttpRequest, named: AccountId, path: str, *, partner: bool) -> HttpResponse:
    form = form_asked(request)
    try:
        bound = beyond(request, named)
        if bound is not None:
            large = bound is Bound.LARGE
            return error(400, TOO_LARGE, form) if large else error(503, "Too many calls: wait a moment.", form)
        act, needs = _meant(request, path, partner=partner)
        override = request.GET.get("overrideAccount") if partner else None
        call = proven(request, named=named, override=override, at=datetime.now(UTC))
        if partner:
            refuse(check_partner(named))
        call.require_all(needs)
        return act(call, request)
    except Refused as raised:
        if isinstance(raised.refusal, no.CallNotProven):
            count_unproven(request)
        return refused(raised.refusal, form)
    except Malformed as malformed:
        return error(400, str(malformed), form)
    except MediaType as media:
        return error(406, str(media), form)
    except NoSuchAddress as nowhere:
        return error(404, str(nowhere), form)


def _meant(request: HttpRequest, path: str, *, partner: bool) -> tuple[Act, tuple[tuple[str, ...], ...]]:
    """What a method and a path mean, and which privileges that needs."""
    first, *rest = path.split("/")
    method = request.method or ""
    action = ACTIONS.get((method, first, len(rest)))
    if action is not None and action.fits(rest):
        return _acting(action, rest), action.needs
    described = OBJECTS.get(first)
    if described is None:
        msg = f"There is no object {first!r} in this interface."
        raise NoSuchAddress(msg)
    verb, id = _verb(method, rest, request)
    if verb is None:
        msg = f"{method} has no meaning at this address of {first}."
        raise NoSuchAddress(msg)
    alone = partner and "overrideAccount" not in request.GET
    if verb not in (described.verbs | described.partner_verbs if alone else described.verbs):
        raise Refused(no.NotPossibleByCall(verb=str(verb.name).lower(), object=first))
    return _doing(described, verb, id, more=rest[-1:] == ["queryMore"]), described.needs(verb)


def _verb(method: str, rest: list[str], request: HttpRequest) -> tuple[Verb | None, str]:
    match method, rest:
        case "POST", []:
            return Verb.CREATE, ""
        case "POST", ["query" | "queryMore"]:
            return Verb.QUERY, ""
        case "POST", ["bulk"]:
            return Verb.BULK, ""
        case _, [id] if id in RESERVED or not id:
            return None, ""
        case "GET", [id] if settings.API_DELETES_BY_GET and request.GET.get("method") == "DELETE":
            return Verb.DELETE, id
        case "GET", [id]:
            return Verb.GET, id
        case "POST", [id]:
            return Verb.UPDATE, id
        case "DELETE", [id]:
            return Verb.DELETE, id
        case _:
            return None, ""


def _doing(described: PlatformObject[Any], verb: Verb, id: str, *, more: bool) -> Act:
    match verb:
        case Verb.GET:
            return lambda call, request: verbs.get(call, described, request, id)
        case Verb.BULK:
            return lambda call, request: verbs.bulk(call, described, request)
        case Verb.QUERY:
            page = verbs.query_more if more else verbs.query
            return lambda call, request: page(call, described, request)
        case Verb.CREATE:
            return lambda call, request: verbs.create(call, described, request)
        case Verb.UPDATE:
            return lambda call, request: verbs.update(call, described, request, id)
        case _:
            return lambda call, request: verbs.delete(call, described, request, id)


def _acting(action: Action, rest: list[str]) -> Act:
    return lambda call, request: action.act(call, request, *rest)
