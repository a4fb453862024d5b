"""Writing many rows at once: one prepared statement, no object a row."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, Final

from django.db import connection, models

CHUNK: Final = 20_000
"""Rows handed to the driver at a time; bounds memory, not the transaction."""


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows given as values of `columns` (field attribute names), prepared as the fields prepare them.

    JSON fields take Python values, date-times aware ones. Must run inside a command's transaction.
    """
    fields = [_field(model, column) for column in columns]
    quote = connection.ops.quote_name
    names = ", ".join(_column(field) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})"  # noqa: S608 - names are ours
    prepare = [_preparer(field) for field in fields]
    iterator = iter(rows)
    with connection.cursor() as cursor:
        while chunk := list(islice(iterator, CHUNK)):
            cursor.executemany(
                statement,
                [tuple(p(v) if p else v for p, v in zip(prepare, row, strict=True)) for row in chunk],
            )


def update_rows(model: type[models.Model], key: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Update rows given as (key, values of `columns`...)."""
    fields = [_field(model, column) for column in columns]
    key_field = _field(model, key)
    quote = connection.ops.quote_name
    sets = ", ".join(f"{_column(field)} = %s" for field in fields)
    statement = f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {_column(key_field)} = %s"  # noqa: S608
    prepare = [_preparer(field) for field in fields]
    iterator = iter(rows)
    with connection.cursor() as cursor:
        while chunk := list(islice(iterator, CHUNK)):
            cursor.executemany(
                statement,
                [(*(p(v) if p else v for p, v in zip(prepare, row[1:], strict=True)), row[0]) for row in chunk],
            )


def _field(model: type[models.Model], column: str) -> "models.Field[Any, Any]":
    return next(f for f in model._meta.concrete_fields if column in {f.name, f.attname})


def _column(field: "models.Field[Any, Any]") -> str:
    return connection.ops.quote_name(str(field.column))


def _preparer(field: "models.Field[Any, Any]") -> Callable[[Any], Any] | None:
    """How a value of this field is prepared for the driver; `None` where drivers take it as it is."""
    if isinstance(field, (models.CharField, models.TextField, models.IntegerField, models.BooleanField)):
        return None
    if isinstance(field, models.ForeignKey):
        return None
    return lambda value: field.get_db_prep_save(value, connection)
