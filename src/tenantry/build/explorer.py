"""What the Component Explorer shows: levels of the tree, components, revisions, usage, what a search finds and what is
deleted. Each a fixed number of queries, a page at a time.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from tenantry.build.models import (
    LIVING,
    Component,
    ComponentReference,
    ComponentRevision,
    Folder as Row,
    FolderRole,
)
from tenantry.build.queries import lists_of, paths_of
from tenantry.rules import refusals as no
from tenantry.rules.vocabulary import AccountId, ComponentId, FolderId, RoleId
from tenantry.store.paging import Page, keyset_page, mark

LEVEL: Final = 100
"""Folders of one level that the tree shows at a time."""

_BY_NAME: Final = ("name_key", "id")


@dataclass(frozen=True, slots=True)
class Branch:
    """A folder in the tree: its list, and whether there are folders below it."""

    id: FolderId
    parent: FolderId
    name: str
    roles: frozenset[RoleId]
    opens: bool


@dataclass(frozen=True, slots=True)
class Level:
    """The first folders of one level by name. `rest` marks where the next ones begin, if there are more.

    `ahead` are folders further down that are shown all the same, because the one selected is in them.
    """

    branches: tuple[Branch, ...] = ()
    ahead: tuple[Branch, ...] = ()
    rest: str = ""


def _with_children(account: AccountId) -> "QuerySet[Row]":
    children = Row.rows.of(account).filter(LIVING, parent_id=OuterRef("pk"))
    return Row.rows.of(account).filter(LIVING).annotate(has_folders=Exists(children))


def _branch(row: Any, lists: Mapping[str, frozenset[RoleId]]) -> Branch:  # noqa: ANN401 - a row with its annotations
    return Branch(FolderId(row.pk), FolderId(row.parent_id), row.name, lists.get(row.pk, frozenset()), row.has_folders)


def levels(account: AccountId, opened: Collection[FolderId]) -> dict[FolderId, Level]:
    """What is to be seen in each of these opened folders; two queries."""
    place = Window(RowNumber(), partition_by=F("parent_id"), order_by=[F("name_key").asc(), F("id").asc()])
    rows = _with_children(account).filter(parent_id__in=opened).annotate(place=place)
    rows = rows.filter(Q(place__lte=LEVEL + 1) | Q(id__in=opened)).order_by("parent_id", "place")
    found: list[Any] = list(rows)
    lists = lists_of(account, (row.pk for row in found))
    below: dict[str, list[Any]] = defaultdict(list)
    for row in found:
        below[row.parent_id].append(row)
    return {folder: _level(below[folder], opened, lists) for folder in opened}


def _level(rows: list[Any], opened: Collection[FolderId], lists: Mapping[str, frozenset[RoleId]]) -> Level:
    shown = [row for row in rows if row.place <= LEVEL]
    further = [row for row in rows if row.place > LEVEL]
    ahead = tuple(_branch(row, lists) for row in further if row.pk in opened)
    rest = mark((shown[-1].name_key, shown[-1].pk)) if further else ""
    return Level(tuple(_branch(row, lists) for row in shown), ahead, rest)


def level_page(account: AccountId, folder: FolderId, place: str = "", besides: str = "") -> Level:
    """One folder's level from a mark on, one that is shown already left out; two queries."""
    rows = _with_children(account).filter(parent_id=folder).exclude(id=besides)
    found = keyset_page(rows, _BY_NAME, place, size=LEVEL)
    lists = lists_of(account, (row.pk for row in found.rows))
    return Level(tuple(_branch(row, lists) for row in found.rows), (), found.next)


def subfolders_page(account: AccountId, folder: FolderId, place: str = "", size: int = 50) -> tuple[Page[Branch], int]:
    """One page of the folders in a folder by name, and how many there are."""
    rows = _with_children(account).filter(parent_id=folder)
    return _branches(account, rows, place, size), rows.count()


