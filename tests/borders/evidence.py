"""Which rule of the book is proven by which tests. `python -m tests.borders.evidence` prints the report.

Tests are found by name, without being imported: `test_acc_4_...` is about ACC-4, `test_priv_6_to_10_...` about five
rules, `test_role_15_and_sup_9_...` about two. A test marked `xfail` is a finding, not a proof. The tests of the
reference model prove nothing about the product and are left out. A process reads everything once.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from tests.borders.tree import PROJECT

BOOK: Final = PROJECT / "docs" / "rulebook"
TESTS: Final = PROJECT / "tests"
NOT_THE_PRODUCT: Final = ("reference",)

CHAPTERS: Final = {
    "ACC": 15,
    "GRP": 23,
    "SUP": 14,
    "ROLE": 20,
    "PRIV": 11,
    "EFF": 6,
    "ENTRY": 5,
    "ENV": 23,
    "FOLD": 17,
    "USER": 17,
    "SHARE": 22,
    "CLOUD": 9,
    "CONN": 10,
    "PACK": 12,
    "MODEL": 5,
    "PROC": 8,
    "TOK": 10,
    "API": 8,
    "IP": 4,
    "CORS": 4,
    "AUD": 4,
    "PWD": 13,
    "LOCK": 8,
    "MFA": 11,
    "SSO": 21,
    "ALERT": 2,
    "SESS": 9,
    "AGR": 5,
}
"""The chapters that are built, with the number of their last rule."""

PREFIXES: Final = (
    *("ACC", "GRP", "SUP", "ROLE", "PRIV", "EFF", "ENTRY", "ENV", "FOLD", "USER", "SHARE", "CLOUD", "CONN", "PROC"),
    *("PACK", "MODEL", "PWD", "LOCK", "MFA", "SSO", "SESS", "TOK", "IP", "CORS", "AGR", "ALERT", "AUD", "API", "UI"),
)
"""What ids begin with. Words of test names that are followed by a number and are not among these are no ids."""

ID: Final = re.compile(rf"\b(?:{'|'.join(PREFIXES)})-[1-9]\d?\b")
_NAMED: Final = re.compile(rf"(?:test|and)_({'|'.join(PREFIXES).lower()})_(\d+)(?:_to_(\d+))?(?=_|$)")


@dataclass(frozen=True)
class Rule:
    """One heading of the book. `where` holds the dotted names, below `tenantry`, of what enforces it."""

    id: str
    page: str
    sentence: str
    where: tuple[str, ...]


@dataclass
class Proofs:
    """Tests by the rule they name: those that prove, and those that are expected to fail."""

    proving: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    failing: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def named(self) -> set[str]:
        """Every id that any test names."""
        return {*self.proving, *self.failing}


def rules_in(page: str, text: str) -> list[Rule]:
    """The rules of one page."""
    found = []
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        paragraphs = [paragraph.strip() for paragraph in body.strip().split("\n\n")]
        where = next((p for p in paragraphs if p.startswith("Enforced in: ")), "")
        sentence = paragraphs[0] if paragraphs[0] != where else ""
        found.append(Rule(heading.strip(), page, sentence, tuple(re.findall(r"`([\w.]+)`", where))))
    return found


@cache
def book() -> tuple[Rule, ...]:
    """Every rule of every page."""
    pages = [page for page in sorted(BOOK.glob("*.md")) if page.name not in {"README.md", "later.md"}]
    return tuple(rule for page in pages for rule in rules_in(page.name, page.read_text()))


@cache
def later() -> dict[str, tuple[str, str]]:
    """What is built of a rule and what is missing, by rule; built is "no" where nothing is claimed."""
    rows = re.findall(r"^\| ([A-Z]+-\d+) \| (.+?) \| (.+?) \|$", (BOOK / "later.md").read_text(), re.MULTILINE)
    return {rule: (built, missing) for rule, built, missing in rows}


def ids_in(name: str) -> set[str]:
    """The rule ids that the name of a test holds."""
    found = set()
    for prefix, first, last in _NAMED.findall(name):
        found |= {f"{prefix.upper()}-{number}" for number in range(int(first), int(last or first) + 1)}
    return found


def expected_to_fail(function: ast.FunctionDef) -> bool:
    """Whether a decorator says that the test fails today."""
    return any("xfail" in ast.unparse(decorator) for decorator in function.decorator_list)


def proofs_in(source: str, place: str, proofs: Proofs) -> None:
    """Add what the tests of one file name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            kind = proofs.failing if expected_to_fail(node) else proofs.proving
            for rule in ids_in(node.name):
                kind[rule].append(f"{place}::{node.name}")


@cache
def proofs() -> Proofs:
    """All tests of the product."""
    found = Proofs()
    for file in sorted(TESTS.rglob("test_*.py")):
        place = file.relative_to(TESTS)
        if place.parts[0] not in NOT_THE_PRODUCT:
            proofs_in(file.read_text(), str(place), found)
    return found


def cited_by_the_rules() -> set[str]:
    """Every id that the code of the rules cites, in refusals as in docstrings."""
    folder = PROJECT / "src" / "tenantry" / "rules"
    return {rule for file in folder.glob("*.py") for rule in ID.findall(file.read_text())}


def exists(dotted: str) -> bool:
    """Whether a name such as `rules.inheritance.resolve` is defined there."""
    parts = dotted.split(".")
    if len(parts) == 1:
        return False
    return parts[-1] in names_in(PROJECT / "src" / "tenantry" / Path(*parts[:-1]).with_suffix(".py"))


@cache
def names_in(file: Path) -> set[str]:
    """What is defined at the top of a file; nothing where there is none."""
    names: set[str] = set()
    if not file.is_file():
        return names
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return names


def unproven(rules: Iterable[Rule], not_built: dict[str, tuple[str, str]], found: Proofs) -> list[str]:
    """The rules that are built, wholly or in part, and that no test proves."""
    claimed = (rule.id for rule in rules if not_built.get(rule.id, ("", ""))[0] != "no")
    return [rule for rule in claimed if not found.proving.get(rule)]


def report() -> str:
    """Rule by rule: how many tests prove it, what is missing, what is known to be wrong; last, what has no proof."""
    rules, partly, found = book(), later(), proofs()
    lines = []
    for rule in rules:
        built, missing = partly.get(rule.id, ("yes", ""))
        state = {"yes": "built", "no": "not built"}.get(built, "in part")
        findings = len(found.failing.get(rule.id, ()))
        lines.append(
            f"{rule.id:<9} {state:<9} {len(found.proving.get(rule.id, ())):>3} tests"
            + (f", {findings} expected to fail" if findings else "")
            + (f"; missing: {missing}" if missing else "")
        )
    without = unproven(rules, partly, found)
    lines += ["", f"{len(rules)} rules, {len(without)} built without evidence: {', '.join(without) or 'none'}"]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(report() + "\n")
