"""The page "Why?": one decision with the whole path to it, or what stood in the way and what would help."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenantry.accounts.queries import account_row
from tenantry.build.queries import folder_with_id
from tenantry.console.visit import Visit, signed_in, visit_of
from tenantry.decisions.engine import ENGINE
from tenantry.decisions.explanation import Explanation, explain, explain_use
from tenantry.decisions.guard import facts_of
from tenantry.environments.queries import accessible_environments, environment_in
from tenantry.rules.answers import Denied
from tenantry.rules.places import Environment, Folder
from tenantry.rules.refusals import FolderNotFound, Refused, UnknownAccount
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, user_key

ABOUT_OTHERS = ("USER_MANAGEMENT", "USER_MANAGEMENT_LIMITED", "ACCOUNT_GROUP_MANAGEMENT")
"""Whoever has one of these may ask about other people here."""


@require_GET
@signed_in
def why(request: HttpRequest) -> HttpResponse:
    """Why somebody may or may not do something: about oneself always, about others with the right to manage them.

    The account is the current one or, for those who manage account groups, one that it manages. With `resource`, as
    `kind:id`, it is asked whether somebody may use that resource there.
    """
    visit = visit_of(request)
    user = (request.GET.get("user", "") or visit.person.email).strip()[:254]
    privilege = request.GET.get("privilege", "")[:255]
    account = _account(visit, request.GET.get("account", "") or visit.account)
    if user_key(user) != user_key(visit.person.email):
        _may_ask_about_others(visit)
    catalogue = facts_of(visit.account).catalogue
    choices = sorted(catalogue.definitions.values(), key=lambda known: known.title.casefold())
    row = account_row(account)
    context: dict[str, Any] = {
        "user": user,
        "about_others": bool(visit.privileges & set(ABOUT_OTHERS)),
        "account": {"id": account, "name": row.name if row else account, "current": account == visit.account},
        "choices": [
            {"value": known.name, "label": known.title, "selected": known.name == privilege} for known in choices
        ],
        "privilege": privilege,
    }
    facts = facts_of(account)
    place = environment_in(facts, asked) if (asked := request.GET.get("environment", "")[:200]) else None
    folder = _folder(visit, account, request.GET.get("folder", "")[:200])
    context["environments"] = [
        {"value": one.id, "label": one.name, "selected": place is not None and one.id == place.id}
        for one in _environments(visit, account, place)
    ]
    context["folder"] = {"id": folder.id, "path": folder.path} if folder is not None else {}
    context["place"] = folder.path if folder is not None else place.name if place is not None else ""
    if resource := _resource(request):
        kind, key = resource
        found = explain_use(user=user, kind=kind, resource=key, account=account, at=visit.at)
        title = f"the {kind.words.one} {found.resource}" if found.resource else f"this {kind.words.one}"
        shares = found.shares if account != visit.account else ()  # whose it is has not shown it to this account
        facts_told = [*([found.reach] if found.reach else []), *shares]
        context |= {"told": found, "title": title, "facts": facts_told, "asked": f"{kind.value}:{key}"}
    elif privilege:
        found = explain(user=user, privilege=privilege, account=account, at=visit.at, place=folder or place)
        title = catalogue.definitions[privilege].title if privilege in catalogue else privilege
        context |= {"told": found, "title": title, "facts": _facts(found)}
    return render(request, "why/why.html", context)


def _resource(request: HttpRequest) -> tuple[Kind, str] | None:
    """The kind and id of the resource asked about, if one is."""
    kind, _, key = request.GET.get("resource", "")[:300].partition(":")
    return (Kind(kind), key) if kind in set(Kind) and key else None


def _environments(visit: Visit, account: AccountId, place: Environment | None) -> list[Environment]:
    """The environments to choose from: those that the visitor has access to, and the one asked about."""
    facts = facts_of(account)
    access = visit.access if account == visit.account else None
    reached = accessible_environments(access, facts) if access is not None else ()
    return sorted({*reached, *([place] if place is not None else [])}, key=lambda one: (one.name.casefold(), one.id))


def _folder(visit: Visit, account: AccountId, asked: str) -> Folder | None:
    """The folder asked about, for those who can open Build there; for others it is as if there were none (FOLD-3)."""
    if not asked:
        return None
    if account != visit.account or "BUILD_READ_ONLY" not in visit.privileges:
        raise Refused(FolderNotFound())
    return folder_with_id(account, asked)


def _facts(found: Explanation) -> list[str]:
    """What else is worth knowing about a denial."""
    facts = [found.feature] if found.feature else []
    if found.opening:
        facts.append(found.opening)
    if not found.allowed and found.privilege_known and found.account_known:
        if found.carriers:
            facts.append("Roles of the account that carry it: " + ", ".join(found.carriers) + ".")
        else:
            facts.append("No role of the account carries it.")
    return facts


def _account(visit: Visit, named: str) -> AccountId:
    """The account asked about; any but the current one and those it manages is refused as if it were not there."""
    if named == visit.account:
        return visit.account
    row = account_row(named)
    if row is None or row.primary != visit.account or "ACCOUNT_GROUP_MANAGEMENT" not in visit.privileges:
        raise Refused(UnknownAccount(account=named))
    return row.id


def _may_ask_about_others(visit: Visit) -> None:
    if visit.privileges & set(ABOUT_OTHERS):
        return
    decision = ENGINE.decide(user=visit.actor.user or "", privilege=ABOUT_OTHERS[0], account=visit.account, at=visit.at)
    if isinstance(decision, Denied):
        raise Refused(decision.refusal)
