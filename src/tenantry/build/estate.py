"""Lines of kind `folder`: the folders of accounts, in and out, each by its path."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from msgspec import UNSET, UnsetType

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry
from tenantry.build.models import LIVING, Component, Folder
from tenantry.build.queries import is_top_id, top_id
from tenantry.rules import folders as law
from tenantry.rules.components import ID_LIMIT
from tenantry.rules.vocabulary import AccountId, FolderId
from tenantry.store.bulk import insert_rows, update_rows
from tenantry.store.crossings import Crossing
from tenantry.store.lines import FieldProblem, Line, Report, Tally, check_text, portions


class FolderLine(Line, tag="folder"):
    """A folder by its path, without the top-level one. Folders on the way are made where they are missing."""

    account: str
    path: str
    id: str | UnsetType = UNSET


def check(line: FolderLine) -> Iterator[FieldProblem]:
    """Judge a line by itself."""
    for name in line.path.split("/"):
        refusal = law.check_name(name)
        if refusal is not None:
            yield "path", f"{refusal.message} ({refusal.rule})"
            break
    yield from check_text("id", line.id, ID_LIMIT, required=True)
    if isinstance(line.id, str) and is_top_id(line.id):
        yield "id", f"{line.id} is how ids of top-level folders begin"


PathKey = tuple[str, ...]
"""The names of a path as they are compared; none for the top-level folder."""


def path_key(path: str) -> PathKey:
    """How paths are compared: name by name, ignoring case."""
    return tuple(name.strip().casefold() for name in path.split("/")) if path else ()


@dataclass(frozen=True, slots=True)
class StoredFolder:
    """A folder as stored; never a top-level one."""

    id: FolderId
    account: AccountId
    parent: FolderId
    name: str


class FolderPaths:
    """Which folders there are by path, while lines move and add some."""

    def __init__(self, stored: Iterable[StoredFolder]) -> None:
        """Know the living folders of the accounts that lines speak about."""
        self.folders: dict[FolderId, StoredFolder] = {}
        self._children: dict[tuple[FolderId, str], FolderId] = {}
        for folder in stored:
            self.put(folder)

    def put(self, folder: StoredFolder) -> None:
        """Add a folder, or put it elsewhere."""
        self.take_out(folder.id)
        self.folders[folder.id] = folder
        self._children[folder.parent, folder.name.casefold()] = folder.id

    def take_out(self, folder: FolderId) -> None:
        """Let its place be free; it is still known by id."""
        old = self.folders.get(folder)
        if old is not None and self._children.get((old.parent, old.name.casefold())) == folder:
            del self._children[old.parent, old.name.casefold()]

    def child(self, parent: FolderId, name: str) -> StoredFolder | None:
        """The folder of this name in another one."""
        found = self._children.get((parent, name.strip().casefold()))
        return self.folders[found] if found is not None else None

    def at(self, account: str, path: str) -> FolderId | None:
        """The folder of this path; the top-level one for the empty path."""
        here = top_id(account)
        for name in path.split("/") if path else ():
            found = self.child(here, name)
            if found is None:
                return None
            here = found.id
        return here

    def path(self, folder: FolderId) -> str:
        """The path of a folder; empty for a top-level one."""
        names: list[str] = []
        here = self.folders.get(folder)
        while here is not None:
            names.append(here.name)
            here = self.folders.get(here.parent)
        return "/".join(reversed(names))


@dataclass(slots=True)
class FolderChanges:
    """The folders that lines add, those they move or rename as (before, after) with the path before, and those that
    were deleted and come back with all that went with them.
    """

    new: list[StoredFolder] = field(default_factory=list)
    changed: list[tuple[StoredFolder, StoredFolder, str]] = field(default_factory=list)
    restored: list[StoredFolder] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    def accounts(self) -> set[str]:
        """The accounts that may decide otherwise: restored folders bring their lists back."""
        return {folder.account for folder in self.restored}

    def written(self) -> set[AccountId]:
        """The accounts whose folders change."""
        moved = {after.account for _, after, _ in self.changed}
        return {folder.account for folder in self.new} | moved


def differences(
    lines: Sequence[FolderLine], paths: FolderPaths, closed: Collection[str], report: Report
) -> FolderChanges:
    """Compare with what is stored, and let `paths` know the result.

    A folder is found by its id where that is given, else by its path. Reports ids of other accounts' folders, ids that
    differ from that of the folder at the path, and changes of what is deleted (ACC-14).
    """
    changes = FolderChanges()
    elsewhere = _owners(line.id for line in lines if isinstance(line.id, str))
    changes.restored = _come_back(lines, paths, elsewhere, report)
    known = {folder.id: (folder, paths.path(folder.id)) for folder in _named(lines, paths)}
    for line in lines:
        told = known.get(FolderId(line.id)) if isinstance(line.id, str) else None
        if told is not None and told[0].account == line.account and path_key(told[1]) != path_key(line.path):
            paths.take_out(told[0].id)
    back = {folder.id for folder in changes.restored}
    claimed: dict[str, int] = {}
    for number in sorted(range(len(lines)), key=lambda n: _order(lines[n])):
        line = lines[number]
        if isinstance(line.id, str) and claimed.setdefault(line.id, number) != number:
            report(max(number, claimed[line.id]), "id", f"{line.id} is given to two folders of this load")
            continue
        before, changed_before = len(changes.new) + len(changes.changed), len(changes.changed)
        _apply(number, line, _Applying(paths, changes, elsewhere, known, report))
        if len(changes.new) + len(changes.changed) == before and line.id not in back:
            changes.tally.unchanged += 1
            continue
        altered = len(changes.changed) > changed_before or line.id in back
        (changes.tally.changed_lines if altered else changes.tally.new_lines).append(number)
        if line.account in closed:
            report(number, "account", f"{line.account} is deleted and takes no further change (ACC-14)")
    moved = {after.id for _, after, _ in changes.changed}
    changes.tally.new, changes.tally.changed = len(changes.new), len(moved | back)
    return changes


def _order(line: FolderLine) -> tuple[str, int, PathKey]:
    key = path_key(line.path)
    return line.account, len(key), key


def _named(lines: Sequence[FolderLine], paths: FolderPaths) -> Iterator[StoredFolder]:
    for line in lines:
        found = paths.folders.get(FolderId(line.id)) if isinstance(line.id, str) else None
        if found is not None:
            yield found


@dataclass(frozen=True, slots=True)
class _Applying:
    """What one line is applied to. `known` are the stored folders that lines name by id, with their paths."""

    paths: FolderPaths
    changes: FolderChanges
    elsewhere: dict[str, str]
    known: dict[FolderId, tuple[StoredFolder, str]]
    report: Report


def _apply(number: int, line: FolderLine, to: _Applying) -> None:
    """Let the folder of a line be at its path."""
    *above, name = (part.strip() for part in line.path.split("/"))
    if isinstance(line.id, str) and to.elsewhere.get(line.id, line.account) != line.account:
        to.report(number, "id", f"{line.id} is the id of a folder of another account")
        return
    parent = top_id(line.account)
    for step in above:
        found = to.paths.child(parent, step)
        if found is None:
            found = StoredFolder(FolderId(str(uuid.uuid4())), AccountId(line.account), parent, step)
            to.paths.put(found)
            to.changes.new.append(found)
        parent = found.id
    there = to.paths.child(parent, name)
    if there is not None and isinstance(line.id, str) and there.id != line.id:
        to.report(number, "id", f"{line.account} has a folder {line.path[:100]!r} with another id: {there.id}")
        return
    old, path = to.known.get(FolderId(line.id), (there, "")) if isinstance(line.id, str) else (there, "")
    if old is None:
        folder = FolderId(line.id if isinstance(line.id, str) else str(uuid.uuid4()))
        to.changes.new.append(made := StoredFolder(folder, AccountId(line.account), parent, name))
        to.paths.put(made)
        return
    after = replace(old, parent=parent, name=name)
    if after != old:
        to.changes.changed.append((old, after, path or to.paths.path(old.id)))
    to.paths.put(after)


def _come_back(
    lines: Sequence[FolderLine], paths: FolderPaths, owners: dict[str, str], report: Report
) -> list[StoredFolder]:
    """The deleted folders that lines name by id, which restores them with what went with them (FOLD-16)."""
    wanted = {
        line.id: number
        for number, line in enumerate(lines)
        if isinstance(line.id, str) and FolderId(line.id) not in paths.folders and owners.get(line.id) == line.account
    }
    found: list[StoredFolder] = []
    for some in portions(sorted(wanted)):
        rows = Folder.rows.across(Crossing.ESTATE).filter(~LIVING, id__in=some)
        for row in rows:
            if row.deleted_with != row.pk:
                report(wanted[row.pk], "id", f"{row.pk} was deleted with the folder {row.deleted_with}: restore that")
                continue
            for one in Folder.rows.across(Crossing.ESTATE).filter(~LIVING, deleted_with=row.pk):
                folder = _stored(one.pk, one.account_id, one.parent_id, one.name)
                paths.put(folder)
                if one.pk == row.pk:
                    paths.take_out(folder.id)
                    found.append(folder)
    return found


def write(changes: FolderChanges) -> None:
    """Write the differences. Folders that exchange their places do so by way of names nobody can have."""
    keep_tops(changes.written())
    moved = [(after.id, f"\n{after.id}") for _, after, _ in changes.changed]
    update_rows(Folder, "id", ("name_key",), moved)
    for some in portions([folder.id for folder in changes.restored]):
        for table in (Folder, Component):
            rows = table.rows.across(Crossing.ESTATE).filter(deleted_with__in=some)
            rows.update(deleted_at=None, deleted_with="")
    columns = ("id", "account_id", "parent_id", "name", "name_key")
    made = ((one.id, one.account, one.parent, one.name, one.name.casefold()) for one in changes.new)
    insert_rows(Folder, columns, made)
    after = ((one.id, one.parent, one.name, one.name.casefold()) for _, one, _ in changes.changed)
    update_rows(Folder, "id", columns[2:], after)


def keep_tops(accounts: Collection[str]) -> None:
    """Give these accounts' top-level folders their rows, where they have none."""
    for some in portions(sorted(accounts)):
        ids = {top_id(account): account for account in some}
        there = set(Folder.rows.across(Crossing.ESTATE).filter(id__in=ids).values_list("id", flat=True))
        rows = ((key, account, "", "") for key, account in ids.items() if key not in there)
        insert_rows(Folder, ("id", "account_id", "name", "name_key"), rows)


