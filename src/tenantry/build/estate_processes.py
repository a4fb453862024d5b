"""Processes of Build that estate lines make, move and rename.

Their texts are no part of an estate: new ones are empty.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn

from django.db.models import F

from tenantry.audit.trail import record_many
from tenantry.build.estate import FolderLine, FolderPaths, differences, entries, keep_tops, stored_folders, write
from tenantry.build.models import LIVING, Component, ComponentRevision
from tenantry.rules.components import Format
from tenantry.rules.library import PUBLISHABLE
from tenantry.rules.vocabulary import AccountId, Actor, ComponentId, FolderId, Instant
from tenantry.store.bulk import insert_rows, update_rows
from tenantry.store.crossings import Crossing
from tenantry.store.lines import portions

EMPTY: Final = "<process/>"
"""The text of a process that a line makes."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A process of Build: whose, what it is called, and the path of its folder, empty for the top-level one."""

    id: ComponentId
    account: AccountId
    name: str
    folder: str


def living_processes(accounts: Iterable[str]) -> Iterator[Placed]:
    """The living processes of these accounts by id; two queries for 900 accounts."""
    for some in portions(sorted(set(accounts))):
        paths = FolderPaths(stored_folders(some))
        rows = Component.rows.across(Crossing.ESTATE).filter(LIVING, account_id__in=some, type=PUBLISHABLE)
        for key, owner, name, folder in rows.order_by("id").values_list("id", "account_id", "name", "folder_id"):
            yield Placed(ComponentId(key), AccountId(owner), name, paths.path(FolderId(folder)))


def owners_of_processes(ids: Iterable[str]) -> dict[str, str]:
    """Whose the living processes of these ids are; empty for ids that other components have, and deleted ones."""
    found: dict[str, str] = {}
    for some in portions(sorted(set(ids))):
        rows = Component.rows.across(Crossing.ESTATE).filter(id__in=some)
        for key, owner, kind, deleted in rows.values_list("id", "account_id", "type", "deleted_at"):
            found[key] = owner if kind == PUBLISHABLE and deleted is None else ""
    return found


def folders_at(places: Iterable[tuple[str, str]], *, actor: Actor, at: Instant) -> dict[tuple[str, str], FolderId]:
    """The folders of these accounts at these paths; those that are missing are made, and recorded."""
    wanted = sorted(set(places))
    owners = {account for account, _ in wanted}
    keep_tops(owners)
    paths = FolderPaths(stored_folders(owners))
    missing = [FolderLine(account, path) for account, path in wanted if paths.at(account, path) is None]
    if missing:
        changes = differences(missing, paths, (), _sound)
        write(changes)
        record_many(entries(changes, paths), actor=actor, at=at)
    return {place: folder for place in wanted if (folder := paths.at(*place)) is not None}


def _sound(number: int, field: str, what: str) -> NoReturn:
    raise AssertionError(number, field, what)  # a path without an id, judged already


def make_processes(
    made: Sequence[Placed], places: dict[tuple[str, str], FolderId], *, actor: Actor, at: Instant
) -> None:
    """Write new processes with their first revision."""
    columns = ("id", "account_id", "folder_id", "name", "name_key", "type", "format", "revision")
    rows = (
        (one.id, one.account, places[one.account, one.folder], one.name, one.name.casefold(), PUBLISHABLE, _XML, 1)
        for one in made
    )
    insert_rows(Component, columns, rows)
    _write_revisions(((one.account, one.id, 1, one.name, EMPTY) for one in made), actor=actor, at=at)


_XML: Final = Format.XML.value


def move_processes(moved: Sequence[Placed], places: dict[tuple[str, str], FolderId]) -> None:
    """Put processes into the folders that they are in now."""
    update_rows(Component, "id", ("folder_id",), ((one.id, places[one.account, one.folder]) for one in moved))


def rename_processes(renamed: Collection[Placed], *, actor: Actor, at: Instant) -> None:
    """Give processes other names, each as the next revision with the text it has."""
    called = {str(one.id): one.name for one in renamed}
    for some in portions(sorted(called)):
        newest = ComponentRevision.rows.across(Crossing.ESTATE).filter(
            component_id__in=some, number=F("component__revision")
        )
        found = list(newest.values_list("account_id", "component_id", "number", "text"))
        revisions = ((owner, key, number + 1, called[key], text) for owner, key, number, text in found)
        _write_revisions(revisions, actor=actor, at=at)
        changed = ((key, called[key], called[key].casefold(), number + 1) for _, key, number, _ in found)
        update_rows(Component, "id", ("name", "name_key", "revision"), changed)


def _write_revisions(rows: Iterable[tuple[str, str, int, str, str]], *, actor: Actor, at: Instant) -> None:
    columns = ("account_id", "component_id", "number", "name", "text", "user", "at")
    insert_rows(ComponentRevision, columns, ((*row, actor.name, at) for row in rows))
