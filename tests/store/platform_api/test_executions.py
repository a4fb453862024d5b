"""ExecutionRecord, GenericConnectorRecord, ConnectorDocument and RerunDocument, in JSON and XML."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree
from pytest_django.plugin import DjangoDbBlocker

from tenantry.environments.commands import remove_environment
from tenantry.reporting.commands import finish_work
from tenantry.reporting.models import Document, Execution, WorkRequest
from tenantry.rules.features import Feature
from tenantry.rules.reporting import Direction, Outcome, ReportedDocument
from tenantry.rules.vocabulary import OPERATOR, AccountId, EnvironmentId
from tenantry.runtimes.commands import detach_runtime, remove_runtime
from tests.store.factories import ADMINISTRATOR, AT, AUS, a_role, a_user, an_account, entries, words
from tests.store.partners import around_all_tests
from tests.store.platform_api.callers import Caller, caller, grouping, refusal, simple
from tests.store.workplaces import Station, a_document, a_run, a_runtime, an_environment, reported

pytestmark = pytest.mark.django_db

SPACE = {"bns": "http://api.platform.boomi.com/"}
BILL = ReportedDocument("out-1", Direction.OUTBOUND, "bill.xml", "text/xml", b"<bill>7</bill>")


@dataclass(frozen=True)
class Reports:
    """An account with an environment open to all and one closed to all but administrators, a runtime in each, and one
    execution of each: a good one with a document in and out, and a failed one. `ann` administers it, `una` holds every
    privilege that this is about, and is not let into the closed one.
    """

    account: AccountId
    open: EnvironmentId
    closed: EnvironmentId
    runtime: Station
    guarded: Station
    good: Execution
    bad: Execution
    ann: Caller
    una: Caller

    def document(self, execution: Execution, direction: Direction = Direction.INBOUND) -> str:
        """The id of a document, as it is listed."""
        found = self.ann.all_of("GenericConnectorRecord", of(execution))
        wanted = "Get" if direction is Direction.INBOUND else "Send"
        return str(next(one["id"] for one in found if one["actionType"] == wanted))


@pytest.fixture(scope="module")
def made_reports(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Reports]:
    """Made once; what a test does with it is rolled back."""
    with around_all_tests(django_db_blocker):
        account = an_account("Reports", AUS | {Feature.ENVIRONMENTS_UNLIMITED, Feature.API_TOKENS})
        opened, closed = an_environment(account, "Open"), an_environment(account, "Closed", ADMINISTRATOR)
        runtime, guarded = a_runtime(account, opened, "First"), a_runtime(account, closed, "Second")
        [good] = reported(account, runtime, a_run(documents=(a_document(), BILL)))
        late = AT + timedelta(seconds=90)
        failed = a_run("run-2", Outcome.ERROR, process="Bills", started=late, message="broke")
        [bad] = reported(account, guarded, failed)
        yield Reports(
            account,
            opened,
            closed,
            runtime,
            guarded,
            good,
            bad,
            caller(account, a_user(account, ADMINISTRATOR)),
            limited(account, "VIEW_RESULT", "VIEW_DATA", "EXECUTE"),
        )


@pytest.fixture
def reports(made_reports: Reports, db: None) -> Reports:
    """An account with executions."""
    return made_reports


def limited(account: AccountId, *privileges: str) -> Caller:
    """Somebody's program that holds API Access and these."""
    return caller(account, a_user(account, a_role(account, f"calls {privileges}", "API", *privileges)))


def named(execution: Execution) -> str:
    """The id of an execution."""
    return f"execution-{execution.pk}"


def of(execution: Execution) -> dict[str, object]:
    """The filter for its documents."""
    return simple("executionId", "EQUALS", named(execution))


def sorted_by(who: Caller, *fields: tuple[str, str], **more: Any) -> list[str]:
    """The processes of all executions in such an order, page by page."""
    sort = {"sortField": [{"fieldName": name, "sortOrder": order} for name, order in fields]}
    page = who.post("ExecutionRecord/query", {"QuerySort": sort, **more})
    found = list(page["result"])
    while "queryToken" in page:
        page = who.post("ExecutionRecord/queryMore", page["queryToken"])
        found += page["result"]
    assert len(found) == page["numberOfResults"]
    return [one["processName"] for one in found]


