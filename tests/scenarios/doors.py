"""The ways into the product that a scenario can be asked through.

A door takes a world and answers questions about it in the words of `questions.py`; it holds no expectation of its own.
To add one: write a class with these four members, a fixture of it in `conftest.py`, and the fixture's name in `DOORS`.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Protocol, get_args

from tests.reference.model import Access, Denial, World

from .questions import (
    AccessOf,
    AccountChoices,
    Allowed,
    Answer,
    Assignable,
    CustomRoles,
    Denied,
    Do,
    Done,
    Enterable,
    GroupAccounts,
    GroupList,
    GroupRoleChoices,
    Groups,
    GroupUsers,
    Line,
    Load,
    May,
    Names,
    ParentChoices,
    PrivilegesOf,
    Question,
    Refused,
    Resolve,
    RoleChoices,
    Shareable,
    SupportChoices,
    Through,
    UserList,
    UsersOf,
    WithoutRoles,
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

    answers: ClassVar[frozenset[type[Question]]] = frozenset(get_args(Question))

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
            case Resolve(account, role):
                return Names(tuple(sorted(self.world.resolve(account, role))))
            case Do(verb, fields):
                rule: str | None = getattr(self.world, verb)(**fields, at=at)
                return Done() if rule is None else Refused(frozenset({rule}))
            case Load(lines):
                self.world.load(list(lines))
                return Done()
            case _:
                return Names(tuple(self._list(question, at)))

    def _access(self, question: AccessOf | PrivilegesOf, access: Access) -> Answer:
        if isinstance(question, PrivilegesOf):
            return Names(tuple(sorted(access.privileges)))
        return Through(access.via, self.world.role_labels(access, question.account))

    def _list(self, question: Enterable | RoleChoices | UserList | GroupList, at: datetime) -> list[str]:
        match question:
            case Enterable(user):
                return self.world.enterable(user, at)
            case UsersOf() | WithoutRoles() | GroupUsers():
                return self._users(question, at)
            case Groups() | GroupAccounts() | AccountChoices():
                return self._groups(question)
            case _:
                return self._roles(question)

    def _roles(self, question: RoleChoices) -> list[str]:
        match question:
            case Assignable(account):
                return self.world.assignable_roles(account)
            case SupportChoices(account) | ParentChoices(account) | GroupRoleChoices(account):
                return self.world.in_order(self.world.default_and_own(account), account)
            case CustomRoles(account):
                return self.world.in_order(self.world.custom_roles(account), account)
            case Shareable(primary, group):
                return self.world.in_order(self.world.shareable(primary, group), primary)

    def _users(self, question: UserList, at: datetime) -> list[str]:
        match question:
            case UsersOf(account):
                return self.world.users_list(account)
            case WithoutRoles(account):
                return self.world.users_without_roles(account, at)
            case GroupUsers(primary, group):
                return self.world.group_users_list(primary, group)

    def _groups(self, question: GroupList) -> list[str]:
        match question:
            case Groups(primary):
                return self.world.groups_list(primary)
            case GroupAccounts(primary, group):
                return self.world.group_accounts_list(primary, group)
            case AccountChoices(primary, group):
                return self.world.account_choices(primary, group)
