"""Calls of tests are not counted, but in tests about counting them."""

from collections.abc import Iterator

import pytest

from tenantry.platform_api import bounds


@pytest.fixture(autouse=True)
def uncounted(settings: object) -> Iterator[None]:
    """As many calls at once as a test likes (API-7)."""
    settings.API_RATE = 0  # type: ignore[attr-defined]
    bounds.calls.cache_clear()
    yield
    bounds.calls.cache_clear()
