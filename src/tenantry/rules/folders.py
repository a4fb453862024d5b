"""Folders of the Component Explorer: who may change what in them (FOLD). They hide nothing and block no reading."""

from collections.abc import Iterable, Mapping, Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.answers import Access
from tenantry.rules.facts import AccountFacts
from tenantry.rules.places import Folder, Opening
from tenantry.rules.roles import ADMINISTRATOR
from tenantry.rules.vocabulary import FolderId, RoleId, Via

NAME_LIMIT: Final = 255
"""Characters in a folder's or component's name."""


def writable(access: Access, account: AccountFacts, folder: Folder) -> Opening | no.FolderRestricted:
    """The list of FOLDER_WRITE: what lets a holder of `BUILD` change a folder, or the list that keeps them from it.

    Administrators have no automatic write access (FOLD-7).
    """
    if not folder.roles:
        return Opening(folder.path, "FOLD-5")
    matched = tuple(role for role in access.roles if role in folder.roles)
    if matched:
        return Opening(folder.path, "FOLD-6", tuple(account.roles[role].name for role in matched))
    names = sorted((account.roles[role].name for role in folder.roles if role in account.roles), key=str.casefold)
    return no.FolderRestricted(account=account.id, folder=folder.path, folder_id=folder.id, roles=", ".join(names))


def within(
    privilege: str, access: Access, account: AccountFacts, folder: Folder
) -> Opening | no.FolderRestricted | no.NotForFolders:
    """What a folder makes of a privilege held in the account: reading is never blocked (FOLD-3), changing is judged by
    the list, and nothing else is asked about folders (FOLD-17).
    """
    if privilege == "BUILD_READ_ONLY":
        return Opening(folder.path, "FOLD-3")
    if privilege == "BUILD":
        return writable(access, account, folder)
    return no.NotForFolders(privilege=privilege)


def manages_permissions(access: Access, account: AccountFacts) -> no.FolderPermissionsNotYours | None:
    """MANAGE_FOLDER_PERMS: `None` for holders of the role Administrator itself (FOLD-7).

    From outside it also takes Administrator as the Support Access Role: the cap must hold.
    """
    if ADMINISTRATOR not in access.roles:
        return no.FolderPermissionsNotYours(hint="; a role that inherits Administrator is another role")
    if access.via is not Via.DIRECT and account.support_access != ADMINISTRATOR:
        return no.FolderPermissionsNotYours(hint=", from outside only while it is the Support Access Role as well")
    return None


class Act(StrEnum):
    """What is done in the Component Explorer: the rows of FOLD-12."""

    CREATE_SUBFOLDER = "create_subfolder"
    RENAME_FOLDER = "rename_folder"
    COPY_FOLDER = "copy_folder"
    MOVE_FOLDER = "move_folder"
    DELETE_FOLDER = "delete_folder"
    RESTORE_FOLDER = "restore_folder"
    VIEW_PERMISSIONS = "view_permissions"
    CHANGE_COMPONENT = "change_component"
    MOVE_COMPONENT = "move_component"
    COPY_COMPONENT = "copy_component"
    SHOW_USAGE = "show_usage"


@dataclass(frozen=True, slots=True)
class Needs:
    """A row of FOLD-12: whether `BUILD` is needed, and write access where. `here` is the folder acted on, or the
    folder of the component acted on.
    """

    build: bool = True
    here: bool = False
    parent: bool = False
    below: bool = False
    destination: bool = False


NEEDS: Final[Mapping[Act, Needs]] = {
    Act.CREATE_SUBFOLDER: Needs(here=True),
    Act.RENAME_FOLDER: Needs(here=True, parent=True),
    Act.COPY_FOLDER: Needs(destination=True),
    Act.MOVE_FOLDER: Needs(here=True, parent=True, destination=True),
    Act.DELETE_FOLDER: Needs(here=True, parent=True, below=True),
    Act.RESTORE_FOLDER: Needs(here=True, parent=True, below=True),
    Act.VIEW_PERMISSIONS: Needs(build=False),
    Act.CHANGE_COMPONENT: Needs(here=True),
    Act.MOVE_COMPONENT: Needs(here=True, destination=True),
    Act.COPY_COMPONENT: Needs(destination=True),
    Act.SHOW_USAGE: Needs(build=False),
}


