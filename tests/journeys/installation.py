"""The installation that the journeys go through: the product's own server, with a data folder of its own.

Worlds are made in it by `workshop`, a second process with the product's real commands, as the operator would.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import IO, Any

from tests.borders.tree import PROJECT

PASSWORD = "Correct-Horse-9"
"""Of everybody whom a world brings along."""

READY_WITHIN = 40
"""Seconds until a starting server must answer."""

Line = dict[str, Any]
"""A line of an estate file."""


@dataclass(frozen=True, slots=True)
class House:
    """An account made for one test, with its Administrator."""

    account: str
    name: str
    administrator: str

    def person(self, name: str) -> str:
        """The address of somebody of this house."""
        return f"{name}@{self.account}.example"


@dataclass(slots=True)
class Installation:
    """A running server at `url`, and the workshop that makes worlds in its database."""

    url: str
    folder: Path
    workshop: "subprocess.Popen[str]"
    server: "subprocess.Popen[bytes]"
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def do(self, deed: str, **details: Any) -> Any:
        """Have the workshop do one of its deeds."""
        give, take = _pipes(self.workshop)
        give.write(json.dumps({"deed": deed, **details}) + "\n")
        give.flush()
        answer = take.readline()
        if not answer:
            message = f"the workshop ended over {deed}"
            raise RuntimeError(message)
        told = json.loads(answer)
        if "failed" in told:
            raise RuntimeError(told["failed"])
        return told["done"]

    def load(self, *lines: Line) -> None:
        """Load lines of an estate file."""
        self.do("load", lines=list(lines))

    def new_house(self, name: str = "Acme", features: tuple[str, ...] = ("advanced_user_security",)) -> House:
        """A fresh account with one Administrator, Ada Acme, so that tests do not meet."""
        account = f"{name.lower()}-{next(self.numbers):06}"
        house = House(account, name, f"ada@{account}.example")
        self.load(
            {"kind": "account", "id": account, "name": name, "features": list(features)},
            *self.person_lines(house, "ada", "Administrator", first_name="Ada", last_name=name),
        )
        return house

    def new_primary(self, *customers: str) -> tuple[House, list[str]]:
        """A fresh primary that manages accounts of these names, each with an Administrator; and their ids."""
        house = self.new_house("Documentation", ("advanced_user_security", "account_groups"))
        made = [self.do("customer", primary=house.account, name=name) for name in customers]
        for account in made:
            facts = {"password": PASSWORD, "signed_in": True, "first_name": "Cleo", "last_name": "Customer"}
            user = f"cleo@{account.lower()}.example"
            self.load(
                {"kind": "user", "id": user, **facts},
                {"kind": "user_role", "account": account, "user": user, "role": "Administrator"},
            )
        return house, made

    def person_lines(self, house: House, name: str, *roles: str, **more: Any) -> list[Line]:
        """The lines that make somebody a user of the house, with these roles, and known to have signed in."""
        user = house.person(name)
        facts = {"password": PASSWORD, "signed_in": True, "first_name": name.title(), "last_name": house.name}
        return [
            {"kind": "user", "id": user, **facts, **more},
            *({"kind": "user_role", "account": house.account, "user": user, "role": role} for role in roles),
        ]

    def add_person(self, house: House, name: str, *roles: str, **more: Any) -> str:
        """Load these lines; returns the address."""
        self.load(*self.person_lines(house, name, *roles, **more))
        return house.person(name)


def _pipes(process: "subprocess.Popen[str]") -> tuple[IO[str], IO[str]]:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError(process)
    return process.stdin, process.stdout


def free_port() -> int:
    """A port of this machine that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, url: str) -> dict[str, str]:
    """What the processes of the installation find in their environment: nothing of the test run's own settings."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TENANTRY_", "DJANGO_"))}
    return {
        **inherited,
        "TENANTRY_DATA_DIR": str(folder),
        "TENANTRY_BASE_URL": url,
        "TENANTRY_DEMO": "1",
        "TENANTRY_SIGN_ON_NETWORKS": "127.0.0.0/8",
        "TENANTRY_SIGN_ON_WITHOUT_TLS": "1",
        "TENANTRY_SQLITE_TIMEOUT": "2",
        "PYTHONWARNINGS": "default",
    }


@contextmanager
def running_installation(folder: Path) -> Iterator[Installation]:
    """Serve on a free port of this machine until the block ends; under its name, since passkeys want one."""
    url = f"http://localhost:{(port := free_port())}"
    settings = environment(folder, url)
    log = folder / "server.log"
    with log.open("w") as said:
        server = subprocess.Popen(
            [Path(sys.executable).parent / "tenantry", "serve", "--port", str(port)],
            cwd=PROJECT,
            env=settings,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    workshop = None
    try:
        wait_for(f"{url}/sign-in/", server, log)
        workshop = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.workshop"],
            cwd=PROJECT,
            env={**settings, "DJANGO_SETTINGS_MODULE": "tenantry.web.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        yield Installation(url, folder, workshop, server)
    finally:
        if workshop is not None:
            for pipe in _pipes(workshop):
                pipe.close()
            workshop.wait(10)
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until this address answers; a server that has ended, or takes too long, is told of by its log."""
    until = time.monotonic() + READY_WITHIN
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, ConnectionError) as error:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(log.read_text()) from error
            time.sleep(0.05)
