"""A server, and somebody in an account of it with a token."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.borders.tree import PROJECT
from tests.journeys.installation import Installation, environment, free_port, running_installation, wait_for
from tests.migrated import put

FEATURES = (
    "advanced_user_security",
    "account_groups",
    "api_tokens",
    "environments_unlimited",
    "advanced_environment_access",
    "cloud_management",
    "integration_packs",
    "process_library",
)


@dataclass(frozen=True, slots=True)
class Key:
    """What a program needs to call: an address, an account, a person and the person's token."""

    url: str
    account: str
    user: str
    token: str


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Installation]:
    """The product, serving programs."""
    folder = tmp_path_factory.mktemp("programs")
    put(folder / "tenantry.sqlite3")
    with running_installation(folder) as running:
        yield running


@contextmanager
def serving_alone(served: Installation, log: Path) -> Iterator[str]:
    """The address of a second server of the same installation, which serves decisions and nothing else; it has to end
    when it is told to.
    """
    url = f"http://localhost:{(port := free_port())}"
    with log.open("w") as said:
        server = subprocess.Popen(
            [Path(sys.executable).parent / "tenantry", "serve", "--only", "decisions", "--port", str(port)],
            cwd=PROJECT,
            env=environment(served.folder, url),
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(f"{url}/.well-known/authzen-configuration", server, log)
        yield url
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            raise


@pytest.fixture(scope="session")
def alone(served: Installation) -> Iterator[str]:
    """A server of decisions and nothing else."""
    with serving_alone(served, served.folder / "alone.log") as url:
        yield url


@pytest.fixture(scope="session")
def token_for(served: Installation) -> Callable[[str, str], str]:
    """Makes tokens as an operator does, at the command line."""

    def issue(account: str, user: str) -> str:
        return issued(served, "--user", user, "--account", account, "--name", "program")

    return issue


def issued(served: Installation, *words: str) -> str:
    """A token that the operator makes."""
    said = subprocess.run(
        [str(Path(sys.executable).parent / "tenantry"), "token", "issue", *words],
        cwd=PROJECT,
        env=environment(served.folder, served.url),
        capture_output=True,
        text=True,
        check=True,
    )
    return said.stdout.split()[-1]


@pytest.fixture(scope="session")
def operator(served: Installation) -> str:
    """A token of the operator's."""
    return issued(served, "--operator", "program")


@pytest.fixture(scope="session")
def key(served: Installation, token_for: Callable[[str, str], str]) -> Key:
    """The Administrator of a primary that has every feature and manages one account."""
    house = served.new_house("Programs", FEATURES)
    customer = {"kind": "account", "id": "customer-PRG001", "name": "Customer", "primary": house.account}
    served.load(
        customer | {"features": ["advanced_user_security", "api_tokens"]},
        {"kind": "user", "id": "cleo@customer.example", "first_name": "Cleo", "last_name": "Customer"},
        {"kind": "user_role", "account": customer["id"], "user": "cleo@customer.example", "role": "Administrator"},
    )
    return Key(served.url, house.account, house.administrator, token_for(house.account, house.administrator))
