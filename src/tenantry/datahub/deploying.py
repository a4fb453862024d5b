"""Writes of repositories, and of what is deployed to them. Each verb is one transaction with one entry."""

import uuid

from tenantry.accounts.queries import existing_account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import Changes, record
from tenantry.datahub.models import ModelDeployment, Repository
from tenantry.datahub.queries import (
    deployment_in,
    model_of,
    models_in,
    repository_name_taken,
    repository_of,
    version_of,
)
from tenantry.decisions.guard import require
from tenantry.rules import modelling as law, refusals as no
from tenantry.rules.refusals import Refused, refuse
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.store import revisions
from tenantry.store.transaction import command

MANAGE = "MDM_REPOSITORY_MANAGEMENT"
SEE = "MDM_VIEW_REPOSITORIES"
DEPLOY = "MDM_MODEL_DEPLOYMENT"
REMOVE = "MDM_MODEL_REMOVAL"


@command
def create_repository(*, actor: Actor, at: Instant, account: AccountId, name: str, reason: str = "") -> str:
    """Make a repository; returns its id. Needs Repository Management, and Data Hub in the account.

    Refuses a bad name, and one that a repository of the account has.
    """
    revisions.lock(account)
    require(MANAGE, actor=actor, account=account, at=at)
    refuse(law.check_feature(existing_account(account).features, account, "MODEL-1"))
    name = _free_name(account, name)
    repository = str(uuid.uuid4())
    row = Repository(id=repository, account_id=account, name=name, name_key=name.casefold())
    Repository.rows.of(account).bulk_create([row])
    changes: Changes = {"id": (None, repository)}
    record(Act.REPOSITORY_CREATED, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes)
    return repository


@command
def rename_repository(
    *, actor: Actor, at: Instant, account: AccountId, repository: str, name: str, reason: str = ""
) -> None:
    """Give a repository another name. Needs Repository Management."""
    revisions.lock(account)
    require(MANAGE, actor=actor, account=account, at=at)
    row = repository_of(account, repository)
    name = _free_name(account, name, besides=repository)
    if name == row.name:
        return
    Repository.rows.of(account).filter(id=repository).update(name=name, name_key=name.casefold())
    changes: Changes = {"name": (row.name, name)}
    record(Act.REPOSITORY_RENAMED, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes)


@command
def remove_repository(*, actor: Actor, at: Instant, account: AccountId, repository: str, reason: str = "") -> None:
    """Delete a repository. Needs Repository Management; refuses while models are deployed to it (MODEL-5)."""
    revisions.lock(account)
    require(MANAGE, actor=actor, account=account, at=at)
    row = repository_of(account, repository)
    refuse(law.check_repository_deletable(row.name, models_in(account, row)))
    Repository.rows.of(account).filter(id=repository).delete()
    changes: Changes = {"id": (repository, None)}
    record(
        Act.REPOSITORY_DELETED, actor=actor, account=account, at=at, container=row.name, reason=reason, changes=changes
    )


@command
def deploy_model(
    *, actor: Actor, at: Instant, account: AccountId, model: str, version: int, repository: str, reason: str = ""
) -> None:
    """Put a published version into a repository, in place of any other version of the model there.

    Needs Model Deployment and View Repositories. Refuses the version that is there already.
    """
    revisions.lock(account)
    for right in (DEPLOY, SEE):
        require(right, actor=actor, account=account, at=at)
    row, place = model_of(account, model), repository_of(account, repository)
    wanted = version_of(account, row, version)
    before = deployment_in(account, row, place)
    if before is not None and before.version_id == wanted.pk:
        raise Refused(no.VersionDeployedAlready(model=row.name, version=version, repository=place.name))
    if before is None:
        made = ModelDeployment(account_id=account, repository=place, model=row, version=wanted, user=actor.name, at=at)
        ModelDeployment.rows.of(account).bulk_create([made])
    else:
        rows = ModelDeployment.rows.of(account).filter(pk=before.pk)
        rows.update(version=wanted, user=actor.name, at=at)
    changes: Changes = {
        "repository": (None, place.name),
        "version": (before.version.number if before else None, version),
    }
    record(Act.MODEL_DEPLOYED, actor=actor, account=account, at=at, container=row.name, reason=reason, changes=changes)


@command
def undeploy_model(
    *, actor: Actor, at: Instant, account: AccountId, model: str, repository: str, reason: str = ""
) -> None:
    """Take a model out of a repository. Needs Model Removal and View Repositories. Refuses one that is not there."""
    revisions.lock(account)
    for right in (REMOVE, SEE):
        require(right, actor=actor, account=account, at=at)
    row, place = model_of(account, model), repository_of(account, repository)
    there = deployment_in(account, row, place)
    if there is None:
        raise Refused(no.ModelNotDeployed(model=row.name, repository=place.name))
    ModelDeployment.rows.of(account).filter(pk=there.pk).delete()
    changes: Changes = {"repository": (place.name, None), "version": (there.version.number, None)}
    record(
        Act.MODEL_UNDEPLOYED, actor=actor, account=account, at=at, container=row.name, reason=reason, changes=changes
    )


def _free_name(account: AccountId, name: str, besides: str = "") -> str:
    name = name.strip()
    refuse(law.check_repository_name(name))
    if repository_name_taken(account, name, besides):
        raise Refused(no.RepositoryNameTaken(name=name))
    return name
