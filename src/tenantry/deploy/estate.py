"""Packages of processes that estate lines publish: those that are there, else new ones."""

import uuid
from collections.abc import Iterable
from typing import Final

from django.db.models import F

from tenantry.build.models import Component, ComponentConnector, ComponentReference, ComponentRevision
from tenantry.build.queries import connector_types_used
from tenantry.deploy.models import PackagedComponent
from tenantry.deploy.parts import write_connectors, write_parts
from tenantry.rules.passwords import passwords_in
from tenantry.rules.vocabulary import Actor, Instant
from tenantry.store.crossings import Crossing
from tenantry.store.lines import portions

AT_ONCE: Final = 100
"""Packages whose texts are in memory at a time."""


def shareable_packages(components: Iterable[str], *, actor: Actor, at: Instant) -> dict[str, PackagedComponent]:
    """The newest shareable package of each of these components, by component; made where there is none, of the newest
    revision under the first version that is free.
    """
    found: dict[str, PackagedComponent] = {}
    for some in portions(sorted(set(components)), AT_ONCE):
        there = PackagedComponent.rows.across(Crossing.ESTATE).filter(component_id__in=some)
        newest = there.filter(shareable=True).defer("text").order_by("created_at", "id")
        found.update((row.component_id, row) for row in newest)
        rest = [key for key in some if key not in found]
        taken = set(there.filter(component_id__in=rest).values_list("component_id", "version"))
        fresh = [_package(row, text, taken, actor, at) for row, text in _newest(rest)]
        PackagedComponent.rows.across(Crossing.ESTATE).bulk_create(fresh)
        needing = _needing(rest)
        for package in fresh:
            if package.component_id in needing:
                write_parts(package)
                write_connectors(package, connector_types_used(package.account_id, [package.component_id]))
        found.update((row.component_id, row) for row in fresh)
    return found


def _newest(components: list[str]) -> Iterable[tuple[Component, str]]:
    revisions = ComponentRevision.rows.across(Crossing.ESTATE).select_related("component")
    for one in revisions.filter(component_id__in=components, number=F("component__revision")):
        yield one.component, one.text


def _needing(components: list[str]) -> set[str]:
    """Those of these components that refer to others or to connectors."""
    found: set[str] = set()
    for table in (ComponentReference, ComponentConnector):
        rows = table.rows.across(Crossing.ESTATE).filter(component_id__in=components)
        found.update(rows.values_list("component_id", flat=True))
    return found


def _package(
    component: Component, text: str, taken: set[tuple[str, str]], actor: Actor, at: Instant
) -> PackagedComponent:
    number = 1
    while (component.pk, f"{number}.0") in taken:
        number += 1
    return PackagedComponent(
        id=str(uuid.uuid4()),
        account_id=component.account_id,
        component_id=component.pk,
        revision=component.revision,
        version=f"{number}.0",
        name=component.name,
        name_key=component.name_key,
        type=component.type,
        format=component.format,
        text=text,
        passwords=passwords_in(component.format, text),
        shareable=True,
        user=actor.name,
        created_at=at,
    )
