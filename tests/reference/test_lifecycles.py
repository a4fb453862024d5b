"""The product and the life cycles of shared resources (12.8) side by side, step by step.

`LIFECYCLE_EXAMPLES` sets how many walks are taken of each machine, `LIFECYCLE_STEPS` how long each is at most; the
defaults are small enough for every run of the tests. The steps taken are counted at the end.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from pytest_django.plugin import DjangoDbBlocker

from tests.store.partners import around_all_tests

from .lifecycle_walks import STEPS, WALKS, Ground, Walk, a_ground

pytestmark = [pytest.mark.django_db, pytest.mark.store]

EXAMPLES = int(os.environ.get("LIFECYCLE_EXAMPLES", "3"))
LENGTH = int(os.environ.get("LIFECYCLE_STEPS", "25"))

BOUNDED = settings(
    max_examples=EXAMPLES,
    stateful_step_count=LENGTH,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate, *([Phase.shrink] if "MACHINE_SHRINK" in os.environ else [])],
)


@pytest.fixture(scope="module")
def ground(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Ground]:
    """Where all walks begin; at the end it is told how many steps were taken."""
    with around_all_tests(django_db_blocker):
        yield a_ground()
    print(f"\n{sum(STEPS.values())} steps: {dict(sorted(STEPS.items()))}")  # noqa: T201 - what a long run is for


@pytest.mark.timeout(0)
@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__.lower())
def test_after_every_step_everybody_sees_what_the_law_says(ground: Ground, walk: type[Walk]) -> None:
    """Whatever becomes of resources, shares and customers: refused by the same rule, done alike, seen alike."""
    run_state_machine_as_test(lambda: walk(ground), settings=BOUNDED)
