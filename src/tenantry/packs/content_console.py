"""Dialogs about what an integration pack holds: its components and their versions (PACK-2)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from tenantry.console.shown import counted, dialog, shown_refusal
from tenantry.console.visit import needs, visit_of
from tenantry.groups.choosing import Choice, Chooser
from tenantry.packs.commands import (
    add_to_pack,
    choose_version,
    mark_deleted,
    undelete,
)
from tenantry.packs.queries import (
    component_in,
    named_components,
    offered_components,
    shareable_versions,
)
from tenantry.packs.shown import MANAGE, at_pack, component_type, pack_named, to_pack
from tenantry.rules.refusals import Refusal, Refused


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def pack_component_add(request: HttpRequest) -> HttpResponse:
    """The dialog "Add Packaged Component" (PACK-2)."""
    visit = visit_of(request)
    row = pack_named(request, visit)
    chooser = Chooser(
        title="Add Packaged Component",
        legend="Components with a shareable package",
        search_label="Search components by name",
        name="component",
        word="component",
        back=at_pack("pack", row),
        none="There is nothing to choose: all that can be in this pack is, or nothing has a shareable package yet.",
    )
    chosen = frozenset(request.POST.getlist("component"))
    acting = request.method == "POST" and not chooser.searching(request)
    problem: Refusal | None = None
    if acting and chosen:
        try:
            add_to_pack(actor=visit.actor, at=visit.at, account=visit.account, pack=row.id, components=chosen)
        except Refused as refused:
            problem = refused.refusal
        else:
            messages.success(request, f"{counted(len(chosen), 'component')} added: next release, latest version.")
            return to_pack(request, row)
    found, count = offered_components(row, request.POST.get("q", "")[:200])
    kept = named_components(visit.account, chosen) if chosen else []
    return chooser.page(
        request,
        offered=[Choice(one.id, one.name, component_type(one.type)) for one in found],
        chosen=[Choice(one.id, one.name, component_type(one.type)) for one in kept],
        count=count,
        refused=problem,
        error="Choose at least one component." if acting and not chosen else "",
    )


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def pack_component_version(request: HttpRequest) -> HttpResponse:
    """The dialog that chooses which version of a component the next release takes: the latest, or this one."""
    visit = visit_of(request)
    row = pack_named(request, visit)
    component = request.GET.get("component", "")
    inside = component_in(row, component)
    versions = shareable_versions(visit.account, component)
    context: dict[str, Any] = {
        "pack": row,
        "name": versions[0].name if versions else "",
        "versions": [
            {"id": one.id, "version": one.version, "at": one.created_at, "checked": one.id == inside.chosen_id}
            for one in versions
        ],
        "latest": inside.chosen_id is None,
        "back": at_pack("pack", row),
    }
    if request.method == "POST":
        try:
            choose_version(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                pack=row.id,
                component=component,
                package=request.POST.get("package") or None,
            )
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, "Saved.")
            return to_pack(request, row)
    return dialog(request, "packs/version_dialog.html", context, failed=request.method == "POST")


@require_POST
@needs(MANAGE)
def pack_component_remove(request: HttpRequest) -> HttpResponse:
    """Mark a component as deleted; it can be undeleted until the next release, so nothing is asked (PACK-12)."""
    visit = visit_of(request)
    row = pack_named(request, visit)
    component = request.GET.get("component", "")
    mark_deleted(actor=visit.actor, at=visit.at, account=visit.account, pack=row.id, component=component)
    messages.success(request, "Marked as deleted. It stays until the next release.")
    return to_pack(request, row)


@require_POST
@needs(MANAGE)
def pack_component_undelete(request: HttpRequest) -> HttpResponse:
    """Take the mark off again (PACK-12)."""
    visit = visit_of(request)
    row = pack_named(request, visit)
    component = request.GET.get("component", "")
    undelete(actor=visit.actor, at=visit.at, account=visit.account, pack=row.id, component=component)
    messages.success(request, "Undeleted.")
    return to_pack(request, row)
