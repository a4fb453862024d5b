"""The table of schedules."""

from typing import Any, ClassVar

from django.db import models

from tenantry.rules.schedules import WEEK, ZONE_LIMIT, Daily, Day, Every, Schedule, When
from tenantry.store.ownership import AccountOwned


class ProcessSchedule(AccountOwned):
    """When a process runs in an environment: every so many `minutes`, or `at` a time of day on some `days`.

    It belongs to the process there and not to a deployment: another version that replaces the deployed one keeps it.
    `user` said so last.
    """

    environment = models.ForeignKey("environments.Environment", on_delete=models.PROTECT, related_name="+")
    component = models.ForeignKey("build.Component", on_delete=models.PROTECT, related_name="+", db_index=False)
    minutes = models.PositiveSmallIntegerField(null=True)
    at = models.TimeField(null=True)
    days = models.CharField(max_length=27, blank=True, default="", help_text="words of days, with commas between them")
    time_zone = models.CharField(max_length=ZONE_LIMIT)
    enabled = models.BooleanField(default=True)
    user = models.CharField(max_length=254)
    changed_at = models.DateTimeField()

    class Meta:
        """One for a process in an environment, and of one kind."""

        db_table = "process_schedule"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "environment", "component"], name="process_schedule_once"),
            models.CheckConstraint(
                condition=models.Q(minutes__isnull=False, at__isnull=True, days="")
                | models.Q(minutes__isnull=True, at__isnull=False) & ~models.Q(days=""),
                name="process_schedule_of_one_kind",
            ),
        ]

    @property
    def told(self) -> Schedule:
        """The schedule as the rules know it."""
        return Schedule(self._when, self.time_zone, self.enabled)

    @property
    def _when(self) -> When:
        if self.at is not None:
            return Daily(self.at, frozenset(map(Day, self.days.split(","))))
        return Every(self.minutes or 0)


def columns_of(when: When) -> dict[str, Any]:
    """What stands in the columns for when a process runs."""
    if isinstance(when, Every):
        return {"minutes": when.minutes, "at": None, "days": ""}
    return {"minutes": None, "at": when.at, "days": ",".join(day for day in WEEK if day in when.days)}
