"""Jobs: scheduled and called off, done once, in steps, with pauses, for good or not at all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import record
from tenantry.jobs import commands as jobs, operating, steps, tries
from tenantry.jobs.handlers import HANDLERS, WITHDRAWALS
from tenantry.jobs.kinds import Job, JobKind
from tenantry.jobs.models import QueuedJob
from tenantry.jobs.queries import LATE, queue, queue_health
from tenantry.jobs.running import run_due
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import OPERATOR, AccountId, Actor, Instant, Source, UserKey
from tenantry.store import revisions
from tests.store.factories import AT, DAY, TICK, an_account, changes, entries, watched

pytestmark = [pytest.mark.django_db, pytest.mark.store]

KIND = JobKind.SHARE_END
MANY = 1000


@dataclass
class Carrier:
    """A handler that writes an audit entry a step, tells what it got, and does what it is told to besides."""

    got: list[Job] = field(default_factory=list)
    act: Callable[[Job], Mapping[str, Any] | None] = lambda _: None

    def __call__(self, job: Job, at: Instant) -> Mapping[str, Any] | None:
        """Carry out a step."""
        self.got.append(job)
        record(Act.OBJECT_ADDED, actor=OPERATOR, account=job.account, at=at, container=job.key)
        return self.act(job)

    @property
    def keys(self) -> list[str]:
        """The keys of the jobs it got, in order."""
        return [job.key for job in self.got]


@pytest.fixture
def carrier(monkeypatch: pytest.MonkeyPatch) -> Carrier:
    """Carries out every job there is."""
    made = Carrier()
    monkeypatch.setattr(steps, "HANDLERS", dict.fromkeys(JobKind, made))
    return made


@pytest.fixture
def here(carrier: Carrier) -> AccountId:
    """An account whose jobs the carrier carries out."""
    del carrier
    return an_account("Here")


def plan(account: AccountId, key: str, due: Instant = AT, **details: object) -> None:
    """Schedule a job."""
    jobs.schedule(kind=KIND, account=account, key=key, due=due, details=details)


def effects(account: AccountId) -> list[str]:
    """What was committed, by key."""
    return [entry.container for entry in entries(account) if entry.type == "object"]


def row(key: str) -> QueuedJob:
    """A job as stored."""
    return queue().page.rows[[one.key for one in queue().page.rows].index(key)]


def test_every_kind_has_a_handler() -> None:
    """A job that nobody can carry out is not to be scheduled."""
    assert set(HANDLERS) == set(JobKind)


def test_a_job_is_done_once_when_it_is_due(here: AccountId, carrier: Carrier) -> None:
    """Not an instant before, not again after, with what it was given."""
    plan(here, "k", AT + DAY, what="x")
    assert run_due(AT + DAY - TICK, MANY) == 0
    assert run_due(AT + DAY, MANY) == 1
    assert carrier.got == [Job(KIND, here, "k", {"what": "x"}, AT + DAY, 0)]
    assert run_due(AT + 9 * DAY, MANY) == 0
    assert effects(here) == ["k"]
    assert not queue().page.rows


def test_looking_for_work_where_there_is_none_writes_and_locks_nothing(here: AccountId) -> None:
    """One look, which keeps nobody from writing."""
    plan(here, "later", AT + DAY)
    with CaptureQueriesContext(connection) as queries:
        assert run_due(AT, MANY) == 0
    [query] = queries
    assert query["sql"].startswith("SELECT")
    assert "FOR UPDATE" not in query["sql"]


def test_a_job_scheduled_again_is_replaced(here: AccountId, carrier: Carrier) -> None:
    """The same kind, account and key is one job; another account's or key's is another one."""
    there = an_account("There")
    plan(here, "k", AT, n=1)
    plan(here, "k", AT + DAY, n=2)
    plan(here, "other", AT + DAY, n=3)
    plan(there, "k", AT, n=4)
    assert run_due(AT, MANY) == 1
    assert [(job.account, job.details["n"]) for job in carrier.got] == [(there, 4)]
    assert run_due(AT + DAY, MANY) == 2
    assert [job.details["n"] for job in carrier.got] == [4, 2, 3]


def test_a_failed_job_is_replaced_as_well(here: AccountId, carrier: Carrier) -> None:
    """With all its tries before it."""
    carrier.act = _refuse
    plan(here, "k")
    run_due(AT, MANY)
    assert row("k").state == "failed"
    plan(here, "k", AT + DAY)
    assert (row("k").state, row("k").attempts, row("k").error) == ("waiting", 0, "")


def test_a_cancelled_job_is_not_done(here: AccountId) -> None:
    """And only who called it off is told that there was one."""
    plan(here, "k")
    there = an_account("There")
    assert jobs.cancel(kind=KIND, account=there, key="k") is False
    assert jobs.cancel(kind=KIND, account=here, key="other") is False
    assert jobs.cancel(kind=KIND, account=here, key="k") is True
    assert jobs.cancel(kind=KIND, account=here, key="k") is False
    assert run_due(AT + DAY, MANY) == 0


def test_what_is_not_committed_leaves_no_job(here: AccountId) -> None:
    """Scheduling and calling off are part of the transaction of whoever wants it."""
    plan(here, "stays")
    with transaction.atomic():
        plan(here, "goes")
        jobs.cancel(kind=KIND, account=here, key="stays")
        transaction.set_rollback(True)
    assert [one.key for one in queue().page.rows] == ["stays"]


def test_many_are_scheduled_in_a_few_statements(here: AccountId, carrier: Carrier) -> None:
    """However many; the last of the same key counts, and those there are replaced."""
    there = an_account("There")
    plan(here, "1", AT, old=True)
    plan(there, "1", AT, old=False)
    found = []
    for count in (2, 300):
        with CaptureQueriesContext(connection) as queries:
            wanted = [jobs.Wanted(here, str(n), AT) for n in range(count)]
            elsewhere = jobs.Wanted(there, "0", AT)
            jobs.schedule_many(kind=KIND, jobs=[jobs.Wanted(here, "0", AT, {"first": True}), elsewhere, *wanted])
        found.append(len(queries))
    assert found[0] == found[1] <= 4
    assert run_due(AT, MANY) == 302
    assert sorted(carrier.keys) == sorted([*(str(n) for n in range(300)), "0", "1"])
    assert [job.details for job in carrier.got if job.details] == [{"old": False}]


def test_what_fell_due_first_is_done_first(here: AccountId, carrier: Carrier) -> None:
    """Among those of one instant, what was scheduled first; and no more than was asked for."""
    for key, due in (("c", AT + DAY), ("b", AT), ("d", AT + DAY), ("a", AT - DAY)):
        plan(here, key, due)
    assert run_due(AT + DAY, 3) == 3
    assert carrier.keys == ["a", "b", "c"]


# ---- steps ---------------------------------------------------------------------------------------------------------


def _countdown(job: Job) -> Mapping[str, Any] | None:
    left = job.details["left"] - 1
    return {"left": left} if left else None


def test_a_job_in_steps_goes_on_from_what_it_had_reached(here: AccountId, carrier: Carrier) -> None:
    """Each step is a transaction of its own and gets what the one before has returned; the oldest job ends first."""
    carrier.act = _countdown
    plan(here, "long", AT, left=3)
    plan(here, "short", AT + TICK, left=1)
    assert run_due(AT + DAY, 2) == 2
    assert row("long").details == {"left": 1}
    assert run_due(AT + DAY, MANY) == 2
    assert [(job.key, job.details["left"]) for job in carrier.got] == [
        ("long", 3),
        ("long", 2),
        ("long", 1),
        ("short", 1),
    ]
    assert effects(here) == carrier.keys


def test_a_job_may_schedule_itself_again(here: AccountId, carrier: Carrier) -> None:
    """What comes round every day: done now, and there again for tomorrow; or called off by its own step."""

    def again(job: Job) -> None:
        plan(job.account, job.key, job.due + DAY)

    carrier.act = again
    plan(here, "daily")
    assert run_due(AT + TICK, MANY) == 1
    assert (row("daily").due, row("daily").next_at) == (AT + DAY, AT + DAY)
    carrier.act = lambda job: {"more": jobs.cancel(kind=job.kind, account=job.account, key=job.key)}
    assert run_due(AT + DAY, MANY) == 1
    assert not queue().page.rows


# ---- failures ------------------------------------------------------------------------------------------------------


def _break(_: Job) -> None:
    msg = "the disk\nis full"
    raise OSError(msg)


def _refuse(_: Job) -> None:
    raise Refused(no.OperatorOnly(act="fly"))


def test_a_failing_job_is_tried_again_after_growing_pauses_and_then_stands_as_failed(
    here: AccountId, carrier: Carrier
) -> None:
    """What it wrote is undone; everything else is done meanwhile."""
    carrier.act = _break
    plan(here, "bad")
    now, pauses = AT, []
    for attempt in range(1, tries.TRIES):
        assert run_due(now, MANY) == 1
        found = row("bad")
        assert (found.state, found.attempts, found.error, found.due) == ("waiting", attempt, "OSError: the disk", AT)
        assert run_due(found.next_at - TICK, MANY) == 0
        pauses.append(found.next_at - now)
        now = found.next_at
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (timedelta(seconds=1), timedelta(hours=1))
    assert run_due(now, MANY) == 1
    assert (row("bad").state, row("bad").attempts, row("bad").next_at) == ("failed", tries.TRIES, now)
    assert [job.attempts for job in carrier.got] == list(range(tries.TRIES))
    carrier.act = lambda _: None
    plan(here, "good", now)
    assert run_due(now + 99 * DAY, MANY) == 1
    assert effects(here) == ["good"]


def test_a_job_that_gets_on_has_all_its_tries_again(here: AccountId, carrier: Carrier) -> None:
    """Tries are counted between two steps that succeed."""
    carrier.act = _break
    plan(here, "k", AT, left=2)
    run_due(AT, MANY)
    carrier.act = _countdown
    assert run_due(AT + DAY, 1) == 1
    assert (row("k").attempts, row("k").error, row("k").next_at) == (0, "", AT)


def test_a_refusal_is_final_at_once(here: AccountId, carrier: Carrier) -> None:
    """Asking again would give the same."""
    carrier.act = _refuse
    plan(here, "k")
    assert run_due(AT, MANY) == 1
    found = row("k")
    assert (found.state, found.attempts) == ("failed", 1)
    assert found.error == f"Refused: {no.OperatorOnly(act='fly').message} ({no.OperatorOnly.rule})"
    assert effects(here) == []


class Death(BaseException):
    """The end of a process in the middle of a step: nothing catches it."""


def _die(_: Job) -> None:
    raise Death


def die(at: Instant) -> None:
    """Have a process try what is due, and die of it."""
    with pytest.raises(Death):
        run_due(at, MANY)


def test_a_job_whose_process_dies_rests_and_others_come_first(here: AccountId, carrier: Carrier) -> None:
    """Its try was noted before it began, and nothing else is left of it: the next look is for what is due after it."""
    carrier.act = _die
    plan(here, "bad")
    plan(here, "good", AT + TICK)
    die(AT + DAY)
    found = row("bad")
    assert (found.state, found.begun_at, found.next_at) == ("waiting", AT + DAY, AT + DAY + tries.FIRST_PAUSE)
    carrier.act = lambda _: None
    assert run_due(AT + DAY, MANY) == 1
    assert effects(here) == ["good"]
    assert run_due(found.next_at, MANY) == 1
    assert carrier.got[-1].attempts == 1
    assert effects(here) == ["good", "bad"]


def test_a_job_whose_process_dies_each_time_stands_as_failed_in_the_end(here: AccountId, carrier: Carrier) -> None:
    """After as many tries as one that fails, and the same pauses between them; and it says why."""
    carrier.act = _die
    plan(here, "bad")
    now, pauses = AT, []
    for attempt in range(tries.TRIES):
        assert row("bad").attempts == max(0, attempt - 1)
        die(now)
        assert run_due(row("bad").next_at - TICK, MANY) == 0
        pauses.append(row("bad").next_at - now)
        now = row("bad").next_at
    assert pauses == [*map(tries.pause_after, range(1, tries.TRIES)), tries.LAST_REST]
    assert row("bad").state == "waiting"
    assert run_due(now, 1) == 1
    found = row("bad")
    assert (found.state, found.attempts, found.error) == ("failed", tries.TRIES, tries.DIED)
    assert (found.begun_at, found.next_at) == (None, now)
    assert [job.attempts for job in carrier.got] == list(range(tries.TRIES))
    assert run_due(now + 99 * DAY, MANY) == 0
    carrier.act = lambda _: None
    operating.retry(actor=OPERATOR, at=now, job=found.pk)
    assert run_due(now, MANY) == 1
    assert effects(here) == ["bad"]


def test_deaths_and_failures_are_counted_together(here: AccountId, carrier: Carrier) -> None:
    """Whatever ended a try; and what gets on has all its tries again."""
    plan(here, "k", AT, left=2)
    carrier.act = _die
    die(AT)
    carrier.act = _break
    assert run_due(AT + DAY, MANY) == 1
    assert (row("k").attempts, row("k").error, row("k").begun_at) == (2, "OSError: the disk", None)
    carrier.act = _die
    die(AT + 2 * DAY)
    carrier.act = _countdown
    assert run_due(AT + 3 * DAY, 1) == 1
    assert (row("k").attempts, row("k").error, row("k").begun_at, row("k").next_at) == (0, "", None, AT)


def test_a_job_retried_after_a_death_has_all_its_tries_again(here: AccountId, carrier: Carrier) -> None:
    """Also the one that is not counted yet."""
    carrier.act = _die
    plan(here, "k")
    die(AT)
    operating.retry(actor=OPERATOR, at=AT, job=row("k").pk)
    carrier.act = lambda _: None
    assert run_due(AT, MANY) == 1
    assert carrier.got[-1].attempts == 0


def test_a_try_that_cannot_begin_because_its_account_is_busy_by_now_does_not_count(
    here: AccountId, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody came in between its note and its work: it is due as before, in its order."""
    plan(here, "k")
    answers = iter([True, False, False])
    with monkeypatch.context() as patch:
        patch.setattr(revisions, "lock_if_free", lambda _: next(answers))
        assert run_due(AT + DAY, MANY) == 0
    assert (row("k").attempts, row("k").begun_at, row("k").next_at, carrier.got) == (0, None, AT, [])
    assert run_due(AT + DAY, MANY) == 1
    assert carrier.got[-1].attempts == 0


