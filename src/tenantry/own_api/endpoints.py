"""How a part of the interface is declared: from this it is served, and from this the document is made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec import Struct

from tenantry.own_api.bodies import Strict
from tenantry.platform_api.calls import Call
from tenantry.platform_api.objects import NOTHING_MORE, Needs


@dataclass(frozen=True, slots=True)
class Asked:
    """A call with what it brings, read: the ids in its address, its parameters, its body, and what `prepare` made."""

    call: Call
    ids: Mapping[str, str]
    query: Any = None
    body: Any = None
    prepared: Any = None


@dataclass(frozen=True, slots=True)
class Made:
    """What a POST has made, and where it can be read; `again` tells that it was made before, under the same key."""

    told: Struct
    location: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A method at a path below `/v1/accounts/{account}/`, where `{name}` stands for any part; one that is the platform
    operator's is below `/v1/`.

    `act` answers with a value of `gives`, or with `Made`, or with nothing. `needs` is asked for before anything is
    read; API Access always is. `takes` is the form of the body, `query` that of the parameters. A resource of its own
    has `current`, by which it is told as it is: reading it is answered with an ETag, changing it needs that ETag.
    `prepare` is what a POST does before its transaction. `streams` is the media type of a body that `act` reads itself.
    A POST that is not `keyed` takes no Idempotency-Key: done twice, it does no more than once.
    """

    method: str
    path: str
    act: Callable[[Any], Any]
    summary: str
    gives: Any = None
    takes: type[Strict] | None = None
    streams: str = ""
    keyed: bool = True
    query: type[Strict] | None = None
    needs: Needs = NOTHING_MORE
    status: int = 200
    current: Callable[[Any], Struct] | None = None
    prepare: Callable[[Asked], Any] | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of its path."""
        return tuple(self.path.split("/"))

    def ids(self, parts: list[str]) -> dict[str, str] | None:
        """The ids in an address, if it is this endpoint's."""
        if len(parts) != len(self.parts) or not all(parts):
            return None
        found = {}
        for told, part in zip(self.parts, parts, strict=True):
            if told.startswith("{"):
                found[told[1:-1]] = part
            elif told != part:
                return None
        return found
