"""The catalogue of privileges, and the host platform's objects in an account."""

from collections.abc import Sequence
from typing import Annotated, Final

from msgspec import Meta, Struct

from tenantry.objects.queries import HostObjectRow, objects_of
from tenantry.own_api.endpoints import Asked, Endpoint
from tenantry.own_api.lists import Items, Paged, page_of, part_of
from tenantry.rules import privileges as law


class Privilege(Struct, kw_only=True):
    """A right to reach or do something.

    `implies` names what its holder holds as well (PRIV-2), `feature` that without which it is inert in an account
    (PRIV-5), `active` whether it is not inert in this one. `host` marks what the host platform defined itself.
    """

    name: str
    title: str
    allows: str
    implies: list[str]
    feature: str | None
    active: bool
    for_custom_roles: bool
    host: bool


class HostObject(Struct, kw_only=True):
    """Something of the host platform's own; `environment` is the id of the environment it is in, if it is in one."""

    type: str
    id: str
    environment: str | None


class ObjectFilter(Paged):
    """Which objects are listed: of one type."""

    type: Annotated[str, Meta(max_length=255, description="Of this type alone")] = ""


def privileges(asked: Asked) -> Items[Privilege]:
    """The catalogue, in the order of the law, those of the host last."""
    facts = asked.call.facts

    def shown(one: law.Privilege) -> Privilege:
        return Privilege(
            name=one.name,
            title=one.title,
            allows=one.allows,
            implies=list(one.implies),
            feature=None if one.feature is None else one.feature.value,
            active=bool(facts.active & facts.catalogue.bits[one.name]),
            for_custom_roles=one.for_custom_roles,
            host=one.host,
        )

    return part_of(list(facts.catalogue.definitions.values()), asked.query, shown)


def objects(asked: Asked) -> Items[HostObject]:
    """The account's objects of the host, by type and id."""
    rows = objects_of(asked.call.account)
    if asked.query.type:
        rows = rows.filter(type=asked.query.type)

    def shown(some: Sequence[HostObjectRow]) -> list[HostObject]:
        return [HostObject(type=one.type, id=one.object_id, environment=one.environment or None) for one in some]

    return page_of(rows, asked.query, shown, keys=("type", "object_id"), kind=str)


ENDPOINTS: Final = (
    Endpoint(
        method="GET",
        path="privileges",
        act=privileges,
        query=Paged,
        gives=Items[Privilege],
        summary="The catalogue of privileges",
    ),
    Endpoint(
        method="GET",
        path="objects",
        act=objects,
        query=ObjectFilter,
        gives=Items[HostObject],
        needs=(("ACCOUNT_ADMIN",),),
        summary="The host platform's objects in the account",
    ),
)
"""What is told here."""
