"""Integration Packs (Manage): packs and what they hold; making, changing, deleting them (PACK-1, PACK-2, PACK-12)."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tenantry.accounts.queries import existing_account
from tenantry.console.shown import counted, dialog, done, place, shown_page
from tenantry.console.visit import needs, visit_of
from tenantry.packs.commands import (
    create_pack,
    edit_pack,
    remove_pack,
)
from tenantry.packs.forms import EditPackForm, PackForm
from tenantry.packs.queries import (
    Content,
    ReleaseRow,
    contents,
    history,
    installed,
    newest_release,
    packages_of,
    packs_page,
    pending_release,
    pending_releases,
    wanted,
)
from tenantry.packs.shown import MANAGE, at_pack, component_type, pack_named, placed, to_pack, type_label
from tenantry.rules.packs import offered_types, releasable
from tenantry.rules.refusals import Refused


@require_GET
@needs(MANAGE)
def packs(request: HttpRequest) -> HttpResponse:
    """The account's own packs by name."""
    visit = visit_of(request)
    query = request.GET.get("q", "")[:200]
    page = packs_page(visit.account, query, place(request))
    pending = pending_releases(row.id for row in page.rows)
    rows = [
        {
            "url": at_pack("pack", row),
            "name": row.name,
            "type": type_label(row.type),
            "packages": row.packages or 0,
            "released": row.released,
            "pending": pending[row.id].day if row.id in pending else None,
        }
        for row in page.rows
    ]
    return render(request, "packs/packs.html", {"query": query, "packs": rows, "page": shown_page(page)})


@require_GET
@needs(MANAGE)
def pack(request: HttpRequest) -> HttpResponse:
    """One pack: what it holds, in which versions, and what has been released."""
    visit = visit_of(request)
    row = pack_named(request, visit)
    told, pending, newest = contents(row), pending_release(row), newest_release(row)
    current, coming = packages_of(newest), packages_of(pending)
    last = coming if pending is not None else current
    before = {package.id for package in last.values()} if pending is not None or newest is not None else None
    instances, accounts = installed(row)
    context = {
        "pack": row,
        "type": type_label(row.type),
        "here": urlencode({"pack": row.id}),
        "rows": [_shown(one, current, coming if pending is not None else None) for one in told],
        "pending": pending,
        "releasable": releasable(wanted(told), before),
        "installed": f"{counted(instances, 'instance')} in {counted(accounts, 'account')}" if instances else "",
        "history": [_told(release) for release in history(row)],
    }
    return render(request, "packs/pack.html", context)


def _shown(one: Content, current: dict[str, Any], coming: dict[str, Any] | None) -> dict[str, Any]:
    """A component with its versions: in force, to come with the pending update or else the next release, latest."""
    now, then = current.get(one.component), one.wanted if coming is None else coming.get(one.component)
    if one.deleted and coming is None:
        then = None
    same = now is not None and then is not None and now.id == then.id
    return {
        "component": one.component,
        "query": urlencode({"component": one.component}),
        "name": one.name,
        "type": component_type(one.type),
        "current": now.version if now is not None else "",
        "pending": then.version if then is not None and not same else "",
        "latest": one.latest.version,
        "chosen": one.wanted.version if one.chosen else "",
        "deleted": one.deleted,
    }


def _told(release: ReleaseRow) -> dict[str, Any]:
    if release.completed_at is not None:
        state, tone = f"Release {release.number}", "good"
    elif release.replaced_at is not None:
        state, tone = "Replaced", ""
    else:
        state, tone = "Pending", "warn"
    return {
        "state": state,
        "tone": tone,
        "day": release.day,
        "zone": release.zone,
        "user": release.user,
        "made": release.created_at,
        "completed": release.completed_at,
    }


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def pack_add(request: HttpRequest) -> HttpResponse:
    """The dialog "Create Integration Pack"; with one type to choose it does not ask (PACK-1)."""
    visit = visit_of(request)
    form = PackForm(request.POST if request.method == "POST" else None)
    types = offered_types(existing_account(visit.account).features)
    field = form.fields["type"]
    if isinstance(field, forms.ChoiceField):
        field.choices = [(one.value, one.label) for one in types]
    context: dict[str, Any] = {"form": form, "back": reverse("packs"), "multi": len(types) > 1}
    if request.method == "POST" and form.is_valid():
        try:
            made = create_pack(actor=visit.actor, at=visit.at, account=visit.account, **form.cleaned_data)
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:
            messages.success(request, f"{form.cleaned_data['name'].strip()} is made. Add packaged components to it.")
            return to_pack(request, made)
    return dialog(request, "packs/pack_dialog.html", context, failed=request.method == "POST")


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def pack_edit(request: HttpRequest) -> HttpResponse:
    """The dialog that changes a pack's name and description."""
    visit = visit_of(request)
    row = pack_named(request, visit)
    initial = {"name": row.name, "description": row.description}
    form = EditPackForm(request.POST if request.method == "POST" else None, initial=initial)
    context: dict[str, Any] = {"form": form, "back": at_pack("pack", row), "type": type_label(row.type)}
    if request.method == "POST" and form.is_valid():
        try:
            edit_pack(actor=visit.actor, at=visit.at, account=visit.account, pack=row.id, **form.cleaned_data)
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:
            messages.success(request, "Saved.")
            return to_pack(request, row)
    return dialog(request, "packs/pack_dialog.html", context, failed=request.method == "POST")


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def pack_remove(request: HttpRequest) -> HttpResponse:
    """The confirmation that deletes a pack, with how many instances that uninstalls (PACK-10)."""
    visit = visit_of(request)
    row = pack_named(request, visit)
    instances, accounts = installed(row)
    context: dict[str, Any] = {
        "pack": row,
        "installed": f"{counted(instances, 'instance')} in {counted(accounts, 'account')}" if instances else "",
        "back": at_pack("pack", row),
    }
    if request.method == "POST":
        remove_pack(actor=visit.actor, at=visit.at, account=visit.account, pack=row.id)
        messages.success(request, f"{row.name} is deleted and uninstalled everywhere.")
        return done(request, "packs")
    return dialog(request, "packs/remove_dialog.html", context)
