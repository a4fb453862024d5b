"""People, and what they hold in an account."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailInvalid(Invalid):
    """The text is no e-mail address."""

    code = "email_invalid"
    rule = "USER-1"
    place = "email"
    sentence = "“{email}” is not an e-mail address."
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakGlassReasonMissing(Invalid):
    """Whoever restores an administrator says why."""

    code = "break_glass_reason_missing"
    rule = "AUD-1"
    place = "reason"
    sentence = "Say why: the account's audit log and its administrators are told."


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
class ValidityOver(Invalid):
    """A grant must not have ended already when it is given."""

    code = "validity_over"
    rule = "USER-7"
    place = "valid_until"
    sentence = "The end of a grant must lie ahead; to take the role away at once, remove it."


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionInvalid(Invalid):
    """A condition must be an expression that is true or false, of what a question can tell, and not too long."""

    code = "condition_invalid"
    rule = "USER-7"
    place = "condition"
    sentence = "The condition cannot be used: {why}."
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
class RoleHeldAlready(Conflict):
    """The person holds the role already, in this account or in this group, maybe for another time."""

    code = "role_held_already"
    rule = "USER-7"
    sentence = "{email} holds this role already."
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NobodyOfThisAddress(Conflict):
    """The user ID that was sent is nobody's."""

    code = "nobody_of_this_address"
    rule = "USER-1"
    sentence = "There is no user {email}."
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
class EmailTaken(Conflict):
    """Another person has this e-mail address, or is known to the host by it."""

    code = "email_taken"
    rule = "USER-1"
    sentence = "{email} belongs to another person."
    email: str
