"""PRIV-8 and ENV-13: what is reported, who sees which of it, documents, and work that is given to runtimes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenantry.deploy.commands import forget_environment
from tenantry.environments.commands import remove_environment, rename_environment
from tenantry.reporting.commands import finish_work, open_document, report_executions, request_work
from tenantry.reporting.models import Document, Execution, WorkRequest
from tenantry.reporting.queries import (
    Filters,
    came_of,
    counts,
    document_of,
    documents_of,
    execution_of,
    executions_page,
    open_work,
    work_on,
)
from tenantry.reporting.shown import duration, shown_execution, size, text_of
from tenantry.reporting.sight import Sight, require_action, sight
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.reporting import Outcome, Work
from tenantry.rules.vocabulary import OPERATOR, EnvironmentId
from tenantry.runtimes.commands import attach_runtime, detach_runtime, remove_runtime
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    DAY,
    SUPPORT,
    Somebody,
    a_role,
    a_user,
    changes,
    entries,
    everything,
    refused,
    watched,
    words,
)
from tests.store.workplaces import (
    Station,
    Workplace,
    a_document,
    a_run,
    a_runtime,
    a_workplace,
    an_environment,
    document_in,
    reported,
)

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def works(db: None) -> Workplace:
    """An account with an open environment."""
    return a_workplace()


@pytest.fixture
def runtime(works: Workplace) -> Station:
    """A runtime in the open environment."""
    return a_runtime(works.account, works.open)


def with_rights(works: Workplace, *privileges: str) -> Somebody:
    """Somebody of the account with these privileges alone."""
    return a_user(works.account, a_role(works.account, f"Role {len(entries(works.account))}", *privileges))


def seen(works: Workplace, who: Somebody) -> Sight:
    """What somebody sees."""
    return sight(actor=who.actor, account=works.account, at=AT)


def listed(works: Workplace, who: Somebody, filters: Filters = Filters()) -> list[str]:  # noqa: B008 - frozen
    """The numbers of the executions on somebody's first page."""
    found = seen(works, who)
    page = executions_page(works.account, None if found.everything else found.environments, filters)
    return [row.number for row in page.rows]


# ---- what runtimes report ------------------------------------------------------------------------------------------


def test_a_report_is_kept_where_the_runtime_is_attached(works: Workplace, runtime: Station) -> None:
    """With its documents, the names of environment and runtime, and no entry in the log."""
    with watched() as written:
        [row] = reported(works.account, runtime)
    assert written.entries == {}
    assert written.raised == {}
    assert (row.environment, row.environment_name, row.process, row.status) == (
        works.open,
        "Open",
        "Orders",
        "COMPLETE",
    )
    document = document_in(works.account, row)
    assert (document.name, bytes(document.content), document.size) == ("order.json", b'{"order": 1}', 12)


def test_saying_the_same_again_changes_nothing(works: Workplace, runtime: Station) -> None:
    """Neither the execution nor its documents appear twice."""
    reported(works.account, runtime)
    before = everything()
    tally = report_executions(at=AT + DAY, account=works.account, runtime=runtime.id, records=[a_run(), a_run()])
    assert (tally.new, tally.changed, tally.unchanged) == (0, 0, 2)
    assert everything() == before


def test_an_execution_that_runs_can_end_and_then_stays(works: Workplace, runtime: Station) -> None:
    """The end is taken over with its message and further documents; what has ended is not changed by later words."""
    reported(works.account, runtime, a_run(status=Outcome.STARTED, message="on its way"))
    more = (a_document(), a_document("out-1", b"done"))
    tally = report_executions(
        at=AT, account=works.account, runtime=runtime.id, records=[a_run(documents=more, message="done")]
    )
    assert (tally.new, tally.changed, tally.unchanged) == (0, 1, 0)
    [row] = Execution.rows.of(works.account)
    assert (row.status, row.message, row.ended_at) == ("COMPLETE", "done", AT + timedelta(seconds=2))
    assert [one.number for one in documents_of(works.account, row.pk)] == ["in-1", "out-1"]
    tally = report_executions(
        at=AT, account=works.account, runtime=runtime.id, records=[a_run(status=Outcome.ERROR, message="no, failed")]
    )
    assert tally.unchanged == 1
    assert Execution.rows.of(works.account).get().status == "COMPLETE"


