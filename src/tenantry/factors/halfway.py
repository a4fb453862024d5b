"""Between a right password and its code: nobody is signed in, and the browser's session only remembers who knocks."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from tenantry.factors.queries import two_factor_on
from tenantry.rules.password_choice import PasswordShape
from tenantry.rules.refusals import refuse
from tenantry.rules.sign_on import Proof, ProvenBy
from tenantry.rules.two_factor import CODE_WITHIN, asks_for_second_factor, check_pending
from tenantry.rules.vocabulary import Instant
from tenantry.signin.arrival import arrive
from tenantry.signin.session import opened_shape, sealed_shape
from tenantry.users.queries import PersonRow, person_by_key

HALFWAY: Final = "halfway"
"""Where the session of nobody keeps whose password was right, and when."""


@dataclass(frozen=True, slots=True)
class Halfway:
    """Somebody whose password was right, and whose code is still to come."""

    person: PersonRow
    onward: str
    shape: PasswordShape | None


def arrive_by_password(
    request: HttpRequest, person: PersonRow, at: Instant, onward: str = "", shape: PasswordShape | None = None
) -> HttpResponse:
    """Arrive with a right password; somebody with two-factor authentication is asked for a code first (MFA-3).

    Until that is right there is no session of the person. What is remembered lasts ten minutes, belongs to this browser
    under a new key, and ends with the password.
    """
    if not asks_for_second_factor(ProvenBy.PASSWORD, on=two_factor_on(person.pk)):
        return arrive(request, person, Proof(by=ProvenBy.PASSWORD, at=at), onward, shape)
    request.session.flush()
    request.session[HALFWAY] = {
        "person": person.pk,
        "stamp": person.get_session_auth_hash(),
        "at": at.isoformat(),
        "onward": onward,
        "shape": sealed_shape(shape),
    }
    return HttpResponseRedirect(reverse("second_factor"))


def halfway(request: HttpRequest, at: Instant) -> Halfway:
    """Who is halfway in this browser; refuses after ten minutes, after a new password, and where nobody is."""
    kept: dict[str, str] = request.session.get(HALFWAY) or {}
    person = person_by_key(int(kept["person"])) if kept else None
    known = person is not None and constant_time_compare(kept["stamp"], person.get_session_auth_hash())
    began = Instant.fromisoformat(kept["at"]) if known else None
    refuse(check_pending(began, at, CODE_WITHIN))
    if person is None:
        raise AssertionError  # refused above
    return Halfway(person, kept["onward"], opened_shape(kept["shape"]))
