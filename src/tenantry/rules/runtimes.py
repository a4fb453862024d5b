"""Runtimes: their names, and the tokens that install them."""

from datetime import timedelta
from typing import Final

from tenantry.rules import refusals as no

NAME_LIMIT: Final = 255
"""Characters in a runtime's name."""

ID_LIMIT: Final = 64
"""Characters in a runtime's id."""

TOKEN_LASTS: Final = timedelta(hours=24)
"""How long an installer token can be used, unless it is made for less."""

SHORTEST_TOKEN: Final = timedelta(minutes=30)
"""The shortest life of an installer token."""

SILENT_AFTER: Final = timedelta(minutes=5)
"""After how long without a word a runtime is shown as offline."""


def check_name(name: str) -> no.RuntimeNameInvalid | None:
    """Judge a name: 1 to 255 characters."""
    fits = name.strip() and len(name) <= NAME_LIMIT and "\x00" not in name
    return None if fits else no.RuntimeNameInvalid(limit=NAME_LIMIT)


def check_token_life(lasts: timedelta) -> no.TokenLifeInvalid | None:
    """Judge how long an installer token is to be usable: half an hour to a day."""
    if SHORTEST_TOKEN <= lasts <= TOKEN_LASTS:
        return None
    minute = timedelta(minutes=1)
    return no.TokenLifeInvalid(shortest=SHORTEST_TOKEN // minute, longest=TOKEN_LASTS // minute)
