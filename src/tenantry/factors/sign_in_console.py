"""The page that asks for the second factor after a right password, and signing in by a passkey alone."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tenantry.console.shown import shown_refusal
from tenantry.factors.ceremonies import passkeys_possible, question
from tenantry.factors.forms import BackupCodeForm, CodeForm, PasskeyForm
from tenantry.factors.halfway import HALFWAY, halfway
from tenantry.factors.passkeys import ask, person_by_passkey, whom
from tenantry.factors.proving import prove_second_factor
from tenantry.factors.queries import passkeys_of
from tenantry.rules.refusals import (
    BackupCodeRefused,
    CodeRefused,
    PasskeyRefused,
    ProofEnded,
    Refused,
    UserLocked,
    refuse,
)
from tenantry.rules.sign_on import Proof, ProvenBy
from tenantry.signin.arrival import arrive
from tenantry.signin.bounds import SIGN_INS, too_often
from tenantry.signin.forms import SignInForm
from tenantry.signin.links import choose_password_path
from tenantry.signin.session import person_of_session


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask somebody whose password was right for a code, a backup code or a passkey (MFA-3)."""
    at = datetime.now(UTC)
    if request.method == "POST" and (answer := too_often(request, SIGN_INS)) is not None:
        return answer
    try:
        known = halfway(request, at)
    except Refused as refused:
        return _begin_again(request, refused)
    backup = "backup" in request.GET
    said = PasskeyForm(request.POST)
    form = (BackupCodeForm if backup else CodeForm)(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "backup": backup, "email": known.person.email}
    answered: CodeForm | BackupCodeForm | PasskeyForm = form
    if request.POST.get("passkey"):
        answered, context["form"] = said, type(form)()
    if request.method == "POST" and answered.is_valid():
        try:
            prove_second_factor(request, known.person, at, answered.cleaned_data)
            return arrive(request, known.person, Proof(by=ProvenBy.PASSWORD, at=at), known.onward, known.shape)
        except Refused as refused:
            if isinstance(refused.refusal, UserLocked):
                return _begin_again(request, refused)
            if isinstance(refused.refusal, (CodeRefused, BackupCodeRefused)):
                form.add_error(refused.refusal.place, refused.refusal.message)
            else:
                context["refusal"] = shown_refusal(refused.refusal)
    context["passkeys"] = passkeys_possible() and bool(passkeys_of(known.person.pk))
    return render(request, "factors/second_factor.html", context, status=422 if request.method == "POST" else 200)


def _begin_again(request: HttpRequest, refused: Refused) -> HttpResponse:
    request.session.pop(HALFWAY, None)
    messages.error(request, refused.refusal.message)
    return HttpResponseRedirect(reverse("sign_in"))


@never_cache
@require_POST
def passkey_question(request: HttpRequest) -> HttpResponse:
    """What to ask the browser for: a passkey of whoever is signed in or halfway, else any that it has for us."""
    at = datetime.now(UTC)
    person = person_of_session(request)
    if person is None:
        answer = too_often(request, SIGN_INS)
        if answer is not None:
            return answer
        try:
            person = halfway(request, at).person
        except Refused:
            person = None
    asked = question(passkeys_of(person.pk) if person else ())
    return HttpResponse(ask(request, asked, whom(person), at), content_type="application/json")


@never_cache
@require_POST
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by a passkey instead of a password; it is both factors at once."""
    answer = too_often(request, SIGN_INS)
    if answer is not None:
        return answer
    at = datetime.now(UTC)
    said = PasskeyForm(request.POST)
    try:
        refuse(None if said.is_valid() else PasskeyRefused())
        person = person_by_passkey(request, said.cleaned_data["passkey"], at)
        if person.temporary_password:  # it is replaced first (PWD-8)
            return HttpResponseRedirect(choose_password_path(person))
        return arrive(request, person, Proof(by=ProvenBy.PASSKEY, at=at), request.POST.get("next", ""))
    except Refused as refused:
        shown = PasskeyRefused() if isinstance(refused.refusal, ProofEnded) else refused.refusal
        form = SignInForm(initial={"next": request.POST.get("next", "")})
        context = {"form": form, "refusal": shown_refusal(shown), "passkeys": passkeys_possible()}
        return render(request, "signin/sign_in.html", context, status=422)
