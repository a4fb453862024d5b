"""Proving oneself by a passkey: what a browser was asked is kept in its session, and answered once."""

from typing import Final

from django.http import HttpRequest
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from tenantry.factors.ceremonies import Answered, Question, Registered, claimed, counter_of, registered
from tenantry.factors.commands import note_passkey_used, spend_challenge
from tenantry.factors.queries import PasskeyRow, passkey_by_credential
from tenantry.rules.refusals import PasskeyRefused, Refused, refuse
from tenantry.rules.two_factor import CHALLENGE_WITHIN, check_pending
from tenantry.rules.vocabulary import Instant
from tenantry.users.queries import PersonRow

CHALLENGE: Final = "passkey_challenge"
"""Where a session keeps what its browser was asked last, of whom, and when."""

ANYBODY: Final = "anybody"


def whom(person: PersonRow | None, *, new: bool = False) -> str:
    """Whom a question is about: anybody, one person, or one person's new passkey. An answer counts for that alone."""
    if person is None:
        return ANYBODY
    return f"{'new passkey of' if new else 'person'} {person.pk}"


def ask(request: HttpRequest, asked: Question, about: str, at: Instant) -> str:
    """Remember a question, in place of any before; returns it for the browser."""
    request.session[CHALLENGE] = {
        "challenge": bytes_to_base64url(asked.challenge),
        "about": about,
        "at": at.isoformat(),
    }
    return asked.options


def person_by_passkey(request: HttpRequest, said: str, at: Instant, *, only: PersonRow | None = None) -> PersonRow:
    """The person whom the browser's answer proves, or who is asked for by `only`.

    Refuses, all alike: an answer to no question of the last five minutes in this session, or to one answered already; a
    passkey that nobody has, or somebody else; a wrong signature, a counter that fell behind, somebody locked.
    """
    challenge = _asked(request, whom(only), at)
    claim = claimed(said)
    row = passkey_by_credential(claim.credential)
    if row is None or not _fits(row, claim, only):
        raise Refused(PasskeyRefused())
    note_passkey_used(passkey=row, sign_count=counter_of(said, challenge, row), at=at)
    return row.user


def _fits(row: PasskeyRow, claim: Answered, only: PersonRow | None) -> bool:
    """Whether a passkey is of the person asked for; where anybody was asked, it has to say itself whose it is."""
    if only is None:
        return claim.handle == row.handle
    return row.user_id == only.pk and claim.handle in {row.handle, ""}


def new_passkey(request: HttpRequest, said: str, at: Instant, person: PersonRow) -> Registered:
    """The passkey that the browser has made for a person; refuses an answer to no question of the last minutes."""
    return registered(said, _asked(request, whom(person, new=True), at))


def _asked(request: HttpRequest, about: str, at: Instant) -> bytes:
    """The challenge of the last question, which is forgotten at once: it counts once, whatever comes of the answer."""
    kept: dict[str, str] = request.session.pop(CHALLENGE, None) or {}
    if kept.get("about") != about:
        raise Refused(PasskeyRefused())
    refuse(check_pending(Instant.fromisoformat(kept["at"]), at, CHALLENGE_WITHIN))
    spend_challenge(challenge=kept["challenge"], at=at)
    return base64url_to_bytes(kept["challenge"])
