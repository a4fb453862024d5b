"""Environment and EnvironmentRole in the platform API (ENV, API-4)."""

from collections.abc import Sequence
from typing import Final, Literal

from django.db.models import Q, QuerySet

from tenantry.decisions.guard import access_in, facts_of
from tenantry.environments import commands
from tenantry.environments.queries import (
    EnvironmentRoleRow,
    EnvironmentRow,
    environments_entered,
    lists_in,
)
from tenantry.platform_api.bodies import given
from tenantry.platform_api.calls import Call
from tenantry.platform_api.links import link_id, parts_of
from tenantry.platform_api.objects import Needs, PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import Renamed, Text
from tenantry.platform_api.wire.shapes import Wire
from tenantry.roles.wire_ids import TOLD, meant_role, told_role
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import EnvironmentId

LOOK: Final[Needs] = (("ATOM_MANAGEMENT", "ATOM_MANAGEMENT_READ_ONLY"),)
"""Either opens what is administered of environments and runtimes (PRIV-7)."""

MANAGE: Final[Needs] = (("ATOM_MANAGEMENT",),)
"""Changes it, in the environments that let somebody in (ENV-5)."""

BOTH: Final[Needs] = (("ATOM_MANAGEMENT",), ("ENV_MANAGEMENT",))
"""Both together make and delete environments and change their lists (ENV-5)."""


class Environment(Wire):
    """A deployment target."""

    classification: Literal["PROD", "TEST"] | None = None
    id: str | None = None
    name: str | None = None


class EnvironmentRole(Wire):
    """A role is on the list of an environment, whose holders get in."""

    environment_id: str | None = None
    id: str | None = None
    role_id: str | None = None


# ---- environments --------------------------------------------------------------------------------------------------


def _entered(call: Call) -> "QuerySet[EnvironmentRow]":
    """Those that let the caller in, as things are now (ENV-13)."""
    return environments_entered(*access_in(actor=call.actor, account=call.account, at=call.at))


def _shown(call: Call, rows: Sequence[EnvironmentRow]) -> list[Environment]:
    del call
    return [
        Environment(id=row.pk, name=row.name, classification="TEST" if row.classification == "TEST" else "PROD")
        for row in rows
    ]


def _create(call: Call, sent: Environment) -> str:
    return commands.create_environment(
        actor=call.actor,
        at=call.at,
        account=call.account,
        name=sent.name or "",
        classification=sent.classification or "PROD",
    )


def _update(call: Call, id: str, sent: Environment) -> None:
    commands.rename_environment(
        actor=call.actor,
        at=call.at,
        account=call.account,
        environment=EnvironmentId(id),
        name=sent.name,
        classification=sent.classification,
    )


def _delete(call: Call, id: str) -> None:
    commands.remove_environment(actor=call.actor, at=call.at, account=call.account, environment=EnvironmentId(id))


# ---- their lists ---------------------------------------------------------------------------------------------------

_TAG: Final = "ENV_ROLE"


def _listed(call: Call) -> "QuerySet[EnvironmentRoleRow]":
    return lists_in(_entered(call), call.account)


def _list_named(id: str) -> Q | None:
    parts = parts_of(id, _TAG, 2)
    return None if parts is None else Q(role_id=meant_role(parts[0]), environment_id=parts[1])


def _shown_list(call: Call, rows: Sequence[EnvironmentRoleRow]) -> list[EnvironmentRole]:
    del call
    return [
        EnvironmentRole(
            id=link_id(_TAG, told_role(row.role_id), row.environment_id),
            environment_id=row.environment_id,
            role_id=told_role(row.role_id),
        )
        for row in rows
    ]


def _attach(call: Call, sent: EnvironmentRole) -> str:
    environment = EnvironmentId(given("environmentId", sent.environment_id))
    role = given("roleId", sent.role_id)
    if environment not in facts_of(call.account).environments:
        raise Refused(no.NothingNamed(member="environmentId", id=environment))
    commands.attach_roles(
        actor=call.actor,
        at=call.at,
        account=call.account,
        environment=environment,
        roles=frozenset({meant_role(role)}),
        anew=True,
    )
    return link_id(_TAG, role, environment)


def _detach(call: Call, id: str) -> None:
    """Takes the role off; a program that asks for it has confirmed that the last one opens the environment (ENV-23)."""
    role, environment = parts_of(id, _TAG, 2) or ("", "")
    commands.detach_roles(
        actor=call.actor,
        at=call.at,
        account=call.account,
        environment=EnvironmentId(environment),
        roles=frozenset({meant_role(role)}),
        confirmed=True,
    )


OBJECTS: Final = (
    PlatformObject(
        wire=Environment,
        verbs=Verb.GET | Verb.QUERY | Verb.CREATE | Verb.UPDATE | Verb.DELETE | Verb.BULK,
        reads=LOOK,
        writes=MANAGE,
        makes=BOTH,
        reading=Reading(
            rows=_entered,
            shown=_shown,
            columns={"name": Text("name"), "id": Text("id"), "classification": Text("classification")},
        ),
        create=_create,
        update=_update,
        delete=_delete,
    ),
    PlatformObject(
        wire=EnvironmentRole,
        verbs=Verb.GET | Verb.QUERY | Verb.CREATE | Verb.DELETE | Verb.BULK,
        reads=LOOK,
        writes=BOTH,
        reading=Reading(
            rows=_listed,
            shown=_shown_list,
            columns={"environmentId": Text("environment_id"), "roleId": Renamed("role_id", TOLD)},
            named=_list_named,
        ),
        create=_attach,
        delete=_detach,
    ),
)
"""What this folder gives to the platform API."""
