"""The part of a load that is about account groups: four kinds of lines, and what other lines mean for groups."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from tenantry.accounts.estate import AccountLine
from tenantry.accounts.queries import AccountRow
from tenantry.audit.trail import BulkEntry
from tenantry.estate.problems import Problems
from tenantry.estate.reading import Estate
from tenantry.estate.references import check_accounts, default_or_own_roles
from tenantry.groups import estate as groups, estate_accounts as members, estate_roles as people
from tenantry.groups.commands import forget_groups
from tenantry.roles import estate as roles
from tenantry.rules.features import Feature
from tenantry.rules.sharing import Kind
from tenantry.rules.vocabulary import AccountId, Actor, Instant, RoleId, Status, UserKey
from tenantry.sharing import estate as sharing
from tenantry.sharing.begins import begin_of_everything
from tenantry.store.lines import Line, Report
from tenantry.tokens.commands import revoke_unreachable

GroupLine = groups.AccountGroupLine | members.GroupAccountLine | people.GroupUserRoleLine | sharing.GroupResourceLine


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts that lines name, as stored and as they are after the load."""

    before: Mapping[str, AccountRow]
    after: Mapping[str, AccountRow]

    def closed(self) -> set[str]:
        """Those deleted before, which take no further change (ACC-14)."""
        return {key for key, row in self.before.items() if row.status is Status.DELETED}

    def deleted(self) -> set[str]:
        """Those that the load deletes."""
        gone = {key for key in self.before if self.after[key].status is Status.DELETED}
        return gone - self.closed()

    def moved(self) -> dict[str, AccountId]:
        """Those whose primary manages them no more, with that primary."""
        return {
            key: old.primary
            for key, old in self.before.items()
            if old.primary is not None and self.after[key].primary != old.primary
        }

    def leaving(self) -> dict[str, AccountId]:
        """Those that leave every group of their primary, with that primary: moved or deleted (GRP-17, ACC-14)."""
        found = {key: row.primary for key in self.deleted() if (row := self.before[key]).primary is not None}
        return found | self.moved()

    def newly_managed(self) -> set[str]:
        """Those stored before that get another primary, or their first one."""
        return {
            key
            for key, old in self.before.items()
            if self.after[key].primary is not None and self.after[key].primary != old.primary
        }


@dataclass(slots=True)
class Changed:
    """The differences of the four kinds, and the primaries deleted that have groups.

    Of these, those are `emptied` of whose groups no line speaks; of the others nothing is deleted, and they give
    nothing all the same (ACC-14).
    """

    of_groups: groups.GroupChanges
    of_members: members.MemberChanges
    of_shares: sharing.ShareChanges
    deleted: set[str]
    emptied: set[str]
    of_people: people.GroupUserRoleChanges = field(default_factory=people.GroupUserRoleChanges)

    def given(self) -> set[str]:
        """The primaries that give something else from now on."""
        given = self.of_groups.accounts() | self.of_members.primaries() | self.of_shares.primaries()
        return given | self.of_people.primaries()

    def joining(self) -> set[str]:
        """The accounts that get into groups."""
        return {member for _, member in self.of_members.new}


