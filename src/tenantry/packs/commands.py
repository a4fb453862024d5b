"""Writes of publishers: packs, what they hold, their releases. A release is written once, whoever has installed it."""

import uuid
from collections.abc import Mapping, Set as AbstractSet
from datetime import date
from typing import Any

from tenantry.accounts.queries import existing_account
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry, Changes, record, record_many
from tenantry.connectors.queries import versions_in_force
from tenantry.decisions.guard import require
from tenantry.jobs.commands import cancel, schedule
from tenantry.jobs.kinds import Job, JobKind
from tenantry.packs.following import leave_behind
from tenantry.packs.models import (
    PENDING,
    Pack,
    PackAttachment,
    PackComponent,
    PackInstance,
    PackRelease,
    ReleasedPackage,
)
from tenantry.packs.queries import (
    candidates,
    component_in,
    contents,
    held_count,
    name_taken,
    newest_release,
    pack_of,
    packages_of,
    pending_release,
    shareable_package,
    there,
    wanted,
    with_routes,
)
from tenantry.packs.versions import types_in_release
from tenantry.rules import packs as law, refusals as no
from tenantry.rules.dates import start_of_day
from tenantry.rules.packs import InstallationType
from tenantry.rules.refusals import Refused, refuse
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, Actor, Instant, Source, Status, UserKey
from tenantry.sharing.ends import end_of_resource
from tenantry.store import revisions
from tenantry.store.bulk import delete_rows
from tenantry.store.crossings import Crossing
from tenantry.store.transaction import command
from tenantry.users.queries import zone_of

MANAGE = "INTEGRATION_PACK"


@command
def create_pack(
    *, actor: Actor, at: Instant, account: AccountId, name: str, type: str, description: str = "", reason: str = ""
) -> str:
    """Make an integration pack; returns its id. Its type never changes (PACK-1).

    Needs Integration Pack, and for Multiple Attachments the account's feature. Refuses a bad or taken name.
    """
    _permit(actor=actor, account=account, at=at)
    name, description = name.strip(), description.strip()
    refuse(law.check_name(name))
    refuse(law.check_description(description))
    kind = law.check_type(type, account, existing_account(account).features)
    if isinstance(kind, no.Refusal):
        raise Refused(kind)
    _check_taken(account, name)
    row = Pack(
        id=str(uuid.uuid4()),
        account_id=account,
        name=name,
        name_key=name.casefold(),
        type=kind,
        description=description,
    )
    Pack.rows.of(account).bulk_create([row])
    changes: Changes = {"name": (None, name), "type": (None, kind.label), "description": (None, description)}
    record(Act.PACK_ADDED, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes)
    return row.id


@command
def edit_pack(
    *, actor: Actor, at: Instant, account: AccountId, pack: str, name: str, description: str, reason: str = ""
) -> None:
    """Change a pack's name and description; whoever has it installed sees them at once. Refuses as `create_pack`."""
    _permit(actor=actor, account=account, at=at)
    row = pack_of(account, pack)
    name, description = name.strip(), description.strip()
    refuse(law.check_name(name))
    refuse(law.check_description(description))
    _check_taken(account, name, besides=pack)
    if (row.name, row.description) == (name, description):
        return
    changed = {"name": name, "name_key": name.casefold(), "description": description}
    Pack.rows.of(account).filter(id=pack).update(**changed)
    changes: Changes = {"name": (row.name, name), "description": (row.description, description)}
    record(Act.PACK_EDITED, actor=actor, account=account, at=at, container=name, reason=reason, changes=changes)


