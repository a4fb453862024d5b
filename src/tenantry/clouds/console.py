"""Cloud Management: the clouds of an account with their properties and clusters (CLOUD-1, CLOUD-2, CLOUD-7)."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tenantry.clouds.clusters import issue_cluster_token, remove_cluster
from tenantry.clouds.commands import create_cloud, edit_cloud, remove_cloud
from tenantry.clouds.forms import CloudForm, PropertiesForm
from tenantry.clouds.queries import (
    CloudRow,
    accounts_attached,
    attachment_count,
    cloud_of,
    clouds_page,
    cluster_count,
    cluster_of,
    clusters_page,
    properties_of,
)
from tenantry.console.shown import counted, dialog, done, place, shown_page, shown_refusal
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.rules import clouds as law, refusals as no
from tenantry.rules.clouds import TOKEN_LASTS
from tenantry.rules.places import Classification
from tenantry.rules.refusals import Invalid, Refused

MANAGE: Final = "CLOUD_MANAGEMENT"


@require_GET
@needs(MANAGE)
def clouds(request: HttpRequest) -> HttpResponse:
    """Cloud Management, tab "Clouds"."""
    visit = visit_of(request)
    query = request.GET.get("q", "")[:200]
    page, count = clouds_page(visit.account, query, place(request))
    context = {"query": query, "clouds": page.rows, "page": shown_page(page, counted(count, "cloud"))}
    return render(request, "clouds/clouds.html", context)


def cloud_in(request: HttpRequest, visit: Visit) -> CloudRow:
    """The account's cloud that the address names."""
    return cloud_of(visit.account, request.GET.get("cloud", ""))


def at_cloud(name: str, cloud: CloudRow | str) -> str:
    """The address of a page about a cloud."""
    return f"{reverse(name)}?{urlencode({'cloud': cloud if isinstance(cloud, str) else cloud.id})}"


def to_cloud(request: HttpRequest, name: str, cloud: CloudRow | str) -> HttpResponse:
    """Go on to a page about a cloud after a command."""
    return done(request, name, at_cloud(name, cloud).removeprefix(reverse(name)))


def heading(cloud: CloudRow, tab: str) -> dict[str, Any]:
    """What both tabs of a cloud show."""
    titles = (("cloud", "Cloud Properties"), ("cloud_quotas", "Attachment Quotas"))
    tabs = [{"title": title, "url": at_cloud(key, cloud), "current": key == tab} for key, title in titles]
    return {"cloud": cloud, "tabs": [{"title": "Clouds", "url": reverse("clouds"), "current": False}, *tabs]}


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def cloud(request: HttpRequest) -> HttpResponse:
    """Cloud Management, tab "Cloud Properties", with the cloud's clusters."""
    visit = visit_of(request)
    row = cloud_in(request, visit)
    kept = properties_of(row)
    form = PropertiesForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(kept, name) for name in PropertiesForm.base_fields},
    )
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            edit_cloud(
                actor=visit.actor, at=visit.at, account=visit.account, cloud=row.id, properties=form.properties()
            )
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:
            messages.success(request, "Saved. It applies from now on.")
            return to_cloud(request, "cloud", row)
    page = clusters_page(row, place(request))
    attachments, accounts = accounts_attached(row)
    own = attachment_count(row, visit.account)
    context |= heading(row, "cloud") | {
        "form": form,
        "clusters": page.rows,
        "page": shown_page(page),
        "own": counted(own, "attachment"),
        "others": f"{counted(attachments, 'attachment')} in {counted(accounts, 'other account')}",
    }
    return render(request, "clouds/properties.html", context, status=422 if request.method == "POST" else 200)


