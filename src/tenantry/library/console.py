"""Browse Process Library: what an account can install, and installing it (PROC-4 to PROC-6)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tenantry.build.explorer import component_row
from tenantry.build.heading import BUILD, READ, Looker, at, placed, spaced
from tenantry.build.picking import Picker
from tenantry.build.queries import paths_of, top_id
from tenantry.connectors.queries import unusable
from tenantry.connectors.shown import connectors_used
from tenantry.console.shown import counted, dialog, place, shown_page, shown_refusal
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.deploy.parts import component_count
from tenantry.deploy.queries import types_of_package
from tenantry.library.commands import install
from tenantry.library.contents import contents_shown
from tenantry.library.forms import InstallForm, LibraryForm
from tenantry.library.queries import (
    Order,
    ProcessRow,
    PublicationRow,
    library_page,
    publishers_of,
    received_process,
)
from tenantry.rules.library import check_connectors
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import AccountId, FolderId

_NOWHERE = "Select a folder."


def processes(number: int) -> str:
    """A count of processes in words."""
    return f"{number:,} process{'' if number == 1 else 'es'}"


@require_GET
@needs(READ, BUILD)
def library(request: HttpRequest) -> HttpResponse:
    """Browse Process Library: the processes that are shared with this account, and the platform operator's."""
    visit = visit_of(request)
    form = LibraryForm(request.GET, publishers_of(visit.account))
    form.is_valid()  # what is no choice is left out
    asked = form.cleaned_data
    order = Order(asked.get("sort") or Order.POPULARITY)
    search, publisher = asked.get("q", ""), asked.get("publisher", "")
    page, number = library_page(visit.account, search, publisher, order, place(request))
    context = {
        "form": form,
        "search": search,
        "filtered": bool(search or publisher),
        "sort": order.value,
        "processes": [_row(row) for row in page.rows],
        "page": shown_page(page, processes(number)),
        "builds": BUILD in visit.privileges,
    }
    return render(request, "library/library.html", context)


def _row(row: ProcessRow) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "description": row.description,
        "publisher": row.publisher,
        "operators": row.account.operator,
        "at": row.published_at,
        "number": row.number,
        "installations": row.installations,
    }


def _found(request: HttpRequest, visit: Visit) -> tuple[ProcessRow, PublicationRow]:
    """The process that the address names; refuses with `ProcessNotFound`."""
    return received_process(visit.account, request.GET.get("process", ""))


@require_GET
@needs(READ, BUILD)
def library_process(request: HttpRequest) -> HttpResponse:
    """View: what a process contains, and whether this account can use its connectors."""
    visit = visit_of(request)
    row, publication = _found(request, visit)
    contents = contents_shown(publication.package)
    connectors = connectors_used(visit.account, contents.connectors)
    refusal = check_connectors(row.name, [one["name"] for one in connectors if not one["usable"]])
    context = {
        "process": {**_row(row), "version": publication.version},
        "contents": contents,
        "connectors": connectors,
        "included": publication.with_passwords,
        "builds": BUILD in visit.privileges,
        "refusal": shown_refusal(refusal) if refusal is not None else None,
    }
    return render(request, "library/process.html", context)


@require_http_methods(["GET", "POST"])
@needs(BUILD)
def library_install(request: HttpRequest) -> HttpResponse:
    """The dialog "Install": a name, and a folder (PROC-5)."""
    visit = visit_of(request)
    row, publication = _found(request, visit)
    types = types_of_package(AccountId(row.account_id), publication.package_id)
    blocked = check_connectors(row.name, unusable(visit.account, types))
    picker = Picker("library_install", {"process": row.pk}, top_id(visit.account))
    acting = request.method == "POST" and "search" not in request.POST
    form = InstallForm(request.POST if acting else None, initial={"name": request.POST.get("name", row.name)})
    context: dict[str, Any] = {
        "form": form,
        "process": row.name,
        "components": counted(component_count(publication.package), "component"),
        "back": at("library_process", process=row.pk),
        "blocked": blocked is not None,
    }
    if blocked is not None:
        context["refusal"] = shown_refusal(blocked)
    elif acting and form.is_valid() and not request.POST.get("destination"):
        context["error"] = _NOWHERE
    elif acting and form.is_valid():
        try:
            made = install(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                process=row.pk,
                folder=FolderId(request.POST["destination"]),
                **form.cleaned_data,
            )
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:  # a browser follows into the dialog, so that sending the form again installs nothing
            return HttpResponse(status=303, headers={"Location": at("library_installed", component=made)})
    context["picker"] = picker.context(request, Looker.of(visit))
    return dialog(request, "library/install_dialog.html", context, failed=acting)


@require_GET
@needs(READ, BUILD)
def library_installed(request: HttpRequest) -> HttpResponse:
    """What was installed, and the ways on: "View Process", "Back to Library", "Close"."""
    visit = visit_of(request)
    row = component_row(visit.account, request.GET.get("component", ""))
    path = paths_of(visit.account, [row.folder_id]).get(row.folder_id, "")
    context = {
        "name": row.name,
        "path": spaced(path),
        "view": at("build", component=row.pk),
        "library": reverse("library"),
    }
    return render(request, "library/installed_dialog.html", context)
