"""The pages about an account's users: list, add, maintain roles, remove."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tenantry.accounts.queries import existing_account
from tenantry.console.recently import proven_recently_where
from tenantry.console.shown import (
    Line,
    Option,
    counted,
    described,
    dialog,
    done,
    place,
    privilege_lines,
    shown_page,
    shown_refusal,
)
from tenantry.console.visit import Visit, needs, visit_of
from tenantry.decisions.engine import ENGINE
from tenantry.decisions.guard import facts_of
from tenantry.roles.queries import assignable_roles
from tenantry.rules.answers import Access
from tenantry.rules.features import Feature
from tenantry.rules.refusals import FederationIdTaken, Invalid, NameRequired, Refused, RoleRequired
from tenantry.rules.roles import ADMINISTRATOR, DEFAULT_ROLE_IDS
from tenantry.rules.vocabulary import RoleId
from tenantry.sso.queries import federation_id_of, sign_on_enabled
from tenantry.users.commands import add_user, invite_again, maintain_user, remove_user, remove_user_role
from tenantry.users.forms import UserForm
from tenantry.users.locking import unlock_refusal, unlock_user
from tenantry.users.queries import FILTERS, LinkedUser, UserFilters, grants_of, linked_user, users_page

MANAGE = ("USER_MANAGEMENT", "USER_MANAGEMENT_LIMITED")

_FILTER_TITLES = {
    "all": "All Users",
    "active": "Active Users",
    "locked": "Locked Users",
    "without_roles": "Users Without Roles",
}
_REQUIRED = "This field is required."
_TWO_WAYS_IN = "An Administrator with a Federation ID can go on signing in with a password."
_ADMINISTRATORS_UNLOCK = "Administrators of this account unlock its users of single sign-on."
_SORT_TITLES = {"email": "E-mail address", "name": "Last name"}


@require_GET
@needs(*MANAGE)
def users(request: HttpRequest) -> HttpResponse:
    """User Management, tab "Users"."""
    visit = visit_of(request)
    filters = UserFilters(
        show=request.GET.get("filter", "all"),
        search=request.GET.get("q", "")[:200],
        sort=request.GET.get("sort", "email"),
    )
    page, count = users_page(visit.account, filters, visit.at, place(request))
    selected = _selected(visit, request.GET.get("selected", ""))
    context: dict[str, Any] = {
        "filter_choices": [
            {"value": word, "label": _FILTER_TITLES[word], "selected": word == filters.show} for word in FILTERS
        ],
        "sort_choices": [
            {"value": word, "label": title, "selected": word == filters.sort} for word, title in _SORT_TITLES.items()
        ],
        "query": filters.search,
        "users": page.rows,
        "page": shown_page(page, counted(count, "user")),
        "show_custom_roles": Feature.ADVANCED_USER_SECURITY in existing_account(visit.account).features,
        "selected": selected,
        "can_add": True,
        "can_edit": True,
        "can_remove": "USER_MANAGEMENT" in visit.privileges,
    }
    return render(request, "users/users.html", context)


def _selected(visit: Visit, user: str) -> dict[str, Any] | None:
    """The panes on the right: roles and effective privileges of the chosen user."""
    if not user.isdecimal():
        return None
    person = linked_user(visit.account, int(user))
    facts = facts_of(visit.account)
    access = ENGINE.access(user=person.email, account=visit.account, at=visit.at)
    roles = facts.roles
    offered = {choice.id for choice in assignable_roles(facts, existing_account(visit.account).features)}
    lines = [
        Line(
            roles[grant.role].name,
            described(roles[grant.role].description, grant.validity, visit.at),
            shared=roles[grant.role].account not in {None, visit.account},
            removable="" if grant.role in offered or grant.validity.ended(visit.at) else grant.role,
            condition=grant.condition,
        )
        for grant in grants_of(visit.account, person.id)
        if grant.role in roles
    ]
    mailbox, _, domain = person.email.rpartition("@")
    held = access.privileges if isinstance(access, Access) else None
    return {
        "id": person.id,
        "email": person.email,
        "mailbox": mailbox,
        "domain": domain,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "locked": person.locked,
        "unlock_why_not": _why_not_unlocked(visit, person) if person.locked else "",
        "federation_id": federation_id_of(visit.account, person.id),
        "invited": not person.signed_in,
        "roles": sorted(lines, key=lambda line: line.name.casefold()),
        "privileges": privilege_lines(facts.catalogue, held) if held is not None else [],
        "barred": "" if isinstance(access, Access) else access.refusal.message,
    }


def _why_not_unlocked(visit: Visit, person: LinkedUser) -> str:
    """Why "Unlock User" is disabled for a locked user; "" where it is enabled (LOCK-5, LOCK-6)."""
    refusal = unlock_refusal(account=visit.account, user=person.id, at=visit.at)
    if refusal is not None:
        return refusal.message
    return "" if "ACCOUNT_ADMIN" in visit.privileges else _ADMINISTRATORS_UNLOCK


def _names_somebody(request: HttpRequest, user: int | None = None) -> bool:
    """Whether a dialog that is sent tells the identity provider's name for somebody: whoever it calls so comes in."""
    visit = visit_of(request)
    told = request.POST.get("federation_id")
    if told is None or not sign_on_enabled(visit.account):
        return False
    return told.strip() != (federation_id_of(visit.account, user) if user is not None else "")


