"""Sessions: too many of them, too long, or gone."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Denial


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManySessions(Conflict):
    """The person has as many sessions in the account as it allows (SESS-7)."""

    code = "too_many_sessions"
    rule = "SESS-7"
    sentence = "You have {most} sessions in {account}, as many as it allows. End one of them first."
    account: str
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTimedOut(Denial):
    """The account may be used for four hours after sign-in, and they are over (SESS-9)."""

    code = "session_timed_out"
    rule = "SESS-9"
    sentence = "{account} can be used for four hours after sign-in. Sign in again."
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionGone(Conflict):
    """The session was ended a moment ago, by its person or for all in the account (SESS-2, SESS-8)."""

    code = "session_gone"
    rule = "SESS-2"
    sentence = "This session has ended."
