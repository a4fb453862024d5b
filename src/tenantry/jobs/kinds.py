"""The kinds of jobs, and what a job is to those who carry it out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tenantry.rules.vocabulary import AccountId, Actor, Instant


class JobKind(StrEnum):
    """What can be due later. A kind that is stored never changes its word; `handlers` says who carries it out."""

    SHARE_END = "share.end"
    PACK_RELEASE = "pack.release"
    CONNECTOR_RELEASE = "connector.release"
    ALERTS = "alerts.collect"
    ALERT_MAILS = "alerts.send"


class JobState(StrEnum):
    """Where a job stands. One that is done is not there any more."""

    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """A job in hand. `key` tells it from others of its kind in its account; `details` is whatever its kind needs, as
    JSON; `attempts` counts the tries that have failed, or ended with their process, since it was scheduled or got on.
    """

    kind: JobKind
    account: AccountId
    key: str
    details: Mapping[str, Any]
    due: Instant
    attempts: int = 0


Handler = Callable[[Job, Instant], Mapping[str, Any] | None]
"""Carries out one step of a job, inside the transaction in which the job is taken and finished: what it writes and
that it is done are committed together, or neither is.

Nothing returned: it is done. A mapping: there is more, and the next step, in a transaction of its own, gets these
details. An exception undoes the step, and the job is tried again after a pause; a `Refused` would be refused again, so
the job stands as failed at once. What a handler does outside the database may happen more than once.
"""

Withdrawal = Callable[[Job, Actor, Instant], bool]
"""Withdraws what a job was to do, inside the transaction in which an operator calls it off; whether there was something
to withdraw, which it has then recorded. Raises `Refused` for what has to happen: the job stays.
"""
