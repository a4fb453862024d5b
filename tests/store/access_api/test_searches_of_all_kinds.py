"""A search finds exactly those of whom asking one by one says yes, in a world that has everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.store.access_api.one_by_one import KINDS, Comparison, everything
from tests.store.factories import AT

if TYPE_CHECKING:
    from tests.store.every_command import World

pytestmark = pytest.mark.django_db


def test_of_all_kinds_a_search_says_what_asking_says(world: World) -> None:
    """What a primary has, in it, in an account that receives some of it, and in one that does not."""
    accounts = [world.here, world.member, world.there]
    people = [world.ann.email, world.mia.email, world.sid.email]
    things = [thing for thing in everything(accounts) if thing.type in KINDS]
    assert Comparison(people, things, [], AT).compare() > 20
