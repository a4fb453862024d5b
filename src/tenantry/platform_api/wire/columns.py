"""What the properties of filters are in the database, and filters as conditions of queries.

Text compares by character and case on every engine; times as shown, by whole seconds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import and_, or_
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.functions import Collate
from django.db.models.sql.compiler import SQLCompiler

from tenantry.platform_api.wire.filters import Comparison, Condition, Group, Operator, next_second, second
from tenantry.platform_api.wire.shapes import Kind
from tenantry.rules.vocabulary import AccountId

NEVER: Final = Q(pk__in=())
"""The condition that no row meets."""

ALWAYS: Final = Q(pk__isnull=False)
"""The condition that every row meets; an empty one could not be denied."""


@dataclass(frozen=True, slots=True)
class Text:
    """A column of text. `empty` is one in which an empty text means that the value is missing; `folded` is the column
    of the same text with case folded, by which it compares. `stored` is how a text from outside is kept.
    """

    path: str
    empty: bool = False
    folded: str = ""
    stored: Callable[[str], str] = str
    kind: Kind = field(default=Kind.TEXT, init=False)

    @property
    def folds(self) -> bool:
        """Whether case is ignored."""
        return bool(self.folded)

    def condition(self, account: AccountId, test: Comparison) -> Q:
        """The rows whose text passes."""
        del account
        path = self.folded or self.path
        asked = map(self.stored, map(str, test.arguments))
        given = [one.casefold() if self.folded else one for one in asked]
        missing = Q(**{f"{path}__isnull": True}) | (Q(**{path: ""}) if self.empty else Q())
        match test.operator:
            case Operator.IS_NULL:
                return missing
            case Operator.EQUALS:
                found = Q(**{path: given[0]})
            case Operator.LIKE:
                pattern = given[0].split("%")
                found = Q(Matches(path, pattern)) if len(pattern) > 1 else Q(**{path: given[0]})
            case Operator.STARTS_WITH:
                found = Q(Matches(path, [given[0], ""]))
            case Operator.CONTAINS:
                found = Q(Matches(path, ["", given[0], ""]))
            case Operator.BETWEEN:
                found = Q(Ordered(path, ">=", given[0])) & Q(Ordered(path, "<=", given[1]))
            case _:
                found = Q(Ordered(path, _SIGNS[test.operator], given[0]))
        return found & ~missing


@dataclass(frozen=True, slots=True)
class Renamed:
    """A column of text of which some values are other ones on the wire, by what each is there."""

    path: str
    values: Mapping[str, str]
    kind: Kind = field(default=Kind.TEXT, init=False)
    folds: bool = field(default=False, init=False)

    def condition(self, account: AccountId, test: Comparison) -> Q:
        """The rows whose text, as it is told, passes."""
        passing = [stored for stored, told in self.values.items() if test.holds(told)]
        others = ~Q(**{f"{self.path}__in": list(self.values)})
        return Q(**{f"{self.path}__in": passing}) | (others & Text(self.path).condition(account, test))


@dataclass(frozen=True, slots=True)
class Moment:
    """A column of time."""

    path: str
    kind: Kind = field(default=Kind.INSTANT, init=False)
    folds: bool = field(default=False, init=False)

    def condition(self, account: AccountId, test: Comparison) -> Q:
        """The rows whose time, as shown, passes."""
        del account
        given = [one for one in test.arguments if isinstance(one, datetime)]
        path = self.path
        match test.operator:
            case Operator.IS_NULL:
                return Q(**{f"{path}__isnull": True})
            case Operator.EQUALS:
                at = given[0]
                return Q(**{f"{path}__gte": at, f"{path}__lt": next_second(at)}) if at == second(at) else NEVER
            case Operator.BETWEEN:
                return Q(**{f"{path}__gte": _up(given[0]), f"{path}__lt": next_second(given[1])})
            case Operator.GREATER_THAN:
                return Q(**{f"{path}__gte": next_second(given[0])})
            case Operator.GREATER_THAN_OR_EQUAL:
                return Q(**{f"{path}__gte": _up(given[0])})
            case Operator.LESS_THAN:
                return Q(**{f"{path}__lt": _up(given[0])})
            case _:
                return Q(**{f"{path}__lt": next_second(given[0])})


@dataclass(frozen=True, slots=True)
class Number:
    """A column of whole numbers."""

    path: str
    kind: Kind = field(default=Kind.WHOLE, init=False)
    folds: bool = field(default=False, init=False)

    def condition(self, account: AccountId, test: Comparison) -> Q:
        """The rows whose number passes."""
        del account
        if test.operator is Operator.IS_NULL:
            return Q(**{f"{self.path}__isnull": True})
        if test.operator is Operator.BETWEEN:
            return Q(**{f"{self.path}__gte": test.arguments[0], f"{self.path}__lte": test.arguments[1]})
        return Q(**{f"{self.path}__{_LOOKUPS[test.operator]}": test.arguments[0]})


@dataclass(frozen=True, slots=True)
class OneOf:
    """A column with few values, by what each is on the wire; `None` there is a missing value."""

    path: str
    values: Mapping[Any, str | bool | None]
    kind: Kind = Kind.TEXT
    folds: bool = field(default=False, init=False)

    def condition(self, account: AccountId, test: Comparison) -> Q:
        """The rows that have one of the values that pass."""
        del account
        passing = [stored for stored, told in self.values.items() if test.holds(told)]
        found = Q(**{f"{self.path}__in": [stored for stored in passing if stored is not None]})
        return found | Q(**{f"{self.path}__isnull": True}) if None in passing else found


@dataclass(frozen=True, slots=True)
class Whether:
    """What is true for the rows that meet a condition, which is never unknown, and false for all others."""

    met: Q
    kind: Kind = field(default=Kind.FLAG, init=False)
    folds: bool = field(default=False, init=False)

    def condition(self, account: AccountId, test: Comparison) -> Q:
        """The rows for which what the test lets pass is so."""
        del account
        found = NEVER
        if test.holds(True):  # noqa: FBT003 - the value itself
            found |= self.met
        if test.holds(False):  # noqa: FBT003 - the same
            found |= ~self.met
        return found


@dataclass(frozen=True, slots=True)
class Same:
    """What has one value for all rows of an account, such as the account itself."""

    value: Callable[[AccountId], str | bool | None]
    kind: Kind = Kind.TEXT
    folds: bool = field(default=False, init=False)

    def condition(self, account: AccountId, test: Comparison) -> Q:
        """All rows or none."""
        return ALWAYS if test.holds(self.value(account)) else NEVER


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What no column holds: a function of the account and the comparison tells the condition."""

    reckon: Callable[[AccountId, Comparison], Q]
    kind: Kind = Kind.TEXT
    folds: bool = field(default=False, init=False)

    def condition(self, account: AccountId, test: Comparison) -> Q:
        """What the function says."""
        return self.reckon(account, test)


