"""The product and the life cycles of shared resources (12.8) side by side, step by step.

`LIFECYCLE_EXAMPLES` sets how many walks each machine takes, `LIFECYCLE_STEPS` how long each is at most; the defaults
are small enough for every run of the tests, and leave out the walk through all kinds at once. The steps taken are
counted at the end. `MACHINE_SHRINK=1` makes a found difference small first.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from pytest_django.plugin import DjangoDbBlocker

from tests.store.partners import around_all_tests

from .cloud_walks import Clouds
from .connector_walks import Connectors
from .lifecycle_walks import KINDS, STEPS, Ground, Walk, a_ground
from .model_walks import Models
from .pack_walks import Packs

pytestmark = [pytest.mark.django_db, pytest.mark.store]


class Everything(Clouds, Connectors, Packs, Models):
    """All kinds in the same groups."""

    kinds = tuple(KINDS)


EXAMPLES = int(os.environ.get("LIFECYCLE_EXAMPLES", "5"))
LENGTH = int(os.environ.get("LIFECYCLE_STEPS", "16"))
WALKS: tuple[type[Walk], ...] = (Clouds, Connectors, Packs, Models)
TAKEN = (*WALKS, Everything) if "LIFECYCLE_EXAMPLES" in os.environ else WALKS

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


LIVES: dict[type[Walk], tuple[tuple[str, dict[str, Any]], ...]] = {
    Clouds: (
        ("share_or_withdraw", {"number": 0, "group": "East", "again": False}),
        ("attach", {"number": 0, "who": "abc"}),
        ("share_or_withdraw", {"number": 0, "group": "West", "again": False}),
        ("come_or_go", {"who": "abc", "group": "West"}),
        ("quota", {"number": 0, "who": "abc", "maximum": 0}),
        ("quota", {"number": 0, "who": "abc", "maximum": 1}),
        ("attach", {"number": 0, "who": "abc"}),
        ("quota", {"number": 0, "who": "abc", "maximum": None}),
        ("attach", {"number": 0, "who": "abc"}),
        ("attach", {"number": 0, "who": "abc"}),
        ("remove_cluster", {"number": 0}),
        ("attach", {"number": 0, "who": "abc"}),
        ("install_cluster", {"number": 0}),
        ("attach", {"number": 0, "who": "home"}),
        ("remove_cluster", {"number": 0}),
        ("give_up", {"number": 2}),
        ("remove_cloud", {"number": 0}),
        ("remove_cluster", {"number": 0}),
        ("remove_cloud", {"number": 0}),
    ),
    Connectors: (
        ("add_version", {"number": 0}),
        ("plan_version", {"number": 0, "version": 1, "hours": 2}),
        ("wait", {"hours": 24}),
        ("deploy", {"number": 0}),
        ("share_or_withdraw", {"number": 0, "group": "East", "again": False}),
        ("deploy", {"number": 0}),
        ("install_copy", {"number": 0, "who": "abc"}),
        ("remove_process", {"number": 0}),
        ("share_or_withdraw", {"number": 0, "group": "East", "again": False}),
        ("republish", {"number": 0, "which": 0}),
        ("install_copy", {"number": 0, "who": "abc"}),
        ("edit_process", {"number": 0}),
        ("publish_process", {"number": 0}),
        ("ask_review", {"number": 0, "wanted": "public"}),
        ("hide", {"number": 0}),
        ("decide_review", {"approved": True}),
        ("share_or_withdraw", {"number": 0, "group": "East", "again": False}),
        ("ask_review", {"number": 0, "wanted": "hidden"}),
        ("decide_review", {"approved": True}),
        ("remove_connector", {"number": 0}),
        ("share_or_withdraw", {"number": 1, "group": "East", "again": False}),
        ("remove_process", {"number": 0}),
        ("develop", {"released": True}),
        ("share_or_withdraw", {"number": 1, "group": "East", "again": False}),
        ("hide", {"number": 1}),
        ("dissolve", {"group": "East"}),
    ),
    Packs: (
        ("release_now", {"number": 0, "anew": True}),
        ("come_or_go", {"who": "ghi", "group": "East"}),
        ("install_pack", {"number": 0, "who": "ghi", "called": "Shop A", "attached": True}),
        ("release_on_a_day", {"number": 0, "after": 2, "anew": True}),
        ("apply_early", {"number": 0}),
        ("apply_early", {"number": 0}),
        ("move_day", {"number": 0, "after": 1}),
        ("attach_or_detach", {"number": 0, "place": "Yard"}),
        ("attach_or_detach", {"number": 0, "place": "Yard"}),
        ("apply_early", {"number": 1}),
        ("come_or_go", {"who": "ghi", "group": "East"}),
        ("wait", {"hours": 24}),
        ("release_now", {"number": 0, "anew": True}),
        ("apply_early", {"number": 1}),
        ("install_pack", {"number": 0, "who": "ghi", "called": "Shop A", "attached": True}),
        ("come_or_go", {"who": "ghi", "group": "East"}),
        ("release_on_a_day", {"number": 0, "after": 1, "anew": True}),
        ("apply_early", {"number": 0}),
        ("share_or_withdraw", {"number": 0, "group": "East", "again": False}),
        ("release_now", {"number": 0, "anew": True}),
        ("release_now", {"number": 0, "anew": True}),
        ("share_or_withdraw", {"number": 0, "group": "East", "again": False}),
        ("share_or_withdraw", {"number": 0, "group": "East", "again": False}),
        ("uninstall", {"number": 1}),
        ("remove_pack", {"number": 0}),
    ),
    Models: (
        ("change_draft", {"number": 0}),
        ("publish_model", {"number": 0}),
        ("publish_model", {"number": 0}),
        ("copy_model", {"number": 0, "who": "abc"}),
        ("switch_data_hub", {"who": "abc"}),
        ("copy_model", {"number": 0, "who": "abc"}),
        ("switch_data_hub", {"who": "abc"}),
        ("share_or_withdraw", {"number": 0, "group": "East", "again": False}),
        ("copy_model", {"number": 0, "who": "abc"}),
        ("make_model", {"published": False}),
        ("share_or_withdraw", {"number": 1, "group": "East", "again": False}),
        ("share_or_withdraw", {"number": 0, "group": "East", "again": False}),
        ("remove_model", {"number": 0}),
    ),
    Everything: (
        ("make_pack", {"many": True, "released": True, "connected": True}),
        ("share_or_withdraw", {"number": 4, "group": "East", "again": False}),
        ("install_pack", {"number": 1, "who": "abc", "called": "Shop A", "attached": True}),
        ("share_or_withdraw", {"number": 1, "group": "East", "again": False}),
        ("attach_or_detach", {"number": 1, "place": "Quay"}),
        ("release_on_a_day", {"number": 1, "after": 2, "anew": True}),
        ("apply_early", {"number": 1}),
        ("release_now", {"number": 1, "anew": True}),
        ("remove_pack", {"number": 0}),
        ("share_or_withdraw", {"number": 1, "group": "East", "again": False}),
        ("attach_or_detach", {"number": 0, "place": "Quay"}),
        ("remove_connector", {"number": 0}),
    ),
}
"""What every life has in it, column by column of 12.8, whatever walks happen upon."""


@pytest.mark.parametrize("walk", LIVES, ids=lambda walk: walk.__name__.lower())
def test_a_whole_life(ground: Ground, walk: type[Walk], monkeypatch: pytest.MonkeyPatch) -> None:
    """One of each kind from the beginning to the end: each row of the table is met."""
    monkeypatch.setattr(Walk, "ground", ground, raising=False)
    life = walk()
    try:
        life.begin(far=False)
        for step, fields in LIVES[walk]:
            life.everybody_sees_what_the_law_says()
            getattr(life, step)(**fields)
        life.everybody_sees_what_the_law_says()
    finally:
        life.teardown()


@pytest.mark.timeout(0)
@pytest.mark.parametrize("walk", TAKEN, ids=lambda walk: walk.__name__.lower())
def test_after_every_step_everybody_sees_what_the_law_says(
    ground: Ground, walk: type[Walk], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever becomes of resources, shares and customers: refused by the same rule, done alike, seen alike."""
    monkeypatch.setattr(Walk, "ground", ground, raising=False)
    run_state_machine_as_test(walk, settings=BOUNDED)
