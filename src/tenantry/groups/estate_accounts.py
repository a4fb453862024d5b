"""Lines of kind `group_account`: which managed accounts groups hold, in and out."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import F

from tenantry.accounts.queries import AccountRow
from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry
from tenantry.groups.estate import CLOSED, StoredGroup
from tenantry.groups.models import GroupAccount
from tenantry.rules.vocabulary import GroupId
from tenantry.store.bulk import insert_rows
from tenantry.store.crossings import Crossing
from tenantry.store.lines import Line, Report, Tally, portions
from tenantry.store.sorting import by_code_point


class GroupAccountLine(Line, tag="group_account"):
    """A managed account is in a group of its primary. All Accounts holds every one without any line."""

    account: str
    group: str
    member: str


@dataclass(slots=True)
class MemberChanges:
    """The memberships that lines add, and those that end because the account is managed here no more or is deleted."""

    new: list[tuple[StoredGroup, str]] = field(default_factory=list)
    ended: "list[Ended]" = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    def primaries(self) -> set[str]:
        """The primaries whose groups get or lose accounts."""
        return {group.account for group, _ in self.new} | {ended.primary for ended in self.ended}

    def members(self) -> set[str]:
        """The accounts that get into groups, or out of them."""
        return {member for _, member in self.new} | {ended.member for ended in self.ended}


@dataclass(frozen=True, slots=True)
class Ended:
    """A membership that ends."""

    id: int
    primary: str
    group: str
    member: str


def differences(
    lines: Sequence[GroupAccountLine],
    groups: Sequence[StoredGroup],
    after: Mapping[str, AccountRow],
    closed: Collection[str],
    report: Report,
) -> MemberChanges:
    """Compare with what is stored; `groups` are those of the lines, `after` tells who manages whom after the load.

    `closed` names accounts deleted before. Reports accounts that the group's primary does not manage (GRP-23), itself
    among them (GRP-4), and changes of what is deleted. A line about All Accounts says what is so anyway (GRP-2).
    """
    changes = MemberChanges()
    stored = _stored(line.member for line in lines)
    for number, (line, group) in enumerate(zip(lines, groups, strict=True)):
        if after[line.member].primary != line.account:
            report(number, "member", f"{line.member} is not managed by {line.account} (GRP-23)")
        elif group.everywhere or line.member in stored.get(group.id, ()):
            changes.tally.unchanged += 1
        elif line.account in closed or line.member in closed:
            field = "account" if line.account in closed else "member"
            report(number, field, f"{getattr(line, field)} {CLOSED}")
        else:
            changes.new.append((group, line.member))
            changes.tally.new_lines.append(number)
    changes.tally.new = len(changes.new)
    return changes


def _stored(members: Iterable[str]) -> dict[str, set[str]]:
    """The accounts that groups hold, as far as they are among these."""
    found: dict[str, set[str]] = defaultdict(set)
    for some in portions(sorted(set(members))):
        rows = GroupAccount.rows.across(Crossing.ESTATE).filter(member_id__in=some)
        for group, member in rows.values_list("group_id", "member_id"):
            found[group].add(member)
    return found


def ending(leaving: Mapping[str, str], stated: Collection[tuple[str, str]]) -> list[Ended]:
    """The memberships that end where accounts leave: `leaving` names the primary each one leaves (GRP-17, ACC-14).

    A membership that a line of the load states as (group, account) stays.
    """
    found: list[Ended] = []
    for some in portions(sorted(leaving)):
        rows = GroupAccount.rows.across(Crossing.ESTATE).filter(member_id__in=some).order_by("account_id", "id")
        for key, owner, group, name, member in rows.values_list(
            "id", "account_id", "group_id", "group__name", "member_id"
        ):
            if owner == leaving[member] and (group, member) not in stated:
                found.append(Ended(key, owner, name, member))
    return found


def memberships(members: Iterable[str], changes: MemberChanges) -> dict[str, set[GroupId]]:
    """The groups that hold each of these accounts after the load, All Accounts apart."""
    found: dict[str, set[GroupId]] = defaultdict(set)
    for group, held in _stored(members).items():
        for member in held:
            found[member].add(GroupId(group))
    for new, member in changes.new:
        found[member].add(new.id)
    return found


def write(changes: MemberChanges) -> None:
    """Write the differences."""
    rows = ((group.account, group.id, member) for group, member in changes.new)
    insert_rows(GroupAccount, ("account_id", "group_id", "member_id"), rows)
    for some in portions([ended.id for ended in changes.ended]):
        GroupAccount.rows.across(Crossing.ESTATE).filter(id__in=some).delete()


def entries(changes: MemberChanges) -> Iterator[BulkEntry]:
    """The audit entries that the single commands would have written."""
    for ended in changes.ended:
        yield BulkEntry(Act.GROUP_ACCOUNT_REMOVED, ended.primary, ended.member, {"group": (ended.group, None)})
    for group, member in sorted(changes.new, key=lambda one: (one[0].account, one[0].name, one[1])):
        yield BulkEntry(Act.GROUP_ACCOUNT_ADDED, group.account, member, {"group": (None, group.name)})


def lines() -> Iterator[GroupAccountLine]:
    """Every membership, by primary, group and account."""
    rows = GroupAccount.rows.across(Crossing.ESTATE).filter(member__primary_id=F("account_id"))
    ordered = rows.order_by(*by_code_point("account_id", "group__name_key", "member_id"))
    columns = ordered.values_list("account_id", "group__name", "member_id")
    for owner, group, member in columns.iterator(chunk_size=5000):
        yield GroupAccountLine(owner, group, member)
