"""Dialogs of the page Developer about connector versions: uploading them, looking at them (CONN-2, CONN-3)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from tenantry.connectors.commands import (
    add_version,
)
from tenantry.connectors.forms import VersionForm
from tenantry.connectors.publisher import DEVELOPER, may_develop
from tenantry.connectors.queries import (
    group_of,
    label_of,
    version_of,
    versions_page,
)
from tenantry.connectors.shown import (
    at,
    at_group,
    download,
    go_to_group,
    placed,
    tell_oversized,
)
from tenantry.connectors.uploads import described, kept
from tenantry.console.shown import dialog
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import AccountId
from tenantry.store.paging import Page

OFFERED = 100
"""Versions that a dialog offers; older ones are chosen from the table of versions."""


@require_http_methods(["GET", "POST"])
@needs(DEVELOPER)
def connector_version_add(request: HttpRequest) -> HttpResponse:
    """The dialog "Add Version"."""
    visit = visit_of(request)
    row = group_of(visit.account, request.GET.get("group", ""))
    may_develop(actor=visit.actor, account=visit.account, at=visit.at)
    form = VersionForm(request.POST, request.FILES) if request.method == "POST" else VersionForm()
    context: dict[str, Any] = {"form": form, "back": at_group(row.pk), "group": row}
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        archive = given["archive"]
        try:
            with kept(visit.account, given["descriptor"].file, archive.file, archive.name) as files:
                number = add_version(
                    actor=visit.actor,
                    at=visit.at,
                    account=visit.account,
                    group=row.pk,
                    files=files,
                    change_log=given["change_log"],
                )
        except Refused as refused:
            context |= placed(form, refused)
        else:
            label = label_of(visit.account, row.pk, number)
            messages.success(request, f"Version {label} is added. It takes effect where it is chosen.")
            return go_to_group(request, row.pk)
    tell_oversized(request, form)
    return dialog(request, "connectors/version_dialog.html", context, failed=form.is_bound)


@require_GET
@needs(DEVELOPER)
def connector_version(request: HttpRequest) -> HttpResponse:
    """The dialog that shows a version: its change log, what its descriptor says, and its files."""
    visit = visit_of(request)
    group = group_of(visit.account, request.GET.get("group", ""))
    row = version_of(visit.account, group.pk, _number(request))
    here: dict[str, int] = {"group": group.pk, "version": row.number}
    context = {
        "group": group,
        "version": row,
        "descriptor": described(visit.account, row.descriptor) if row.descriptor else None,
        "files": {
            "descriptor": at("connector_file", **here, file="descriptor"),
            "archive": at("connector_file", **here, file="archive"),
        },
        "back": at_group(group.pk),
    }
    return render(request, "connectors/version.html", context)


@require_GET
@needs(DEVELOPER)
def connector_file(request: HttpRequest) -> HttpResponse:
    """One of the two files of a version."""
    visit = visit_of(request)
    group = group_of(visit.account, request.GET.get("group", ""))
    row = version_of(visit.account, group.pk, _number(request))
    return file_of(visit.account, row, request.GET.get("file", ""))


def file_of(account: AccountId, row: Any, asked: str) -> HttpResponse:  # noqa: ANN401 - a row of the queries
    """The descriptor or the archive of a version, as an attachment."""
    if asked == "descriptor":
        return download(account, row.descriptor, "connector-descriptor.xml", "application/xml")
    if asked == "archive":
        return download(account, row.archive, row.archive_name, "application/zip")
    raise Refused(no.ContentNotFound())


def _number(request: HttpRequest) -> int:
    told = request.GET.get("version", "")
    if not told.isdecimal() or len(told) > 9:  # noqa: PLR2004 - more digits than any version has
        raise Refused(no.ConnectorVersionNotFound())
    return int(told)


def version_choices(visit: Visit, group: int, chosen: int | None = None) -> list[tuple[str, str]]:
    """The newest versions of a group to choose from, and the one chosen."""
    page: Page[Any] = versions_page(visit.account, group, size=OFFERED)
    rows = [(row.number, row.label) for row in page.rows]
    if chosen is not None and chosen not in dict(rows):
        rows.append((chosen, version_of(visit.account, group, chosen).label))
    return [(str(number), f"Version {label}") for number, label in rows]
