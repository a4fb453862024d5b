"""Reads of what accounts can install and have installed: packs that reach them, instances, what these run where."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.fields import BooleanField

from tenantry.deploy.models import PackagedComponent
from tenantry.packs.models import (
    APPLIED,
    ATTACHED,
    PENDING,
    Pack,
    PackAttachment,
    PackInstance,
    PackRelease,
    ReleasedPackage,
)
from tenantry.packs.versions import packaged_versions, released_versions, taken_by
from tenantry.rules import refusals as no
from tenantry.rules.packs import Following, Standing, connector_versions, standing
from tenantry.rules.refusals import Refused
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, EnvironmentId, Instant, Status
from tenantry.sharing.queries import share_reaching, shared_with
from tenantry.store.crossings import Crossing
from tenantry.store.paging import Page, keyset_page

InstanceRow = PackInstance
AttachmentRow = PackAttachment
"""Rows as stored; only this folder's commands write them."""

AT_ONCE = 500
"""Packages that a runtime is told at a time."""

_ATTACHMENTS_AT_ONCE = 20
"""Attachments looked at for that."""


def reached() -> Q:
    """That an instance's pack reaches its account right now: shared with it, or its own."""
    shared = Q(share_reaching("pack_id", "account_id", "account__primary_id", Kind.INTEGRATION_PACK))
    return Q(account_id=F("pack__account_id")) | (~Q(account__status=Status.DELETED) & shared)


def usable_packs(account: AccountId) -> QuerySet[Pack]:
    """The packs that an account can install: its own and those shared with it, once they are released (PACK-8)."""
    received = shared_with(account, Kind.INTEGRATION_PACK).values("resource")
    rows = Pack.rows.across(Crossing.PACKS_RECEIVED).filter(Q(account=account) | Q(id__in=received))
    return rows.filter(released__gt=0)


def usable_packs_page(account: AccountId, search: str = "", place: str = "") -> tuple[Page[Any], int]:
    """One page of them by name, each with `publisher` and `taken`, whether the account has installed it; and how many
    match.
    """
    rows = usable_packs(account)
    for word in search.casefold().split():
        rows = rows.filter(name_key__contains=word)
    mine = PackInstance.rows.of(account).filter(pack=OuterRef("pk"))
    told = rows.annotate(publisher=F("account__name"), taken=Exists(mine))
    return keyset_page(told, ("name_key", "id"), place), rows.count()


def usable_pack(account: AccountId, pack: str) -> Pack:
    """A pack that the account can install.

    Refuses with `PackFrozen` one that it has installed and that is not shared any more (PACK-11), with `PackNotFound`
    all others.
    """
    row = usable_packs(account).filter(id=pack).annotate(publisher=F("account__name")).first()
    if row is not None:
        return row
    kept = PackInstance.rows.of(account).filter(pack=pack).select_related("pack").first()
    raise Refused(no.PackNotFound() if kept is None else no.PackFrozen(pack=kept.pack.name))


def names_of_instances(account: AccountId, pack: str) -> frozenset[str]:
    """The names, with case folded, of the account's instances of a pack; a Single one has none."""
    return frozenset(PackInstance.rows.of(account).filter(pack=pack).values_list("name_key", flat=True))


# ---- instances -----------------------------------------------------------------------------------------------------


def _newest() -> QuerySet[PackRelease]:
    rows = PackRelease.rows.across(Crossing.PACKS_RECEIVED)
    return rows.filter(pack=OuterRef("pack_id"), number=OuterRef("pack__released"))


def _told(rows: QuerySet[PackInstance]) -> QuerySet[PackInstance]:
    """With what tells where an instance stands: `here`, `due` (the day of a pending update) and `runs` (a release)."""
    pending = PackRelease.rows.across(Crossing.PACKS_RECEIVED).filter(PENDING, pack=OuterRef("pack_id"))
    return rows.select_related("pack", "pack__account").annotate(
        here=Case(When(reached(), then=Value(value=True)), default=Value(value=False), output_field=BooleanField()),
        due=Subquery(pending.values("day")[:1]),
        zone=Subquery(pending.values("zone")[:1]),
        runs=Case(
            When(held__isnull=False, then=F("held_id")),
            When(APPLIED, then=F("early_id")),
            default=Subquery(_newest().values("id")[:1]),
        ),
    )


@dataclass(frozen=True, slots=True)
class Instance:
    """An installed pack: what people call it, where it stands, the version they see and the release it runs.

    `due` is the day on which the pending update comes to it, if one is pending, as the calendar in `zone` has it.
    """

    id: str
    account: AccountId
    pack: str
    owner: AccountId
    publisher: str
    pack_name: str
    description: str
    type: str
    name: str
    version: int
    stands: Standing
    due: date | None
    zone: str
    runs: int
    row: PackInstance