def test_a_try_that_comes_too_late_to_its_job_lets_it_go(here: AccountId, carrier: Carrier) -> None:
    """A process that was held up after its note finds that another has taken the job, or that it was replaced."""
    plan(here, "k")
    late = steps._begin(AT)
    assert late is not None
    other = steps._begin(AT + DAY)
    assert other is not None
    assert steps._carry_out(late, AT) is False
    assert steps._carry_out(other, AT + DAY) is True
    plan(here, "k")
    late = steps._begin(AT)
    assert late is not None
    plan(here, "k", AT + DAY)
    assert steps._carry_out(late, AT) is False
    assert (carrier.keys, row("k").due) == (["k"], AT + DAY)


def test_a_job_done_or_replaced_before_its_failure_is_noted_is_left_alone(here: AccountId) -> None:
    """The note is a transaction of its own, and somebody may have come in between."""
    plan(here, "k")
    taken = row("k")
    plan(here, "k", AT + DAY)
    steps._note_failure(taken, OSError(), AT)
    assert (row("k").attempts, row("k").due) == (0, AT + DAY)


def test_a_kind_of_another_version_is_left_to_it(here: AccountId, carrier: Carrier) -> None:
    """It waits, keeps nothing else waiting, and is overdue for everybody to see."""
    plan(here, "k")
    QueuedJob.rows.of(here).update(kind="of.tomorrow")
    plan(here, "known")
    assert run_due(AT + DAY, MANY) == 1
    assert carrier.keys == ["known"]
    assert queue_health(AT + DAY).overdue == 1


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError(), "ValueError"),
        (ValueError("  a \t b\nc"), "ValueError: a b"),
        (OSError("postgresql://ann:s3cret@host/db is gone"), "OSError: postgresql://...@host/db is gone"),
        (OSError("see /welcome/s3cret/s3cret"), "OSError: see /welcome/..."),
        (OSError("sent Authorization: Bearer s3cret"), "OSError: sent Authorization: Bearer ..."),
        (KeyError("password=s3cret, user=ann"), "KeyError: 'password=... user=ann'"),
        (OSError('{"api_token": "s3cret"}'), 'OSError: {"api_token": ...'),
        (OSError("x" * 999), f"OSError: {'x' * 288}..."),
    ],
)
def test_errors_are_one_short_line_without_secrets(error: Exception, said: str) -> None:
    """What operators read, and what may be written down for them."""
    assert tries.one_line(error) == said
    assert len(said) <= tries.TEXT_LIMIT


