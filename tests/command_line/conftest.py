"""An installation for each test."""

from pathlib import Path

import pytest

from tests.command_line.processes import WORLD, Installation


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """A fresh one, without a database."""
    return Installation(tmp_path)


@pytest.fixture
def loaded(installation: Installation) -> Installation:
    """One that holds a small world."""
    done = installation.run("load", installation.write("world.jsonl", *WORLD))
    assert done.returncode == 0, done.stderr
    return installation
