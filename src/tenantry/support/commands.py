"""Writes of temporary support access. Each verb is one transaction with one audit entry in the account."""

from collections.abc import Set as AbstractSet

from tenantry.accounts.queries import AccountRow, existing_account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import record
from tenantry.decisions.guard import Permit, require
from tenantry.rules import granting, refusals, support
from tenantry.rules.accounts import CLOSED, status_at, support_access_choices
from tenantry.rules.refusals import refuse
from tenantry.rules.support import GrantStatus
from tenantry.rules.vocabulary import AccountId, Actor, Instant, RoleId
from tenantry.store import revisions
from tenantry.store.transaction import command
from tenantry.support.models import SupportGrant
from tenantry.support.queries import support_grant
from tenantry.users.queries import locked_person

WHY_LIMIT = 1000
"""Characters in the reason of a request."""


@command
def request_support_access(*, actor: Actor, at: Instant, account: AccountId, why: str = "") -> int:
    """Ask for temporary access to an account, as platform support staff (SUP-11). Returns the request's key.

    Refuses everybody else and locked staff (LOCK-7), accounts that are suspended or deleted (ACC-4), accounts whose
    Support Access Role is a role, since staff enter by it, and a second request while one is open or access is active.
    """
    person = locked_person(actor.user or "")
    revisions.lock(account)
    row = existing_account(account)
    if person is None:
        raise refusals.Refused(refusals.NotSupportStaff(email=actor.name))
    refuse(support.check_staff(person.email, staff=person.staff))
    if person.locked:
        raise refusals.Refused(refusals.UserLocked())
    status = status_at(row.status, row.trial_ends, at)
    if status in CLOSED:
        raise refusals.Refused(refusals.AccountNotAvailable(account=account, status=status))
    refuse(support.check_available(account, row.support_access))
    for grant in SupportGrant.rows.of(account).filter(user=person):
        state = support.status_at(GrantStatus(grant.status), grant.expires_at, at)
        if state in {GrantStatus.REQUESTED, GrantStatus.ACTIVE}:
            raise refusals.Refused(refusals.SupportRequestOpen(email=person.email, status=state))
    made = SupportGrant(account_id=account, user=person, why=why.strip()[:WHY_LIMIT], requested_at=at)
    SupportGrant.rows.of(account).bulk_create([made])
    found = SupportGrant.rows.of(account).filter(user=person, status=GrantStatus.REQUESTED).get()
    record(
        Act.SUPPORT_REQUESTED,
        actor=actor,
        account=account,
        at=at,
        container=person.email,
        reason=made.why,
        changes={"status": (None, GrantStatus.REQUESTED)},
    )
    revisions.raise_revisions([account])
    return int(found.pk)


@command
def grant_support_access(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    grants: AbstractSet[int],
    role: RoleId,
    hours: int,
    reason: str = "",
) -> None:
    """Grant requested access with a role for a time: "Set Up Access" (SUP-11). It begins at once.

    Needs Account Administration. Refuses while the Support Access Role is a role, roles that it does not offer (SUP-1),
    lengths not offered, requests that are not open, and a role that carries what the actor does not hold.
    """
    permit, row = _administered(actor, account, at)
    facts = permit.facts.account
    refuse(support.check_available(account, row.support_access))
    refuse(support.check_length(hours))
    if role not in support_access_choices(row.features, facts.own_roles()):
        name = facts.roles[role].name if role in facts.roles else role
        raise refusals.Refused(refusals.SupportAccessNotOffered(role=name))
    if not permit.operator:
        carried = facts.roles.resolved(role).mask
        refuse(granting.check_limited(facts.catalogue, permit.held, carried))
    if not grants:
        raise refusals.Refused(refusals.SupportGrantNotOpen(needed="requested", status="not chosen"))
    requests = [_in_status(account, key, GrantStatus.REQUESTED, at) for key in sorted(grants)]
    ends = support.ends_after(at, hours)
    for grant in requests:
        SupportGrant.rows.of(account).filter(pk=grant.pk).update(
            status=GrantStatus.ACTIVE, role=role, role_name=facts.roles[role].name, granted_at=at, expires_at=ends
        )
        record(
            Act.SUPPORT_CHANGED,
            actor=actor,
            account=account,
            at=at,
            container=grant.user.email,
            reason=reason,
            changes={
                "status": (GrantStatus.REQUESTED, GrantStatus.ACTIVE),
                "role": (None, facts.roles[role].name),
                "expires": (None, ends.isoformat()),
            },
        )
    revisions.raise_revisions([account])


