"""Effective privileges: how a person is in an account, with which roles and privileges (EFF, the law's section 7)."""

from collections.abc import Iterable

from tenantry.rules import refusals as no
from tenantry.rules.accounts import CLOSED, status_at
from tenantry.rules.answers import Access, NoAccess
from tenantry.rules.privileges import Mask
from tenantry.rules.roles import carried_by
from tenantry.rules.vocabulary import AccountFacts, Instant, Person, RoleGrant, RoleId, Via


def live_direct_roles(account: AccountFacts, grants: Iterable[RoleGrant], at: Instant) -> tuple[RoleId, ...]:
    """Roles assigned in the account itself that count: in force, and default, own, or shared to it right now."""
    return tuple(
        grant.role
        for grant in grants
        if grant.validity.in_force(at)
        and (role := account.roles.get(grant.role)) is not None
        and (role.account in {None, account.id} or role.id in account.shared)
    )


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
    roles = tuple(grant.role for grant in outside if grant.validity.in_force(at) and grant.role in account.roles)
    if not roles:
        return _no_roles(account, (*direct, *outside), at)
    if cap is None:
        return no.NoOutsideAccess(account=account.id)
    carried = carried_by(account, roles)
    passed = Mask(carried & carried_by(account, (cap,)))
    return Access(Via.GROUP, roles, carried, passed, Mask(passed & account.active), cap)


def _no_roles(account: AccountFacts, grants: tuple[RoleGrant, ...], at: Instant) -> no.NoRoles | no.RolesNotInForce:
    coming = [g.validity.starts for g in grants if g.validity.starts is not None and g.validity.starts > at]
    gone = [g.validity.ends for g in grants if g.validity.ends is not None and g.validity.ends <= at]
    if coming:
        when = f"the next begins {min(coming).isoformat()}"
    elif gone:
        when = f"the last ended {max(gone).isoformat()}"
    else:
        return no.NoRoles(account=account.id)
    return no.RolesNotInForce(account=account.id, when=when)
