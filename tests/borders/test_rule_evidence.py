"""Every rule that is built is proven, and nothing is claimed that is not."""

import re
import subprocess
import sys

import pytest

from tenantry.rules import refusals as no
from tests.borders import evidence
from tests.borders.evidence import Proofs, Rule
from tests.borders.tree import PROJECT

EXPECTED = {f"{chapter}-{number}" for chapter, last in evidence.CHAPTERS.items() for number in range(1, last + 1)}


def test_the_book_has_every_rule_of_the_chapters_built_once() -> None:
    """ACC, ROLE, PRIV, EFF, ENTRY, USER, AUD from the first rule to the last, and no id twice."""
    ids = [rule.id for rule in evidence.book()]
    assert len(ids) == len(set(ids))
    assert set(ids) >= EXPECTED
    assert {rule for rule in ids if rule.partition("-")[0] in evidence.CHAPTERS} == EXPECTED


@pytest.mark.parametrize("rule", evidence.book(), ids=lambda rule: rule.id)
def test_each_rule_is_one_sentence_and_says_where_it_is_enforced(rule: Rule) -> None:
    """One sentence in plain words, and names that exist; a rule that is not built names nothing."""
    assert evidence.ID.fullmatch(rule.id)
    assert rule.sentence.endswith(".")
    assert len(rule.sentence) < 250
    assert ". " not in rule.sentence
    built = evidence.later().get(rule.id, ("yes", ""))[0]
    assert bool(rule.where) or built == "no"
    assert [name for name in rule.where if not evidence.exists(name)] == []


def test_every_rule_that_is_built_is_proven() -> None:
    """Wholly or in part: at least one test that passes carries its id."""
    report = evidence.report()
    print(report)  # noqa: T201 - the report is part of what this test has to say
    without = evidence.unproven(evidence.book(), evidence.later(), evidence.proofs())
    assert without == [], report


def test_no_test_names_a_rule_that_is_not_in_the_book() -> None:
    """A misspelt id proves nothing; a new rule gets its heading first."""
    known = {rule.id for rule in evidence.book()}
    found = evidence.proofs()
    strangers = {rule: found.proving[rule] + found.failing[rule] for rule in found.named() - known}
    assert strangers == {}


def test_nothing_is_claimed_of_what_is_not_built() -> None:
    """A rule said to be unbuilt has no test; what has one belongs into the book as built, or built in part."""
    found = evidence.proofs()
    assert {rule for rule, (built, _) in evidence.later().items() if built == "no" and found.proving.get(rule)} == set()


def test_what_comes_later_is_in_the_book_and_says_what_is_missing() -> None:
    """The table speaks of rules of the book, each once."""
    text = (evidence.BOOK / "later.md").read_text()
    rows = [line for line in text.splitlines() if re.match(r"\| [A-Z]+-", line)]
    assert len(rows) == len(evidence.later())
    assert set(evidence.later()) <= {rule.id for rule in evidence.book()}


@pytest.mark.parametrize(
    "kind",
    [kind for kind in vars(no).values() if isinstance(kind, type) and hasattr(kind, "code")],
    ids=lambda kind: kind.__name__,
)
def test_every_refusals_rule_is_in_the_book(kind: type[no.Refusal]) -> None:
    """Who is refused can read why."""
    assert kind.rule in {rule.id for rule in evidence.book()}


def test_every_id_the_rules_cite_is_in_the_book() -> None:
    """In refusals, answers and docstrings of the rules alike."""
    assert evidence.cited_by_the_rules() - {rule.id for rule in evidence.book()} == set()


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("test_acc_4_a_suspended_account", {"ACC-4"}),
        ("test_acc_4", {"ACC-4"}),
        ("test_role_15_and_sup_9_the_parent", {"ROLE-15", "SUP-9"}),
        ("test_priv_6_to_10_each_action", {"PRIV-6", "PRIV-7", "PRIV-8", "PRIV-9", "PRIV-10"}),
        ("test_user_11_the_last_of_2_administrators", {"USER-11"}),
        ("test_a_user_2_accounts", set()),
        ("test_page_3_of_5", set()),
        ("test_role_x", set()),
    ],
)
def test_ids_are_read_off_names(name: str, ids: set[str]) -> None:
    """One, two, or a row of them; numbers elsewhere are numbers."""
    assert evidence.ids_in(name) == ids


def test_a_test_that_is_expected_to_fail_proves_nothing() -> None:
    """It is counted as a finding."""
    found = Proofs()
    source = "@pytest.mark.xfail(reason='x')\ndef test_acc_1_a(): ...\ndef test_acc_2_b(): ...\ndef other_acc_3(): ..."
    evidence.proofs_in(source, "f", found)
    assert (dict(found.proving), dict(found.failing)) == (
        {"ACC-2": ["f::test_acc_2_b"]},
        {"ACC-1": ["f::test_acc_1_a"]},
    )
    rules = [Rule(rule, "p", "s.", ()) for rule in ("ACC-1", "ACC-2", "ACC-3")]
    assert evidence.unproven(rules, {"ACC-3": ("no", "x")}, found) == ["ACC-1"]
    assert evidence.unproven(rules, {"ACC-3": ("half", "x")}, found) == ["ACC-1", "ACC-3"]


def test_a_name_that_is_not_there_is_seen() -> None:
    """The places where rules are enforced are looked up in the source."""
    assert evidence.exists("rules.inheritance.resolve")
    assert evidence.exists("rules.accounts.CLOSED")
    assert not evidence.exists("rules.roles.dissolve")
    assert not evidence.exists("rules.rolls.resolve")
    assert not evidence.exists("resolve")


def test_the_reference_model_is_no_evidence() -> None:
    """Its tests carry rule ids, and say nothing about the product."""
    places = [place for named in evidence.proofs().proving.values() for place in named]
    assert not [place for place in places if place.startswith("reference/")]


def test_the_report_can_be_asked_for() -> None:
    """`python -m tests.borders.evidence` prints every rule."""
    run = [sys.executable, "-m", "tests.borders.evidence"]
    printed = subprocess.run(run, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    for rule in evidence.book():
        assert re.search(rf"^{rule.id} +(built|in part|not built)", printed, re.MULTILINE)
