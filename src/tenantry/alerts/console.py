"""The page Email Alerts under My User Settings: of what one is told by mail (ALERT-1, ALERT-2)."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tenantry.alerts.commands import change_subscription, subscribe, unsubscribe
from tenantry.alerts.forms import SubscriptionForm
from tenantry.alerts.queries import SubscriptionRow, accounts_with_own, names_of, own_subscription, own_subscriptions
from tenantry.alerts.shown import asked_number, at
from tenantry.console.shown import dialog, done, place, shown_page, shown_refusal
from tenantry.console.visit import Visit, signed_in, visit_of
from tenantry.groups.alerts import EVENT_TYPE, group_subscriptions
from tenantry.rules.alerts import EventType
from tenantry.rules.refusals import AlertTypeTaken, Invalid, Refusal, Refused
from tenantry.rules.vocabulary import AccountId
from tenantry.signin.queries import enterable_accounts, switch_list


def _shown(row: SubscriptionRow) -> dict[str, Any]:
    return {"account": row.account.name, "id": row.account_id, "type": row.event_type, "level": row.level.upper()}


def _asked(request: HttpRequest, visit: Visit) -> SubscriptionRow:
    return own_subscription(visit.person.pk, asked_number(request, "alert"))


@require_GET
@signed_in
def own_alerts(request: HttpRequest) -> HttpResponse:
    """One's own subscriptions, and those that come with account groups, by account."""
    visit = visit_of(request)
    own = own_subscriptions(visit.person.pk, place(request))
    groups = group_subscriptions(visit.person.pk, request.GET.get("groups", ""))
    chosen = accounts_with_own(visit.person.pk)
    context = {
        "alerts": [
            _shown(row)
            | {"edit": at("own_alert_edit", "alert", row.pk), "delete": at("own_alert_delete", "alert", row.pk)}
            for row in own.rows
        ],
        "page": shown_page(own),
        "by_groups": [
            {
                "account": row.account_name,
                "id": row.account,
                "type": EVENT_TYPE,
                "level": row.level.upper(),
                "groups": row.groups,
                "replaced": row.account in chosen,
            }
            for row in groups.rows
        ],
        "more_by_groups": groups.next,
        "earlier_by_groups": groups.previous,
    }
    return render(request, "alerts/own_alerts.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def own_alert_add(request: HttpRequest) -> HttpResponse:
    """The dialog "Add Alert", for the account one is in or another one that was chosen."""
    visit = visit_of(request)
    form = SubscriptionForm(request.POST if request.method == "POST" else None)
    form.is_valid()
    account = _chosen(visit, form.cleaned_data.get("account", "") if form.is_bound else request.GET.get("account", ""))
    form.initial = {"account": account["id"]}
    context: dict[str, Any] = {
        "form": form,
        "heading": "Add Alert",
        "account": account,
        "back": reverse("own_alerts"),
    }
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            subscribe(
                person=visit.person,
                proof=visit.proof,
                at=visit.at,
                account=AccountId(data["account"]),
                event_type=EventType(data["event_type"]),
                level=data["level"],
            )
        except Refused as refused:
            context |= _placed(form, refused.refusal)
        else:
            messages.success(request, f"You are told of what happens in {account['name']}.")
            return done(request, "own_alerts")
    return dialog(request, "alerts/alert_dialog.html", context, failed=form.is_bound)


@require_GET
@signed_in
def own_alert_account(request: HttpRequest) -> HttpResponse:
    """Choose the account of an alert among those that one can enter: searched by name or ID, as in Switch Account."""
    visit = visit_of(request)
    query = request.GET.get("q", "")[:200]
    page = switch_list(visit.person, visit.at, visit.proof, query, place(request))
    add = reverse("own_alert_add")
    accounts = [
        {"id": row.id, "name": row.name, "choose": f"{add}?{urlencode({'account': row.id})}"} for row in page.rows
    ]
    context = {
        "accounts": accounts,
        "query": query,
        "search_label": "Search by name or ID",
        "page": shown_page(page),
        "back": reverse("own_alerts"),
    }
    return render(request, "alerts/choose_account_dialog.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def own_alert_edit(request: HttpRequest) -> HttpResponse:
    """The dialog that changes the type and the level of a subscription; its account stays."""
    visit = visit_of(request)
    row = _asked(request, visit)
    initial = {"event_type": row.event_type, "level": row.level}
    form = SubscriptionForm(request.POST if request.method == "POST" else None, initial=initial)
    form.account_stays()
    context: dict[str, Any] = {
        "form": form,
        "heading": "Edit Alert",
        "alert": _shown(row),
        "back": reverse("own_alerts"),
    }
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            change_subscription(
                person=visit.person,
                subscription=row.pk,
                event_type=EventType(data["event_type"]),
                level=data["level"],
            )
        except Refused as refused:
            context |= _placed(form, refused.refusal)
        else:
            messages.success(request, "The alert is saved.")
            return done(request, "own_alerts")
    return dialog(request, "alerts/alert_dialog.html", context, failed=form.is_bound)


@require_http_methods(["GET", "POST"])
@signed_in
def own_alert_delete(request: HttpRequest) -> HttpResponse:
    """The confirmation that ends a subscription."""
    visit = visit_of(request)
    row = _asked(request, visit)
    if request.method == "POST":
        unsubscribe(person=visit.person, subscription=row.pk)
        messages.success(request, "The alert is deleted.")
        return done(request, "own_alerts")
    context = {"alert": _shown(row), "back": reverse("own_alerts")}
    return dialog(request, "alerts/delete_dialog.html", context)


def _chosen(visit: Visit, account: str) -> dict[str, str]:
    """The account that was chosen, if the person can enter it; else the one they are in (ALERT-2)."""
    found = names_of(enterable_accounts(visit.person, visit.at, visit.proof).filter(id__in=[account, visit.account]))
    here = account if account in found else visit.account
    return {"id": here, "name": found.get(here, here)}


def _placed(form: SubscriptionForm, refusal: Refusal) -> dict[str, Any]:
    """Show at its field what is wrong with one, and above the form what is wrong with the rest."""
    if isinstance(refusal, Invalid) and refusal.place in {field.name for field in form.visible_fields()}:
        form.add_error(refusal.place, refusal.message)
        return {}
    if isinstance(refusal, AlertTypeTaken):
        form.add_error("event_type", refusal.message)
        return {}
    return {"refusal": shown_refusal(refusal)}