@require_http_methods(["GET", "POST"])
@needs(*MANAGE)
@proven_recently_where(_names_somebody)
def user_add(request: HttpRequest) -> HttpResponse:
    """The dialog that adds a user (USER-3)."""
    visit = visit_of(request)
    form = UserForm(request.POST if request.method == "POST" else None)
    by_provider = sign_on_enabled(visit.account)
    if not by_provider:
        form.without_federation_id()
    chosen = frozenset(RoleId(role) for role in request.POST.getlist("roles"))
    form.fields["roles"].choices = [(role, role) for role in chosen]  # type: ignore[attr-defined]
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            added = add_user(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                email=form.cleaned_data["email"],
                first_name=form.cleaned_data["first_name"],
                last_name=form.cleaned_data["last_name"],
                roles=chosen,
                federation_id=form.cleaned_data.get("federation_id", ""),
            )
        except Refused as refused:
            refusal = refused.refusal
            if isinstance(refusal, FederationIdTaken):
                form.add_error("federation_id", refusal.message)
                refusal = None
            elif isinstance(refusal, Invalid):
                if not isinstance(refusal, (NameRequired, RoleRequired)):
                    form.add_error(refusal.place, refusal.message)
                _tell_what_is_missing(form, chosen)
                refusal = None
        else:
            what = "The welcome mail is on its way." if added.created else "They have been told by mail."
            messages.success(request, f"{added.email} is now a user of this account. {what}")
            _warn_of_administrator(request, form, chosen)
            return done(request, "users", f"?selected={added.user}")
    elif request.method == "POST":
        _tell_what_is_missing(form, chosen)
    context = {**_role_options(visit, None, chosen), "person": None, "form": form, "back": reverse("users")}
    if refusal is not None:
        context["refusal"] = shown_refusal(refusal)
    return dialog(request, "users/user_roles_dialog.html", context, failed=request.method == "POST")


def _warn_of_administrator(request: HttpRequest, form: UserForm, chosen: frozenset[RoleId]) -> None:
    """Say it once more when it is done: a user of single sign-on who is Administrator has two ways in (SSO-8)."""
    if ADMINISTRATOR in chosen and form.cleaned_data.get("federation_id"):
        messages.warning(request, _TWO_WAYS_IN)


def _tell_what_is_missing(form: UserForm, chosen: frozenset[RoleId]) -> None:
    """Show everything that still has to be filled in at once (USER-3)."""
    for name in ("first_name", "last_name"):
        if not form.data.get(name, "").strip() and name not in form.errors:
            form.add_error(name, _REQUIRED)
    if not chosen:
        form.add_error("roles", RoleRequired().message)


@require_http_methods(["GET", "POST"])
@needs(*MANAGE)
@proven_recently_where(_names_somebody)
def user_edit(request: HttpRequest, user: int) -> HttpResponse:
    """The dialog that maintains a user's roles (USER-7)."""
    visit = visit_of(request)
    person = linked_user(visit.account, user)
    held = frozenset(g.role for g in grants_of(visit.account, user) if not g.validity.ended(visit.at))
    by_provider = sign_on_enabled(visit.account)
    chosen = frozenset(RoleId(role) for role in request.POST.getlist("roles")) if request.method == "POST" else held
    form = UserForm(
        request.POST if request.method == "POST" else None,
        initial={
            "email": person.email,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "federation_id": federation_id_of(visit.account, user) if by_provider else "",
        },
    )
    if not by_provider:
        form.without_federation_id()
    for name in ("email", "first_name", "last_name"):
        form.fields[name].disabled = True
    form.fields["roles"].choices = [(role, role) for role in chosen]  # type: ignore[attr-defined]
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            maintain_user(
                actor=visit.actor,
                at=visit.at,
                account=visit.account,
                user=user,
                roles=chosen,
                federation_id=form.cleaned_data.get("federation_id"),
            )
        except Refused as refused:
            refusal = refused.refusal
            if isinstance(refusal, (Invalid, FederationIdTaken)):
                form.add_error(getattr(refusal, "place", "federation_id"), refusal.message)
                refusal = None
        else:
            messages.success(request, f"The roles of {person.email} are saved and in force.")
            _warn_of_administrator(request, form, chosen)
            return done(request, "users", f"?selected={user}")
    back = f"{reverse('users')}?selected={user}"
    context = {**_role_options(visit, held, chosen), "person": person, "form": form, "back": back}
    if refusal is not None:
        context["refusal"] = shown_refusal(refusal)
    return dialog(request, "users/user_roles_dialog.html", context, failed=request.method == "POST")


