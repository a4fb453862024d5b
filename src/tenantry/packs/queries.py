"""Reads of the packs that an account publishes: what they hold, and what has been released of them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from tenantry.build.containing import containing
from tenantry.build.models import Component
from tenantry.deploy.models import PackagedComponent
from tenantry.packs.models import PENDING, Pack, PackComponent, PackInstance, PackRelease, ReleasedPackage
from tenantry.rules import refusals as no
from tenantry.rules.packs import PACKABLE, PACKAGES_LIMIT, Candidate, InstallationType
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import AccountId
from tenantry.store.crossings import Crossing
from tenantry.store.paging import Page, keyset_page

PackRow = Pack
ReleaseRow = PackRelease
PackageRow = PackagedComponent
"""Rows as stored; only this folder's commands write them."""

OFFERED = 50
"""Components that the dialog "Add Packaged Component" shows at a time; more are searched."""

HISTORY = 10
"""Releases that a pack's page lists."""


def pack_of(account: AccountId, pack: str) -> Pack:
    """The account's own pack of this id; refuses with `PackNotFound`."""
    row = Pack.rows.of(account).filter(id=pack).first()
    if row is None:
        raise Refused(no.PackNotFound())
    return row


def packs_named(account: AccountId, packs: Iterable[str]) -> dict[str, Pack]:
    """Those of these packs that are the account's own."""
    return Pack.rows.of(account).in_bulk(sorted(packs))


def name_taken(account: AccountId, name: str, besides: str = "") -> bool:
    """Whether another pack of the account has this name, ignoring case."""
    return Pack.rows.of(account).filter(name_key=name.casefold()).exclude(id=besides).exists()


def packs_page(account: AccountId, search: str = "", place: str = "") -> Page[Any]:
    """One page of the account's own packs by name, each with `packages`, the number of components it holds."""
    held = PackComponent.rows.of(account).filter(pack=OuterRef("pk"), deleted=False).order_by().values("pack")
    rows = Pack.rows.of(account).annotate(packages=Subquery(held.annotate(number=Count("pk")).values("number")))
    for word in search.casefold().split():
        rows = rows.filter(name_key__contains=word)
    return keyset_page(rows, ("name_key", "id"), place)


def pending_releases(packs: Iterable[str]) -> dict[str, PackRelease]:
    """The pending release of each of these packs that has one."""
    rows = PackRelease.rows.across(Crossing.PACKS_RECEIVED).filter(PENDING, pack__in=tuple(packs))
    return {row.pack_id: row for row in rows}


def pending_release(pack: Pack) -> PackRelease | None:
    """The update of a pack whose day has not come."""
    return PackRelease.rows.of(pack.account_id).filter(PENDING, pack=pack).first()


def newest_release(pack: Pack) -> PackRelease | None:
    """The newest completed release."""
    return PackRelease.rows.of(pack.account_id).filter(pack=pack, number=pack.released).first()


def history(pack: Pack) -> list[PackRelease]:
    """The releases of a pack, newest first, at most `HISTORY`."""
    return list(PackRelease.rows.of(pack.account_id).filter(pack=pack).order_by("-id")[:HISTORY])


def packages_of(release: PackRelease | None) -> dict[str, PackagedComponent]:
    """The packages of a release by component, without their texts; nothing for no release."""
    if release is None:
        return {}
    rows = ReleasedPackage.rows.of(release.account_id).filter(release=release)
    packages = PackagedComponent.rows.of(release.account_id).filter(id__in=rows.values("package")).defer("text")
    return {package.component_id: package for package in packages}


def _latest(account: AccountId | str) -> QuerySet[PackagedComponent]:
    """The shareable packages of the component that an outer query is about, newest first."""
    rows = PackagedComponent.rows.of(account).filter(component=OuterRef("component"), shareable=True)
    return rows.order_by("-created_at", "-id")


