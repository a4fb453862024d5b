"""Every scenario file about the life of shared resources, by the product and the slow model in step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.store.partners import around_all_tests

from .life_scenarios import Life, read_life, walk_life
from .lifecycle_walks import Ground, Walk, a_ground

pytestmark = [pytest.mark.django_db, pytest.mark.store]

FILES = sorted((Path(__file__).parents[1] / "scenarios" / "lives").glob("*.scenario"))


@pytest.fixture(scope="module")
def ground(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Ground]:
    """Where all scenarios begin."""
    with around_all_tests(django_db_blocker):
        yield a_ground()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_life(path: Path, ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step ends as the file says, and everybody sees what it says."""
    monkeypatch.setattr(Walk, "ground", ground, raising=False)
    scenario, life = read_life(path), Life()
    try:
        wrong = walk_life(scenario, life)
    finally:
        life.teardown()
    assert not wrong, "\n".join([path.name, *wrong])


def test_there_are_scenarios_of_every_kind() -> None:
    """The parametrised test has something to walk: 63 to 75 of the rule book."""
    claimed = {rule for path in FILES for rule in read_life(path).rules}
    assert {f"SCN-{number}" for number in range(62, 77)} <= claimed
