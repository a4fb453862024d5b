"""Reads of loads, for the operator's programs and for those who carry them out."""

from datetime import timedelta
from typing import Final

from django.db.models import QuerySet

from tenantry.loads.models import EstateLoad, EstateLoadRow
from tenantry.loads.states import LoadState
from tenantry.rules.vocabulary import Instant

LEASE: Final = timedelta(seconds=15)
"""How long whoever carries out a load may be silent, other than in its transaction, before somebody else takes it."""

LARGEST_KEY: Final = 2**63 - 1

LoadRow = EstateLoad
"""A row as stored; only this folder's commands write it."""

LineRow = EstateLoadRow


def loads() -> QuerySet[EstateLoad]:
    """All loads that are kept, with their tokens, for lists that page on their own."""
    return EstateLoad.objects.select_related("token")


def load_of(id: str) -> EstateLoad | None:
    """The load of an id."""
    if not (id.isascii() and id.isdecimal()) or int(id) > LARGEST_KEY:
        return None
    return loads().filter(pk=int(id)).first()


def lines_of(load: EstateLoad) -> QuerySet[EstateLoadRow]:
    """What became of the lines of a load."""
    return EstateLoadRow.objects.filter(load=load)


def next_load(at: Instant) -> int | None:
    """The load that is to be carried out now, if any: the oldest that has not ended, unless it is in hand."""
    row = EstateLoad.objects.filter(state__in=[LoadState.QUEUED, LoadState.RUNNING]).order_by("id").first()
    if row is None or (row.alive_at is not None and row.alive_at > at - LEASE):
        return None
    return int(row.pk)
