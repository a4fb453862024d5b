"""Answers, never older than the last committed write: snapshots kept per account, proven current before each use."""

import threading
from collections.abc import Callable, Collection
from typing import Final, TypeVar

from django.db import transaction

from tenantry.decisions.facts import ATTEMPTS, load_people, load_snapshot
from tenantry.decisions.memory import Memory
from tenantry.rules import refusals as no
from tenantry.rules.answers import Access, Decision, Denied
from tenantry.rules.conditions import Judge, unjudged
from tenantry.rules.decide import Snapshot, access_of, decide, of_object, place_now
from tenantry.rules.places import Place
from tenantry.rules.vocabulary import UNCONDITIONAL, AccountId, Condition, Instant, Person, user_key
from tenantry.store import revisions
from tenantry.store.proof import CannotProveCurrent, Proof
from tenantry.store.revisions import Changes
from tenantry.store.transaction import readable
from tenantry.users.queries import find_person, find_user, keys_of_external_ids

T = TypeVar("T")

CAPACITY: Final = 1_000_000
"""How many people, roles and places of accounts are kept at most, some hundred bytes each."""


ALIVE: Final = 0.5
"""Seconds within which a database that is there answers somebody who has waited in vain for something else already."""


class State:
    """What is the case, no older than when it was asked for: facts and answers, without another look at the head.

    Accounts that were looked at stand still: all answers about one are of the same facts. For one thread, and not to be
    kept.
    """

    __slots__ = ("_engine", "_facts", "_head")

    def __init__(self, engine: "Engine", head: int) -> None:
        """The state at `head` or after it, which has been proven."""
        self._engine = engine
        self._head = head
        self._facts: dict[AccountId, Snapshot | None] = {}

    @property
    def revision(self) -> int:
        """The number of the head: all that was raised up to it is known here."""
        return self._head

    def as_new_as(self, number: int | None) -> "State":
        """This state, if it is as new as the head of this number; raises `CannotProveCurrent` otherwise."""
        if number is not None and self._head < number:
            raise CannotProveCurrent(f"the database is at revision {self._head}, and {number} was asked for")
        return self

    def at_the_same(self) -> "State":
        """Another of the same head, for another call."""
        return State(self._engine, self._head)

    def snapshot(self, account: AccountId) -> Snapshot | None:
        """The facts of an account; `None` if there is no such account.

        In a crowded one nobody can be asked about who was not looked up: `about` and `everybody` do that.
        """
        if account not in self._facts:
            self._facts[account] = self._engine.snapshot_as_of(account, self._head)
        return self._facts[account]

    def thing(self, scope: str, load: Callable[[], T]) -> T:
        """What a scope is about that is no account: loaded once until the scope is raised."""
        return self._engine.thing(scope, load)

    def about(self, account: AccountId, *users: str) -> Snapshot | None:
        """The facts of an account in which these people, by address or the host's id, can be asked about; `None` if
        there is no such account. Those who are missing cost three queries, however many they are; where the account has
        changed meanwhile, it is looked at anew for them, and stands still as it is then.
        """
        facts = self.snapshot(account)
        if facts is None or not facts.crowded:
            return facts
        missing = [user for user in users if facts.missing(user) or facts.missing(user_key(user))]
        if missing:
            facts = self._facts[account] = self._engine.with_people(facts, names_of(missing), self._head)
        return facts

    def everybody(self, account: AccountId) -> Snapshot | None:
        """The facts of an account with all its users, however many they are; those of a crowded one are not kept."""
        facts = self.snapshot(account)
        if facts is None or not facts.crowded:
            return facts
        return self._engine.load_whole(account, self._head)

    def decide(
        self,
        *,
        user: str,
        privilege: str,
        account: AccountId,
        at: Instant,
        place: Place | None = None,
        judge: Judge = unjudged,
        condition: Condition = UNCONDITIONAL,
    ) -> Decision:
        """May `user` (e-mail address or the host's id) do `privilege` in `account`, or in a `place` of it, at `at`?

        Of `place` only which one it is counts: its role list is read from the facts, at the state they prove. `judge`
        says which conditions are met; `condition` is the one that what is asked about has itself for the privilege.
        """
        facts = self.about(account, user)
        if facts is None:
            return Denied(unknown(user, account))
        key, stranger = subject_in(facts, user)
        if place is not None:
            found = place_now(facts.account, place)
            if isinstance(found, no.EnvironmentNotFound):
                return Denied(found)
            place = found
        decision = decide(facts, key, privilege, at, stranger, place, judge)
        return of_object(decision, condition, facts, key, stranger, judge) if condition else decision

    def access(self, *, user: str, account: AccountId, at: Instant) -> Access | Denied:
        """How `user` is in `account` at `at`: roles and privileges, or why not at all."""
        facts = self.about(account, user)
        if facts is None:
            return Denied(unknown(user, account))
        key, stranger = subject_in(facts, user)
        return access_of(facts, key, at, stranger)


