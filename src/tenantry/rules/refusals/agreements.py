"""The Account Usage Agreement."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementTextMissing(Invalid):
    """The agreement is to be on, and has no title or no message; `member` says which."""

    code = "agreement_text_missing"
    rule = "AGR-1"
    place = "agreement"
    sentence = "Write the {member}: an agreement that is on needs one."
    member: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementTextTooLong(Invalid):
    """The title or the message is longer than it may be; `member` says which."""

    code = "agreement_text_too_long"
    rule = "AGR-1"
    place = "agreement"
    sentence = "The {member} has at most {limit} characters."
    member: str
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementNotAccepted(Conflict):
    """The account has a usage agreement that was not accepted on this way in, or not as it reads now (AGR-3)."""

    code = "agreement_not_accepted"
    rule = "AGR-3"
    sentence = "{account} is entered by those who accept its usage agreement."
    account: str
