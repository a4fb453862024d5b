"""The pages of "Reset your password": asking for the link, and choosing a password by it (PWD-10)."""

from datetime import UTC, datetime

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tenantry.console.shown import shown_refusal
from tenantry.rules.password_policy import told
from tenantry.rules.refusals import Refused, ResetLinkNotValid
from tenantry.signin.bounds import RESETS, too_often
from tenantry.signin.forms import ChoosePasswordForm, ResetForm, show_broken
from tenantry.signin.queries import password_policy_for
from tenantry.users.resets import person_of_reset, request_reset, reset_password as reset


@never_cache
@require_http_methods(["GET", "POST"])
def request_link(request: HttpRequest) -> HttpResponse:
    """Ask for a link; the answer is the same whether or not the address exists."""
    form = ResetForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        answer = too_often(request, RESETS, email)
        if answer is not None:
            return answer
        request_reset(email=email, at=datetime.now(UTC))
        return render(request, "signin/reset_sent.html", {"email": email})
    return render(request, "signin/request_reset.html", {"form": form}, status=422 if request.method == "POST" else 200)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def reset_password(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password by the link, then sign in with it."""
    at = datetime.now(UTC)
    form = ChoosePasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and (answer := too_often(request, RESETS)) is not None:
        return answer
    try:
        person = person_of_reset(token=token, at=at)
    except Refused as refused:
        return _ended(request, refused)
    if request.method == "POST" and form.is_valid():
        new, again = form.cleaned_data["new_password"], form.cleaned_data["new_password_again"]
        try:
            reset(token=token, at=at, new=new, again=again)
        except Refused as refused:
            if isinstance(refused.refusal, ResetLinkNotValid):  # used by somebody else a moment ago
                return _ended(request, refused)
            show_broken(form, refused)
        else:
            auth.logout(request)
            messages.success(request, "Your password is set. Sign in with it.")
            return HttpResponseRedirect(reverse("sign_in"))
    context = {
        "form": form,
        "password_rules": told(password_policy_for(person, at)),
        "reason": "Choose the password with which you will sign in from now on.",
    }
    return render(request, "signin/choose_password.html", context, status=422 if request.method == "POST" else 200)


def _ended(request: HttpRequest, refused: Refused) -> HttpResponse:
    context = {"refusal": shown_refusal(refused.refusal), "again": True}
    return render(request, "signin/link_ended.html", context, status=410)
