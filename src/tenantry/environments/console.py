"""Runtime Management: the tiles of environments, and the page of one with its tabs (ENV-5, ENV-7, ENV-13, ENV-22)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tenantry.accounts.queries import existing_account
from tenantry.console.shown import counted, dialog, done, shown_refusal
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.decisions.guard import facts_of
from tenantry.environments.commands import (
    attach_roles,
    create_environment,
    detach_roles,
    remove_environment,
    rename_environment,
    roles_to_attach,
)
from tenantry.environments.forms import EnvironmentForm, NameForm
from tenantry.environments.parts import found_among, part_from
from tenantry.environments.queries import accessible_environments, environment_in
from tenantry.rules import environments as law, refusals as no
from tenantry.rules.environments import Level
from tenantry.rules.facts import AccountFacts
from tenantry.rules.places import Environment
from tenantry.rules.refusals import Invalid, Refused, refuse
from tenantry.rules.vocabulary import RoleId
from tenantry.runtimes.queries import count_by_environment, names_attached, unattached_page
from tenantry.runtimes.shown import shown_runtimes
from tenantry.schedules.shown import TAB, shown_schedules

LOOK: Final = ("ATOM_MANAGEMENT", "ATOM_MANAGEMENT_READ_ONLY")
"""Either opens Runtime Management; with the second alone nothing there can be saved (PRIV-7)."""

TILES: Final = 60
"""Environments on a page; more are reached by search and by paging."""

TABS: Final = (("properties", "Properties"), ("runtimes", "Runtimes"), (TAB, "Schedules"), ("roles", "Roles"))


@dataclass(frozen=True, slots=True)
class Tile:
    """What a tile shows of an environment (ENV-20, ENV-22)."""

    id: str
    name: str
    classification: str
    runtimes: int
    restricted: bool
    label: str


@require_GET
@needs(*LOOK)
def runtime_management(request: HttpRequest) -> HttpResponse:
    """Runtime Management: a tile for each accessible environment, and the runtimes attached to none."""
    visit = visit_of(request)
    facts = facts_of(visit.account)
    query = request.GET.get("q", "")[:200]
    found = found_among(accessible_environments(visit.access, facts), query)
    part = part_from(found, request.GET.get("from", ""), TILES)
    counts = count_by_environment(visit.account, [one.id for one in part.environments])
    idle, more_idle = unattached_page(visit.account)
    context: dict[str, Any] = {
        "query": query,
        "tiles": [_tile(one, counts.get(one.id, 0), visit, facts) for one in part.environments],
        "page": {"before": part.before, "after": part.after, "label": counted(len(found), "environment")},
        "unattached": idle,
        "more_unattached": more_idle,
        "can_create": not law.edits_roles(visit.access.privileges, facts),
        "can_install": bool(visit.privileges & {"ATOM_MANAGEMENT", "BUILD"}),
        "read_only": "ATOM_MANAGEMENT" not in visit.privileges,
    }
    return render(request, "environments/runtime_management.html", context)


def _tile(one: Environment, runtimes: int, visit: Visit, facts: AccountFacts) -> Tile:
    return Tile(
        one.id,
        one.name,
        one.classification.label,
        runtimes,
        bool(one.roles),
        law.tile_label(visit.access, facts, one),
    )


def reached(request: HttpRequest, visit: Visit) -> tuple[Environment, Level]:
    """The environment that the address names, and how far the visitor administers it; refuses behind a closed gate and
    where Runtime Management cannot be opened (ENV-13, ENV_LEVEL).
    """
    facts = facts_of(visit.account)
    one = environment_in(facts, request.GET.get("environment", ""))
    closed = law.gate(visit.access, facts, one)
    refuse(closed if isinstance(closed, no.EnvironmentClosed) else None)
    return one, law.level(visit.access, facts, one)


def at_environment(one: Environment | str, tab: str = "properties") -> str:
    """The address of an environment's page."""
    key = one if isinstance(one, str) else one.id
    return f"{reverse('environment')}?{urlencode({'environment': key, 'tab': tab})}"


@require_http_methods(["GET", "POST"])
@needs(*LOOK)
def environment(request: HttpRequest) -> HttpResponse:
    """The page of one environment: tab Properties renames it, Runtimes attaches, Schedules tells when its
    processes run, Roles opens and closes its gate.
    """
    visit = visit_of(request)
    one, level = reached(request, visit)
    asked = request.GET.get("tab", "")
    tab = asked if asked in dict(TABS) else "properties"
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": one.name})
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            rename_environment(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                environment=one.id,
                name=form.cleaned_data["name"],
            )
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:
            messages.success(request, "Saved.")
            return to_environment(request, one, tab)
    context |= {**heading(visit, one, level, tab), **_TAB_CONTEXT[tab](request, visit, one), "form": form}
    failed = request.method == "POST"
    return render(request, f"environments/{tab}.html", context, status=422 if failed else 200)


def heading(visit: Visit, one: Environment, level: Level, tab: str) -> dict[str, Any]:
    """What all tabs of an environment show."""
    facts = facts_of(visit.account)
    narrowed = law.narrowing(visit.access, facts, one)
    return {
        "environment": one,
        "classification": one.classification.label,
        "label": law.tile_label(visit.access, facts, one),
        "tab": tab,
        "tabs": [{"title": title, "url": at_environment(one, key), "current": key == tab} for key, title in TABS],
        "can_save": level is Level.WRITE,
        "can_edit_roles": not law.edits_roles(visit.access.privileges, facts),
        "why_read_only": _why_read_only(narrowed) if level is not Level.WRITE else "",
    }


