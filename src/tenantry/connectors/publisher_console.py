"""The page Publisher, under Account: the Publisher Name, and development of connectors, enabled once (CONN-1)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tenantry.connectors.forms import PublisherForm
from tenantry.connectors.publisher import ADMIN, enable_development, set_publisher_name
from tenantry.connectors.queries import publisher_of
from tenantry.console.shown import dialog, done, shown_refusal
from tenantry.console.visit import needs, visit_of
from tenantry.rules.refusals import Invalid, Refused


@require_http_methods(["GET", "POST"])
@needs(ADMIN)
def publisher(request: HttpRequest) -> HttpResponse:
    """The page."""
    visit = visit_of(request)
    row = publisher_of(visit.account)
    form = PublisherForm(request.POST if request.method == "POST" else None, initial={"name": row.name})
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            set_publisher_name(actor=visit.actor, at=visit.at, account=visit.account, name=form.cleaned_data["name"])
        except Refused as refused:
            if isinstance(refused.refusal, Invalid):
                form.add_error("name", refused.refusal.message)
            else:
                context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, "Saved.")
            return done(request, "publisher")
    context |= {"form": form, "publisher": row, "develops": "DEVELOPER" in visit.privileges}
    return render(request, "connectors/publisher.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
@needs(ADMIN)
def publisher_enable(request: HttpRequest) -> HttpResponse:
    """The confirmation that enables development of connectors, for good."""
    visit = visit_of(request)
    if request.method == "POST":
        enable_development(actor=visit.actor, at=visit.at, account=visit.account)
        messages.success(request, "Development of connectors is enabled.")
        return done(request, "publisher")
    return dialog(request, "connectors/enable_dialog.html", {"publisher": publisher_of(visit.account)})
