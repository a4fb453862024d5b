"""Conversations with servers that accounts name: each is short, and few go on at once.

A request waits while its server is asked, and with it a thread of the few that answer everybody. Without these bounds
one account with a slow server, and a stranger who begins to sign in there again and again, would stop the platform.
"""

import time
from collections import Counter
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from threading import Lock
from typing import Concatenate, Final, ParamSpec, Protocol, TypeVar

from tenantry.rules.vocabulary import AccountId
from tenantry.sso.failures import ProviderFault

SECONDS: Final = 10.0
"""How long a conversation may last in all, in however many connections."""

AT_ONCE: Final = 3
"""Conversations of one process: fewer than it has threads, so that one is left for everybody else."""

OF_ONE: Final = 2
"""Of these, conversations with the servers of one account."""

_END: Final[ContextVar[float | None]] = ContextVar("end", default=None)
_going_on: Final[Counter[AccountId]] = Counter()
_lock: Final = Lock()


def seconds_left() -> float:
    """How long the present conversation may go on."""
    end = _END.get()
    return SECONDS if end is None else end - time.monotonic()


class OfAnAccount(Protocol):
    """What an account has set about its server."""

    @property
    def account(self) -> AccountId:
        """Whose it is."""


A = TypeVar("A", bound=OfAnAccount)
P = ParamSpec("P")
R = TypeVar("R")


def one_conversation(ask: Callable[Concatenate[A, P], R]) -> Callable[Concatenate[A, P], R]:
    """What asks the server of an account, its first argument. Refuses at once where too many wait already."""

    @wraps(ask)
    def conversation(server: A, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with _lock:
            if _going_on.total() >= AT_ONCE or _going_on[server.account] >= OF_ONE:
                raise ProviderFault("Too many wait at once for an answer of identity providers and directories.")
            _going_on[server.account] += 1
        mark = _END.set(time.monotonic() + SECONDS)
        try:
            return ask(server, *args, **kwargs)
        finally:
            _END.reset(mark)
            with _lock:
                _going_on[server.account] -= 1
                if not _going_on[server.account]:
                    del _going_on[server.account]

    return conversation
