"""Reads of folders: which there are, the ways to them, their lists. What is deleted is not there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from tenantry.accounts.queries import existing_account
from tenantry.build.models import LIVING, Folder as Row, FolderRole
from tenantry.rules import refusals as no
from tenantry.rules.answers import Access
from tenantry.rules.facts import AccountFacts
from tenantry.rules.features import Feature
from tenantry.rules.folders import Act, Site, open_acts
from tenantry.rules.places import Folder
from tenantry.rules.roles import available_default_roles
from tenantry.rules.vocabulary import AccountId, FolderId, Role, RoleId
from tenantry.store.crossings import Crossing
from tenantry.store.lines import portions
from tenantry.store.prepared import prepared

_TOP: Final = "top-level-of-"


def top_id(account: AccountId | str) -> FolderId:
    """The id of an account's top-level folder, which needs no row to be there."""
    return FolderId(f"{_TOP}{account}")


def is_top_id(folder: str) -> bool:
    """Whether this is an id that top-level folders have, so that no other folder may."""
    return folder.startswith(_TOP)


def top_folder(account: AccountId) -> Folder:
    """The top-level folder, named like the account (FOLD-1), with its list."""
    return _folder(account, top_id(account), existing_account(account).name)


def restricted_folders(account: AccountId) -> Mapping[FolderId, frozenset[RoleId]]:
    """The living folders of an account that have a role list; one query."""
    found: dict[FolderId, set[RoleId]] = defaultdict(set)
    for folder, role in _living_lists(account):
        found[FolderId(folder)].add(RoleId(role))
    return {folder: frozenset(roles) for folder, roles in found.items()}


@prepared
def _living_lists(account: AccountId) -> QuerySet[FolderRole, tuple[str, str]]:
    rows = FolderRole.rows.of(account).filter(folder__deleted_at__isnull=True)
    return rows.values_list("folder_id", "role_id")


def lists_of(account: AccountId | str, folders: Iterable[str]) -> dict[str, frozenset[RoleId]]:
    """The role lists of those of these folders that have one, deleted or not."""
    found: dict[str, set[RoleId]] = defaultdict(set)
    for some in portions(sorted(set(folders))):
        rows = FolderRole.rows.of(account).filter(folder_id__in=some)
        for folder, role in rows.values_list("folder_id", "role_id"):
            found[folder].add(RoleId(role))
    return {folder: frozenset(roles) for folder, roles in found.items()}


@dataclass(frozen=True, slots=True)
class Step:
    """A folder on the way from the top-level one to another. The top-level one has no name of its own."""

    id: FolderId
    parent: FolderId | None
    name: str


_UP: Final = """
WITH RECURSIVE up(start, id, parent_id, name, height) AS (
  SELECT id, id, parent_id, name, 0 FROM folder WHERE account_id = %s AND id IN ({marks})
  UNION ALL
  SELECT up.start, f.id, f.parent_id, f.name, up.height + 1
  FROM folder f JOIN up ON f.id = up.parent_id WHERE f.account_id = %s
) SELECT start, id, parent_id, name FROM up ORDER BY start, height DESC
"""
_DOWN: Final = """
WITH RECURSIVE down(id, parent_id, name, depth) AS (
  SELECT id, parent_id, name, 0 FROM folder WHERE account_id = %s AND id = %s
  UNION ALL
  SELECT f.id, f.parent_id, f.name, down.depth + 1
  FROM folder f JOIN down ON f.parent_id = down.id WHERE f.account_id = %s AND {condition}
) SELECT id, parent_id, name FROM down ORDER BY depth, id
"""

_THEIR_LISTS: Final = """
SELECT DISTINCT r.folder_id, r.role_id FROM folder_role r JOIN down ON down.id = r.folder_id WHERE r.folder_id <> %s
"""


def ways_to(account: AccountId | str, folders: Iterable[str]) -> dict[str, tuple[Step, ...]]:
    """The way to each of these folders of the account, from the top-level one down to it; one query for 900 of them.

    Deleted ones count as well. Folders of others have no way here.
    """
    found: dict[str, list[Step]] = defaultdict(list)
    for some in portions(sorted(set(folders))):
        statement = _UP.format(marks=", ".join(["%s"] * len(some)))
        with connection.cursor() as cursor:
            cursor.execute(statement, [account, *some, account])
            for start, key, parent, name in cursor.fetchall():
                found[start].append(Step(FolderId(key), FolderId(parent) if parent else None, name))
    return {folder: tuple(way) for folder, way in found.items()}


def path_of(way: Iterable[Step]) -> str:
    """A folder's path; empty for the top-level one."""
    return "/".join(step.name for step in way if step.parent is not None)


def paths_of(account: AccountId | str, folders: Iterable[str]) -> dict[str, str]:
    """The paths of these folders, the top-level one's being empty."""
    return {folder: path_of(way) for folder, way in ways_to(account, folders).items()}


def subtree(account: AccountId | str, folder: FolderId | str, *, went_with: str | None = None) -> tuple[Step, ...]:
    """The folder and all below it, those above first: the living ones or, with `went_with`, those deleted with that
    folder. One query.
    """
    condition = "f.deleted_at IS NULL" if went_with is None else "f.deleted_with = %s AND f.deleted_at IS NOT NULL"
    more = [] if went_with is None else [went_with]
    with connection.cursor() as cursor:
        cursor.execute(_DOWN.format(condition=condition), [account, folder, account, *more])
        rows = cursor.fetchall()
    return tuple(Step(FolderId(key), FolderId(parent) if parent else None, name) for key, parent, name in rows)


