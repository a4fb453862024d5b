"""Reads of sessions, and of what accounts ask of them."""

from datetime import timedelta
from hashlib import sha256
from typing import Final

from django.db.models import Q, QuerySet

from tenantry.rules.sessions import ENDED_AFTER, SessionSettings, settings_for
from tenantry.rules.vocabulary import AccountId, Instant
from tenantry.sessions.models import Session, SessionSetting

_NOBODY: Final = timedelta(days=1)
"""How long a session in which nobody has signed in is kept: it holds what a sign-in page says next."""

SessionRow = Session
"""A session as stored, for those who list them."""


def session_history(account: AccountId | str) -> list[tuple[Instant, SessionSettings]]:
    """What the account has asked of sessions, since when, oldest first."""
    rows = SessionSetting.rows.of(account).order_by("since", "id").values_list("since", "lock_inactive", "limited")
    return [(since, SessionSettings(lock_inactive=locks, limited=limited)) for since, locks, limited in rows]


def session_settings(account: AccountId | str, signed_in: Instant) -> SessionSettings:
    """What the account asks of the sessions of those who signed in at this instant (SESS-5). One query."""
    return settings_for(session_history(account), signed_in)


def open_sessions(user: int, at: Instant) -> "QuerySet[Session]":
    """The sessions of a person that are not over, the latest sign-in first."""
    return Session.objects.filter(user_id=user).exclude(_over(at)).order_by("-started_at", "session_key")


def _over(at: Instant) -> Q:
    """That a session's next request will find it over: too old, or nobody active in it for too long (SESS-3)."""
    return Q(expire_date__lte=at) | Q(locks=True, active_at__isnull=False, active_at__lte=at - ENDED_AFTER)


def sessions_in(user: int, account: AccountId, at: Instant, besides: str) -> "QuerySet[Session]":
    """The sessions of a person that are in an account, but for the one under the key `besides` (SESS-7)."""
    return open_sessions(user, at).filter(account_id=account).exclude(session_key=besides)


def number_of_sessions(account: AccountId, at: Instant) -> int:
    """How many sessions are in the account now (SESS-8)."""
    return Session.objects.filter(account_id=account).exclude(_over(at)).count()


def swept(at: Instant) -> "QuerySet[Session]":
    """The sessions that are over, and those of browsers in which nobody has signed in for a day."""
    nobody = Q(user__isnull=True, active_at__lte=at - _NOBODY) | Q(user__isnull=True, active_at__isnull=True)
    return Session.objects.filter(_over(at) | nobody)


def handle_of(key: str) -> str:
    """By what a page names a session: whoever reads it does not learn the key."""
    return sha256(f"session {key}".encode()).hexdigest()[:32]


def farewell_key(key: str) -> str:
    """Under which key it is kept whose a session was that was ended, for the request that still comes with its key.

    It is another one, so that a request that is under way and writes its session does not bring it back.
    """
    return sha256(f"farewell {key}".encode()).hexdigest()[:32]


def session_by_handle(user: int, handle: str) -> Session | None:
    """The session of a person that a page names so."""
    return next((row for row in Session.objects.filter(user_id=user) if handle_of(row.session_key) == handle), None)
