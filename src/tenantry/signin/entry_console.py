"""Pages on the way into an account: choosing which session ends (SESS-7), and the usage agreement (AGR-3, AGR-4)."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tenantry.accounts.queries import existing_account
from tenantry.agreements.queries import agreement_of
from tenantry.rules.vocabulary import AccountId
from tenantry.sessions.commands import end_session
from tenantry.sessions.queries import sessions_in
from tenantry.sessions.shown import shown_sessions
from tenantry.signin.arrival import ENTERING, Arrival, go_into, on_the_way, signed_out
from tenantry.signin.commands import landing


@never_cache
@require_http_methods(["GET", "POST"])
@on_the_way
def choose_session(request: HttpRequest, arrival: Arrival) -> HttpResponse:
    """One's sessions in an account that allows no more; ending one of them goes on into it."""
    if request.method == "POST":
        end_session(user=arrival.person.pk, handle=request.POST.get("session", ""))
        return HttpResponseRedirect(reverse("enter_account"))
    key = request.session.session_key or ""
    rows = sessions_in(arrival.person.pk, arrival.account, datetime.now(UTC), besides=key)
    context = {
        "account": existing_account(arrival.account).name,
        "sessions": shown_sessions(rows),
        "inside": arrival.inside,
    }
    return render(request, "signin/choose_session.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@on_the_way
def accept_agreement(request: HttpRequest, arrival: Arrival) -> HttpResponse:
    """The usage agreement; accepting it goes on into the account, unless its text is another one by now."""
    if request.method == "POST":
        edition = request.POST.get("edition", "")
        accepted = int(edition) if edition.isdecimal() and len(edition) < 10 else None  # noqa: PLR2004 - as the column has
        return go_into(request, arrival.person, arrival.proof, arrival.account, arrival.onward, accepted=accepted)
    agreement = agreement_of(arrival.account)
    if not agreement.on:
        return HttpResponseRedirect(reverse("enter_account"))
    context = {"agreement": agreement, "account": existing_account(arrival.account).name, "inside": arrival.inside}
    return render(request, "signin/accept_agreement.html", context)


@require_POST
@on_the_way
def decline_agreement(request: HttpRequest, arrival: Arrival) -> HttpResponse:
    """Decline: at sign-in to the sign-in page, else to the default account, unless that is the one declined (AGR-4)."""
    request.session.pop(ENTERING, None)
    if arrival.inside is None:
        return signed_out(request, "You have declined the usage agreement, and are signed out.")
    default = _default(arrival)
    if default is None or default == arrival.account:
        return signed_out(request, "You have declined the usage agreement of your default account, and are signed out.")
    if default == arrival.inside:
        return HttpResponseRedirect(reverse("home"))
    return go_into(request, arrival.person, arrival.proof, default)


def _default(arrival: Arrival) -> AccountId | None:
    """Where the person lands now."""
    return landing(person=arrival.person, proof=arrival.proof, at=datetime.now(UTC))
