"""The product's doors: the bare rules, the store with its commands, and after a real load AuthZEN requests, as lines
and as calls of the access interface.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, get_args
from unittest.mock import patch

import msgspec

from tenantry.accounts.commands import (
    change_account_status,
    change_support_access_role,
    create_managed_account,
    switch_feature,
)
from tenantry.accounts.queries import account_row, existing_account
from tenantry.decisions.authzen import evaluate, parse, response
from tenantry.decisions.engine import ENGINE
from tenantry.decisions.guard import require
from tenantry.estate.load import load, prepare
from tenantry.estate.reading import read
from tenantry.groups.commands import (
    add_accounts_to_group,
    add_user_to_group,
    change_group_user_roles,
    create_group,
    edit_group,
    remove_accounts_from_group,
    remove_group,
    remove_user_from_group,
)
from tenantry.groups.grants import available_roles
from tenantry.groups.models import AccountGroup
from tenantry.groups.queries import accounts_page, choosable_accounts, group_of, group_users_page, groups_page
from tenantry.roles.commands import create_role, edit_role, remove_role
from tenantry.roles.console import parent_choices
from tenantry.roles.queries import RoleChoice, assignable_roles, custom_roles
from tenantry.rules import answers, refusals, vocabulary
from tenantry.rules.accounts import account_id, support_access_choices
from tenantry.rules.decide import Snapshot, access_of, decide
from tenantry.rules.facts import AccountFacts, Given, Group, Inside, User
from tenantry.rules.features import Feature
from tenantry.rules.folders import Site
from tenantry.rules.groups import ALL_ACCOUNTS
from tenantry.rules.inheritance import Roles
from tenantry.rules.places import Classification, Environment, Folder, Place
from tenantry.rules.privileges import PLATFORM, Catalogue, Privilege
from tenantry.rules.roles import DEFAULT_ROLE_IDS, default_layer
from tenantry.rules.sharing import Kind
from tenantry.rules.sign_on import Proof, ProvenBy
from tenantry.rules.using import USE
from tenantry.rules.vocabulary import (
    OPERATOR,
    AccountId,
    EnvironmentId,
    FolderId,
    GroupId,
    Person,
    RoleGrant,
    RoleId,
    Status,
    Validity,
    user_key,
)
from tenantry.sharing.commands import share, withdraw
from tenantry.sharing.kinds import assignable
from tenantry.sharing.queries import shares_of
from tenantry.signin.queries import enterable_accounts
from tenantry.support.commands import (
    deny_support_access,
    expire_support_access,
    extend_support_access,
    grant_support_access,
    request_support_access,
)
from tenantry.support.models import SupportGrant
from tenantry.users.commands import (
    add_user,
    add_user_role,
    change_user_roles,
    remove_user,
    remove_user_role,
    set_lock,
)
from tenantry.users.queries import UserFilters, find_user, users_page
from tests.store.access_api.calling import a_host

from . import raw_store
from .doors import CannotAsk
from .place_answers import (
    AskedOfPlaces,
    acts_as_answer,
    environments_as_answer,
    icon_as_answer,
    level_as_answer,
    permissions_as_answer,
)
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
    Environments,
    GroupAccounts,
    GroupRoleChoices,
    Groups,
    GroupUsers,
    IconOf,
    LevelOf,
    Line,
    May,
    Names,
    ParentChoices,
    PermissionsOf,
    PlaceList,
    PlaceWord,
    PrivilegesOf,
    Question,
    Refused,
    Resolve,
    Shareable,
    SupportChoices,
    Through,
    Use,
    UsersOf,
    WithoutRoles,
    role_label,
)
from .raw_store import role_id
from .store_places import StorePlaces, actor_of, label
from .store_resources import decided, write_resources


def decision_as_answer(decision: answers.Decision, facts: AccountFacts | None) -> Answer:
    """A decision in the words of scenarios."""
    if isinstance(decision, answers.Denied):
        return Denied(decision.refusal.code)
    assert facts is not None
    return Allowed(frozenset(label(grant.role, facts) for grant in decision.grants))


def _choice(choice: RoleChoice, facts: AccountFacts) -> str:
    """A role offered, as scenarios name it."""
    return label(choice.id, facts)


def _role_choices(
    question: SupportChoices | ParentChoices | CustomRoles | GroupRoleChoices, facts: AccountFacts, at: datetime
) -> list[RoleId]:
    """What the places offer that never offer shared roles."""
    row = existing_account(facts.id)
    match question:
        case SupportChoices():
            return list(support_access_choices(row.features, facts.own_roles()))
        case ParentChoices():
            return [RoleId(value) for value, _ in parent_choices(facts, row.features, None, None)]
        case CustomRoles():
            shown = Feature.ADVANCED_USER_SECURITY in row.features
            return [role.id for role in custom_roles(facts.id)] if shown else []
        case GroupRoleChoices():
            permit = require("ACCOUNT_GROUP_MANAGEMENT", actor=OPERATOR, account=facts.id, at=at)
            return [role.id for role in available_roles(permit)]


def access_as_answer(
    question: AccessOf | PrivilegesOf, access: answers.Access | answers.Denied, facts: AccountFacts | None
) -> Answer:
    """Access in the words of scenarios."""
    if isinstance(access, answers.Denied):
        return Denied(access.refusal.code)
    assert facts is not None
    if isinstance(question, PrivilegesOf):
        return Names(tuple(sorted(facts.catalogue.names(access.privileges))))
    return Through(access.via.value, frozenset(label(role, facts) for role in access.roles))


class RulesDoor:
    """The rules alone, on facts made from the lines: no framework, no database, no command."""

    answers: ClassVar[frozenset[type[Question]]] = frozenset(
        {May, AccessOf, PrivilegesOf, Resolve, Environments, LevelOf, IconOf, ActsOn, PermissionsOf}
    )

    def load(self, lines: list[Line]) -> None:
        """Make facts and compile them."""
        host = [
            Privilege(line["name"], line["title"], line["title"], implies=tuple(line.get("implies", ())), host=True)
            for line in lines
            if line["kind"] == "privilege"
        ]
        self.catalogue = Catalogue(host) if host else PLATFORM
        self.people = {
            user_key(line["id"]): Person(line.get("locked", False), line.get("staff", False))
            for line in lines
            if line["kind"] == "user"
        }
        self.environments = {
            (line["account"], line["name"]): Environment(
                EnvironmentId(f"{line['account']}/{line['name']}"),
                line["name"],
                Classification(line.get("classification", "PROD")),
                self._listed(lines, "environment_role", line["account"], environment=line["name"]),
            )
            for line in lines
            if line["kind"] == "environment"
        }
        paths = [(line["account"], line["path"]) for line in lines if line["kind"] == "folder"]
        self.folders = {
            (account, path): Folder(
                FolderId(f"{account}/{path}"), path, self._listed(lines, "folder_role", account, path=path)
            )
            for account, path in [*paths, *((line["id"], "") for line in lines if line["kind"] == "account")]
        }
        self.snapshots = {line["id"]: self._snapshot(line, lines) for line in lines if line["kind"] == "account"}

    def _snapshot(self, line: Line, lines: list[Line]) -> Snapshot:
        account = AccountId(line["id"])
        chosen = line.get("support_access_role", "Administrator")
        inside = Inside(
            id=account,
            status=Status(line.get("status", "active")),
            catalogue=self.catalogue,
            active=self.catalogue.active(Feature(name) for name in line.get("features", [])),
            own=self._roles(account, lines),
            support_access=None if chosen is None else RoleId(role_id(account, chosen)),
            trial_ends=datetime.fromisoformat(line["trial_ends"]) if "trial_ends" in line else None,
            membership=frozenset(
                GroupId(f"{one['account']}/{one['group']}")
                for one in lines
                if one["kind"] == "group_account" and one["member"] == account
            ),
            users=tuple(
                User(user, None, self.people[user], grants)
                for user, grants in self._grants(lines, "user_role", account).items()
            ),
            environments={one.id: one for (owner, _), one in self.environments.items() if owner == account},
            restricted={
                one.id: one.roles for (owner, _), one in self.folders.items() if owner == account and one.roles
            },
        )
        return Snapshot.of(inside, self._given(line.get("primary"), lines), ())

    def _listed(self, lines: list[Line], kind: str, account: str, **place: str) -> frozenset[RoleId]:
        """The roles on the list of an environment or a folder."""
        return frozenset(
            RoleId(role_id(account, line["role"]))
            for line in lines
            if line["kind"] == kind and line["account"] == account and place.items() <= line.items()
        )

    def _given(self, primary: str | None, lines: list[Line]) -> Given:
        """What a primary gives; All Accounts holds every account by itself."""
        if primary is None:
            return Given(None, default_layer(self.catalogue))
        owner = AccountId(primary)
        roles = Roles(self._roles(owner, lines), self.catalogue, default_layer(self.catalogue))
        deleted = any(
            one["kind"] == "account" and one["id"] == owner and one.get("status") == "deleted" for one in lines
        )
        named = {one["name"] for one in lines if one["kind"] == "account_group" and one["account"] == owner}
        groups = {}
        for name in () if deleted else {*named, ALL_ACCOUNTS}:
            key = GroupId(f"{owner}/{name}")
            shares = frozenset(
                RoleId(role_id(owner, one["name"]))
                for one in lines
                if one["kind"] == "group_resource" and (one["account"], one["group"]) == (owner, name)
            )
            users = self._grants(lines, "group_user_role", owner, name)
            groups[key] = Group(key, name, name == ALL_ACCOUNTS, users, shares)
        return Given(owner, roles, groups, self.people)

    def _roles(self, account: AccountId, lines: list[Line]) -> dict[RoleId, vocabulary.Role]:
        roles = {}
        for one in lines:
            if one["kind"] == "role" and one["account"] == account:
                key = RoleId(role_id(account, one["name"]))
                parent = one.get("inherits")
                roles[key] = vocabulary.Role(
                    key,
                    one["name"],
                    account,
                    self.catalogue.mask(one["privileges"]),
                    RoleId(role_id(account, parent)) if parent is not None else None,
                )
        return roles

    def _grants(
        self, lines: list[Line], kind: str, account: AccountId, group: str | None = None
    ) -> dict[vocabulary.UserKey, tuple[RoleGrant, ...]]:
        """Grants by person: direct ones of an account, or those of one of its groups."""
        found: dict[vocabulary.UserKey, tuple[RoleGrant, ...]] = {}
        key = GroupId(f"{account}/{group}") if group is not None else None
        for one in lines:
            if one["kind"] == kind and one["account"] == account and one.get("group") == group:
                starts, ends = (
                    datetime.fromisoformat(one[bound]) if bound in one else None
                    for bound in ("valid_from", "valid_until")
                )
                grant = RoleGrant(RoleId(role_id(account, one["role"])), Validity(starts, ends), key)
                user = user_key(one["user"])
                found[user] = (*found.get(user, ()), grant)
        return found

    def ask(self, question: Question, at: datetime) -> Answer:
        """Answer by the rules."""
        match question:
            case May(user, privilege, account, environment, folder):
                snapshot = self.snapshots.get(account)
                key = user_key(user)
                if snapshot is None:
                    return Denied("unknown_account" if key in self.people else "unknown_user")
                place: Place | None = None
                if environment is not None or folder is not None:
                    named = environment if environment is not None else folder or ""
                    place = (self.environments if environment is not None else self.folders)[account, named]
                decision = decide(snapshot, key, privilege, at, self.people.get(key), place)
                return decision_as_answer(decision, snapshot.account)
            case AccessOf(user, account) | PrivilegesOf(user, account):
                snapshot = self.snapshots[account]
                key = user_key(user)
                access = access_of(snapshot, key, at, self.people.get(key))
                return access_as_answer(question, access, snapshot.account)
            case Resolve(account, role):
                facts = self.snapshots[account].account
                mask = facts.roles.resolved(RoleId(role_id(account, role))).mask
                return Names(tuple(sorted(facts.catalogue.names(mask))))
            case Environments() | LevelOf() | IconOf() | ActsOn() | PermissionsOf():
                return self._in_places(question, at)
            case _:
                raise CannotAsk(question)

    def _in_places(self, question: AskedOfPlaces, at: datetime) -> Answer:
        key, account = user_key(question.user), question.account
        snapshot = self.snapshots[account]
        access = access_of(snapshot, key, at, self.people.get(key))
        match question:
            case Environments():
                return environments_as_answer(access, snapshot.account)
            case LevelOf(_, _, environment):
                return level_as_answer(access, snapshot.account, self.environments[account, environment])
            case IconOf(_, _, folder):
                return icon_as_answer(access, snapshot.account, self.folders[account, folder])
            case PermissionsOf():
                return permissions_as_answer(access, snapshot.account)
            case ActsOn(_, _, folder, destination):
                here = {path: one for (owner, path), one in self.folders.items() if owner == account}
                below = tuple(here[path] for path in sorted(here) if path.startswith(f"{folder}/"))
                to = here[destination] if destination is not None else None
                site = Site(here[folder], here[folder.rpartition("/")[0]] if folder else None, below, to)
                return acts_as_answer(access, snapshot.account, site)


class StoreDoor(StorePlaces):
    """The store: rows, real commands, and the engine that compiles them."""

    answers: ClassVar[frozenset[type[Question]]] = frozenset(
        {
            May,
            Use,
            AccessOf,
            PrivilegesOf,
            Enterable,
            Assignable,
            Resolve,
            SupportChoices,
            ParentChoices,
            CustomRoles,
            UsersOf,
            WithoutRoles,
            Groups,
            GroupAccounts,
            AccountChoices,
            GroupUsers,
            GroupRoleChoices,
            Shareable,
            *get_args(PlaceList),
            *get_args(PlaceWord),
            Do,
        }
    )

    def load(self, lines: list[Line]) -> None:
        """Write the rows as they are."""
        raw_store.write(lines)
        write_resources(lines)

    def ask(self, question: Question, at: datetime) -> Answer:
        """Answer from the store."""
        match question:
            case May(user, privilege, account):
                place = self.place_of(question)
                decision = ENGINE.decide(user=user, privilege=privilege, account=AccountId(account), at=at, place=place)
                return decision_as_answer(decision, self._facts(account))
            case Use(account=account):
                return decision_as_answer(decided(question, at), self._facts(account))
            case AccessOf(user, account) | PrivilegesOf(user, account):
                access = ENGINE.access(user=user, account=AccountId(account), at=at)
                return access_as_answer(question, access, self._facts(account))
            case Resolve(account, role):
                facts = self._facts(account)
                assert facts is not None
                mask = facts.roles.resolved(self._role(account, role)).mask
                return Names(tuple(sorted(facts.catalogue.names(mask))))
            case Do(verb, fields):
                command = getattr(self, f"_{verb}", None)
                if command is None:
                    raise CannotAsk(verb)
                try:
                    command(at=at, **fields)
                except refusals.Refused as refused:
                    return Refused(frozenset({*refused.refusal.rules, *_ALIKE.get(refused.refusal.code, ())}))
                return Done()
            case _ if isinstance(question, PlaceList | PlaceWord):
                return self.ask_places(question, at)
            case _:
                return self._list(question, at)

    def _list(self, question: Question, at: datetime) -> Answer:
        """The lists that pages show."""
        match question:
            case Enterable(user):
                person = find_user(user)
                found = (
                    enterable_accounts(person, at, Proof(by=ProvenBy.PASSWORD, at=at)).order_by("name_key", "id")
                    if person
                    else []
                )
                return Names(tuple(account.id for account in found))
            case Assignable(account):
                row = account_row(account)
                assert row is not None
                facts = self._facts(account)
                assert facts is not None
                return Names(tuple(_choice(choice, facts) for choice in assignable_roles(facts, row.features)))
            case SupportChoices(account) | ParentChoices(account) | CustomRoles(account) | GroupRoleChoices(account):
                facts = self._facts(account)
                assert facts is not None
                return Names(tuple(label(role, facts) for role in _role_choices(question, facts, at)))
            case UsersOf(account) | WithoutRoles(account):
                show = "all" if isinstance(question, UsersOf) else "without_roles"
                page, _ = users_page(account, UserFilters(show=show), at)
                return Names(tuple(user.email for user in page.rows))
            case Groups(primary):
                if Feature.ACCOUNT_GROUPS not in existing_account(primary).features:
                    return Names(())  # the page is not there (ACC-5)
                page_of_groups, _ = groups_page(primary)
                return Names(tuple(ALL_ACCOUNTS if group.everywhere else group.name for group in page_of_groups.rows))
            case GroupAccounts(primary, group) | AccountChoices(primary, group) | GroupUsers(primary, group):
                return Names(self._listed(question, group_of(primary, self._group(primary, group))))
            case Shareable(primary, group):
                facts = self._facts(primary)
                assert facts is not None
                stored = group_of(primary, self._group(primary, group))
                there = shares_of(stored, Kind.ROLE).values_list("resource", flat=True)
                features = existing_account(primary).features
                roles, _ = assignable(Kind.ROLE, AccountId(primary), features, there)
                return Names(tuple(label(RoleId(role.id), facts) for role in roles))
            case _:
                raise CannotAsk(question)

    def _listed(self, question: GroupAccounts | AccountChoices | GroupUsers, group: AccountGroup) -> tuple[str, ...]:
        """What a list of a group shows."""
        match question:
            case GroupAccounts():
                return tuple(account.id for account in accounts_page(group)[0].rows)
            case AccountChoices():
                return tuple(account.id for account in choosable_accounts(group)[0])
            case GroupUsers():
                return tuple(user.email for user in group_users_page(group, UserFilters())[0].rows)

    def _user(self, user: str) -> int:
        found = find_user(user)
        return found.pk if found else 0

    def _add_user(self, *, at: datetime, actor: str, account: str, user: str, roles: list[Any], **names: str) -> None:
        add_user(
            actor=actor_of(actor),
            at=at,
            account=AccountId(account),
            email=user,
            roles={self._role(account, role) for role in roles},
            notify=False,
            **names,
        )

    def _change_user_roles(self, *, at: datetime, actor: str, account: str, user: str, roles: list[Any]) -> None:
        change_user_roles(
            actor=actor_of(actor),
            at=at,
            account=AccountId(account),
            user=self._user(user),
            roles={self._role(account, role) for role in roles},
        )

    def _remove_user(self, *, at: datetime, actor: str, account: str, user: str) -> None:
        remove_user(actor=actor_of(actor), at=at, account=AccountId(account), user=self._user(user))

    def _create_role(self, *, at: datetime, actor: str, account: str, name: str, **members: Any) -> None:
        create_role(
            actor=actor_of(actor), at=at, account=AccountId(account), name=name, **self._members(account, members)
        )

    def _edit_role(self, *, at: datetime, actor: str, account: str, role: Any, **members: Any) -> None:
        edit_role(
            actor=actor_of(actor),
            at=at,
            account=AccountId(account),
            role=self._role(account, role),
            **self._members(account, members),
        )

    def _members(self, account: str, members: dict[str, Any]) -> dict[str, Any]:
        known = {name: value for name, value in members.items() if name != "inherits"}
        if "inherits" in members:
            parent = members["inherits"]
            known["parent"] = None if parent is None else self._role(account, parent)
        return known

    def _remove_role(self, *, at: datetime, actor: str, account: str, role: Any) -> None:
        remove_role(actor=actor_of(actor), at=at, account=AccountId(account), role=self._role(account, role))

    def _change_support_access_role(self, *, at: datetime, actor: str, account: str, role: Any) -> None:
        change_support_access_role(
            actor=actor_of(actor),
            at=at,
            account=AccountId(account),
            role=None if role is None else self._role(account, role),
        )

    def _switch_feature(self, *, at: datetime, actor: str, account: str, feature: str, on: bool) -> None:
        switch_feature(actor=actor_of(actor), at=at, account=AccountId(account), feature=Feature(feature), on=on)

    def _change_account_status(self, *, at: datetime, actor: str, account: str, status: str) -> None:
        change_account_status(actor=actor_of(actor), at=at, account=AccountId(account), status=Status(status))

    def _add_user_role(self, *, at: datetime, actor: str, account: str, user: str, role: Any) -> None:
        add_user_role(
            actor=actor_of(actor), at=at, account=AccountId(account), user=user, role=self._role(account, role)
        )

    def _remove_user_role(self, *, at: datetime, actor: str, account: str, user: str, role: Any) -> None:
        remove_user_role(
            actor=actor_of(actor),
            at=at,
            account=AccountId(account),
            user=self._user(user),
            role=self._role(account, role),
        )

    def _lock_user(self, *, at: datetime, actor: str, user: str) -> None:
        set_lock(actor=actor_of(actor), at=at, user=user, locked=True)

    def _unlock_user(self, *, at: datetime, actor: str, user: str) -> None:
        set_lock(actor=actor_of(actor), at=at, user=user, locked=False)

    # ---- account groups, shares, temporary support access ----

    def _group(self, account: str, group: str) -> GroupId:
        """The id of a group by its name today; an id that nothing has for a group there is not."""
        rows = AccountGroup.rows.of(account)
        found = rows.filter(everywhere=True) if group == ALL_ACCOUNTS else rows.filter(name_key=group.casefold())
        return GroupId(found.values_list("id", flat=True).first() or f"no group {group}")

    def _create_managed_account(self, *, at: datetime, actor: str, account: str, name: str, trial_ends: Any) -> None:
        ends = trial_ends if isinstance(trial_ends, datetime) else datetime.fromisoformat(trial_ends)
        with patch("tenantry.accounts.commands.accounts.account_id", _without_suffix):
            create_managed_account(actor=actor_of(actor), at=at, primary=AccountId(account), name=name, trial_ends=ends)

    def _create_group(self, *, at: datetime, actor: str, account: str, name: str, alert_level: str = "none") -> None:
        create_group(actor=actor_of(actor), at=at, account=AccountId(account), name=name, alert_level=alert_level)

    def _edit_group(self, *, at: datetime, actor: str, account: str, group: str, **members: Any) -> None:
        edit_group(**self._in_group(at, actor, account, group), **members)

    def _remove_group(self, *, at: datetime, actor: str, account: str, group: str) -> None:
        remove_group(**self._in_group(at, actor, account, group))

    def _share_role(self, *, at: datetime, actor: str, account: str, group: str, role: Any) -> None:
        resources = {self._role(account, role)}
        share(**self._in_group(at, actor, account, group), kind=Kind.ROLE, resources=resources)

    def _withdraw_role(self, *, at: datetime, actor: str, account: str, group: str, role: Any) -> None:
        withdraw(**self._in_group(at, actor, account, group), kind=Kind.ROLE, resource=self._role(account, role))

    def _share_resource(self, *, at: datetime, actor: str, account: str, group: str, type: str, name: str) -> None:
        resources = {raw_store.resource_id(type, account, name)}
        share(**self._in_group(at, actor, account, group), kind=Kind(type), resources=resources)

    def _withdraw_resource(self, *, at: datetime, actor: str, account: str, group: str, type: str, name: str) -> None:
        resource = raw_store.resource_id(type, account, name)
        withdraw(**self._in_group(at, actor, account, group), kind=Kind(type), resource=resource)

    def _add_account_to_group(self, *, at: datetime, actor: str, account: str, group: str, member: str) -> None:
        add_accounts_to_group(**self._in_group(at, actor, account, group), members={AccountId(member)})

    def _remove_account_from_group(self, *, at: datetime, actor: str, account: str, group: str, member: str) -> None:
        remove_accounts_from_group(**self._in_group(at, actor, account, group), members={AccountId(member)})

    def _add_user_to_group(
        self, *, at: datetime, actor: str, account: str, group: str, user: str, roles: list[Any], **names: Any
    ) -> None:
        given = {self._role(account, role) for role in roles}
        add_user_to_group(**self._in_group(at, actor, account, group), email=user, roles=given, notify=False, **names)

    def _change_group_user_roles(
        self, *, at: datetime, actor: str, account: str, group: str, user: str, roles: list[Any]
    ) -> None:
        given = {self._role(account, role) for role in roles}
        change_group_user_roles(**self._in_group(at, actor, account, group), user=self._user(user), roles=given)

    def _remove_user_from_group(self, *, at: datetime, actor: str, account: str, group: str, user: str) -> None:
        remove_user_from_group(**self._in_group(at, actor, account, group), user=self._user(user))

    def _in_group(self, at: datetime, actor: str, account: str, group: str) -> dict[str, Any]:
        here = AccountId(account)
        return {"actor": actor_of(actor), "at": at, "account": here, "group": self._group(account, group)}

    def _request_support_access(self, *, at: datetime, actor: str, account: str) -> None:
        request_support_access(actor=actor_of(actor), at=at, account=AccountId(account))

    def _grant_support_access(
        self, *, at: datetime, actor: str, account: str, user: str, role: Any, hours: int
    ) -> None:
        grants = {self._support(account, user)}
        chosen = self._role(account, role)
        grant_support_access(
            actor=actor_of(actor), at=at, account=AccountId(account), grants=grants, role=chosen, hours=int(hours)
        )

    def _deny_support_access(self, *, at: datetime, actor: str, account: str, user: str) -> None:
        grant = self._support(account, user)
        deny_support_access(actor=actor_of(actor), at=at, account=AccountId(account), grant=grant)

    def _extend_support_access(self, *, at: datetime, actor: str, account: str, user: str, hours: int) -> None:
        grant = self._support(account, user)
        extend_support_access(actor=actor_of(actor), at=at, account=AccountId(account), grant=grant, hours=int(hours))

    def _expire_support_access(self, *, at: datetime, actor: str, account: str, user: str) -> None:
        grant = self._support(account, user)
        expire_support_access(actor=actor_of(actor), at=at, account=AccountId(account), grant=grant)

    def _support(self, account: str, user: str) -> int:
        """The person's newest request or grant in the account."""
        rows = SupportGrant.rows.of(account).filter(user_id=self._user(user)).order_by("-id")
        return rows.values_list("id", flat=True).first() or 0