@dataclass(frozen=True, slots=True)
class Content:
    """A component in a pack, with the packages that are wanted at the next release and that would be the latest."""

    component: str
    name: str
    type: str
    deleted: bool
    chosen: bool
    wanted: PackagedComponent
    latest: PackagedComponent


def contents(pack: Pack) -> list[Content]:
    """What a pack will hold at its next release, by name; two queries."""
    return contents_of_packs(AccountId(pack.account_id), [pack.id])[pack.id]


def contents_of_packs(account: AccountId, packs: Iterable[str]) -> dict[str, list[Content]]:
    """What each of these packs of the account will hold at its next release, by name; two queries."""
    told: dict[str, list[Content]] = {pack: [] for pack in packs}
    rows = PackComponent.rows.of(account).filter(pack__in=tuple(told)).select_related("component")
    found = list(rows.annotate(newest=Subquery(_latest(account).values("id")[:1])))
    keys = {row.newest for row in found} | {row.chosen_id for row in found if row.chosen_id}
    packages = PackagedComponent.rows.of(account).filter(id__in=keys).defer("text").in_bulk()
    for row in found:
        told[row.pack_id].append(
            Content(
                row.component_id,
                row.component.name,
                row.component.type,
                row.deleted,
                row.chosen_id is not None,
                packages[row.chosen_id or row.newest],
                packages[row.newest],
            )
        )
    return {pack: sorted(some, key=lambda one: (one.name.casefold(), one.component)) for pack, some in told.items()}


def wanted(told: Iterable[Content]) -> frozenset[str]:
    """The packages that the next release takes: those of components that are not marked as deleted."""
    return frozenset(one.wanted.id for one in told if not one.deleted)


def component_in(pack: Pack, component: str) -> PackComponent:
    """The component in a pack; refuses with `PackComponentNotFound`."""
    row = PackComponent.rows.of(pack.account_id).filter(pack=pack, component=component).first()
    if row is None:
        raise Refused(no.PackComponentNotFound())
    return row


def held_count(pack: Pack) -> int:
    """How many packages the next release takes."""
    return PackComponent.rows.of(pack.account_id).filter(pack=pack, deleted=False).count()


def there(pack: Pack, components: Iterable[str]) -> frozenset[str]:
    """Those of these components that are in the pack, be they marked as deleted."""
    rows = PackComponent.rows.of(pack.account_id).filter(pack=pack, component__in=tuple(components))
    return frozenset(rows.values_list("component_id", flat=True))


def candidates(account: AccountId, components: Collection[str]) -> dict[str, Candidate]:
    """What the rules judge of these components of the account, as far as they exist; two queries."""
    rows = Component.rows.of(account).filter(id__in=tuple(components), deleted_at__isnull=True)
    newest = PackagedComponent.rows.of(account).filter(component=OuterRef("pk"), shareable=True)
    newest = newest.order_by("-created_at", "-id")
    found = list(rows.annotate(package_text=Subquery(newest.values("text")[:1])))
    texts = {row.id: row.package_text for row in found if row.package_text is not None}
    routes = containing(account, texts, "process_route")
    return {row.id: Candidate(row.name, row.type, row.id in texts, row.id in routes) for row in found}


def with_routes(account: AccountId, packages: Collection[str]) -> tuple[str, ...]:
    """The names of those of these packages that contain a Process Route."""
    rows = PackagedComponent.rows.of(account).filter(id__in=tuple(packages)).values_list("id", "name", "text")
    found = {key: (name, text) for key, name, text in rows}
    routes = containing(account, {key: text for key, (_, text) in found.items()}, "process_route")
    return tuple(sorted(found[key][0] for key in routes))