# ---- operators -----------------------------------------------------------------------------------------------------


def test_an_operator_retries_and_calls_off(here: AccountId, carrier: Carrier) -> None:
    """By the number in the queue; each is recorded in the account; of what is not there they are told so."""
    carrier.act = _refuse
    plan(here, "k")
    run_due(AT, MANY)
    number = row("k").pk
    with watched() as written:
        assert operating.retry(actor=OPERATOR, at=AT + DAY, job=number) is True
    assert changes(written.only(here)) == {"state": ("failed", "waiting")}
    carrier.act = lambda _: None
    assert run_due(AT + DAY - TICK, MANY) == 0
    assert run_due(AT + DAY, MANY) == 1
    for kind in (JobKind.CONNECTOR_RELEASE, JobKind.PACK_RELEASE):
        jobs.schedule(kind=kind, account=here, key="k", due=AT, details={"release": 0})
        with watched() as written:
            assert operating.call_off(actor=OPERATOR, at=AT, job=row("k").pk) is True
        entry = written.only(here)
        assert (entry.container, changes(entry)) == (f"{kind} k", {"due": (AT.isoformat(), None)})
    assert (
        operating.call_off(actor=OPERATOR, at=AT, job=number)
        is operating.retry(actor=OPERATOR, at=AT, job=number)
        is False
    )


