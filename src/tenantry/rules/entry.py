"""Entering an account: the checks and their order, at sign-in and at every switch (ENTRY)."""

from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum

from tenantry.rules import refusals as no
from tenantry.rules.vocabulary import AccountId


class Step(IntEnum):
    """The checks in the order of the law, cheapest and least revealing first."""

    IDENTITY = 1
    ACCOUNT_STATUS = 2
    SINGLE_SIGN_ON = 3
    EFFECTIVE = 4
    SESSION_TIME_OUT = 5
    PASSWORD_POLICY = 6
    TWO_FACTOR = 7
    CONCURRENCY = 8
    USAGE_AGREEMENT = 9


SWITCHABLE = (Step.ACCOUNT_STATUS, Step.SINGLE_SIGN_ON, Step.EFFECTIVE)
"""The steps an account must pass to be listed under "Switch Account..." (ENTRY-2)."""


def first_failure(checks: Mapping[Step, Callable[[], no.Refusal | None]]) -> no.Refusal | None:
    """The refusal that decides: that of the first failing step in the order of the law. Later ones are not asked."""
    found = (check() for _, check in sorted(checks.items()))
    return next((refusal for refusal in found if refusal is not None), None)


def landing_account(default: AccountId | None, enterable_by_name: Sequence[AccountId]) -> AccountId | None:
    """Where a sign-in lands: the default account, else the next enterable one in name order, else nowhere (ENTRY-3).

    `None` means that the user has no enterable account at all and cannot sign in (ENTRY-1).
    """
    if default is not None and default in enterable_by_name:
        return default
    return enterable_by_name[0] if enterable_by_name else None
