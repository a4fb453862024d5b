"""ALERT: levels, types, times, judged by the pure rules."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from tenantry.rules import refusals as no
from tenantry.rules.alerts import (
    LEVELS,
    NOTICE_LIMIT,
    EventType,
    check_level,
    check_may_enter,
    check_notice,
    check_subscription,
    level_of,
    next_collection,
    reaches,
)
from tenantry.rules.reporting import Outcome
from tenantry.rules.vocabulary import AccountId

AT = datetime(2031, 5, 20, 12, tzinfo=UTC)


def test_alert_1_a_level_includes_those_after_it() -> None:
    """INFO includes WARNING includes ERROR."""
    told = {(one, other) for one, other in product(LEVELS, LEVELS) if reaches(one, other)}
    assert told == {
        *(("info", level) for level in ("info", "warning", "error")),
        *(("warning", level) for level in ("warning", "error")),
        ("error", "error"),
    }
    assert check_level("warning") is None
    assert isinstance(check_level("none"), no.AlertLevelUnknown)


@pytest.mark.parametrize("wanted", EventType)
def test_alert_1_all_and_single_types_exclude_each_other(wanted: EventType) -> None:
    """One for a type; ALL beside nothing, and nothing beside ALL."""
    assert check_subscription(wanted, frozenset()) is None
    for held in EventType:
        refusal = check_subscription(wanted, frozenset({held}))
        if held is wanted:
            assert isinstance(refusal, no.AlertTypeTaken)
        elif EventType.ALL in {held, wanted}:
            assert isinstance(refusal, no.AlertAllExcludesTypes)
        else:
            assert refusal is None


def test_alert_2_mails_are_collected_at_the_quarters_of_an_hour() -> None:
    """What happens at a quarter belongs to the next one."""
    minutes = {0: 15, 1: 15, 14: 15, 15: 30, 44: 45, 45: 60, 59: 60}
    for minute, due in minutes.items():
        assert next_collection(AT + timedelta(minutes=minute)) == AT + timedelta(minutes=due)
        assert next_collection(AT + timedelta(minutes=minute, seconds=59)) == AT + timedelta(minutes=due)
    assert next_collection(datetime(2031, 12, 31, 23, 50, tzinfo=UTC)) == datetime(2032, 1, 1, tzinfo=UTC)


def test_alert_2_only_accounts_that_one_can_enter_may_be_chosen() -> None:
    """Any other is refused."""
    assert check_may_enter(AccountId("a"), [AccountId("a"), AccountId("b")]) is None
    assert isinstance(check_may_enter(AccountId("c"), [AccountId("a")]), no.AlertAccountNotEnterable)


def test_alert_1_executions_are_told_of_by_how_they_ended() -> None:
    """One that goes on is not told of."""
    assert {outcome: level_of(outcome) for outcome in Outcome} == {
        Outcome.STARTED: None,
        Outcome.COMPLETE: "info",
        Outcome.ABORTED: "warning",
        Outcome.ERROR: "error",
    }


def test_alert_1_a_notification_says_something_and_ends_later_if_at_all() -> None:
    """And an account shows ten at most."""
    assert check_notice("Closed on Monday", None, AT, 9) is None
    assert check_notice("Closed on Monday", AT + timedelta(seconds=1), AT, 0) is None
    for text in ("", "  ", "x" * (NOTICE_LIMIT + 1), "a\x00b"):
        assert isinstance(check_notice(text, None, AT, 0), no.NoticeTextInvalid)
    assert isinstance(check_notice("x", AT, AT, 0), no.NoticeEndInvalid)
    assert isinstance(check_notice("x", None, AT, 10), no.NoticesFull)
