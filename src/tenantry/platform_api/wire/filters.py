"""The filters of queries: read from a body as plain values, and judged whole before anything is looked for.

A filter that was judged is a tree of `Comparison` under `Group`. `holds` is what it means for one value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from lxml import etree

from tenantry.platform_api.wire.reading import Malformed, Plain, children, instant, local, scalar, text_of, whole
from tenantry.platform_api.wire.shapes import Kind

LEVELS: Final = 50
"""Groups within each other."""

COMPARISONS: Final = 500
"""Comparisons in one filter."""

LONGEST: Final = 2000
"""Characters of one argument."""


class Operator(StrEnum):
    """What a filter compares by."""

    EQUALS = "EQUALS"
    NOT_EQUALS = "NOT_EQUALS"
    LIKE = "LIKE"
    NOT_LIKE = "NOT_LIKE"
    STARTS_WITH = "STARTS_WITH"
    CONTAINS = "CONTAINS"
    NOT_CONTAINS = "NOT_CONTAINS"
    IS_NULL = "IS_NULL"
    IS_NOT_NULL = "IS_NOT_NULL"
    BETWEEN = "BETWEEN"
    GREATER_THAN = "GREATER_THAN"
    GREATER_THAN_OR_EQUAL = "GREATER_THAN_OR_EQUAL"
    LESS_THAN = "LESS_THAN"
    LESS_THAN_OR_EQUAL = "LESS_THAN_OR_EQUAL"

    @property
    def arguments(self) -> int:
        """How many arguments it has."""
        return {Operator.IS_NULL: 0, Operator.IS_NOT_NULL: 0, Operator.BETWEEN: 2}.get(self, 1)

    @property
    def opposite(self) -> "Operator | None":
        """What it denies: it holds where that does not, missing values among it."""
        return _OPPOSITES.get(self)


_OPPOSITES: Final = {
    Operator.NOT_EQUALS: Operator.EQUALS,
    Operator.NOT_LIKE: Operator.LIKE,
    Operator.NOT_CONTAINS: Operator.CONTAINS,
    Operator.IS_NOT_NULL: Operator.IS_NULL,
}

PATTERNS: Final = frozenset(
    {Operator.LIKE, Operator.NOT_LIKE, Operator.STARTS_WITH, Operator.CONTAINS, Operator.NOT_CONTAINS}
)
"""What looks at the letters of a value, so for text alone."""

Value = str | bool | int | datetime


@dataclass(frozen=True, slots=True)
class Comparison:
    """A property, named as its object names it, compared with arguments of its kind. `folds` ignores case."""

    property: str
    operator: Operator
    arguments: tuple[Value, ...] = ()
    folds: bool = False

    def holds(self, value: Value | None) -> bool:
        """Whether a value passes, `None` being a missing one."""
        opposite = self.operator.opposite
        if opposite is not None:
            return not Comparison(self.property, opposite, self.arguments, self.folds).holds(value)
        if self.operator is Operator.IS_NULL:
            return value is None
        return value is not None and self._compared(self._fit(value), tuple(map(self._fit, self.arguments)))

    def _fit(self, value: Value) -> str | int | datetime:
        if isinstance(value, bool):
            return "true" if value else "false"
        return value.casefold() if isinstance(value, str) and self.folds else value

    def _compared(self, value: Any, given: tuple[Any, ...]) -> bool:  # noqa: ANN401 - of one kind with what is given
        if isinstance(value, datetime):
            value = value.replace(microsecond=0)
        match self.operator:
            case Operator.EQUALS:
                return bool(value == given[0])
            case Operator.LIKE:
                return matches(given[0], value)
            case Operator.STARTS_WITH:
                return bool(value.startswith(given[0]))
            case Operator.CONTAINS:
                return given[0] in value
            case Operator.BETWEEN:
                return bool(given[0] <= value <= given[1])
            case Operator.GREATER_THAN:
                return bool(value > given[0])
            case Operator.GREATER_THAN_OR_EQUAL:
                return bool(value >= given[0])
            case Operator.LESS_THAN:
                return bool(value < given[0])
            case _:
                return bool(value <= given[0])


@dataclass(frozen=True, slots=True)
class Group:
    """Several conditions of which `every` one must hold, or any."""

    every: bool
    parts: "tuple[Condition, ...]"


Condition = Comparison | Group

EVERYTHING: Final = Group(every=True, parts=())
"""The filter that lets everything pass."""


def matches(pattern: str, text: str) -> bool:
    """Whether a text is what `LIKE` looks for: `%` is any run of characters, everything else itself."""
    first, *rest = pattern.split("%")
    if not rest:
        return text == pattern
    *middle, last = rest
    if not text.startswith(first) or len(text) < len(first) + len(last) or not text.endswith(last):
        return False
    place, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True


# ---- reading -------------------------------------------------------------------------------------------------------


def filter_in_json(body: Plain, *, sorts: bool = False) -> Plain:
    """The expression of a query's JSON body as plain values, empty where everything is asked for."""
    strange = sorted(body.keys() - {"@type", "QueryFilter", *({"QuerySort"} if sorts else ())})
    if strange:
        msg = f"{strange[0]} is no member of a query."
        raise Malformed(msg)
    told = body.get("QueryFilter")
    if told is None:
        return {}
    if not isinstance(told, dict):
        msg = "QueryFilter is not an object."
        raise Malformed(msg)
    found = told.get("expression")
    if found is None:
        return {}
    if not isinstance(found, dict):
        msg = "QueryFilter.expression is not an object."
        raise Malformed(msg)
    return found


