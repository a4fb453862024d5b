"""Packaged components and their deployment: what a version label and its notes may be (PRIV-9)."""

from collections.abc import Sequence
from typing import Final, NewType

from tenantry.rules import refusals as no
from tenantry.rules.vocabulary import storable

PackageId = NewType("PackageId", str)
"""The key of a packaged component."""

ID_LIMIT: Final = 64
"""Characters in a packaged component's id."""

VERSION_LIMIT: Final = 40
"""Characters in a version label."""

NOTES_LIMIT: Final = 2000
"""Characters in the notes of a packaged component."""

DEPLOYABLE: Final = ("process", "api_service", "certificate", "custom_library", "process_route")
"""The types of components that run or serve by themselves; all others travel inside these."""


def check_deployable(name: str, kind: str) -> no.NotDeployable | None:
    """Judge whether a component of this type can be packaged."""
    return None if kind in DEPLOYABLE else no.NotDeployable(component=name, type=kind)


def check_version(version: str) -> no.VersionInvalid | None:
    """Judge a version label: 1 to 40 characters, any characters."""
    fits = version.strip() and len(version) <= VERSION_LIMIT and storable(version)
    return None if fits else no.VersionInvalid(limit=VERSION_LIMIT)


def check_notes(notes: str) -> no.PackageNotesInvalid | None:
    """Judge the notes: at most 2000 characters."""
    fits = len(notes) <= NOTES_LIMIT and storable(notes)
    return None if fits else no.PackageNotesInvalid(limit=NOTES_LIMIT)


def check_package_goes(component: str, version: str, kept_by: Sequence[str]) -> no.PackageInUse | None:
    """Judge deleting a packaged component: nothing keeps it. `kept_by` says what does, such as "published" (PROC-8)."""
    return no.PackageInUse(component=component, version=version, why=" and ".join(kept_by)) if kept_by else None
