"""The scenario notation: a header, a world, questions. FORMAT.md beside this file describes it by example."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from .question_lines import QUESTIONS
from .questions import Answer, Line, Question
from .tokens import Tokens
from .world_lines import world_line

#: One idea a file: a longer one holds two.
MAXIMUM_LINES = 60

#: The instant of every question before the first `at`.
FIRST_INSTANT = datetime(2026, 1, 1, 12, tzinfo=UTC)


class ScenarioError(ValueError):
    """A scenario file that cannot be read: the message starts with its name and the line number."""


@dataclass(frozen=True)
class Step:
    """One question of a scenario, where it stands, when it is asked, and what it expects."""

    number: int
    text: str
    at: datetime
    question: Question
    expected: Answer


@dataclass
class Scenario:
    """A file: its title, the rule ids it is evidence for, its world as estate lines, and its questions."""

    name: str
    title: str = ""
    rules: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


class _Reader:
    """Where in the file we are: header, world or questions, and at which instant."""

    def __init__(self, name: str) -> None:
        self.scenario = Scenario(name)
        self.part = "header"
        self.at = FIRST_INSTANT

    def read(self, number: int, text: str) -> None:
        if number > MAXIMUM_LINES:
            raise ValueError(f"a scenario has at most {MAXIMUM_LINES} lines")
        if not text or text.startswith("#"):
            return
        if text in {"world", "questions"}:
            if (self.part, text) not in {("header", "world"), ("world", "questions")}:
                raise ValueError(f"`{text}` after the {self.part}; a file has a header, a world, then questions")
            self.part = text
        elif self.part == "header":
            self._header(text)
        elif self.part == "world":
            self.scenario.lines += world_line(Tokens(text))
        else:
            self._question(number, text)

    def _header(self, text: str) -> None:
        word, _, rest = text.partition(" ")
        if word == "title" and rest and not self.scenario.title:
            self.scenario.title = rest
        elif word == "rules" and rest and not self.scenario.rules:
            self.scenario.rules = [rule.strip() for rule in rest.split(",")]
        else:
            raise ValueError("the header is one `title ...` and one `rules ID, ID`")

    def _question(self, number: int, text: str) -> None:
        t = Tokens(text)
        word = t.word("a question")
        if word == "at":
            self.at = datetime.fromisoformat(t.instant())
        elif word in QUESTIONS:
            question, expected = QUESTIONS[word](t)
            self.scenario.steps.append(Step(number, text, self.at, question, expected))
        else:
            raise ValueError(f"unknown question {word!r}, expected one of at, {', '.join(QUESTIONS)}")
        t.end()

    def complete(self) -> None:
        for what in ("title", "rules", "lines", "steps"):
            if not getattr(self.scenario, what):
                raise ValueError(f"the scenario has no {what}")


def parse(text: str, name: str = "scenario") -> Scenario:
    """Read a scenario; the first thing that does not fit is a ScenarioError `name:line: what`."""
    reader = _Reader(name)
    number = 0
    try:
        for number, raw in enumerate(text.splitlines(), 1):
            reader.read(number, raw.strip())
        reader.complete()
    except ValueError as error:
        raise ScenarioError(f"{name}:{number}: {error}") from error
    return reader.scenario


def read(path: Path) -> Scenario:
    """The scenario of a file, named after it."""
    return parse(path.read_text(encoding="utf-8"), path.name)
