"""An installation for each test. Databases are made once in each process of the tests and copied, since making one
takes much longer than what is asked of it.
"""

import shutil
from pathlib import Path

import pytest

from tests.command_line.processes import WORLD, Installation
from tests.migrated import put


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """A fresh one, without a database."""
    return Installation(tmp_path)


@pytest.fixture
def tables(installation: Installation, django_db_setup: None) -> Installation:
    """One with a database that holds nothing."""
    put(installation.data / "tenantry.sqlite3")
    return installation


def holding(folder: Path, *lines: object) -> Installation:
    """One that holds a small world, and more; asked for by fixtures that ask for `django_db_setup` as well."""
    made = Installation(folder)
    put(made.data / "tenantry.sqlite3")
    done = made.run("load", made.write("world.jsonl", *WORLD, *lines))
    assert done.returncode == 0, done.stderr
    return made


def copied(made: Installation, folder: Path) -> Installation:
    """One like it, at rest."""
    copy = Installation(folder)
    shutil.copytree(made.data, copy.data)
    return copy


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Installation:
    """What `loaded` copies."""
    return holding(tmp_path_factory.mktemp("small-world"))


@pytest.fixture
def loaded(small_world: Installation, tmp_path: Path) -> Installation:
    """One that holds a small world."""
    return copied(small_world, tmp_path)
