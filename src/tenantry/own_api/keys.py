"""Calls that may be sent again: under a key of the caller's own a call is done once, and answered alike ever after.

As the draft of the header Idempotency-Key asks, for a day.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from tenantry.own_api.models import KeptAnswer
from tenantry.own_api.problems import Fault
from tenantry.rules.vocabulary import AccountId, Instant
from tenantry.store.crossings import Crossing
from tenantry.store.transaction import command

KEPT: Final = timedelta(hours=24)
"""How long an answer is given again."""

PORTION: Final = 1_000
"""Answers swept in one transaction."""

_KEY: Final = re.compile(r'"?([\x21\x23-\x7e]{1,255})"?')


@dataclass(frozen=True, slots=True)
class Keyed:
    """A call under a key: whose it is, and what sums it up."""

    account: AccountId
    user: int
    key: str
    fingerprint: str
    at: Instant


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call is answered; `again` tells that it was done before."""

    status: int
    body: str
    headers: Mapping[str, Any]
    again: bool = False


def key_sent(request: HttpRequest) -> str | None:
    """What the header says, if it is there; refuses what is no key."""
    sent = request.headers.get("Idempotency-Key")
    if sent is None:
        return None
    key = _KEY.fullmatch(sent.strip())
    if key is None:
        detail = "The header Idempotency-Key has to be 1 to 255 visible characters of ASCII."
        raise Fault(422, "key_invalid", detail)
    return key[1]


def key_reused() -> Fault:
    """What is told where a key has come with another call."""
    detail = "This Idempotency-Key has come with another request: choose a new key for each."
    return Fault(422, "key_reused", detail)


def keyed(request: HttpRequest, account: AccountId, user: int, at: Instant) -> Keyed | None:
    """The key that a call brings, if it does."""
    key = key_sent(request)
    if key is None:
        return None
    told = f"{request.method}\n{request.get_full_path()}\n".encode() + request.body
    return Keyed(account, user, key, hashlib.sha256(told).hexdigest(), at)


def kept_answer(call: Keyed) -> Answer | None:
    """The answer that this call has had already; refuses another call under the same key."""
    row = _rows(call).filter(at__gt=call.at - KEPT).first()
    if row is None:
        return None
    if row.fingerprint != call.fingerprint:
        raise key_reused()
    return Answer(row.status, row.body, row.headers, again=True)


@command
def answer_once(call: Keyed, act: Callable[[], Answer]) -> Answer:
    """Do what was asked for and keep the answer, in one transaction; or give the answer that there is.

    Of two calls at once under one key, one waits for the other here. A refusal is kept nowhere: the call may be sent
    again.
    """
    found = kept_answer(call)
    if found is not None:
        return found
    row = KeptAnswer(account_id=call.account, user_id=call.user, key=call.key, fingerprint=call.fingerprint, at=call.at)
    with transaction.atomic():  # inside another transaction a refusal takes back what was written here alone
        _rows(call).delete()
        KeptAnswer.rows.of(call.account).bulk_create([row])
        answer = act()
        _rows(call).update(status=answer.status, body=answer.body, headers=dict(answer.headers))
    return answer


@command
def sweep_answers(*, at: Instant) -> int:
    """Delete a portion of the answers that are given to nobody any more; how many there were."""
    rows = KeptAnswer.rows.across(Crossing.KEPT_ANSWERS)
    old = [*rows.filter(at__lte=at - KEPT).order_by("at").values_list("pk", flat=True)[:PORTION]]
    return rows.filter(pk__in=old).delete()[0] if old else 0


def _rows(call: Keyed) -> "QuerySet[KeptAnswer]":
    return KeptAnswer.rows.of(call.account).filter(user_id=call.user, key=call.key)
