"""The dialogs about people in account groups: add, maintain roles, remove."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from tenantry.console.shown import Option, dialog
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.decisions.guard import require
from tenantry.groups.commands import (
    add_user_to_group,
    change_group_user_roles,
    remove_user_from_group,
)
from tenantry.groups.grants import available_roles
from tenantry.groups.heading import MANAGE, at_group, group_in, placed, to_group
from tenantry.groups.queries import group_grants_of, group_user
from tenantry.previews.commands import Confirmation
from tenantry.previews.console import confirm_page, confirmation, look, refused_page, unconfirmed
from tenantry.rules.changes import GroupRolesChange, UserLeaves
from tenantry.rules.refusals import Refused
from tenantry.rules.roles import DEFAULT_ROLE_IDS
from tenantry.rules.vocabulary import GroupId, Role, RoleId, user_key
from tenantry.users.forms import UserForm
from tenantry.users.queries import LinkedUser

_HINT = "Somebody who has signed in to the platform at least once. The name of a known person stays as it is."


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def group_user_add(request: HttpRequest) -> HttpResponse:
    """The dialog that puts somebody into a group (GRP-7 to GRP-11)."""
    visit = visit_of(request)
    group = group_in(request, visit)
    form = _user_form(request)
    chosen = frozenset(RoleId(role) for role in request.POST.getlist("roles"))
    form.fields["roles"].choices = [(role, role) for role in chosen]  # type: ignore[attr-defined]
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            user = add_user_to_group(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                group=GroupId(group.id),
                roles=chosen,
                **{name: form.cleaned_data[name] for name in ("email", "first_name", "last_name")},
            )
        except Refused as refused:
            context |= placed(form, refused.refusal)
        else:
            messages.success(request, f"{form.cleaned_data['email']} is now in {group.name} and has been told by mail.")
            return to_group(request, group, person=user)
    context |= {
        **_role_options(_offered(visit), frozenset(), chosen),
        "person": None,
        "form": form,
        "hint": _HINT,
        "back": at_group("groups", group),
    }
    return dialog(request, "users/user_roles_dialog.html", context, failed=request.method == "POST")


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def group_user_edit(request: HttpRequest, user: int) -> HttpResponse:
    """The dialog that maintains somebody's roles in a group; before saving it shows what that does (GRP-7, GRP-8)."""
    visit = visit_of(request)
    group = group_in(request, visit)
    person = group_user(group, user)
    held = frozenset(grant.role for grant in group_grants_of(group, user) if not grant.validity.ended(visit.at))
    offered = _offered(visit)
    sent = frozenset(RoleId(role) for role in request.POST.getlist("roles"))
    chosen = sent if request.method == "POST" else held
    form = _user_form(request, person)
    form.fields["roles"].choices = [(role, role) for role in chosen]  # type: ignore[attr-defined]
    context: dict[str, Any] = {}
    back = at_group("groups", group, person=user)
    if request.method == "POST" and "edit" not in request.POST and form.is_valid():
        roles = chosen | (held - {role.id for role in offered})
        change = GroupRolesChange(visit.account, GroupId(group.id), user_key(person.email), roles)

        def save(confirmed: Confirmation) -> HttpResponse:
            change_group_user_roles(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                group=GroupId(group.id),
                user=user,
                roles=roles,
                confirmed=confirmed,
            )
            messages.success(request, f"The roles of {person.email} in {group.name} are saved and in force.")
            return to_group(request, group, person=user)

        try:
            return save(confirmation(request))
        except Refused as refused:
            if not unconfirmed(refused.refusal):
                context |= placed(form, refused.refusal)
            else:
                seen = look(visit, change)
                if seen.impact.nothing:
                    return save(seen.confirmation)
                return confirm_page(
                    request,
                    seen,
                    title="Maintain User Roles",
                    question=format_html("Change the roles of <strong>{}</strong>?", person.email),
                    button="Save",
                    back=back,
                    editable=True,
                    refused=refused.refusal if request.POST.get("preview") else None,
                )
    context |= {**_role_options(offered, held, chosen), "person": person, "form": form, "back": back}
    failed = request.method == "POST" and "edit" not in request.POST
    return dialog(request, "users/user_roles_dialog.html", context, failed=failed)


@require_http_methods(["GET", "POST"])
@needs(MANAGE)
def group_user_remove(request: HttpRequest, user: int) -> HttpResponse:
    """The confirmation that takes somebody out of a group, with what it does (GRP-18)."""
    visit = visit_of(request)
    group = group_in(request, visit)
    person = group_user(group, user)
    title, back = "Remove User", at_group("groups", group, person=user)
    unseen = None
    if request.method == "POST":
        try:
            remove_user_from_group(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                group=GroupId(group.id),
                user=user,
                confirmed=confirmation(request),
            )
        except Refused as refused:
            unseen = refused.refusal
            if not unconfirmed(unseen):
                return refused_page(request, unseen, title=title, back=back)
        else:
            messages.success(request, f"{person.email} is no longer in {group.name}.")
            return to_group(request, group)
    return confirm_page(
        request,
        look(visit, UserLeaves(visit.account, GroupId(group.id), user_key(person.email))),
        title=title,
        question=format_html("Take <strong>{}</strong> out of <strong>{}</strong>?", person.email, group.name),
        notes=["Other groups and the accounts' own users are not touched."],
        button="Remove",
        back=back,
        final=True,
        refused=unseen,
    )


def _user_form(request: HttpRequest, person: LinkedUser | None = None) -> UserForm:
    initial = {"email": person.email, "first_name": person.first_name, "last_name": person.last_name} if person else {}
    form = UserForm(request.POST if request.method == "POST" else None, initial=initial)
    form.without_federation_id()  # it is the account's matter, not a group's
    for name in initial:
        form.fields[name].disabled = True
    return form


def _offered(visit: Visit) -> tuple[Role, ...]:
    return available_roles(require(MANAGE, actor=visit.actor, account=visit.account, at=visit.at))


def _role_options(offered: tuple[Role, ...], held: frozenset[RoleId], chosen: frozenset[RoleId]) -> dict[str, Any]:
    """The check-box list: default roles, then the primary's own; never shared ones (GRP-9)."""
    options = [Option(role.id, role.name, role.description, checked=role.id in chosen) for role in offered]
    role_groups = [
        {"title": "Default roles", "options": [option for option in options if option.value in DEFAULT_ROLE_IDS]},
        {"title": "Custom roles", "options": [option for option in options if option.value not in DEFAULT_ROLE_IDS]},
    ]
    shown = {role.id for role in offered}
    return {
        "role_groups": [group for group in role_groups if group["options"]],
        "count": len(chosen & shown),
        "hidden_roles": len(held - shown),
    }
