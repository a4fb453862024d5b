"""Process Reporting: executions of accessible environments, their documents, and running these again (PRIV-8)."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tenantry.console.shown import done, place, shown_page, shown_refusal
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.reporting.commands import open_document, request_work
from tenantry.reporting.forms import ReportingForm
from tenantry.reporting.queries import (
    Filters,
    came_of,
    document_of,
    documents_of,
    execution_of,
    executions_page,
    work_on,
)
from tenantry.reporting.shown import shown_document, shown_execution, shown_work, size, text_of
from tenantry.reporting.sight import Sight, require_action, sight
from tenantry.rules.refusals import NoRuntimeThere, Refused
from tenantry.rules.reporting import Work

VIEW_RESULT: Final = "VIEW_RESULT"


def _sight(visit: Visit) -> Sight:
    return sight(actor=visit.actor, account=visit.account, at=visit.at)


@require_GET
@needs(VIEW_RESULT)
def reporting(request: HttpRequest) -> HttpResponse:
    """The executions of the environments one gets into, newest first; of others there is no trace (ENV-13)."""
    visit = visit_of(request)
    seen = _sight(visit)
    form = ReportingForm(request.GET)
    field = form.fields["environment"].widget
    if isinstance(field, forms.Select):
        field.choices = [("", "All"), *((one.id, one.name) for one in seen.environments)]
    data: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    seen.chosen(data.get("environment", ""))
    filters = Filters(
        environment=data.get("environment", ""),
        status=data.get("status", ""),
        process=data.get("process", ""),
        since=_midnight(data.get("date_from")),
        until=_midnight(data.get("date_to"), days=1),
    )
    page = executions_page(visit.account, None if seen.everything else seen.environments, filters, place(request))
    context = {
        "form": form,
        "filtered": any(data.values()),
        "executions": [shown_execution(row, seen) for row in page.rows],
        "none_open": not seen.environments and not seen.everything,
        "page": shown_page(page),
    }
    return render(request, "reporting/executions.html", context)


def _midnight(day: date | None, days: int = 0) -> datetime | None:
    try:
        return datetime.combine(day + timedelta(days=days), time.min, UTC) if day else None
    except OverflowError:
        return None


@require_GET
@needs(VIEW_RESULT)
def execution(request: HttpRequest, execution: int) -> HttpResponse:
    """One execution: how it went, its documents, and what was requested for them."""
    visit = visit_of(request)
    row = execution_of(visit.account, execution)
    seen = _sight(visit)
    if seen.missing("reporting.open", row.environment):  # then this refuses, with the reason
        require_action("reporting.open", row.environment, actor=visit.actor, account=visit.account, at=visit.at)
    requested = work_on(visit.account, row.pk)
    open_to = {
        name: not seen.missing(f"reporting.{action}", row.environment)
        for name, action in (("view", "view_document"), ("test", "run_in_test_mode"), ("rerun", "rerun_document"))
    }
    context = {
        "execution": shown_execution(row, seen),
        "message": row.message,
        "component": row.component,
        "documents": [shown_document(one) for one in documents_of(visit.account, row.pk)],
        "can": open_to,
        "withheld": _withheld(seen, row.environment),
        "requested": [shown_work(one) for one in requested],
        "came": [shown_execution(one, seen) for one in came_of(visit.account, row.pk)] if requested else [],
        "waiting": any(one.done_at is None for one in requested),
    }
    return render(request, "reporting/execution.html", context)


def _withheld(seen: Sight, environment: str) -> list[str]:
    """What one would have to hold for the actions that are absent, by name."""
    titles = seen.facts.catalogue.definitions
    actions = ("reporting.view_document", "reporting.rerun_document")
    lacking = set().union(*(seen.missing(action, environment) for action in actions))
    return sorted(titles[name].title for name in lacking)


@require_GET
@needs(VIEW_RESULT)
def document(request: HttpRequest, document: int) -> HttpResponse:
    """View Document: the content, which is recorded (AUD)."""
    visit = visit_of(request)
    row = document_of(visit.account, document)
    content = open_document(actor=visit.actor, at=visit.at, account=visit.account, document=document)
    seen = _sight(visit)
    context = {
        "document": shown_document(row),
        "execution": shown_execution(row.execution, seen),
        "text": text_of(content.content),
        "size": size(len(content.content)),
    }
    return render(request, "reporting/document.html", context)


_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


@require_GET
@needs(VIEW_RESULT)
def document_download(request: HttpRequest, document: int) -> HttpResponse:
    """Download: the content as a file, which is recorded (AUD). Never shown by the browser as a page of ours."""
    visit = visit_of(request)
    content = open_document(actor=visit.actor, at=visit.at, account=visit.account, document=document, download=True)
    name = _UNSAFE.sub("_", content.name).strip("._")[:100] or "document"
    return HttpResponse(
        content.content,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _requested(request: HttpRequest, document: int, kind: Work, said: str) -> HttpResponse:
    visit = visit_of(request)
    row = document_of(visit.account, document)
    address = f"{row.execution_id}/"
    try:
        request_work(actor=visit.actor, at=visit.at, account=visit.account, document=document, kind=kind)
    except Refused as refused:
        if not isinstance(refused.refusal, NoRuntimeThere):
            raise
        context = {
            "refusal": shown_refusal(refused.refusal),
            "page_title": "Not possible now",
            "back": reverse("execution", kwargs={"execution": row.execution_id}),
        }
        return render(request, "refused.html", context, status=409)
    messages.success(request, said)
    return done(request, "reporting", f"executions/{address}")


@require_POST
@needs(VIEW_RESULT)
def document_rerun(request: HttpRequest, document: int) -> HttpResponse:
    """Re-run Document: the runtime is asked to run the process with the document again."""
    return _requested(request, document, Work.RERUN, "The runtime is asked to run the document again.")


@require_POST
@needs(VIEW_RESULT)
def document_test(request: HttpRequest, document: int) -> HttpResponse:
    """Run Document in Test Mode: the runtime is asked to try the document out."""
    return _requested(request, document, Work.TEST, "The runtime is asked to run the document in test mode.")
