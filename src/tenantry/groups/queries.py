"""Reads of account groups: what decisions rest on, and what the pages list."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, CharField, Count, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from tenantry.accounts.models import Account
from tenantry.groups.models import AccountGroup, GroupAccount, GroupUser, GroupUserRole
from tenantry.rules import refusals as no
from tenantry.rules.vocabulary import (
    ALWAYS,
    AccountId,
    Condition,
    GroupId,
    Person,
    RoleGrant,
    RoleId,
    Status,
    UserKey,
    Validity,
)
from tenantry.sharing.queries import default_own_or_shared
from tenantry.store.crossings import Crossing
from tenantry.store.paging import Page, keyset_page
from tenantry.store.prepared import prepared
from tenantry.users.models import User, UserRole
from tenantry.users.queries import LARGEST_KEY, LinkedUser, UserFilters, linked, matching

GroupRow = AccountGroup
"""A group as stored; only this folder's commands write one."""

MemberRow = Account
"""An account that a primary manages, as stored."""

RoleLinkRow = GroupUserRole
"""A role of somebody in a group, as stored; only this folder's commands write one."""


@dataclass(frozen=True, slots=True)
class InGroups:
    """Somebody in groups of a primary: what is known of the person, and the grants by group."""

    person: Person
    external_id: str | None
    grants: Mapping[GroupId, tuple[RoleGrant, ...]]


def people_in_groups(primary: AccountId) -> dict[UserKey, InGroups]:
    """Everybody in groups of this primary with all their grants there, in one query."""
    rows = GroupUserRole.rows.of(primary).order_by("user_id", "group_id", "role_id")
    columns = (
        "user__email_key",
        "user__external_id",
        "user__locked",
        "user__staff",
        "user__properties",
        "group_id",
        "role_id",
        "valid_from",
        "valid_until",
        "condition",
    )
    grants: dict[UserKey, dict[GroupId, list[RoleGrant]]] = defaultdict(lambda: defaultdict(list))
    known: dict[UserKey, tuple[Person, str | None]] = {}
    person_of: dict[tuple[bool, bool, str], Person] = {}
    lasting: dict[tuple[str, str, str], RoleGrant] = {}
    for key, external, *facts, group, role, starts, ends, condition in rows.values_list(*columns).iterator(
        chunk_size=10_000
    ):
        if key not in known:
            known[key] = (person_of.setdefault(tuple(facts), Person(*facts)), external)
        if starts is None and ends is None:
            grant = lasting.get((group, role, condition))
            if grant is None:
                grant = RoleGrant(RoleId(role), ALWAYS, GroupId(group), Condition(condition))
                lasting[group, role, condition] = grant
        else:
            grant = RoleGrant(RoleId(role), Validity(starts, ends), GroupId(group), Condition(condition))
        grants[key][GroupId(group)].append(grant)
    return {
        key: InGroups(person, external, {group: tuple(held) for group, held in grants[key].items()})
        for key, (person, external) in known.items()
    }


def group_names(primary: AccountId) -> tuple[tuple[GroupId, str, bool], ...]:
    """Id, name and whether it is All Accounts, of every group of a primary."""
    return tuple((GroupId(key), name, everywhere) for key, name, everywhere in _group_names(primary))


@prepared
def _group_names(primary: AccountId) -> QuerySet[AccountGroup, tuple[str, str, bool]]:
    return AccountGroup.rows.of(primary).order_by("id").values_list("id", "name", "everywhere")


def membership_of(account: AccountId, primary: AccountId | None) -> frozenset[GroupId]:
    """The groups of its primary that an account is in by a row, All Accounts apart."""
    if primary is None:
        return frozenset()
    return frozenset(GroupId(group) for (group,) in _memberships(primary, account))


@prepared
def _memberships(primary: AccountId, account: AccountId) -> QuerySet[GroupAccount, tuple[str]]:
    return GroupAccount.rows.of(primary).filter(member_id=account).values_list("group_id")


def primaries_with(user: int) -> tuple[AccountId, ...]:
    """The primaries in whose groups this person is."""
    rows = GroupUserRole.rows.across(Crossing.GROUPS_OF_A_PERSON).filter(user_id=user)
    found = rows.values_list("account_id", flat=True).distinct().order_by("account_id")
    return tuple(AccountId(primary) for primary in found)


def group_roles_of(primary: AccountId | str, user: int, at: datetime) -> set[RoleId]:
    """The roles that a person holds in groups of the primary, those to come included, those over not."""
    rows = GroupUserRole.rows.of(primary).filter(user_id=user)
    rows = rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=at))
    return set(map(RoleId, rows.values_list("role_id", flat=True)))


