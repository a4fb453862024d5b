"""An empty database that all migrations have gone over, for the processes that tests start.

Migrating takes some seconds of a processor, each time. So what needs tables, and does not test how they come into
being, begins with a copy of the database that this process of the tests has migrated for itself.
"""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from tests import engines


def _name() -> str:
    return f"migrated_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"


def _file() -> Path:
    return engines.run_folder() / f"{_name()}.sqlite3"


def keep() -> None:
    """Set one aside: called when the tests' own database has just been made, and holds nothing. Where no test of a run
    asks for that one it has not been made, and gets its tables here.
    """
    if not connection.introspection.table_names():
        call_command("migrate", verbosity=0)
    made = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(made)) as source, closing(sqlite3.connect(_file())) as target:
            source.backup(target)
        return
    connection.close()  # what is copied has no visitors
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {_name()} TEMPLATE {made}")


def put(file: Path) -> None:
    """Put one there, for a process that works on SQLite. Where the tests run on another engine there is none: that
    process then makes its own.
    """
    if _file().exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_file(), file)


def template() -> str:
    """The name of the one on PostgreSQL, to make databases from."""
    return _name()
