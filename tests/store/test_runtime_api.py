"""The interface of runtimes: proving themselves, reporting, fetching work; and everything that is no message."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tenantry.accounts.commands import change_account_status, delete_account, reactivate_account, suspend_account
from tenantry.accounts.models import Account
from tenantry.deploy.commands import deploy
from tenantry.reporting.commands import request_work
from tenantry.reporting.models import Document, Execution, WorkRequest
from tenantry.rules.reporting import Work
from tenantry.rules.vocabulary import OPERATOR, Status
from tenantry.runtimes import api, calls
from tenantry.runtimes.bounds import Buckets
from tenantry.runtimes.commands import attach_runtime, detach_runtime, issue_installer_token, remove_runtime
from tenantry.runtimes.messages import Malformed, Report, read
from tenantry.runtimes.models import Runtime
from tests.store.factories import AT, DAY, everything
from tests.store.workplaces import Station, Workplace, a_runtime, a_workplace, an_environment, document_in, reported

pytestmark = pytest.mark.usefixtures("db")

NOW = datetime.now(UTC)
UNPROVEN = {
    "error": {
        "code": "runtime_token_refused",
        "message": "This token installs or proves no runtime: it is unknown, used or has run out.",
    }
}


@dataclass(frozen=True)
class Line:
    """A runtime's line to the platform."""

    secret: str
    scheme: str = "Bearer"

    def get(self, path: str) -> Any:
        """GET."""
        return self._client().get(f"/runtime/v1/{path}")

    def post(self, path: str, message: object) -> Any:
        """POST JSON, or bytes as they are."""
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        return self._client().post(f"/runtime/v1/{path}", body, content_type="application/json")

    def _client(self) -> Client:
        headers = {"host": "127.0.0.1"}
        if self.secret:
            headers["authorization"] = f"{self.scheme} {self.secret}"
        return Client(headers=headers, enforce_csrf_checks=True)


def an_execution(number: str = "run-1", **more: object) -> dict[str, Any]:
    """As JSON."""
    made: dict[str, Any] = {
        "id": number,
        "process": "Orders",
        "status": "COMPLETE",
        "started": "2026-05-04T12:00:00Z",
        "ended": "2026-05-04T14:00:02+02:00",
        "component": "c-1",
        "message": "fine",
        "documents": [
            {"id": "in-1", "direction": "INBOUND", "name": "order.json", "text": "Grüße"},
            {
                "id": "out-1",
                "direction": "OUTBOUND",
                "name": "scan.png",
                "content_type": "image/png",
                "base64": base64.b64encode(b"\x89PNG\x00").decode(),
            },
        ],
    }
    return {**made, **more}


