"""Account groups and what they share."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupNameInvalid(Invalid):
    """The group's name is empty or too long."""

    code = "group_name_invalid"
    rule = "GRP-5"
    place = "name"
    sentence = "{why}"
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLevelUnknown(Invalid):
    """The Auto Subscribe Alert Level is none, info, warning or error."""

    code = "alert_level_unknown"
    rule = "GRP-5"
    place = "alert_level"
    sentence = "“{level}” is no alert level: choose none, info, warning or error."
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRoleRequired(Invalid):
    """Somebody in a group has at least one role there."""

    code = "group_role_required"
    rule = "GRP-8"
    place = "roles"
    sentence = (
        "Somebody in a group has at least one role there. To take the last one away, remove the user from the group."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupNotFound(Conflict):
    """The account has no such account group."""

    code = "group_not_found"
    rule = "GRP-1"
    sentence = "There is no such account group in this account."


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupNameTaken(Conflict):
    """The primary has a group of this name already, ignoring case."""

    code = "group_name_taken"
    rule = "GRP-5"
    sentence = "There is an account group named “{name}” already."
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AllAccountsFixed(Conflict):
    """All Accounts is kept by the system."""

    code = "all_accounts_fixed"
    rule = "GRP-2"
    sentence = "All Accounts is kept by the system: {act}."
    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotManagedHere(Conflict):
    """Only accounts that this primary manages get into its groups."""

    code = "not_managed_here"
    rule = "GRP-23"
    sentence = "{account} is not managed by this account."
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadyInGroup(Conflict):
    """An account, a user or a resource is in a group at most once."""

    code = "already_in_group"
    rule = "GRP-20"
    sentence = "{what} is in this group already."
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotInGroup(Conflict):
    """What is to be taken out of the group is not in it."""

    code = "not_in_group"
    rule = "GRP-20"
    sentence = "{what} is not in this group."
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleNotForGroups(Conflict):
    """A group role is a default role or one of the primary's own."""

    code = "role_not_for_groups"
    rule = "GRP-9"
    sentence = (
        "{role} cannot be given in a group: it is neither a default role available here nor one of this account's own."
    )
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NeverSignedIn(Conflict):
    """Whoever is put into a group has signed in to the platform once before."""

    code = "never_signed_in"
    rule = "GRP-10"
    sentence = "{email} has never signed in to the platform and cannot be added to a group before that."
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceNotYours(Conflict):
    """Only the primary's own resources are shared; a received one is not shared onward."""

    code = "resource_not_yours"
    rule = "SHARE-2"
    sentence = "Only a resource of this account's own can be shared or withdrawn here."


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceNotShareable(Conflict):
    """The resource is not in a state in which it can be shared."""

    code = "resource_not_shareable"
    rule = "SHARE-5"
    sentence = "The {kind} {name} cannot be shared yet: it must be {state}."
    kind: str
    name: str
    state: str
