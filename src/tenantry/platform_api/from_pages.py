"""Calls that browsers make for web pages: preflights, and what an answer tells a browser (CORS-2, CORS-3)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from tenantry.platform_api.queries import rules_for
from tenantry.rules import origins
from tenantry.rules.vocabulary import AccountId


def answered_to_pages(
    request: HttpRequest,
    named: AccountId,
    answer: Callable[[], HttpResponse],
    *,
    takes: str = "",
    exposes: str = "",
) -> HttpResponse:
    """Answer a preflight by the rules of the account in the address alone, anything else by `answer`, to which what the
    rules say is added. `takes` are headers that calls may bring besides those of every interface, `exposes` those of
    answers that a page may read.
    """
    origin = request.headers.get("Origin")
    asked = request.headers.get("Access-Control-Request-Method")
    rules = rules_for(named, origin) if origin else ()
    if request.method == "OPTIONS" and origin and asked:
        preflight = origins.answer_preflight(origin, asked, rules)
        response = HttpResponse(status=preflight.status, headers=dict(preflight.headers))
        if takes and "Access-Control-Allow-Headers" in response.headers:
            response.headers["Access-Control-Allow-Headers"] += f", {takes}"
        return response
    response = answer()
    allowing = origins.headers_of_answer(origin, rules)
    for name, value in allowing.items():
        response.headers[name] = value
    if allowing and exposes:
        response.headers["Access-Control-Expose-Headers"] = exposes
    return response
