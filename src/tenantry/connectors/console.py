"""The page Developer: connector groups, their connectors and versions (CONN-1 to CONN-3); and dialogs about groups."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from tenantry.connectors.commands import (
    Details,
    change_connector_group,
    create_connector_group,
    remove_connector_group,
)
from tenantry.connectors.forms import DetailsForm, GroupForm
from tenantry.connectors.publisher import DEVELOPER, may_develop
from tenantry.connectors.queries import (
    connectors_page,
    group_of,
    groups_page,
    versions_page,
)
from tenantry.connectors.shown import (
    at,
    at_group,
    go_to_group,
    placed,
    review,
    tell_oversized,
    visibility,
    why_not,
)
from tenantry.connectors.uploads import kept
from tenantry.console.shown import counted, dialog, done, shown_page, shown_refusal
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.rules.connectors import State, Visibility, Way, ways_from
from tenantry.rules.refusals import Refused

SUBMIT = "CONNECTOR_SUBMISSION"


@require_GET
@needs(DEVELOPER)
def developer(request: HttpRequest) -> HttpResponse:
    """The page: the connector groups, and one of them with its connectors and versions."""
    visit = visit_of(request)
    query, asked = request.GET.get("q", "")[:200], request.GET.get("group", "")
    marks = {name: request.GET.get(name, "") for name in ("before", "after")}
    page, number = groups_page(visit.account, query, marks["before"] or marks["after"])
    selected = group_of(visit.account, asked) if asked else next(iter(page.rows), None)
    closed = why_not(visit)
    context: dict[str, Any] = {
        "query": query,
        "groups": [
            {"name": row.name, "url": at("developer", **_kept(query, marks), group=row.pk), "id": row.pk}
            for row in page.rows
        ],
        "page": shown_page(page, counted(number, "connector group")),
        "closed": closed,
        "develops": not closed,
        "administers": "ACCOUNT_ADMIN" in visit.privileges,
        "selected": None,
    }
    if selected is not None:
        context |= {"selected": selected, **_of_group(request, visit, selected)}
    return render(request, "connectors/developer.html", context)


def _kept(query: str, marks: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in {"q": query, **marks}.items() if value}


def _of_group(request: HttpRequest, visit: Visit, group: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of the queries
    """The connectors and the versions of a group, a page of each."""
    connectors = connectors_page(
        visit.account, group.pk, request.GET.get("people_before") or request.GET.get("people_after") or ""
    )
    versions = versions_page(visit.account, group.pk, request.GET.get("section_after", ""))
    labels = {row.number: row.label for row in versions.rows}
    return {
        "told": [
            (label, getattr(group, name))
            for name, label in (
                ("vendor", "Vendor"),
                ("product", "Product"),
                ("product_version", "Product version"),
                ("support_url", "Support URL"),
                ("support_email", "Support e-mail"),
            )
            if getattr(group, name)
        ],
        "connectors": [_connector(visit, row, labels) for row in connectors.rows],
        "connectors_page": shown_page(connectors),
        "versions": [
            {
                "number": row.number,
                "label": row.label,
                "change_log": row.change_log,
                "released_at": row.released_at,
                "released_by": row.released_by,
                "user": row.user,
                "at": row.at,
                "review": review(row.review),
                "url": at("connector_version", group=group.pk, version=row.number),
            }
            for row in versions.rows
        ],
        "older": at("developer", group=group.pk, section_after=versions.next) if versions.next else "",
        "newest": at_group(group.pk) if versions.previous else "",
    }


def _connector(visit: Visit, row: Any, labels: dict[int, str]) -> dict[str, Any]:  # noqa: ANN401 - a row with columns
    pending = row.review == "PENDING"
    ways = ways_from(State(row.name, Visibility(row.visibility), row.released_at is not None))
    next_label = labels.get(row.next_version, row.next_version) if row.next_version is not None else ""
    return {
        "id": row.pk,
        "name": row.name,
        "type": row.type,
        "classification": row.classification,
        "label": row.label,
        "visibility": visibility(row.visibility),
        "released_at": row.released_at,
        "released_by": row.released_by,
        "review": review(row.review),
        "pending": pending,
        "next_at": row.next_at,
        "next_label": next_label,
        "changes": bool(ways) and not pending,
        "submits": any(way is Way.REVIEW for _, way in ways) and not pending and row.released_at is not None,
        "submitter": SUBMIT in visit.privileges,
    }


@require_http_methods(["GET", "POST"])
@needs(DEVELOPER)
def connector_group_add(request: HttpRequest) -> HttpResponse:
    """The dialog "Add Connector Group": its first connector, and version 1 with its files (CONN-2)."""
    visit = visit_of(request)
    may_develop(actor=visit.actor, account=visit.account, at=visit.at)
    form = GroupForm(request.POST, request.FILES) if request.method == "POST" else GroupForm()
    context: dict[str, Any] = {"form": form, "back": at("developer")}
    if form.is_bound and form.is_valid():
        given = dict(form.cleaned_data)
        descriptor, archive = given.pop("descriptor"), given.pop("archive")
        told = {name: given.pop(name) for name in Details.__slots__}
        try:
            with kept(visit.account, descriptor.file, archive.file, archive.name) as files:
                made = create_connector_group(
                    actor=visit.actor,
                    at=visit.at,
                    account=visit.account,
                    files=files,
                    details=Details(**told),
                    **given,
                )
        except Refused as refused:
            context |= placed(form, refused)
        else:
            messages.success(request, f"The connector group {given['name'].strip()} is made, with version 1.")
            return go_to_group(request, made.group)
    tell_oversized(request, form)
    return dialog(request, "connectors/group_dialog.html", context, failed=form.is_bound)


@require_http_methods(["GET", "POST"])
@needs(DEVELOPER)
def connector_group_edit(request: HttpRequest) -> HttpResponse:
    """The dialog that changes what is told of a group."""
    visit = visit_of(request)
    row = group_of(visit.account, request.GET.get("group", ""))
    names = ("name", *Details.__slots__)
    initial = {name: getattr(row, name) for name in names}
    form = DetailsForm(request.POST if request.method == "POST" else None, initial=initial)
    context: dict[str, Any] = {"form": form, "back": at_group(row.pk), "group": row}
    if form.is_bound and form.is_valid():
        given = dict(form.cleaned_data)
        name = given.pop("name")
        try:
            change_connector_group(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                group=row.pk,
                name=name,
                details=Details(**given),
            )
        except Refused as refused:
            context |= placed(form, refused)
        else:
            messages.success(request, "Saved.")
            return go_to_group(request, row.pk)
    return dialog(request, "connectors/details_dialog.html", context, failed=form.is_bound)


@require_http_methods(["GET", "POST"])
@needs(DEVELOPER)
def connector_group_remove(request: HttpRequest) -> HttpResponse:
    """The confirmation that deletes a group without connectors."""
    visit = visit_of(request)
    row = group_of(visit.account, request.GET.get("group", ""))
    context: dict[str, Any] = {"what": row.name, "kind": "connector group", "back": at_group(row.pk)}
    if request.method == "POST":
        try:
            remove_connector_group(actor=visit.actor, at=visit.at, account=visit.account, group=row.pk)
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, f"The connector group {row.name} is deleted.")
            return done(request, "developer")
    return dialog(request, "connectors/remove_dialog.html", context, failed="refusal" in context)
