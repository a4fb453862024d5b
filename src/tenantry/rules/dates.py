"""Days as people mean them: in a time zone, which is an argument like every other fact."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

from tenantry.rules.vocabulary import Instant


def start_of_day(day: date, zone: tzinfo) -> Instant:
    """The first instant that has this date in the time zone, in UTC: where a date that a person chose begins, in the
    time zone of that person (USER-16).

    A day on which clocks go forward over midnight has none, and begins when they do. A day on which they go back over
    midnight has two, and begins at the earlier one. A day that a place has left out, to change sides of the date line,
    begins where the next one does.
    """
    return first_instant(datetime.combine(day, time()), zone)


def first_instant(local: datetime, zone: tzinfo) -> Instant:
    """The first instant at which the clocks of a time zone show this, in UTC: the earlier one where they show it twice,
    and where they skip it the moment at which they go forward.
    """
    shown = local.replace(tzinfo=zone, fold=0)
    instant = shown.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == shown.replace(tzinfo=None):
        return instant
    return _moment_of_change(shown.replace(fold=1).astimezone(UTC), instant, zone)


def _moment_of_change(before: Instant, after: Instant, zone: tzinfo) -> Instant:
    """The instant between these two at which the clocks of the zone go forward; they do so on a full second."""
    old = before.astimezone(zone).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return before + timedelta(seconds=high)
