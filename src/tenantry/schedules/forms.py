"""What the dialog of a schedule reads from its form. The rules judge; this only parses."""

from datetime import time
from typing import Any, Final
from zoneinfo import available_timezones

from django import forms

from tenantry.rules.schedules import MINUTES, WEEK, Daily, Day, Every, Schedule, When

WORKING_DAYS: Final = tuple(WEEK[:5])
"""What a new schedule at a time of day begins with."""


class ScheduleForm(forms.Form):
    """Every so many minutes, or at a time of day on chosen days; the fields of the other kind are not looked at."""

    kind = forms.ChoiceField(
        label="Runs",
        choices=[("every", "Every so many minutes"), ("daily", "At a time of day")],
        widget=forms.RadioSelect,
    )
    minutes = forms.IntegerField(
        label="Minutes between runs",
        required=False,
        help_text="Counted from midnight on, anew each day.",
        widget=forms.NumberInput(attrs={"min": 1, "max": MINUTES}),
    )
    at = forms.TimeField(
        label="Time of day",
        required=False,
        input_formats=["%H:%M"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "Write the time as hours and minutes, such as 06:30."},
    )
    days = forms.MultipleChoiceField(
        label="Days",
        required=False,
        choices=[(day.value, day.label) for day in WEEK],
        widget=forms.CheckboxSelectMultiple,
    )
    time_zone = forms.ChoiceField(
        label="Time zone", choices=lambda: [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]
    )

    def clean(self) -> dict[str, Any]:
        """Make `when` of the fields of the kind chosen."""
        data = {**self.cleaned_data}
        if data.get("kind") == "every":
            self.errors.pop("at", None)
            self.errors.pop("days", None)
            if data.get("minutes") is None and "minutes" not in self.errors:
                self.add_error("minutes", "How many minutes are there between two runs?")
        elif data.get("kind") == "daily":
            self.errors.pop("minutes", None)
            if data.get("at") is None and "at" not in self.errors:
                self.add_error("at", "At what time of day does it run?")
        return data

    @property
    def when(self) -> When:
        """What a valid form says."""
        data = self.cleaned_data
        if data["kind"] == "every":
            return Every(data["minutes"])
        return Daily(data["at"], frozenset(map(Day, data["days"])))


def beginning(schedule: Schedule | None, zone: str) -> dict[str, Any]:
    """What stands in the form at first: the schedule there is, else one to begin with in this time zone."""
    fresh: dict[str, Any] = {
        "kind": "every",
        "minutes": 60,
        "at": time(6),
        "days": [day.value for day in WORKING_DAYS],
        "time_zone": zone,
    }
    if schedule is None:
        return fresh
    when = schedule.when
    told: dict[str, Any] = (
        {"kind": "every", "minutes": when.minutes}
        if isinstance(when, Every)
        else {"kind": "daily", "at": when.at, "days": [day.value for day in WEEK if day in when.days]}
    )
    return {**fresh, **told, "time_zone": schedule.zone}
