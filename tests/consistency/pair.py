"""A PostgreSQL with a standby that has every commit before it is answered, and that can take its place.

Run as a program, this module keeps both: it prints the URLs as one JSON line, and fails over for each line that it
reads: the first server is killed without a word, the standby is promoted. When its standard input closes, it stops
both and removes their files.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.borders.tree import PROJECT
from tests.postgresql import Identity, binaries_for, serve, start, stop, unprivileged_identity

SETTINGS = ("fsync=off", "full_page_writes=off", "wal_level=replica", "jit=off", "shared_buffers=64MB")


class Pair:
    """Two servers, of which the first serves until `fail_over`."""

    def __init__(self, keeper: "subprocess.Popen[str]", urls: list[str]) -> None:
        """Talk to this keeper."""
        self._keeper = keeper
        self.urls = urls

    def fail_over(self) -> None:
        """Kill the first server, and have the second one take writes."""
        assert self._keeper.stdin is not None
        assert self._keeper.stdout is not None
        self._keeper.stdin.write("fail over\n")
        self._keeper.stdin.flush()
        assert self._keeper.stdout.readline() == "done\n"


@contextmanager
def a_pair() -> Iterator[Pair]:
    """Two servers for as long as the block lasts."""
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.consistency.pair"],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    try:
        line = keeper.stdout.readline()
        assert line, "the pair has not started; the reason is printed above"
        yield Pair(keeper, json.loads(line))
    finally:
        keeper.stdin.close()
        keeper.wait(timeout=60)
        keeper.stdout.close()


def _standby(binaries: Path, home: Path, identity: Identity, url: str) -> tuple["subprocess.Popen[bytes]", int]:
    if identity:
        os.chown(home, identity["user"], identity["group"])
    program, data = str(binaries / "pg_basebackup"), str(home / "data")
    copy = [program, "-D", data, "-R", "-X", "stream", "-c", "fast", "--no-sync", "-d", url]
    subprocess.run(copy, check=True, cwd=home, env={"LC_ALL": "C.UTF-8", "HOME": str(home)}, **identity)
    return start(binaries, home, identity, SETTINGS)


def _follows(url: str) -> None:
    """Have the first server answer no commit before the other one has it."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        connection.execute("SELECT pg_reload_conf()")
        while connection.execute("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'").fetchone() is None:
            time.sleep(0.02)


def keep() -> None:
    """Until standard input closes."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to end"))
    top = Path(tempfile.mkdtemp(prefix="tenantry-pair-"))
    top.chmod(0o755)
    servers: list[subprocess.Popen[bytes]] = []
    try:
        identity = unprivileged_identity()
        homes = [top / "one", top / "two"]
        for home in homes:
            home.mkdir()
        binaries = binaries_for(identity, homes[0])
        first, url = serve(binaries, homes[0], identity, SETTINGS)
        servers.append(first)
        second, port = _standby(binaries, homes[1], identity, url)
        servers.append(second)
        _follows(url)
        before, _, after = url.rpartition("@")
        other = f"{before}@127.0.0.1:{port}/{after.partition('/')[2]}"
        print(json.dumps([url, other]), flush=True)  # noqa: T201 - this line is the answer
        for _ in sys.stdin:
            first.send_signal(signal.SIGQUIT)  # at once, whatever is going on
            first.wait()
            with psycopg.connect(other, autocommit=True) as connection:
                connection.execute("SELECT pg_promote(true, 20)")
            print("done", flush=True)  # noqa: T201 - as above
    finally:
        for server in reversed(servers):
            stop(server)
        shutil.rmtree(top, ignore_errors=True)


if __name__ == "__main__":
    keep()
