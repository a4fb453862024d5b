"""Ending sessions: their rows go, so that they fail at their very next request (SESS-2, SESS-8, PWD-9)."""

from tenantry.sessions.models import Session
from tenantry.store.transaction import command


@command
def end_sessions(*, user: int, besides: str = "") -> int:
    """End all sessions of a person, or all but the one under the key `besides`; how many there were (SESS-2, PWD-9)."""
    ended, _ = Session.objects.filter(user_id=user).exclude(session_key=besides).delete()
    return ended
