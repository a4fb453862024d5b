"""What the lines of estate files have in common, whatever kind they are of.

Each app that owns a kind describes its lines in its `estate.py`: their fields, what is wrong with one by itself, how
they differ from what is stored, how the difference is written, and how stored rows become lines again.
"""

from array import array
from collections.abc import Callable, Iterator, MutableSequence, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Final, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

AT_ONCE: Final = 900
"""How many keys one query names; SQLite's oldest limit on parameters is 999."""

AwareTime = Annotated[datetime, msgspec.Meta(tz=True)]
"""An RFC 3339 time, which always has an offset."""


class Line(msgspec.Struct, tag_field="kind", tag="line", forbid_unknown_fields=True, gc=False):
    """One line. Fields left out are `UNSET`: they keep what is stored, or take the default."""


class RoleElsewhere(msgspec.Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """A reference to a custom role by its account and name."""

    account: str
    name: str


RoleReference = str | RoleElsewhere
"""The name of a default role or of a custom role of the line's own account, or an account and a name."""

Report = Callable[[int, str, str], None]
"""Tells what is wrong: number of the line among its kind, field, sentence."""

FieldProblem = tuple[str, str]
"""A field, and what is wrong with it."""


def _numbers() -> "array[int]":
    return array("Q")


@dataclass(slots=True)
class Tally:
    """What loading does to one kind: how much, and by which lines, told by their numbers among its kind.

    `joined` are lines about the same thing as another one, which stands for them.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    new_lines: MutableSequence[int] = field(default_factory=_numbers)
    changed_lines: MutableSequence[int] = field(default_factory=_numbers)
    joined: dict[int, int] = field(default_factory=dict)


V = TypeVar("V")


def given(value: V | UnsetType, otherwise: V) -> V:
    """The field's value, or what holds when it was left out."""
    return otherwise if isinstance(value, UnsetType) else value


def portions(items: Sequence[V], size: int = AT_ONCE) -> Iterator[Sequence[V]]:
    """The items in portions that one query can name."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def check_text(
    field: str, value: str | UnsetType | None, limit: int, *, required: bool = False
) -> Iterator[FieldProblem]:
    """Judge a text by its length."""
    if isinstance(value, UnsetType) or value is None:
        return
    if required and not value.strip():
        yield field, "is empty"
    elif len(value) > limit:
        yield field, f"has {len(value)} characters, at most {limit} are allowed"


def check_time(field: str, value: datetime | UnsetType | None) -> Iterator[FieldProblem]:
    """Judge a time: it must exist in UTC as well, where times are kept."""
    if isinstance(value, datetime):
        try:
            value.astimezone(UTC)
        except OverflowError:
            yield field, "is out of range"


def differing(first: Line, second: Line) -> str | None:
    """The field by which two lines about one thing contradict each other."""
    for name in first.__struct_fields__:
        one, other = getattr(first, name), getattr(second, name)
        if one is not UNSET and other is not UNSET and one != other:
            return name
    return None


def merge(first: Line, second: Line) -> None:
    """Fill what `first` leaves out with what `second` gives; they must not differ."""
    for name in first.__struct_fields__:
        if getattr(first, name) is UNSET:
            value: Any = getattr(second, name)
            setattr(first, name, value)
