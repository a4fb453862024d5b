"""Writing many rows at once: one prepared statement, no object a row."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any, Final

import msgspec
from django.db import connection, models

CHUNK: Final = 20_000
"""Rows handed to the driver at a time; bounds memory, not the transaction."""


AMPLE_CACHE_KIB: Final = 256 * 1024
"""What SQLite may keep in memory during a bulk write, in kibibytes: enough for the indexes of millions of rows."""


@contextmanager
def ample_cache() -> Iterator[None]:
    """Let SQLite keep more pages in memory, so that a large write does not put them on the disk again and again."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        [usual] = cursor.execute("PRAGMA cache_size").fetchone()
        cursor.execute(f"PRAGMA cache_size = -{AMPLE_CACHE_KIB}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {int(usual)}")


@contextmanager
def indexes_afterwards(*tables: type[models.Model]) -> Iterator[None]:
    """Let SQLite build the indexes of these tables after the write, which sorts once instead of row by row.

    For tables that are empty or nearly so. It happens within the transaction: whatever goes wrong, the indexes are
    there again. Unique constraints stay in force throughout. Other engines are left alone, since readers would wait.
    """
    if connection.vendor != "sqlite":
        yield
        return
    names = [table._meta.db_table for table in tables]
    marks = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        listed = f"type = 'index' AND sql IS NOT NULL AND tbl_name IN ({marks})"
        cursor.execute(f"SELECT name, sql FROM sqlite_master WHERE {listed}", names)  # noqa: S608 - only marks go in
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
        yield
        for _, statement in indexes:
            cursor.execute(statement)


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows given as values of `columns` (field attribute names), prepared as the fields prepare them.

    JSON fields take Python values, date-times aware ones. Columns left out get the model's defaults. Must run inside a
    command's transaction.
    """
    fields = [_field(model, column) for column in columns]
    left_out = [f for f in model._meta.concrete_fields if f not in fields and f.has_default()]
    if left_out:
        defaults = tuple(field.get_default() for field in left_out)
        fields += left_out
        rows = ((*row, *defaults) for row in rows)
    quote = connection.ops.quote_name
    names = ", ".join(_column(field) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})"  # noqa: S608 - names are ours
    _execute(statement, _prepared(fields, rows))


def update_rows(model: type[models.Model], key: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Update rows given as (key, values of `columns`...)."""
    fields = [_field(model, column) for column in columns]
    key_field = _field(model, key)
    quote = connection.ops.quote_name
    sets = ", ".join(f"{_column(field)} = %s" for field in fields)
    statement = f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {_column(key_field)} = %s"  # noqa: S608
    _execute(statement, _prepared([*fields, key_field], ((*row[1:], row[0]) for row in rows)))


def delete_rows(rows: "models.QuerySet[Any]") -> None:
    """Delete the rows of a query by one statement. What refers to them is not looked at: the database's own constraints
    are all that guards it, so whoever calls this has deleted that before.
    """
    rows._raw_delete(rows.db)


def refresh_statistics(*tables: type[models.Model]) -> None:
    """Tell PostgreSQL how many rows these tables have now. After a large write it would otherwise plan as if they were
    as empty as before, row by row and by the minute, until its own housekeeping comes by after the commit.

    SQLite plans without sizes. It may run inside the transaction of the write, which it sees.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE " + ", ".join(connection.ops.quote_name(table._meta.db_table) for table in tables))


def _execute(statement: str, rows: Iterator[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        while chunk := list(islice(rows, CHUNK)):
            cursor.executemany(statement, chunk)


def _prepared(fields: "Sequence[models.Field[Any, Any]]", rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """The rows as drivers take them. Only the few columns that need it are looked at."""
    preparers = [(place, preparer) for place, field in enumerate(fields) if (preparer := _preparer(field))]
    if not preparers:
        yield from rows
        return
    for row in rows:
        values = list(row)
        for place, prepare in preparers:
            values[place] = prepare(values[place])
        yield values


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
    if isinstance(field, models.JSONField) and field.encoder is None and connection.vendor == "sqlite":
        return _json_text
    if isinstance(field, models.DateTimeField):
        return _remembering(field)
    return lambda value: field.get_db_prep_save(value, connection)


def _json_text(value: object) -> str | None:
    """JSON as SQLite keeps it; many times faster than the standard library's."""
    return None if value is None else msgspec.json.encode(value).decode()


def _remembering(field: "models.DateTimeField[Any, Any]") -> Callable[[Any], Any]:
    """Prepare times; rows of one write mostly have the same one, or none."""
    last: tuple[datetime | None, Any] = (None, None)

    def prepare(value: datetime | None) -> object:
        nonlocal last
        if value is not last[0]:
            last = (value, field.get_db_prep_save(value, connection))
        return last[1]

    return prepare
