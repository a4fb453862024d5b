"""Reads about entering accounts."""

from django.db.models import F, Q, QuerySet

from tenantry.accounts.models import Account
from tenantry.rules.accounts import CLOSED
from tenantry.rules.vocabulary import AccountId, Instant, Status
from tenantry.store.crossings import Crossing
from tenantry.store.paging import Page, keyset_page
from tenantry.users.models import User, UserRole


def enterable_accounts(person: User, at: Instant) -> QuerySet[Account]:
    """The accounts whose status and roles let this person in now: the steps 2 to 4 of entering, as a list (ENTRY-2).

    Says the same as asking `decide` account by account; a consistency suite compares the two.
    """
    accounts = Account.rows.across(Crossing.ACCOUNTS_OF_A_USER)
    if person.locked:
        return accounts.none()
    grants = UserRole.rows.across(Crossing.ACCOUNTS_OF_A_USER).filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=at),
        Q(valid_until__isnull=True) | Q(valid_until__gt=at),
        Q(role__account_id__isnull=True) | Q(role__account_id=F("account_id")),
        user=person,
    )
    inside = Q(id__in=grants.values("account_id"))
    if person.staff:
        inside |= Q(support_access_role__isnull=False)
    expired = Q(status=Status.TRIAL, trial_ends__isnull=False, trial_ends__lte=at)
    return accounts.filter(inside).exclude(status__in=[status.value for status in CLOSED]).exclude(expired)


def switch_list(person: User, at: Instant, search: str = "", place: str = "") -> Page[Account]:
    """One page of "Switch Account...", by name, searched by any part of name or id."""
    accounts = enterable_accounts(person, at)
    if search.strip():
        accounts = accounts.filter(Q(name_key__contains=search.strip().casefold()) | Q(id__icontains=search.strip()))
    return keyset_page(accounts, ("name_key", "id"), place)


def first_enterable(person: User, at: Instant) -> AccountId | None:
    """The first enterable account in name order (ENTRY-3)."""
    found = enterable_accounts(person, at).order_by("name_key", "id").values_list("id", flat=True).first()
    return AccountId(found) if found else None
