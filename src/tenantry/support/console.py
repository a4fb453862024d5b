"""Temporary support access on pages: what staff ask for, and what administrators answer (SUP-11 to SUP-14)."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from tenantry.accounts.queries import AccountRow, existing_account
from tenantry.console.shown import Option, dialog, done, place, shown_page, shown_refusal
from tenantry.console.visit import Visit, needs, signed_in, visit_of
from tenantry.decisions.guard import facts_of
from tenantry.rules.accounts import support_access_choices
from tenantry.rules.refusals import Refused, SupportGrantNotOpen, refuse
from tenantry.rules.support import GrantStatus, check_available, check_staff, status_at
from tenantry.rules.vocabulary import AccountId, RoleId
from tenantry.support.commands import (
    deny_support_access,
    expire_support_access,
    extend_support_access,
    grant_support_access,
    request_support_access,
)
from tenantry.support.forms import LengthForm, RequestForm, SetUpForm
from tenantry.support.queries import (
    SupportRow,
    open_requests,
    own_requests_page,
    support_grant,
    support_page,
)
from tenantry.users.queries import LARGEST_KEY

_KINDS: Final = {
    GrantStatus.REQUESTED: "warn",
    GrantStatus.ACTIVE: "good",
    GrantStatus.EXPIRED: "",
    GrantStatus.DENIED: "bad",
}

_DORMANT: Final = "Active access is dormant while the Support Access Role is a role, and its time runs on."


def team_access(visit: Visit, row: AccountRow, mark: str) -> dict[str, Any]:
    """The section "Support Team Access" of Account Information (SUP-11, SUP-12)."""
    page = support_page(visit.account, mark)
    closed = check_available(visit.account, row.support_access)
    grants = [_shown(grant, visit, dormant=closed is not None) for grant in page.rows]
    why_not = ""
    if closed is not None:
        why_not = (
            "Support staff enter this account by its Support Access Role. "
            "Temporary access is available only while that is --No Access--."
        )
    elif not open_requests(visit.account):
        why_not = "Nobody of the support team has asked for access."
    return {
        "support": grants,
        "support_page": shown_page(page),
        "support_why_not": why_not,
        "support_rule": closed.rules[0] if closed else "",
        "support_dormant": _DORMANT
        if closed is not None and any(grant["status"] is GrantStatus.ACTIVE for grant in grants)
        else "",
    }


def _shown(grant: SupportRow, visit: Visit, *, dormant: bool = False) -> dict[str, Any]:
    status = status_at(GrantStatus(grant.status), grant.expires_at, visit.at)
    asleep = dormant and status is GrantStatus.ACTIVE
    return {
        "id": grant.pk,
        "name": f"{grant.user.first_name} {grant.user.last_name}".strip() or grant.user.email,
        "email": grant.user.email,
        "role": grant.role_name,
        "why": grant.why,
        "status": status,
        "status_title": f"{status.title()}, dormant" if asleep else status.title(),
        "status_kind": "" if asleep else _KINDS[status],
        "requested_at": grant.requested_at,
        "expires_at": grant.expires_at,
    }


@require_http_methods(["GET", "POST"])
@needs("ACCOUNT_ADMIN")
def support_set_up(request: HttpRequest) -> HttpResponse:
    """The dialog "Set Up Access": who, with which role, for how long (SUP-11)."""
    visit = visit_of(request)
    row = existing_account(visit.account)
    refuse(check_available(visit.account, row.support_access))
    facts = facts_of(visit.account)
    waiting = open_requests(visit.account)
    form = SetUpForm(request.POST if request.method == "POST" else None)
    offered = [role for role in support_access_choices(row.features, facts.own_roles()) if role in facts.roles]
    form.fields["role"].choices = [("", "Choose"), *((role, facts.roles[role].name) for role in offered)]  # type: ignore[attr-defined]
    form.fields["members"].choices = [(str(grant.pk), grant.user.email) for grant in waiting]  # type: ignore[attr-defined]
    chosen = set(request.POST.getlist("members")) if request.method == "POST" else {str(grant.pk) for grant in waiting}
    context: dict[str, Any] = {
        "form": form,
        "members": [
            {
                "title": "",
                "options": [
                    Option(str(grant.pk), grant.user.email, grant.why, checked=str(grant.pk) in chosen)
                    for grant in waiting
                ],
            }
        ],
        "count": len(chosen),
        "nobody": not waiting,
    }
    if request.method == "POST" and form.is_valid():
        try:
            grant_support_access(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                grants=frozenset(form.cleaned_data["members"]),
                role=RoleId(form.cleaned_data["role"]),
                hours=form.cleaned_data["hours"],
            )
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, "Access is set up and in force.")
            return done(request, "account_information")
    return dialog(request, "support/set_up_dialog.html", context, failed=request.method == "POST")


def _grant(visit: Visit, grant: int, needed: GrantStatus) -> SupportRow:
    """The request or grant of this account, in this status; those of others are not there."""
    try:
        found = support_grant(visit.account, grant if grant <= LARGEST_KEY else 0)
    except Refused as refused:
        if isinstance(refused.refusal, SupportGrantNotOpen):
            raise Http404 from refused
        raise
    status = status_at(GrantStatus(found.status), found.expires_at, visit.at)
    refuse(None if status is needed else SupportGrantNotOpen(needed=needed, status=status))
    return found


@require_http_methods(["GET", "POST"])
@needs("ACCOUNT_ADMIN")
def support_extend(request: HttpRequest, grant: int) -> HttpResponse:
    """The dialog that lets an active grant end later (SUP-12)."""
    visit = visit_of(request)
    found = _grant(visit, grant, GrantStatus.ACTIVE)
    form = LengthForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"grant": _shown(found, visit), "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            extend_support_access(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                grant=grant,
                hours=form.cleaned_data["hours"],
            )
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
        else:
            messages.success(request, f"The access of {found.user.email} ends later now.")
            return done(request, "account_information")
    return dialog(request, "support/extend_dialog.html", context, failed=request.method == "POST")


@require_http_methods(["GET", "POST"])
@needs("ACCOUNT_ADMIN")
def support_expire(request: HttpRequest, grant: int) -> HttpResponse:
    """The confirmation that ends an active grant now, open sessions included (SUP-12, SUP-13)."""
    person = _grant(visit_of(request), grant, GrantStatus.ACTIVE).user.email
    return _end(
        request,
        grant,
        expire_support_access,
        title="Expire Access",
        question=format_html("End the access of <strong>{}</strong> now? Open sessions end with it.", person),
        button="Expire",
        said=f"The access of {person} has ended.",
    )


@require_http_methods(["GET", "POST"])
@needs("ACCOUNT_ADMIN")
def support_deny(request: HttpRequest, grant: int) -> HttpResponse:
    """The confirmation that refuses a request."""
    person = _grant(visit_of(request), grant, GrantStatus.REQUESTED).user.email
    return _end(
        request,
        grant,
        deny_support_access,
        title="Deny Access",
        question=format_html("Deny the request of <strong>{}</strong>? They can ask again.", person),
        button="Deny",
        said=f"The request of {person} is denied.",
    )


def _end(
    request: HttpRequest,
    grant: int,
    command: Callable[..., None],
    *,
    title: str,
    question: SafeString,
    button: str,
    said: str,
) -> HttpResponse:
    visit = visit_of(request)
    context: dict[str, Any] = {"page_title": title, "question": question, "button": button}
    if request.method == "POST":
        try:
            command(actor=visit.actor, at=visit.at, account=visit.account, grant=grant)
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
            return render(request, "support/end_dialog.html", context, status=409)
        messages.success(request, said)
        return done(request, "account_information")
    return dialog(request, "support/end_dialog.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def support_requests(request: HttpRequest) -> HttpResponse:
    """Support Access, under My User Settings: staff ask for temporary access, and see what became of it (SUP-11)."""
    visit = visit_of(request)
    refuse(check_staff(visit.person.email, staff=visit.person.staff))
    form = RequestForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            request_support_access(
                actor=visit.actor,
                at=visit.at,
                account=AccountId(form.cleaned_data["account"].strip()),
                why=form.cleaned_data["why"],
            )
        except Refused as refused:
            form.add_error("account", refused.refusal.message)
        else:
            messages.success(request, "Your request is with the administrators of the account.")
            return done(request, "support_requests")
    page = own_requests_page(visit.person.pk, place(request))
    context = {
        "form": form,
        "requests": [
            {**_shown(grant, visit), "account": grant.account.name, "account_id": grant.account_id}
            for grant in page.rows
        ],
        "page": shown_page(page),
    }
    return render(request, "support/requests.html", context, status=422 if request.method == "POST" else 200)