def holders_in_groups(role: RoleId | str, at: datetime) -> dict[AccountId, int]:
    """How many people hold a role in groups, per primary, those to come included, those over not (ROLE-12)."""
    rows = GroupUserRole.rows.across(Crossing.HOLDERS_OF_A_ROLE).filter(role_id=role)
    rows = rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=at))
    counted = rows.values_list("account_id").annotate(holders=Count("user_id", distinct=True)).order_by("account_id")
    return {AccountId(account): holders for account, holders in counted}


def group_of(primary: AccountId | str, group: GroupId | str) -> AccountGroup:
    """The group of this id; refuses with `GroupNotFound`, also for groups of others."""
    found = AccountGroup.rows.of(primary).filter(id=group).first()
    if found is None:
        raise no.Refused(no.GroupNotFound())
    return found


def all_accounts_of(primary: AccountId | str) -> AccountGroup:
    """The group All Accounts; refuses with `GroupNotFound` where the account is no primary."""
    found = AccountGroup.rows.of(primary).filter(everywhere=True).first()
    if found is None:
        raise no.Refused(no.GroupNotFound())
    return found


def other_names(primary: AccountId, besides: GroupId | str | None = None) -> list[str]:
    """The names of the primary's groups, one apart."""
    return list(AccountGroup.rows.of(primary).exclude(id=besides).values_list("name", flat=True))


def groups_page(
    primary: AccountId | str, search: str = "", place: str = "", size: int = 50
) -> tuple[Page[AccountGroup], int]:
    """One page of groups, All Accounts first, then by name; and how many match."""
    return _groups_found(AccountGroup.rows.of(primary), search, place, size)


def _groups_found(
    rows: QuerySet[AccountGroup], search: str, place: str, size: int = 50
) -> tuple[Page[AccountGroup], int]:
    rows = rows.annotate(rank=Case(When(everywhere=True, then=Value(0)), default=Value(1), output_field=IntegerField()))
    for word in search.casefold().split():
        rows = rows.filter(name_key__contains=word)
    return keyset_page(rows, ("rank", "name_key", "id"), place, size=size), rows.count()


def accounts_in(group: AccountGroup) -> QuerySet[Account]:
    """The accounts a group holds now, deleted ones left out: for All Accounts every managed one (GRP-2)."""
    rows = Account.rows.across(Crossing.ACCOUNTS_OF_A_PRIMARY).filter(primary_id=group.account_id)
    rows = rows.exclude(status=Status.DELETED)
    if group.everywhere:
        return rows
    return rows.filter(id__in=GroupAccount.rows.of(group.account_id).filter(group=group).values("member_id"))


def searched(rows: QuerySet[Account], search: str) -> QuerySet[Account]:
    """Those of the accounts whose name or id has every word of the search."""
    for word in search.casefold().split():
        rows = rows.filter(Q(name_key__contains=word) | Q(id__icontains=word))
    return rows


def accounts_page(group: AccountGroup, search: str = "", place: str = "", size: int = 50) -> tuple[Page[Account], int]:
    """One page of "Accounts in Group" by name, and how many match."""
    rows = searched(accounts_in(group), search)
    return keyset_page(rows, ("name_key", "id"), place, size=size), rows.count()


def choosable_accounts(group: AccountGroup, search: str = "", size: int = 50) -> tuple[tuple[Account, ...], int]:
    """What "Choose Account" offers: accounts of this primary that are not in the group yet, by name (GRP-23)."""
    rows = Account.rows.across(Crossing.ACCOUNTS_OF_A_PRIMARY).filter(primary_id=group.account_id)
    rows = rows.exclude(status=Status.DELETED)
    if group.everywhere:
        return (), 0
    rows = rows.exclude(id__in=GroupAccount.rows.of(group.account_id).filter(group=group).values("member_id"))
    rows = searched(rows, search)
    return tuple(rows.order_by("name_key", "id")[:size]), rows.count()


def managed_among(primary: AccountId, accounts: frozenset[AccountId]) -> frozenset[AccountId]:
    """Those of the accounts that this primary manages, deleted ones left out."""
    rows = Account.rows.across(Crossing.ACCOUNTS_OF_A_PRIMARY).filter(primary_id=primary, id__in=accounts)
    return frozenset(AccountId(key) for key in rows.exclude(status=Status.DELETED).values_list("id", flat=True))


def members_among(group: AccountGroup, accounts: frozenset[AccountId]) -> frozenset[AccountId]:
    """Those of the accounts that the group holds already by a row."""
    rows = GroupAccount.rows.of(group.account_id).filter(group=group, member_id__in=accounts)
    return frozenset(AccountId(key) for key in rows.values_list("member_id", flat=True))


def managed_count(primary: AccountId) -> int:
    """How many accounts this one manages, deleted ones left out."""
    rows = Account.rows.across(Crossing.ACCOUNTS_OF_A_PRIMARY).filter(primary_id=primary)
    return rows.exclude(status=Status.DELETED).count()


