"""Rows of folders for the platform API, deleted ones included, and what its filters compare of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import Q, QuerySet

from tenantry.accounts.queries import existing_account
from tenantry.build.models import LIVING, Folder, FolderRole
from tenantry.build.queries import top_id
from tenantry.build.wire_ids import meant_folder, told_folder
from tenantry.platform_api.wire.columns import NEVER, Text
from tenantry.platform_api.wire.filters import Comparison, Operator
from tenantry.platform_api.wire.reading import Malformed
from tenantry.roles.wire_ids import meant_role
from tenantry.rules.vocabulary import AccountId
from tenantry.store.lines import portions

FolderRow = Folder
"""A row as stored; only this folder's commands write it."""

GONE: Final = ~LIVING
"""What is deleted."""

WIDEST: Final = 20_000
"""Folders that one comparison of ids or paths may pass, where it asks for more than one of them."""


def folders_of(account: AccountId) -> "QuerySet[Folder]":
    """The folders of an account below the top-level one."""
    return Folder.rows.of(account).filter(parent__isnull=False)


def is_deleted(account: AccountId, folder: str) -> bool:
    """Whether this is a folder of the account that is deleted."""
    return Folder.rows.of(account).filter(GONE, id=folder).exists()


def roles_named(account: AccountId, test: Comparison) -> Q:
    """The folders whose lists hold a role whose id passes; those without a list for a missing one."""
    rows = FolderRole.rows.of(account)
    if test.operator is Operator.IS_NULL:
        return ~Q(id__in=rows.values("folder_id"))
    found = Text("role_id", stored=meant_role).condition(account, test)
    return Q(id__in=rows.filter(found).values("folder_id"))


@dataclass(frozen=True, slots=True)
class FolderIds:
    """The column of a folder's id, compared as programs know it: the same one by its key, any other way by looking at
    those that the account has.
    """

    path: str

    def __call__(self, account: AccountId, test: Comparison) -> Q:
        """The rows whose folder passes."""
        if test.operator is Operator.IS_NULL:
            return Q(**{f"{self.path}__isnull": True})
        if test.operator is Operator.EQUALS:
            return Q(**{self.path: meant_folder(str(test.arguments[0]))})
        known = Folder.rows.of(account).values_list("id", flat=True)
        return _among(self.path, (one for one in known.iterator() if test.holds(told_folder(one))))


@dataclass(frozen=True, slots=True)
class FolderNames:
    """The column of a folder's name, the top-level one's being the account's."""

    path: str

    def __call__(self, account: AccountId, test: Comparison) -> Q:
        """The rows whose folder's name passes."""
        folder = self.path.removesuffix("name") + "id"
        top = Q(**{folder: top_id(account)})
        here = top if test.holds(existing_account(account).name) else NEVER
        return (Text(self.path).condition(account, test) & ~top) | here


def path_passes(account: AccountId, test: Comparison) -> Q:
    """The folders whose full path passes: one query for each name of a path that is asked for as it is, else one for
    all paths of the account.
    """
    if test.operator is Operator.IS_NULL:
        return NEVER
    top = existing_account(account).name
    if test.operator is Operator.EQUALS:
        return _among("id", _at(account, top, str(test.arguments[0])))
    return _among("id", (folder for folder, path in _paths(account, top) if test.holds(path)))


def _at(account: AccountId, top: str, path: str) -> list[str]:
    """The folders that this path leads to, deleted ones as well."""
    if not path.startswith(f"{top}/"):
        return []
    here = [str(top_id(account))]
    for name in path.removeprefix(f"{top}/").split("/"):
        rows = Folder.rows.of(account).filter(name=name)
        here = [key for some in portions(here) for key in rows.filter(parent_id__in=some).values_list("id", flat=True)]
        if not here:
            break
    return here


_ALL: Final = """
WITH RECURSIVE down(id, path) AS (
  SELECT id, CAST(%s AS text) FROM folder WHERE account_id = %s AND parent_id IS NULL
  UNION ALL
  SELECT f.id, down.path || '/' || f.name FROM folder f JOIN down ON f.parent_id = down.id
) SELECT id, path FROM down
"""


def _paths(account: AccountId, top: str) -> Iterator[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_ALL, [top, account])
        yield from cursor.fetchall()


def _among(path: str, found: Iterable[str]) -> Q:
    ids: list[str] = []
    for one in found:
        ids.append(one)
        if len(ids) > WIDEST:
            msg = f"More than {WIDEST} folders pass one comparison: ask for fewer."
            raise Malformed(msg)
    return Q(**{f"{path}__in": ids})
