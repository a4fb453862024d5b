"""Conditions and properties in estate files: in and out, checked, changed; and the certification scenario as data."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tenantry.decisions.authzen import evaluate, parse, response
from tenantry.decisions.engine import Engine
from tenantry.decisions.properties import DEPTH, PROPERTIES_LIMIT
from tenantry.estate.problems import EstateRefused
from tenantry.rules import refusals as no
from tenantry.rules.answers import Allowed, Decision, Denied
from tenantry.store.models import Revision
from tests.estate.loading import (
    ACME,
    ANN,
    AT,
    BOB,
    OPS,
    Fields,
    Loader,
    counts,
    entries,
    exported,
    gives,
    group,
    serves,
)

pytestmark = [pytest.mark.store, pytest.mark.django_db]

CERTIFICATION = Path(__file__).parent.parent / "clients" / "certification.jsonl"

SUNNY = 'context.weather == "sunny"'


def ask(engine: Engine, subject: Fields, action: Fields | str, resource: Fields, **context: Any) -> Decision:
    """What a request is answered."""
    named = {"name": action} if isinstance(action, str) else action
    request = {"subject": subject, "action": named, "resource": resource, "context": context}
    return evaluate(engine, parse(msgspec.json.encode(request)), AT)


def user(who: str, **properties: Any) -> Fields:
    """A subject."""
    return {"type": "user", "id": who, "properties": properties}


def record(number: int, **properties: Any) -> Fields:
    """A resource of the certification scenario."""
    return {"type": "record", "id": f"record-{number}", "properties": properties}


def thing(**more: Any) -> Fields:
    """An object line."""
    return {"kind": "object", "account": "acme", "type": "page", "id": "7", **more}


PAGE: Fields = {"type": "page", "id": "7"}


def test_the_certification_scenario_is_data(loader: Loader) -> None:
    """Its eight decisions, four of them by properties, with and without a context."""
    loader.text(CERTIFICATION.read_text())
    engine = Engine()
    alice, bob, admin = user("alice"), user("bob"), user("bob", role="admin")
    contexts: tuple[Fields, ...] = ({}, {"time": "2025-06-27T18:03:00-07:00", "ip": "192.168.1.1"})
    for context in contexts:
        answers = [
            ask(engine, *question, **context).allowed
            for question in (
                (alice, "read", record(1)),
                (alice, "write", record(1)),
                (bob, "read", record(1)),
                (bob, "write", record(1)),
                (alice, "write", record(2, status="archived")),
                (admin, "write", record(2, status="archived")),
                (alice, {"name": "delete", "properties": {"soft": True}}, record(1)),
                (alice, {"name": "delete", "properties": {"soft": False}}, record(1)),
            )
        ]
        assert answers == [True, True, True, False, False, True, True, False]


def test_what_searches_of_the_scenario_find_is_allowed_one_by_one(loader: Loader) -> None:
    """By the properties that are stored of each candidate; a deletion needs one that only a question has."""
    loader.text(CERTIFICATION.read_text())
    engine = Engine()
    assert ask(engine, user("bob"), "write", record(2, status="archived")).allowed
    assert ask(engine, user("bob", role="admin"), "write", record(2)).allowed
    assert ask(engine, user("bob"), "write", record(2)).allowed
    assert not ask(engine, user("alice"), "write", record(2)).allowed
    assert not ask(engine, user("alice"), "delete", record(1)).allowed
    assert not ask(engine, user("bob", role="guest"), "write", record(2)).allowed


def test_an_answer_names_its_conditions_and_a_denial_what_failed(loader: Loader) -> None:
    """As AuthZEN sends it: of the grant, of the object, and the one that was not met."""
    loader(ACME, ANN, gives(ANN, "Support", condition=SUNNY), thing(conditions={"EXECUTE": 'subject.id != "bob"'}))
    engine = Engine()
    told = response(ask(engine, user(ANN["id"]), "EXECUTE", PAGE, weather="sunny"))
    assert told["decision"] is True
    assert told["context"]["grants"][0]["condition"] == SUNNY
    assert told["context"]["condition"] == 'subject.id != "bob"'
    told = response(ask(engine, user(ANN["id"]), "EXECUTE", PAGE))
    assert told["context"]["reason"] == {
        "code": "condition_not_met",
        "message": "Support is held in acme under a condition that is not met: "
        f"{SUNNY}. It cannot be judged: there is no member weather.",
        "fields": {
            "account": "acme",
            "role": "Support",
            "condition": SUNNY,
            "why": "It cannot be judged: there is no member weather.",
        },
    }


def test_an_object_asks_more_of_some_privileges(loader: Loader) -> None:
    """By its properties and those of the question; other privileges are as in the account."""
    loader(
        ACME,
        ANN,
        gives(ANN, "Support"),
        thing(properties={"owner": "ann"}, conditions={"EXECUTE": "resource.properties.owner == context.me"}),
    )
    engine = Engine()
    assert ask(engine, user(ANN["id"]), "EXECUTE", PAGE, me="ann").allowed
    denied = ask(engine, user(ANN["id"]), "EXECUTE", PAGE, me="bob")
    assert isinstance(denied, Denied)
    assert isinstance(denied.refusal, no.ObjectConditionNotMet)
    assert ask(engine, user(ANN["id"]), "VIEW_RESULT", PAGE).allowed
    assert ask(engine, user(ANN["id"]), "EXECUTE", {"type": "account", "id": "acme"}).allowed


def test_a_role_in_a_group_may_have_a_condition(loader: Loader) -> None:
    """It reaches every account of the group where it is met."""
    primary = {"kind": "account", "id": "p", "name": "P", "features": ["account_groups"]}
    loader(
        primary,
        {"kind": "account", "id": "m", "name": "M", "primary": "p"},
        {"kind": "group_account", "account": "p", "group": "G", "member": "m"},
        group(),
        BOB,
        serves(BOB, "Support", condition=SUNNY),
    )
    engine, there = Engine(), {"type": "account", "id": "m"}
    allowed = ask(engine, user(BOB["id"]), "EXECUTE", there, weather="sunny")
    assert isinstance(allowed, Allowed)
    assert (allowed.grants[0].condition, allowed.grants[0].groups) == (SUNNY, ("G",))
    assert not ask(engine, user(BOB["id"]), "EXECUTE", there, weather="rain").allowed
    assert f'"condition":{msgspec.json.encode(SUNNY).decode()}' in exported()
    assert counts(loader(serves(BOB, "Support", condition="")))["group_user_role"] == (0, 1, 0)
    assert ask(engine, user(BOB["id"]), "EXECUTE", there).allowed
    assert entries()[-1][:1] == ("p",)
    loader(serves(BOB, "Support", condition='subject.properties.team == "night"'))
    assert not ask(engine, user(BOB["id"]), "EXECUTE", there).allowed
    loader(BOB | {"properties": {"team": "night"}})
    assert ask(engine, user(BOB["id"]), "EXECUTE", there).allowed


def test_conditions_and_properties_go_out_as_they_came_in(loader: Loader, tmp_path: Path) -> None:
    """Loaded again they change nothing; the export is the same text."""
    lines = (
        ACME,
        ANN | {"properties": {"b": [1, {"c": None}], "a": "é"}},
        gives(ANN, "Support", condition=SUNNY),
        thing(properties={"status": "x"}, conditions={"EXECUTE": SUNNY, "BUILD": ""}),
    )
    loader(*lines)
    text = exported()
    assert '"properties":{"a":"é","b":[1,{"c":null}]}' in text
    assert f'"conditions":{{"EXECUTE":{msgspec.json.encode(SUNNY).decode()}}}' in text
    assert counts(loader(*lines)) == {
        "account": (0, 0, 1),
        "user": (0, 0, 1),
        "user_role": (0, 0, 1),
        "object": (0, 0, 1),
    }
    loader.text(text)
    assert exported() == text
    assert exported("acme") == text


def test_a_second_line_with_another_condition_changes_the_grant(loader: Loader) -> None:
    """One grant a person and role: it is fresh at once, recorded, and left alone by lines that tell none."""
    loader(ACME, ANN, gives(ANN, "Support"), thing())
    engine = Engine()
    assert ask(engine, user(ANN["id"]), "EXECUTE", PAGE).allowed
    assert counts(loader(gives(ANN, "Support", condition=SUNNY)))["user_role"] == (0, 1, 0)
    assert not ask(engine, user(ANN["id"]), "EXECUTE", PAGE).allowed
    assert ask(engine, user(ANN["id"]), "EXECUTE", PAGE, weather="sunny").allowed
    assert counts(loader(gives(ANN, "Support")))["user_role"] == (0, 0, 1)
    assert not ask(engine, user(ANN["id"]), "EXECUTE", PAGE).allowed
    loader(gives(ANN, "Support", condition='subject.properties.x == 1 && resource.properties.y == "z"'))
    assert not ask(engine, user(ANN["id"]), "EXECUTE", PAGE).allowed
    loader(ANN | {"properties": {"x": 1}})
    assert not ask(engine, user(ANN["id"]), "EXECUTE", PAGE).allowed
    loader(thing(properties={"y": "z"}))
    assert ask(engine, user(ANN["id"]), "EXECUTE", PAGE).allowed
    loader(ANN | {"properties": {}})
    assert not ask(engine, user(ANN["id"]), "EXECUTE", PAGE).allowed
    changed = [one for one in entries() if one[4] in {ANN["id"], "7"}]
    assert [one[1:3] for one in changed[-3:]] == [("user", "UPDATE"), ("user", "UPDATE"), ("object", "UPDATE")]


def test_whatever_a_condition_may_speak_of_raises_the_revision(loader: Loader) -> None:
    """Of the account of a direct user or an object, and of the primary of somebody in a group; by itself alone."""
    primary = {"kind": "account", "id": "p", "name": "P", "features": ["account_groups"]}
    loader(ACME, ANN, gives(ANN, "Support"), thing(), primary, group(), BOB, serves(BOB, "Support"))

    def stamps() -> dict[str, list[int]]:
        return {scope: numbers for scope, *numbers in Revision.objects.values_list("scope", "number", "given")}

    for line, scope in (
        (ANN | {"properties": {"x": 1}}, "acme"),
        (BOB | {"properties": {"x": 1}}, "p"),
        (gives(ANN, "Support", condition=SUNNY), "acme"),
        (serves(BOB, "Support", condition=SUNNY), "p"),
        (thing(properties={"x": 1}), "acme"),
        (thing(conditions={"EXECUTE": SUNNY}), "acme"),
    ):
        before = stamps()
        loader(line)
        assert stamps()[scope] > before[scope], line
        before = stamps()
        loader(line)
        assert stamps() == before, line


def test_user_11_a_line_does_not_put_the_last_administrator_under_a_condition(loader: Loader) -> None:
    """Nobody could be relied on to manage the account."""
    loader(ACME, ANN, gives(ANN, "Administrator"))
    [(_, _, what)] = loader.refused(gives(ANN, "Administrator", condition=SUNNY))
    assert "USER-11" in what


def test_lines_that_cannot_be_used_are_told_with_their_field(loader: Loader) -> None:
    """Conditions that do not compile or are for no privilege; properties too large, too deep, not comparable."""
    deep: Any = 1
    for _ in range(DEPTH + 1):
        deep = [deep]
    problems = loader.refused(
        ACME,
        OPS,
        gives(ANN, "Ops", condition="subject.nope == 1"),
        serves(ANN, "Ops", condition="1 +"),
        ANN | {"properties": {"a": deep}},
        BOB | {"properties": {"a": "x" * PROPERTIES_LIMIT}},
        {"kind": "user", "id": "c@acme.test", "properties": {"a": 2**64}},
        thing(conditions={"EXECUTE": "true ||"}),
        thing(id="8", conditions={f"P{number}": "true" for number in range(101)}),
    )
    found = [(line, field) for line, field, _ in problems]
    assert found == [
        (3, "condition"),
        (4, "condition"),
        (5, "properties"),
        (6, "properties"),
        (7, "properties"),
        (8, "conditions"),
        (9, "conditions"),
    ]
    assert "undeclared reference to 'subject.nope', at column 8" in problems[0][2]
    assert "too deeply" in problems[2][2]
    assert "bytes" in problems[3][2]
    assert "64 bits" in problems[4][2]
    [(_, field, what)] = loader.refused(ACME, thing(conditions={"NOPE": "true"}))
    assert (field, what) == ("conditions", "there is no privilege 'NOPE'")
    nest = "[" * 5000 + "]" * 5000
    for line in (
        '{"kind":"user","id":"a@b.c","properties":{"a":%s}}',
        '{"kind":"user","id":1,"x":%s}',
        '{"kind":"x","y":%s}',
    ):
        with pytest.raises(EstateRefused, match="nested too deeply"):
            loader.text(line % nest)


def test_lines_that_contradict_each_other_about_a_condition_are_refused(loader: Loader) -> None:
    """Which of them was meant, nobody knows."""
    primary = {"kind": "account", "id": "p", "name": "P", "features": ["account_groups"]}
    loader(ACME, ANN, primary, group())
    [(_, field, what)] = loader.refused(gives(ANN, "Support", condition=SUNNY), gives(ANN, "Support", condition="true"))
    assert (field, "contradicts" in what) == ("condition", True)
    [(_, field, what)] = loader.refused(serves(ANN, "Support", condition=SUNNY), serves(ANN, "Support", condition=""))
    assert (field, "contradicts" in what) == ("condition", True)


def test_a_plan_counts_what_is_held_under_a_condition_as_held(loader: Loader) -> None:
    """It tells whom a load could lock out; a condition may or may not be met by the questions to come."""
    loader(ACME, ANN, BOB, gives(BOB, "Administrator"), gives(ANN, "Support"))
    planned = loader.plan(gives(ANN, "Support", condition=SUNNY))
    assert counts(planned.loaded)["user_role"] == (0, 1, 0)
    assert (planned.locked_out, planned.altered) == ([], [])