def entries(changes: FolderChanges, paths: FolderPaths) -> Iterator[BulkEntry]:
    """The audit entries that the single commands would have written."""
    for folder in changes.restored:
        path = paths.path(folder.id)
        yield BulkEntry(Act.FOLDER_RESTORED, folder.account, path, {"path": (None, path)})
    for folder in changes.new:
        path = paths.path(folder.id)
        yield BulkEntry(Act.FOLDER_CREATED, folder.account, path, {"path": (None, path)})
    for before, after, old in changes.changed:
        path = paths.path(after.id)
        act = Act.FOLDER_RENAMED if before.parent == after.parent else Act.FOLDER_MOVED
        yield BulkEntry(act, after.account, path, {"path": (old, path)})


_READ = ("id", "account_id", "parent_id", "name")


def _stored(key: str, account: str, parent: str | None, name: str) -> StoredFolder:
    return StoredFolder(FolderId(key), AccountId(account), FolderId(parent or top_id(account)), name)


def stored_folders(accounts: Iterable[str]) -> Iterator[StoredFolder]:
    """The living folders of these accounts."""
    for some in portions(sorted(set(accounts))):
        rows = Folder.rows.across(Crossing.ESTATE).filter(LIVING, account_id__in=some, parent__isnull=False)
        for columns in rows.values_list(*_READ):
            yield _stored(*columns)


