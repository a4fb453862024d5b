"""Reads of packaged components and deployments. Lists leave out what is in environments that are not accessible."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import CharField, Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast

from tenantry.build.component_rows import told_type
from tenantry.build.models import Component, ComponentRevision
from tenantry.deploy.models import ACTIVE, Deployment, DeploymentConnector, PackageConnector, PackagedComponent
from tenantry.rules import refusals as no
from tenantry.rules.deploying import DEPLOYABLE
from tenantry.rules.places import Environment
from tenantry.rules.refusals import Refused
from tenantry.rules.schedules import SCHEDULABLE
from tenantry.rules.vocabulary import AccountId, EnvironmentId
from tenantry.store.lines import portions
from tenantry.store.paging import Page, keyset_page

OFFERED = 50
"""Components that a dialog offers; more are searched."""

RUN_AT_ONCE = 500
"""Deployments that a runtime is told at a time."""

PackageRow = PackagedComponent
DeploymentRow = Deployment
"""Rows as stored; only this folder's commands write them."""


@dataclass(frozen=True, slots=True)
class Packable:
    """A component as it can be packaged: its newest revision with the text of it."""

    id: str
    name: str
    type: str
    format: str
    revision: int
    text: str = ""


def component_to_package(account: AccountId, component: str) -> Packable:
    """The newest revision of a component; refuses deleted and unknown ones with `ComponentNotFound`."""
    row = Component.rows.of(account).filter(id=component, deleted_at__isnull=True).first()
    if row is None:
        raise Refused(no.ComponentNotFound())
    newest = ComponentRevision.rows.of(account).get(component_id=row.id, number=row.revision)
    return Packable(row.id, row.name, row.type, row.format, row.revision, newest.text)


def components_to_package(account: AccountId, search: str = "") -> tuple[tuple[Packable, ...], bool]:
    """The first components by name that can be packaged, and whether there are more of them."""
    rows = Component.rows.of(account).filter(deleted_at__isnull=True, type__in=DEPLOYABLE)
    if search:
        rows = rows.filter(name_key__contains=search.casefold())
    found = [
        Packable(*columns)
        for columns in rows.order_by("name_key", "id").values_list("id", "name", "type", "format", "revision")[
            : OFFERED + 1
        ]
    ]
    return tuple(found[:OFFERED]), len(found) > OFFERED


def chosen_to_package(account: AccountId, component: str) -> list[Packable]:
    """The component of this id as such a choice; none if there is no such component."""
    rows = Component.rows.of(account).filter(id=component, deleted_at__isnull=True, type__in=DEPLOYABLE)
    return [Packable(*columns) for columns in rows.values_list("id", "name", "type", "format", "revision")]


def package_of(account: AccountId, package: str) -> PackagedComponent:
    """The packaged component of this id; refuses with `PackageNotFound`."""
    row = PackagedComponent.rows.of(account).filter(id=package).first()
    if row is None:
        raise Refused(no.PackageNotFound())
    return row


def types_of_package(account: AccountId, package: str) -> frozenset[str]:
    """The types of the connectors that a packaged component uses (CONN-9)."""
    rows = PackageConnector.rows.of(account).filter(package_id=package)
    return frozenset(rows.values_list("type", flat=True))


def connectors_of_package(account: AccountId, package: str) -> list[tuple[str, str]]:
    """The connectors that a packaged component uses: type, and the version that was in force when it was packaged."""
    rows = PackageConnector.rows.of(account).filter(package_id=package).order_by("type")
    return list(rows.values_list("type", "version"))


