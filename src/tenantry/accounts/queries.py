"""Reads of accounts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Value, When

from tenantry.accounts.models import Account
from tenantry.audit.models import Entry
from tenantry.rules import refusals as no
from tenantry.rules.features import Feature
from tenantry.rules.password_policy import PasswordPolicy
from tenantry.rules.vocabulary import AccountId, RoleId, Status
from tenantry.store.crossings import Crossing
from tenantry.store.lines import portions
from tenantry.store.prepared import prepared

AccountRecord = Account
"""A row as stored; only this folder's commands write one."""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as stored. `support_access` `None` is "--No Access--", `operator` that of the platform operator."""

    id: AccountId
    name: str
    primary: AccountId | None
    features: frozenset[Feature]
    status: Status
    trial_ends: datetime | None
    support_access: RoleId | None
    operator: bool = False


ACCOUNT_COLUMNS = ("id", "name", "primary_id", "features", "status", "trial_ends", "support_access_role_id", "operator")


def account_row(account: AccountId | str) -> AccountRow | None:
    """The account of this id, if there is one."""
    found = _account_columns(account)
    return as_account_row(found[0]) if found else None


@prepared
def _account_columns(account: AccountId | str) -> QuerySet[Account, Any]:
    return Account.rows.of(account).values_list(*ACCOUNT_COLUMNS)


def as_account_row(columns: tuple[Any, ...]) -> AccountRow:
    """The values of `ACCOUNT_COLUMNS` as an account."""
    key, name, primary, features, status, trial_ends, support, operator = columns
    return AccountRow(
        AccountId(key),
        name,
        AccountId(primary) if primary else None,
        frozenset(Feature(feature) for feature in features),
        Status(status),
        trial_ends,
        RoleId(support) if support else None,
        operator,
    )


def password_policy_of(account: AccountId | str) -> PasswordPolicy:
    """What the account asks of the passwords of those who enter it (PWD-1); the baseline where it asks for nothing."""
    return as_password_policy(Account.rows.of(account).values_list("password_policy", flat=True).first())


def as_password_policy(stored: Mapping[str, Any] | None) -> PasswordPolicy:
    """A policy as `Account.password_policy` has it; a value from before today's ranges stays as it is (PWD-4)."""
    return PasswordPolicy(**(stored or {}))


def operators_accounts() -> QuerySet[Account]:
    """The accounts of the platform operator that are not deleted; few, and mostly none."""
    return Account.rows.across(Crossing.OPERATORS_ACCOUNTS).filter(operator=True).exclude(status=Status.DELETED)


def primaries_of(accounts: Iterable[str]) -> dict[AccountId, AccountId]:
    """Who manages these accounts, as far as somebody does. One query."""
    rows = Account.rows.across(Crossing.WHO_MANAGES).filter(id__in=sorted(set(accounts)), primary__isnull=False)
    return {AccountId(key): AccountId(primary or "") for key, primary in rows.values_list("id", "primary_id")}


def existing_account(account: AccountId | str) -> AccountRow:
    """The account of this id; refuses with `UnknownAccount`."""
    row = account_row(account)
    if row is None:
        raise no.Refused(no.UnknownAccount(account=account))
    return row


def names_of_accounts(accounts: Iterable[str]) -> dict[str, str]:
    """The names of these accounts, for lists that a preview or a refusal shows."""
    found: dict[str, str] = {}
    for some in portions(sorted(set(accounts))):
        found.update(Account.rows.across(Crossing.IMPACT).filter(id__in=some).values_list("id", "name"))
    return found


def itself_and_managed(account: AccountId, at: datetime) -> QuerySet[Account]:
    """An account and those it manages, deleted ones left out, each with `status_now`, what its status is at an instant
    (ACC-12), and `created_at`, when its log began: the first entry of every log is that of its making.
    """
    log = Entry.rows.across(Crossing.ACCOUNTS_OF_A_PRIMARY).filter(account_id=OuterRef("pk")).order_by("id")
    rows = Account.rows.across(Crossing.ACCOUNTS_OF_A_PRIMARY).filter(Q(id=account) | Q(primary_id=account))
    over = When(status=Status.TRIAL, trial_ends__lte=at, then=Value(Status.SUSPENDED.value))
    return rows.exclude(status=Status.DELETED).annotate(
        status_now=Case(over, default=F("status")), created_at=Subquery(log.values("at")[:1])
    )
