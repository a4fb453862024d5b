"""Answers that this browser has not asked for (SSO-11): the person is asked before a session begins by one.

Portals of identity providers send them, but so could the page of a stranger, with an answer for the stranger: whoever
worked on in that session would hand over what they type. So the answer waits until somebody says that it is meant. It
waits in the address of the question, signed and to be used once, because the form of another house brings no cookie of
ours. Who is in already, or has said so in this browser before, is not asked.
"""

from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from tenantry.accounts.queries import existing_account
from tenantry.rules.refusals import FederationUnknown, Refused, SamlRequestUnknown, UserLocked
from tenantry.rules.vocabulary import AccountId, Instant
from tenantry.signin.session import person_of_session
from tenantry.sso.queries import federation_id_of, person_of_federation
from tenantry.sso.saml.once import use_once
from tenantry.sso.sign_in import sign_in_federated
from tenantry.users.models import User
from tenantry.users.queries import person_by_key

KNOWN: Final = "tenantry_known"
"""The cookie that tells who has said in this browser that an answer was meant: for each a digest under our key."""

KNOWN_FOR: Final = timedelta(days=180)
MOST_KNOWN: Final = 5
"""People whom a browser is known for; the one longest ago is forgotten first."""

_SALT: Final = "tenantry.sso.saml.unasked"
_WITHIN: Final = timedelta(minutes=5)
"""How long the question may stand."""


def to_question(*, account: AccountId, federation_id: str, onward: str) -> HttpResponse:
    """From an answer that nobody asked for to the question, whose address browsers open with the cookies of ours.

    Refuses whom nobody would let in (SSO-6, LOCK-7).
    """
    person = person_of_federation(account, federation_id)
    if person is None:
        raise Refused(FederationUnknown(account=account))
    if person.locked:
        raise Refused(UserLocked())
    answer = {"user": person.pk, "onward": onward, "at": datetime.now(UTC).isoformat()}
    proof = signing.dumps(answer, salt=f"{_SALT}.{account}", compress=True)
    return HttpResponseRedirect(f"{reverse('saml_unasked', kwargs={'account': account})}?{urlencode({'proof': proof})}")


def ask(request: HttpRequest, account: AccountId, at: Instant) -> HttpResponse:
    """The question or, for whom this browser is known, and by the form of the question, the session.

    Refuses an answer that was changed, or used, or has waited too long.
    """
    proof = request.POST.get("proof", "") if request.method == "POST" else request.GET.get("proof", "")
    try:
        told = signing.loads(proof, salt=f"{_SALT}.{account}", max_age=_WITHIN)
    except signing.BadSignature:
        raise Refused(SamlRequestUnknown()) from None
    person = person_by_key(told["user"])
    if person is None:
        raise Refused(FederationUnknown(account=account))
    inside = person_of_session(request)
    if request.method != "POST" and inside != person and not _knows(request, person):
        context = {"person": person, "account": existing_account(account), "inside": inside, "proof": proof}
        return render(request, "sso/unasked.html", context)
    use_once(account=account, value=proof.rpartition(":")[2], until=at + 2 * _WITHIN)
    named = federation_id_of(account, person.pk)
    answer = sign_in_federated(request, account=account, federation_id=named, at=at, onward=told["onward"])
    _remember(request, answer, person)
    return answer


def _digest(person: User) -> str:
    return salted_hmac(_SALT, str(person.pk), algorithm="sha256").hexdigest()[:32]


def _known(request: HttpRequest) -> list[str]:
    return [one for one in request.COOKIES.get(KNOWN, "").split(".") if one][:MOST_KNOWN]


def _knows(request: HttpRequest, person: User) -> bool:
    return any(constant_time_compare(one, _digest(person)) for one in _known(request))


def _remember(request: HttpRequest, answer: HttpResponse, person: User) -> None:
    others = [one for one in _known(request) if one != _digest(person)]
    answer.set_cookie(
        KNOWN,
        ".".join([_digest(person), *others][:MOST_KNOWN]),
        max_age=int(KNOWN_FOR.total_seconds()),
        path="/sso/",
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
