"""The lock screen: unlocking, by oneself or the identity provider, and what an open page tells and asks (SESS-3).

A page that is open watches keyboard and mouse. It tells of them at most once a minute, asks before it locks itself, and
shows the lock screen over what was typed. The server is the judge: what it takes for locked answers nothing else.
"""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from tenantry.console.idle import OVER, is_active, lock_facts, lock_screen, session_of, state_of
from tenantry.factors.proving import prove_present
from tenantry.factors.queries import two_factor_on
from tenantry.rules.refusals import CodeRefused, PasskeyRefused, ProofEnded, Refused
from tenantry.rules.sessions import Idle
from tenantry.rules.sign_on import ProvenBy
from tenantry.sessions.commands import note_active
from tenantry.signin.arrival import onward_path, signed_out
from tenantry.signin.bounds import SIGN_INS, too_often
from tenantry.signin.forms import UnlockForm
from tenantry.signin.reauthentication import can_reauthenticate
from tenantry.signin.session import person_of_session, proof_of
from tenantry.sso.saml.reauthentication import reauthenticate


@never_cache
@require_GET
def session_state(request: HttpRequest) -> HttpResponse:
    """How long nobody was active, in seconds, and what has become of the session. Asking makes nobody active."""
    at = datetime.now(UTC)
    if person_of_session(request) is None:
        return JsonResponse({"state": Idle.ENDED, "idle": 0})
    active = session_of(request).active_at or at
    return JsonResponse({"state": state_of(request, at), "idle": int((at - active).total_seconds())})


@never_cache
@require_POST
def session_active(request: HttpRequest) -> HttpResponse:
    """Somebody uses keyboard or mouse in an open page; 423 where the session is locked, and stays so."""
    at = datetime.now(UTC)
    if person_of_session(request) is None or state_of(request, at) is Idle.ENDED:
        return HttpResponse(status=204)
    if state_of(request, at) is Idle.LOCKED:
        return HttpResponse(status=423)
    is_active(request, at)
    return HttpResponse(status=204)


@sensitive_post_parameters("password", "code")
@never_cache
@require_POST
def unlock(request: HttpRequest) -> HttpResponse:
    """Unlock by the password of the session's person, and a code where two-factor authentication is on, or by a passkey
    (MFA-3); wrong ones count (LOCK-1). Whoever is late signs in anew.

    A session of an identity provider goes there instead, where that is possible (SSO-16).
    """
    at = datetime.now(UTC)
    person = person_of_session(request)
    if person is None or state_of(request, at) is Idle.ENDED:
        return _over(request)
    proof = proof_of(request)
    form = UnlockForm(request.POST, with_code=two_factor_on(person.pk))
    form.is_valid()
    onward = onward_path(request, form.cleaned_data.get("next", ""))
    if state_of(request, at) is Idle.OPEN:  # another window was quicker
        return _on(request, onward)
    if proof.by is ProvenBy.IDP:
        if proof.federating is not None and can_reauthenticate(proof):
            return reauthenticate(request, proof.federating, onward)
        return lock_screen(request, person, proof, onward=onward)
    if form.is_valid():
        answer = too_often(request, SIGN_INS)
        if answer is not None:
            return answer
        try:
            prove_present(request, person, at, form.cleaned_data)
        except Refused as refused:
            form.add_error(_place(refused), _why(refused))
        else:
            unlocked(request, at)
            return _on(request, onward)
    if request.htmx:  # type: ignore[attr-defined]
        context = {"lock_form": form, **lock_facts(request, person, proof)}
        return render(request, "signin/lock_form.html", context, status=422)
    return lock_screen(request, person, proof, form, onward)


def _on(request: HttpRequest, onward: str) -> HttpResponse:
    return HttpResponse(status=204) if request.htmx else HttpResponseRedirect(onward)  # type: ignore[attr-defined]


def unlocked(request: HttpRequest, at: datetime) -> None:
    """Open the session again, whose person has just been proven to be here."""
    session = session_of(request)
    session.active_at = at
    note_active(session=session.session_key or "", at=at)


def _place(refused: Refused) -> str | None:
    """The field that what is wrong is about; nothing where a passkey was given."""
    if isinstance(refused.refusal, (PasskeyRefused, ProofEnded)):
        return None
    return "code" if isinstance(refused.refusal, CodeRefused) else "password"


def _why(refused: Refused) -> str:
    """What is wrong, without the address, which is not asked for here."""
    message = refused.refusal.message
    return "The password is not right." if refused.refusal.code == "sign_in_failed" else message


def _over(request: HttpRequest) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        signed_out(request, OVER)
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("sign_in")})
    return signed_out(request, OVER)
