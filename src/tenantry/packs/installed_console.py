"""Integration Packs (Deploy): browsing and installing packs, their environments, their updates (PACK-5 to PACK-11).

Environments that are not accessible are silently left out (ENV-13).
"""

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tenantry.connectors.queries import unusable
from tenantry.connectors.shown import connectors_used
from tenantry.console.shown import counted, dialog, done, place, shown_page, shown_refusal
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.decisions.guard import access_in
from tenantry.environments.queries import accessible_environments
from tenantry.packs.forms import InstallForm
from tenantry.packs.instances import (
    apply_pending_update,
    attach_environments,
    detach_environments,
    install_pack,
    uninstall_pack,
)
from tenantry.packs.received import (
    Instance,
    environment_counts,
    environments_of,
    instance_of,
    instances_of_pack,
    instances_page,
    newest_packages,
    packages_run,
    usable_pack,
    usable_packs_page,
)
from tenantry.packs.shown import placed, type_label
from tenantry.packs.versions import types_in_newest, types_in_release
from tenantry.previews.console import refused_page
from tenantry.rules.components import TYPES
from tenantry.rules.environments import within
from tenantry.rules.packs import InstallationType, Standing
from tenantry.rules.places import Environment, Opening
from tenantry.rules.refusals import Conflict, Denial, Refused
from tenantry.rules.vocabulary import EnvironmentId
from tenantry.runtimes.queries import count_by_environment

DEPLOY: Final = "DEPLOY"
UPDATE: Final = "ATOM_MANAGEMENT"

_STATES: Final = {
    Standing.CURRENT: ("Up to date", "good", "check"),
    Standing.PENDING: ("Update pending", "warn", "clock"),
    Standing.EARLY: ("Pending update applied", "good", "check"),
    Standing.TAKEN: ("Update pending", "warn", "clock"),
    Standing.FROZEN: ("No longer shared", "warn", "stopped"),
}


def state(stands: Standing) -> dict[str, str]:
    """Where an instance stands, as a badge: words and an icon, so that the colour is never the only sign."""
    label, tone, icon = _STATES[stands]
    return {"label": label, "tone": tone, "icon": icon}


def at_instance(name: str, instance: Instance | str) -> str:
    """The address of a page about an instance. Instances are told by the query: ids are any text."""
    key = instance if isinstance(instance, str) else instance.id
    return f"{reverse(name)}?{urlencode({'instance': key})}"


def _to_instance(request: HttpRequest, instance: Instance | str) -> HttpResponse:
    return done(
        request, "installed_pack", at_instance("installed_pack", instance).removeprefix(reverse("installed_pack"))
    )


def _named(request: HttpRequest, visit: Visit) -> Instance:
    return instance_of(visit.account, request.GET.get("instance", ""))


def _places(visit: Visit) -> tuple[tuple[Environment, ...], dict[str, frozenset[str]]]:
    """The environments that somebody gets into, and what may be done to packs in each (ENV_CAN)."""
    access, facts = access_in(actor=visit.actor, account=visit.account, at=visit.at)
    here = accessible_environments(access, facts)
    held = visit.privileges & {DEPLOY, UPDATE}
    can = {
        one.id: frozenset(word for word in held if isinstance(within(word, access, facts, one), Opening))
        for one in here
    }
    return here, {str(key): words for key, words in can.items()}


@require_GET
@needs(DEPLOY, UPDATE)
def installed_packs(request: HttpRequest) -> HttpResponse:
    """What the account has installed, with the accessible environments of each."""
    visit = visit_of(request)
    query = request.GET.get("q", "")[:200]
    found, page = instances_page(visit.account, query, place(request))
    where = environment_counts(visit.account, (one.id for one in found))
    names = {one.id: one.name for one in _places(visit)[0]}
    rows = [
        {
            "url": at_instance("installed_pack", one),
            "name": one.name,
            "pack": one.pack_name if one.name != one.pack_name else "",
            "publisher": one.publisher,
            "version": one.version,
            "state": state(one.stands),
            "due": one.due,
            "environments": sorted(
                (names[EnvironmentId(key)] for key in where.get(one.id, ()) if key in names), key=str.casefold
            ),
        }
        for one in found
    ]
    context = {
        "query": query,
        "instances": rows,
        "page": shown_page(page),
        "can_install": DEPLOY in visit.privileges,
    }
    return render(request, "packs/installed.html", context)


