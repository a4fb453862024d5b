"""Runtimes: their names, and the tokens that install them."""

from datetime import timedelta
from typing import Final

from tenantry.rules import refusals as no

NAME_LIMIT: Final = 255
"""Characters in a runtime's name."""

ID_LIMIT: Final = 64
"""Characters in a runtime's id."""

TOKEN_LASTS: Final = timedelta(hours=24)
"""How long an installer token can be used."""

SILENT_AFTER: Final = timedelta(minutes=5)
"""After how long without a word a runtime is shown as offline."""


def check_name(name: str) -> no.RuntimeNameInvalid | None:
    """Judge a name: 1 to 255 characters."""
    fits = name.strip() and len(name) <= NAME_LIMIT and "\x00" not in name
    return None if fits else no.RuntimeNameInvalid(limit=NAME_LIMIT)
