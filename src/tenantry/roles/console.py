"""The pages about custom roles: list, add, edit, remove."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods

from tenantry.accounts.queries import existing_account
from tenantry.build.queries import folders_opened_by
from tenantry.console.shown import (
    Option,
    counted,
    dialog,
    done,
    place,
    privilege_lines,
    shown_page,
    shown_refusal,
)
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.decisions.guard import facts_of
from tenantry.environments.queries import environments_opened_by
from tenantry.previews.commands import Confirmation
from tenantry.previews.console import confirm_page, confirmation, look, unconfirmed
from tenantry.roles.commands import changed_role, create_role, edit_role, remove_role, use_of_role
from tenantry.roles.forms import RoleForm
from tenantry.roles.queries import custom_roles_page
from tenantry.rules.facts import AccountFacts
from tenantry.rules.features import Feature
from tenantry.rules.privileges import NOTHING
from tenantry.rules.refusals import Invalid, Refused, RoleNotFound, refuse
from tenantry.rules.roles import (
    available_default_roles,
    check_parent,
    check_role_removal,
    custom_roles_permitted,
)
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import Role, RoleId
from tenantry.sharing.queries import groups_sharing

MANAGE = ("USER_MANAGEMENT", "USER_MANAGEMENT_LIMITED")

_PLACES = {"name": "name", "description": "description"}


@require_GET
@needs(*MANAGE)
def roles(request: HttpRequest) -> HttpResponse:
    """User Management, tab "Custom Roles" (ROLE-3)."""
    visit = visit_of(request)
    refuse(custom_roles_permitted(_features(visit), visit.account))
    query = request.GET.get("q", "")[:200]
    page, count = custom_roles_page(visit.account, query, place(request))
    context = {
        "roles": page.rows,
        "query": query,
        "page": shown_page(page, counted(count, "role")),
        "selected": _selected(visit, request.GET.get("selected", "")),
        "can_add": "USER_MANAGEMENT" in visit.privileges,
        "can_edit": "USER_MANAGEMENT" in visit.privileges,
        "can_remove": "USER_MANAGEMENT" in visit.privileges,
    }
    return render(request, "roles/custom_roles.html", context)


def _features(visit: Visit) -> frozenset[Feature]:
    return existing_account(visit.account).features


def _own(visit: Visit, role: str) -> tuple[AccountFacts, Role]:
    facts = facts_of(visit.account)
    found = facts.roles.get(RoleId(role))
    if found is None or found.account != visit.account:
        raise Refused(RoleNotFound())
    return facts, found


def _selected(visit: Visit, key: str) -> dict[str, Any] | None:
    if not key:
        return None
    facts, role = _own(visit, key)
    parent = facts.roles.get(role.parent) if role.parent else None
    inherited = facts.roles.resolved(parent.id).mask if parent else NOTHING
    return {
        "id": role.id,
        "name": role.name,
        "description": role.description,
        "parent": parent.name if parent else None,
        "privileges": privilege_lines(facts.catalogue, role.own),
        "inherited": privilege_lines(facts.catalogue, inherited),
    }


@dataclass(frozen=True, slots=True)
class Draft:
    """What the dialog holds just now."""

    name: str = ""
    description: str = ""
    parent: RoleId | None = None
    privileges: frozenset[str] = frozenset()

    @classmethod
    def sent(cls, data: QueryDict) -> "Draft":
        """As sent by the form."""
        inherits = data.get("inherits", "")
        return cls(
            data.get("name", ""),
            data.get("description", ""),
            RoleId(inherits) if inherits else None,
            frozenset(data.getlist("privileges")),
        )


@require_http_methods(["GET", "POST"])
@needs("USER_MANAGEMENT")
def role_add(request: HttpRequest) -> HttpResponse:
    """The dialog that makes a custom role (ROLE-4)."""
    visit = visit_of(request)
    refuse(custom_roles_permitted(_features(visit), visit.account))
    draft = Draft.sent(request.POST if request.method == "POST" else request.GET)
    form = RoleForm(request.POST if request.method == "POST" else None, initial=_initial(draft))
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            made = create_role(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                name=draft.name,
                description=draft.description.strip(),
                parent=draft.parent,
                privileges=draft.privileges,
            )
        except Refused as refused:
            refusal = _placed(form, refused)
        else:
            messages.success(request, f"The role {draft.name.strip()} is saved and can be given to users.")
            return done(request, "roles", f"?selected={made}")
    return _dialog(request, visit, role=None, draft=draft, form=form, refusal=refusal)


@require_http_methods(["GET", "POST"])
@needs("USER_MANAGEMENT")
def role_edit(request: HttpRequest, role: str) -> HttpResponse:
    """The dialog that edits a custom role; it shows what that does to whom before it is saved (ROLE-10)."""
    visit = visit_of(request)
    refuse(custom_roles_permitted(_features(visit), visit.account))
    facts, old = _own(visit, role)
    stored = Draft(old.name, old.description, old.parent, frozenset(facts.catalogue.names(old.own)))
    sent = request.POST if request.method == "POST" else request.GET
    draft = Draft.sent(sent) if "name" in sent else stored
    saving = request.method == "POST" and "edit" not in request.POST
    form = RoleForm(request.POST if saving else None, initial=_initial(draft))
    refusal = None
    if saving and form.is_valid():
        offered = {privilege.name for privilege in facts.catalogue.offered(_features(visit))}
        wanted: dict[str, Any] = {
            "name": draft.name,
            "description": draft.description.strip(),
            "parent": draft.parent,
            "privileges": draft.privileges | (stored.privileges - offered),
        }
        try:
            return _save(request, visit, old, wanted, confirmation(request))
        except Refused as refused:
            if not unconfirmed(refused.refusal):
                refusal = _placed(form, refused)
            else:
                change = changed_role(actor=visit.actor, at=visit.at, account=visit.account, role=old.id, **wanted)
                seen = look(visit, change)
                if seen.impact.nothing:
                    return _save(request, visit, old, wanted, seen.confirmation)
                return confirm_page(
                    request,
                    seen,
                    title="Edit Role",
                    question=format_html("Save the role <strong>{}</strong>?", old.name),
                    button="Save",
                    back=f"{reverse('roles')}?{urlencode({'selected': old.id})}",
                    editable=True,
                    refused=refused.refusal if request.POST.get("preview") else None,
                )
    return _dialog(request, visit, role=old, draft=draft, form=form, refusal=refusal)


def _save(
    request: HttpRequest, visit: Visit, old: Role, wanted: dict[str, Any], confirmed: Confirmation
) -> HttpResponse:
    edit_role(actor=visit.actor, at=visit.at, account=visit.account, role=old.id, confirmed=confirmed, **wanted)
    messages.success(request, f"The role {wanted['name'].strip()} is saved and in force.")
    return done(request, "roles", f"?selected={old.id}")


def _initial(draft: Draft) -> dict[str, Any]:
    return {"name": draft.name, "description": draft.description, "inherits": draft.parent or ""}


def _placed(form: RoleForm, refused: Refused) -> dict[str, str] | None:
    """Show a refusal at its field where it has one, else above the form."""
    refusal = refused.refusal
    field = "name" if refusal.code == "role_name_taken" else getattr(refusal, "place", "")
    if isinstance(refusal, Invalid) or field == "name":
        form.add_error(_PLACES.get(field), refusal.message)
        return None
    return shown_refusal(refusal)


def _dialog(
    request: HttpRequest,
    visit: Visit,
    *,
    role: Role | None,
    draft: Draft,
    form: RoleForm,
    refusal: dict[str, str] | None,
) -> HttpResponse:
    facts = facts_of(visit.account)
    features = _features(visit)
    inherited = facts.roles.resolved(draft.parent).mask if draft.parent else NOTHING
    options = [
        Option(
            privilege.name,
            privilege.title,
            privilege.allows,
            checked=privilege.name in draft.privileges,
            locked=bool(inherited & facts.catalogue.bits[privilege.name]),
            own=privilege.name in draft.privileges,
        )
        for privilege in sorted(facts.catalogue.offered(features), key=lambda p: p.title.casefold())
    ]
    parents = [("", "Does not inherit a role"), *parent_choices(facts, features, role, draft.parent)]
    context: dict[str, Any] = {
        "role": role,
        "form": form,
        "parents": [
            {"value": value, "label": label, "selected": value == (draft.parent or "")} for value, label in parents
        ],
        "privilege_groups": [{"title": "", "options": options}],
        "count": sum(option.checked or option.locked for option in options),
    }
    if refusal is not None:
        context["refusal"] = refusal
    return dialog(request, "roles/role_dialog.html", context, failed=form.is_bound)


def parent_choices(
    facts: AccountFacts, features: Iterable[Feature], role: Role | None, current: RoleId | None
) -> list[tuple[str, str]]:
    """What "Inherits Role" offers: default roles available, own roles that do not inherit this one (ROLE-7, ROLE-8)."""
    available = {default.id for default in available_default_roles(features)} | ({current} if current else set())
    defaults = [facts.roles[role] for role in available if role in facts.roles and facts.roles[role].is_default]
    own = [r for r in facts.own_roles() if check_parent(role.id if role else None, r.id, facts.id, facts.roles) is None]
    ordered = [*sorted(defaults, key=_by_name), *sorted(own, key=_by_name)]
    return [(r.id, r.name) for r in ordered]


def _by_name(role: Role) -> str:
    return role.name.casefold()


@require_http_methods(["GET", "POST"])
@needs("USER_MANAGEMENT")
def role_remove(request: HttpRequest, role: str) -> HttpResponse:
    """The confirmation that deletes a role; says at once what stands in the way (ROLE-12, ROLE-15)."""
    visit = visit_of(request)
    facts, old = _own(visit, role)
    sharing = groups_sharing(visit.account, Kind.ROLE, old.id)
    opened = [{"kind": "environment", "name": name} for name in environments_opened_by(facts, old.id)]
    opened += [{"kind": "folder", "name": path} for path in folders_opened_by(visit.account, old.id)]
    context: dict[str, Any] = {"role": old, "opened": opened, "shared": len(sharing)}
    if request.method == "POST":
        try:
            remove_role(actor=visit.actor, at=visit.at, account=visit.account, role=old.id)
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
            return dialog(request, "roles/remove_role_dialog.html", context, failed=True)
        messages.success(request, f"The role {old.name} is removed.")
        return done(request, "roles")
    use = use_of_role(old, facts.roles, existing_account(visit.account).support_access, visit.at)
    obstacle = check_role_removal(old, use)
    if obstacle is not None:
        context["refusal"] = shown_refusal(obstacle)
    return dialog(request, "roles/remove_role_dialog.html", context)
