"""A process of which others begin that have loaded already what takes most of a command's time.

Hundreds of commands begin in the tests, and each would load the law, Django and a dozen libraries anew, which takes
three times as long as what most of them do then. So one process loads what knows nothing of any installation, and
forks: what begins then reads its environment, its settings and its database like one that began from nothing.

Run as a program, this module is that process: a message on its standard input, which is a socket, brings the words and
the surroundings of a command, and the three files that are to be its standard input, output and error; its status is
the answer. It ends when nobody holds the other end any more.
"""

import atexit
import functools
import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Final

from tests.borders.tree import PROJECT

LARGEST: Final = 1 << 20
"""Bytes of a message."""

LIBRARIES: Final = (
    "argon2",
    "cryptography.x509",
    "django.contrib.auth.hashers",
    "django.core.management.commands.migrate",
    "django.db.backends.sqlite3.base",
    "django.db.migrations.executor",
    "django.forms",
    "django.template.loader",
    "joserfc.jwt",
    "lxml.etree",
    "urllib3",
    "webauthn",
)


class Nursery:
    """Such a process, seen from the one that has started it."""

    def __init__(self) -> None:
        """Start it."""
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._line.settimeout(90)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TENANTRY_", "DJANGO_"))}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__],
                stdin=theirs.fileno(),
                cwd=PROJECT,
                env=kept,
                start_new_session=True,  # it is killed with the process that it has begun
            )

    def run(self, words: list[str], files: Sequence[IO[bytes]], environment: Mapping[str, str], folder: Path) -> int:
        """Run a command to its end; returns its status, that of one killed by a signal below nought."""
        message = json.dumps({"words": words, "environment": dict(environment), "folder": str(folder)}).encode()
        try:
            socket.send_fds(self._line, [message], [file.fileno() for file in files])
            status = self._line.recv(LARGEST)
        except BaseException:  # it took too long: nobody else may get its answer
            os.killpg(self._process.pid, signal.SIGKILL)
            nursery.cache_clear()
            raise
        assert status, "the nursery has ended; its reason is printed above"
        return int(status)

    def end(self) -> None:
        """Let it end."""
        self._line.close()
        self._process.wait()


@functools.cache
def nursery() -> Nursery:
    """That of this process of the tests."""
    made = Nursery()
    atexit.register(made.end)
    return made


def load() -> None:
    """Load what knows nothing of any installation."""
    import tenantry.command_line  # noqa: F401
    from tenantry import rules

    for found in pkgutil.walk_packages(rules.__path__, "tenantry.rules."):
        importlib.import_module(found.name)
    for library in LIBRARIES:
        importlib.import_module(library)
    from django.conf import settings

    assert not settings.configured, "settings were read before there was an installation"
    gc.freeze()


def become(message: bytes, files: list[int]) -> None:
    """Be the process that was asked for, and run its command."""
    asked = json.loads(message)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    sys.argv[1:] = asked["words"]
    from tenantry.command_line import main

    main()


def main() -> None:
    """Begin processes until nobody asks for any."""
    line = socket.socket(fileno=os.dup(0))
    load()
    while True:
        message, files, _, _ = socket.recv_fds(line, LARGEST, 3)
        if not message:
            return
        child = os.fork()
        if child == 0:
            line.close()
            become(message, files)
            return
        for file in files:
            os.close(file)
        _, status = os.waitpid(child, 0)
        line.send(str(os.waitstatus_to_exitcode(status)).encode())


if __name__ == "__main__":
    main()
