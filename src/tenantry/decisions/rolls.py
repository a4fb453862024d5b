"""Who may be somebody in an account: its users, people of the groups that hold it, support staff; for lists of people.

Loaded in a few queries whatever their number, and kept as long as the facts it was put together with are current.
"""

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from tenantry.decisions.engine import ENGINE
from tenantry.decisions.facts import ATTEMPTS
from tenantry.groups.models import GroupUser
from tenantry.rules.decide import Snapshot, Standing
from tenantry.rules.facts import NO_GRANTS, Held, outside_grants
from tenantry.rules.vocabulary import (
    ALWAYS,
    AccountId,
    Condition,
    Person,
    RoleGrant,
    RoleId,
    UserKey,
    Validity,
)
from tenantry.store import revisions
from tenantry.store.lines import portions
from tenantry.users.models import User, UserRole

WEIGHT: Final = 200_000
"""People kept at most, over all accounts; of what was asked for longest ago goes first."""


@dataclass(frozen=True, slots=True)
class Roll:
    """People by the names that answers give them, sorted: the host's id, else the e-mail address; each with the
    standing in the account.
    """

    revisions: tuple[int, ...]
    people: tuple[tuple[str, Standing], ...]
    keys: frozenset[UserKey]


class Rolls:
    """The rolls of a process. Threads share them."""

    def __init__(self, weight: int = WEIGHT) -> None:
        """Keep rolls of so many people together."""
        self._kept: OrderedDict[AccountId, Roll] = OrderedDict()
        self._lock = threading.Lock()
        self._limit = weight
        self._weight = 0

    def roll(self, facts: Snapshot) -> Roll:
        """The roll of the account whose facts these are, as of them or after them; support staff apart."""
        account = facts.account.id
        kept = self._kept.get(account)
        if kept is not None and kept.revisions == facts.revisions:
            with self._lock:
                if account in self._kept:
                    self._kept.move_to_end(account)
            return kept
        loaded = load_roll(facts)
        if not revisions.writing():
            self._keep(account, loaded)
        return loaded

    def _keep(self, account: AccountId, roll: Roll) -> None:
        with self._lock:
            old = self._kept.pop(account, None)
            self._weight += len(roll.people) - (len(old.people) if old is not None else 0)
            self._kept[account] = roll
            while self._weight > self._limit and len(self._kept) > 1:
                _, gone = self._kept.popitem(last=False)
                self._weight -= len(gone.people)


ROLLS: Final = Rolls()
"""Those of this process."""


def load_roll(facts: Snapshot) -> Roll:
    """Read who is in the account of these facts, as of one state of the database: theirs, or a later one."""
    account = facts.account.id
    for _ in range(ATTEMPTS):
        roll = _read(facts)
        if revisions.stamps(account, facts.primary) == facts.revisions:
            return roll
        facts = ENGINE.snapshot(account) or facts
    with transaction.atomic():  # others write faster than can be read: they wait for this once
        revisions.lock(account, *([facts.primary] if facts.primary else ()))
        return _read(ENGINE.snapshot(account) or facts)


def staff_besides(facts: Snapshot, besides: Collection[UserKey]) -> Iterator[tuple[str, Standing]]:
    """Support staff who are in the account as nothing but that. One query; nobody's revision tells who is staff."""
    rows = User.objects.filter(staff=True).order_by("email_key")
    standings: dict[Person, Standing] = {}
    columns = ("email_key", "email", "external_id", "locked", "properties")
    for key, email, external, locked, properties in rows.values_list(*columns):
        if key not in besides:
            person = Person(locked, staff=True, properties=properties)
            standing = standings.get(person)
            if standing is None:
                standing = standings[person] = Standing(Held(person), facts.account)
            yield external or email, standing


def _read(facts: Snapshot) -> Roll:
    shapes = _Shapes(facts)
    found = {
        key: (name, shapes.standing(key, person, direct)) for key, name, person, direct in _direct(facts.account.id)
    }
    for key, name, person in _others(facts, found):
        found[key] = (name, shapes.standing(key, person, NO_GRANTS))
    return Roll(facts.revisions, tuple(sorted(found.values(), key=lambda one: one[0])), frozenset(found))


class _Shapes:
    """The standings of people who hold the same are one."""

    def __init__(self, facts: Snapshot) -> None:
        self._account = facts.account
        self._temporary = facts.inside.temporary if facts.inside is not None else {}
        self._standings: dict[Held, Standing] = {}

    def standing(self, key: UserKey, person: Person, direct: tuple[RoleGrant, ...]) -> Standing:
        temporary = self._temporary.get(key)
        outside = outside_grants(self._account.groups, key)
        held = Held(person, direct, outside, temporary[1] if temporary is not None else NO_GRANTS)
        found = self._standings.get(held)
        if found is None:
            found = self._standings[held] = Standing(held, self._account)
        return found


def _direct(account: AccountId) -> Iterator[tuple[UserKey, str, Person, tuple[RoleGrant, ...]]]:
    """Every direct user with the name, the person and the grants; one query."""
    rows = UserRole.rows.of(account).order_by("user_id", "role_id")
    columns = (
        *("user_id", "user__email_key", "user__email", "user__external_id", "user__locked", "user__staff"),
        *("user__properties", "role_id", "valid_from", "valid_until", "condition"),
    )
    lasting: dict[tuple[str, str], RoleGrant] = {}
    same: dict[tuple[RoleGrant, ...], tuple[RoleGrant, ...]] = {}
    people: dict[tuple[bool, bool, str], Person] = {}
    told: dict[int, tuple[UserKey, str, Person]] = {}
    grants: dict[int, list[RoleGrant]] = defaultdict(list)
    for user, key, email, external, *known, role, starts, ends, condition in rows.values_list(*columns).iterator(
        chunk_size=10_000
    ):
        if user not in told:
            locked, is_staff, properties = known
            person = people.setdefault((locked, is_staff, properties), Person(locked, is_staff, properties))
            told[user] = (UserKey(key), external or email, person)
        if starts is None and ends is None:
            made = lasting.get((role, condition)) or RoleGrant(RoleId(role), ALWAYS, condition=Condition(condition))
            grant = lasting.setdefault((role, condition), made)
        else:
            grant = RoleGrant(RoleId(role), Validity(starts, ends), condition=Condition(condition))
        grants[user].append(grant)
    for user, (key, name, person) in told.items():
        held = tuple(grants[user])
        yield key, name, person, same.setdefault(held, held)


def _others(facts: Snapshot, known: Mapping[UserKey, object]) -> Iterator[tuple[UserKey, str, Person]]:
    """People of the groups that hold the account, and those with temporary grants, who are no direct users."""
    account, inside = facts.account, facts.inside
    if account.groups and account.given is not None and account.given.owner is not None:
        rows = GroupUser.rows.of(account.given.owner).filter(group_id__in=[group.id for group in account.groups])
        columns = rows.values_list("user__email_key", "user__email", "user__external_id").distinct()
        for key, email, external in columns.iterator(chunk_size=10_000):
            person = account.given.people.get(UserKey(key))
            if key not in known and person is not None:
                yield UserKey(key), external or email, person
    temporary = inside.temporary if inside is not None else {}
    missing = sorted(key for key in temporary if key not in known)
    for some in portions(missing):
        named = User.objects.filter(email_key__in=some).values_list("email_key", "email", "external_id")
        for key, email, external in named:
            yield UserKey(key), external or email, temporary[UserKey(key)][0]
