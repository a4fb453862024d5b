"""What every journey finds: a server, a browser, and visitors whose browsers must not complain."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.journeys import loops
from tests.journeys.installation import House, Installation, running_installation
from tests.journeys.visitors import WIDE, Visitor, launch
from tests.migrated import put

Visitors = Callable[..., Visitor]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """The loop of the browser runs while a journey does, from its first fixture to its last, and at no other time."""
    if item.get_closest_marker("journey"):
        loops.take_up()
    try:
        return (yield)
    finally:
        loops.put_aside()


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Installation]:
    """The product, serving."""
    folder = tmp_path_factory.mktemp("installation")
    put(folder / "tenantry.sqlite3")
    with running_installation(folder) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium."""
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        loops.take_up()  # the last test of all may not be a journey
        chromium.close()


@pytest.fixture
def visitors(installation: Installation, browser: Browser) -> Iterator[Visitors]:
    """Makes visitors. When the test ends, nothing unexpected may have happened in any of their browsers."""
    everybody: list[Visitor] = []

    def visitor(**options: Any) -> Visitor:
        settings = {"viewport": WIDE, "reduced_motion": "reduce", "locale": "en-GB", **options}
        one = Visitor(installation, browser.new_context(**settings))
        everybody.append(one)
        return one

    yield visitor
    complaints = [error for one in everybody for error in one.unexpected()]
    for one in everybody:
        one.context.close()
    assert complaints == []


@pytest.fixture
def visitor(visitors: Visitors) -> Visitor:
    """A person in front of a browser."""
    return visitors()


@pytest.fixture
def house(installation: Installation) -> House:
    """An account of this test's own, with its Administrator, Ada."""
    return installation.new_house()