@pytest.fixture(autouse=True)
def _room_for_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins with full buckets."""
    monkeypatch.setattr(api, "CALLS", Buckets(1000, 1000))
    monkeypatch.setattr(api, "STRANGERS", Buckets(1000, 1000))


@pytest.fixture
def works(db: None) -> Workplace:
    """An account with an open environment and a packaged process."""
    return a_workplace()


@pytest.fixture
def station(works: Workplace) -> Station:
    """A runtime in the open environment."""
    return a_runtime(works.account, works.open, "Station")


@pytest.fixture
def line(station: Station) -> Line:
    """Its line."""
    return Line(station.secret)


# ---- installing ----------------------------------------------------------------------------------------------------


def test_a_token_installs_one_runtime_whose_secret_then_proves_it(works: Workplace) -> None:
    """Attached nowhere at first, so there is nothing to run and no work."""
    token = issue_installer_token(actor=OPERATOR, at=datetime.now(UTC), account=works.account)
    answer = Line("").post("install", {"token": token, "name": "Mine", "version": "1.2"})
    assert answer.status_code == 201
    made = answer.json()
    row = Runtime.rows.of(works.account).get()
    assert (row.id, row.name, row.version, row.environment_id) == (made["runtime"], "Mine", "1.2", None)
    assert made["secret"] not in str(everything())
    line = Line(made["secret"])
    assert line.get("deployments").json() == {"environment": None, "deployments": [], "next": None}
    assert line.get("work").json() == {"work": []}
    assert line.get("deployments/1").status_code == 409
    again = Line("").post("install", {"token": token, "name": "Mine"})
    assert (again.status_code, again.json()) == (401, UNPROVEN)


@pytest.mark.parametrize("token", ["unknown", "old"])
def test_a_token_that_installs_nothing_is_answered_like_any_bad_secret(works: Workplace, token: str) -> None:
    """401, the same words, and nothing happens."""
    if token == "old":
        token = issue_installer_token(actor=OPERATOR, at=datetime.now(UTC) - 2 * DAY, account=works.account)
    before = everything()
    answer = Line("").post("install", {"token": token, "name": "Mine"})
    assert (answer.status_code, answer.json()) == (401, UNPROVEN)
    assert everything() == before


@pytest.mark.parametrize(
    "message",
    [b"", b"{", b"[]", {"token": "x"}, {"token": "x", "name": ""}, {"token": "x", "name": "y", "more": 1}, b"\xff"],
)
def test_what_does_not_install_is_told_with_its_place(works: Workplace, message: object) -> None:
    """422, with a place within the message."""
    answer = Line("").post("install", message)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "malformed"
    assert answer.json()["error"]["place"].startswith("$")


def test_acc_4_a_suspended_account_installs_nothing(works: Workplace) -> None:
    """The token is not used up by the attempt."""
    token = issue_installer_token(actor=OPERATOR, at=datetime.now(UTC), account=works.account)
    suspend_account(actor=OPERATOR, at=AT, account=works.account)
    answer = Line("").post("install", {"token": token, "name": "Mine"})
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "account_not_available"
    reactivate_account(actor=OPERATOR, at=AT, account=works.account)
    assert Line("").post("install", {"token": token, "name": "Mine"}).status_code == 201


# ---- proving -------------------------------------------------------------------------------------------------------

CALLS = [
    ("GET", "deployments"),
    ("GET", "deployments/1"),
    ("POST", "updates"),
    ("POST", "executions"),
    ("GET", "work"),
    ("POST", "work/some/done"),
]


def call(line: Line, method: str, path: str) -> HttpResponse:
    """One of them, with a body that nobody should get to read."""
    return line.get(path) if method == "GET" else line.post(path, b"not even JSON")  # type: ignore[no-any-return]


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize(
    "line", [Line(""), Line("nonsense"), Line("x" * 5000), Line("nonsense", "Basic"), Line("nonsense", "")]
)
def test_a_bad_secret_is_answered_alike_whatever_is_wrong_with_it(line: Line, method: str, path: str) -> None:
    """401 with the same words and the same headers, before the message is looked at."""
    answer = call(line, method, path)
    assert (answer.status_code, json.loads(answer.content)) == (401, UNPROVEN)
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_secret_ends_with_its_runtime(works: Workplace, station: Station, line: Line) -> None:
    """And belongs to the scheme Bearer."""
    assert line.get("work").status_code == 200
    assert Line(station.secret, "bearer").get("work").status_code == 200
    assert Line(station.secret, "Basic").get("work").status_code == 401
    detach_runtime(actor=OPERATOR, at=AT, account=works.account, runtime=station.id)
    remove_runtime(actor=OPERATOR, at=AT, account=works.account, runtime=station.id)
    assert line.get("work").status_code == 401


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("why", ["suspended", "deleted", "trial over"])
def test_acc_4_a_runtime_of_an_account_that_lets_nobody_in_is_refused(
    works: Workplace, line: Line, why: str, method: str, path: str
) -> None:
    """403, with the reason."""
    match why:
        case "suspended":
            suspend_account(actor=OPERATOR, at=AT, account=works.account)
        case "deleted":
            delete_account(actor=OPERATOR, at=AT, account=works.account)
        case _:
            change_account_status(actor=OPERATOR, at=AT, account=works.account, status=Status.TRIAL)
            Account.rows.of(works.account).update(trial_ends=datetime.now(UTC) - timedelta(seconds=1))
    answer = call(line, method, path)
    assert answer.status_code == 403
    assert json.loads(answer.content)["error"]["code"] == "account_not_available"


def test_a_call_is_noted_now_and_then(works: Workplace, station: Station, line: Line) -> None:
    """When a runtime was last seen is kept to half a minute, so that calls need not write."""
    Runtime.rows.of(works.account).update(seen_at=NOW - DAY)
    line.get("work")
    noted = Runtime.rows.of(works.account).get().seen_at
    assert noted is not None
    assert noted > NOW - timedelta(minutes=1)
    line.get("work")
    assert Runtime.rows.of(works.account).get().seen_at == noted
    Runtime.rows.of(works.account).update(seen_at=noted - calls.SEEN_EVERY)
    line.get("work")
    assert Runtime.rows.of(works.account).get().seen_at != noted - calls.SEEN_EVERY


@pytest.mark.parametrize(("method", "path"), [*CALLS, ("POST", "install")])
def test_each_address_has_one_method(line: Line, method: str, path: str) -> None:
    """405 names it."""
    other = line.post(path, {}) if method == "GET" else line.get(path)
    assert (other.status_code, other["Allow"]) == (405, method)


# ---- what to run ---------------------------------------------------------------------------------------------------


def test_a_runtime_learns_what_is_deployed_where_it_is(works: Workplace, station: Station, line: Line) -> None:
    """Of its environment alone; the text by a call of its own."""
    elsewhere = an_environment(works.account, "Elsewhere")
    where = {"actor": OPERATOR, "at": AT, "account": works.account, "package": works.package}
    here = deploy(**where, environment=works.open)  # type: ignore[arg-type]
    there = deploy(**where, environment=elsewhere)  # type: ignore[arg-type]
    told = line.get("deployments").json()
    assert told["environment"] == {"id": works.open, "name": "Open"}
    [one] = told["deployments"]
    assert (one["id"], one["name"], one["type"], one["version"]) == (here, "Orders", "process", "1.0")
    assert told["next"] is None
    assert line.get(f"deployments/{here}").json()["text"] == "<process name='Orders'/>"
    assert line.get(f"deployments/{there}").status_code == 404
    assert line.get(f"deployments?after={here}").json()["deployments"] == []
    assert line.get("deployments?after=x").status_code == 422
    attach_runtime(actor=OPERATOR, at=AT, account=works.account, runtime=station.id, environment=elsewhere)
    assert [one["id"] for one in line.get("deployments").json()["deployments"]] == [there]


# ---- reporting -----------------------------------------------------------------------------------------------------


def test_a_report_is_kept_and_its_repetition_is_not(works: Workplace, line: Line) -> None:
    """Texts as UTF-8, bytes as they are, times in UTC."""
    assert line.post("executions", {"executions": [an_execution()]}).json() == {"new": 1, "changed": 0, "unchanged": 0}
    before = everything()
    assert line.post("executions", {"executions": [an_execution()]}).json() == {"new": 0, "changed": 0, "unchanged": 1}
    assert everything() == before
    row = Execution.rows.of(works.account).get()
    assert (row.environment, row.runtime_name) == (works.open, "Station")
    assert row.ended_at - row.started_at == timedelta(seconds=2)  # type: ignore[operator]
    contents = {one.name: bytes(one.content) for one in Document.rows.of(works.account)}
    assert contents == {"order.json": "Grüße".encode(), "scan.png": b"\x89PNG\x00"}


def test_a_runtime_attached_nowhere_is_told_so(works: Workplace, station: Station, line: Line) -> None:
    """409 with the reason, and nothing is kept."""
    detach_runtime(actor=OPERATOR, at=AT, account=works.account, runtime=station.id)
    line.get("work")  # the note that it was seen
    before = everything()
    answer = line.post("executions", {"executions": [an_execution()]})
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "runtime_unattached"
    assert "Station is attached to no environment" in answer.json()["error"]["message"]
    assert everything() == before


DOCUMENT = {"id": "d", "direction": "INBOUND", "name": "n", "text": "t"}
MALFORMED: dict[str, tuple[object, str]] = {
    "no JSON": (b"{", "$"),
    "no UTF-8": (b'{"executions": "\xff"}', "$.executions"),
    "too deep": (b"[" * 100_000, "$"),
    "another shape": ([], "$"),
    "none": ({"executions": []}, "$.executions"),
    "too many": ({"executions": [an_execution(f"{n}", documents=[]) for n in range(501)]}, "$.executions"),
    "unknown field": ({"executions": [an_execution(more=1)]}, "$.executions[0]"),
    "missing field": ({"executions": [{"id": "x"}]}, "$.executions[0]"),
    "empty id": ({"executions": [an_execution("")]}, "$.executions[0].id"),
    "long id": ({"executions": [an_execution("x" * 65)]}, "$.executions[0].id"),
    "long process": ({"executions": [an_execution(process="x" * 256)]}, "$.executions[0].process"),
    "number for a text": ({"executions": [an_execution(process=5)]}, "$.executions[0].process"),
    "zero character": ({"executions": [an_execution(message="a\x00b")]}, "$.executions[0].message"),
    "long message": ({"executions": [an_execution(message="x" * 10_001)]}, "$.executions[0].message"),
    "unknown status": ({"executions": [an_execution(status="FINE")]}, "$.executions[0].status"),
    "time without offset": ({"executions": [an_execution(started="2026-05-04T12:00:00")]}, "$.executions[0].started"),
    "no time": ({"executions": [an_execution(started="yesterday")]}, "$.executions[0].started"),
    "out of range": (
        {"executions": [an_execution(started="0001-01-01T00:00:00+10:00")]},
        "$.executions[0].started",
    ),
    "ahead": ({"executions": [an_execution(started="2999-01-01T00:00:00Z")]}, "$.executions[0].started"),
    "ends first": ({"executions": [an_execution(ended="2026-05-04T11:59:59Z")]}, "$.executions[0].ended"),
    "ended without end": ({"executions": [an_execution(ended=None)]}, "$.executions[0].ended"),
    "runs with end": ({"executions": [an_execution(status="STARTED")]}, "$.executions[0].ended"),
    "too many documents": (
        {"executions": [an_execution(documents=[{**DOCUMENT, "id": f"{n}"} for n in range(21)])]},
        "$.executions[0].documents",
    ),
    "unknown direction": (
        {"executions": [an_execution(documents=[{**DOCUMENT, "direction": "UP"}])]},
        "$.executions[0].documents[0].direction",
    ),
    "no content": (
        {"executions": [an_execution(documents=[{"id": "d", "direction": "INBOUND", "name": "n"}])]},
        "$.executions[0].documents[0]",
    ),
    "two contents": (
        {"executions": [an_execution(documents=[{**DOCUMENT, "base64": ""}])]},
        "$.executions[0].documents[0]",
    ),
    "no base64": (
        {"executions": [an_execution(documents=[{"id": "d", "direction": "INBOUND", "name": "n", "base64": "*"}])]},
        "$.executions[0].documents[0].base64",
    ),
    "large document": (
        {"executions": [an_execution(documents=[{**DOCUMENT, "text": "x" * (1024 * 1024 + 1)}])]},
        "$.executions[0].documents[0]",
    ),
    "the last of many": (
        {"executions": [an_execution("a"), an_execution("b"), an_execution("c", status="?")]},
        "$.executions[2].status",
    ),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_cannot_be_read_changes_nothing_and_is_told_with_its_place(
    works: Workplace, line: Line, name: str
) -> None:
    """422 with the place; of a report with one bad execution nothing is kept."""
    line.get("work")  # the note that it was seen
    before = everything()
    message, expected = MALFORMED[name]
    answer = line.post("executions", message)
    assert answer.status_code == 422, answer.content
    assert answer.json()["error"]["place"] == expected
    assert everything() == before


def test_a_message_has_a_limit(line: Line) -> None:
    """413, told by its length alone."""
    assert line.post("executions", b" " * (2 * 1024 * 1024 + 1)).status_code == 413
    assert line.post("executions", b" " * (2 * 1024 * 1024)).status_code == 422
    broken = Client(headers={"host": "127.0.0.1"})
    assert broken.post("/runtime/v1/install", b"{}", "application/json", CONTENT_LENGTH="-1").status_code == 413


def test_documents_of_many_executions_fit_into_one_report(works: Workplace, line: Line) -> None:
    """As many as are allowed."""
    documents = [{**DOCUMENT, "id": f"{n}"} for n in range(20)]
    report = {"executions": [an_execution(f"{n}", documents=documents) for n in range(500)]}
    assert line.post("executions", report).json()["new"] == 500
    assert Document.rows.of(works.account).count() == 10_000


# ---- work ----------------------------------------------------------------------------------------------------------


def test_work_is_fetched_carried_out_and_done_once(works: Workplace, station: Station, line: Line) -> None:
    """It stays until it is done; the new execution names it."""
    [row] = reported(works.account, station)
    document = document_in(works.account, row)
    given = {"actor": OPERATOR, "at": AT, "account": works.account, "document": document.pk}
    rerun = request_work(**given, kind=Work.RERUN)  # type: ignore[arg-type]
    [told] = line.get("work").json()["work"]
    assert (told["id"], told["kind"], told["process"], told["execution"]) == (rerun, "RERUN", "Orders", "run-1")
    assert base64.b64decode(told["document"]["base64"]) == b'{"order": 1}'
    assert [one["id"] for one in line.get("work").json()["work"]] == [rerun]
    assert line.post("executions", {"executions": [an_execution("again", work=rerun)]}).status_code == 200
    for _ in range(2):
        answer = line.post(f"work/{rerun}/done", {"status": "COMPLETE", "message": "done"})
        assert answer.json() == {"done": rerun}
    assert line.get("work").json() == {"work": []}
    assert WorkRequest.rows.of(works.account).get().message == "done"
    assert Execution.rows.of(works.account).get(number="again").of_id == row.pk


def test_work_is_handed_out_in_small_portions_oldest_first(works: Workplace, station: Station, line: Line) -> None:
    """Five at a time."""
    [row] = reported(works.account, station)
    document = document_in(works.account, row).pk
    made = [
        request_work(
            actor=OPERATOR, at=AT + timedelta(seconds=n), account=works.account, document=document, kind=Work.TEST
        )
        for n in range(7)
    ]
    assert [one["id"] for one in line.get("work").json()["work"]] == made[:5]


def test_work_of_others_is_not_there(works: Workplace, station: Station) -> None:
    """Not of another runtime, not of another account; and done says how."""
    [row] = reported(works.account, station)
    document = document_in(works.account, row).pk
    work = request_work(actor=OPERATOR, at=AT, account=works.account, document=document, kind=Work.RERUN)
    theirs = a_workplace("Theirs")
    strangers = (a_runtime(works.account, works.open), a_runtime(theirs.account, theirs.open))
    for stranger in strangers:
        line = Line(stranger.secret)
        assert line.get("work").json() == {"work": []}
        assert line.post(f"work/{work}/done", {}).status_code == 404
        assert line.post("executions", {"executions": [an_execution(work=work)]}).status_code == 404
    own = Line(station.secret)
    assert own.post("work/nothing/done", {}).status_code == 404
    assert own.post(f"work/{work}/done", {"status": "?"}).status_code == 422
    assert own.post(f"work/{work}/done", b"").json() == {"done": work}


# ---- bounds --------------------------------------------------------------------------------------------------------


def test_too_many_calls_have_to_wait(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """429 with the time to wait; others are not held up."""
    monkeypatch.setattr(api, "CALLS", Buckets(0.001, 3))
    assert [line.get("work").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    answer = line.get("work")
    assert answer.json()["error"]["code"] == "too_many_calls"
    assert int(answer["Retry-After"]) > 1


def test_trying_secrets_has_to_wait_too(monkeypatch: pytest.MonkeyPatch, line: Line) -> None:
    """By address; a runtime at the same address that proves itself goes on."""
    monkeypatch.setattr(api, "STRANGERS", Buckets(0.001, 2))
    assert [Line("wrong").get("work").status_code for _ in range(4)] == [401, 401, 429, 429]
    assert Line("").post("install", {"token": "x", "name": "y"}).status_code == 429
    assert line.get("work").status_code == 200


def test_a_bucket_fills_up_again() -> None:
    """With time, up to its brim, for each caller by itself."""
    now = [0.0]
    buckets = Buckets(rate=2, burst=3, clock=lambda: now[0])
    assert [buckets.wait("a") for _ in range(5)] == [0, 0, 0, 0.5, 0.5]
    assert buckets.wait("b") == 0
    now[0] = 0.5
    assert [buckets.wait("a") for _ in range(2)] == [0, 0.5]
    now[0] = 100
    assert [buckets.wait("a") for _ in range(4)] == [0, 0, 0, 0.5]


def test_nothing_but_json_comes_out(line: Line) -> None:
    """Also where something is refused; and nobody may keep it."""
    for answer in (line.get("work"), Line("").get("work"), line.post("executions", b"")):
        assert answer["Content-Type"] == "application/json"
        assert "no-store" in answer["Cache-Control"]


def test_a_message_that_is_read_names_its_place() -> None:
    """A text that no database keeps is found wherever it is."""
    text = json.dumps({"executions": [an_execution(documents=[{**DOCUMENT, "name": "a\x00"}])]}).encode()
    with pytest.raises(Malformed) as caught:
        read(text, Report)
    assert caught.value.place == "$.executions[0].documents[0].name"