def queries_of(who: Caller, kind: str, body: object) -> int:
    """How many queries a page costs."""
    with CaptureQueriesContext(connection) as seen:
        who.post(f"{kind}/query", body)
    return len(seen)


# ---- ExecutionRecord -----------------------------------------------------------------------------------------------


def test_execution_record_tells_what_the_runtime_said(reports: Reports) -> None:
    """Every member that clients require is there; what nobody knows is empty."""
    own = named(reports.good)
    told = {
        "@type": "ExecutionRecord",
        "account": reports.account,
        "atomId": reports.runtime.id,
        "atomName": "First",
        "executionDuration": 2000,
        "executionId": own,
        "executionTime": "2031-05-20T12:00:00Z",
        "executionType": "unknown",
        "inboundDocumentCount": 1,
        "inboundDocumentSize": 12,
        "inboundErrorDocumentCount": 0,
        "launcherID": "",
        "message": "fine",
        "nodeId": "",
        "originalExecutionId": own,
        "outboundDocumentCount": 1,
        "outboundDocumentSize": 14,
        "parentExecutionId": "",
        "processId": "c-1",
        "processName": "Orders",
        "recordedDate": "2031-05-20T12:00:00Z",
        "reportKey": "",
        "status": "COMPLETE",
        "topLevelExecutionId": own,
    }
    first, second = reports.ann.all_of("ExecutionRecord")
    assert first == told
    assert (second["status"], second["message"], second["inboundErrorDocumentCount"]) == ("ERROR", "broke", 1)
    answer = reports.ann.send("POST", "ExecutionRecord/query", b"", accept="application/xml")
    root = etree.fromstring(answer.content)
    one = root.find("bns:result", SPACE)
    assert one is not None
    assert dict(one.attrib) == {"{http://www.w3.org/2001/XMLSchema-instance}type": "bns:ExecutionRecord"}
    assert {etree.QName(child).localname: child.text or "" for child in one} == {
        name: str(value) for name, value in told.items() if name != "@type"
    }


@pytest.mark.parametrize(
    ("name", "operator", "arguments", "found"),
    [
        ("executionId", "LIKE", ["execution-%"], "both"),
        ("executionId", "EQUALS", ["execution-x"], "none"),
        ("executionId", "IS_NULL", [], "none"),
        ("account", "NOT_EQUALS", ["another"], "both"),
        ("executionTime", "BETWEEN", ["2031-05-20T12:01:00Z", "2031-05-20T12:02:00Z"], "bad"),
        ("executionTime", "LESS_THAN_OR_EQUAL", ["2031-05-20T12:00:00.000Z"], "good"),
        ("status", "EQUALS", ["ERROR"], "bad"),
        ("executionType", "EQUALS", ["unknown"], "both"),
        ("processName", "STARTS_WITH", ["Ord"], "good"),
        ("processId", "EQUALS", ["c-1"], "both"),
        ("atomName", "CONTAINS", ["irs"], "good"),
        ("inboundDocumentCount", "GREATER_THAN", [1], "none"),
        ("outboundDocumentCount", "EQUALS", ["1"], "good"),
        ("outboundDocumentCount", "LESS_THAN", ["1"], "bad"),
        ("executionDuration", "EQUALS", ["2000"], "both"),
        ("executionDuration", "BETWEEN", ["2001", "900000000000000000"], "none"),
        ("executionDuration", "GREATER_THAN_OR_EQUAL", ["2000"], "both"),
        ("executionDuration", "LESS_THAN", ["2000"], "none"),
        ("executionDuration", "IS_NULL", [], "none"),
        ("message", "EQUALS", ["broke"], "bad"),
        ("reportKey", "IS_NULL", [], "both"),
        ("launcherId", "EQUALS", ["x"], "none"),
        ("nodeId", "IS_NOT_NULL", [], "none"),
        ("recordedDate", "EQUALS", ["2031-05-20T12:00:00Z"], "both"),
    ],
)
def test_execution_record_is_queried_by_each_property(
    reports: Reports, name: str, operator: str, arguments: list[object], found: str
) -> None:
    """All of them, by operators that fit."""
    asked = {"property": name, "operator": operator, "argument": arguments}
    ids = {one["executionId"] for one in reports.ann.all_of("ExecutionRecord", asked)}
    good, bad = named(reports.good), named(reports.bad)
    assert ids == {"both": {good, bad}, "good": {good}, "bad": {bad}, "none": set()}[found]


