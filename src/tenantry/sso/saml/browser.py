"""The browser that a request was made in: only there its answer is taken, where a cookie can tell (SSO-13).

An answer comes from the pages of another house, and cookies travel with it only if they say so, which browsers allow on
encrypted lines alone. Elsewhere the answer is taken from any browser, as one that nobody asked for would be (SSO-11).
"""

import secrets
from collections.abc import Set as AbstractSet
from hmac import digest
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from tenantry.rules.refusals import Refused, SamlRequestUnknown
from tenantry.sso.saml.once import REQUEST_LIFETIME

COOKIE: Final = "tenantry_single_sign_on"
_HALF: Final = 32


def new_request(request: HttpRequest) -> tuple[str, str]:
    """The id of a new request, and the secret of this browser that it is bound to."""
    secret = request.COOKIES.get(COOKIE, "")
    if len(secret) != 2 * _HALF:
        secret = secrets.token_hex(_HALF)
    number = secrets.token_hex(_HALF // 2)
    return f"_{number}{_bound(secret, number)}", secret


def keep(answer: HttpResponse, secret: str) -> None:
    """Have the browser keep its secret until the answer comes."""
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=int(REQUEST_LIFETIME.total_seconds()),
        path="/sso/",
        secure=settings.HTTPS,
        httponly=True,
        samesite="None" if settings.HTTPS else "Lax",
    )


def check_browser(request: HttpRequest, requests: AbstractSet[str]) -> None:
    """Refuse the answer to a request that another browser has made (SSO-13)."""
    if not settings.HTTPS:
        return
    secret = request.COOKIES.get(COOKIE, "")
    for one in requests:
        number, bound = one[1 : 1 + _HALF], one[1 + _HALF :]
        if not secret or not constant_time_compare(bound, _bound(secret, number)):
            raise Refused(SamlRequestUnknown())


def _bound(secret: str, number: str) -> str:
    return digest(secret.encode(), number.encode(), "sha256").hex()[:_HALF]
