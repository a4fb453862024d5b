"""Writes of accounts that install packs: installing, uninstalling, environments, updates ahead of their day.

Each holds the account and the publisher, whose pack may be released or deleted at the same moment.
"""

import uuid
from collections.abc import Iterable, Set as AbstractSet

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry, Changes, record, record_many
from tenantry.build.blocking import check_types
from tenantry.connectors.queries import hold_named, versions_in_force
from tenantry.decisions.guard import require, require_in
from tenantry.packs.models import ATTACHED, PackAttachment, PackInstance
from tenantry.packs.queries import newest_release, pending_release
from tenantry.packs.received import (
    Instance,
    attachments,
    environments_of,
    instance_of,
    names_of_instances,
    owner_of_instance,
    usable_pack,
)
from tenantry.packs.versions import noted, types_in_release
from tenantry.rules import packs as law, refusals as no
from tenantry.rules.facts import AccountFacts
from tenantry.rules.packs import InstallationType, Standing
from tenantry.rules.refusals import refuse
from tenantry.rules.vocabulary import AccountId, Actor, EnvironmentId, Instant
from tenantry.runtimes.queries import closed_to_deployments, count_by_environment
from tenantry.store import revisions
from tenantry.store.transaction import command

DEPLOY = "DEPLOY"
UPDATE = "ATOM_MANAGEMENT"


@command
def install_pack(*, actor: Actor, at: Instant, account: AccountId, pack: str, name: str = "", reason: str = "") -> str:
    """Install a pack that reaches the account; returns the instance's id, which sees version 1 (PACK-8, PACK-9).

    Needs Packaged Component Deployment. Refuses packs that do not reach it (PACK-11), a second installation of a Single
    Attachment pack, and for Multiple Attachments a missing or taken name.
    """
    found = usable_pack(account, pack)
    revisions.lock(account, found.account_id)
    require(DEPLOY, actor=actor, account=account, at=at)
    row = usable_pack(account, pack)
    kind = InstallationType(row.type)
    refuse(law.check_instance(row.name, kind, name, names_of_instances(account, pack)))
    called = name.strip() if kind is InstallationType.MULTI else ""
    made = PackInstance(
        id=str(uuid.uuid4()),
        account_id=account,
        pack=row,
        name=called,
        name_key=called.casefold(),
        user=actor.name,
        installed_at=at,
        since=row.released,
    )
    PackInstance.rows.of(account).bulk_create([made])
    changes: Changes = {"pack": (None, row.name), "version": (None, 1)}
    record(
        Act.PACK_INSTALLED,
        actor=actor,
        account=account,
        at=at,
        container=called or row.name,
        reason=reason,
        changes=changes,
    )
    return made.id


@command
def uninstall_pack(*, actor: Actor, at: Instant, account: AccountId, instance: str, reason: str = "") -> None:
    """Detach an instance from all its environments, then remove it (PACK-10). Also while its pack is not shared.

    Needs Packaged Component Deployment, in each of these environments as well: they stop running it (ENV-13, ENV-16).
    """
    one = _held(account, instance)
    require(DEPLOY, actor=actor, account=account, at=at)
    facts = _require_in_all(DEPLOY, environments_of(one), actor=actor, account=account, at=at)
    _record_places(Act.PACK_DETACHED, one, environments_of(one), facts, actor=actor, at=at, reason=reason)
    PackAttachment.rows.of(account).filter(instance=instance).delete()
    PackInstance.rows.of(account).filter(id=instance).delete()
    changes: Changes = {"pack": (one.pack_name, None), "version": (one.version, None)}
    record(
        Act.PACK_UNINSTALLED, actor=actor, account=account, at=at, container=one.name, reason=reason, changes=changes
    )


@command
def attach_environments(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    instance: str,
    environments: AbstractSet[EnvironmentId],
    reason: str = "",
) -> None:
    """Let the runtimes of environments run what an instance holds. Those that are attached already stay so.

    Needs Packaged Component Deployment in each of them (PACK-8). Refuses one with an attachment in a cloud that allows
    no deployments (CLOUD-2), and what would run there while it uses a connector that the account cannot use (CONN-9);
    what is attached already keeps running. Attaching one anew that was detached since the pending update was applied
    early drops that update until its day (PACK-6). The versions of connectors that are in force now are noted for the
    environments (CONN-8).
    """
    one = _held(account, instance)
    facts = _require_in_all(DEPLOY, environments, actor=actor, account=account, at=at)
    known = attachments(one, environments)
    new = sorted(place for place in environments if place not in known or known[place].detached_at is not None)
    anew = [known[place] for place in new if place in known]
    if not new:
        return
    refuse(closed_to_deployments(account, [facts.environments[place] for place in new]))
    newest = newest_release(one.row.pack) if anew and one.stands is Standing.EARLY else None
    columns = _usable(one, newest.pk if newest is not None else one.runs)
    PackAttachment.rows.of(account).filter(pk__in=[row.pk for row in anew]).delete()
    PackAttachment.rows.of(account).bulk_create(
        PackAttachment(
            account_id=account, instance_id=instance, environment_id=place, user=actor.name, attached_at=at, **columns
        )
        for place in new
    )
    if newest is not None:
        PackInstance.rows.of(account).filter(id=instance).update(early_dropped=True)
    _record_places(Act.PACK_ATTACHED, one, new, facts, actor=actor, at=at, reason=reason)


