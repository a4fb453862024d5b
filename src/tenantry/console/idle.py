"""Sessions in which nobody is active: locked after some time, ended after more, by the server's clock (SESS-3)."""

from datetime import timedelta
from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from tenantry.accounts.queries import account_row
from tenantry.factors.ceremonies import passkeys_possible
from tenantry.factors.queries import SecondFactors, second_factors_of
from tenantry.rules.sessions import ENDED_AFTER, LOCKED_AFTER, Idle, idle_state
from tenantry.rules.sign_on import Proof, ProvenBy
from tenantry.rules.vocabulary import Instant
from tenantry.sessions.commands import note_active
from tenantry.sessions.store import ACCOUNT, LOCKS, SessionStore
from tenantry.signin.arrival import signed_out
from tenantry.signin.forms import UnlockForm
from tenantry.signin.reauthentication import BENEATH, can_reauthenticate, proven_anew
from tenantry.store.transaction import StoreUnavailable
from tenantry.users.models import User

OVER: Final = "Nobody was active in your session for 30 minutes, so it has ended. Sign in again."

_SOONEST: Final = timedelta(minutes=1)
"""How often at most it is written down that somebody is active."""


def session_of(request: HttpRequest) -> SessionStore:
    """The session of a request as ours."""
    return cast("SessionStore", request.session)


def state_of(request: HttpRequest, at: Instant) -> Idle:
    """Whether the session is open, locked or over; always open where its account does not lock (SESS-6)."""
    session = session_of(request)
    if not session.get(LOCKS) or session.active_at is None:
        return Idle.OPEN
    anew = proven_anew(request)  # by its identity provider (SSO-16)
    return idle_state(session.active_at if anew is None else max(anew, session.active_at), at)


def is_active(request: HttpRequest, at: Instant) -> None:
    """Note that somebody is active, at most once a minute. A store that is busy just now is told the next time."""
    session = session_of(request)
    if state_of(request, at) is Idle.LOCKED:  # on the way to its identity provider
        return
    if session.active_at is not None and at - session.active_at < _SOONEST:
        return
    session.active_at = at
    try:
        note_active(session=session.session_key or "", at=at)
    except StoreUnavailable:
        return


def closed(request: HttpRequest, person: User, proof: Proof, at: Instant) -> HttpResponse | None:
    """The answer to a session that is locked or over, else `None`. The end of it signs out."""
    state = state_of(request, at)
    if state is Idle.LOCKED and request.path.startswith(BENEATH):
        return None
    if state is Idle.ENDED:
        return signed_out(request, OVER)
    return lock_screen(request, person, proof) if state is Idle.LOCKED else None


def lock_screen(
    request: HttpRequest, person: User, proof: Proof, form: UnlockForm | None = None, onward: str = ""
) -> HttpResponse:
    """423: the page that wants the password with a code, a passkey, or the identity provider, and offers sign-out
    (SESS-3, SESS-4).
    """
    onward = onward or (request.get_full_path() if request.method == "GET" else reverse("home"))
    context = {"lock_form": form or UnlockForm(initial={"next": onward}), **lock_facts(request, person, proof)}
    return render(request, "signin/locked.html", context, status=423)


def lock_facts(request: HttpRequest, person: User, proof: Proof) -> dict[str, Any]:
    """What the lock screen shows, as a page and over a page: the ways to unlock are those of the person."""
    account = request.session.get(ACCOUNT)
    row = account_row(account) if account else None
    by_provider = proof.by is ProvenBy.IDP
    factors = SecondFactors() if by_provider else second_factors_of(person.pk)
    return {
        "lock_account": row.name if row else "",
        "lock_person": person.email,
        "lock_by_provider": by_provider,
        "lock_with_password": not by_provider and person.has_usable_password(),
        "lock_with_code": factors.code,
        "lock_with_passkey": factors.passkey and passkeys_possible(),
        "lock_provider_helps": by_provider and can_reauthenticate(proof),
    }


def lock_times() -> dict[str, int]:
    """The times, in seconds, for the page that watches keyboard and mouse."""
    return {"lock_after": int(LOCKED_AFTER.total_seconds()), "end_after": int(ENDED_AFTER.total_seconds())}
