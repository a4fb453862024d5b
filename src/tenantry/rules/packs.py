"""Integration packs: what goes into one, when it is released, and what an account that installed it runs (PACK)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.components import TYPES
from tenantry.rules.features import Feature
from tenantry.rules.sharing import NAME_LIMIT
from tenantry.rules.vocabulary import AccountId, Instant, storable

DESCRIPTION_LIMIT: Final = 500
"""Characters in a pack's description (PACK-1)."""

PACKAGES_LIMIT: Final = 100
"""Packages in a pack; those marked as deleted do not count (PACK-2)."""

PACKABLE: Final = ("process", "api_service")
"""The types of components that packs hold (PACK-2)."""


class InstallationType(StrEnum):
    """How often an account can install a pack; the value is that of estate files. Fixed at creation (PACK-1)."""

    SINGLE = "SINGLE"
    MULTI = "MULTI"

    @property
    def label(self) -> str:
        """As pages name it."""
        return "Single Attachment" if self is InstallationType.SINGLE else "Multiple Attachments"


def offered_types(features: Iterable[Feature]) -> tuple[InstallationType, ...]:
    """The types that a new pack can have: Multiple Attachments takes its own feature (PACK-1)."""
    multi = Feature.MULTI_INSTALL_PACKS in frozenset(features)
    return (InstallationType.SINGLE, InstallationType.MULTI) if multi else (InstallationType.SINGLE,)


def check_type(
    kind: str, account: AccountId, features: Iterable[Feature]
) -> InstallationType | no.PackTypeUnknown | no.FeatureMissing:
    """Judge the type of a new pack (PACK-1)."""
    if kind not in set(InstallationType):
        return no.PackTypeUnknown(type=kind[:60])
    chosen = InstallationType(kind)
    if chosen in offered_types(features):
        return chosen
    return no.FeatureMissing(feature=Feature.MULTI_INSTALL_PACKS.label, account=account, rule_id="PACK-1")


def check_name(name: str) -> no.PackNameInvalid | None:
    """Judge a pack's name: 1 to 255 characters."""
    fits = name.strip() and len(name) <= NAME_LIMIT and storable(name)
    return None if fits else no.PackNameInvalid(limit=NAME_LIMIT)


def check_description(description: str) -> no.PackDescriptionInvalid | None:
    """Judge a description: up to 500 characters (PACK-1)."""
    fits = len(description) <= DESCRIPTION_LIMIT and storable(description)
    return None if fits else no.PackDescriptionInvalid(limit=DESCRIPTION_LIMIT)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A component that somebody wants in a pack. `shareable` tells that it has a shareable package, `routes` that a
    Process Route is in it.
    """

    name: str
    type: str
    shareable: bool
    routes: bool = False


def check_candidate(one: Candidate, kind: InstallationType) -> no.NotForPacks | None:
    """Judge a component for a pack of this type: a process or API Service with a shareable package and no Process Route
    in it; API Services not with Multiple Attachments (PACK-2).
    """
    if one.type not in PACKABLE:
        why = f"it is a {TYPES.get(one.type, one.type)}, and packs hold processes and API Services"
    elif one.type == "api_service" and kind is InstallationType.MULTI:
        why = "packs with Multiple Attachments hold no API Services"
    elif one.routes:
        why = "it contains a Process Route"
    elif not one.shareable:
        why = "it has no package that is shareable"
    else:
        return None
    return no.NotForPacks(component=one.name, why=why)


def check_room(held: int, more: int = 1) -> no.PackFull | None:
    """Judge putting so many more packages into a pack that holds some (PACK-2)."""
    return no.PackFull(limit=PACKAGES_LIMIT) if held + more > PACKAGES_LIMIT else None


# ---- releases ------------------------------------------------------------------------------------------------------


def releasable(wanted: Collection[str], last: Collection[str] | None) -> bool:
    """Whether the packages of a pack are worth a release: some, and others than those of its last one, be that complete
    or pending; `None` if there is none (PACK-3).
    """
    return bool(wanted) and (last is None or set(wanted) != set(last))


def check_release(
    pack: str, wanted: Collection[str], last: Collection[str] | None, pending: date | None, day: date | None
) -> no.NothingToRelease | no.UpdatePending | None:
    """Judge a release, immediate or on a `day`; `pending` is that of the update that waits already, if any.

    A further update meanwhile must be immediate (PACK-5). One that changes nothing is none (PACK-3).
    """
    if pending is not None and day is not None:
        return no.UpdatePending(pack=pack, day=pending.isoformat())
    if releasable(wanted, last):
        return None
    why = "it holds exactly what was released last" if wanted else "it holds no package"
    return no.NothingToRelease(pack=pack, why=why)


def check_day(day: date, at: Instant, zone: tzinfo, zone_name: str) -> no.ReleaseDayInvalid | None:
    """Judge the day of a release as the publisher's calendar has it: its night is still to come (PACK-4)."""
    first = at.astimezone(zone).date() + timedelta(days=1)
    return None if day >= first else no.ReleaseDayInvalid(first=first.isoformat(), zone=zone_name)


