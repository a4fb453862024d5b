"""Accessible environments in lists: searched, and a part at a time. They are sorted where their gates are judged."""

from collections.abc import Sequence
from dataclasses import dataclass

from tenantry.rules.places import Environment


@dataclass(frozen=True, slots=True)
class Part:
    """Some of a list of environments. `before` and `after` are those that the parts next to it begin with, if any."""

    environments: Sequence[Environment]
    before: str | None
    after: str | None


def found_among(environments: Sequence[Environment], query: str) -> Sequence[Environment]:
    """Those that have every word of the query in their name, or an id that begins with it."""
    words = query.casefold().split()
    return [
        one
        for one in environments
        if all(word in one.name.casefold() or one.id.casefold().startswith(word) for word in words)
    ]


def part_from(environments: Sequence[Environment], begin: str, size: int) -> Part:
    """The part that begins with the environment named, else the first one."""
    first = next((number for number, one in enumerate(environments) if one.id == begin), 0)
    before, after = max(first - size, 0), first + size
    return Part(
        environments[first:after],
        environments[before].id if first else None,
        environments[after].id if after < len(environments) else None,
    )
