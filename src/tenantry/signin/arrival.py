"""On the way into an account: a session whose person is proven, and what is still to be done before it is in.

Whoever proves an identity calls `arrive`; whoever wants to be elsewhere calls `go_into`. Where an account asks for
something first, the answer leads to the page that `HURDLES` names for the refusal; that page, once it is content, sends
back to the address `enter_account`, and the checks run again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Concatenate, Final, ParamSpec

from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from tenantry.rules.password_choice import PasswordShape
from tenantry.rules.refusals import PasswordMustChange, Refusal, Refused, TwoFactorRequired
from tenantry.rules.sign_on import Proof
from tenantry.rules.vocabulary import AccountId
from tenantry.sessions.store import ACCOUNT
from tenantry.signin.commands import enter, land
from tenantry.signin.entering import Entering
from tenantry.signin.session import begin_session, password_shape_of, person_of_session, proof_of
from tenantry.users.models import User

ENTERING: Final = "entering"
"""Where a session keeps the account that it is on the way into, and the address to go on to."""

HURDLES: Final[dict[type[Refusal], str]] = {
    TwoFactorRequired: "two_factor_required",
    PasswordMustChange: "renew_password",
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


def go_into(request: HttpRequest, person: User, proof: Proof, account: AccountId, onward: str = "") -> HttpResponse:
    """Enter an account, or go to the page with what it asks for first; refuses what no page helps with."""
    try:
        enter(wanted=Entering(person, account, proof, datetime.now(UTC), password_shape_of(request)))
    except Refused as refused:
        page = HURDLES.get(type(refused.refusal))
        if page is None:
            raise
        request.session[ENTERING] = {"account": account, "onward": onward}
        return HttpResponseRedirect(reverse(page))
    request.session.pop(ENTERING, None)
    request.session.cycle_key()
    request.session[ACCOUNT] = account
    return HttpResponseRedirect(onward_path(request, onward))


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
        auth.logout(request)
        return HttpResponseRedirect(reverse("sign_in"))
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