@require_GET
@needs(DEPLOY, UPDATE)
def installed_pack(request: HttpRequest) -> HttpResponse:
    """One instance: its version and state, what it runs, its environments, and what can be done with it."""
    visit = visit_of(request)
    one = _named(request, visit)
    here, can = _places(visit)
    attached = set(environments_of(one))
    runtimes = count_by_environment(visit.account, [place.id for place in here])
    shown: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    for place_ in here:
        shown[place_.id in attached].append(
            {
                "id": place_.id,
                "name": place_.name,
                "note": f"{place_.classification.label}, {counted(runtimes.get(place_.id, 0), 'runtime')}",
                "can": DEPLOY in can[place_.id],
            }
        )
    context = {
        "instance": one,
        "type": type_label(one.type),
        "single": one.type == InstallationType.SINGLE,
        "here": urlencode({"instance": one.id}),
        "state": state(one.stands),
        "taken": one.stands is Standing.TAKEN,
        "early": one.stands is Standing.EARLY,
        "frozen": one.stands is Standing.FROZEN,
        "pending": one.stands is Standing.PENDING,
        "components": _components(packages_run(one.runs)),
        "blocked": ", ".join(unusable(visit.account, types_in_release(one.runs))),
        "attached": shown[True],
        "unattached": shown[False],
        "can_attach": any(place["can"] for place in shown[False]),
        "can_detach": any(place["can"] for place in shown[True]),
        "can_update": UPDATE in visit.privileges,
        "tried_out": any(runtimes.get(place["id"]) for place in shown[True]),
        "can_uninstall": DEPLOY in visit.privileges,
        "deploys": DEPLOY in visit.privileges,
    }
    return render(request, "packs/instance.html", context)


def _components(packages: Iterable[Any]) -> list[dict[str, str]]:
    return [{"name": one.name, "type": TYPES.get(one.type, one.type), "version": one.version} for one in packages]


# ---- browsing and installing ---------------------------------------------------------------------------------------


@require_GET
@needs(DEPLOY, UPDATE)
def browse_packs(request: HttpRequest) -> HttpResponse:
    """Browse Integration Packs: those that can be installed here (PACK-8)."""
    visit = visit_of(request)
    query = request.GET.get("q", "")[:200]
    page, count = usable_packs_page(visit.account, query, place(request))
    rows = [
        {
            "query": urlencode({"pack": row.id}),
            "name": row.name,
            "publisher": row.publisher,
            "type": type_label(row.type),
            "description": row.description,
            "installed": row.taken,
            "can_install": DEPLOY in visit.privileges and not (row.taken and row.type == InstallationType.SINGLE),
        }
        for row in page.rows
    ]
    context = {"query": query, "packs": rows, "page": shown_page(page, counted(count, "integration pack"))}
    return render(request, "packs/browse.html", context)


@require_GET
@needs(DEPLOY, UPDATE)
def browse_pack(request: HttpRequest) -> HttpResponse:
    """View: what a pack holds now, with the connectors that this account cannot use (CONN-9), and where it is installed
    here.
    """
    visit = visit_of(request)
    row = usable_pack(visit.account, request.GET.get("pack", ""))
    instances = instances_of_pack(visit.account, row.id)
    connectors = connectors_used(visit.account, types_in_newest(row))
    context = {
        "pack": row,
        "publisher": getattr(row, "publisher", ""),
        "type": type_label(row.type),
        "here": urlencode({"pack": row.id}),
        "components": _components(newest_packages(row)),
        "connectors": connectors,
        "blocked": ", ".join(one["name"] for one in connectors if not one["usable"]),
        "instances": [
            {"url": at_instance("installed_pack", one), "name": one.name, "version": one.version} for one in instances
        ],
        "can_install": DEPLOY in visit.privileges and not (instances and row.type == InstallationType.SINGLE),
    }
    return render(request, "packs/browse_pack.html", context)


