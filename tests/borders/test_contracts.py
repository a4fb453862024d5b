"""Every import contract is seen to break: a contract that cannot fail protects nothing."""

import os
import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Violation:
    """An import, planted in the module at `importer`, that breaks the contract with that section name."""

    contract: str
    importer: str
    statement: str
    imported: str | None = None
    """The module that must be there for the import to count, when the product may not have it yet."""


VIOLATIONS = (
    Violation("rules", "rules/decide.py", "from django.db import models"),
    Violation("rules", "rules/decide.py", "import msgspec"),
    Violation("rules", "rules/decide.py", "import time"),
    Violation("rules", "rules/decide.py", "from tenantry.accounts import queries", "accounts/queries.py"),
    Violation("one-place-decides", "users/commands.py", "from tenantry.rules import decide", "rules/decide.py"),
    Violation("one-place-decides", "roles/console.py", "from tenantry.rules import access", "rules/access.py"),
    Violation(
        "reads-stay-below-writes", "users/queries.py", "from tenantry.users import commands", "users/commands.py"
    ),
    Violation("reads-stay-below-writes", "roles/models.py", "from tenantry.users import console", "users/console.py"),
    Violation(
        "reads-stay-below-writes", "roles/queries.py", "import tenantry.command_line", "command_line/__init__.py"
    ),
    Violation("commands-know-no-door", "roles/commands.py", "from tenantry.roles import console", "roles/console.py"),
    Violation("commands-know-no-door", "users/commands.py", "from tenantry.web import urls", "web/urls.py"),
    Violation("doors-touch-no-table", "users/console.py", "from tenantry.users import models", "users/models.py"),
    Violation("writes-stay-at-home", "users/commands.py", "from tenantry.roles import models", "roles/models.py"),
    Violation("doors-touch-no-table", "runtimes/api.py", "from tenantry.runtimes import models", "runtimes/models.py"),
    Violation("own-interface", "own_api/grants.py", "from tenantry.users import models", "users/models.py"),
    Violation("own-interface-is-a-door", "command_line/jobs.py", "import tenantry.own_api", "own_api/__init__.py"),
    Violation("access-interface", "access_api/clients.py", "from tenantry.tokens import models", "tokens/models.py"),
    Violation(
        "access-interface-is-a-door", "command_line/jobs.py", "import tenantry.access_api", "access_api/__init__.py"
    ),
    Violation("reference-stands-alone", "runtimes/reference.py", "import msgspec"),
    Violation("client-stands-alone", "client/client.py", "from tenantry.store import revisions", "store/revisions.py"),
    Violation("client-stands-alone", "client/client.py", "import django.conf"),
    Violation("storeys", "store/transaction.py", "from tenantry.accounts import models", "accounts/models.py"),
    Violation("storeys", "decisions/guard.py", "from tenantry.estate import load", "estate/load.py"),
    Violation("storeys", "web/urls.py", "import tenantry.command_line", "command_line/__init__.py"),
)


@pytest.fixture(scope="module")
def clean_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the product's source and of its contracts, nothing planted."""
    copy = tmp_path_factory.mktemp("clean")
    ignored = shutil.ignore_patterns("__pycache__", "static", "templates", "demo", "*.egg-info")
    shutil.copytree(PROJECT / "src", copy / "src", ignore=ignored)
    shutil.copy(PROJECT / ".importlinter", copy)
    return copy


def contracts() -> dict[str, str]:
    """The name of each contract, by the last part of its section."""
    linter = ConfigParser()
    linter.read(PROJECT / ".importlinter")
    head = "importlinter:contract:"
    return {section.removeprefix(head): linter[section]["name"] for section in linter if section.startswith(head)}


def plant(source: Path, violation: Violation) -> None:
    """Write the violation into the copy; modules that are missing are made."""
    package = source / "src" / "tenantry"
    for module in filter(None, (violation.imported, violation.importer)):
        (package / module).parent.mkdir(exist_ok=True)
        for file in ((package / module).parent / "__init__.py", package / module):
            file.touch()
    with (package / violation.importer).open("a") as importer:
        importer.write(f"\n{violation.statement}\n")


def broken_contracts(source: Path) -> set[str]:
    """Names of the contracts that are broken in this copy; the linter's own errors fail the test."""
    linter = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=source,
        # The copy goes before the installed product; the project is where the contract types are.
        env={**os.environ, "PYTHONPATH": f"{source / 'src'}:{PROJECT}", "COLUMNS": "200", "NO_COLOR": "1"},
        check=False,
        capture_output=True,
        text=True,
    )
    verdicts = dict(re.findall(r"^(.+?) (KEPT|BROKEN)", linter.stdout, flags=re.MULTILINE))
    assert set(verdicts) == set(contracts().values()), linter.stdout + linter.stderr
    broken = {name for name, verdict in verdicts.items() if verdict == "BROKEN"}
    assert (linter.returncode != 0) == bool(broken)
    return broken


def test_every_contract_is_kept(clean_source: Path) -> None:
    """The product as it is keeps every contract, so a broken one below is broken by what was planted."""
    assert broken_contracts(clean_source) == set()


@pytest.mark.parametrize("violation", VIOLATIONS, ids=lambda violation: f"{violation.contract}: {violation.statement}")
def test_a_planted_violation_breaks_its_contract(clean_source: Path, tmp_path: Path, violation: Violation) -> None:
    """The contract that forbids the planted import says so."""
    shutil.copytree(clean_source, tmp_path / "planted")
    plant(tmp_path / "planted", violation)
    assert contracts()[violation.contract] in broken_contracts(tmp_path / "planted")


def test_every_contract_has_a_planted_violation() -> None:
    """A new contract comes with its own violation."""
    assert {violation.contract for violation in VIOLATIONS} == set(contracts())
