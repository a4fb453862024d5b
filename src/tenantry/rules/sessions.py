"""Sessions: when one is locked or over, how many there may be, and for how long (SESS-3 to SESS-9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.vocabulary import AccountId, Instant

LOCKED_AFTER: Final = timedelta(minutes=15)
"""Without keyboard or mouse (SESS-3)."""

ENDED_AFTER: Final = timedelta(minutes=30)
"""Without keyboard or mouse, in all (SESS-3)."""

MOST: Final = 2
"""Sessions of a person in an account that limits them (SESS-7)."""

TIME_OUT: Final = timedelta(hours=4)
"""How long after sign-in an account with the time-out may be used (SESS-9)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSettings:
    """What an account asks of the sessions that are in it.

    `lock_inactive` is "Lock and terminate inactive sessions" (SESS-3), `limited` "Session concurrency" (SESS-7).
    """

    lock_inactive: bool = False
    limited: bool = False


NO_SETTINGS: Final = SessionSettings()
"""What holds where an account has set nothing."""


def settings_for(history: Iterable[tuple[Instant, SessionSettings]], signed_in: Instant) -> SessionSettings:
    """The settings that govern a session: the latest that held already when its person signed in (SESS-5).

    `history` has each setting with the instant since when it holds, oldest first.
    """
    return next((held for since, held in reversed([*history]) if since <= signed_in), NO_SETTINGS)


class Idle(StrEnum):
    """What has become of a session that nobody was active in for some time."""

    OPEN = "open"
    LOCKED = "locked"
    ENDED = "ended"


def idle_state(active: Instant, at: Instant) -> Idle:
    """Whether a session is open, locked or over, by when keyboard or mouse were last used in it (SESS-3)."""
    idle = at - active
    if idle >= ENDED_AFTER:
        return Idle.ENDED
    return Idle.LOCKED if idle >= LOCKED_AFTER else Idle.OPEN


def check_concurrency(account: AccountId, settings: SessionSettings, others: int) -> no.TooManySessions | None:
    """Refuse a person's session more than an account allows; `others` counts those in it (SESS-7)."""
    if not settings.limited or others < MOST:
        return None
    return no.TooManySessions(account=account, most=MOST)


def check_time_out(
    account: AccountId, signed_in: Instant, at: Instant, *, times_out: bool
) -> no.SessionTimedOut | None:
    """Refuse an account four hours after sign-in to any account, active or not, if it has the time-out (SESS-9)."""
    if not times_out or at < signed_in + TIME_OUT:
        return None
    return no.SessionTimedOut(account=account)