def found_folders_page(account: AccountId, search: str, place: str = "", size: int = 50) -> tuple[Page[Branch], int]:
    """One page of the folders whose name has every word of the search, and how many do."""
    rows = _searched(_with_children(account).filter(parent__isnull=False), search)
    return _branches(account, rows, place, size), rows.count()


def _branches(account: AccountId, rows: "QuerySet[Row]", place: str, size: int) -> Page[Branch]:
    found = keyset_page(rows, _BY_NAME, place, size=size)
    lists = lists_of(account, (row.pk for row in found.rows))
    return Page(tuple(_branch(row, lists) for row in found.rows), found.next, found.previous)


def _searched(rows: "QuerySet[Any]", search: str) -> "QuerySet[Any]":
    for word in search.casefold().split():
        rows = rows.filter(name_key__contains=word)
    return rows


# ---- components ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Saved:
    """A component with who saved its newest revision, and when."""

    id: ComponentId
    folder: FolderId
    name: str
    type: str
    format: str
    revision: int
    user: str
    at: datetime | None


def components_in_page(
    account: AccountId, folder: FolderId, place: str = "", size: int = 50, *, holding: str = ""
) -> tuple[Page[Saved], int]:
    """One page of the components in a folder by name, and how many there are.

    Without a `place` it is the first page or, where that has not the component `holding`, the one from its name on.
    """
    rows = Component.rows.of(account).filter(LIVING, folder_id=folder)
    page = keyset_page(rows, _BY_NAME, place, size=size)
    if holding and not place and all(row.pk != holding for row in page.rows):
        names = rows.filter(id=holding).values_list("name_key", flat=True)
        page = next((keyset_page(rows, _BY_NAME, mark((name, "")), size=size) for name in names), page)
    return _saved(account, page), rows.count()


def names_in(account: AccountId, folder: FolderId) -> set[str]:
    """The names that components of a folder have, folded: what a new one cannot be called without a number."""
    rows = Component.rows.of(account).filter(LIVING, folder_id=folder)
    return set(rows.values_list("name_key", flat=True))


def found_components_page(account: AccountId, search: str, place: str = "", size: int = 50) -> tuple[Page[Saved], int]:
    """One page of the components whose name has every word of the search, or whose id it is; and how many do."""
    living = Component.rows.of(account).filter(LIVING)
    rows = living.filter(id=search) if living.filter(id=search).exists() else _searched(living, search)
    return _saved(account, keyset_page(rows, _BY_NAME, place, size=size)), rows.count()


def using_page(
    account: AccountId, component: ComponentId, search: str = "", place: str = "", size: int = 50
) -> tuple[Page[Saved], int]:
    """One page of the components that refer to this one, and how many do: "Show Usage"."""
    referring = ComponentReference.rows.of(account).filter(target_id=component).values("component_id")
    rows = _searched(Component.rows.of(account).filter(LIVING, id__in=referring), search)
    return _saved(account, keyset_page(rows, _BY_NAME, place, size=size)), rows.count()


