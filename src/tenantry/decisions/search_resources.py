"""All resources to which somebody may do something: accounts, what is in them, and what can be used there."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

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
from tenantry.decisions.conditions import Asked
from tenantry.decisions.engine import State
from tenantry.decisions.reached import Reached, Somebody, reachable, within
from tenantry.decisions.reached_now import REACHED
from tenantry.decisions.results import Results
from tenantry.decisions.using import held
from tenantry.environments.models import Environment as EnvironmentRow
from tenantry.objects.models import HostObject
from tenantry.objects.queries import STORED, ObjectPlace
from tenantry.rules import refusals as no
from tenantry.rules.answers import Decision
from tenantry.rules.conditions import Judge, unjudged
from tenantry.rules.decide import Standing, of_standing
from tenantry.rules.features import Feature
from tenantry.rules.places import Environment, Folder, Place
from tenantry.rules.roles import available_default_roles
from tenantry.rules.sharing import Kind
from tenantry.rules.using import FEATURES, USE, Reach, usable
from tenantry.rules.vocabulary import UNCONDITIONAL, AccountId, EnvironmentId, FolderId, Instant, RoleId, storable
from tenantry.sharing.kinds import SOURCES
from tenantry.store.crossings import Crossing
from tenantry.users.queries import find_user

FEW: Final = 900
"""Accounts that a query names one by one; of more it takes all that the person may reach, and leaves out the rest."""


class ResourcesAsked(NamedTuple):
    """A search for resources: of `resource` the type counts, and the account that its properties may name."""

    subject: Subject
    action: Action
    resource: Resource
    context: Mapping[str, Any]


def find_resources(engine: State, asked: ResourcesAsked, now: Instant, served: Served = None) -> Results:
    """All resources of a type for which the answer is yes, with the properties that the request says of them. Raises
    `MalformedRequest` as asking does.
    """
    subject, action, resource = asked.subject, asked.action, asked.resource
    at = time_of(asked.context) or now
    named = account_named(resource.properties) if resource.type != "account" else None
    row = find_user(subject.id) if subject.type == "user" and storable(subject.id) else None
    if row is None:
        return Results(reason=no.UnknownUser(user=subject.id))
    if resource.type in KINDS and action.name != USE:
        return Results(reason=no.OnlyUse(kind=Kind(resource.type).words.one, privilege=action.name))
    if not all(map(storable, (resource.type, named or ""))) or (named and not is_served(named, served)):
        return Results()
    somebody = Somebody.of(row)
    search = _Search(somebody, REACHED.now(engine, somebody, _bounds(named, served)), asked, at, served)
    return Results(sorted(search.names(resource.type, named)))


def _bounds(named: AccountId | None, served: Served) -> Q | None:
    if named is not None:
        return within([named])
    return within(served) if served is not None and len(served) <= FEW else None


@dataclass(frozen=True, slots=True)
class _Search:
    somebody: Somebody
    reached: Reached
    asked: ResourcesAsked
    at: Instant
    served: Served
    known: dict[int, bool] = field(default_factory=dict)

    def names(self, kind: str, named: AccountId | None) -> Iterator[str]:
        """The ids of the resources."""
        accounts = [*self._accounts(kind)]
        if kind == "account":
            yield from (one for one in accounts if self._allows(one, one))
        elif not accounts:
            return
        elif kind in KINDS:
            yield from self._usable(Kind(kind), accounts, named)
        elif kind == "environment":
            yield from self._open(self._environments(accounts))
        elif kind == "folder":
            yield from self._open(self._folders(accounts, named))
        elif kind not in RESERVED_TYPES:
            yield from self._objects(kind, accounts, named)

    def _accounts(self, kind: str) -> Iterator[AccountId]:
        """The accounts in which the answer may be yes: what a condition decides is judged for each resource."""
        served = self.served
        for account, standing in self.reached.standings.items():
            if served is not None and account not in served:
                continue
            if standing.conditional:
                yield account
                continue
            allowed = self.known.get(id(standing))
            if allowed is None:
                allowed = self.known[id(standing)] = self._decided(standing, kind, None, unjudged).allowed
            if allowed:
                yield account

    def _decided(self, standing: Standing, kind: str, place: Place | None, judge: Judge) -> Decision:
        if kind in KINDS:
            return held(Kind(kind), lambda needed: of_standing(standing, needed, self.at, judge=judge))
        return of_standing(standing, self.asked.action.name, self.at, place, judge)

    def _allows(
        self, account: AccountId, key: str, place: Place | None = None, thing: ObjectPlace | None = None
    ) -> bool:
        """Whether the answer about one resource is yes, in an account in which it may be."""
        standing = self.reached.standings[account]
        asked = self.asked
        condition = thing.condition(asked.action.name) if thing is not None else UNCONDITIONAL
        if not standing.conditional and place is None and not condition:
            return True
        resource = Resource(asked.resource.type, key, asked.resource.properties)
        judge = Asked(
            asked.subject, asked.action, resource, asked.context, thing.properties if thing is not None else ""
        )
        if not self._decided(standing, asked.resource.type, place, judge).allowed:
            return False
        return not condition or judge(condition, standing.held.person.properties).met

    def _open(self, places: Iterator[tuple[AccountId, Place]]) -> Iterator[str]:
        """Those of these places that let what is held in their account pass."""
        for account, place in places:
            if self._allows(account, place.id, place):
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
        there = rows.filter(self._rows_in(accounts)).values_list("object_id", "account_id", *STORED)
        objects = [(key, ObjectPlace(AccountId(owner), *stored)) for key, owner, *stored in there if owner in inside]
        twice = self._twice(kind) if named is None else frozenset()
        places: dict[tuple[AccountId, str], Place] = {}
        if any(thing.environment for _, thing in objects):
            places = {(account, place.id): place for account, place in self._environments(accounts)}
        for key, thing in objects:
            place = places.get((thing.account, thing.environment))
            if key in twice or (place is None and thing.environment):
                continue
            if self._allows(thing.account, key, place, thing):
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

    def _usable(self, kind: Kind, accounts: Sequence[AccountId], named: AccountId | None) -> Iterator[str]:
        """What can be used: in the account named, or each in the account that owns it."""
        found = ((named, key) for key in usable_in(kind, named)) if named is not None else self._owned(kind, accounts)
        for account, key in found:
            if self._allows(account, key):
                yield key

    def _owned(self, kind: Kind, accounts: Collection[AccountId]) -> Iterator[tuple[AccountId, str]]:
        inside = frozenset(accounts)
        feature = FEATURES.get(kind)
        if feature is not None:
            rows = Account.rows.across(Crossing.ACCOUNTS_OF_A_USER).filter(self._rows_in([*accounts], "id"))
            told = rows.values_list("id", "features")
            inside &= frozenset(AccountId(key) for key, features in told if feature.value in features)
        table = SOURCES[kind].table.rows.across(Crossing.RESOURCE_BY_ID).filter(self._rows_in([*accounts]))
        for key, owner in table.values_list("id", "account_id"):
            if owner in inside:
                yield AccountId(owner), key


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
