"""Tokens that ask for the next page of a query: sealed, since they carry the filter, and bound to who asked."""

import time
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from tenantry.platform_api.wire.reading import Malformed
from tenantry.sso.sealing import NotOurs, seal, unseal

LIFETIME: Final = 24 * 3600
"""Seconds for which a token asks for a page."""


class Place(msgspec.Struct, frozen=True):
    """Where a query goes on: whose it is, what it looks for, the mark after which the next page begins, and when it was
    told, in seconds since 1970.
    """

    user: str
    account: str
    object: str
    expression: dict[str, Any]
    mark: str
    at: float
    sort: list[tuple[str, bool]] = []


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose query of which object a token must be."""

    user: str
    account: str
    object: str


def token_of(asker: Asker, expression: dict[str, Any], mark: str, sort: list[tuple[str, bool]] | None = None) -> str:
    """A token for the page at this mark."""
    place = Place(asker.user, asker.account, asker.object, expression, mark, time.time(), sort or [])
    return seal(msgspec.json.encode(place).decode())


def place_of(token: bytes, asker: Asker) -> Place:
    """Where a query goes on; white space and quotes around the token are passed over.

    Refuses tokens of other people, accounts and objects, old ones, and whatever is none, all alike.
    """
    try:
        text = unseal(token.decode("ascii").strip().strip("\"'"))
        place = msgspec.json.decode(text, type=Place)
    except (NotOurs, UnicodeDecodeError, msgspec.DecodeError, ValueError) as error:
        raise Malformed(_NOT_VALID) from error
    same = (place.user, place.account, place.object) == (asker.user, asker.account, asker.object)
    if not same or not 0 <= time.time() - place.at <= LIFETIME:
        raise Malformed(_NOT_VALID)
    return place


_NOT_VALID: Final = "The query token is not valid: ask the query anew."
