"""Roles of people in account groups of a primary, with their validity (GRP-7)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from tenantry.groups.queries import GroupGrantRow, group_grants
from tenantry.groups.role_links import give_group_role, take_group_role
from tenantry.groups.validity import change_group_role_validity
from tenantry.own_api.endpoints import Asked, Endpoint, Made
from tenantry.own_api.grants import Filter, NewGrant, NewValidity, row_of
from tenantry.own_api.lists import Items, page_of
from tenantry.platform_api.objects import Needs
from tenantry.roles.wire_ids import meant_role, told_role
from tenantry.rules.vocabulary import Condition, GroupId, RoleId, Validity, user_key

NEEDS: Final[Needs] = (("ACCOUNT_GROUP_MANAGEMENT",),)

CHANGES: Final[Needs] = (*NEEDS, ("ACCOUNT_ADMIN",))
"""What giving, changing and taking need: by a call, groups are changed with Account Administration alone (GRP-1)."""


class GroupGrant(Struct, kw_only=True):
    """A role that somebody holds in an account group, from `valid_from` on, before `valid_until`; under a `condition`
    it counts only for questions that fulfil it.
    """

    id: str
    group: str
    group_name: str
    user: str
    role: str
    role_name: str
    valid_from: datetime | None
    valid_until: datetime | None
    in_force: bool
    condition: str


class GroupFilter(Filter):
    """Which grants are listed: in one group, of one person, of one role."""

    group: Annotated[str, Meta(max_length=255, description="In this account group alone")] = ""


class NewGroupGrant(NewGrant, kw_only=True):
    """A role to be given to somebody in an account group, into which the first one puts them."""

    group: Annotated[str, Meta(min_length=1, max_length=255, description="An account group of this primary")]


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


def give(asked: Asked) -> Made:
    """Give a role; refuses one that the person holds in the group with another validity or under another condition."""
    call, sent = asked.call, asked.body
    role, group = meant_role(sent.role), GroupId(sent.group)
    user = give_group_role(
        actor=call.actor,
        at=call.at,
        account=call.account,
        group=group,
        email=sent.user,
        role=role,
        validity=Validity(sent.valid_from, sent.valid_until),
        condition=Condition(sent.condition),
    )
    row = group_grants(call.account, call.at).get(group_id=group, user_id=user, role_id=role)
    [found] = _shown(asked, [row])
    return Made(found, f"group-grants/{found.id}")


def change(asked: Asked) -> GroupGrant:
    """Give a grant another validity, or another condition."""
    call, row = asked.call, _row(asked)
    change_group_role_validity(
        actor=call.actor,
        at=call.at,
        account=call.account,
        group=GroupId(row.group_id),
        user=row.user_id,
        role=RoleId(row.role_id),
        validity=Validity(asked.body.valid_from, asked.body.valid_until),
        condition=asked.body.new_condition,
    )
    return one(asked)


def take(asked: Asked) -> None:
    """Take a role away; taking the last one takes the person out of the group (GRP-18)."""
    call, row = asked.call, _row(asked)
    take_group_role(
        actor=call.actor,
        at=call.at,
        account=call.account,
        group=GroupId(row.group_id),
        user=row.user_id,
        role=RoleId(row.role_id),
    )


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
            condition=row.condition,
        )
        for row in rows
    ]


_ONE: Final[dict[str, Any]] = {"path": "group-grants/{id}", "current": one}

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
    Endpoint(
        method="POST",
        path="group-grants",
        act=give,
        takes=NewGroupGrant,
        gives=GroupGrant,
        needs=CHANGES,
        status=201,
        summary="Give somebody a role in an account group, for a while or without end, under a condition or none",
    ),
    Endpoint(
        method="GET", act=one, gives=GroupGrant, needs=NEEDS, summary="One role of somebody in an account group", **_ONE
    ),
    Endpoint(
        method="PUT",
        act=change,
        takes=NewValidity,
        gives=GroupGrant,
        needs=CHANGES,
        summary="Change when it is in force, and under which condition",
        **_ONE,
    ),
    Endpoint(
        method="DELETE", act=take, needs=CHANGES, status=204, summary="Take a role in an account group away", **_ONE
    ),
)
"""What is done with grants in groups."""
