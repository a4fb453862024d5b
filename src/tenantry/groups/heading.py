"""What the pages and dialogs of Account Groups share: which group it is, the way to it, and to another one."""

from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tenantry.console.shown import done, shown_refusal
from tenantry.console.visit import Visit
from tenantry.groups.queries import GroupRow, all_accounts_of, group_of, groups_page
from tenantry.rules.refusals import Invalid, Refusal

MANAGE: Final = "ACCOUNT_GROUP_MANAGEMENT"

SELECTABLE: Final = 50
"""Groups that a drop-down shows; more are searched in a dialog."""


def group_in(request: HttpRequest, visit: Visit) -> GroupRow:
    """The group that the address names; All Accounts when it names none (GRP-3)."""
    key = request.GET.get("group", "")
    return group_of(visit.account, key) if key else all_accounts_of(visit.account)


def at_group(name: str, group: GroupRow | str, **more: str | int) -> str:
    """The address of a page about a group."""
    return f"{reverse(name)}?{urlencode({'group': group if isinstance(group, str) else group.id, **more})}"


def heading(visit: Visit, group: GroupRow, tab: str) -> dict[str, Any]:
    """The group, and the choices of the drop-down; none where there are too many for one."""
    page, count = groups_page(visit.account, size=SELECTABLE)
    return {
        "tab": tab,
        "here": reverse("groups" if tab == "access" else "group_resources"),
        "group": {
            "id": group.id,
            "name": group.name,
            "everywhere": group.everywhere,
            "alert_level": group.alert_level.title(),
        },
        "group_choices": [{"value": row.id, "label": row.name, "selected": row.id == group.id} for row in page.rows]
        if count <= SELECTABLE
        else [],
        "group_count": f"{count:,}",
    }


def to_group(request: HttpRequest, group: GroupRow | str, **more: str | int) -> HttpResponse:
    """Go on to a group's first tab after a command."""
    return done(request, "groups", at_group("groups", group, **more).removeprefix(reverse("groups")))


def placed(form: forms.Form, refusal: Refusal) -> dict[str, Any]:
    """Show a refusal at its field where it has one, else above the form."""
    field = "name" if refusal.code == "group_name_taken" else getattr(refusal, "place", "")
    if isinstance(refusal, Invalid) or field == "name":
        form.add_error(field if field in form.fields else None, refusal.message)
        return {}
    return {"refusal": shown_refusal(refusal)}
