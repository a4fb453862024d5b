"""What counts once: requests that wait for their answer, and assertions that were accepted (SSO-13)."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from tenantry.rules.refusals import Refused, SamlAssertionUsed, SamlRequestUnknown
from tenantry.rules.vocabulary import AccountId, Instant
from tenantry.sso.models import Once
from tenantry.store.transaction import command

REQUEST_LIFETIME: Final = timedelta(minutes=15)
"""How long a person may take at the identity provider."""

VALUE_LIMIT: Final = 255


class OnceKind(StrEnum):
    """What is kept. A `RENEWAL` is a request that is to unlock a session rather than begin one (SSO-16)."""

    REQUEST = "request"
    RENEWAL = "renewal"
    ASSERTION = "assertion"
    UNLOCK = "unlock"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of ours that has been answered: what for, and when it was made."""

    kind: OnceKind
    at: Instant


@command
def note_request(*, account: AccountId, request: str, kind: OnceKind, at: Instant) -> None:
    """Remember a request until it is answered. What has run out in the account is forgotten."""
    Once.rows.of(account).filter(expires_at__lte=at).delete()
    row = Once(account_id=account, kind=kind, value=request, expires_at=at + REQUEST_LIFETIME)
    Once.rows.of(account).bulk_create([row])


@command
def accept_answer(
    *, account: AccountId, requests: AbstractSet[str], assertion: str, until: Instant, at: Instant
) -> Asked | None:
    """Use up an assertion and the request that it answers, at once; `until` is how long it has to be remembered.

    Refuses an assertion that was used, and a request that is not open in this account (SSO-13). Of two that come with
    the same assertion at once, the constraint of the table lets one through. An answer nobody asked for answers no
    request (SSO-11).
    """
    if not 0 < len(assertion) <= VALUE_LIMIT:
        raise Refused(SamlAssertionUsed())
    used = Once.rows.of(account).filter(kind=OnceKind.ASSERTION, value=assertion)
    if used.exists():
        raise Refused(SamlAssertionUsed())
    asked = _answered(account, requests, at) if requests else None
    row = Once(account_id=account, kind=OnceKind.ASSERTION, value=assertion, expires_at=until)
    Once.rows.of(account).bulk_create([row])
    return asked


def _answered(account: AccountId, requests: AbstractSet[str], at: Instant) -> Asked:
    kinds = (OnceKind.REQUEST, OnceKind.RENEWAL)
    named = [request for request in requests if len(request) <= VALUE_LIMIT]
    rows = Once.rows.of(account).filter(kind__in=kinds, value__in=named, expires_at__gt=at)
    found = rows.values_list("kind", "expires_at").first()
    if found is None or rows.delete()[0] != len(requests):
        raise Refused(SamlRequestUnknown())
    return Asked(OnceKind(found[0]), found[1] - REQUEST_LIFETIME)


@command
def use_once(*, account: AccountId, value: str, until: Instant) -> None:
    """Use up what unlocks a session; refuses the second time (SSO-16)."""
    if Once.rows.of(account).filter(kind=OnceKind.UNLOCK, value=value).exists():
        raise Refused(SamlAssertionUsed())
    Once.rows.of(account).bulk_create([Once(account_id=account, kind=OnceKind.UNLOCK, value=value, expires_at=until)])