def _without_suffix(name: str, suffix: str) -> AccountId:
    """The id that scenarios know a new account by: the law's, without the part that is drawn by lot."""
    return AccountId(account_id(name, suffix).removesuffix(f"-{suffix}"))


_ALIKE: dict[str, tuple[str, ...]] = {
    "user_not_linked": ("API-8",),
    "environment_not_found": ("API-8",),
    "folder_not_found": ("API-8",),
    "role_not_found": ("API-8",),
    "unknown_account": ("API-8",),
    "user_already_linked": ("USER-1",),
    "email_invalid": ("USER-3",),
    "operator_only": ("ACC-4", "LOCK-3", "LOCK-5"),
    "role_not_assignable": ("ROLE-2", "ROLE-16", "API-8", "SHARE-12", "SHARE-15"),
    "not_held": (
        *("USER-2", "USER-13", "ACC-9", "SUP-8", "SUP-11", "API-6", "GRP-1", "SHARE-2", "ACC-7"),
        *("ENV-5", "FOLD-12"),
    ),
    "feature_off": ("GRP-1", "SHARE-2"),
    "not_in_group": ("API-8",),
    "group_not_found": ("API-8",),
    "resource_not_yours": ("API-8",),
    "support_grant_not_open": ("API-8", "SUP-11"),
    "support_access_not_offered": ("SUP-2", "SUP-11"),
}
"""Further rules by which a scenario may know a refusal of this code."""


