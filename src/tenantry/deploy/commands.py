"""Writes of packaged components and deployments. What decisions rest on is untouched, so no revision is raised."""

import uuid

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry, Changes, record, record_many
from tenantry.build.blocking import check_types, check_usable
from tenantry.connectors.queries import hold_named, versions_in_force
from tenantry.decisions.guard import Permit, require, require_in
from tenantry.deploy.keeping import kept_by
from tenantry.deploy.models import ACTIVE, Deployment, DeploymentConnector, PackagedComponent
from tenantry.deploy.parts import forget_parts, write_connectors, write_parts
from tenantry.deploy.queries import (
    active_deployment,
    component_to_package,
    deployment_of,
    next_version,
    package_of,
    types_of_package,
    version_taken,
)
from tenantry.environments.queries import environment_in
from tenantry.rules import deploying, refusals as no
from tenantry.rules.deploying import PackageId
from tenantry.rules.passwords import passwords_in
from tenantry.rules.refusals import refuse
from tenantry.rules.surfaces import ACTIONS
from tenantry.rules.vocabulary import OPERATOR, AccountId, Actor, ComponentId, EnvironmentId, Instant
from tenantry.runtimes.queries import closed_to_deployments
from tenantry.schedules.commands import forget_schedules
from tenantry.store import revisions
from tenantry.store.transaction import command

DEPLOY = "DEPLOY"
PACKAGE = "PACKAGE_MANAGEMENT"
[_FROM_BUILD] = ACTIONS["build.package"]


@command
def create_package(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    component: ComponentId | str,
    version: str | None,
    notes: str = "",
    shareable: bool = False,
    from_build: bool = True,
    reason: str = "",
) -> PackageId:
    """Package the newest revision of a component for good, with all that it needs (PROC-2). Without a version it gets
    the next whole number that is free.

    Needs Packaged Component Management and, `from_build`, Build Read and Write Access as well (PRIV-9).

    Refuses a bad or taken version, notes that are too long, and components that are deleted or not deployable, or use a
    connector that the account cannot use (CONN-9).
    """
    revisions.lock(account)
    for privilege in sorted(_FROM_BUILD if from_build else {PACKAGE}):
        require(privilege, actor=actor, account=account, at=at)
    return _package(
        actor=actor,
        at=at,
        account=account,
        component=component,
        version=version,
        notes=notes,
        shareable=shareable,
        reason=reason,
    )


@command
def remove_package(
    *, actor: Actor, at: Instant, account: AccountId, package: PackageId | str, reason: str = ""
) -> None:
    """Delete a packaged component, with what is remembered of deployments of it that have ended; its version can be
    used again. Needs Packaged Component Management.

    Refuses what is published, deployed or released in a pack (PROC-8).
    """
    revisions.lock(account)
    require(PACKAGE, actor=actor, account=account, at=at)
    row = package_of(account, package)
    refuse(deploying.check_package_goes(row.name, row.version, kept_by(account, row.pk)))
    DeploymentConnector.rows.of(account).filter(deployment__package_id=row.pk).delete()
    Deployment.rows.of(account).filter(package_id=row.pk).delete()
    forget_parts(account, row.pk)
    PackagedComponent.rows.of(account).filter(pk=row.pk).delete()
    changes: Changes = {"version": (row.version, None), "revision": (row.revision, None)}
    record(Act.PACKAGE_DELETED, actor=actor, account=account, at=at, container=row.name, reason=reason, changes=changes)


@command
def deploy(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    package: PackageId | str,
    environment: EnvironmentId,
    notes: str = "",
    reason: str = "",
) -> int:
    """Let the runtimes of an environment run a packaged component, in place of any other version of the component.

    Needs Packaged Component Deployment in the environment (ENV_CAN). Returns the deployment's number; refuses what is
    deployed there already, what uses a connector that the account cannot use (CONN-9), and an environment with an
    attachment in a cloud that allows no deployments (CLOUD-2); one that is Unavailable refuses nothing and runs nothing
    (CLOUD-8). The versions of connectors that are in force now are noted: the deployment keeps them (CONN-8), and its
    `notes`.
    """
    revisions.lock(account)
    permit = require_in(environment, DEPLOY, actor=actor, account=account, at=at)
    refuse(deploying.check_notes(notes))
    return _deploy(permit, package_of(account, package), environment, at=at, notes=notes, reason=reason)


@command
def package_and_deploy(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    component: ComponentId | str,
    version: str | None,
    environment: EnvironmentId,
    notes: str = "",
    shareable: bool = False,
    reason: str = "",
) -> int:
    """Package a component and deploy it in one go. Needs Packaged Component Management, and Packaged Component
    Deployment in the environment (PRIV-9). The notes are those of both. Refuses what `create_package` and `deploy`
    refuse.
    """
    revisions.lock(account)
    require(PACKAGE, actor=actor, account=account, at=at)
    permit = require_in(environment, DEPLOY, actor=actor, account=account, at=at)
    package = _package(
        actor=actor,
        at=at,
        account=account,
        component=component,
        version=version,
        notes=notes,
        shareable=shareable,
        reason=reason,
    )
    return _deploy(permit, package_of(account, package), environment, at=at, notes=notes.strip(), reason=reason)


