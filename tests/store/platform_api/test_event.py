"""Event, in JSON and XML."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from lxml import etree
from pytest_django.plugin import DjangoDbBlocker

from tenantry.environments.models import Environment
from tenantry.reporting.models import Execution
from tenantry.rules.reporting import Direction, Outcome, ReportedDocument
from tests.store.factories import AT, a_role, a_user, an_account
from tests.store.partners import around_all_tests
from tests.store.platform_api.callers import Caller, caller, refusal, simple
from tests.store.platform_api.plants import Plant, counted, make_plant, with_rights
from tests.store.workplaces import a_document, a_run, a_runtime, an_environment, reported

pytestmark = pytest.mark.django_db

SPACE = {"bns": "http://api.platform.boomi.com/"}
BACK = ReportedDocument("out-1", Direction.OUTBOUND, "reply.json", "application/json", b"{}")


@dataclass(frozen=True)
class Ran:
    """A plant where a run has failed in `open`, one was aborted in `closed`, and one is still running. `vera` may see
    results, and nothing else.
    """

    plant: Plant
    vera: Caller
    runtime: str
    failed: int
    aborted: int


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Ran]:
    """The account, in a transaction around those of the tests."""
    with around_all_tests(django_db_blocker):
        plant = make_plant()
        runtime = a_runtime(plant.home, plant.open, "Engine")
        documents = (a_document(), a_document("in-2"), BACK)
        failing = a_run("1", Outcome.ERROR, message="Broken & torn", documents=documents)
        going = a_run("2", Outcome.STARTED)
        failed, _ = reported(plant.home, runtime, failing, going, at=AT + timedelta(minutes=1))
        there = a_runtime(plant.home, plant.closed, "Other engine")
        run = a_run("1", Outcome.ABORTED, process="Bills", started=AT + timedelta(hours=1), message="Stopped")
        [aborted] = reported(plant.home, there, run)
        vera = caller(plant.home, with_rights(plant.home, "VIEW_RESULT"))
        yield Ran(plant, vera, runtime.id, failed.pk, aborted.pk)


@pytest.fixture
def ran(made: Ran, db: None) -> Ran:
    """An account where processes have run."""
    return made


def test_alert_1_event_tells_an_execution_that_has_ended(ran: Ran) -> None:
    """With every member that clients need; one that runs is no event yet."""
    assert ran.vera.all_of("Event") == [
        {
            "@type": "Event",
            "accountId": ran.plant.home,
            "atomId": ran.runtime,
            "atomName": "Engine",
            "classification": "PROD",
            "endTime": "2031-05-20T12:00:02Z",
            "environment": "Open",
            "error": "Broken & torn",
            "errorDocumentCount": 2,
            "errorType": "",
            "erroredStepLabel": "",
            "erroredStepType": "",
            "eventDate": "2031-05-20T12:00:02Z",
            "eventId": f"event-{ran.failed}",
            "eventLevel": "ERROR",
            "eventType": "process.execution",
            "executionId": f"execution-{ran.failed}",
            "inboundDocumentCount": 2,
            "outboundDocumentCount": 1,
            "processId": "c-1",
            "processName": "Orders",
            "recordDate": "2031-05-20T12:01:00Z",
            "startTime": "2031-05-20T12:00:00Z",
            "status": "ERROR",
            "title": "Orders",
            "topLevelProcessId": "c-1",
            "updateDate": "2031-05-20T12:00:02Z",
        }
    ]


def test_event_in_xml(ran: Ran) -> None:
    """All its members are elements."""
    body = b'<QueryConfig xmlns="http://api.platform.boomi.com/"><QueryFilter/></QueryConfig>'
    root = etree.fromstring(ran.vera.send("POST", "Event/query", body, accept="application/xml").content)
    [event] = root.findall("bns:result", SPACE)
    assert list(event.attrib) == ["{http://www.w3.org/2001/XMLSchema-instance}type"]
    assert event.findtext("bns:error", namespaces=SPACE) == "Broken & torn"
    assert event.findtext("bns:errorDocumentCount", namespaces=SPACE) == "2"
    assert event.findtext("bns:endTime", namespaces=SPACE) == "2031-05-20T12:00:02Z"
    assert len(event) == 26


@pytest.mark.parametrize(
    ("test", "found"),
    [
        (("eventId", "STARTS_WITH", "event-"), "both"),
        (("accountId", "EQUALS", "elsewhere-AAAAAA"), "none"),
        (("atomId", "IS_NULL"), "none"),
        (("atomName", "EQUALS", "Engine"), "failed"),
        (("eventLevel", "EQUALS", "WARNING"), "aborted"),
        (("eventLevel", "NOT_EQUALS", "INFO"), "both"),
        (("eventDate", "GREATER_THAN", "2031-05-20T12:30:00Z"), "aborted"),
        (("status", "EQUALS", "ERROR"), "failed"),
        (("eventType", "EQUALS", "process.execution"), "both"),
        (("executionId", "EQUALS", "execution-0"), "none"),
        (("title", "LIKE", "Or%"), "failed"),
        (("updateDate", "LESS_THAN", "2031-05-20T12:30:00Z"), "failed"),
        (("startTime", "EQUALS", "2031-05-20T12:00:00Z"), "failed"),
        (("endTime", "BETWEEN", "2031-05-20T13:00:00Z", "2031-05-20T14:00:00Z"), "aborted"),
        (("errorDocumentCount", "EQUALS", "1"), "aborted"),
        (("inboundDocumentCount", "GREATER_THAN", 1), "failed"),
        (("outboundDocumentCount", "EQUALS", "0"), "aborted"),
        (("processName", "EQUALS", "Bills"), "aborted"),
        (("recordDate", "GREATER_THAN", "2031-05-20T12:00:30Z"), "failed"),
        (("error", "CONTAINS", "torn"), "failed"),
        (("environment", "EQUALS", "Closed"), "aborted"),
        (("classification", "EQUALS", "TEST"), "aborted"),
    ],
    ids=lambda one: one[0] if isinstance(one, tuple) else one,
)
def test_event_is_queried(ran: Ran, test: tuple[str, ...], found: str) -> None:
    """By each of its properties."""
    wanted = {"both": {ran.failed, ran.aborted}, "failed": {ran.failed}, "aborted": {ran.aborted}, "none": set()}
    told = {one["eventId"] for one in ran.plant.ann.all_of("Event", simple(*test))}
    assert told == {f"event-{number}" for number in wanted[found]}


def test_event_is_found_by_the_number_in_its_id(ran: Ran) -> None:
    """And by nothing that only looks like it."""
    for name, prefix in (("eventId", "event-"), ("executionId", "execution-")):
        [one] = ran.vera.all_of("Event", simple(name, "EQUALS", f"{prefix}{ran.failed}"))
        assert one[name] == f"{prefix}{ran.failed}"
        for id in (
            str(ran.failed),
            f"{prefix}0{ran.failed}",
            f"{prefix}x",
            prefix,
            f"{prefix}{'9' * 40}",
            f"{prefix}\u00b2",
        ):
            assert ran.vera.all_of("Event", simple(name, "EQUALS", id)) == [], id
        assert ran.vera.all_of("Event", simple(name, "NOT_EQUALS", f"{prefix}{ran.failed}")) == []
        assert len(ran.vera.all_of("Event", simple(name, "CONTAINS", str(ran.failed)))) == 1


def test_env_13_events_in_closed_environments_are_left_out(ran: Ran) -> None:
    """Also from filters; where an environment is gone, whoever gets in everywhere still sees what happened there."""
    assert {one["environment"] for one in ran.plant.ann.all_of("Event")} == {"Open", "Closed"}
    assert ran.vera.all_of("Event", simple("environment", "EQUALS", "Closed")) == []
    Execution.rows.of(ran.plant.home).filter(id=ran.aborted).update(environment="gone")
    [gone] = ran.plant.ann.all_of("Event", simple("eventId", "EQUALS", f"event-{ran.aborted}"))
    assert gone["classification"] == ""
    assert len(ran.vera.all_of("Event")) == 1


def test_event_refusals(ran: Ran) -> None:
    """It needs View Results, is only queried, and tells nothing of other accounts."""
    bare = caller(ran.plant.home, a_user(ran.plant.home, a_role(ran.plant.home, "Bare", "API")))
    assert refusal(bare.send("POST", "Event/query", {}))[:2] == (403, "not_held")
    for method, path in (("GET", "Event/event-1"), ("POST", "Event"), ("POST", "Event/bulk"), ("DELETE", "Event/x")):
        assert refusal(ran.plant.ann.send(method, path, {}))[:2] == (400, "not_possible_by_call")
    other = an_account("Elsewhere")
    reported(other, a_runtime(other, an_environment(other, "Place")))
    assert len(ran.plant.ann.all_of("Event")) == 2


def test_api_3_events_are_paged_in_a_fixed_number_of_queries(ran: Ran) -> None:
    """None twice and none passed over, and thirty cost what one costs."""
    ran.vera.post("Event/query")
    with counted() as few:
        ran.vera.post("Event/query")
    place = Environment.rows.of(ran.plant.home).get(id=ran.plant.open)
    row = {"account_id": ran.plant.home, "environment": place.id, "environment_name": place.name}
    row |= {"runtime": ran.runtime, "runtime_name": "Engine", "process": "Mass", "status": Outcome.COMPLETE}
    rows = [Execution(number=f"m-{n}", started_at=AT, ended_at=None, reported_at=AT, **row) for n in range(205)]
    Execution.rows.of(ran.plant.home).bulk_create(rows)
    told = [one["eventId"] for one in ran.vera.all_of("Event")]
    assert len(told) == len(set(told)) == 206
    with counted() as many:
        ran.vera.post("Event/query")
    assert len(many) == len(few)
