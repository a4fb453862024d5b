"""Order that is the same on every engine: by code point, as SQLite compares by itself and PostgreSQL only when told."""

from django.db import connection
from django.db.models import F, OrderBy
from django.db.models.functions import Collate


def by_code_point(*columns: str) -> list[OrderBy]:
    """Ascending order by these text columns."""
    if connection.vendor == "postgresql":
        return [OrderBy(Collate(F(column), "C")) for column in columns]
    return [OrderBy(F(column)) for column in columns]
