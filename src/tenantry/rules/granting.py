"""You cannot grant what you do not hold; an account that has an Administrator keeps one (USER-11, USER-13)."""

from collections.abc import Callable, Iterable

from tenantry.rules import refusals as no
from tenantry.rules.conditions import unconditional
from tenantry.rules.privileges import Catalogue, Mask
from tenantry.rules.roles import ADMINISTRATOR
from tenantry.rules.users import confers
from tenantry.rules.vocabulary import AccountId, Instant, RoleGrant, RoleId, Validity


def covers(catalogue: Catalogue, held: Mask) -> Mask:
    """What somebody who holds `held` may confer.

    That is `held` itself, and for holders of Environment Management also the two per-environment privileges, which it
    overrides (PRIV-3); else nobody could ever put them into a role, since Administrators do not carry them (PRIV-1).
    """
    if held & catalogue.bits["ENV_MANAGEMENT"]:
        return Mask(held | catalogue.mask(("ENV_MANAGEMENT_FULL", "ENV_MANAGEMENT_READ_ONLY")))
    return held


def check_conferring(catalogue: Catalogue, held: Mask, before: Mask, after: Mask) -> no.NotYoursToGive | None:
    """Judge giving `after` to somebody who had `before`: all that is new must be the giver's own.

    Masks are taken before features are applied, so that a privilege that is inert today cannot be handed out to come
    alive tomorrow.
    """
    excess = Mask(after & ~before & ~covers(catalogue, held))
    if not excess:
        return None
    titles = (catalogue.definitions[name].title for name in catalogue.names(excess))
    return no.NotYoursToGive(privileges=", ".join(titles))


def check_conferring_throughout(  # noqa: PLR0917 - whose right, then what is held and what is given
    catalogue: Catalogue,
    held: Mask,
    carried: Callable[[Iterable[RoleId]], Mask],
    others: tuple[RoleGrant, ...],
    given: RoleGrant,
    at: Instant,
) -> no.NotYoursToGive | None:
    """Judge a grant by all of its time: what the `others` of its holder give anyway counts only where they are in force
    as long, and under no condition. `carried` tells what roles resolve to.
    """
    lasting = (one for one in unconditional(others) if not confers(one.validity, given.validity, at))
    anyway = carried(one.role for one in lasting)
    return check_conferring(catalogue, held, anyway, carried([given.role]))


def check_limited(catalogue: Catalogue, held: Mask, involved: Mask) -> no.NotYoursToGive | None:
    """Judge what a holder of User Management - Limited touches: every privilege of every role involved, given or
    taken, must be the actor's own already (USER-13).
    """
    return check_conferring(catalogue, held, Mask(0), involved)


def check_administrator_kept(
    account: AccountId, before: Iterable[RoleGrant], after: Iterable[RoleGrant], at: Instant
) -> no.LastAdministrator | None:
    """Judge a change to who is directly Administrator (USER-11); other roles among the grants are ignored, and so is
    whoever is Administrator only under a condition.

    While one of them has no end, one without an end must stay: a last Administrator whose grant runs out would leave
    the account unmanageable without anybody's doing. Where all have an end, one in force must stay; where none is in
    force yet, one to come.
    """
    old = [validity for validity in _administrators(before) if not validity.ended(at)]
    new = [validity for validity in _administrators(after) if not validity.ended(at)]
    old_now = [validity for validity in old if validity.in_force(at)]
    new_now = [validity for validity in new if validity.in_force(at)]
    without_end = any(v.ends is None for v in old_now) and not any(v.ends is None for v in new_now)
    if without_end or (old_now and not new_now) or (old and not new):
        return no.LastAdministrator(account=account)
    return None


def check_administrator_throughout(
    account: AccountId, before: Iterable[RoleGrant], after: Iterable[RoleGrant], at: Instant
) -> no.LastAdministrator | None:
    """Judge a change of when people are directly Administrator (USER-11): from `at` on, no instant that has one is left
    without. Other roles among the grants are ignored, and whoever is Administrator only under a condition.

    It is enough to look where a grant begins or ends: between two such instants nothing changes.
    """
    old, new = _administrators(before), _administrators(after)
    bounds = {bound for validity in (*old, *new) for bound in (validity.starts, validity.ends) if bound is not None}
    for instant in (at, *(bound for bound in bounds if bound > at)):
        if any(one.in_force(instant) for one in old) and not any(one.in_force(instant) for one in new):
            return no.LastAdministrator(account=account)
    return None


def _administrators(grants: Iterable[RoleGrant]) -> list[Validity]:
    """When people are Administrator whatever they ask: under a condition nobody can be relied on to manage."""
    return [grant.validity for grant in grants if grant.role == ADMINISTRATOR and not grant.condition]
