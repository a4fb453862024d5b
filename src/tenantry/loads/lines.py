"""What became of each line of a load: of one that was loaded, and of one that was refused."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import merge
from typing import Any, Final, NamedTuple

from tenantry.estate.kinds import KINDS
from tenantry.estate.problems import Problem
from tenantry.estate.reading import Estate
from tenantry.loads.states import Outcome
from tenantry.store.lines import Line, Tally

_RULE: Final = re.compile(r"\b[A-Z]{2,7}-[0-9]+\b")
_LONGEST: Final = 500
"""Characters of a message that are kept; lines repeat what files say, which may be anything."""

_FIELD: Final = 255


class LineFate(NamedTuple):
    """What became of one line."""

    line: int
    kind: str
    key: Mapping[str, Any] | None
    outcome: Outcome
    field: str = ""
    message: str = ""
    code: str = ""
    rules: Sequence[str] = ()


def loaded_lines(estate: Estate, tallies: Mapping[str, Tally]) -> Iterator[LineFate]:
    """What became of the lines of one file that was loaded, in their order.

    Of several lines about one thing, each tells what became of the thing.
    """
    found = merge(*(_numbered(estate, KINDS[kind], tally) for kind, tally in tallies.items()))
    outcomes = {kind: _outcomes(tally) for kind, tally in tallies.items()}
    for line, kind, number in found:
        outcome = outcomes[kind].get(number, Outcome.UNCHANGED)
        yield LineFate(line, kind, estate.key(KINDS[kind], number), outcome)


def refused_lines(problems: Iterable[Problem]) -> Iterator[LineFate]:
    """What is wrong with the lines of a file that was refused, in their order."""
    for one in sorted(problems, key=lambda problem: problem.line):
        yield LineFate(
            one.line,
            one.kind,
            one.key,
            Outcome.REFUSED,
            one.field[:_FIELD],
            one.what[:_LONGEST],
            one.code,
            sorted(set(_RULE.findall(one.what[:_LONGEST])), key=one.what.index),
        )


def _numbered(estate: Estate, kind: type[Line], tally: Tally) -> Iterator[tuple[int, str, int]]:
    name = str(kind.__struct_config__.tag)
    stands_for = tally.joined.get
    own = ((estate.place(at)[1], name, stands_for(number, number)) for number, at in enumerate(estate.places[kind]))
    joined = ((estate.place(at)[1], name, number) for at, number in estate.joined[kind])
    return merge(own, joined)


def _outcomes(tally: Tally) -> dict[int, Outcome]:
    return dict.fromkeys(tally.changed_lines, Outcome.CHANGED) | dict.fromkeys(tally.new_lines, Outcome.CREATED)
