"""Lines of kind `account_group`: the groups of primaries, in and out, and what the names of groups mean."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from msgspec import UNSET, UnsetType

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry
from tenantry.groups.models import AccountGroup, GroupUser
from tenantry.rules import groups as law
from tenantry.rules.vocabulary import AccountId, GroupId
from tenantry.sharing.models import Share
from tenantry.store.bulk import insert_rows, update_rows
from tenantry.store.crossings import Crossing
from tenantry.store.lines import FieldProblem, Line, Report, Tally, check_text, given, portions
from tenantry.store.sorting import by_code_point


class AccountGroupLine(Line, tag="account_group"):
    """An account group of a primary. All Accounts needs a line only for its alert level: every primary has it."""

    account: str
    name: str
    id: str | UnsetType = UNSET
    alert_level: str | UnsetType = UNSET


def check(line: AccountGroupLine) -> Iterator[FieldProblem]:
    """Judge a line by itself."""
    refusal = law.check_group_name(line.name.strip(), ())
    if refusal is not None:
        yield "name", f"{refusal.message} ({refusal.rule})"
    yield from check_text("id", line.id, law.GROUP_ID_LIMIT, required=True)
    level = law.check_alert_level(given(line.alert_level, law.NO_ALERTS))
    if level is not None:
        yield "alert_level", f"{level.message} ({level.rule})"


def group_key(name: str) -> str:
    """How names of groups are compared (GRP-5)."""
    return name.strip().casefold()


EVERYWHERE: Final = group_key(law.ALL_ACCOUNTS)
"""The name by which lines speak of All Accounts."""


CLOSED: Final = "is deleted and takes no further change (ACC-14)"
"""What is wrong with a line that would change something of an account deleted before."""


@dataclass(frozen=True, slots=True)
class StoredGroup:
    """A group as stored. `everywhere` marks All Accounts (GRP-2)."""

    id: GroupId
    account: AccountId
    name: str
    everywhere: bool = False
    alert_level: str = law.NO_ALERTS


class GroupNames:
    """What the names of groups mean."""

    def __init__(self, stored: Iterable[StoredGroup]) -> None:
        """Know the stored groups of the accounts that lines speak about."""
        self.groups: dict[GroupId, StoredGroup] = {}
        self._by_name: dict[tuple[str, str], GroupId] = {}
        for group in stored:
            self.put(group)

    def put(self, group: StoredGroup) -> None:
        """Add a group, or replace it under its new name."""
        old = self.groups.get(group.id)
        if old is not None and self._by_name.get(_key(old)) == group.id:
            del self._by_name[_key(old)]
        self.groups[group.id] = group
        self._by_name[_key(group)] = group.id

    def named(self, account: str, name: str) -> StoredGroup | None:
        """The account's group of this name."""
        found = self._by_name.get((account, group_key(name)))
        return self.groups[found] if found is not None else None


def _key(group: StoredGroup) -> tuple[str, str]:
    return group.account, EVERYWHERE if group.everywhere else group_key(group.name)


@dataclass(slots=True)
class GroupChanges:
    """The groups that lines add, those they change as (before, after), and each All Accounts that was missing and that
    no line speaks of.
    """

    new: list[StoredGroup] = field(default_factory=list)
    changed: list[tuple[StoredGroup, StoredGroup]] = field(default_factory=list)
    made: list[StoredGroup] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    @property
    def fresh(self) -> set[GroupId]:
        """The groups that were not there before."""
        return {group.id for group in (*self.new, *self.made)}

    def accounts(self) -> set[str]:
        """The primaries whose groups change."""
        return {group.account for group in (*self.new, *self.made)} | {new.account for _, new in self.changed}


def differences(
    lines: Sequence[AccountGroupLine],
    primaries: Iterable[str],
    names: GroupNames,
    closed: Collection[str],
    report: Report,
) -> GroupChanges:
    """Compare with what is stored, and let `names` know the result.

    Each of `primaries` gets its All Accounts, if it has none (GRP-2). `closed` names accounts deleted before. Reports
    ids that belong to other groups, names taken (GRP-5), another name for All Accounts (GRP-2), and changes of what is
    deleted (ACC-14).
    """
    changes = GroupChanges(made=_missing(lines, primaries, names))
    for made in changes.made:
        names.put(made)
    elsewhere = _stored_ids(line.id for line in lines if isinstance(line.id, str))
    claimed: dict[str, int] = {}
    before: list[StoredGroup | None] = []
    after: list[StoredGroup] = []
    for number, line in enumerate(lines):
        old = _stored_group(number, line, names, elsewhere, report)
        group = _after(line, old)
        if claimed.setdefault(group.id, number) != number:
            report(number, "id", f"{group.id} is given to two groups of this load")
        if old is not None and old.everywhere != group.everywhere:
            report(number, "name", "All Accounts is one group of each primary and keeps its name (GRP-2)")
        before.append(old)
        after.append(group)
    for group in after:
        names.put(group)
    _check_names(after, names, report)
    for number, (old, group) in enumerate(zip(before, after, strict=True)):
        if old == group:
            changes.tally.unchanged += 1
            continue
        if group.account in closed:
            report(number, "account", f"{group.account} {CLOSED}")
        if old is None:
            changes.new.append(group)
            changes.tally.new_lines.append(number)
        else:
            changes.changed.append((old, group))
            changes.tally.changed_lines.append(number)
    changes.tally.new, changes.tally.changed = len(changes.new), len(changes.changed)
    return changes


