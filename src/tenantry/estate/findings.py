"""What a check of stored data finds, and how many of the things found are named."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

SHOWN: Final = 5
"""How many of the things found are named."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it must be. A warning may be meant so; an error is never."""

    what: str
    advice: str
    error: bool = True


def named(things: Iterable[object], text: str, advice: str, *, error: bool = True) -> Iterator[Finding]:
    """One finding that names the first few things, if there are any."""
    first: list[str] = []
    more = 0
    for thing in things:
        if len(first) < SHOWN:
            first.append(str(thing))
        else:
            more += 1
    if first:
        rest = f" and {more} more" if more else ""
        yield Finding(f"{text}: {', '.join(first)}{rest}.", advice, error)
