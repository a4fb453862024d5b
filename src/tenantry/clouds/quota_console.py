"""Cloud Management, tab "Attachment Quotas": who has attachments in a cloud, and their own maximums (CLOUD-4)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from tenantry.clouds.commands import add_quota, edit_quota, remove_quota
from tenantry.clouds.console import MANAGE, at_cloud, cloud_in, ending, heading, to_cloud
from tenantry.clouds.forms import QuotaForm
from tenantry.clouds.queries import (
    attachment_count,
    is_shared_to,
    quota_candidates,
    quota_of,
    slots_page,
)
from tenantry.console.shown import counted, dialog, place, shown_page, shown_refusal
from tenantry.console.visit import needs, visit_of
from tenantry.rules import clouds as law, refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import AccountId


@require_GET
@needs(MANAGE)
def cloud_quotas(request: HttpRequest) -> HttpResponse:
    """The accounts with attachments or a quota of their own, page by page."""
    visit = visit_of(request)
    row = cloud_in(request, visit)
    query = request.GET.get("q", "")[:200]
    page, count = slots_page(row, query, place(request))
    context = heading(row, "cloud_quotas") | {
        "query": query,
        "slots": page.rows,
        "page": shown_page(page, counted(count, "account")),
    }
    return render(request, "clouds/quotas.html", context)


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def quota_add(request: HttpRequest) -> HttpResponse:
    """The dialog "Add Quota", for one of the accounts to which the cloud is shared."""
    visit = visit_of(request)
    row = cloud_in(request, visit)
    sent = request.POST if request.method == "POST" else None
    searching = sent is not None and "search" in sent
    form = QuotaForm(None if searching else sent, initial={"maximum": request.POST.get("maximum", row.max_attachments)})
    chosen = request.POST.get("account", "")
    context: dict[str, Any] = {"cloud": row, "form": form, "back": at_cloud("cloud_quotas", row)}
    acting = sent is not None and not searching
    if acting and not chosen:
        context["error"] = "Choose an account."
    elif acting and form.is_valid():
        try:
            add_quota(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                cloud=row.id,
                member=AccountId(chosen),
                maximum=form.cleaned_data["maximum"],
            )
        except Refused as refused:
            context |= _placed(form, refused.refusal)
        else:
            messages.success(request, "The quota is added.")
            return to_cloud(request, "cloud_quotas", row)
    query = request.POST.get("q", "")[:200]
    found, count = quota_candidates(row, query)
    context |= {
        "query": query,
        "accounts": [{"id": one.id, "name": one.name, "checked": one.id == chosen} for one in found],
        "found": counted(count, "account"),
        "more": count > len(found),
    }
    return dialog(request, "clouds/quota_dialog.html", context, failed=acting)


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def quota_edit(request: HttpRequest) -> HttpResponse:
    """The dialog "Edit Quota"."""
    visit = visit_of(request)
    row = cloud_in(request, visit)
    quota = quota_of(row, request.GET.get("account", ""))
    form = QuotaForm(request.POST if request.method == "POST" else None, initial={"maximum": quota.maximum})
    context: dict[str, Any] = {
        "cloud": row,
        "member": quota.member,
        "attachments": counted(attachment_count(row, quota.member_id), "attachment"),
        "form": form,
        "back": at_cloud("cloud_quotas", row),
    }
    if request.method == "POST" and form.is_valid():
        try:
            edit_quota(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                cloud=row.id,
                member=AccountId(quota.member_id),
                maximum=form.cleaned_data["maximum"],
            )
        except Refused as refused:
            context |= _placed(form, refused.refusal)
        else:
            messages.success(request, "Saved.")
            return to_cloud(request, "cloud_quotas", row)
    return dialog(request, "clouds/quota_dialog.html", context, failed=request.method == "POST")


def _placed(form: QuotaForm, refusal: no.Refusal) -> dict[str, Any]:
    """Show a refusal about the number at its field, others above the form."""
    if isinstance(refusal, (no.MaximumInvalid, no.QuotaBelowAttachments)):
        form.add_error("maximum", f"{refusal.message} (Rule {refusal.rule})")
        return {}
    return {"refusal": shown_refusal(refusal)}


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def quota_remove(request: HttpRequest) -> HttpResponse:
    """The confirmation "Delete Quota": the cloud's own maximum applies again."""
    visit = visit_of(request)
    row = cloud_in(request, visit)
    quota = quota_of(row, request.GET.get("account", ""))
    member = AccountId(quota.member_id)
    context: dict[str, Any] = {
        "cloud": row,
        "member": quota.member,
        "maximum": "unlimited" if row.max_attachments == law.UNLIMITED else row.max_attachments,
        "back": at_cloud("cloud_quotas", row),
    }
    shared = is_shared_to(row, member)
    blocked = law.check_quota_account(account=quota.member.name, cloud=row.name, shared=shared)

    def remove() -> None:
        remove_quota(actor=visit.actor, at=visit.at, account=visit.account, cloud=row.id, member=member)

    said = "The quota is deleted."
    ended = ending(request, "clouds/remove_quota_dialog.html", context, blocked=blocked, end=remove, said=said)
    return ended or to_cloud(request, "cloud_quotas", row)