def test_execution_record_is_queried_by_ids_of_its_own(reports: Reports) -> None:
    """Of the execution, of the one it repeats, and of the runtime."""
    [*_, again] = reported(reports.account, reports.runtime, a_run("run-3"))
    Execution.rows.of(reports.account).filter(pk=again.pk).update(of=reports.good, work="RERUN")
    for asked, ids in (
        (simple("executionId", "EQUALS", named(again)), {named(again)}),
        (simple("originalExecutionId", "EQUALS", named(reports.good)), {named(reports.good), named(again)}),
        (simple("originalExecutionId", "LIKE", f"%-{reports.bad.pk}"), {named(reports.bad)}),
        (simple("originalExecutionId", "NOT_EQUALS", named(reports.good)), {named(reports.bad)}),
        (simple("executionType", "EQUALS", "retry_manual"), {named(again)}),
        (simple("atomId", "EQUALS", reports.guarded.id), {named(reports.bad)}),
    ):
        assert {one["executionId"] for one in reports.ann.all_of("ExecutionRecord", asked)} == ids, asked


def test_execution_record_is_sorted_as_asked_over_all_pages(reports: Reports) -> None:
    """QuerySort: each page goes on in the order of the first; what is equal stays in the order of creation."""
    runs = [
        a_run(f"more-{n:03}", process=f"P{n % 7}", started=AT - timedelta(seconds=n), documents=()) for n in range(120)
    ]
    reported(reports.account, reports.runtime, *runs)
    running = a_run("running", Outcome.STARTED, process="P9", started=AT + timedelta(seconds=500), documents=())
    reported(reports.account, reports.runtime, running)
    names = sorted_by(reports.ann, ("processName", "DESC"), ("executionTime", "ASC"))
    assert len(names) == 123
    assert names == sorted(names, reverse=True)
    newest = sorted_by(reports.ann, ("executionTime", "desc"))
    assert (newest[:2], newest[-1]) == (["P9", "Bills"], runs[-1].process)
    longest = sorted_by(reports.ann, ("executionDuration", "DESC"), ("outboundDocumentCount", "DESC"))
    assert (longest[0], longest[-1], len(longest)) == ("Orders", "P9", 123)
    body = (
        b'<QueryConfig xmlns="http://api.platform.boomi.com/"><QueryFilter/><QuerySort>'
        b'<sortField fieldName="executiontime" sortOrder="DESC"/></QuerySort></QueryConfig>'
    )
    root = etree.fromstring(reports.ann.send("POST", "ExecutionRecord/query", body, accept="*/*").content)
    assert root.findtext("bns:result/bns:processName", namespaces=SPACE) == "P9"
    every = [one["executionId"] for one in reports.ann.all_of("ExecutionRecord")]
    assert len(every) == len(set(every)) == 123


@pytest.mark.parametrize(
    "sort",
    [
        [],
        "executionTime",
        {"sortField": [{"fieldName": "message"}]},
        {"sortField": [{"fieldName": "executionTime", "sortOrder": "UP"}]},
        {"sortField": [{"sortOrder": "ASC"}]},
        {"sortField": ["executionTime"]},
        {"sortField": [{"fieldName": {"a": 1}}]},
    ],
)
def test_a_sort_that_means_nothing_is_refused(reports: Reports, sort: object) -> None:
    """As 400, also where the object is not sorted at all."""
    assert refusal(reports.ann.send("POST", "ExecutionRecord/query", {"QuerySort": sort}))[:2] == (400, "")
    assert refusal(reports.ann.send("POST", "Role/query", {"QuerySort": {"sortField": []}}))[:2] == (400, "")


