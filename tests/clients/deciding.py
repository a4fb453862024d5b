"""What tests of host applications need of a real server: tokens, a small world, and a server that stands still."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from tests.borders.tree import PROJECT
from tests.journeys.installation import Installation, environment

_numbers: Final = count(1)


def tenantry(served: Installation, *arguments: str) -> str:
    """What the command line says, as the operator of this installation would hear it."""
    return subprocess.run(
        [Path(sys.executable).parent / "tenantry", *arguments],
        cwd=PROJECT,
        env=environment(served.folder, served.url),
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def host_token(served: Installation, name: str, *accounts: str) -> str:
    """A token of a host application, for these accounts or, without any, for all."""
    limits = [part for account in accounts for part in ("--account", account)]
    return tenantry(served, "token", "issue", "--client", name, *limits).split()[-1]


@dataclass(frozen=True, slots=True)
class World:
    """A primary with a customer. Ann is Administrator of the primary, Bob in Production Support; Gus is a Standard User
    of the customer, through a group. Of the environments Open and Shut, and of the objects in Shut, Bob has the first.
    """

    served: Installation
    number: str
    primary: str
    customer: str
    ann: str
    bob: str
    gus: str

    def roles(self, user: str, *roles: str) -> None:
        """Let somebody hold exactly these roles in the primary."""
        self.served.do("set_roles", account=self.primary, user=user, roles=list(roles))


def new_world(served: Installation) -> World:
    """A world of its own, so that tests do not meet."""
    number = next(_numbers)
    primary, customer = f"host-{number:03}", f"guest-{number:03}"
    ann, bob, gus = (f"{name}{number}@host.example" for name in ("ann", "bob", "gus"))
    role = {"kind": "user_role", "account": primary}
    served.load(
        {
            "kind": "account",
            "id": primary,
            "name": f"Host {number}",
            "features": ["advanced_user_security", "account_groups", "environments_unlimited"],
        },
        {
            "kind": "account",
            "id": customer,
            "name": f"Guest {number}",
            "primary": primary,
            "support_access_role": "Administrator",
        },
        *(
            {
                "kind": "user",
                "id": email,
                "first_name": "Some",
                "last_name": "Body",
                "external_id": f"x-{email[:3]}-{number:03}",
            }
            for email in (ann, bob, gus)
        ),
        role | {"user": ann, "role": "Administrator"},
        role | {"user": bob, "role": "Production Support"},
        *(
            {"account": primary, **line}
            for line in (
                {"kind": "environment", "id": f"open-{number:03}", "name": "Open"},
                {"kind": "environment", "id": f"shut-{number:03}", "name": "Shut"},
                {"kind": "environment_role", "environment": "Shut", "role": "Administrator"},
                {"kind": "object", "type": "report", "id": f"report-{number:03}"},
                {"kind": "object", "type": "report", "id": f"hidden-{number:03}", "environment": "Shut"},
                {"kind": "account_group", "name": "Everywhere"},
                {"kind": "group_account", "group": "Everywhere", "member": customer},
                {"kind": "group_user_role", "group": "Everywhere", "user": gus, "role": "Standard User"},
            )
        ),
    )
    return World(served, f"{number:03}", primary, customer, ann, bob, gus)


def processes_of(served: Installation) -> list[int]:
    """The server's process, and those that it has started."""
    found = [served.server.pid]
    for process in found:
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            found += map(int, children.read_text().split())
    return found


@contextmanager
def paused(served: Installation) -> Iterator[None]:
    """The server stands still: it accepts, and answers nobody."""
    stopped = processes_of(served)
    for process in stopped:
        os.kill(process, signal.SIGSTOP)
    try:
        while not all(map(_stands_still, stopped)):  # the signal is on its way, and each thread notices for itself
            time.sleep(0.01)
        yield
    finally:
        for process in stopped:
            os.kill(process, signal.SIGCONT)


def _stands_still(process: int) -> bool:
    states = (file.read_text().rpartition(")")[2].split()[0] for file in Path(f"/proc/{process}/task").glob("*/stat"))
    return all(state == "T" for state in states)
