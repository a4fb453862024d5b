"""Writes of folders and of the roles that may change them. Each enforces its row of FOLD-12.

What decisions rest on are the lists of living folders; only what changes them raises the account's revision.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Set as AbstractSet

from django.db.models import F

from tenantry.accounts.queries import existing_account
from tenantry.audit.catalogue import Act as Audited
from tenantry.audit.trail import BulkEntry, Changes, record, record_many
from tenantry.build.acting import Acting, holding, inside, keep_top, passed, places
from tenantry.build.copying import copied_tree
from tenantry.build.deletion import check_deployed, components_in, referenced, some_names
from tenantry.build.models import LIVING, Component, Folder as Row, FolderRole
from tenantry.build.queries import (
    Step,
    folder_row,
    folder_with_id,
    folders_opened_by,
    lists_of,
    offered_roles,
    path_of,
    paths_of,
    restrictions_open,
    subtree,
    top_id,
    ways_to,
)
from tenantry.roles.queries import names_of_roles
from tenantry.rules import folders as law, refusals as no
from tenantry.rules.folders import Act, Site
from tenantry.rules.places import Folder
from tenantry.rules.refusals import Refused, refuse
from tenantry.rules.vocabulary import AccountId, Actor, ComponentId, FolderId, Instant, RoleId
from tenantry.store import revisions
from tenantry.store.lines import portions
from tenantry.store.transaction import command


@command
def create_folder(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    parent: FolderId,
    name: str,
    roles: AbstractSet[RoleId] | None = None,
    reason: str = "",
) -> FolderId:
    """Make a folder in another one. It starts with a copy of that one's list, made once (FOLD-10), or with the `roles`
    given, for which it takes what `set_folder_roles` takes (FOLD-16).
    """
    acting = passed(Act.CREATE_SUBFOLDER, actor=actor, account=account, at=at)
    above = folder_with_id(account, parent)
    acting.check(Act.CREATE_SUBFOLDER, Site(here=above))
    name = _free_name(account, above, name)
    given = law.inherited_list(above)
    if roles is not None and roles != given:
        _check_list(acting, given, frozenset(roles))
        given = frozenset(roles)
    keep_top(account, parent)
    folder = FolderId(str(uuid.uuid4()))
    _insert(account, folder, parent, name)
    _write_roles(account, folder, (), given)
    path = inside(account, above, name)
    changes: Changes = {"path": (None, path), "roles": ([], acting.names(given))}
    record(Audited.FOLDER_CREATED, actor=actor, account=account, at=at, container=path, reason=reason, changes=changes)
    if given:
        revisions.raise_revisions([account])
    return folder


@command
def rename_folder(
    *, actor: Actor, at: Instant, account: AccountId, folder: FolderId, name: str, reason: str = ""
) -> None:
    """Give a folder another name. Refuses the top-level one, which is called like the account."""
    _put(actor=actor, at=at, account=account, folder=folder, name=name, reason=reason)


@command
def move_folder(
    *, actor: Actor, at: Instant, account: AccountId, folder: FolderId, destination: FolderId, reason: str = ""
) -> None:
    """Put a folder with all in it into another one. It keeps its restrictions (FOLD-11).

    Refuses the top-level one, a destination in the folder itself, and a name that is taken there.
    """
    _put(actor=actor, at=at, account=account, folder=folder, destination=destination, reason=reason)


@command
def edit_folder(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    folder: FolderId,
    name: str | None = None,
    parent: FolderId | None = None,
    roles: AbstractSet[RoleId] | None = None,
    reason: str = "",
) -> None:
    """Change at once what is given of a folder: its name, the folder it is in, its list. What is as it was needs no
    right, so that a folder can be sent back whole (FOLD-16).

    Judged and recorded as `rename_folder`, `move_folder` and `set_folder_roles` are, each where it changes something; a
    name has to be free only where the folder ends up.
    """
    acting = holding("BUILD_READ_ONLY", actor=actor, account=account, at=at)
    here = folder_with_id(account, folder)
    if roles is not None and roles != here.roles:
        _check_list(acting, here.roles, frozenset(roles))
    was_in = None if folder == top_id(account) else folder_row(account, folder).parent_id
    called = here.path if was_in is None else _own_name(account, folder)
    renamed = name if name is not None and name.strip() != called else None
    moved = parent if parent != was_in else None
    if renamed is not None or moved is not None:
        _put(actor=actor, at=at, account=account, folder=folder, name=renamed, destination=moved, reason=reason)
    if roles is not None and roles != here.roles:
        set_folder_roles(actor=actor, at=at, account=account, folder=folder, roles=roles, reason=reason)


@command
def copy_folder(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    folder: FolderId,
    destination: FolderId,
    name: str | None = None,
    into_account: AccountId | None = None,
    reason: str = "",
) -> FolderId:
    """Copy a folder with all in it into another one, also of another account, where it needs `BUILD` (FOLD-15).

    No copy is restricted (FOLD-11). A name that is taken is changed; components copied together refer to each other's
    copies. Each has one revision, the newest of its original.
    """
    target = account if into_account is None else into_account
    acting = _copying(Act.COPY_FOLDER, actor=actor, account=account, into=target, at=at)
    here = folder_with_id(account, folder)
    there = folder_with_id(target, destination)
    acting.check(Act.COPY_FOLDER, Site(destination=there))
    if target == account:
        _check_outside(account, there, folder)
    wanted = (name if name is not None else _own_name(account, folder)).strip()
    refuse(law.check_name(wanted))
    wanted = law.copy_name(wanted, _taken(target, destination))
    keep_top(target, destination)
    made = copied_tree(
        actor=actor,
        at=at,
        account=account,
        steps=subtree(account, folder),
        target=target,
        destination=destination,
        name=wanted,
    )
    path = inside(target, there, wanted)
    changes: Changes = {"path": (None, path), "copied_from": (None, _told(account, target, here.path))}
    record(Audited.FOLDER_COPIED, actor=actor, account=target, at=at, container=path, reason=reason, changes=changes)
    return made


@command
def remove_folder(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    folder: FolderId,
    unreferenced_only: bool | None = None,
    reason: str = "",
) -> None:
    """Delete a folder with all in it; it can be restored.

    Refuses the top-level one, folders with something that is deployed, and (FOLD-13), unless
    `unreferenced_only` tells what to do, folders with components that others refer to. With `True` these stay, what
    they refer to as well, and so do the folders that hold them.
    """
    acting = passed(Act.DELETE_FOLDER, actor=actor, account=account, at=at)
    here, parent = _with_parent(account, folder, "deleted")
    steps = subtree(account, folder)
    acting.check(Act.DELETE_FOLDER, Site(here=here, parent=parent, below=places(account, here, steps)))
    components = components_in(account, (step.id for step in steps))
    refuse(check_deployed(account, components.keys()))
    kept = referenced(account, components.keys())
    if kept and unreferenced_only is None:
        raise Refused(no.ComponentsReferenced(components=some_names(account, kept)))
    if not unreferenced_only:
        kept = set()
    gone = _delete(account, steps, components, kept, at)
    changes: Changes = {
        "path": (here.path, here.path if kept else None),
        "folders": (len(steps), len(steps) - len(gone)),
        "components": (len(components), len(kept)),
    }
    record(
        Audited.FOLDER_DELETED, actor=actor, account=account, at=at, container=here.path, reason=reason, changes=changes
    )
    if lists_of(account, gone):
        revisions.raise_revisions([account])


@command
def restore_folder(*, actor: Actor, at: Instant, account: AccountId, folder: FolderId, reason: str = "") -> None:
    """Bring a deleted folder back with all that went with it, restrictions included.

    Refuses with `ParentDeleted` while the folder it was in is deleted itself, and when its name is taken by now.
    """
    acting = passed(Act.RESTORE_FOLDER, actor=actor, account=account, at=at)
    row = Row.rows.of(account).filter(~LIVING, id=folder).first()
    if row is None:
        raise Refused(no.FolderNotFound())
    way = ways_to(account, [folder])[folder]
    parent = living_parent(account, way[-2].id, row.name, way[:-1])
    here = Folder(folder, path_of(way), lists_of(account, [folder]).get(folder, frozenset()))
    steps = subtree(account, folder, went_with=folder)
    below = places(account, here, steps)
    acting.check(Act.RESTORE_FOLDER, Site(here=here, parent=parent, below=below))
    _free_name(account, parent, row.name)
    Row.rows.of(account).filter(deleted_with=folder).update(deleted_at=None, deleted_with="")
    Component.rows.of(account).filter(deleted_with=folder).update(deleted_at=None, deleted_with="")
    changes: Changes = {"path": (None, here.path)}
    record(
        Audited.FOLDER_RESTORED,
        actor=actor,
        account=account,
        at=at,
        container=here.path,
        reason=reason,
        changes=changes,
    )
    if any(one.roles for one in (here, *below)):
        revisions.raise_revisions([account])


@command
def set_folder_roles(
    *, actor: Actor, at: Instant, account: AccountId, folder: FolderId, roles: AbstractSet[RoleId], reason: str = ""
) -> None:
    """Let exactly these roles change a folder; none lets every holder of `BUILD` (FOLD-5).

    Only for holders of the role Administrator itself (FOLD-7). Refuses roles that are not offered (FOLD-9) and, without
    Advanced User Security, what does not loosen (FOLD-2).
    """
    acting = holding("BUILD_READ_ONLY", actor=actor, account=account, at=at)
    here = folder_with_id(account, folder)
    after = frozenset(roles)
    _check_list(acting, here.roles, after)
    if after == here.roles:
        return
    keep_top(account, folder)
    _write_roles(account, folder, here.roles, after)
    changes: Changes = {"roles": (acting.names(here.roles), acting.names(after))}
    record(
        Audited.FOLDER_ROLES_CHANGED,
        actor=actor,
        account=account,
        at=at,
        container=here.path,
        reason=reason,
        changes=changes,
    )
    revisions.raise_revisions([account])


@command
def forget_role_on_folders(*, actor: Actor, at: Instant, account: AccountId, role: RoleId) -> None:
    """Take a role that is deleted off every folder, deleted ones included (ROLE-13). Part of deleting it, which raises
    the revision.

    Each living folder gets its entry; one whose list is empty now is open to everybody (ROLE-14).
    """
    title = names_of_roles(account, {role}).get(role, role)
    rows = FolderRole.rows.of(account).filter(role_id=role)
    listed = tuple(rows.filter(folder__deleted_at__isnull=True).values_list("folder_id", flat=True))
    opened = set(folders_opened_by(account, role))
    rows.delete()
    own = existing_account(account).name
    paths = sorted(path or own for path in paths_of(account, listed).values())
    record_many(
        (
            BulkEntry(
                Audited.FOLDER_ROLES_CHANGED,
                account,
                path,
                {"ROLE_NAME": (title, None)},
                "The role was removed; the folder is open to everybody now." if path in opened else "",
            )
            for path in paths
        ),
        actor=actor,
        at=at,
    )


def _check_list(acting: Acting, before: frozenset[RoleId], after: frozenset[RoleId]) -> None:
    """Judge a new list of a folder, and whoever gives it (FOLD-2, FOLD-7, FOLD-9)."""
    if acting.access is not None:
        refuse(law.manages_permissions(acting.access, acting.account))
    offered = {role.id for role in offered_roles(acting.account)}
    refuse(law.check_assigned(before, after, offered, security=restrictions_open(acting.account.id)))


def _put(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    folder: FolderId,
    name: str | None = None,
    destination: FolderId | None = None,
    reason: str,
) -> None:
    """Give a folder another name, or another place, or both at once: the name is judged where the folder ends up."""
    act = Act.RENAME_FOLDER if destination is None else Act.MOVE_FOLDER
    acting = passed(act, actor=actor, account=account, at=at)
    here, parent = _with_parent(account, folder, "renamed" if destination is None else "moved")
    there = parent if destination is None else folder_with_id(account, destination)
    if name is not None:
        acting.check(Act.RENAME_FOLDER, Site(here=here, parent=parent))
    if destination is not None:
        acting.check(Act.MOVE_FOLDER, Site(here=here, parent=parent, destination=there))
    moves = there.id != parent.id
    if moves:
        _check_outside(account, there, folder)
    wanted = _free_name(account, there, _own_name(account, folder) if name is None else name, besides=folder)
    renamed, path = inside(account, parent, wanted), inside(account, there, wanted)
    if path == here.path and not moves:
        return
    keep_top(account, there.id)
    Row.rows.of(account).filter(id=folder).update(name=wanted, name_key=wanted.casefold(), parent_id=there.id)
    for told, before, after in ((Audited.FOLDER_RENAMED, here.path, renamed), (Audited.FOLDER_MOVED, renamed, path)):
        if before != after:
            changes: Changes = {"path": (before, after)}
            record(told, actor=actor, account=account, at=at, container=after, reason=reason, changes=changes)


def _copying(act: Act, *, actor: Actor, account: AccountId, into: AccountId, at: Instant) -> Acting:
    """Prove that somebody may read here and build there (FOLD-15)."""
    revisions.lock(account, into)
    if into != account:
        holding("BUILD_READ_ONLY", actor=actor, account=account, at=at)
    return passed(act, actor=actor, account=into, at=at)


def _told(account: AccountId, target: AccountId, path: str) -> str:
    return path if account == target else f"{account}: {path}"


def _insert(account: AccountId, folder: FolderId, parent: FolderId, name: str) -> None:
    row = Row(id=folder, account_id=account, parent_id=parent, name=name, name_key=name.casefold())
    Row.rows.of(account).bulk_create([row])


def _write_roles(account: AccountId, folder: FolderId, before: Collection[RoleId], after: Collection[RoleId]) -> None:
    gone = sorted(set(before) - set(after))
    if gone:
        FolderRole.rows.of(account).filter(folder_id=folder, role_id__in=gone).delete()
    FolderRole.rows.of(account).bulk_create(
        FolderRole(account_id=account, folder_id=folder, role_id=role) for role in sorted(set(after) - set(before))
    )


def _own_name(account: AccountId, folder: FolderId) -> str:
    """A folder's name; that of the top-level one as far as a folder can have it."""
    if folder == top_id(account):
        return existing_account(account).name.replace("/", "-")
    return str(folder_row(account, folder).name)


