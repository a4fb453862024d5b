"""What decisions say no with."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Denial


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
class ConditionNotMet(Denial):
    """A role that would give the privilege is held under a condition that this question does not fulfil."""

    code = "condition_not_met"
    rule = "ROLE-11"
    sentence = "{role} is held in {account} under a condition that is not met: {condition}. {why}"
    account: str
    role: str
    condition: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectConditionNotMet(Denial):
    """The object asked about has a condition for the privilege that this question does not fulfil."""

    code = "object_condition_not_met"
    rule = "ROLE-18"
    sentence = (
        "{privilege} is held in {account}, but the object has a condition for it that is not met: {condition}. {why}"
    )
    account: str
    privilege: str
    condition: str
    why: str


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
