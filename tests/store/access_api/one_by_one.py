"""What searches have to say: every question asked by itself, over all that a world has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple
from unittest.mock import patch

from django.db.models import Q

from tenantry.accounts.models import Account
from tenantry.build.models import LIVING, Folder
from tenantry.build.queries import top_id
from tenantry.decisions import reached_now, rolls as module_of_rolls
from tenantry.decisions.authzen import Action, Evaluation, Resource, Served, Subject, evaluate
from tenantry.decisions.engine import ENGINE, OwnState
from tenantry.decisions.reached import Reached, Somebody, load_reached
from tenantry.decisions.rolls import Roll, load_roll
from tenantry.decisions.search_actions import find_actions
from tenantry.decisions.search_people import PeopleAsked, find_people
from tenantry.decisions.search_resources import ResourcesAsked, find_resources
from tenantry.environments.models import Environment
from tenantry.objects.models import HostObject
from tenantry.rules.decide import Snapshot
from tenantry.rules.roles import DEFAULT_ROLE_IDS
from tenantry.rules.sharing import Kind
from tenantry.rules.using import USE
from tenantry.rules.vocabulary import AccountId, Instant
from tenantry.sharing.kinds import SOURCES
from tenantry.store.crossings import Crossing
from tenantry.users.models import User

Context = dict[str, Any]

KINDS = [kind.value for kind in Kind]


class Thing(NamedTuple):
    """Something to ask about, in an account or by itself."""

    type: str
    id: str
    account: str | None = None

    @property
    def properties(self) -> dict[str, Any]:
        """As a request has them."""
        return {} if self.account is None else {"account": self.account}


def everybody() -> list[str]:
    """All people by the names that searches give them, and one who is not there."""
    found = User.objects.values_list("external_id", "email")
    return [external or email for external, email in found]


def everything(accounts: Iterable[str]) -> Iterator[Thing]:
    """All that can be asked about: each by itself, in its own account, and in another. What can be shared, in all."""
    ids = [*accounts]
    found: set[tuple[str, str, str]] = {("folder", top_id(account), account) for account in ids}
    places = Environment.rows.across(Crossing.DOCTOR).values_list("id", "account_id")
    folders = Folder.rows.across(Crossing.DOCTOR).filter(LIVING).values_list("id", "account_id")
    found |= {("environment", key, owner) for key, owner in places}
    found |= {("folder", key, owner) for key, owner in folders}
    found |= {*HostObject.rows.across(Crossing.DOCTOR).values_list("type", "object_id", "account_id")}
    for kind, source in SOURCES.items():
        rows = source.table.rows.across(Crossing.DOCTOR).filter(account_id__isnull=False)
        found |= {(kind.value, key, account) for key in rows.values_list("id", flat=True) for account in ids}
    found |= {("role", role, account) for role in DEFAULT_ROLE_IDS for account in ids}
    yield from (Thing("account", account) for account in ids)
    yield from (Thing(kind, key) for kind, key in sorted({one[:2] for one in found}))
    yield from (Thing(*one) for one in sorted(found))
    strange = {(kind, key, ids[number % len(ids)]) for number, (kind, key, _) in enumerate(sorted(found))}
    yield from (Thing(*one) for one in sorted(strange - found))


class Said(NamedTuple):
    """What requests say of subjects, resources and the circumstances, for conditions."""

    subject: dict[str, Any]
    resource: dict[str, Any]
    context: dict[str, Any]


NOTHING_SAID = Said({}, {}, {})


class Still(OwnState):
    """What a transaction sees, each account looked at once: nothing changes while questions are compared."""

    __slots__ = ("_seen",)

    def __init__(self) -> None:
        """Look at nothing yet."""
        super().__init__(ENGINE, 0)
        self._seen: dict[AccountId, Snapshot | None] = {}

    def snapshot(self, account: AccountId) -> Snapshot | None:
        """The facts of an account."""
        if account not in self._seen:
            self._seen[account] = super().snapshot(account)
        return self._seen[account]


@contextmanager
def each_looked_at_once() -> Iterator[None]:
    """What searches read of a person or an account is read once, as nothing changes meanwhile."""
    reached: dict[tuple[Somebody, str], Reached] = {}
    rolls: dict[AccountId, Roll] = {}

    def once_reached(somebody: Somebody, bounds: Q | None = None) -> Reached:
        key = (somebody, repr(bounds))
        if key not in reached:
            reached[key] = load_reached(somebody, bounds)
        return reached[key]

    def once_read(facts: Snapshot) -> Roll:
        account = facts.account.id
        if account not in rolls:
            rolls[account] = load_roll(facts)
        return rolls[account]

    with patch.object(reached_now, "load_reached", once_reached), patch.object(module_of_rolls, "load_roll", once_read):
        yield


@dataclass(frozen=True)
class Comparison:
    """Who is asked about what, and all that is answered yes when each question is asked by itself."""

    people: list[str]
    things: list[Thing]
    actions: list[str]
    at: Instant
    served: Served = None
    said: Said = NOTHING_SAID
    state: Still = field(default_factory=Still)

    @cached_property
    def yes(self) -> set[tuple[str, str, Thing]]:
        """Every question, one by one."""
        found = set()
        for thing in self.things:
            resource = Resource(thing.type, thing.id, {**self.said.resource, **thing.properties})
            for action in [USE] if thing.type in KINDS else self.actions:
                for user in self.people:
                    subject = Subject("user", user, self.said.subject)
                    question = Evaluation(subject, Action(action), resource, self.said.context)
                    if evaluate(self.state, question, self.at, self.served).allowed:
                        found.add((user, action, thing))
        return found

    def compare(self) -> int:
        """All three searches say the same; how many questions were answered yes."""
        with each_looked_at_once():
            self._compare_people()
            self._compare_things()
            self._compare_actions()
        return len(self.yes)

    def _compare_people(self) -> None:
        for thing in self.things:
            resource = Resource(thing.type, thing.id, {**self.said.resource, **thing.properties})
            for action in [*self.actions, USE]:
                asked = PeopleAsked("user", Action(action), resource, self.said.context, self.said.subject)
                names = find_people(self.state, asked, self.at, self.served).names
                wanted = sorted(user for user in self.people if (user, action, thing) in self.yes)
                assert [name for name in names if name in self.people] == wanted, (thing, action)

    def _compare_things(self) -> None:
        types = sorted({(thing.type, thing.account) for thing in self.things}, key=repr)
        for user in self.people:
            for kind, account in types:
                named = {} if account is None else {"account": account}
                sought = Resource(kind, "", {**self.said.resource, **named})
                for action in [*self.actions, USE]:
                    subject = Subject("user", user, self.said.subject)
                    asked = ResourcesAsked(subject, Action(action), sought, self.said.context)
                    names = find_resources(self.state, asked, self.at, self.served).names
                    mine = {one for who, what, one in self.yes if (who, what) == (user, action)}
                    wanted = {one.id for one in mine if (one.type, one.account) == (kind, account)}
                    assert names == sorted(wanted), (user, action, kind, account)

    def _compare_actions(self) -> None:
        for thing in self.things:
            resource = Resource(thing.type, thing.id, {**self.said.resource, **thing.properties})
            for user in self.people:
                asked: tuple[Subject, Resource, Context] = (
                    Subject("user", user, self.said.subject),
                    resource,
                    self.said.context,
                )
                names = find_actions(self.state, asked, self.at, self.served).names
                told = [name for name in names if name in {*self.actions, USE}]
                assert told == sorted(what for who, what, one in self.yes if (who, one) == (user, thing)), (user, thing)


def some_accounts() -> list[AccountId]:
    """All accounts that there are."""
    return [AccountId(key) for key in Account.rows.across(Crossing.DOCTOR).order_by("id").values_list("id", flat=True)]
