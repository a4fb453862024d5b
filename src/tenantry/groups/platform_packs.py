"""AccountGroupIntegrationPack in the platform API: a pack that a group shares, which is one of its resources (SHARE-2,
PACK-11).
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Final, Literal

from django.db.models import Q, QuerySet

from tenantry.groups.platform_groups import of_primary
from tenantry.packs.queries import packs_named
from tenantry.platform_api.calls import Call
from tenantry.platform_api.links import number_in
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import Text
from tenantry.platform_api.wire.reading import required
from tenantry.platform_api.wire.shapes import Wire
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import GroupId
from tenantry.sharing import commands
from tenantry.sharing.queries import ShareRow as Row, shares_of_kind


class AccountGroupIntegrationPack(Wire):
    """A pack that a group shares."""

    account_group_id: str | None = None
    id: str | None = None
    installation_type: Literal["SINGLE", "MULTI"] | None = None
    integration_pack_id: str | None = None
    integration_pack_name: str | None = None


def _id(number: int, group: str) -> str:
    return urlsafe_b64encode(f"{number}|{group}".encode()).decode().rstrip("=")


def _named(id: str) -> Q | None:
    try:
        told, mark, group = urlsafe_b64decode(id + "=" * (-len(id) % 4)).decode().partition("|")
    except (binascii.Error, ValueError):
        return None
    number = number_in(told)
    fits = number is not None and mark and "\x00" not in group and _id(number, group) == id.rstrip("=")
    return Q(pk=number, group_id=group) if fits else None


def _rows(call: Call) -> "QuerySet[Row]":
    of_primary(call)
    return shares_of_kind(call.account, Kind.INTEGRATION_PACK)


def _shown(call: Call, rows: "Sequence[Row]") -> list[AccountGroupIntegrationPack]:
    packs = packs_named(call.account, {row.resource for row in rows})
    return [
        AccountGroupIntegrationPack(
            account_group_id=row.group_id,
            id=_id(row.pk, row.group_id),
            installation_type=packs[row.resource].type,  # type: ignore[arg-type] # one of the words
            integration_pack_id=row.resource,
            integration_pack_name=packs[row.resource].name,
        )
        for row in rows
        if row.resource in packs  # which may have been deleted since the rows were read
    ]


def _create(call: Call, sent: AccountGroupIntegrationPack) -> str:
    group = GroupId(required(sent.account_group_id, "accountGroupId"))
    pack = required(sent.integration_pack_id, "integrationPackId")
    kind = Kind.INTEGRATION_PACK
    commands.share(actor=call.actor, at=call.at, account=call.account, group=group, kind=kind, resources={pack})
    made = _rows(call).get(group_id=group, resource=pack)
    return _id(made.pk, made.group_id)


def _delete(call: Call, id: str) -> None:
    named = _named(id)
    row = None if named is None else _rows(call).filter(named).first()
    if row is None:
        raise Refused(no.NotThere(object="AccountGroupIntegrationPack", id=id))
    commands.withdraw(
        actor=call.actor,
        at=call.at,
        account=call.account,
        group=GroupId(row.group_id),
        kind=Kind.INTEGRATION_PACK,
        resource=row.resource,
    )


_NEEDS: Final = (("INTEGRATION_PACK",), ("ACCOUNT_GROUP_MANAGEMENT",))

OBJECT: Final = PlatformObject(
    wire=AccountGroupIntegrationPack,
    verbs=Verb.GET | Verb.QUERY | Verb.CREATE | Verb.DELETE | Verb.BULK,
    reads=_NEEDS,
    writes=_NEEDS,
    reading=Reading(rows=_rows, shown=_shown, named=_named, columns={"accountGroupId": Text("group_id")}),
    create=_create,
    delete=_delete,
)
