"""Lines of kind `user_role`: direct roles of people, in and out."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When
from msgspec import UNSET, UnsetType

from tenantry.audit.catalogue import Act
from tenantry.audit.trail import BulkEntry
from tenantry.decisions.properties import check_condition
from tenantry.rules import granting
from tenantry.rules.roles import ADMINISTRATOR
from tenantry.rules.users import check_user_limit, check_validity
from tenantry.rules.vocabulary import AccountId, Condition, Instant, RoleGrant, RoleId, UserKey, Validity
from tenantry.sharing.queries import default_own_or_shared
from tenantry.store.bulk import insert_rows, update_rows
from tenantry.store.crossings import Crossing
from tenantry.store.lines import (
    AwareTime,
    FieldProblem,
    Line,
    Report,
    RoleElsewhere,
    RoleReference,
    Tally,
    check_time,
    differing,
    given,
    merge,
    portions,
)
from tenantry.store.sorting import by_code_point
from tenantry.users.models import AccountUser, UserRole


class UserRoleLine(Line, tag="user_role"):
    """A direct role of a person in an account; it makes the person a user of the account."""

    account: str
    user: str
    role: RoleReference
    valid_from: AwareTime | UnsetType | None = UNSET
    valid_until: AwareTime | UnsetType | None = UNSET
    condition: str | UnsetType = UNSET


def check(line: UserRoleLine) -> Iterator[FieldProblem]:
    """Judge a line by itself."""
    yield from check_condition(line.condition)
    starts, ends = line.valid_from, line.valid_until
    if starts is UNSET and ends is UNSET:
        return
    yield from check_time("valid_from", starts)
    yield from check_time("valid_until", ends)
    refusal = check_validity(Validity(given(starts, None), given(ends, None)))
    if refusal is not None:
        yield "valid_until", refusal.message


@dataclass(frozen=True, slots=True)
class StoredGrant:
    """A direct role as stored. One that is not `live` is left of a share that has ended, and held by nobody."""

    id: int
    role: str
    role_name: str
    validity: Validity
    condition: str = ""
    live: bool = True


@dataclass(frozen=True, slots=True)
class Holding:
    """What one person has in one account: direct roles, and whether the person is a user of it."""

    grants: list[StoredGrant]
    linked: bool


Lines = Sequence[UserRoleLine]
"""Lines whose `user` is a person's key and whose `role` is a role's id by now."""


@dataclass(slots=True)
class UserRoleChanges:
    """What lines change, by their numbers.

    `order` sorts the lines by person and account. `linked` holds the first number of each (person, account) that
    becomes a link, `granted` the new roles, `changed` the roles whose validity or condition changes.
    """

    order: list[int] = field(default_factory=list)
    linked: set[int] = field(default_factory=set)
    granted: list[int] = field(default_factory=list)
    changed: list[tuple[int, str, StoredGrant, Validity, str]] = field(default_factory=list)
    entries: list[BulkEntry] = field(default_factory=list)
    accounts: set[str] = field(default_factory=set)
    tally: Tally = field(default_factory=Tally)

    def compare(
        self, lines: Lines, numbers: list[int], held: Holding, title: Callable[[RoleId], str], report: Report
    ) -> None:
        """Compare one person's lines about one account with what is stored."""
        by_role = {grant.role: grant for grant in held.grants}
        new: list[int] = []
        told: dict[str, tuple[object, object]] = {}
        for number in numbers:
            line = lines[number]
            old = by_role.get(str(line.role))
            if old is None:
                new.append(number)
                continue
            after = Validity(given(line.valid_from, old.validity.starts), given(line.valid_until, old.validity.ends))
            condition = given(line.condition, old.condition)
            if after == old.validity and condition == old.condition:
                self.tally.unchanged += 1
                continue
            if check_validity(after) is not None:
                report(number, "valid_until", "the role would end before it starts, given what is stored")
            self.changed.append((number, line.account, old, after, condition))
            told |= told_grant(old.role_name, (old.validity, after), (old.condition, condition))
        self.granted += new
        account = lines[numbers[0]].account
        if not held.linked:
            self.linked.add(numbers[0])
        if new or told or not held.linked:
            self.accounts.add(account)
        if held.linked and (new or told):
            before = sorted(grant.role_name for grant in held.grants if grant.live)
            after_names = sorted([*before, *(title(RoleId(str(lines[n].role))) for n in new)])
            edits: dict[str, tuple[object, object]] = {"roles": (before, after_names), **told}
            self.entries.append(BulkEntry(Act.USER_ROLES_CHANGED, account, lines[numbers[0]].user, edits))


