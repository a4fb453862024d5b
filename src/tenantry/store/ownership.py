"""Rows that belong to an account: reading them without naming the account is impossible by construction."""

from typing import ClassVar, Generic, NoReturn, Self, TypeVar

from django.db import models

from tenantry.rules.vocabulary import AccountId
from tenantry.store.crossings import Crossing

M = TypeVar("M", bound=models.Model)


class AccountNotNamed(RuntimeError):
    """Somebody asked for account-owned rows without saying whose. A defect, never an answer."""


class AccountRows(models.Manager[M], Generic[M]):
    """The only way to rows of an account-owned table: `of(account)`, or `across(crossing)` for the few listed cases.

    `key` is the column that holds the account's id.
    """

    def __init__(self, key: str = "account_id") -> None:
        """Read rows whose `key` is the account named."""
        super().__init__()
        self.key = key

    def get_queryset(self) -> NoReturn:
        """Refuse: no account was named."""
        msg = f"{self.model.__name__}: name the account with .of(account), or a listed crossing with .across(...)"
        raise AccountNotNamed(msg)

    def of(self, account: AccountId | str) -> models.QuerySet[M]:
        """The rows of one account."""
        return models.QuerySet(self.model, using=self._db).filter(**{self.key: account})

    def across(self, crossing: Crossing) -> models.QuerySet[M]:
        """Rows of several accounts, for a purpose that `crossings` lists."""
        if not isinstance(crossing, Crossing):
            raise AccountNotNamed(crossing)
        return models.QuerySet(self.model, using=self._db)


class AccountOwned(models.Model):
    """A table whose every row belongs to exactly one account.

    The account has no index of its own: each table declares one that begins with it.
    """

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+", db_index=False)

    rows: ClassVar[AccountRows[Self]] = AccountRows()

    class Meta:
        """Abstract: each owner's table is its own."""

        abstract = True
