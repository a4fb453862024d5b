"""What is tested is what is served, and both come from the public package index."""

import re

import pytest

from tests.borders.tree import PROJECT

LOCKS = ("build", "run", "dev")


def pins(name: str) -> dict[str, str]:
    """Release by distribution in a lock. (For which platforms is left out: the tests need some on more of them.)"""
    text = (PROJECT / "requirements" / f"{name}.lock").read_text()
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z,]+\])?==([^ ;\\]+)", text, flags=re.MULTILINE))


def test_the_development_lock_repeats_the_run_lock() -> None:
    """The tests run with exactly the releases that `make setup` installs."""
    assert pins("run").items() <= pins("dev").items()
    assert {"django", "granian", "psycopg"} <= set(pins("run"))


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_a_hash(name: str) -> None:
    """An index that is tampered with cannot slip in another file."""
    text = (PROJECT / "requirements" / f"{name}.lock").read_text()
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    assert [block.splitlines()[0] for block in blocks if "==" in block and "--hash=sha256:" not in block] == []
    assert "==" in text


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_other_source(name: str) -> None:
    """No index, folder or file of the machine that compiled it."""
    text = (PROJECT / "requirements" / f"{name}.lock").read_text()
    assert re.findall(r"--(?:extra-)?index-url|--find-links|--trusted-host| @ ", text) == []
