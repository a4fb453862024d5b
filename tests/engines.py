"""The database engine of a test run: `TENANTRY_TEST_ENGINE` is `sqlite` (the default) or `postgresql`.

Django's settings are read once, from the environment. So `choose` must run before anything imports them;
tests/conftest.py calls it in its first lines.
"""

import atexit
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final, Literal

import pytest
from django.conf import settings

from tests.postgresql import throwaway_postgresql

Engine = Literal["sqlite", "postgresql"]
VARIABLE: Final = "TENANTRY_TEST_ENGINE"
FOLDER_VARIABLE: Final = "TENANTRY_TEST_FOLDER"

MEMORY: Final = "/dev/shm"  # noqa: S108 - where Linux keeps files in memory; the run makes a folder of its own there
ROOM: Final = 4 << 30
"""Bytes that a run may need there."""


def chosen() -> Engine:
    """The engine that the environment asks for; an unknown name ends the run."""
    match os.environ.get(VARIABLE, "sqlite"):
        case "sqlite":
            return "sqlite"
        case "postgresql":
            return "postgresql"
        case other:
            message = f"{VARIABLE} is sqlite or postgresql, not {other!r}"
            raise pytest.UsageError(message)


def run_folder() -> Path:
    """The folder of this run, for databases and whatever else must not stay; it goes when the run ends."""
    return Path(os.environ[FOLDER_VARIABLE])


def in_memory() -> str | None:
    """A folder that is kept in memory, where the machine has one with room: a commit that waits for a disk, as the
    product's do, takes most of the time of a test, and tells it nothing.
    """
    if not os.access(MEMORY, os.W_OK):
        return None
    return MEMORY if shutil.disk_usage(MEMORY).free > ROOM else None


def choose() -> None:
    """Point the product at a fresh data folder and a fresh database, and nowhere else.

    Whatever TENANTRY_… the caller's shell has set is dropped: a test run must not reach a person's own data. A worker
    of pytest-xdist keeps what the process that started it has chosen.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    if settings.configured:
        message = "Django was set up before the test database was chosen: unset DJANGO_SETTINGS_MODULE, use no --ds."
        raise pytest.UsageError(message)
    engine = chosen()
    for name in [name for name in os.environ if name.startswith("TENANTRY_") and name != VARIABLE]:
        del os.environ[name]
    until_the_end = ExitStack()
    atexit.register(until_the_end.close)
    folder = until_the_end.enter_context(tempfile.TemporaryDirectory(prefix="tenantry-tests-", dir=in_memory()))
    os.environ[FOLDER_VARIABLE] = folder
    os.environ["PYTEST_DEBUG_TEMPROOT"] = folder  # where pytest makes the folders of its `tmp_path`
    os.environ["TENANTRY_DATA_DIR"] = f"{folder}/data"
    os.environ["TENANTRY_SECRET_KEY"] = "not a secret: every test run uses it"
    if engine == "postgresql":
        os.environ["TENANTRY_DATABASE_URL"] = until_the_end.enter_context(throwaway_postgresql())
    else:
        os.environ["TENANTRY_DATABASE_URL"] = f"sqlite:///{folder}/tenantry.sqlite3"
    os.environ["DJANGO_SETTINGS_MODULE"] = "tenantry.web.settings"
    # while a browser is driven an event loop runs in the same thread, which Django would take for asynchronous code
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def part_workers() -> None:
    """Give each worker of pytest-xdist a data folder of its own: what one keeps there must not be counted by another.

    Their settings are read before any file of ours runs, so what they say of the folder is said anew.
    """
    if (worker := os.environ.get("PYTEST_XDIST_WORKER")) is None:
        return
    folder = run_folder() / f"data-{worker}"
    os.environ["TENANTRY_DATA_DIR"] = str(folder)
    settings.DATA_DIR = folder
    settings.MAIL_FOLDER = folder / "mail"
    settings.STORAGES["content"]["OPTIONS"]["location"] = str(folder / "content")


def keep_sqlite_in_a_file() -> None:
    """Have Django make its SQLite test database as a file.

    In memory, which is Django's way, there is no write-ahead log and no locking between connections: what the product
    relies on would not be tested.
    """
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database.setdefault("TEST", {})["NAME"] = str(run_folder() / "test.sqlite3")
