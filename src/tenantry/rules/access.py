"""Effective privileges: how a person is in an account, with which roles and privileges (EFF, the law's section 7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from tenantry.rules import refusals as no
from tenantry.rules.privileges import NOTHING, Mask
from tenantry.rules.roles import resolve
from tenantry.rules.vocabulary import AccountFacts, Instant, Person, RoleGrant, RoleId, Status, Validity, Via

CLOSED = frozenset({Status.SUSPENDED, Status.DELETED})
"""Statuses that let nobody in (ACC-4)."""


@dataclass(frozen=True, slots=True)
class Access:
    """A person's standing in an account at an instant.

    `roles` are the roles held (the Support Access Role is not one of them, EFF-5). `carried` is what they resolve to,
    `passed` what the cap leaves of it, `privileges` what the account's features leave of that. `cap` is the Support
    Access Role when it bounds this access.
    """

    via: Via
    roles: tuple[RoleId, ...]
    carried: Mask
    passed: Mask
    privileges: Mask
    cap: RoleId | None = None


NoAccess = no.AccountNotAvailable | no.UserLocked | no.NoRoles | no.RolesNotInForce | no.NoOutsideAccess
"""What EFFECTIVE answers instead of `Access`."""


def status_at(status: Status, trial_ends: Instant | None, at: Instant) -> Status:
    """The status that counts at an instant: a trial past its end is suspended, without anybody's doing (ACC-12)."""
    if status is Status.TRIAL and trial_ends is not None and at >= trial_ends:
        return Status.SUSPENDED
    return status


def in_force(validity: Validity, at: Instant) -> bool:
    """Whether a grant counts at an instant: from its start on, before its end."""
    return (validity.starts is None or validity.starts <= at) and (validity.ends is None or at < validity.ends)


def live_direct_roles(account: AccountFacts, grants: Iterable[RoleGrant], at: Instant) -> tuple[RoleId, ...]:
    """Roles assigned in the account itself that count: in force, and default, own, or shared to it right now."""
    return tuple(
        grant.role
        for grant in grants
        if in_force(grant.validity, at)
        and (role := account.roles.get(grant.role)) is not None
        and (role.account in {None, account.id} or role.id in account.shared)
    )


def carried_by(account: AccountFacts, roles: Iterable[RoleId]) -> Mask:
    """What these roles resolve to together: privileges add up across roles (ROLE-11)."""
    shared = {(role, account.id) for role in account.shared}
    masks = (resolve(role, account.roles, account.catalogue, shared).mask for role in roles)
    return Mask(reduce(int.__or__, masks, int(NOTHING)))


def effective(
    person: Person,
    account: AccountFacts,
    direct: Iterable[RoleGrant],
    outside: Iterable[RoleGrant],
    at: Instant,
) -> Access | NoAccess:
    """EFFECTIVE of the law: status and lock first (EFF-3), then direct roles, else staff, else group roles (EFF-1, -2).

    `direct` are the grants in the account itself, `outside` those of every group that holds both person and account.
    Direct access ignores the Support Access Role; staff receive it (SUP-7); group roles are capped by it (SUP-5), and
    its absence, or a role that no longer exists, lets nobody in from outside (SUP-6, SUP-10).
    """
    status = status_at(account.status, account.trial_ends, at)
    if status in CLOSED:
        return no.AccountNotAvailable(account=account.id, status=status)
    if person.locked:
        return no.UserLocked()
    direct = tuple(direct)
    outside = tuple(outside)
    roles = live_direct_roles(account, direct, at)
    if roles:
        carried = carried_by(account, roles)
        return Access(Via.DIRECT, roles, carried, carried, Mask(carried & account.active))
    cap = account.support_access if account.support_access in account.roles else None
    if person.staff:
        if cap is None:
            return no.NoOutsideAccess(account=account.id)
        carried = carried_by(account, (cap,))
        return Access(Via.STAFF, (cap,), carried, carried, Mask(carried & account.active))
    roles = tuple(grant.role for grant in outside if in_force(grant.validity, at))
    if not roles:
        return _no_roles(account, (*direct, *outside), at)
    if cap is None:
        return no.NoOutsideAccess(account=account.id)
    carried = carried_by(account, roles)
    passed = Mask(carried & carried_by(account, (cap,)))
    return Access(Via.GROUP, roles, carried, passed, Mask(passed & account.active), cap)


def _no_roles(
    account: AccountFacts, grants: tuple[RoleGrant, ...], at: Instant
) -> no.NoRoles | no.RolesNotInForce:
    coming = [g.validity.starts for g in grants if g.validity.starts is not None and g.validity.starts > at]
    gone = [g.validity.ends for g in grants if g.validity.ends is not None and g.validity.ends <= at]
    if coming:
        when = f"the next begins {min(coming).isoformat()}"
    elif gone:
        when = f"the last ended {max(gone).isoformat()}"
    else:
        return no.NoRoles(account=account.id)
    return no.RolesNotInForce(account=account.id, when=when)
