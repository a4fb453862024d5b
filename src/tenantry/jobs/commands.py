"""Scheduling work and cancelling it, inside the transaction of whoever wants it."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from tenantry.jobs.kinds import JobKind
from tenantry.jobs.models import QueuedJob
from tenantry.rules.vocabulary import AccountId, Instant
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
