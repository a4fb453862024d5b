"""What every test finds: a database of its own, cheap password hashes, and no outside network."""

# ruff: noqa: E402 - the database is chosen before anything can read Django's settings

from tests import engines

engines.choose()

import asyncio
import gc
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from pytest_django.plugin import DjangoDbBlocker

from tests import longest_first, network, static_files

hypothesis.settings.register_profile("tenantry", deadline=None, print_blob=True)
hypothesis.settings.load_profile("tenantry")

TESTS = Path(__file__).parent
MARKER_OF_FOLDER = {"store": "store", "journeys": "journey"}
"""Folders whose tests all carry a marker, so that nobody has to remember it."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--store-only`, which `make test` uses for the run on the second engine."""
    parser.addoption("--store-only", action="store_true", help="only tests marked `store`, whatever -m says besides")


def pytest_configure(config: pytest.Config) -> None:
    """Adapt the product's settings where its care would cost a test run too much, and shut the network."""
    settings.PASSWORD_HASHERS = ["tests.hashing.CheapArgon2id", *settings.PASSWORD_HASHERS[1:]]
    config.option.loadscopereorder = False  # the number of a file's tests says little of the time that it takes
    engines.part_workers()
    engines.keep_sqlite_in_a_file()
    static_files.find_once()
    until_the_end = ExitStack()
    config.add_cleanup(until_the_end.close)
    until_the_end.enter_context(network.no_outside_network())


def pytest_report_header() -> str:
    """Say on which engine this run is."""
    return f"engine: {engines.chosen()}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Mark tests by their folder (before -m selects) and honour `--store-only`. Workers that share the tests begin with
    what takes longest (after all have been shuffled).
    """
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0] if item.path.is_relative_to(TESTS) else ""
        if folder in MARKER_OF_FOLDER:
            item.add_marker(MARKER_OF_FOLDER[folder])
    if config.getoption("--store-only"):
        others = [item for item in items if item.get_closest_marker("store") is None]
        items[:] = [item for item in items if item.get_closest_marker("store") is not None]
        config.hook.pytest_deselected(items=others)
    result = yield
    if hasattr(config, "workerinput"):
        longest_first.sort(items)
    return result


def pytest_runtest_setup(item: pytest.Item) -> None:
    """No test finds a browser's loop running in its thread, except where the browser is its own."""
    assert item.get_closest_marker("journey") or asyncio._get_running_loop() is None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is collected stays to the end, ten thousand tests and the product: the garbage collector need not look
    through it while it comes into being, nor again and again while the tests run.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Also keep an empty copy of the database, for the processes that tests start, and spare the tests to compile facts
    again of which nothing has changed.
    """
    del django_db_setup
    from tests import migrated, unwritten

    with django_db_blocker.unblock():
        migrated.keep()
        unwritten.begin()


@pytest.fixture(scope="session")
def engine() -> engines.Engine:
    """The engine of this run, for the few tests that state a difference."""
    return engines.chosen()


@pytest.fixture(autouse=True)
def _no_hidden_attempt_to_reach_the_outside_network() -> Iterator[None]:
    """A test fails for an attempt even if the code under test swallowed the error."""
    network.attempts.clear()
    yield
    assert network.attempts == []
