"""Worlds that are made once for the tests of a file: that of `every_command`, and the partner example."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

    from tests.store.every_command import World
    from tests.store.partners import Partner, Rival
    from tests.store.skies import Sky


@pytest.fixture(scope="module")
def furnished(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Two primaries and what they have to do with others, in a transaction around those of the tests."""
    from tests.store.every_command import a_world
    from tests.store.partners import around_all_tests

    with around_all_tests(django_db_blocker):
        yield a_world()


@pytest.fixture
def world(furnished: World, db: None, request: pytest.FixtureRequest) -> World:
    """Two primaries with people and roles, made ready for the command under test."""
    from tests.store.every_command import VERBS

    name = request.node.callspec.params.get("name") if hasattr(request.node, "callspec") else None
    prepare = VERBS[name].prepare if name in VERBS else None
    if prepare is not None:
        prepare(furnished)
    return furnished


@pytest.fixture(scope="module")
def partner_and_rival(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[Partner, Rival]]:
    """The partner example and a rival, in a transaction around those of the tests."""
    from tests.store.partners import around_all_tests, make_partner, make_rival

    with around_all_tests(django_db_blocker):
        yield make_partner(), make_rival()


@pytest.fixture
def partner(partner_and_rival: tuple[Partner, Rival], db: None) -> Partner:
    """A primary with its customers."""
    return partner_and_rival[0]


@pytest.fixture
def rival(partner_and_rival: tuple[Partner, Rival], db: None) -> Rival:
    """Another primary, whose things are none of the first one's."""
    return partner_and_rival[1]


@pytest.fixture(scope="module")
def made_sky(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Sky]:
    """A partner with a cloud and its customers, in a transaction around those of the tests."""
    from tests.store.partners import around_all_tests
    from tests.store.skies import make_sky

    with around_all_tests(django_db_blocker):
        yield make_sky()


@pytest.fixture
def sky(made_sky: Sky, db: None) -> Sky:
    """A partner that shares a cloud with one of its customers."""
    return made_sky
