"""The accounts that a person reaches, by whatever path, with what is held in each: for lists of accounts and of what is
in them.

Loaded in a dozen queries, whatever the number of accounts; accounts alike share what is worked out about them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db.models import F, Q, QuerySet

from tenantry.accounts.models import Account
from tenantry.decisions.views import CHUNK, Views
from tenantry.groups.models import AccountGroup, GroupAccount, GroupUser, GroupUserRole
from tenantry.privileges.queries import catalogue as load_catalogue
from tenantry.roles.models import Role as RoleRow
from tenantry.roles.queries import CustomRole, own_role_facts
from tenantry.rules.decide import Standing
from tenantry.rules.facts import NO_GRANTS, AccountFacts, Given, Group, Held, Inside, meet, outside_grants
from tenantry.rules.inheritance import Roles
from tenantry.rules.privileges import Catalogue
from tenantry.rules.roles import default_layer
from tenantry.rules.sharing import Kind
from tenantry.rules.support import GrantStatus
from tenantry.rules.vocabulary import (
    ALWAYS,
    AccountId,
    Condition,
    GroupId,
    Person,
    Role,
    RoleGrant,
    RoleId,
    Status,
    UserKey,
    Validity,
)
from tenantry.sharing.models import Share
from tenantry.store.crossings import Crossing
from tenantry.support.models import SupportGrant
from tenantry.users.models import User, UserRole

NOBODY: Final = Q(pk__in=())
"""Of the users of accounts none: what somebody holds is read apart, with its conditions."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """Whose accounts they are."""

    id: int
    key: UserKey
    person: Person

    @classmethod
    def of(cls, row: User) -> "Somebody":
        """A person as stored."""
        return cls(row.pk, UserKey(row.email_key), Person(row.locked, row.staff, row.properties))


@dataclass(frozen=True, slots=True)
class Reached:
    """The accounts in which something is held, or that let support staff in, by id, with the standing there."""

    standings: Mapping[AccountId, Standing]
    primaries: Mapping[AccountId, AccountId | None]


def load_reached(somebody: Somebody, within: Q | None = None) -> Reached:
    """The accounts that somebody reaches, among those of a condition; a dozen queries."""
    accounts = reachable(somebody)
    if within is not None:
        accounts = accounts.filter(within)
    catalogue = load_catalogue()
    given = _given_to(somebody, accounts, catalogue)
    frames = _Frames(somebody, catalogue, given, _held_directly(somebody))
    standings: dict[AccountId, Standing] = {}
    primaries: dict[AccountId, AccountId | None] = {}
    for inside, primary in Views(accounts, NOBODY, catalogue):
        standing = frames.standing(inside, primary)
        if standing is not None:
            standings[inside.id] = standing
            primaries[inside.id] = primary
    return Reached(dict(sorted(standings.items())), primaries)


def reachable(somebody: Somebody) -> QuerySet[Account]:
    """Those to which a path may lead: a direct role, a group, temporary access; staff may come into any."""
    accounts = Account.rows.across(Crossing.ACCOUNTS_OF_A_USER)
    if somebody.person.staff:
        return accounts
    direct = UserRole.rows.across(Crossing.ACCOUNTS_OF_A_USER).filter(user_id=somebody.id)
    temporary = SupportGrant.rows.across(Crossing.ACCOUNTS_OF_A_USER).filter(
        user_id=somebody.id, status=GrantStatus.ACTIVE
    )
    groups = GroupUser.rows.across(Crossing.ACCOUNTS_OF_A_USER).filter(user_id=somebody.id)
    everywhere = groups.filter(group__everywhere=True)
    members = GroupAccount.rows.across(Crossing.ACCOUNTS_OF_A_USER).filter(
        group_id__in=groups.filter(group__everywhere=False).values("group_id"), member__primary_id=F("account_id")
    )
    return accounts.filter(
        Q(id__in=direct.values("account_id"))
        | Q(id__in=temporary.values("account_id"))
        | Q(primary_id__in=everywhere.values("account_id"))
        | Q(id__in=members.values("member_id"))
    )


def _given_to(
    somebody: Somebody, accounts: QuerySet[Account], catalogue: Catalogue
) -> Mapping[AccountId | None, Given]:
    """What the primaries of these accounts give, of their people this one alone; five queries."""
    defaults = default_layer(catalogue)
    owners = accounts.filter(primary__isnull=False).order_by().values("primary_id").distinct()
    status = Account.rows.across(Crossing.IMPACT).filter(id__in=owners).values_list("id", "status")
    own = _roles_of(owners, catalogue)
    held = _held_in_groups(somebody, owners)
    shares: dict[str, set[RoleId]] = defaultdict(set)
    rows = Share.rows.across(Crossing.IMPACT).filter(kind=Kind.ROLE, account_id__in=owners)
    for group, role in rows.values_list("group_id", "resource").iterator(chunk_size=CHUNK):
        shares[group].add(RoleId(role))
    groups: dict[str, dict[GroupId, Group]] = defaultdict(dict)
    named = AccountGroup.rows.across(Crossing.IMPACT).filter(account_id__in=owners)
    for owner, key, name, everywhere in named.values_list("account_id", "id", "name", "everywhere"):
        users = {somebody.key: held[key]} if key in held else {}
        groups[owner][GroupId(key)] = Group(GroupId(key), name, everywhere, users, frozenset(shares.get(key, ())))
    found: dict[AccountId | None, Given] = {None: Given(None, defaults)}
    for key, state in status:
        owner, living = AccountId(key), state != Status.DELETED
        roles = Roles(own.get(key, {}), catalogue, defaults)
        people = {somebody.key: somebody.person}
        found[owner] = Given(owner, roles, groups[key], people) if living else Given(owner, roles)
    return found


def _roles_of(owners: QuerySet[Account, Any], catalogue: Catalogue) -> Mapping[str, Mapping[RoleId, Role]]:
    rows = RoleRow.rows.across(Crossing.IMPACT).filter(account_id__in=owners)
    found: dict[str, list[CustomRole]] = defaultdict(list)
    columns = ("id", "account_id", "name", "description", "parent_id", "privileges")
    for key, owner, name, text, parent, privileges in rows.values_list(*columns).iterator(chunk_size=CHUNK):
        above = RoleId(parent) if parent else None
        found[owner].append(CustomRole(RoleId(key), AccountId(owner), name, text, above, tuple(privileges)))
    return {owner: own_role_facts(tuple(roles), catalogue) for owner, roles in found.items()}


def _held_directly(somebody: Somebody) -> Mapping[str, tuple[RoleGrant, ...]]:
    """Somebody's direct grants by account, with their conditions; one query."""
    rows = UserRole.rows.across(Crossing.ACCOUNTS_OF_A_USER).filter(user_id=somebody.id)
    held: dict[str, list[RoleGrant]] = defaultdict(list)
    for account, role, starts, ends, condition in rows.order_by("account_id", "role_id").values_list(
        "account_id", "role_id", "valid_from", "valid_until", "condition"
    ):
        validity = ALWAYS if starts is None and ends is None else Validity(starts, ends)
        held[account].append(RoleGrant(RoleId(role), validity, condition=Condition(condition)))
    return {account: tuple(grants) for account, grants in held.items()}


