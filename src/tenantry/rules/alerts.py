"""E-mail alerts: who is told of what, and when (ALERT)."""

from collections.abc import Iterable, Set as AbstractSet
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.groups import ALERT_LEVELS, NO_ALERTS
from tenantry.rules.reporting import Outcome
from tenantry.rules.vocabulary import AccountId, Instant

COLLECTED_EVERY: Final = timedelta(minutes=15)
"""Mails leave at the full hour, and a quarter, a half and three quarters past it (ALERT-2)."""

NOTICE_LIMIT: Final = 1000
"""Characters in an account notification."""

NOTICES_AT_ONCE: Final = 10
"""Account notifications that an account shows at a time."""

LEVELS: Final = tuple(level for level in ALERT_LEVELS if level != NO_ALERTS)
"""Log levels; each includes those after it (ALERT-1)."""

INFO, WARNING, ERROR = LEVELS


class EventType(StrEnum):
    """What a subscription is about (ALERT-1)."""

    STATUS = "ATOM.STATUS"
    EXECUTION = "PROCESS.EXECUTION"
    NOTIFICATION = "USER.NOTIFICATION"
    ALL = "ALL"

    @property
    def label(self) -> str:
        """As pages and mails name it."""
        return {
            "ATOM.STATUS": "Runtime status",
            "PROCESS.EXECUTION": "Process execution",
            "USER.NOTIFICATION": "User notification",
            "ALL": "All",
        }[self.value]


def check_subscription(
    wanted: EventType, held: AbstractSet[EventType]
) -> no.AlertTypeTaken | no.AlertAllExcludesTypes | None:
    """Judge a further subscription of somebody for an account: one for a type, and `ALL` or single ones (ALERT-1)."""
    if wanted in held:
        return no.AlertTypeTaken(type=wanted.label)
    if held and EventType.ALL in {wanted, *held}:
        return no.AlertAllExcludesTypes()
    return None


def check_level(level: str) -> no.AlertLevelUnknown | None:
    """Judge a log level (ALERT-1)."""
    return None if level in LEVELS else no.AlertLevelUnknown(level=level[:20])


def check_may_enter(account: AccountId, enterable: Iterable[AccountId]) -> no.AlertAccountNotEnterable | None:
    """Judge the account of a subscription: only accounts that the person can enter (ALERT-2)."""
    return None if account in set(enterable) else no.AlertAccountNotEnterable()


def reaches(subscribed: str, level: str) -> bool:
    """Whether a subscription is told of an event: `info` includes `warning`, which includes `error` (ALERT-1)."""
    return LEVELS.index(subscribed) <= LEVELS.index(level)


def level_of(outcome: Outcome) -> str | None:
    """At which level an execution is told of; one that goes on is not."""
    return {Outcome.COMPLETE: INFO, Outcome.ABORTED: WARNING, Outcome.ERROR: ERROR}.get(outcome)


def next_collection(at: Instant) -> Instant:
    """The first collection after an instant (ALERT-2)."""
    begun = datetime(at.year, at.month, at.day, at.hour, tzinfo=UTC)
    return begun + (1 + (at - begun) // COLLECTED_EVERY) * COLLECTED_EVERY


def check_notice(text: str, ends: Instant | None, at: Instant, shown: int) -> no.Refusal | None:
    """Judge an account notification: a text, an end that is still to come, and not too many at a time (ALERT-1)."""
    if not text.strip() or len(text) > NOTICE_LIMIT or "\x00" in text:
        return no.NoticeTextInvalid(limit=NOTICE_LIMIT)
    if ends is not None and ends <= at:
        return no.NoticeEndInvalid()
    if shown >= NOTICES_AT_ONCE:
        return no.NoticesFull(limit=NOTICES_AT_ONCE)
    return None
