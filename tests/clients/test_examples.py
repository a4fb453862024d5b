"""The example host applications, as they are started by hand, before a real server."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.borders.tree import PROJECT
from tests.clients.deciding import World, host_token, new_world, paused
from tests.journeys.installation import Installation, free_port

pytestmark = pytest.mark.processes

EXAMPLES = PROJECT / "examples"
STARTED = {
    "django": [sys.executable, str(EXAMPLES / "django_host" / "app.py"), "runserver", "--noreload"],
    "asgi": [
        *(sys.executable, "-m", "granian", "--interface", "asgi"),
        *("--working-dir", str(EXAMPLES / "asgi_host"), "app:application", "--port"),
    ],
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a page answered, and how long it took."""

    status: int
    told: dict[str, object]
    took: float


@dataclass(frozen=True, slots=True)
class Host:
    """A host application that is running."""

    url: str

    def get(self, path: str, user: str = "") -> Said:
        """A page, as somebody sees it."""
        request = urllib.request.Request(self.url + path, headers={"X-Demo-User": user} if user else {})  # noqa: S310
        begun = time.monotonic()
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own address
                status, body = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                status, body = error.code, error.read()
        return Said(status, json.loads(body), time.monotonic() - begun)


@contextmanager
def running(name: str, served: Installation, token: str, accounts: str) -> Iterator[Host]:
    """Start an example, and end it."""
    port = free_port()
    told = {"TENANTRY_URL": served.url, "TENANTRY_TOKEN": token, "TENANTRY_ACCOUNTS": accounts}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TENANTRY", "DJANGO"))}
    with subprocess.Popen([*STARTED[name], str(port)], env=inherited | told, stderr=subprocess.DEVNULL) as process:
        try:
            host = Host(f"http://127.0.0.1:{port}")
            until = time.monotonic() + 30
            while True:
                try:
                    host.get("/")
                    break
                except (urllib.error.URLError, ConnectionError):
                    assert process.poll() is None
                    assert time.monotonic() < until
                    time.sleep(0.1)
            yield host
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def world(served: Installation) -> World:
    """A world of this file."""
    return new_world(served)


@pytest.mark.parametrize("name", STARTED)
def test_an_example_asks_before_each_request(name: str, served: Installation, world: World) -> None:
    """Those who may, those who may not, those of whom nobody knows, and what nobody was asked about."""
    page = f"/accounts/{world.primary}/components"
    with running(name, served, host_token(served, f"example {name}"), world.primary) as host:
        assert host.get("/").status == 200
        assert host.get(page).status == 401
        assert host.get(page, world.ann).status == 200
        refused = host.get(page, world.bob)
        assert refused.status == 403
        assert "Build Read and Write Access" in str(refused.told["reason"])
        assert host.get(f"/accounts/{world.customer}/components", world.gus).status == 200
        assert host.get(f"/accounts/{world.primary}/forgotten", world.ann).status == 403
        for _ in range(3):
            world.roles(world.bob, "STANDARD_USER")
            assert host.get(page, world.bob).status == 200
            world.roles(world.bob, "PRODUCTION_SUPPORT")
            assert host.get(page, world.bob).status == 403
        with paused(served):
            closed = host.get(page, world.ann)
            assert (closed.status, closed.took < 2) == (503, True)
        until = time.monotonic() + 20
        while host.get(page, world.ann).status != 200:
            assert time.monotonic() < until
