"""What conditions can say of a question, what is refused, and that nothing that is taken is dear."""

import sys
import threading
import time
from typing import Any

import pytest

from tenantry.decisions.authzen import Action, Resource, Subject
from tenantry.decisions.conditions import VALUES_LIMIT, Asked, check, wrong
from tenantry.rules.conditions import CONDITION_LIMIT, Verdict
from tenantry.rules.vocabulary import Condition

ANN = Subject("user", "ann@example.com", {"role": "admin", "teams": ["a", "b"], "level": 3})


def judge(text: str, stored: str = "", person: str = "", **told: Any) -> Verdict:
    """What a condition comes to for Ann who writes a page."""
    asked = Asked(
        told.get("subject", ANN),
        Action("write", told.get("action", {})),
        Resource("page", "7", told.get("resource", {})),
        told.get("context", {}),
        stored,
    )
    return asked(Condition(text), person)


@pytest.mark.parametrize(
    "text",
    [
        'subject.type == "user" && subject.id == "ann@example.com"',
        'action.name == "write" && resource.type == "page" && resource.id == "7"',
        'subject.properties.role == "admin"',
        'subject.properties["role"] in ["admin", "owner"]',
        '"a" in subject.properties.teams',
        "subject.properties.level > 2.5",
        "has(subject.properties.role) && !has(subject.properties.nothing)",
        'subject.properties.nothing == 1 || subject.properties.role == "admin"',
        'subject.id.endsWith("@example.com")',
        "size(subject.properties.teams) == 2",
        'timestamp("2026-01-01T00:00:00Z").getHours("Europe/Berlin") == 1',
        "context == {}",
    ],
)
def test_what_a_question_tells_can_be_compared(text: str) -> None:
    """Members of subject, action, resource and context, with what the language offers."""
    assert wrong(text) == ""
    assert judge(text) == Verdict(met=True)


def test_what_is_false_or_cannot_be_judged_is_not_met_and_says_why() -> None:
    """A missing member, a division, another type, a number beyond 64 bits."""
    for text, told, why in (
        ('subject.properties.role == "guest"', {}, "It is false."),
        ("action.properties.soft == true", {}, "It cannot be judged: there is no member soft."),
        ("1 / (subject.properties.level - 3) == 1", {}, "It cannot be judged: divide by zero."),
        ("timestamp(subject.id) > timestamp(0)", {}, "It cannot be judged: String to Timestamp conversion failed."),
        ("context.n > 1", {"context": {"n": 2**70}}, "out of range"),
        ("context.n == 1", {"context": {"n": "1"}}, "It is false."),
        ("context.n > 1", {"context": {"n": None}}, "No matching overloads found"),
    ):
        met, said = judge(text, **told)
        assert (met, why in said) == (False, True), (text, said)


def test_what_was_sent_wins_over_what_is_stored_member_by_member() -> None:
    """Of the subject and of the resource; what was not sent stays."""
    text = 'resource.properties.status == "active" && resource.properties.owner == "ann"'
    assert judge(text, stored='{"owner":"ann","status":"active"}').met
    assert judge(text, stored='{"owner":"ann","status":"old"}', resource={"status": "active"}).met
    assert not judge(text, stored='{"owner":"ann","status":"active"}', resource={"status": None}).met
    nobody = Subject("user", "ann", {})
    assert judge('subject.properties.role == "x"', person='{"role":"x"}', subject=nobody).met
    assert not judge('subject.properties.role == "x"', person='{"role":"x"}').met


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("subject.role == 1", "undeclared reference to 'subject.role', at column 8"),
        ("subject.properties.role", "not a comparison"),
        ("subject.properties.role ==", "Syntax error"),
        ("true &&\n  subject.nope == 1", "at line 2, column 10"),
        ("subject.id == 3", "no matching overload"),
        ("subject.properties.teams.exists(t, t == 'a')", "undeclared reference"),
        ("subject.properties.teams.map(t, t).size() > 0", "undeclared reference"),
        ('subject.id.matches("(a+)+$")', "undeclared reference to 'matches'"),
        ("(" * 40 + "true" + ")" * 40, "nested too deeply"),
        ("[" * 400 + "]" * 400 + " == []", "nested too deeply"),
        ("1" + " + 1" * 200 + " > 0", "nested too deeply"),
        ("9" * 30 + " > 1", "invalid int literal"),
        ('"\\ud800" == ""', "invalid"),
        (" ", "blank"),
        ("true\x00", "zero character"),
        ("true || " + " " * CONDITION_LIMIT + "false", "characters"),
    ],
)
def test_what_cannot_be_used_is_refused_when_it_is_written(text: str, why: str) -> None:
    """With the place where the language has one; and were it stored all the same, it would not be met."""
    found = check(text)
    assert found is not None
    assert why.casefold() in found.message.casefold()
    assert found.place == "condition"


def test_the_time_that_a_condition_takes_is_bounded() -> None:
    """The dearest that fits: it is judged in far less than a second."""
    values = {"a": "a" * (VALUES_LIMIT // 2), "b": "a" * (VALUES_LIMIT // 4) + "b"}
    text = " || ".join(["context.a.contains(context.b)"] * 30)
    assert CONDITION_LIMIT - 100 < len(text) <= CONDITION_LIMIT
    assert check(text) is None
    start = time.perf_counter()
    assert judge(text, context=values) == Verdict(met=False, why="It is false.")
    assert time.perf_counter() - start < 2


def test_more_than_a_condition_may_look_at_fails_it() -> None:
    """Too many bytes, too deep, or no JSON at all."""
    deep: list[Any] = []
    for _ in range(sys.getrecursionlimit() * 2):
        deep = [deep]
    for context in ({"a": "x" * VALUES_LIMIT}, {"a": deep}, {"a": object()}, {"a": "\ud800"}):
        met, why = judge("true", context=context)
        assert not met
        assert why.startswith("It cannot be judged: what it could speak of")


def test_null_is_compared_and_costs_python_nothing() -> None:
    """References to None are the same number before and after: a library that loses them would end the process."""
    nothing = {"a": None, "b": [None, None]}
    before = sys.getrefcount(None)
    for _ in range(2_000):
        assert judge("context.a == null && context.b == [null, null]", context=nothing).met
        assert not judge("context.a == 1", context=nothing).met
    assert abs(sys.getrefcount(None) - before) < 1_000


def test_threads_share_what_is_compiled() -> None:
    """Each has its own answers."""
    wrong_answers: list[int] = []

    def ask(number: int) -> None:
        for turn in range(300):
            text = f"context.n == {turn % 7}"
            if judge(text, context={"n": number % 7}).met != (number % 7 == turn % 7):
                wrong_answers.append(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong_answers == []


def test_a_condition_is_judged_once_for_a_question() -> None:
    """The answer is remembered for as long as the question lasts."""
    asked = Asked(ANN, Action("write"), Resource("page", "7"), {})
    assert asked(Condition("true"), "") is asked(Condition("true"), "")