@command
def detach_environments(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    instance: str,
    environments: AbstractSet[EnvironmentId],
    reason: str = "",
) -> None:
    """Let the runtimes of environments run an instance no longer. Needs what attaching needs."""
    one = _held(account, instance)
    facts = _require_in_all(DEPLOY, environments, actor=actor, account=account, at=at)
    gone = [place for place in environments_of(one) if place in environments]
    rows = PackAttachment.rows.of(account).filter(ATTACHED, instance=instance, environment__in=gone)
    if not gone:
        return
    rows.update(detached_at=at)
    _record_places(Act.PACK_DETACHED, one, gone, facts, actor=actor, at=at, reason=reason)


@command
def apply_pending_update(*, actor: Actor, at: Instant, account: AccountId, instance: str, reason: str = "") -> None:
    """Let an instance run the pending update of its pack before its day (PACK-5).

    Needs Runtime Management, in each environment that it is attached to, one of which has a runtime (ENV-5). Refuses
    where no update is pending or the account has taken it before (PACK-6), while the pack is not shared (PACK-11), and
    an update that uses a connector which the account cannot use (CONN-9); on its day it comes all the same. In each of
    these environments it runs with the versions of connectors that are in force now (CONN-8).
    """
    one = _held(account, instance)
    require(UPDATE, actor=actor, account=account, at=at)
    attached = environments_of(one)
    _require_in_all(UPDATE, attached, actor=actor, account=account, at=at)
    refuse(law.check_early(one.name, one.stands, runtimes=bool(count_by_environment(account, attached))))
    pending = pending_release(one.row.pack)
    if pending is None:  # an instance that stands at PENDING has one
        raise no.Refused(no.NoUpdatePending(pack=one.name))
    columns = _usable(one, pending.pk)
    PackInstance.rows.of(account).filter(id=instance).update(early=pending, early_dropped=False)
    rows = PackAttachment.rows.of(account).filter(instance=instance)
    rows.filter(ATTACHED).update(**columns)
    rows.filter(~ATTACHED).delete()  # only what is detached from now on counts
    changes: Changes = {"pack": (one.pack_name, one.pack_name), "version": (one.version, one.version + 1)}
    record(Act.PACK_UPDATED, actor=actor, account=account, at=at, container=one.name, reason=reason, changes=changes)


@command
def forget_detached(*, account: AccountId, environment: EnvironmentId) -> None:
    """Drop what is remembered of instances that were attached to an environment, as a part of deleting it (ENV-6)."""
    PackAttachment.rows.of(account).filter(environment=environment, detached_at__isnull=False).delete()


def _held(account: AccountId, instance: str) -> Instance:
    """The instance as it is now and stays until the transaction ends."""
    revisions.lock(account, owner_of_instance(account, instance))
    return instance_of(account, instance)


def _usable(one: Instance, release: int) -> dict[str, object]:
    """What is noted of environments where an instance begins to run a release, column by column. Refuses with
    `ConnectorNotUsable` where the account cannot use a connector that is in it (CONN-9).
    """
    types = types_in_release(release)
    hold_named(types)
    check_types(one.account, types, one.name)
    return noted(one.row.pack, release, dict(versions_in_force(types)))


def _require_in_all(
    privilege: str, environments: Iterable[EnvironmentId], *, actor: Actor, account: AccountId, at: Instant
) -> AccountFacts:
    """ENV_CAN in each of these environments; the account's facts."""
    facts = require(privilege, actor=actor, account=account, at=at).facts.account
    for place in sorted(environments):
        require_in(place, privilege, actor=actor, account=account, at=at)
    return facts


def _record_places(
    act: Act,
    one: Instance,
    places: Iterable[EnvironmentId],
    facts: AccountFacts,
    *,
    actor: Actor,
    at: Instant,
    reason: str,
) -> None:
    """One entry for each environment."""

    def changes(place: EnvironmentId) -> Changes:
        name = facts.environments[place].name
        return {"environment": (None, name) if act is Act.PACK_ATTACHED else (name, None)}

    entries = (BulkEntry(act, one.account, one.name, changes(place)) for place in places)
    record_many(entries, actor=actor, at=at, reason=reason)
