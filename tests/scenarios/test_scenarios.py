"""Every scenario file, asked through every door."""

from __future__ import annotations

from pathlib import Path

import pytest

from .doors import Door
from .format import read
from .runner import run

HERE = Path(__file__).parent

#: Fixtures of the doors that answer all chapters in force.
DOORS = ("model_door", "rules_door", "store_door", "authzen_door", "access_api_door")
#: Fixtures of the doors through which data comes in that a load refuses, such as cycles (`raw/`).
RAW_DOORS = ("model_door", "rules_door", "store_door")

#: Fixtures of doors that need a database, which pytest-django prepares only for tests that say so.
STORED = frozenset({"store_door", "authzen_door", "access_api_door"})


def case(path: Path, door: str) -> object:
    """One scenario through one door."""
    marks = (pytest.mark.django_db, pytest.mark.store) if door in STORED else ()
    return pytest.param(path, door, id=f"{path.stem}-{door}", marks=marks)


CASES = [case(path, door) for path in sorted(HERE.glob("*.scenario")) for door in DOORS]
CASES += [case(path, door) for path in sorted(HERE.glob("raw/*.scenario")) for door in RAW_DOORS]


@pytest.mark.parametrize(("path", "door"), CASES)
def test_scenario(path: Path, door: str, request: pytest.FixtureRequest) -> None:
    """A door answers every question of a scenario as the scenario says."""
    way_in: Door = request.getfixturevalue(door)
    outcome = run(read(path), way_in)
    if not outcome.asked:
        pytest.skip(f"{door} answers no question of this scenario")
    assert not outcome.mismatches, "\n".join([path.name, *map(str, outcome.mismatches)])


def test_there_are_scenarios() -> None:
    """The parametrised test above has something to ask."""
    assert len(list(HERE.glob("*.scenario"))) > 110
    assert len(list(HERE.glob("raw/*.scenario"))) > 2
