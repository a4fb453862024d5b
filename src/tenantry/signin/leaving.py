"""Signing out: the session ends, and the browser goes to the sign-in page or back to the identity provider (SSO-15)."""

from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from tenantry.rules.sign_on import Proof, ProvenBy
from tenantry.sessions.commands import take_farewell
from tenantry.signin.session import person_of_session, proof_of
from tenantry.sso.leaving import sign_out_address
from tenantry.users.queries import person_by_key

_ASKED_BY_PAGES: Final = ("changes", "session_state", "session_active")
"""Addresses at which open pages ask, where nobody would see an answer."""

FORCED: Final = "An administrator of the account that you were in has signed everybody out."


def leave(request: HttpRequest, said: str = "You have signed out.") -> HttpResponse:
    """End the session of a request, and answer with where the browser goes; `said` is told on the sign-in page.

    To an identity provider it goes by a page, not by a redirect: browsers do not follow one that leads elsewhere after
    a form, because forms of the console lead to the console alone. Out of a dialog the browser is told to go there.
    """
    address = end_session(request)
    if getattr(request, "htmx", False):
        if not address:
            messages.info(request, said)
        return HttpResponse(status=204, headers={"HX-Redirect": address or reverse("sign_in")})
    if address:
        return render(request, "signin/signed_out_onward.html", {"address": address})
    messages.info(request, said)
    return HttpResponseRedirect(reverse("sign_in"))


def farewell(request: HttpRequest) -> HttpResponse | None:
    """The way to the identity provider for a request whose session somebody else has ended, if that is wanted (SSO-15).

    Asks the store only where a request comes with a session that is no more.
    """
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if not key or not request.session.is_empty() or request.path in map(reverse, _ASKED_BY_PAGES):
        return None
    found = take_farewell(key=key)
    person = person_by_key(found[0]) if found else None
    if found is None or person is None:
        return None
    at = datetime.now(UTC)
    address = sign_out_address(person, Proof(by=ProvenBy.IDP, at=at, federating=found[1]), at)
    if not address:
        return None
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return render(request, "signin/signed_out_onward.html", {"address": address, "why": FORCED})


def end_session(request: HttpRequest) -> str:
    """End the session of a request; the address to which an identity provider wants the browser to go, or ""."""
    person = person_of_session(request)
    address = sign_out_address(person, proof_of(request), datetime.now(UTC)) if person else ""
    auth.logout(request)
    return address
