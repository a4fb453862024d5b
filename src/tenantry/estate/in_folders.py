"""The part of a load that is about folders: their lines, and the roles that may change them."""

from collections.abc import Iterator
from dataclasses import dataclass

from tenantry.audit.trail import BulkEntry
from tenantry.build import estate as folders, estate_roles as lists
from tenantry.estate.problems import Problems
from tenantry.estate.reading import Estate
from tenantry.estate.references import check_accounts, default_or_own_roles
from tenantry.roles import estate as roles
from tenantry.rules.vocabulary import FolderId


@dataclass(slots=True)
class Changed:
    """The differences of the two kinds, and where the folders are after the load."""

    of_folders: folders.FolderChanges
    of_roles: lists.FolderRoleChanges
    paths: folders.FolderPaths

    def accounts(self) -> set[str]:
        """The accounts that decide otherwise."""
        return self.of_folders.accounts() | self.of_roles.accounts()


class InFolders:
    """The lines about folders: compared kind by kind, written, recorded."""

    def __init__(self, estate: Estate, problems: Problems) -> None:
        """Look at these lines."""
        self._estate = estate
        self._problems = problems

    def accounts(self) -> set[str]:
        """The accounts that these lines name."""
        return {line.account for line in self._estate.folders} | {line.account for line in self._estate.folder_roles}

    def with_roles(self) -> set[str]:
        """The accounts whose custom roles these lines may name."""
        return {line.account for line in self._estate.folder_roles if not roles.is_default(line.role)}

    def check_accounts(self, known: set[str]) -> None:
        """Judge that the accounts named exist."""
        check_accounts(self._estate.folders, known, self._estate.report(folders.FolderLine, self._problems))
        report = self._estate.report(lists.FolderRoleLine, self._problems)
        check_accounts(self._estate.folder_roles, known, report)

    def compare(self, names: roles.RoleNames, closed: set[str]) -> Changed:
        """Compare with what is stored. `closed` names accounts deleted before."""
        estate = self._estate
        paths = folders.FolderPaths(folders.stored_folders(self.accounts()))
        report = estate.report(folders.FolderLine, self._problems)
        folder = folders.differences(estate.folders, paths, closed, report)
        self._problems.raise_if_any()
        found = self._resolved(paths)
        report = estate.report(lists.FolderRoleLine, self._problems)
        held = default_or_own_roles(estate.folder_roles, names, report, "FOLD-9")
        self._problems.raise_if_any()
        report = estate.report(lists.FolderRoleLine, self._problems)
        changed = Changed(folder, lists.differences(estate.folder_roles, found, held, closed, report), paths)
        self._problems.raise_if_any()
        return changed

    def _resolved(self, paths: folders.FolderPaths) -> list[FolderId]:
        """The folders that folder_role lines name; unknown ones are reported."""
        report = self._estate.report(lists.FolderRoleLine, self._problems)
        found: list[FolderId] = []
        for number, line in enumerate(self._estate.folder_roles):
            folder = paths.at(line.account, line.path)
            if folder is None:
                report(number, "path", f"{line.account} has no folder {line.path[:100]!r}")
            else:
                found.append(folder)
        return found


def write(changed: Changed) -> None:
    """Write the differences."""
    folders.write(changed.of_folders)
    lists.write(changed.of_roles)


def entries(changed: Changed, names: roles.RoleNames) -> Iterator[BulkEntry]:
    """The audit entries that the single commands would have written."""
    yield from folders.entries(changed.of_folders, changed.paths)
    yield from lists.entries(changed.of_roles, changed.paths.path, names.title)
