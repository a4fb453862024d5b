"""Roles that may not be made, changed, inherited, assigned or removed so."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleNameInvalid(Invalid):
    """The role name is empty, too long or reserved."""

    code = "role_name_invalid"
    rule = "ROLE-5"
    place = "name"
    sentence = "{why}"
    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionTooLong(Invalid):
    """A description has a limit."""

    code = "description_too_long"
    rule = "ROLE-4"
    place = "description"
    sentence = "A description has at most {limit} characters."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleNameTaken(Conflict):
    """The account has a custom role of this name already, ignoring case."""

    code = "role_name_taken"
    rule = "ROLE-5"
    sentence = "There is a role named “{name}” already."
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultRoleFixed(Conflict):
    """Default roles are fixed."""

    code = "default_role_fixed"
    rule = "ROLE-1"
    sentence = "Cannot modify default roles: {role} is one."
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivilegeNotForCustomRoles(Conflict):
    """Custom roles never carry this privilege."""

    code = "privilege_not_for_custom_roles"
    rule = "ROLE-17"
    sentence = "{privilege} can never be part of a custom role."
    privilege: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivilegeNotOffered(Conflict):
    """The privilege's feature is off in the account, so no role there is newly given it."""

    code = "privilege_not_offered"
    rule = "ROLE-18"
    sentence = "{privilege} is not offered in {account}: {feature} is off there."
    privilege: str
    account: str
    feature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentNotAvailable(Conflict):
    """The chosen parent is neither a default role nor a custom role of the account."""

    code = "parent_not_available"
    rule = "ROLE-7"
    sentence = "A role inherits a default role or another role of its own account; {parent} is neither."
    parent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentCycle(Conflict):
    """The chosen parent inherits from the role itself."""

    code = "parent_cycle"
    rule = "ROLE-8"
    sentence = "{parent} inherits {role} already; a role cannot be its own ancestor."
    role: str
    parent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleInUse(Conflict):
    """The role cannot be removed while something rests on it. `rule_id` tells which rule."""

    code = "role_in_use"
    rule = "ROLE-12"
    sentence = "{role} cannot be removed: {why}."
    role: str
    why: str
    rule_id: str = "ROLE-12"

    @property
    def rules(self) -> tuple[str, ...]:
        """The rule that applies to what holds the role."""
        return (self.rule_id,)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleNotAssignable(Conflict):
    """The role is not among those the account can assign now."""

    code = "role_not_assignable"
    rule = "ROLE-20"
    sentence = "{role} cannot be assigned in {account}."
    role: str
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotYoursToGive(Conflict):
    """Nobody confers what they do not hold themselves."""

    code = "not_yours_to_give"
    rule = "USER-13"
    sentence = "You cannot grant what you do not hold yourself: {privileges}."
    privileges: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleNotFound(Conflict):
    """The account has no such role."""

    code = "role_not_found"
    rule = "ROLE-20"
    sentence = "There is no such role in this account."