def _missing(lines: Sequence[AccountGroupLine], primaries: Iterable[str], names: GroupNames) -> list[StoredGroup]:
    """All Accounts of the primaries that have none, and of which no line speaks."""
    stated = {line.account for line in lines if group_key(line.name) == EVERYWHERE}
    return [
        StoredGroup(GroupId(str(uuid.uuid4())), AccountId(primary), law.ALL_ACCOUNTS, everywhere=True)
        for primary in sorted(set(primaries) - stated)
        if names.named(primary, law.ALL_ACCOUNTS) is None
    ]


def _stored_group(
    number: int, line: AccountGroupLine, names: GroupNames, elsewhere: Mapping[str, str], report: Report
) -> StoredGroup | None:
    """The stored group the line is about: by id where it is given, else by name."""
    named = names.named(line.account, line.name)
    if not isinstance(line.id, str):
        return named
    if line.id in elsewhere:
        if elsewhere[line.id] != line.account:
            report(number, "id", f"{line.id} is the id of a group of another account")
            return None
        return names.groups[GroupId(line.id)]
    if named is not None:
        report(number, "id", f"{line.account} has an account group {named.name!r} with another id: {named.id}")
    return None


def _after(line: AccountGroupLine, old: StoredGroup | None) -> StoredGroup:
    everywhere = group_key(line.name) == EVERYWHERE
    return StoredGroup(
        old.id if old else GroupId(line.id if isinstance(line.id, str) else str(uuid.uuid4())),
        AccountId(line.account),
        law.ALL_ACCOUNTS if everywhere else line.name.strip(),
        everywhere,
        given(line.alert_level, old.alert_level if old else law.NO_ALERTS),
    )


def _check_names(after: Sequence[StoredGroup], names: GroupNames, report: Report) -> None:
    """No two groups of a primary have one name, ignoring case (GRP-5); stored groups count as well."""
    holders: dict[tuple[str, str], set[GroupId]] = defaultdict(set)
    for group in names.groups.values():
        holders[_key(group)].add(group.id)
    for number, group in enumerate(after):
        if len(holders[_key(group)]) > 1:
            report(number, "name", f"{group.account} has another account group named {group.name!r} (GRP-5)")


_COLUMNS = ("id", "account_id", "name", "name_key", "everywhere", "alert_level")


def _values(group: StoredGroup) -> tuple[object, ...]:
    return (group.id, group.account, group.name, group_key(group.name), group.everywhere, group.alert_level)


def write(changes: GroupChanges) -> None:
    """Write the differences. Groups that exchange their names do so by way of names nobody can have."""
    renamed = [(new.id, f"\n{new.id}") for old, new in changes.changed if group_key(old.name) != group_key(new.name)]
    update_rows(AccountGroup, "id", ("name_key",), renamed)
    insert_rows(AccountGroup, _COLUMNS, map(_values, (*changes.made, *changes.new)))
    update_rows(AccountGroup, "id", _COLUMNS[1:], (_values(new) for _, new in changes.changed))


def entries(changes: GroupChanges) -> Iterator[BulkEntry]:
    """The audit entries that the single commands would have written. That a primary has All Accounts is no news."""
    for group in changes.new:
        if not group.everywhere:
            made = {"name": (None, group.name), "alert_level": (None, group.alert_level)}
            yield BulkEntry(Act.GROUP_ADDED, group.account, group.name, made)
        elif group.alert_level != law.NO_ALERTS:
            level = {"alert_level": (law.NO_ALERTS, group.alert_level)}
            yield BulkEntry(Act.GROUP_UPDATED, group.account, group.name, level)
    for old, new in changes.changed:
        edits = {"name": (old.name, new.name), "alert_level": (old.alert_level, new.alert_level)}
        yield BulkEntry(Act.GROUP_UPDATED, new.account, new.name, edits)


_READ = ("id", "account_id", "name", "everywhere", "alert_level")


def stored_groups(accounts: Iterable[str]) -> Iterator[StoredGroup]:
    """The groups of these accounts."""
    for some in portions(sorted(set(accounts))):
        rows = AccountGroup.rows.across(Crossing.ESTATE).filter(account_id__in=some)
        for key, owner, name, everywhere, level in rows.values_list(*_READ):
            yield StoredGroup(GroupId(key), AccountId(owner), name, everywhere, level)


def _stored_ids(ids: Iterable[str]) -> dict[str, str]:
    """Whose the groups of these ids are, as far as they exist."""
    found: dict[str, str] = {}
    for some in portions(sorted(set(ids))):
        rows = AccountGroup.rows.across(Crossing.ESTATE).filter(id__in=some)
        found.update(rows.values_list("id", "account_id"))
    return found


def with_groups(accounts: Sequence[str]) -> set[str]:
    """Those of these accounts that have a group of their own making, or anything in All Accounts."""
    found: set[str] = set()
    for some in portions(accounts):
        for rows in (
            AccountGroup.rows.across(Crossing.ESTATE).filter(everywhere=False),
            GroupUser.rows.across(Crossing.ESTATE),
            Share.rows.across(Crossing.ESTATE),
        ):
            found.update(rows.filter(account_id__in=some).values_list("account_id", flat=True).distinct())
    return found


def lines(account: AccountId | None) -> Iterator[AccountGroupLine]:
    """Every group, or those of one account, by account and name; All Accounts only where it has an alert level."""
    rows = AccountGroup.rows.across(Crossing.ESTATE) if account is None else AccountGroup.rows.of(account)
    ordered = rows.order_by(*by_code_point("account_id", "name_key")).values_list(*_READ)
    for key, owner, name, everywhere, level in ordered.iterator(chunk_size=5000):
        if not everywhere or level != law.NO_ALERTS:
            yield AccountGroupLine(
                account=owner,
                name=name,
                id=UNSET if everywhere else key,
                alert_level=UNSET if level == law.NO_ALERTS else level,
            )
