"""Lines of kind `group_user_role`: people in groups with their roles there, in and out."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from msgspec import UNSET, UnsetType

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry
from tenantry.decisions.properties import check_condition
from tenantry.groups.estate import CLOSED, StoredGroup
from tenantry.groups.models import GroupUser, GroupUserRole
from tenantry.rules.users import check_validity
from tenantry.rules.vocabulary import AccountId, Instant, RoleId, UserKey, Validity
from tenantry.store.bulk import insert_rows, update_rows
from tenantry.store.crossings import Crossing
from tenantry.store.lines import (
    AwareTime,
    FieldProblem,
    Line,
    Report,
    RoleReference,
    Tally,
    check_time,
    given,
    portions,
)
from tenantry.store.sorting import by_code_point
from tenantry.users.estate_roles import told_grant


class GroupUserRoleLine(Line, tag="group_user_role"):
    """A role of a person in a group; it puts the person into the group."""

    account: str
    group: str
    user: str
    role: RoleReference
    valid_from: AwareTime | UnsetType | None = UNSET
    valid_until: AwareTime | UnsetType | None = UNSET
    condition: str | UnsetType = UNSET


def check(line: GroupUserRoleLine) -> Iterator[FieldProblem]:
    """Judge a line by itself."""
    yield from check_condition(line.condition)
    yield from check_time("valid_from", line.valid_from)
    yield from check_time("valid_until", line.valid_until)
    refusal = check_validity(Validity(given(line.valid_from, None), given(line.valid_until, None)))
    if refusal is not None:
        yield "valid_until", refusal.message


Bound = Instant | UnsetType | None


@dataclass(slots=True)
class Wanted:
    """What lines about one role of one person in one group say together. `number` is that of the first line."""

    number: int
    user: UserKey
    group: StoredGroup
    role: RoleId
    starts: Bound
    ends: Bound
    condition: str | UnsetType = UNSET

    def after(self, before: Validity) -> Validity:
        """The validity after the load; what no line gives stays as it is."""
        return Validity(given(self.starts, before.starts), given(self.ends, before.ends))


@dataclass(frozen=True, slots=True)
class StoredRole:
    """A role of a person in a group as stored."""

    id: int
    name: str
    validity: Validity
    condition: str = ""


@dataclass(frozen=True, slots=True)
class PersonsEntry:
    """What the audit log will tell of one person in one group; `act` tells whether the person is new there."""

    act: Act
    user: UserKey
    group: StoredGroup
    before: list[str]
    after: list[str]
    edits: Mapping[str, tuple[object, object]]


@dataclass(slots=True)
class GroupUserRoleChanges:
    """What lines change: people put into groups, roles given there, and roles whose validity or condition changes."""

    joining: list[Wanted] = field(default_factory=list)
    granted: list[Wanted] = field(default_factory=list)
    changed: list[tuple[int, Validity, str]] = field(default_factory=list)
    told: list[PersonsEntry] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    def primaries(self) -> set[str]:
        """The primaries whose groups' people change."""
        return {entry.group.account for entry in self.told}


def wanted(
    lines: Sequence[GroupUserRoleLine],
    groups: Sequence[StoredGroup],
    roles: Sequence[RoleId],
    place: Callable[[int], str],
    report: Report,
) -> list[Wanted]:
    """The lines by person, group and role, lines about one thing joined; reports those that contradict each other."""
    order = sorted(range(len(lines)), key=lambda n: (lines[n].user, groups[n].id, roles[n], n))
    kept: list[Wanted] = []
    for number in order:
        line, group, role = lines[number], groups[number], roles[number]
        last = kept[-1] if kept else None
        if last is None or (last.user, last.group.id, last.role) != (line.user, group.id, role):
            said = (line.valid_from, line.valid_until, line.condition)
            kept.append(Wanted(number, UserKey(line.user), group, role, *said))
            continue
        for name, one, other in (
            ("valid_from", last.starts, line.valid_from),
            ("valid_until", last.ends, line.valid_until),
            ("condition", last.condition, line.condition),
        ):
            if UNSET not in {one, other} and one != other:
                report(number, name, f"contradicts {place(last.number)}")
        last.starts = line.valid_from if last.starts is UNSET else last.starts
        last.ends = line.valid_until if last.ends is UNSET else last.ends
        last.condition = line.condition if last.condition is UNSET else last.condition
    return kept


class Comparing:
    """Compares what lines want with what is stored."""

    def __init__(self, title: Callable[[RoleId], str], closed: Collection[str], report: Report) -> None:
        """`title` names roles for people; `closed` are accounts deleted before."""
        self.changes = GroupUserRoleChanges()
        self._title = title
        self._closed = closed
        self._report = report

    def compare(self, some: list[Wanted], held: Mapping[str, StoredRole], *, there: bool) -> None:
        """Compare what lines want of one person in one group; `held` are the roles there by id."""
        changes = self.changes
        new: list[Wanted] = []
        edits: dict[str, tuple[object, object]] = {}
        for one in some:
            old = held.get(one.role)
            before = old.validity if old is not None else Validity()
            after = one.after(before)
            if check_validity(after) is not None:
                self._report(one.number, "valid_until", "the role would end before it starts, given what is stored")
            condition = given(one.condition, old.condition if old is not None else "")
            if old is None:
                new.append(one)
            elif after != before or condition != old.condition:
                changes.changed.append((old.id, after, condition))
                edits |= told_grant(old.name, (before, after), (old.condition, condition))
            else:
                changes.tally.unchanged += 1
        if there and not new and not edits:
            return
        first = some[0]
        if first.group.account in self._closed:
            self._report(first.number, "account", f"{first.group.account} {CLOSED}")
        if not there:
            changes.joining.append(first)
        changes.granted += new
        names = sorted(role.name for role in held.values())
        after_names = sorted([*names, *(self._title(one.role) for one in new)])
        act = Act.GROUP_USER_CHANGED if there else Act.GROUP_USER_ADDED
        changes.told.append(PersonsEntry(act, first.user, first.group, names, after_names, edits))


