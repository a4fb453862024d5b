"""The two addresses of signing in by OpenID Connect: to the identity provider, and back (SSO-10, SSO-14)."""

import logging
import secrets
from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET

from tenantry.console.refusal_table import status_of
from tenantry.console.shown import shown_refusal
from tenantry.rules.refusals import ProviderNotProven, Refused, SignOnNotOffered
from tenantry.rules.vocabulary import AccountId, Instant
from tenantry.signin.bounds import SIGN_INS, too_often
from tenantry.sso.failures import ProviderFault
from tenantry.sso.models import SignOnSettings
from tenantry.sso.oidc import Question, ask, federation_id_of
from tenantry.sso.oidc_answers import OPEN_FOR, take_answer
from tenantry.sso.providers_of_accounts import OPENID, openid_client, settings_in_use
from tenantry.sso.sealing import NotOurs
from tenantry.sso.sign_in import sign_in_federated

log = logging.getLogger(__name__)

QUESTIONS: Final = "openid_questions"
"""Where a session keeps what it has asked, until it is answered."""

OPEN_AT_ONCE: Final = 5
"""Questions that a browser may have open, such as in several tabs; the oldest goes first."""

_ONWARD_LIMIT: Final = 2000


@never_cache
@require_GET
def openid_start(request: HttpRequest, account: str) -> HttpResponse:
    """Send somebody to the identity provider of the account; `next` is where to go afterwards."""
    if (answer := too_often(request, SIGN_INS)) is not None:
        return answer
    row = _offered(account)
    onward = request.GET.get("next", "")[:_ONWARD_LIMIT]
    try:
        url, question = ask(openid_client(row))
    except (ProviderFault, NotOurs) as fault:
        return _failed(request, account, fault, onward)
    kept: list[dict[str, Any]] = request.session.get(QUESTIONS, [])
    asked = {
        "account": account,
        "at": datetime.now(UTC).isoformat(),
        "onward": onward,
        "question": {name: getattr(question, name) for name in Question.__slots__},
    }
    request.session[QUESTIONS] = [*kept, asked][-OPEN_AT_ONCE:]
    return HttpResponseRedirect(url)


@never_cache
@sensitive_variables()
@require_GET
def openid_callback(request: HttpRequest, account: str) -> HttpResponse:
    """Take the provider's answer, and sign in whom it vouches for (SSO-14).

    The question must be one of this browser's, of this account, and not answered before. A refused answer begins no
    session and ends none.
    """
    if (answer := too_often(request, SIGN_INS)) is not None:
        return answer
    at, onward = datetime.now(UTC), ""
    row = _offered(account)
    try:
        asked = _take_question(request, account, at)
        onward, question = asked["onward"], Question(**asked["question"])
        take_answer(account=AccountId(row.account_id), state=question.state, at=at)
        told = {name: request.GET[name] for name in ("code", "iss", "error") if name in request.GET}
        federation_id = federation_id_of(openid_client(row), question, told, at)
    except (ProviderFault, NotOurs) as fault:
        return _failed(request, account, fault, onward)
    try:
        return sign_in_federated(
            request, account=AccountId(row.account_id), federation_id=federation_id, at=at, onward=onward
        )
    except Refused as refused:
        return _refused(request, account, refused, onward)


def _offered(account: str) -> SignOnSettings:
    row = settings_in_use(account, OPENID)
    if row is None:
        raise Refused(SignOnNotOffered())
    return row


def _take_question(request: HttpRequest, account: str, at: Instant) -> dict[str, Any]:
    """The question that the answer names, taken out of the session."""
    state = request.GET.get("state", "")
    kept: list[dict[str, Any]] = request.session.get(QUESTIONS, [])
    mine = [asked for asked in kept if constant_time_compare(asked["question"]["state"], state)]
    if not mine:
        raise ProviderFault("The answer is to no question of this browser.")
    request.session[QUESTIONS] = [asked for asked in kept if asked not in mine]
    asked = mine[0]
    if asked["account"] != account:
        raise ProviderFault("The answer came to another account than the one that asked.")
    if at - datetime.fromisoformat(asked["at"]) > OPEN_FOR:
        raise ProviderFault("The answer came too late.")
    return asked


def _failed(request: HttpRequest, account: str, fault: Exception, onward: str) -> HttpResponse:
    """The page of an answer that proves nothing. People get a reference, the log gets the reason."""
    reference = secrets.token_hex(4)
    log.warning("openid sign-in failed, account %s, reference %s: %s", account, reference, fault)
    return _refused(request, account, Refused(ProviderNotProven(reference=reference)), onward)


def _refused(request: HttpRequest, account: str, refused: Refused, onward: str) -> HttpResponse:
    context = {"refusal": shown_refusal(refused.refusal), "account": account, "onward": onward}
    return render(request, "sso/openid_failed.html", context, status=status_of(refused.refusal))