def test_env_13_executions_in_closed_environments_are_left_out(reports: Reports) -> None:
    """ENV-13, PRIV-8: of lists; asked for by id they are 403, and so is who lacks View Results."""
    assert [one["executionId"] for one in reports.una.all_of("ExecutionRecord")] == [named(reports.good)]
    assert reports.una.all_of("ExecutionRecord", simple("executionId", "EQUALS", named(reports.bad))) == []
    assert reports.una.get(f"ExecutionRecord/async/{named(reports.good)}")["status"] == "COMPLETE"
    assert refusal(reports.una.send("GET", f"ExecutionRecord/async/{named(reports.bad)}"))[:2] == (403, "not_there")
    poor = limited(reports.account, "VIEW_DATA")
    for method, path in (("POST", "query"), ("GET", f"async/{named(reports.good)}")):
        assert refusal(poor.send(method, f"ExecutionRecord/{path}"))[:2] == (403, "not_held")
    assert refusal(reports.ann.send("GET", f"ExecutionRecord/{named(reports.good)}"))[:2] == (
        400,
        "not_possible_by_call",
    )
    detach_runtime(actor=OPERATOR, at=AT, account=reports.account, runtime=reports.runtime.id)
    remove_runtime(actor=OPERATOR, at=AT, account=reports.account, runtime=reports.runtime.id)
    remove_environment(actor=OPERATOR, at=AT, account=reports.account, environment=reports.open)
    assert reports.una.all_of("ExecutionRecord") == []
    assert len(reports.ann.all_of("ExecutionRecord")) == 2


def test_an_execution_that_runs_is_202(reports: Reports) -> None:
    """API-7: until it has ended; what is none is 403."""
    [*_, row] = reported(reports.account, reports.runtime, a_run("run-9", Outcome.STARTED))
    answer = reports.ann.send("GET", f"ExecutionRecord/async/{named(row)}")
    assert (answer.status_code, json.loads(answer.content)) == (
        202,
        {"@type": "AsyncOperationResult", "responseStatusCode": 202},
    )
    in_xml = reports.ann.send("GET", f"ExecutionRecord/async/{named(row)}", accept="application/xml")
    assert etree.fromstring(in_xml.content).get("responseStatusCode") == "202"
    reported(reports.account, reports.runtime, a_run("run-9"))
    assert reports.ann.get(f"ExecutionRecord/async/{named(row)}")["executionId"] == named(row)
    for id in ("execution-0", "execution-01", "execution-99999999999999999999", "executionrecord-x", "x"):
        assert refusal(reports.ann.send("GET", f"ExecutionRecord/async/{id}"))[:2] == (403, "not_there"), id


# ---- GenericConnectorRecord ----------------------------------------------------------------------------------------


def test_generic_connector_record_is_a_document_of_an_execution(reports: Reports) -> None:
    """Without its content, with the status of its execution."""
    into, out = reports.ann.all_of("GenericConnectorRecord", of(reports.good))
    assert into == {
        "@type": "GenericConnectorRecord",
        "account": reports.account,
        "actionType": "Get",
        "atomId": reports.runtime.id,
        "connectorFields": {
            "@type": "ConnectorFields",
            "connectorField": [
                {"@type": "ConnectorField", "name": "name", "value": "order.json"},
                {"@type": "ConnectorField", "name": "contentType", "value": "application/json"},
            ],
        },
        "dateProcessed": "2031-05-20T12:00:00Z",
        "documentIndex": 0,
        "errorMessage": "",
        "executionId": named(reports.good),
        "id": into["id"],
        "retryable": True,
        "size": 12,
        "startShape": True,
        "status": "SUCCESS",
        "trackedFields": {"@type": "TrackedFields", "trackedField": []},
    }
    assert (out["actionType"], out["documentIndex"], out["retryable"]) == ("Send", 1, False)
    [failed] = reports.ann.all_of("GenericConnectorRecord", of(reports.bad))
    assert (failed["status"], failed["errorMessage"]) == ("ERROR", "broke")
    assert reports.ann.get(f"GenericConnectorRecord/{into['id']}") == into
    bulk = reports.ann.post("GenericConnectorRecord/bulk", {"request": [{"id": out["id"]}, {"id": "x"}]})["response"]
    assert bulk[0]["Result"] == out
    assert bulk[1]["statusCode"] == 400
    answer = reports.ann.send("GET", f"GenericConnectorRecord/{failed['id']}", accept="application/xml")
    root = etree.fromstring(answer.content)
    assert (root.get("status"), root.get("size"), root.get("startShape")) == ("ERROR", "12", "true")
    assert root.findtext("bns:errorMessage", namespaces=SPACE) == "broke"
    assert [one.get("value") for one in root.iterfind("bns:connectorFields/bns:connectorField", SPACE)] == [
        "order.json",
        "application/json",
    ]


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("id", "", 0),
        ("actionType", "Send", 1),
        ("atomId", "x", 0),
        ("dateProcessed", "2031-05-20T12:00:00Z", 2),
        ("errorMessage", "broke", 0),
        ("status", "SUCCESS", 2),
        ("documentIndex", 1, 1),
        ("incrementalDocumentIndex", 1, 0),
        ("size", 12, 1),
        ("startShape", "true", 1),
        ("retryable", "false", 1),
        ("executionConnectorId", "x", 0),
        ("connectionId", "x", 0),
        ("connectionName", "x", 0),
        ("operationId", "x", 0),
        ("operationName", "x", 0),
        ("connectorType", "x", 0),
    ],
)
def test_generic_connector_record_is_narrowed_by_each_property(
    reports: Reports, name: str, value: object, found: int
) -> None:
    """Beside the execution that every query names."""
    both = grouping("and", of(reports.good), simple(name, "EQUALS", value))
    assert len(reports.ann.all_of("GenericConnectorRecord", both)) == found