def test_start_and_end_may_come_in_one_report(works: Workplace, runtime: Station) -> None:
    """In the order in which they are said."""
    [row] = reported(works.account, runtime, a_run(status=Outcome.STARTED), a_run(status=Outcome.ABORTED))
    assert row.status == "ABORTED"


def test_two_runtimes_may_use_the_same_id(works: Workplace, runtime: Station) -> None:
    """An id is a runtime's own."""
    other = a_runtime(works.account, works.open)
    reported(works.account, runtime)
    reported(works.account, other)
    assert Execution.rows.of(works.account).count() == 2


def test_a_runtime_attached_nowhere_reports_nothing(works: Workplace, runtime: Station) -> None:
    """Its executions would belong to no environment."""
    detach_runtime(actor=OPERATOR, at=AT, account=works.account, runtime=runtime.id)
    with refused(no.RuntimeUnattached, "ENV-3"):
        reported(works.account, runtime)
    remove_runtime(actor=OPERATOR, at=AT, account=works.account, runtime=runtime.id)
    with refused(no.RuntimeTokenRefused, "PRIV-6"):
        reported(works.account, runtime)


def test_executions_stay_where_they_ran_when_the_runtime_moves(works: Workplace, runtime: Station) -> None:
    """New ones land where it is attached at that moment; what is known stays in its environment."""
    elsewhere = an_environment(works.account, "Elsewhere")
    reported(works.account, runtime, a_run("one", status=Outcome.STARTED))
    attach_runtime(actor=OPERATOR, at=AT, account=works.account, runtime=runtime.id, environment=elsewhere)
    rows = reported(works.account, runtime, a_run("one"), a_run("two"))
    assert {row.number: row.environment_name for row in rows} == {"one": "Open", "two": "Elsewhere"}
    assert rows[0].status == "COMPLETE"


# ---- who sees what -------------------------------------------------------------------------------------------------


def test_scn_42_executions_of_a_closed_environment_are_absent(works: Workplace, runtime: Station) -> None:
    """Restricted to Dev: absent from Process Reporting for others, and a direct call is refused with 403's reason."""
    dev = a_role(works.account, "Dev", "VIEW_RESULT")
    closed = an_environment(works.account, "Closed", dev)
    there = a_runtime(works.account, closed)
    [hidden] = reported(works.account, there, a_run("hidden"))
    reported(works.account, runtime, a_run("plain"))
    outsider, insider = with_rights(works, "VIEW_RESULT"), a_user(works.account, dev)
    manager = with_rights(works, "VIEW_RESULT", "ENV_MANAGEMENT")
    assert listed(works, outsider) == ["plain"]
    assert set(listed(works, insider)) == set(listed(works, manager)) == {"plain", "hidden"}
    with refused(no.EnvironmentClosed, "ENV-9"):
        require_action("reporting.open", hidden.environment, actor=outsider.actor, account=works.account, at=AT)
    with refused(no.EnvironmentClosed, "ENV-9"):
        seen(works, outsider).chosen(closed)
    with refused(no.EnvironmentNotFound, "ENV-13"):
        seen(works, outsider).chosen("nowhere")
    assert require_action("reporting.open", closed, actor=insider.actor, account=works.account, at=AT)


