"""IntegrationPackInstance and IntegrationPackEnvironmentAttachment in the platform API (PACK-8, PACK-10)."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote, unquote

from django.db.models import Q, QuerySet
from msgspec import field

from tenantry.environments.queries import accessible_environments, ids_of
from tenantry.packs.instances import attach_environments, detach_environments, install_pack, uninstall_pack
from tenantry.packs.lists import attached_in, between, instances_in_account, processes_run
from tenantry.packs.received import AttachmentRow, InstanceRow
from tenantry.platform_api.calls import Call
from tenantry.platform_api.links import link_id, parts_of
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import Text
from tenantry.platform_api.wire.reading import Malformed
from tenantry.platform_api.wire.shapes import Wire
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import EnvironmentId

TAG: Final = "PACK_ENVIRONMENT"


class ProcessId(Wire):
    """A process that an instance runs, by its name and the id that it has at its publisher's."""

    name: str | None = None
    original_process_id: str | None = None
    wrapper_process_id: str | None = None


class IntegrationPackInstance(Wire):
    """A pack as the account has installed it; only one with Multiple Attachments has a name of its own."""

    processes: list[ProcessId] | None = field(name="ProcessId", default=None)
    id: str | None = None
    integration_pack_id: str | None = None
    integration_pack_override_name: str | None = None


class IntegrationPackEnvironmentAttachment(Wire):
    """That an instance is attached to an environment."""

    id: str | None = None
    environment_id: str | None = None
    integration_pack_instance_id: str | None = None


# ---- instances -----------------------------------------------------------------------------------------------------


def _instances(call: Call, rows: Sequence[InstanceRow]) -> list[IntegrationPackInstance]:
    processes = processes_run(call.account, [row.pk for row in rows])
    return [
        IntegrationPackInstance(
            processes=[ProcessId(name=one.name, original_process_id=one.component_id) for one in processes[row.pk]],
            id=row.pk,
            integration_pack_id=row.pack_id,
            integration_pack_override_name=row.name or None,
        )
        for row in rows
    ]


def _install(call: Call, sent: IntegrationPackInstance) -> str:
    if not sent.integration_pack_id:
        msg = "integrationPackId is missing."
        raise Malformed(msg)
    try:
        return install_pack(
            actor=call.actor,
            at=call.at,
            account=call.account,
            pack=sent.integration_pack_id,
            name=sent.integration_pack_override_name or "",
        )
    except Refused as refused:
        if not isinstance(refused.refusal, no.PackNotFound):
            raise
        msg = f"integrationPackId is {sent.integration_pack_id[:80]!r}, which is no integration pack for this account."
        raise Malformed(msg) from refused


def _uninstall(call: Call, id: str) -> None:
    uninstall_pack(actor=call.actor, at=call.at, account=call.account, instance=id)


# ---- attachments ---------------------------------------------------------------------------------------------------


def _id(instance: str, environment: str) -> str:
    """The id of an attachment. Ids of instances are any text, so that what joins them is escaped in them."""
    return link_id(TAG, quote(instance, safe=""), quote(environment, safe=""))


def _ends(id: str) -> tuple[str, str] | None:
    parts = parts_of(id, TAG, 2)
    if parts is None or "%00" in parts[0] + parts[1]:  # no column holds a zero character
        return None
    return unquote(parts[0]), unquote(parts[1])


def _named(id: str) -> Q | None:
    ends = _ends(id)
    return None if ends is None else between(*ends)


def _rows(call: Call) -> "QuerySet[AttachmentRow]":
    """Those in environments that let the caller in (ENV-13)."""
    return attached_in(call.account, ids_of(accessible_environments(call.access, call.facts)))


def _attachments(call: Call, rows: Sequence[AttachmentRow]) -> list[IntegrationPackEnvironmentAttachment]:
    del call
    return [
        IntegrationPackEnvironmentAttachment(
            id=_id(row.instance_id, row.environment_id),
            environment_id=row.environment_id,
            integration_pack_instance_id=row.instance_id,
        )
        for row in rows
    ]


def _attach(call: Call, sent: IntegrationPackEnvironmentAttachment) -> str:
    instance, environment = sent.integration_pack_instance_id or "", EnvironmentId(sent.environment_id or "")
    row = instances_in_account(call.account).filter(pk=instance).first()
    if row is None:
        msg = f"integrationPackInstanceId is {instance[:80]!r}, which is no instance in this account."
        raise Malformed(msg)
    place = call.facts.environments.get(environment)
    if place is None:
        msg = f"environmentId is {environment[:80]!r}, which is no environment of this account."
        raise Malformed(msg)
    if _rows(call).filter(between(instance, environment)).exists():
        raise Refused(no.PackAlreadyAttached(pack=row.name or row.pack.name, environment=place.name))
    attach_environments(
        actor=call.actor,
        at=call.at,
        account=call.account,
        instance=instance,
        environments=frozenset({environment}),
    )
    return _id(instance, environment)


def _detach(call: Call, id: str) -> None:
    instance, environment = _ends(id) or ("", "")
    detach_environments(
        actor=call.actor,
        at=call.at,
        account=call.account,
        instance=instance,
        environments=frozenset({EnvironmentId(environment)}),
    )


INSTANCE: Final = PlatformObject(
    wire=IntegrationPackInstance,
    verbs=Verb.GET | Verb.QUERY | Verb.CREATE | Verb.DELETE | Verb.BULK,
    writes=(("DEPLOY",),),
    reading=Reading(
        rows=lambda call: instances_in_account(call.account),
        shown=_instances,
        order=("installed_at", "id"),
        columns={
            "integrationPackOverrideName": Text("name", empty=True),
            "integrationPackName": Text("pack__name"),
            "integrationPackId": Text("pack_id"),
        },
    ),
    create=_install,
    delete=_uninstall,
)

ATTACHMENT: Final = PlatformObject(
    wire=IntegrationPackEnvironmentAttachment,
    verbs=Verb.QUERY | Verb.CREATE | Verb.DELETE,
    reads=(("DEPLOY",),),
    writes=(("DEPLOY",),),
    reading=Reading(
        rows=_rows,
        shown=_attachments,
        named=_named,
        columns={"environmentId": Text("environment_id"), "integrationPackInstanceId": Text("instance_id")},
    ),
    create=_attach,
    delete=_detach,
)