def test_generic_connector_record_query_names_exactly_one_execution(reports: Reports) -> None:
    """By EQUALS, and so that nothing else can pass."""
    one = of(reports.good)
    for wrong in (
        {},
        simple("status", "EQUALS", "SUCCESS"),
        simple("executionId", "LIKE", "execution-%"),
        simple("executionId", "NOT_EQUALS", named(reports.good)),
        grouping("and", one, of(reports.bad)),
        grouping("or", one, simple("status", "EQUALS", "SUCCESS")),
    ):
        body = {"QueryFilter": {"expression": wrong}}
        assert refusal(reports.ann.send("POST", "GenericConnectorRecord/query", body))[:2] == (400, ""), wrong
    nested = grouping("and", grouping("or", one), simple("actionType", "EQUALS", "Get"))
    assert len(reports.ann.all_of("GenericConnectorRecord", nested)) == 1
    assert reports.ann.all_of("GenericConnectorRecord", simple("executionId", "EQUALS", "execution-0")) == []
    listed = reports.document(reports.good)
    by_id = grouping("and", one, simple("id", "EQUALS", listed))
    assert [found["id"] for found in reports.ann.all_of("GenericConnectorRecord", by_id)] == [listed]
    like = {"QueryFilter": {"expression": grouping("and", one, simple("id", "LIKE", "R%"))}}
    assert refusal(reports.ann.send("POST", "GenericConnectorRecord/query", like))[:2] == (400, "")


def test_env_13_documents_in_closed_environments_are_not_there(reports: Reports) -> None:
    """ENV-13, PRIV-8: listed by whoever has View Results or View Data, behind the gate."""
    closed = reports.document(reports.bad)
    for reader in (limited(reports.account, "VIEW_RESULT"), limited(reports.account, "VIEW_DATA")):
        assert len(reader.all_of("GenericConnectorRecord", of(reports.good))) == 2
        assert reader.all_of("GenericConnectorRecord", of(reports.bad)) == []
        assert refusal(reader.send("GET", f"GenericConnectorRecord/{closed}"))[:2] == (403, "not_there")
    for one in reports.una.all_of("GenericConnectorRecord", of(reports.good)):
        assert reports.una.get(f"GenericConnectorRecord/{one['id']}") == one
    poor = limited(reports.account, "EXECUTE")
    assert refusal(poor.send("GET", f"GenericConnectorRecord/{closed}"))[:2] == (403, "not_held")


