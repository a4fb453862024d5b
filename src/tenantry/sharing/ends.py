"""What the end of a share leaves to do, and doing it in portions (SHARE-8, SHARE-18).

A share is a link read at request time: when it ends, what lived by it counts for nothing from that instant on. Deleting
the assignments of an ended share is therefore bookkeeping that changes no answer and may take its time. One rule keeps
it so: before a role comes to an account again, what an earlier share left there is deleted first, in the same
transaction.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import uuid4

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry, Changes, record_many
from tenantry.groups.queries import GroupRow
from tenantry.jobs.commands import Wanted, schedule_many
from tenantry.jobs.kinds import Job, JobKind
from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, Actor, Instant, RoleId, Source
from tenantry.sharing.models import Share
from tenantry.sharing.queries import shares_of
from tenantry.store import revisions
from tenantry.store.transaction import command
from tenantry.users.commands import forget_lost_roles

PORTION: Final = 500
"""Assignments looked at in one step, which is one transaction."""

EVERYTHING: Final = 10_000_000
"""No portion: all of them at once."""


def note_end(
    *, actor: Actor, at: Instant, group: GroupRow, role: str = "", member: AccountId | None = None, cause: str
) -> None:
    """Have assignments deleted that may have ended: of a role, or of every role, in an account, or in every account."""
    ended = end_of_share(user=actor.name, at=at, primary=group.account_id, role=role, member=member or "", cause=cause)
    schedule_many(kind=JobKind.SHARE_END, jobs=[ended])


def end_of_share(*, user: str, at: Instant, primary: str, role: str, member: str, cause: str) -> Wanted:
    """The job that an ended share leaves: deleting what lived by it, in portions (SHARE-18).

    `role` empty stands for every role of the primary, `member` empty for every account. `cause` is what the log of the
    managed account will say, `reached` the last assignment looked at.
    """
    details = {"role": role, "member": member, "cause": cause, "user": user, "reached": 0}
    return Wanted(primary, uuid4().hex, at, details)


@command
def end_of_group(*, actor: Actor, at: Instant, group: GroupRow) -> None:
    """End all shares of a group that goes (GRP-19)."""
    shared = Share.rows.of(group.account_id).filter(group=group)
    roles = list(shared.filter(kind=Kind.ROLE).values_list("resource", flat=True))
    shared.delete()
    for role in roles:
        note_end(actor=actor, at=at, group=group, role=role, cause=f"the account group {group.name} was deleted")


@command
def end_of_membership(*, actor: Actor, at: Instant, group: GroupRow, member: AccountId) -> None:
    """End what a group shared with an account that leaves it (GRP-17)."""
    if shares_of(group, Kind.ROLE).exists():
        cause = f"the account left the account group {group.name}"
        note_end(actor=actor, at=at, group=group, member=member, cause=cause)


@command
def end_of_role(*, at: Instant, account: AccountId, role: RoleId) -> None:
    """End all shares of a role that is deleted (ROLE-13). Nobody holds it any more; what ended shares left goes too."""
    Share.rows.of(account).filter(kind=Kind.ROLE, resource=role).delete()
    forget_lost_roles(
        at=at, primary=account, role=role, member=None, beyond=0, limit=EVERYTHING, cause="the role was deleted"
    )


@command
def end_of_resource(
    *, actor: Actor, at: Instant, account: AccountId, kind: Kind, resource: str, name: str, cause: str, reason: str = ""
) -> None:
    """End all shares of a resource that is deleted or leaves its state for good (SHARE-8), one entry a group. For kinds
    other than roles: what lives by them is computed when asked, so that nothing is left to delete.
    """
    shared = Share.rows.of(account).filter(kind=kind, resource=resource)
    groups = list(shared.order_by("group__name_key", "group_id").values_list("group__name", flat=True))
    if not groups:
        return
    shared.delete()
    entries = (
        BulkEntry(
            Act.WITHDRAWN,
            account,
            name,
            {"group": (group, None), "type": (kind.words.object_type, None)},
            cause,
        )
        for group in groups
    )
    record_many(entries, actor=actor, at=at, reason=reason)
    revisions.raise_given([account])


def sweep_before_sharing(*, at: Instant, account: AccountId, role: RoleId) -> None:
    """Delete what earlier shares of a role left, before it is shared again: it must not come back (SHARE-18)."""
    cause = "the role was no longer shared with this account"
    forget_lost_roles(at=at, primary=account, role=role, member=None, beyond=0, limit=EVERYTHING, cause=cause)


def sweep_before_joining(*, at: Instant, group: GroupRow, members: Iterable[AccountId]) -> None:
    """Delete what earlier shares left in accounts, before they join a group that may carry the same roles."""
    cause = "the role was no longer shared with this account"
    owner = AccountId(group.account_id)
    if shares_of(group, Kind.ROLE).exists():
        for member in members:
            forget_lost_roles(at=at, primary=owner, role="", member=member, beyond=0, limit=EVERYTHING, cause=cause)


@command
def finish_portion(job: Job, at: Instant) -> Mapping[str, Any] | None:
    """Delete the next portion of what one ended share left; how far that has come, or nothing when it is the end.

    Holds the primary, so that no share begins meanwhile. Each assignment is recorded in its own account, with source
    INTERNAL, the cause and the instant at which the share ended, however late this is (AUD-4). A step that does not
    finish has happened wholly or not at all.
    """
    del at
    revisions.lock(job.account)
    end = job.details
    reached = forget_lost_roles(
        at=job.due,
        primary=job.account,
        role=end["role"],
        member=AccountId(end["member"]) if end["member"] else None,
        beyond=end["reached"],
        limit=PORTION,
        cause=end["cause"],
        by=Actor(None if end["user"] == "operator" else end["user"], Source.INTERNAL),
    )
    return None if reached is None else {**end, "reached": reached}


def check_end_called_off(job: Job, actor: Actor, at: Instant) -> bool:
    """Refuse to have the end of a share called off: assignments of a role that is no longer shared are deleted, not
    parked (SHARE-18), and what they hold could not be removed for ever (SHARE-20).
    """
    del job, actor, at
    raise Refused(no.EndOfShareStays())


def changes_of_loss(role: str) -> Changes:
    """What the log says of a lost assignment."""
    return {"role": (role, None)}