@require_http_methods(["GET", "POST"])
@needs(DEPLOY)
def pack_install(request: HttpRequest) -> HttpResponse:
    """Install: Single asks nothing but to go on, Multiple for a name (PACK-8)."""
    visit = visit_of(request)
    row = usable_pack(visit.account, request.GET.get("pack", ""))
    multi = row.type == InstallationType.MULTI
    form = InstallForm(request.POST if request.method == "POST" else None)
    if not multi:
        del form.fields["name"]
    context: dict[str, Any] = {
        "pack": row,
        "publisher": getattr(row, "publisher", ""),
        "form": form,
        "back": reverse("browse_packs"),
    }
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data.get("name", "")
        try:
            made = install_pack(actor=visit.actor, at=visit.at, account=visit.account, pack=row.id, name=name)
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:
            messages.success(request, f"{name.strip() or row.name} is installed. Attach environments to run it.")
            return _to_instance(request, made)
    return dialog(request, "packs/install_dialog.html", context, failed=request.method == "POST")


# ---- environments, updates, uninstalling ---------------------------------------------------------------------------


@require_POST
@needs(DEPLOY)
def pack_attach(request: HttpRequest) -> HttpResponse:
    """Attach Selected Environments."""
    visit = visit_of(request)
    one = _named(request, visit)
    chosen = frozenset(map(EnvironmentId, request.POST.getlist("environment")))
    try:
        attach_environments(actor=visit.actor, at=visit.at, account=visit.account, instance=one.id, environments=chosen)
    except Refused as refused:
        if not isinstance(refused.refusal, Conflict):
            raise
        back = at_instance("installed_pack", one)
        return refused_page(request, refused.refusal, title="Attach Selected Environments", back=back)
    if chosen:
        messages.success(request, f"{counted(len(chosen), 'environment')} attached.")
    if one.stands is Standing.EARLY and instance_of(visit.account, one.id).stands is Standing.TAKEN:
        messages.warning(request, "An environment was attached anew, so the update applied early waits for its day.")
    return _to_instance(request, one)


@require_POST
@needs(DEPLOY)
def pack_detach(request: HttpRequest) -> HttpResponse:
    """Detach Selected Environments."""
    visit = visit_of(request)
    one = _named(request, visit)
    chosen = frozenset(map(EnvironmentId, request.POST.getlist("environment")))
    detach_environments(actor=visit.actor, at=visit.at, account=visit.account, instance=one.id, environments=chosen)
    if chosen:
        messages.success(request, f"{counted(len(chosen), 'environment')} detached.")
    return _to_instance(request, one)


@require_http_methods(["GET", "POST"])
@needs(UPDATE)
def pack_update(request: HttpRequest) -> HttpResponse:
    """The confirmation "Apply Pending Updates" (PACK-5, PACK-6)."""
    visit = visit_of(request)
    one = _named(request, visit)
    context: dict[str, Any] = {"instance": one, "back": at_instance("installed_pack", one)}
    if request.method == "POST":
        try:
            apply_pending_update(actor=visit.actor, at=visit.at, account=visit.account, instance=one.id)
        except Refused as refused:
            if isinstance(refused.refusal, Denial):
                raise
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, f"{one.name} runs version {one.version + 1} now.")
            return _to_instance(request, one)
    return dialog(request, "packs/update_dialog.html", context, failed=request.method == "POST")


@require_http_methods(["GET", "POST"])
@needs(DEPLOY)
def pack_uninstall(request: HttpRequest) -> HttpResponse:
    """The confirmation that uninstalls (PACK-10)."""
    visit = visit_of(request)
    one = _named(request, visit)
    names = {place.id: place.name for place in _places(visit)[0]}
    context: dict[str, Any] = {
        "instance": one,
        "environments": [names[key] for key in environments_of(one) if key in names],
        "back": at_instance("installed_pack", one),
    }
    if request.method == "POST":
        try:
            uninstall_pack(actor=visit.actor, at=visit.at, account=visit.account, instance=one.id)
        except Refused as refused:
            if isinstance(refused.refusal, Denial):
                raise
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, f"{one.name} is uninstalled.")
            return done(request, "installed_packs")
    return dialog(request, "packs/uninstall_dialog.html", context, failed=request.method == "POST")
