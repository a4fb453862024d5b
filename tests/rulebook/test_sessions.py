"""Chapters SESS and AGR: locks, numbers and ends of sessions, and the usage agreement."""

from datetime import timedelta

import pytest

from tenantry.rules import refusals as no
from tenantry.rules.agreements import (
    MESSAGE_LIMIT,
    NO_AGREEMENT,
    TITLE_LIMIT,
    Agreement,
    check_accepted,
    check_agreement,
)
from tenantry.rules.sessions import (
    NO_SETTINGS,
    Idle,
    SessionSettings,
    check_concurrency,
    check_time_out,
    idle_state,
    settings_for,
)
from tenantry.rules.vocabulary import AccountId
from tests.rulebook.world import AT, TICK

ACME = AccountId("acme")
LOCKS, LIMITS = SessionSettings(lock_inactive=True), SessionSettings(limited=True)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("idle", "state"),
    [
        (timedelta(0), Idle.OPEN),
        (15 * MINUTE - TICK, Idle.OPEN),
        (15 * MINUTE, Idle.LOCKED),
        (30 * MINUTE - TICK, Idle.LOCKED),
        (30 * MINUTE, Idle.ENDED),
        (timedelta(days=2), Idle.ENDED),
    ],
)
def test_sess_3_a_session_locks_after_15_minutes_and_ends_after_30_in_all(idle: timedelta, state: Idle) -> None:
    """Counted from when keyboard or mouse were last used."""
    assert idle_state(AT - idle, AT) is state


def test_sess_5_a_change_takes_effect_at_the_next_sign_in() -> None:
    """A session goes by the latest settings that held already when its person signed in."""
    history = [(AT, LOCKS), (AT + MINUTE, LIMITS), (AT + 2 * MINUTE, NO_SETTINGS)]
    assert settings_for(history, AT - TICK) == NO_SETTINGS
    assert settings_for(history, AT) == LOCKS
    assert settings_for(history, AT + MINUTE - TICK) == LOCKS
    assert settings_for(history, AT + MINUTE) == LIMITS
    assert settings_for(history, AT + 3 * MINUTE) == NO_SETTINGS
    assert settings_for([], AT) == NO_SETTINGS


def test_sess_7_two_sessions_at_most() -> None:
    """With two that are in already, a third is refused; where the account does not limit them, any number is fine."""
    assert check_concurrency(ACME, LIMITS, 0) is None
    assert check_concurrency(ACME, LIMITS, 1) is None
    assert check_concurrency(ACME, LIMITS, 2) == no.TooManySessions(account=ACME, most=2)
    assert check_concurrency(ACME, LOCKS, 99) is None


def test_sess_9_four_hours_after_sign_in() -> None:
    """To the instant, and only in an account that is licensed so."""
    assert check_time_out(ACME, AT, AT + timedelta(hours=4) - TICK, times_out=True) is None
    assert check_time_out(ACME, AT, AT + timedelta(hours=4), times_out=True) == no.SessionTimedOut(account=ACME)
    assert check_time_out(ACME, AT, AT + timedelta(days=9), times_out=False) is None


def test_agr_1_title_and_message_are_limited_and_both_needed_when_it_is_on() -> None:
    """120 and 2000 characters; off, they may be empty."""
    assert check_agreement(Agreement(on=True, title="x" * TITLE_LIMIT, message="y" * MESSAGE_LIMIT)) is None
    assert (TITLE_LIMIT, MESSAGE_LIMIT) == (120, 2000)
    assert check_agreement(NO_AGREEMENT) is None
    assert check_agreement(Agreement(on=True, title=" ", message="y")) == no.AgreementTextMissing(member="title")
    assert check_agreement(Agreement(on=True, title="x", message="")) == no.AgreementTextMissing(member="message")
    assert check_agreement(Agreement(title="x" * 121)) == no.AgreementTextTooLong(member="title", limit=120)
    assert check_agreement(Agreement(message="x" * 2001)) == no.AgreementTextTooLong(member="message", limit=2000)


def test_agr_3_it_is_accepted_at_every_entry_as_it_reads_now() -> None:
    """An edition that was replaced meanwhile was not read."""
    shown = Agreement(on=True, title="Terms", message="Be kind.", edition=3)
    refused = no.AgreementNotAccepted(account=ACME)
    assert check_accepted(ACME, shown, None) == refused
    assert check_accepted(ACME, shown, 2) == refused
    assert check_accepted(ACME, shown, 3) is None
    assert check_accepted(ACME, NO_AGREEMENT, None) is None