def _with_parent(account: AccountId, folder: FolderId, act: str) -> tuple[Folder, Folder]:
    """A living folder and the one it is in; refuses for the top-level one, which cannot be `act` (FOLD-1)."""
    if folder == top_id(account):
        raise Refused(no.TopFolderFixed(act=act))
    row = folder_row(account, folder)
    return folder_with_id(account, folder), folder_with_id(account, row.parent_id or top_id(account))


def living_parent(account: AccountId, parent: FolderId, name: str, way: tuple[Step, ...]) -> Folder:
    """The folder that something called `name` is to be restored into; refuses when it is deleted itself."""
    if parent != top_id(account) and not Row.rows.of(account).filter(LIVING, id=parent).exists():
        raise Refused(no.ParentDeleted(name=name, parent=path_of(way)))
    return folder_with_id(account, parent)


def _check_outside(account: AccountId, there: Folder, folder: FolderId) -> None:
    way = ways_to(account, [there.id]).get(there.id, (Step(there.id, None, ""),))
    if any(step.id == folder for step in way):
        raise Refused(no.FolderIntoItself())


def _taken(account: AccountId, parent: FolderId, besides: str = "") -> set[str]:
    rows = Row.rows.of(account).filter(LIVING, parent_id=parent).exclude(id=besides)
    return set(rows.values_list("name_key", flat=True))


