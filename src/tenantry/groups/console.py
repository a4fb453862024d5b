"""The pages about account groups, tab "Access Control": groups and their accounts."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods

from tenantry.accounts.queries import names_of_accounts
from tenantry.console.shown import Line, counted, described, dialog, done, place, privilege_lines, shown_page
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.decisions.guard import facts_of
from tenantry.groups.choosing import Choice, Chooser
from tenantry.groups.commands import (
    add_accounts_to_group,
    create_group,
    edit_group,
    remove_accounts_from_group,
    remove_group,
)
from tenantry.groups.forms import GroupForm
from tenantry.groups.heading import MANAGE, at_group, group_in, heading, placed, to_group
from tenantry.groups.queries import (
    GroupRow,
    accounts_page,
    choosable_accounts,
    choosable_among,
    group_grants_of,
    group_user,
    group_users_page,
    members_among,
)
from tenantry.previews.console import confirm_page, confirmation, look, refused_page, unconfirmed
from tenantry.rules.changes import AccountsLeave, GroupGoes
from tenantry.rules.conditions import unconditional
from tenantry.rules.groups import check_not_all_accounts
from tenantry.rules.refusals import Refusal, Refused
from tenantry.rules.vocabulary import AccountId, GroupId
from tenantry.users.queries import UserFilters

_NOT_IN_ALL_ACCOUNTS = (
    "All Accounts holds every account that this one manages, always. Its list of accounts cannot be edited."
)
_NOBODY_CHOSEN = "Choose at least one account."


@require_GET
@needs(MANAGE)
def groups(request: HttpRequest) -> HttpResponse:
    """Account Groups, tab "Access Control"."""
    visit = visit_of(request)
    group = group_in(request, visit)
    query, asked = request.GET.get("q", "")[:200], request.GET.get("people", "")[:200]
    accounts, number = accounts_page(group, query, place(request))
    mark = request.GET.get("people_before") or request.GET.get("people_after") or ""
    people, count = group_users_page(group, UserFilters(search=asked), mark)
    context: dict[str, Any] = {
        **heading(visit, group, "access"),
        "query": query,
        "accounts": accounts.rows,
        "page": shown_page(accounts, counted(number, "account")),
        "fixed": _NOT_IN_ALL_ACCOUNTS if group.everywhere else "",
        "people_query": asked,
        "people": people.rows,
        "people_page": shown_page(people, counted(count, "user")),
        "selected": _selected(visit, group, request.GET.get("person", "")),
    }
    return render(request, "groups/access_control.html", context)


def _selected(visit: Visit, group: GroupRow, user: str) -> dict[str, Any] | None:
    """The panes below the list of people: roles of the chosen one in this group, and what these add up to."""
    if not user.isdecimal():
        return None
    person = group_user(group, int(user))
    facts = facts_of(visit.account)
    grants = tuple(grant for grant in group_grants_of(group, person.id) if grant.role in facts.roles)
    lines = [
        Line(
            facts.roles[grant.role].name,
            described(facts.roles[grant.role].description, grant.validity, visit.at),
            condition=grant.condition,
        )
        for grant in grants
    ]
    carried = facts.roles.carried(grant.role for grant in unconditional(grants) if grant.validity.in_force(visit.at))
    return {
        "id": person.id,
        "email": person.email,
        "mailbox": person.email.rpartition("@")[0],
        "domain": person.email.rpartition("@")[2],
        "first_name": person.first_name,
        "last_name": person.last_name,
        "locked": person.locked,
        "roles": sorted(lines, key=lambda line: line.name.casefold()),
        "privileges": privilege_lines(facts.catalogue, carried),
    }


# ---- groups --------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def group_add(request: HttpRequest) -> HttpResponse:
    """The dialog that makes a group (GRP-5)."""
    visit = visit_of(request)
    form = GroupForm(request.POST if request.method == "POST" else None, initial={"alert_level": "none"})
    context: dict[str, Any] = {"group": None, "form": form, "back": at_group("groups", request.GET.get("group", ""))}
    if request.method == "POST" and form.is_valid():
        try:
            made = create_group(actor=visit.actor, at=visit.at, account=visit.account, **form.cleaned_data)
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:
            messages.success(request, f"The account group {form.cleaned_data['name']} is made. Add accounts and users.")
            return to_group(request, made)
    return dialog(request, "groups/group_dialog.html", context, failed=request.method == "POST")


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def group_edit(request: HttpRequest) -> HttpResponse:
    """The dialog that edits a group; All Accounts keeps its name (GRP-2)."""
    visit = visit_of(request)
    group = group_in(request, visit)
    form = GroupForm(
        request.POST if request.method == "POST" else None,
        initial={"name": group.name, "alert_level": group.alert_level},
    )
    form.fields["name"].disabled = group.everywhere
    context: dict[str, Any] = {"group": group, "form": form, "back": at_group("groups", group)}
    if request.method == "POST" and form.is_valid():
        try:
            edit_group(
                actor=visit.actor, at=visit.at, account=visit.account, group=GroupId(group.id), **form.cleaned_data
            )
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:
            messages.success(request, f"The account group {form.cleaned_data['name']} is saved.")
            return to_group(request, group)
    return dialog(request, "groups/group_dialog.html", context, failed=request.method == "POST")


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def group_remove(request: HttpRequest) -> HttpResponse:
    """The confirmation that deletes a group, with what it does to whom (GRP-19, UI-5)."""
    visit = visit_of(request)
    group = group_in(request, visit)
    title, back = "Delete Account Group", at_group("groups", group)
    fixed = check_not_all_accounts("it cannot be deleted", everywhere=group.everywhere)
    if fixed is not None:
        return refused_page(request, fixed, title=title, back=back)
    unseen = None
    if request.method == "POST":
        try:
            remove_group(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                group=GroupId(group.id),
                confirmed=confirmation(request),
            )
        except Refused as refused:
            unseen = refused.refusal
            if not unconfirmed(unseen):
                return refused_page(request, unseen, title=title, back=back)
        else:
            messages.success(request, f"The account group {group.name} is deleted.")
            return done(request, "groups")
    return confirm_page(
        request,
        look(visit, GroupGoes(visit.account, GroupId(group.id))),
        title=title,
        question=format_html("Delete the account group <strong>{}</strong>?", group.name),
        notes=["Its users, accounts and shares end with it. The accounts, users and roles themselves stay."],
        button="Delete",
        back=back,
        final=True,
        refused=unseen,
    )


# ---- accounts in a group -------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def group_accounts_add(request: HttpRequest) -> HttpResponse:
    """The dialog "Choose Account" (GRP-23)."""
    visit = visit_of(request)
    group = group_in(request, visit)
    chooser = Chooser(
        title="Choose Account",
        legend="Accounts",
        search_label="Search by account name or ID",
        name="account",
        word="account",
        back=at_group("groups", group),
    )
    fixed = check_not_all_accounts("its accounts cannot be edited", everywhere=group.everywhere)
    if fixed is not None:
        return refused_page(request, fixed, title=chooser.title, back=chooser.back)
    wanted = frozenset(AccountId(key) for key in request.POST.getlist("account"))
    problem: Refusal | None = None
    acting = request.method == "POST" and not chooser.searching(request)
    if acting and wanted:
        try:
            add_accounts_to_group(
                actor=visit.actor, at=visit.at, account=visit.account, group=GroupId(group.id), members=wanted
            )
        except Refused as refused:
            problem = refused.refusal
        else:
            verb = "is" if len(wanted) == 1 else "are"
            messages.success(request, f"{counted(len(wanted), 'account')} {verb} now in {group.name}.")
            return to_group(request, group)
    found, count = choosable_accounts(group, request.POST.get("q", "")[:200])
    return chooser.page(
        request,
        offered=(Choice(row.id, row.name, row.id) for row in found),
        chosen=(Choice(row.id, row.name, row.id) for row in choosable_among(group, wanted)) if wanted else (),
        count=count,
        refused=problem,
        error=_NOBODY_CHOSEN if acting and not wanted else "",
    )


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def group_accounts_remove(request: HttpRequest) -> HttpResponse:
    """The confirmation that takes accounts out of a group, with what it does to whom (GRP-17, UI-5)."""
    visit = visit_of(request)
    group = group_in(request, visit)
    title, back = "Remove Accounts", at_group("groups", group)
    leaving = frozenset(AccountId(key) for key in request.GET.getlist("account"))
    fixed = check_not_all_accounts("its accounts cannot be edited", everywhere=group.everywhere)
    if fixed is not None:
        return refused_page(request, fixed, title=title, back=back)
    leaving &= members_among(group, leaving)
    if not leaving:
        context = {"page_title": title, "refusal": {"message": _NOBODY_CHOSEN}, "back": back}
        return render(request, "refusal_dialog.html", context, status=422)
    unseen = None
    if request.method == "POST":
        try:
            remove_accounts_from_group(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                group=GroupId(group.id),
                members=leaving,
                confirmed=confirmation(request),
            )
        except Refused as refused:
            unseen = refused.refusal
            if not unconfirmed(unseen):
                return refused_page(request, unseen, title=title, back=back)
        else:
            verb = "is" if len(leaving) == 1 else "are"
            messages.success(request, f"{counted(len(leaving), 'account')} {verb} no longer in {group.name}.")
            return to_group(request, group)
    named = ", ".join(sorted(names_of_accounts(leaving).values(), key=str.casefold))
    return confirm_page(
        request,
        look(visit, AccountsLeave(visit.account, GroupId(group.id), leaving)),
        title=title,
        question=format_html("Take <strong>{}</strong> out of <strong>{}</strong>?", named, group.name),
        notes=["The group's users reach them through this group no longer, and roles shared through it end there."],
        button="Remove",
        back=back,
        final=True,
        refused=unseen,
    )
