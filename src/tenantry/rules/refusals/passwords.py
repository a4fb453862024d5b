"""Password policies of accounts, and what is wrong with a new password: one refusal for each rule."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyValueInvalid(Invalid):
    """A value of a password policy is outside its range; `member` says which."""

    code = "policy_value_invalid"
    rule = "PWD-4"
    place = "policy"
    sentence = "Choose a whole number from {least} to {most}."
    member: str
    least: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordTooShort(Invalid):
    """The password has fewer characters than the policies ask for."""

    code = "password_too_short"
    rule = "PWD-2"
    place = "password"
    sentence = "Use at least {least} characters."
    least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordIsSequence(Invalid):
    """The password is nothing but a sequence, one repeated character, or a run of keys."""

    code = "password_is_sequence"
    rule = "PWD-2"
    place = "password"
    sentence = "Do not use a sequence, one repeated character, or keys that lie side by side."


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordIsCommon(Invalid):
    """The password is on the list of common ones."""

    code = "password_is_common"
    rule = "PWD-2"
    place = "password"
    sentence = "Do not use a password that many people use."


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordNamesOwner(Invalid):
    """The password contains a part of the owner's address, or the owner's first or last name."""

    code = "password_names_owner"
    rule = "PWD-2"
    place = "password"
    sentence = "Use neither part of your e-mail address, nor your first or last name."


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordTooUniform(Invalid):
    """The password has characters of too few kinds: upper, lower, digits, special ones."""

    code = "password_too_uniform"
    rule = "PWD-3"
    place = "password"
    sentence = "Use at least {least} of these: upper case, lower case, digits, special characters."
    least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordHoldsUserId(Invalid):
    """The password has three or more consecutive characters of the user ID."""

    code = "password_holds_user_id"
    rule = "PWD-3"
    place = "password"
    sentence = "Do not use three or more consecutive characters of your user ID."


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordRepeats(Invalid):
    """A group of two or more characters occurs twice in the password."""

    code = "password_repeats"
    rule = "PWD-3"
    place = "password"
    sentence = "Do not use any group of two or more characters twice."


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordUsedBefore(Invalid):
    """The password is one of the last ones of this person."""

    code = "password_used_before"
    rule = "PWD-3"
    place = "password"
    sentence = "Do not use any of your last {last} passwords."
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetLinkNotValid(Invalid):
    """The link to reset a password was used, replaced by a newer one, or has run out."""

    code = "reset_link_not_valid"
    rule = "PWD-10"
    place = "token"
    sentence = "This link was used already, replaced by a newer one, or has run out. Ask for a new one."


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyResets(Conflict):
    """The person has reset the password as often within a day as a policy allows."""

    code = "too_many_resets"
    rule = "PWD-3"
    sentence = "A password can be reset {most} times in 24 hours. Try again later."
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordExpired(Conflict):
    """The password was chosen longer ago than the account's policy allows, or nobody knows when."""

    code = "password_expired"
    rule = "PWD-3"
    sentence = "Change the password every {days} days."
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordMustChange(Conflict):
    """The account cannot be entered by a password that breaks its policy, or is too old for it (PWD-12)."""

    code = "password_must_change"
    rule = "PWD-12"
    sentence = "{account} cannot be entered until you have changed your password. {why}"
    account: str
    why: str
