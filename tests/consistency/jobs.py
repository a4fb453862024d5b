"""What a worker process does with jobs, and a `tenantry worker` whose steps can be watched and counted.

Imported by `worker.py`. As a program, with the words of a command, it is `tenantry` with the handler below; without
any, it waits for lines and begins a process of `tenantry worker` for each. Not a test itself.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

AT = datetime(2026, 5, 20, 12, tzinfo=UTC)


def install() -> None:
    """Have every job carried out by `counted`."""
    from tenantry.jobs import steps
    from tenantry.jobs.kinds import JobKind

    vars(steps)["HANDLERS"] = dict.fromkeys(JobKind, counted)


def counted(job: Any, at: datetime) -> Mapping[str, Any] | None:
    """Leave two rows that nobody can take away, one before and one after some time, and tell standard output between.

    `left` steps are to be done, each of which takes `seconds`; negative, it is the end of the process.
    """
    from tenantry.audit.catalogue import Act
    from tenantry.audit.trail import record
    from tenantry.rules.vocabulary import OPERATOR

    left, seconds = job.details["left"], job.details["seconds"]
    for half in ("begun", "done"):
        record(Act.OBJECT_ADDED, actor=OPERATOR, account=job.account, at=at, container=f"{job.key} {left} {half}")
        if half == "begun" and seconds < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        if half == "begun" and seconds:
            os.write(1, b"in the middle\n")
            time.sleep(seconds)
    return {"left": left - 1, "seconds": seconds} if left > 1 else None


def clear() -> None:
    """Leave no job of an earlier test."""
    from tenantry.jobs.models import QueuedJob
    from tenantry.store.crossings import Crossing

    QueuedJob.rows.across(Crossing.JOBS).delete()


def plant(account: str, number: int, left: int = 1, seconds: float = 0, first: int = 0) -> None:
    """Schedule so many jobs, which have been due for long; `first` is the number of the first."""
    from tenantry.jobs.commands import Wanted, schedule_many
    from tenantry.jobs.kinds import JobKind

    details = {"left": left, "seconds": seconds}
    wanted = [Wanted(account, str(n), AT + timedelta(seconds=n % 7), details) for n in range(first, first + number)]
    schedule_many(kind=JobKind.SHARE_END, jobs=wanted)


def waiting(account: str) -> list[int]:
    """How many steps are left of each job."""
    from tenantry.jobs.models import QueuedJob

    return [row.details["left"] for row in QueuedJob.rows.of(account).order_by("id")]


def told(account: str) -> list[str]:
    """What the steps have left."""
    from tenantry.audit.models import Entry

    return list(Entry.rows.of(account).filter(type="object").order_by("id").values_list("container", flat=True))


def race(moment: int, threads: int) -> list[int]:
    """Do what is due in so many threads at once, all beginning at a moment agreed on: how many steps each has done."""
    from django.db import connection

    from tenantry.jobs.running import run_due

    done: list[int] = []

    def run() -> None:
        while time.monotonic_ns() < moment:
            pass
        done.append(run_due(datetime.now(UTC), 1000))
        connection.close()

    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return done


def hold(account: str, seconds: float) -> None:
    """Be at work in an account for some time, and say so first."""
    from django.db import transaction

    from tenantry.store import revisions

    with transaction.atomic():
        revisions.lock(account)
        os.write(1, b'"holds"\n')
        time.sleep(seconds)


def do_due() -> int:
    """Do what is due and can be done now: how many steps."""
    from tenantry.jobs.running import run_due

    return run_due(datetime.now(UTC), 1000)


def die_of(account: str) -> list[Any]:
    """Let one process after the other do one step, as soon as the job that falls due first may be tried again, until it
    stands as failed: how each has ended, what has become of the job, and what was left of others once the first had
    ended.
    """
    from django.db import connection

    from tenantry.jobs.models import QueuedJob
    from tenantry.jobs.running import run_due

    ended: list[int] = []
    others: list[str] = []
    job = QueuedJob.rows.of(account).order_by("due", "id")[0]
    now = AT + timedelta(seconds=10)
    while job.state == "waiting" and len(ended) < 50:
        connection.close()
        child = os.fork()
        if not child:
            run_due(now, 1)
            os._exit(0)
        ended.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        if len(ended) == 1:
            run_due(now, 1000)
            others = told(account)
        job = QueuedJob.rows.of(account).get(pk=job.pk)
        now = job.next_at
    return [ended, [job.state, job.attempts, job.error], others]


def ends_of_before(account: str, member: str) -> list[dict[str, Any]]:
    """Go back to when ended shares had a table of their own, put two there, come back: what has become of them; then
    go back once more and count them.
    """
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", "sharing", "0001", verbosity=0)
    with connection.cursor() as cursor:
        for role, of_member, reached in (("r", member, 7), ("", None, 0)):
            cursor.execute(
                'INSERT INTO share_end (account_id, role, member_id, cause, "user", at, reached)'
                " VALUES (%s, %s, %s, 'because', 'operator', %s, %s)",
                [account, role, of_member, AT, reached],
            )
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, state, attempts FROM job WHERE account_id = %s ORDER BY id", [account])
        found: list[dict[str, Any]] = [{"stored": list(row)} for row in cursor.fetchall()]
    from tenantry.jobs.models import QueuedJob

    for one, row in zip(found, QueuedJob.rows.of(account).order_by("id"), strict=True):
        one |= {"details": row.details, "due": row.due.isoformat(), "next": row.next_at.isoformat()}
    call_command("migrate", "sharing", "0001", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT role, member_id, reached FROM share_end WHERE account_id = %s ORDER BY id", [account])
        back = {"back": [list(row) for row in cursor.fetchall()]}
    call_command("migrate", verbosity=0)
    QueuedJob.rows.of(account).delete()
    return [*found, back]


JOBS = (install, clear, plant, waiting, told, race, hold, do_due, die_of, ends_of_before)


def begin_as_told() -> None:
    """For each line of standard input begin a process of `tenantry worker`, say its number, and how it has ended.

    A process that is begun so has everything imported already: this is for tests that begin many.
    """
    for _ in sys.stdin:
        pid = os.fork()
        if not pid:
            tenantry("worker")
        os.write(1, f"{pid}\n".encode())
        os.write(1, f"ended {os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n".encode())


def tenantry(*words: str) -> None:
    """The command."""
    from tenantry.command_line import main

    sys.argv[1:] = words
    main()


if __name__ == "__main__":
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tenantry.web.settings"
    django.setup()
    install()
    if sys.argv[1:]:
        tenantry(*sys.argv[1:])
    begin_as_told()
