"""Answers, never older than the last committed write: snapshots kept per account, proven current before each use."""

import threading
from collections import OrderedDict
from typing import Final

from tenantry.decisions.facts import Kept, load_snapshot
from tenantry.rules import refusals as no
from tenantry.rules.answers import Access, Decision, Denied
from tenantry.rules.conditions import Judge, unjudged
from tenantry.rules.decide import Snapshot, access_of, decide, of_object, place_now
from tenantry.rules.places import Place
from tenantry.rules.vocabulary import UNCONDITIONAL, AccountId, Condition, Instant, Person, user_key
from tenantry.store import revisions
from tenantry.store.transaction import readable
from tenantry.users.queries import find_person, find_user

CAPACITY: Final = 20_000
"""Snapshots kept at most; the one compiled longest ago goes first."""


class Engine:
    """The snapshots of one process. Threads may share it."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        """Keep at most `capacity` snapshots."""
        self._snapshots: OrderedDict[AccountId, Snapshot] = OrderedDict()
        self._lock = threading.Lock()
        self._shared = Kept()
        self._capacity = capacity

    @readable
    def snapshot(self, account: AccountId) -> Snapshot | None:
        """The facts of an account, proven current by one look-up of its stamps; `None` if there is no such account.

        Inside a command's transaction it sees that command's own writes, and compiles them without keeping them:
        they are not committed yet.
        """
        kept = self._snapshots.get(account)
        if kept is not None and kept.revisions == revisions.stamps(account, kept.primary):
            return kept
        loaded = load_snapshot(account, self._shared, None if revisions.writing() else kept)
        if loaded is not None and not revisions.writing():
            self._keep(account, loaded)
        return loaded

    def _keep(self, account: AccountId, snapshot: Snapshot) -> None:
        with self._lock:
            self._snapshots[account] = snapshot
            self._snapshots.move_to_end(account)
            while len(self._snapshots) > self._capacity:
                self._snapshots.popitem(last=False)

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
        facts = self.snapshot(account)
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
        facts = self.snapshot(account)
        if facts is None:
            return Denied(unknown(user, account))
        key, stranger = subject_in(facts, user)
        return access_of(facts, key, at, stranger)


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


def unknown(user: str, account: AccountId) -> no.UnknownUser | no.UnknownAccount:
    """What a question about an account that does not exist is answered with: the asker first."""
    return no.UnknownUser(user=user) if find_person(user) is None else no.UnknownAccount(account=account)


ENGINE: Final = Engine()
"""The snapshots of this process."""
