"""Whom a change can concern: the accounts and people that a preview has to look at, and no more."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from tenantry.accounts.models import Account
from tenantry.groups.models import AccountGroup, GroupAccount, GroupUser, GroupUserRole
from tenantry.groups.queries import accounts_in, group_of
from tenantry.rules import changes as c
from tenantry.rules.facts import Given
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, RoleId, Status, UserKey
from tenantry.sharing.queries import shares_of
from tenantry.store.crossings import Crossing
from tenantry.users.models import UserRole

EVERYBODY = None
"""No condition: everybody in the accounts."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a change can be felt.

    `accounts` are those to look at, `scope` all from which others could come in: its revisions tell whether anything
    has changed there. `direct` picks direct grants by a condition, `outside` people of groups by name; `None` is
    everybody.
    `staff` tells that platform support staff are concerned as well.
    """

    accounts: QuerySet[Account]
    scope: QuerySet[Account]
    direct: Q | None
    outside: frozenset[UserKey] | None
    staff: bool = False


def reach_of(change: c.Change, given: Given | None) -> Reach:
    """Where this change can be felt. `given` is what its primary gives now, for changes of a primary."""
    match change:
        case c.ShareEnds(owner, group, roles):
            scope = accounts_in(group_of(owner, group))
            holders = UserRole.rows.across(Crossing.IMPACT).filter(role_id__in=roles)
            return Reach(scope.filter(id__in=holders.values("account_id")), scope, _holding(roles), frozenset())
        case c.ResourceEnds(owner, group):
            scope = accounts_in(group_of(owner, group))
            return Reach(scope.none(), scope, Q(pk__in=()), frozenset())
        case c.AccountsLeave(owner, group, members):
            row = group_of(owner, group)
            accounts = _accounts(owner).filter(id__in=members)
            return Reach(accounts, accounts, _of_owner(owner) | _in_group(row), _people(given, row))
        case c.UserLeaves(owner, group, user) | c.GroupRolesChange(owner, group, user, _):
            scope = accounts_in(group_of(owner, group))
            return Reach(scope, scope, Q(user__email_key=user), frozenset({user}))
        case c.GroupGoes(owner, group):
            return _of_group(group_of(owner, group), given)
        case c.RoleChanges(role, _):
            return _of_role(role.id, AccountId(role.account or ""), given)
        case c.StatusChanges(account, Status.DELETED) if given is not None and given.owner == account:
            here = Q(id=account) | Q(primary_id=account)
            accounts = Account.rows.across(Crossing.IMPACT).filter(here)
            return Reach(accounts, accounts, EVERYBODY, EVERYBODY, staff=True)
        case c.StatusChanges(account, _) | c.FeaturesChange(account, _) | c.SupportAccessChanges(account, _):
            accounts = Account.rows.of(account)
            return Reach(accounts, accounts, EVERYBODY, EVERYBODY, staff=True)
        case _:
            raise TypeError(change)


def primary_of(change: c.Change) -> AccountId | None:
    """The primary whose giving a change concerns, for those that name one."""
    match change:
        case (
            c.ShareEnds(owner=owner)
            | c.ResourceEnds(owner=owner)
            | c.AccountsLeave(owner=owner)
            | c.UserLeaves(owner=owner)
            | c.GroupRolesChange(owner=owner)
            | c.GroupGoes(owner=owner)
        ):
            return owner
        case c.RoleChanges(role=role):
            return role.account
        case c.StatusChanges(account=account):
            return account
        case _:
            return None


def _accounts(owner: AccountId) -> QuerySet[Account]:
    return Account.rows.across(Crossing.IMPACT).filter(primary_id=owner).exclude(status=Status.DELETED)


def _holding(roles: frozenset[RoleId]) -> Q:
    """The grants of people who hold one of these roles directly in the same account."""
    same = UserRole.rows.across(Crossing.IMPACT).filter(
        account_id=OuterRef("account_id"), user_id=OuterRef("user_id"), role_id__in=roles
    )
    return Q(Exists(same))


def _of_owner(owner: AccountId) -> Q:
    same = UserRole.rows.across(Crossing.IMPACT).filter(
        account_id=OuterRef("account_id"), user_id=OuterRef("user_id"), role__account_id=owner
    )
    return Q(Exists(same))


def _in_group(group: AccountGroup) -> Q:
    return Q(user_id__in=GroupUser.rows.of(group.account_id).filter(group=group).values("user_id"))


def _people(given: Given | None, group: AccountGroup) -> frozenset[UserKey]:
    known = {key: one for key, one in given.groups.items() if key == group.id} if given is not None else {}
    return frozenset(user for one in known.values() for user in one.users)


def _of_group(row: AccountGroup, given: Given | None) -> Reach:
    scope = accounts_in(row)
    people = _people(given, row)
    roles = frozenset(RoleId(role) for role in shares_of(row, Kind.ROLE).values_list("resource", flat=True))
    accounts = scope
    if not people:
        holders = UserRole.rows.across(Crossing.IMPACT).filter(role_id__in=roles)
        accounts = scope.filter(id__in=holders.values("account_id"))
    return Reach(accounts, scope, _holding(roles) | _in_group(row), people)


def _of_role(role: RoleId, owner: AccountId, given: Given | None) -> Reach:
    here = Account.rows.across(Crossing.IMPACT).filter(Q(id=owner) | Q(primary_id=owner))
    if given is None or not given.groups:
        return Reach(here.filter(id=owner), here, EVERYBODY, EVERYBODY, staff=True)
    family = _descendants(role, given)
    holders = UserRole.rows.across(Crossing.IMPACT).filter(role_id__in=family)
    in_groups = GroupUserRole.rows.of(owner).filter(role_id__in=family)
    groups = [group for group in given.groups.values() if _anybody_holds(group.users.values(), family)]
    people = frozenset(user for group in groups for user in group.users)
    members = GroupAccount.rows.of(owner).filter(group_id__in=[group.id for group in groups]).values("member_id")
    reached = Q(id__in=holders.values("account_id")) | Q(id__in=members) | Q(id=owner)
    if any(group.everywhere for group in groups):
        reached |= Q(primary_id=owner)
    direct = _holding(family) | Q(user_id__in=in_groups.values("user_id"))
    bounds_staff = Account.rows.of(owner).filter(support_access_role_id__in=family).exists()
    return Reach(here.filter(reached), here, direct, people, staff=bounds_staff)


def _anybody_holds(held: object, family: frozenset[RoleId]) -> bool:
    return any(grant.role in family for grants in held for grant in grants)  # type: ignore[attr-defined]


def _descendants(role: RoleId, given: Given) -> frozenset[RoleId]:
    """The role and all that inherit it."""
    return frozenset(other for other in given.roles.own if role in given.roles.resolved(other).chain) | {role}
