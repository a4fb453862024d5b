"""Lines of kind `group_resource`: what groups share, in and out, and which roles come to which accounts by it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.db.models import OuterRef, Subquery

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry
from tenantry.groups.estate import CLOSED, StoredGroup
from tenantry.jobs.commands import schedule_many
from tenantry.jobs.kinds import JobKind
from tenantry.roles.estate import RoleNames, name_key
from tenantry.rules.roles import DEFAULT_ROLE_BY_NAME
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, Actor, GroupId, Instant, RoleId
from tenantry.sharing.ends import end_of_share
from tenantry.sharing.kinds import SOURCES
from tenantry.sharing.models import Share
from tenantry.store.bulk import insert_rows
from tenantry.store.crossings import Crossing
from tenantry.store.lines import FieldProblem, Line, Report, Tally, portions
from tenantry.store.sorting import by_code_point

_KINDS = {kind.value: kind for kind in Kind}


class GroupResourceLine(Line, tag="group_resource"):
    """A resource of a primary is attached to one of its groups. `type` is a word of `Kind`."""

    account: str
    group: str
    type: str
    name: str


def check(line: GroupResourceLine) -> Iterator[FieldProblem]:
    """Judge a line by itself."""
    kind = _KINDS.get(line.type)
    if kind is None:
        yield "type", f"there is no type {line.type[:60]!r}; known: {', '.join(_KINDS)}"
    elif kind is Kind.ROLE and name_key(line.name) in DEFAULT_ROLE_BY_NAME:
        yield "name", f"{line.name} is a default role, which every account has; custom roles are shared (ROLE-1)"


class Named(Protocol):
    """What names of resources of one kind mean in an account."""

    def named(self, account: str, name: str) -> str | None:
        """The id of the account's own resource of this name; `None` also where several have it."""


@dataclass(slots=True)
class ShareChanges:
    """The shares that lines add: roles, and `others` with kind, id and name."""

    new: list[tuple[StoredGroup, RoleId]] = field(default_factory=list)
    others: list[tuple[StoredGroup, Kind, str, str]] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    def primaries(self) -> set[str]:
        """The primaries that share more."""
        return {group.account for group, _ in self.new} | {group.account for group, *_ in self.others}


def differences(
    lines: Sequence[GroupResourceLine],
    groups: Sequence[StoredGroup],
    names: Mapping[Kind, Named],
    closed: Collection[str],
    report: Report,
) -> ShareChanges:
    """Compare with what is stored; `groups` are those of the lines, `closed` names accounts deleted before.

    Reports what is no resource of the primary itself (SHARE-2) and changes of what is deleted. Whether the primary has
    Advanced User Security, or a resource is in its assignable state, does not matter: an import describes a state
    (SHARE-15).
    """
    changes = ShareChanges()
    meant = [names[_KINDS[line.type]].named(line.account, line.name) for line in lines]
    stored = {
        kind: _groups_sharing(
            kind, (key for key, line in zip(meant, lines, strict=True) if key is not None and line.type == kind.value)
        )
        for kind in Kind
    }
    for number, (line, group, resource) in enumerate(zip(lines, groups, meant, strict=True)):
        kind = _KINDS[line.type]
        if resource is None:
            one = "custom role" if kind is Kind.ROLE else kind.words.one
            report(number, "name", f"there is no {one} of {line.account} named {line.name[:60]!r} (SHARE-2)")
        elif group.id in stored[kind].get(resource, {}):
            changes.tally.unchanged += 1
        elif line.account in closed:
            report(number, "account", f"{line.account} {CLOSED}")
        elif kind is Kind.ROLE:
            changes.new.append((group, RoleId(resource)))
            changes.tally.new_lines.append(number)
        else:
            changes.others.append((group, kind, resource, line.name.strip()))
            changes.tally.new_lines.append(number)
    changes.tally.new = len(changes.new) + len(changes.others)
    return changes


