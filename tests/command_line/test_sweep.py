"""Sweeping content: by hand, and by the processes that run jobs."""

import contextlib
import os
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from tests.command_line.conftest import holding
from tests.command_line.processes import Installation, one_line

pytestmark = pytest.mark.processes

IMPATIENT = """
import os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "tenantry.web.settings"
import django
django.setup()
from tenantry.content import daily
daily.FIRST_LOOK = 0.0
"""
"""Begins a process that looks at once whether it is time to sweep."""

SERVER = "import tenantry.web.wsgi; time.sleep(60)"
WORKER = "from tenantry.command_line import main; sys.argv[1:] = ['worker']; main()"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Installation:
    """An installation for the tests of this file: loading one takes a while."""
    return holding(tmp_path_factory.mktemp("swept"))


def test_sweep_removes_what_nothing_names_any_more(shared: Installation) -> None:
    """What is a day old; and it says how many things that were, and where."""
    folder = shared.data / "content" / ("a" * 32)
    folder.mkdir(parents=True)
    for key, age in (("b", 2), ("c", 3), ("d", 0)):
        file = folder / (key * 32)
        file.write_bytes(b"x")
        at = datetime.now(UTC).timestamp() - age * 86400
        os.utime(file, (at, at))
    assert shared.run("sweep").stdout == f"2 removed from {shared.data / 'content'}\n"
    assert [file.name for file in folder.iterdir()] == ["d" * 32]
    assert shared.run("sweep").stdout.startswith("0 removed")


def test_sweep_needs_a_database(installation: Installation) -> None:
    """Where no row is, no row names anything: it never takes an empty database for the right one by mistake."""
    assert "There is no database" in one_line(installation.run("sweep"))


@pytest.mark.parametrize("program", [SERVER, WORKER], ids=["serve", "worker"])
def test_processes_that_run_jobs_look_whether_it_is_time_to_sweep(shared: Installation, program: str) -> None:
    """Beside the jobs: it is noted when the next sweep is due."""
    change(shared, "DELETE FROM content_sweep_turn")
    process = subprocess.Popen([sys.executable, "-c", IMPATIENT + program], env=shared.environment, cwd=shared.folder)
    try:
        give_up = time.monotonic() + 30
        while not (turns := noted(shared)) and time.monotonic() < give_up:
            time.sleep(0.05)
    finally:
        process.kill()
        process.wait()
    assert len(turns) == 1


def change(installation: Installation, statement: str) -> None:
    """Change the database of an installation that nobody uses just now."""
    with contextlib.closing(sqlite3.connect(installation.data / "tenantry.sqlite3")) as database:
        database.execute(statement)
        database.commit()


def noted(installation: Installation) -> list[str]:
    """When the next sweep is due."""
    with contextlib.closing(sqlite3.connect(installation.data / "tenantry.sqlite3")) as database:
        return [at for (at,) in database.execute("SELECT next_at FROM content_sweep_turn")]
