"""Reads of shares."""

from collections import defaultdict

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tenantry.accounts.models import Account
from tenantry.groups.models import AccountGroup, GroupAccount
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, GroupId, RoleId, Status
from tenantry.sharing.models import Share
from tenantry.store.crossings import Crossing
from tenantry.store.prepared import prepared

ShareRow = Share
"""A share as stored; only this folder's commands write one."""


def shares_of_kind(primary: AccountId | str, kind: Kind) -> QuerySet[Share]:
    """What the groups of a primary share of one kind."""
    return Share.rows.of(primary).filter(kind=kind)


def shared_roles_by_group(primary: AccountId | str) -> dict[GroupId, frozenset[RoleId]]:
    """The roles that each group of a primary shares."""
    found: dict[GroupId, set[RoleId]] = defaultdict(set)
    for group, role in _role_shares(primary):
        found[GroupId(group)].add(RoleId(role))
    return {group: frozenset(roles) for group, roles in found.items()}


@prepared
def _role_shares(primary: AccountId | str) -> QuerySet[Share, tuple[str, str]]:
    return Share.rows.of(primary).filter(kind=Kind.ROLE).values_list("group_id", "resource")


def share_reaching(resource: str, account: str, primary: str, kind: Kind = Kind.ROLE) -> Exists:
    """SHARED_WITH as a condition of a query, naming the columns of the row it is about: a group of the account's own
    primary holds the account and carries the resource, and the primary is not deleted.
    """
    holds = GroupAccount.rows.across(Crossing.SHARED_WITH).filter(
        group_id=OuterRef("group_id"), member_id=OuterRef(OuterRef(account))
    )
    shares = Share.rows.across(Crossing.SHARED_WITH).filter(
        kind=kind, resource=OuterRef(resource), account_id=OuterRef(primary)
    )
    return Exists(shares.exclude(account__status=Status.DELETED).filter(Q(group__everywhere=True) | Exists(holds)))


def shared_with(account: AccountId | str, kind: Kind) -> QuerySet[Share]:
    """The shares of one kind that reach an account right now (SHARE-3): of groups of its own primary that hold it, All
    Accounts included, while neither of the two is deleted. Whether resources are in their state does not matter here.
    """
    living = Account.rows.of(account).exclude(status=Status.DELETED)
    holds = GroupAccount.rows.across(Crossing.SHARED_WITH).filter(member_id=account).values("group_id")
    shares = Share.rows.across(Crossing.SHARED_WITH).filter(kind=kind, account_id__in=living.values("primary_id"))
    return shares.exclude(account__status=Status.DELETED).filter(Q(group__everywhere=True) | Q(group_id__in=holds))


def groups_carrying(account: AccountId | str, kind: Kind, resource: str) -> tuple[str, ...]:
    """The names of the groups by which a resource reaches an account right now, All Accounts first."""
    rows = shared_with(account, kind).filter(resource=resource).order_by("-group__everywhere", "group__name_key")
    return tuple(rows.values_list("group__name", flat=True))


def default_own_or_shared(role: str = "role", account: str = "account") -> Q:
    """That a direct grant counts: its role is default, the account's own, or shared to the account right now.

    Nothing is shared to a deleted account: it is in no group any more, All Accounts among them (ACC-14).
    """
    shared = Q(share_reaching(f"{role}_id", f"{account}_id", f"{account}__primary_id"))
    return (
        Q(**{f"{role}__account_id__isnull": True})
        | Q(**{f"{role}__account_id": F(f"{account}_id")})
        | (~Q(**{f"{account}__status": Status.DELETED}) & shared)
    )


def shares_of(group: AccountGroup, kind: Kind) -> QuerySet[Share]:
    """What a group carries of one kind."""
    return Share.rows.of(group.account_id).filter(group=group, kind=kind)


def is_shared_in(group: AccountGroup, kind: Kind, resource: str) -> bool:
    """Whether this group carries the resource."""
    return shares_of(group, kind).filter(resource=resource).exists()


def groups_sharing(primary: AccountId | str, kind: Kind, resource: str) -> tuple[GroupId, ...]:
    """The groups that carry a resource."""
    rows = Share.rows.of(primary).filter(kind=kind, resource=resource)
    return tuple(GroupId(group) for group in rows.values_list("group_id", flat=True))
