"""The rule book's tests need Python and pytest, and nothing else: no Django, no database, no plug-in."""

import os
import subprocess
import sys

from tests.borders.tree import PROJECT

ALONE = """
import sys

ALLOWED = {"tenantry", "tests", "pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments", "py"}


class NobodyElse:
    def find_spec(self, name, path=None, target=None):
        root = name.partition(".")[0]
        if root.startswith("_sysconfigdata"):  # of the standard library, and named after the machine
            return None
        if root not in ALLOWED and root not in sys.stdlib_module_names:
            raise ImportError(f"{name} is not to be imported here")
        if root == "tenantry" and name != "tenantry" and not (name + ".").startswith("tenantry.rules."):
            raise ImportError(f"{name} is not among the rules")
        return None


sys.meta_path.insert(0, NobodyElse())
sys.path[:0] = ["."]
import pytest

sys.exit(pytest.main(sys.argv[1:]))
"""


def alone(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in a process of its own that can import the rules and their tests alone."""
    options = ["-q", "-p", "no:django", "-p", "no:cacheprovider", "--noconftest", "-c", os.devnull, "--rootdir", "."]
    return subprocess.run(
        [sys.executable, "-c", ALONE, *options, "--import-mode=importlib", *arguments],
        cwd=PROJECT,
        env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": ":".join(_our_paths())},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def _our_paths() -> list[str]:
    """Where this process found the product, so that the other one looks at the same."""
    import tenantry

    assert tenantry.__file__ is not None
    return [tenantry.__file__.rpartition("/tenantry/")[0]]


def test_the_rule_book_is_proven_without_django() -> None:
    """All of it runs, and passes, where neither Django nor any other package can be imported."""
    run = alone("tests/rulebook")
    assert run.returncode == 0, run.stdout + run.stderr
    assert " passed" in run.stdout


def test_the_wall_is_one() -> None:
    """A test that wants Django, a table or a plug-in would fail there."""
    for file in ("tests/store/test_migrations.py", "tests/store/test_sqlite_defaults.py"):
        run = alone(file)
        assert run.returncode != 0
        assert "is not to be imported here" in run.stdout
