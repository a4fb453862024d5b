"""AuditLog and ApiUsageCount: what has been done, and what nothing counts yet."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree

from tenantry.audit.catalogue import Act
from tenantry.audit.models import Entry
from tenantry.audit.trail import record
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tests.store.factories import ADMINISTRATOR, AT, STANDARD_USER, Somebody, a_primary, a_role, a_user, entries
from tests.store.platform_api.callers import Caller, caller, grouping, refusal, simple

pytestmark = pytest.mark.django_db


def _home() -> tuple[AccountId, Somebody, Caller]:
    home = a_primary("Logged")
    ann = a_user(home, ADMINISTRATOR, email="Ann.Auditor@example.com")
    return home, ann, caller(home, ann)


def test_aud_2_what_a_call_does_is_in_the_log_at_its_next_query() -> None:
    """AUD-1: with source API, by whom, and with what has changed: new and previous value."""
    home, _, ann = _home()
    role = ann.post("Role", {"name": "Deployers", "Privileges": {"Privilege": [{"name": "EXECUTE"}]}})
    ann.post(f"Role/{role['id']}", {"name": "Movers"})
    [added] = ann.all_of(
        "AuditLog", grouping("and", simple("type", "EQUALS", "role"), simple("action", "EQUALS", "ADD"))
    )
    [changed] = ann.all_of("AuditLog", simple("action", "EQUALS", "UPDATE"))
    row = entries(home)[-1]
    assert changed == {
        "@type": "AuditLog",
        "AuditLogProperty": [
            {"@type": "AuditLogProperty", "name": "ROLE_NAME", "previousValue": "Deployers", "value": "Movers"},
        ],
        "accountId": home,
        "action": "UPDATE",
        "containerId": "Movers",
        "date": row.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "documentId": changed["documentId"],
        "level": "INFO",
        "modifier": "NONE",
        "source": "API",
        "type": "role",
        "userId": "ann.auditor@example.com",
    }
    told = {one["name"]: one for one in added["AuditLogProperty"]}
    assert told["ROLE_NAME"] == {"@type": "AuditLogProperty", "name": "ROLE_NAME", "value": "Deployers"}
    assert ann.get(f"AuditLog/{changed['documentId']}") == changed
    bulk = ann.post("AuditLog/bulk", {"request": [{"id": "x"}, {"id": changed["documentId"]}]})["response"]
    assert [one["statusCode"] for one in bulk] == [400, 200]
    for method, path in (("POST", "AuditLog"), ("DELETE", f"AuditLog/{changed['documentId']}")):
        assert refusal(ann.send(method, path, {}))[:2] == (400, "not_possible_by_call")


def test_aud_2_entries_are_found_by_every_property() -> None:
    """Text by character, addresses without regard to case, times by second; oldest first."""
    home, _, ann = _home()
    record(Act.ENTERED, actor=OPERATOR, account=home, at=AT.replace(year=2040), container="The %_ thing")
    every = ann.all_of("AuditLog")
    assert [one["documentId"] for one in every] == [
        ann.get(f"AuditLog/{one['documentId']}")["documentId"] for one in every
    ]
    assert [one["type"] for one in every] == ["account", "user", "user.token", "account"]
    for expression, number in (
        (simple("containerId", "EQUALS", "The %_ thing"), 1),
        (simple("containerid", "STARTS_WITH", "The %"), 1),
        (simple("userId", "EQUALS", "ANN.auditor@example.com"), 1),
        (simple("userId", "NOT_EQUALS", "ann.auditor@example.com"), 3),
        (simple("date", "GREATER_THAN", "2039-01-01T00:00:00Z"), 1),
        (simple("date", "BETWEEN", "2031-05-20T12:00:00Z", "2031-05-20T12:00:00.000Z"), 3),
        (simple("type", "LIKE", "user%"), 2),
        (simple("action", "EQUALS", "ON_ENTRY"), 1),
        (simple("modifier", "EQUALS", "SUCCESS"), 1),
        (simple("level", "EQUALS", "INFO"), 4),
        (simple("source", "NOT_EQUALS", "INTERNAL"), 1),
        (simple("accountId", "EQUALS", home), 4),
        (grouping("or", simple("action", "EQUALS", "ON_ENTRY"), simple("type", "EQUALS", "user.token")), 2),
    ):
        assert len(ann.all_of("AuditLog", expression)) == number, expression
    wrong = {"QueryFilter": {"expression": simple("date", "EQUALS", "yesterday")}}
    assert refusal(ann.send("POST", "AuditLog/query", wrong))[0] == 400


def test_audit_log_in_xml() -> None:
    """Properties are elements with attributes."""
    home, _, ann = _home()
    a_role(home, "<R>", "EXECUTE")
    found = etree.fromstring(ann.send("POST", "AuditLog/query", accept="application/xml").content)
    last = found.findall("{*}result")[-1]
    assert (last.get("type"), last.get("accountId"), last.get("date")) == ("role", home, "2031-05-20T12:00:00Z")
    told = {one.get("name"): one.get("value") for one in last.iterfind("{*}AuditLogProperty")}
    assert told["ROLE_NAME"] == "<R>"


def test_aud_2_reading_the_log_needs_view_audit_logs_and_stays_in_the_account() -> None:
    """An id of another account's entry is none here."""
    home, _, ann = _home()
    other = a_primary("Other log")
    there = caller(other, a_user(other, ADMINISTRATOR))
    [entry, *_] = ann.all_of("AuditLog")
    assert refusal(there.send("GET", f"AuditLog/{entry['documentId']}"))[:2] == (403, "not_there")
    una = caller(home, a_user(home, STANDARD_USER, a_role(home, "calls", "API", "ACCOUNT_ADMIN")))
    assert refusal(una.send("POST", "AuditLog/query"))[:2] == (403, "not_held")
    viewer = caller(home, a_user(home, a_role(home, "views", "API", "VIEW_AUDIT_LOGS")))
    assert viewer.get(f"AuditLog/{entry['documentId']}") == entry