def group_users_page(
    group: AccountGroup, filters: UserFilters, place: str = "", size: int = 50
) -> tuple[Page[LinkedUser], int]:
    """One page of "Users in Group" by e-mail address, and how many match."""
    rows = matching(GroupUser.rows.of(group.account_id).filter(group=group), filters.search)
    found = keyset_page(rows.select_related("user"), ("user__email_key",), place, size=size)
    return Page(tuple(linked(row.user) for row in found.rows), found.next, found.previous), rows.count()


def group_user(group: AccountGroup, user: int) -> LinkedUser:
    """Somebody in the group; refuses with `NotInGroup` for anybody else, existing or not."""
    if user > LARGEST_KEY:
        raise no.Refused(no.NotInGroup(what="This person"))
    row = GroupUser.rows.of(group.account_id).filter(group=group, user_id=user).select_related("user").first()
    if row is None:
        raise no.Refused(no.NotInGroup(what="This person"))
    return linked(row.user)


def is_in_group(group: AccountGroup, user: int) -> bool:
    """Whether somebody is in the group."""
    return GroupUser.rows.of(group.account_id).filter(group=group, user_id=user).exists()


def group_grants_of(group: AccountGroup, user: int) -> tuple[RoleGrant, ...]:
    """The grants of somebody in one group."""
    rows = GroupUserRole.rows.of(group.account_id).filter(group=group, user_id=user).order_by("role_id")
    return tuple(
        RoleGrant(RoleId(role), Validity(starts, ends), GroupId(group.id), Condition(condition))
        for role, starts, ends, condition in rows.values_list("role_id", "valid_from", "valid_until", "condition")
    )


GroupGrantRow = GroupUserRole
"""A grant in a group as stored; only this folder's commands write one."""


def group_grants(primary: AccountId | str, at: datetime) -> QuerySet[GroupUserRole]:
    """The grants in groups of a primary that are in force or to come, for lists that filter and page on their own."""
    rows = GroupUserRole.rows.of(primary).select_related("user", "group")
    return rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=at))


def groups_with_account(primary: AccountId | str, account: AccountId | str) -> tuple[AccountGroup, ...]:
    """The groups that hold an account, All Accounts first: "View Account Group Membership" (GRP-21)."""
    rows = GroupAccount.rows.of(primary).filter(member_id=account).values("group_id")
    found = AccountGroup.rows.of(primary).filter(Q(everywhere=True) | Q(id__in=rows))
    return tuple(found.order_by("-everywhere", "name_key"))


def groups_with_user(primary: AccountId | str, user: int) -> tuple[AccountGroup, ...]:
    """The groups somebody is in, All Accounts first: "View All Account Groups" (GRP-22)."""
    rows = GroupUser.rows.of(primary).filter(user_id=user).values("group_id")
    return tuple(AccountGroup.rows.of(primary).filter(id__in=rows).order_by("-everywhere", "name_key"))


def group_grants_reaching(account: AccountId, primary: AccountId) -> Iterator[tuple[str, str, str]]:
    """Who reaches an account through which group with which role: (e-mail, group, role), by e-mail."""
    groups = [group.id for group in groups_with_account(primary, account)]
    rows = GroupUserRole.rows.of(primary).filter(group_id__in=groups)
    ordered = rows.order_by("user__email_key", "-group__everywhere", "group__name_key", "role__name_key")
    yield from ordered.values_list("user__email", "group__name", "role__name").iterator(chunk_size=2000)


def managed_account(primary: AccountId | str, account: AccountId | str) -> Account | None:
    """An account that this primary manages; `None` for any other, existing or not."""
    rows = Account.rows.across(Crossing.ACCOUNTS_OF_A_PRIMARY).filter(primary_id=primary, id=account)
    return rows.exclude(status=Status.DELETED).first()


def choosable_among(group: AccountGroup, accounts: frozenset[str]) -> tuple[Account, ...]:
    """Those of these accounts that "Choose Account" could offer, by name."""
    rows = Account.rows.across(Crossing.ACCOUNTS_OF_A_PRIMARY).filter(primary_id=group.account_id, id__in=accounts)
    rows = rows.exclude(status=Status.DELETED)
    rows = rows.exclude(id__in=GroupAccount.rows.of(group.account_id).filter(group=group).values("member_id"))
    return tuple(rows.order_by("name_key", "id"))


def groups_holding_page(
    primary: AccountId | str, account: AccountId | str, search: str = "", place: str = ""
) -> tuple[Page[AccountGroup], int]:
    """One page of the groups that hold an account, All Accounts first; and how many match (GRP-21)."""
    return _groups_found(_holding(primary, account), search, place)


