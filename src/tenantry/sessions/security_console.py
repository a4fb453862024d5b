"""The page Security, under Security Options: a section for each subject (SESS-3, SESS-7, SESS-8)."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tenantry.console.recently import proven_recently
from tenantry.console.shown import counted, dialog, done
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.factors.queries import enforces_two_factor
from tenantry.rules.sessions import SessionSettings
from tenantry.sessions.commands import force_sign_out, set_session_settings
from tenantry.sessions.queries import number_of_sessions, session_settings
from tenantry.signin.leaving import leave


def _of_sessions(visit: Visit) -> dict[str, Any]:
    return {"settings": session_settings(visit.account, visit.at)}


def _of_everybody(visit: Visit) -> dict[str, Any]:
    return {"open_sessions": counted(number_of_sessions(visit.account, visit.at), "session")}


def _of_two_factor(visit: Visit) -> dict[str, Any]:
    return {"two_factor_enforced": enforces_two_factor(visit.account)}


SECTIONS: Final[list[tuple[str, Callable[[Visit], dict[str, Any]]]]] = [
    ("factors/enforcement_section.html", _of_two_factor),
    ("security/sessions.html", _of_sessions),
    ("security/force_sign_out.html", _of_everybody),
]
"""The template of each section, in order, and what it shows. A section's form has an address of its own."""


@require_GET
@needs("ACCOUNT_ADMIN")
def security(request: HttpRequest) -> HttpResponse:
    """All sections."""
    visit = visit_of(request)
    context: dict[str, Any] = {"sections": [template for template, _ in SECTIONS]}
    for _, shows in SECTIONS:
        context |= shows(visit)
    return render(request, "security/security.html", context)


@require_POST
@needs("ACCOUNT_ADMIN")
@proven_recently
def security_sessions(request: HttpRequest) -> HttpResponse:
    """Save the two switches about sessions; they govern those who sign in from now on (SESS-5)."""
    visit = visit_of(request)
    wanted = SessionSettings(lock_inactive="lock_inactive" in request.POST, limited="limited" in request.POST)
    set_session_settings(actor=visit.actor, at=visit.at, account=visit.account, settings=wanted)
    messages.success(request, "Saved. It takes effect at each user's next sign-in.")
    return done(request, "security")


@require_http_methods(["GET", "POST"])
@needs("ACCOUNT_ADMIN")
@proven_recently
def security_sign_out(request: HttpRequest) -> HttpResponse:
    """Force sign out account, after a confirmation; whoever does it is signed out as well, by the way of any sign-out
    (SESS-8, SSO-15).
    """
    visit = visit_of(request)
    if request.method == "POST":
        ended = force_sign_out(actor=visit.actor, at=visit.at, account=visit.account)
        return leave(request, f"{counted(ended, 'session').capitalize()} ended, yours among them.")
    context = {**_of_everybody(visit), "back": reverse("security")}
    return dialog(request, "security/sign_out_dialog.html", context)
