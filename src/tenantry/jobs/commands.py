"""Scheduling work and calling it off, inside the transaction of whoever wants it; and what operators do to a job."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import Changes, record
from tenantry.jobs.kinds import JobKind, JobState
from tenantry.jobs.models import QueuedJob
from tenantry.rules import refusals
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.store.bulk import insert_rows
from tenantry.store.crossings import Crossing
from tenantry.store.lines import portions
from tenantry.store.transaction import command


class Wanted(NamedTuple):
    """One of many jobs of a kind that are scheduled together."""

    account: AccountId | str
    key: str
    due: Instant
    details: Mapping[str, Any] | None = None


@command
def schedule(
    *, kind: JobKind, account: AccountId, key: str, due: Instant, details: Mapping[str, Any] | None = None
) -> None:
    """Have something done for an account at or after `due`, if the transaction of whoever wants it is committed.

    A job of the same kind, account and key that waits or has failed is replaced, whatever it had reached. Within its
    own handler a job may be scheduled again: it then stays, whatever the handler returns.
    """
    schedule_many(kind=kind, jobs=[Wanted(account, key, due, details)])


@command
def schedule_many(*, kind: JobKind, jobs: Iterable[Wanted]) -> None:
    """Have many things of one kind done, each as `schedule` would, in a few statements whatever their number.

    Of those that fall due at the same instant the first in order is done first.
    """
    last = {(str(job.account), job.key): job for job in jobs}
    wanted = list(last.values())
    for some in portions(wanted, 400):
        there = QueuedJob.rows.across(Crossing.JOBS).filter(
            kind=kind, account__in={job.account for job in some}, key__in={job.key for job in some}
        )
        replaced = [row for row, account, key in there.values_list("id", "account_id", "key") if (account, key) in last]
        for rows in portions(replaced):
            QueuedJob.rows.across(Crossing.JOBS).filter(id__in=rows).delete()
    columns = ("account_id", "kind", "key", "details", "due", "next_at")
    insert_rows(
        QueuedJob,
        columns,
        ((job.account, kind.value, job.key, dict(job.details or {}), job.due, job.due) for job in wanted),
    )


@command
def cancel(*, kind: JobKind, account: AccountId, key: str) -> bool:
    """Call a job off, whether it waits or has failed; whether there was one that is not done."""
    gone, _ = QueuedJob.rows.of(account).filter(kind=kind, key=key).delete()
    return gone > 0


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
    """Take a job out of the queue: it will not be done. Whether there was such a job.

    For the platform operator alone, who names it by its number in the queue.
    """
    _check_operator(actor, "call off a job")
    row = _held(job)
    if row is None:
        return False
    QueuedJob.rows.of(row.account_id).filter(pk=row.pk).delete()
    _record(Act.JOB_CANCELLED, row, {"due": (row.due.isoformat(), None)}, actor=actor, at=at)
    return True


def _check_operator(actor: Actor, act: str) -> None:
    if actor.user is not None:
        raise refusals.Refused(refusals.OperatorOnly(act=act))


def _held(job: int) -> QueuedJob | None:
    return QueuedJob.rows.across(Crossing.JOBS).select_for_update().filter(pk=job).first()


def _record(act: Act, row: QueuedJob, changes: Changes, *, actor: Actor, at: Instant) -> None:
    record(act, actor=actor, account=row.account_id, at=at, container=f"{row.kind} {row.key}", changes=changes)