def filter_in_xml(root: etree._Element | None, *, sorts: bool = False) -> Plain:
    """The expression of a query's XML body as plain values, empty where everything is asked for."""
    if root is None:
        return {}
    known = {"QueryFilter", *({"QuerySort"} if sorts else ())}
    for child in children(root):
        if local(child) not in known:
            msg = f"{local(child)} is no member of a query."
            raise Malformed(msg)
    for child in children(root):
        for node in children(child):
            if local(node) == "expression":
                return _expression(node, 1)
    return {}


def _expression(node: etree._Element, level: int) -> Plain:
    if level > LEVELS:
        raise Malformed(_TOO_DEEP)
    found: Plain = {str(etree.QName(str(name)).localname): str(text) for name, text in node.attrib.items()}
    found.pop("type", None)
    for child in children(node):
        name = local(child)
        if name == "argument":
            found.setdefault(name, []).append(text_of(child))
        elif name == "nestedExpression":
            found.setdefault(name, []).append(_expression(child, level + 1))
    return found


_TOO_DEEP: Final = f"The filter has more than {LEVELS} groups within each other."


# ---- judging -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Property:
    """What can be filtered by: its name as its object names it, what it holds, and whether case is ignored."""

    name: str
    kind: Kind
    folds: bool = False


def judged(expression: Plain, properties: Sequence[Property]) -> Condition:
    """The filter that plain values describe; anything wrong in any branch of it is refused by name."""
    if not expression:
        return EVERYTHING
    known = {one.name.lower(): one for one in properties}
    return _judged(expression, known, 1, [0])


def _judged(given: object, known: Mapping[str, Property], level: int, count: list[int]) -> Condition:
    if level > LEVELS:
        raise Malformed(_TOO_DEEP)
    if not isinstance(given, dict):
        msg = "A nestedExpression is not an object."
        raise Malformed(msg)
    if "nestedExpression" in given:
        nested = given["nestedExpression"]
        nested = nested if isinstance(nested, list) else [nested]
        how = str(given.get("operator") or "and").lower()
        if how not in {"and", "or"}:
            msg = f"The operator {str(given['operator'])[:40]!r} of a group is neither and nor or."
            raise Malformed(msg)
        if not nested:
            msg = "A group has no nestedExpression."
            raise Malformed(msg)
        return Group(how == "and", tuple(_judged(one, known, level + 1, count) for one in nested))
    count[0] += 1
    if count[0] > COMPARISONS:
        msg = f"The filter has more than {COMPARISONS} comparisons."
        raise Malformed(msg)
    return _comparison(given, known)


def _comparison(given: Plain, known: Mapping[str, Property]) -> Comparison:
    name = given.get("property")
    if not isinstance(name, str) or not name:
        msg = "An expression names no property."
        raise Malformed(msg)
    found = known.get(name.lower())
    if found is None:
        msg = f"{name[:80]} does not exist"
        raise Malformed(msg)
    told = given.get("operator")
    if not isinstance(told, str) or told not in Operator.__members__:
        msg = f"The operator {str(told)[:40]!r} of {found.name} does not exist."
        raise Malformed(msg)
    operator = Operator(told)
    if operator in PATTERNS and found.kind not in {Kind.TEXT, Kind.FLAG}:
        msg = f"{operator} is for text, and {found.name} is none."
        raise Malformed(msg)
    arguments = given.get("argument")
    arguments = [] if arguments is None else arguments if isinstance(arguments, list) else [arguments]
    if operator.arguments == 0:
        arguments = [one for one in arguments if one not in {"", None}]
    if len(arguments) != operator.arguments:
        msg = f"{operator} of {found.name} has {operator.arguments} arguments, not {len(arguments)}."
        raise Malformed(msg)
    return Comparison(found.name, operator, tuple(_argument(found, one) for one in arguments), found.folds)


def _argument(about: Property, given: object) -> Value:
    text = scalar("" if given is None else given, f"The argument of {about.name}")
    if len(text) > LONGEST:
        msg = f"The argument of {about.name} has more than {LONGEST} characters."
        raise Malformed(msg)
    if about.kind is Kind.INSTANT:
        return instant(text, f"The argument of {about.name}")
    if about.kind is Kind.WHOLE:
        return whole(text, f"The argument of {about.name}")
    return text.lower() if about.kind is Kind.FLAG else text


def second(at: datetime) -> datetime:
    """The whole second in which an instant lies: no more of it is ever shown."""
    return at.replace(microsecond=0)


def next_second(at: datetime) -> datetime:
    """The first whole second after an instant."""
    return second(at) + timedelta(seconds=1)
