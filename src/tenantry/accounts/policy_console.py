"""The page Password Policy, under Security Options (PWD-1)."""

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tenantry.accounts.forms import PasswordPolicyForm
from tenantry.accounts.password_policies import set_password_policy
from tenantry.accounts.queries import password_policy_of
from tenantry.console.shown import done
from tenantry.console.visit import needs, visit_of
from tenantry.rules.refusals import PolicyValueInvalid, Refused


@require_http_methods(["GET", "POST"])
@needs("ACCOUNT_ADMIN")
def password_policy(request: HttpRequest) -> HttpResponse:
    """What the account asks of passwords: shown, then edited after "Edit" and saved by "Save"."""
    visit = visit_of(request)
    saving = request.method == "POST"
    policy = password_policy_of(visit.account)
    form = PasswordPolicyForm(request.POST if saving else None, initial=asdict(policy))
    if saving and form.is_valid():
        try:
            set_password_policy(actor=visit.actor, at=visit.at, account=visit.account, policy=form.policy())
        except Refused as refused:
            if not isinstance(refused.refusal, PolicyValueInvalid):
                raise
            form.add_error(refused.refusal.member, refused.refusal.message)
        else:
            messages.success(
                request, "Saved. It is asked of new passwords, and of all at their next sign-in or switch."
            )
            return done(request, "password_policy")
    context: dict[str, Any] = {
        "form": form,
        "editing": saving or "edit" in request.GET,
        "shown": [{"label": field.label, "value": _value(getattr(policy, field.name))} for field in form],
    }
    return render(request, "accounts/password_policy.html", context, status=422 if saving else 200)


def _value(value: object) -> str:
    """A value as the page shows it: what is not set is off."""
    if value is None or value is False:
        return "Off"
    return "On" if value is True else str(value)
