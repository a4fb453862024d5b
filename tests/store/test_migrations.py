"""Models and migrations tell the same story."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from tests import engines, migrated


@pytest.mark.django_db
def test_no_model_change_lacks_its_migration(capsys: pytest.CaptureFixture[str]) -> None:
    """`makemigrations` would have nothing to write."""
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    except SystemExit:
        pytest.fail(capsys.readouterr().out)


@contextmanager
def copied(folder: Path) -> Iterator[Any]:
    """A connection to what the processes of tests begin with."""
    if engines.chosen() == "sqlite":
        migrated.put(folder / "copy.sqlite3")
        with closing(sqlite3.connect(folder / "copy.sqlite3")) as store:
            yield store
        return
    with psycopg.connect(os.environ["TENANTRY_DATABASE_URL"], dbname=migrated.template()) as store:
        yield store


@pytest.mark.django_db
def test_what_processes_of_tests_begin_with_is_migrated_and_empty(tmp_path: Path) -> None:
    """As the database of the tests themselves; otherwise each would migrate again, and nobody would notice."""
    steps = "SELECT app, name FROM django_migrations ORDER BY app, name"
    with connection.cursor() as cursor, copied(tmp_path) as store:
        assert store.execute(steps).fetchall() == cursor.execute(steps).fetchall()
        assert store.execute("SELECT count(*) FROM account").fetchone() == (0,)
