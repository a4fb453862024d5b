"""Removing what is kept and named by no row: content whose command failed, or whose row is gone."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

from django.apps import apps
from django.apps.registry import Apps
from django.db import models

from tenantry.content.columns import ContentColumn
from tenantry.content.store import storage
from tenantry.rules.content import GRACE, Kept, key_in, orphans
from tenantry.rules.vocabulary import Instant
from tenantry.store.crossings import Crossing

PORTION: Final = 500
"""How many keys the tables are asked about at once."""


def sweep(at: Instant, *, registry: Apps = apps) -> int:
    """Remove what was kept a day before `at` or earlier and no row of any table names, and uploads that never ended.

    Answers how many things were removed. Several processes may sweep at once. The listing comes before the question:
    what is committed in between is found in the tables, and what is kept in between is too young.
    """
    place = storage()
    removed = place.drop_drafts(at - GRACE)
    columns = columns_of(registry)
    listing = place.kept()
    while portion := list(islice(listing, PORTION)):
        for orphan in orphans(portion, named(portion, columns), at):
            place.delete(orphan.name)
            removed += 1
    return removed


def columns_of(registry: Apps) -> list[tuple[type[models.Model], str]]:
    """Every table that names content, with its column. Found by asking Django, so that none can be forgotten."""
    return [
        (table, column.name)
        for table in registry.get_models()
        for column in table._meta.concrete_fields  # noqa: SLF001 - Django's documented way to a model's fields
        if isinstance(column, ContentColumn)
    ]


def named(portion: Sequence[Kept], columns: Sequence[tuple[Any, str]]) -> set[str]:
    """Which of these the tables name, by key: one query a column."""
    keys = [key for one in portion if (key := key_in(one.name))]
    return {key for table, column in columns for key in _found(table, column, keys)}


def _found(table: Any, column: str, keys: Sequence[str]) -> Iterator[str]:  # noqa: ANN401 - any account's table
    rows = table.rows.across(Crossing.CONTENT) if hasattr(table, "rows") else table.objects.all()
    yield from rows.filter(**{f"{column}__in": keys}).values_list(column, flat=True)
