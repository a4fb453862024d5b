"""What the pages and dialogs of Build share: who looks, at which folder, what is open to them there, the ways on."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tenantry.accounts.queries import existing_account
from tenantry.build.explorer import Branch, Level, levels
from tenantry.build.queries import Step, folder_with_id, lists_below, lists_of, top_id, ways_to
from tenantry.console.shown import done, shown_refusal
from tenantry.console.visit import Visit
from tenantry.decisions.guard import facts_of
from tenantry.rules.facts import AccountFacts
from tenantry.rules.folders import Act, Icon, Site, icon, open_acts
from tenantry.rules.places import Folder
from tenantry.rules.refusals import Invalid, Refusal
from tenantry.rules.vocabulary import AccountId, FolderId, RoleId

READ: Final = "BUILD_READ_ONLY"
BUILD: Final = "BUILD"

ICON_TEXTS: Final = {
    Icon.PLAIN: "",
    Icon.MINE: "Restricted, you may change it",
    Icon.LOCKED: "Restricted, you may not change it",
}
"""What the icons of FOLD-14 say in words."""


def at(name: str, **query: str | int) -> str:
    """The address of a page of Build."""
    told = {key: value for key, value in query.items() if value != ""}
    return reverse(name) + (f"?{urlencode(told)}" if told else "")


def at_folder(folder: str) -> str:
    """The address of the Component Explorer at a folder."""
    return at("build", folder=folder)


def go_to(request: HttpRequest, **query: str) -> HttpResponse:
    """Go on to the Component Explorer after a command."""
    return done(request, "build", at("build", **query).removeprefix(reverse("build")))


def dropped(request: HttpRequest) -> bool:
    """Whether something was dragged onto a folder: the page then asks for the refusal alone."""
    return request.headers.get("HX-Target") == "refusal"


def tell_moved(request: HttpRequest, account: AccountId, what: str, before: FolderId, after: FolderId) -> None:
    """Say into which folder something was moved; where it was before, nothing was."""
    path = folder_with_id(account, after).path
    there = path if after == top_id(account) else spaced(path)
    if before == after:
        messages.info(request, f"{what} is in {there} already.")
    else:
        messages.success(request, f"{what} is moved to {there}.")


@dataclass(frozen=True, slots=True)
class Looker:
    """Somebody who looks into the folders of an account they are in."""

    visit: Visit
    facts: AccountFacts

    @classmethod
    def of(cls, visit: Visit) -> "Looker":
        """With the account's facts."""
        return cls(visit, facts_of(visit.account))

    @property
    def account(self) -> AccountId:
        """The account."""
        return self.visit.account

    def icon(self, roles: frozenset[RoleId]) -> Icon:
        """The icon of a folder with this list (FOLD-14)."""
        return icon(self.visit.access, self.facts, Folder(FolderId(""), "", roles))

    def acts(self, site: Site) -> frozenset[Act]:
        """What is open at a site."""
        return open_acts(self.visit.access, self.facts, site)

    def shown_icon(self, roles: frozenset[RoleId]) -> dict[str, str]:
        """The icon and what it says."""
        found = self.icon(roles)
        return {"icon": found.value, "says": ICON_TEXTS[found]}


@dataclass(frozen=True, slots=True)
class Place:
    """A folder that is looked at: the way to it, and what is open there."""

    folder: Folder
    way: tuple[Step, ...]
    top: bool
    acts: frozenset[Act]

    @property
    def name(self) -> str:
        """What it is called; the top-level one is called like the account."""
        return self.folder.path if self.top else self.way[-1].name

    @property
    def parent(self) -> FolderId | None:
        """The folder it is in."""
        return self.way[-1].parent if self.way else None


def place_at(looker: Looker, folder: str) -> Place:
    """A living folder with what is open there; the top-level one for no id. Refuses with `FolderNotFound`."""
    account = looker.account
    here = folder_with_id(account, folder or top_id(account))
    if here.id == top_id(account):
        fixed = {Act.RENAME_FOLDER, Act.MOVE_FOLDER, Act.DELETE_FOLDER}
        return Place(here, (Step(here.id, None, ""),), True, looker.acts(Site(here=here)) - fixed)  # noqa: FBT003
    way = ways_to(account, [here.id])[here.id]
    parent = Folder(way[-2].id, "", lists_of(account, [way[-2].id]).get(way[-2].id, frozenset()))
    below = tuple(Folder(FolderId(""), "", roles) for roles in lists_below(account, here.id))
    return Place(here, way, False, looker.acts(Site(here=here, parent=parent, below=below)))  # noqa: FBT003


