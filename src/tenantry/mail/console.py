"""The Outbox of a demo installation."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenantry.console.shown import counted, shown_page
from tenantry.console.visit import signed_in
from tenantry.mail.outbox import latest_mails
from tenantry.store.paging import Page


@require_GET
@signed_in
def outbox(request: HttpRequest) -> HttpResponse:
    """The newest mails of the mail folder. Only a demo installation shows it: everybody signed in reads every mail."""
    if not settings.DEMO:
        raise Http404
    mails = latest_mails()
    chosen = next((mail for mail in mails if mail.key == request.GET.get("selected")), None)
    selected: dict[str, Any] | None = None
    if chosen is not None:
        selected = {
            "id": chosen.key,
            "to": chosen.to,
            "sender": settings.DEFAULT_FROM_EMAIL,
            "subject": chosen.subject,
            "at": chosen.at,
            "text": chosen.body,
        }
    context = {
        "mails": [{"id": mail.key, "to": mail.to, "subject": mail.subject, "at": mail.at} for mail in mails],
        "page": shown_page(Page(()), counted(len(mails), "mail")),
        "selected": selected,
    }
    return render(request, "mail/outbox.html", context)