class OwnState(State):
    """What a transaction sees, its own writes included: read when asked for, since they are not committed yet, and
    compared with what is remembered by the stamps that the transaction sees.
    """

    __slots__ = ()

    @property
    def revision(self) -> int:
        """The head as the transaction sees it."""
        return revisions.head()

    def snapshot(self, account: AccountId) -> Snapshot | None:
        """The facts of an account as the transaction sees them."""
        return self._engine.snapshot_of_transaction(account)

    def thing(self, scope: str, load: Callable[[], T]) -> T:
        """What a scope is about as the transaction sees it."""
        del scope
        return load()


class Engine:
    """The snapshots of one process. Threads may share it."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        """Keep snapshots that together weigh at most `capacity`."""
        self._capacity = capacity
        self._memory = Memory(0, capacity)
        self._proof = Proof(self._hear)
        self._moved = threading.Condition()

    def current(self, at_least: int | None = None) -> State:
        """The state as it is now, proven by one look at the head that is shared by all who wait for it.

        With `at_least`, the number of a head, the state that this process has come to know already is enough if it is
        as new as that, and nothing is looked up. Inside a command's transaction it is what that one sees. Raises
        `CannotProveCurrent` within a second where the database does not answer, or has not come to that number.
        """
        if revisions.writing():
            return OwnState(self, 0)
        found = self.known(at_least) if at_least is not None else None
        return found or self.looked_up().as_new_as(at_least)

    def known(self, at_least: int) -> State | None:
        """The state that this process has come to know, if it is as new as the head of this number."""
        head = self._memory.head
        return State(self, head) if head >= at_least else None

    def looked_up(self) -> State:
        """The state as it is now outside of any transaction. Raises `CannotProveCurrent` within a second."""
        return State(self, self._proof.head())

    def snapshot(self, account: AccountId) -> Snapshot | None:
        """The facts of an account as they are now; `None` if there is no such account."""
        return self.current().snapshot(account)

    def decide(
        self,
        *,
        user: str,
        privilege: str,
        account: AccountId,
        at: Instant,
        place: Place | None = None,
        judge: Judge = unjudged,
        condition: Condition = UNCONDITIONAL,
    ) -> Decision:
        """`State.decide` of the state as it is now."""
        return self.current().decide(
            user=user, privilege=privilege, account=account, at=at, place=place, judge=judge, condition=condition
        )

    def access(self, *, user: str, account: AccountId, at: Instant) -> Access | Denied:
        """`State.access` of the state as it is now."""
        return self.current().access(user=user, account=account, at=at)

    @readable
    def snapshot_as_of(self, account: AccountId, head: int) -> Snapshot | None:
        """The facts of an account as of a head that was proven, or after it: what is remembered, if nothing has been
        told since that concerns it.
        """
        memory = self._memory
        found = memory.current(account, head)
        if found is not None:
            return found
        loaded = load_snapshot(account, memory.shared, memory.old(account), at_least=head)
        if loaded is not None:
            memory.keep(account, loaded, head)
        return loaded

    @readable
    def snapshot_of_transaction(self, account: AccountId) -> Snapshot | None:
        """The facts of an account as this transaction sees them. What is read is not kept: it is not committed yet."""
        memory = self._memory
        kept = memory.old(account)
        if kept is None or kept.revisions != revisions.stamps(account, kept.primary):
            return load_snapshot(account, memory.shared)
        if kept.inside is None or kept.account.given is None or not kept.crowded:
            return kept
        # Who is looked up here may be as this transaction alone sees them.
        return Snapshot.of(kept.inside, kept.account.given, kept.revisions)

    @readable
    def with_people(self, facts: Snapshot, names: Collection[str], head: int) -> Snapshot | None:
        """Facts of a crowded account in which people of these names are looked up: these, or later ones."""
        account = facts.account.id
        memory = self._memory
        for _ in range(ATTEMPTS):
            if load_people(facts, names):
                return facts
            loaded = load_snapshot(account, memory.shared, facts, at_least=head)
            if loaded is None:
                return None
            if not revisions.writing():
                memory.keep(account, loaded, head)
            facts = loaded
        with transaction.atomic():  # others write faster than can be read: they wait for this once
            revisions.lock(account, *([facts.primary] if facts.primary else ()))
            latest = load_snapshot(account, memory.shared)
            if latest is not None:
                load_people(latest, names)
            return latest

    @readable
    def load_whole(self, account: AccountId, head: int) -> Snapshot | None:
        """The facts of an account with all its users, read now."""
        return load_snapshot(account, self._memory.shared, at_least=head, whole=True)

    def wait_beyond(self, number: int, seconds: float) -> int:
        """The head that is known when it has gone beyond `number`, or after so long. Somebody has to look meanwhile:
        whoever asks for decisions, or what follows changes (`decisions.following`).
        """
        with self._moved:
            self._moved.wait_for(lambda: self._memory.head > number, timeout=seconds)
            return self._memory.head

    def prove(self) -> int:
        """The head as it is now. Raises `CannotProveCurrent` where the database does not answer."""
        return self._proof.head(ALIVE)

    @readable
    def refresh(self) -> None:
        """Look, and read anew what has changed and was asked for lately, before somebody has to wait for it."""
        head = self._proof.head()
        memory = self._memory
        for account in memory.wanted():
            loaded = load_snapshot(account, memory.shared, memory.old(account), at_least=head)
            if loaded is not None:
                memory.keep(account, loaded, head, used=False)

    @readable
    def thing(self, scope: str, load: Callable[[], T]) -> T:
        """What is remembered about a scope that is no account."""
        return self._memory.thing(scope, load)

    def forget(self) -> None:
        """Begin anew, with another connection: for a database that has been put in the place of the one known."""
        self._proof.close()
        self._memory = Memory(0, self._capacity)

    def _hear(self, changes: Changes) -> None:
        if not self._memory.hear(changes):
            self._memory = Memory(changes.head, self._capacity)
        with self._moved:
            self._moved.notify_all()


@readable
def subject_in(facts: Snapshot, user: str) -> tuple[str, Person | None]:
    """The key by which `facts` know this user, or what is known of somebody without any role there."""
    if facts.standing(user) is not None:
        return user, None
    key = user_key(user)
    if facts.standing(key) is not None:
        return key, None
    found = find_user(user)
    if found is None:
        return key, None
    if facts.standing(found.email_key) is not None:  # the facts know some people by their address alone
        return found.email_key, None
    return key, Person(found.locked, found.staff, found.properties)


def names_of(users: Collection[str]) -> frozenset[str]:
    """The names by which the facts of a crowded account are looked up for these people: each as given, as an address
    key, and the address of whom the host knows by that id.
    """
    names = {*users, *map(user_key, users)}
    return frozenset(names | keys_of_external_ids(names))


def unknown(user: str, account: AccountId) -> no.UnknownUser | no.UnknownAccount:
    """What a question about an account that does not exist is answered with: the asker first."""
    return no.UnknownUser(user=user) if find_person(user) is None else no.UnknownAccount(account=account)


ENGINE: Final = Engine()
"""The snapshots of this process."""
