"""Process Reporting as pages: what is shown to whom, what is absent, and what is refused on direct calls."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenantry.audit.models import Entry
from tenantry.environments.commands import attach_roles, remove_environment
from tenantry.reporting.commands import report_executions
from tenantry.reporting.models import Execution, WorkRequest
from tenantry.roles.commands import create_role
from tenantry.rules.reporting import Direction, Outcome, Reported, ReportedDocument
from tenantry.rules.vocabulary import OPERATOR, AccountId, RoleId
from tenantry.runtimes.commands import detach_runtime
from tenantry.users.commands import add_user
from tests.console.people import AT, House, signed_in
from tests.console.test_page_queries import MOST

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(bare_house: House, db: None) -> House:
    """An account with one execution of one document."""
    return bare_house


def somebody(account: AccountId, name: str, *privileges: str) -> tuple[Client, RoleId]:
    """A browser of somebody with these privileges alone, and the role that has them."""
    role = create_role(actor=OPERATOR, at=AT, account=account, name=f"Role of {name}", privileges=privileges)
    user = add_user(
        actor=OPERATOR,
        at=AT,
        account=account,
        email=f"{name}@acme.example",
        first_name=name,
        last_name="Acme",
        roles={role},
        notify=False,
    ).user
    return signed_in(user, account), role


def close(house: House, *roles: RoleId) -> None:
    """Restrict the environment of the execution."""
    attach_roles(
        actor=OPERATOR, at=AT, account=house.account, environment=house.reports.environment, roles=frozenset(roles)
    )


def at(name: str, house: House) -> str:
    """The address of the execution, or of something with its document."""
    parts = {"execution": house.reports.execution} if name == "execution" else {"document": house.reports.document}
    return reverse(name, kwargs=parts)


def text(client: Client, url: str, status: int = 200) -> str:
    """A page."""
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


ACTIONS = {
    "View Document": "document",
    "Download": "document_download",
    "Run Document in Test Mode": "document_test",
    "Re-run Document": "document_rerun",
}


@pytest.mark.parametrize(
    ("rights", "shown"),
    [
        (("VIEW_RESULT",), set()),
        (("VIEW_RESULT", "VIEW_DATA"), {"View Document", "Download", "Run Document in Test Mode"}),
        (("VIEW_RESULT", "EXECUTE"), {"Re-run Document"}),
        (("VIEW_RESULT", "VIEW_DATA", "EXECUTE"), set(ACTIONS)),
    ],
)
def test_priv_8_actions_without_their_right_are_absent_and_refused(
    house: House, rights: tuple[str, ...], shown: set[str]
) -> None:
    """Without View Data no document and no test run, without Execute no re-run; a direct call is told why it is 403."""
    client, _ = somebody(house.account, "sue", *rights)
    page = text(client, at("execution", house))
    assert "It went wrong" in page
    assert {label for label in ACTIONS if label in page} == shown
    assert "secret content" not in page
    for label, name in ACTIONS.items():
        method = client.get if name in {"document", "document_download"} else client.post
        answer = method(at(name, house))
        if label in shown:
            assert answer.status_code in {200, 303}
        else:
            missing = "EXECUTE" if name == "document_rerun" else "VIEW_DATA"
            assert answer.status_code == 403
            assert missing in answer.content.decode()
            assert "secret content" not in answer.content.decode()
    if shown != set(ACTIONS):
        assert "Some actions are not shown" in page


def test_priv_8_without_view_results_there_is_no_process_reporting(house: House) -> None:
    """Not in the menu, and every address names the privilege; View Data alone opens nothing (PRIV-4)."""
    client, _ = somebody(house.account, "dan", "VIEW_DATA", "EXECUTE", "DASHBOARD")
    assert "Process Reporting" not in text(client, reverse("user_information"))
    for url in (reverse("reporting"), at("execution", house), at("document", house), at("document_download", house)):
        assert "VIEW_RESULT" in text(client, url, 403)
    assert client.post(at("document_rerun", house)).status_code == 403


def test_scn_42_a_closed_environment_leaves_no_trace_and_answers_403(house: House) -> None:
    """Its executions are absent from the list and from the choices; addressing them directly is refused."""
    insider, dev = somebody(house.account, "ina", "VIEW_RESULT", "VIEW_DATA", "EXECUTE")
    outsider, _ = somebody(house.account, "otto", "VIEW_RESULT", "VIEW_DATA", "EXECUTE")
    close(house, dev)
    process = "Acme reports process"
    assert process in text(insider, reverse("reporting"))
    page = text(outsider, reverse("reporting"))
    assert process not in page
    assert "Acme reports" not in page
    environment = reverse("reporting") + f"?environment={house.reports.environment}"
    for url in (environment, at("execution", house), at("document", house), at("document_download", house)):
        refused = text(outsider, url, 403)
        assert "ENV-9" in refused
        assert "secret content" not in refused
    for name in ("document_test", "document_rerun"):
        assert outsider.post(at(name, house)).status_code == 403
    assert not WorkRequest.rows.of(house.account).exists()
    refusals = Entry.rows.of(house.account).filter(type="as.document", modifier="FAILURE")
    assert {(one.action, one.user) for one in refusals} == {
        ("VIEW", "otto@acme.example"),
        ("DOWNLOAD", "otto@acme.example"),
    }
    assert process in text(insider, environment)


def test_an_empty_list_says_why_it_is_empty(house: House) -> None:
    """No open environment, no hit, nothing yet: three different sentences."""
    client, dev = somebody(house.account, "sue", "VIEW_RESULT")
    other, mine = somebody(house.account, "otto", "VIEW_RESULT")
    for environment in (house.environment, house.reports.environment):
        attach_roles(
            actor=OPERATOR, at=AT, account=house.account, environment=environment, roles=frozenset({RoleId("SUPPORT")})
        )
    assert "No environment is open to you" in text(client, reverse("reporting"))
    close(house, mine)
    assert "No executions found" in text(other, reverse("reporting") + "?status=ABORTED")
    Execution.rows.of(house.account).update(environment=house.environment)
    assert "Nothing has run yet" in text(other, reverse("reporting"))
    assert dev != mine


def test_the_environment_that_is_gone_is_shown_to_administrators_as_deleted(house: House) -> None:
    """Its executions stay readable; nothing can run there any more."""
    detach_runtime(actor=OPERATOR, at=AT, account=house.account, runtime=house.reports.runtime)
    client = signed_in(house.administrator, house.account)
    assert client.post(at("document_rerun", house)).status_code == 409
    from tenantry.deploy.commands import forget_environment

    forget_environment(at=AT, account=house.account, environment=house.reports.environment)
    remove_environment(actor=OPERATOR, at=AT, account=house.account, environment=house.reports.environment)
    page = text(client, at("execution", house))
    assert "deleted" in page
    assert "View Document" in page
    assert "Re-run Document" not in page
    assert "Acme reports process" in text(client, reverse("reporting"))
    reader, _ = somebody(house.account, "sue", "VIEW_RESULT", "VIEW_DATA")
    assert "Acme reports process" not in text(reader, reverse("reporting"))
    assert "ENV_MANAGEMENT" in text(reader, at("execution", house), 403)


def test_documents_are_shown_as_text_and_downloaded_as_bytes(house: House) -> None:
    """Never as a page of ours: what a partner sends must not run in the console. Both are recorded."""
    nasty = ReportedDocument("x", Direction.OUTBOUND, '../"<b>.html', "text/html", b"<script>alert(1)</script>")
    raw = ReportedDocument("y", Direction.OUTBOUND, "scan", "image/png", b"\x89PNG\x00")
    empty = ReportedDocument("z", Direction.OUTBOUND, "empty", "text/plain", b"")
    run = Reported("run-2", "P", Outcome.COMPLETE, AT, AT, documents=(nasty, raw, empty))
    report_executions(at=AT, account=house.account, runtime=house.reports.runtime, records=[run])
    from tenantry.reporting.models import Document

    ids = dict(Document.rows.of(house.account).values_list("number", "id"))
    client = signed_in(house.administrator, house.account)
    page = text(client, reverse("document", kwargs={"document": ids["x"]}))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "not shown here" in text(client, reverse("document", kwargs={"document": ids["y"]}))
    assert "The document is empty" in text(client, reverse("document", kwargs={"document": ids["z"]}))
    answer = client.get(reverse("document_download", kwargs={"document": ids["x"]}))
    assert answer.content == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="b_.html"'
    acts = Entry.rows.of(house.account).filter(type="as.document").order_by("id")
    assert [(one.action, one.modifier) for one in acts] == [("VIEW", "SUCCESS")] * 3 + [("DOWNLOAD", "SUCCESS")]


def test_a_request_is_shown_until_it_is_done(house: House) -> None:
    """The execution's page tells who asked for what."""
    client = signed_in(house.administrator, house.account)
    answer = client.post(at("document_rerun", house))
    assert answer.status_code == 303
    page = text(client, answer["Location"])
    assert "Waiting" in page
    assert "Re-run" in page
    assert "ada@acme.example" in page


