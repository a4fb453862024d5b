"""PRIV-9: when a scheduled process runs next, what a schedule may be, and how it is said."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from tenantry.rules import refusals as no
from tenantry.rules.schedules import (
    WEEK,
    Daily,
    Day,
    Every,
    Schedule,
    When,
    check_schedulable,
    check_when,
    check_zone,
    in_words,
    next_run,
)
from tenantry.rules.vocabulary import Instant

BERLIN, SAMOA, UTC_ZONE = "Europe/Berlin", "Pacific/Apia", "UTC"
ALL = frozenset(WEEK)
AT_2_30 = Daily(time(2, 30), ALL)


def at(text: str) -> Instant:
    """An instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def following(when: When, zone: str, after: str) -> Instant | None:
    """The run after it, by the clocks of a zone."""
    return next_run(Schedule(when, zone), at(after), ZoneInfo(zone))


def runs(when: When, zone: tzinfo, after: Instant, number: int) -> list[Instant]:
    """That many runs, each found from the one before."""
    found = [after]
    for _ in range(number):
        run = next_run(Schedule(when, "x"), found[-1], zone)
        assert run is not None
        found.append(run)
    return found[1:]


@pytest.mark.parametrize(
    ("when", "zone", "after", "expected"),
    [
        (Every(15), UTC_ZONE, "2026-05-04T12:00", "2026-05-04T12:15"),
        (Every(15), UTC_ZONE, "2026-05-04T12:14:59", "2026-05-04T12:15"),
        (Every(1440), BERLIN, "2026-05-04T12:00", "2026-05-04T22:00"),
        (Every(50), UTC_ZONE, "2026-05-04T23:30", "2026-05-05T00:00"),
        (Every(60), "Asia/Kolkata", "2026-05-04T12:00", "2026-05-04T12:30"),
        (Daily(time(6, 30), ALL), BERLIN, "2026-05-04T04:29", "2026-05-04T04:30"),
        (Daily(time(6, 30), ALL), BERLIN, "2026-05-04T04:30", "2026-05-05T04:30"),
        (Daily(time(6, 30), frozenset({Day.MON})), BERLIN, "2026-05-04T04:30", "2026-05-11T04:30"),
        (Daily(time(0, 30), frozenset({Day.TUE})), BERLIN, "2026-05-04T22:00", "2026-05-04T22:30"),
        (AT_2_30, BERLIN, "2026-03-28T12:00", "2026-03-29T01:00"),
        (AT_2_30, BERLIN, "2026-10-24T12:00", "2026-10-25T00:30"),
        (AT_2_30, BERLIN, "2026-10-25T00:30", "2026-10-26T01:30"),
        (Daily(time(9), ALL), SAMOA, "2011-12-29T19:00", "2011-12-30T19:00"),
        (Daily(time(9), frozenset({Day.FRI})), SAMOA, "2011-12-29T19:00", "2012-01-05T19:00"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_priv_9_a_schedule_runs_next(when: When, zone: str, after: str, expected: str) -> None:
    """By the clocks of its zone: later than the instant asked about, once where clocks repeat a time, at the moment
    they skip one, and never on a day that a place leaves out.
    """
    assert following(when, zone, after) == at(expected)


def test_priv_9_a_paused_schedule_has_no_next_run() -> None:
    """Neither kind."""
    for when in (Every(1), AT_2_30):
        assert next_run(Schedule(when, "UTC", enabled=False), at("2026-05-04T12:00"), UTC) is None


@pytest.mark.parametrize(
    ("zone", "after"),
    [
        (BERLIN, "2026-10-24T21:00"),
        (BERLIN, "2026-03-28T21:00"),
        (SAMOA, "2011-12-30T08:00"),
        ("America/St_Johns", "2006-10-29T02:00"),
        ("Australia/Lord_Howe", "2026-04-04T12:00"),
    ],
)
@pytest.mark.parametrize("minutes", [1, 7, 50, 1440])
def test_priv_9_an_interval_is_never_exceeded(zone: str, after: str, minutes: int) -> None:
    """Also where clocks go back over midnight, or a day is left out: minutes that pass are counted, not those shown."""
    found = runs(Every(minutes), ZoneInfo(zone), at(after), 60)
    assert max(later - earlier for earlier, later in pairwise(found)) <= timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("when", "refusal"),
    [
        (Every(0), no.ScheduleIntervalInvalid(limit=1440)),
        (Every(1), None),
        (Every(1440), None),
        (Every(1441), no.ScheduleIntervalInvalid(limit=1440)),
        (Daily(time(6), frozenset({Day.SUN})), None),
        (Daily(time(6), frozenset()), no.ScheduleDaysInvalid()),
        (Daily(time(6, 0, 1), ALL), no.ScheduleTimeInvalid()),
        (Daily(time(6, tzinfo=UTC), ALL), no.ScheduleTimeInvalid()),
    ],
)
def test_priv_9_what_a_schedule_may_be(when: When, refusal: no.Refusal | None) -> None:
    """From every minute to once a day, or at a full minute on one day of the week or more."""
    assert check_when(when) == refusal


def test_priv_9_only_processes_are_scheduled_in_known_zones() -> None:
    """Everything else that is deployed serves, and a zone is one of the database."""
    assert check_schedulable("Orders", "process") is None
    assert check_schedulable("Shop", "api_service") == no.NotSchedulable(component="Shop")
    assert check_zone("UTC", {"UTC"}) is None
    assert check_zone("Mars", {"UTC"}) == no.TimeZoneUnknown(time_zone="Mars")


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (Every(1), "Every minute, from midnight on (America/New York)"),
        (Every(90), "Every 90 minutes, from midnight on (America/New York)"),
        (Daily(time(6, 5), ALL), "Every day at 06:05 (America/New York)"),
        (Daily(time(6, 5), frozenset({Day.FRI, Day.MON})), "At 06:05 on Monday, Friday (America/New York)"),
    ],
)
def test_priv_9_a_schedule_in_words(when: When, words: str) -> None:
    """As pages and the log say it, days in their order."""
    assert in_words(Schedule(when, "America/New_York")) == words
