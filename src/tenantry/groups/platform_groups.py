"""AccountGroup in the platform API, with all that it shares (GRP, SHARE-1, API-5)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from django.db.models import QuerySet
from msgspec import field

from tenantry.accounts.queries import existing_account
from tenantry.groups import with_resources
from tenantry.groups.queries import GroupRow as Row, groups_of
from tenantry.platform_api.calls import Call
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import OneOf, Same, Text
from tenantry.platform_api.wire.reading import required
from tenantry.platform_api.wire.shapes import Kind as Holds, Wire
from tenantry.roles.wire_ids import meant_role
from tenantry.rules.groups import NO_ALERTS, check_is_primary
from tenantry.rules.refusals import refuse
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import GroupId
from tenantry.sharing.resources import shared_in

_KINDS: Final = {kind.words.object_type: kind for kind in Kind}


class Resource(Wire):
    """One resource that a group shares. Its name is told and never read: it is whatever it is called now."""

    object_type: (
        Literal["Cloud", "Connector", "Data Hub Model", "Integration Pack", "Published Process", "Role"] | None
    ) = None
    resource_id: str | None = None
    resource_name: str | None = None


class Resources(Wire):
    """What a group shares: all of it, where a list is there at all."""

    resource: list[Resource] | None = field(name="Resource", default=None)


class AccountGroup(Wire):
    """A group of accounts of a primary."""

    resources: Resources | None = field(name="Resources", default=None)
    account_id: str | None = None
    auto_subscribe_alert_level: str | None = None
    default_group: bool | None = None
    id: str | None = None
    name: str | None = None


def of_primary(call: Call) -> None:
    """Refuse accounts that have no groups (GRP-1)."""
    refuse(check_is_primary(call.account, existing_account(call.account).features))


def _rows(call: Call) -> "QuerySet[Row]":
    of_primary(call)
    return groups_of(call.account)


def _shown(call: Call, rows: "Sequence[Row]") -> list[AccountGroup]:
    del call
    return [
        AccountGroup(
            account_id=row.account_id,
            auto_subscribe_alert_level=row.alert_level,
            default_group=row.everywhere,
            id=row.pk,
            name=row.name,
        )
        for row in rows
    ]


def _detailed(call: Call, rows: "Sequence[Row]") -> list[AccountGroup]:
    """With `Resources`, which queries leave out (API-5)."""
    found = _shown(call, rows)
    shared = shared_in(call.account, [row.pk for row in rows])
    for group in found:
        group.resources = Resources(
            resource=[
                Resource(
                    object_type=one.kind.words.object_type,  # type: ignore[arg-type] # one of the words
                    resource_id=one.id,
                    resource_name=one.name,
                )
                for one in shared.get(group.id or "", ())
            ]
        )
    return found


def _resources(sent: AccountGroup) -> Mapping[Kind, frozenset[str]] | None:
    """What was sent, by kind; nothing where it does not speak of resources."""
    if sent.resources is None or sent.resources.resource is None:
        return None
    found: dict[Kind, set[str]] = defaultdict(set)
    for one in sent.resources.resource:
        kind = _KINDS[required(one.object_type, "objectType")]
        id = required(one.resource_id, "resourceId")
        found[kind].add(meant_role(id) if kind is Kind.ROLE else id)
    return {kind: frozenset(ids) for kind, ids in found.items()}


def _create(call: Call, sent: AccountGroup) -> str:
    return with_resources.create_group_with_resources(
        actor=call.actor,
        at=call.at,
        account=call.account,
        name=sent.name or "",
        alert_level=sent.auto_subscribe_alert_level or NO_ALERTS,
        resources=_resources(sent) or {},
    )


def _update(call: Call, id: str, sent: AccountGroup) -> None:
    with_resources.edit_group_with_resources(
        actor=call.actor,
        at=call.at,
        account=call.account,
        group=GroupId(id),
        name=sent.name,
        alert_level=sent.auto_subscribe_alert_level,
        resources=_resources(sent),
    )


OBJECT: Final = PlatformObject(
    wire=AccountGroup,
    verbs=Verb.GET | Verb.QUERY | Verb.CREATE | Verb.UPDATE | Verb.BULK,
    reads=(("ACCOUNT_ADMIN",),),
    writes=(("ACCOUNT_ADMIN",),),
    reading=Reading(
        rows=_rows,
        shown=_shown,
        detailed=_detailed,
        columns={
            "id": Text("id"),
            "accountId": Same(str),
            "name": Text("name"),
            "defaultGroup": OneOf("everywhere", {True: True, False: False}, kind=Holds.FLAG),
            "autoSubscribeAlertLevel": Text("alert_level"),
        },
    ),
    create=_create,
    update=_update,
)
