"""The dialogs about folders: new, rename, copy, move, delete, permissions; and what is deleted."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tenantry.build.commands import (
    copy_folder,
    create_folder,
    move_folder,
    remove_folder,
    rename_folder,
    restore_folder,
    set_folder_roles,
)
from tenantry.build.components import restore_component
from tenantry.build.deletion import check_deployed, components_in, referenced, some_names
from tenantry.build.explorer import gone_components_page, gone_folders_page, lists_coming_back
from tenantry.build.forms import CopyForm, FolderForm
from tenantry.build.heading import (
    BUILD,
    READ,
    Looker,
    Place,
    at,
    at_folder,
    dropped,
    go_to,
    place_at,
    placed,
    spaced,
    tell_moved,
)
from tenantry.build.picking import Picker, accounts_to_copy_into
from tenantry.build.queries import lists_of, offered_roles, subtree, top_id
from tenantry.console.refusal_table import status_of
from tenantry.console.shown import counted, dialog, done, place, shown_page, shown_refusal
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.rules.folders import Icon, manages_permissions
from tenantry.rules.refusals import ComponentsReferenced, Refused, TopFolderFixed, refuse
from tenantry.rules.vocabulary import AccountId, ComponentId, FolderId, RoleId

_NOWHERE = "Choose a folder."


def _here(request: HttpRequest, *, fixed: str = "") -> tuple[Visit, Looker, Place]:
    """The folder that the address names; the top-level one is refused where it cannot be `fixed`."""
    visit = visit_of(request)
    looker = Looker.of(visit)
    here = place_at(looker, request.GET.get("folder", ""))
    if fixed and here.top:
        raise Refused(TopFolderFixed(act=fixed))
    return visit, looker, here


def _into(request: HttpRequest) -> AccountId | None:
    into = request.GET.get("into", "")
    return AccountId(into) if into else None


@require_http_methods(["GET", "POST"])
@needs(BUILD)
def folder_add(request: HttpRequest) -> HttpResponse:
    """The dialog "New Folder"."""
    visit, _, here = _here(request)
    form = FolderForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {
        "title_of_page": "New Folder",
        "form": form,
        "back": at_folder(here.folder.id),
        "inside": here.name,
        "copied_list": bool(here.folder.roles),
    }
    if request.method == "POST" and form.is_valid():
        try:
            made = create_folder(
                actor=visit.actor, at=visit.at, account=visit.account, parent=here.folder.id, **form.cleaned_data
            )
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:
            messages.success(request, f"The folder {form.cleaned_data['name'].strip()} is made.")
            return go_to(request, folder=made)
    return dialog(request, "build/folder_dialog.html", context, failed=request.method == "POST")


@require_http_methods(["GET", "POST"])
@needs(BUILD)
def folder_rename(request: HttpRequest) -> HttpResponse:
    """The dialog "Rename"."""
    visit, _, here = _here(request, fixed="renamed")
    form = FolderForm(request.POST if request.method == "POST" else None, initial={"name": here.name})
    context: dict[str, Any] = {"title_of_page": "Rename Folder", "form": form, "back": at_folder(here.folder.id)}
    if request.method == "POST" and form.is_valid():
        try:
            rename_folder(
                actor=visit.actor, at=visit.at, account=visit.account, folder=here.folder.id, **form.cleaned_data
            )
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:
            messages.success(request, f"The folder is called {form.cleaned_data['name'].strip()} now.")
            return go_to(request, folder=here.folder.id)
    return dialog(request, "build/folder_dialog.html", context, failed=request.method == "POST")


@require_http_methods(["GET", "POST"])
@needs(READ)
def folder_copy(request: HttpRequest) -> HttpResponse:
    """The dialog "Copy": a name, and where to, also in another account (FOLD-15)."""
    visit, looker, here = _here(request)
    thing = {"folder": str(here.folder.id)}
    if "accounts" in request.GET:
        return choose_account(request, visit, "folder_copy", thing)
    into = _into(request)
    picker = Picker("folder_copy", thing, here.parent or top_id(visit.account), into)
    acting = request.method == "POST" and "search" not in request.POST
    form = CopyForm(request.POST if acting else None, initial={"name": here.name})
    context = {"title_of_page": "Copy Folder", "form": form, "what": here.name, "back": at_folder(here.folder.id)}
    context["notes"] = ["The copy has no restrictions, whoever may change the original."]
    context["accounts_url"] = at("folder_copy", accounts="1", **thing)
    if acting and form.is_valid() and not request.POST.get("destination"):
        context["error"] = _NOWHERE
    elif acting and form.is_valid():
        try:
            made = copy_folder(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                folder=here.folder.id,
                destination=FolderId(request.POST["destination"]),
                into_account=into,
                **form.cleaned_data,
            )
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:
            messages.success(request, f"The folder {here.name} is copied.")
            return go_to(request, folder=here.folder.id if into else made)
    context["picker"] = picker.context(request, looker)
    return dialog(request, "build/put_dialog.html", context, failed=acting)


@require_http_methods(["GET", "POST"])
@needs(BUILD)
def folder_move(request: HttpRequest) -> HttpResponse:
    """The dialog "Move", and the same by dragging, which fails with the refusal (FOLD-12)."""
    visit, looker, here = _here(request, fixed="moved")
    parent = here.parent or top_id(visit.account)
    picker = Picker("folder_move", {"folder": here.folder.id}, parent)
    context: dict[str, Any] = {
        "title_of_page": "Move Folder",
        "what": here.name,
        "back": at_folder(here.folder.id),
        "notes": ["It keeps its restrictions, and so do the folders in it."],
    }
    acting = request.method == "POST" and "search" not in request.POST
    if acting and not request.POST.get("destination"):
        context["error"] = _NOWHERE
    elif acting:
        there = FolderId(request.POST["destination"])
        try:
            move_folder(actor=visit.actor, at=visit.at, account=visit.account, folder=here.folder.id, destination=there)
        except Refused as refused:
            if dropped(request):
                raise
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            tell_moved(request, visit.account, f"The folder {here.name}", parent, there)
            return go_to(request, folder=here.folder.id, moved=here.folder.id if dropped(request) else "")
    context["picker"] = picker.context(request, looker)
    return dialog(request, "build/put_dialog.html", context, failed=acting)


def choose_account(request: HttpRequest, visit: Visit, name: str, thing: dict[str, str]) -> HttpResponse:
    """Choose the account that something is copied into: those where one may build."""
    query = request.GET.get("q", "")[:200]
    found, page = accounts_to_copy_into(request, visit, query)
    context = {
        "query": query,
        "search_label": "Search by account name or ID",
        "accounts": [{"id": row.id, "name": row.name, "url": at(name, into=row.id, **thing)} for row in found],
        "own": {"id": visit.account, "url": at(name, **thing)},
        "page": page,
        "back": at("build", **thing),
    }
    return render(request, "build/accounts_dialog.html", context)


@require_http_methods(["GET", "POST"])
@needs(BUILD)
def folder_delete(request: HttpRequest) -> HttpResponse:
    """The confirmation that deletes a folder; asks about components that are referenced elsewhere (FOLD-13)."""
    visit, _, here = _here(request, fixed="deleted")
    steps = subtree(visit.account, here.folder.id)
    components = components_in(visit.account, (step.id for step in steps))
    kept = referenced(visit.account, components.keys())
    context: dict[str, Any] = {
        "what": here.name,
        "back": at_folder(here.folder.id),
        "holds": _holds(len(steps) - 1, len(components)),
        "referenced": some_names(visit.account, kept) if kept else "",
        "only": "decided" not in request.POST or "unreferenced_only" in request.POST,
    }
    if request.method == "POST":
        choice = "unreferenced_only" in request.POST if "decided" in request.POST else None
        try:
            remove_folder(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                folder=here.folder.id,
                unreferenced_only=choice,
            )
        except Refused as refused:
            asks = isinstance(refused.refusal, ComponentsReferenced)
            context["refusal"] = shown_refusal(refused.refusal)
            context["stays"] = not asks
            return dialog(request, "build/delete_folder_dialog.html", context, failed=True)
        stays = bool(kept and choice)
        messages.success(
            request,
            f"Unreferenced components of {here.name} are deleted." if stays else f"The folder {here.name} is deleted.",
        )
        return go_to(request, folder=here.folder.id if stays else here.parent or "")
    obstacle = check_deployed(visit.account, components.keys())
    if obstacle is not None:
        context |= {"refusal": shown_refusal(obstacle), "stays": True}
    return dialog(request, "build/delete_folder_dialog.html", context)


def _holds(folders: int, components: int) -> str:
    """What is in a folder, in words; empty for nothing."""
    told = [counted(folders, "folder")] if folders else []
    return " and ".join([*told, counted(components, "component")] if components else told)


@require_http_methods(["GET", "POST"])
@needs(READ)
def folder_permissions(request: HttpRequest) -> HttpResponse:
    """The dialog "Folder Permissions": everybody sees the list, Administrators change it (FOLD-7, FOLD-8)."""
    visit, looker, here = _here(request)
    manages = manages_permissions(visit.access, looker.facts)
    stored = here.folder.roles
    assigned = {RoleId(role) for role in request.POST.getlist("assigned")} if request.method == "POST" else set(stored)
    offered = {role.id: role for role in offered_roles(looker.facts)} if manages is None else {}
    act = request.POST.get("act", "")
    if act == "add":
        assigned |= {RoleId(role) for role in request.POST.getlist("add")}
    elif act == "remove":
        assigned -= {RoleId(role) for role in request.POST.getlist("remove")}
    context: dict[str, Any] = {"what": here.name, "back": at_folder(here.folder.id), "manages": manages is None}
    if request.method == "POST" and act == "save":
        try:
            set_folder_roles(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                folder=here.folder.id,
                roles=frozenset(assigned),
            )
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, f"The permissions of {here.name} are saved and in force.")
            return go_to(request, folder=here.folder.id)
    elif request.method == "POST":
        refuse(manages)
    known = looker.facts.roles
    assigned &= set(stored) | set(offered) if manages is None else set(stored)
    context["assigned"] = sorted(
        ({"id": role, "name": known[role].name if role in known else role} for role in assigned),
        key=lambda role: role["name"].casefold(),
    )
    context["available"] = [{"id": role.id, "name": role.name} for key, role in offered.items() if key not in assigned]
    context["differs"] = assigned != stored
    return dialog(request, "build/permissions_dialog.html", context, failed="refusal" in context)


# ---- what is deleted -----------------------------------------------------------------------------------------------


@require_GET
@needs(READ)
def build_deleted(request: HttpRequest) -> HttpResponse:
    """The dialog "Restore": deleted folders, or deleted components."""
    looker = Looker.of(visit_of(request))
    query, account = request.GET.get("q", "")[:200], looker.account
    components = request.GET.get("tab") == "components"
    read = gone_components_page if components else gone_folders_page
    page, number = read(account, query, place(request))
    lists = lists_of(account, (gone.folder for gone in page.rows))
    coming = {} if components else lists_coming_back(account, [gone.id for gone in page.rows])
    builds = BUILD in looker.visit.privileges
    rows = []
    for gone in page.rows:
        concerned = (lists.get(gone.folder, frozenset()), *coming.get(gone.id, ()))
        locked = any(looker.icon(roles) is Icon.LOCKED for roles in concerned)
        key = {"component" if components else "folder": gone.id}
        rows.append(
            {
                "name": gone.name,
                "path": spaced(gone.path),
                "at": gone.at,
                "restore": at("build_restore", **key) if builds and not locked and not gone.orphan else "",
                "why": "Its folder is deleted as well" if gone.orphan else "You may not change this" if locked else "",
            }
        )
    context = {
        "query": query,
        "search_label": "Search by name",
        "tab": "components" if components else "folders",
        "rows": rows,
        "page": shown_page(page, counted(number, "component" if components else "folder")),
        "back": reverse("build"),
    }
    return render(request, "build/deleted_dialog.html", context)


@require_POST
@needs(BUILD)
def build_restore(request: HttpRequest) -> HttpResponse:
    """Restore a deleted folder or component."""
    visit = visit_of(request)
    here: dict[str, Any] = {"actor": visit.actor, "at": visit.at, "account": visit.account}
    component = request.GET.get("component", "")
    folder = request.GET.get("folder", "")
    tab = "components" if component else "folders"
    try:
        if component:
            restore_component(**here, component=ComponentId(component))
        else:
            restore_folder(**here, folder=FolderId(folder))
    except Refused as refused:
        context = {
            "page_title": "Restore",
            "refusal": shown_refusal(refused.refusal),
            "back": at("build_deleted", tab=tab),
        }
        return render(request, "refusal_dialog.html", context, status=status_of(refused.refusal))
    messages.success(request, f"The {'component' if component else 'folder'} is restored.")
    return done(request, "build", f"?{request.GET.urlencode()}")
