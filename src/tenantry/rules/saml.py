"""When the answer of a SAML identity provider counts (SSO-13), and whom it names (SSO-2, SSO-14).

Signatures are judged before (`sso.saml.signatures`): what is here has been said by the identity provider.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.vocabulary import Instant

SKEW: Final = timedelta(seconds=60)
"""By how much the clocks of an identity provider and of the platform may differ (SSO-13)."""

SUCCESS: Final = "urn:oasis:names:tc:SAML:2.0:status:Success"
FEDERATION_ID: Final = "FEDERATION_ID"
"""The attribute that holds the Federation ID, where the account has it looked for in one (SSO-2)."""

FEDERATION_ID_LIMIT: Final = 255

_CLASSES: Final = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
PASSWORD_PROTECTED_TRANSPORT: Final = f"{_CLASSES}PasswordProtectedTransport"

STRONGER: Final = frozenset(
    {
        *(f"{_CLASSES}{name}" for name in ("TimeSyncToken", "Smartcard", "SmartcardPKI", "SoftwarePKI", "TLSClient")),
        *(f"{_CLASSES}{name}" for name in ("X509", "PGP", "SPKI", "XMLDSig", "Kerberos")),
        *(f"{_CLASSES}{name}" for name in ("MobileOneFactorContract", "MobileTwoFactorContract")),
        *(f"{_CLASSES}{name}" for name in ("MobileTwoFactorUnregistered", "SecureRemotePassword")),
        "http://schemas.microsoft.com/claims/multipleauthn",
        "https://refeds.org/profile/mfa",
    }
)
"""What is at least as good as a password over a protected line. SAML leaves the order to those who compare."""


class Location(StrEnum):
    """Where an assertion holds the Federation ID (SSO-2)."""

    ATTRIBUTE = "attribute"
    NAME_ID = "name_id"


class Context(StrEnum):
    """How people have to prove who they are at the identity provider (SSO-2); `UNSPECIFIED` leaves it that."""

    PASSWORD_PROTECTED_TRANSPORT = "password_protected_transport"  # noqa: S105 - the word
    UNSPECIFIED = "unspecified"


class Comparison(StrEnum):
    """Whether it has to be done so, or at least as well (SSO-2)."""

    EXACT = "exact"
    MINIMUM = "minimum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """Where and when an assertion may be handed in by whoever bears it."""

    recipient: str | None
    in_response_to: str | None
    not_before: Instant | None
    not_on_or_after: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response with its assertion. `audiences` has one set for each restriction: every one has to be met."""

    assertion: str
    status: str
    encrypted: bool
    destination: str | None
    in_response_to: str | None
    not_before: Instant | None
    not_on_or_after: Instant | None
    audiences: tuple[frozenset[str], ...]
    confirmations: tuple[Confirmation, ...]
    contexts: tuple[str, ...]
    authenticated_at: Instant
    session_ends: Instant | None
    name_id: str | None
    federation_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an account wants of an answer. `url` is its Sign In URL; the platform is called so as audience, too."""

    url: str
    encrypted: bool
    context: Context
    comparison: Comparison


def check_answer(answer: Answer, wanted: Wanted, at: Instant) -> no.SamlAnswerNotValid | None:
    """Judge what an answer says about itself (SSO-13): success, for this account, now, and proven well enough.

    Whether its request is open and its assertion new is asked of the store.
    """
    why = next(_reasons(answer, wanted, at), None)
    return no.SamlAnswerNotValid(why=why) if why else None


def _reasons(answer: Answer, wanted: Wanted, at: Instant) -> Iterator[str]:
    if answer.status != SUCCESS:
        yield "its status is not success"
    if answer.encrypted != wanted.encrypted:
        yield "the assertion is encrypted" if answer.encrypted else "the assertion is not encrypted"
    if answer.destination != wanted.url:
        yield "its destination is another address"
    if not answer.audiences or any(wanted.url not in audience for audience in answer.audiences):
        yield "its audience is somebody else"
    if not _now(answer.not_before, answer.not_on_or_after, at):
        yield "it does not hold yet, or not any more"
    if answer.session_ends is not None and answer.session_ends <= at - SKEW:
        yield "the session at the identity provider is over"
    if not any(_confirms(one, wanted.url, at) for one in answer.confirmations):
        yield "nothing confirms that it may be handed in here and now"
    if len(requests_of(answer)) > 1:
        yield "it answers two requests"
    if not _proven_well(answer.contexts, wanted):
        yield "people were not asked for enough proof there"


def _now(not_before: Instant | None, not_on_or_after: Instant | None, at: Instant) -> bool:
    begun = not_before is None or not_before <= at + SKEW
    return begun and (not_on_or_after is None or at - SKEW < not_on_or_after)


def _confirms(one: Confirmation, url: str, at: Instant) -> bool:
    bounded = one.not_on_or_after is not None
    return bounded and one.recipient == url and _now(one.not_before, one.not_on_or_after, at)


def _proven_well(contexts: tuple[str, ...], wanted: Wanted) -> bool:
    if wanted.context is Context.UNSPECIFIED:
        return True
    enough = {PASSWORD_PROTECTED_TRANSPORT}
    if wanted.comparison is Comparison.MINIMUM:
        enough |= STRONGER
    return bool(contexts) and enough.issuperset(contexts)


def requests_of(answer: Answer) -> frozenset[str]:
    """The requests that an answer says it answers: none where it was not asked for (SSO-11)."""
    named = (answer.in_response_to, *(one.in_response_to for one in answer.confirmations))
    return frozenset(request for request in named if request is not None)


def kept_until(answer: Answer, at: Instant) -> Instant:
    """Until when an assertion has to be remembered: as long as it could be handed in again (SSO-13)."""
    ends = [one.not_on_or_after for one in answer.confirmations if one.not_on_or_after is not None]
    latest = Instant.max.replace(tzinfo=at.tzinfo) - 2 * SKEW
    return min(max(ends, default=at), latest) + SKEW


def federation_id(answer: Answer, location: Location) -> str | no.SamlFederationIdMissing:
    """The Federation ID, where the account has it looked for; refuses none, several, and one too long (SSO-14)."""
    named = answer.federation_ids if location is Location.ATTRIBUTE else (answer.name_id or "",)
    if len(named) != 1 or not 0 < len(named[0]) <= FEDERATION_ID_LIMIT:
        return no.SamlFederationIdMissing()
    return named[0]


def check_renewed(answer: Answer, asked: Instant) -> no.SamlAnswerNotValid | None:
    """Refuse an identity provider that was to ask a person again and did not: a session stays locked (SSO-16)."""
    if answer.authenticated_at < asked - SKEW:
        return no.SamlAnswerNotValid(why="the identity provider did not ask the person again")
    return None