def _free_name(account: AccountId, parent: Folder, name: str, besides: str = "") -> str:
    """The name, judged: well-formed, and not taken in that folder."""
    name = name.strip()
    refuse(law.check_name(name))
    rows = Row.rows.of(account).filter(LIVING, parent_id=parent.id, name_key=name.casefold()).exclude(id=besides)
    if rows.exists():
        raise Refused(no.FolderNameTaken(name=name, parent=parent.path))
    return name


def _delete(
    account: AccountId,
    steps: tuple[Step, ...],
    components: dict[ComponentId, FolderId],
    kept: AbstractSet[ComponentId],
    at: Instant,
) -> set[FolderId]:
    """Mark as deleted what is not kept; returns the folders that went.

    Each folder goes with the uppermost one that goes above it, and so do the components in it; a component in a folder
    that stays goes by itself.
    """
    parents = {step.id: step.parent for step in steps}
    staying: set[FolderId] = set()
    for component in kept:
        folder: FolderId | None = components[component]
        while folder is not None and folder in parents and folder not in staying:
            staying.add(folder)
            folder = parents[folder]
    root: dict[FolderId, FolderId] = {}
    for step in steps:  # those above come first
        if step.id not in staying:
            root[step.id] = root.get(step.parent, step.id) if step.parent is not None else step.id
    by_root: dict[FolderId, list[FolderId]] = defaultdict(list)
    for gone, top in root.items():
        by_root[top].append(gone)
    for top, folders in by_root.items():
        for some in portions(folders):
            Row.rows.of(account).filter(id__in=some).update(deleted_at=at, deleted_with=top)
            rows = Component.rows.of(account).filter(LIVING, folder_id__in=some)
            rows.update(deleted_at=at, deleted_with=top)
    for some in portions(sorted(staying)):
        rows = Component.rows.of(account).filter(LIVING, folder_id__in=some)
        going = [key for key in rows.values_list("id", flat=True) if key not in kept]
        for few in portions(going):
            Component.rows.of(account).filter(id__in=few).update(deleted_at=at, deleted_with=F("id"))
    return set(root)
