"""What commands and doors call before they act: `require` the privilege, or be refused with the reason."""

from dataclasses import dataclass, replace

from tenantry.decisions.engine import ENGINE
from tenantry.rules import refusals as no
from tenantry.rules.access import standing_grants
from tenantry.rules.answers import Access, Denied
from tenantry.rules.decide import Snapshot
from tenantry.rules.facts import AccountFacts
from tenantry.rules.privileges import Mask
from tenantry.rules.vocabulary import AccountId, Actor, EnvironmentId, Instant, RoleGrant, Source, Status, UserKey


@dataclass(frozen=True, slots=True)
class Permit:
    """The right to act, as found. `held` is what the actor's roles carry here, features not applied; the operator
    holds everything. `privilege` is the one of the alternatives that was found.
    """

    actor: Actor
    account: AccountId
    privilege: str
    held: Mask
    facts: Snapshot

    @property
    def operator(self) -> bool:
        """Whether the platform operator acts."""
        return self.actor.user is None


def require(*privileges: str, actor: Actor, account: AccountId, at: Instant) -> Permit:
    """Find the first of these privileges that the actor has in the account.

    Refuses with the denial of the first one when there is none of them. The platform operator needs none: the
    command line, which has the database itself, and the operator's own programs act as one. A deleted account takes no
    change, not even from there.
    """
    facts = ENGINE.snapshot(account)
    if facts is None:
        raise no.Refused(no.UnknownAccount(account=account))
    if actor.user is None:
        if facts.account.status is Status.DELETED:
            raise no.Refused(no.AccountDeleted(account=account))
        return Permit(actor, account, privileges[0], facts.account.catalogue.everything, facts)
    first: Denied | None = None
    for privilege in privileges:
        decision = ENGINE.decide(user=actor.user, privilege=privilege, account=account, at=at)
        if not isinstance(decision, Denied):
            access = ENGINE.access(user=actor.user, account=account, at=at)
            held = access.passed if isinstance(access, Access) else Mask(0)
            return Permit(actor, account, privilege, held, facts)
        first = decision if first is None else first
    raise no.Refused(no.UnknownPrivilege(privilege="") if first is None else first.refusal)


def require_by_door(*privileges: str, by_call: str, actor: Actor, account: AccountId, at: Instant) -> Permit:
    """`require` of what asks calls of the platform API for another privilege than the console (GRP-1, USER-2)."""
    wanted = (by_call,) if actor.source is Source.API else privileges
    return require(*wanted, actor=actor, account=account, at=at)


def require_in(environment: EnvironmentId, *privileges: str, actor: Actor, account: AccountId, at: Instant) -> Permit:
    """Find the first of these privileges that the actor has in an environment of the account (ENV_CAN).

    Refuses as `require` does and, in this order, with `EnvironmentNotFound`, `EnvironmentClosed` or
    `EnvironmentReadOnly`. The platform operator is kept out of no environment.
    """
    permit = require(*privileges, actor=actor, account=account, at=at)
    place = permit.facts.account.environments.get(environment)
    if place is None:
        raise no.Refused(no.EnvironmentNotFound(environment=environment))
    if actor.user is None:
        return permit
    found = [
        ENGINE.decide(user=actor.user, privilege=privilege, account=account, at=at, place=place)
        for privilege in privileges
    ]
    allowed = next((one for one in found if not isinstance(one, Denied)), None)
    if allowed is None:
        held = [one for one in found if isinstance(one, Denied) and not isinstance(one.refusal, no.PrivilegeNotHeld)]
        raise no.Refused((*held, *found)[0].refusal)  # type: ignore[union-attr]
    return replace(permit, privilege=allowed.privilege)


def access_in(*, actor: Actor, account: AccountId, at: Instant) -> tuple[Access, AccountFacts]:
    """How the actor is in the account, with its facts: for lists that show to each what the gates let through.

    Refuses with the reason when the actor is not in it at all. No door shows the platform operator lists.
    """
    facts = facts_of(account)
    access = ENGINE.access(user=actor.user or "", account=account, at=at)
    if isinstance(access, Denied):
        raise no.Refused(access.refusal)
    return access, facts


def facts_of(account: AccountId) -> AccountFacts:
    """The current facts of an account, for pages that show what rules make of them; refuses unknown accounts."""
    facts = ENGINE.snapshot(account)
    if facts is None:
        raise no.Refused(no.UnknownAccount(account=account))
    return facts.account


def paths_of(user: str, account: AccountId, at: Instant) -> tuple[RoleGrant, ...]:
    """The grants by which a person reaches an account at all, direct or through groups, in force or to come.

    Nothing else is looked at: not the account's status, nor its Support Access Role, nor a lock.
    """
    facts = ENGINE.current().about(account, user)
    standing = facts.standing(UserKey(user)) if facts is not None else None
    if facts is None or standing is None:
        return ()
    held = (*standing_grants(facts.account, standing.held.direct), *standing.held.outside, *standing.held.temporary)
    return tuple(grant for grant in held if not grant.validity.ended(at))
