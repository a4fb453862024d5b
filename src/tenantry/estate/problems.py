"""What is wrong with estate files, each with its file, line and field."""

from dataclasses import dataclass
from typing import Final

AT_MOST: Final = 10
"""How many problems are told before reading stops."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. `line` 0 is the file itself; `field` may be empty when the line itself is wrong."""

    file: str
    line: int
    field: str
    what: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.field}: {self.what}" if self.field else f"{place}: {self.what}"


class EstateRefused(Exception):
    """The files cannot be loaded; nothing was changed. Carries the first problems."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Carry the problems, whose lines are the exception's text."""
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class Problems:
    """Collects problems and gives up at the limit."""

    def __init__(self) -> None:
        """Begin with none."""
        self._found: list[Problem] = []

    def add(self, problem: Problem) -> None:
        """Note a problem; raises `EstateRefused` when there are enough of them."""
        if problem in self._found:
            return
        self._found.append(problem)
        if len(self._found) >= AT_MOST:
            self.raise_if_any()

    def raise_if_any(self) -> None:
        """Raise `EstateRefused` if there is any."""
        if self._found:
            raise EstateRefused(tuple(self._found))
