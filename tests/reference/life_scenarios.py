"""Scenario files about the life of shared resources: read, and walked by the product and the slow model in step.

`tests/scenarios/FORMAT.md` tells the notation. Steps are the methods of the walks, with their fields by name.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tenantry.build.explorer import component_row
from tenantry.build.queries import top_id
from tenantry.library.commands import install
from tenantry.rules.features import Feature
from tenantry.sharing.kinds import assignable
from tests.scenarios.tokens import Tokens

from .cloud_walks import Clouds
from .connector_walks import Connectors
from .lifecycle_walks import FEATURES, KINDS
from .lifecycles import EVERYBODY, HOME
from .model_walks import Models
from .pack_walks import Packs

KIND_OF = {
    "cloud": "cloud",
    "attachment": "cloud",
    "connector": "connector",
    "component": "connector",
    "process": "process",
    "pack": "pack",
    "instance": "pack",
    "model": "model",
    "copy": "model",
}
"""The first word of a thing's name, and in which list it is seen."""

FROM_ONE = frozenset({"version", "which"})
"""Fields that files count from one."""


class Life(Clouds, Connectors, Packs, Models):
    """A walk that follows a file."""

    kinds = tuple(KINDS)

    def __init__(self) -> None:
        """Nothing has been refused."""
        super().__init__()
        self.refused = ""
        self.met: set[str] = set()

    def both(self, step: str, law: str | None, act: Callable[[], Any]) -> Any:
        """Remember by which rule the step in hand was refused."""
        made = super().both(step, law, act)
        self.refused = self.refused or law or ""
        return made

    def everybody_sees_what_the_law_says(self) -> None:
        """As after every step of a walk, of the kinds that the file has brought up."""
        self.met |= {kind for kind in KINDS if self.market.all_of(kind)}
        self.kinds = tuple(self.met)  # type: ignore[misc]
        super().everybody_sees_what_the_law_says()

    def install_called(self, number: int, who: str, called: str) -> None:
        """A customer installs a copy under a name that may be taken (PROC-5)."""
        process, name = self.pick("processes", number), self.name("component")
        what: dict[str, Any] = {"process": self.ids[process], "folder": top_id(self.account(who)), "name": called}
        law = self.market.install_copy(who, process, name)
        self.ids[name] = self.both("install copy", law, lambda: install(**self.here(who), **what))


@dataclass(frozen=True)
class Line:
    """A line of a file: what it does or asks, of whom or what, and what is expected."""

    number: int
    text: str
    word: str
    thing: str
    fields: dict[str, str]
    expected: str


@dataclass
class LifeScenario:
    """A file, as read."""

    title: str = ""
    rules: tuple[str, ...] = ()
    lines: list[Line] = field(default_factory=list)


def read_life(path: Path) -> LifeScenario:
    """The scenario of a file; what does not fit is a ValueError that names file and line."""
    found = LifeScenario()
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = raw.strip()
        try:
            if text.startswith("title "):
                found.title = text.removeprefix("title ")
            elif text.startswith("rules "):
                found.rules = tuple(rule.strip() for rule in text.removeprefix("rules ").split(","))
            elif text and text != "steps" and not text.startswith("#"):
                found.lines.append(_line(number, text))
        except ValueError as error:
            raise ValueError(f"{path.name}:{number}: {error}") from error
    if not (found.title and found.rules and found.lines):
        raise ValueError(f"{path.name}: a file has a title, rules and steps")
    return found


def _line(number: int, text: str) -> Line:
    asked, _, expected = text.partition("->")
    if not expected.strip():
        raise ValueError("expected `->` and an outcome")
    t = Tokens(asked)
    word, fields = t.word("a step"), {}
    if word in {"sees", "runs", "offered"}:
        fields["whose"] = t.word("an account, or a kind")
    thing = t.take("quoted", "a thing") if t.next_is("quoted") else ""
    while t.items:
        name = t.word("a field")
        t.take("mark", "`=`", "=")
        fields[name] = t.either("a value")
    return Line(number, text, word, thing, fields, expected.strip())


def walk_life(scenario: LifeScenario, life: Life) -> list[str]:
    """Walk through a file; what was not as it says, in sentences. After each step all lists are compared."""
    wrong = []
    for line in scenario.lines:
        answer = _ASKED.get(line.word, _done)(life, line)
        life.everybody_sees_what_the_law_says()
        if answer != line.expected:
            wrong.append(f"line {line.number}: {line.text}\n    answered {answer}")
    return wrong


def _sees(life: Life, line: Line) -> str:
    kind = KIND_OF[line.thing.split()[0]]
    if line.fields["whose"] not in EVERYBODY:
        raise ValueError(f"line {line.number}: there is no account {line.fields['whose']}")
    seen = getattr(life, f"shown_of_{kind}")(line.fields["whose"])
    return _text(seen[line.thing]) if line.thing in seen else "nothing"


def _offered(life: Life, line: Line) -> str:
    rows, _ = assignable(KINDS[line.fields["whose"]], life.account(HOME), FEATURES | {Feature.DATA_HUB}, ())
    return ", ".join(f'"{row.name}"' for row in rows) or "nothing"


def _called(life: Life, line: Line) -> str:
    account = life.account(life.market.components[line.thing].who)
    return str(component_row(account, life.ids[line.thing]).name)


def _runs(life: Life, line: Line) -> str:
    return ", ".join(map(str, life.shown_of_connector(line.fields["whose"])["running"])) or "nothing"  # type: ignore[call-overload]


_ASKED: dict[str, Callable[[Life, Line], str]] = {"sees": _sees, "runs": _runs, "offered": _offered, "called": _called}


def _done(life: Life, line: Line) -> str:
    act = getattr(life, line.word)
    wanted = inspect.signature(act, eval_str=True).parameters
    given: dict[str, Any] = {name: _value(name, text, wanted[name].annotation) for name, text in line.fields.items()}
    if "number" in wanted:
        given["number"] = _place(life, line.thing)
    life.refused = ""
    act(**given)
    return f"refused {life.refused}" if life.refused else "done"


def _place(life: Life, thing: str) -> int:
    """The place of a thing among those of its sort, which is what steps are told."""
    things: list[dict[str, Any]] = [known for known in vars(life.market).values() if isinstance(known, dict)]
    return next((sorted(known).index(thing) for known in things if thing in known), 0)


def _value(name: str, text: str, wanted: Any) -> Any:
    if wanted is bool:
        return {"yes": True, "no": False}[text]
    if wanted is str:
        return text
    return None if text == "none" else int(text) - (name in FROM_ONE)


def _text(value: object) -> str:
    """How files write what is seen."""
    match value:
        case tuple():
            return ", ".join(map(_text, value))
        case list():
            return f"[{' '.join(map(_text, value))}]"
        case None:
            return "-"
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)
