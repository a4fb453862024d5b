"""What operators do to a job in the queue: have it tried again, or call it off."""

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import Changes, record
from tenantry.jobs.handlers import WITHDRAWALS
from tenantry.jobs.kinds import Job, JobKind, JobState
from tenantry.jobs.models import QueuedJob
from tenantry.rules import refusals
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.store import revisions
from tenantry.store.crossings import Crossing
from tenantry.store.transaction import command


@command
def retry(*, actor: Actor, at: Instant, job: int) -> bool:
    """Have a job tried again at once, with all its tries before it; whether there is such a job.

    For the platform operator alone, who names it by its number in the queue. It goes on from what it had reached.
    """
    _check_operator(actor, "try a job again")
    row = _held(job)
    if row is None:
        return False
    same = QueuedJob.rows.of(row.account_id).filter(pk=row.pk)
    same.update(state=JobState.WAITING, attempts=0, begun_at=None, next_at=at)
    _record(Act.JOB_RETRIED, row, {"state": (row.state, JobState.WAITING.value)}, actor=actor, at=at)
    return True


@command
def call_off(*, actor: Actor, at: Instant, job: int) -> bool:
    """Take a job out of the queue: it will not be done, and what wanted it is withdrawn. Whether there was such a job.

    For the platform operator alone, who names it by its number in the queue. The planned release of a connector is
    cancelled (CONN-4). Refuses what has to happen: the end of a share (SHARE-18), and the pending release of a pack
    (PACK-5). A job of a kind that this version does not know is taken out, and nobody told.
    """
    _check_operator(actor, "call off a job")
    row = _held(job)
    if row is None:
        return False
    withdrawn = _withdrawn(row, actor=actor, at=at)
    QueuedJob.rows.of(row.account_id).filter(pk=row.pk).delete()
    if not withdrawn:
        _record(Act.JOB_CANCELLED, row, {"due": (row.due.isoformat(), None)}, actor=actor, at=at)
    return True


def _withdrawn(row: QueuedJob, *, actor: Actor, at: Instant) -> bool:
    if row.kind not in {kind.value for kind in WITHDRAWALS}:
        return False
    job = Job(JobKind(row.kind), AccountId(row.account_id), row.key, row.details, row.due, row.attempts)
    return WITHDRAWALS[job.kind](job, actor, at)


def _check_operator(actor: Actor, act: str) -> None:
    if actor.user is not None:
        raise refusals.Refused(refusals.OperatorOnly(act=act))


def _held(job: int) -> QueuedJob | None:
    """The job, held after its account, as those hold them who schedule."""
    same = QueuedJob.rows.across(Crossing.JOBS).filter(pk=job)
    account = same.values_list("account_id", flat=True).first()
    if account is None:
        return None
    revisions.lock(account)
    return same.select_for_update().first()


def _record(act: Act, row: QueuedJob, changes: Changes, *, actor: Actor, at: Instant) -> None:
    record(act, actor=actor, account=row.account_id, at=at, container=f"{row.kind} {row.key}", changes=changes)