def test_every_kind_says_what_calling_it_off_means() -> None:
    """Else what wanted the job would go on telling of it."""
    assert set(WITHDRAWALS) == set(JobKind)


def test_share_18_the_end_of_a_share_is_not_called_off(here: AccountId, carrier: Carrier) -> None:
    """Not while it waits, nor when it has failed: what it has to delete is there all the same."""
    carrier.act = _refuse
    plan(here, "k")
    for state in ("waiting", "failed"):
        assert row("k").state == state
        with pytest.raises(Refused) as caught, watched() as written:
            operating.call_off(actor=OPERATOR, at=AT, job=row("k").pk)
        assert caught.value.refusal == no.EndOfShareStays()
        assert not written.entries
        run_due(AT, MANY)
    assert row("k").state == "failed"


def test_a_job_of_another_version_is_called_off_without_telling_anybody(here: AccountId) -> None:
    """Nobody here knows what it would have done."""
    plan(here, "k")
    QueuedJob.rows.of(here).update(kind="of.tomorrow")
    assert operating.call_off(actor=OPERATOR, at=AT, job=row("k").pk) is True
    assert not queue().page.rows


def test_nobody_else_retries_or_calls_off(here: AccountId) -> None:
    """Not even an administrator: what wants the job has its own commands."""
    plan(here, "k")
    for verb in (operating.retry, operating.call_off):
        with pytest.raises(Refused) as caught:
            verb(actor=Actor(UserKey("ann@example.com"), Source.UI), at=AT, job=row("k").pk)
        assert isinstance(caught.value.refusal, no.OperatorOnly)