@command
def deny_support_access(*, actor: Actor, at: Instant, account: AccountId, grant: int, reason: str = "") -> None:
    """Turn a request down (SUP-12). Needs Account Administration."""
    _administered(actor, account, at)
    found = _in_status(account, grant, GrantStatus.REQUESTED, at)
    _ended(found, GrantStatus.DENIED, actor=actor, at=at, reason=reason)


@command
def extend_support_access(
    *, actor: Actor, at: Instant, account: AccountId, grant: int, hours: int, reason: str = ""
) -> None:
    """Let an active grant end later by one of the lengths offered (SUP-12). Needs Account Administration.

    Refused while it is dormant because the Support Access Role is a role (SUP-11, SUP-14): its time runs on.
    """
    permit, row = _administered(actor, account, at)
    refuse(support.check_available(account, row.support_access))
    refuse(support.check_length(hours))
    found = _in_status(account, grant, GrantStatus.ACTIVE, at)
    if not permit.operator:
        carried = permit.facts.account.roles.resolved(RoleId(found.role)).mask
        refuse(granting.check_limited(permit.facts.account.catalogue, permit.held, carried))
    ends = support.ends_after(found.expires_at or at, hours)
    SupportGrant.rows.of(account).filter(pk=grant).update(expires_at=ends)
    record(
        Act.SUPPORT_CHANGED,
        actor=actor,
        account=account,
        at=at,
        container=found.user.email,
        reason=reason,
        changes={"expires": (found.expires_at.isoformat() if found.expires_at else None, ends.isoformat())},
    )
    revisions.raise_revisions([account])


@command
def expire_support_access(*, actor: Actor, at: Instant, account: AccountId, grant: int, reason: str = "") -> None:
    """End an active grant now, also for open sessions (SUP-13). Needs Account Administration."""
    _administered(actor, account, at)
    found = _in_status(account, grant, GrantStatus.ACTIVE, at)
    _ended(found, GrantStatus.EXPIRED, actor=actor, at=at, reason=reason)


def _administered(actor: Actor, account: AccountId, at: Instant) -> tuple[Permit, AccountRow]:
    revisions.lock(account)
    return require("ACCOUNT_ADMIN", actor=actor, account=account, at=at), existing_account(account)


def _in_status(account: AccountId, grant: int, needed: GrantStatus, at: Instant) -> SupportGrant:
    found = support_grant(account, grant)
    status = support.status_at(GrantStatus(found.status), found.expires_at, at)
    if status is not needed:
        raise refusals.Refused(refusals.SupportGrantNotOpen(needed=needed, status=status))
    return found


def _ended(grant: SupportGrant, status: GrantStatus, *, actor: Actor, at: Instant, reason: str) -> None:
    rows = SupportGrant.rows.of(grant.account_id).filter(pk=grant.pk)
    if status is GrantStatus.EXPIRED:
        rows.update(status=status, expires_at=at)
    else:
        rows.update(status=status)
    record(
        Act.SUPPORT_ENDED,
        actor=actor,
        account=grant.account_id,
        at=at,
        container=grant.user.email,
        reason=reason,
        changes={"status": (grant.status, status)},
    )
    revisions.raise_revisions([grant.account_id])
