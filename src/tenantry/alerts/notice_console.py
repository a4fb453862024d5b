"""The page Account Notifications: what administrators tell everybody in their account."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tenantry.alerts.forms import NoticeForm
from tenantry.alerts.notices import dismiss_notice, end_notice, post_notice
from tenantry.alerts.queries import notice_of, notices_of
from tenantry.alerts.shown import asked_number, at, shown_notice
from tenantry.console.shown import dialog, done, shown_refusal
from tenantry.console.visit import needs, signed_in, visit_of
from tenantry.rules.refusals import Invalid, Refused
from tenantry.signin.arrival import onward_path


@require_GET
@needs("ACCOUNT_ADMIN")
def notices(request: HttpRequest) -> HttpResponse:
    """The notifications that have not ended, the newest first."""
    visit = visit_of(request)
    rows = notices_of(visit.account, visit.at)
    context = {"notices": [shown_notice(row) | {"end": at("notice_end", "notice", row.pk)} for row in rows]}
    return render(request, "alerts/notices.html", context)


@require_http_methods(["GET", "POST"])
@needs("ACCOUNT_ADMIN")
def notice_add(request: HttpRequest) -> HttpResponse:
    """The dialog "Add Notification"."""
    visit = visit_of(request)
    form = NoticeForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "back": reverse("notices")}
    if form.is_bound and form.is_valid():
        try:
            post_notice(actor=visit.actor, at=visit.at, account=visit.account, **form.cleaned_data)
        except Refused as refused:
            if isinstance(refused.refusal, Invalid):
                form.add_error(refused.refusal.place, refused.refusal.message)
            else:
                context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, "The notification is shown on every page of this account.")
            return done(request, "notices")
    return dialog(request, "alerts/notice_dialog.html", context, failed=form.is_bound)


@require_http_methods(["GET", "POST"])
@needs("ACCOUNT_ADMIN")
def notice_end(request: HttpRequest) -> HttpResponse:
    """The confirmation that shows a notification to nobody any more."""
    visit = visit_of(request)
    row = notice_of(visit.account, asked_number(request, "notice"))
    if request.method == "POST":
        end_notice(actor=visit.actor, at=visit.at, account=visit.account, notice=row.pk)
        messages.success(request, "The notification is ended.")
        return done(request, "notices")
    context = {"notice": shown_notice(row), "back": reverse("notices")}
    return dialog(request, "alerts/end_dialog.html", context)


@require_POST
@signed_in
def notice_dismiss(request: HttpRequest) -> HttpResponse:
    """See a notification no more, and go back to the page it was on."""
    visit = visit_of(request)
    dismiss_notice(account=visit.account, user=visit.person.pk, notice=asked_number(request, "notice"))
    return HttpResponseRedirect(onward_path(request, request.POST.get("back", "")))
