"""User Information for people on the way into an account whose password does not do there (PWD-12)."""

from datetime import UTC, datetime

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tenantry.accounts.queries import existing_account
from tenantry.factors.proving import prove_password
from tenantry.rules.password_policy import told
from tenantry.rules.refusals import PasswordRefused, Refused
from tenantry.rules.vocabulary import Actor, Source, user_key
from tenantry.signin.arrival import Arrival, on_the_way
from tenantry.signin.entering import Entering, broken_rules
from tenantry.signin.forms import show_broken
from tenantry.signin.queries import password_policy_for
from tenantry.signin.session import password_shape_of
from tenantry.users.forms import PasswordForm
from tenantry.users.own_details import change_own_password


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
@on_the_way
def renew_password(request: HttpRequest, arrival: Arrival) -> HttpResponse:
    """What is wrong with the password, and the form that changes it; then everybody signs in again (PWD-9)."""
    at = datetime.now(UTC)
    person = arrival.person
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            prove_password(person, at, form.cleaned_data["old_password"], called="current password")
            change_own_password(
                actor=Actor(user_key(person.email), Source.UI),
                at=at,
                old=form.cleaned_data["old_password"],
                new=form.cleaned_data["new_password"],
                again=form.cleaned_data["new_password_again"],
            )
        except Refused as refused:
            if isinstance(refused.refusal, PasswordRefused):
                form.add_error("old_password", refused.refusal.message)
            else:
                show_broken(form, refused)
        else:
            auth.logout(request)
            messages.success(request, "Your password is changed. Sign in with the new one.")
            return HttpResponseRedirect(reverse("sign_in"))
    wanted = Entering(person, arrival.account, arrival.proof, at, password_shape_of(request))
    context = {
        "form": form,
        "person": person.email,
        "account": existing_account(arrival.account).name,
        "broken": [refusal.message for refusal in broken_rules(wanted)],
        "inside": arrival.inside,
        "password_rules": told(password_policy_for(person, at)),
    }
    return render(request, "signin/renew_password.html", context, status=422 if form.is_bound else 200)
