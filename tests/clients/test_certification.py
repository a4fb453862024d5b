"""The certification scenario of the AuthZEN Authorization API 1.0, request by request, against a real server.

Each test names the chapter of the scenario. The fixture of chapter 1 is `certification.jsonl`: a policy as data.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.borders.tree import PROJECT
from tests.journeys.installation import Installation, environment

FIXTURE = Path(__file__).with_name("certification.jsonl")

Body = dict[str, Any]

ALICE: Body = {"type": "user", "id": "alice"}
BOB: Body = {"type": "user", "id": "bob"}
ADMIN_BOB: Body = {**BOB, "properties": {"role": "admin"}}
READ: Body = {"name": "read"}
WRITE: Body = {"name": "write"}
RECORD_1: Body = {"type": "record", "id": "record-1"}
RECORD_2: Body = {"type": "record", "id": "record-2"}
ACTIVE: Body = {**RECORD_1, "properties": {"status": "active"}}
ARCHIVED: Body = {**RECORD_2, "properties": {"status": "archived"}}
CONTEXT: Body = {"time": "2025-06-27T18:03-07:00", "ip": "192.168.1.1"}


@dataclass(frozen=True)
class Harness:
    """What sends the requests."""

    url: str
    session: requests.Session

    def send(self, path: str, body: object, **headers: str) -> requests.Response:
        """A request of the scenario; text is sent as it is."""
        sent = body if isinstance(body, str) else json.dumps(body)
        return self.session.post(
            f"{self.url}/access/v1/{path}", sent, headers={"Content-Type": "application/json", **headers}, timeout=30
        )

    def ask(self, path: str, body: object) -> Any:
        """What is answered with 200 (chapter 5)."""
        answer = self.send(path, body)
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Type"] == "application/json"
        return answer.json()

    def decide(self, body: object) -> bool:
        """A decision, and nothing in its answer that may not be there (2.3)."""
        told = self.ask("evaluation", body)
        assert isinstance(told["decision"], bool)
        assert isinstance(told.get("context", {}), dict)
        return bool(told["decision"])

    def decide_all(self, body: object) -> list[bool]:
        """Decisions in the order of the questions (3.3)."""
        told = self.ask("evaluations", body)
        assert "decision" not in told
        assert all(isinstance(one["decision"], bool) for one in told["evaluations"])
        return [one["decision"] for one in told["evaluations"]]

    def search(self, kind: str, body: object) -> list[Body]:
        """What a search finds (4.2 to 4.4)."""
        found: list[Body] = self.ask(f"search/{kind}", body)["results"]
        assert isinstance(found, list)
        return found


@pytest.fixture(scope="module")
def token(served: Installation) -> str:
    """Of a host application that may ask; the fixture is loaded."""
    served.load(*map(json.loads, FIXTURE.read_text().splitlines()))
    command = [str(Path(sys.executable).parent / "tenantry"), "token", "issue", "--client", "harness"]
    env = environment(served.folder, served.url)
    said = subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, check=True)
    return said.stdout.split()[-1]


@pytest.fixture(scope="module", params=["beside the console", "alone"])
def harness(request: pytest.FixtureRequest, served: Installation, alone: str, token: str) -> Iterator[Harness]:
    """A decision point with the fixture, both ways in which it is served."""
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token}"
        yield Harness(alone if request.param == "alone" else served.url, session)


def question(subject: Body, action: Body, resource: Body, **more: object) -> Body:
    """An evaluation request."""
    return {"subject": subject, "action": action, "resource": resource, **more}


# ---- Basic Core -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chapter", "asked", "expected"),
    [
        ("2.2.1", question(ALICE, READ, RECORD_1), True),
        ("rule 2", question(ALICE, WRITE, RECORD_1), True),
        ("rule 3", question(BOB, READ, RECORD_1), True),
        ("2.2.2", question(BOB, WRITE, RECORD_1), False),
        ("2.2.3", question(ALICE, READ, RECORD_1, context=CONTEXT), True),
        (
            "2.2.8",
            question(
                {**ALICE, "properties": {"department": "Sales", "role": "manager"}},
                {**READ, "properties": {"method": "GET"}},
                {**RECORD_1, "properties": {"status": "active", "owner": "bob"}},
            ),
            True,
        ),
        ("2.2.9", question(ALICE, READ, RECORD_1, foo="bar", futureField={"nested": True}), True),
    ],
)
def test_basic_core(harness: Harness, chapter: str, asked: Body, expected: bool) -> None:  # noqa: FBT001
    """Decisions by identifiers alone; the same each time (2.6)."""
    assert [harness.decide(asked) for _ in range(3)] == [expected] * 3, chapter


WHOLE = question(ALICE, READ, RECORD_1)


@pytest.mark.parametrize("missing", ["subject", "action", "resource"])
def test_basic_core_2_4_1_missing_fields(harness: Harness, missing: str) -> None:
    """400."""
    assert harness.send("evaluation", {name: one for name, one in WHOLE.items() if name != missing}).status_code == 400


@pytest.mark.parametrize(
    ("entity", "missing"),
    [("subject", "type"), ("subject", "id"), ("action", "name"), ("resource", "type"), ("resource", "id")],
)
def test_basic_core_2_4_2_missing_sub_fields(harness: Harness, entity: str, missing: str) -> None:
    """400."""
    partial = {name: one for name, one in WHOLE[entity].items() if name != missing}
    assert harness.send("evaluation", {**WHOLE, entity: partial}).status_code == 400


def test_basic_core_2_4_3_to_2_4_6_what_is_no_request(harness: Harness) -> None:
    """Another content type, no JSON, nothing, fields of other types: 400."""
    send = harness.send
    assert send("evaluation", WHOLE, **{"Content-Type": "text/plain"}).status_code == 400
    assert send("evaluation", "{not json").status_code == 400
    assert send("evaluation", "").status_code == 400
    assert send("evaluation", {**WHOLE, "subject": "alice"}).status_code == 400
    assert send("evaluation", {**WHOLE, "action": {"name": 123}}).status_code == 400


def test_basic_core_2_5_the_request_id_comes_back(harness: Harness) -> None:
    """Of whatever request; without one nothing fails."""
    for path, body in (("evaluation", WHOLE), ("evaluations", WHOLE), ("evaluation", "{"), ("search/action", WHOLE)):
        answer = harness.send(path, body, **{"X-Request-ID": "bfe9eb29-ab87-4ca3-be83-a1d5d8305716"})
        assert answer.headers["X-Request-ID"] == "bfe9eb29-ab87-4ca3-be83-a1d5d8305716"
    assert harness.send("evaluation", WHOLE).status_code == 200


# ---- Basic Properties -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chapter", "asked", "expected"),
    [
        ("2.2.4", question(ALICE, WRITE, ARCHIVED), False),
        ("2.2.5", question(ADMIN_BOB, WRITE, ARCHIVED), True),
        ("2.2.6", question(ALICE, {"name": "delete", "properties": {"soft": True}}, RECORD_1), True),
        ("2.2.7", question(ALICE, {"name": "delete", "properties": {"soft": False}}, RECORD_1), False),
    ],
)
def test_basic_properties(harness: Harness, chapter: str, asked: Body, expected: bool) -> None:  # noqa: FBT001
    """Decisions by what is said of subject, action and resource."""
    assert harness.decide(asked) is expected, chapter


# ---- Batch ----------------------------------------------------------------------------------------------------------


def test_batch_core(harness: Harness) -> None:
    """Arrays, their order, and contexts around them (3.2.1, 3.2.2, 3.2.5, 3.2.6)."""
    ask = harness.decide_all
    around = {"subject": ALICE, "action": READ}
    assert len(ask({**around, "evaluations": [{"resource": RECORD_1}, {"resource": RECORD_2}]})) == 2
    assert ask({"subject": BOB, "resource": RECORD_1, "evaluations": [{"action": READ}, {"action": WRITE}]}) == [
        True,
        False,
    ]
    whole = [question(ALICE, READ, RECORD_1), question(BOB, WRITE, RECORD_1)]
    assert ask({"evaluations": whole}) == [True, False]
    other = {"time": "2025-06-27T19:00-07:00", "source": "batch-override"}
    timed = {**around, "context": {"time": CONTEXT["time"]}}
    assert len(ask({**timed, "evaluations": [{"resource": RECORD_1}, {"resource": RECORD_2, "context": other}]})) == 2


def test_batch_core_3_4_1_an_evaluation_that_lacks_something(harness: Harness) -> None:
    """No, in its place, and the others are answered."""
    asked = {"subject": ALICE, "action": READ, "options": {"evaluations_semantic": "execute_all"}}
    assert harness.decide_all({**asked, "evaluations": [{"resource": RECORD_1}, {}]}) == [True, False]


def test_batch_core_3_4_2_and_3_4_3_without_evaluations(harness: Harness) -> None:
    """As a single one."""
    for asked in (WHOLE, {**WHOLE, "evaluations": []}):
        assert harness.ask("evaluations", asked)["decision"] is True


def test_batch_properties(harness: Harness) -> None:
    """Properties of each question, and entities inherited whole (3.2.3, 3.2.4, 3.2.7)."""
    ask = harness.decide_all
    writing = {"subject": ALICE, "action": WRITE}
    assert ask({**writing, "evaluations": [{"resource": ACTIVE}, {"resource": ARCHIVED}]}) == [True, False]
    archived = {"action": WRITE, "resource": ARCHIVED}
    assert ask({**archived, "evaluations": [{"subject": ALICE}, {"subject": ADMIN_BOB}]}) == [False, True]
    assert ask({**writing, "resource": ACTIVE, "evaluations": [{}, {"resource": ARCHIVED}]}) == [True, False]


# ---- Search ---------------------------------------------------------------------------------------------------------


def test_search_core_subjects(harness: Harness) -> None:
    """With a context and with an id that counts for nothing the same (4.2.1 to 4.2.3)."""
    asked = {"subject": {"type": "user"}, "action": READ, "resource": RECORD_1}
    found = harness.search("subject", asked)
    assert all(one["type"] == "user" and one["id"] for one in found)
    assert ALICE in found
    assert BOB in found
    assert harness.search("subject", {**asked, "context": CONTEXT}) == found
    assert harness.search("subject", {**asked, "subject": ALICE}) == found


def test_search_core_resources(harness: Harness) -> None:
    """Likewise (4.3.1 to 4.3.3)."""
    asked = {"subject": ALICE, "action": READ, "resource": {"type": "record"}}
    found = harness.search("resource", asked)
    assert all(one["type"] == "record" and one["id"] for one in found)
    assert RECORD_1 in found
    assert harness.search("resource", {**asked, "context": CONTEXT}) == found
    assert harness.search("resource", {**asked, "resource": RECORD_1}) == found


def test_search_core_actions(harness: Harness) -> None:
    """Likewise (4.4.1, 4.4.2)."""
    asked = {"subject": ALICE, "resource": RECORD_1}
    found = harness.search("action", asked)
    assert all(one["name"] for one in found)
    assert READ in found
    assert WRITE in found
    assert harness.search("action", {**asked, "context": CONTEXT}) == found


def test_search_core_4_5_pages(harness: Harness) -> None:
    """One name a page, to the end."""
    asked = {"subject": {"type": "user"}, "action": READ, "resource": RECORD_1}
    told = harness.ask("search/subject", {**asked, "page": {"limit": 1}})
    found = told["results"]
    while told["page"]["next_token"]:
        told = harness.ask("search/subject", {**asked, "page": {"token": told["page"]["next_token"]}})
        assert isinstance(told["page"]["next_token"], str)
        found += told["results"]
    assert found == harness.search("subject", asked)


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("action", {"subject": {"type": "user", "id": "nonexistent-user"}, "resource": RECORD_1}),
        ("action", {"subject": ALICE, "resource": {"type": "record", "id": "nonexistent-record"}}),
        ("action", {"subject": {"type": "spaceship", "id": "alice"}, "resource": RECORD_1}),
        ("action", {"subject": ALICE, "resource": {"type": "spaceship", "id": "record-1"}}),
        ("subject", {"subject": {"type": "spaceship"}, "action": READ, "resource": RECORD_1}),
        ("subject", {"subject": {"type": "user"}, "action": READ, "resource": {"type": "record", "id": "none"}}),
        ("resource", {"subject": ALICE, "action": READ, "resource": {"type": "spaceship"}}),
        ("resource", {"subject": {"type": "user", "id": "none"}, "action": READ, "resource": {"type": "record"}}),
    ],
)
def test_search_core_4_6_nothing_is_found_of_what_is_not_known(harness: Harness, kind: str, asked: Body) -> None:
    """No error."""
    assert harness.search(kind, asked) == []


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("subject", {"subject": {"type": "user"}, "resource": RECORD_1}),
        ("resource", {"action": READ, "resource": {"type": "record"}}),
        ("action", {"subject": ALICE}),
        ("subject", {"subject": {"type": "user"}, "action": READ, "resource": {"type": "record"}}),
        ("resource", {"subject": {"type": "user"}, "action": READ, "resource": {"type": "record"}}),
        ("action", {"subject": {"type": "user"}, "resource": RECORD_1}),
    ],
)
def test_search_core_4_7_what_is_no_search(harness: Harness, kind: str, asked: Body) -> None:
    """400."""
    assert harness.send(f"search/{kind}", asked).status_code == 400


def test_search_properties(harness: Harness) -> None:
    """Who, where and what by properties (4.2.4, 4.3.4, 4.4.3)."""
    assert BOB in harness.search("subject", {"subject": {"type": "user"}, "action": WRITE, "resource": ARCHIVED})
    found = harness.search("resource", {"subject": ADMIN_BOB, "action": WRITE, "resource": {"type": "record"}})
    assert RECORD_2 in found
    assert WRITE in harness.search("action", {"subject": ADMIN_BOB, "resource": ARCHIVED})


# ---- Discovery ------------------------------------------------------------------------------------------------------


def test_discovery(harness: Harness) -> None:
    """Where everything is (6.2 to 6.5); over HTTPS where the base address says so, which a proxy in front provides."""
    answer = requests.get(f"{harness.url}/.well-known/authzen-configuration", timeout=30)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    told = answer.json()
    assert told.pop("policy_decision_point") == harness.url
    assert set(told) == {
        "access_evaluation_endpoint",
        "access_evaluations_endpoint",
        "search_subject_endpoint",
        "search_resource_endpoint",
        "search_action_endpoint",
    }
    for address in told.values():
        assert address.startswith(f"{harness.url}/access/v1/")
        assert harness.session.post(address, "{}", headers={"Content-Type": "application/json"}).status_code == 400
