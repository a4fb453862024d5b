"""All resources to which somebody may do something: accounts, what is in them, and what can be used there."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q

from tenantry.accounts.models import Account
from tenantry.accounts.queries import account_row
from tenantry.build.models import LIVING, Folder as FolderRow, FolderRole
from tenantry.build.queries import top_id
from tenantry.decisions.authzen import (
    KINDS,
    RESERVED_TYPES,
    Action,
    Resource,
    Served,
    Subject,
    account_named,
    is_served,
    time_of,
)
from tenantry.decisions.engine import State
from tenantry.decisions.reached import Reached, Somebody, reachable, within
from tenantry.decisions.reached_now import REACHED
from tenantry.decisions.results import Results
from tenantry.decisions.using import held
from tenantry.environments.models import Environment as EnvironmentRow
from tenantry.objects.models import HostObject
from tenantry.rules import refusals as no
from tenantry.rules.decide import of_standing
from tenantry.rules.features import Feature
from tenantry.rules.places import Environment, Folder, Place
from tenantry.rules.roles import available_default_roles
from tenantry.rules.sharing import Kind
from tenantry.rules.using import FEATURES, USE, Reach, usable
from tenantry.rules.vocabulary import AccountId, EnvironmentId, FolderId, Instant, RoleId, storable
from tenantry.sharing.kinds import SOURCES
from tenantry.store.crossings import Crossing
from tenantry.users.queries import find_user

FEW: Final = 900
"""Accounts that a query names one by one; of more it takes all that the person may reach, and leaves out the rest."""


def find_resources(
    engine: State, asked: tuple[Subject, Action, Resource, Mapping[str, Any]], now: Instant, served: Served = None
) -> Results:
    """All resources of a type for which the answer is yes, those without which the type is told but for an account in
    its properties. `asked` is the subject, the action, the type as a resource and the context. Raises
    `MalformedRequest` as asking does.
    """
    subject, action, resource, context = asked
    at = time_of(context) or now
    named = account_named(resource.properties) if resource.type != "account" else None
    row = find_user(subject.id) if subject.type == "user" and storable(subject.id) else None
    if row is None:
        return Results(reason=no.UnknownUser(user=subject.id))
    if resource.type in KINDS and action.name != USE:
        return Results(reason=no.OnlyUse(kind=Kind(resource.type).words.one, privilege=action.name))
    if not all(map(storable, (resource.type, named or ""))) or (named and not is_served(named, served)):
        return Results()
    somebody = Somebody.of(row)
    search = _Search(somebody, REACHED.now(engine, somebody, _bounds(named, served)), action.name, at, served)
    return Results(sorted(search.names(resource.type, named)))


def _bounds(named: AccountId | None, served: Served) -> Q | None:
    if named is not None:
        return within([named])
    return within(served) if served is not None and len(served) <= FEW else None


@dataclass(frozen=True, slots=True)
class _Search:
    somebody: Somebody
    reached: Reached
    action: str
    at: Instant
    served: Served

    def names(self, kind: str, named: AccountId | None) -> Iterator[str]:
        """The ids of the resources."""
        if kind in KINDS:
            yield from self._usable(Kind(kind), named)
            return
        accounts = [one for one in self.reached.letting(self.action, self.at) if is_served(one, self.served)]
        if kind == "account":
            yield from accounts
        elif not accounts:
            return
        elif kind == "environment":
            yield from self._open(self._environments(accounts))
        elif kind == "folder":
            yield from self._open(self._folders(accounts, named))
        elif kind not in RESERVED_TYPES:
            yield from self._objects(kind, accounts, named)

    def _open(self, places: Iterator[tuple[AccountId, Place]]) -> Iterator[str]:
        """Those of these places that let what is held in their account pass."""
        standings = self.reached.standings
        for account, place in places:
            if of_standing(standings[account], self.action, self.at, place).allowed:
                yield place.id

    def _rows_in(self, accounts: Sequence[AccountId], column: str = "account_id") -> Q:
        if len(accounts) <= FEW:
            return Q(**{f"{column}__in": accounts})
        return Q(**{f"{column}__in": reachable(self.somebody).values("id")})

    def _environments(self, accounts: Sequence[AccountId]) -> Iterator[tuple[AccountId, Environment]]:
        """The environments of these accounts with their lists; one query."""
        inside = frozenset(accounts)
        rows = EnvironmentRow.rows.across(Crossing.ACCOUNTS_OF_A_USER).filter(self._rows_in(accounts))
        lists: dict[str, set[RoleId]] = defaultdict(set)
        told: dict[str, tuple[AccountId, str]] = {}
        for key, owner, name, role in rows.values_list("id", "account_id", "name", "roles__role_id"):
            told[key] = (AccountId(owner), name)
            if role is not None:
                lists[key].add(RoleId(role))
        for key, (account, name) in told.items():
            if account in inside:
                yield account, Environment(EnvironmentId(key), name, roles=frozenset(lists.get(key, ())))

    def _folders(self, accounts: Sequence[AccountId], named: AccountId | None) -> Iterator[tuple[AccountId, Folder]]:
        """The living folders of these accounts with their lists; two queries. A top-level one that has no row yet is
        known only together with its account.
        """
        inside = frozenset(accounts)
        lists: dict[str, set[RoleId]] = defaultdict(set)
        listed = FolderRole.rows.across(Crossing.ACCOUNTS_OF_A_USER).filter(self._rows_in(accounts))
        for folder, role in listed.values_list("folder_id", "role_id"):
            lists[folder].add(RoleId(role))
        rows = FolderRow.rows.across(Crossing.ACCOUNTS_OF_A_USER).filter(LIVING, self._rows_in(accounts))
        found = {key: AccountId(owner) for key, owner in rows.values_list("id", "account_id")}
        if named is not None:
            found[top_id(named)] = named
        for key, account in found.items():
            if account in inside:
                yield account, Folder(FolderId(key), "", frozenset(lists.get(key, ())))

    def _objects(self, kind: str, accounts: Sequence[AccountId], named: AccountId | None) -> Iterator[str]:
        """The host's objects in these accounts, those left out that only their account tells from another; where they
        are in environments, these have to let pass.
        """
        inside = frozenset(accounts)
        rows = HostObject.rows.across(Crossing.EXTERNAL_OBJECT).filter(type=kind)
        there = rows.filter(self._rows_in(accounts)).values_list("account_id", "object_id", "environment")
        objects = [(AccountId(owner), key, where) for owner, key, where in there if owner in inside]
        twice = self._twice(kind) if named is None else frozenset()
        open_places = set()
        if any(where for _, _, where in objects):
            open_places = set(self._open(self._environments(accounts)))
        for _, key, where in objects:
            if key not in twice and (not where or where in open_places):
                yield key

    def _twice(self, kind: str) -> frozenset[str]:
        """The ids that objects in several accounts have."""
        rows = HostObject.rows.across(Crossing.EXTERNAL_OBJECT).filter(type=kind)
        if self.served is None:
            counted = rows.values_list("object_id").annotate(number=Count("id")).filter(number__gt=1)
            return frozenset(key for key, _ in counted)
        if len(self.served) <= FEW:
            rows = rows.filter(account_id__in=self.served)
        owned = rows.values_list("account_id", "object_id").iterator()
        numbers = Counter(key for owner, key in owned if owner in self.served)
        return frozenset(key for key, number in numbers.items() if number > 1)

    def _usable(self, kind: Kind, named: AccountId | None) -> Iterator[str]:
        """What can be used: in the account named, or each in the account that owns it."""
        judged = {
            id(standing): held(kind, lambda needed, of=standing: of_standing(of, needed, self.at)).allowed  # type: ignore[misc]
            for standing in self.reached.standings.values()
        }
        accounts = [
            account
            for account, standing in self.reached.standings.items()
            if judged[id(standing)] and is_served(account, self.served)
        ]
        if named is not None:
            yield from usable_in(kind, named) if named in accounts else ()
        elif accounts:
            yield from self._owned(kind, accounts)

    def _owned(self, kind: Kind, accounts: Collection[AccountId]) -> Iterator[str]:
        inside = frozenset(accounts)
        feature = FEATURES.get(kind)
        if feature is not None:
            rows = Account.rows.across(Crossing.ACCOUNTS_OF_A_USER).filter(self._rows_in([*accounts], "id"))
            told = rows.values_list("id", "features")
            inside &= frozenset(AccountId(key) for key, features in told if feature.value in features)
        table = SOURCES[kind].table.rows.across(Crossing.RESOURCE_BY_ID).filter(self._rows_in([*accounts]))
        for key, owner in table.values_list("id", "account_id"):
            if owner in inside:
                yield key


def usable_in(kind: Kind, account: AccountId) -> Iterator[str]:
    """The resources of a kind that an account can use, whoever asks: its own, those it receives, those there for all.
    Three queries.
    """
    row = account_row(account)
    if row is None:
        return
    if kind is Kind.ROLE:
        yield from (role.id for role in available_default_roles(row.features))
    on: frozenset[Feature] = row.features
    for reach in SOURCES[kind].reaching(account):
        key = reach.resource.id
        if isinstance(usable(reach, (kind, key), account=account, primary=row.primary, on=on), Reach):
            yield key
