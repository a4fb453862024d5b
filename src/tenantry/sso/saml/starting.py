"""The page that sends a browser to the identity provider, with a signed request (SSO-10)."""

from base64 import b64encode
from datetime import UTC, datetime
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tenantry.console.leaving import let_form_go_to
from tenantry.sso.saml.asking import signed_request
from tenantry.sso.saml.browser import keep, new_request
from tenantry.sso.saml.keys import signing_key
from tenantry.sso.saml.once import OnceKind, note_request
from tenantry.sso.saml.settings import SamlSettings, origin_of

RELAY_LIMIT: Final = 2000


def start(request: HttpRequest, told: SamlSettings, onward: str, *, kind: OnceKind = OnceKind.REQUEST) -> HttpResponse:
    """A form that posts itself to the identity provider; RelayState is the address to come back to."""
    at = datetime.now(UTC)
    number, secret = new_request(request)
    keys = signing_key(at=at)
    message = signed_request(told, request=number, keys=keys, at=at, again=kind is OnceKind.RENEWAL)
    note_request(account=told.account, request=number, kind=kind, at=at)
    context = {
        "provider": told.provider_url,
        "request": b64encode(message).decode(),
        "onward": onward[:RELAY_LIMIT],
    }
    answer = render(request, "sso/to_provider.html", context)
    keep(answer, secret)
    let_form_go_to(answer, origin_of(told.provider_url))
    return answer