@command
def add_to_pack(
    *, actor: Actor, at: Instant, account: AccountId, pack: str, components: AbstractSet[str], reason: str = ""
) -> None:
    """Put packaged components into a pack, each as its latest shareable version (PACK-2). All or none.

    Refuses components that packs do not hold, that are in it already, and more than it has room for.
    """
    _permit(actor=actor, account=account, at=at)
    row = pack_of(account, pack)
    found = candidates(account, components)
    kind = InstallationType(row.type)
    inside = there(row, components)
    for component in sorted(components):
        if component not in found:
            raise Refused(no.ComponentNotFound())
        refuse(law.check_candidate(found[component], kind))
        if component in inside:
            raise Refused(no.AlreadyInPack(component=found[component].name))
    refuse(law.check_room(held_count(row), len(components)))
    PackComponent.rows.of(account).bulk_create(
        PackComponent(account_id=account, pack=row, component_id=component) for component in sorted(components)
    )
    names = sorted(found[component].name for component in components)
    _record_contents(row, {"added": (None, names)}, actor=actor, at=at, reason=reason)


@command
def choose_version(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    pack: str,
    component: str,
    package: str | None,
    reason: str = "",
) -> None:
    """Let a pack hold this version of a component at its next release, or with `None` the latest shareable one.

    Refuses packages of other components and such as are not shareable (PACK-2).
    """
    _permit(actor=actor, account=account, at=at)
    row = pack_of(account, pack)
    inside = component_in(row, component)
    chosen = shareable_package(account, component, package) if package is not None else None
    if inside.chosen_id == (chosen.id if chosen else None):
        return
    before = next(one for one in contents(row) if one.component == component)
    PackComponent.rows.of(account).filter(pk=inside.pk).update(chosen=chosen)
    old = before.wanted.version if before.chosen else "latest"
    new = chosen.version if chosen else "latest"
    changes: Changes = {"component": (None, before.name), "version": (old, new)}
    _record_contents(row, changes, actor=actor, at=at, reason=reason)


@command
def mark_deleted(*, actor: Actor, at: Instant, account: AccountId, pack: str, component: str, reason: str = "") -> None:
    """Mark a component of a pack as deleted: it stays until the next release and can be undeleted so long (PACK-12)."""
    _mark(actor=actor, at=at, account=account, pack=pack, component=component, reason=reason, deleted=True)


@command
def undelete(*, actor: Actor, at: Instant, account: AccountId, pack: str, component: str, reason: str = "") -> None:
    """Take the mark off a component again (PACK-12). Refuses where the pack has no room any more."""
    _mark(actor=actor, at=at, account=account, pack=pack, component=component, reason=reason, deleted=False)


@command
def release_pack(
    *, actor: Actor, at: Instant, account: AccountId, pack: str, day: date | None = None, reason: str = ""
) -> None:
    """Release what a pack holds: immediately, which updates every installed instance at once (PACK-7), or in the night
    in which a day begins in the time zone of whoever releases (PACK-4).

    What is released is frozen now; whatever is packaged later takes another release (PACK-3). An immediate release
    replaces a pending one (PACK-5). Refuses where nothing changed, a second pending update, a day that has begun, and
    packages that contain a Process Route by now (PACK-2).
    """
    _permit(actor=actor, account=account, at=at)
    row = pack_of(account, pack)
    takes = wanted(contents(row))
    pending, newest = pending_release(row), newest_release(row)
    last = packages_of(pending or newest)
    before = {package.id for package in last.values()} if pending or newest else None
    refuse(law.check_release(row.name, takes, before, pending.day if pending else None, day))
    if routes := with_routes(account, takes):
        raise Refused(no.NotForPacks(component=routes[0], why="it contains a Process Route"))
    made = PackRelease(account_id=account, pack=row, user=actor.name, created_at=at, request=_request())
    if day is not None:
        _set_day(made, day, actor=actor, at=at)
    elif pending is not None:
        PackRelease.rows.of(account).filter(pk=pending.pk).update(replaced_at=at)
    [made] = PackRelease.rows.of(account).bulk_create([made])
    ReleasedPackage.rows.of(account).bulk_create(
        ReleasedPackage(account_id=account, release=made, package_id=package) for package in sorted(takes)
    )
    if day is None:
        _complete(row, made, replaced=pending, actor=actor, at=at, reason=reason)
        return
    _schedule(row, made)
    changes: Changes = {"day": (None, day.isoformat()), "zone": (None, made.zone)}
    record(Act.PACK_SCHEDULED, actor=actor, account=account, at=at, container=row.name, reason=reason, changes=changes)


