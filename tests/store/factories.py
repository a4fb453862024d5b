"""Small builders that use the real commands, and what tests of commands look at before and after."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from tenantry.accounts import commands as accounts
from tenantry.accounts.models import Account
from tenantry.audit.models import Entry
from tenantry.groups import commands as groups
from tenantry.groups.models import GroupUser, GroupUserRole
from tenantry.groups.queries import all_accounts_of
from tenantry.jobs.kinds import Job, JobKind
from tenantry.jobs.models import QueuedJob
from tenantry.jobs.running import run_due
from tenantry.roles import commands as roles
from tenantry.roles.models import Role
from tenantry.rules.features import Feature
from tenantry.rules.refusals import Refusal, Refused
from tenantry.rules.sharing import Kind
from tenantry.rules.sign_on import Proof, ProvenBy
from tenantry.rules.vocabulary import OPERATOR, AccountId, Actor, GroupId, Instant, RoleId, Source, Status, user_key
from tenantry.sharing import commands as sharing
from tenantry.store import revisions
from tenantry.store.crossings import Crossing
from tenantry.store.models import Revision
from tenantry.store.raising import HEAD
from tenantry.users import commands as users
from tenantry.users.models import User, UserRole

AT: Instant = datetime(2031, 5, 20, 12, tzinfo=UTC)
"""The instant at which most things happen in these tests."""

BY_PASSWORD = Proof(by=ProvenBy.PASSWORD, at=AT)
"""A session that somebody has begun with a password."""

TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)

ADMINISTRATOR, STANDARD_USER = RoleId("ADMINISTRATOR"), RoleId("STANDARD_USER")
PRODUCTION_SUPPORT, SUPPORT = RoleId("PRODUCTION_SUPPORT"), RoleId("SUPPORT")
AUS = frozenset({Feature.ADVANCED_USER_SECURITY})
PARTNER = AUS | {Feature.ACCOUNT_GROUPS, Feature.API_TOKENS}

_numbers = count(1)


@dataclass(frozen=True)
class Somebody:
    """A person: the key of the row, the address as typed, and the actor that this person is at the console."""

    id: int
    email: str

    @property
    def actor(self) -> Actor:
        """This person, acting at the console."""
        return Actor(user_key(self.email), Source.UI)

    @property
    def row(self) -> User:
        """The row as it is now."""
        return User.objects.get(pk=self.id)


def an_account(name: str = "Home", features: frozenset[Feature] = AUS) -> AccountId:
    """An account of its own."""
    return accounts.create_account(actor=OPERATOR, at=AT, name=name, features=features)


def a_user(account: AccountId, *given: RoleId, email: str = "", password: str = "") -> Somebody:
    """A user of the account with these roles; with a password, somebody who has chosen it."""
    email = email or f"user{next(_numbers)}@example.com"
    added = users.add_user(
        actor=OPERATOR,
        at=AT,
        account=account,
        email=email,
        first_name="Some",
        last_name="Body",
        roles=frozenset(given),
        notify=False,
    )
    if password:
        person = User.objects.get(pk=added.user)
        person.set_password(password)
        User.objects.filter(pk=added.user).update(password=person.password, temporary_password=False)
    return Somebody(added.user, added.email)


def a_role(account: AccountId, name: str, *privileges: str, parent: RoleId | None = None) -> RoleId:
    """A custom role of the account."""
    return roles.create_role(actor=OPERATOR, at=AT, account=account, name=name, privileges=privileges, parent=parent)


def hold(
    account: AccountId, who: Somebody, role: RoleId, starts: Instant | None = None, ends: Instant | None = None
) -> None:
    """Give a role for a while. No command does that yet, so the row is written as a load of an estate writes it."""
    UserRole.rows.of(account).filter(user_id=who.id, role_id=role).delete()
    grant = UserRole(account_id=account, user_id=who.id, role_id=role, valid_from=starts, valid_until=ends)
    UserRole.rows.of(account).bulk_create([grant])
    revisions.raise_revisions([account])


def limited(account: AccountId, *privileges: str) -> Somebody:
    """Somebody who holds User Management - Limited and these. No command makes such a role; an estate may hold one."""
    role = a_role(account, f"Limited {next(_numbers)}")
    Role.rows.of(account).filter(id=role).update(privileges=["USER_MANAGEMENT_LIMITED", *privileges])
    revisions.raise_revisions([account])
    return a_user(account, role)


def manager(account: AccountId, *privileges: str) -> Somebody:
    """Somebody who holds User Management and these, and nothing else."""
    return a_user(account, a_role(account, f"Manager {next(_numbers)}", "USER_MANAGEMENT", *privileges))


def a_primary(name: str = "Partner", features: frozenset[Feature] = PARTNER) -> AccountId:
    """An account that can manage others."""
    return an_account(name, features)


def a_member(
    primary: AccountId, name: str = "Customer", features: frozenset[Feature] = AUS | {Feature.API_TOKENS}
) -> AccountId:
    """An account managed by the primary, no trial any more."""
    made = accounts.create_managed_account(actor=OPERATOR, at=AT, primary=primary, name=name, trial_ends=AT + 90 * DAY)
    for feature in sorted(features):
        accounts.switch_feature(actor=OPERATOR, at=AT, account=made, feature=feature, on=True)
    Account.rows.of(made).update(trial_ends=None)
    accounts.change_account_status(actor=OPERATOR, at=AT, account=made, status=Status.ACTIVE)
    return made


def somebody(
    email: str = "", *, signed_in: bool = True, staff: bool = False, external_id: str | None = None
) -> Somebody:
    """A person of no account. No command makes one, so the row is written as a load of an estate writes it."""
    email = email or f"person{next(_numbers)}@example.com"
    row = User.objects.create(
        email=email, email_key=user_key(email), signed_in=signed_in, staff=staff, external_id=external_id
    )
    return Somebody(row.pk, email)


def a_group(
    primary: AccountId,
    name: str = "Services",
    *,
    members: Iterable[AccountId] = (),
    people: Mapping[Somebody, Iterable[RoleId]] | None = None,
    shares: Iterable[RoleId] = (),
) -> GroupId:
    """An account group with these accounts, people and shared roles."""
    group = groups.create_group(actor=OPERATOR, at=AT, account=primary, name=name)
    if inside := frozenset(members):
        groups.add_accounts_to_group(actor=OPERATOR, at=AT, account=primary, group=group, members=inside)
    for who, given in (people or {}).items():
        enlist(primary, group, who, *given)
    if lent := frozenset(shares):
        lend(primary, group, *lent)
    return group


def all_accounts(primary: AccountId) -> GroupId:
    """The group that every primary has."""
    return GroupId(all_accounts_of(primary).id)


def enlist(primary: AccountId, group: GroupId, who: Somebody, *given: RoleId) -> None:
    """Put somebody into a group with these roles."""
    groups.add_user_to_group(
        actor=OPERATOR, at=AT, account=primary, group=group, email=who.email, roles=frozenset(given), notify=False
    )


def lend(primary: AccountId, group: GroupId, *lent: RoleId) -> None:
    """Share custom roles of the primary with a group."""
    sharing.share(actor=OPERATOR, at=AT, account=primary, group=group, kind=Kind.ROLE, resources=frozenset(lent))


def withdraw(primary: AccountId, group: GroupId, role: RoleId) -> None:
    """Withdraw a role from a group."""
    sharing.withdraw(actor=OPERATOR, at=AT, account=primary, group=group, kind=Kind.ROLE, resource=role)


def hold_in_group(
    primary: AccountId,
    group: GroupId,
    who: Somebody,
    role: RoleId,
    *,
    starts: Instant | None = None,
    ends: Instant | None = None,
) -> None:
    """Give a group role for a while. No command does that yet, so the row is written as a load writes it."""
    GroupUser.rows.of(primary).bulk_create(
        [GroupUser(account_id=primary, group_id=group, user_id=who.id)], ignore_conflicts=True
    )
    GroupUserRole.rows.of(primary).filter(group_id=group, user_id=who.id, role_id=role).delete()
    grant = GroupUserRole(
        account_id=primary, group_id=group, user_id=who.id, role_id=role, valid_from=starts, valid_until=ends
    )
    GroupUserRole.rows.of(primary).bulk_create([grant])
    revisions.raise_given([primary])


def held_by(account: AccountId, who: Somebody) -> set[str]:
    """The roles somebody holds directly in the account, in force or not."""
    return set(UserRole.rows.of(account).filter(user_id=who.id).values_list("role_id", flat=True))


def share_ends(primary: AccountId) -> list[Job]:
    """What ended shares of a primary have left to do, in order."""
    rows = QueuedJob.rows.of(primary).filter(kind=JobKind.SHARE_END).order_by("due", "id")
    return [Job(JobKind.SHARE_END, primary, row.key, row.details, row.due, row.attempts) for row in rows]


def finish_share_ends(portions: int = 1_000_000) -> int:
    """Do up to so many portions of what ended shares left; how many were done. None of them fails."""
    done = run_due(AT + 3650 * DAY, portions)
    assert not QueuedJob.rows.across(Crossing.JOBS).exclude(error="").exists()
    return done


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the product, as the database has it."""
    rows: dict[str, list[tuple[Any, ...]]] = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model.__module__.startswith("tenantry."):
                key = model._meta.pk.column
                cursor.execute(f'SELECT * FROM "{model._meta.db_table}" ORDER BY "{key}"')  # noqa: S608 - our own names
                rows[model.__name__] = cursor.fetchall()
    return rows


