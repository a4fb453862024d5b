"""Unlocking a session that an identity provider vouches for: the person is asked there again (SSO-16)."""

from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from tenantry.rules.refusals import Refused, SamlNotOffered, SamlOtherPerson, SamlRequestUnknown
from tenantry.rules.vocabulary import AccountId, Instant
from tenantry.signin.arrival import onward_path
from tenantry.signin.session import person_of_session, proof_of
from tenantry.sso.queries import person_of_federation
from tenantry.sso.saml.once import OnceKind, use_once
from tenantry.sso.saml.settings import saml_settings
from tenantry.sso.saml.starting import start

REAUTHENTICATED: Final = "reauthenticated"
"""Where a session keeps the instant, as ISO text, at which its person was last proven anew."""

_SALT: Final = "tenantry.sso.saml.reauthentication"
_WITHIN: Final = timedelta(minutes=2)
"""How long the way back from the identity provider may take: one redirect."""


def reauthenticate(request: HttpRequest, account: AccountId, onward: str = "") -> HttpResponse:
    """Send the person of a locked session to the identity provider of `account`, the session's federating one, to be
    asked again (ForceAuthn), and back to `onward`.

    Call it from the page that shows the lock, for a session whose proof is of an identity provider (`proof_of`); where
    the account has no SAML (any more) it refuses with `SamlNotOffered`, and there is only sign-out (SSO-16). The way
    back ends at the address `saml_renewed`, to which locked sessions have to be let through, as to `saml`. There the
    session learns `request.session[REAUTHENTICATED]`: whoever locks unlocks when that instant is later than the lock.
    Another person than the session's, an answer that was used, and one by which nobody was asked again, unlock nothing;
    the session stays as it is.
    """
    told = saml_settings(account)
    if told is None:
        raise Refused(SamlNotOffered())
    return start(request, told, onward, kind=OnceKind.RENEWAL)


def send_back(*, account: AccountId, federation_id: str, onward: str) -> HttpResponse:
    """From the identity provider to the session: its cookie comes only with an address opened from here."""
    person = person_of_federation(account, federation_id)
    if person is None:
        raise Refused(SamlOtherPerson())
    proof = signing.dumps({"user": person.pk, "at": datetime.now(UTC).isoformat()}, salt=f"{_SALT}.{account}")
    query = urlencode({"proof": proof, "next": onward})
    return HttpResponseRedirect(f"{reverse('saml_renewed', kwargs={'account': account})}?{query}")


def renew(request: HttpRequest, account: AccountId, at: Instant) -> HttpResponse:
    """Mark the session as proven anew; refuses somebody else's, and what was used (SSO-16)."""
    proof = request.GET.get("proof", "")
    try:
        found = signing.loads(proof, salt=f"{_SALT}.{account}", max_age=_WITHIN)
    except signing.BadSignature:
        raise Refused(SamlRequestUnknown()) from None
    person = person_of_session(request)
    if person is None or person.pk != found["user"] or proof_of(request).federating != account:
        raise Refused(SamlOtherPerson())
    use_once(account=account, value=proof.rpartition(":")[2], until=at + 2 * _WITHIN)
    request.session[REAUTHENTICATED] = at.isoformat()
    request.session.cycle_key()
    return HttpResponseRedirect(onward_path(request, request.GET.get("next", "")))
