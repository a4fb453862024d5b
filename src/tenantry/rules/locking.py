"""When a person is locked: invalid attempts to sign in, one after the other (LOCK-1)."""

from typing import Final

ATTEMPTS: Final = 6
"""Invalid attempts in a row that lock a person; no account can change the number (LOCK-1)."""


def locks(failed: int) -> bool:
    """Whether so many invalid attempts in a row lock."""
    return failed >= ATTEMPTS