def differences(found: list[Wanted], ids: Mapping[UserKey, int], comparing: Comparing) -> GroupUserRoleChanges:
    """Compare with what is stored; `ids` are those of stored people.

    People who have never signed in are put into groups all the same: an import describes a state, while signing in once
    is asked for when somebody is added (GRP-10). Nor do the primary's features matter, as for direct roles (ROLE-16).
    """
    by_person = [(user, list(some)) for user, some in groupby(found, key=lambda one: one.user)]
    for some in portions(by_person):
        held, there = _stored([ids[user] for user, _ in some if user in ids])
        for user, of_user in some:
            key = ids.get(user, 0)
            for group, in_group in groupby(of_user, key=lambda one: one.group.id):
                comparing.compare(list(in_group), held.get((group, key), {}), there=(group, key) in there)
    changes = comparing.changes
    changes.tally.new, changes.tally.changed = len(changes.granted), len(changes.changed)
    return changes


def _stored(users: Sequence[int]) -> tuple[dict[tuple[str, int], dict[str, StoredRole]], set[tuple[str, int]]]:
    """The roles of these people in groups, and the groups they are in."""
    held: dict[tuple[str, int], dict[str, StoredRole]] = defaultdict(dict)
    rows = GroupUserRole.rows.across(Crossing.ESTATE).filter(user_id__in=users)
    columns = ("group_id", "user_id", "id", "role_id", "role__name", "valid_from", "valid_until", "condition")
    for group, user, key, role, name, starts, ends, condition in rows.values_list(*columns):
        held[group, user][role] = StoredRole(key, name, Validity(starts, ends), condition)
    there = GroupUser.rows.across(Crossing.ESTATE).filter(user_id__in=users)
    return held, set(there.values_list("group_id", "user_id"))


def write(changes: GroupUserRoleChanges, ids: Mapping[UserKey, int]) -> None:
    """Write the differences; `ids` are those of all people by now."""
    insert_rows(
        GroupUser,
        ("account_id", "group_id", "user_id"),
        ((one.group.account, one.group.id, ids[one.user]) for one in changes.joining),
    )
    insert_rows(
        GroupUserRole,
        ("account_id", "group_id", "user_id", "role_id", "valid_from", "valid_until", "condition"),
        (
            (
                one.group.account,
                one.group.id,
                ids[one.user],
                one.role,
                given(one.starts, None),
                given(one.ends, None),
                given(one.condition, ""),
            )
            for one in changes.granted
        ),
    )
    rows = ((key, validity.starts, validity.ends, condition) for key, validity, condition in changes.changed)
    update_rows(GroupUserRole, "id", ("valid_from", "valid_until", "condition"), rows)


def entries(changes: GroupUserRoleChanges, email: Callable[[UserKey], str]) -> Iterator[BulkEntry]:
    """The audit entries that the single commands would have written, primary by primary."""
    for told in sorted(changes.told, key=lambda one: (one.group.account, one.group.name, one.user)):
        name = told.group.name
        edits: dict[str, tuple[object, object]] = {
            "group": (name if told.act is Act.GROUP_USER_CHANGED else None, name),
            "roles": (told.before, told.after),
        }
        yield BulkEntry(told.act, told.group.account, email(told.user), {**edits, **told.edits})


def primaries_of_people(users: Iterable[int]) -> set[str]:
    """The primaries in whose groups one of these people is."""
    found: set[str] = set()
    for some in portions(sorted(set(users))):
        rows = GroupUserRole.rows.across(Crossing.GROUPS_OF_A_PERSON).filter(user_id__in=some)
        found.update(rows.values_list("account_id", flat=True).distinct())
    return found


def people_in_groups_of(primary: str) -> list[int]:
    """The keys of everybody in groups of a primary."""
    return list(GroupUser.rows.of(primary).order_by("user_id").values_list("user_id", flat=True).distinct())


def lines(account: AccountId | None) -> Iterator[GroupUserRoleLine]:
    """Every role in a group, or those of one primary, by primary, group, person and name of the role."""
    rows = GroupUserRole.rows.across(Crossing.ESTATE) if account is None else GroupUserRole.rows.of(account)
    ordered = rows.order_by(*by_code_point("account_id", "group__name_key", "user__email_key", "role__name_key"))
    columns = ("account_id", "group__name", "user__email", "role__name", "valid_from", "valid_until", "condition")
    for owner, group, email, role, starts, ends, condition in ordered.values_list(*columns).iterator(chunk_size=5000):
        yield GroupUserRoleLine(owner, group, email, role, _out(starts), _out(ends), condition or UNSET)


def _out(time: Instant | None) -> Instant | UnsetType:
    return UNSET if time is None else time
