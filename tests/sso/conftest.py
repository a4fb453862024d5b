"""Doors of tests are not crowded."""

from collections.abc import Iterator

import pytest

from tenantry.signin.bounds import SIGN_ONS


@pytest.fixture(autouse=True)
def _doors_nobody_has_knocked_at() -> Iterator[None]:
    """All tests knock from one place."""
    SIGN_ONS._left.clear()
    yield
    SIGN_ONS._left.clear()
