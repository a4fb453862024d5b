"""`tenantry jobs` and `tenantry worker`."""

import signal
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from tenantry.command_line.failures import Failure
from tenantry.command_line.installation import database_option, place, require_tables, with_django

if TYPE_CHECKING:
    from tenantry.jobs.models import QueuedJob

STOPPING = {signal.SIGTERM, signal.SIGINT}
HEADINGS = ("ID", "STATE", "KIND", "ACCOUNT", "KEY", "DUE", "NEXT TRY", "FAILED TRIES", "LAST ERROR")


@click.group(invoke_without_command=True)
@click.option("--failed", is_flag=True, help="Only jobs that have failed for good.")
@click.option("--kind", default="", metavar="KIND", help="Only jobs of this kind, such as share.end.")
@click.option("--account", default="", metavar="ACCOUNT", help="Only jobs of this account.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="Rows to show.")
@click.option("--after", default="", metavar="MARK", help="Go on where an earlier listing ended.")
@database_option
@click.pass_context
def jobs(context: click.Context, /, **asked: Any) -> None:  # noqa: ANN401 - options as click hands them over
    """Show what waits to be done and what has failed: first what is tried next.

    A job that is begun is in hand, or its process has ended and it rests.
    """
    if context.invoked_subcommand is None:
        _show(**asked)


@with_django
def _show(*, failed: bool, kind: str, account: str, limit: int, after: str) -> None:
    from tenantry.jobs.queries import queue

    require_tables()
    found = queue(failed=failed, kind=kind, account=account, place=after, size=limit)
    now = datetime.now(UTC)
    lines = [HEADINGS, *(_cells(row, now) for row in found.page.rows)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEADINGS))]
    if found.page.rows:
        for line in lines:
            click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    click.echo(f"{len(found.page.rows)} shown; {found.waiting} waiting, {found.failed} failed")
    if found.page.next:
        click.echo(f"More with --after {found.page.next}")


def _cells(row: "QueuedJob", now: datetime) -> Sequence[str]:
    waits = row.state == "waiting"
    state = "due" if waits and row.next_at <= now else "begun" if row.begun_at is not None else row.state
    soon = _time(row.next_at) if waits else "never"
    return (str(row.pk), state, row.kind, row.account_id, row.key, _time(row.due), soon, str(row.attempts), row.error)


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


@jobs.command()
@click.argument("job", metavar="ID", type=click.IntRange(1, 2**63 - 1))
@database_option
@with_django
def retry(job: int) -> None:
    """Have job ID tried again at once, whether it has failed for good or rests before its next try."""
    from tenantry.jobs.operating import retry
    from tenantry.rules.vocabulary import OPERATOR

    require_tables()
    if not retry(actor=OPERATOR, at=datetime.now(UTC), job=job):
        raise Failure(_unknown(job))
    click.echo(f"Job {job} is due now.")


@jobs.command()
@click.argument("job", metavar="ID", type=click.IntRange(1, 2**63 - 1))
@database_option
@with_django
def cancel(job: int) -> None:
    """Take job ID out of the queue: it will not be done, and a release that it was to carry out is cancelled.

    The end of a share and the pending release of a pack are refused.
    """
    from tenantry.jobs.operating import call_off
    from tenantry.rules.vocabulary import OPERATOR

    require_tables()
    if not call_off(actor=OPERATOR, at=datetime.now(UTC), job=job):
        raise Failure(_unknown(job))
    click.echo(f"Job {job} is called off.")


def _unknown(job: int) -> str:
    return f"There is no job {job}: it is done, or was called off. `tenantry jobs` shows what is there."


@click.command()
@database_option
@with_django
def worker() -> None:
    """Do what falls due, as `tenantry serve` does, without serving; beside it or instead, and as many as you like.

    So are estate files loaded that programs have sent. Content that nothing names any more, and sessions that are
    over, are removed once a day. SIGTERM and Ctrl-C end it after the step in hand; a load in hand is begun anew by
    whoever comes next.
    """
    from tenantry.content import daily
    from tenantry.jobs.running import keep_running
    from tenantry.loads import running as loading
    from tenantry.loads.commands import sweep_loads
    from tenantry.sessions.commands import sweep_sessions
    from tenantry.store import sweeping

    require_tables()
    stop = threading.Event()
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)  # they are waited for below, and interrupt nothing
    runner = threading.Thread(target=keep_running, args=(stop,), name="jobs")
    runner.start()
    daily.start()
    sweeping.start(sweep_sessions, sweep_loads)
    loading.start()
    click.echo(f"Doing the jobs of {place()} (Ctrl-C ends it)")
    while runner.is_alive() and signal.sigtimedwait(STOPPING, 1.0) is None:
        pass
    ended_by_itself = not runner.is_alive()
    stop.set()
    runner.join()
    if ended_by_itself:
        raise Failure("Jobs are not done any more, for the reason above.")
