"""What is said to browsers about passkeys, and whether what they answer is right (Web Authentication, level 3)."""

import ipaddress
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import webauthn
from django.conf import settings
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tenantry.factors.queries import PasskeyRow
from tenantry.rules.refusals import PasskeyRefused, Refused
from tenantry.rules.two_factor import CHALLENGE_WITHIN
from tenantry.users.queries import PersonRow

_NAME = "Tenantry"
_TIMEOUT = int(CHALLENGE_WITHIN.total_seconds() * 1000)
_VERIFIED = UserVerificationRequirement.REQUIRED
_LONGEST = 1023
"""Bytes by which a passkey may be named."""

_PORTS = {"http": 80, "https": 443}
"""Those that browsers leave out of an origin."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a browser is asked: its options as JSON, and the challenge that the answer must be about."""

    options: str
    challenge: bytes


@dataclass(frozen=True, slots=True)
class Registered:
    """A passkey that a browser has made, and whose statement was right."""

    credential: str
    public_key: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer claims before it is checked: the passkey, and whom the authenticator takes its owner for."""

    credential: str
    handle: str


def passkeys_possible() -> bool:
    """Whether browsers make passkeys for this installation: only for a name, not for an address made of numbers."""
    try:
        ipaddress.ip_address(_host())
    except ValueError:
        return bool(_host())
    return False


def new_handle() -> str:
    """What authenticators will call a person by: chance, which says nothing about the person."""
    return bytes_to_base64url(secrets.token_bytes(64))


def registration(person: PersonRow, handle: str, passkeys: Iterable[PasskeyRow]) -> Question:
    """Ask for a new passkey that finds its owner by itself and checks the owner; not on a device that has one."""
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name=_NAME,
        user_id=base64url_to_bytes(handle),
        user_name=person.email,
        user_display_name=f"{person.first_name} {person.last_name}".strip() or person.email,
        timeout=_TIMEOUT,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
        ),
        exclude_credentials=_named(passkeys),
    )
    return Question(webauthn.options_to_json(options), options.challenge)


def question(passkeys: Iterable[PasskeyRow] = ()) -> Question:
    """Ask for one of these passkeys or, where none is named, for any that the browser has for us."""
    options = webauthn.generate_authentication_options(
        rp_id=_host(), timeout=_TIMEOUT, allow_credentials=_named(passkeys), user_verification=_VERIFIED
    )
    return Question(webauthn.options_to_json(options), options.challenge)


def registered(said: str, challenge: bytes) -> Registered:
    """The passkey in a browser's answer; refuses one that is malformed, or about another challenge, origin or host, or
    made inside a page of another site, or named longer than any may be.
    """
    try:
        _not_framed(parse_registration_credential_json(said).response.client_data_json)
        found = webauthn.verify_registration_response(
            credential=said,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except Exception as error:  # what strangers send breaks parsers in many ways, and each is the same to us
        raise Refused(PasskeyRefused()) from error
    if len(found.credential_id) > _LONGEST:
        raise Refused(PasskeyRefused())
    return Registered(bytes_to_base64url(found.credential_id), found.credential_public_key, found.sign_count)


def claimed(said: str) -> Answered:
    """What an answer claims; refuses what is none."""
    try:
        found = parse_authentication_credential_json(said)
        handle = found.response.user_handle
        return Answered(bytes_to_base64url(found.raw_id), bytes_to_base64url(handle) if handle else "")
    except Exception as error:  # as above
        raise Refused(PasskeyRefused()) from error


def counter_of(said: str, challenge: bytes, passkey: PasskeyRow) -> int:
    """What the passkey's counter says in an answer that is right; refuses any other, and a counter that fell behind."""
    try:
        _not_framed(parse_authentication_credential_json(said).response.client_data_json)
        found = webauthn.verify_authentication_response(
            credential=said,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except Exception as error:  # as above
        raise Refused(PasskeyRefused()) from error
    return int(found.new_sign_count)


def _named(passkeys: Iterable[PasskeyRow]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(row.credential)) for row in passkeys]


def _not_framed(client_data: bytes) -> None:
    """Refuse what was asked inside a page of another site: ours never are (`frame-ancestors`)."""
    if parse_client_data_json(client_data).cross_origin:
        raise ValueError(client_data)


def _host() -> str:
    return urlsplit(settings.BASE_URL).hostname or ""


def _origin() -> str:
    """The address of the installation as browsers write it: in small letters, without the port that goes without
    saying.
    """
    parts = urlsplit(settings.BASE_URL)
    port = "" if parts.port in {None, _PORTS.get(parts.scheme)} else f":{parts.port}"
    return f"{parts.scheme}://{_host()}{port}"
