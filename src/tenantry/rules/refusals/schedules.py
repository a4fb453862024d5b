"""Schedules of deployed processes."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Conflict, Denial, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleNotFound(Denial):
    """The process has no schedule in the environment."""

    code = "schedule_not_found"
    rule = "PRIV-9"
    sentence = "{component} has no schedule in {environment}."
    component: str
    environment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleIntervalInvalid(Invalid):
    """A process runs at most once a minute and at least once a day."""

    code = "schedule_interval_invalid"
    rule = "PRIV-9"
    place = "minutes"
    sentence = "A process runs every 1 to {limit} minutes."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleTimeInvalid(Invalid):
    """The time of day is told in hours and minutes."""

    code = "schedule_time_invalid"
    rule = "PRIV-9"
    place = "at"
    sentence = "A process runs at a full minute."


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleDaysInvalid(Invalid):
    """A time of day needs a day."""

    code = "schedule_days_invalid"
    rule = "PRIV-9"
    place = "days"
    sentence = "Choose at least one day of the week."


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSchedulable(Conflict):
    """Only processes run by a schedule."""

    code = "not_schedulable"
    rule = "PRIV-9"
    sentence = "{component} is no process, so it does not run by a schedule."
    component: str