@dataclass(frozen=True, slots=True)
class Site:
    """Where an act takes place: the folder acted on, its parent, the folders below it, and where something goes to.
    What an act does not look at may be left out.
    """

    here: Folder | None = None
    parent: Folder | None = None
    below: tuple[Folder, ...] = ()
    destination: Folder | None = None


def check_act(act: Act, access: Access, account: AccountFacts, site: Site) -> no.FolderRestricted | None:
    """Judge an act of somebody who has passed the privilege of its row (`privilege_for`): the first folder of the row
    without write access decides.
    """
    needs = NEEDS[act]
    looked_at: list[Folder | None] = []
    looked_at += [site.here] if needs.here else []
    looked_at += [site.parent] if needs.parent else []
    looked_at += [*site.below] if needs.below else []
    looked_at += [site.destination] if needs.destination else []
    for folder in looked_at:
        found = writable(access, account, folder) if folder is not None else None
        if isinstance(found, no.FolderRestricted):
            return found
    return None


def privilege_for(act: Act) -> str:
    """The privilege that an act needs in the account: to change, or only to open Build (FOLD-3)."""
    return "BUILD" if NEEDS[act].build else "BUILD_READ_ONLY"


class Icon(StrEnum):
    """What a folder shows of its restriction to somebody (FOLD-14)."""

    PLAIN = "plain"
    MINE = "person"
    LOCKED = "lock"


def icon(access: Access, account: AccountFacts, folder: Folder) -> Icon:
    """The icon of a folder: without `BUILD` nothing restricted is writable."""
    if not folder.roles:
        return Icon.PLAIN
    builds = access.privileges & account.catalogue.bits["BUILD"]
    return Icon.MINE if builds and isinstance(writable(access, account, folder), Opening) else Icon.LOCKED


def check_assigned(
    before: AbstractSet[RoleId], after: AbstractSet[RoleId], offered: AbstractSet[RoleId], *, security: bool
) -> no.RoleNotForFolders | no.RestrictionsOnlyLoosened | None:
    """Judge a new list of a folder: what comes in is offered (FOLD-9); without Advanced User Security (`security`) a
    restriction is only loosened: lifted, or widened to more roles while it stands (FOLD-2).
    """
    added = after - before
    strange = min(added - offered, default=None)
    if strange is not None:
        return no.RoleNotForFolders(role=strange)
    if security:
        return None
    tightened = after and (not before or before - after)
    return no.RestrictionsOnlyLoosened() if tightened else None


def inherited_list(parent: Folder) -> frozenset[RoleId]:
    """What a new folder starts with: a copy, made once, of its parent's list (FOLD-10)."""
    return parent.roles


def check_name(name: str) -> no.FolderNameInvalid | None:
    """Judge a folder's name: the slash is what separates names in a path."""
    fits = name.strip() and len(name) <= NAME_LIMIT and "/" not in name and "\x00" not in name
    return None if fits else no.FolderNameInvalid(limit=NAME_LIMIT)


def check_component_name(name: str) -> no.ComponentNameInvalid | None:
    """Judge a component's name."""
    fits = name.strip() and len(name) <= NAME_LIMIT and "\x00" not in name
    return None if fits else no.ComponentNameInvalid(limit=NAME_LIMIT)


def copy_name(name: str, taken: AbstractSet[str], limit: int = NAME_LIMIT) -> str:
    """The name of a copy that lands beside names taken (folded): as it is, else "Copy of ...", then numbered."""
    if name.casefold() not in taken:
        return name
    first = f"Copy of {name}"[:limit]
    if first.casefold() not in taken:
        return first
    number = 2
    while (numbered := f"{first[: limit - len(str(number)) - 3]} ({number})").casefold() in taken:
        number += 1
    return numbered


def below(folder: FolderId, parents: Mapping[FolderId, FolderId | None]) -> Iterable[FolderId]:
    """The folder and all below it, given each folder's parent."""
    children: dict[FolderId, list[FolderId]] = {}
    for child, parent in parents.items():
        if parent is not None:
            children.setdefault(parent, []).append(child)
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(children.get(here, ()))


def open_acts(access: Access, account: AccountFacts, site: Site) -> frozenset[Act]:
    """The rows of FOLD-12 that are open to somebody at a site; pages hide the others. A destination that is not known
    yet is not judged.
    """
    bits = account.catalogue.bits
    return frozenset(
        act
        for act in Act
        if access.privileges & bits[privilege_for(act)] and check_act(act, access, account, site) is None
    )
