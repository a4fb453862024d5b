"""One step of a job: its try noted, then taken, carried out and finished in one transaction; what is noted if it fails.

A step holds its job and the revision of its account. Whoever is at work in an account has it to themselves, so a step
never waits while it holds something: a job that somebody else has in hand, and an account where somebody else is at
work, are passed over for now.

The note comes first and is committed alone: should the process die in the middle, the job rests as after a failure,
others come before it, and whoever takes it next counts the try.
"""

import logging
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import QuerySet

from tenantry.jobs.handlers import HANDLERS
from tenantry.jobs.kinds import Job, JobKind, JobState
from tenantry.jobs.models import QueuedJob
from tenantry.jobs.tries import DIED, TRIES, one_line, pause_after, rest_during
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import AccountId, Instant
from tenantry.store import revisions
from tenantry.store.crossings import Crossing
from tenantry.store.transaction import command

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Try:
    """A try that is noted: its job as stored since, and when that fell due before. One that stands as failed instead,
    because every try of it ended with its process, is not to be carried out.
    """

    row: QueuedJob
    fell_due: Instant

    @property
    def over(self) -> bool:
        return self.row.state == JobState.FAILED


def step(at: Instant) -> bool:
    """Carry out one step of what fell due first and is free; whether there was anything to do.

    A step that fails leaves nothing but its note: when it is tried next, or that it stands as failed. One that ends
    with its process leaves that it was begun.
    """
    if not _due(at).exists():  # a look that keeps nobody from writing
        return False
    while (begun := _begin(at)) is not None:
        if begun.over:
            return True
        try:
            if _carry_out(begun, at):
                return True
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is noted, and others go on
            _note_failure(begun.row, error, at)
            return True
    return False


def _due(at: Instant) -> QuerySet[QueuedJob]:
    known = [kind.value for kind in HANDLERS]
    return QueuedJob.rows.across(Crossing.JOBS).filter(state=JobState.WAITING, next_at__lte=at, kind__in=known)


@command
def _begin(at: Instant) -> _Try | None:
    """Note that a try of the job that fell due first begins; `None` if all that is due is in other hands.

    A try that is noted already has not come back: its process died, and it is counted now. The last one is none.
    """
    row = _take(at)
    if row is None:
        return None
    noted, fell_due = _unchanged(row), row.next_at
    if row.begun_at is not None:
        row.attempts, row.error = row.attempts + 1, DIED
        _tell(row, DIED, final=row.attempts >= TRIES)
    if row.begun_at is not None and row.attempts >= TRIES:
        row.state, row.begun_at, row.next_at = JobState.FAILED, None, at
    else:
        row.begun_at, row.next_at = at, at + rest_during(row.attempts + 1)
    noted.update(state=row.state, attempts=row.attempts, error=row.error, begun_at=row.begun_at, next_at=row.next_at)
    return _Try(row, fell_due)


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
def _carry_out(begun: _Try, at: Instant) -> bool:
    """Carry out a try that is noted; whether that could be. Between note and try somebody may have come in between: a
    job that was replaced or called off is let go, and one whose account is busy by now is due as before.
    """
    row = begun.row
    with transaction.atomic():
        same = _unchanged(row)
        if not revisions.lock_if_free(row.account_id):
            same.update(begun_at=None, next_at=begun.fell_due)
            return False
        # Whoever looks for work holds, for as long as it looks, jobs that it saw as due and that are noted since. It
        # waits for nobody, so it is waited for: passing over would let the job rest although nothing has failed.
        if same.select_for_update().first() is None:
            return False
        job = Job(JobKind(row.kind), AccountId(row.account_id), row.key, row.details, row.due, row.attempts)
        more = HANDLERS[job.kind](job, at)
        same = QueuedJob.rows.of(row.account_id).filter(pk=row.pk)
        if more is None:
            same.delete()
        else:
            same.update(details=dict(more), next_at=row.due, attempts=0, error="", begun_at=None)
        return True


@command
def _note_failure(taken: QueuedJob, error: Exception, at: Instant) -> None:
    same = _unchanged(taken)
    row = same.select_for_update().first()
    if row is None:  # done, replaced or called off meanwhile
        return
    row.attempts += 1
    final = isinstance(error, Refused) or row.attempts >= TRIES
    said = one_line(error)
    same.update(
        attempts=row.attempts,
        error=said,
        begun_at=None,
        state=JobState.FAILED if final else JobState.WAITING,
        next_at=at if final else at + pause_after(row.attempts),
    )
    _tell(row, said, final=final)


def _unchanged(row: QueuedJob) -> QuerySet[QueuedJob]:
    """The job, if nobody has touched it since it was read: each try that is noted is another one."""
    mine = QueuedJob.rows.of(row.account_id).filter(pk=row.pk, state=row.state, attempts=row.attempts)
    return mine.filter(begun_at=row.begun_at) if row.begun_at else mine.filter(begun_at__isnull=True)


def _tell(row: QueuedJob, said: str, *, final: bool) -> None:
    log.warning("job %s (%s of %s) failed%s: %s", row.pk, row.kind, row.account_id, " for good" if final else "", said)
