"""Reads of the audit log."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from tenantry.audit.models import Entry
from tenantry.rules.vocabulary import AccountId
from tenantry.store.paging import Page, keyset_page

EntryRow = Entry
"""An entry as stored; nothing changes one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What to look for (AUD-2). Empty fields look for anything; `container` and `user` match any part."""

    container: str = ""
    user: str = ""
    since: datetime | None = None
    until: datetime | None = None
    type: str = ""
    action: str = ""
    modifier: str = ""
    level: str = ""
    source: str = ""


def audit_page(account: AccountId, filters: Filters, at: str = "", *, oldest_first: bool = False) -> Page[Entry]:
    """One page of the account's entries, newest first unless asked the other way round."""
    rows: QuerySet[Entry] = Entry.rows.of(account)
    if filters.container:
        rows = rows.filter(container__icontains=filters.container)
    if filters.user:
        rows = rows.filter(user__icontains=filters.user)
    if filters.since:
        rows = rows.filter(at__gte=filters.since)
    if filters.until:
        rows = rows.filter(at__lt=filters.until)
    exact = {
        name: value for name in ("type", "action", "modifier", "level", "source") if (value := getattr(filters, name))
    }
    return keyset_page(rows.filter(**exact), ("id",), at, descending=not oldest_first)


def entries_of(account: AccountId) -> QuerySet[Entry]:
    """All entries of the account."""
    return Entry.rows.of(account)
