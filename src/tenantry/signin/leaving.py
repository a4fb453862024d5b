"""Signing out: the session ends, and the browser goes to the sign-in page or back to the identity provider (SSO-15)."""

from datetime import UTC, datetime

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from tenantry.signin.session import person_of_session, proof_of
from tenantry.sso.leaving import sign_out_address


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


def end_session(request: HttpRequest) -> str:
    """End the session of a request; the address to which an identity provider wants the browser to go, or ""."""
    person = person_of_session(request)
    address = sign_out_address(person, proof_of(request), datetime.now(UTC)) if person else ""
    auth.logout(request)
    return address