def _saved(account: AccountId, page: Page[Any]) -> Page[Saved]:
    newest = ComponentRevision.rows.of(account).filter(
        component_id__in=[row.pk for row in page.rows], number=F("component__revision")
    )
    by = {key: (user, at) for key, user, at in newest.values_list("component_id", "user", "at")}
    rows = tuple(
        Saved(
            ComponentId(row.pk),
            FolderId(row.folder_id),
            row.name,
            row.type,
            row.format,
            row.revision,
            *by.get(row.pk, ("", None)),
        )
        for row in page.rows
    )
    return Page(rows, page.next, page.previous)


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision of a component, its text apart."""

    number: int
    name: str
    user: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """A component with the text of one of its revisions."""

    id: ComponentId
    folder: FolderId
    name: str
    type: str
    format: str
    newest: int
    shown: Revision
    text: str


def component_row(account: AccountId | str, component: str) -> Component:
    """The stored living component of this id; refuses with `ComponentNotFound`."""
    row = Component.rows.of(account).filter(LIVING, id=component).first()
    if row is None:
        raise no.Refused(no.ComponentNotFound())
    return row


def opened_component(account: AccountId, component: str, number: int | None = None) -> Opened:
    """The component with its newest text, or that of the revision asked for; two queries.

    Refuses with `ComponentNotFound` and `RevisionNotFound`.
    """
    row = component_row(account, component)
    revision = revision_of(account, row, row.revision if number is None else number)
    return Opened(
        ComponentId(row.pk),
        FolderId(row.folder_id),
        row.name,
        row.type,
        row.format,
        row.revision,
        Revision(revision.number, revision.name, revision.user, revision.at),
        revision.text,
    )


def revision_of(account: AccountId, component: Component, number: int) -> ComponentRevision:
    """A revision of a component; refuses with `RevisionNotFound`."""
    rows = ComponentRevision.rows.of(account).filter(component=component)
    found = rows.filter(number=number).first() if 0 < number <= component.revision else None
    if found is None:
        raise no.Refused(no.RevisionNotFound())
    return found


def revisions_page(account: AccountId, component: ComponentId, place: str = "", size: int = 10) -> Page[Revision]:
    """One page of a component's revisions, the newest first, without their texts."""
    rows = ComponentRevision.rows.of(account).filter(component_id=component).defer("text")
    found = keyset_page(rows, ("number",), place, size=size, descending=True)
    shown = tuple(Revision(row.number, row.name, row.user, row.at) for row in found.rows)
    return Page(shown, found.next, found.previous)


# ---- what is deleted -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gone:
    """A folder or component that was deleted by itself, not with another one: what can be restored.

    `folder` is the one it was in, which may be deleted as well by now (`orphan`).
    """

    id: str
    name: str
    folder: FolderId
    path: str
    orphan: bool
    at: datetime


def gone_folders_page(account: AccountId, search: str = "", place: str = "") -> tuple[Page[Gone], int]:
    """One page of the folders that can be restored, and how many there are."""
    rows = Row.rows.of(account).filter(~LIVING, deleted_with=F("id"))
    rows = _searched(rows, search).annotate(orphan=~Exists(_living_parents(account, "parent_id")))
    return _gone(account, keyset_page(rows, _BY_NAME, place), "parent_id"), rows.count()


def gone_components_page(account: AccountId, search: str = "", place: str = "") -> tuple[Page[Gone], int]:
    """One page of the components that can be restored by themselves, and how many there are."""
    rows = Component.rows.of(account).filter(~LIVING, deleted_with=F("id"))
    rows = _searched(rows, search).annotate(orphan=~Exists(_living_parents(account, "folder_id")))
    return _gone(account, keyset_page(rows, _BY_NAME, place), "folder_id"), rows.count()


def _living_parents(account: AccountId, column: str) -> "QuerySet[Row]":
    return Row.rows.of(account).filter(LIVING, id=OuterRef(column))


def _gone(account: AccountId, page: Page[Any], column: str) -> Page[Gone]:
    paths = paths_of(account, (getattr(row, column) for row in page.rows))
    rows = tuple(
        Gone(
            row.pk,
            row.name,
            FolderId(getattr(row, column)),
            paths.get(getattr(row, column), ""),
            row.orphan,
            row.deleted_at,
        )
        for row in page.rows
    )
    return Page(rows, page.next, page.previous)


def lists_coming_back(account: AccountId, folders: Collection[str]) -> dict[str, tuple[frozenset[RoleId], ...]]:
    """The lists that come back with each of these deleted folders, its own among them; one query."""
    found: dict[str, dict[str, set[RoleId]]] = defaultdict(lambda: defaultdict(set))
    rows = FolderRole.rows.of(account).filter(folder__deleted_with__in=folders)
    for root, folder, role in rows.values_list("folder__deleted_with", "folder_id", "role_id"):
        found[root][folder].add(RoleId(role))
    return {root: tuple(frozenset(roles) for roles in lists.values()) for root, lists in found.items()}
