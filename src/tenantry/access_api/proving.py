"""One state, proven current, from which a whole call is answered."""

import time
from typing import Final

from tenantry.decisions.engine import ENGINE, State

LONGEST: Final = 1.0
"""Seconds within which a revoked token is refused also where callers are content with an older state."""


class Proven:
    """When a state was proven the last time in this process."""

    at = 0.0


def proven(at_least: int | None = None) -> State:
    """A state that is no older than the last committed write or, if that is enough for the caller, than the write of
    this number; though never older than a second, which the tokens of host applications rest on.

    Raises `CannotProveCurrent` within a second where the database does not tell.
    """
    now = time.monotonic()
    if at_least is not None and now - Proven.at < LONGEST:
        return ENGINE.current(at_least)
    state = ENGINE.current()
    Proven.at = now
    return state if at_least is None or state.revision >= at_least else ENGINE.current(at_least)
