"""Account groups as interfaces say them: whole, with everything they share (API-5, SHARE-2)."""

from collections.abc import Mapping, Set as AbstractSet

from tenantry.groups.commands import create_group, edit_group
from tenantry.groups.queries import group_of
from tenantry.rules.groups import NO_ALERTS
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, Actor, GroupId, Instant
from tenantry.sharing.commands import share, withdraw
from tenantry.sharing.queries import shares_of
from tenantry.store.transaction import command


@command
def create_group_with_resources(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    name: str,
    resources: Mapping[Kind, AbstractSet[str]],
    alert_level: str = NO_ALERTS,
    reason: str = "",
) -> GroupId:
    """Make an account group that shares these resources from the beginning: all of it, or nothing.

    Refuses what `create_group` and `share` refuse.
    """
    group = create_group(actor=actor, at=at, account=account, name=name, alert_level=alert_level, reason=reason)
    for kind in Kind:
        wanted = resources.get(kind)
        if wanted:
            share(actor=actor, at=at, account=account, group=group, kind=kind, resources=wanted, reason=reason)
    return group


@command
def edit_group_with_resources(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    group: GroupId,
    name: str | None = None,
    alert_level: str | None = None,
    resources: Mapping[Kind, AbstractSet[str]] | None = None,
    reason: str = "",
) -> None:
    """Change what is not `None`; resources that are said are all that the group shares afterwards (SHARE-2, SHARE-8).

    What is shared already stays as it is and asks for no privilege of its kind. What is not said any more is withdrawn
    at once, as by the console but without its confirmation: callers are shown no preview. Refuses what `edit_group`,
    `share` and `withdraw` refuse, and then changes nothing at all.
    """
    edit_group(actor=actor, at=at, account=account, group=group, name=name, alert_level=alert_level, reason=reason)
    if resources is None:
        return
    row = group_of(account, group)
    for kind in Kind:
        there = frozenset(shares_of(row, kind).values_list("resource", flat=True))
        wanted = frozenset(resources.get(kind, ()))
        for resource in sorted(there - wanted):
            withdraw(actor=actor, at=at, account=account, group=group, kind=kind, resource=resource, reason=reason)
        if wanted - there:
            share(actor=actor, at=at, account=account, group=group, kind=kind, resources=wanted - there, reason=reason)