# ---- instances -----------------------------------------------------------------------------------------------------


def check_instance(
    pack: str, kind: InstallationType, name: str, taken: Collection[str]
) -> no.AlreadyInstalled | no.InstanceNameInvalid | no.InstanceNameTaken | None:
    """Judge an installation: Single once per account, Multiple under a name of its own (PACK-8).

    `taken` are the names of the account's instances of the pack, with case folded; a Single one has no name.
    """
    if kind is InstallationType.SINGLE:
        return no.AlreadyInstalled(pack=pack) if taken else None
    if not name.strip() or len(name) > NAME_LIMIT or not storable(name):
        return no.InstanceNameInvalid(limit=NAME_LIMIT)
    if name.strip().casefold() in taken:
        return no.InstanceNameTaken(pack=pack, name=name.strip())
    return None


@dataclass(frozen=True, slots=True)
class Following:
    """How an instance follows its pack, all of whose releases are numbered from one on.

    It saw the version `counted` when release number `since` was the newest, and every release after that came to it as
    well. `held` is the version at which it stands while the pack is not shared (PACK-11). `early` tells that it runs
    the pending update (PACK-5).
    """

    counted: int
    since: int
    held: int | None = None
    early: bool = False

    def version(self, newest: int) -> int:
        """The version that the account sees: releases to it, counted from its installation on (PACK-9)."""
        if self.held is not None:
            return self.held
        return self.counted + newest - self.since + self.early


class Standing(StrEnum):
    """Where an installed instance stands with respect to updates."""

    CURRENT = "current"
    PENDING = "pending"
    EARLY = "early"
    TAKEN = "taken"
    FROZEN = "frozen"


def standing(*, reached: bool, pending: bool, applied: bool, dropped: bool) -> Standing:
    """Where an instance stands. `reached`: the pack is shared with the account, or its own; `pending`: an update of the
    pack is; `applied` and `dropped`: the account took it early, and gave it up by attaching an environment anew
    (PACK-5, PACK-6, PACK-11).
    """
    if not reached:
        return Standing.FROZEN
    if not pending:
        return Standing.CURRENT
    if not applied:
        return Standing.PENDING
    return Standing.TAKEN if dropped else Standing.EARLY


def check_early(
    pack: str, stands: Standing, *, runtimes: bool
) -> no.PackFrozen | no.NoUpdatePending | no.UpdateTaken | no.NoRuntimeForUpdate | None:
    """Judge "Apply Pending Updates": shared, an update pending, not taken before (PACK-6), and an attached environment
    that has a runtime (PACK-5).
    """
    match stands:
        case Standing.FROZEN:
            return no.PackFrozen(pack=pack)
        case Standing.CURRENT:
            return no.NoUpdatePending(pack=pack)
        case Standing.EARLY | Standing.TAKEN:
            return no.UpdateTaken(pack=pack)
        case Standing.PENDING:
            return None if runtimes else no.NoRuntimeForUpdate(pack=pack)


@dataclass(frozen=True, slots=True)
class Taken:
    """The versions of connectors, by type, that an account let an instance run with in an environment: by attaching it,
    by applying an update early, or by updating a runtime there (CONN-8). `ran` is the release that the instance ran
    then, and `newest` the number of the pack's newest release then, 0 where nothing was noted.
    """

    versions: Mapping[str, str]
    ran: int | None = None
    newest: int = 0


@dataclass(frozen=True, slots=True)
class Released:
    """A release by its key, with its number once it is complete, and the versions of connectors in force then."""

    key: int
    number: int | None
    versions: Mapping[str, str]


def connector_versions(packaged: Mapping[str, str], runs: Released, taken: Taken) -> dict[str, str]:
    """With which versions of connectors a package of the release that an instance runs is run in an environment: those
    of the release, which is a deployment, or those that the account took afterwards, whichever came later (CONN-8).

    `packaged` are the types that the package uses, with the versions that were in force when it was packaged: what is
    known where nothing else is.
    """
    afterwards = taken.ran == runs.key or (runs.number is not None and runs.number <= taken.newest)
    later = taken.versions if afterwards else {}
    return {kind: later.get(kind, runs.versions.get(kind, version)) for kind, version in packaged.items()}


def check_environment_free(environment: str, packs: Collection[str]) -> no.PacksAttached | None:
    """Judge deleting an environment: not while integration packs are attached, which are named (ENV-6)."""
    if not packs:
        return None
    return no.PacksAttached(environment=environment, packs=", ".join(sorted(packs, key=str.casefold)))
