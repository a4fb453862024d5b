"""My User Settings: User Information and Preferences."""

from typing import Any

from django import forms
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tenantry.accounts.queries import account_row
from tenantry.console.shown import done
from tenantry.console.visit import Visit, signed_in, visit_of
from tenantry.factors.proving import prove_password
from tenantry.rules.password_policy import told
from tenantry.rules.refusals import PasswordRefused, Refusal, Refused, refuse
from tenantry.rules.sign_on import check_own_identity
from tenantry.rules.vocabulary import AccountId
from tenantry.signin.queries import password_policy_for, switch_list
from tenantry.users.forms import EmailForm, PasswordForm, PersonForm, PreferencesForm
from tenantry.users.own_details import (
    change_own_details,
    change_own_email,
    change_own_password,
    choose_default_account,
)

_PLACES = {
    "email": {"email": "new_email", "again": "new_email_again", "password": "current_password"},
    "password": {"password": "new_password", "again": "new_password_again"},
    "person": {"first_name": "first_name", "time_zone": "time_zone"},
}
"""Where on each form a refusal shows, by the place that the refusal names."""

_FIRST_FEW = "These are the first of your accounts and the one you are in. To choose another one, switch to it first."


@require_http_methods(["GET", "POST"])
@signed_in
def user_information(request: HttpRequest) -> HttpResponse:
    """User Information (USER-14): three forms, one saved at a time."""
    visit = visit_of(request)
    part = request.POST.get("part", "") if request.method == "POST" else ""
    person = visit.person
    initial = {"first_name": person.first_name, "last_name": person.last_name, "time_zone": person.time_zone}
    person_form = PersonForm(request.POST if part == "person" else None, initial=initial)
    email_form = EmailForm(request.POST if part == "email" else None)
    password_form = PasswordForm(request.POST if part == "password" else None)
    form = {"person": person_form, "email": email_form, "password": password_form}.get(part)
    status = 200
    by_provider = check_own_identity(visit.proof)
    if part in {"email", "password"}:
        refuse(by_provider)
    if form is not None:
        status = 422
        if form.is_valid():
            try:
                return _save(request, visit, part, form.cleaned_data)
            except Refused as refused:
                for refusal in refused.refusals:
                    _show(form, part, refusal)
    context: dict[str, Any] = {
        "person": person,
        "person_form": person_form,
        "by_provider": by_provider.message if by_provider else "",
        "email_form": email_form,
        "password_form": password_form,
        "password_rules": told(password_policy_for(person, visit.at)),
    }
    return render(request, "users/user_information.html", context, status=status)


def _save(request: HttpRequest, visit: Visit, part: str, data: dict[str, str]) -> HttpResponse:
    if part == "person":
        change_own_details(
            actor=visit.actor,
            first_name=data["first_name"],
            last_name=data["last_name"],
            time_zone=data["time_zone"],
        )
        messages.success(request, "Saved.")
    elif part == "email":
        prove_password(visit.person, visit.at, data["current_password"], called="current password")
        change_own_email(
            actor=visit.actor,
            at=visit.at,
            password=data["current_password"],
            email=data["new_email"],
            again=data["new_email_again"],
        )
        messages.success(request, f"You sign in as {data['new_email']} from now on.")
    else:
        prove_password(visit.person, visit.at, data["old_password"], called="current password")
        change_own_password(
            actor=visit.actor,
            at=visit.at,
            old=data["old_password"],
            new=data["new_password"],
            again=data["new_password_again"],
        )
        auth.logout(request)
        messages.success(request, "Your password is changed. Sign in with the new one.")
        return done(request, "sign_in")
    return done(request, "user_information")


def _show(form: forms.Form, part: str, refusal: Refusal) -> None:
    place = _PLACES[part].get(getattr(refusal, "place", ""))
    if place == "new_password" and isinstance(refusal, PasswordRefused):
        place = "old_password"
    form.add_error(place, refusal.message)


@require_http_methods(["GET", "POST"])
@signed_in
def preferences(request: HttpRequest) -> HttpResponse:
    """Preferences: the default account (ENTRY-3)."""
    visit = visit_of(request)
    current = visit.person.default_account_id or visit.account
    page = switch_list(visit.person, visit.at, visit.proof)
    rows = {row.id: row.name for row in page.rows}
    known = account_row(current)
    if known:
        rows.setdefault(known.id, known.name)
    rows.setdefault(visit.account, visit.account)
    form = PreferencesForm(request.POST if request.method == "POST" else None, initial={"default_account": current})
    choices = sorted(((key, f"{name} ({key})") for key, name in rows.items()), key=lambda choice: choice[1].casefold())
    form.fields["default_account"].widget = forms.Select(choices=choices)
    if page.next:
        form.fields["default_account"].help_text = _FIRST_FEW
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            account = AccountId(form.cleaned_data["default_account"])
            try:
                choose_default_account(actor=visit.actor, at=visit.at, account=account)
            except Refused as refused:
                form.add_error("default_account", refused.refusal.message)
            else:
                messages.success(request, "Saved. You land in this account at your next sign-in.")
                return done(request, "preferences")
    return render(request, "users/preferences.html", {"form": form}, status=status)
