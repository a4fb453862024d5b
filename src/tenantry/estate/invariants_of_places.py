"""What must be true of stored environments and folders at any time."""

from collections.abc import Callable, Iterator
from typing import Final

from django.db.models import F, Q

from tenantry.build.models import Folder, FolderRole
from tenantry.environments.models import Environment, EnvironmentRole
from tenantry.estate.findings import Finding, named
from tenantry.objects.models import HostObject
from tenantry.runtimes.models import Runtime
from tenantry.store.crossings import Crossing

_FOREIGN: Final = Q(role__account__isnull=False) & ~Q(role__account=F("account"))


def roles_on_environments() -> Iterator[Finding]:
    """Roles with Access are default roles or the account's own (ENV-8), on environments of the account."""
    rows = EnvironmentRole.rows.across(Crossing.DOCTOR).filter(_FOREIGN | ~Q(environment__account=F("account")))
    found = rows.order_by("account_id", "id").values_list("role__name", "environment__name", "account_id")
    yield from named(
        (f"{role!r} on {name!r} of {owner}" for role, name, owner in found.iterator()),
        "Roles of another account are attached to environments",
        "Delete these rows from the table environment_role.",
    )


def roles_on_folders() -> Iterator[Finding]:
    """Roles assigned to folders are default roles or the account's own (FOLD-9), on folders of the account."""
    rows = FolderRole.rows.across(Crossing.DOCTOR).filter(_FOREIGN | ~Q(folder__account=F("account")))
    found = rows.order_by("account_id", "id").values_list("role__name", "folder__name", "account_id")
    yield from named(
        (f"{role!r} on {name!r} of {owner}" for role, name, owner in found.iterator()),
        "Roles of another account are assigned to folders",
        "Delete these rows from the table folder_role.",
    )


def places_of_others() -> Iterator[Finding]:
    """Runtimes attach to environments of their own account (ENV-3), folders are below folders of it (FOLD-1)."""
    runtimes = Runtime.rows.across(Crossing.DOCTOR).exclude(environment=None)
    rows = runtimes.exclude(environment__account=F("account")).order_by("account_id", "id")
    told = (f"{name!r} of {owner}" for name, owner in rows.values_list("name", "account_id").iterator())
    yield from named(told, "Runtimes attached to environments of others", "Detach them under Runtime Management.")
    folders = Folder.rows.across(Crossing.DOCTOR).exclude(parent=None).exclude(parent__account=F("account"))
    ordered = folders.order_by("account_id", "id").values_list("name", "account_id")
    told = (f"{name!r} of {owner}" for name, owner in ordered.iterator())
    yield from named(told, "Folders below folders of others", "Give them a parent of their own account.")


def objects_nowhere() -> Iterator[Finding]:
    """Objects in an environment that is gone are nobody's: their gate cannot be asked any more."""
    there = Environment.rows.across(Crossing.DOCTOR).values("id")
    rows = HostObject.rows.across(Crossing.DOCTOR).exclude(environment="").exclude(environment__in=there)
    found = rows.order_by("account_id", "id").values_list("type", "object_id", "account_id")
    yield from named(
        (f"{kind} {key} of {owner}" for kind, key, owner in found.iterator()),
        "Objects in environments that are gone",
        "Load an object line that names the environment they are in now.",
        error=False,
    )


CHECKS: Final[tuple[Callable[[], Iterator[Finding]], ...]] = (
    roles_on_environments,
    roles_on_folders,
    places_of_others,
    objects_nowhere,
)