def _groups_sharing(kind: Kind, resources: Iterable[str]) -> dict[str, dict[GroupId, bool]]:
    """The groups that share each of these resources, and which of them are All Accounts."""
    found: dict[str, dict[GroupId, bool]] = defaultdict(dict)
    for some in portions(sorted(set(resources))):
        rows = Share.rows.across(Crossing.ESTATE).filter(kind=kind, resource__in=some)
        for resource, group, everywhere in rows.values_list("resource", "group_id", "group__everywhere"):
            found[resource][GroupId(group)] = everywhere
    return found


class Received:
    """Which of some roles come to an account after the load: through All Accounts, or a group that holds it.

    Whether the primary is deleted does not matter here: nothing comes from it, and an import describes a state.
    """

    def __init__(
        self, roles: Iterable[RoleId], memberships: Mapping[str, Collection[GroupId]], changes: ShareChanges
    ) -> None:
        """`memberships` are the groups that hold each account after the load, `changes` the shares that begin."""
        self._groups = _groups_sharing(Kind.ROLE, roles)
        for group, role in changes.new:
            self._groups[role][group.id] = group.everywhere
        self._memberships = memberships

    def __contains__(self, pair: tuple[RoleId, str]) -> bool:
        """Whether a role comes to an account that its owner manages."""
        role, account = pair
        held = self._memberships.get(account, ())
        return any(everywhere or group in held for group, everywhere in self._groups.get(role, {}).items())


def write(changes: ShareChanges) -> None:
    """Write the differences."""
    rows = [(group.account, group.id, Kind.ROLE.value, str(role)) for group, role in changes.new]
    rows += [(group.account, group.id, kind.value, resource) for group, kind, resource, _ in changes.others]
    insert_rows(Share, ("account_id", "group_id", "kind", "resource"), rows)


def entries(changes: ShareChanges, names: RoleNames) -> Iterator[BulkEntry]:
    """The audit entries that the single commands would have written, primary by primary."""
    told = [(group.account, group.name, Kind.ROLE, names.title(role)) for group, role in changes.new]
    told += [(group.account, group.name, kind, name) for group, kind, _, name in changes.others]
    for account, group, kind, name in sorted(told):
        shared = {"group": (None, group), "type": (None, kind.words.object_type)}
        yield BulkEntry(Act.SHARED, account, name, shared)


def note_ends(ends: Iterable[tuple[str, str | None]], *, actor: Actor, at: Instant, cause: str) -> None:
    """Have assignments of a primary's roles deleted that may have ended for an account, or with `None` for all.

    `ends` are (primary, account); primaries that share no role leave nothing. A few statements, however many there are.
    """
    wanted = sorted(set(ends), key=lambda end: (end[0], end[1] or ""))
    sharing: set[str] = set()
    for some in portions(sorted({primary for primary, _ in wanted})):
        rows = Share.rows.across(Crossing.ESTATE).filter(kind=Kind.ROLE, account_id__in=some)
        sharing.update(rows.values_list("account_id", flat=True).distinct())
    left = (
        end_of_share(user=actor.name, at=at, primary=primary, role="", member=member or "", cause=cause)
        for primary, member in wanted
        if primary in sharing
    )
    schedule_many(kind=JobKind.SHARE_END, jobs=left)


def lines(account: AccountId | None) -> Iterator[GroupResourceLine]:
    """Every share, or those of one primary, kind by kind and by primary, group and name of the resource."""
    for source in SOURCES.values():
        rows = Share.rows.across(Crossing.ESTATE) if account is None else Share.rows.of(account)
        of = source.table.rows.across(Crossing.ESTATE)
        of = of.filter(id=OuterRef("resource"), account_id=OuterRef("account_id"))
        named = rows.filter(kind=source.kind).annotate(
            resource_name=Subquery(of.values("name")[:1]), resource_key=Subquery(of.values("name_key")[:1])
        )
        ordered = named.filter(resource_name__isnull=False).order_by(
            *by_code_point("account_id", "group__name_key", "resource_key")
        )
        columns = ordered.values_list("account_id", "group__name", "resource_name")
        for owner, group, name in columns.iterator(chunk_size=5000):
            yield GroupResourceLine(owner, group, source.kind.value, name)
