"""The addresses of the platform operator's own programs: calls that act in no account, by a token of the operator."""

import logging
from datetime import UTC, datetime
from typing import Final

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from msgspec import json

from tenantry.own_api.doors import answered, body_too_large, meant, query_of, read, too_many_calls
from tenantry.own_api.endpoints import Endpoint, Made
from tenantry.own_api.operators import Operator, OperatorAsked
from tenantry.own_api.problems import Fault, faulty, refused
from tenantry.own_api.register import OPERATORS
from tenantry.own_api.tags import tag_of
from tenantry.platform_api.bounds import count_unproven, shut_out, too_large, too_often
from tenantry.rules import refusals as no
from tenantry.rules.calls import check_operator_token, read_bearer
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import AccountId, Actor, Source
from tenantry.store.transaction import StoreUnavailable, explain_unavailable
from tenantry.tokens.queries import operator_token_in_call

log = logging.getLogger(__name__)

ASKS: Final = 'Bearer realm="Tenantry"'
"""What a call that proves nothing is asked for."""


@csrf_exempt
def by_operator(request: HttpRequest, path: str) -> HttpResponse:
    """A call of a program of the platform operator's."""
    try:
        if shut_out(request):
            raise too_many_calls()
        endpoint, ids = meant(request, path, OPERATORS)
        if not endpoint.streams and too_large(request):
            raise body_too_large()
        operator = _proven(request, datetime.now(UTC))
        # counted for each token, under what is no id of an account
        if too_often(AccountId(f"\x00{operator.token}")):
            raise too_many_calls()
        return _done(endpoint, OperatorAsked(operator, request, ids, query_of(request, endpoint)))
    except Refused as raised:
        answer = refused(raised.refusal)
        if isinstance(raised.refusal, no.CallNotProven):
            count_unproven(request)
            answer.headers["WWW-Authenticate"] = ASKS
        return answer
    except Fault as fault:
        return faulty(fault)
    except (StoreUnavailable, OperationalError, InterfaceError) as failure:
        log.exception("own interface unavailable")
        return faulty(Fault(503, "unavailable", explain_unavailable(failure), headers={"Retry-After": "5"}))


def _proven(request: HttpRequest, at: datetime) -> Operator:
    """Whose program calls; no other credentials than a token of the operator are looked at."""
    value = read_bearer(request.headers.get("Authorization", ""))
    token = operator_token_in_call(value) if value is not None else None
    refusal = check_operator_token(token, at)
    if refusal is not None or token is None:
        raise Refused(refusal or no.CallNotProven())
    return Operator(token.id, token.name, Actor(None, Source.API), at)


def _done(endpoint: Endpoint, asked: OperatorAsked) -> HttpResponse:
    if endpoint.method == "GET":
        return read(asked.request, endpoint, asked)
    made: Made = endpoint.act(asked)
    body = json.encode(made.told)
    headers = {"Location": f"/v1/{made.location}", "ETag": tag_of(body)} if made.location else {}
    return answered(endpoint.status, body, headers | ({"Idempotency-Replayed": "true"} if made.again else {}))