@command
def change_release_day(
    *, actor: Actor, at: Instant, account: AccountId, pack: str, day: date, reason: str = ""
) -> None:
    """Let a pending release run on another day, as the calendar of whoever says so has it (PACK-4, PACK-5)."""
    _permit(actor=actor, account=account, at=at)
    row = pack_of(account, pack)
    pending = pending_release(row)
    if pending is None:
        raise Refused(no.NoUpdatePending(pack=row.name))
    if pending.request is None:
        PackRelease.rows.of(account).filter(pk=pending.pk).update(request=_request())
    old = {"day": str(pending.day), "zone": pending.zone}
    _set_day(pending, day, actor=actor, at=at)
    if old == {"day": str(pending.day), "zone": pending.zone}:
        return
    moved = {"day": pending.day, "zone": pending.zone, "due": pending.due}
    PackRelease.rows.of(account).filter(pk=pending.pk).update(**moved)
    _schedule(row, pending)
    changes: Changes = {"day": (old["day"], day.isoformat()), "zone": (old["zone"], pending.zone)}
    record(Act.PACK_SCHEDULED, actor=actor, account=account, at=at, container=row.name, reason=reason, changes=changes)


@command
def run_release(job: Job, at: Instant) -> Mapping[str, Any] | None:
    """Complete a dated release whose night has come (PACK-4), in the name of whoever planned it.

    A job that finds its release replaced or gone has nothing to do, nor has one of a deleted account.
    """
    revisions.lock(job.account)
    release = _pending_of(job)
    if release is None or release.due is None or release.due > at:
        return None
    user = None if release.user == "operator" else UserKey(release.user)
    _complete(release.pack, release, replaced=None, actor=Actor(user, Source.INTERNAL), at=at, reason="")
    return None


def check_release_called_off(job: Job, actor: Actor, at: Instant) -> bool:
    """Refuse to have a pending release called off: it can be moved to another day or replaced by an immediate one, both
    by its publisher, and accounts that have applied it early run it (PACK-5, PACK-6).

    A job whose release was replaced or is gone, or of a deleted account, wants nothing any more and may go.
    """
    del actor, at
    release = _pending_of(job)
    if release is not None:
        raise Refused(no.PendingReleaseStays(pack=release.pack.name, day=str(release.day)))
    return False


@command
def remove_pack(*, actor: Actor, at: Instant, account: AccountId, pack: str, reason: str = "") -> None:
    """Delete a pack with all its releases: it is uninstalled everywhere, environments are detached, its shares end
    (PACK-10, SHARE-8). Each account that had it installed finds an entry for each instance in its log.

    A few statements, however many instances there are.
    """
    _permit(actor=actor, account=account, at=at)
    row = pack_of(account, pack)
    end_of_resource(
        actor=actor,
        at=at,
        account=account,
        kind=Kind.INTEGRATION_PACK,
        resource=pack,
        name=row.name,
        cause="the integration pack was deleted",
    )
    instances = PackInstance.rows.across(Crossing.PACKS_INSTALLED).filter(pack=row)
    gone = list(instances.order_by("account_id", "id").values_list("account_id", "name"))
    attached = PackAttachment.rows.across(Crossing.PACKS_INSTALLED).filter(instance__pack=row)
    delete_rows(attached)
    delete_rows(instances)
    ReleasedPackage.rows.of(account).filter(release__pack=row).delete()
    PackRelease.rows.of(account).filter(pack=row).delete()
    PackComponent.rows.of(account).filter(pack=row).delete()
    Pack.rows.of(account).filter(id=pack).delete()
    cancel(kind=JobKind.PACK_RELEASE, account=account, key=pack)
    message = "The integration pack was deleted by its publisher."
    entries = (
        BulkEntry(Act.PACK_UNINSTALLED, where, name or row.name, {"pack": (row.name, None)}, message)
        for where, name in gone
    )
    record_many(entries, actor=Actor(actor.user, Source.INTERNAL), at=at)
    changes: Changes = {"name": (row.name, None), "instances": (len(gone), 0)}
    record(Act.PACK_DELETED, actor=actor, account=account, at=at, container=row.name, reason=reason, changes=changes)