def ordered(lines: Lines, place: Callable[[int], str], report: Report) -> list[int]:
    """The numbers of the lines by person, account and role, lines about one thing joined.

    Reports lines that contradict each other.
    """
    numbers = sorted(range(len(lines)), key=lambda n: (lines[n].user, lines[n].account, str(lines[n].role)))
    kept: list[int] = []
    for number in numbers:
        line = lines[number]
        last = lines[kept[-1]] if kept else None
        if last is None or (last.user, last.account, last.role) != (line.user, line.account, line.role):
            kept.append(number)
        elif (field := differing(last, line)) is None:
            merge(last, line)
            for wrong, what in check(last):
                report(number, wrong, what)
        else:
            report(number, field, f"contradicts {place(kept[-1])}")
    return kept


def differences(
    lines: Lines,
    order: list[int],
    ids: Mapping[UserKey, int],
    title: Callable[[RoleId], str],
    report: Report,
    *,
    going: Collection[int] = (),
) -> UserRoleChanges:
    """Compare with what is stored; `ids` are those of stored people, `going` names roles that are about to be deleted.

    Reports validity that ends before it starts.
    """
    changes = UserRoleChanges(order)
    pending: list[tuple[UserKey, list[int]]] = []
    for user, numbers in groupby(changes.order, key=lambda n: lines[n].user):
        if UserKey(user) in ids:
            pending.append((UserKey(user), list(numbers)))
            continue
        for account, in_account in groupby(numbers, key=lambda n: lines[n].account):
            granted = list(in_account)
            changes.linked.add(granted[0])
            changes.granted += granted
            changes.accounts.add(account)
    for some in portions(pending):
        grants, links = _stored([ids[user] for user, _ in some], going)
        for user, of_user in some:
            for account, in_account in groupby(of_user, key=lambda n: lines[n].account):
                stored = grants.get((ids[user], account), [])
                held = Holding(stored, linked=(ids[user], account) in links)
                changes.compare(lines, list(in_account), held, title, report)
    changes.granted.sort(key=lambda n: lines[n].account)
    changes.tally.new, changes.tally.changed = len(changes.granted), len(changes.changed)
    return changes


def told_grant(
    name: str, validity: tuple[Validity, Validity], condition: tuple[str, str]
) -> dict[str, tuple[object, object]]:
    """What changes about one grant of a role, as the audit log tells it."""
    told: dict[str, tuple[object, object]] = {}
    if validity[0] != validity[1]:
        told[f"validity of {name}"] = (shown_validity(validity[0]), shown_validity(validity[1]))
    if condition[0] != condition[1]:
        told[f"condition of {name}"] = (condition[0] or None, condition[1] or None)
    return told


def shown_validity(validity: Validity) -> str:
    """A validity as the audit log tells it."""
    starts = f"from {validity.starts.isoformat()}" if validity.starts else ""
    ends = f"until {validity.ends.isoformat()}" if validity.ends else ""
    return " ".join(part for part in (starts, ends) if part) or "always"


def _stored(
    users: Sequence[int], going: Collection[int]
) -> tuple[dict[tuple[int, str], list[StoredGrant]], set[tuple[int, str]]]:
    """The direct roles and the accounts of these people."""
    grants: dict[tuple[int, str], list[StoredGrant]] = defaultdict(list)
    rows = UserRole.rows.across(Crossing.ESTATE).filter(user_id__in=users)
    columns = ("user_id", "account_id", "role__account_id", "id", "role_id", "role__name")
    found = list(rows.values_list(*columns, "valid_from", "valid_until", "condition"))
    foreign = [key for _, account, owner, key, *_ in found if owner is not None and owner != account]
    dead = {key for some in portions(foreign) for key in _remains(Q(id__in=some)).values_list("id", flat=True)}
    for user, account, _, key, role, name, starts, ends, condition in found:
        if key not in going:
            stored = StoredGrant(key, role, name, Validity(starts, ends), condition, key not in dead)
            grants[user, account].append(stored)
    linked = AccountUser.rows.across(Crossing.ESTATE).filter(user_id__in=users)
    return grants, set(linked.values_list("user_id", "account_id"))


