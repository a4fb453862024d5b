"""Chapter ENTRY: the checks of entering, their order, and where a sign-in lands."""

import itertools

import pytest

from tenantry.rules import refusals as no
from tenantry.rules.entry import SWITCHABLE, Step, first_failure, landing_account
from tenantry.rules.vocabulary import AccountId

A, B, C = AccountId("a"), AccountId("b"), AccountId("c")


def test_entry_1_nobody_without_an_enterable_account_signs_in() -> None:
    """A user with no enterable account at all cannot sign in."""
    assert landing_account(None, []) is None
    assert landing_account(A, []) is None


def test_entry_2_the_list_rests_on_steps_two_to_four() -> None:
    """The list "Switch Account..." has exactly the accounts for which steps 2-4 pass."""
    assert SWITCHABLE == (Step.ACCOUNT_STATUS, Step.SINGLE_SIGN_ON, Step.EFFECTIVE)
    assert [step.value for step in SWITCHABLE] == [2, 3, 4]


def test_entry_3_the_default_account_where_it_can_be_entered() -> None:
    """A sign-in lands in the default account."""
    assert landing_account(B, [A, B, C]) == B


@pytest.mark.parametrize("default", [None, B])
def test_entry_3_else_the_first_enterable_account_in_name_order(default: AccountId | None) -> None:
    """If it cannot be entered, the next enterable account in name order is used."""
    assert landing_account(default, [C, A]) == C


ORDER = (
    "IDENTITY",
    "ACCOUNT_STATUS",
    "SINGLE_SIGN_ON",
    "EFFECTIVE",
    "SESSION_TIME_OUT",
    "PASSWORD_POLICY",
    "TWO_FACTOR",
    "CONCURRENCY",
    "USAGE_AGREEMENT",
)


def test_entry_1_the_order_of_the_checks() -> None:
    """Sign-in and Switch Account run nine checks in one order."""
    assert tuple(step.name for step in Step) == ORDER
    assert [step.value for step in Step] == list(range(1, 10))


@pytest.mark.parametrize(("early", "late"), list(itertools.combinations(range(9), 2)))
def test_entry_1_the_first_failure_decides(early: int, late: int) -> None:
    """Of two failing checks the earlier one decides, in whatever order they were made."""
    first, second = no.UserLocked(), no.NoRoles(account="a")
    steps = [Step[ORDER[early]], Step[ORDER[late]]]
    assert first_failure({steps[0]: lambda: first, steps[1]: lambda: second}) is first
    assert first_failure({steps[1]: lambda: second, steps[0]: lambda: first}) is first
    assert first_failure({steps[0]: lambda: None, steps[1]: lambda: second}) is second


def test_entry_1_nothing_failed() -> None:
    """No check, or none that failed, is no refusal."""
    assert first_failure({}) is None
    assert first_failure(dict.fromkeys(Step, lambda: None)) is None
