"""Whose session this is, and how that was proven. Django keeps sessions and binds them to the password; its permissions
are not used.
"""

import json
from dataclasses import asdict
from typing import Final

from django.contrib import auth
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from tenantry.rules.password_choice import PasswordShape
from tenantry.rules.sign_on import Proof, ProvenBy
from tenantry.rules.vocabulary import AccountId, Instant
from tenantry.sessions.store import ADDRESS, AGENT, FEDERATING, STARTED
from tenantry.sso.sealing import NotOurs, seal, unseal
from tenantry.users.models import User

BACKEND: Final = "tenantry.signin.identity.PasswordIdentity"
PROVEN_BY: Final = "proven_by"
PROVEN_AT: Final = "proven_at"
"""When the person has last proven who they are in this session; at first the sign-in."""
SHAPE: Final = "password_shape"


def begin_session(request: HttpRequest, person: User, proof: Proof, shape: PasswordShape | None = None) -> None:
    """Begin a session of a person whose identity is proven, under a new key (so that nobody else knows it).

    `shape` is that of the password by which it was proven. It is kept sealed: whoever reads the table of sessions does
    not learn how long whose password is.
    """
    request.session.flush()
    auth.login(request, person, backend=BACKEND)
    request.session[PROVEN_BY] = proof.by
    request.session[STARTED] = proof.at.isoformat()
    request.session[FEDERATING] = proof.federating
    if shape is not None:
        request.session[SHAPE] = sealed_shape(shape)
    request.session[ADDRESS] = str(request.META.get("REMOTE_ADDR", ""))
    request.session[AGENT] = request.headers.get("User-Agent", "")


def proof_of(request: HttpRequest) -> Proof:
    """How the identity of a session's person was proven; for a session of somebody signed in."""
    session = request.session
    federating = session.get(FEDERATING)
    return Proof(
        by=ProvenBy(session[PROVEN_BY]),
        at=Instant.fromisoformat(session[STARTED]),
        federating=AccountId(federating) if federating else None,
    )


def proven_at(request: HttpRequest) -> Instant:
    """When the person of the session has last proven who they are: at sign-in, or when asked again since."""
    session = request.session
    return Instant.fromisoformat(session.get(PROVEN_AT) or session[STARTED])


def password_shape_of(request: HttpRequest) -> PasswordShape | None:
    """The shape of the password that has proven the session's identity; nothing where it is not known."""
    return opened_shape(request.session.get(SHAPE, ""))


def sealed_shape(shape: PasswordShape | None) -> str:
    """The shape of a password as a session may keep it; nothing stays nothing."""
    return seal(json.dumps(asdict(shape))) if shape else ""


def opened_shape(sealed: str) -> PasswordShape | None:
    """The shape that was sealed; nothing where there is none, or it is not ours."""
    try:
        known = unseal(sealed)
    except NotOurs:  # sealed under a key of before
        return None
    return PasswordShape(**json.loads(known)) if known else None


def person_of_session(request: HttpRequest) -> User | None:
    """The person signed in, or nobody; a session from before a change of password has ended (PWD-9)."""
    key = request.session.get(auth.SESSION_KEY)
    if key is None or PROVEN_BY not in request.session:
        return None
    person = User.objects.filter(pk=key).first()
    if person is None:
        return None
    stamp = request.session.get(auth.HASH_SESSION_KEY, "")
    if not constant_time_compare(stamp, person.get_session_auth_hash()):
        request.session.flush()
        return None
    return person
