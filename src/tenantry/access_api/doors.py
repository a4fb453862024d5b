"""The shape of a door: what it reads from a call, and what it answers from one proven state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from tenantry.access_api.calls import Environ
from tenantry.access_api.clients import Client
from tenantry.access_api.replies import Reply
from tenantry.decisions.engine import State
from tenantry.rules.vocabulary import Instant

R = TypeVar("R")


class Asking(NamedTuple):
    """Who asks when, and the state that answers."""

    state: State
    client: Client
    now: Instant


def no_context(request: object) -> Mapping[str, Any]:
    """Of requests without a context."""
    del request
    return {}


@dataclass(frozen=True, slots=True)
class Door(Generic[R]):
    """An address of the interface. `read` and `answer` refuse with `Fault`; `context` is that of a request. Who asks
    at one that `waits` may be answered only when something has changed.
    """

    method: str
    read: Callable[[Environ], R]
    answer: Callable[[Asking, R], Reply]
    context: Callable[[R], Mapping[str, Any]] = no_context
    waits: bool = False
