"""Effective privileges: how a person is in an account, with which roles and privileges (EFF, the law's section 7)."""

from collections.abc import Iterable

from tenantry.rules import refusals as no
from tenantry.rules.accounts import CLOSED, status_at
from tenantry.rules.answers import Access, NoAccess
from tenantry.rules.facts import NO_GRANTS, AccountFacts
from tenantry.rules.privileges import Mask
from tenantry.rules.vocabulary import Instant, Person, RoleGrant, RoleId, Via


def standing_grants(account: AccountFacts, grants: Iterable[RoleGrant]) -> tuple[RoleGrant, ...]:
    """Grants made in the account whose role is default, own, or shared to it right now.

    Others are the remains of a share that has ended: they are as good as deleted (SHARE-18).
    """
    roles, shared, here = account.roles, account.shared, account.id
    return tuple(
        grant
        for grant in grants
        if (role := roles.get(grant.role)) is not None
        and (role.account is None or role.account == here or grant.role in shared)
    )


def live_direct_roles(account: AccountFacts, grants: Iterable[RoleGrant], at: Instant) -> tuple[RoleId, ...]:
    """Roles assigned in the account itself that count: in force, and default, own, or shared to it right now."""
    return tuple(grant.role for grant in standing_grants(account, grants) if grant.validity.in_force(at))


def effective(  # noqa: PLR0917 - the arguments of EFFECTIVE, in the law's order
    person: Person,
    account: AccountFacts,
    direct: Iterable[RoleGrant],
    outside: Iterable[RoleGrant],
    at: Instant,
    temporary: Iterable[RoleGrant] = NO_GRANTS,
) -> Access | NoAccess:
    """EFFECTIVE of the law: status and lock first (EFF-3), then direct roles, else staff, else group roles (EFF-1, -2).

    Conditions of grants are judged before (`rules.conditions.judged`): a grant that comes here counts. `direct` are the
    grants in the account itself, `outside` those of every group that holds both person and account,
    `temporary` those made to support staff. Direct access ignores the Support Access Role; staff receive it (SUP-7) or,
    while it is no access, a temporary grant that has not run out (SUP-13, SUP-14); group roles are capped by it
    (SUP-5), and its absence, or a role that no longer exists, lets nobody in from outside (SUP-6, SUP-10).
    """
    status = status_at(account.status, account.trial_ends, at)
    if status in CLOSED:
        return no.AccountNotAvailable(account=account.id, status=status)
    if person.locked:
        return no.UserLocked()
    standing = standing_grants(account, direct)
    roles = tuple(grant.role for grant in standing if grant.validity.in_force(at))
    if roles:
        carried = account.roles.carried(roles)
        return Access(Via.DIRECT, roles, carried, carried, Mask(carried & account.active))
    cap = account.cap
    if person.staff:
        return _as_staff(account, cap, temporary, at)
    outside = tuple(outside)
    roles = tuple(
        dict.fromkeys(grant.role for grant in outside if grant.validity.in_force(at) and grant.role in account.roles)
    )
    if not roles:
        return _no_roles(account, (*standing, *outside), at)
    if cap is None:
        return no.NoOutsideAccess(account=account.id)
    carried = account.roles.carried(roles)
    passed = Mask(carried & account.roles.resolved(cap).mask)
    return Access(Via.GROUP, roles, carried, passed, Mask(passed & account.active), cap)


def _as_staff(
    account: AccountFacts, cap: RoleId | None, temporary: Iterable[RoleGrant], at: Instant
) -> Access | no.NoOutsideAccess:
    """Platform support staff: the Support Access Role, or else the role of a temporary grant (SUP-7)."""
    roles = (cap,) if cap is not None else temporary_roles(account, temporary, at)
    if not roles:
        return no.NoOutsideAccess(account=account.id)
    carried = account.roles.carried(roles)
    return Access(Via.STAFF, roles, carried, carried, Mask(carried & account.active))


def temporary_roles(account: AccountFacts, temporary: Iterable[RoleGrant], at: Instant) -> tuple[RoleId, ...]:
    """The roles of temporary grants that have begun and not run out (SUP-13); a role that is gone gives nothing."""
    return tuple(
        dict.fromkeys(
            grant.role
            for grant in temporary
            if grant.validity.in_force(at)
            and (role := account.roles.get(grant.role)) is not None
            and role.account in {None, account.id}
        )
    )


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