def test_documents_in_pages_and_at_a_fixed_number_of_queries(reports: Reports) -> None:
    """API-3: 3 executions or 30, 2 documents or 130, none twice."""
    body = {"QueryFilter": {"expression": of(reports.good)}}
    few = queries_of(reports.ann, "GenericConnectorRecord", body), queries_of(reports.ann, "ExecutionRecord", {})
    reported(reports.account, reports.runtime, *(a_run(f"more-{n}") for n in range(30)))
    template = Document.rows.of(reports.account).filter(execution=reports.good).order_by("id")[0]
    more = [
        Document(
            account_id=reports.account,
            execution=reports.good,
            number=f"more-{n}",
            direction=template.direction,
            name=f"{n}",
            content_type="text/plain",
            size=1,
            content=b"1",
        )
        for n in range(130)
    ]
    Document.rows.of(reports.account).bulk_create(more)
    now = queries_of(reports.ann, "GenericConnectorRecord", body), queries_of(reports.ann, "ExecutionRecord", {})
    assert now == few
    found = reports.ann.all_of("GenericConnectorRecord", of(reports.good))
    assert len({one["id"] for one in found}) == len(found) == 132
    assert [one["documentIndex"] for one in found] == list(range(132))


# ---- ConnectorDocument ---------------------------------------------------------------------------------------------


def test_connector_document_names_an_address_that_gives_the_content(reports: Reports) -> None:
    """PRIV-8: to the same credentials; opening it is recorded as a download."""
    made = reports.una.post("ConnectorDocument", {"genericConnectorRecordId": reports.document(reports.good)})
    url = made.pop("url")
    told = {"@type": "ConnectorDocumentDownload", "message": "Beginning download.", "statusCode": "202"}
    assert made == told
    path = url.partition(f"/api/rest/v1/{reports.account}/")[2]
    answer = reports.una.send("GET", path)
    assert (answer.status_code, answer.content) == (200, b'{"order": 1}')
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="order.json"'
    assert words(entries(reports.account)[-1]) == ("as.document", "DOWNLOAD", "SUCCESS")
    body = f'<ConnectorDocument genericConnectorRecordId="{reports.document(reports.good)}"/>'.encode()
    root = etree.fromstring(reports.una.send("POST", "ConnectorDocument", body, accept="application/xml").content)
    assert root.tag == "{http://api.platform.boomi.com/}ConnectorDocumentDownload"
    assert root.findtext("bns:url", namespaces=SPACE) == url
    assert root.findtext("bns:statusCode", namespaces=SPACE) == "202"


def test_connector_document_is_kept_from_whoever_may_not_view_it(reports: Reports) -> None:
    """PRIV-8, ENV-13: View Data and View Results, behind the gate, at both calls; refusals are recorded."""
    document, closed = reports.document(reports.good), reports.document(reports.bad)
    for reader, id, code in (
        (limited(reports.account, "VIEW_RESULT"), document, "not_held"),
        (limited(reports.account, "VIEW_DATA"), document, "not_held"),
        (reports.una, closed, "environment_closed"),
    ):
        body = {"genericConnectorRecordId": id}
        assert refusal(reader.send("POST", "ConnectorDocument", body))[:2] == (403, code)
        assert refusal(reader.send("GET", f"ConnectorDocument/download/{id}"))[:2] == (403, code)
    assert words(entries(reports.account)[-1]) == ("as.document", "DOWNLOAD", "FAILURE")
    for wrong in ({}, {"genericConnectorRecordId": "x"}, {"genericConnectorRecordId": document + "A"}):
        assert refusal(reports.ann.send("POST", "ConnectorDocument", wrong))[:2] == (400, ""), wrong
    assert refusal(reports.ann.send("GET", "ConnectorDocument/download/x"))[:2] == (403, "document_not_found")
    assert refusal(reports.ann.send("GET", f"ConnectorDocument/{document}"))[:2] == (400, "not_possible_by_call")


# ---- RerunDocument -------------------------------------------------------------------------------------------------


