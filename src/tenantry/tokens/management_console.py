"""The page Token Management: the tokens of the account, whoever made them (TOK-8)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tenantry.accounts.queries import existing_account
from tenantry.console.shown import counted, dialog, done, place, shown_page
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.rules.refusals import refuse
from tenantry.rules.tokens import MadeWithin, TokenStatus, check_tokens_licensed, made_since
from tenantry.rules.vocabulary import Instant
from tenantry.tokens.commands import disable_token, enable_token, revoke_token
from tenantry.tokens.forms import RANGE, TokenFilterForm
from tenantry.tokens.queries import TokenFilters, tokens_page
from tenantry.tokens.shown import asked_token, at, shown_token


def _visit(request: HttpRequest) -> Visit:
    """The visit, in an account with the token feature (TOK-1)."""
    visit = visit_of(request)
    refuse(check_tokens_licensed(existing_account(visit.account).features, visit.account))
    return visit


@require_GET
@needs("ACCOUNT_ADMIN")
@needs("API")
def tokens(request: HttpRequest) -> HttpResponse:
    """The account's tokens, newest first, as searched for and filtered."""
    visit = _visit(request)
    form = TokenFilterForm(request.GET)
    form.is_valid()  # a field that is filled in wrongly filters nothing, and says so
    data: dict[str, Any] = getattr(form, "cleaned_data", {})
    page, count = tokens_page(visit.account, _filters(data, visit.at), place(request))
    context = {
        "form": form,
        "query": data.get("q", ""),
        "ranged": data.get("date") == RANGE,
        "filtered": any(data.values()),
        "tokens": [
            {
                **shown_token(row),
                "owner": row.user.email,
                "switch": at("token_disable" if shown_token(row)["enabled"] else "token_enable", row),
                "revoke": at("token_revoke", row),
            }
            for row in page.rows
        ],
        "page": shown_page(page, counted(count, "token")),
    }
    return render(request, "tokens/token_management.html", context)


def _filters(data: dict[str, Any], now: Instant) -> TokenFilters:
    chosen, status = data.get("date", ""), data.get("status", "")
    since = until = None
    if chosen == RANGE:
        since, until = _midnight(data.get("date_from")), _midnight(data.get("date_to"), days=1)
    elif chosen:
        since = made_since(MadeWithin(chosen), now)
    return TokenFilters(
        search=data.get("q", "")[:254], status=TokenStatus(status) if status else None, since=since, until=until
    )


def _midnight(day: date | None, days: int = 0) -> datetime | None:
    if day is None or (days and day == date.max):  # no day comes after the last one
        return None
    return datetime.combine(day + timedelta(days=days), time.min, UTC)


def _done(request: HttpRequest, said: str) -> HttpResponse:
    messages.success(request, said)
    return done(request, "tokens")


def _act(request: HttpRequest, act: Callable[..., None], said: str) -> HttpResponse:
    visit = _visit(request)
    row = asked_token(request, visit.account)
    act(actor=visit.actor, at=visit.at, account=visit.account, token=row.pk)
    return _done(request, said.format(name=row.name, owner=row.user.email))


@require_POST
@needs("ACCOUNT_ADMIN")
@needs("API")
def token_disable(request: HttpRequest) -> HttpResponse:
    """Disable a token of any user."""
    return _act(request, disable_token, "{name} of {owner} is disabled: calls with it are refused from now on.")


@require_POST
@needs("ACCOUNT_ADMIN")
@needs("API")
def token_enable(request: HttpRequest) -> HttpResponse:
    """Enable a disabled token of any user again."""
    return _act(request, enable_token, "{name} of {owner} is enabled.")


@require_http_methods(["GET", "POST"])
@needs("ACCOUNT_ADMIN")
@needs("API")
def token_revoke(request: HttpRequest) -> HttpResponse:
    """The confirmation that ends a token of any user for good."""
    if request.method == "POST":
        return _act(request, revoke_token, "{name} of {owner} is revoked.")
    row = asked_token(request, _visit(request).account)
    context = {"token": shown_token(row), "owner": row.user.email, "back": reverse("tokens")}
    return dialog(request, "tokens/revoke_dialog.html", context)
