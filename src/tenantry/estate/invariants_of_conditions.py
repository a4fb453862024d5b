"""What must be true of stored conditions and properties at any time."""

from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from django.db.models import QuerySet

from tenantry.decisions import conditions
from tenantry.estate.findings import Finding, named
from tenantry.groups.models import GroupUserRole
from tenantry.objects.models import HostObject
from tenantry.store.crossings import Crossing
from tenantry.users.models import User, UserRole


def usable_conditions() -> Iterator[Finding]:
    """Every condition can be judged; one that cannot is never met, so what is held under it gives nothing."""
    told = (f"{text[:60]!r}" for text in sorted(_texts()) if conditions.check(text) is not None)
    yield from named(told, "Conditions that cannot be judged", "Load the lines again with others.")


def _texts() -> set[str]:
    rows: tuple[QuerySet[UserRole] | QuerySet[GroupUserRole], ...] = (
        UserRole.rows.across(Crossing.DOCTOR),
        GroupUserRole.rows.across(Crossing.DOCTOR),
    )
    found: set[str] = set()
    for some in rows:
        found.update(some.exclude(condition="").order_by().values_list("condition", flat=True).distinct())
    objects = HostObject.rows.across(Crossing.DOCTOR).exclude(conditions="").order_by()
    for stored in objects.values_list("conditions", flat=True).distinct().iterator():
        found.update(msgspec.json.decode(stored, type=dict[str, str]).values() if _is_object(stored) else ())
    return found


def readable_properties() -> Iterator[Finding]:
    """Properties and conditions of objects, and properties of people, are JSON objects."""
    objects = HostObject.rows.across(Crossing.DOCTOR).exclude(properties="", conditions="").order_by("account_id", "id")
    columns = ("account_id", "type", "object_id", "properties", "conditions")
    told = (
        f"{kind} {key} of {owner}"
        for owner, kind, key, *stored in objects.values_list(*columns).iterator()
        if not all(text == "" or _is_object(text) for text in stored)
    )
    yield from named(told, "Objects whose properties or conditions cannot be read", "Restore a backup.")
    people = User.objects.exclude(properties="").order_by("email_key").values_list("email", "properties")
    unreadable = (email for email, stored in people.iterator() if not _is_object(stored))
    yield from named(unreadable, "People whose properties cannot be read", "Restore a backup.")


def _is_object(stored: str) -> bool:
    try:
        return isinstance(msgspec.json.decode(stored), dict)
    except msgspec.DecodeError:
        return False


CHECKS: Final[tuple[Callable[[], Iterator[Finding]], ...]] = (usable_conditions, readable_properties)
