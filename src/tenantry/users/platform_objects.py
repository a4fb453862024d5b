"""AccountUserRole in the platform API: one direct role of one user of the account (USER-2, USER-7, API-4)."""

from collections.abc import Sequence
from typing import Final

from django.db.models import Q, QuerySet

from tenantry.platform_api.calls import Call
from tenantry.platform_api.links import link_id, number_in, parts_of
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import Renamed, Same, Text
from tenantry.platform_api.wire.reading import required
from tenantry.platform_api.wire.shapes import Wire
from tenantry.roles.wire_ids import TOLD, meant_role, told_role
from tenantry.rules.vocabulary import RoleId
from tenantry.users import commands, role_links
from tenantry.users.queries import LinkRow as Row, direct_roles

TAG: Final = "ACCOUNT_USER_ROLE"


class AccountUserRole(Wire):
    """A role of a user. Names and `notifyUser` are for somebody new when a role is given; the names are told."""

    account_id: str | None = None
    first_name: str | None = None
    id: str | None = None
    last_name: str | None = None
    notify_user: bool | None = None
    role_id: str | None = None
    user_id: str | None = None


def _named(id: str) -> Q | None:
    parts = parts_of(id, TAG, 3)
    user = number_in(parts[1]) if parts else None
    return Q(account_id=parts[0], user_id=user, role_id=parts[2]) if parts and user is not None else None


def _shown(call: Call, rows: "Sequence[Row]") -> list[AccountUserRole]:
    return [
        AccountUserRole(
            account_id=call.account,
            first_name=row.user.first_name,
            id=link_id(TAG, call.account, row.user_id, row.role_id),
            last_name=row.user.last_name,
            role_id=told_role(row.role_id),
            user_id=row.user.email,
        )
        for row in rows
    ]


def _rows(call: Call) -> "QuerySet[Row]":
    return direct_roles(call.account, call.at)


def _create(call: Call, sent: AccountUserRole) -> str:
    role = meant_role(required(sent.role_id, "roleId"))
    user = role_links.give_role(
        actor=call.actor,
        at=call.at,
        account=call.account,
        email=required(sent.user_id, "userId"),
        role=role,
        first_name=sent.first_name or "",
        last_name=sent.last_name or "",
        notify=sent.notify_user is not False,
    )
    return link_id(TAG, call.account, user, role)


def _delete(call: Call, id: str) -> None:
    _, user, role = parts_of(id, TAG, 3) or ("", "", "")
    commands.remove_user_role(
        actor=call.actor, at=call.at, account=call.account, user=number_in(user) or 0, role=RoleId(role)
    )


OBJECTS: Final = (
    PlatformObject(
        wire=AccountUserRole,
        verbs=Verb.QUERY | Verb.CREATE | Verb.DELETE,
        reads=(("ACCOUNT_ADMIN",),),
        writes=(("ACCOUNT_ADMIN",),),
        reading=Reading(
            rows=_rows,
            shown=_shown,
            named=_named,
            columns={
                "accountId": Same(str),
                "userId": Text("user__email", folded="user__email_key"),
                "roleId": Renamed("role_id", TOLD),
            },
        ),
        create=_create,
        delete=_delete,
    ),
)
"""What this folder gives to the platform API."""
