"""Roles of people in account groups of a primary, with their validity (GRP-7)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from tenantry.groups.commands import change_group_role_validity
from tenantry.groups.queries import GroupGrantRow, group_grants
from tenantry.own_api.endpoints import Asked, Endpoint
from tenantry.own_api.grants import Filter, NewValidity, row_of
from tenantry.own_api.lists import Items, page_of
from tenantry.platform_api.objects import Needs
from tenantry.roles.wire_ids import meant_role, told_role
from tenantry.rules.vocabulary import GroupId, RoleId, Validity, user_key

NEEDS: Final[Needs] = (("ACCOUNT_GROUP_MANAGEMENT",),)


class GroupGrant(Struct, kw_only=True):
    """A role that somebody holds in an account group, from `valid_from` on, before `valid_until`."""

    id: str
    group: str
    group_name: str
    user: str
    role: str
    role_name: str
    valid_from: datetime | None
    valid_until: datetime | None
    in_force: bool


class GroupFilter(Filter):
    """Which grants are listed: in one group, of one person, of one role."""

    group: Annotated[str, Meta(max_length=255, description="In this account group alone")] = ""


def listed(asked: Asked) -> Items[GroupGrant]:
    """Grants in force or to come, in the order in which they were given."""
    rows, sent = group_grants(asked.call.account, asked.call.at), asked.query
    if sent.group:
        rows = rows.filter(group_id=sent.group)
    if sent.user:
        rows = rows.filter(user__email_key=user_key(sent.user))
    if sent.role:
        rows = rows.filter(role_id=meant_role(sent.role))
    return page_of(rows, sent, lambda some: _shown(asked, some))


def one(asked: Asked) -> GroupGrant:
    """One grant as it is now."""
    [found] = _shown(asked, [_row(asked)])
    return found


def change(asked: Asked) -> GroupGrant:
    """Give a grant another validity."""
    call, row = asked.call, _row(asked)
    change_group_role_validity(
        actor=call.actor,
        at=call.at,
        account=call.account,
        group=GroupId(row.group_id),
        user=row.user_id,
        role=RoleId(row.role_id),
        validity=Validity(asked.body.valid_from, asked.body.valid_until),
    )
    return one(asked)


def _row(asked: Asked) -> GroupGrantRow:
    return row_of(group_grants(asked.call.account, asked.call.at), asked.ids["id"])


def _shown(asked: Asked, rows: Sequence[GroupGrantRow]) -> list[GroupGrant]:
    roles = asked.call.facts.roles
    return [
        GroupGrant(
            id=str(row.pk),
            group=row.group_id,
            group_name=row.group.name,
            user=row.user.email,
            role=told_role(row.role_id),
            role_name=roles[RoleId(row.role_id)].name if row.role_id in roles else row.role_id,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            in_force=Validity(row.valid_from, row.valid_until).in_force(asked.call.at),
        )
        for row in rows
    ]


_ONE: Final[dict[str, Any]] = {"path": "group-grants/{id}", "needs": NEEDS, "current": one, "gives": GroupGrant}

ENDPOINTS: Final = (
    Endpoint(
        method="GET",
        path="group-grants",
        act=listed,
        query=GroupFilter,
        gives=Items[GroupGrant],
        needs=NEEDS,
        summary="Roles of people in account groups, in force or to come",
    ),
    Endpoint(method="GET", act=one, summary="One role of somebody in an account group", **_ONE),
    Endpoint(method="PUT", act=change, takes=NewValidity, summary="Change when it is in force", **_ONE),
)
"""What is done with grants in groups."""
