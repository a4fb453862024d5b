"""What must be true of stored components at any time, and of the tree they are in."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Final

from django.db.models import Exists, F, OuterRef, QuerySet

from tenantry.build.models import LIVING, Component, ComponentReference, ComponentRevision, Folder
from tenantry.build.queries import top_id
from tenantry.estate.findings import Finding, named
from tenantry.store.crossings import Crossing


def components_of_others() -> Iterator[Finding]:
    """Components are in folders of their own account and refer to components of it (ACC-1)."""
    rows = Component.rows.across(Crossing.DOCTOR).exclude(folder__account=F("account"))
    yield from named(_told(rows), "Components in folders of others", "Give them a folder of their own account.")
    references = ComponentReference.rows.across(Crossing.DOCTOR)
    crossing = references.exclude(component__account=F("account"), target__account=F("account"))
    pairs = crossing.order_by("id").values_list("component_id", "target_id")
    told = (f"{one} to {other}" for one, other in pairs.iterator())
    yield from named(told, "References between accounts", "Delete these rows from the table component_reference.")


def kept_in_what_is_deleted() -> Iterator[Finding]:
    """What is not deleted is in no folder that is: nobody would find it."""
    folders = Folder.rows.across(Crossing.DOCTOR).filter(LIVING, parent__deleted_at__isnull=False)
    yield from named(_told(folders), "Folders in deleted folders", "Restore the folders that they are in.")
    components = Component.rows.across(Crossing.DOCTOR).filter(LIVING, folder__deleted_at__isnull=False)
    yield from named(_told(components), "Components in deleted folders", "Restore the folders that they are in.")


def one_tree() -> Iterator[Finding]:
    """From every folder a way leads up to the one top-level folder of its account (FOLD-1)."""
    rows = Folder.rows.across(Crossing.DOCTOR)
    tops = [(key, owner) for key, owner in rows.filter(parent=None).order_by("id").values_list("id", "account_id")]
    others = (f"{key} of {owner}" for key, owner in tops if key != top_id(owner))
    yield from named(others, "Folders without a parent", "Give each a parent of its account.")
    children: dict[str, list[str]] = defaultdict(list)
    for key, parent in rows.exclude(parent=None).values_list("id", "parent_id").iterator():
        children[str(parent)].append(key)
    waiting = [key for key, _ in tops]
    while waiting:
        waiting.extend(children.pop(waiting.pop(), ()))
    circling = sorted(key for keys in children.values() for key in keys)
    yield from named(circling, "Folders that are in each other, and in no tree", "Give one of them another parent.")


def newest_revisions() -> Iterator[Finding]:
    """Every component has the revision that it says is its newest."""
    newest = ComponentRevision.rows.across(Crossing.DOCTOR).filter(
        component=OuterRef("pk"), number=OuterRef("revision")
    )
    rows = Component.rows.across(Crossing.DOCTOR).filter(~Exists(newest))
    yield from named(_told(rows), "Components without their newest revision", "Restore a backup.")


def _told(rows: "QuerySet[Folder] | QuerySet[Component]") -> Iterator[str]:
    found = rows.order_by("account_id", "id").values_list("name", "account_id")
    return (f"{name!r} of {owner}" for name, owner in found.iterator())


CHECKS: Final[tuple[Callable[[], Iterator[Finding]], ...]] = (
    components_of_others,
    kept_in_what_is_deleted,
    one_tree,
    newest_revisions,
)
