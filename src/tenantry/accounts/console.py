"""The pages about the account itself: Account Information and Features."""

from collections.abc import Set as AbstractSet
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from tenantry.accounts.commands import features_change, save_account_information, switch_feature
from tenantry.accounts.forms import AccountForm
from tenantry.accounts.queries import AccountRow, account_row, existing_account
from tenantry.console.shown import done, place, shown_refusal
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.decisions.guard import facts_of
from tenantry.previews.commands import Confirmation
from tenantry.previews.console import confirm_page, confirmation, look, unconfirmed
from tenantry.rules.accounts import status_at, support_access_choices
from tenantry.rules.changes import SupportAccessChanges
from tenantry.rules.environments import environment_type
from tenantry.rules.features import ADMINISTRATOR_SWITCHED, Feature
from tenantry.rules.refusals import Invalid, Refused
from tenantry.rules.vocabulary import RoleId, Status
from tenantry.support.console import team_access

NO_ACCESS = "--No Access--"

_KINDS = {
    Status.TRIAL: "warn",
    Status.ACTIVE: "good",
    Status.UNLIMITED: "good",
    Status.SUSPENDED: "bad",
    Status.DELETED: "bad",
}

_DESCRIPTIONS = {
    Feature.ACCOUNT_GROUPS: "Manage other accounts and share with them through groups.",
    Feature.ADVANCED_USER_SECURITY: "Custom roles, Production Support and Support roles, folder restrictions.",
    Feature.ENVIRONMENTS_UNLIMITED: "Any number of runtimes in an environment, and Test environments.",
    Feature.ADVANCED_ENVIRONMENT_ACCESS: "Roles can give Read or Full access environment by environment.",
    Feature.CLOUD_MANAGEMENT: "Own runtime clouds.",
    Feature.PROCESS_LIBRARY: "Publish processes for others to install.",
    Feature.INTEGRATION_PACKS: "Bundle and release packs of packaged components.",
    Feature.MULTI_INSTALL_PACKS: "Packs that can be installed several times in one account.",
    Feature.DATA_HUB: "Master data: models, repositories, stewardship.",
    Feature.SESSION_TIMEOUT: "Sessions in this account end four hours after sign-in.",
    Feature.PARTNER_API: "Call the platform API on behalf of managed accounts.",
    Feature.API_TOKENS: "Tokens instead of passwords in API calls.",
    Feature.DEVELOPER: "Submit connectors for public release.",
    Feature.CASE_INSENSITIVE_FEDERATION: "Compare Federation IDs without case.",
}


@require_http_methods(["GET", "POST"])
@needs("ACCOUNT_ADMIN")
def account_information(request: HttpRequest) -> HttpResponse:
    """Account Information: name, id, Support Access Role."""
    visit = visit_of(request)
    row = existing_account(visit.account)
    initial = {"name": row.name, "support_access_role": row.support_access or ""}
    form = AccountForm(request.POST if request.method == "POST" else None, initial=initial)
    form.fields["support_access_role"].choices = _choices(visit, row)  # type: ignore[attr-defined]
    context: dict[str, Any] = {}
    saving = request.method == "POST" and "edit" not in request.POST
    if saving and form.is_valid():
        chosen = form.cleaned_data["support_access_role"]
        role = RoleId(chosen) if chosen else None
        name = form.cleaned_data["name"]
        try:
            return _save_information(request, visit, name, role, confirmation(request))
        except Refused as refused:
            if isinstance(refused.refusal, Invalid):
                form.add_error(refused.refusal.place, refused.refusal.message)
            elif not unconfirmed(refused.refusal):
                context["refusal"] = shown_refusal(refused.refusal)
            else:
                seen = look(visit, SupportAccessChanges(visit.account, role))
                if seen.impact.nothing:
                    return _save_information(request, visit, name, role, seen.confirmation)
                return confirm_page(
                    request,
                    seen,
                    title="Support Access Role",
                    question=format_html("Change the Support Access Role to <strong>{}</strong>?", _shown(visit, role)),
                    button="Save",
                    back=reverse("account_information"),
                    editable=True,
                    refused=refused.refusal if request.POST.get("preview") else None,
                )
    status = status_at(row.status, row.trial_ends, visit.at)
    primary = account_row(row.primary) if row.primary else None
    context |= {
        "account": {
            "id": row.id,
            "name": row.name,
            "status": status,
            "status_title": status.title(),
            "status_kind": _KINDS[status],
            "primary": primary.name if primary else None,
            "environment_type": environment_type(row.features).label,
        },
        "form": form,
        "can_edit": True,
        **team_access(visit, row, place(request)),
    }
    return render(request, "accounts/account_information.html", context, status=422 if saving else 200)


