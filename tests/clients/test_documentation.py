"""What the documentation shows of each client does what it says."""

import os
import re
import subprocess
import sys

import pytest

from tests.borders.tree import PROJECT
from tests.clients.conftest import Key

PAGE = (PROJECT / "docs" / "platform-api.md").read_text()
STARTS = {
    name: block
    for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    for name in ("from boomi", "pyboomi_cli", "pyboomi_platform")
    if name in block and (name != "pyboomi_platform" or "pyboomi_cli" not in block)
}


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("from boomi", [], "'Administrator'"),
        ("pyboomi_platform", [], "'Administrator'"),
        ("pyboomi_cli", ["environment", "query"], "numberOfResults"),
    ],
)
def test_the_start_of_each_client(name: str, arguments: list[str], told: str, key: Key) -> None:
    """As it stands there, with an address and a token of one's own."""
    names = {"URL": key.url, "ACCOUNT": key.account, "USER": key.user, "TOKEN": key.token}
    settings = {f"TENANTRY_{name}": value for name, value in names.items()}
    said = subprocess.run(
        [sys.executable, "-c", STARTS[name], *arguments],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert told in said.stdout
