"""The page CORS: from which web pages browsers may call the platform API (CORS-1)."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tenantry.console.shown import counted, dialog, done, place, shown_page, shown_refusal
from tenantry.console.visit import needs, visit_of
from tenantry.platform_api import queries
from tenantry.platform_api.forms import OriginForm
from tenantry.platform_api.origins import add_origin, delete_origin, edit_origin
from tenantry.platform_api.queries import OriginRow
from tenantry.platform_api.shown import asked_number
from tenantry.rules import refusals as no
from tenantry.rules.origins import Method
from tenantry.rules.refusals import Invalid, Refused


def _asked(request: HttpRequest) -> OriginRow:
    return queries.origin_rule(visit_of(request).account, asked_number(request, "rule"))


@require_GET
@needs("ACCOUNT_ADMIN")
def origins(request: HttpRequest) -> HttpResponse:
    """The rules by origin."""
    page, count = queries.origins_page(visit_of(request).account, place(request))

    def at(name: str, row: OriginRow) -> str:
        return f"{reverse(name)}?{urlencode({'rule': row.pk})}"

    context = {
        "rules": [
            {
                "origin": row.origin,
                "methods": ", ".join(row.methods),
                "edit": at("origin_edit", row),
                "delete": at("origin_delete", row),
            }
            for row in page.rows
        ],
        "page": shown_page(page, counted(count, "origin")),
    }
    return render(request, "platform_api/origins.html", context)


@require_http_methods(["GET", "POST"])
@needs("ACCOUNT_ADMIN")
def origin_add(request: HttpRequest) -> HttpResponse:
    """The dialog "Add Origin"."""
    return _form_dialog(request, "Add Origin", {}, add_origin, "The origin is added.")


@require_http_methods(["GET", "POST"])
@needs("ACCOUNT_ADMIN")
def origin_edit(request: HttpRequest) -> HttpResponse:
    """The dialog that changes a rule."""
    row = _asked(request)
    initial = {"origin": row.origin, "methods": row.methods}
    return _form_dialog(request, "Edit Origin", initial, partial(edit_origin, rule=row.pk), "The origin is saved.")


def _form_dialog(
    request: HttpRequest, heading: str, initial: dict[str, Any], act: Callable[..., object], said: str
) -> HttpResponse:
    """The dialog of an origin and its methods; what is wrong with one of them shows at its field."""
    visit = visit_of(request)
    form = OriginForm(request.POST if request.method == "POST" else None, initial=initial)
    context: dict[str, Any] = {"form": form, "heading": heading, "back": reverse("origins")}
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        methods = frozenset(map(Method, data["methods"]))
        try:
            act(actor=visit.actor, at=visit.at, account=visit.account, origin=data["origin"], methods=methods)
        except Refused as refused:
            if isinstance(refused.refusal, Invalid):
                form.add_error(refused.refusal.place, refused.refusal.message)
            elif isinstance(refused.refusal, no.OriginTaken):
                form.add_error("origin", refused.refusal.message)
            else:
                context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, said)
            return done(request, "origins")
    return dialog(request, "platform_api/origin_dialog.html", context, failed=form.is_bound)


@require_http_methods(["GET", "POST"])
@needs("ACCOUNT_ADMIN")
def origin_delete(request: HttpRequest) -> HttpResponse:
    """The confirmation that takes a rule away."""
    visit = visit_of(request)
    row = _asked(request)
    if request.method == "POST":
        delete_origin(actor=visit.actor, at=visit.at, account=visit.account, rule=row.pk)
        messages.success(request, f"{row.origin} is deleted.")
        return done(request, "origins")
    context = {"rule": row, "back": reverse("origins")}
    return dialog(request, "platform_api/origin_delete_dialog.html", context)