def _owners(ids: Iterable[str]) -> dict[str, str]:
    """Whose the folders of these ids are, as far as they exist, deleted ones included."""
    found: dict[str, str] = {}
    for some in portions(sorted(set(ids))):
        rows = Folder.rows.across(Crossing.ESTATE).filter(id__in=some)
        found.update(rows.values_list("id", "account_id"))
    return found


def accounts_with_folders(account: AccountId | None) -> list[AccountId]:
    """The accounts of which an export tells folders, in its order."""
    if account is not None:
        return [account]
    rows = Folder.rows.across(Crossing.ESTATE).values_list("account_id", flat=True).distinct()
    return sorted(map(AccountId, rows))


def paths_by_id(account: AccountId) -> dict[FolderId, str]:
    """The paths of all living folders of an account, the top-level one's being empty."""
    paths = FolderPaths(stored_folders([account]))
    below: dict[FolderId, list[StoredFolder]] = defaultdict(list)
    for folder in paths.folders.values():
        below[folder.parent].append(folder)
    found: dict[FolderId, str] = {top_id(account): ""}
    waiting = [top_id(account)]
    while waiting:
        here = waiting.pop()
        for folder in below[here]:
            found[folder.id] = f"{found[here]}/{folder.name}" if found[here] else folder.name
            waiting.append(folder.id)
    return found


def lines(account: AccountId | None) -> Iterator[FolderLine]:
    """Every folder, or those of one account, by account and path; what is deleted is not told."""
    for owner in accounts_with_folders(account):
        for path, key in sorted((path, key) for key, path in paths_by_id(owner).items() if path):
            yield FolderLine(owner, path, key)
