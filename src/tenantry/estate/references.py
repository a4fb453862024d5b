"""What lines of several kinds name alike: their account, and a role that is a default one or the account's own."""

from collections.abc import Sequence, Set as AbstractSet
from typing import Protocol

from tenantry.roles import estate as roles
from tenantry.rules.vocabulary import RoleId
from tenantry.store.lines import Report, RoleReference


class OfAccount(Protocol):
    """A line of an account."""

    account: str


class WithRole(OfAccount, Protocol):
    """A line of an account that names a role."""

    role: RoleReference


def check_accounts(lines: Sequence[OfAccount], known: AbstractSet[str], report: Report) -> None:
    """Judge that the accounts of lines exist."""
    for number, line in enumerate(lines):
        if line.account not in known:
            report(number, "account", f"there is no account {line.account[:60]!r}")


def default_or_own_roles(lines: Sequence[WithRole], names: roles.RoleNames, report: Report, rule: str) -> list[RoleId]:
    """The roles that lines name: default ones or the account's own, as `rule` has it; others are reported."""
    found: list[RoleId] = []
    for number, line in enumerate(lines):
        meaning = names.meaning(line.account, line.role)
        if roles.is_known(meaning, names):
            found.append(RoleId(meaning))
        else:
            report(number, "role", f"{meaning} ({rule})")
    return found
