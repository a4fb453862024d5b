"""Two-factor authentication and passkeys."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Denial, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRefused(Invalid):
    """The code is wrong, of another time, or was used already; which of these it is, is not told."""

    code = "code_refused"
    rule = "MFA-2"
    place = "code"
    sentence = "This code is not right, or was used already."


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupCodeRefused(Invalid):
    """The backup code is none of the present set, or was used already."""

    code = "backup_code_refused"
    rule = "MFA-4"
    place = "backup_code"
    sentence = "This backup code is not right, or was used already."


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyRefused(Invalid):
    """A passkey does not prove anybody: unknown, answering another question, copied, or of somebody locked."""

    code = "passkey_refused"
    rule = "MFA-3"
    place = "passkey"
    sentence = "This passkey cannot be used here. Try again, or use another way."


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyNameInvalid(Invalid):
    """A passkey needs a name by which its owner tells it from the others."""

    code = "passkey_name_invalid"
    rule = "MFA-3"
    place = "name"
    sentence = "Give a name of 1 to {limit} characters that none of your passkeys has."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyPasskeys(Conflict):
    """The person has as many passkeys as one may have."""

    code = "too_many_passkeys"
    rule = "MFA-3"
    sentence = "You have {limit} passkeys, as many as one may have. Remove one first."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyNotFound(Denial):
    """There is no such passkey of this person."""

    code = "passkey_not_found"
    rule = "MFA-3"
    sentence = "You have no such passkey."


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofEnded(Invalid):
    """What was begun has to be completed within some minutes, in the same browser, once."""

    code = "proof_ended"
    rule = "MFA-3"
    place = "code"
    sentence = "This took too long, or was done already. Begin again."


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofTooOld(Denial):
    """The act is dangerous in wrong hands, and the last proof of who acts is too old for it."""

    code = "proof_too_old"
    rule = "MFA-7"
    sentence = "Show once more that it is you."


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoFactorRequired(Denial):
    """The account lets nobody in by password without two-factor authentication."""

    code = "two_factor_required"
    rule = "MFA-9"
    sentence = "{account} is entered with two-factor authentication. Set it up first."
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoFactorEnforced(Conflict):
    """An account that the person can enter enforces two-factor authentication."""

    code = "two_factor_enforced"
    rule = "MFA-7"
    sentence = "Two-factor authentication cannot be switched off: it is enforced by {accounts}."
    accounts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoFactorOff(Conflict):
    """The person has not set up two-factor authentication, or it was switched off meanwhile."""

    code = "two_factor_off"
    rule = "MFA-1"
    sentence = "Two-factor authentication is not switched on."
