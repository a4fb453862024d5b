"""Lines of kind `folder_role`: the roles that may change folders, in and out."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry
from tenantry.build.estate import accounts_with_folders, keep_tops, paths_by_id
from tenantry.build.models import FolderRole
from tenantry.rules.vocabulary import AccountId, FolderId, RoleId
from tenantry.store.bulk import insert_rows
from tenantry.store.crossings import Crossing
from tenantry.store.lines import Line, Report, RoleReference, Tally, portions


class FolderRoleLine(Line, tag="folder_role"):
    """A role may change a folder: a default one or one of the account's own (FOLD-9). The empty path is the top-level
    folder's.
    """

    account: str
    path: str
    role: RoleReference


@dataclass(slots=True)
class FolderRoleChanges:
    """The roles that lines put on folders, and each list concerned as it was before."""

    new: list[tuple[AccountId, FolderId, RoleId]] = field(default_factory=list)
    before: dict[str, frozenset[RoleId]] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)

    def accounts(self) -> set[str]:
        """The accounts that decide otherwise."""
        return {account for account, _, _ in self.new}


def differences(
    lines: Sequence[FolderRoleLine],
    folders: Sequence[FolderId],
    roles: Sequence[RoleId],
    closed: Collection[str],
    report: Report,
) -> FolderRoleChanges:
    """Compare with what is stored; `folders` and `roles` are those of the lines."""
    changes = FolderRoleChanges(before=_stored(folders))
    for number, (line, folder, role) in enumerate(zip(lines, folders, roles, strict=True)):
        if role in changes.before.get(folder, ()):
            changes.tally.unchanged += 1
        elif line.account in closed:
            report(number, "account", f"{line.account} is deleted and takes no further change (ACC-14)")
        else:
            changes.new.append((AccountId(line.account), folder, role))
            changes.tally.new_lines.append(number)
    changes.tally.new = len(changes.new)
    return changes


def _stored(folders: Iterable[str]) -> dict[str, frozenset[RoleId]]:
    found: dict[str, set[RoleId]] = defaultdict(set)
    for some in portions(sorted(set(folders))):
        rows = FolderRole.rows.across(Crossing.ESTATE).filter(folder_id__in=some)
        for folder, role in rows.values_list("folder_id", "role_id"):
            found[folder].add(RoleId(role))
    return {folder: frozenset(roles) for folder, roles in found.items()}


def write(changes: FolderRoleChanges) -> None:
    """Write the differences."""
    keep_tops(changes.accounts())
    insert_rows(FolderRole, ("account_id", "folder_id", "role_id"), changes.new)


def entries(
    changes: FolderRoleChanges, path: Callable[[FolderId], str], title: Callable[[RoleId], str]
) -> Iterator[BulkEntry]:
    """The audit entries that the single commands would have written: one for each folder."""
    added: dict[tuple[AccountId, FolderId], set[RoleId]] = defaultdict(set)
    for account, folder, role in changes.new:
        added[account, folder].add(role)
    for (account, folder), roles in added.items():
        before = changes.before.get(folder, frozenset())
        told = {"roles": (sorted(map(title, before)), sorted(map(title, before | roles)))}
        yield BulkEntry(Act.FOLDER_ROLES_CHANGED, account, path(folder) or account, told)


def lines(account: AccountId | None) -> Iterator[FolderRoleLine]:
    """Every list, or those of one account, by account, path and role; lists of deleted folders are not told."""
    for owner in accounts_with_folders(account):
        rows = list(FolderRole.rows.of(owner).values_list("folder_id", "role__name", "role__name_key"))
        if rows:
            paths = paths_by_id(owner)
            told = sorted((paths[FolderId(one)], key, name) for one, name, key in rows if FolderId(one) in paths)
            for path, _, name in told:
                yield FolderRoleLine(owner, path, name)