def _held_in_groups(somebody: Somebody, owners: QuerySet[Account, Any]) -> Mapping[str, tuple[RoleGrant, ...]]:
    rows = GroupUserRole.rows.across(Crossing.ACCOUNTS_OF_A_USER).filter(user_id=somebody.id, account_id__in=owners)
    held: dict[str, list[RoleGrant]] = defaultdict(list)
    for group, role, starts, ends, condition in rows.order_by("group_id", "role_id").values_list(
        "group_id", "role_id", "valid_from", "valid_until", "condition"
    ):
        validity = ALWAYS if starts is None and ends is None else Validity(starts, ends)
        held[group].append(RoleGrant(RoleId(role), validity, GroupId(group), Condition(condition)))
    return {group: tuple(grants) for group, grants in held.items()}


class _Frames:
    """What accounts alike share. Accounts with roles of their own are each by itself; of the others the id is nothing
    that a yes depends on.
    """

    def __init__(
        self,
        somebody: Somebody,
        catalogue: Catalogue,
        given: Mapping[AccountId | None, Given],
        direct: Mapping[str, tuple[RoleGrant, ...]],
    ) -> None:
        self._somebody = somebody
        self._direct = direct
        self._given = given
        self._nothing = Given(None, default_layer(catalogue))
        self._facts: dict[object, AccountFacts] = {}
        self._standings: dict[tuple[int, Held], Standing] = {}

    def standing(self, inside: Inside, primary: AccountId | None) -> Standing | None:
        """Somebody's standing in an account; `None` where nothing is held and staff are nothing special."""
        facts = self._frame(inside, primary)
        held = self._held(inside, facts)
        if not held.person.staff and not held.grants:
            return None
        found = self._standings.get((id(facts), held))
        if found is None:
            found = self._standings[id(facts), held] = Standing(held, facts)
        return found

    def _held(self, inside: Inside, facts: AccountFacts) -> Held:
        key = self._somebody.key
        direct = self._direct.get(inside.id, NO_GRANTS)
        temporary = inside.temporary.get(key)
        outside = outside_grants(facts.groups, key)
        return Held(self._somebody.person, direct, outside, temporary[1] if temporary is not None else NO_GRANTS)

    def _frame(self, inside: Inside, primary: AccountId | None) -> AccountFacts:
        alike: object = (
            inside.id
            if inside.own
            else (inside.status, inside.active, inside.support_access, inside.trial_ends, primary, inside.membership)
        )
        facts = self._facts.get(alike)
        if facts is None:
            alone = replace(inside, users=(), temporary={})
            facts = self._facts[alike] = meet(alone, self._given.get(primary, self._nothing))
        return facts


def within(accounts: Iterable[AccountId]) -> Q:
    """The condition of being one of these accounts, for a query."""
    return Q(id__in=tuple(accounts))