class AuthzenDoor:
    """A real load of the lines as an estate file, then requests and answers as bytes, as `tenantry decide` does."""

    answers: ClassVar[frozenset[type[Question]]] = frozenset({May, Use})

    def __init__(self, folder: Path) -> None:
        """Keep the estate file in this folder."""
        self.file = folder / "world.jsonl"

    def load(self, lines: list[Line]) -> None:
        """Write the file and load it."""
        self.file.write_text("".join(json.dumps(line) + "\n" for line in lines))
        load(actor=OPERATOR, at=datetime.fromisoformat("2026-01-01T00:00:00Z"), prepared=prepare(read([self.file])))

    def ask(self, question: Question, at: datetime) -> Answer:
        """Send the request, read the answer."""
        assert isinstance(question, May | Use)
        request = {
            "subject": {"type": "user", "id": question.user},
            "action": {"name": question.privilege if isinstance(question, May) else USE},
            "resource": _resource(question),
            "context": {"time": at.isoformat()},
        }
        answer = json.loads(self.answer(json.dumps(request).encode(), at))
        if not answer["decision"]:
            return Denied(answer["context"]["reason"]["code"])
        return Allowed(frozenset(map(_named, answer["context"]["grants"])))

    def answer(self, request: bytes, at: datetime) -> bytes:
        """What is sent back."""
        return msgspec.json.encode(response(evaluate(ENGINE, parse(request), at)))