def offered_components(pack: Pack, search: str = "") -> tuple[list[Component], int]:
    """The first components by name that can be put into a pack, and how many match: those with a shareable package and
    of a type that it takes. Whether a Process Route is in one, adding tells.
    """
    account = pack.account_id
    kinds = [kind for kind in PACKABLE if kind != "api_service" or pack.type == InstallationType.SINGLE]
    shareable = PackagedComponent.rows.of(account).filter(shareable=True).values("component")
    inside = PackComponent.rows.of(account).filter(pack=pack).values("component")
    rows = Component.rows.of(account).filter(type__in=kinds, deleted_at__isnull=True, id__in=shareable)
    rows = rows.exclude(id__in=inside)
    for word in search.casefold().split():
        rows = rows.filter(name_key__contains=word)
    return list(rows.order_by("name_key", "id")[:OFFERED]), rows.count()


def named_components(account: AccountId, components: Collection[str]) -> list[Component]:
    """These components of the account, by name, at most as many as a pack holds."""
    rows = Component.rows.of(account).filter(id__in=tuple(components)[: PACKAGES_LIMIT + 1], deleted_at__isnull=True)
    return list(rows.order_by("name_key", "id"))


def shareable_versions(account: AccountId, component: str) -> list[PackagedComponent]:
    """The newest shareable packages of a component, at most `OFFERED`."""
    rows = PackagedComponent.rows.of(account).filter(component=component, shareable=True).defer("text")
    return list(rows.order_by("-created_at", "-id")[:OFFERED])


def shareable_packages(account: AccountId, versions: Mapping[str, str]) -> dict[str, PackagedComponent]:
    """The shareable packages of these components in these versions, by component, as far as they exist; one query."""
    rows = PackagedComponent.rows.of(account).filter(component__in=tuple(versions), shareable=True)
    found = rows.filter(version__in=set(versions.values())).defer("text").order_by("created_at", "id")
    return {row.component_id: row for row in found if versions[row.component_id] == row.version}


def shareable_package(account: AccountId, component: str, package: str) -> PackagedComponent:
    """The shareable package of this id and component; refuses with `PackageNotFound`."""
    rows = PackagedComponent.rows.of(account).filter(id=package, component=component, shareable=True)
    row = rows.defer("text").first()
    if row is None:
        raise Refused(no.PackageNotFound())
    return row


def is_in_pack(account: AccountId | str, package: str) -> bool:
    """Whether a package was released in a pack, or is what a pack will hold: chosen, or the only shareable one of a
    component that is in it (PROC-8).
    """
    if ReleasedPackage.rows.of(account).filter(package_id=package).exists():
        return True
    row = PackagedComponent.rows.of(account).filter(id=package).only("component_id", "shareable").first()
    held = PackComponent.rows.of(account).filter(component_id=row.component_id if row is not None else "")
    if row is None or not row.shareable or not held.exists():
        return False
    others = PackagedComponent.rows.of(account).filter(component_id=row.component_id, shareable=True)
    return held.filter(chosen_id=package).exists() or not others.exclude(id=package).exists()


def installed(pack: Pack) -> tuple[int, int]:
    """How many instances of a pack are installed, and in how many accounts."""
    rows = PackInstance.rows.across(Crossing.PACKS_INSTALLED).filter(pack=pack)
    counted = rows.aggregate(instances=Count("pk"), accounts=Count("account", distinct=True))
    return counted["instances"], counted["accounts"]


def instances_living(packs: Iterable[str], accounts: QuerySet[PackInstance]) -> Iterator[tuple[AccountId, str, str]]:
    """What lives by these packs in the accounts of a query (which gives ids), the owner's apart: (account, pack, words
    such as "2 installed instances").
    """
    rows = PackInstance.rows.across(Crossing.IMPACT).filter(Q(pack__in=tuple(packs)), account__in=accounts)
    rows = rows.exclude(account=F("pack__account"))
    counted = rows.order_by().values("account", "pack").annotate(number=Count("pk"))
    for account, pack, number in counted.values_list("account", "pack", "number"):
        yield AccountId(account), pack, f"{number:,} installed instance{'' if number == 1 else 's'}"
