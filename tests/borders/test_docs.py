"""The documentation says what is there: refusals, settings and folders."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from tenantry.console.refusal_table import STATUS, anchor_of, status_of
from tenantry.rules import refusals as no

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "tenantry"


REFUSALS = tuple(
    kind
    for kind in vars(no).values()
    if isinstance(kind, type) and issubclass(kind, no.Refusal) and hasattr(kind, "sentence")
)
"""Every refusal that can be raised."""


@pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: kind.__name__)
def test_every_refusal_has_a_status_a_sentence_and_a_heading(kind: type[no.Refusal]) -> None:
    """A refusal is mapped once: to a status, to a sentence that fills in, and to its place in the documentation."""
    refusal = kind(**dict.fromkeys((field.name for field in fields(kind)), "x"))
    assert status_of(refusal) in {status for _, status in STATUS}
    assert refusal.message
    assert "{" not in refusal.message
    assert re.fullmatch(r"[A-Z]+-\d+", refusal.rule)
    assert f"\n### {anchor_of(refusal)}\n" in (ROOT / "docs" / "refusals.md").read_text()


def test_no_heading_is_left_of_a_refusal_that_is_gone() -> None:
    """Each heading belongs to a refusal."""
    headings = re.findall(r"^### (\S+)$", (ROOT / "docs" / "refusals.md").read_text(), re.MULTILINE)
    assert sorted(headings) == sorted({kind.code.replace("_", "-") for kind in REFUSALS})


def test_two_kinds_share_a_code_only_where_clients_act_alike() -> None:
    """`no_roles` is one answer with two sentences; every other code is one kind's."""
    codes = [kind.code for kind in REFUSALS]
    assert {code for code in codes if codes.count(code) > 1} == {"no_roles"}


def test_every_setting_is_explained() -> None:
    """What the settings read from the environment is in the table, and nothing else is."""
    read = set(re.findall(r"TENANTRY_[A-Z_]+", (SRC / "web" / "settings.py").read_text()))
    told = set(re.findall(r"^\| `(TENANTRY_[A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE))
    assert told == read - {"TENANTRY_RELOAD"}


def test_the_folder_map_is_the_tree() -> None:
    """The architecture page lists the folders there are."""
    told = set(re.findall(r"^\| `src/tenantry/(\w+)/`", (ROOT / "docs" / "architecture.md").read_text(), re.MULTILINE))
    there = {folder.name for folder in SRC.iterdir() if (folder / "__init__.py").exists()}
    assert told == there


def test_every_link_of_the_documentation_leads_somewhere() -> None:
    """Links between pages name files that exist."""
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)[^)]*\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