class AccessApiDoor(AuthzenDoor):
    """The same, called as a host application calls: by HTTP's words and a bearer token."""

    def load(self, lines: list[Line]) -> None:
        """Write the file, load it, and get a token."""
        super().load(lines)
        self.host = a_host(datetime.fromisoformat("2026-01-01T00:00:00Z"))

    def answer(self, request: bytes, at: datetime) -> bytes:
        """What is sent back; the request names its instant."""
        del at
        said = self.host.evaluate(request)
        assert said.status == 200, said.body
        many = self.host.evaluations(b'{"evaluations":[' + request + b"]}")
        assert json.loads(many.body) == {"evaluations": [said.told]}
        return said.body


def _resource(question: May | Use) -> dict[str, Any]:
    """What is asked about; an environment by its name and a folder by its path, in the account."""
    named = {"properties": {"account": question.account}}
    if isinstance(question, Use):
        key = raw_store.resource_id(question.type, question.owner, question.name)
        if question.type == "role":  # a load gives roles ids of its own
            key = next((one.id for one in custom_roles(question.owner) if one.name == question.name), key)
        return {"type": question.type, "id": key, **named}
    if question.environment is not None:
        return {"type": "environment", "id": question.environment, **named}
    if question.folder is not None:
        return {"type": "folder", "id": question.folder, **named}
    return {"type": "account", "id": question.account}


def _named(grant: dict[str, Any]) -> str:
    """The role of a grant as scenarios name it: with its owner where account groups brought a custom role."""
    foreign = "owner" in grant and grant["role"] not in DEFAULT_ROLE_IDS
    return role_label(grant["path"][0], grant["owner"] if foreign else None)
