"""The command `pyboomi`, started as the documentation says: folders, components, packages, environments."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import Key
from tests.clients.test_documentation import STARTS

Command = Callable[..., Any]


@pytest.fixture
def pyboomi(key: Key, tmp_path: Path) -> Command:
    """Runs the command, which has to succeed, and reads what it prints."""
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
        return said.stderr if fails else json.loads(said.stdout)

    return run


def test_folders(pyboomi: Command) -> None:
    """Made below another, found by name, deleted; what is not there is an error of the command's own kind."""
    outer = pyboomi("folder", "create", "--name", "Outer", "--output-format", "json")
    inner = pyboomi("folder", "create", "--name", "Inner", "--parent-id", outer["id"], "--output-format", "json")
    assert inner["fullPath"].endswith("Outer/Inner")
    assert pyboomi("folder", "query", "--name", "Inner")
    assert "Error" in pyboomi("folder", "get", "RjoxMjM0NTY3OA", fails=True)


def test_environments(pyboomi: Command) -> None:
    """Queried by the filters that the command writes."""
    assert pyboomi("environment", "query", "--classification", "TEST") is not None
    assert "Error" in pyboomi("environment", "get", "nonesuch", fails=True)
