"""Who asks, in which account: the session turned into one typed value for every request."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from tenantry.accounts.queries import account_row
from tenantry.console.answers import unavailable
from tenantry.console.idle import closed, is_active, state_of
from tenantry.decisions.engine import ENGINE
from tenantry.rules import refusals as no
from tenantry.rules.answers import Access, Denied
from tenantry.rules.sessions import Idle, check_time_out
from tenantry.rules.sign_on import Proof
from tenantry.rules.vocabulary import AccountId, Actor, Instant, Source, user_key
from tenantry.sessions.store import ACCOUNT
from tenantry.signin.arrival import ENTERING, go_into, sign_out_in_time
from tenantry.signin.commands import land, landing
from tenantry.signin.entering import Entering, check_stay
from tenantry.signin.leaving import end_session, farewell
from tenantry.signin.session import person_of_session, proof_of
from tenantry.store.transaction import StoreUnavailable
from tenantry.users.models import User

_WITHOUT_A_VISIT = ("sign_out", "session_state", "session_active", "unlock", "passkey_question")
"""Addresses that a session of any state may ask for."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in person in an account they may be in right now. `at` is the instant of the request."""

    person: User
    actor: Actor
    account: AccountId
    access: Access
    privileges: frozenset[str]
    at: Instant
    proof: Proof
    stamp: str = ""
    """Names the state of the account's facts that the page was made from."""


class CurrentVisit:
    """Proves at every request that the session's person may still be in the session's account (ENTRY-4)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Wrap the views."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on with `request.visit` set, or answer 403 with the reason when access is gone."""
        request.visit = None  # type: ignore[attr-defined]
        try:
            answer = self._find(request) or farewell(request)
        except (StoreUnavailable, OperationalError, InterfaceError) as error:
            return unavailable(error)
        return answer or self.get_response(request)

    def _find(self, request: HttpRequest) -> HttpResponse | None:
        """Set the visit of the session's person; an answer instead when there is no access any more."""
        person = person_of_session(request)
        if person is None or request.path in map(reverse, _WITHOUT_A_VISIT):
            return None
        at = datetime.now(UTC)
        proof = proof_of(request)
        account = request.session.get(ACCOUNT)
        only_asks = request.path == reverse("changes")  # an open page asks; what it learns changes no session
        if only_asks and state_of(request, at) is not Idle.OPEN:
            return HttpResponse(status=204)  # nothing is told of a locked account; the page locks itself
        if not only_asks:
            if (answer := closed(request, person, proof, at)) is not None:
                return answer
            is_active(request, at)
        if account is None:
            if only_asks or ENTERING in request.session:  # on the way into one: its pages know
                return None
            return self._land(request, person, proof)
        here = Entering(person, AccountId(account), proof, at)
        refusal = check_stay(here)
        if refusal is not None or isinstance(here.access, Denied):
            if only_asks or refusal is None:
                return None
            del request.session[ACCOUNT]
            return _lost(request, refusal, account, landing(person=person, proof=proof, at=at))
        facts = ENGINE.snapshot(account)
        times_out = facts is not None and facts.inside is not None and facts.inside.times_out
        late = check_time_out(here.account, proof.at, at, times_out=times_out)  # by the facts: no further query
        if late is not None:
            return None if only_asks else sign_out_in_time(request, person, here.account, late, at)
        names = facts.account.catalogue.names(here.access.privileges) if facts else ()
        stamp = "-".join(str(number) for number in facts.revisions) if facts else ""
        actor = Actor(user_key(person.email), Source.UI)
        visit = Visit(person, actor, AccountId(account), here.access, frozenset(names), at, proof, stamp)
        request.visit = visit  # type: ignore[attr-defined]
        return None

    def _land(self, request: HttpRequest, person: User, proof: Proof) -> HttpResponse:
        """Go into the account where the person lands, then to what was asked for; an answer with the reason if there is
        none.
        """
        onward = request.get_full_path() if request.method == "GET" else ""
        try:
            account = land(person=person, proof=proof, at=datetime.now(UTC))
            return go_into(request, person, proof, account, onward)
        except no.Refused as refused:
            return _lost(request, refused.refusal, None, None)


def _lost(
    request: HttpRequest, refusal: no.Refusal, account: AccountId | None, onward: AccountId | None
) -> HttpResponse:
    """403: access is gone. A refresh lands in the default account or, when there is none, at the sign-in page."""
    address = end_session(request) if onward is None else ""
    context = {
        "sign_out_address": address,
        "account": {"name": _name(account)},
        "reason": refusal.message,
        "rule": refusal.rules[0],
        "default_account": {"id": onward, "name": _name(onward)} if onward else None,
    }
    return render(request, "signin/lost_access.html", context, status=403)


def _name(account: AccountId | None) -> str:
    row = account_row(account) if account else None
    return row.name if row else "any account"


P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
"""A page: a request and what the address names, to an answer."""


def visit_of(request: HttpRequest) -> Visit:
    """The visit of a request that `signed_in` let through."""
    visit: Any = request.visit  # type: ignore[attr-defined]
    if not isinstance(visit, Visit):
        raise TypeError(request.path)
    return visit


def signed_in(view: View[P]) -> View[P]:
    """Only for signed-in people; others are sent to sign in and come back."""

    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if getattr(request, "visit", None) is None:
            back = request.get_full_path() if request.method == "GET" else reverse("home")
            if ENTERING in request.session:
                return HttpResponseRedirect(reverse("enter_account"))
            return HttpResponseRedirect(f"{reverse('sign_in')}?{urlencode({'next': back})}")
        return view(request, *args, **kwargs)

    return page


def needs(*privileges: str) -> Callable[[View[P]], View[P]]:
    """Only for people who have one of these privileges in their current account; others learn which is missing."""

    def decorate(view: View[P]) -> View[P]:
        @signed_in
        @wraps(view)
        def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            visit = visit_of(request)
            if not visit.privileges & set(privileges):
                decision = ENGINE.decide(
                    user=visit.actor.user or "", privilege=privileges[0], account=visit.account, at=visit.at
                )
                if isinstance(decision, Denied):
                    raise no.Refused(decision.refusal)
            return view(request, *args, **kwargs)

        page.privileges = privileges  # type: ignore[attr-defined]
        return page

    return decorate
