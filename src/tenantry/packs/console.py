"""Integration Packs (Manage): packs, what they hold, their releases (PACK-1 to PACK-5, PACK-12)."""

from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tenantry.accounts.queries import existing_account
from tenantry.console.shown import counted, dialog, done, place, shown_page, shown_refusal
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.groups.choosing import Choice, Chooser
from tenantry.packs.commands import (
    add_to_pack,
    change_release_day,
    choose_version,
    create_pack,
    edit_pack,
    mark_deleted,
    release_pack,
    remove_pack,
    undelete,
)
from tenantry.packs.forms import LATER, DayForm, EditPackForm, PackForm, ReleaseForm
from tenantry.packs.queries import (
    Content,
    PackRow,
    ReleaseRow,
    component_in,
    contents,
    history,
    installed,
    named_components,
    newest_release,
    offered_components,
    pack_of,
    packages_of,
    packs_page,
    pending_release,
    pending_releases,
    shareable_versions,
    wanted,
)
from tenantry.rules.components import TYPES
from tenantry.rules.packs import InstallationType, offered_types, releasable
from tenantry.rules.refusals import Invalid, NoUpdatePending, Refusal, Refused
from tenantry.users.queries import zone_of

MANAGE: Final = "INTEGRATION_PACK"


def at_pack(name: str, pack: PackRow | str, **more: str) -> str:
    """The address of a page about a pack. Packs are told by the query: ids are any text."""
    key = pack if isinstance(pack, str) else pack.id
    return f"{reverse(name)}?{urlencode({'pack': key, **more})}"


def _to_pack(request: HttpRequest, pack: PackRow | str) -> HttpResponse:
    return done(request, "pack", at_pack("pack", pack).removeprefix(reverse("pack")))


def pack_named(request: HttpRequest, visit: Visit) -> PackRow:
    """The account's own pack that the address names; refuses with `PackNotFound`."""
    return pack_of(visit.account, request.GET.get("pack", ""))


def placed(form: forms.Form, refusal: Refusal) -> dict[str, Any]:
    """A refusal at its field where it has one, else above the form."""
    field = "name" if refusal.code in {"pack_name_taken", "instance_name_taken"} else getattr(refusal, "place", "")
    if (isinstance(refusal, Invalid) or field == "name") and field in form.fields:
        form.add_error(field, refusal.message)
        return {}
    return {"refusal": shown_refusal(refusal)}


def type_label(kind: str) -> str:
    """A pack's type as pages name it."""
    return InstallationType(kind).label


def _component_type(kind: str) -> str:
    return TYPES.get(kind, kind)


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
        "type": _component_type(one.type),
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


# ---- making, changing, deleting ------------------------------------------------------------------------------------


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
            return _to_pack(request, made)
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
            return _to_pack(request, row)
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


# ---- contents ------------------------------------------------------------------------------------------------------


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
            return _to_pack(request, row)
    found, count = offered_components(row, request.POST.get("q", "")[:200])
    kept = named_components(visit.account, chosen) if chosen else []
    return chooser.page(
        request,
        offered=[Choice(one.id, one.name, _component_type(one.type)) for one in found],
        chosen=[Choice(one.id, one.name, _component_type(one.type)) for one in kept],
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
            return _to_pack(request, row)
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
    return _to_pack(request, row)


@require_POST
@needs(MANAGE)
def pack_component_undelete(request: HttpRequest) -> HttpResponse:
    """Take the mark off again (PACK-12)."""
    visit = visit_of(request)
    row = pack_named(request, visit)
    component = request.GET.get("component", "")
    undelete(actor=visit.actor, at=visit.at, account=visit.account, pack=row.id, component=component)
    messages.success(request, "Undeleted.")
    return _to_pack(request, row)


# ---- releases ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def pack_release(request: HttpRequest) -> HttpResponse:
    """The dialog "Release Integration Pack": now, or on a date unless an update is pending (PACK-3 to PACK-5)."""
    visit = visit_of(request)
    row = pack_named(request, visit)
    pending = pending_release(row)
    form = ReleaseForm(request.POST if request.method == "POST" else None)
    later = request.POST.get("when") == LATER
    if not later:
        form.fields["day"].required = False
    instances, accounts = installed(row)
    context: dict[str, Any] = {
        "pack": row,
        "form": form,
        "later": later,
        "pending": pending,
        "zone": str(zone_of(visit.actor.user)),
        "installed": f"{counted(instances, 'instance')} in {counted(accounts, 'account')}" if instances else "",
        "back": at_pack("pack", row),
    }
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["day"] if later else None
        try:
            release_pack(actor=visit.actor, at=visit.at, account=visit.account, pack=row.id, day=day)
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:
            said = f"will be released in the first hour of {day}" if day else f"is released: release {row.released + 1}"
            messages.success(request, f"{row.name} {said}.")
            return _to_pack(request, row)
    return dialog(request, "packs/release_dialog.html", context, failed=request.method == "POST")


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def pack_release_day(request: HttpRequest) -> HttpResponse:
    """The dialog that changes the date of a pending release (PACK-5)."""
    visit = visit_of(request)
    row = pack_named(request, visit)
    pending = pending_release(row)
    if pending is None:
        raise Refused(NoUpdatePending(pack=row.name))
    form = DayForm(request.POST if request.method == "POST" else None, initial={"day": pending.day})
    context: dict[str, Any] = {
        "pack": row,
        "form": form,
        "zone": str(zone_of(visit.actor.user)),
        "back": at_pack("pack", row),
    }
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["day"]
        try:
            change_release_day(actor=visit.actor, at=visit.at, account=visit.account, pack=row.id, day=day)
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:
            messages.success(request, f"{row.name} is released in the first hour of {day}.")
            return _to_pack(request, row)
    return dialog(request, "packs/day_dialog.html", context, failed=request.method == "POST")
