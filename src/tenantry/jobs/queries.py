"""Reads of the queue, for operators."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tenantry.jobs.kinds import JobState
from tenantry.jobs.models import QueuedJob
from tenantry.rules.vocabulary import Instant
from tenantry.store.crossings import Crossing
from tenantry.store.paging import Page, keyset_page

LATE: Final = timedelta(minutes=1)
"""How long after its time a job is overdue: whoever runs jobs looks every second."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue, in the order in which jobs are tried, and how many there are beside what is shown."""

    page: Page[QueuedJob]
    waiting: int
    failed: int


@dataclass(frozen=True, slots=True)
class QueueHealth:
    """What is wrong with the queue: how many jobs are overdue and since when the oldest, and how many have failed."""

    overdue: int
    since: datetime | None
    failed: int


def queue(*, failed: bool = False, kind: str = "", account: str = "", place: str = "", size: int = 50) -> Queue:
    """Jobs by the time of their next try, failed ones by that of their last. `failed` shows those alone; `kind` and
    `account` narrow what is shown and counted.
    """
    rows = QueuedJob.rows.of(account) if account else QueuedJob.rows.across(Crossing.JOBS)
    if kind:
        rows = rows.filter(kind=kind)
    waiting, broken = (rows.filter(state=state) for state in (JobState.WAITING, JobState.FAILED))
    page = keyset_page(broken if failed else rows, ("next_at", "id"), place, size=size)
    return Queue(page, waiting.count(), broken.count())


def queue_health(at: Instant) -> QueueHealth:
    """How the queue of all accounts stands at an instant."""
    rows = QueuedJob.rows.across(Crossing.DOCTOR)
    late = rows.filter(state=JobState.WAITING, next_at__lt=at - LATE)
    oldest = late.order_by("next_at").values_list("next_at", flat=True).first()
    return QueueHealth(late.count(), oldest, rows.filter(state=JobState.FAILED).count())
