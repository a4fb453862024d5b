"""The page Trusted IP Addresses: from where calls of the platform API may come (IP-1 to IP-3)."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tenantry.console.shown import dialog, done, shown_refusal
from tenantry.console.visit import needs, visit_of
from tenantry.platform_api import queries
from tenantry.platform_api.forms import TrustedAddressForm
from tenantry.platform_api.queries import TrustedRow
from tenantry.platform_api.shown import asked_number
from tenantry.platform_api.trusted import (
    add_trusted_address,
    delete_trusted_address,
    edit_trusted_address,
    switch_trusted_addresses,
)
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Invalid, Refused
from tenantry.rules.trusted_addresses import ENTRIES, AddressType, check_room


def _asked(request: HttpRequest) -> TrustedRow:
    return queries.trusted_address(visit_of(request).account, asked_number(request, "entry"))


@require_GET
@needs("ACCOUNT_ADMIN")
def trusted_addresses(request: HttpRequest) -> HttpResponse:
    """The entries by name, and the switch."""
    account = visit_of(request).account
    rows = queries.trusted_addresses(account)

    def at(name: str, row: TrustedRow) -> str:
        return f"{reverse(name)}?{urlencode({'entry': row.pk})}"

    context = {
        "on": queries.trust_is_on(account),
        "entries": [
            {
                "name": row.name,
                "type": AddressType(row.type).label,
                "address": row.address,
                "edit": at("trusted_edit", row),
                "delete": at("trusted_delete", row),
            }
            for row in rows
        ],
        "limit": ENTRIES,
        "full": len(rows) >= ENTRIES,
    }
    return render(request, "platform_api/trusted_addresses.html", context)


@require_POST
@needs("ACCOUNT_ADMIN")
def trusted_switch(request: HttpRequest) -> HttpResponse:
    """Switch on or off; on without an entry leads to the dialog that adds one, and stays off until then (IP-3)."""
    visit = visit_of(request)
    on = request.POST.get("on") == "1"
    try:
        switch_trusted_addresses(actor=visit.actor, at=visit.at, account=visit.account, on=on)
    except Refused as refused:
        if isinstance(refused.refusal, no.TrustedAddressesNone):
            return done(request, "trusted_add")
        raise
    messages.success(request, f"Trusted IP Addresses are {'on' if on else 'off'}.")
    return done(request, "trusted_addresses")


@require_http_methods(["GET", "POST"])
@needs("ACCOUNT_ADMIN")
def trusted_add(request: HttpRequest) -> HttpResponse:
    """The dialog "Add IP Address"; the first entry switches the feature on (IP-3)."""
    rows = queries.trusted_addresses(visit_of(request).account)
    context: dict[str, Any] = {"heading": "Add IP Address", "first": not rows}
    if (full := check_room(len(rows))) is not None:
        context |= {"refusal": shown_refusal(full), "full": True}
    return _form_dialog(request, context, {}, add_trusted_address, "{name} is added.")


@require_http_methods(["GET", "POST"])
@needs("ACCOUNT_ADMIN")
def trusted_edit(request: HttpRequest) -> HttpResponse:
    """The dialog that changes an entry."""
    row = _asked(request)
    initial = {"name": row.name, "type": row.type, "address": row.address}
    act = partial(edit_trusted_address, entry=row.pk)
    return _form_dialog(request, {"heading": "Edit IP Address"}, initial, act, "{name} is saved.")


def _form_dialog(
    request: HttpRequest, context: dict[str, Any], initial: dict[str, str], act: Callable[..., object], said: str
) -> HttpResponse:
    """The dialog of name, type and address; what is wrong with one of them shows at its field."""
    visit = visit_of(request)
    form = TrustedAddressForm(request.POST if request.method == "POST" else None, initial=initial)
    context |= {"form": form, "back": reverse("trusted_addresses")}
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        told = {"name": data["name"], "type": AddressType(data["type"]), "address": data["address"]}
        try:
            act(actor=visit.actor, at=visit.at, account=visit.account, **told)
        except Refused as refused:
            if isinstance(refused.refusal, Invalid):
                form.add_error(refused.refusal.place, refused.refusal.message)
            else:
                context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, said.format(name=data["name"]))
            return done(request, "trusted_addresses")
    return dialog(request, "platform_api/trusted_dialog.html", context, failed=form.is_bound)


@require_http_methods(["GET", "POST"])
@needs("ACCOUNT_ADMIN")
def trusted_delete(request: HttpRequest) -> HttpResponse:
    """The confirmation that takes an entry away; without the last one the feature is off (IP-3)."""
    visit = visit_of(request)
    row = _asked(request)
    if request.method == "POST":
        delete_trusted_address(actor=visit.actor, at=visit.at, account=visit.account, entry=row.pk)
        messages.success(request, f"{row.name} is deleted.")
        return done(request, "trusted_addresses")
    last = len(queries.trusted_addresses(visit.account)) == 1
    context = {"entry": row, "last": last, "back": reverse("trusted_addresses")}
    return dialog(request, "platform_api/trusted_delete_dialog.html", context)
