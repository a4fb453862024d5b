"""Questions of host applications in random worlds with conditions: the product answers as the law."""

from __future__ import annotations

import os
from datetime import datetime

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, event, given, settings, strategies as st

from tenantry.decisions.authzen import evaluate, parse
from tenantry.decisions.conditions import Asked, wrong
from tenantry.decisions.engine import ENGINE
from tenantry.rules.vocabulary import AccountId, Condition
from tests.scenarios.doors import ModelDoor
from tests.scenarios.product_doors import StoreDoor, decision_as_answer
from tests.scenarios.questions import Allowed, Denied, Line

from .conditions import PREDICATES, fulfils, properties
from .facts_of_questions import Question
from .test_machine import NOBODY, undone
from .worlds import ASKED_PRIVILEGES, INSTANTS, worlds

pytestmark = [pytest.mark.django_db, pytest.mark.store]

EXAMPLES = int(os.environ.get("CONDITION_EXAMPLES", "4"))
QUESTIONS = 60
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]


@st.composite
def questions(draw: st.DrawFn, users: list[str], resources: list[tuple[str, str]]) -> Question:
    """Somebody asks something of a resource, and tells this and that of it."""
    kind, key = draw(st.sampled_from(resources))
    return {
        "subject": {"type": "user", "id": draw(st.sampled_from(users)), "properties": draw(properties())},
        "action": {"name": draw(st.sampled_from(ASKED_PRIVILEGES)), "properties": draw(properties())},
        "resource": {"type": kind, "id": key, "properties": draw(properties())},
        "context": draw(properties()),
    }


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=QUIET, phases=[Phase.explicit, Phase.generate])
@given(st.data(), worlds(groups=True, conditional=True))
@pytest.mark.timeout(0)
def test_questions_are_answered_as_the_law_says(data: st.DataObject, lines: list[Line]) -> None:
    """Allowed or denied for the same reason, by the same roles, whatever is asked and told."""
    users = [*sorted(line["id"] for line in lines if line["kind"] == "user"), NOBODY]
    resources = [("account", line["id"]) for line in lines if line["kind"] == "account"]
    resources += [("invoice", line["id"]) for line in lines if line["kind"] == "object"] * 3
    with undone():
        store, model = StoreDoor(), ModelDoor()
        store.load(lines)
        model.load(lines)
        for _ in range(QUESTIONS):
            question = data.draw(questions(users, resources))
            at = datetime.fromisoformat(data.draw(st.sampled_from(INSTANTS)))
            kind, key = question["resource"]["type"], question["resource"]["id"]
            account = key if kind == "account" else model.world.objects[kind, key]
            snapshot = ENGINE.snapshot(AccountId(account))
            assert snapshot is not None
            decision = evaluate(ENGINE, parse(msgspec.json.encode(question)), at)
            answer = model.world.answer_to(question, at)
            law = Allowed(answer.roles) if answer.allowed else Denied(answer.reason)
            event(answer.reason)
            assert decision_as_answer(decision, snapshot.account) == law, (question, at)


@settings(max_examples=200, deadline=None)
@given(questions(["ann@a.example", "x"], [("invoice", "INV-1"), ("account", "a-1")]))
def test_each_condition_means_what_is_said_in_python_beside_it(question: Question) -> None:
    """By the language as by the predicate."""
    request = parse(msgspec.json.encode(question))
    judge = Asked(request.subject, request.action, request.resource, request.context)
    for text in PREDICATES:
        assert wrong(text) == ""
        assert judge(Condition(text), "").met == fulfils(text, question), (text, question)
