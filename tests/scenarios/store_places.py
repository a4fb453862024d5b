"""The store door's half about environments and folders: questions asked of the store, and its commands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tenantry.build.commands import (
    copy_folder,
    create_folder,
    move_folder,
    remove_folder,
    rename_folder,
    restore_folder,
    set_folder_roles,
)
from tenantry.build.models import LIVING, Folder as FolderRow
from tenantry.build.queries import (
    Step,
    folder_of,
    folder_with_id,
    folders_opened_by,
    lists_of,
    offered_roles,
    path_of,
    paths_of,
    subtree,
    top_id,
    ways_to,
)
from tenantry.decisions.engine import ENGINE
from tenantry.environments.commands import (
    attach_roles,
    create_environment,
    detach_roles,
    remove_environment,
    rename_environment,
    roles_to_attach,
)
from tenantry.environments.queries import environments_opened_by, named_environment
from tenantry.rules.facts import AccountFacts
from tenantry.rules.folders import Site
from tenantry.rules.places import Environment, Place
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import OPERATOR, AccountId, Actor, EnvironmentId, FolderId, RoleId, Source, user_key

from .place_answers import (
    AskedOfPlaces,
    acts_as_answer,
    environments_as_answer,
    icon_as_answer,
    level_as_answer,
    permissions_as_answer,
)
from .questions import (
    ActsOn,
    Answer,
    EnvironmentChoices,
    EnvironmentRoles,
    Environments,
    FolderChoices,
    FolderRoles,
    Folders,
    IconOf,
    LevelOf,
    May,
    Names,
    OpenedWithout,
    PermissionsOf,
    PlaceList,
    PlaceRoles,
    PlaceWord,
    RoleReference,
    role_label,
)
from .raw_store import role_id


def actor_of(name: str) -> Actor:
    """The actor a scenario names."""
    return OPERATOR if name == "operator" else Actor(user_key(name), Source.UI)


def label(role: RoleId, facts: AccountFacts) -> str:
    """How scenarios name a role."""
    found = facts.roles[role]
    return role_label(found.name, None if found.account in {None, facts.id} else found.account)


class StorePlaces:
    """What the store door answers and does about environments and folders.

    Folders are spoken of by path. Of deleted ones of one path the latest is meant, of which this keeps the order.
    """

    def __init__(self) -> None:
        """Nothing was deleted yet."""
        self._deleted: list[FolderId] = []

    def _facts(self, account: str) -> AccountFacts | None:
        snapshot = ENGINE.snapshot(AccountId(account))
        return snapshot.account if snapshot else None

    def _known(self, account: str) -> AccountFacts:
        facts = self._facts(account)
        assert facts is not None
        return facts

    def _role(self, account: str, reference: RoleReference | None) -> RoleId:
        """The id of a role by its name today, which an edit may have changed."""
        if reference is None:
            return RoleId("")
        owner, name = (account, reference) if isinstance(reference, str) else (reference["account"], reference["name"])
        facts = self._facts(owner)
        roles = [role for role in facts.roles.values() if role.account in {None, owner}] if facts else []
        for role in roles:
            if role.name.casefold() == name.casefold():
                return role.id
        known = RoleId(role_id(account, reference))
        return RoleId(f"was {known}") if any(role.id == known for role in roles) else known

    def _roles(self, account: str, roles: list[RoleReference]) -> set[RoleId]:
        return {self._role(account, role) for role in roles}

    # ---- questions

    def place_of(self, question: May) -> Place | None:
        """The environment or folder that is asked about."""
        account = AccountId(question.account)
        if question.environment is not None:
            found = named_environment(self._known(account), question.environment)
            return found or Environment(EnvironmentId("no such environment"), question.environment)
        return folder_of(account, question.folder) if question.folder is not None else None

    def ask_places(self, question: PlaceList | PlaceWord, at: datetime) -> Answer:
        """Answer from the store."""
        match question:
            case Environments() | LevelOf() | IconOf() | ActsOn() | PermissionsOf():
                return self._of_user(question, at)
            case Folders(account):
                rows = FolderRow.rows.of(account).filter(LIVING, parent__isnull=False).values_list("id", flat=True)
                return Names(tuple(sorted(paths_of(account, rows).values())))
            case OpenedWithout(account, role):
                key = self._role(account, role)
                environments = environments_opened_by(self._known(account), key)
                return Names((*environments, *folders_opened_by(AccountId(account), key)))
            case _:
                facts = self._known(question.account)
                return Names(tuple(label(role, facts) for role in self._place_roles(question, facts)))

    def _of_user(self, question: AskedOfPlaces, at: datetime) -> Answer:
        account, facts = AccountId(question.account), self._known(question.account)
        access = ENGINE.access(user=question.user, account=account, at=at)
        match question:
            case Environments():
                return environments_as_answer(access, facts)
            case LevelOf(_, _, environment):
                return level_as_answer(access, facts, self._environment(account, environment))
            case IconOf(_, _, folder):
                return icon_as_answer(access, facts, folder_of(account, folder))
            case PermissionsOf():
                return permissions_as_answer(access, facts)
            case ActsOn(_, _, folder, destination):
                return acts_as_answer(access, facts, self._site(account, folder, destination))

    def _site(self, account: AccountId, folder: str, destination: str | None) -> Site:
        here = folder_of(account, folder)
        parent = folder_of(account, folder.rpartition("/")[0]) if folder else None
        below = tuple(folder_with_id(account, step.id) for step in subtree(account, here.id) if step.id != here.id)
        return Site(here, parent, below, folder_of(account, destination) if destination is not None else None)

    def _place_roles(self, question: PlaceRoles, facts: AccountFacts) -> list[RoleId]:
        account = AccountId(question.account)
        match question:
            case EnvironmentRoles(_, environment):
                return _in_order(self._environment(account, environment).roles, facts)
            case EnvironmentChoices(_, environment):
                there = self._environment(account, environment).roles
                return [role.id for role in roles_to_attach(facts) if role.id not in there]
            case FolderRoles(_, folder):
                return _in_order(folder_of(account, folder).roles, facts)
            case FolderChoices(_, folder):
                there = folder_of(account, folder).roles
                return [role.id for role in offered_roles(facts) if role.id not in there]

    def _environment(self, account: AccountId, name: str) -> Environment:
        found = named_environment(self._known(account), name)
        assert found is not None
        return found

    # ---- commands about environments

    def _create_environment(
        self, *, at: datetime, actor: str, account: str, name: str, classification: str = "PROD"
    ) -> None:
        create_environment(
            actor=actor_of(actor), at=at, account=AccountId(account), name=name, classification=classification
        )

    def _rename_environment(self, *, at: datetime, actor: str, account: str, environment: str, name: str) -> None:
        rename_environment(**self._in_environment(at, actor, account, environment), name=name)

    def _remove_environment(self, *, at: datetime, actor: str, account: str, environment: str) -> None:
        remove_environment(**self._in_environment(at, actor, account, environment))

    def _attach_roles(self, *, at: datetime, actor: str, account: str, environment: str, roles: list[Any]) -> None:
        attach_roles(**self._in_environment(at, actor, account, environment), roles=self._roles(account, roles))

    def _detach_roles(
        self, *, at: datetime, actor: str, account: str, environment: str, roles: list[Any], confirmed: bool = False
    ) -> None:
        there = self._in_environment(at, actor, account, environment)
        detach_roles(**there, roles=self._roles(account, roles), confirmed=confirmed)

    def _in_environment(self, at: datetime, actor: str, account: str, environment: str) -> dict[str, Any]:
        """What every command about an environment is told; an id that nothing has for one that is not there."""
        facts = self._facts(account)
        found = named_environment(facts, environment) if facts is not None else None
        key = found.id if found is not None else EnvironmentId(f"no environment {environment}")
        return {"actor": actor_of(actor), "at": at, "account": AccountId(account), "environment": key}

    # ---- commands about folders

    def _create_folder(self, *, at: datetime, actor: str, account: str, parent: str, name: str) -> None:
        above = self._folder(account, parent)
        create_folder(actor=actor_of(actor), at=at, account=AccountId(account), parent=above, name=name)

    def _rename_folder(self, *, at: datetime, actor: str, account: str, folder: str, name: str) -> None:
        rename_folder(**self._in_folder(at, actor, account, folder), name=name)

    def _move_folder(self, *, at: datetime, actor: str, account: str, folder: str, destination: str) -> None:
        move_folder(**self._in_folder(at, actor, account, folder), destination=self._folder(account, destination))

    def _copy_folder(self, *, at: datetime, actor: str, account: str, folder: str, destination: str, name: str) -> None:
        there = self._in_folder(at, actor, account, folder)
        copy_folder(**there, destination=self._folder(account, destination), name=name)

    def _remove_folder(self, *, at: datetime, actor: str, account: str, folder: str) -> None:
        there = self._in_folder(at, actor, account, folder)
        remove_folder(**there)
        self._deleted.append(there["folder"])

    def _restore_folder(self, *, at: datetime, actor: str, account: str, folder: str) -> None:
        key = self._deleted_folder(account, folder)
        restore_folder(actor=actor_of(actor), at=at, account=AccountId(account), folder=key)
        self._deleted.remove(key)

    def _set_folder_roles(self, *, at: datetime, actor: str, account: str, folder: str, roles: list[Any]) -> None:
        set_folder_roles(**self._in_folder(at, actor, account, folder), roles=self._roles(account, roles))

    def _in_folder(self, at: datetime, actor: str, account: str, folder: str) -> dict[str, Any]:
        key = self._folder(account, folder)
        return {"actor": actor_of(actor), "at": at, "account": AccountId(account), "folder": key}

    def _folder(self, account: str, path: str) -> FolderId:
        """The id of a folder by its path today; an id that nothing has for one that is not there."""
        try:
            return folder_of(AccountId(account), path).id
        except Refused:
            return FolderId(f"no folder {path}")

    def _deleted_folder(self, account: str, path: str) -> FolderId:
        """The folder deleted last that would come back at this path; one into a living folder first."""
        ways = ways_to(account, self._deleted)
        there = [key for key in self._deleted if key in ways and path_of(ways[key]) == path]
        living = [key for key in there if self._lives(account, ways[key][-2])]
        return (living or there or [FolderId(f"no folder {path}")])[-1]

    def _lives(self, account: str, step: Step) -> bool:
        return step.id == top_id(account) or FolderRow.rows.of(account).filter(LIVING, id=step.id).exists()

    def lists_in(self, account: str) -> dict[str, frozenset[RoleId]]:
        """The lists of all living folders, by path, for comparisons."""
        rows = list(FolderRow.rows.of(account).filter(LIVING).values_list("id", flat=True))
        paths, lists = paths_of(account, rows), lists_of(account, rows)
        return {paths[key]: lists.get(key, frozenset()) for key in rows}


def _in_order(roles: frozenset[RoleId], facts: AccountFacts) -> list[RoleId]:
    """Default roles first, each by name, as pages list them."""
    return sorted(roles, key=lambda role: (facts.roles[role].account is not None, facts.roles[role].name.casefold()))
