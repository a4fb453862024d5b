"""The page Platform API Tokens under My User Settings: one's own tokens for the current account (TOK-1 to TOK-5)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tenantry.accounts.queries import existing_account
from tenantry.console.recently import proven_recently
from tenantry.console.shown import dialog, done, shown_refusal
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Invalid, Refusal, Refused, refuse
from tenantry.rules.tokens import TOKENS_PER_USER, check_token_count, check_tokens_licensed
from tenantry.tokens.commands import disable_token, enable_token, issue_user_token, rename_token, revoke_token
from tenantry.tokens.forms import TokenNameForm
from tenantry.tokens.queries import TokenRow, accounts_with_tokens, tokens_of_person
from tenantry.tokens.shown import asked_token, at, shown_token

NEEDED = "API"


def _visit(request: HttpRequest) -> Visit:
    """The visit, in an account with the token feature (TOK-1)."""
    visit = visit_of(request)
    refuse(check_tokens_licensed(existing_account(visit.account).features, visit.account))
    return visit


def _own(request: HttpRequest, visit: Visit) -> TokenRow:
    """The token that the address names, of the person who asks; whether others have it is not told."""
    row = asked_token(request, visit.account)
    if row.user_id != visit.person.pk:
        raise Refused(no.TokenNotFound())
    return row


@require_GET
@needs(NEEDED)
def own_tokens(request: HttpRequest) -> HttpResponse:
    """One's tokens for this account, and how many of the five one has over all accounts."""
    visit = _visit(request)
    rows = tokens_of_person(visit.account, visit.person.pk)
    everywhere = accounts_with_tokens(visit.person.pk)
    elsewhere = [name for key, name in everywhere if key != visit.account]
    context = {
        "tokens": [
            {
                **shown_token(row),
                "rename": at("own_token_rename", row),
                "switch": at("own_token_disable" if shown_token(row)["enabled"] else "own_token_enable", row),
                "revoke": at("own_token_revoke", row),
            }
            for row in rows
        ],
        "count": len(everywhere),
        "limit": TOKENS_PER_USER,
        "elsewhere": list(dict.fromkeys(elsewhere)),
        "elsewhere_count": len(elsewhere),
        "full": len(everywhere) >= TOKENS_PER_USER,
    }
    return render(request, "tokens/own_tokens.html", context)


@require_http_methods(["GET", "POST"])
@needs(NEEDED)
@proven_recently
def own_token_add(request: HttpRequest) -> HttpResponse:
    """The dialog "Add New Token", which shows the value once it is made: in this answer, and never again (TOK-4)."""
    visit = _visit(request)
    form = TokenNameForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "back": reverse("own_tokens")}
    full = check_token_count(len(accounts_with_tokens(visit.person.pk)))
    if full is not None:
        context |= {"refusal": shown_refusal(full), "full": True}
    elif form.is_bound and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            context["value"] = issue_user_token(
                actor=visit.actor, at=visit.at, account=visit.account, user=visit.person.email, name=name
            )
        except Refused as refused:
            context |= _placed(form, refused.refusal)
        else:
            context["name"] = name
            return dialog(request, "tokens/add_dialog.html", context)
    return dialog(request, "tokens/add_dialog.html", context, failed=form.is_bound)


@require_http_methods(["GET", "POST"])
@needs(NEEDED)
def own_token_rename(request: HttpRequest) -> HttpResponse:
    """The dialog that gives one's token another name (TOK-5)."""
    visit = _visit(request)
    row = _own(request, visit)
    form = TokenNameForm(request.POST if request.method == "POST" else None, initial={"name": row.name})
    context: dict[str, Any] = {"form": form, "back": reverse("own_tokens")}
    if form.is_bound and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            rename_token(actor=visit.actor, at=visit.at, account=visit.account, token=row.pk, name=name)
        except Refused as refused:
            context |= _placed(form, refused.refusal)
        else:
            messages.success(request, f"The token is called {name} now.")
            return done(request, "own_tokens")
    return dialog(request, "tokens/rename_dialog.html", context, failed=form.is_bound)


def _placed(form: TokenNameForm, refusal: Refusal) -> dict[str, Any]:
    """Show at the field what is wrong with the name, and above the form what is wrong with the rest."""
    if isinstance(refusal, (Invalid, no.TokenNameTaken)):
        form.add_error("name", refusal.message)
        return {}
    return {"refusal": shown_refusal(refusal)}


@require_POST
@needs(NEEDED)
def own_token_disable(request: HttpRequest) -> HttpResponse:
    """Disable one's token (TOK-5)."""
    visit = _visit(request)
    row = _own(request, visit)
    disable_token(actor=visit.actor, at=visit.at, account=visit.account, token=row.pk)
    messages.success(request, f"{row.name} is disabled: calls with it are refused from now on.")
    return done(request, "own_tokens")


@require_POST
@needs(NEEDED)
def own_token_enable(request: HttpRequest) -> HttpResponse:
    """Enable one's disabled token again (TOK-5)."""
    visit = _visit(request)
    row = _own(request, visit)
    enable_token(actor=visit.actor, at=visit.at, account=visit.account, token=row.pk)
    messages.success(request, f"{row.name} is enabled.")
    return done(request, "own_tokens")


@require_http_methods(["GET", "POST"])
@needs(NEEDED)
def own_token_revoke(request: HttpRequest) -> HttpResponse:
    """The confirmation that ends one's token for good (TOK-5)."""
    visit = _visit(request)
    row = _own(request, visit)
    if request.method == "POST":
        revoke_token(actor=visit.actor, at=visit.at, account=visit.account, token=row.pk)
        messages.success(request, f"{row.name} is revoked.")
        return done(request, "own_tokens")
    context = {"token": shown_token(row), "back": reverse("own_tokens")}
    return dialog(request, "tokens/revoke_dialog.html", context)