def _instance(row: PackInstance) -> Instance:
    pack, early = row.pack, row.early_id is not None and not row.early_dropped
    here, due = bool(getattr(row, "here", False)), getattr(row, "due", None)
    following = Following(row.counted, row.since, row.held_version, early)
    stands = standing(
        reached=here, pending=due is not None, applied=row.early_id is not None, dropped=row.early_dropped
    )
    return Instance(
        id=row.id,
        account=AccountId(row.account_id),
        pack=pack.id,
        owner=AccountId(pack.account_id),
        publisher=pack.account.name,
        pack_name=pack.name,
        description=pack.description,
        type=pack.type,
        name=row.name or pack.name,
        version=following.version(pack.released),
        stands=stands,
        due=due if here else None,
        zone=getattr(row, "zone", None) or "",
        runs=int(getattr(row, "runs", 0)),
        row=row,
    )


def instances_page(account: AccountId, search: str = "", place: str = "") -> tuple[list[Instance], Page[PackInstance]]:
    """One page of what an account has installed, by pack and name. `search` is part of either."""
    rows = PackInstance.rows.of(account)
    for word in search.casefold().split():
        rows = rows.filter(Q(name_key__contains=word) | Q(pack__name_key__contains=word))
    page = keyset_page(_told(rows), ("pack__name_key", "name_key", "id"), place)
    return [_instance(row) for row in page.rows], page


def instance_of(account: AccountId, instance: str) -> Instance:
    """The account's instance of this id; refuses with `InstanceNotFound`."""
    row = _told(PackInstance.rows.of(account).filter(id=instance)).first()
    if row is None:
        raise Refused(no.InstanceNotFound())
    return _instance(row)


def owner_of_instance(account: AccountId, instance: str) -> AccountId:
    """Who publishes the pack of an account's instance; refuses with `InstanceNotFound`."""
    owner = PackInstance.rows.of(account).filter(id=instance).values_list("pack__account_id", flat=True).first()
    if owner is None:
        raise Refused(no.InstanceNotFound())
    return AccountId(owner)


def instances_of_pack(account: AccountId, pack: str) -> list[Instance]:
    """The account's instances of one pack, by name."""
    rows = _told(PackInstance.rows.of(account).filter(pack=pack)).order_by("name_key", "id")
    return [_instance(row) for row in rows]


def packages_run(release: int) -> list[PackagedComponent]:
    """The packages of a release that an instance runs, by name, without their texts."""
    rows = ReleasedPackage.rows.across(Crossing.PACKS_RECEIVED).filter(release=release)
    packages = PackagedComponent.rows.across(Crossing.PACKS_RECEIVED).filter(id__in=rows.values("package"))
    return list(packages.defer("text").order_by("name_key", "id"))


def newest_packages(pack: Pack) -> list[PackagedComponent]:
    """The packages of the newest release of a pack."""
    rows = PackRelease.rows.across(Crossing.PACKS_RECEIVED).filter(pack=pack, number=pack.released)
    release = rows.values_list("id", flat=True).first()
    return packages_run(release) if release is not None else []


def releases_run(instances: QuerySet[PackInstance]) -> QuerySet[Any]:
    """These instances, each with the release that it `runs`."""
    return _told(instances)


# ---- where instances run -------------------------------------------------------------------------------------------


def environments_of(instance: Instance) -> tuple[EnvironmentId, ...]:
    """The environments that an instance is attached to."""
    rows = PackAttachment.rows.of(instance.account).filter(ATTACHED, instance=instance.id).order_by("id")
    return tuple(EnvironmentId(key) for key in rows.values_list("environment_id", flat=True))


def environment_counts(account: AccountId, instances: Iterable[str]) -> dict[str, list[str]]:
    """The environments that each of these instances is attached to."""
    found: dict[str, list[str]] = {}
    rows = PackAttachment.rows.of(account).filter(ATTACHED, instance__in=tuple(instances))
    for instance, environment in rows.values_list("instance_id", "environment_id"):
        found.setdefault(instance, []).append(environment)
    return found


def attachments(instance: Instance, environments: Collection[str]) -> dict[str, PackAttachment]:
    """The rows of an instance about these environments, be they attached now or no more."""
    rows = PackAttachment.rows.of(instance.account).filter(instance=instance.id, environment__in=tuple(environments))
    return {row.environment_id: row for row in rows}


