"""Where something goes to: the picker in the dialogs that move and copy, level by level or by search, on the server."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest

from tenantry.accounts.queries import existing_account
from tenantry.build.explorer import Branch, found_folders_page, subfolders_page
from tenantry.build.heading import BUILD, ICON_TEXTS, Looker, at, spaced
from tenantry.build.queries import Step, folder_with_id, lists_of, paths_of, top_id, ways_to
from tenantry.console.shown import counted, place, shown_page
from tenantry.console.visit import Visit
from tenantry.decisions.engine import ENGINE
from tenantry.decisions.guard import access_in
from tenantry.rules.answers import Denied
from tenantry.rules.folders import Icon
from tenantry.rules.refusals import refuse
from tenantry.rules.vocabulary import AccountId, FolderId
from tenantry.signin.entering import Entering, check_stay
from tenantry.signin.queries import switch_list
from tenantry.store.paging import Page

SIZE: Final = 50
"""Folders shown at a time."""


@dataclass(frozen=True, slots=True)
class Picker:
    """A dialog that asks for a folder. `name` is its address, `thing` what is moved or copied, as its query names it.

    `start` is the folder whose level is shown at first. `into` is another account, for copies.
    """

    name: str
    thing: dict[str, str]
    start: FolderId
    into: AccountId | None = None

    def url(self, **more: str) -> str:
        """The dialog's address, showing something else."""
        there = {"into": self.into} if self.into else {}
        return at(self.name, **self.thing, **there, **more)

    def context(self, request: HttpRequest, looker: Looker) -> dict[str, Any]:
        """What the picker of `build/put_dialog.html` shows."""
        looker = _looker(looker, self.into)
        account = looker.account
        query = (request.POST.get("q", "") or request.GET.get("q", ""))[:200].strip()
        asked = request.GET.get("in", "") or (top_id(account) if self.into else self.start)
        here = folder_with_id(account, asked)
        way = ways_to(account, [here.id]).get(here.id, (Step(here.id, None, ""),))
        top = existing_account(account).name
        options: list[dict[str, Any]] = []
        if query:
            page, number = found_folders_page(account, query, place(request), SIZE)
            paths = paths_of(account, [branch.id for branch in page.rows])
        else:
            page, number = subfolders_page(account, here.id, place(request), SIZE)
            paths = {}
            roles = lists_of(account, [here.id]).get(here.id, frozenset())
            own = Branch(here.id, FolderId(""), way[-1].name or top, roles, opens=False)
            options.append({**self._option(looker, own), "here": True})
        options += [{**self._option(looker, one), "path": spaced(paths.get(one.id, ""))} for one in page.rows]
        wanted = request.POST.get("destination", "") or (here.id if not query else "")
        for option in options:
            option["checked"] = option["id"] == wanted and option["writable"]
        return {
            "account": {"id": account, "name": top, "other": self.into is not None},
            "url": self.url(**({"in": here.id})),
            "crumbs": [{"name": step.name or top, "url": self.url(**{"in": step.id})} for step in way],
            "query": query,
            "options": options,
            "page": shown_page(_without(page), counted(number, "folder")),
            "found": counted(number, "folder"),
        }

    def _option(self, looker: Looker, branch: Branch) -> dict[str, Any]:
        """A folder that can be chosen, or is only shown (FOLD-15)."""
        icon = looker.icon(branch.roles)
        builds = BUILD in looker.visit.privileges
        return {
            "id": branch.id,
            "name": branch.name,
            "icon": icon.value,
            "says": ICON_TEXTS[icon] if builds else "You may not change anything in this account",
            "writable": builds and icon is not Icon.LOCKED,
            "opens": branch.opens,
            "url": self.url(**{"in": branch.id}),
        }


def _without(page: Page[Any]) -> Page[Any]:
    return Page((), page.next, page.previous)


def _looker(here: Looker, into: AccountId | None) -> Looker:
    """The same person in the account that something is copied into; refuses when there is no way in."""
    visit = here.visit
    if into is None or into == visit.account:
        return here
    refuse(check_stay(Entering(visit.person, into, visit.proof, visit.at)))
    access, facts = access_in(actor=visit.actor, account=into, at=visit.at)
    names = frozenset(facts.catalogue.names(access.privileges))
    return Looker(Visit(visit.person, visit.actor, into, access, names, visit.at, visit.proof), facts)


def accounts_to_copy_into(request: HttpRequest, visit: Visit, query: str) -> tuple[list[Any], dict[str, Any]]:
    """One page of the accounts somebody may enter, of which those where they hold `BUILD` (FOLD-15), and its marks."""
    page = switch_list(visit.person, visit.at, visit.proof, query, place(request))
    user = visit.actor.user or ""
    found = [
        row
        for row in page.rows
        if row.id != visit.account
        and not isinstance(ENGINE.decide(user=user, privilege=BUILD, account=AccountId(row.id), at=visit.at), Denied)
    ]
    return found, shown_page(page, counted(len(found), "account"))
