"""What accounts ask of sessions, coming into an account with one, and ending them (SESS-2 to SESS-9)."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Final

from tenantry.accounts.queries import existing_account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import Changes, record
from tenantry.decisions.guard import require
from tenantry.rules import refusals as no
from tenantry.rules.sessions import SessionSettings
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.sessions.models import Session, SessionSetting
from tenantry.sessions.queries import farewell_key, session_by_handle, session_settings, swept
from tenantry.sessions.store import SessionStore
from tenantry.sso.queries import sign_out_addresses
from tenantry.store import revisions
from tenantry.store.transaction import command

FAREWELL: Final = timedelta(days=1)
"""How long it is kept where whoever was signed out goes."""

PORTION: Final = 500
"""Sessions that are swept in one transaction."""


@command
def set_session_settings(
    *, actor: Actor, at: Instant, account: AccountId, settings: SessionSettings, reason: str = ""
) -> None:
    """Set what the account asks of the sessions of those who sign in from now on (SESS-3, SESS-5, SESS-7).

    Needs Account Administration. Sessions that have begun go by what held then, so the settings of before are kept.
    Decisions do not rest on it, so no revision is raised.
    """
    revisions.lock(account)
    require("ACCOUNT_ADMIN", actor=actor, account=account, at=at)
    old, new = asdict(session_settings(account, at)), asdict(settings)
    if new == old:
        return
    SessionSetting.rows.of(account).bulk_create([SessionSetting(account_id=account, since=at, **new)])
    changes: Changes = {
        f"session_{member}": (old[member], value) for member, value in new.items() if value != old[member]
    }
    name = existing_account(account).name
    record(Act.ACCOUNT_EDITED, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes)


@command
def come_into(*, session: str, user: int, account: AccountId, locks: bool) -> None:
    """Have the session under this key be in an account: from this transaction on it counts there (SESS-7).

    Refuses one that was ended meanwhile. A part of entering.
    """
    place = {"user_id": user, "account_id": account, "locks": locks}
    if not Session.objects.filter(session_key=session).update(**place):
        raise no.Refused(no.SessionGone())


@command
def note_active(*, session: str, at: Instant) -> None:
    """Remember that keyboard or mouse were used in a session (SESS-3); never that it was earlier than is known."""
    Session.objects.filter(session_key=session, active_at__lt=at).update(active_at=at)


@command
def end_session(*, user: int, handle: str) -> None:
    """End the one of a person's sessions that a page has named so (SESS-2, SESS-7); one that is over needs nothing."""
    found = session_by_handle(user, handle)
    if found is not None:
        Session.objects.filter(session_key=found.session_key).delete()


@command
def end_sessions(*, user: int, besides: str = "") -> int:
    """End all sessions of a person, or all but the one under the key `besides`; how many there were (SESS-2, PWD-9)."""
    ended, _ = Session.objects.filter(user_id=user).exclude(session_key=besides).delete()
    return ended


@command
def force_sign_out(*, actor: Actor, at: Instant, account: AccountId, reason: str = "") -> int:
    """End every session in the account, the actor's own too; how many there were: "Force sign out account" (SESS-8).

    Needs Account Administration. They fail at their very next request; people may sign in again at once. Whose identity
    provider wants them after a sign-out is noted for that request (SSO-15).
    """
    revisions.lock(account)
    require("ACCOUNT_ADMIN", actor=actor, account=account, at=at)
    sessions = Session.objects.filter(account_id=account)
    vouched = list(sessions.filter(federating__isnull=False).values_list("session_key", "user_id", "federating_id"))
    ended, _ = sessions.delete()
    _note_farewells(vouched, at)
    name = existing_account(account).name
    changes: Changes = {"sessions": (ended, 0)}
    record(Act.ACCOUNT_SIGNED_OUT, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes)
    return ended


def _note_farewells(ended: Sequence[tuple[str, int, str]], at: Instant) -> None:
    """Keep, for a day, whose sessions these were, where somebody wants the browser after them."""
    wanted = sign_out_addresses(federating for _, _, federating in ended) if ended else frozenset()
    Session.objects.bulk_create(
        Session(
            session_key=farewell_key(key),
            session_data=SessionStore().encode({"user": user, "federating": federating}),
            expire_date=at + FAREWELL,
            active_at=at,
        )
        for key, user, federating in ended
        if federating in wanted
    )


@command
def take_farewell(*, key: str) -> tuple[int, AccountId] | None:
    """Whose session this key was of, and which account vouched for it, if that was noted when it was ended; once."""
    row = Session.objects.filter(session_key=farewell_key(key)).first()
    if row is None:
        return None
    row.delete()
    told = row.get_decoded()
    return int(told["user"]), AccountId(told["federating"])


@command
def sweep_sessions(*, at: Instant) -> int:
    """Delete a portion of the sessions that are over, and of those older than a day in which nobody has signed in.

    How many there were; none means that there are no more.
    """
    keys = [*swept(at).order_by("session_key").values_list("session_key", flat=True)[:PORTION]]
    return Session.objects.filter(session_key__in=keys).delete()[0] if keys else 0


@command
def time_out(*, session: str, actor: Actor, at: Instant, account: AccountId) -> bool:
    """Sign out whoever is in an account, or wants to be, more than four hours after sign-in (SESS-9).

    Whether this has ended the session: of several requests at once, one does, and only that one is recorded.
    """
    if not Session.objects.filter(session_key=session).delete()[0]:
        return False
    name = existing_account(account).name
    record(Act.SESSION_TIMED_OUT, actor=actor, account=account, at=at, container=name)
    return True