def _remains(which: Q) -> QuerySet[UserRole]:
    """What ended shares have left among these direct roles: it counts for nothing any more (SHARE-18)."""
    rows = UserRole.rows.across(Crossing.SHARE_ENDS).filter(which, role__account__isnull=False)
    return rows.exclude(role__account_id=F("account_id")).exclude(default_own_or_shared())


@dataclass(frozen=True, slots=True)
class Remain:
    """A direct role that an ended share has left, and that counts for nothing."""

    id: int
    account: str
    email: str
    role_name: str


def remains(roles: Sequence[RoleId], accounts: Sequence[str]) -> list[Remain]:
    """What ended shares have left of these roles anywhere, and of any role in these accounts.

    It must be deleted before a share of the roles or a membership of the accounts begins, so that it does not come back
    (SHARE-18).
    """
    conditions = [Q(role_id__in=some) for some in portions(roles)]
    conditions += [Q(account_id__in=some) for some in portions(accounts)]
    found: dict[int, Remain] = {}
    for condition in conditions:
        rows = _remains(condition).order_by("id").values_list("id", "account_id", "user__email", "role__name")
        found.update((values[0], Remain(*values)) for values in rows)
    return list(found.values())


def forget(left: Sequence[Remain]) -> None:
    """Delete what ended shares have left."""
    for some in portions(left):
        UserRole.rows.across(Crossing.SHARE_ENDS).filter(id__in=[remain.id for remain in some]).delete()


def entries_of_loss(left: Sequence[Remain]) -> Iterator[BulkEntry]:
    """What the log of each account tells of it (AUD-4)."""
    for remain in left:
        message = f"{remain.role_name} was lost: the role was no longer shared with this account"
        lost = {"ROLE_NAME": (remain.role_name, None)}
        yield BulkEntry(Act.USER_ROLES_CHANGED, remain.account, remain.email, lost, message)


def check_limits(lines: Lines, changes: UserRoleChanges, limit: int | None, report: Report) -> None:
    """Judge the number of users of each account that gets new ones (ACC-11)."""
    if limit is None:
        return
    added: dict[str, list[int]] = defaultdict(list)
    for number in sorted(changes.linked):
        added[lines[number].account].append(number)
    counts: dict[str, int] = {}
    for some in portions(sorted(added)):
        rows = AccountUser.rows.across(Crossing.ESTATE).filter(account_id__in=some)
        counts.update(rows.values_list("account_id").annotate(users=Count("id")).order_by("account_id"))
    for account, numbers in added.items():
        total = counts.get(account, 0) + len(numbers)
        refusal = check_user_limit(AccountId(account), total - 1, limit)
        if refusal is not None:
            report(numbers[-1], "account", f"{refusal.message} ({refusal.rule})")


def check_administrators(changes: UserRoleChanges, at: Instant, report: Report) -> None:
    """Judge that accounts keep an Administrator (USER-11). Loading takes no role away, but may set an end to one, or
    put it under a condition.
    """
    concerned: dict[str, int] = {}
    after: dict[int, RoleGrant] = {}
    for number, account, grant, validity, condition in changes.changed:
        if grant.role == ADMINISTRATOR:
            concerned.setdefault(account, number)
            after[grant.id] = RoleGrant(ADMINISTRATOR, validity, condition=Condition(condition))
    for some in portions(sorted(concerned)):
        rows = UserRole.rows.across(Crossing.ESTATE).filter(account_id__in=some, role_id=ADMINISTRATOR)
        grants: dict[str, list[tuple[int, RoleGrant]]] = defaultdict(list)
        columns = rows.values_list("id", "account_id", "valid_from", "valid_until", "condition")
        for key, account, starts, ends, condition in columns:
            one = RoleGrant(ADMINISTRATOR, Validity(starts, ends), condition=Condition(condition))
            grants[account].append((key, one))
        for account, held in grants.items():
            refusal = granting.check_administrator_kept(
                AccountId(account),
                [one for _, one in held],
                [after.get(key, one) for key, one in held],
                at,
            )
            if refusal is not None:
                report(concerned[account], "valid_until", f"{refusal.message} ({refusal.rule})")