def names_attached_to(account: AccountId, environment: EnvironmentId) -> tuple[str, ...]:
    """The names of the instances that are attached to an environment (ENV-6)."""
    rows = PackAttachment.rows.of(account).filter(ATTACHED, environment=environment)
    found = rows.order_by("id").values_list("instance__name", "instance__pack__name")
    return tuple(name or pack for name, pack in found)


def instances_in(account: AccountId, environment: EnvironmentId) -> list[Instance]:
    """The instances that are attached to an environment, by pack and name; at most `AT_ONCE`."""
    there = PackAttachment.rows.of(account).filter(ATTACHED, environment=environment).values("instance")
    rows = _told(PackInstance.rows.of(account).filter(id__in=there))
    return [_instance(row) for row in rows.order_by("pack__name_key", "name_key", "id")[:AT_ONCE]]


@dataclass(frozen=True, slots=True)
class Run:
    """A package that runs in an environment because a pack is attached there. `attachment` and `item` tell it from
    others. `connectors` are the types of those that it uses, with the versions it runs with (CONN-8).
    """

    attachment: int
    item: int
    instance: Instance
    package: PackagedComponent
    since: Instant
    connectors: Mapping[str, str]


def attached_to(account: AccountId, environment: EnvironmentId) -> QuerySet[PackAttachment]:
    """The rows of the instances that are attached to an environment, in order."""
    return PackAttachment.rows.of(account).filter(ATTACHED, environment=environment).order_by("id")


def packs_to_run(
    account: AccountId, environment: EnvironmentId, after: tuple[int, int] = (0, 0)
) -> tuple[list[Run], tuple[int, int] | None]:
    """What the runtimes of an environment run of packs, without the texts, in order from after that attachment and
    item on; at most `AT_ONCE`, and after what it goes on, if there may be more. Five queries.
    """
    found = list(attached_to(account, environment).filter(id__gte=after[0])[: _ATTACHMENTS_AT_ONCE + 1])
    more, looked_at = len(found) > _ATTACHMENTS_AT_ONCE, found[:_ATTACHMENTS_AT_ONCE]
    instances = instances_by_id(account, (row.instance_id for row in looked_at))
    items: dict[int, list[ReleasedPackage]] = {}
    rows = ReleasedPackage.rows.across(Crossing.PACKS_RECEIVED).select_related("package").defer("package__text")
    for item in rows.filter(release__in={one.runs for one in instances.values()}).order_by("id"):
        items.setdefault(item.release_id, []).append(item)
    pairs = [
        (row, item)
        for row in looked_at
        for item in items.get(instances[row.instance_id].runs, [])
        if (row.pk, item.pk) > after
    ]
    runs = _runs(pairs[:AT_ONCE], instances)
    if len(pairs) > AT_ONCE:
        return runs, (runs[-1].attachment, runs[-1].item)
    return runs, (looked_at[-1].pk + 1, 0) if more else None


def _runs(pairs: Collection[tuple[PackAttachment, ReleasedPackage]], instances: Mapping[str, Instance]) -> list[Run]:
    """These items in these environments, with the versions of connectors; two queries."""
    packaged = packaged_versions({item.package_id for _, item in pairs})
    releases = released_versions(item.release_id for _, item in pairs)
    return [
        Run(
            attachment=row.pk,
            item=item.pk,
            instance=instances[row.instance_id],
            package=item.package,
            since=row.attached_at,
            connectors=connector_versions(packaged.get(item.package_id, {}), releases[item.release_id], taken_by(row)),
        )
        for row, item in pairs
    ]


def instances_by_id(account: AccountId, instances: Iterable[str]) -> dict[str, Instance]:
    """The account's instances of these ids, by id."""
    rows = _told(PackInstance.rows.of(account).filter(id__in=tuple(instances)))
    return {row.id: _instance(row) for row in rows}


def pack_running(account: AccountId, environment: EnvironmentId, attachment: int, item: int) -> Run:
    """One of them with its text; refuses with `DeploymentNotFound` what does not run there now."""
    row = attached_to(account, environment).filter(id=attachment).first() if attachment < _BEYOND else None
    if row is None:
        raise Refused(no.DeploymentNotFound())
    instances = instances_by_id(account, [row.instance_id])
    items = ReleasedPackage.rows.across(Crossing.PACKS_RECEIVED).select_related("package")
    runs = instances[row.instance_id].runs
    found = items.filter(release=runs, id=item).first() if item < _BEYOND else None
    if found is None:
        raise Refused(no.DeploymentNotFound())
    [run] = _runs([(row, found)], instances)
    return run


_BEYOND = 2**63
"""The first number that no row can have."""
