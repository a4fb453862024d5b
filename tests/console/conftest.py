"""Houses that are made once for the tests of a file; what a test does in one is rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

    from tests.console.people import House


@pytest.fixture(scope="module")
def whole_house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """An account with something of everything, in a transaction around those of the tests."""
    from tests.console.people import make_house
    from tests.store.partners import around_all_tests

    with around_all_tests(django_db_blocker):
        yield make_house("Acme")


@pytest.fixture(scope="module")
def bare_house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """An account with the least of it, in a transaction around those of the tests."""
    from tests.console.people import make_house
    from tests.store.partners import around_all_tests

    with around_all_tests(django_db_blocker):
        yield make_house("Acme", bare=True)
