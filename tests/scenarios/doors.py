"""The ways into the product that a scenario can be asked through.

A door takes a world and answers questions about it in the words of `questions.py`; it holds no expectation of its own.
To add one: write a class with these four members, a fixture of it in `conftest.py`, and the fixture's name in `DOORS`.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Protocol

from tests.reference.model import Access, Denial, World

from .questions import (
    AccessOf,
    Allowed,
    Answer,
    Assignable,
    Denied,
    Do,
    Done,
    Enterable,
    Line,
    Load,
    May,
    Names,
    PrivilegesOf,
    Question,
    Refused,
    Resolve,
    Through,
)


class CannotAsk(Exception):
    """This door has no such verb; a scenario goes through it up to here."""


class Door(Protocol):
    """A way of asking. One door object sees one scenario, from `load` on."""

    #: The kinds of question this door can answer; the runner passes over the others.
    #: A door without `Do` and `Load` is asked up to the first command.
    answers: ClassVar[frozenset[type[Question]]]

    def load(self, lines: list[Line]) -> None:
        """Begin with this world: estate lines in the order of the file."""

    def ask(self, question: Question, at: datetime) -> Answer:
        """Answer one question, or carry out one command, as of this instant.

        Roles are named by `questions.role_label`, reasons by the reference model's words, a refusal by one rule id.
        """


class ModelDoor:
    """The reference model itself: what a scenario says must be what the law says."""

    answers: ClassVar[frozenset[type[Question]]] = frozenset(
        {May, AccessOf, PrivilegesOf, Enterable, Assignable, Resolve, Do, Load}
    )

    def __init__(self) -> None:
        """Open on an empty world."""
        self.world = World()

    def load(self, lines: list[Line]) -> None:
        """Begin with this world."""
        self.world = World.from_lines(lines)

    def ask(self, question: Question, at: datetime) -> Answer:
        """Answer from the model."""
        match question:
            case May(user, privilege, account):
                answer = self.world.answer(user, privilege, account, at)
                return Allowed(answer.roles) if answer.allowed else Denied(answer.reason)
            case AccessOf(user, account) | PrivilegesOf(user, account):
                access = self.world.effective(user, account, at)
                if isinstance(access, Denial):
                    return Denied(access.reason)
                return self._access(question, access)
            case Enterable(user):
                return Names(tuple(self.world.enterable(user, at)))
            case Assignable(account):
                return Names(tuple(self.world.assignable_roles(account)))
            case Resolve(account, role):
                return Names(tuple(sorted(self.world.resolve(account, role))))
            case Do(verb, fields):
                rule: str | None = getattr(self.world, verb)(**fields, at=at)
                return Done() if rule is None else Refused(frozenset({rule}))
            case Load(lines):
                self.world.load(list(lines))
                return Done()

    def _access(self, question: AccessOf | PrivilegesOf, access: Access) -> Answer:
        if isinstance(question, PrivilegesOf):
            return Names(tuple(sorted(access.privileges)))
        return Through(access.via, self.world.role_labels(access, question.account))
