"""The pages about the account itself: Account Information and Features."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tenantry.accounts.commands import save_account_information, switch_feature
from tenantry.accounts.forms import AccountForm
from tenantry.accounts.queries import AccountRow, account_row, existing_account
from tenantry.console.shown import done, shown_refusal
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.decisions.guard import facts_of
from tenantry.rules.accounts import status_at, support_access_choices
from tenantry.rules.features import ADMINISTRATOR_SWITCHED, Feature
from tenantry.rules.refusals import Invalid, Refused
from tenantry.rules.vocabulary import RoleId, Status

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
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["support_access_role"]
        try:
            save_account_information(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                name=form.cleaned_data["name"],
                support_access_role=RoleId(chosen) if chosen else None,
            )
        except Refused as refused:
            if isinstance(refused.refusal, Invalid):
                form.add_error(refused.refusal.place, refused.refusal.message)
            else:
                context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, "Saved. It acts on everybody's next request.")
            return done(request, "account_information")
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
        },
        "form": form,
        "can_edit": True,
    }
    return render(
        request, "accounts/account_information.html", context, status=422 if request.method == "POST" else 200
    )


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
    if request.method == "POST":
        wanted = set(request.POST.getlist("features"))
        for feature in sorted(ADMINISTRATOR_SWITCHED):
            switch_feature(
                actor=visit.actor, at=visit.at, account=visit.account, feature=feature, on=feature.value in wanted
            )
        messages.success(request, "Saved. It acts on everybody's next request.")
        return done(request, "features")
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
