"""What the end of a share leaves to do, and doing it in portions (SHARE-8, SHARE-18).

A share is a link read at request time: when it ends, what lived by it counts for nothing from that instant on. Deleting
the assignments of an ended share is therefore bookkeeping that changes no answer and may take its time. One rule keeps
it so: before a role comes to an account again, what an earlier share left there is deleted first, in the same
transaction.
"""

from collections.abc import Iterable
from typing import Final

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry, Changes, record_many
from tenantry.groups.queries import GroupRow
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, Actor, Instant, RoleId, Source
from tenantry.sharing.models import Share, ShareEnd
from tenantry.sharing.queries import share_ends, shares_of
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
    """Remember that assignments of a role, or of every role, may have ended for an account, or for every account."""
    ShareEnd.rows.of(group.account_id).bulk_create(
        [ShareEnd(account_id=group.account_id, role=role, member_id=member, cause=cause, user=actor.name, at=at)]
    )


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
    ShareEnd.rows.of(account).filter(role=role).delete()


@command
def end_of_resource(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    kind: Kind,
    resource: str,
    name: str,
    cause: str,
    reason: str = "",
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
def finish_portion(*, end: ShareEnd) -> bool:
    """Delete the next portion of what one ended share left; whether anything of it may be left after that.

    Holds the primary, so that no share begins meanwhile. Each assignment is recorded in its own account, with source
    INTERNAL and the cause (AUD-4). A step that does not finish has happened wholly or not at all.
    """
    revisions.lock(end.account_id)
    kept = ShareEnd.rows.of(end.account_id).filter(pk=end.pk).first()
    if kept is None:
        return False
    reached = forget_lost_roles(
        at=kept.at,
        primary=AccountId(kept.account_id),
        role=kept.role,
        member=AccountId(kept.member_id) if kept.member_id else None,
        beyond=kept.reached,
        limit=PORTION,
        cause=kept.cause,
        by=Actor(None if kept.user == "operator" else kept.user, Source.INTERNAL),  # type: ignore[arg-type]
    )
    rows = ShareEnd.rows.of(kept.account_id).filter(pk=kept.pk)
    if reached is None:
        rows.delete()
        return False
    rows.update(reached=reached)
    return True


def finish_share_ends(portions: int = 1_000_000) -> int:
    """Do up to so many portions of what ended shares left; how many were done."""
    done = 0
    while done < portions and (ends := share_ends(1)):
        finish_portion(end=ends[0])
        done += 1
    return done


def changes_of_loss(role: str) -> Changes:
    """What the log says of a lost assignment."""
    return {"role": (role, None)}
