"""One state, proven current, from which a whole call is answered."""

import time
from typing import Final

from tenantry.decisions.engine import ENGINE, State

LONGEST: Final = 1.0
"""Seconds within which a revoked token is refused also where callers are content with an older state."""


class Proven:
    """When a state was proven the last time in this process."""

    at = 0.0


def known(at_least: int | None) -> State | None:
    """A state that is as new as the write of this number, if this process has come to know one and that is enough for
    the caller. It is never older than a second, which the tokens of host applications rest on.
    """
    if at_least is None or time.monotonic() - Proven.at >= LONGEST:
        return None
    return ENGINE.known(at_least)


def proven(at_least: int | None = None) -> State:
    """A state that is no older than the last committed write or, if that is enough for the caller, than the write of
    this number.

    Raises `CannotProveCurrent` within a second where the database does not tell.
    """
    found = known(at_least)
    if found is not None:
        return found
    now = time.monotonic()
    state = ENGINE.current()
    Proven.at = now
    return state.as_new_as(at_least)


def looked_up() -> State:
    """A state that is no older than the last committed write, for many calls that came before; outside of any
    transaction. Raises `CannotProveCurrent` as `proven` does.
    """
    now = time.monotonic()
    state = ENGINE.looked_up()
    Proven.at = now
    return state
