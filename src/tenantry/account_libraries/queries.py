"""Reads of library files."""

from typing import Any, Final

from tenantry.account_libraries.models import AccountLibrary
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import AccountId
from tenantry.store.paging import Page, keyset_page

_BEYOND: Final = 2**63
"""The first number that no row can have."""

LibraryRow = AccountLibrary
"""A row as stored; only this folder's commands write it."""


def library_of(account: AccountId, library: int) -> LibraryRow:
    """The account's library file of this number; refuses with `AccountLibraryNotFound`."""
    row = AccountLibrary.rows.of(account).filter(pk=library).first() if 0 < library < _BEYOND else None
    if row is None:
        raise Refused(no.AccountLibraryNotFound())
    return row


def libraries_page(account: AccountId, search: str = "", at: str = "") -> tuple[Page[Any], int]:
    """One page of the account's library files by name, and how many match: those with every word searched for."""
    rows = AccountLibrary.rows.of(account)
    for word in search.casefold().split():
        rows = rows.filter(name_key__contains=word)
    return keyset_page(rows, ("name_key",), at), rows.count()


def libraries_count(account: AccountId) -> int:
    """How many library files the account has."""
    return AccountLibrary.rows.of(account).count()


def library_name_taken(account: AccountId, name: str) -> bool:
    """Whether a library file of the account has this name, ignoring case."""
    return AccountLibrary.rows.of(account).filter(name_key=name.casefold()).exists()