Column = Text | Renamed | Moment | Number | OneOf | Whether | Same | Reckoned


def compiled(found: Condition, columns: Mapping[str, Column], account: AccountId) -> Q:
    """A judged filter as the condition of a query."""
    if isinstance(found, Group):
        parts = [compiled(part, columns, account) for part in found.parts]
        return reduce(and_ if found.every else or_, parts, Q()) if parts else Q()
    opposite = found.operator.opposite
    column = columns[found.property]
    if opposite is None:
        return column.condition(account, found)
    asked = Comparison(found.property, opposite, found.arguments, found.folds)
    return ~column.condition(account, asked)


_SIGNS: Final = {
    Operator.GREATER_THAN: ">",
    Operator.GREATER_THAN_OR_EQUAL: ">=",
    Operator.LESS_THAN: "<",
    Operator.LESS_THAN_OR_EQUAL: "<=",
}
_LOOKUPS: Final = {
    Operator.EQUALS: "exact",
    Operator.GREATER_THAN: "gt",
    Operator.GREATER_THAN_OR_EQUAL: "gte",
    Operator.LESS_THAN: "lt",
    Operator.LESS_THAN_OR_EQUAL: "lte",
}


def _up(at: datetime) -> datetime:
    return at if at == second(at) else next_second(at)


class Matches(Func):
    """Whether a text is made of these parts with anything between them; case counts, on every engine."""

    output_field = BooleanField()
    template = "%(expressions)s ESCAPE '\\'"
    arg_joiner = " LIKE "

    def __init__(self, path: str, parts: list[str]) -> None:
        """`parts` stand between the wildcards, the first and the last at the ends of the text."""
        self.parts = parts
        table = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})
        super().__init__(F(path), Value("%".join(part.translate(table) for part in parts)))

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: object
    ) -> tuple[str, tuple[str | int, ...]]:
        """`GLOB`, since SQLite's `LIKE` ignores case."""
        table = str.maketrans({"*": "[*]", "?": "[?]", "[": "[[]"})
        text, _pattern = self.get_source_expressions()
        other = self.copy()
        other.set_source_expressions([text, Value("*".join(part.translate(table) for part in self.parts))])
        return other.as_sql(compiler, connection, template="%(expressions)s", arg_joiner=" GLOB ")


class Ordered(Func):
    """Whether a text comes before or after another, character by character, whatever language the database speaks."""

    output_field = BooleanField()
    template = "%(expressions)s"

    def __init__(self, path: str, sign: str, other: str) -> None:
        """`sign` is one of `<`, `<=`, `>` and `>=`."""
        super().__init__(F(path), Value(other), arg_joiner=f" {sign} ")

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: object
    ) -> tuple[str, tuple[str | int, ...]]:
        """PostgreSQL is told so; SQLite compares so of itself."""
        text, other = self.get_source_expressions()
        told = self.copy()
        told.set_source_expressions([Collate(text, "C"), other])
        return told.as_sql(compiler, connection)
