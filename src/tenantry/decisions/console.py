"""The page "Why?": one decision with the whole path to it, or what stood in the way and what would help."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenantry.accounts.queries import account_row
from tenantry.console.visit import Visit, signed_in, visit_of
from tenantry.decisions.asking import ABOUT_OTHERS, Asker, explained, question
from tenantry.decisions.explanation import Explanation
from tenantry.decisions.guard import facts_of
from tenantry.environments.queries import accessible_environments
from tenantry.rules.places import Environment
from tenantry.rules.vocabulary import AccountId


@require_GET
@signed_in
def why(request: HttpRequest) -> HttpResponse:
    """Why somebody may or may not do something: about oneself always, about others with the right to manage them.

    The account is the current one or, for those who manage account groups, one that it manages. With `resource`, as
    `kind:id`, it is asked whether somebody may use that resource there.
    """
    visit = visit_of(request)
    asker = Asker(visit.actor, visit.account, visit.privileges, visit.at)
    names = ("privilege", "account", "environment", "folder", "resource")
    asked = question(
        asker,
        user=request.GET.get("user", "") or visit.person.email,
        **{name: request.GET.get(name, "") for name in names},
    )
    account, privilege, folder, place = asked.account, asked.privilege, asked.folder, asked.environment
    catalogue = facts_of(visit.account).catalogue
    choices = sorted(catalogue.definitions.values(), key=lambda known: known.title.casefold())
    row = account_row(account)
    context: dict[str, Any] = {
        "user": asked.user,
        "about_others": not visit.privileges.isdisjoint(ABOUT_OTHERS),
        "account": {"id": account, "name": row.name if row else account, "current": account == visit.account},
        "choices": [
            {"value": known.name, "label": known.title, "selected": known.name == privilege} for known in choices
        ],
        "privilege": privilege,
    }
    context["environments"] = [
        {"value": one.id, "label": one.name, "selected": place is not None and one.id == place.id}
        for one in _environments(visit, account, place)
    ]
    context["folder"] = {"id": folder.id, "path": folder.path} if folder is not None else {}
    context["place"] = folder.path if folder is not None else place.name if place is not None else ""
    found = explained(asker, asked)
    if found is not None and asked.resource is not None:
        kind, key = asked.resource
        title = f"the {kind.words.one} {found.resource}" if found.resource else f"this {kind.words.one}"
        facts_told = [*([found.reach] if found.reach else []), *found.shares]
        context |= {"told": found, "title": title, "facts": facts_told, "asked": f"{kind.value}:{key}"}
    elif found is not None:
        title = catalogue.definitions[privilege].title if privilege in catalogue else privilege
        context |= {"told": found, "title": title, "facts": _facts(found)}
    return render(request, "why/why.html", context)


def _environments(visit: Visit, account: AccountId, place: Environment | None) -> list[Environment]:
    """The environments to choose from: those that the visitor has access to, and the one asked about."""
    facts = facts_of(account)
    access = visit.access if account == visit.account else None
    reached = accessible_environments(access, facts) if access is not None else ()
    return sorted({*reached, *([place] if place is not None else [])}, key=lambda one: (one.name.casefold(), one.id))


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
