"""Reads of temporary support access."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from tenantry.roles.models import Role
from tenantry.rules import refusals as no
from tenantry.rules.support import GrantStatus
from tenantry.rules.vocabulary import AccountId, Person, RoleGrant, RoleId, UserKey, Validity
from tenantry.store.crossings import Crossing
from tenantry.store.paging import Page, keyset_page
from tenantry.store.prepared import prepared
from tenantry.support.models import SupportGrant

SupportRow = SupportGrant
"""A request or grant as stored; only this folder's commands write one."""


def temporary_grants(account: AccountId | str) -> dict[UserKey, tuple[Person, tuple[RoleGrant, ...]]]:
    """The temporary grants in an account that were not ended by hand, run out or not, by person."""
    grants: dict[UserKey, list[RoleGrant]] = defaultdict(list)
    people: dict[UserKey, Person] = {}
    for key, locked, staff, properties, role, starts, ends in _temporary(account):
        people[key] = Person(locked, staff, properties)
        grants[key].append(RoleGrant(RoleId(role), Validity(starts, ends)))
    return {key: (person, tuple(grants[key])) for key, person in people.items()}


@prepared
def _temporary(account: AccountId | str) -> QuerySet[SupportGrant, Any]:
    rows = SupportGrant.rows.of(account).filter(status=GrantStatus.ACTIVE).order_by("id")
    columns = ("user__email_key", "user__locked", "user__staff", "user__properties", "role", "granted_at", "expires_at")
    return rows.values_list(*columns)


def active_grants_of_role(account: AccountId | str, role: RoleId | str, at: datetime) -> int:
    """How many active temporary grants give this role (ROLE-15)."""
    rows = SupportGrant.rows.of(account).filter(status=GrantStatus.ACTIVE, role=role)
    return rows.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at)).count()


def temporary_access(user: int, at: datetime) -> "QuerySet[SupportGrant, Any]":
    """The accounts where somebody has a temporary grant in force whose role exists, as a subquery."""
    rows = SupportGrant.rows.across(Crossing.ACCOUNTS_OF_A_USER).filter(user_id=user, status=GrantStatus.ACTIVE)
    rows = rows.filter(granted_at__lte=at, expires_at__gt=at)
    there = Role.rows.across(Crossing.ROLE_BY_ID).filter(id=OuterRef("role"))
    there = there.filter(Q(account_id__isnull=True) | Q(account_id=OuterRef("account_id")))
    return rows.filter(Exists(there)).values("account_id")


def accounts_with_grants(user: int) -> tuple[AccountId, ...]:
    """The accounts where somebody has temporary grants that were not ended by hand, or may get one at any time.

    Those asked for are among them, so that a change of the person and the grant cannot miss each other.
    """
    open_or_given = (GrantStatus.REQUESTED, GrantStatus.ACTIVE)
    rows = SupportGrant.rows.across(Crossing.ACCOUNTS_OF_A_PERSON).filter(user_id=user, status__in=open_or_given)
    return tuple(AccountId(key) for key in rows.values_list("account_id", flat=True).distinct().order_by("account_id"))


def support_page(account: AccountId | str, place: str = "", size: int = 20) -> Page[SupportGrant]:
    """One page of "Support Team Access", newest first."""
    rows = SupportGrant.rows.of(account).select_related("user")
    return keyset_page(rows, ("id",), place, size=size, descending=True)


def open_requests(account: AccountId | str) -> list[SupportGrant]:
    """The requests that wait for an answer."""
    rows = SupportGrant.rows.of(account).filter(status=GrantStatus.REQUESTED)
    return list(rows.select_related("user").order_by("id"))


def support_grant(account: AccountId | str, grant: int) -> SupportGrant:
    """The request or grant of this key; refuses with `SupportGrantNotOpen` for those of other accounts."""
    found = SupportGrant.rows.of(account).filter(pk=grant).select_related("user").first()
    if found is None:
        raise no.Refused(no.SupportGrantNotOpen(needed="requested or active", status="not there"))
    return found


def own_requests_page(user: int, place: str = "", size: int = 20) -> Page[SupportGrant]:
    """One page of what somebody of the support staff has asked for, in every account, newest first."""
    rows = SupportGrant.rows.across(Crossing.ACCOUNTS_OF_A_PERSON).filter(user_id=user).select_related("account")
    return keyset_page(rows, ("id",), place, size=size, descending=True)
