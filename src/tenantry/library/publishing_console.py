"""Process Library (Manage): publishing packaged processes, and their history (PROC-1 to PROC-3)."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from tenantry.build.heading import at
from tenantry.connectors.queries import connector_names, publisher_of
from tenantry.console.shown import dialog, done, place, shown_page, shown_refusal
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.deploy.parts import types_in, unpublishable
from tenantry.library.commands import PUBLISH, publish, republish
from tenantry.library.console import processes
from tenantry.library.contents import contents_shown
from tenantry.library.forms import PublicationForm
from tenantry.library.queries import (
    PackageRow,
    PublicationRow,
    groups_of_process,
    history_of,
    numbers_of,
    packaged_process,
    packaged_processes_page,
    publication_of,
    shareable_package,
    shareable_versions,
    stored_process,
)
from tenantry.rules.library import EXCLUDED, HISTORY, check_publishable, check_publisher
from tenantry.rules.refusals import Invalid, Refused
from tenantry.rules.vocabulary import AccountId


@require_GET
@needs(PUBLISH)
def library_manage(request: HttpRequest) -> HttpResponse:
    """The packaged processes of this account, and of the one selected its publications."""
    visit = visit_of(request)
    query, chosen = request.GET.get("q", "")[:200], request.GET.get("process", "")
    page, number = packaged_processes_page(visit.account, query, place(request))
    newest = numbers_of(visit.account, [row.pk for row in page.rows])
    selected = packaged_process(visit.account, chosen) if chosen else next(iter(page.rows), None)
    missing = check_publisher(publisher_of(visit.account).name)
    context = {
        "query": query,
        "processes": [{"id": row.pk, "name": row.name, "number": newest.get(row.pk, 0)} for row in page.rows],
        "page": shown_page(page, processes(number)),
        "selected": _selected(visit.account, selected.pk, selected.name) if selected is not None else None,
        "missing_name": shown_refusal(missing) if missing is not None else None,
        "names": "ACCOUNT_ADMIN" in visit.privileges,
        "packages": "PACKAGE_MANAGEMENT" in visit.privileges and "BUILD" in visit.privileges,
    }
    return render(request, "library/manage.html", context)


def _selected(account: AccountId, process: str, name: str) -> dict[str, Any]:
    row = stored_process(account, process)
    number = row.number if row is not None else 0
    return {
        "id": process,
        "name": name,
        "published_as": row.name if row is not None and number and row.name != name else "",
        "number": number,
        "installations": row.installations if row is not None else 0,
        "groups": groups_of_process(account, process),
        "history": [_publication(one, number) for one in history_of(account, process)],
        "earlier": max(0, number - HISTORY),
    }


def _publication(one: PublicationRow, newest: int) -> dict[str, Any]:
    return {
        "number": one.number,
        "version": one.version,
        "package": one.package_id,
        "publisher": one.publisher,
        "user": one.user,
        "at": one.at,
        "description": one.description,
        "notes": one.notes,
        "with_passwords": one.with_passwords,
        "newest": one.number == newest,
    }


def _here(process: str) -> str:
    return at("library_manage", process=process)


@require_http_methods(["GET", "POST"])
@needs(PUBLISH)
def library_publish(request: HttpRequest) -> HttpResponse:
    """The dialog "Publish Package": choose a version; then "Review and Publish"."""
    visit = visit_of(request)
    process = packaged_process(visit.account, request.GET.get("process", ""))
    chosen = request.POST.get("package", "")
    versions, more = shareable_versions(visit.account, process.pk, request.POST.get("q", "")[:40].strip())
    if request.method == "POST" and "search" not in request.POST and "another" not in request.POST and chosen:
        package = shareable_package(visit.account, process.pk, chosen)
        if package is not None:
            return _review(request, visit, package)
    excluded = unpublishable(visit.account, [one.pk for one in versions], EXCLUDED)
    choosing = request.method == "POST" and "search" not in request.POST and "another" not in request.POST
    context = {
        "process": process.name,
        "versions": [_version(one, one.pk in excluded, chosen) for one in versions],
        "more": more,
        "query": request.POST.get("q", "")[:40],
        "error": "Choose a version." if choosing else "",
        "back": _here(process.pk),
    }
    return dialog(request, "library/publish_dialog.html", context, failed=choosing)


def _version(package: PackageRow, excluded: bool, chosen: str) -> dict[str, Any]:  # noqa: FBT001 - one of its columns
    note = "Contains a Process Route or an API Service" if excluded else ""
    return {
        "id": package.pk,
        "version": package.version,
        "note": note or f"revision {package.revision}, packaged by {package.user}",
        "at": package.created_at,
        "open": not excluded,
        "checked": package.pk == chosen and not excluded,
    }


def _review(request: HttpRequest, visit: Visit, package: PackageRow) -> HttpResponse:
    """The second step: what would be published, and what is said of it."""
    acting = "publish" in request.POST
    process = stored_process(visit.account, package.component_id)
    said = process.description if process is not None else ""
    form = PublicationForm(request.POST if acting else None, initial={"description": said})
    contents = contents_shown(package)
    publisher = publisher_of(visit.account).name
    context: dict[str, Any] = {
        "form": form,
        "package": {"id": package.pk, "name": package.name, "version": package.version},
        "publisher": publisher,
        "contents": contents,
        "connectors": connector_names(contents.connectors),
        "next": (process.number if process is not None else 0) + 1,
        "back": _here(package.component_id),
    }
    refusal = check_publishable(
        package.name,
        package.version,
        kind=package.type,
        shareable=package.shareable,
        parts=types_in(visit.account, package.pk),
    ) or check_publisher(publisher)
    if refusal is not None:
        context["refusal"], context["blocked"] = shown_refusal(refusal), True
    elif acting and form.is_valid():
        try:
            number = publish(
                actor=visit.actor, at=visit.at, account=visit.account, package=package.pk, **form.cleaned_data
            )
        except Refused as refused:
            if isinstance(refused.refusal, Invalid) and refused.refusal.place in form.fields:
                form.add_error(refused.refusal.place, refused.refusal.message)
            else:
                context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, f"{package.name} {package.version} is published, as publication {number}.")
            return _to(request, package.component_id)
    return dialog(request, "library/review_dialog.html", context, failed=acting)


def _to(request: HttpRequest, process: str) -> HttpResponse:
    return done(request, "library_manage", f"?{urlencode({'process': process})}")


@require_http_methods(["GET", "POST"])
@needs(PUBLISH)
def library_republish(request: HttpRequest) -> HttpResponse:
    """The confirmation that makes an older publication the newest one (PROC-3)."""
    visit = visit_of(request)
    asked = request.GET.get("number", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 10 else 0  # noqa: PLR2004 - more digits than any has
    publication = publication_of(visit.account, request.GET.get("process", ""), number)
    process = stored_process(visit.account, publication.process_id)
    newest = process.number if process is not None else 0
    context: dict[str, Any] = {
        "name": publication.package.name,
        "publication": _publication(publication, newest),
        "next": newest + 1,
        "back": _here(publication.process_id),
    }
    if request.method == "POST":
        try:
            made = republish(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                process=publication.process_id,
                number=number,
            )
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, f"Publication {number} is published again, as publication {made}.")
            return _to(request, publication.process_id)
    return dialog(request, "library/republish_dialog.html", context, failed=request.method == "POST")
