"""How an object of the platform API is described: its form, its verbs, what they need, and how its rows are read.

Reading is one thing told once: the rows a caller may see, how an id names one, and how rows become objects. GET, bulk
GET, QUERY and queryMore are made of it, so that what is listed and what is found by id cannot differ.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Flag, auto
from typing import Any, Final, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from tenantry.platform_api.calls import Call
from tenantry.platform_api.wire.columns import Column
from tenantry.platform_api.wire.filters import Comparison, Condition
from tenantry.platform_api.wire.shapes import Wire, shape_of

W = TypeVar("W", bound=Wire)
R = TypeVar("R", bound=Model)


class Verb(Flag):
    """What can be done with an object (API-3)."""

    GET = auto()
    QUERY = auto()
    CREATE = auto()
    UPDATE = auto()
    DELETE = auto()
    BULK = auto()


NO_VERB: Final = Verb(0)

Needs = tuple[tuple[str, ...], ...]
"""Of each of these, one privilege, besides API Access."""

NOTHING_MORE: Final[Needs] = ()


def by_key(key: str) -> Q:
    """The row whose key an id is."""
    return Q(pk=key)


@dataclass(frozen=True, kw_only=True)
class Reading(Generic[W, R]):
    """How rows of an object are read.

    `rows` are those that the caller may see, of which `named` tells the one that an id means, or nothing where it can
    be none. `shown` makes objects of them, a fixed number of queries however many; `detailed` the same for GET, CREATE
    and UPDATE where these tell more. `order` is that of creation or of ids, its last key unique. `columns` are the
    properties of filters. `leading` are objects that come before the rows and are in no table, found by their `id`.
    `sorts` are the properties that a query can be sorted by, with their columns, never null. `judge` refuses filters
    that are not offered though each comparison of them is.
    `listed` are those of the rows that QUERY tells, where it tells fewer than can be read by id.

    `ids_of` are the ids that name an object where it has several, `passes` compares what leads where its members alone
    do not tell, and `opening` refuses what is listed and may not be looked at by GET.
    """

    rows: Callable[[Call], QuerySet[R]]
    shown: Callable[[Call, Sequence[R]], list[W]]
    columns: Mapping[str, Column] = field(default_factory=dict)
    order: tuple[str, ...] = ("id",)
    named: Callable[[str], Q | None] = by_key
    detailed: Callable[[Call, Sequence[R]], list[W]] | None = None
    leading: Callable[[Call], Sequence[W]] | None = None
    identity: str = "id"
    ids_of: Callable[[W], Sequence[str]] | None = None
    judge: Callable[[Condition], object] | None = None
    passes: Callable[[Call, W, Comparison], bool] | None = None
    opening: Callable[[Call, R], object] | None = None
    sorts: Mapping[str, str] = field(default_factory=dict)
    listed: Callable[[Call, QuerySet[R]], QuerySet[R]] | None = None

    def found(self, call: Call) -> QuerySet[R]:
        """The rows that a query looks among."""
        rows = self.rows(call)
        return rows if self.listed is None else self.listed(call, rows)

    def ids(self, told: W) -> Sequence[str]:
        """The ids by which an object is asked for."""
        return self.ids_of(told) if self.ids_of else (str(getattr(told, self.identity)),)

    def in_full(self, call: Call, rows: Sequence[R]) -> list[W]:
        """These rows with all that is told of them."""
        return (self.detailed or self.shown)(call, rows)


@dataclass(frozen=True, kw_only=True)
class PlatformObject(Generic[W]):
    """An object of the platform API.

    `create` returns the id of what was made, `update` nothing: what is stored is read and told. `reads`, `writes` and
    `makes` (CREATE and DELETE, where they need more than UPDATE) are the privileges needed. `partner_verbs` exist only
    at the partner's address, and without override.

    `told_once` makes what can never be read again, in place of `create`, and tells it: of the type `answered`, where
    that is another one. `status` is that of a GET that is answered but not finished (API-7). `owned` tells that
    `accountId` in a body is whose the object is. `xml_only` is what has no JSON; `from_address` are the members that
    CREATE takes from parameters of the address, where the body has none.
    """

    wire: type[W]
    verbs: Verb
    reading: Reading[W, Any] | None = None
    create: Callable[[Call, W], str] | None = None
    update: Callable[[Call, str, W], object] | None = None
    delete: Callable[[Call, str], object] | None = None
    reads: Needs = NOTHING_MORE
    writes: Needs = NOTHING_MORE
    makes: Needs | None = None
    bulk_limit: int = 100
    created: int = 200
    told_once: Callable[[Call, W], Wire] | None = None
    answered: type[Wire] | None = None
    status: Callable[[W], int] | None = None
    partner_verbs: Verb = NO_VERB
    owned: bool = True
    xml_only: bool = False
    from_address: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a description with a verb that nothing does."""
        doing = {
            Verb.GET | Verb.QUERY | Verb.BULK: self.reading,
            Verb.CREATE: self.create or self.told_once,
            Verb.UPDATE: self.update and self.reading,
            Verb.DELETE: self.delete and self.reading,
        }
        for verbs, found in doing.items():
            if verbs & (self.verbs | self.partner_verbs) and found is None:
                raise TypeError(self.wire, verbs)

    @property
    def name(self) -> str:
        """Its name in addresses and answers."""
        return shape_of(self.wire).name

    def needs(self, verb: Verb) -> Needs:
        """What a verb needs besides API Access."""
        if verb in Verb.GET | Verb.QUERY | Verb.BULK:
            return self.reads
        if verb is Verb.UPDATE or self.makes is None:
            return self.writes
        return self.makes
