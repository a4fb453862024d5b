"""The page where people sign in by the directory of their account (SSO-14)."""

import logging
import secrets
import unicodedata
from datetime import UTC, datetime
from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from tenantry.console.refusal_table import status_of
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refusal, Refused
from tenantry.rules.vocabulary import AccountId, Instant
from tenantry.runtimes.bounds import Buckets
from tenantry.signin.bounds import SIGN_INS, too_often
from tenantry.sso.directory import NotInstalled, PairWrong, federation_id_of
from tenantry.sso.failures import ProviderFault
from tenantry.sso.models import SignOnSettings
from tenantry.sso.providers_of_accounts import DIRECTORY, directory_of, settings_in_use
from tenantry.sso.sealing import NotOurs
from tenantry.sso.sign_in import sign_in_federated

log = logging.getLogger(__name__)

NAMES: Final = Buckets(rate=1 / 20, burst=20)
"""Attempts with one user name of an account from one place: the directory's people are not guessed here, and nobody is
locked, neither here nor there.
"""

NAMES_ANYWHERE: Final = Buckets(rate=1 / 5, burst=100)
"""The same from all places together: so many that one place alone keeps nobody else from signing in by that name."""

_ONWARD_LIMIT: Final = 2000


class DirectorySignInForm(forms.Form):
    """User name and password, as in the directory."""

    next = forms.CharField(required=False, max_length=_ONWARD_LIMIT, widget=forms.HiddenInput)
    name = forms.CharField(
        label="User name",
        max_length=255,
        widget=forms.TextInput(
            {"autocomplete": "username", "autofocus": True, "spellcheck": "false", "autocapitalize": "none"}
        ),
    )
    password = forms.CharField(
        label="Password",
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def directory_sign_in(request: HttpRequest, account: str) -> HttpResponse:
    """Sign in with the user name and password of the account's directory; `next` is where to go afterwards.

    A wrong password counts for nothing but the number of attempts: it locks nobody.
    """
    row = settings_in_use(account, DIRECTORY)
    if row is None:
        raise Refused(no.SignOnNotOffered())
    form = DirectorySignInForm(request.POST if request.method == "POST" else None, initial={"next": _onward(request)})
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            name = form.cleaned_data["name"]
            answer = too_often(request, SIGN_INS) or _too_often_for(request, account, name)
            if answer is not None:
                return answer
            try:
                return _sign_in(request, row, form, datetime.now(UTC))
            except Refused as refused:
                form.add_error(None, refused.refusal.message)
                status = status_of(refused.refusal)
    return render(request, "sso/directory_sign_in.html", {"form": form, "account": account}, status=status)


def _onward(request: HttpRequest) -> str:
    return request.GET.get("next", "")[:_ONWARD_LIMIT]


@sensitive_variables()
def _sign_in(request: HttpRequest, row: SignOnSettings, form: DirectorySignInForm, at: Instant) -> HttpResponse:
    account, data = AccountId(row.account_id), form.cleaned_data
    try:
        found = federation_id_of(directory_of(row), data["name"], data["password"])
    except PairWrong as wrong:
        raise Refused(no.DirectoryPairWrong()) from wrong
    except NotInstalled as missing:
        raise Refused(no.DirectoriesNotInstalled()) from missing
    except (ProviderFault, NotOurs) as fault:
        raise Refused(_unavailable(account, fault)) from fault
    return sign_in_federated(request, account=account, federation_id=found, at=at, onward=data["next"])


def _unavailable(account: AccountId, fault: Exception) -> Refusal:
    """People get a reference, the log gets the reason."""
    reference = secrets.token_hex(4)
    log.warning("directory sign-in failed, account %s, reference %s: %s", account, reference, fault)
    return no.DirectoryUnavailable(reference=reference)


def _too_often_for(request: HttpRequest, account: str, name: str) -> HttpResponse | None:
    """The answer to too many attempts with one name, however it is written; known or not. Letters count without their
    marks, without which some directories compare them.
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    who = account + "/" + "".join(letter for letter in plain if letter.isalnum() or letter in "._-@")
    wait = NAMES.wait(f"{request.META.get('REMOTE_ADDR', '')} {who}") or NAMES_ANYWHERE.wait(who)
    if not wait:
        return None
    seconds = str(int(wait) + 1)
    answer = render(request, "signin/too_often.html", {"seconds": seconds}, status=429)
    answer.headers["Retry-After"] = seconds
    return answer
