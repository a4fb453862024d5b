"""Workers that share the tests begin with the files that take longest, so that neither is left alone at the end."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.longest_first import LONGEST, TESTS, sort


def test_the_files_that_take_longest_are_files() -> None:
    """Each is named once; one that was renamed would be begun at any time, and nobody would notice."""
    assert len(set(LONGEST)) == len(LONGEST)
    assert [name for name in LONGEST if not (TESTS / name).is_file()] == []


def test_they_come_first_and_all_others_stay_in_the_order_that_they_had() -> None:
    """Within each file as well."""
    names = ["b", LONGEST[1], LONGEST[0], "a", LONGEST[1], "b"]
    items: list[Any] = [SimpleNamespace(path=TESTS / name, place=place) for place, name in enumerate(names)]
    sort(cast("list[pytest.Item]", items))
    assert [item.place for item in items] == [2, 1, 4, 0, 3, 5]


def test_workers_are_given_files_in_this_order(pytestconfig: pytest.Config, request: pytest.FixtureRequest) -> None:
    """Not in that of the number of their tests; a worker has collected them so."""
    assert not pytestconfig.option.loadscopereorder
    if hasattr(pytestconfig, "workerinput"):
        paths: list[Path] = [item.path for item in request.session.items]
        first = [path for path in paths if path.is_relative_to(TESTS) and str(path.relative_to(TESTS)) in LONGEST]
        assert paths[: len(first)] == first
