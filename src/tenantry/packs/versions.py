"""With which versions of connectors runtimes run what installed packs hold (CONN-8).

A release notes the versions that are in force once, in its own row, however many instances it comes to. What an account
does about its own environments is noted in the rows of these. Whichever came later counts
(`rules.packs.connector_versions`).
"""

from collections.abc import Collection, Iterable

from django.db.models import F, Q

from tenantry.deploy.models import PackageConnector
from tenantry.packs.models import ATTACHED, PENDING, Pack, PackAttachment, PackRelease, ReleasedPackage
from tenantry.rules.packs import Released, Taken
from tenantry.rules.vocabulary import AccountId
from tenantry.store.crossings import Crossing


def packaged_versions(packages: Collection[str]) -> dict[str, dict[str, str]]:
    """The types of connectors that each of these packages uses, with the versions that were in force when it was
    packaged; one query.
    """
    found: dict[str, dict[str, str]] = {}
    rows = PackageConnector.rows.across(Crossing.PACKS_RECEIVED).filter(package_id__in=tuple(packages))
    for package, kind, version in rows.order_by("type").values_list("package_id", "type", "version"):
        found.setdefault(package, {})[kind] = version
    return found


def types_in_releases(releases: Iterable[int]) -> dict[int, frozenset[str]]:
    """The types of connectors that the packages of each of these releases use; one query."""
    found: dict[int, set[str]] = {release: set() for release in releases}
    rows = ReleasedPackage.rows.across(Crossing.PACKS_RECEIVED).filter(release__in=tuple(found))
    pairs = rows.filter(package__connectors__isnull=False).values_list("release_id", "package__connectors__type")
    for release, kind in pairs.distinct():
        found[release].add(kind)
    return {release: frozenset(types) for release, types in found.items()}


def types_in_release(release: int) -> frozenset[str]:
    """The types of connectors that the packages of a release use."""
    return types_in_releases([release])[release]


def types_in_newest(pack: Pack) -> frozenset[str]:
    """The types of connectors that the packages of a pack's newest release use."""
    newest = PackRelease.rows.across(Crossing.PACKS_RECEIVED).filter(pack=pack, number=pack.released)
    return frozenset().union(*types_in_releases(newest.values_list("id", flat=True)).values())


def attached_with(kind: str) -> frozenset[AccountId]:
    """The accounts where an attached pack runs something that uses connectors of this type, or will with its pending
    update (CONN-10); one query.
    """
    using = ReleasedPackage.rows.across(Crossing.PACKS_RECEIVED).filter(package__connectors__type=kind)
    current = PackRelease.rows.across(Crossing.PACKS_RECEIVED).filter(Q(number=F("pack__released")) | PENDING)
    packs = current.filter(id__in=using.values("release")).values("pack")
    moving = Q(instance__held__isnull=True, instance__pack__in=packs)
    still = Q(instance__held__in=using.values("release"))
    rows = PackAttachment.rows.across(Crossing.PACKS_INSTALLED).filter(ATTACHED).filter(moving | still)
    return frozenset(map(AccountId, rows.values_list("account_id", flat=True).distinct()))


def released_versions(releases: Iterable[int]) -> dict[int, Released]:
    """These releases with what they note; one query."""
    rows = PackRelease.rows.across(Crossing.PACKS_RECEIVED).filter(id__in=tuple(set(releases)))
    return {
        key: Released(key, number, versions) for key, number, versions in rows.values_list("id", "number", "connectors")
    }


def taken_by(row: PackAttachment) -> Taken:
    """What is noted of an environment."""
    return Taken(row.connectors, row.ran, row.newest)


def noted(pack: Pack, release: int, versions: dict[str, str]) -> dict[str, object]:
    """What is noted of an environment where an instance runs this release with these versions from now on, column by
    column.
    """
    return {"connectors": versions, "ran": release, "newest": pack.released}
