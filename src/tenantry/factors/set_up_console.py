"""The wizard that binds an authenticator app: QR code or setup code, verification, backup codes (MFA-1, MFA-6)."""

from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tenantry.accounts.queries import account_row
from tenantry.console.own_identity import proven_here
from tenantry.console.recently import proven_recently
from tenantry.console.visit import signed_in, visit_of
from tenantry.factors.codes import as_file, new_secret, qr_image
from tenantry.factors.commands import bind_authenticator
from tenantry.factors.forms import CodeForm
from tenantry.factors.queries import enforces_two_factor, two_factor_on
from tenantry.rules.refusals import Refused
from tenantry.rules.two_factor import CODE_WITHIN, check_pending
from tenantry.rules.vocabulary import Actor, Instant, Source, user_key
from tenantry.signin.arrival import Arrival, on_the_way
from tenantry.sso.sealing import NotOurs, seal, unseal
from tenantry.users.queries import PersonRow

SETTING_UP: Final = "setting_up"
"""Where a session keeps the secret of an app that is not verified yet, encrypted."""


@never_cache
@require_http_methods(["GET", "POST"])
@signed_in
@proven_here
@proven_recently
def two_factor_set_up(request: HttpRequest) -> HttpResponse:
    """Switch two-factor authentication on, or bind another device in place of the present one."""
    visit = visit_of(request)
    on = two_factor_on(visit.person.pk)
    context = {"on": on, "next": reverse("authentication"), "back": reverse("authentication")}
    return _wizard(request, visit.person, visit.at, "factors/set_up.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@on_the_way
def two_factor_required(request: HttpRequest, arrival: Arrival) -> HttpResponse:
    """Set up two-factor authentication on the way into an account that enforces it (MFA-9), and on no other.

    At a switch it asks who one is, as the same page under My User Settings does: the session may have been found open.
    """
    if two_factor_on(arrival.person.pk) or not enforces_two_factor(arrival.account):
        return HttpResponseRedirect(reverse("enter_account"))
    at_a_switch = getattr(request, "visit", None) is not None
    return (_required_at_a_switch if at_a_switch else _required)(request, arrival)


def _required(request: HttpRequest, arrival: Arrival) -> HttpResponse:
    row = account_row(arrival.account)
    context = {
        "account": row.name if row else arrival.account,
        "inside": arrival.inside,
        "begun": request.method == "POST" or "begin" in request.GET,
        "next": reverse("enter_account"),
    }
    return _wizard(request, arrival.person, datetime.now(UTC), "factors/required.html", context)


@proven_recently
def _required_at_a_switch(request: HttpRequest, arrival: Arrival) -> HttpResponse:
    return _required(request, arrival)


def _wizard(
    request: HttpRequest, person: PersonRow, at: Instant, template: str, context: dict[str, Any]
) -> HttpResponse:
    """One step after the other: what to scan, the code that proves it was scanned, and the backup codes, once."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    secret = _secret(request, at)
    if form.is_bound and form.is_valid():
        actor = Actor(user_key(person.email), Source.UI)
        try:
            codes = bind_authenticator(actor=actor, at=at, secret=secret, code=form.cleaned_data["code"])
        except Refused as refused:
            form.add_error("code", refused.refusal.message)
        else:
            request.session.pop(SETTING_UP, None)
            return render(request, template, {**context, "done": True, "codes": codes, "file": as_file(codes)})
    context |= {"form": form, "image": qr_image(secret, person.email), "setup_code": _in_fours(secret)}
    return render(request, template, context, status=422 if form.is_bound else 200)


def _secret(request: HttpRequest, at: Instant) -> str:
    """The secret on the way: the same for ten minutes, so that a page that is loaded again shows what was scanned."""
    kept: dict[str, str] = request.session.get(SETTING_UP) or {}
    if kept and check_pending(Instant.fromisoformat(kept["at"]), at, CODE_WITHIN) is None:
        try:
            return unseal(kept["sealed"])
        except NotOurs:
            pass  # the installation has another key since; begin anew
    secret = new_secret()
    request.session[SETTING_UP] = {"sealed": seal(secret), "at": at.isoformat()}
    return secret


def _in_fours(secret: str) -> str:
    return " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))
