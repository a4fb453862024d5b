"""What must be true of stored account groups and shares at any time."""

from collections.abc import Callable, Iterator
from typing import Final

from django.db.models import Exists, F, OuterRef, Q

from tenantry.accounts.models import Account
from tenantry.estate.findings import Finding, named
from tenantry.groups.models import AccountGroup, GroupAccount, GroupUser, GroupUserRole
from tenantry.roles.models import Role
from tenantry.rules.features import Feature
from tenantry.rules.sharing import Kind
from tenantry.sharing.models import Share
from tenantry.store.crossings import Crossing


def all_accounts() -> Iterator[Finding]:
    """Whoever has Account Groups, or manages others, has the group All Accounts (GRP-2)."""
    there = AccountGroup.rows.across(Crossing.DOCTOR).filter(account=OuterRef("pk"), everywhere=True)
    managed = Account.rows.across(Crossing.DOCTOR).filter(primary=OuterRef("pk"))
    rows = Account.rows.across(Crossing.DOCTOR).filter(~Exists(there)).annotate(manages=Exists(managed)).order_by("id")
    lacking = (
        account
        for account, features, manages in rows.values_list("id", "features", "manages").iterator()
        if manages or Feature.ACCOUNT_GROUPS.value in features
    )
    yield from named(lacking, "Primaries without the group All Accounts", "Load their account lines again.")


def memberships() -> Iterator[Finding]:
    """Groups hold accounts that their primary manages (GRP-23); All Accounts holds them without rows (GRP-2)."""
    others = Q(member__primary__isnull=True) | ~Q(member__primary=F("account")) | ~Q(group__account=F("account"))
    rows = GroupAccount.rows.across(Crossing.DOCTOR).filter(others | Q(group__everywhere=True))
    found = rows.order_by("account_id", "member_id").values_list("member_id", "group__name", "account_id")
    told = (f"{member} in {name!r} of {owner}" for member, name, owner in found.iterator())
    yield from named(told, "Accounts in groups of others", "Delete these rows from the table group_account.")


def people_in_groups() -> Iterator[Finding]:
    """Whoever is in a group has a role there, and whoever has one is in the group (GRP-8)."""
    held = GroupUserRole.rows.across(Crossing.DOCTOR).filter(group=OuterRef("group"), user=OuterRef("user"))
    there = GroupUser.rows.across(Crossing.DOCTOR).filter(group=OuterRef("group"), user=OuterRef("user"))
    columns = ("user__email", "group__name", "account_id")
    without = GroupUser.rows.across(Crossing.DOCTOR).filter(~Exists(held)).order_by("account_id", "id")
    yield from named(
        (f"{user} in {name!r} of {owner}" for user, name, owner in without.values_list(*columns).iterator()),
        "People in groups without a role there",
        "Give them one with a group_user_role line.",
    )
    outside = GroupUserRole.rows.across(Crossing.DOCTOR).filter(~Exists(there)).order_by("account_id", "id")
    yield from named(
        (f"{user} in {name!r} of {owner}" for user, name, owner in outside.values_list(*columns).iterator()),
        "Roles in groups without being in the group",
        "Insert the missing rows into the table group_user.",
    )


def group_roles() -> Iterator[Finding]:
    """Roles in groups are default roles or the primary's own (GRP-9)."""
    rows = GroupUserRole.rows.across(Crossing.DOCTOR).filter(role__account__isnull=False)
    rows = rows.exclude(role__account=F("account")).order_by("account_id", "id")
    columns = ("role__name", "user__email", "group__name", "account_id")
    yield from named(
        (f"{role!r} of {user} in {name!r} of {owner}" for role, user, name, owner in rows.values_list(*columns)),
        "Roles of another account are held in groups",
        "Give these people other roles there.",
    )


def shares() -> Iterator[Finding]:
    """Groups share resources that exist and are the primary's own (SHARE-2)."""
    own = Role.rows.across(Crossing.DOCTOR).filter(id=OuterRef("resource"), account=OuterRef("account"))
    rows = Share.rows.across(Crossing.DOCTOR).filter(~Exists(own), kind=Kind.ROLE).order_by("account_id", "id")
    columns = ("resource", "group__name", "account_id")
    yield from named(
        (f"{role} by {name!r} of {owner}" for role, name, owner in rows.values_list(*columns).iterator()),
        "Shared roles that are not there, or not the primary's own",
        "Delete these rows from the table share.",
    )


CHECKS: Final[tuple[Callable[[], Iterator[Finding]], ...]] = (
    all_accounts,
    memberships,
    people_in_groups,
    group_roles,
    shares,
)
