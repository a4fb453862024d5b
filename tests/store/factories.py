"""Small builders that use the real commands, and what tests of commands look at before and after."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from tenantry.accounts import commands as accounts
from tenantry.audit.models import Entry
from tenantry.roles import commands as roles
from tenantry.roles.models import Role
from tenantry.rules.features import Feature
from tenantry.rules.refusals import Refusal, Refused
from tenantry.rules.vocabulary import OPERATOR, AccountId, Actor, Instant, RoleId, Source, user_key
from tenantry.store import revisions
from tenantry.store.models import Revision
from tenantry.users import commands as users
from tenantry.users.models import User, UserRole

AT: Instant = datetime(2031, 5, 20, 12, tzinfo=UTC)
"""The instant at which most things happen in these tests."""

TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)

ADMINISTRATOR, STANDARD_USER = RoleId("ADMINISTRATOR"), RoleId("STANDARD_USER")
PRODUCTION_SUPPORT, SUPPORT = RoleId("PRODUCTION_SUPPORT"), RoleId("SUPPORT")
AUS = frozenset({Feature.ADVANCED_USER_SECURITY})

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


def held_by(account: AccountId, who: Somebody) -> set[str]:
    """The roles somebody holds directly in the account, in force or not."""
    return set(UserRole.rows.of(account).filter(user_id=who.id).values_list("role_id", flat=True))


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
    """The revision of every scope."""
    return dict(Revision.objects.values_list("scope", "number"))


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
    """What an act wrote: the new entries by account, and the scopes whose revision it raised, with by how much."""

    entries: dict[str, list[Entry]] = field(default_factory=dict)
    raised: dict[str, int] = field(default_factory=dict)

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
    before = numbers()
    written = Written()
    yield written
    for entry in log.filter(id__gt=last).order_by("id"):
        written.entries.setdefault(entry.account_id, []).append(entry)
    written.raised = {
        scope: number - before[scope]
        for scope, number in numbers().items()
        if scope in before and number != before[scope]
    }


def changes(entry: Entry) -> Mapping[str, tuple[Any, Any]]:
    """The properties of an entry: name to (old, new)."""
    return {one["name"]: (one["old"], one["new"]) for one in entry.properties}


def words(entry: Entry) -> tuple[str, str, str]:
    """Type, action and modifier."""
    return (entry.type, entry.action, entry.modifier)
