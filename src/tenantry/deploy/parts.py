"""What a packaged component contains besides itself: the components that it needs, and the connectors they name."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from tenantry.build.copying import AT_ONCE, newest_texts
from tenantry.build.dependencies import needed_by
from tenantry.connectors.queries import versions_in_force
from tenantry.deploy.models import PackageConnector, PackagedComponent, PackagedPart
from tenantry.rules.passwords import passwords_in
from tenantry.rules.vocabulary import AccountId
from tenantry.store.bulk import insert_rows
from tenantry.store.lines import portions
from tenantry.store.paging import Page, keyset_page


@dataclass(frozen=True, slots=True)
class Content:
    """A component of a package, its text apart."""

    component: str
    name: str
    type: str
    format: str


def write_parts(package: PackagedComponent) -> None:
    """Keep what a packaged component needs as it is now; a part of packaging."""
    account = AccountId(package.account_id)
    needed = {row.pk: row for row in needed_by(account, package.component_id)}
    columns = (
        *("account_id", "package_id", "component_id", "revision", "name", "name_key", "type", "format", "text"),
        "passwords",
    )
    for some in portions(sorted(needed), AT_ONCE):
        texts = dict(newest_texts(account, some))
        rows = ((needed[key], text) for key, text in texts.items())
        insert_rows(
            PackagedPart,
            columns,
            (
                (
                    *(account, package.pk, row.pk, row.revision, row.name, row.name_key, row.type, row.format, text),
                    passwords_in(row.format, text),
                )
                for row, text in rows
            ),
        )


def write_connectors(package: PackagedComponent, types: Collection[str]) -> None:
    """Keep which connectors a packaged component uses, with the versions that are in force now; a part of packaging."""
    versions = versions_in_force(types)
    named = ((package.account_id, package.pk, kind, versions.get(kind, "")) for kind in sorted(types))
    insert_rows(PackageConnector, ("account_id", "package_id", "type", "version"), named)


def forget_parts(account: AccountId, package: str) -> None:
    """Take away what a packaged component contains; a part of deleting it."""
    PackageConnector.rows.of(account).filter(package_id=package).delete()
    PackagedPart.rows.of(account).filter(package_id=package).delete()


def types_in(account: AccountId, package: str) -> frozenset[str]:
    """The types of what a packaged component contains besides itself."""
    rows = PackagedPart.rows.of(account).filter(package_id=package)
    return frozenset(rows.order_by().values_list("type", flat=True).distinct())


def component_count(package: PackagedComponent) -> int:
    """How many components there are in a package, itself among them."""
    return PackagedPart.rows.of(package.account_id).filter(package_id=package.pk).count() + 1


def contents_of(package: PackagedComponent) -> list[Content]:
    """The packaged component itself, and what it contains besides by name."""
    rows = PackagedPart.rows.of(package.account_id).filter(package_id=package.pk).order_by("name_key", "id")
    parts = rows.values_list("component_id", "name", "type", "format")
    return [
        Content(package.component_id, package.name, package.type, package.format),
        *(Content(*one) for one in parts),
    ]


def parts_page(account: AccountId, package: str, at: str = "") -> tuple[Page[PackagedPart], int]:
    """One page of what a packaged component contains besides itself, by name and without the texts; and how many."""
    rows = PackagedPart.rows.of(account).filter(package_id=package).defer("text")
    return keyset_page(rows, ("name_key", "id"), at), rows.count()


def texts_of(package: PackagedComponent, components: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """The texts of these components as they were packaged, each with its id and how it is written."""
    if package.component_id in components:
        yield package.component_id, package.format, package.text
    rows = PackagedPart.rows.of(package.account_id).filter(package_id=package.pk, component_id__in=components)
    yield from rows.values_list("component_id", "format", "text")


def unpublishable(account: AccountId, packages: Iterable[str], types: Iterable[str]) -> set[str]:
    """Those of these packages that contain a component of one of these types; one query."""
    rows = PackagedPart.rows.of(account).filter(package_id__in=list(packages), type__in=list(types))
    return set(rows.values_list("package_id", flat=True))