def _request() -> str:
    """The id by which programs ask how far a release is."""
    return f"release-{uuid.uuid4()}"


def _permit(*, actor: Actor, account: AccountId, at: Instant) -> None:
    revisions.lock(account)
    require(MANAGE, actor=actor, account=account, at=at)


def _check_taken(account: AccountId, name: str, besides: str = "") -> None:
    if name_taken(account, name, besides):
        raise Refused(no.PackNameTaken(name=name))


def _mark(
    *, actor: Actor, at: Instant, account: AccountId, pack: str, component: str, reason: str, deleted: bool
) -> None:
    _permit(actor=actor, account=account, at=at)
    row = pack_of(account, pack)
    inside = component_in(row, component)
    if inside.deleted is deleted:
        return
    if not deleted:
        refuse(law.check_room(held_count(row)))
    PackComponent.rows.of(account).filter(pk=inside.pk).update(deleted=deleted)
    [name] = [one.name for one in contents(row) if one.component == component]
    _record_contents(row, {"removed" if deleted else "undeleted": (None, name)}, actor=actor, at=at, reason=reason)


def _set_day(release: PackRelease, day: date, *, actor: Actor, at: Instant) -> None:
    """Have a release run in the night in which a day begins where the actor is (USER-16)."""
    zone = zone_of(actor.user)
    refuse(law.check_day(day, at, zone, str(zone)))
    release.day, release.zone, release.due = day, str(zone), start_of_day(day, zone)


def _schedule(pack: Pack, release: PackRelease) -> None:
    account = AccountId(pack.account_id)
    if release.due is not None:
        schedule(
            kind=JobKind.PACK_RELEASE, account=account, key=pack.id, due=release.due, details={"release": release.pk}
        )


def _pending_of(job: Job) -> PackRelease | None:
    """The release that a job is to complete, unless it was replaced or is gone, or the account is deleted."""
    rows = PackRelease.rows.of(job.account).filter(PENDING, pack=job.key, id=job.details["release"])
    release = rows.select_related("pack").first()
    return None if release is None or existing_account(job.account).status is Status.DELETED else release


def _complete(
    pack: Pack, release: PackRelease, *, replaced: PackRelease | None, actor: Actor, at: Instant, reason: str
) -> None:
    """Make a release the newest one: from the end of this transaction on, every instance that follows runs it, with the
    versions of connectors that are in force now (CONN-8).
    """
    account = AccountId(pack.account_id)
    leave_behind(pack=pack, release=release, before=newest_release(pack), replaced=replaced)
    number = pack.released + 1
    versions = dict(versions_in_force(types_in_release(release.pk)))
    PackRelease.rows.of(account).filter(pk=release.pk).update(number=number, completed_at=at, connectors=versions)
    Pack.rows.of(account).filter(id=pack.id).update(released=number)
    left = PackComponent.rows.of(account).filter(pack=pack, deleted=True)
    left.exclude(component__in=list(packages_of(release))).delete()
    cancel(kind=JobKind.PACK_RELEASE, account=account, key=pack.id)
    changes: Changes = {"release": (pack.released or None, number), "packages": (None, _versions(release))}
    record(Act.PACK_RELEASED, actor=actor, account=account, at=at, container=pack.name, reason=reason, changes=changes)
    if number == 1:  # from now on it can be used and shared (PACK-3, SHARE-5)
        revisions.raise_given([account])


def _versions(release: PackRelease) -> list[str]:
    return sorted(f"{package.name} {package.version}" for package in packages_of(release).values())


def _record_contents(pack: Pack, changes: Changes, *, actor: Actor, at: Instant, reason: str) -> None:
    record(
        Act.PACK_CONTENTS,
        actor=actor,
        account=pack.account_id,
        at=at,
        container=pack.name,
        reason=reason,
        changes=changes,
    )
