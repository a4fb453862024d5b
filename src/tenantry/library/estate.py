"""Lines of kind `process`: what accounts have, or have published, in the Process Library, in and out.

A line is about a process of Build. Where it has none yet one is made, empty, since texts are no part of an estate.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

from msgspec import UNSET, UnsetType

from tenantry.accounts.models import Account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry
from tenantry.build import estate_processes as in_build
from tenantry.build.dependencies import needed_by
from tenantry.build.estate import path_key
from tenantry.build.estate_processes import Placed
from tenantry.build.queries import paths_of
from tenantry.connectors.queries import publisher_names
from tenantry.deploy.estate import shareable_packages
from tenantry.deploy.models import PackagedComponent
from tenantry.library.models import Process, Publication
from tenantry.rules.components import ID_LIMIT
from tenantry.rules.folders import check_component_name, check_name
from tenantry.rules.library import PUBLISHABLE, check_publishable
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, Actor, ComponentId, Instant
from tenantry.sharing.resource_lines import ResourceChanges, ResourceLine
from tenantry.store.bulk import insert_rows, update_rows
from tenantry.store.crossings import Crossing
from tenantry.store.lines import FieldProblem, check_text, given, portions

FIRST: Final = 1
"""The number of the publication that a line makes."""


class ProcessLine(ResourceLine, tag="process", kw_only=True):
    """A process in a folder, the top-level one where the line names none, and whether it has been published."""

    folder: str | UnsetType = UNSET
    published: bool


@dataclass(frozen=True, slots=True)
class StoredProcess:
    """A living process of Build. Without `listed` no line has told of it and nobody has published it; such a one has a
    name that no line can give.

    `key` tells it from others of its account where lines give no id: folder and name. Of several with the same, which
    Build allows, the first one has it.
    """

    id: str
    account: AccountId
    name: str
    folder: str
    published: bool
    key: str
    listed: bool = True


def _key(folder: str, name: str) -> str:
    return "\n".join((*path_key(folder), "", name.strip().casefold()))


def _clean(folder: str) -> str:
    return "/".join(name.strip() for name in folder.split("/"))


def _placed(one: StoredProcess) -> Placed:
    return Placed(ComponentId(one.id), one.account, one.name, one.folder)


class ProcessLines:
    """The lines of published processes."""

    kind: ClassVar[Kind] = Kind.PROCESS

    def check(self, line: ProcessLine) -> Iterator[FieldProblem]:
        """Judge a line by itself."""
        refusal = check_component_name(line.name)
        if refusal is not None:
            yield "name", f"{refusal.message} ({refusal.rule})"
        yield from check_text("id", line.id, ID_LIMIT, required=True)
        if isinstance(line.folder, str) and line.folder:
            wrong = next((one for one in map(check_name, line.folder.split("/")) if one is not None), None)
            if wrong is not None:
                yield "folder", f"{wrong.message} ({wrong.rule})"

    def stored(self, accounts: Iterable[str]) -> Iterator[StoredProcess]:
        """The living processes of these accounts, those in the library first."""
        for some in portions(sorted(set(accounts))):
            rows = Process.rows.across(Crossing.ESTATE).filter(account_id__in=some)
            listed = {key: (name, number) for key, name, number in rows.values_list("id", "name", "number")}
            keys: set[tuple[str, str]] = set()
            for one in sorted(in_build.living_processes(some), key=lambda one: (one.id not in listed, one.id)):
                name, number = listed.get(one.id, (one.name, 0))
                key = _key(one.folder, name)
                if (one.account, key) in keys:
                    key = f"\0{one.id}"
                keys.add((one.account, key))
                there = one.id in listed
                shown = name if there else f"\0{one.id}"
                yield StoredProcess(one.id, one.account, shown, one.folder, number > 0, key, there)

    def owners(self, ids: Iterable[str]) -> dict[str, str]:
        """Whose the living processes of these ids are; empty where something else has the id."""
        return in_build.owners_of_processes(ids)

    def merged(self, line: ProcessLine, old: StoredProcess | None, key: str) -> StoredProcess:
        """What a line makes of the stored process, or of none."""
        name = line.name.strip()
        folder = _clean(given(line.folder, old.folder if old else ""))
        if old is None:
            return StoredProcess(key, AccountId(line.account), name, folder, line.published, _key(folder, name))
        folder = old.folder if path_key(folder) == path_key(old.folder) else folder
        same = old.listed and (folder, name) == (old.folder, old.name)
        after = old.key if same else _key(folder, name)
        return replace(old, name=name, folder=folder, published=line.published, key=after, listed=True)

    def key_of(self, one: StoredProcess) -> str:
        """Folder and name: components of one folder may have one name, and then the first of them is meant."""
        return one.key

    def key_of_line(self, line: ProcessLine) -> str:
        """The same as a line says it."""
        return _key(given(line.folder, ""), line.name)

    def never_changes(self, old: StoredProcess, new: StoredProcess) -> Iterator[FieldProblem]:
        """A publication cannot be taken back; what is in Build already must qualify to be published (PROC-1)."""
        if old.published and not new.published:
            yield "published", f"{new.name!r} is published, which cannot be taken back (PROC-3)"
        if new.published and not old.published:
            parts = (one.type for one in needed_by(old.account, old.id))
            refusal = check_publishable(new.name, "", kind=PUBLISHABLE, shareable=True, parts=parts)
            if refusal is not None:
                yield "published", f"{new.name!r} cannot be published: {refusal.why} ({refusal.rule})"

    def write(self, changes: ResourceChanges[StoredProcess], *, actor: Actor, at: Instant) -> None:
        """Write the differences: processes of Build, what is in the library, and first publications."""
        after = [*changes.new, *(new for _, new in changes.changed)]
        places = in_build.folders_at(((one.account, one.folder) for one in after), actor=actor, at=at)
        in_build.make_processes([_placed(one) for one in changes.new], places, actor=actor, at=at)
        moved = [_placed(new) for old, new in changes.changed if old.folder != new.folder]
        in_build.move_processes(moved, places)
        renamed = [_placed(new) for old, new in changes.changed if old.listed and old.name != new.name]
        in_build.rename_processes(renamed, actor=actor, at=at)
        fresh = [*changes.new, *(new for old, new in changes.changed if not old.listed)]
        columns = ("id", "account_id", "component_id", "name", "name_key", "search_key")
        rows = ((one.id, one.account, one.id, one.name, one.name.casefold(), one.name.casefold()) for one in fresh)
        insert_rows(Process, columns, rows)
        self._rename([new for old, new in changes.changed if old.listed and old.name != new.name])
        before = {old.id for old, _ in changes.changed if old.published}
        published = [one for one in after if one.published and one.id not in before]
        packages = shareable_packages((one.id for one in published), actor=actor, at=at)
        _publish(published, packages, actor=actor, at=at)

    def _rename(self, renamed: list[StoredProcess]) -> None:
        """Let the library call processes by their new names."""
        says: dict[str, str] = {}
        for some in portions([one.id for one in renamed]):
            rows = Process.rows.across(Crossing.ESTATE).filter(id__in=some)
            says.update(rows.values_list("id", "description"))
        columns = ("name", "name_key", "search_key")
        told = ((one.id, one.name, one.name.casefold(), f"{one.name}\n{says[one.id]}".casefold()) for one in renamed)
        update_rows(Process, "id", columns, told)

    def entries(self, changes: ResourceChanges[StoredProcess]) -> Iterator[BulkEntry]:
        """The audit entries that the single commands would have written, folders apart that were made on the way."""
        for one in changes.new:
            made = {"id": (None, one.id), "type": (None, PUBLISHABLE)}
            yield BulkEntry(Act.COMPONENT_CREATED, one.account, _path(one), made)
        for old, new in changes.changed:
            if old.folder != new.folder:
                yield BulkEntry(Act.COMPONENT_MOVED, new.account, _path(new), {"path": (old.folder, new.folder)})
            if old.listed and old.name != new.name:
                yield BulkEntry(Act.COMPONENT_SAVED, new.account, _path(new), {"name": (old.name, new.name)})
        before = {old.id for old, _ in changes.changed if old.published}
        after = (*changes.new, *(new for _, new in changes.changed))
        yield from _published([one for one in after if one.published and one.id not in before])

    def lines(self, account: AccountId | None) -> Iterator[ProcessLine]:
        """Every process in the library that is still there in Build, by account, folder and name."""
        rows = Process.rows.across(Crossing.ESTATE) if account is None else Process.rows.of(account)
        living = rows.filter(component__deleted_at__isnull=True)
        owners = [account] if account else sorted(set(living.order_by().values_list("account_id", flat=True)))
        for owner in owners:
            found = list(living.filter(account_id=owner).values_list("component__folder_id", "name", "id", "number"))
            paths = paths_of(owner, {folder for folder, *_ in found})
            told = sorted((paths.get(folder, ""), name, key, number > 0) for folder, name, key, number in found)
            for path, name, key, published in told:
                yield ProcessLine(account=owner, name=name, id=key, folder=path or UNSET, published=published)


def _path(one: StoredProcess) -> str:
    return f"{one.folder}/{one.name}" if one.folder else one.name


def _published(published: list[StoredProcess]) -> Iterator[BulkEntry]:
    """The entries of first publications, and of the packages that were made for them."""
    for some in portions(published):
        rows = Publication.rows.across(Crossing.ESTATE).filter(process_id__in=[one.id for one in some], number=FIRST)
        for row in rows.select_related("package").defer("package__text").order_by("process_id"):
            package = row.package
            if package.created_at == row.at:
                said = {"version": (None, package.version), "revision": (None, package.revision)}
                yield BulkEntry(Act.PACKAGED, row.account_id, package.name, {**said, "shareable": (None, True)})
            said = {"publication": (None, FIRST), "version": (None, row.version)}
            yield BulkEntry(Act.PROCESS_PUBLISHED, row.account_id, package.name, said)


def _publish(
    published: list[StoredProcess], packages: dict[str, PackagedComponent], *, actor: Actor, at: Instant
) -> None:
    """Write first publications. An import describes a state: without a Publisher Name the account's own does."""
    publishers = _publishers({one.account for one in published})
    columns = ("account_id", "process_id", "number", "package_id", "version", "publisher", "user", "at")
    rows: list[tuple[Any, ...]] = []
    for one in published:
        package = packages[one.id]
        rows.append(
            (
                *(one.account, one.id, FIRST, package.pk, package.version),
                *(publishers[one.account], actor.name, at),
            )
        )
    insert_rows(Publication, columns, rows)
    told = ((one.id, FIRST, publishers[one.account], at) for one in published)
    update_rows(Process, "id", ("number", "publisher", "published_at"), told)


def _publishers(accounts: set[AccountId]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in portions(sorted(accounts)):
        found.update(Account.rows.across(Crossing.ESTATE).filter(id__in=some).values_list("id", "name"))
        found.update(publisher_names(some))
    return found
