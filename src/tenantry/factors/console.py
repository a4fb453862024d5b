"""The page Authentication under My User Settings: two-factor authentication, backup codes, passkeys (MFA-1, MFA-4)."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tenantry.console.own_identity import proven_here
from tenantry.console.recently import proven_recently
from tenantry.console.shown import dialog, done, shown_refusal
from tenantry.console.visit import signed_in, visit_of
from tenantry.factors.ceremonies import new_handle, passkeys_possible, registration
from tenantry.factors.codes import as_file
from tenantry.factors.commands import add_passkey, regenerate_backup_codes, remove_passkey, switch_off
from tenantry.factors.forms import CodeForm, NewPasskeyForm
from tenantry.factors.passkeys import ask, new_passkey, whom
from tenantry.factors.queries import backup_codes_left, bound_since, enforcing_accounts, passkey_of, passkeys_of
from tenantry.rules.refusals import Invalid, PasskeyNotFound, Refused, refuse
from tenantry.rules.sign_on import check_own_identity
from tenantry.rules.two_factor import BACKUP_CODES, PASSKEYS, check_disabling, check_passkey_count

LONGEST: Final = 18
"""Digits of a number that an address may name."""


@require_GET
@signed_in
def authentication(request: HttpRequest) -> HttpResponse:
    """What one proves oneself by, and what can be done about it."""
    visit = visit_of(request)
    since = bound_since(visit.person.pk)
    passkeys = passkeys_of(visit.person.pk)
    by_provider = check_own_identity(visit.proof)
    context = {
        "since": since,
        "left": backup_codes_left(visit.person.pk),
        "all": BACKUP_CODES,
        "enforced_by": enforcing_accounts(visit.person, visit.at),
        "passkeys": [
            {"name": row.name, "made_at": row.made_at, "used_at": row.used_at, "remove": _about(row.pk)}
            for row in passkeys
        ],
        "possible": passkeys_possible(),
        "full": len(passkeys) >= PASSKEYS,
        "limit": PASSKEYS,
        "by_provider": by_provider.message if by_provider else "",
    }
    return render(request, "factors/authentication.html", context)


def _about(passkey: int) -> str:
    return f"{reverse('passkey_remove')}?passkey={passkey}"


@never_cache
@require_http_methods(["GET", "POST"])
@signed_in
@proven_here
@proven_recently
def backup_codes(request: HttpRequest) -> HttpResponse:
    """Regenerate Backup Codes: after a confirmation the new ones are shown, once (MFA-4)."""
    visit = visit_of(request)
    if request.method == "GET" and bound_since(visit.person.pk) is None:
        return done(request, "authentication")  # there are none without two-factor authentication
    context: dict[str, Any] = {"left": backup_codes_left(visit.person.pk), "back": reverse("authentication")}
    if request.method == "POST":
        codes = regenerate_backup_codes(actor=visit.actor, at=visit.at)
        context |= {"codes": codes, "file": as_file(codes)}
    return render(request, "factors/backup_codes.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@signed_in
@proven_here
def two_factor_off(request: HttpRequest) -> HttpResponse:
    """Disable: asks for a current code, whenever the last proof was (MFA-7)."""
    visit = visit_of(request)
    if request.method == "GET" and bound_since(visit.person.pk) is None:
        return done(request, "authentication")  # it is off
    form = CodeForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "back": reverse("authentication")}
    enforced = check_disabling(enforcing_accounts(visit.person, visit.at))
    if enforced is not None:
        context |= {"refusal": shown_refusal(enforced), "fixed": True}
    elif form.is_bound and form.is_valid():
        try:
            refuse(switch_off(actor=visit.actor, at=visit.at, code=form.cleaned_data["code"]))
        except Refused as refused:
            if not isinstance(refused.refusal, Invalid):
                raise
            form.add_error("code", refused.refusal.message)
        else:
            messages.success(request, "Two-factor authentication is off. A password alone signs you in.")
            return done(request, "authentication")
    return dialog(request, "factors/off_dialog.html", context, failed=form.is_bound)


@never_cache
@require_http_methods(["GET", "POST"])
@signed_in
@proven_here
@proven_recently
def passkey_add(request: HttpRequest) -> HttpResponse:
    """Add a passkey: the browser makes it, and the person gives it a name."""
    visit = visit_of(request)
    person = visit.person
    form = NewPasskeyForm(request.POST if request.method == "POST" else None)
    mine = passkeys_of(person.pk)
    handle = mine[0].handle if mine else request.session.setdefault("passkey_handle", new_handle())
    context: dict[str, Any] = {"form": form, "back": reverse("authentication"), "possible": passkeys_possible()}
    full = check_passkey_count(len(mine))
    if full is not None:
        context |= {"refusal": shown_refusal(full), "possible": False}
    elif form.is_bound and form.is_valid():
        try:
            made = new_passkey(request, form.cleaned_data["passkey"], visit.at, person)
            add_passkey(
                actor=visit.actor,
                at=visit.at,
                name=form.cleaned_data["name"],
                credential=made.credential,
                public_key=made.public_key,
                handle=handle,
                sign_count=made.sign_count,
            )
        except Refused as refused:
            place = getattr(refused.refusal, "place", "")
            form.add_error("name" if place == "name" else None, refused.refusal.message)
        else:
            messages.success(request, "The passkey is kept. You can sign in with it.")
            return done(request, "authentication")
    if full is None:
        context["options"] = ask(request, registration(person, handle, mine), whom(person, new=True), visit.at)
    return dialog(request, "factors/passkey_dialog.html", context, failed=form.is_bound)


@require_http_methods(["GET", "POST"])
@signed_in
@proven_here
@proven_recently
def passkey_remove(request: HttpRequest) -> HttpResponse:
    """The confirmation that ends one's passkey."""
    visit = visit_of(request)
    told = request.GET.get("passkey", "")
    row = passkey_of(visit.person.pk, int(told) if told.isdecimal() and len(told) <= LONGEST else 0)
    if row is None:
        raise Refused(PasskeyNotFound())
    if request.method == "POST":
        remove_passkey(actor=visit.actor, at=visit.at, passkey=row.pk)
        messages.success(request, f"{row.name} is removed: it signs in nobody any more.")
        return done(request, "authentication")
    return dialog(request, "factors/passkey_remove_dialog.html", {"passkey": row, "back": reverse("authentication")})
