"""The ways into the product that a scenario can be asked through.

A door takes a world and answers questions about it in the words of `questions.py`; it holds no expectation of its own.
To add one: write a class with these four members, a fixture of it in `conftest.py`, and the fixture's name in `DOORS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Protocol, get_args

from tests.reference.model import Access, Answer as ModelAnswer, Denial, RoleKey, World

from .questions import (
    AccessOf,
    AccountChoices,
    ActsOn,
    Allowed,
    Answer,
    Assignable,
    CustomRoles,
    Denied,
    Do,
    Done,
    Enterable,
    EnvironmentChoices,
    EnvironmentRoles,
    Environments,
    FolderChoices,
    FolderRoles,
    Folders,
    GroupAccounts,
    GroupList,
    GroupRoleChoices,
    Groups,
    GroupUsers,
    IconOf,
    LevelOf,
    Line,
    Load,
    May,
    Names,
    OpenedWithout,
    ParentChoices,
    PermissionsOf,
    PlaceList,
    PlaceRoles,
    PlaceWord,
    PrivilegesOf,
    Question,
    Received,
    Refused,
    Resolve,
    RoleChoices,
    Shareable,
    SupportChoices,
    Through,
    Use,
    UserList,
    UsersOf,
    WithoutRoles,
    Word,
    role_label,
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
            case May():
                answer = self._answer(question, at)
                return Allowed(answer.roles) if answer.allowed else Denied(answer.reason)
            case Use(user, kind, name, owner, account):
                answer = self.world.use(user, kind, owner, name, account, at)
                return Allowed(answer.roles) if answer.allowed else Denied(answer.reason)
            case Received(kind, account):
                found = self.world.received(account, kind)
                return Names(tuple(role_label(name, None if owner == account else owner) for owner, name in found))
            case AccessOf(user, account) | PrivilegesOf(user, account):
                access = self.world.effective(user, account, at)
                if isinstance(access, Denial):
                    return Denied(access.reason)
                return self._access(question, access)
            case Resolve(account, role):
                return Names(tuple(sorted(self.world.resolve(account, role))))
            case Do(verb, fields):
                rule: str | None = getattr(self.world, verb)(**self._spelled(verb, fields), at=at)
                return Done() if rule is None else Refused(frozenset({rule}))
            case Load(lines):
                self.world.load(list(lines))
                return Done()
            case LevelOf() | IconOf() | PermissionsOf():
                return Word(self._word(question, at))
            case _:
                return Names(tuple(self._list(question, at)))

    def _spelled(self, verb: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """The fields with living folders as they are spelled; of deleted ones several may be spelled almost alike."""
        living = {"parent", "folder", "destination"} if verb != "restore_folder" else set()
        return {
            name: self.world.spelled(fields["account"], value) if name in living else value
            for name, value in fields.items()
        }

    def _answer(self, question: May, at: datetime) -> ModelAnswer:
        user, privilege, account = question.user, question.privilege, question.account
        if question.environment is not None:
            return self.world.environment_answer(user, privilege, account, question.environment, at)
        if question.folder is not None:
            return self.world.folder_answer(user, privilege, account, question.folder, at)
        return self.world.answer(user, privilege, account, at)

    def _word(self, question: PlaceWord, at: datetime) -> str:
        match question:
            case LevelOf(user, account, environment):
                return self.world.level(user, account, environment, at)
            case IconOf(user, account, folder):
                return self.world.icon(user, account, folder, at)
            case PermissionsOf(user, account):
                return "yes" if self.world.permissions_yours(user, account, at) else "no"

    def _access(self, question: AccessOf | PrivilegesOf, access: Access) -> Answer:
        if isinstance(question, PrivilegesOf):
            return Names(tuple(sorted(access.privileges)))
        return Through(access.via, self.world.role_labels(access, question.account))

    def _list(self, question: Enterable | RoleChoices | UserList | GroupList | PlaceList, at: datetime) -> list[str]:
        match question:
            case Enterable(user):
                return self.world.enterable(user, at)
            case UsersOf() | WithoutRoles() | GroupUsers():
                return self._users(question, at)
            case Groups() | GroupAccounts() | AccountChoices():
                return self._groups(question)
            case Environments() | Folders() | ActsOn() | OpenedWithout():
                return self._places(question, at)
            case EnvironmentRoles() | EnvironmentChoices() | FolderRoles() | FolderChoices():
                return self._place_roles(question)
            case _:
                return self._roles(question)

    def _places(self, question: Environments | Folders | ActsOn | OpenedWithout, at: datetime) -> list[str]:
        match question:
            case Environments(user, account):
                return self.world.accessible_environments(user, account, at)
            case Folders(account):
                return self.world.folder_paths(account)
            case ActsOn(user, account, folder, destination):
                return sorted(self.world.acts(user, account, folder, destination, at))
            case OpenedWithout(account, role):
                return self.world.opened_without(account, self.world.role_key(account, role))

    def _place_roles(self, question: PlaceRoles) -> list[str]:
        return self.world.in_order(self._place_role_keys(question), question.account)

    def _place_role_keys(self, question: PlaceRoles) -> set[RoleKey]:
        match question:
            case EnvironmentRoles(account, environment):
                return self.world.environments[account, environment].roles
            case EnvironmentChoices(account, environment):
                return self.world.environment_choices(account, environment)
            case FolderRoles(account, folder):
                return self.world.folder_roles(account, folder)
            case FolderChoices(account, folder):
                return self.world.folder_choices(account, folder)

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
