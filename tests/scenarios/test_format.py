"""The notation itself: what it stands for, and how it speaks of mistakes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from .doors import ModelDoor
from .format import FIRST_INSTANT, ScenarioError, parse
from .questions import (
    ActsOn,
    Allowed,
    Answer,
    Denied,
    Do,
    Done,
    EnvironmentChoices,
    EnvironmentRoles,
    Environments,
    FolderChoices,
    FolderRoles,
    Folders,
    IconOf,
    LevelOf,
    Load,
    May,
    Names,
    OpenedWithout,
    PermissionsOf,
    Question,
    Refused,
    Through,
    Word,
    agrees,
)
from .runner import run
from .tokens import Tokens
from .world_lines import world_line

HEAD = "title T\nrules SUP-5\nworld\naccount m\nquestions\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("account m", [{"kind": "account", "id": "m", "name": "m"}]),
        (
            'account m "Mill" under p with data_hub, developer status trial until 2026-01-01T00:00:00Z sar none',
            [
                {
                    "kind": "account",
                    "id": "m",
                    "name": "Mill",
                    "primary": "p",
                    "features": ["data_hub", "developer"],
                    "status": "trial",
                    "trial_ends": "2026-01-01T00:00:00Z",
                    "support_access_role": None,
                }
            ],
        ),
        ('account m sar "R"', [{"kind": "account", "id": "m", "name": "m", "support_access_role": "R"}]),
        ("account m operator", [{"kind": "account", "id": "m", "name": "m", "operator": True}]),
        (
            'user a@m.example "Ann" "Ames" external 7 staff locked signed_in',
            [
                {
                    "kind": "user",
                    "id": "a@m.example",
                    "first_name": "Ann",
                    "last_name": "Ames",
                    "external_id": "7",
                    "staff": True,
                    "locked": True,
                    "signed_in": True,
                }
            ],
        ),
        ('role m "R" = nothing', [{"kind": "role", "account": "m", "name": "R", "privileges": []}]),
        (
            'role m "R" inherits "Q" of p = A, b:c',
            [
                {
                    "kind": "role",
                    "account": "m",
                    "name": "R",
                    "inherits": {"account": "p", "name": "Q"},
                    "privileges": ["A", "b:c"],
                }
            ],
        ),
        (
            'grant m a@m.example "R", "Q" of p from 2026-01-01T00:00:00Z until 2026-02-01T00:00:00+01:00',
            [
                {
                    "kind": "user_role",
                    "account": "m",
                    "user": "a@m.example",
                    "role": role,
                    "valid_from": "2026-01-01T00:00:00Z",
                    "valid_until": "2026-02-01T00:00:00+01:00",
                }
                for role in ("R", {"account": "p", "name": "Q"})
            ],
        ),
        (
            'group p "G 1" = m, n',
            [
                {"kind": "account_group", "account": "p", "name": "G 1"},
                {"kind": "group_account", "account": "p", "group": "G 1", "member": "m"},
                {"kind": "group_account", "account": "p", "group": "G 1", "member": "n"},
            ],
        ),
        (
            'member p "G" a@p.example "R"',
            [{"kind": "group_user_role", "account": "p", "group": "G", "user": "a@p.example", "role": "R"}],
        ),
        (
            'share p "G" "R"',
            [{"kind": "group_resource", "account": "p", "group": "G", "type": "role", "name": "R"}],
        ),
        (
            'privilege a:b "Do b" implies a:c',
            [{"kind": "privilege", "name": "a:b", "title": "Do b", "implies": ["a:c"]}],
        ),
        ("object invoice I-1 in m", [{"kind": "object", "type": "invoice", "id": "I-1", "account": "m"}]),
        ('environment m "E"', [{"kind": "environment", "account": "m", "name": "E"}]),
        (
            'environment m "E" TEST = "R", "Q" of p',
            [
                {"kind": "environment", "account": "m", "name": "E", "classification": "TEST"},
                {"kind": "environment_role", "account": "m", "environment": "E", "role": "R"},
                {
                    "kind": "environment_role",
                    "account": "m",
                    "environment": "E",
                    "role": {"account": "p", "name": "Q"},
                },
            ],
        ),
        (
            'folder m "A/B" = "R"',
            [
                {"kind": "folder", "account": "m", "path": "A/B"},
                {"kind": "folder_role", "account": "m", "path": "A/B", "role": "R"},
            ],
        ),
        ('folder m "" = "R"', [{"kind": "folder_role", "account": "m", "path": "", "role": "R"}]),
    ],
)
def test_a_world_line_stands_for_estate_lines(text: str, lines: list[dict[str, Any]]) -> None:
    """Every door is fed the same estate lines."""
    assert world_line(Tokens(text)) == lines


def test_questions_are_read_with_their_answers_and_instants() -> None:
    """Each question remembers its line, its instant and its expectation."""
    scenario = parse(
        HEAD + 'may a@m.example API in m -> yes by "R", "Q" of p\n'
        "at 2030-01-01T00:00:00Z\n"
        "\n# a remark\n"
        "  may a@m.example API in m -> no: no_roles\n"
        'access a@m.example in m -> group "Support"\n'
        "privileges a@m.example in m -> nothing\n"
        "enterable a@m.example -> m, n\n"
        'do change_user_roles actor=operator account=m user=a@m.example roles="R","Q" of p -> refused A-1 or B-2\n'
        "do switch_feature actor=operator account=m feature=data_hub on=no -> done\n"
        "load account x\n"
    )
    assert [step.number for step in scenario.steps] == [6, 10, 11, 12, 13, 14, 15, 16]
    assert scenario.steps[0].at == FIRST_INSTANT
    assert {step.at for step in scenario.steps[1:]} == {datetime(2030, 1, 1, tzinfo=UTC)}
    assert scenario.steps[0].question == May("a@m.example", "API", "m")
    assert [step.expected for step in scenario.steps] == [
        Allowed(frozenset({"R", "Q of p"})),
        Denied("no_roles"),
        Through("group", frozenset({"Support"})),
        Names(()),
        Names(("m", "n")),
        Refused(frozenset({"A-1", "B-2"})),
        Done(),
        Done(),
    ]
    command = scenario.steps[5].question
    assert isinstance(command, Do)
    assert command.fields["roles"] == ["R", {"account": "p", "name": "Q"}]
    assert scenario.steps[6].question == Do(
        "switch_feature", {"actor": "operator", "account": "m", "feature": "data_hub", "on": False}
    )
    assert scenario.steps[7].question == Load(({"kind": "account", "id": "x", "name": "x"},))


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ('may a P in m environment "E" -> yes', May("a", "P", "m", "E"), Allowed()),
        ('may a P in m folder "" -> no: folder_restricted', May("a", "P", "m", None, ""), Denied("folder_restricted")),
        ('environments a in m -> "E", "F"', Environments("a", "m"), Names(("E", "F"))),
        ('level a in m environment "E" -> read', LevelOf("a", "m", "E"), Word("read")),
        ('environment_roles m "E" -> "R", "Q" of p', EnvironmentRoles("m", "E"), Names(("R", "Q of p"))),
        ('environment_choices m "E" -> nothing', EnvironmentChoices("m", "E"), Names(())),
        ('folders m -> "A", "A/B"', Folders("m"), Names(("A", "A/B"))),
        ('folder_roles m "A" -> "R"', FolderRoles("m", "A"), Names(("R",))),
        ('folder_choices m "A" -> "R"', FolderChoices("m", "A"), Names(("R",))),
        ('icon a in m folder "A" -> lock', IconOf("a", "m", "A"), Word("lock")),
        ('acts a in m folder "A" -> show_usage, a_first', ActsOn("a", "m", "A"), Names(("a_first", "show_usage"))),
        ('acts a in m folder "A" to "" -> nothing', ActsOn("a", "m", "A", ""), Names(())),
        ("permissions a in m -> yes", PermissionsOf("a", "m"), Word("yes")),
        ('opened_without "R" in m -> "E", "A/B"', OpenedWithout("m", "R"), Names(("E", "A/B"))),
        (
            'do detach_roles actor=a account=m environment="E" roles=nothing confirmed=yes -> done',
            Do("detach_roles", {"actor": "a", "account": "m", "environment": "E", "roles": [], "confirmed": True}),
            Done(),
        ),
    ],
)
def test_questions_about_environments_and_folders(text: str, question: Question, expected: Answer) -> None:
    """Names in quotation marks, since they may hold anything."""
    (step,) = parse(HEAD + text + "\n").steps
    assert (step.question, step.expected) == (question, expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title T\nworld\naccount m\nquestions\nenterable a -> nothing\n", "s:5: the scenario has no rules"),
        ("title T\nrules R-1\nquestions\n", "s:3: `questions` after the header"),
        ("headline T\n", "s:1: the header is one `title ...` and one `rules"),
        ("title T\nrules R-1\nworld\nplanet m\n", "s:4: unknown world line 'planet'"),
        ("title T\nrules R-1\nworld\naccount m colour red\n", "s:4: expected the end of the line, found 'colour'"),
        ("title T\nrules R-1\nworld\nrole m Reader = A\n", "s:4: expected a role name in quotes, found 'Reader'"),
        ('title T\nrules R-1\nworld\nrole m "Reader = A\n', "s:4: a quotation mark is never closed near"),
        ('title T\nrules R-1\nworld\ngrant m a "R" until 2026-01-01T00:00:00\n', "has no time zone"),
        (HEAD + "may a API in m\n", "s:6: expected `->` and the answer, found the end of the line"),
        (HEAD + "may a API in m -> perhaps\n", "s:6: expected `yes` or `no: reason`, found 'perhaps'"),
        (HEAD + "might a API in m -> yes\n", "s:6: unknown question 'might'"),
        (HEAD + "do explode actor=a -> done\n", "s:6: unknown command 'explode'"),
        (HEAD + "do remove_user actor=a account=m -> done\n", "s:6: remove_user lacks user"),
        (HEAD + "do lock_user actor=a user=b colour=red -> done\n", "s:6: lock_user has no field 'colour'"),
        (HEAD + "do lock_user actor=a user=b -> fine\n", "s:6: expected `done` or `refused RULE`, found 'fine'"),
        (HEAD + 'icon a in m folder "A" -> blue\n', "s:6: expected `plain` or `person` or `lock`, found 'blue'"),
        (HEAD + "level a in m -> read\n", "s:6: expected `environment`, found '->'"),
        ('title T\nrules R-1\nworld\nenvironment m "E" DEV\n', "s:4: expected `PROD` or `TEST`, found 'DEV'"),
        (HEAD + "at noon\n", "s:6: Invalid isoformat string"),
        (HEAD + "enterable a -> nothing\n" * 60, "s:61: a scenario has at most 60 lines"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, message: str) -> None:
    """Whoever writes a scenario is told where and what."""
    with pytest.raises(ScenarioError) as caught:
        parse(text, "s")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("expected", "actual", "agree"),
    [
        (Allowed(), Allowed(frozenset({"R"})), True),
        (Allowed(frozenset({"R"})), Allowed(frozenset({"R"})), True),
        (Allowed(frozenset({"R"})), Allowed(frozenset({"R", "S"})), False),
        (Allowed(), Denied("no_roles"), False),
        (Denied("no_roles"), Denied("capped"), False),
        (Names(("a", "b")), Names(("b", "a")), False),
        (Refused(frozenset({"A-1", "B-2"})), Refused(frozenset({"B-2"})), True),
        (Refused(frozenset({"A-1"})), Refused(frozenset({"B-2"})), False),
        (Refused(frozenset({"A-1"})), Done(), False),
        (Done(), Refused(frozenset({"A-1"})), False),
        (Word("plain"), Word("plain"), True),
        (Word("plain"), Word("lock"), False),
    ],
)
def test_when_an_answer_agrees(expected: Answer, actual: Answer, *, agree: bool) -> None:
    """Exactly as expected; only the roles of a yes may be left open, and a refusal may name one of several rules."""
    assert agrees(expected, actual) is agree


def test_the_runner_reports_what_does_not_agree() -> None:
    """A wrong expectation is a mismatch with its line; the right ones are not."""
    outcome = run(parse(HEAD + "enterable a@m.example -> m\nenterable a@m.example -> nothing\n"), ModelDoor())
    assert outcome.asked == 2
    assert [mismatch.step.number for mismatch in outcome.mismatches] == [6]
    assert "answered Names(names=())" in str(outcome.mismatches[0])


class AskingDoor(ModelDoor):
    """A door that answers `may` and carries nothing out."""

    answers = frozenset({May})


def test_a_door_without_commands_is_asked_up_to_the_first() -> None:
    """What comes after a command presupposes it, so such a door is not asked."""
    text = HEAD + (
        "enterable a@m.example -> wrong\n"
        "may a@m.example API in m -> no: unknown_user\n"
        "load account n\n"
        "may a@m.example API in n -> yes\n"
    )
    assert (run(parse(text), AskingDoor()).asked, run(parse(text), AskingDoor()).mismatches) == (1, ())
