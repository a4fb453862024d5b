"""The addresses of single sign-on by SAML: an account's Sign In URL, its metadata, and the way to them."""

import logging
import secrets
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from tenantry.console.refusal_table import status_of
from tenantry.console.shown import shown_refusal
from tenantry.console.visit import Visit
from tenantry.rules.refusals import (
    Refusal,
    Refused,
    SamlAnswerNotValid,
    SamlAssertionUsed,
    SamlFederationIdMissing,
    SamlNotOffered,
    SamlRequestUnknown,
    SamlSignatureInvalid,
    SamlUnreadable,
    refuse,
)
from tenantry.rules.saml import check_answer, check_renewed, federation_id, kept_until, requests_of
from tenantry.rules.vocabulary import AccountId
from tenantry.signin.arrival import onward_path
from tenantry.signin.bounds import SIGN_ONS, too_often
from tenantry.sso.saml.asking import metadata
from tenantry.sso.saml.browser import check_browser
from tenantry.sso.saml.forms import AccountForm
from tenantry.sso.saml.keys import signing_key
from tenantry.sso.saml.once import OnceKind, accept_answer
from tenantry.sso.saml.reading import read_answer
from tenantry.sso.saml.reauthentication import renew, send_back
from tenantry.sso.saml.settings import DOORS, SamlSettings, door_of, saml_settings
from tenantry.sso.saml.starting import RELAY_LIMIT, start
from tenantry.sso.saml.unasked import ask, to_question
from tenantry.sso.sign_in import sign_in_federated

log = logging.getLogger(__name__)

DETAILED: Final = (
    SamlUnreadable,
    SamlSignatureInvalid,
    SamlAnswerNotValid,
    SamlRequestUnknown,
    SamlAssertionUsed,
    SamlFederationIdMissing,
)
"""What people are not told in detail, as it would help whoever tries out answers; the log is."""


@sensitive_post_parameters()
@csrf_exempt  # an identity provider's page sends the form; its signature is what is believed
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in_url(request: HttpRequest, account: str) -> HttpResponse:
    """The Sign In URL of an account: asks its identity provider (SSO-10), and takes the answers (SSO-11 to SSO-14)."""
    crowded = too_often(request, SIGN_ONS)
    if crowded is not None:
        return crowded
    if request.method == "GET" and request.GET.get("metadata") == "true":
        keys = signing_key(at=datetime.now(UTC))
        return HttpResponse(metadata(account, keys), content_type="application/samlmetadata+xml")
    told = saml_settings(account)
    if told is None:
        return _failed(request, account, SamlNotOffered())
    try:
        return _take(request, told) if request.method == "POST" else _ask(request, told)
    except Refused as refused:
        return _failed(request, account, refused.refusal)


def _ask(request: HttpRequest, told: SamlSettings) -> HttpResponse:
    """Off to the identity provider, unless the session comes from there already."""
    onward = request.GET.get("next", "")
    visit = getattr(request, "visit", None)
    if isinstance(visit, Visit) and visit.proof.federating == told.account:
        return HttpResponseRedirect(onward_path(request, onward))
    return start(request, told, onward)


def _take(request: HttpRequest, told: SamlSettings) -> HttpResponse:
    """Judge an answer; begin a session by it or, where a locked one has asked, send back there (SSO-16). Where nobody
    has asked, the person is asked first (SSO-11).
    """
    at = datetime.now(UTC)
    keys = signing_key(at=at)
    answer = read_answer(
        request.POST.get("SAMLResponse", ""), certificate=told.certificate, private_key=keys.private_key
    )
    refuse(check_answer(answer, told.wanted, at))
    named = federation_id(answer, told.location)
    if not isinstance(named, str):
        raise Refused(named)
    requests = requests_of(answer)
    check_browser(request, requests)
    asked = accept_answer(
        account=told.account, requests=requests, assertion=answer.assertion, until=kept_until(answer, at), at=at
    )
    onward = request.POST.get("RelayState", "")
    if asked is not None and asked.kind is OnceKind.RENEWAL:
        refuse(check_renewed(answer, asked.at))
        return send_back(account=told.account, federation_id=named, onward=onward)
    if asked is None:
        return to_question(account=told.account, federation_id=named, onward=onward[:RELAY_LIMIT])
    return sign_in_federated(request, account=told.account, federation_id=named, at=at, onward=onward)


@never_cache
@require_GET
def renewed(request: HttpRequest, account: str) -> HttpResponse:
    """The way back to a locked session whose person the identity provider has asked again (SSO-16)."""
    try:
        return renew(request, AccountId(account), datetime.now(UTC))
    except Refused as refused:
        return _failed(request, account, refused.refusal)


@never_cache
@require_http_methods(["GET", "POST"])
def unasked(request: HttpRequest, account: str) -> HttpResponse:
    """Ask whether an answer is meant that this browser has not asked for, and begin the session by it (SSO-11)."""
    crowded = too_often(request, SIGN_ONS)
    if crowded is not None:
        return crowded
    try:
        return ask(request, AccountId(account), datetime.now(UTC))
    except Refused as refused:
        return _failed(request, account, refused.refusal)


def _failed(request: HttpRequest, account: str, refusal: Refusal) -> HttpResponse:
    """The page that says that signing in failed, under a reference by which the log tells why."""
    reference = secrets.token_hex(4).upper()
    log.warning("single sign-on refused: %s of %r: %s: %r", reference, account, refusal.code, refusal.message)
    shown = None if isinstance(refusal, DETAILED) else shown_refusal(refusal)
    context = {"reference": reference, "refusal": shown}
    return render(request, "sso/failed.html", context, status=status_of(refusal))


@never_cache
@require_http_methods(["GET", "POST"])
def choose_account(request: HttpRequest) -> HttpResponse:
    """Ask for the account whose identity provider is to be asked (SSO-10); an unknown one is answered as with SAML.

    To an OpenID provider the browser goes on by a page: after a form it would follow no redirect to another house.
    """
    form = AccountForm(
        request.POST if request.method == "POST" else None, initial={"next": request.GET.get("next", "")}
    )
    if request.method == "POST" and form.is_valid():
        crowded = too_often(request, SIGN_ONS)
        if crowded is not None:
            return crowded
        onward = form.cleaned_data["next"]
        query = f"?{urlencode({'next': onward})}" if onward else ""
        account = form.cleaned_data["account"]
        door = door_of(account)
        address = f"{reverse('sso')}{quote(account, safe='')}/{door}{query}"
        if door == DOORS["oidc"]:
            return render(request, "sso/going_on.html", {"address": address})
        return HttpResponseRedirect(address)
    return render(request, "sso/choose_account.html", {"form": form}, status=422 if request.method == "POST" else 200)
