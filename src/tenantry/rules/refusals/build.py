"""Folders and components: who may not change them, and what may not be done with them."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Denial, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderRestricted(Denial):
    """Roles are attached to the folder and the user holds none of them."""

    code = "folder_restricted"
    rule = "FOLD-6"
    sentence = "The folder {folder} may only be changed by {roles}, and the user holds none of these roles here."
    account: str
    folder: str
    folder_id: str
    roles: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotForFolders(Denial):
    """Folders are read and changed; no other privilege is asked about them."""

    code = "not_for_folders"
    rule = "FOLD-17"
    sentence = "{privilege} is not asked about a folder: ask BUILD or BUILD_READ_ONLY."
    privilege: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderPermissionsNotYours(Denial):
    """Only holders of the role Administrator itself change folder permissions."""

    code = "folder_permissions_not_yours"
    rule = "FOLD-7"
    sentence = "Only holders of the role Administrator change folder permissions{hint}."
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderNotFound(Denial):
    """The account has no such folder."""

    code = "folder_not_found"
    rule = "FOLD-1"
    sentence = "There is no such folder in this account."


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentNotFound(Denial):
    """The account has no such component."""

    code = "component_not_found"
    rule = "FOLD-12"
    sentence = "There is no such component in this account."


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderNameInvalid(Invalid):
    """A folder needs a name, without a slash, which separates the names of a path."""

    code = "folder_name_invalid"
    rule = "FOLD-12"
    place = "name"
    sentence = "A folder needs a name of 1 to {limit} characters without a slash."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentNameInvalid(Invalid):
    """A component needs a name."""

    code = "component_name_invalid"
    rule = "FOLD-12"
    place = "name"
    sentence = "A component needs a name of 1 to {limit} characters."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentTextInvalid(Invalid):
    """The text of a component is no XML or JSON, or too long."""

    code = "component_text_invalid"
    rule = "FOLD-12"
    place = "text"
    sentence = "The text cannot be kept: {problem}."
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentTypeUnknown(Invalid):
    """There is no such type of components."""

    code = "component_type_unknown"
    rule = "FOLD-12"
    place = "type"
    sentence = "There is no component type {type}; choose one of {known}."
    type: str
    known: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentFormatUnknown(Invalid):
    """The text of a component is JSON or XML."""

    code = "component_format_unknown"
    rule = "FOLD-12"
    place = "format"
    sentence = "The text of a component is written in one of {known}, not in {format}."
    format: str
    known: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionNotFound(Denial):
    """The component has no such revision."""

    code = "revision_not_found"
    rule = "FOLD-12"
    sentence = "The component has no such revision."


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentDeleted(Conflict):
    """What is to be restored was in a folder that is deleted itself."""

    code = "parent_deleted"
    rule = "FOLD-12"
    sentence = "“{name}” was in the folder “{parent}”, which is deleted itself: restore that one first."
    name: str
    parent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderNameTaken(Conflict):
    """The parent has a folder of this name already."""

    code = "folder_name_taken"
    rule = "FOLD-12"
    sentence = "There is a folder named “{name}” in {parent} already."
    name: str
    parent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopFolderFixed(Conflict):
    """The top-level folder can be neither moved nor deleted, and carries the account's name."""

    code = "top_folder_fixed"
    rule = "FOLD-1"
    sentence = "The top-level folder cannot be {act}."
    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderIntoItself(Conflict):
    """A folder cannot be moved or copied into itself or below itself."""

    code = "folder_into_itself"
    rule = "FOLD-1"
    sentence = "A folder cannot be put into itself or into a folder below it."


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderNotDeletable(Conflict):
    """The folder, or one below it, holds what is deployed or published and shared."""

    code = "folder_not_deletable"
    rule = "FOLD-13"
    sentence = "Unable to Delete Folder: {components} {state}."
    components: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentsReferenced(Conflict):
    """What is to be deleted holds components that others refer to."""

    code = "components_referenced"
    rule = "FOLD-13"
    sentence = "Components are referenced from elsewhere: {components}. Delete unreferenced components only, or all."
    components: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleNotForFolders(Conflict):
    """Folders take default roles and the account's own custom roles, not shared ones."""

    code = "role_not_for_folders"
    rule = "FOLD-9"
    sentence = "The role {role} cannot be assigned to folders of this account."
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictionsOnlyLoosened(Conflict):
    """Without Advanced User Security restrictions stay enforced and can only be loosened."""

    code = "restrictions_only_loosened"
    rule = "FOLD-2"
    sentence = "Without Advanced User Security folder restrictions can only be loosened."


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedMeanwhile(Conflict):
    """Somebody else has saved a newer revision than the one that was opened."""

    code = "edited_meanwhile"
    rule = "FOLD-12"
    sentence = (
        "{user} has saved revision {revision} meanwhile; yours began from {opened}. Your text is still in the form."
    )
    user: str
    revision: int
    opened: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentDetailInvalid(Invalid):
    """What a program says of a component besides its text is too long."""

    code = "component_detail_invalid"
    rule = "FOLD-12"
    place = "text"
    sentence = "The {detail} of a component has at most {limit} characters."
    detail: str
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentUnchanged(Conflict):
    """An update by a program has to change something: each makes a revision."""

    code = "component_unchanged"
    rule = "API-3"
    sentence = "The update changes nothing of {name}."
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchesNotOffered(Conflict):
    """Each account has the branch main, and neither others nor another name for it."""

    code = "branches_not_offered"
    rule = "API-3"
    sentence = "There is the branch main alone, and no branch can be {act}."
    act: str