def numbers() -> dict[str, int]:
    """The revision of every scope, the head apart."""
    return dict(Revision.objects.exclude(scope=HEAD).values_list("scope", "number"))


def given_numbers() -> dict[str, int]:
    """How often what a scope gives the accounts it manages has changed."""
    return dict(Revision.objects.values_list("scope", "given"))


def entries(account: AccountId) -> list[Entry]:
    """The account's audit log, oldest first."""
    return list(Entry.rows.of(account).order_by("id"))


@contextmanager
def refused(kind: type[Refusal], rule: str) -> Iterator[list[Refusal]]:
    """What happens inside is refused for this reason, and not one row has changed."""
    before = everything()
    caught: list[Refusal] = []
    with pytest.raises(Refused) as raised:
        yield caught
    refusal = raised.value.refusal
    caught.append(refusal)
    assert type(refusal) is kind, refusal
    assert refusal.rules[0] == rule
    assert everything() == before


@dataclass
class Written:
    """What an act wrote: the new entries by account, and the scopes whose revision it raised, with by how much.

    `gave` tells the same of what primaries give the accounts they manage.
    """

    entries: dict[str, list[Entry]] = field(default_factory=dict)
    raised: dict[str, int] = field(default_factory=dict)
    gave: dict[str, int] = field(default_factory=dict)

    def only(self, account: AccountId) -> Entry:
        """The one entry, which is in this account."""
        assert list(self.entries) == [account]
        [entry] = self.entries[account]
        return entry


@contextmanager
def watched() -> Iterator[Written]:
    """Tell what was written inside."""
    log: models.QuerySet[Entry] = models.QuerySet(Entry)
    last = log.order_by("-id").values_list("id", flat=True).first() or 0
    before, given_before = numbers(), given_numbers()
    written = Written()
    yield written
    for entry in log.filter(id__gt=last).order_by("id"):
        written.entries.setdefault(entry.account_id, []).append(entry)
    written.raised = _risen(before, numbers())
    written.gave = _risen(given_before, given_numbers())


def _risen(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """By how much which scopes went up; new ones are left out."""
    return {scope: now - before[scope] for scope, now in after.items() if scope in before and now != before[scope]}


def changes(entry: Entry) -> Mapping[str, tuple[Any, Any]]:
    """The properties of an entry: name to (old, new)."""
    return {one["name"]: (one["old"], one["new"]) for one in entry.properties}


def words(entry: Entry) -> tuple[str, str, str]:
    """Type, action and modifier."""
    return (entry.type, entry.action, entry.modifier)
