"""The throw-away PostgreSQL leaves nothing behind, however the run that started it ends."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.borders.tree import PROJECT

DIE_WHILE_IT_RUNS = """
import os, signal
import psycopg
from tests.postgresql import throwaway_postgresql
with throwaway_postgresql() as url:
    with psycopg.connect(url) as connection:
        print(connection.execute("show data_directory").fetchone()[0], flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
def test_a_killed_run_takes_its_server_along() -> None:
    """A process that is killed cannot tidy up; the keeper of its server notices and does."""
    run = subprocess.run(
        [sys.executable, "-c", DIE_WHILE_IT_RUNS], cwd=PROJECT, check=False, capture_output=True, text=True
    )
    assert run.returncode == -9, run.stderr
    home = Path(run.stdout.strip()).parent
    assert home.name.startswith("tenantry-postgresql-")
    give_up = time.monotonic() + 20
    while home.exists() and time.monotonic() < give_up:
        time.sleep(0.05)
    assert not home.exists()