def _save_information(
    request: HttpRequest, visit: Visit, name: str, role: RoleId | None, confirmed: Confirmation
) -> HttpResponse:
    save_account_information(
        actor=visit.actor,
        at=visit.at,
        account=visit.account,
        name=name,
        support_access_role=role,
        confirmed=confirmed,
    )
    messages.success(request, "Saved. It acts on everybody's next request.")
    return done(request, "account_information")


def _shown(visit: Visit, role: RoleId | None) -> str:
    roles = facts_of(visit.account).roles
    return roles[role].name if role is not None and role in roles else NO_ACCESS


def _choices(visit: Visit, row: AccountRow) -> list[tuple[str, str]]:
    """What the drop-down offers: no access first, then SUP-1 and SUP-2, and what is chosen now."""
    facts = facts_of(visit.account)
    roles = facts.roles
    offered = list(support_access_choices(row.features, facts.own_roles()))
    if row.support_access is not None and row.support_access not in offered:
        offered.append(row.support_access)
    return [("", NO_ACCESS), *((role, roles[role].name) for role in offered if role in roles)]


@require_http_methods(["GET", "POST"])
@needs("ACCOUNT_ADMIN")
def features(request: HttpRequest) -> HttpResponse:
    """Features: the switches of the administrator, and what the operator licensed (ACC-9)."""
    visit = visit_of(request)
    on = existing_account(visit.account).features
    if request.method == "POST" and "edit" not in request.POST:
        wanted = {feature for feature in ADMINISTRATOR_SWITCHED if feature.value in request.POST.getlist("features")}
        after = (on - ADMINISTRATOR_SWITCHED) | wanted
        try:
            return _switch(request, visit, on ^ after, wanted, confirmation(request))
        except Refused as refused:
            if not unconfirmed(refused.refusal):
                raise
            seen = look(visit, features_change(visit.account, after))
            if seen.impact.nothing:
                return _switch(request, visit, on ^ after, wanted, seen.confirmation)
            return confirm_page(
                request,
                seen,
                title="Features",
                question="Switch these features?",
                notes=[f"{feature.label}: {'on' if feature in wanted else 'off'}" for feature in sorted(on ^ after)],
                button="Save",
                back=reverse("features"),
                editable=True,
                refused=refused.refusal if request.POST.get("preview") else None,
            )
    if "edit" in request.POST:
        on = (on - ADMINISTRATOR_SWITCHED) | {f for f in Feature if f.value in request.POST.getlist("features")}
    shown = [
        {
            "name": f.value,
            "title": f.label,
            "description": _DESCRIPTIONS[f],
            "on": f in on,
            "own": f in ADMINISTRATOR_SWITCHED,
        }
        for f in Feature
    ]
    context = {
        "switches": [feature for feature in shown if feature["own"]],
        "licensed": [feature for feature in shown if not feature["own"]],
        "can_edit": True,
    }
    return render(request, "accounts/features.html", context)


def _switch(
    request: HttpRequest,
    visit: Visit,
    changed: AbstractSet[Feature],
    wanted: AbstractSet[Feature],
    confirmed: Confirmation,
) -> HttpResponse:
    for feature in sorted(changed):
        switch_feature(
            actor=visit.actor,
            at=visit.at,
            account=visit.account,
            feature=feature,
            on=feature in wanted,
            confirmed=confirmed,
        )
    messages.success(request, "Saved. It acts on everybody's next request.")
    return done(request, "features")
