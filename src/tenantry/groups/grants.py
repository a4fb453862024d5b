"""Roles that people hold in account groups: who may change them, what is judged, and how they are written.

Parts of the commands that change them, each inside the transaction of its command.
"""

from collections.abc import Set as AbstractSet
from typing import Final

from tenantry.accounts.queries import existing_account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import Changes, record
from tenantry.decisions.guard import Permit, require_by_door
from tenantry.groups.models import AccountGroup, GroupUserRole
from tenantry.rules import granting, groups, refusals
from tenantry.rules.conditions import unconditional
from tenantry.rules.features import Feature
from tenantry.rules.refusals import refuse
from tenantry.rules.roles import available_default_roles
from tenantry.rules.vocabulary import AccountId, Actor, Instant, Role, RoleGrant, RoleId
from tenantry.store import revisions
from tenantry.users.grants import bounds, names_of
from tenantry.users.queries import LinkedUser

MANAGE: Final = "ACCOUNT_GROUP_MANAGEMENT"


def permitted(*, actor: Actor, account: AccountId, at: Instant) -> Permit:
    """The right to manage groups, in an account that has any: groups exist only in a primary (GRP-1)."""
    permit = require_by_door(MANAGE, by_call="ACCOUNT_ADMIN", actor=actor, account=account, at=at)
    refuse(groups.check_is_primary(account, existing_account(account).features))
    return permit


def available_roles(permit: Permit) -> tuple[Role, ...]:
    """What a group's dialog offers: default roles available to the primary, then its own custom roles (GRP-9)."""
    facts = permit.facts.account
    features = existing_account(permit.account).features
    defaults = sorted(available_default_roles(features), key=lambda role: role.name)
    offered = [facts.roles[role.id] for role in defaults]
    return (*offered, *(facts.own_roles() if Feature.ADVANCED_USER_SECURITY in features else ()))


def check_roles(
    permit: Permit, held: tuple[RoleGrant, ...], after: AbstractSet[RoleId], at: Instant
) -> refusals.Refusal | None:
    """Judge a change of somebody's roles in a group: each fit for groups, and nothing conferred the actor lacks."""
    before = {grant.role for grant in held}
    refusal: refusals.Refusal | None = groups.check_group_roles(after, available_roles(permit), before)
    if refusal is not None or permit.operator:
        return refusal
    roles = permit.facts.account.roles
    live = roles.carried(grant.role for grant in unconditional(held) if grant.validity.in_force(at))
    added = roles.carried(after - before)
    return granting.check_conferring(permit.facts.account.catalogue, permit.held, live, added)


def change_roles(  # noqa: PLR0917 - what its callers have found
    permit: Permit,
    row: AccountGroup,
    person: LinkedUser,
    stored: tuple[RoleGrant, ...],
    after: AbstractSet[RoleId],
    at: Instant,
    reason: str,
    *,
    given: RoleGrant | None = None,
) -> None:
    """Let somebody in a group hold exactly these roles there, what is kept as it is, and the one that is `given` as it
    says; recorded, and nothing where nothing changes.
    """
    held = {grant.role: grant for grant in stored if not grant.validity.ended(at)}
    if set(held) == after:
        return
    new = {given.role: given} if given is not None else {}
    grants = tuple(held.get(role) or new.get(role) or RoleGrant(role) for role in sorted(after))
    write_roles(row, person.id, stored, grants)
    changes: Changes = {
        "group": (row.name, row.name),
        "roles": (names_of(permit, held), names_of(permit, after)),
        **(bounds(RoleGrant(given.role), given) if given is not None else {}),
    }
    record(
        Act.GROUP_USER_CHANGED,
        actor=permit.actor,
        account=permit.account,
        at=at,
        container=person.email,
        reason=reason,
        changes=changes,
    )
    revisions.raise_given([permit.account])


def write_roles(group: AccountGroup, user: int, before: tuple[RoleGrant, ...], after: tuple[RoleGrant, ...]) -> None:
    """Write what differs between two lists of somebody's grants in a group."""
    kept = {_told(grant) for grant in after}
    there = {_told(grant) for grant in before}
    gone = [grant.role for grant in before if _told(grant) not in kept]
    rows = GroupUserRole.rows.of(group.account_id)
    if gone:
        rows.filter(group=group, user_id=user, role_id__in=gone).delete()
    rows.bulk_create(
        GroupUserRole(
            account_id=group.account_id,
            group=group,
            user_id=user,
            role_id=grant.role,
            valid_from=grant.validity.starts,
            valid_until=grant.validity.ends,
            condition=grant.condition,
        )
        for grant in after
        if _told(grant) not in there
    )


def _told(grant: RoleGrant) -> tuple[object, ...]:
    """What a grant says, be it told with its group or not."""
    return grant.role, grant.validity, grant.condition
