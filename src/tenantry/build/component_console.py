"""The dialogs about components, and saving what was edited."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tenantry.build.blocking import check_named
from tenantry.build.components import (
    copy_component,
    create_component,
    move_component,
    remove_component,
    restore_revision,
    save_component,
)
from tenantry.build.console import component_context
from tenantry.build.explorer import opened_component, using_page
from tenantry.build.folder_console import choose_account
from tenantry.build.forms import ComponentForm, CopyForm, EditorForm, as_typed
from tenantry.build.heading import (
    BUILD,
    READ,
    Looker,
    at,
    at_folder,
    dropped,
    go_to,
    place_at,
    placed,
    spaced,
    tell_moved,
)
from tenantry.build.picking import Picker
from tenantry.build.queries import paths_of
from tenantry.connectors.queries import offered
from tenantry.console.refusal_table import status_of
from tenantry.console.shown import counted, dialog, place, shown_page, shown_refusal
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.rules.components import TYPES
from tenantry.rules.refusals import ComponentNotFound, ConnectorNotUsable, EditedMeanwhile, Invalid, Refused
from tenantry.rules.vocabulary import AccountId, ComponentId, FolderId

_NOWHERE = "Choose a folder."
OFFERED = 20
"""Connectors that a new component is offered; more are searched."""


@require_http_methods(["GET", "POST"])
@needs(BUILD)
def component_add(request: HttpRequest) -> HttpResponse:
    """The dialog "New Component", which offers the connectors that the account can use (CONN-5)."""
    visit = visit_of(request)
    here = place_at(Looker.of(visit), request.GET.get("folder", ""))
    acting = request.method == "POST" and "search" not in request.POST
    form = ComponentForm(request.POST if acting else None)
    context: dict[str, Any] = {"form": form, "back": at_folder(here.folder.id), "inside": here.name}
    if acting and form.is_valid():
        wanted = dict(form.cleaned_data)
        connector = wanted.pop("connector")
        try:
            if connector:
                check_named(wanted["format"], wanted["text"], connector)
            made = create_component(
                actor=visit.actor, at=visit.at, account=visit.account, folder=here.folder.id, **wanted
            )
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:
            messages.success(request, f"The component {wanted['name'].strip()} is made.")
            return go_to(request, component=made)
    context |= _offer(request, visit)
    return dialog(request, "build/component_dialog.html", context, failed=acting)


def _offer(request: HttpRequest, visit: Visit) -> dict[str, Any]:
    """The connectors to choose from; the one chosen already stays on the list, at its head."""
    query, chosen = request.POST.get("q", "")[:200], request.POST.get("connector", "")
    found = offered(visit.account, query, OFFERED + 1)
    kept = [one for one in found if one.type == chosen] or offered(visit.account, chosen, 1) if chosen else []
    kept = [one for one in kept if one.type == chosen]
    listed = [*kept, *(one for one in found[:OFFERED] if one.type != chosen)]
    return {
        "connectors": [
            {"type": one.type, "name": one.name, "classification": one.classification, "checked": one.type == chosen}
            for one in listed
        ],
        "connector_chosen": bool(kept),
        "more": len(found) > OFFERED,
        "query": query,
    }


@require_POST
@needs(BUILD)
def component_save(request: HttpRequest) -> HttpResponse:
    """Save what was edited; what was typed stays when it is refused."""
    visit = visit_of(request)
    looker = Looker.of(visit)
    opened = opened_component(visit.account, request.GET.get("component", ""))
    form = EditorForm(request.POST)
    refusal = None
    if form.is_valid():
        text = as_typed(form.cleaned_data["text"], opened.text)
        try:
            number = save_component(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                component=opened.id,
                text=text,
                name=form.cleaned_data["name"],
                opened=form.cleaned_data["opened"],
            )
        except Refused as refused:
            refusal = refused.refusal
            if isinstance(refusal, Invalid):
                form.add_error(refusal.place if refusal.place in form.fields else None, refusal.message)
            elif isinstance(refusal, ConnectorNotUsable):
                form.add_error("text", refusal.message)
        else:
            same = number == opened.newest
            messages.success(
                request, "Nothing differs, so nothing was saved." if same else f"Revision {number} is saved."
            )
            return go_to(request, component=opened.id)
    if isinstance(refusal, EditedMeanwhile):  # saving again is deliberate: it puts this text on top of the newer one
        form = EditorForm({**request.POST.dict(), "opened": opened.newest})
    context = component_context(request, looker, opened.id, form)
    if refusal is not None and not isinstance(refusal, (Invalid, ConnectorNotUsable)):
        context["refusal"] = shown_refusal(refusal)
    if isinstance(refusal, EditedMeanwhile):
        context["over"] = opened.newest
        context["newer"] = at("build", component=opened.id)
    return render(request, "build/build.html", context, status=status_of(refusal) if refusal is not None else 422)


@require_http_methods(["GET", "POST"])
@needs(READ)
def component_copy(request: HttpRequest) -> HttpResponse:
    """The dialog "Copy": a name, and where to, also in another account (FOLD-15)."""
    visit = visit_of(request)
    opened = opened_component(visit.account, request.GET.get("component", ""))
    thing = {"component": str(opened.id)}
    if "accounts" in request.GET:
        return choose_account(request, visit, "component_copy", thing)
    into = AccountId(request.GET["into"]) if request.GET.get("into") else None
    picker = Picker("component_copy", thing, opened.folder, into)
    acting = request.method == "POST" and "search" not in request.POST
    form = CopyForm(request.POST if acting else None, initial={"name": opened.name})
    context: dict[str, Any] = {
        "title_of_page": "Copy Component",
        "form": form,
        "what": opened.name,
        "back": at("build", component=opened.id),
        "accounts_url": at("component_copy", accounts="1", **thing),
    }
    if acting and form.is_valid() and not request.POST.get("destination"):
        context["error"] = _NOWHERE
    elif acting and form.is_valid():
        try:
            made = copy_component(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                component=opened.id,
                destination=FolderId(request.POST["destination"]),
                into_account=into,
                **form.cleaned_data,
            )
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:
            messages.success(request, f"The component {opened.name} is copied.")
            return go_to(request, component=opened.id if into else made)
    context["picker"] = picker.context(request, Looker.of(visit))
    return dialog(request, "build/put_dialog.html", context, failed=acting)


@require_http_methods(["GET", "POST"])
@needs(BUILD)
def component_move(request: HttpRequest) -> HttpResponse:
    """The dialog "Move", and the same by dragging, which fails with the refusal (FOLD-12) or leads to the new place."""
    visit = visit_of(request)
    opened = opened_component(visit.account, request.GET.get("component", ""))
    picker = Picker("component_move", {"component": str(opened.id)}, opened.folder)
    context: dict[str, Any] = {
        "title_of_page": "Move Component",
        "what": opened.name,
        "back": at("build", component=opened.id),
    }
    acting = request.method == "POST" and "search" not in request.POST
    if acting and not request.POST.get("destination"):
        context["error"] = _NOWHERE
    elif acting:
        there = FolderId(request.POST["destination"])
        try:
            move_component(
                actor=visit.actor, at=visit.at, account=visit.account, component=opened.id, destination=there
            )
        except Refused as refused:
            if dropped(request):
                raise
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            tell_moved(request, visit.account, f"The component {opened.name}", opened.folder, there)
            if dropped(request):
                return go_to(request, folder=there, moved=opened.id)
            return go_to(request, component=opened.id)
    context["picker"] = picker.context(request, Looker.of(visit))
    return dialog(request, "build/put_dialog.html", context, failed=acting)


@require_http_methods(["GET", "POST"])
@needs(BUILD)
def component_delete(request: HttpRequest) -> HttpResponse:
    """The confirmation that deletes a component; says how many others refer to it."""
    visit = visit_of(request)
    opened = opened_component(visit.account, request.GET.get("component", ""))
    _, number = using_page(visit.account, opened.id, size=1)
    context: dict[str, Any] = {
        "what": opened.name,
        "used": counted(number, "component") if number else "",
        "back": at("build", component=opened.id),
    }
    if request.method == "POST":
        try:
            remove_component(actor=visit.actor, at=visit.at, account=visit.account, component=opened.id)
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, f"The component {opened.name} is deleted. It can be restored.")
            return go_to(request, folder=opened.folder)
    return dialog(request, "build/delete_component_dialog.html", context, failed="refusal" in context)


@require_GET
@needs(READ)
def component_usage(request: HttpRequest) -> HttpResponse:
    """The dialog "Show Usage": the components that refer to one."""
    visit = visit_of(request)
    opened = opened_component(visit.account, request.GET.get("component", ""))
    query = request.GET.get("q", "")[:200]
    page, number = using_page(visit.account, ComponentId(opened.id), query, place(request))
    paths = paths_of(visit.account, [row.folder for row in page.rows])
    context = {
        "what": opened.name,
        "query": query,
        "search_label": "Search by name",
        "components": [
            {
                "name": row.name,
                "url": at("build", component=row.id),
                "type": TYPES.get(row.type, row.type),
                "path": spaced(paths.get(row.folder, "")),
            }
            for row in page.rows
        ],
        "page": shown_page(page, counted(number, "component")),
        "back": at("build", component=opened.id),
    }
    return render(request, "build/usage_dialog.html", context)


@require_POST
@needs(BUILD)
def component_revision_restore(request: HttpRequest) -> HttpResponse:
    """Make an older revision's text the newest one."""
    visit: Visit = visit_of(request)
    component, number = request.GET.get("component", ""), request.GET.get("revision", "")
    if not number.isdecimal() or len(number) > 9:  # noqa: PLR2004 - more digits than any number has
        raise Refused(ComponentNotFound())
    made = restore_revision(
        actor=visit.actor,
        at=visit.at,
        account=visit.account,
        component=ComponentId(component),
        number=int(number),
    )
    messages.success(request, f"The text of revision {number} is the newest one now, as revision {made}.")
    return go_to(request, component=component)
