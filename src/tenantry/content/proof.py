"""Proving that the storage serves, by using it."""

import secrets
from typing import Final

from tenantry.content.failures import ContentUnavailable
from tenantry.content.store import exists, forget, keep, opened
from tenantry.rules.vocabulary import AccountId

NOBODY: Final = AccountId("")
"""No account has this id."""


def prove() -> None:
    """Write, read and delete a few bytes that are nobody's. Raises `ContentUnavailable` where that does not work."""
    written = secrets.token_bytes(64)
    stored = keep(NOBODY, [written], limit=len(written))
    try:
        with opened(NOBODY, stored.key) as stream:
            read = stream.read()
    finally:
        forget(NOBODY, stored.key)
    if read != written:
        raise ContentUnavailable("it reads something else than was written")
    if exists(NOBODY, stored.key):
        raise ContentUnavailable("what is deleted stays")
