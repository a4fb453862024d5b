"""How objects of the platform API are described: one class for each, from which everything about its form is read.

A member is an attribute in XML unless it has parts, repeats or is marked `ELEMENT`. Members are absent as `None`.
"""

import types
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from functools import cache
from typing import Annotated, Any, ClassVar, Final, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

NAMESPACE: Final = "http://api.platform.boomi.com/"
"""The XML namespace of every element but errors."""


class _Element(Enum):
    ELEMENT = "element"
    VERBATIM = "verbatim"


ELEMENT: Final = _Element.ELEMENT
"""Marks a member that is an element in XML although it is plain text: `Annotated[str | None, ELEMENT]`."""

VERBATIM: Final = _Element.VERBATIM
"""Marks a text that is what stands in an element of XML, markup and all, read and written as it is."""


class Wire(msgspec.Struct, kw_only=True, rename="camel"):
    """An object of the platform API, or a part of one. `wire_name` is what `@type` and `xsi:type` say."""

    wire_name: ClassVar[str | None] = None


class Kind(StrEnum):
    """What a value is; the word is JSON Schema's, but for `instant`."""

    TEXT = "string"
    FLAG = "boolean"
    WHOLE = "integer"
    INSTANT = "date-time"
    PART = "object"


@dataclass(frozen=True, slots=True)
class Member:
    """One member: its name on the wire and in Python, what it holds, and whether it repeats."""

    name: str
    python: str
    kind: Kind
    many: bool
    element: bool
    choices: tuple[str, ...] = ()
    part: "type[Wire] | None" = None
    verbatim: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """A class as read: its name and its members, which are found by name."""

    name: str
    made: type[Wire]
    members: tuple[Member, ...]

    def in_xml(self, name: str) -> Member | None:
        """The member of a local name in XML, whose first letter may be small or capital."""
        return next((m for m in self.members if m.name == name or m.name[:1].swapcase() + m.name[1:] == name), None)


_PLAIN: Final[dict[Any, Kind]] = {str: Kind.TEXT, bool: Kind.FLAG, int: Kind.WHOLE, datetime: Kind.INSTANT}


@cache
def shape_of(made: type[Wire]) -> Shape:
    """Read a class; its members in the order in which they are written there."""
    hints = get_type_hints(made, include_extras=True)
    members = tuple(
        _member(encoded, python, hints[python])
        for python, encoded in zip(made.__struct_fields__, made.__struct_encode_fields__, strict=True)
    )
    return Shape(made.__name__ if made.wire_name is None else made.wire_name, made, members)


def _member(name: str, python: str, hint: Any) -> Member:  # noqa: ANN401 - what annotations are
    marked = verbatim = False
    if get_origin(hint) is Annotated:
        hint, *marks = get_args(hint)
        verbatim = VERBATIM in marks
        marked = verbatim or ELEMENT in marks
    if get_origin(hint) in {Union, types.UnionType}:
        [hint] = [one for one in get_args(hint) if one is not type(None)]
    many = get_origin(hint) is list
    if many:
        [hint] = get_args(hint)
    if get_origin(hint) is Literal:
        return Member(name, python, Kind.TEXT, many, many or marked, get_args(hint))
    if hint in _PLAIN:
        return Member(name, python, _PLAIN[hint], many, many or marked, verbatim=verbatim)
    if isinstance(hint, type) and issubclass(hint, Wire):
        return Member(name, python, Kind.PART, many, element=True, part=hint)
    raise TypeError(name, hint)
