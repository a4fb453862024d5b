"""Keyset paging: page N costs what page 1 costs, and rows that come or go elsewhere neither repeat nor get lost."""

import base64
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import msgspec
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

PAGE_SIZE: Final = 50
"""Rows on a page of the console."""

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Page(Generic[T_co]):
    """One page: its rows, and marks for the pages next to it (empty where there is none)."""

    rows: tuple[T_co, ...]
    next: str = ""
    previous: str = ""


def mark(values: tuple[Any, ...], *, back: bool = False) -> str:
    """Pack the sort values of a row into an opaque mark; `back` means the page that ends before it."""
    return base64.urlsafe_b64encode(msgspec.json.encode([back, *values])).decode().rstrip("=")


def unmark(text: str, width: int) -> tuple[bool, list[Any]] | None:
    """Unpack a mark; `None` for what is not one (a hand-written address starts at the first page)."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        back, *values = msgspec.json.decode(raw, type=list[Any])
    except (ValueError, msgspec.DecodeError):
        return None
    return (bool(back), values) if len(values) == width else None


M = TypeVar("M", bound=Model)


def keyset_page(
    rows: QuerySet[M],
    keys: tuple[str, ...],
    at: str = "",
    *,
    size: int = PAGE_SIZE,
    descending: bool | tuple[bool, ...] = False,
) -> Page[Any]:
    """The page of `rows` (model instances) at mark `at`, sorted by `keys`, the last of which must be unique.

    One query. Keys must not be null. `descending` is told for all keys, or for each.
    """
    place = unmark(at, len(keys)) if at else None
    back = place is not None and place[0]
    told = descending if isinstance(descending, tuple) else (descending,) * len(keys)
    downwards = [one != back for one in told]
    if place is not None:
        try:
            rows = rows.filter(_beyond(keys, place[1], ["lt" if one else "gt" for one in downwards]))
        except (ValueError, TypeError, ValidationError):  # no column takes it: a hand-written mark, so the first page
            return keyset_page(rows, keys, size=size, descending=descending)
    ordered = rows.order_by(*(f"-{key}" if down else key for key, down in zip(keys, downwards, strict=True)))
    found = list(ordered[: size + 1])
    more = len(found) > size
    found = found[:size]
    if back:
        found.reverse()
    if not found:
        return Page(())
    first, last = (tuple(_value(row, key) for key in keys) for row in (found[0], found[-1]))
    has_next = more if not back else True
    has_previous = more if back else place is not None
    return Page(tuple(found), mark(last) if has_next else "", mark(first, back=True) if has_previous else "")


def _value(row: object, key: str) -> object:
    value = row
    for step in key.split("__"):
        value = getattr(value, step)
    return value


def _beyond(keys: tuple[str, ...], values: list[Any], comparisons: list[str]) -> Q:
    """(a, b) > (x, y) spelled as a > x or (a = x and b > y): every engine can use an index for it."""
    condition = Q()
    for n, key in enumerate(keys):
        equal = {keys[k]: values[k] for k in range(n)}
        condition |= Q(**equal, **{f"{key}__{comparisons[n]}": values[n]})
    return condition
