"""Direct roles of users with their validity, which the platform API has no word for (USER-7)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, TypeVar

from django.db.models import Model, QuerySet
from msgspec import UNSET, Meta, Struct, UnsetType

from tenantry.own_api.bodies import Strict
from tenantry.own_api.endpoints import Asked, Endpoint, Made
from tenantry.own_api.lists import Items, Paged, page_of
from tenantry.platform_api.objects import Needs
from tenantry.roles.wire_ids import meant_role, told_role
from tenantry.rules import refusals as no
from tenantry.rules.conditions import CONDITION_LIMIT
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import Condition, RoleId, Validity, user_key
from tenantry.users.commands import add_user_role, change_role_validity, remove_user_role
from tenantry.users.queries import LARGEST_KEY, GrantedRow, direct_roles

M = TypeVar("M", bound=Model)

NEEDS: Final[Needs] = (("USER_MANAGEMENT", "USER_MANAGEMENT_LIMITED"),)

Moment = Annotated[datetime, Meta(tz=True, description="An instant with its offset (RFC 3339)")]
Email = Annotated[str, Meta(min_length=1, max_length=254, description="An e-mail address")]
ConditionText = Annotated[str, Meta(max_length=CONDITION_LIMIT, description="An expression in CEL; empty for none")]
RoleKey = Annotated[str, Meta(min_length=1, max_length=255, description="A role as the platform API tells it")]


class Grant(Struct, kw_only=True):
    """A role that a user of the account holds directly, from `valid_from` on, before `valid_until`; under a `condition`
    it counts only for questions that fulfil it.
    """

    id: str
    user: str
    role: str
    role_name: str
    valid_from: datetime | None
    valid_until: datetime | None
    in_force: bool
    condition: str


class Filter(Paged):
    """Which grants are listed: of one user, of one role."""

    user: Annotated[str, Meta(max_length=254, description="Of this user alone")] = ""
    role: Annotated[str, Meta(max_length=255, description="Of this role alone, as the platform API tells it")] = ""


class NewGrant(Strict):
    """A role to be given to a person, who becomes a user of the account by it."""

    user: Email
    role: RoleKey
    valid_from: Moment | None = None
    valid_until: Moment | None = None
    condition: ConditionText = ""


class NewValidity(Strict):
    """When the role is in force; what is left out has no bound. Left out, the condition stays as it is; "" is none."""

    valid_from: Moment | None = None
    valid_until: Moment | None = None
    condition: ConditionText | UnsetType = UNSET

    @property
    def new_condition(self) -> Condition | None:
        """The condition that was sent; nothing where none was."""
        return None if isinstance(self.condition, UnsetType) else Condition(self.condition)


def listed(asked: Asked) -> Items[Grant]:
    """Grants in force or to come, in the order in which they were given."""
    rows = direct_roles(asked.call.account, asked.call.at)
    if asked.query.user:
        rows = rows.filter(user__email_key=user_key(asked.query.user))
    if asked.query.role:
        rows = rows.filter(role_id=meant_role(asked.query.role))
    return page_of(rows, asked.query, lambda some: _shown(asked, some))


def one(asked: Asked) -> Grant:
    """One grant as it is now."""
    [found] = _shown(asked, [_row(asked)])
    return found


def give(asked: Asked) -> Made:
    """Give a role; refuses one that the person holds with another validity or under another condition."""
    call, sent = asked.call, asked.body
    role = meant_role(sent.role)
    add_user_role(
        actor=call.actor,
        at=call.at,
        account=call.account,
        user=sent.user,
        role=role,
        validity=Validity(sent.valid_from, sent.valid_until),
        condition=Condition(sent.condition),
    )
    row = direct_roles(call.account, call.at).get(user__email_key=user_key(sent.user), role_id=role)
    [found] = _shown(asked, [row])
    return Made(found, f"grants/{found.id}")


def change(asked: Asked) -> Grant:
    """Give a grant another validity, or another condition."""
    call, row = asked.call, _row(asked)
    change_role_validity(
        actor=call.actor,
        at=call.at,
        account=call.account,
        user=row.user_id,
        role=RoleId(row.role_id),
        validity=Validity(asked.body.valid_from, asked.body.valid_until),
        condition=asked.body.new_condition,
    )
    [found] = _shown(asked, [direct_roles(call.account, call.at).get(user_id=row.user_id, role_id=row.role_id)])
    return found


def take(asked: Asked) -> None:
    """Take a role away; taking the last one takes the user out of the account (USER-9)."""
    call, row = asked.call, _row(asked)
    remove_user_role(actor=call.actor, at=call.at, account=call.account, user=row.user_id, role=RoleId(row.role_id))


def _row(asked: Asked) -> GrantedRow:
    return row_of(direct_roles(asked.call.account, asked.call.at), asked.ids["id"])


def row_of(rows: "QuerySet[M]", id: str) -> M:
    """The row that an id in an address means; refuses what is none of these rows with `NotThere`."""
    known = id.isascii() and id.isdecimal() and int(id) <= LARGEST_KEY
    row = rows.filter(pk=int(id)).first() if known else None
    if row is None:
        raise Refused(no.NotThere(object="grant", id=id[:100]))
    return row


def _shown(asked: Asked, rows: Sequence[GrantedRow]) -> list[Grant]:
    roles = asked.call.facts.roles
    return [
        Grant(
            id=str(row.pk),
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


_ONE: Final[dict[str, Any]] = {"path": "grants/{id}", "needs": NEEDS, "current": one}

ENDPOINTS: Final = (
    Endpoint(
        method="GET",
        path="grants",
        act=listed,
        query=Filter,
        gives=Items[Grant],
        needs=NEEDS,
        summary="Direct roles of users, in force or to come",
    ),
    Endpoint(
        method="POST",
        path="grants",
        act=give,
        takes=NewGrant,
        gives=Grant,
        needs=NEEDS,
        status=201,
        summary="Give somebody a role, for a while or without end, under a condition or none",
    ),
    Endpoint(method="GET", act=one, gives=Grant, summary="One direct role of a user", **_ONE),
    Endpoint(
        method="PUT",
        act=change,
        takes=NewValidity,
        gives=Grant,
        summary="Change when a role is in force, and under which condition",
        **_ONE,
    ),
    Endpoint(method="DELETE", act=take, status=204, summary="Take a role away", **_ONE),
)
"""What is done with grants."""
