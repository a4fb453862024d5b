"""EnvironmentAtomAttachment in the platform API: where runtimes are attached (ENV-3, API-4)."""

from collections.abc import Sequence
from typing import Final

from django.db.models import Q, QuerySet

from tenantry.decisions.guard import access_in
from tenantry.environments.queries import environments_entered
from tenantry.platform_api.bodies import given, referring
from tenantry.platform_api.calls import Call
from tenantry.platform_api.links import link_id, parts_of
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import Text
from tenantry.platform_api.wire.shapes import Wire
from tenantry.rules import refusals as no
from tenantry.rules.vocabulary import EnvironmentId, RuntimeId
from tenantry.runtimes import commands
from tenantry.runtimes.platform_runtimes import LOOK, MANAGE
from tenantry.runtimes.queries import RuntimeRow, attached_within

_TAG: Final = "ENV_ATOM"


class EnvironmentAtomAttachment(Wire):
    """A runtime is attached to an environment."""

    atom_id: str | None = None
    environment_id: str | None = None
    id: str | None = None


def _rows(call: Call) -> "QuerySet[RuntimeRow]":
    """Those in environments that let the caller in (ENV-13)."""
    access, facts = access_in(actor=call.actor, account=call.account, at=call.at)
    return attached_within(call.account, environments_entered(access, facts))


def _named(id: str) -> Q | None:
    parts = parts_of(id, _TAG, 2)
    return None if parts is None else Q(id=parts[0], environment_id=parts[1])


def _shown(call: Call, rows: Sequence[RuntimeRow]) -> list[EnvironmentAtomAttachment]:
    del call
    return [
        EnvironmentAtomAttachment(
            id=link_id(_TAG, row.pk, row.environment_id), atom_id=row.pk, environment_id=row.environment_id
        )
        for row in rows
    ]


def _create(call: Call, sent: EnvironmentAtomAttachment) -> str:
    """A runtime that is attached elsewhere moves; one that is there already is refused."""
    runtime, environment = given("atomId", sent.atom_id), given("environmentId", sent.environment_id)
    with (
        referring("atomId", runtime, no.RuntimeNotFound),
        referring("environmentId", environment, no.EnvironmentNotFound),
    ):
        commands.attach_runtime(
            actor=call.actor,
            at=call.at,
            account=call.account,
            runtime=RuntimeId(runtime),
            environment=EnvironmentId(environment),
            anew=True,
        )
    return link_id(_TAG, runtime, environment)


def _delete(call: Call, id: str) -> None:
    runtime, environment = parts_of(id, _TAG, 2) or ("", "")
    commands.detach_runtime(
        actor=call.actor,
        at=call.at,
        account=call.account,
        runtime=RuntimeId(runtime),
        environment=EnvironmentId(environment),
    )


OBJECTS: Final = (
    PlatformObject(
        wire=EnvironmentAtomAttachment,
        verbs=Verb.QUERY | Verb.CREATE | Verb.DELETE,
        reads=LOOK,
        writes=MANAGE,
        reading=Reading(
            rows=_rows,
            shown=_shown,
            columns={"atomId": Text("id"), "environmentId": Text("environment_id")},
            named=_named,
        ),
        create=_create,
        delete=_delete,
    ),
)
"""Where runtimes are attached."""
