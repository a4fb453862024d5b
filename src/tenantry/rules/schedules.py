"""Schedules of deployed processes: when they run, and when next (PRIV-9)."""

from collections.abc import Iterator, Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.dates import first_instant, start_of_day
from tenantry.rules.vocabulary import Instant

MINUTES: Final = 24 * 60
"""The longest interval, which is a day."""

ZONE_LIMIT: Final = 64
"""Characters in the name of a time zone."""

SCHEDULABLE: Final = "process"
"""The type of components that run by a schedule; all others serve, or are used."""

_DAY: Final = timedelta(days=1)

_AHEAD: Final = 16
"""Days among which the next run is found: two weeks, since changing sides of the date line leaves a day out."""


class Day(StrEnum):
    """A day of the week. The words are stored and told to runtimes."""

    MON = "MON"
    TUE = "TUE"
    WED = "WED"
    THU = "THU"
    FRI = "FRI"
    SAT = "SAT"
    SUN = "SUN"

    @property
    def label(self) -> str:
        """As pages name it."""
        return _NAMES[self.value]


_NAMES: Final = {
    "MON": "Monday",
    "TUE": "Tuesday",
    "WED": "Wednesday",
    "THU": "Thursday",
    "FRI": "Friday",
    "SAT": "Saturday",
    "SUN": "Sunday",
}

WEEK: Final = tuple(Day)
"""The days in their order; their places are the numbers that dates know them by."""


@dataclass(frozen=True, slots=True)
class Every:
    """Every so many minutes, counted from the beginning of each day: all runtimes come to the same instants."""

    minutes: int


@dataclass(frozen=True, slots=True)
class Daily:
    """At a time of day, on these days of the week."""

    at: time
    days: frozenset[Day]


When = Every | Daily
"""When a process runs, the time zone apart."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a process runs in an environment, by the clocks of a time zone; a paused one runs nothing."""

    when: When
    zone: str
    enabled: bool = True


def check_schedulable(component: str, kind: str) -> no.NotSchedulable | None:
    """Judge whether components of this type run by a schedule."""
    return None if kind == SCHEDULABLE else no.NotSchedulable(component=component)


def check_when(
    when: When,
) -> no.ScheduleIntervalInvalid | no.ScheduleTimeInvalid | no.ScheduleDaysInvalid | None:
    """Judge when a process is to run: every 1 to 1440 minutes, or at a full minute on one day of the week or more."""
    if isinstance(when, Every):
        return None if 1 <= when.minutes <= MINUTES else no.ScheduleIntervalInvalid(limit=MINUTES)
    if when.at != time(when.at.hour, when.at.minute):
        return no.ScheduleTimeInvalid()
    return None if when.days else no.ScheduleDaysInvalid()


def check_zone(zone: str, known: AbstractSet[str]) -> no.TimeZoneUnknown | None:
    """Judge a time zone: one of those the time zone database knows."""
    return None if zone in known else no.TimeZoneUnknown(time_zone=zone[:ZONE_LIMIT])


def next_run(schedule: Schedule, after: Instant, zone: tzinfo) -> Instant | None:
    """The first run later than an instant, in UTC; `None` while the schedule is paused. `zone` is that of the schedule.

    An interval is counted in minutes that pass, anew from the beginning of each day. A time of day that clocks skip
    falls on the moment they do, one that they repeat is the earlier of the two, and a day that a place leaves out has
    no run.
    """
    if not schedule.enabled:
        return None
    when, today = schedule.when, after.astimezone(zone).date()
    if isinstance(when, Every):
        return _next_in_day(when.minutes, after, today, zone)
    return next((run for run in _daily_runs(when, today, zone) if run > after), None)


def _next_in_day(minutes: int, after: Instant, today: date, zone: tzinfo) -> Instant:
    beginnings = [start_of_day(today + days * _DAY, zone) for days in range(-1, 4)]
    began = max(one for one in beginnings if one <= after)
    ends = min(one for one in beginnings if one > after)
    step = timedelta(minutes=minutes)
    return min(began + ((after - began) // step + 1) * step, ends)


def _daily_runs(when: Daily, today: date, zone: tzinfo) -> Iterator[Instant]:
    for days in range(-1, _AHEAD):
        day = today + days * _DAY
        left_out = start_of_day(day, zone) == start_of_day(day + _DAY, zone)
        if WEEK[day.weekday()] in when.days and not left_out:
            yield first_instant(datetime.combine(day, when.at), zone)


def in_words(schedule: Schedule) -> str:
    """A schedule as pages and the audit log say it, such as "At 06:30 on Monday, Friday (Europe/Berlin)"."""
    return f"{_when_in_words(schedule.when)} ({schedule.zone.replace('_', ' ')})"


def _when_in_words(when: When) -> str:
    if isinstance(when, Every):
        often = "Every minute" if when.minutes == 1 else f"Every {when.minutes} minutes"
        return f"{often}, from midnight on"
    if len(when.days) == len(WEEK):
        return f"Every day at {when.at:%H:%M}"
    return f"At {when.at:%H:%M} on {', '.join(day.label for day in WEEK if day in when.days)}"
