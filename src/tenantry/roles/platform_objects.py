"""Role in the platform API, and the roles that can be assigned (ROLE, API-2)."""

from collections.abc import Sequence
from typing import Annotated, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from msgspec import field

from tenantry.accounts.queries import existing_account
from tenantry.platform_api.answering import answer, form_asked
from tenantry.platform_api.calls import Call
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import Renamed, Text
from tenantry.platform_api.wire.rendering import object_body
from tenantry.platform_api.wire.shapes import ELEMENT, Wire
from tenantry.roles import commands
from tenantry.roles.queries import RoleRow as Row, assignable_roles, roles_of
from tenantry.roles.wire_ids import OWNER, TOLD, meant_role, told_role
from tenantry.rules import roles as law
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import RoleId

SYNONYMS: Final = {"BUILD_READ_ACCESS": "BUILD_READ_ONLY"}
"""Other names by which clients know privileges."""


class Privilege(Wire):
    """A privilege that a role has of its own."""

    wire_name = ""
    name: str


class Privileges(Wire):
    """The privileges of a role, neither inherited nor implied ones."""

    privilege: list[Privilege] = field(name="Privilege", default_factory=list)


class Role(Wire):
    """A role; default roles belong to account 1."""

    description: Annotated[str | None, ELEMENT] = field(name="Description", default=None)
    privileges: Privileges | None = field(name="Privileges", default=None)
    id: str | None = None
    account_id: str | None = None
    name: str | None = None
    parent_id: str | None = None


class Roles(Wire):
    """Several roles."""

    role: list[Role] = field(name="Role", default_factory=list)


def _names(role: Role) -> list[str]:
    return [SYNONYMS.get(one.name, one.name) for one in role.privileges.privilege] if role.privileges else []


def _privileges(names: Sequence[str]) -> Privileges:
    return Privileges(privilege=[Privilege(name=name) for name in names])


def _shown(call: Call, rows: Sequence[Row]) -> list[Role]:
    del call
    return [
        Role(
            id=row.pk,
            account_id=row.account_id,
            name=row.name,
            description=row.description,
            parent_id=told_role(row.parent_id) if row.parent_id else None,
            privileges=_privileges(row.privileges),
        )
        for row in rows
    ]


def _default(call: Call, role: law.DefaultRole) -> Role:
    catalogue = call.facts.catalogue
    own = call.facts.roles[role.id].own
    return Role(
        id=told_role(role.id),
        account_id=OWNER,
        name=role.name,
        description=role.description,
        privileges=_privileges(catalogue.names(own)),
    )


def _defaults(call: Call) -> list[Role]:
    features = existing_account(call.account).features
    return [_default(call, role) for role in law.available_default_roles(features)]


def _rows(call: Call) -> "QuerySet[Row]":
    """The account's own roles; none without Advanced User Security. Shared ones are elsewhere (SHARE-14)."""
    rows = roles_of(call.account)
    on = Feature.ADVANCED_USER_SECURITY in existing_account(call.account).features
    return rows if on else rows.none()


def _create(call: Call, sent: Role) -> str:
    return commands.create_role(
        actor=call.actor,
        at=call.at,
        account=call.account,
        name=sent.name or "",
        description=sent.description or "",
        parent=meant_role(sent.parent_id) if sent.parent_id else None,
        privileges=_names(sent),
    )


def _update(call: Call, id: str, sent: Role) -> None:
    commands.edit_role(
        actor=call.actor,
        at=call.at,
        account=call.account,
        role=meant_role(id),
        name=commands.KEEP if sent.name is None else sent.name,
        description=commands.KEEP if sent.description is None else sent.description,
        parent=commands.KEEP if sent.parent_id is None else meant_role(sent.parent_id) if sent.parent_id else None,
        privileges=commands.KEEP if sent.privileges is None else _names(sent),
    )


def _delete(call: Call, id: str) -> None:
    commands.remove_role(actor=call.actor, at=call.at, account=call.account, role=meant_role(id))


def assignable(call: Call, request: HttpRequest) -> HttpResponse:
    """GET getAssignableRoles: what can be assigned in the account, shared roles among it (ROLE-20, SHARE-12)."""
    form = form_asked(request)
    features = existing_account(call.account).features
    told = [_assignable(call, choice.id) for choice in assignable_roles(call.facts, features)]
    return answer(object_body(Roles(role=told), form), form)


def _assignable(call: Call, id: RoleId) -> Role:
    role = call.facts.roles[id]
    return Role(
        id=told_role(id),
        account_id=role.account or OWNER,
        name=role.name,
        description=role.description,
        parent_id=told_role(role.parent) if role.parent else None,
        privileges=_privileges(call.facts.catalogue.names(role.own)),
    )


OBJECTS: Final = (
    PlatformObject(
        wire=Role,
        verbs=Verb.GET | Verb.QUERY | Verb.CREATE | Verb.UPDATE | Verb.DELETE | Verb.BULK,
        reads=(("ACCOUNT_ADMIN",),),
        writes=(("ACCOUNT_ADMIN",),),
        reading=Reading(
            rows=_rows,
            shown=_shown,
            leading=_defaults,
            columns={
                "name": Text("name"),
                "parentId": Renamed("parent_id", TOLD),
                "id": Text("id"),
                "accountId": Text("account_id"),
                "Description": Text("description", empty=True),
            },
        ),
        create=_create,
        update=_update,
        delete=_delete,
    ),
)
"""What this folder gives to the platform API."""