@command
def undeploy(*, actor: Actor, at: Instant, account: AccountId, deployment: int, reason: str = "") -> None:
    """End a deployment: the environment's runtimes run the component no longer, and its schedule there is gone.

    Needs Packaged Component Deployment in the environment. Refuses a deployment that has ended.
    """
    revisions.lock(account)
    row = deployment_of(account, deployment)
    permit = require_in(EnvironmentId(row.environment_id), DEPLOY, actor=actor, account=account, at=at)
    place = environment_in(permit.facts.account, row.environment_id)
    if row.ended_at is not None:
        raise no.Refused(
            no.DeploymentEnded(component=row.package.name, version=row.package.version, environment=place.name)
        )
    _end(row, actor=actor, at=at)
    forget_schedules(actor=actor, at=at, account=account, environment=place.id, component=row.component_id)
    changes: Changes = {"version": (row.package.version, None), "environment": (place.name, None)}
    record(
        Act.UNDEPLOYED,
        actor=actor,
        account=account,
        at=at,
        container=row.package.name,
        reason=reason,
        changes=changes,
    )


@command
def forget_environment(*, at: Instant, account: AccountId, environment: EnvironmentId, actor: Actor = OPERATOR) -> None:
    """Take an environment's deployments and schedules away, as a part of deleting it; each active one of them is
    recorded as ended, and each schedule as removed.
    """
    forget_schedules(actor=actor, at=at, account=account, environment=environment)
    rows = Deployment.rows.of(account).filter(environment_id=environment)
    active = rows.filter(ACTIVE).order_by("id")
    ended = list(active.values_list("package__name", "package__version", "environment__name"))
    DeploymentConnector.rows.of(account).filter(deployment__environment_id=environment).delete()
    rows.delete()
    entries = (
        BulkEntry(
            Act.UNDEPLOYED,
            account,
            name,
            {"version": (version, None), "environment": (place, None)},
            f"The environment {place} was deleted.",
        )
        for name, version, place in ended
    )
    record_many(entries, actor=actor, at=at)


def _package(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    component: str,
    version: str | None,
    notes: str,
    shareable: bool,
    reason: str,
) -> PackageId:
    found = component_to_package(account, component)
    refuse(deploying.check_deployable(found.name, found.type))
    types = check_usable(account, found.id, found.name)
    version = next_version(account, found.id) if version is None else version.strip()
    notes = notes.strip()
    refuse(deploying.check_version(version))
    refuse(deploying.check_notes(notes))
    if version_taken(account, found.id, version):
        raise no.Refused(no.VersionTaken(component=found.name, version=version))
    package = PackageId(str(uuid.uuid4()))
    row = PackagedComponent(
        id=package,
        account_id=account,
        component_id=found.id,
        revision=found.revision,
        version=version,
        name=found.name,
        name_key=found.name.casefold(),
        type=found.type,
        format=found.format,
        text=found.text,
        passwords=passwords_in(found.format, found.text),
        notes=notes,
        shareable=shareable,
        user=actor.name,
        created_at=at,
    )
    PackagedComponent.rows.of(account).bulk_create([row])
    write_parts(row)
    write_connectors(row, types)
    changes: Changes = {
        "version": (None, version),
        "revision": (None, found.revision),
        "shareable": (None, shareable),
    }
    record(Act.PACKAGED, actor=actor, account=account, at=at, container=found.name, reason=reason, changes=changes)
    return package


def _deploy(
    permit: Permit, package: PackagedComponent, environment: EnvironmentId, *, at: Instant, notes: str = "", reason: str
) -> int:
    account, actor = permit.account, permit.actor
    place = environment_in(permit.facts.account, environment)
    types = types_of_package(account, package.pk)
    hold_named(types)  # the component may be deleted by now: what is deployed keeps its connectors as well (CONN-10)
    check_types(account, types, package.name)
    before = active_deployment(account, package.component_id, environment)
    if before is not None and before.package_id == package.id:
        raise no.Refused(no.AlreadyDeployed(component=package.name, version=package.version, environment=place.name))
    refuse(closed_to_deployments(account, [place]))
    if before is not None:
        _end(before, actor=actor, at=at)
    row = Deployment(
        account_id=account,
        environment_id=environment,
        package=package,
        component_id=package.component_id,
        user=actor.name,
        deployed_at=at,
        notes=notes,
    )
    [made] = Deployment.rows.of(account).bulk_create([row])
    versions = versions_in_force(types)
    DeploymentConnector.rows.of(account).bulk_create(
        DeploymentConnector(account_id=account, deployment_id=made.pk, type=kind, version=versions.get(kind, ""))
        for kind in sorted(types)
    )
    changes: Changes = {
        "version": (before.package.version if before else None, package.version),
        "environment": (None, place.name),
    }
    record(Act.DEPLOYED, actor=actor, account=account, at=at, container=package.name, reason=reason, changes=changes)
    return made.pk


def _end(row: Deployment, *, actor: Actor, at: Instant) -> None:
    Deployment.rows.of(row.account_id).filter(pk=row.pk).update(ended_at=at, ended_by=actor.name)
