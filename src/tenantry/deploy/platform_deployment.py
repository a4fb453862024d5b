"""DeployedPackage in the platform API, behind the gates of environments (ENV-13)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from django.db.models import Q, QuerySet

from tenantry.build.platform_metadata import BRANCH
from tenantry.deploy import commands
from tenantry.deploy.queries import DeploymentRow as Row, deployments_in
from tenantry.environments.queries import accessible_environments, ids_of
from tenantry.platform_api.calls import Call
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import Moment, Number, Same, Text, Whether
from tenantry.platform_api.wire.reading import Malformed
from tenantry.platform_api.wire.shapes import ELEMENT, Wire
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import EnvironmentId

_ACTIVE: Final = Q(ended_at__isnull=True)
_LONGEST: Final = 18
"""Digits in the number of a deployment."""


class DeployedPackage(Wire):
    """A packaged component in an environment; one that has ended is not active. `version` counts how many times its
    component has been deployed there.
    """

    active: Annotated[bool | None, ELEMENT] = None
    branch_name: Annotated[str | None, ELEMENT] = None
    component_id: Annotated[str | None, ELEMENT] = None
    component_type: Annotated[str | None, ELEMENT] = None
    component_version: Annotated[int | None, ELEMENT] = None
    deployed_by: Annotated[str | None, ELEMENT] = None
    deployed_date: Annotated[datetime | None, ELEMENT] = None
    deployment_id: Annotated[str | None, ELEMENT] = None
    environment_id: Annotated[str | None, ELEMENT] = None
    listener_status: Annotated[Literal["RUNNING", "PAUSED"] | None, ELEMENT] = None
    message: Annotated[str | None, ELEMENT] = None
    notes: Annotated[str | None, ELEMENT] = None
    package_id: Annotated[str | None, ELEMENT] = None
    package_version: Annotated[str | None, ELEMENT] = None
    version: Annotated[int | None, ELEMENT] = None


def _told(row: Any) -> DeployedPackage:  # noqa: ANN401 - a deployment with its annotations
    return DeployedPackage(
        active=row.ended_at is None,
        branch_name=BRANCH,
        component_id=row.component_id,
        component_type=row.told_type,
        component_version=row.package.revision,
        deployed_by=row.user,
        deployed_date=row.deployed_at,
        deployment_id=str(row.pk),
        environment_id=row.environment_id,
        notes=row.notes,
        package_id=row.package_id,
        package_version=row.package.version,
        version=row.times,
    )


def _shown(call: Call, rows: Sequence[Row]) -> list[DeployedPackage]:
    del call
    return [_told(row) for row in rows]


def _rows(call: Call) -> "QuerySet[Row]":
    """In the environments whose gate lets the caller in; others are left out."""
    return deployments_in(call.account, ids_of(accessible_environments(call.access, call.facts)))


def _named(id: str) -> Q | None:
    whole = id.isascii() and id.isdigit() and id[0] != "0" and len(id) <= _LONGEST
    return Q(id=int(id)) if whole else None


def _create(call: Call, sent: DeployedPackage) -> str:
    """Deploy a package, or, where a component is named instead, package it first and deploy that."""
    environment = EnvironmentId(sent.environment_id or "")
    if environment not in call.facts.environments:
        msg = f"environmentId is {environment[:80]!r}, which is no environment here." if environment else _NOWHERE
        raise Malformed(msg)
    if sent.listener_status == "PAUSED":
        msg = "listenerStatus is PAUSED, but what is deployed listens: it cannot be paused here."
        raise Malformed(msg)
    if not sent.package_id and not sent.component_id:
        msg = "packageId is missing, and so is componentId."
        raise Malformed(msg)
    try:
        return str(_deployed(call, sent, environment))
    except Refused as raised:
        name, told = ("packageId", sent.package_id) if sent.package_id else ("componentId", sent.component_id)
        if isinstance(raised.refusal, (no.PackageNotFound, no.ComponentNotFound)):
            msg = f"{name} is {str(told)[:80]!r}, which is none here."
            raise Malformed(msg) from raised
        raise


_NOWHERE: Final = "environmentId is missing."


def _deployed(call: Call, sent: DeployedPackage, environment: EnvironmentId) -> int:
    notes = sent.notes or ""
    if sent.package_id:
        return commands.deploy(
            actor=call.actor,
            at=call.at,
            account=call.account,
            package=sent.package_id,
            environment=environment,
            notes=notes,
        )
    return commands.package_and_deploy(
        actor=call.actor,
        at=call.at,
        account=call.account,
        component=sent.component_id or "",
        version=sent.package_version,
        environment=environment,
        notes=notes,
        shareable=True,
    )


def _delete(call: Call, id: str) -> None:
    """Ends it: it goes on to be told, as what was deployed."""
    commands.undeploy(actor=call.actor, at=call.at, account=call.account, deployment=int(id))


DEPLOYED: Final = PlatformObject(
    wire=DeployedPackage,
    verbs=Verb.GET | Verb.QUERY | Verb.CREATE | Verb.DELETE | Verb.BULK,
    writes=(("DEPLOY",),),
    reading=Reading(
        rows=_rows,
        shown=_shown,
        named=_named,
        identity="deployment_id",
        columns={
            "accountId": Same(str),
            "active": Whether(_ACTIVE),
            "current": Whether(_ACTIVE),
            "branch": Same(lambda _: BRANCH),
            "branchName": Same(lambda _: BRANCH),
            "componentId": Text("component_id"),
            "componentName": Text("package__name"),
            "componentType": Text("told_type"),
            "componentVersion": Number("package__revision"),
            "deployedBy": Text("user"),
            "deployedDate": Moment("deployed_at"),
            "deploymentId": Text("told_id"),
            "uid": Text("told_id"),
            "environmentId": Text("environment_id"),
            "environmentName": Text("environment__name"),
            "listenerStatus": Same(lambda _: None),
            "message": Same(lambda _: None),
            "notes": Text("notes"),
            "packageId": Text("package_id"),
            "packageNotes": Text("package__notes"),
            "packageVersion": Text("package__version"),
            "version": Number("times"),
        },
    ),
    create=_create,
    delete=_delete,
)