def groups_of_user_page(
    primary: AccountId | str, user: int, search: str = "", place: str = ""
) -> tuple[Page[AccountGroup], int]:
    """One page of the groups somebody is in, All Accounts first; and how many match (GRP-22)."""
    rows = GroupUser.rows.of(primary).filter(user_id=user).values("group_id")
    return _groups_found(AccountGroup.rows.of(primary).filter(id__in=rows), search, place)


def roles_by_group(primary: AccountId | str, user: int, groups: tuple[str, ...]) -> dict[str, list[str]]:
    """The names of the roles that somebody has in each of these groups."""
    rows = GroupUserRole.rows.of(primary).filter(user_id=user, group_id__in=groups)
    found: dict[str, list[str]] = defaultdict(list)
    for group, name in rows.order_by("role__name_key").values_list("group_id", "role__name"):
        found[group].append(name)
    return found


@dataclass(frozen=True, slots=True)
class AssignedUser:
    """Somebody who holds roles in an account: directly, and through groups by the group's name."""

    person: LinkedUser
    direct: tuple[str, ...]
    by_group: tuple[tuple[str, tuple[str, ...]], ...]


def assigned_users_page(
    primary: AccountId | str,
    account: AccountId | str,
    at: datetime,
    *,
    search: str = "",
    place: str = "",
) -> tuple[Page[AssignedUser], int]:
    """One page of "View Account's Assigned Users" by e-mail address, and how many match (GRP-21).

    Grants that are over are left out, those to come are not. Four queries whatever the size.
    """
    open_still = Q(valid_until__isnull=True) | Q(valid_until__gt=at)
    direct = UserRole.rows.of(account).filter(default_own_or_shared(), open_still)
    groups = _holding(primary, account).values("id")
    outside = GroupUserRole.rows.of(primary).filter(open_still, group_id__in=groups)
    people = User.objects.filter(pk__in=direct.values("user_id").union(outside.values("user_id")))
    for word in search.casefold().split():
        people = people.filter(
            Q(email_key__contains=word) | Q(first_name__icontains=word) | Q(last_name__icontains=word)
        )
    found = keyset_page(people, ("email_key",), place)
    keys = tuple(person.pk for person in found.rows)
    held: dict[int, list[str]] = defaultdict(list)
    roles = direct.filter(user_id__in=keys).order_by("role__name_key").values_list("user_id", "role__name")
    for user, name in roles:
        held[user].append(name)
    through: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    ordered = outside.filter(user_id__in=keys).order_by("-group__everywhere", "group__name_key", "role__name_key")
    for user, group, name in ordered.values_list("user_id", "group__name", "role__name"):
        through[user][group].append(name)
    rows = tuple(
        AssignedUser(
            linked(person),
            tuple(held[person.pk]),
            tuple((group, tuple(names)) for group, names in through[person.pk].items()),
        )
        for person in found.rows
    )
    return Page(rows, found.next, found.previous), people.count()


def _holding(primary: AccountId | str, account: AccountId | str) -> QuerySet[AccountGroup]:
    rows = GroupAccount.rows.of(primary).filter(member_id=account).values("group_id")
    return AccountGroup.rows.of(primary).filter(Q(everywhere=True) | Q(id__in=rows))


def groups_of(primary: AccountId | str) -> QuerySet[AccountGroup]:
    """The groups of a primary."""
    return AccountGroup.rows.of(primary)


def memberships(primary: AccountId | str) -> QuerySet[AccountGroup]:
    """Which account is in which group of a primary: the group's row once for each account that it holds, All Accounts
    for every managed one (GRP-2), with the account's id as `member`. Deleted accounts are in none.

    A group and an account meet by the primary they have in common, which the models have no relation for.
    """
    holds = (
        'EXISTS (SELECT 1 FROM "group_account" WHERE "group_account"."account_id" = "account_group"."account_id" AND'
        ' "group_account"."group_id" = "account_group"."id" AND "group_account"."member_id" = "account"."id")'
    )
    pairs = AccountGroup.rows.of(primary).extra(  # noqa: S610 - the text is here, and nothing from outside is in it
        tables=["account"],
        where=[
            '"account"."primary_id" = "account_group"."account_id"',
            '"account"."status" <> %s',
            f'("account_group"."everywhere" OR {holds})',
        ],
        params=[Status.DELETED.value],
    )
    member = RawSQL('"account"."id"', (), output_field=CharField())
    found: QuerySet[AccountGroup] = pairs.annotate(member=member)
    return found


def role_links(primary: AccountId | str, at: datetime) -> QuerySet[GroupUserRole]:
    """Who has which role in which group of a primary, those to come included, those over not; with the person."""
    rows = GroupUserRole.rows.of(primary).filter(Q(valid_until__isnull=True) | Q(valid_until__gt=at))
    return rows.select_related("user")
