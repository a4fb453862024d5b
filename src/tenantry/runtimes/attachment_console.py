"""Dialogs about attachments in runtime clouds: "In the Cloud" of runtime set-up, and browsing (CLOUD-5, CLOUD-9)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tenantry.clouds.usable import Offer, browses, offers
from tenantry.console.shown import counted, dialog, done, shown_refusal
from tenantry.console.visit import needs, visit_of
from tenantry.deploy.queries import to_run
from tenantry.previews.console import refused_page
from tenantry.rules import refusals as no
from tenantry.rules.clouds import check_browsing
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import EnvironmentId
from tenantry.runtimes.attachments import create_attachment
from tenantry.runtimes.console import LOOK, MANAGE, reached
from tenantry.runtimes.forms import AttachmentForm

BROWSED = 50
"""Deployments that browsing shows."""


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def attachment_add(request: HttpRequest) -> HttpResponse:
    """Runtime set-up, "In the Cloud": the clouds that the account can use, and how many attachments remain there. Where
    none remains the choice is unavailable and says why.
    """
    visit = visit_of(request)
    sent = request.POST if request.method == "POST" else None
    searching = sent is not None and "search" in sent
    form = AttachmentForm(None if searching else sent, initial={"name": request.POST.get("name", "")})
    chosen = request.POST.get("cloud", "")
    context: dict[str, Any] = {"form": form, "back": reverse("runtime_management")}
    acting = sent is not None and not searching
    if acting and not chosen:
        context["error"] = "Choose a cloud."
    elif acting and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            create_attachment(actor=visit.actor, at=visit.at, account=visit.account, cloud=chosen, name=name)
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, f"{name.strip()} is made. Attach it to an environment.")
            return done(request, "runtime_management")
    query = request.POST.get("q", "")[:200]
    page = offers(visit.account, query)
    context |= {
        "query": query,
        "clouds": [_shown(one, chosen) for one in page.rows],
        "any": any(one.closed is None for one in page.rows),
        "more": bool(page.next),
        "can_install": True,
    }
    return dialog(request, "runtimes/in_cloud_dialog.html", context, failed=acting)


def _shown(one: Offer, chosen: str) -> dict[str, Any]:
    remaining = one.room.remaining
    left = "any number of attachments" if remaining is None else f"{counted(remaining, 'attachment')} remaining"
    return {
        "id": one.id,
        "name": one.name,
        "note": f"{one.classification.label}, {left}",
        "shared": not one.own,
        "why_not": one.closed.message if one.closed else "",
        "rule": one.closed.rule if one.closed else "",
        "checked": one.id == chosen and one.closed is None,
    }


@require_GET
@needs(*LOOK)
def attachment_browse(request: HttpRequest) -> HttpResponse:
    """Browsing an attachment: what it runs, as its cloud tells. An error where browsing is off in the cloud itself
    (CLOUD-9).
    """
    visit = visit_of(request)
    row, back = reached(request, visit)
    closed: no.Refusal | None = row.unavailable
    if closed is None and row.cloud is not None:
        closed = check_browsing(row.cloud.name, allowed=row.cloud.allow_browsing, set_in_cloud=browses(row.cloud.id))
    if closed is not None:
        return refused_page(request, closed, title=f"Browse {row.name}", back=back)
    context: dict[str, Any] = {"runtime": row, "back": back}
    if row.environment_id is not None:
        found, more = to_run(visit.account, EnvironmentId(row.environment_id))
        context |= {"deployments": found[:BROWSED], "more": more or len(found) > BROWSED}
    return render(request, "runtimes/browse_dialog.html", context)
