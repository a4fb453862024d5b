"""The page "Build": the Component Explorer with a folder, a component, or what a search finds."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tenantry.build.blocking import check_usable
from tenantry.build.explorer import (
    Opened,
    Saved,
    component_row,
    components_in_page,
    found_components_page,
    found_folders_page,
    level_page,
    opened_component,
    revisions_page,
)
from tenantry.build.forms import EditorForm
from tenantry.build.heading import (
    BUILD,
    READ,
    Looker,
    Place,
    at,
    at_folder,
    branch_of,
    crumbs,
    menu_of,
    place_at,
    rest_of,
    slot,
    spaced,
    tree_of,
)
from tenantry.build.queries import folder_with_id, paths_of
from tenantry.console.refusal_table import status_of
from tenantry.console.shown import counted, place, shown_page, shown_refusal
from tenantry.console.visit import needs, visit_of
from tenantry.rules.components import TYPES, Format
from tenantry.rules.folders import Act, writable
from tenantry.rules.refusals import ComponentNotFound, ConnectorNotUsable, FolderRestricted, Refused
from tenantry.rules.vocabulary import ComponentId, FolderId

_FOLDERS_FOUND = 20
"""Folders that a search shows at a time, above the components."""


@require_GET
@needs(READ)
def build(request: HttpRequest) -> HttpResponse:
    """The Component Explorer (FOLD-1, FOLD-3)."""
    looker = Looker.of(visit_of(request))
    query, component = request.GET.get("q", "")[:200], request.GET.get("component", "")
    if component:
        try:
            context = component_context(request, looker, component)
        except Refused as refused:
            if not isinstance(refused.refusal, ConnectorNotUsable):
                raise
            context = _blocked(looker, component, refused.refusal)
            return render(request, "build/build.html", context, status=status_of(refused.refusal))
        return render(request, "build/build.html", context)
    here = place_at(looker, request.GET.get("folder", ""))
    context = _shell(looker, here, query) | {"moved": request.GET.get("moved", "")}
    context |= _found(request, looker, query) if query else _folder(request, looker, here)
    return render(request, "build/build.html", context)


@require_GET
@needs(READ)
def build_level(request: HttpRequest) -> HttpResponse:
    """The folders in a folder, for the tree: the first ones, or those after a mark."""
    looker = Looker.of(visit_of(request))
    folder = folder_with_id(looker.account, request.GET.get("folder", ""))
    besides = request.GET.get("besides", "")
    level = level_page(looker.account, folder.id, place(request), besides)
    items: list[dict[str, Any]] = [branch_of(looker, branch) for branch in level.branches]
    if level.rest:
        items.append(rest_of(folder.id, level, besides))
    return render(
        request,
        "build/level.html",
        {"tree": items, "further": bool(place(request)), "slot": slot(folder.id, place(request))},
    )


def _shell(looker: Looker, here: Place, query: str) -> dict[str, Any]:
    """The tree, and the way to the folder."""
    return {
        "tree": tree_of(looker, here, "" if query else here.folder.id),
        "query": query,
        "folder": {
            "id": here.folder.id,
            "name": here.name,
            "top": here.top,
            **looker.shown_icon(here.folder.roles),
        },
        "crumbs": crumbs(looker.account, here.way),
        "builds": BUILD in looker.visit.privileges,
    }


def _why_closed(looker: Looker, here: Place) -> dict[str, str]:
    """Why nothing can be changed here, if so (PRIV-6, FOLD-6)."""
    if BUILD not in looker.visit.privileges:
        return {
            "text": "You may look at everything in Build and copy from it, and change nothing.",
            "rule": "PRIV-6",
            "why": urlencode({"privilege": BUILD}),
        }
    found = writable(looker.visit.access, looker.facts, here.folder)
    if isinstance(found, FolderRestricted):
        return {
            "text": f"Only {found.roles} may change this folder, and you hold none of these roles here.",
            "rule": found.rule,
            "why": shown_refusal(found)["why"],
        }
    return {}


def _folder(request: HttpRequest, looker: Looker, here: Place) -> dict[str, Any]:
    moved = request.GET.get("moved", "")
    page, number = components_in_page(looker.account, here.folder.id, place(request), holding=moved)
    return {
        "pane": "folder",
        "menu_entries": menu_of(here),
        "components": [_row(saved) for saved in page.rows],
        "page": shown_page(page, counted(number, "component")),
        "closed": _why_closed(looker, here),
    }


def _row(saved: Saved, path: str | None = None) -> dict[str, Any]:
    row = {
        "id": saved.id,
        "name": saved.name,
        "url": at("build", component=saved.id),
        "type": TYPES.get(saved.type, saved.type),
        "revision": saved.revision,
        "user": saved.user,
        "at": saved.at,
    }
    return row if path is None else {**row, "path": path}


def _found(request: HttpRequest, looker: Looker, query: str) -> dict[str, Any]:
    """What a search finds: folders by name, components by name or id."""
    mark = request.GET.get("folders_before") or request.GET.get("folders_after") or ""
    folders, many = found_folders_page(looker.account, query, mark, _FOLDERS_FOUND)
    page, number = found_components_page(looker.account, query, place(request))
    paths = paths_of(looker.account, [branch.id for branch in folders.rows] + [row.folder for row in page.rows])
    return {
        "pane": "found",
        "folders": [
            {**branch_of(looker, branch), "path": spaced(paths.get(branch.id, branch.name))} for branch in folders.rows
        ],
        "folders_page": shown_page(folders, counted(many, "folder")),
        "components": [_row(saved, spaced(paths.get(saved.folder, ""))) for saved in page.rows],
        "page": shown_page(page, counted(number, "component")),
    }


def component_context(
    request: HttpRequest, looker: Looker, component: str, form: EditorForm | None = None
) -> dict[str, Any]:
    """The pane of a component; `form` is what was refused."""
    number = request.GET.get("revision", "")
    if number and not (number.isdecimal() and len(number) < 10):  # noqa: PLR2004 - more digits than any number has
        raise Refused(ComponentNotFound())
    opened = opened_component(looker.account, component, int(number) if number else None)
    check_usable(looker.account, component, opened.name)
    here = place_at(looker, opened.folder)
    changes = Act.CHANGE_COMPONENT in here.acts
    newest = opened.shown.number == opened.newest
    history = revisions_page(looker.account, ComponentId(opened.id), place(request))
    form = form or EditorForm(initial={"name": opened.name, "text": opened.text, "opened": opened.newest})
    form.fields["text"].label = f"Text ({Format(opened.format).label})"
    if not (changes and newest):
        for name in ("name", "text"):
            form.fields[name].widget.attrs["readonly"] = True
    return {
        **_shell(looker, here, ""),
        "pane": "component",
        "component": _opened(opened),
        "form": form,
        "changes": changes,
        "newest": newest,
        "closed": _why_closed(looker, here),
        "revisions": [
            {
                "number": one.number,
                "name": one.name if one.name != opened.name else "",
                "user": one.user,
                "at": one.at,
                "url": at("build", component=opened.id, revision=one.number)
                if one.number != opened.newest
                else at("build", component=opened.id),
                "newest": one.number == opened.newest,
                "shown": one.number == opened.shown.number,
            }
            for one in history.rows
        ],
        "renamed": any(one.name != opened.name for one in history.rows),
        "page": shown_page(history, counted(opened.newest, "revision")),
        "save": at("component_save", component=opened.id),
    }


def _blocked(looker: Looker, component: str, refusal: ConnectorNotUsable) -> dict[str, Any]:
    """The pane of a component that cannot be opened: what it is, why not, and what can be done with it (CONN-9)."""
    row = component_row(looker.account, component)
    here = place_at(looker, FolderId(row.folder_id))
    return {
        **_shell(looker, here, ""),
        "pane": "blocked",
        "component": {"id": row.pk, "name": row.name, "type": TYPES.get(row.type, row.type), "newest": row.revision},
        "changes": Act.CHANGE_COMPONENT in here.acts,
        "blocked": shown_refusal(refusal),
    }


def _opened(opened: Opened) -> dict[str, Any]:
    return {
        "id": opened.id,
        "name": opened.name,
        "type": TYPES.get(opened.type, opened.type),
        "format": Format(opened.format).label,
        "newest": opened.newest,
        "shown": opened.shown,
        "folder": at_folder(opened.folder),
        "back": reverse("build"),
    }