def test_rerun_document_is_202_until_the_runtime_has_run_it(reports: Reports) -> None:
    """PRIV-8, API-7: work for the runtime, whose execution is found by the request's id."""
    document = reports.document(reports.good)
    body = {"originalExecutionId": named(reports.good), "AllDocuments": {"documentStatus": "ANY"}}
    made = reports.una.post("RerunDocument", body | {"SelectedDocuments": {"Document": []}})
    request = made["requestId"]
    path = f"ExecutionRecord/async/{request}"
    assert made.pop("recordUrl").endswith(f"/api/rest/v1/{reports.account}/{path}")
    assert made == {
        "@type": "RerunDocument",
        "AllDocuments": {"@type": "AllDocuments", "documentStatus": "ANY"},
        "SelectedDocuments": {
            "@type": "SelectedDocuments",
            "Document": [{"@type": "Document", "genericConnectorRecordId": document}],
        },
        "originalExecutionId": named(reports.good),
        "requestId": request,
    }
    assert words(entries(reports.account)[-1]) == ("as.document", "EXECUTE", "NONE")
    assert reports.una.send("GET", path).status_code == 202
    [work] = WorkRequest.rows.of(reports.account).filter(request=request)
    assert work.runtime == reports.runtime.id
    run = a_run("run-again", work=work.id)
    reported(reports.account, reports.runtime, run)
    assert reports.una.send("GET", path).status_code == 202
    finish_work(at=AT, account=reports.account, runtime=reports.runtime.id, work=work.id, outcome=Outcome.COMPLETE)
    told = reports.una.get(path)
    assert (told["executionType"], told["originalExecutionId"]) == ("retry_manual", named(reports.good))
    assert told["executionId"] != named(reports.good)
    xml = (
        f'<RerunDocument xmlns="http://api.platform.boomi.com/" originalExecutionId="{named(reports.good)}">'
        f'<SelectedDocuments><Document genericConnectorRecordId="{document}"/></SelectedDocuments></RerunDocument>'
    )
    root = etree.fromstring(reports.una.send("POST", "RerunDocument", xml.encode(), accept="application/xml").content)
    assert root.get("originalExecutionId") == named(reports.good)
    [one] = root.iterfind("bns:SelectedDocuments/bns:Document", SPACE)
    assert one.get("genericConnectorRecordId") == document
    other = WorkRequest.rows.of(reports.account).get(request=root.get("requestId"))
    finish_work(
        at=AT, account=reports.account, runtime=reports.runtime.id, work=other.id, outcome=Outcome.ERROR, message="no"
    )
    nothing = refusal(reports.una.send("GET", f"ExecutionRecord/async/{root.get('requestId')}"))
    assert nothing[:2] == (400, "nothing_was_run")
    assert refusal(reports.ann.send("GET", f"ExecutionRecord/async/{work.id}"))[:2] == (403, "not_there")


def test_rerun_document_refusals(reports: Reports) -> None:
    """PRIV-8, ENV-3, ENV-13: each with its status, and no work."""
    every = {"AllDocuments": {"documentStatus": "ANY"}}
    good = {"originalExecutionId": named(reports.good)}
    other = {"Document": [{"genericConnectorRecordId": reports.document(reports.bad)}]}
    for body, status, code in (
        (every, 400, ""),
        (every | {"originalExecutionId": "execution-0"}, 400, ""),
        (good, 400, ""),
        (good | {"AllDocuments": {"documentStatus": "SOME"}}, 400, ""),
        (good | {"AllDocuments": {"documentStatus": "ERROR"}}, 400, "rerun_not_possible"),
        (good | {"SelectedDocuments": other}, 400, ""),
        (good | {"SelectedDocuments": {"Document": [{}]}}, 400, ""),
        (every | {"originalExecutionId": named(reports.bad)}, 403, "environment_closed"),
    ):
        assert refusal(reports.una.send("POST", "RerunDocument", body))[:2] == (status, code), body
    for poor in (limited(reports.account, "VIEW_RESULT", "VIEW_DATA"), limited(reports.account, "EXECUTE")):
        assert refusal(poor.send("POST", "RerunDocument", good | every))[:2] == (403, "not_held")
    detach_runtime(actor=OPERATOR, at=AT, account=reports.account, runtime=reports.runtime.id)
    assert refusal(reports.una.send("POST", "RerunDocument", good | every))[:2] == (400, "no_runtime_there")
    more = Document.rows.of(reports.account).filter(execution=reports.good, direction=Direction.INBOUND)[:1][0]
    for n in range(100):
        more.pk, more.number, more._state.adding = None, f"more-{n}", True
        more.save(force_insert=True)
    assert refusal(reports.una.send("POST", "RerunDocument", good | every))[:2] == (400, "rerun_not_possible")
    assert not WorkRequest.rows.of(reports.account).exists()
    assert refusal(reports.una.send("POST", "RerunDocument/query"))[:2] == (400, "not_possible_by_call")