def _role_options(visit: Visit, held: frozenset[RoleId] | None, chosen: frozenset[RoleId]) -> dict[str, Any]:
    """The check-box list: default, own custom, shared, each by name; and how many roles stay hidden (USER-8)."""
    features = existing_account(visit.account).features
    offered = assignable_roles(facts_of(visit.account), features)
    options = [
        (choice, Option(choice.id, choice.name, choice.description, choice.shared, choice.id in chosen))
        for choice in offered
    ]
    groups = [
        {"title": "Default roles", "options": [o for c, o in options if c.id in DEFAULT_ROLE_IDS]},
        {"title": "Custom roles", "options": [o for c, o in options if c.id not in DEFAULT_ROLE_IDS and not c.shared]},
        {"title": "Shared roles", "options": [o for c, o in options if c.shared]},
    ]
    shown = {choice.id for choice in offered}
    return {
        "role_groups": [group for group in groups if group["options"]],
        "count": len(chosen & shown),
        "hidden_roles": len((held or frozenset()) - shown),
    }


@require_http_methods(["GET", "POST"])
@needs("USER_MANAGEMENT")
def user_remove(request: HttpRequest, user: int) -> HttpResponse:
    """The confirmation that takes a user out of the account (USER-10)."""
    visit = visit_of(request)
    person = linked_user(visit.account, user)
    context: dict[str, Any] = {"person": person, "account": existing_account(visit.account)}
    if request.method == "POST":
        try:
            remove_user(actor=visit.actor, at=visit.at, account=visit.account, user=user)
        except Refused as refused:
            context["refusal"] = shown_refusal(refused.refusal)
            return dialog(request, "users/remove_user_dialog.html", context, failed=True)
        messages.success(request, f"{person.email} is no longer a user of this account.")
        return done(request, "users")
    return dialog(request, "users/remove_user_dialog.html", context)


@require_http_methods(["GET", "POST"])
@needs("ACCOUNT_ADMIN")
def user_unlock(request: HttpRequest, user: int) -> HttpResponse:
    """The confirmation that unlocks a user of single sign-on (LOCK-6)."""
    visit = visit_of(request)
    person = linked_user(visit.account, user)
    context: dict[str, Any] = {"person": person, "back": f"{reverse('users')}?selected={user}"}
    if request.method == "POST":
        unlock_user(actor=visit.actor, at=visit.at, account=visit.account, user=user)
        messages.success(request, f"{person.email} is unlocked and can sign in again.")
        return done(request, "users", f"?selected={user}")
    refusal = unlock_refusal(account=visit.account, user=user, at=visit.at)
    if refusal is not None:
        raise Refused(refusal)
    return dialog(request, "users/unlock_user_dialog.html", context)


@require_POST
@needs(*MANAGE)
def user_role_remove(request: HttpRequest, user: int, role: str) -> HttpResponse:
    """Take away a role that the dialog does not offer any more (ROLE-16)."""
    visit = visit_of(request)
    person = linked_user(visit.account, user)
    remove_user_role(actor=visit.actor, at=visit.at, account=visit.account, user=user, role=RoleId(role))
    messages.success(request, f"{person.email} no longer has this role.")
    return done(request, "users", f"?selected={user}")


@require_POST
@needs("USER_MANAGEMENT")
def user_invite(request: HttpRequest, user: int) -> HttpResponse:
    """Send the welcome mail once more."""
    visit = visit_of(request)
    person: LinkedUser = linked_user(visit.account, user)
    invite_again(actor=visit.actor, at=visit.at, account=visit.account, user=user)
    messages.success(request, f"A new welcome mail to {person.email} is on its way; the earlier link has ended.")
    return done(request, "users", f"?selected={user}")