class InGroups:
    """The lines about account groups: compared kind by kind, written, recorded."""

    def __init__(self, estate: Estate, problems: Problems) -> None:
        """Look at these lines."""
        self._estate = estate
        self._problems = problems
        self._kinds: tuple[tuple[type[Line], Sequence[GroupLine]], ...] = (
            (groups.AccountGroupLine, estate.account_groups),
            (members.GroupAccountLine, estate.group_accounts),
            (people.GroupUserRoleLine, estate.group_user_roles),
            (sharing.GroupResourceLine, estate.group_resources),
        )
        self._names = groups.GroupNames(())

    def _report(self, kind: type[Line]) -> Report:
        return self._estate.report(kind, self._problems)

    def primaries(self) -> set[str]:
        """The accounts of whose groups lines speak."""
        return {line.account for line in chain.from_iterable(lines for _, lines in self._kinds)}

    def accounts(self) -> set[str]:
        """All accounts that these lines name."""
        return self.primaries() | {line.member for line in self._estate.group_accounts}

    def with_roles(self) -> set[str]:
        """The accounts whose custom roles these lines may name."""
        holding = {line.account for line in self._estate.group_user_roles if not roles.is_default(line.role)}
        return holding | {line.account for line in self._estate.group_resources}

    def check_accounts(self, known: set[str]) -> None:
        """Judge that the accounts named exist."""
        for kind, lines in self._kinds:
            check_accounts(lines, known, self._report(kind))
        report = self._report(members.GroupAccountLine)
        for number, line in enumerate(self._estate.group_accounts):
            if line.member not in known:
                report(number, "member", f"there is no account {line.member[:60]!r}")

    def compare(self, names: Mapping[Kind, sharing.Named], accounts: Accounts) -> Changed:
        """Compare groups, the accounts in them and shares with what is stored; `names` of resources, kind by kind."""
        estate, closed = self._estate, accounts.closed()
        self._check_managed(accounts)
        needing = self._with_groups(accounts.after)
        self._names = groups.GroupNames(groups.stored_groups(needing))
        report = self._report(groups.AccountGroupLine)
        group = groups.differences(estate.account_groups, needing, self._names, closed, report)
        of_members = self._resolved(members.GroupAccountLine, estate.group_accounts)
        of_shares = self._resolved(sharing.GroupResourceLine, estate.group_resources)
        self._problems.raise_if_any()
        report = self._report(members.GroupAccountLine)
        member = members.differences(estate.group_accounts, of_members, accounts.after, closed, report)
        report = self._report(sharing.GroupResourceLine)
        share = sharing.differences(estate.group_resources, of_shares, names, closed, report)
        self._problems.raise_if_any()
        stated = {(one.id, line.member) for one, line in zip(of_members, estate.group_accounts, strict=True)}
        member.ended = members.ending(accounts.leaving(), stated)
        deleted = groups.with_groups(sorted(accounts.deleted()))
        return Changed(group, member, share, deleted, deleted - self.primaries())

    def compare_people(
        self, names: roles.RoleNames, ids: Mapping[UserKey, int], closed: set[str]
    ) -> people.GroupUserRoleChanges:
        """Compare people in groups with what is stored; `ids` are those of stored people."""
        estate, report = self._estate, self._report(people.GroupUserRoleLine)
        found = self._resolved(people.GroupUserRoleLine, estate.group_user_roles)
        held = default_or_own_roles(estate.group_user_roles, names, report, "GRP-9")
        self._problems.raise_if_any()
        joined: dict[int, int] = {}
        wanted = people.wanted(estate.group_user_roles, found, held, self._place, report, joined=joined)
        changes = people.differences(wanted, ids, people.Comparing(names.title, closed, report))
        changes.tally.joined = joined
        return changes

    def received(
        self, pairs: Mapping[tuple[RoleId, str], object], changed: Changed
    ) -> Callable[[tuple[RoleId, str]], bool]:
        """Tells which of these (role, account) are shared after the load."""
        memberships = members.memberships((account for _, account in pairs), changed.of_members)
        return sharing.Received((role for role, _ in pairs), memberships, changed.of_shares).__contains__

    def _place(self, number: int) -> str:
        problem = self._estate.problem(self._estate.places[people.GroupUserRoleLine][number], "", "")
        return f"{problem.file}:{problem.line}"

    def _with_groups(self, after: Mapping[str, AccountRow]) -> set[str]:
        """The accounts that get All Accounts if they lack it: those with Account Groups, those that manage others
        (GRP-2), and those of whose groups lines speak.
        """
        rows = [after[line.id] for line in self._estate.accounts]
        needing: set[str] = {row.id for row in rows if Feature.ACCOUNT_GROUPS in row.features}
        needing.update(row.primary for row in rows if row.primary is not None)
        return self.primaries() | needing

    def _check_managed(self, accounts: Accounts) -> None:
        """An account that is managed has no groups of its own (ACC-6)."""
        for kind, lines in self._kinds:
            report = self._report(kind)
            for number, line in enumerate(lines):
                if accounts.after[line.account].primary is not None:
                    report(number, "account", f"{line.account} is managed itself and has no account groups (ACC-6)")
        numbers = {line.id: number for number, line in enumerate(self._estate.accounts)}
        for account in sorted(groups.with_groups(sorted(accounts.newly_managed() & numbers.keys()))):
            what = f"{account} has account groups, so nobody can manage it (ACC-6)"
            self._report(AccountLine)(numbers[account], "primary", what)

    def _resolved(
        self,
        kind: type[Line],
        lines: Sequence[members.GroupAccountLine | sharing.GroupResourceLine | people.GroupUserRoleLine],
    ) -> list[groups.StoredGroup]:
        """The groups that lines name; unknown ones are reported."""
        report = self._report(kind)
        found: list[groups.StoredGroup] = []
        for number, line in enumerate(lines):
            group = self._names.named(line.account, line.group)
            if group is None:
                report(number, "group", f"{line.account} has no account group named {line.group[:60]!r}")
            else:
                found.append(group)
        return found


