"""IntegrationPack and PublisherIntegrationPack in the platform API: packs received, and packs published (PACK)."""

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from msgspec import field

from tenantry.packs.commands import create_pack, remove_pack
from tenantry.packs.contents import change_pack
from tenantry.packs.lists import own_packs, packages_in_force, received_packs
from tenantry.packs.queries import PackRow as Row, contents_of_packs, pack_of
from tenantry.platform_api.calls import Call
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import Column, OneOf, Text
from tenantry.platform_api.wire.reading import Malformed
from tenantry.platform_api.wire.shapes import ELEMENT, Wire
from tenantry.rules.packs import InstallationType

Type = Literal["SINGLE", "MULTI"]
TYPES: Final = {one.value: one.value for one in InstallationType}


class IntegrationPack(Wire):
    """A pack of somebody else that the account can install."""

    description: Annotated[str, ELEMENT] = field(name="Description", default="")
    id: str | None = None
    installation_type: Type | None = None
    name: str | None = None


class PublisherPackagedComponent(Wire):
    """A component in a pack: the version that is released, the one that the next release takes, and the latest."""

    component_id: str | None = None
    component_name: str | None = None
    component_type: str | None = None
    current_version: str | None = None
    pending_version: str | None = None
    latest_version: str | None = None
    deleted: bool | None = None


class PublisherPackagedComponents(Wire):
    """What a pack holds, those among it that leave it at the next release."""

    component: list[PublisherPackagedComponent] = field(name="PublisherPackagedComponent", default_factory=list)


class PublisherIntegrationPack(Wire):
    """A pack that the account publishes. `operationType` is said of the list that an UPDATE sends, and never told."""

    description: Annotated[str | None, ELEMENT] = field(name="Description", default=None)
    components: PublisherPackagedComponents | None = field(name="PublisherPackagedComponents", default=None)
    id: str | None = None
    installation_type: Type | None = None
    name: str | None = None
    operation_type: Literal["ADD", "DELETE"] | None = None


COLUMNS: Final[dict[str, Column]] = {
    "name": Text("name"),
    "id": Text("id"),
    "installationType": OneOf("type", TYPES),
}


def _received(call: Call, rows: Sequence[Row]) -> list[IntegrationPack]:
    del call
    return [
        IntegrationPack(description=row.description, id=row.pk, installation_type=_type(row), name=row.name)
        for row in rows
    ]


def _type(row: Row) -> Type:
    return "MULTI" if row.type == InstallationType.MULTI else "SINGLE"


def _published(call: Call, rows: Sequence[Row]) -> list[PublisherIntegrationPack]:
    keys = [row.pk for row in rows]
    contents = contents_of_packs(call.account, keys)
    current = packages_in_force(call.account, keys)
    told = []
    for row in rows:
        now = {key: package.version for key, package in current.get(row.pk, {}).items()}
        components = [
            PublisherPackagedComponent(
                component_id=one.component,
                component_name=one.name,
                component_type=one.type,
                current_version=now.get(one.component),
                pending_version=None if one.deleted else one.wanted.version,
                latest_version=one.latest.version,
                deleted=one.deleted,
            )
            for one in contents[row.pk]
        ]
        told.append(
            PublisherIntegrationPack(
                description=row.description,
                components=PublisherPackagedComponents(component=components),
                id=row.pk,
                installation_type=_type(row),
                name=row.name,
            )
        )
    return told


def _create(call: Call, sent: PublisherIntegrationPack) -> str:
    return create_pack(
        actor=call.actor,
        at=call.at,
        account=call.account,
        name=sent.name or "",
        type=sent.installation_type or InstallationType.SINGLE,
        description=sent.description or "",
    )


def _update(call: Call, id: str, sent: PublisherIntegrationPack) -> None:
    """ADD, which is meant where nothing is said, takes the list as complete; DELETE marks what is in it."""
    row = pack_of(call.account, id)
    if sent.installation_type and sent.installation_type != row.type:
        msg = "installationType is fixed at creation."
        raise Malformed(msg)
    listed = None if sent.components is None else [_named(one) for one in sent.components.component]
    drops = sent.operation_type == "DELETE"
    holds = None if listed is None or drops else {key: one.pending_version for key, one in listed if not one.deleted}
    change_pack(
        actor=call.actor,
        at=call.at,
        account=call.account,
        pack=id,
        name=sent.name,
        description=sent.description,
        holds=holds,
        drops=frozenset(key for key, _ in listed or ()) if drops else frozenset(),
    )


def _named(one: PublisherPackagedComponent) -> tuple[str, PublisherPackagedComponent]:
    if not one.component_id:
        msg = "PublisherPackagedComponents.PublisherPackagedComponent.componentId is missing."
        raise Malformed(msg)
    return one.component_id, one


def _delete(call: Call, id: str) -> None:
    remove_pack(actor=call.actor, at=call.at, account=call.account, pack=id)


RECEIVED: Final = PlatformObject(
    wire=IntegrationPack,
    verbs=Verb.GET | Verb.QUERY | Verb.BULK,
    reading=Reading(rows=lambda call: received_packs(call.account), shown=_received, columns=COLUMNS),
)

PUBLISHED: Final = PlatformObject(
    wire=PublisherIntegrationPack,
    verbs=Verb.GET | Verb.QUERY | Verb.CREATE | Verb.UPDATE | Verb.DELETE | Verb.BULK,
    reads=(("INTEGRATION_PACK",),),
    writes=(("INTEGRATION_PACK",),),
    reading=Reading(rows=lambda call: own_packs(call.account), shown=_published, columns=COLUMNS),
    create=_create,
    update=_update,
    delete=_delete,
)