def lists_below(account: AccountId | str, folder: FolderId) -> tuple[frozenset[RoleId], ...]:
    """The lists of the living folders below one, of those that have any; one query."""
    statement = _DOWN.replace("SELECT id, parent_id, name FROM down ORDER BY depth, id", _THEIR_LISTS)
    with connection.cursor() as cursor:
        cursor.execute(statement.format(condition="f.deleted_at IS NULL"), [account, folder, account, folder])
        rows = cursor.fetchall()
    found: dict[str, set[RoleId]] = defaultdict(set)
    for key, role in rows:
        found[key].add(RoleId(role))
    return tuple(frozenset(roles) for roles in found.values())


def folder_of(account: AccountId, folder: str) -> Folder:
    """The living folder of this id or else of this path, with its list; the empty path is the top-level folder's.

    Refuses with `FolderNotFound`, also for folders of others.
    """
    if folder in {"", top_id(account)}:
        return top_folder(account)
    way = ways_to(account, [folder]).get(folder, ()) if _living(account, folder) else _along(account, folder)
    if not way:
        raise no.Refused(no.FolderNotFound())
    return _folder(account, way[-1].id, path_of(way))


def folder_with_id(account: AccountId, folder: str) -> Folder:
    """The living folder of this id; refuses with `FolderNotFound`."""
    if folder == top_id(account):
        return top_folder(account)
    if not _living(account, folder):
        raise no.Refused(no.FolderNotFound())
    return _folder(account, FolderId(folder), path_of(ways_to(account, [folder])[folder]))


def folder_row(account: AccountId | str, folder: str) -> Row:
    """The stored living folder of this id; refuses with `FolderNotFound`. A top-level one may have no row."""
    row = Row.rows.of(account).filter(LIVING, id=folder).first()
    if row is None:
        raise no.Refused(no.FolderNotFound())
    return row


def _living(account: AccountId | str, folder: str) -> bool:
    return Row.rows.of(account).filter(LIVING, id=folder).exists()


def _folder(account: AccountId, folder: FolderId, path: str) -> Folder:
    return Folder(folder, path, lists_of(account, [folder]).get(folder, frozenset()))


def _along(account: AccountId, path: str) -> tuple[Step, ...]:
    """The way that a path names; empty if it leads nowhere. A query for each name."""
    way: list[Step] = [Step(top_id(account), None, "")]
    for name in path.split("/"):
        key = name.strip().casefold()
        row = Row.rows.of(account).filter(LIVING, parent_id=way[-1].id, name_key=key).first()
        if row is None:
            return ()
        way.append(Step(FolderId(row.pk), way[-1].id, row.name))
    return tuple(way)


_USED: Final = """
WITH RECURSIVE used(id) AS (
  SELECT id FROM component WHERE account_id = %s AND id IN ({marks})
  UNION
  SELECT r.target_id FROM component_reference r JOIN used ON used.id = r.component_id
  JOIN component c ON c.id = r.target_id AND c.deleted_at IS NULL WHERE r.account_id = %s
) SELECT DISTINCT n.type FROM component_connector n JOIN used ON used.id = n.component_id WHERE n.account_id = %s
"""


def connector_types_used(account: AccountId | str, components: Iterable[str]) -> frozenset[str]:
    """The types of connectors that these components use: that their newest texts name, or those of what they refer to,
    directly or through others (CONN-9). One query for 900 components.
    """
    found: set[str] = set()
    for some in portions(sorted(set(components))):
        with connection.cursor() as cursor:
            cursor.execute(_USED.format(marks=", ".join(["%s"] * len(some))), [account, *some, account, account])
            found.update(kind for (kind,) in cursor.fetchall())
    return frozenset(found)


def folder_rights(access: Access, facts: AccountFacts, site: Site) -> frozenset[Act]:
    """What of FOLD-12 is open to somebody at a site: what menus show."""
    return open_acts(access, facts, site)


def offered_roles(facts: AccountFacts) -> tuple[Role, ...]:
    """What "Available Roles" holds: the default roles of the account, then its own custom roles (FOLD-9), by name.

    Own roles stand there without Advanced User Security as well: restrictions can still be loosened (FOLD-2).
    """
    features = existing_account(facts.id).features
    defaults = sorted(available_default_roles(features), key=lambda role: role.name)
    return (*(facts.roles[role.id] for role in defaults if role.id in facts.roles), *facts.own_roles())


def restrictions_open(account: AccountId) -> bool:
    """Whether folders may be restricted: Advanced User Security is on (FOLD-2)."""
    return Feature.ADVANCED_USER_SECURITY in existing_account(account).features


def folders_opened_by(account: AccountId, role: RoleId | str) -> tuple[str, ...]:
    """The paths of the living folders whose list would be empty without a role, so open to everybody (ROLE-14)."""
    others = FolderRole.rows.of(account).filter(folder_id=OuterRef("folder_id")).exclude(role_id=role)
    rows = FolderRole.rows.of(account).filter(~Exists(others), role_id=role, folder__deleted_at__isnull=True)
    folders = tuple(rows.values_list("folder_id", flat=True))
    name = existing_account(account).name if top_id(account) in folders else ""
    paths = paths_of(account, folders)
    return tuple(sorted((paths[folder] or name for folder in folders), key=str.casefold))


def account_of_folder(folder: str) -> AccountId | None:
    """Whose folder this is, by its id; `None` for ids of none."""
    found = Row.rows.across(Crossing.EXTERNAL_OBJECT).filter(LIVING, id=folder).values_list("account_id", flat=True)
    return next((AccountId(account) for account in found), None)
