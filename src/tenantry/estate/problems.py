"""What is wrong with estate files, each with its file, line and field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

AT_MOST: Final = 10
"""How many problems are told before reading stops."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. `line` 0 is the file itself; `field` may be empty when the line itself is wrong.

    `code` says of what sort it is, and never changes once published: `unreadable` (the file cannot be read),
    `malformed` (the line is none of the format), `invalid` (a value by itself), `contradicts` (another line), and
    `not_accepted` (by what is stored and the rules). `kind` and `key` tell what the line is about, as far as it says.
    """

    file: str
    line: int
    field: str
    what: str
    code: str = "not_accepted"
    kind: str = ""
    key: Mapping[str, Any] | None = None

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

    def __init__(self, at_most: int = AT_MOST) -> None:
        """Begin with none; so many are enough."""
        self._at_most = at_most
        self._found: dict[str, Problem] = {}

    def add(self, problem: Problem) -> None:
        """Note a problem; raises `EstateRefused` when there are enough of them."""
        if self._found.setdefault(str(problem), problem) is not problem:
            return
        if len(self._found) >= self._at_most:
            self.raise_if_any()

    def raise_if_any(self) -> None:
        """Raise `EstateRefused` if there is any."""
        if self._found:
            raise EstateRefused(tuple(self._found.values()))
