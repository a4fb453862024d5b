"""Every reason we say no, as values.

    Refusal
    ├── Denial          a decision's no: who may not do what, and why
    │   ├── UnknownUser, UnknownAccount, UnknownPrivilege, UnknownResource
    │   ├── AccountNotAvailable, UserLocked
    │   ├── NoRoles, RolesNotInForce, NoOutsideAccess
    │   └── PrivilegeNotHeld, FeatureOff, CappedBySupportAccess
    ├── Invalid         what was asked is malformed: name, e-mail, length, date
    └── Conflict        well-formed, but the state of things forbids it

A refusal carries a stable `code`, the `rule` it rests on, its fields, and a sentence for people. Clients act on code
and fields, never on the sentence. `web.refusal_table` maps kinds to HTTP once.
"""

from dataclasses import dataclass, fields
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A reason to say no. `code` never changes once published; `rule` is a rule id of the law."""

    code: ClassVar[str]
    rule: ClassVar[str]
    sentence: ClassVar[str]

    @property
    def message(self) -> str:
        """The sentence for people, fields filled in."""
        return self.sentence.format(**self.details())

    @property
    def rules(self) -> tuple[str, ...]:
        """The rule ids this refusal rests on, the deciding one first."""
        return (self.rule,)

    def details(self) -> dict[str, str]:
        """The fields by name."""
        return {field.name: str(getattr(self, field.name)) for field in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial(Refusal):
    """A decision's no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invalid(Refusal):
    """What was asked is malformed; `field` of the form or line is `place`."""

    place: ClassVar[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict(Refusal):
    """What was asked is well-formed, but the state of things forbids it."""


# ---- denials -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownUser(Denial):
    """No person has this e-mail address or external id."""

    code = "unknown_user"
    rule = "ENTRY-1"
    sentence = "Nobody is known as {user}."
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownAccount(Denial):
    """No account has this id, or the asker may not know it."""

    code = "unknown_account"
    rule = "ACC-2"
    sentence = "There is no account {account}."
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownPrivilege(Denial):
    """Neither the catalogue nor the host platform knows this privilege."""

    code = "unknown_privilege"
    rule = "ROLE-18"
    sentence = "There is no privilege {privilege}."
    privilege: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownResource(Denial):
    """Nothing of this type has this id in the account asked about."""

    code = "unknown_resource"
    rule = "API-8"
    sentence = "There is no {type} {id} to decide about."
    type: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountNotAvailable(Denial):
    """The account is suspended or deleted, so nobody gets in."""

    code = "account_not_available"
    rule = "ACC-4"
    sentence = "The account {account} is {status}."
    account: str
    status: str

    @property
    def rules(self) -> tuple[str, ...]:
        """Status first, then the order of checks."""
        return ("ACC-4", "EFF-3")


@dataclass(frozen=True, slots=True, kw_only=True)
class UserLocked(Denial):
    """The person is locked platform-wide."""

    code = "user_locked"
    rule = "EFF-3"
    sentence = "The user is locked."

    @property
    def rules(self) -> tuple[str, ...]:
        """The order of checks, then what a lock ends."""
        return ("EFF-3", "LOCK-7")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoRoles(Denial):
    """The person holds no role in the account, directly or through a group."""

    code = "no_roles"
    rule = "ENTRY-1"
    sentence = "The user has no role in {account}."
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RolesNotInForce(Denial):
    """The person's roles in the account are all outside their time of validity."""

    code = "no_roles"
    rule = "ENTRY-1"
    sentence = "No role of the user in {account} is in force then ({when})."
    account: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoOutsideAccess(Denial):
    """The account's Support Access Role lets nobody in from outside."""

    code = "no_outside_access"
    rule = "SUP-6"
    sentence = "{account} lets in nobody from outside: its Support Access Role is --No Access--."
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivilegeNotHeld(Denial):
    """None of the person's roles in the account carries the privilege."""

    code = "not_held"
    rule = "ROLE-11"
    sentence = "{title} ({privilege}) is not held in {account}: none of the user's roles there carries it ({roles})."
    account: str
    privilege: str
    title: str
    roles: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureOff(Denial):
    """A role carries the privilege, but the account lacks the feature it needs."""

    code = "feature_off"
    rule = "PRIV-5"
    sentence = "{title} ({privilege}) is inert in {account}: {feature} is off there."
    account: str
    privilege: str
    title: str
    feature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CappedBySupportAccess(Denial):
    """A group role carries the privilege, but the account's Support Access Role does not."""

    code = "capped"
    rule = "SUP-5"
    sentence = "{title} ({privilege}) does not pass the Support Access Role of {account} ({cap})."
    account: str
    privilege: str
    title: str
    cap: str


# ---- malformed -----------------------------------------------------------------------------------------------------


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
class AccountNameInvalid(Invalid):
    """The account name is empty or too long."""

    code = "account_name_invalid"
    rule = "ACC-3"
    place = "name"
    sentence = "{why}"
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialEndInvalid(Invalid):
    """The trial's end is not ahead, or too far ahead."""

    code = "trial_end_invalid"
    rule = "ACC-7"
    place = "trial_ends"
    sentence = "A trial ends in the future, at most {days} days ahead."
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailInvalid(Invalid):
    """The text is no e-mail address."""

    code = "email_invalid"
    rule = "USER-1"
    place = "email"
    sentence = "“{email}” is not an e-mail address."
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRequired(Invalid):
    """First and last name are both required, at most `limit` characters each."""

    code = "name_required"
    rule = "USER-3"
    place = "first_name"
    sentence = "First name and last name are required, at most {limit} characters each."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRequired(Invalid):
    """At least one role is needed."""

    code = "role_required"
    rule = "USER-3"
    place = "roles"
    sentence = "Choose at least one role."


@dataclass(frozen=True, slots=True, kw_only=True)
class LastRoleKept(Invalid):
    """The dialog does not take away a user's last role; removing the user does."""

    code = "last_role_kept"
    rule = "USER-9"
    place = "roles"
    sentence = "A user keeps at least one role. To take the last one away, remove the user from the account."


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidityInvalid(Invalid):
    """A grant must end after it starts."""

    code = "validity_invalid"
    rule = "USER-7"
    place = "valid_until"
    sentence = "A grant must end after it starts."


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionTooLong(Invalid):
    """A description has a limit."""

    code = "description_too_long"
    rule = "ROLE-4"
    place = "description"
    sentence = "A description has at most {limit} characters."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordRefused(Invalid):
    """The new password does not satisfy the rules, or the old one is wrong."""

    code = "password_refused"
    rule = "PWD-2"
    place = "password"
    sentence = "{why}"
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntriesDiffer(Invalid):
    """What had to be typed twice differs."""

    code = "entries_differ"
    rule = "USER-14"
    place = "again"
    sentence = "The two entries differ."


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeZoneUnknown(Invalid):
    """The time zone is not in the time zone database."""

    code = "time_zone_unknown"
    rule = "USER-16"
    place = "time_zone"
    sentence = "There is no time zone “{time_zone}”."
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFailed(Invalid):
    """The pair of e-mail and password does not identify anybody; never says which half is wrong."""

    code = "sign_in_failed"
    rule = "ENTRY-1"
    place = "email"
    sentence = "E-mail or password is not right."


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkNotValid(Invalid):
    """The link of an invitation was used, replaced or has run out."""

    code = "link_not_valid"
    rule = "USER-4"
    place = "token"
    sentence = "This link was used already or has run out. Ask an administrator to send a new one."


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenNameInvalid(Invalid):
    """The token's name is empty or too long."""

    code = "token_name_invalid"
    rule = "TOK-3"
    place = "name"
    sentence = "A token has a name of 1 to {limit} characters."
    limit: int


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
class LengthNotOffered(Invalid):
    """Temporary access is granted for one of the lengths offered."""

    code = "length_not_offered"
    rule = "SUP-11"
    place = "hours"
    sentence = "Choose a length of time that is offered: {offered}."
    offered: str


# ---- conflicts -----------------------------------------------------------------------------------------------------


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
class FeatureMissing(Conflict):
    """The account lacks the feature that this needs. `rule_id` tells which rule wants it."""

    code = "feature_missing"
    rule = "ROLE-3"
    sentence = "This needs {feature}, which is off in {account}."
    feature: str
    account: str
    rule_id: str = "ROLE-3"

    @property
    def rules(self) -> tuple[str, ...]:
        """The rule that wants the feature."""
        return (self.rule_id,)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureNotYours(Conflict):
    """Licensed features are set by the platform operator."""

    code = "feature_not_yours"
    rule = "ACC-9"
    sentence = "{feature} is licensed: only the platform operator can switch it."
    feature: str


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
class LastAdministrator(Conflict):
    """An account that has an Administrator keeps one."""

    code = "last_administrator"
    rule = "USER-11"
    sentence = "{account} would be left without an Administrator."
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserLimitReached(Conflict):
    """The operator's limit on users linked to an account is reached."""

    code = "user_limit_reached"
    rule = "ACC-11"
    sentence = "{account} has reached its limit of {limit} users."
    account: str
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UserAlreadyLinked(Conflict):
    """The person is a user of the account already."""

    code = "user_already_linked"
    rule = "USER-6"
    sentence = "{email} is a user of this account already."
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserNotLinked(Conflict):
    """The person is no user of the account."""

    code = "user_not_linked"
    rule = "USER-6"
    sentence = "This person is no user of this account."


@dataclass(frozen=True, slots=True, kw_only=True)
class AlreadySignedIn(Conflict):
    """The person has signed in already and needs no invitation."""

    code = "already_signed_in"
    rule = "USER-4"
    sentence = "{email} has signed in already and needs no invitation."
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoEnterableAccount(Conflict):
    """The identity is proven, but there is no account the person can enter."""

    code = "no_enterable_account"
    rule = "ENTRY-1"
    sentence = "There is no account you can enter. {why}"
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailTaken(Conflict):
    """Another person has this e-mail address, or is known to the host by it."""

    code = "email_taken"
    rule = "USER-1"
    sentence = "{email} belongs to another person."
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleNotFound(Conflict):
    """The account has no such role."""

    code = "role_not_found"
    rule = "ROLE-20"
    sentence = "There is no such role in this account."


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportAccessNotOffered(Conflict):
    """The Support Access Role is a default role available here or one of the account's own."""

    code = "support_access_not_offered"
    rule = "SUP-1"
    sentence = "{role} cannot be the Support Access Role of this account."
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokensNotLicensed(Conflict):
    """The account lacks the token feature."""

    code = "tokens_not_licensed"
    rule = "TOK-1"
    sentence = "API tokens are not licensed in {account}: the feature api_tokens is off there."
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenNameTaken(Conflict):
    """The person, or for host applications the installation, has a token of this name already."""

    code = "token_name_taken"
    rule = "TOK-3"
    sentence = "There is a token named “{name}” already."
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLimitReached(Conflict):
    """The person has as many tokens as one may have."""

    code = "token_limit_reached"
    rule = "TOK-2"
    sentence = "A person has at most {limit} tokens over all accounts."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAPrimary(Conflict):
    """Only a primary account manages others."""

    code = "not_a_primary"
    rule = "ACC-6"
    sentence = "{account} cannot manage accounts: {why}."
    account: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDeleted(Conflict):
    """A deleted account takes no change."""

    code = "account_deleted"
    rule = "ACC-14"
    sentence = "{account} is deleted."
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorOnly(Conflict):
    """Only the platform operator does this, from the command line."""

    code = "operator_only"
    rule = "ACC-9"
    sentence = "Only the platform operator can {act}."
    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StillManages(Conflict):
    """A primary that manages accounts keeps Account Groups."""

    code = "still_manages"
    rule = "ACC-5"
    sentence = "{account} manages {count} accounts and cannot do that without Account Groups."
    account: str
    count: int


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportAccessIsARole(Conflict):
    """Temporary support access is to be had only while the Support Access Role is no access."""

    code = "support_access_is_a_role"
    rule = "SUP-11"
    sentence = "{account} has a Support Access Role, by which support staff enter; temporary access is not available."
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSupportStaff(Conflict):
    """Temporary support access is for platform support staff."""

    code = "not_support_staff"
    rule = "SUP-11"
    sentence = "{email} does not belong to the platform's support staff."
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportRequestOpen(Conflict):
    """The person has asked already, or has access already."""

    code = "support_request_open"
    rule = "SUP-11"
    sentence = "{email} has {status} temporary access already."
    email: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportGrantNotOpen(Conflict):
    """The request or grant is not in a state that this act needs."""

    code = "support_grant_not_open"
    rule = "SUP-12"
    sentence = "This needs {needed} access; it is {status}."
    needed: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactChanged(Conflict):
    """Between looking at a preview and confirming it, what the change would do has become something else."""

    code = "impact_changed"
    rule = "UI-4"
    sentence = (
        "What this would do has changed since you looked: {difference}. Nothing was done; look again and confirm."
    )
    difference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewNotFound(Conflict):
    """The confirmation does not belong to a preview of this change that is still kept."""

    code = "preview_not_found"
    rule = "UI-4"
    sentence = "This confirmation belongs to no preview of this change. Nothing was done; look again and confirm."


class Refused(Exception):
    """Raised by commands, with the one refusal that decided; the transaction rolls back and nothing has happened."""

    def __init__(self, refusal: Refusal) -> None:
        """Carry `refusal`, whose sentence is the exception's text."""
        super().__init__(refusal.message)
        self.refusal = refusal


def refuse(refusal: Refusal | None) -> None:
    """Raise `Refused` with this refusal; `None` passes."""
    if refusal is not None:
        raise Refused(refusal)
