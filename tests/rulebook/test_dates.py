"""When a day begins, wherever somebody is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tenantry.rules.dates import start_of_day

BEGINNINGS = {
    "an ordinary day": ("2026-11-29", "Europe/Berlin", "2026-11-28T23:00:00Z", "00:00"),
    "far in the east": ("2026-11-29", "Pacific/Kiritimati", "2026-11-28T10:00:00Z", "00:00"),
    "far in the west": ("2026-11-29", "Pacific/Niue", "2026-11-29T11:00:00Z", "00:00"),
    "half an hour off": ("2026-11-29", "Asia/Kathmandu", "2026-11-28T18:15:00Z", "00:00"),
    "clocks change later that day": ("2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00Z", "00:00"),
    "no midnight": ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z", "01:00"),
    "no midnight either": ("2022-03-27", "Asia/Beirut", "2022-03-26T22:00:00Z", "01:00"),
    "the hour before midnight comes twice": ("2022-10-30", "Asia/Beirut", "2022-10-29T22:00:00Z", "00:00"),
    "two midnights": ("2013-11-03", "America/Havana", "2013-11-03T04:00:00Z", "00:00"),
    "clocks go forward half an hour before midnight": (
        "1919-03-31",
        "America/Toronto",
        "1919-03-31T04:30:00Z",
        "00:30",
    ),
    "a day that was left out": ("2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00Z", "00:00"),
}
"""The day, the zone, when it begins there, and what clocks show at that instant."""


@pytest.mark.parametrize("case", BEGINNINGS)
def test_user_16_a_day_begins_at_its_earliest_instant_in_the_time_zone(case: str) -> None:
    """Midnight, or whatever takes its place on a day without one, or the earlier of two."""
    day, name, expected, shown = BEGINNINGS[case]
    zone = ZoneInfo(name)
    begins = start_of_day(date.fromisoformat(day), zone)
    assert (begins, begins.tzinfo) == (datetime.fromisoformat(expected), UTC)
    assert f"{begins.astimezone(zone):%H:%M}" == shown


ZONES = ("America/Sao_Paulo", "Asia/Beirut", "America/Havana", "Europe/Berlin", "Africa/Cairo", "America/Asuncion")


@pytest.mark.parametrize("name", ZONES)
def test_user_16_nothing_of_a_day_comes_before_its_beginning(name: str) -> None:
    """For every day of ten years: clocks show the day at that instant, and the day before one second earlier."""
    zone, day = ZoneInfo(name), date(2010, 1, 1)
    while day < date(2020, 1, 1):
        begins = start_of_day(day, zone)
        assert begins.astimezone(zone).date() == day
        assert (begins - timedelta(seconds=1)).astimezone(zone).date() == day - timedelta(days=1)
        day += timedelta(days=1)