def menu_of(place: Place) -> list[str]:
    """What the folder's menu holds; what is not available is hidden (FOLD-12)."""
    entries = {
        "new_folder": Act.CREATE_SUBFOLDER,
        "new_component": Act.CHANGE_COMPONENT,
        "rename": Act.RENAME_FOLDER,
        "move": Act.MOVE_FOLDER,
        "delete": Act.DELETE_FOLDER,
    }
    return [name for name, act in entries.items() if act in place.acts]


def crumbs(account: AccountId, way: Sequence[Step]) -> list[dict[str, str]]:
    """The folders from the top-level one on, each with its address."""
    top = existing_account(account).name
    return [{"id": step.id, "name": step.name or top, "url": at_folder(step.id)} for step in way]


def tree_of(looker: Looker, place: Place, current: str) -> list[dict[str, Any]]:
    """The tree, opened along the way to a folder, as a flat list: branches, and where the list of one ends.

    `current` is the folder that the page is about, if it is about one.
    """
    account = looker.account
    opened = [top_id(account), *(step.id for step in place.way[1:])]
    found = levels(account, opened)
    top = Branch(top_id(account), FolderId(""), existing_account(account).name, frozenset(), opens=True)
    roles = place.folder.roles if place.top else lists_of(account, [top.id]).get(top.id, frozenset())
    root = branch_of(looker, top, current) | looker.shown_icon(roles) | {"open": True}
    items: list[dict[str, Any]] = [root]
    waiting = [{"end": True}, *reversed(_inside(looker, top.id, found[top.id], current))]
    while waiting:
        item = waiting.pop()
        level = found.get(item.get("id", "")) if "end" not in item and "rest" not in item else None
        if level is not None and (level.branches or level.ahead):
            item["open"] = True
            waiting.append({"end": True})
            waiting.extend(reversed(_inside(looker, item["id"], level, current)))
        items.append(item)
    return items


def _inside(looker: Looker, folder: FolderId, level: Level, current: str) -> list[dict[str, Any]]:
    items = [branch_of(looker, branch, current) for branch in level.branches]
    items += [branch_of(looker, branch, current) for branch in level.ahead]
    if level.rest:
        items.append(rest_of(folder, level))
    return items


def rest_of(folder: FolderId, level: Level, besides: str = "") -> dict[str, str]:
    """The entry that brings the next folders of a level; `besides` is one of them that is shown already."""
    besides = level.ahead[0].id if level.ahead else besides
    return {
        "rest": at("build_level", folder=folder, after=level.rest, besides=besides),
        "plain": at_folder(folder),
        "slot": slot(folder, level.rest),
    }


def slot(folder: str, mark: str = "") -> str:
    """The id by which the page knows where a folder's level goes, or the rest of it from a mark on."""
    return f"level-{sha256(f'{folder} {mark}'.encode()).hexdigest()[:16]}"


def branch_of(looker: Looker, branch: Branch, current: str = "") -> dict[str, Any]:
    """A folder as the tree shows it."""
    return {
        "id": branch.id,
        "name": branch.name,
        "url": at_folder(branch.id),
        "current": branch.id == current,
        "opens": branch.opens,
        "level": at("build_level", folder=branch.id),
        "slot": slot(branch.id),
        **looker.shown_icon(branch.roles),
    }


def spaced(path: str) -> str:
    """A path as lists show it, so that lines break between names."""
    return path.replace("/", " / ")


def placed(form: forms.Form, refusal: Refusal) -> dict[str, Any]:
    """Show a refusal at its field where it has one, else above the form."""
    field = "name" if refusal.code == "folder_name_taken" else getattr(refusal, "place", "")
    if isinstance(refusal, Invalid) or field == "name":
        form.add_error(field if field in form.fields else None, refusal.message)
        return {}
    return {"refusal": shown_refusal(refusal)}
