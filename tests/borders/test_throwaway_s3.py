"""The throw-away S3 server leaves nothing behind, however the run that started it ends."""

import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.borders.tree import PROJECT

DIE_WHILE_IT_RUNS = """
import os, signal, sys
from pathlib import Path
from tests.s3 import throwaway_s3
with throwaway_s3(Path(sys.argv[1])) as server:
    server.new_bucket()
    print(server.port, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_run_takes_its_server_along(tmp_path: Path) -> None:
    """A process that is killed cannot tidy up; its server notices and ends."""
    run = subprocess.run(
        [sys.executable, "-c", DIE_WHILE_IT_RUNS, tmp_path], cwd=PROJECT, check=False, capture_output=True, text=True
    )
    assert run.returncode == -9, run.stderr
    port = int(run.stdout)
    give_up = time.monotonic() + 20
    while serves(port) and time.monotonic() < give_up:
        time.sleep(0.05)
    assert not serves(port)


def serves(port: int) -> bool:
    """Whether anything answers there."""
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0
