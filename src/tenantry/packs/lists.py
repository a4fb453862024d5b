"""Packs, releases, instances and attachments in sets, as programs list them."""

from collections.abc import Collection, Iterable

from django.db.models import F, Max, Q, QuerySet

from tenantry.deploy.models import PackagedComponent
from tenantry.packs.models import ATTACHED, Pack, PackAttachment, PackInstance, PackRelease, ReleasedPackage
from tenantry.packs.received import Instance, instances_by_id, usable_packs
from tenantry.rules.vocabulary import AccountId
from tenantry.store.crossings import Crossing


def received_packs(account: AccountId) -> QuerySet[Pack]:
    """The packs of others that an account can install (PACK-8)."""
    return usable_packs(account).exclude(account=account)


def own_packs(account: AccountId) -> QuerySet[Pack]:
    """The packs that an account publishes."""
    return Pack.rows.of(account)


def packages_in_force(account: AccountId, packs: Iterable[str]) -> dict[str, dict[str, PackagedComponent]]:
    """The packages of the newest release of each of these packs of the account, by component; two queries."""
    rows = PackRelease.rows.of(account).filter(pack__in=tuple(packs), number=F("pack__released"))
    releases = dict(rows.values_list("id", "pack_id"))
    return {releases[key]: found for key, found in packages_by_release(account, releases).items()}


def packages_by_release(account: AccountId, releases: Iterable[int]) -> dict[int, dict[str, PackagedComponent]]:
    """The packages of each of these releases of the account's packs, by component, without their texts; one query."""
    told: dict[int, dict[str, PackagedComponent]] = {release: {} for release in releases}
    rows = ReleasedPackage.rows.of(account).filter(release__in=tuple(told)).select_related("package")
    for row in rows.defer("package__text").order_by("package__name_key", "package__component_id"):
        told[row.release_id][row.package.component_id] = row.package
    return told


def asked_releases(account: AccountId) -> QuerySet[PackRelease]:
    """The releases that programs can ask about."""
    return PackRelease.rows.of(account).filter(request__isnull=False).select_related("pack")


def last_releases(account: AccountId, packs: Iterable[str]) -> dict[str, PackRelease]:
    """What was released last of each of these packs, be it complete, pending or replaced; one query."""
    last = PackRelease.rows.of(account).filter(pack__in=tuple(packs)).order_by().values("pack").annotate(last=Max("id"))
    rows = PackRelease.rows.of(account).filter(id__in=last.values("last")).select_related("pack")
    return {row.pack_id: row for row in rows}


def instances_in_account(account: AccountId) -> QuerySet[PackInstance]:
    """What an account has installed."""
    return PackInstance.rows.of(account).select_related("pack")


def processes_run(account: AccountId, instances: Collection[str]) -> dict[str, list[PackagedComponent]]:
    """The processes that each of these instances of the account runs, by name; two queries."""
    found: dict[str, Instance] = instances_by_id(account, instances)
    told: dict[int, list[PackagedComponent]] = {one.runs: [] for one in found.values()}
    rows = ReleasedPackage.rows.across(Crossing.PACKS_RECEIVED).select_related("package").defer("package__text")
    rows = rows.filter(release__in=tuple(told), package__type="process")
    for row in rows.order_by("package__name_key", "package__component_id"):
        told[row.release_id].append(row.package)
    return {key: told[one.runs] for key, one in found.items()}


def attached_in(account: AccountId, environments: Collection[str]) -> QuerySet[PackAttachment]:
    """Where instances are attached, as far as that is in these environments."""
    return PackAttachment.rows.of(account).filter(ATTACHED, environment__in=tuple(environments))


def between(instance: str, environment: str) -> Q:
    """The attachment of an instance to an environment."""
    return Q(instance_id=instance, environment_id=environment)
