"""Atom and InstallerToken in the platform API: runtimes, and the tokens that install them (CLOUD-5, PRIV-6)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from django.db.models import QuerySet
from msgspec import field

from tenantry.clouds.clusters import issue_cluster_token
from tenantry.decisions.guard import access_in
from tenantry.environments.queries import environments_entered
from tenantry.platform_api.bodies import given, referring
from tenantry.platform_api.calls import Call
from tenantry.platform_api.objects import Needs, PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import OneOf, Same, Text
from tenantry.platform_api.wire.reading import Malformed
from tenantry.platform_api.wire.shapes import Kind, Wire
from tenantry.rules import refusals as no
from tenantry.rules.runtimes import TOKEN_LASTS
from tenantry.rules.vocabulary import RuntimeId
from tenantry.runtimes import commands
from tenantry.runtimes.attachments import create_attachment
from tenantry.runtimes.queries import RuntimeRow, Sort, runtimes_entered

LOOK: Final[Needs] = (("ATOM_MANAGEMENT", "ATOM_MANAGEMENT_READ_ONLY"),)
MANAGE: Final[Needs] = (("ATOM_MANAGEMENT",),)
"""Runtime Management, or its Read Access for reading (PRIV-7)."""


class Atom(Wire):
    """A runtime. One in a cloud is an attachment: the slot of the account there."""

    capabilities: list[str] = field(default_factory=list)
    cloud_id: str | None = None
    cloud_name: str | None = None
    cloud_owner_name: str | None = None
    current_version: str | None = None
    date_installed: datetime | None = None
    id: str | None = None
    is_cloud_attachment: bool | None = None
    name: str | None = None
    status: Literal["UNKNOWN", "ONLINE", "WARNING", "OFFLINE"] | None = None
    status_detail: str | None = None
    type: Literal["CLOUD", "MOLECULE", "ATOM"] | None = None


def _rows(call: Call) -> "QuerySet[RuntimeRow]":
    """Those that are attached nowhere or where the caller gets in (ENV-13)."""
    access, facts = access_in(actor=call.actor, account=call.account, at=call.at)
    return runtimes_entered(call.account, environments_entered(access, facts), call.at)


def _shown(call: Call, rows: Sequence[Any]) -> list[Atom]:
    del call
    return [_atom(row) for row in rows]


def _atom(row: Any) -> Atom:  # noqa: ANN401 - a runtime as `runtimes_entered` tells it
    unavailable = row.unavailable
    return Atom(
        id=row.pk,
        name=row.name,
        type=row.sort,
        status=row.status,
        status_detail=unavailable.message if unavailable else None,
        current_version=row.version or None,
        date_installed=row.installed_at,
        is_cloud_attachment=row.in_cloud,
        cloud_id=row.cloud_id,
        cloud_name=row.cloud.name if row.cloud else None,
        cloud_owner_name=row.cloud.account.name if row.cloud else None,
    )


def _create(call: Call, sent: Atom) -> str:
    """An attachment in a cloud; every other runtime is made by its own installation."""
    cloud = given("cloudId", sent.cloud_id)
    with referring("cloudId", cloud, no.CloudNotFound):
        return create_attachment(actor=call.actor, at=call.at, account=call.account, cloud=cloud, name=sent.name or "")


def _update(call: Call, id: str, sent: Atom) -> None:
    if sent.name is not None:
        commands.rename_runtime(
            actor=call.actor, at=call.at, account=call.account, runtime=RuntimeId(id), name=sent.name
        )


def _delete(call: Call, id: str) -> None:
    commands.remove_runtime(actor=call.actor, at=call.at, account=call.account, runtime=RuntimeId(id))


def _nothing(account: str) -> None:
    del account


# ---- installer tokens ----------------------------------------------------------------------------------------------


class InstallerToken(Wire):
    """A secret that installs one runtime, or a cluster of a cloud, before it runs out. It is told once."""

    account_id: str | None = None
    cloud_id: str | None = None
    created: datetime | None = None
    duration_minutes: int | None = None
    expiration: datetime | None = None
    install_type: Literal["CLOUD", "ATOM", "MOLECULE", "BROKER", "GATEWAY"] | None = None
    token: str | None = None


def _issue(call: Call, sent: InstallerToken) -> InstallerToken:
    kind = given("installType", sent.install_type)
    if kind in {"BROKER", "GATEWAY"}:
        msg = f"installType is {kind}, which is not installed here: it is one of ATOM, MOLECULE and CLOUD."
        raise Malformed(msg)
    minutes = sent.duration_minutes
    lasts = TOKEN_LASTS if minutes is None else timedelta(minutes=max(-1, min(minutes, 1_000_000)))
    cloud = given("cloudId", sent.cloud_id) if kind == "CLOUD" else None
    if cloud is None:
        token = commands.issue_installer_token(actor=call.actor, at=call.at, account=call.account, lasts=lasts)
    else:
        with referring("cloudId", cloud, no.CloudNotFound):
            token = issue_cluster_token(actor=call.actor, at=call.at, account=call.account, cloud=cloud, lasts=lasts)
    return InstallerToken(
        account_id=call.account,
        cloud_id=cloud,
        created=call.at,
        duration_minutes=lasts // timedelta(minutes=1),
        expiration=call.at + lasts,
        install_type=sent.install_type,
        token=token,
    )


OBJECTS: Final = (
    PlatformObject(
        wire=Atom,
        verbs=Verb.GET | Verb.QUERY | Verb.CREATE | Verb.UPDATE | Verb.DELETE | Verb.BULK,
        reads=LOOK,
        writes=MANAGE,
        reading=Reading(
            rows=_rows,
            shown=_shown,
            order=("installed_at", "id"),
            columns={
                "name": Text("name"),
                "id": Text("id"),
                "hostname": Same(_nothing),
                "status": Text("status"),
                "type": Text("sort"),
                "capabilities": Same(_nothing),
                "cloudId": Text("cloud_id"),
                "attachmentCloudId": Text("cloud_id"),
                "cloudMoleculeId": Same(_nothing),
                "instanceId": Same(_nothing),
                "isCloudAttachment": OneOf("sort", {Sort.LOCAL: False, Sort.IN_CLOUD: True}, Kind.FLAG),
            },
        ),
        create=_create,
        update=_update,
        delete=_delete,
    ),
    PlatformObject(wire=InstallerToken, verbs=Verb.CREATE, writes=MANAGE, told_once=_issue),
)
"""Runtimes, and the tokens that install them."""