def test_env_13_what_ran_in_a_deleted_environment_is_seen_by_who_sees_everything(
    works: Workplace, runtime: Station
) -> None:
    """Nobody can tell any more whom its list let in, so it takes Environment Management."""
    reader, manager = with_rights(works, "VIEW_RESULT"), with_rights(works, "VIEW_RESULT", "ENV_MANAGEMENT")
    [row] = reported(works.account, runtime)
    assert listed(works, reader) == ["run-1"]
    rename_environment(actor=OPERATOR, at=AT, account=works.account, environment=works.open, name="New name")
    assert shown_execution(row, seen(works, reader))["environment"] == "New name"
    detach_runtime(actor=OPERATOR, at=AT, account=works.account, runtime=runtime.id)
    forget_environment(at=AT, account=works.account, environment=works.open)
    remove_environment(actor=OPERATOR, at=AT, account=works.account, environment=works.open)
    assert listed(works, reader) == []
    assert listed(works, manager) == ["run-1"]
    assert shown_execution(row, seen(works, manager))["gone"]
    assert shown_execution(row, seen(works, manager))["environment"] == "Open"
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        require_action("reporting.open", row.environment, actor=reader.actor, account=works.account, at=AT)
    assert require_action("reporting.open", row.environment, actor=manager.actor, account=works.account, at=AT) is None
    an_environment(works.account, works.open)  # an environment called by the id of the one that is gone
    assert listed(works, reader) == []
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        require_action("reporting.open", row.environment, actor=reader.actor, account=works.account, at=AT)


def test_scn_43_privileges_of_a_role_elsewhere_count_behind_an_open_gate(works: Workplace) -> None:
    """Dev carries VIEW_DATA, Ops opens the environment: both together see the data there (ENV-12)."""
    dev = a_role(works.account, "Dev", "VIEW_DATA")
    ops = a_role(works.account, "Ops", "VIEW_RESULT")
    closed = an_environment(works.account, "Closed", ops)
    [row] = reported(works.account, a_runtime(works.account, closed))
    both = a_user(works.account, dev, ops)
    assert seen(works, both).held_in(closed) == {"VIEW_DATA", "VIEW_RESULT"}
    document = document_in(works.account, row)
    assert open_document(actor=both.actor, at=AT, account=works.account, document=document.pk).content
    assert seen(works, a_user(works.account, dev)).held_in(closed) == frozenset()


def test_filters_choose_by_environment_status_process_and_time(works: Workplace, runtime: Station) -> None:
    """Each by itself and together."""
    boss = a_user(works.account, ADMINISTRATOR)
    elsewhere = an_environment(works.account, "Elsewhere")
    reported(works.account, a_runtime(works.account, elsewhere), a_run("far"))
    runs = (
        a_run("old", started=AT - DAY),
        a_run("bad", Outcome.ERROR),
        a_run("bill", process="Invoices 100%"),
    )
    reported(works.account, runtime, *runs)
    assert set(listed(works, boss, Filters(environment=works.open))) == {"old", "bad", "bill"}
    assert listed(works, boss, Filters(status="ERROR")) == ["bad"]
    assert listed(works, boss, Filters(process="VOIC")) == ["bill"]
    assert listed(works, boss, Filters(process="0%")) == ["bill"]
    assert listed(works, boss, Filters(process="%o%")) == []
    assert listed(works, boss, Filters(until=AT)) == ["old"]
    assert set(listed(works, boss, Filters(since=AT))) == {"bad", "bill", "far"}
    assert listed(works, boss, Filters(since=AT, status="COMPLETE", environment=elsewhere)) == ["far"]


