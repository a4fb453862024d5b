"""What a pack holds, said as a whole: by programs, which send the list that they want instead of one change a call."""

from collections.abc import Mapping, Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import record
from tenantry.decisions.guard import require
from tenantry.packs.commands import MANAGE, edit_pack, release_pack
from tenantry.packs.models import Pack, PackComponent
from tenantry.packs.queries import Content, PackageRow, candidates, contents, pack_of, shareable_packages
from tenantry.rules import packs as law, refusals as no
from tenantry.rules.packs import InstallationType
from tenantry.rules.refusals import Refused, refuse
from tenantry.rules.vocabulary import AccountId, Actor, Instant
from tenantry.store import revisions
from tenantry.store.transaction import command

Versions = Mapping[str, str | None]
"""Components, each with the version that a release takes, or `None` for the one that it takes anyhow."""


@command
def change_pack(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    pack: str,
    name: str | None = None,
    description: str | None = None,
    holds: Versions | None = None,
    drops: AbstractSet[str] = frozenset(),
    reason: str = "",
) -> None:
    """Change what is said of a pack, all of it or nothing (PACK-1, PACK-2).

    `holds` is all that the next release takes: what is missing there is marked as deleted, what was marked is not any
    more (PACK-12). `drops` are components to be marked, where nothing is said of the others. Refuses as `edit_pack`,
    `add_to_pack` and `choose_version` do, and another name for a pack with Multiple Attachments.
    """
    _permit(actor=actor, at=at, account=account)
    row = pack_of(account, pack)
    if name is not None and name.strip() != row.name and row.type == InstallationType.MULTI:
        raise Refused(no.PackNameFixed(pack=row.name))
    before = {one.component: one for one in contents(row)}
    wanted = _judged(row, before, holds) if holds is not None else _without(row, before, drops)
    if name is not None or description is not None:
        edit_pack(
            actor=actor,
            at=at,
            account=account,
            pack=pack,
            name=row.name if name is None else name,
            description=row.description if description is None else description,
            reason=reason,
        )
    called = row.name if name is None else name.strip()
    _write(row, before, wanted, called, actor=actor, at=at, reason=reason)


@command
def release_versions(
    *,
    actor: Actor,
    at: Instant,
    account: AccountId,
    pack: str,
    versions: Versions,
    day: date | None = None,
    reason: str = "",
) -> None:
    """Let a pack hold these versions of components that are in it, and release it, or neither.

    What is not named is released in the version in which the pack holds it. Refuses as `change_pack` and `release_pack`
    do, and with `NotInPack` components that the pack does not hold.
    """
    _permit(actor=actor, at=at, account=account)
    row = pack_of(account, pack)
    before = {one.component: one for one in contents(row)}
    for component in sorted(versions):
        if component not in before or before[component].deleted:
            raise Refused(no.NotInPack(component=component, pack=row.name))
    wanted = Wanted(packages=_packages(row, before, versions))
    _write(row, before, wanted, row.name, actor=actor, at=at, reason=reason)
    release_pack(actor=actor, at=at, account=account, pack=pack, day=day, reason=reason)


def _permit(*, actor: Actor, at: Instant, account: AccountId) -> None:
    revisions.lock(account)
    require(MANAGE, actor=actor, account=account, at=at)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be changed of what a pack holds, judged: components by name that come in, leave and come back, and
    packages to be taken, by component.
    """

    new: Mapping[str, str] = field(default_factory=dict)
    gone: Mapping[str, str] = field(default_factory=dict)
    back: Mapping[str, str] = field(default_factory=dict)
    packages: Mapping[str, PackageRow] = field(default_factory=dict)


def _judged(row: Pack, before: Mapping[str, Content], holds: Versions) -> Wanted:
    """What lets a pack hold exactly these components."""
    new = holds.keys() - before.keys()
    found = candidates(AccountId(row.account_id), new)
    for component in sorted(new):
        if component not in found:
            raise Refused(no.NotForPacks(component=component, why="there is no such component in this account"))
        refuse(law.check_candidate(found[component], InstallationType(row.type)))
    refuse(law.check_room(0, len(holds)))
    return Wanted(
        new={component: found[component].name for component in sorted(new)},
        gone={key: one.name for key, one in before.items() if key not in holds and not one.deleted},
        back={key: one.name for key, one in before.items() if key in holds and one.deleted},
        packages=_packages(row, before, holds),
    )


def _without(row: Pack, before: Mapping[str, Content], drops: AbstractSet[str]) -> Wanted:
    """What marks these components of a pack as deleted."""
    for component in sorted(drops - before.keys()):
        raise Refused(no.NotInPack(component=component, pack=row.name))
    return Wanted(gone={key: before[key].name for key in drops if not before[key].deleted})


def _packages(row: Pack, before: Mapping[str, Content], versions: Versions) -> dict[str, PackageRow]:
    """The packages of the versions that are not taken anyhow."""
    other = {
        component: version
        for component, version in versions.items()
        if version is not None and (component not in before or version != before[component].wanted.version)
    }
    found = shareable_packages(AccountId(row.account_id), other)
    for component, version in sorted(other.items()):
        if component not in found:
            name = before[component].name if component in before else component
            why = f"it has no package of version {version} that is shareable"
            raise Refused(no.NotForPacks(component=name, why=why))
    return found


def _write(
    row: Pack, before: Mapping[str, Content], wanted: Wanted, called: str, *, actor: Actor, at: Instant, reason: str
) -> None:
    """Write it, with one entry if that is anything; seven statements at most, however many components there are. The
    latest version is followed, any other one is fixed (PACK-2).
    """
    account = AccountId(row.account_id)
    changes: dict[str, tuple[list[str] | None, list[str]]] = {}
    PackComponent.rows.of(account).bulk_create(
        PackComponent(account_id=account, pack=row, component_id=component) for component in wanted.new
    )
    if wanted.new:
        changes["added"] = (None, sorted(wanted.new.values()))
    inside = PackComponent.rows.of(account).filter(pack=row)
    for word, some, deleted in (("removed", wanted.gone, True), ("undeleted", wanted.back, False)):
        if some:
            inside.filter(component__in=tuple(some)).update(deleted=deleted)
            changes[word] = (None, sorted(some.values()))
    now = {one.component: one for one in contents(row)} if wanted.new else before
    chosen = {key: package for key, package in wanted.packages.items() if package.id != now[key].wanted.id}
    rows = list(inside.filter(component__in=tuple(chosen))) if chosen else []
    for one in rows:
        package = chosen[one.component_id]
        one.chosen = None if package.id == now[one.component_id].latest.id else package
    PackComponent.rows.of(account).bulk_update(rows, ["chosen"])
    if chosen:
        old = sorted(f"{now[key].name} {now[key].wanted.version}" for key in chosen)
        changes["versions"] = (old, sorted(f"{now[key].name} {package.version}" for key, package in chosen.items()))
    if changes:
        record(
            Act.PACK_CONTENTS,
            actor=actor,
            account=account,
            at=at,
            container=called,
            reason=reason,
            changes=changes,
        )
