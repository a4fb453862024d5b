"""The command `pyboomi`, started as the documentation says: folders, components, packages, environments."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyboomi_platform import BoomiPlatformClient

from tests.clients.conftest import Key
from tests.clients.test_documentation import STARTS

Command = Callable[..., Any]

pytestmark = pytest.mark.filterwarnings("ignore:Direct access to:DeprecationWarning")


@pytest.fixture
def sdk(key: Key) -> BoomiPlatformClient:
    """The SDK that the command is built on."""
    return BoomiPlatformClient(key.account, key.user, key.token, base_url=f"{key.url}/api/rest/v1")


@pytest.fixture
def pyboomi(key: Key, tmp_path: Path) -> Command:
    """Runs the command, which has to succeed, and reads what it prints: JSON, where it is JSON."""
    names = {"URL": key.url, "ACCOUNT": key.account, "USER": key.user, "TOKEN": key.token}
    settings = {f"TENANTRY_{name}": value for name, value in names.items()}

    def run(*words: str, fails: bool = False) -> Any:
        said = subprocess.run(
            [sys.executable, "-c", STARTS["pyboomi_cli"], *words],
            env={**os.environ, **settings},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (said.returncode != 0) is fails, said.stderr + said.stdout
        printed = said.stderr if fails else said.stdout
        return json.loads(printed) if printed.startswith(("{", "[")) else printed

    return run


COMPONENT = """<bns:Component xmlns:bns="http://api.platform.boomi.com/" name="Orders" type="process" folderId="{}">
  <bns:object><process>by the command</process></bns:object>
</bns:Component>"""


def test_folders(pyboomi: Command) -> None:
    """Made below another, found by name, deleted; what is not there is an error of the command's own kind."""
    words = ("--output-format", "json")
    outer = pyboomi("folder", "create", "--name", "Outer", "--parent-name", "Programs", *words)
    inner = pyboomi("folder", "create", "--name", "Inner", "--parent-id", outer["id"], *words)
    assert inner["fullPath"] == "Programs/Outer/Inner"
    assert pyboomi("folder", "query", "--name", "Inner").strip() == f"{inner['id']}: Inner: Programs/Outer/Inner"
    assert "Error" in pyboomi("folder", "get", "RjoxMjM0NTY3OA", fails=True)


def test_components_and_packages(pyboomi: Command, sdk: BoomiPlatformClient) -> None:
    """Found by name among the newest versions, looked at by version, packaged."""
    folder = pyboomi("folder", "create", "--name", "Parts", "--parent-name", "Programs", "--output-format", "json")
    sdk.create_component(COMPONENT.format(folder["id"]))
    found = pyboomi("component", "list", "--name", "Orders", "--output-format", "json")
    assert found["folderId"] == folder["id"]
    assert (found["name"], found["version"], found["currentVersion"]) == ("Orders", 1, True)
    package = pyboomi("package", "create", found["componentId"], "--version", "1.0", "--output-format", "json")
    assert package["packageVersion"] == "1.0"
    assert package["packageId"] in json.dumps(pyboomi("package", "query", "--component-id", found["componentId"]))


def test_environments(pyboomi: Command) -> None:
    """Queried by the filters that the command writes."""
    assert pyboomi("environment", "query", "--classification", "TEST") is not None
    assert "Error" in pyboomi("environment", "get", "nonesuch", fails=True)
