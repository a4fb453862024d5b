"""Queries that are asked again and again, about one account after another: their text is made once.

To make the text of a small query takes Django several times as long as the database takes to answer it.
"""

import functools
from collections.abc import Callable
from typing import Any, Self, TypeVar, TypeVarTuple, cast

from django.db import connection
from django.db.models import QuerySet

R = TypeVar("R", bound=tuple[Any, ...])
Values = TypeVarTuple("Values")


class NotPrepared(TypeError):
    """The text of the query depends on its values, or leaves one out. A defect, never an answer."""


class _Gap(str):
    """Stands in a query for a value that is not known yet."""

    __slots__ = ("number",)

    number: int

    def __new__(cls, number: int) -> Self:
        made = super().__new__(cls, f"value {number}")
        made.number = number
        return made


def prepared(query: Callable[[*Values], QuerySet[Any, R]]) -> Callable[[*Values], list[R]]:
    """Ask a query for its rows, all of them at once; its text is made by `query` when it is first asked.

    The values are texts that go into the query as they are, none of them `None`: `query` is called with others in their
    place. The rows are those of `values_list`, without `flat`. Raises `NotPrepared` where a value is left out or
    altered.
    """
    texts: dict[str, tuple[str, tuple[Any, ...], Any]] = {}

    @functools.wraps(query)
    def ask(*values: *Values) -> list[R]:
        text = texts.get(connection.vendor)
        if text is None:
            gaps = cast("tuple[*Values]", tuple(map(_Gap, range(len(values)))))
            text = texts[connection.vendor] = _text_of(query(*gaps), len(values))
        sql, parameters, compiler = text
        given: list[Any] = [values[one.number] if isinstance(one, _Gap) else one for one in parameters]
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            return list(compiler.results_iter([cursor.fetchall()], tuple_expected=True))

    return ask


def _text_of(rows: QuerySet[Any, Any], count: int) -> tuple[str, tuple[Any, ...], Any]:
    """The text of a query, its parameters with gaps among them, and what makes Python's values of what is read."""
    compiler = rows.query.get_compiler(connection=connection)  # that of whichever thread asks
    sql, parameters = compiler.as_sql()
    if {one.number for one in parameters if isinstance(one, _Gap)} != set(range(count)):
        raise NotPrepared(sql)
    return sql, tuple(parameters), compiler
