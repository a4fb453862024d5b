"""Ask one door one scenario."""

from __future__ import annotations

from dataclasses import dataclass

from .doors import CannotAsk, Door
from .format import Scenario, Step
from .questions import Answer, Do, Load, agrees


@dataclass(frozen=True)
class Mismatch:
    """A question whose answer is not the expected one."""

    step: Step
    actual: Answer

    def __str__(self) -> str:
        """Line, question, and what came instead."""
        return f"line {self.step.number}: {self.step.text}\n    answered {self.actual}"


@dataclass(frozen=True)
class Outcome:
    """How many questions were asked, and which were answered otherwise than expected."""

    asked: int
    mismatches: tuple[Mismatch, ...]


def run(scenario: Scenario, door: Door) -> Outcome:
    """Load the world and ask in order. Without the ability to carry out a command, nothing after it can be asked."""
    door.load(scenario.lines)
    asked = 0
    mismatches = []
    for step in scenario.steps:
        if type(step.question) not in door.answers:
            if isinstance(step.question, Do | Load):
                break
            continue
        try:
            actual = door.ask(step.question, step.at)
        except CannotAsk:
            break
        asked += 1
        if not agrees(step.expected, actual):
            mismatches.append(Mismatch(step, actual))
    return Outcome(asked, tuple(mismatches))