def placed(form: Any, refusal: no.Refusal) -> dict[str, Any]:  # noqa: ANN401 - any form with these fields
    """Show a refusal at its field where it has one, else above the form."""
    field = "name" if isinstance(refusal, no.CloudNameTaken) else getattr(refusal, "place", "")
    if field in form.fields and (isinstance(refusal, Invalid) or field == "name"):
        form.add_error(field, refusal.message)
        return {}
    return {"refusal": shown_refusal(refusal)}


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def cloud_add(request: HttpRequest) -> HttpResponse:
    """The dialog that makes a cloud."""
    visit = visit_of(request)
    form = CloudForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "back": reverse("clouds")}
    if request.method == "POST" and form.is_valid():
        try:
            made = create_cloud(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                properties=form.properties(),
                classification=Classification(form.cleaned_data["classification"]),
            )
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:
            name = form.cleaned_data["name"].strip()
            messages.success(request, f"The cloud {name} is made. Install a cluster, then it can be used and shared.")
            return to_cloud(request, "cloud", made)
    return dialog(request, "clouds/cloud_dialog.html", context, failed=request.method == "POST")


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def cloud_remove(request: HttpRequest) -> HttpResponse:
    """The confirmation that deletes a cloud; with clusters it only says so (CLOUD-7)."""
    visit = visit_of(request)
    row = cloud_in(request, visit)
    attachments, accounts = accounts_attached(row)
    own = attachment_count(row, visit.account)
    left = counted(attachments + own, "attachment") if attachments + own else ""
    context: dict[str, Any] = {
        "cloud": row,
        "back": at_cloud("cloud", row),
        "left": left,
        "accounts": counted(accounts + bool(own), "account"),
    }
    blocked = law.check_cloud_removal(row.name, cluster_count(row))

    def remove() -> None:
        remove_cloud(actor=visit.actor, at=visit.at, account=visit.account, cloud=row.id)

    said = f"The cloud {row.name} is deleted."
    return ending(request, "clouds/remove_cloud_dialog.html", context, blocked=blocked, end=remove, said=said) or done(
        request, "clouds"
    )


def ending(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    blocked: no.Refusal | None,
    end: Callable[[], None],
    said: str,
) -> HttpResponse | None:
    """A confirmation and what it confirms; `None` when that is done. What is blocked already is only told."""
    if blocked is not None:
        context["refusal"] = shown_refusal(blocked)
    elif request.method == "POST":
        try:
            end()
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, said)
            return None
    return dialog(request, template, context, failed=request.method == "POST")


# ---- clusters ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def cluster_install(request: HttpRequest) -> HttpResponse:
    """The dialog that makes a token for a cluster and shows it once."""
    visit = visit_of(request)
    row = cloud_in(request, visit)
    hours = int(TOKEN_LASTS.total_seconds() // 3600)
    context: dict[str, Any] = {"cloud": row, "hours": hours, "back": at_cloud("cloud", row)}
    if request.method == "POST":
        context["token"] = issue_cluster_token(actor=visit.actor, at=visit.at, account=visit.account, cloud=row.id)
        context["server"] = request.build_absolute_uri("/").rstrip("/")
    return render(request, "clouds/install_dialog.html", context)


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def cluster_remove(request: HttpRequest) -> HttpResponse:
    """The confirmation that deletes a cluster; attachments of the account itself block it (CLOUD-7)."""
    visit = visit_of(request)
    row = cluster_of(visit.account, request.GET.get("cluster", ""))
    attachments, accounts = accounts_attached(row.cloud)
    last = cluster_count(row.cloud) == 1
    context: dict[str, Any] = {
        "cluster": row,
        "back": at_cloud("cloud", row.cloud),
        "last": last,
        "others": f"{counted(attachments, 'attachment')} in {counted(accounts, 'account')}" if attachments else "",
    }
    blocked = law.check_cluster_removal(row.name, row.cloud.name, attachment_count(row.cloud, visit.account))

    def remove() -> None:
        remove_cluster(actor=visit.actor, at=visit.at, account=visit.account, cluster=row.id)

    said = f"The cluster {row.name} is deleted."
    ended = ending(request, "clouds/remove_cluster_dialog.html", context, blocked=blocked, end=remove, said=said)
    return ended or to_cloud(request, "cloud", row.cloud)
