"""Proving oneself once more, or by the second factor: what was typed or signed is judged, and wrong answers count."""

from collections.abc import Mapping

from django.contrib.auth import authenticate
from django.http import HttpRequest

from tenantry.factors.commands import spend_backup_code, spend_code
from tenantry.factors.passkeys import person_by_passkey
from tenantry.factors.queries import two_factor_on
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused, refuse
from tenantry.rules.vocabulary import Instant
from tenantry.signin.commands import prove_identity
from tenantry.users.locking import note_invalid_attempt, note_valid_attempt
from tenantry.users.queries import PersonRow


def prove_second_factor(request: HttpRequest, person: PersonRow, at: Instant, answer: Mapping[str, str]) -> None:
    """Judge the answer of somebody whose password was right: a `code`, a `backup_code` or a `passkey` (MFA-3, MFA-4).

    Refuses a wrong one, after counting it; the sixth in a row locks, and whoever is locked is refused (LOCK-1, LOCK-7).
    """
    if answer.get("passkey"):
        _by_passkey(request, person, at, answer["passkey"])
    elif answer.get("backup_code"):
        refuse(spend_backup_code(person=person, code=answer["backup_code"], at=at))
    else:
        refuse(spend_code(person=person, code=answer.get("code", ""), at=at))


def prove_again(request: HttpRequest, person: PersonRow, at: Instant, answer: Mapping[str, str]) -> None:
    """Judge the answer of somebody signed in who is asked once more: a `password`, a `code` or a `passkey`.

    Refuses as `prove_second_factor` does; wrong passwords count as they do at sign-in.
    """
    if answer.get("passkey"):
        _by_passkey(request, person, at, answer["passkey"])
    elif answer.get("code"):
        refuse(spend_code(person=person, code=answer["code"], at=at))
    else:
        prove_password(person, at, answer.get("password", ""))


def prove_password(person: PersonRow, at: Instant, password: str, *, called: str = "password") -> None:
    """Judge the password of somebody signed in, by the name that the page calls it.

    Refuses a wrong one after counting it, as at sign-in, so that a session that was found open serves nobody to guess
    (LOCK-1).
    """
    if authenticate(None, email=person.email, password=password) is None:
        note_invalid_attempt(email=person.email, at=at)
        raise Refused(no.PasswordRefused(why=f"The {called} is not right."))
    note_valid_attempt(user=person.pk)


def prove_present(request: HttpRequest, person: PersonRow, at: Instant, answer: Mapping[str, str]) -> None:
    """Judge the answer of somebody whose screen is locked: a `passkey`, or the `password` with, where two-factor
    authentication is on, a `code` besides (SESS-3, MFA-3).

    Refuses as signing in does, and counts what is wrong as it does there (LOCK-1). A backup code does not unlock.
    """
    if answer.get("passkey"):
        _by_passkey(request, person, at, answer["passkey"])
        return
    prove_identity(email=person.email, password=answer.get("password", ""), at=at)
    if two_factor_on(person.pk):
        refuse(spend_code(person=person, code=answer.get("code", ""), at=at))


def _by_passkey(request: HttpRequest, person: PersonRow, at: Instant, said: str) -> None:
    try:
        person_by_passkey(request, said, at, only=person)
    except Refused as refused:
        if not isinstance(refused.refusal, no.ProofEnded):  # who was slow has guessed nothing
            note_invalid_attempt(email=person.email, at=at)
        raise
