"""On the way into an account: a session whose person is proven, and what is still to be done before it is in.

Whoever proves an identity calls `arrive`; whoever wants to be elsewhere calls `go_into`. Where an account asks for
something first, the answer leads to the page that `HURDLES` names for the refusal; that page, once it is content, sends
back to the address `enter_account`, and the checks run again.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import wraps
from typing import Concatenate, Final, ParamSpec

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from tenantry.accounts.queries import account_row
from tenantry.rules.password_choice import PasswordShape
from tenantry.rules.refusals import (
    AgreementNotAccepted,
    PasswordMustChange,
    Refusal,
    Refused,
    SessionGone,
    SessionTimedOut,
    TooManySessions,
    TwoFactorRequired,
)
from tenantry.rules.sign_on import Proof
from tenantry.rules.vocabulary import AccountId, Actor, Instant, Source, user_key
from tenantry.sessions.commands import time_out
from tenantry.sessions.store import ACCOUNT, LOCKS
from tenantry.signin.commands import enter, land
from tenantry.signin.entering import Entering
from tenantry.signin.leaving import end_session, leave
from tenantry.signin.session import begin_session, password_shape_of, person_of_session, proof_of
from tenantry.users.models import User

ENTERING: Final = "entering"
"""Where a session keeps the account that it is on the way into, and the address to go on to."""

HURDLES: Final[dict[type[Refusal], str]] = {
    TwoFactorRequired: "two_factor_required",
    PasswordMustChange: "renew_password",
    TooManySessions: "choose_session",
    AgreementNotAccepted: "accept_agreement",
}
"""The name of the page that helps whoever is refused so; nobody is helped who is not named here."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody on the way into an account. `inside` is the account that the session is in meanwhile, if it is."""

    person: User
    account: AccountId
    proof: Proof
    inside: AccountId | None
    onward: str = ""


def arrive(
    request: HttpRequest, person: User, proof: Proof, onward: str = "", shape: PasswordShape | None = None
) -> HttpResponse:
    """Begin the session of somebody whose identity is proven, and go into the account where they land.

    `shape` is that of the password, if one has proven it: it is typed at sign-in and asked about at later entries.
    Refuses, and begins no session, where there is no account to enter (ENTRY-1).
    """
    account = land(person=person, proof=proof, at=proof.at)
    begin_session(request, person, proof, shape)
    return go_into(request, person, proof, account, onward)


def go_into(
    request: HttpRequest,
    person: User,
    proof: Proof,
    account: AccountId,
    onward: str = "",
    *,
    accepted: int | None = None,
) -> HttpResponse:
    """Enter an account, or go to the page with what it asks for first; refuses what no page helps with.

    Whoever comes later than the account lets a session live is signed out (SESS-9). `accepted` is the edition of its
    usage agreement that the person has accepted just now.
    """
    request.session.cycle_key()  # before entering, which makes the session count in the account by its key
    at = datetime.now(UTC)
    key = request.session.session_key or ""
    wanted = Entering(person, account, proof, at, password_shape_of(request), key, accepted)
    try:
        enter(wanted=wanted)
    except Refused as refused:
        if isinstance(refused.refusal, SessionTimedOut):
            return sign_out_in_time(request, person, account, refused.refusal, at)
        if isinstance(refused.refusal, SessionGone):
            return signed_out(request, refused.refusal.message)
        page = HURDLES.get(type(refused.refusal))
        if page is None:
            raise
        request.session[ENTERING] = {"account": account, "onward": onward}
        return HttpResponseRedirect(reverse(page))
    request.session.pop(ENTERING, None)
    request.session[ACCOUNT] = account
    request.session[LOCKS] = wanted.settings.lock_inactive
    request.session.active_at = at  # type: ignore[attr-defined]
    return HttpResponseRedirect(onward_path(request, onward))


def sign_out_in_time(
    request: HttpRequest, person: User, account: AccountId, refusal: SessionTimedOut, at: Instant
) -> HttpResponse:
    """Sign out whoever uses an account longer after sign-in than it allows; recorded there (SESS-9)."""
    actor = Actor(user_key(person.email), Source.UI)
    time_out(session=request.session.session_key or "", actor=actor, at=at, account=account)
    row = account_row(account)
    return signed_out(request, replace(refusal, account=row.name if row else account).message)


def signed_out(request: HttpRequest, why: str) -> HttpResponse:
    """End the session and say why: on the sign-in page, or on the way to the identity provider (SSO-15)."""
    address = end_session(request)
    if address:
        return render(request, "signin/signed_out_onward.html", {"address": address, "why": why})
    messages.warning(request, why)
    return HttpResponseRedirect(reverse("sign_in"))


def onward_path(request: HttpRequest, url: str) -> str:
    """Where to go after arriving: only addresses of the console itself are followed (SSO-11)."""
    if url and url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure()):
        return url
    return reverse("home")


def arrival_of(request: HttpRequest) -> Arrival | None:
    """The way this session is on, if it is on one."""
    wanted: dict[str, str] | None = request.session.get(ENTERING)
    person = person_of_session(request) if wanted else None
    if wanted is None or person is None:
        return None
    inside = request.session.get(ACCOUNT)
    return Arrival(
        person,
        AccountId(wanted["account"]),
        proof_of(request),
        AccountId(inside) if inside else None,
        wanted["onward"],
    )


def turn_back(request: HttpRequest) -> HttpResponse:
    """Leave the way into an account: stay in the one the session is in or, if it is in none, sign out."""
    request.session.pop(ENTERING, None)
    if request.session.get(ACCOUNT) is None:
        return leave(request)
    return HttpResponseRedirect(reverse("home"))


P = ParamSpec("P")


def on_the_way(
    view: Callable[Concatenate[HttpRequest, Arrival, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page for people on the way into an account; everybody else is sent to where they belong."""

    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        arrival = arrival_of(request)
        if arrival is None:
            return HttpResponseRedirect(reverse("home"))
        return view(request, arrival, *args, **kwargs)

    return page
