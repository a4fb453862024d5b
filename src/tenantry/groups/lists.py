"""Dialogs about account groups that only show: groups to go to, groups of an account or person, an account's users."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tenantry.console.shown import counted, place, shown_page
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.groups.heading import MANAGE, at_group, group_in
from tenantry.groups.queries import (
    MemberRow,
    assigned_users_page,
    group_user,
    groups_holding_page,
    groups_of_user_page,
    groups_page,
    managed_account,
    roles_by_group,
)

DIRECT = "Direct"
"""What stands for the group where access is direct (GRP-21)."""


_GROUPS, _PEOPLE = "Search by group name", "Search by e-mail or name"


def _list(request: HttpRequest, template: str, search_label: str, context: dict[str, Any]) -> HttpResponse:
    shown = {
        "query": _query(request),
        "search_label": search_label,
        "back": at_group("groups", request.GET.get("group", "")),
        **context,
    }
    return render(request, template, shown)


def _query(request: HttpRequest) -> str:
    return request.GET.get("q", "")[:200]


def _account(request: HttpRequest, visit: Visit) -> MemberRow:
    found = managed_account(visit.account, request.GET.get("account", ""))
    if found is None:
        raise Http404
    return found


@require_GET
@needs(MANAGE)
def group_choose(request: HttpRequest) -> HttpResponse:
    """Choose among many groups: searched, by name, All Accounts first."""
    visit = visit_of(request)
    page, count = groups_page(visit.account, _query(request), place(request))
    there = reverse("group_resources" if request.GET.get("tab") == "resources" else "groups")
    context = {"groups": page.rows, "there": there, "page": shown_page(page, counted(count, "group"))}
    return _list(request, "groups/choose_group_dialog.html", _GROUPS, context)


@require_GET
@needs(MANAGE)
def account_groups(request: HttpRequest) -> HttpResponse:
    """View Account Group Membership: the groups that hold an account (GRP-21)."""
    visit = visit_of(request)
    account = _account(request, visit)
    page, count = groups_holding_page(visit.account, account.id, _query(request), place(request))
    context = {"account": account, "groups": page.rows, "page": shown_page(page, counted(count, "group"))}
    return _list(request, "groups/account_groups_dialog.html", _GROUPS, context)


@require_GET
@needs(MANAGE)
def account_users(request: HttpRequest) -> HttpResponse:
    """View Account's Assigned Users: everybody with roles there, directly or through groups (GRP-21)."""
    visit = visit_of(request)
    account = _account(request, visit)
    page, count = assigned_users_page(visit.account, account.id, visit.at, search=_query(request), place=place(request))
    people = [
        {
            "email": row.person.email,
            "locked": row.person.locked,
            "lines": [
                *([{"group": DIRECT, "roles": row.direct, "idle": False}] if row.direct else []),
                *({"group": group, "roles": roles, "idle": bool(row.direct)} for group, roles in row.by_group),
            ],
        }
        for row in page.rows
    ]
    context = {"account": account, "people": people, "page": shown_page(page, counted(count, "user"))}
    return _list(request, "groups/account_users_dialog.html", _PEOPLE, context)


@require_GET
@needs(MANAGE)
def user_groups(request: HttpRequest, user: int) -> HttpResponse:
    """View All Account Groups: the groups somebody is in, with the roles there (GRP-22)."""
    visit = visit_of(request)
    group = group_in(request, visit)
    person = group_user(group, user)
    page, count = groups_of_user_page(visit.account, person.id, _query(request), place(request))
    roles = roles_by_group(visit.account, person.id, tuple(row.id for row in page.rows))
    context = {
        "person": person,
        "groups": [{"name": row.name, "roles": roles.get(row.id, [])} for row in page.rows],
        "page": shown_page(page, counted(count, "group")),
        "back": at_group("groups", group, person=user),
    }
    return _list(request, "groups/user_groups_dialog.html", _GROUPS, context)