def test_filters_and_pages_keep_together(house: House) -> None:
    """Next and previous stay within the filter; nonsense in the address is harmless."""
    runs = [Reported(f"n-{n}", "Many", Outcome.COMPLETE, AT, AT) for n in range(70)]
    report_executions(at=AT, account=house.account, runtime=house.reports.runtime, records=runs)
    client = signed_in(house.administrator, house.account)
    first = client.get(reverse("reporting"), {"process": "man"})
    assert len(first.context["executions"]) == 50
    second = client.get(reverse("reporting"), {"process": "man", "after": first.context["page"]["next"]})
    assert len(second.context["executions"]) == 20
    assert {one["process"] for one in second.context["executions"]} == {"Many"}
    for query in ("?status=FINE", "?date_from=yesterday", "?date_to=9999-12-31", "?after=xyz", "?process=" + "x" * 300):
        assert client.get(reverse("reporting") + query).status_code == 200
    assert (
        len(client.get(reverse("reporting") + "?date_from=2026-05-04&date_to=2026-05-04").context["executions"]) == 50
    )
    assert not client.get(reverse("reporting") + "?date_from=2026-05-05").context["executions"]


def test_pages_take_a_fixed_number_of_queries(house: House) -> None:
    """Whatever the number of executions, documents and requests."""
    client = signed_in(house.administrator, house.account)
    urls = (reverse("reporting"), at("execution", house), reverse("dashboard"))

    def numbers() -> list[int]:
        found = []
        for url in urls:
            with CaptureQueriesContext(connection) as queries:
                client.get(url)
            found.append(len(queries))
        return found

    client.post(at("document_test", house))
    before = numbers()
    documents = tuple(ReportedDocument(f"d{n}", Direction.INBOUND, f"d{n}", "text/plain", b"x") for n in range(20))
    runs = [Reported(f"n-{n}", "Many", Outcome.COMPLETE, AT, AT, documents=documents) for n in range(60)]
    report_executions(at=AT, account=house.account, runtime=house.reports.runtime, records=runs)
    for _ in range(5):
        client.post(at("document_test", house))
    assert numbers() == before
    assert max(before) <= MOST
