"""The table of the verification standard names tests that exist, and leaves no requirement out."""

import re
from typing import Final

from tests.borders.tree import PROJECT

TABLE: Final = (PROJECT / "docs" / "asvs.md").read_text()
ROWS: Final = re.findall(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+) \|$", TABLE, re.MULTILINE)

LAST: Final = {
    "6.1": 3,
    "6.2": 12,
    "6.3": 4,
    "6.4": 4,
    "6.5": 5,
    "6.6": 3,
    "6.8": 4,
    "7.1": 3,
    "7.2": 4,
    "7.3": 2,
    "7.4": 5,
    "7.5": 2,
    "7.6": 2,
    "8.1": 2,
    "8.2": 3,
    "8.3": 1,
    "8.4": 1,
    "9.1": 3,
    "9.2": 4,
    "10.1": 2,
    "10.2": 2,
    "10.5": 5,
}
"""The sections, with the number of the last requirement of level 1 or 2; those of level 3 come after these."""


def test_every_test_that_the_table_names_exists() -> None:
    """Where something is said to be met by a test, that test is there."""
    defined = {
        name
        for file in (PROJECT / "tests").rglob("test_*.py")
        for name in re.findall(r"^ *def (test_\w+)", file.read_text(), re.MULTILINE)
    }
    named = set(re.findall(r"`(test_\w+)`", TABLE))
    assert len(named) > 20
    assert named - defined == set()


def test_every_requirement_has_its_row_and_says_how_it_stands() -> None:
    """From the first to the last of each section, and in one of five words."""
    numbers = [number for number, _, _ in ROWS]
    assert numbers == [f"{section}.{number}" for section, last in LAST.items() for number in range(1, last + 1)]
    kinds = ("Met", "In part: ", "Not met: ", "Not yet", "Not applicable")
    assert [number for number, _, how in ROWS if not how.startswith(kinds)] == []
