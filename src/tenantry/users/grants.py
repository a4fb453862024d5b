"""Direct roles of users: what is judged when they change, how they are written, and how the log tells it.

Parts of the commands that change them, each inside the transaction of its command.
"""

from collections.abc import Iterable, Set as AbstractSet

from tenantry.accounts.queries import AccountRow
from tenantry.audit.trail import Changes
from tenantry.decisions.guard import Permit
from tenantry.roles.queries import assignable_roles
from tenantry.rules import granting, refusals, users
from tenantry.rules.conditions import unconditional
from tenantry.rules.roles import ADMINISTRATOR
from tenantry.rules.vocabulary import AccountId, Instant, RoleGrant, RoleId
from tenantry.users.models import UserRole
from tenantry.users.queries import administrator_grants


def check_roles(
    permit: Permit, row: AccountRow, held: tuple[RoleGrant, ...], after: AbstractSet[RoleId], at: Instant
) -> refusals.Refusal | None:
    """Judge a change of one user's roles: each new one assignable, and nothing conferred that the actor lacks.

    What is new is measured against what is in force now, whatever is asked: a role that begins later gives nothing yet,
    and one under a condition not to every question.
    """
    assignable = {choice.id for choice in assignable_roles(permit.facts.account, row.features)}
    before = {grant.role for grant in held}
    refusal: refusals.Refusal | None = users.check_assignable(row.id, after, assignable, before)
    if refusal is not None or permit.operator:
        return refusal
    account = permit.facts.account
    if permit.privilege == "USER_MANAGEMENT_LIMITED":
        refusal = granting.check_limited(account.catalogue, permit.held, account.roles.carried(before ^ after))
    live = account.roles.carried(grant.role for grant in unconditional(held) if grant.validity.in_force(at))
    added = account.roles.carried(after - before)
    return refusal or granting.check_conferring(account.catalogue, permit.held, live, added)


def check_lasting(
    permit: Permit, others: tuple[RoleGrant, ...], given: RoleGrant, at: Instant
) -> refusals.NotYoursToGive | None:
    """Judge a grant, direct or in a group, by all of its time: what others there give anyway counts only where they are
    in force as long, and under no condition.
    """
    if permit.operator:
        return None
    catalogue, carried = permit.facts.account.catalogue, permit.facts.account.roles.carried
    return granting.check_conferring_throughout(catalogue, permit.held, carried, others, given, at)


def bounds(before: RoleGrant, after: RoleGrant) -> Changes:
    """What differs between two grants of a role, as the log tells it."""

    def told(instant: Instant | None) -> str | None:
        return None if instant is None else instant.isoformat()

    return {
        "valid_from": (told(before.validity.starts), told(after.validity.starts)),
        "valid_until": (told(before.validity.ends), told(after.validity.ends)),
        "condition": (before.condition or None, after.condition or None),
    }


def check_administrator_kept(
    account: AccountId, user: int, grants: tuple[RoleGrant, ...], at: Instant
) -> refusals.LastAdministrator | None:
    """Judge what somebody holds from now on: an account that has an Administrator keeps one (USER-11)."""
    before, others = _administrators(account, user)
    return granting.check_administrator_kept(account, before, [*others, *grants], at)


def check_administrator_throughout(
    account: AccountId, user: int, new: RoleGrant, at: Instant
) -> refusals.LastAdministrator | None:
    """The same of one grant by all of its time (USER-11)."""
    before, others = _administrators(account, user)
    return granting.check_administrator_kept(
        account, before, [*others, new], at
    ) or granting.check_administrator_throughout(account, before, [*others, new], at)


def _administrators(account: AccountId, user: int) -> tuple[list[RoleGrant], list[RoleGrant]]:
    """The grants of Administrator that there are, and those of all but this user."""
    now = administrator_grants(account, ADMINISTRATOR)
    held = [(holder, RoleGrant(ADMINISTRATOR, validity)) for holder, validity in now.items()]
    return [grant for _, grant in held], [grant for holder, grant in held if holder != user]


def write_roles(account: AccountId, user: int, before: tuple[RoleGrant, ...], after: tuple[RoleGrant, ...]) -> None:
    """Write what differs between two lists of somebody's grants."""
    gone = [grant.role for grant in before if grant not in after]
    if gone:
        UserRole.rows.of(account).filter(user_id=user, role_id__in=gone).delete()
    UserRole.rows.of(account).bulk_create(
        [
            UserRole(
                account_id=account,
                user_id=user,
                role_id=grant.role,
                valid_from=grant.validity.starts,
                valid_until=grant.validity.ends,
                condition=grant.condition,
            )
            for grant in after
            if grant not in before
        ]
    )


def names_of(permit: Permit, roles: Iterable[RoleId]) -> list[str]:
    """How people call these roles, for the log."""
    known = permit.facts.account.roles
    return sorted(known[role].name if role in known else role for role in roles)