def test_the_log_is_paged_stably_while_others_write() -> None:
    """More than a hundred entries, neither repeated nor skipped; what comes meanwhile comes last. Three or thirty cost
    the same number of queries.
    """
    home, _, ann = _home()
    counted: list[int] = []
    for upto in (3, 30, 230):
        while Entry.rows.of(home).count() < upto:
            record(Act.ENTERED, actor=OPERATOR, account=home, at=AT)
        ann.post("AuditLog/query")
        with CaptureQueriesContext(connection) as queried:
            assert ann.post("AuditLog/query")["numberOfResults"] == upto
        counted.append(len(queried))
    assert counted[0] == counted[1] == counted[2]
    page = ann.post("AuditLog/query")
    found = list(page["result"])
    while "queryToken" in page:
        record(Act.ENTERED, actor=OPERATOR, account=home, at=AT)
        page = ann.post("AuditLog/queryMore", page["queryToken"])
        found += page["result"]
    ids = [one["documentId"] for one in found]
    assert len(ids) == len(set(ids)) == 232


def test_nothing_counts_the_calls_of_runtimes_so_that_queries_find_nothing() -> None:
    """Filters are read and judged all the same, and the privilege is asked for."""
    home, _, ann = _home()
    empty = {"@type": "QueryResult", "result": [], "numberOfResults": 0}
    assert ann.post("ApiUsageCount/query") == empty
    for expression in (
        simple("processDate", "BETWEEN", "2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z"),
        simple("classification", "EQUALS", "PROD"),
        simple("successCount", "GREATER_THAN", 0),
        simple("errorCount", "IS_NOT_NULL"),
        simple("classification", "NOT_EQUALS", "TEST"),
    ):
        assert ann.all_of("ApiUsageCount", expression) == [], expression
    wrong = {"QueryFilter": {"expression": simple("successCount", "EQUALS", "many")}}
    assert refusal(ann.send("POST", "ApiUsageCount/query", wrong))[0] == 400
    una = caller(home, a_user(home, a_role(home, "calls only", "API")))
    assert refusal(una.send("POST", "ApiUsageCount/query"))[:2] == (403, "not_held")
    found = etree.fromstring(ann.send("POST", "ApiUsageCount/query", accept="text/xml").content)
    assert (found.get("numberOfResults"), len(found)) == ("0", 0)
