"""AccountGroupAccount and AccountGroupUserRole in the platform API: who is in account groups (GRP-7, API-4)."""

from collections.abc import Sequence
from typing import Final

from django.db.models import Q, QuerySet

from tenantry.groups import commands, role_links as links
from tenantry.groups.platform_groups import of_primary
from tenantry.groups.queries import GroupRow, RoleLinkRow, memberships, role_links
from tenantry.platform_api.calls import Call
from tenantry.platform_api.links import link_id, number_in, parts_of
from tenantry.platform_api.objects import PlatformObject, Reading, Verb
from tenantry.platform_api.wire.columns import Renamed, Text
from tenantry.platform_api.wire.reading import required
from tenantry.platform_api.wire.shapes import Wire
from tenantry.roles.wire_ids import TOLD, meant_role, told_role
from tenantry.rules.vocabulary import AccountId, GroupId, RoleId

ACCOUNT_TAG: Final = "ACCOUNT_GROUP_ACCOUNT"
ROLE_TAG: Final = "ACCOUNT_GROUP_USER_ROLE"


class AccountGroupAccount(Wire):
    """An account is in a group; every managed one is in All Accounts."""

    account_group_id: str | None = None
    account_id: str | None = None
    id: str | None = None


def _member_named(id: str) -> Q | None:
    parts = parts_of(id, ACCOUNT_TAG, 2)
    return Q(id=parts[0], member=parts[1]) if parts else None


def _members(call: Call) -> "QuerySet[GroupRow]":
    of_primary(call)
    return memberships(call.account)


def _members_shown(call: Call, rows: "Sequence[GroupRow]") -> list[AccountGroupAccount]:
    del call
    pairs = [(row.pk, row.member) for row in rows]  # type: ignore[attr-defined] # of the query
    return [
        AccountGroupAccount(account_group_id=group, account_id=member, id=link_id(ACCOUNT_TAG, group, member))
        for group, member in pairs
    ]


def _add_member(call: Call, sent: AccountGroupAccount) -> str:
    group = required(sent.account_group_id, "accountGroupId")
    member = required(sent.account_id, "accountId")
    commands.add_accounts_to_group(
        actor=call.actor, at=call.at, account=call.account, group=GroupId(group), members={AccountId(member)}
    )
    return link_id(ACCOUNT_TAG, group, member)


def _remove_member(call: Call, id: str) -> None:
    group, member = parts_of(id, ACCOUNT_TAG, 2) or ("", "")
    commands.remove_accounts_from_group(
        actor=call.actor, at=call.at, account=call.account, group=GroupId(group), members={AccountId(member)}
    )


class AccountGroupUserRole(Wire):
    """A role of somebody in a group. The names that are sent are passed over: the person is known (GRP-10)."""

    account_group_id: str | None = None
    first_name: str | None = None
    id: str | None = None
    last_name: str | None = None
    notify_user: bool | None = None
    role_id: str | None = None
    user_id: str | None = None


def _role_named(id: str) -> Q | None:
    parts = parts_of(id, ROLE_TAG, 3)
    user = number_in(parts[1]) if parts else None
    return Q(group_id=parts[0], user_id=user, role_id=parts[2]) if parts and user is not None else None


def _roles(call: Call) -> "QuerySet[RoleLinkRow]":
    of_primary(call)
    return role_links(call.account, call.at)


def _roles_shown(call: Call, rows: "Sequence[RoleLinkRow]") -> list[AccountGroupUserRole]:
    del call
    return [
        AccountGroupUserRole(
            account_group_id=row.group_id,
            first_name=row.user.first_name,
            id=link_id(ROLE_TAG, row.group_id, row.user_id, row.role_id),
            last_name=row.user.last_name,
            role_id=told_role(row.role_id),
            user_id=row.user.email,
        )
        for row in rows
    ]


def _give_role(call: Call, sent: AccountGroupUserRole) -> str:
    group = required(sent.account_group_id, "accountGroupId")
    email = required(sent.user_id, "userId")
    role = meant_role(required(sent.role_id, "roleId"))
    user = links.give_group_role(
        actor=call.actor,
        at=call.at,
        account=call.account,
        group=GroupId(group),
        email=email,
        role=role,
        notify=sent.notify_user is not False,
    )
    return link_id(ROLE_TAG, group, user, role)


def _take_role(call: Call, id: str) -> None:
    group, user, role = parts_of(id, ROLE_TAG, 3) or ("", "", "")
    links.take_group_role(
        actor=call.actor,
        at=call.at,
        account=call.account,
        group=GroupId(group),
        user=number_in(user) or 0,
        role=RoleId(role),
    )


OBJECTS: Final = (
    PlatformObject(
        wire=AccountGroupAccount,
        verbs=Verb.QUERY | Verb.CREATE | Verb.DELETE,
        owned=False,
        reads=(("ACCOUNT_ADMIN",),),
        writes=(("ACCOUNT_ADMIN",),),
        reading=Reading(
            rows=_members,
            shown=_members_shown,
            named=_member_named,
            order=("id", "member"),
            columns={"accountGroupId": Text("id"), "accountId": Text("member")},
        ),
        create=_add_member,
        delete=_remove_member,
    ),
    PlatformObject(
        wire=AccountGroupUserRole,
        verbs=Verb.QUERY | Verb.CREATE | Verb.DELETE,
        reads=(("ACCOUNT_ADMIN",),),
        writes=(("ACCOUNT_ADMIN",),),
        reading=Reading(
            rows=_roles,
            shown=_roles_shown,
            named=_role_named,
            columns={
                "accountGroupId": Text("group_id"),
                "userId": Text("user__email", folded="user__email_key"),
                "roleId": Renamed("role_id", TOLD),
            },
        ),
        create=_give_role,
        delete=_take_role,
    ),
)