def test_pages_visit_each_execution_once_newest_first(works: Workplace, runtime: Station) -> None:
    """Also those that started at the same instant; and back again. A hand-made mark starts anew."""
    runs = [a_run(f"{n}", started=AT + timedelta(seconds=n // 3), documents=()) for n in range(120)]
    reported(works.account, runtime, *runs)
    found: list[str] = []
    mark = ""
    while True:
        page = executions_page(works.account, None, Filters(), mark)
        found += [row.number for row in page.rows]
        if not page.next:
            break
        mark = page.next
    assert len(found) == len(set(found)) == 120
    instants = [int(number) // 3 for number in found]
    assert instants == sorted(instants, reverse=True)
    back = executions_page(works.account, None, Filters(), page.previous)
    assert [row.number for row in back.rows] == found[50:100]
    for bad in ("WzEsMl0", "W2ZhbHNlLCJub3QgYSB0aW1lIiwxXQ", "%%%"):
        assert [row.number for row in executions_page(works.account, None, Filters(), bad).rows] == found[:50]


def test_api_8_another_accounts_executions_are_not_there(works: Workplace, runtime: Station) -> None:
    """By list, by number, by document, by work."""
    theirs = a_workplace("Theirs")
    [row] = reported(works.account, runtime)
    document = document_in(works.account, row)
    boss = a_user(theirs.account, ADMINISTRATOR)
    assert listed(theirs, boss) == []
    with refused(no.ExecutionNotFound, "ENV-13"):
        execution_of(theirs.account, row.pk)
    with refused(no.ExecutionNotFound, "ENV-13"):
        execution_of(works.account, 2**70)
    for number in (document.pk, 2**70):
        with refused(no.DocumentNotFound, "ENV-13"):
            open_document(actor=boss.actor, at=AT, account=theirs.account, document=number)
    with refused(no.DocumentNotFound, "ENV-13"):
        request_work(actor=boss.actor, at=AT, account=theirs.account, document=document.pk, kind=Work.RERUN)
    with refused(no.NoRoles, "ENTRY-1"):
        open_document(actor=boss.actor, at=AT, account=works.account, document=document.pk)
    with refused(no.WorkNotFound, "PRIV-8"):
        finish_work(
            at=AT, account=theirs.account, runtime=runtime.id, work="anything", outcome=Outcome.COMPLETE, message=""
        )


# ---- documents -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("download", "action"), [(False, "VIEW"), (True, "DOWNLOAD")])
def test_priv_8_documents_need_view_data_and_both_answers_are_recorded(
    works: Workplace,
    runtime: Station,
    download: bool,  # noqa: FBT001
    action: str,
) -> None:
    """Success and failure, by type, action and modifier of chapter 17; a failure gives nothing away."""
    [row] = reported(works.account, runtime)
    document = document_in(works.account, row).pk
    allowed, reader = with_rights(works, "VIEW_RESULT", "VIEW_DATA"), with_rights(works, "VIEW_RESULT")
    only_data = with_rights(works, "VIEW_DATA")
    with watched() as written:
        given = open_document(actor=allowed.actor, at=AT, account=works.account, document=document, download=download)
    assert given.content == b'{"order": 1}'
    entry = written.only(works.account)
    assert words(entry) == ("as.document", action, "SUCCESS")
    assert entry.container == "order.json"
    assert changes(entry)["environment"] == (None, "Open")
    for who, missing in ((reader, "VIEW_DATA"), (only_data, "VIEW_RESULT")):
        with watched() as written, pytest.raises(Refused) as caught:
            open_document(actor=who.actor, at=AT, account=works.account, document=document, download=download)
        assert caught.value.refusal.details()["privilege"] == missing
        entry = written.only(works.account)
        assert words(entry) == ("as.document", action, "FAILURE")
        assert (entry.user, entry.message) == (who.actor.name, caught.value.refusal.message)


def test_priv_8_a_closed_environment_keeps_its_documents_and_records_the_attempt(works: Workplace) -> None:
    """View Data alone does not open the gate (ENV-13)."""
    closed = an_environment(works.account, "Closed", SUPPORT)
    [row] = reported(works.account, a_runtime(works.account, closed))
    who = with_rights(works, "VIEW_RESULT", "VIEW_DATA")
    with watched() as written, pytest.raises(Refused) as caught:
        open_document(actor=who.actor, at=AT, account=works.account, document=document_in(works.account, row).pk)
    assert isinstance(caught.value.refusal, no.EnvironmentClosed)
    assert words(written.only(works.account)) == ("as.document", "VIEW", "FAILURE")


# ---- work for runtimes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "rights", "lacking", "modifier"),
    [
        (Work.RERUN, ("VIEW_RESULT", "EXECUTE"), ("VIEW_RESULT", "VIEW_DATA"), "NONE"),
        (Work.TEST, ("VIEW_RESULT", "VIEW_DATA"), ("VIEW_RESULT", "EXECUTE"), "TEST"),
    ],
)
def test_priv_8_a_rerun_needs_execute_and_a_test_run_view_data(  # noqa: PLR0917 - a table's columns
    works: Workplace,
    runtime: Station,
    kind: Work,
    rights: tuple[str, ...],
    lacking: tuple[str, ...],
    modifier: str,
) -> None:
    """The runtime that reported the execution gets the work."""
    [row] = reported(works.account, runtime)
    document = document_in(works.account, row)
    who, other = with_rights(works, *rights), with_rights(works, *lacking)
    with refused(no.PrivilegeNotHeld, "ROLE-11"):
        request_work(actor=other.actor, at=AT, account=works.account, document=document.pk, kind=kind)
    with watched() as written:
        work = request_work(actor=who.actor, at=AT, account=works.account, document=document.pk, kind=kind)
    assert words(written.only(works.account)) == ("as.document", "EXECUTE", modifier)
    [open_] = open_work(works.account, runtime.id, works.open)
    assert (open_.pk, open_.kind, open_.document_id) == (work, kind, document.pk)


def test_work_goes_to_a_runtime_that_is_there(works: Workplace, runtime: Station) -> None:
    """Where the reporting runtime has left, another one of the environment; where there is none, it is refused."""
    boss = a_user(works.account, ADMINISTRATOR)
    elsewhere = an_environment(works.account, "Elsewhere")
    [row] = reported(works.account, runtime)
    document = document_in(works.account, row).pk
    attach_runtime(actor=OPERATOR, at=AT, account=works.account, runtime=runtime.id, environment=elsewhere)
    with refused(no.NoRuntimeThere, "ENV-3"):
        request_work(actor=boss.actor, at=AT, account=works.account, document=document, kind=Work.RERUN)
    other = a_runtime(works.account, works.open)
    work = request_work(actor=boss.actor, at=AT, account=works.account, document=document, kind=Work.RERUN)
    assert [one.pk for one in open_work(works.account, other.id, works.open)] == [work]
    assert open_work(works.account, runtime.id, elsewhere) == []
    assert open_work(works.account, other.id, elsewhere) == [], "work waits for the environment it is for"


def test_a_closed_environment_takes_no_work(works: Workplace) -> None:
    """The gate comes before the right."""
    closed = an_environment(works.account, "Closed", SUPPORT)
    [row] = reported(works.account, a_runtime(works.account, closed))
    document = document_in(works.account, row).pk
    who = with_rights(works, "VIEW_RESULT", "VIEW_DATA", "EXECUTE")
    for kind in Work:
        with refused(no.EnvironmentClosed, "ENV-9"):
            request_work(actor=who.actor, at=AT, account=works.account, document=document, kind=kind)


def test_what_carries_work_out_says_so_and_is_found_again(works: Workplace, runtime: Station) -> None:
    """The new execution knows what it is a re-run of; done is done."""
    boss = a_user(works.account, ADMINISTRATOR)
    [row] = reported(works.account, runtime)
    document = document_in(works.account, row).pk
    work = request_work(actor=boss.actor, at=AT, account=works.account, document=document, kind=Work.RERUN)
    rows = reported(works.account, runtime, a_run("again", work=work))
    assert (rows[1].work, rows[1].of_id) == ("RERUN", row.pk)
    assert [one.pk for one in came_of(works.account, row.pk)] == [rows[1].pk]
    finish_work(at=AT, account=works.account, runtime=runtime.id, work=work, outcome=Outcome.ERROR, message="no")
    finish_work(at=AT, account=works.account, runtime=runtime.id, work=work, outcome=Outcome.COMPLETE)
    [done] = work_on(works.account, row.pk)
    assert (done.outcome, done.message, done.done_at) == ("ERROR", "no", AT)
    assert open_work(works.account, runtime.id, works.open) == []


def test_work_of_another_runtime_is_not_there(works: Workplace, runtime: Station) -> None:
    """It can be neither done nor named in a report, of which then nothing is kept."""
    boss = a_user(works.account, ADMINISTRATOR)
    [row] = reported(works.account, runtime)
    document = document_in(works.account, row).pk
    work = request_work(actor=boss.actor, at=AT, account=works.account, document=document, kind=Work.TEST)
    other = a_runtime(works.account, works.open)
    with refused(no.WorkNotFound, "PRIV-8"):
        finish_work(at=AT, account=works.account, runtime=other.id, work=work, outcome=Outcome.COMPLETE)
    with refused(no.WorkNotFound, "PRIV-8"):
        reported(works.account, other, a_run("fine"), a_run("claims", work=work))


# ---- numbers and words ---------------------------------------------------------------------------------------------


def test_counts_are_by_environment_and_status_within_a_period(works: Workplace, runtime: Station) -> None:
    """One query; environments without any have zeros."""
    quiet = an_environment(works.account, "Quiet")
    closed = an_environment(works.account, "Closed", SUPPORT)
    reported(works.account, a_runtime(works.account, closed), a_run("hidden"))
    outcomes = [Outcome.COMPLETE] * 3 + [Outcome.ERROR] * 2 + [Outcome.STARTED]
    reported(works.account, runtime, *(a_run(f"{n}", one) for n, one in enumerate(outcomes)))
    reported(works.account, runtime, a_run("old", started=AT - 8 * DAY))
    who = seen(works, with_rights(works, "VIEW_RESULT", "DASHBOARD"))
    with CaptureQueriesContext(connection) as queries:
        found = {one.name: one for one in counts(works.account, who.environments, AT - DAY, AT + DAY)}
    assert len(queries) == 1
    assert set(found) == {"Open", "Quiet"}
    assert found["Open"].numbers == {"STARTED": 1, "COMPLETE": 3, "ERROR": 2, "ABORTED": 0}
    assert (found["Open"].total, found["Quiet"].total) == (6, 0)
    assert found["Quiet"].environment == quiet


def test_counts_begin_with_the_period_and_end_before_its_end(works: Workplace, runtime: Station) -> None:
    """From the first instant on, before the last."""
    reported(works.account, runtime)
    places = seen(works, a_user(works.account, ADMINISTRATOR)).environments
    assert counts(works.account, places, AT, AT + DAY)[0].total == 1
    assert counts(works.account, places, AT - DAY, AT)[0].total == 0


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 ms"), (0.35, "350 ms"), (1, "1.0 s"), (59.94, "59.9 s"), (185, "3 min 5 s"), (7260, "2 h 1 min")],
)
def test_durations_in_words(seconds: float, told: str) -> None:
    """Short ones exactly, long ones roughly."""
    assert duration(timedelta(seconds=seconds)) == told


def test_sizes_and_texts() -> None:
    """What is no text is not shown as one."""
    assert [size(n) for n in (0, 1023, 1024, 1536, 3 * 1024 * 1024)] == [
        "0 B",
        "1023 B",
        "1.0 KiB",
        "1.5 KiB",
        "3.0 MiB",
    ]
    assert text_of("Grüße".encode()) == "Grüße"
    assert text_of(b"\xff\xfe") is None
    assert text_of(b"a\x00b") is None
    assert text_of(b"x" * (256 * 1024 + 1)) is None


def test_every_table_belongs_to_its_account(works: Workplace, runtime: Station) -> None:
    """Rows of a report carry the account of the runtime."""
    boss = a_user(works.account, ADMINISTRATOR)
    [row] = reported(works.account, runtime)
    document = document_in(works.account, row)
    request_work(actor=boss.actor, at=AT, account=works.account, document=document.pk, kind=Work.TEST)
    for table in (Execution, Document, WorkRequest):
        assert {one.account_id for one in table.rows.of(works.account)} == {works.account}
    assert document_of(works.account, document.pk).execution_id == row.pk
    assert EnvironmentId(row.environment) == works.open