def connectors_of_deployments(account: AccountId, deployments: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    """The connectors that deployments use: type, and the version that was in force when each was deployed (CONN-8)."""
    found: dict[int, list[tuple[str, str]]] = {}
    rows = DeploymentConnector.rows.of(account).filter(deployment_id__in=tuple(deployments)).order_by("type")
    for deployment, kind, version in rows.values_list("deployment_id", "type", "version"):
        found.setdefault(deployment, []).append((kind, version))
    return found


def packages_page(account: AccountId, search: str = "", at: str = "") -> Page[PackagedComponent]:
    """One page of packaged components, newest first, without their texts. `search` is a part of the name."""
    rows: QuerySet[PackagedComponent] = PackagedComponent.rows.of(account).defer("text")
    if search:
        rows = rows.filter(name_key__contains=search.casefold())
    return keyset_page(rows, ("created_at", "id"), at, descending=True)


def versions_of(account: AccountId, component: str, search: int = 20) -> list[PackagedComponent]:
    """The newest packaged versions of a component, at most `search` of them."""
    rows = PackagedComponent.rows.of(account).filter(component_id=component).defer("text")
    return list(rows.order_by("-created_at", "-id")[:search])


def version_taken(account: AccountId, component: str, version: str) -> bool:
    """Whether the component has a packaged version of this label."""
    return PackagedComponent.rows.of(account).filter(component_id=component, version=version).exists()


def next_version(account: AccountId, component: str) -> str:
    """The version that a package gets to which nobody gives one: the next whole number that is free, as `2.0`."""
    rows = PackagedComponent.rows.of(account).filter(component_id=component)
    taken = set(rows.values_list("version", flat=True))
    number = len(taken) + 1
    while f"{number}.0" in taken:
        number += 1
    return f"{number}.0"


def all_packages(account: AccountId) -> "QuerySet[PackagedComponent]":
    """The packaged components of an account, without their texts, each with `told_type`."""
    rows = PackagedComponent.rows.of(account).defer("text")
    return rows.annotate(told_type=told_type("component__"))


def deployments_in(account: AccountId, environments: Iterable[str]) -> "QuerySet[Deployment]":
    """What is and was deployed to these environments, each with `told_type`, its number as `told_id`, and how many
    times its component had been deployed there then, as `times`.
    """
    until = Deployment.rows.of(account).filter(
        component=OuterRef("component"), environment=OuterRef("environment"), id__lte=OuterRef("id")
    )
    counted = until.order_by().values("component").annotate(number=Count("id")).values("number")
    rows = Deployment.rows.of(account).select_related("package", "environment").defer("package__text")
    return rows.filter(environment_id__in=list(environments)).annotate(
        told_type=told_type("component__"), told_id=Cast("id", CharField()), times=Subquery(counted)
    )


def deployment_of(account: AccountId, deployment: int) -> Deployment:
    """The deployment of this number with its package; refuses with `DeploymentNotFound`."""
    rows = Deployment.rows.of(account).select_related("package", "environment").defer("package__text")
    row = rows.filter(id=deployment).first() if deployment < _BEYOND else None
    if row is None:
        raise Refused(no.DeploymentNotFound())
    return row


_BEYOND = 2**63
"""The first number that no row can have."""


def active_deployment(account: AccountId, component: str, environment: str) -> Deployment | None:
    """What of a component is deployed to an environment now."""
    rows = Deployment.rows.of(account).select_related("package", "environment").defer("package__text")
    return rows.filter(ACTIVE, component_id=component, environment_id=environment).first()


def deploys_anything(account: AccountId, environment: str) -> bool:
    """Whether anything is deployed to an environment now."""
    return Deployment.rows.of(account).filter(ACTIVE, environment_id=environment).exists()


def deployments_page(
    account: AccountId, environment: EnvironmentId, at: str = "", *, ended: bool = False
) -> Page[Deployment]:
    """One page of what is deployed to an environment, newest first; with `ended`, of what was before."""
    rows = Deployment.rows.of(account).select_related("package").defer("package__text")
    rows = rows.filter(environment_id=environment, ended_at__isnull=not ended)
    return keyset_page(rows, ("deployed_at", "id"), at, descending=True)


def processes_page(account: AccountId, environment: EnvironmentId, search: str = "", at: str = "") -> Page[Deployment]:
    """One page of the processes that are deployed to an environment, newest first. `search` is a part of the name."""
    rows = Deployment.rows.of(account).select_related("package").defer("package__text")
    rows = rows.filter(ACTIVE, environment_id=environment, package__type=SCHEDULABLE)
    if search:
        rows = rows.filter(package__name_key__contains=search.casefold())
    return keyset_page(rows, ("deployed_at", "id"), at, descending=True)


def where_deployed(
    account: AccountId, packages: Collection[str], environments: Iterable[Environment]
) -> dict[str, list[Deployment]]:
    """The active deployments of these packages in these environments, by package; one query."""
    found: dict[str, list[Deployment]] = {}
    rows = Deployment.rows.of(account).select_related("environment")
    rows = rows.filter(ACTIVE, package_id__in=packages).order_by("environment__name", "id")
    inside = {environment.id for environment in environments}
    for row in rows:
        if row.environment_id in inside:
            found.setdefault(row.package_id, []).append(row)
    return found


def is_deployed(account: AccountId, package: str) -> bool:
    """Whether a packaged component is deployed anywhere now, environments that are closed to somebody included."""
    return Deployment.rows.of(account).filter(ACTIVE, package_id=package).exists()


def to_run(account: AccountId, environment: EnvironmentId, after: int = 0) -> tuple[list[Deployment], bool]:
    """What the runtimes of an environment run, without the texts, oldest first from after that number on; at most
    `RUN_AT_ONCE`, and whether there is more.
    """
    rows = Deployment.rows.of(account).select_related("package").defer("package__text")
    found = list(rows.filter(ACTIVE, environment_id=environment, id__gt=after).order_by("id")[: RUN_AT_ONCE + 1])
    return found[:RUN_AT_ONCE], len(found) > RUN_AT_ONCE


def running(account: AccountId, environment: EnvironmentId, deployment: int) -> Deployment:
    """What is deployed to an environment under this number now, with its text; refuses with `DeploymentNotFound`."""
    rows = Deployment.rows.of(account).select_related("package")
    row = rows.filter(ACTIVE, environment_id=environment, id=deployment).first() if deployment < _BEYOND else None
    if row is None:
        raise Refused(no.DeploymentNotFound())
    return row


def deployed_components(account: AccountId, components: Iterable[str]) -> tuple[str, ...]:
    """The names of those of these components that are deployed anywhere, by name: their folders stay (FOLD-13)."""
    names: set[str] = set()
    for some in portions(sorted(set(components))):
        rows = Deployment.rows.of(account).filter(ACTIVE, component_id__in=some)
        names.update(rows.values_list("component__name", flat=True))
    return tuple(sorted(names, key=str.casefold))
