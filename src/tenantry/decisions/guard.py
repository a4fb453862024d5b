"""What commands and doors call before they act: `require` the privilege, or be refused with the reason."""

from dataclasses import dataclass

from tenantry.decisions.engine import ENGINE
from tenantry.rules import refusals as no
from tenantry.rules.access import standing_grants
from tenantry.rules.answers import Access, Denied
from tenantry.rules.decide import Snapshot
from tenantry.rules.facts import AccountFacts
from tenantry.rules.privileges import Mask
from tenantry.rules.vocabulary import AccountId, Actor, Instant, RoleGrant, Status, UserKey


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

    Refuses with the denial of the first one when there is none of them. The platform operator needs none: only the
    command line acts as one, and it has the database itself. A deleted account takes no change, not even from there.
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
    facts = ENGINE.snapshot(account)
    standing = facts.standing(UserKey(user)) if facts is not None else None
    if facts is None or standing is None:
        return ()
    held = (*standing_grants(facts.account, standing.held.direct), *standing.held.outside, *standing.held.temporary)
    return tuple(grant for grant in held if not grant.validity.ended(at))
