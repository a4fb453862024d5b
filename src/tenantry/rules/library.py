"""The Process Library: what can be published, how copies are named, what stays while it is shared (PROC)."""

from collections.abc import Iterable, Sequence, Set as AbstractSet
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.components import TYPES
from tenantry.rules.folders import NAME_LIMIT
from tenantry.rules.vocabulary import storable

DESCRIPTION_LIMIT: Final = 2000
"""Characters in the description of a publication."""

NOTES_LIMIT: Final = 2000
"""Characters in the notes of a publication."""

HISTORY: Final = 10
"""Publications that "Publication History" shows, the newest first."""

PUBLISHABLE: Final = "process"
"""The one type of component that is published (PROC-1)."""

EXCLUDED: Final = ("process_route", "api_service")
"""Types of components that nothing published contains (PROC-1)."""


def check_publishable(
    name: str, version: str, *, kind: str, shareable: bool, parts: Iterable[str]
) -> no.NotPublishable | None:
    """Judge publishing a packaged component, with the types of what it contains: a process, shareable, without Process
    Routes; API Services are never published (PROC-1).
    """
    if kind != PUBLISHABLE:
        return no.NotPublishable(component=name, version=version, why="only processes are published")
    if not shareable:
        why = "it was not marked shareable when it was packaged"
        return no.NotPublishable(component=name, version=version, why=why)
    contained = sorted(set(parts) & set(EXCLUDED))
    if contained:
        why = f"it contains a component of type {TYPES[contained[0]]}"
        return no.NotPublishable(component=name, version=version, why=why)
    return None


def check_publisher(name: str) -> no.PublisherNameMissing | None:
    """Judge whether an account can publish: it has a Publisher Name (PROC-1)."""
    return None if name.strip() else no.PublisherNameMissing(rule_id="PROC-1")


def check_words(description: str, notes: str) -> no.PublicationDescriptionInvalid | no.PublicationNotesInvalid | None:
    """Judge what is said of a publication (PROC-2)."""
    if len(description) > DESCRIPTION_LIMIT or not storable(description):
        return no.PublicationDescriptionInvalid(limit=DESCRIPTION_LIMIT)
    if len(notes) > NOTES_LIMIT or not storable(notes):
        return no.PublicationNotesInvalid(limit=NOTES_LIMIT)
    return None


def check_superseded(process: str, number: int, newest: int) -> no.AlreadyNewest | None:
    """Judge republishing: an older publication, which makes a new highest number (PROC-3)."""
    return no.AlreadyNewest(process=process, number=number) if number >= newest else None


def check_connectors(process: str, unusable: Sequence[str]) -> no.ConnectorsNotUsable | None:
    """Judge installing a process, given the connectors it uses and the account cannot (PROC-6)."""
    return no.ConnectorsNotUsable(process=process, connectors=", ".join(unusable)) if unusable else None


def check_process_goes(process: str, groups: Sequence[str]) -> no.ProcessIsShared | None:
    """Judge deleting a process in Build, given the account groups that share it (PROC-8)."""
    return no.ProcessIsShared(process=process, groups=", ".join(groups)) if groups else None


def numbered_names(wanted: Iterable[str], taken: AbstractSet[str]) -> list[str]:
    """What components are called that land beside names taken (folded): each as it is wanted, else with a number, the
    first that is free from 2 on (PROC-5). Nothing is overwritten.
    """
    known = set(taken)
    reached: dict[str, int] = {}
    names: list[str] = []
    for name in wanted:
        called, number = name, reached.get(name.casefold(), 1)
        while called.casefold() in known:
            number += 1
            called = f"{name[: NAME_LIMIT - len(str(number)) - 1]} {number}"
        reached[name.casefold()] = number
        known.add(called.casefold())
        names.append(called)
    return names
