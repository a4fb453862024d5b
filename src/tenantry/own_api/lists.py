"""Lists: pages by cursor, in an order that does not change while others write."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, Generic, TypeVar

import msgspec
from django.db.models import Model, QuerySet

from tenantry.own_api.bodies import Strict
from tenantry.own_api.problems import Fault, Place
from tenantry.store.paging import keyset_page, mark, unmark

MOST: Final = 200
"""Items in one answer at most."""

USUAL: Final = 50
"""Items in one answer where the caller does not say."""

T = TypeVar("T")
M = TypeVar("M", bound=Model)


class Paged(Strict):
    """Parameters of every list."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST, description="Items in one answer")] = USUAL
    cursor: Annotated[str, msgspec.Meta(description="Where to go on: `next` of the answer before")] = ""


class Items(msgspec.Struct, Generic[T], kw_only=True):
    """A part of a list, and the cursor of the next part, if there is one."""

    items: list[T]
    next: str | None = None


def page_of(
    rows: QuerySet[M],
    asked: Paged,
    shown: Callable[[Sequence[M]], list[T]],
    *,
    keys: tuple[str, ...] = ("id",),
    kind: type = int,
) -> Items[T]:
    """The part of these rows that was asked for; `kind` is that of the keys by which they are sorted."""
    if asked.cursor:
        _values(asked.cursor, len(keys), kind)
    page = keyset_page(rows, keys, asked.cursor, size=asked.limit)
    return Items(items=shown(page.rows), next=page.next or None)


def part_of(found: Sequence[M | Any], asked: Paged, shown: Callable[[Any], T]) -> Items[T]:
    """The part asked for of what is held in full and does not change."""
    start = int(_values(asked.cursor, 1, int)[0]) if asked.cursor else 0
    if start < 0:
        raise _wrong()
    end = start + asked.limit
    return Items(items=[shown(one) for one in found[start:end]], next=mark((end,)) if end < len(found) else None)


def _values(cursor: str, width: int, kind: type) -> list[Any]:
    place = unmark(cursor, width)
    if place is None or place[0] or not all(type(value) is kind and "\x00" not in str(value) for value in place[1]):
        raise _wrong()
    return place[1]


def _wrong() -> Fault:
    what = "It is none that an answer of this list has given"
    return Fault(422, "cursor_invalid", f"The cursor is not accepted: {what}.", [Place(what, parameter="cursor")])
