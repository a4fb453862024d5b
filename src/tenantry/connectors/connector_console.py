"""Dialogs of the page Developer about connectors: adding, renaming, deleting them (CONN-3, CONN-10)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from tenantry.connectors.commands import (
    add_connector,
    remove_connector,
    rename_connector,
)
from tenantry.connectors.forms import ConnectorForm, NewConnectorForm
from tenantry.connectors.publisher import DEVELOPER
from tenantry.connectors.queries import (
    connector_of,
    group_of,
)
from tenantry.connectors.shown import (
    at_group,
    go_to_group,
    placed,
)
from tenantry.connectors.version_console import version_choices
from tenantry.console.shown import dialog, shown_refusal
from tenantry.console.visit import needs, visit_of
from tenantry.rules.refusals import Refused


@require_http_methods(["GET", "POST"])
@needs(DEVELOPER)
def connector_add(request: HttpRequest) -> HttpResponse:
    """The dialog "Add Connector" (CONN-3)."""
    visit = visit_of(request)
    row = group_of(visit.account, request.GET.get("group", ""))
    form = NewConnectorForm(request.POST if request.method == "POST" else None)
    form.fields["version"].choices = version_choices(visit, row.pk)  # type: ignore[attr-defined]
    context: dict[str, Any] = {"form": form, "back": at_group(row.pk), "group": row}
    if form.is_bound and form.is_valid():
        try:
            add_connector(actor=visit.actor, at=visit.at, account=visit.account, group=row.pk, **form.cleaned_data)
        except Refused as refused:
            context |= placed(form, refused)
        else:
            messages.success(request, f"The connector {form.cleaned_data['name'].strip()} is added. It is Private.")
            return go_to_group(request, row.pk)
    return dialog(request, "connectors/connector_dialog.html", context, failed=form.is_bound)


@require_http_methods(["GET", "POST"])
@needs(DEVELOPER)
def connector_edit(request: HttpRequest) -> HttpResponse:
    """The dialog that changes a display name."""
    visit = visit_of(request)
    row = connector_of(visit.account, request.GET.get("connector", ""))
    form = ConnectorForm(request.POST if request.method == "POST" else None, initial={"name": row.name})
    context: dict[str, Any] = {"form": form, "back": at_group(row.group_id), "connector": row}
    if form.is_bound and form.is_valid():
        try:
            rename_connector(
                actor=visit.actor, at=visit.at, account=visit.account, connector=row.pk, **form.cleaned_data
            )
        except Refused as refused:
            context |= placed(form, refused)
        else:
            messages.success(request, "Saved.")
            return go_to_group(request, row.group_id)
    return dialog(request, "connectors/rename_dialog.html", context, failed=form.is_bound)


@require_http_methods(["GET", "POST"])
@needs(DEVELOPER)
def connector_remove(request: HttpRequest) -> HttpResponse:
    """The confirmation that deletes a connector which nothing uses (CONN-10)."""
    visit = visit_of(request)
    row = connector_of(visit.account, request.GET.get("connector", ""))
    context: dict[str, Any] = {"what": row.name, "kind": "connector", "back": at_group(row.group_id)}
    if request.method == "POST":
        try:
            remove_connector(actor=visit.actor, at=visit.at, account=visit.account, connector=row.pk)
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, f"The connector {row.name} is deleted.")
            return go_to_group(request, row.group_id)
    return dialog(request, "connectors/remove_dialog.html", context, failed="refusal" in context)
