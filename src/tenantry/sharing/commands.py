"""Sharing a resource through a group, and withdrawing it. Each verb is one transaction, one entry a resource."""

from collections.abc import Set as AbstractSet

from tenantry.accounts.queries import existing_account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry, record, record_many
from tenantry.decisions.guard import require, require_by_door
from tenantry.groups.queries import group_of
from tenantry.previews.commands import Confirmation, confirm
from tenantry.rules import refusals
from tenantry.rules.changes import Change, ResourceEnds, ShareEnds
from tenantry.rules.groups import check_is_primary
from tenantry.rules.refusals import refuse
from tenantry.rules.roles import DEFAULT_ROLE_IDS
from tenantry.rules.sharing import Kind, check_share
from tenantry.rules.vocabulary import AccountId, Actor, GroupId, Instant, RoleId
from tenantry.sharing.begins import begin_of_share
from tenantry.sharing.ends import note_end, sweep_before_sharing
from tenantry.sharing.kinds import resource_of
from tenantry.sharing.models import Share
from tenantry.sharing.queries import is_shared_in, shares_of
from tenantry.store import revisions
from tenantry.store.transaction import command

MANAGE = "ACCOUNT_GROUP_MANAGEMENT"


@command
def share(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    group: GroupId,
    kind: Kind,
    resources: AbstractSet[str],
    reason: str = "",
) -> None:
    """Attach resources of one kind to a group: every account in it sees them from the next request on (SHARE-6).

    All or none, one row each whatever the number of accounts. Needs Account Group Management, and for processes and
    packs their own privilege too (SHARE-2). Refuses what `check_share` refuses.
    """
    revisions.lock(account)
    _permit(kind, actor=actor, account=account, at=at)
    row = group_of(account, group)
    features = existing_account(account).features
    names: dict[str, str] = {}
    for resource in sorted(resources):
        found = resource_of(kind, account, resource)
        there = is_shared_in(row, kind, resource)
        if resource in DEFAULT_ROLE_IDS and kind is Kind.ROLE:
            raise refusals.Refused(refusals.DefaultRoleFixed(role=resource))
        refuse(check_share(kind, found, primary=account, features=features, there=there))
        names[resource] = found.name if found is not None else resource
        if kind is Kind.ROLE:
            sweep_before_sharing(at=at, account=account, role=RoleId(resource))
    Share.rows.of(account).bulk_create(
        Share(account_id=account, group=row, kind=kind, resource=resource) for resource in sorted(resources)
    )
    begin_of_share(account=account, kind=kind, resources=resources)
    entries = (
        BulkEntry(Act.SHARED, account, name, {"group": (None, row.name), "type": (None, kind.words.object_type)})
        for name in names.values()
    )
    record_many(entries, actor=actor, at=at, reason=reason)
    revisions.raise_given([account])


@command
def withdraw(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    group: GroupId,
    kind: Kind,
    resource: str,
    confirmed: Confirmation | None = None,
    reason: str = "",
) -> None:
    """Take a resource off a group; accounts with another share of it keep it (SHARE-8).

    Writes the same few rows whatever the number of accounts and holders: the share goes, and with it everything that
    lived by it, at the next request; the assignments are deleted afterwards in portions (SHARE-18). Needs what sharing
    needs, but no feature (SHARE-15). Refuses a resource the group does not carry, and a confirmation whose impact has
    changed.
    """
    revisions.lock(account)
    _permit(kind, actor=actor, account=account, at=at)
    row = group_of(account, group)
    found = resource_of(kind, account, resource)
    name = found.name if found is not None else resource
    shared = shares_of(row, kind).filter(resource=resource)
    if not shared.exists():
        raise refusals.Refused(refusals.NotInGroup(what=name))
    change = end_of(kind, account, group, resource)
    refuse(confirm(confirmed, actor=actor, account=account, at=at, change=change))
    if kind is Kind.ROLE:
        cause = f"the role was withdrawn from the account group {row.name}"
        note_end(actor=actor, at=at, group=row, role=resource, cause=cause)
    shared.delete()
    record(
        Act.WITHDRAWN,
        actor=actor,
        account=account,
        at=at,
        container=name,
        reason=reason,
        changes={"group": (row.name, None), "type": (kind.words.object_type, None)},
    )
    revisions.raise_given([account])


def end_of(kind: Kind, account: AccountId, group: GroupId, resource: str) -> Change:
    """The change that withdrawing a resource is, for previews and their confirmation."""
    if kind is Kind.ROLE:
        return ShareEnds(account, group, frozenset({RoleId(resource)}))
    return ResourceEnds(account, group, kind, frozenset({resource}))


def _permit(kind: Kind, *, actor: Actor, account: AccountId, at: Instant) -> None:
    """Account Group Management; by call, of all but packs, Account Administration (GRP-1, API-6)."""
    by_call = MANAGE if kind is Kind.INTEGRATION_PACK else "ACCOUNT_ADMIN"
    require_by_door(MANAGE, by_call=by_call, actor=actor, account=account, at=at)
    refuse(check_is_primary(account, existing_account(account).features))
    if kind.words.privilege is not None:
        require(kind.words.privilege, actor=actor, account=account, at=at)