def _why_read_only(narrowed: Iterable[str]) -> str:
    if roles := ", ".join(narrowed):
        return f"{roles} gives Environment Management Read Access here, so this environment is read-only for you."
    return "Runtime Management Read Access shows everything and changes nothing."


def _properties(request: HttpRequest, visit: Visit, one: Environment) -> dict[str, Any]:
    del request
    return {"runtimes": count_by_environment(visit.account, [one.id]).get(one.id, 0)}


def _runtimes(request: HttpRequest, visit: Visit, one: Environment) -> dict[str, Any]:
    return shown_runtimes(request, visit.account, one.id)


def _roles(request: HttpRequest, visit: Visit, one: Environment) -> dict[str, Any]:
    """Both lists: Roles with Access, and Available Roles, in which shared roles never are (ENV-8)."""
    del request
    facts = facts_of(visit.account)
    listed = sorted(
        (facts.roles[key] for key in one.roles if key in facts.roles), key=lambda role: role.name.casefold()
    )
    available = [role for role in roles_to_attach(facts) if role.id not in one.roles]
    return {"with_access": listed, "available": available, "add_role": "USER_MANAGEMENT" in visit.privileges}


_TAB_CONTEXT: Final = {"properties": _properties, "runtimes": _runtimes, TAB: shown_schedules, "roles": _roles}


def to_environment(request: HttpRequest, one: Environment | str, tab: str = "properties") -> HttpResponse:
    """Go on to an environment's page after a command."""
    return done(request, "environment", at_environment(one, tab).removeprefix(reverse("environment")))


def placed(form: Any, refusal: no.Refusal) -> dict[str, Any]:  # noqa: ANN401 - any form with these fields
    """Show a refusal at its field where it has one, else above the form."""
    field = "name" if isinstance(refusal, no.EnvironmentNameTaken) else getattr(refusal, "place", "")
    if (isinstance(refusal, Invalid) or field == "name") and field in form.fields:
        form.add_error(field, refusal.message)
        return {}
    return {"refusal": shown_refusal(refusal)}


@require_http_methods(["GET", "POST"])
@needs("ENV_MANAGEMENT")
def environment_add(request: HttpRequest) -> HttpResponse:
    """The dialog that makes an environment; with one classification to choose it does not ask (ENV-2)."""
    visit = visit_of(request)
    kind = law.environment_type(existing_account(visit.account).features)
    form = EnvironmentForm(request.POST if request.method == "POST" else None)
    form.fields["classification"].choices = [(one.value, one.label) for one in kind.classifications]  # type: ignore[attr-defined]
    if len(kind.classifications) == 1:
        del form.fields["classification"]
    context: dict[str, Any] = {"form": form, "back": reverse("runtime_management")}
    if request.method == "POST" and form.is_valid():
        try:
            made = create_environment(actor=visit.actor, at=visit.at, account=visit.account, **form.cleaned_data)
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:
            messages.success(request, f"{form.cleaned_data['name'].strip()} is made, and open to every role.")
            return to_environment(request, made, "roles")
    return dialog(request, "environments/environment_dialog.html", context, failed=request.method == "POST")


@require_http_methods(["GET", "POST"])
@needs("ENV_MANAGEMENT")
def environment_remove(request: HttpRequest) -> HttpResponse:
    """The confirmation that deletes an environment; with runtimes attached it only says so, and
    integration packs are looked for after OK (ENV-6).
    """
    visit = visit_of(request)
    one, _ = reached(request, visit)
    context: dict[str, Any] = {"environment": one, "back": at_environment(one)}
    blocked = law.check_deletable(one, names_attached(visit.account, one.id))
    if blocked is not None:
        context["refusal"] = shown_refusal(blocked)
    elif request.method == "POST":
        try:
            remove_environment(actor=visit.actor, at=visit.at, account=visit.account, environment=one.id)
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
            context["packs"] = isinstance(refused.refusal, no.PacksAttached)
        else:
            messages.success(request, f"The environment {one.name} is deleted.")
            return done(request, "runtime_management")
    failed = request.method == "POST"
    return dialog(request, "environments/remove_environment_dialog.html", context, failed=failed)


@require_POST
@needs("ENV_MANAGEMENT")
def environment_attach(request: HttpRequest) -> HttpResponse:
    """Attach the roles chosen under Available Roles (ENV-7)."""
    visit = visit_of(request)
    one, _ = reached(request, visit)
    roles = frozenset(map(RoleId, request.POST.getlist("role")))
    attach_roles(actor=visit.actor, at=visit.at, account=visit.account, environment=one.id, roles=roles)
    messages.success(request, f"{counted(len(roles), 'role')} attached: only holders of a listed role get in.")
    return to_environment(request, one, "roles")


@require_http_methods(["GET", "POST"])
@needs("ENV_MANAGEMENT")
def environment_detach(request: HttpRequest) -> HttpResponse:
    """Detach the roles chosen under Roles with Access; without the last one the page asks first (ENV-23)."""
    visit = visit_of(request)
    one, _ = reached(request, visit)
    sent = request.POST if request.method == "POST" else request.GET
    roles = frozenset(map(RoleId, sent.getlist("role")))
    confirmed = "confirmed" in sent
    context: dict[str, Any] = {"environment": one, "roles": sorted(roles), "back": at_environment(one, "roles")}
    if request.method == "POST":
        try:
            detach_roles(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                environment=one.id,
                roles=roles,
                confirmed=confirmed,
            )
        except Refused as refused:
            if not isinstance(refused.refusal, no.OpensToEverybody):
                raise
        else:
            messages.success(request, f"{counted(len(roles & one.roles), 'role')} detached.")
            return to_environment(request, one, "roles")
    return dialog(request, "environments/open_dialog.html", context)
