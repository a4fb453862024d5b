"""Writing the estate as lines: sorted, so that equal estates give equal files."""

from collections.abc import Iterator
from typing import Final

import msgspec

from tenantry.accounts import estate as accounts
from tenantry.accounts.queries import existing_account
from tenantry.build import estate as folders, estate_roles as folder_roles
from tenantry.environments import estate as environments, estate_roles as environment_roles
from tenantry.estate import account_settings
from tenantry.estate.kinds import RESOURCE_KINDS
from tenantry.groups import estate as groups, estate_accounts as group_accounts, estate_roles as group_roles
from tenantry.objects import estate as objects
from tenantry.privileges import estate as privileges
from tenantry.roles import estate as roles
from tenantry.rules.vocabulary import AccountId
from tenantry.sharing import estate as sharing
from tenantry.sso import estate as federations
from tenantry.store.lines import Line
from tenantry.store.one_state import one_state
from tenantry.users import estate as users, estate_roles as user_roles

BLOCK: Final = 1 << 16
"""Bytes gathered before they are handed on."""


def export(account: AccountId | None = None) -> Iterator[bytes]:
    """The estate in blocks of whole lines, of one state of the database, in constant memory.

    With `account`, that account alone: its line without the one that manages it and without roles that one shares, its
    settings, users, roles, environments, folders and objects, its account groups with their people and shares but
    without the accounts in them, and the host platform's privileges, so that the result can be loaded by itself.
    Refuses with `UnknownAccount`.

    Of secrets only the hashes of passwords are told: those by which single sign-on asks providers and directories stay
    behind. What ended shares have left is not told, and All Accounts only as far as somebody has put something into it.
    """
    encode = msgspec.json.Encoder().encode_into
    block = bytearray()
    with one_state():
        if account is not None:
            existing_account(account)
        for line in _lines(account):
            encode(line, block, len(block))
            block += b"\n"
            if len(block) >= BLOCK:
                yield bytes(block)
                block.clear()
    if block:
        yield bytes(block)


def _lines(account: AccountId | None) -> Iterator[Line]:
    yield from accounts.lines(account)
    yield from account_settings.lines(account)
    yield from users.lines(account)
    yield from roles.lines(account)
    yield from user_roles.lines(account)
    yield from federations.lines(account)
    yield from groups.lines(account)
    if account is None:
        yield from group_accounts.lines()
    yield from group_roles.lines(account)
    yield from sharing.lines(account)
    yield from environments.lines(account)
    yield from environment_roles.lines(account)
    yield from folders.lines(account)
    yield from folder_roles.lines(account)
    for _, source in RESOURCE_KINDS.values():
        yield from source.lines(account)
    yield from objects.lines(account)
    yield from privileges.lines()
