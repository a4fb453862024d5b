"""When a person is locked, by invalid attempts in a row (LOCK-1, LOCK-2), and who lifts the lock (LOCK-5, LOCK-6)."""

from typing import Final

from tenantry.rules import refusals as no

ATTEMPTS: Final = 6
"""Invalid attempts in a row that lock a person; no account can change the number (LOCK-1)."""


def locks(failed: int) -> bool:
    """Whether so many invalid attempts in a row lock."""
    return failed >= ATTEMPTS


def check_unlock(
    email: str, *, locked: bool, by_provider: bool, federated: bool
) -> no.NotLocked | no.UnlockByReset | no.UnlockElsewhere | None:
    """Judge "Unlock User" in an account. `by_provider` tells that the person can sign in through identity providers
    alone, `federated` that this account's is one of them.

    Whoever can sign in with a password resets it (LOCK-5); others are unlocked by their federating account (LOCK-6).
    """
    if not locked:
        return no.NotLocked(email=email)
    if not by_provider:
        return no.UnlockByReset(email=email)
    return None if federated else no.UnlockElsewhere(email=email)