def test_the_queue_is_shown_page_by_page(here: AccountId, carrier: Carrier) -> None:
    """In the order of the next try, narrowed by account, kind and failure, with counts; in as many queries whatever
    its length.
    """
    carrier.act = _refuse
    there = an_account("There")
    for n in range(5):
        plan(here, f"bad{n}", AT + n * DAY)
    run_due(AT + 2 * DAY, MANY)
    plan(there, "other", AT)
    keys: list[str] = []
    place = ""
    while True:
        with CaptureQueriesContext(connection) as queries:
            found = queue(place=place, size=2)
        assert len(queries) == 3
        keys += [one.key for one in found.page.rows]
        assert (found.waiting, found.failed) == (3, 3)
        if not (place := found.page.next):
            break
    assert keys == ["other", "bad0", "bad1", "bad2", "bad3", "bad4"]
    assert [one.key for one in queue(failed=True).page.rows] == ["bad0", "bad1", "bad2"]
    alone = queue(account=there, kind=KIND)
    assert ([one.key for one in alone.page.rows], alone.waiting, alone.failed) == (["other"], 1, 0)
    assert queue(kind="other").page.rows == ()


def test_an_operator_is_told_of_what_is_late_and_what_has_failed(here: AccountId, carrier: Carrier) -> None:
    """Late is what nobody has taken for a minute; what rests before its next try is not."""
    carrier.act = _refuse
    plan(here, "bad")
    run_due(AT, MANY)
    plan(here, "slow", AT)
    plan(here, "later", AT + DAY)
    assert queue_health(AT + LATE).overdue == 0
    health = queue_health(AT + LATE + TICK)
    assert (health.overdue, health.since, health.failed) == (1, AT, 1)