def write(lines: Lines, changes: UserRoleChanges, ids: Mapping[UserKey, int]) -> None:
    """Write the differences; `ids` are those of all people by now."""
    links = [(lines[n].account, ids[UserKey(lines[n].user)]) for n in changes.linked]
    links.sort()  # in the order of the indexes, so that each of their pages is written once
    insert_rows(AccountUser, ("account_id", "user_id"), links)
    del links
    grants = (
        (
            line.account,
            ids[UserKey(line.user)],
            line.role,
            given(line.valid_from, None),
            given(line.valid_until, None),
            given(line.condition, ""),
        )
        for line in (lines[number] for number in changes.granted)
    )
    insert_rows(UserRole, ("account_id", "user_id", "role_id", "valid_from", "valid_until", "condition"), grants)
    update_rows(
        UserRole,
        "id",
        ("valid_from", "valid_until", "condition"),
        ((grant.id, time.starts, time.ends, condition) for _, _, grant, time, condition in changes.changed),
    )


def entries(
    lines: Lines, changes: UserRoleChanges, title: Callable[[RoleId], str], email: Callable[[UserKey], str]
) -> Iterator[BulkEntry]:
    """The audit entries that the single commands would have written, account by account."""
    for entry in changes.entries:
        yield entry._replace(container=email(UserKey(entry.container)))
    order = changes.order
    starts = [place for place, number in enumerate(order) if number in changes.linked]
    starts.sort(key=lambda place: lines[order[place]].account)
    for place in starts:
        first = lines[order[place]]
        roles = [title(RoleId(str(first.role)))]
        for later in range(place + 1, len(order)):
            line = lines[order[later]]
            if line.user != first.user or line.account != first.account:
                break
            roles.append(title(RoleId(str(line.role))))
        address = email(UserKey(first.user))
        yield BulkEntry(Act.USER_ADDED, first.account, address, {"roles": ([], sorted(roles)), "user": (None, address)})


def accounts_of_people(users: Iterable[int]) -> dict[int, list[str]]:
    """The accounts of each of these people, sorted."""
    found: dict[int, list[str]] = defaultdict(list)
    for some in portions(list(users)):
        rows = AccountUser.rows.across(Crossing.ACCOUNTS_OF_A_PERSON).filter(user_id__in=some)
        for user, account in rows.order_by("account_id").values_list("user_id", "account_id"):
            found[user].append(account)
    return found


def exported(account: AccountId | None) -> QuerySet[UserRole]:
    """The direct roles that an export tells: all that count, or those of one account that are default or its own.

    What ended shares have left counts for nothing (SHARE-18); and an account exported alone has no primary that could
    share a role with it.
    """
    if account is None:
        return UserRole.rows.across(Crossing.ESTATE).filter(default_own_or_shared())
    return UserRole.rows.of(account).filter(Q(role__account__isnull=True) | Q(role__account_id=account))


def lines(account: AccountId | None) -> Iterator[UserRoleLine]:
    """Every direct role, or those of one account, by account, person and name of the role, own ones before shared."""
    order = by_code_point("account_id", "user__email_key", "role__name_key")
    foreign = Case(When(role__account_id=F("account_id"), then=Value(0)), default=Value(1), output_field=IntegerField())
    ordered = exported(account).order_by(*order, foreign)
    columns = ("account_id", "user__email", "role__name", "role__account_id", "valid_from", "valid_until", "condition")
    for owner, email, role, of, starts, ends, condition in ordered.values_list(*columns).iterator(chunk_size=5000):
        reference = role if of is None or of == owner else RoleElsewhere(of, role)
        yield UserRoleLine(owner, email, reference, _out(starts), _out(ends), condition or UNSET)


def _out(time: datetime | None) -> datetime | UnsetType:
    return UNSET if time is None else time
