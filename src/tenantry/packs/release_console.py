"""Dialogs that release an integration pack, at once or on a day (PACK-3, PACK-4)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from tenantry.console.shown import counted, dialog
from tenantry.console.visit import needs, visit_of
from tenantry.packs.commands import (
    change_release_day,
    release_pack,
)
from tenantry.packs.forms import LATER, DayForm, ReleaseForm
from tenantry.packs.queries import (
    installed,
    pending_release,
)
from tenantry.packs.shown import MANAGE, at_pack, pack_named, placed, to_pack
from tenantry.rules.refusals import NoUpdatePending, Refused
from tenantry.users.queries import zone_of


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def pack_release(request: HttpRequest) -> HttpResponse:
    """The dialog "Release Integration Pack": now, or on a date unless an update is pending (PACK-3 to PACK-5)."""
    visit = visit_of(request)
    row = pack_named(request, visit)
    pending = pending_release(row)
    form = ReleaseForm(request.POST if request.method == "POST" else None)
    later = request.POST.get("when") == LATER
    if not later:
        form.fields["day"].required = False
    instances, accounts = installed(row)
    context: dict[str, Any] = {
        "pack": row,
        "form": form,
        "later": later,
        "pending": pending,
        "zone": str(zone_of(visit.actor.user)),
        "installed": f"{counted(instances, 'instance')} in {counted(accounts, 'account')}" if instances else "",
        "back": at_pack("pack", row),
    }
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["day"] if later else None
        try:
            release_pack(actor=visit.actor, at=visit.at, account=visit.account, pack=row.id, day=day)
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:
            said = f"will be released in the first hour of {day}" if day else f"is released: release {row.released + 1}"
            messages.success(request, f"{row.name} {said}.")
            return to_pack(request, row)
    return dialog(request, "packs/release_dialog.html", context, failed=request.method == "POST")


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def pack_release_day(request: HttpRequest) -> HttpResponse:
    """The dialog that changes the date of a pending release (PACK-5)."""
    visit = visit_of(request)
    row = pack_named(request, visit)
    pending = pending_release(row)
    if pending is None:
        raise Refused(NoUpdatePending(pack=row.name))
    form = DayForm(request.POST if request.method == "POST" else None, initial={"day": pending.day})
    context: dict[str, Any] = {
        "pack": row,
        "form": form,
        "zone": str(zone_of(visit.actor.user)),
        "back": at_pack("pack", row),
    }
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["day"]
        try:
            change_release_day(actor=visit.actor, at=visit.at, account=visit.account, pack=row.id, day=day)
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:
            messages.success(request, f"{row.name} is released in the first hour of {day}.")
            return to_pack(request, row)
    return dialog(request, "packs/day_dialog.html", context, failed=request.method == "POST")
