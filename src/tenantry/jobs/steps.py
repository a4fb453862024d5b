"""One step of a job: taken, carried out and finished in one transaction; and what is noted when it fails.

A step holds its job and the revision of its account. Whoever is at work in an account has it to themselves, so a step
never waits while it holds something: a job that somebody else has in hand, and an account where somebody else is at
work, are passed over for now.
"""

import logging
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import QuerySet

from tenantry.jobs.handlers import HANDLERS
from tenantry.jobs.kinds import Job, JobKind, JobState
from tenantry.jobs.models import QueuedJob
from tenantry.jobs.tries import TRIES, one_line, pause_after
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import AccountId, Instant
from tenantry.store import revisions
from tenantry.store.crossings import Crossing
from tenantry.store.transaction import command

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Hand:
    """What a step has in hand; nothing before it has taken a job."""

    row: QueuedJob | None = None


def step(at: Instant) -> bool:
    """Carry out one step of what fell due first and is free; whether there was anything to do.

    A step that fails leaves nothing but its note: when it is tried next, or that it stands as failed.
    """
    if not _due(at).exists():  # a look that keeps nobody from writing
        return False
    hand = _Hand()
    try:
        return _carry_out(at, hand)
    except Exception as error:
        if hand.row is None:
            raise
        _note_failure(hand.row, error, at)
        return True


def _due(at: Instant) -> QuerySet[QueuedJob]:
    known = [kind.value for kind in HANDLERS]
    return QueuedJob.rows.across(Crossing.JOBS).filter(state=JobState.WAITING, next_at__lte=at, kind__in=known)


@command
def _carry_out(at: Instant, hand: _Hand) -> bool:
    hand.row = None  # the store may try all of it again
    with transaction.atomic():
        row = hand.row = _take(at)
        if row is None:
            return False
        job = Job(JobKind(row.kind), AccountId(row.account_id), row.key, row.details, row.due, row.attempts)
        more = HANDLERS[job.kind](job, at)
        same = QueuedJob.rows.of(row.account_id).filter(pk=row.pk)
        if more is None:
            same.delete()
        else:
            same.update(details=dict(more), next_at=row.due, attempts=0, error="")
        return True


def _take(at: Instant) -> QueuedJob | None:
    """Hold the job that fell due first, and its account; `None` if all that is due is in other hands."""
    skip = connection.features.has_select_for_update_skip_locked
    busy: set[str] = set()
    while True:
        with transaction.atomic():
            free = _due(at).exclude(account_id__in=busy).select_for_update(skip_locked=skip)
            row = free.order_by("next_at", "id").first()
            if row is None or revisions.lock_if_free(row.account_id):
                return row
            busy.add(row.account_id)
            transaction.set_rollback(True)  # lets go of the job


@command
def _note_failure(taken: QueuedJob, error: Exception, at: Instant) -> None:
    same = QueuedJob.rows.of(taken.account_id).filter(pk=taken.pk, state=JobState.WAITING)
    row = same.select_for_update().first()
    if row is None:  # done, replaced or called off meanwhile
        return
    attempts = row.attempts + 1
    final = isinstance(error, Refused) or attempts >= TRIES
    said = one_line(error)
    same.update(
        attempts=attempts,
        error=said,
        state=JobState.FAILED if final else JobState.WAITING,
        next_at=at if final else at + pause_after(attempts),
    )
    log.warning("job %s (%s of %s) failed%s: %s", row.pk, row.kind, row.account_id, " for good" if final else "", said)