def write(changed: Changed, ids: Mapping[UserKey, int]) -> None:
    """Write the differences; `ids` are those of all people by now."""
    groups.write(changed.of_groups)
    members.write(changed.of_members)
    people.write(changed.of_people, ids)
    sharing.write(changed.of_shares)


def entries(changed: Changed, names: roles.RoleNames, email: Callable[[UserKey], str]) -> Iterator[BulkEntry]:
    """The audit entries that the single commands would have written."""
    yield from groups.entries(changed.of_groups)
    yield from members.entries(changed.of_members)
    yield from people.entries(changed.of_people, email)
    yield from sharing.entries(changed.of_shares, names)


def end_shares(changed: Changed, accounts: Accounts, *, actor: Actor, at: Instant) -> None:
    """What ends with accounts that leave their primary or are deleted: assignments that lived by its shares (SHARE-8).

    The groups of a deleted primary go with it (ACC-14).
    """
    cause = "the account left the primary account that shared it"
    sharing.note_ends(((primary, key) for key, primary in accounts.leaving().items()), actor=actor, at=at, cause=cause)
    for account in sorted(changed.emptied):
        forget_groups(actor=actor, at=at, account=AccountId(account))
    kept = ((account, None) for account in changed.deleted - changed.emptied)
    sharing.note_ends(kept, actor=actor, at=at, cause="the account that shared it was deleted")


def begin_shares(changed: Changed, accounts: Accounts) -> None:
    """What begins where shares come to accounts by the load: more shares, more members, another primary (PACK-11)."""
    primaries = changed.of_shares.primaries() | changed.of_members.primaries()
    primaries.update(str(accounts.after[key].primary) for key in accounts.newly_managed())
    begin_of_everything(primaries)


def revoke_tokens(accounts: Accounts, *, actor: Actor, at: Instant) -> None:
    """Revoke the tokens of people of groups for accounts that have left their primary, or are deleted (TOK-10)."""
    left: dict[tuple[AccountId, str], list[AccountId]] = defaultdict(list)
    moved = accounts.moved()
    for key, primary in accounts.leaving().items():
        why = f"the account is not managed by {primary} any more" if key in moved else "the account was deleted"
        left[primary, why].append(AccountId(key))
    for (primary, why), there in sorted(left.items()):
        found = people.people_in_groups_of(primary)
        revoke_unreachable(actor=actor, at=at, people=found, accounts=sorted(there), why=why)
