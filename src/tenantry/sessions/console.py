"""My User Settings: Sessions, one's own, with their ends (SESS-2)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from tenantry.console.shown import done
from tenantry.console.visit import signed_in, visit_of
from tenantry.sessions.commands import end_session, end_sessions
from tenantry.sessions.queries import handle_of, open_sessions
from tenantry.sessions.shown import shown_sessions
from tenantry.signin.leaving import leave


def _key(request: HttpRequest) -> str:
    return request.session.session_key or ""


@require_GET
@signed_in
def own_sessions(request: HttpRequest) -> HttpResponse:
    """One's sessions in all browsers, and which of them this is."""
    visit = visit_of(request)
    rows = shown_sessions(open_sessions(visit.person.pk, visit.at), _key(request))
    return render(request, "sessions/own_sessions.html", {"sessions": rows, "others": len(rows) - 1})


@require_POST
@signed_in
def own_session_end(request: HttpRequest) -> HttpResponse:
    """End one of them; this one is a sign-out."""
    handle = request.POST.get("session", "")
    if handle == handle_of(_key(request)):
        return leave(request)
    end_session(user=visit_of(request).person.pk, handle=handle)
    messages.success(request, "The session is ended.")
    return done(request, "own_sessions")


@require_POST
@signed_in
def own_sessions_end(request: HttpRequest) -> HttpResponse:
    """End all but this one or, with `all`, this one as well."""
    person = visit_of(request).person.pk
    if request.POST.get("all"):
        end_sessions(user=person)
        return leave(request, "You have signed out everywhere.")
    end_sessions(user=person, besides=_key(request))
    messages.success(request, "All other sessions are ended.")
    return done(request, "own_sessions")
