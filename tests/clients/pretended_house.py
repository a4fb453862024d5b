"""The wire of a server that has one account, made of facts that a test changes: changes, snapshots, answers."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlsplit

from tenantry.decisions.handed_out import handed_out
from tenantry.rules.decide import Snapshot
from tenantry.rules.facts import Given, Inside, User
from tenantry.rules.places import Environment
from tenantry.rules.privileges import PLATFORM
from tenantry.rules.roles import ADMINISTRATOR, STANDARD_USER, SUPPORT, default_layer
from tenantry.rules.vocabulary import AccountId, EnvironmentId, Person, RoleGrant, RoleId, Status, UserKey
from tests.clients.pretended import Asked, Pretended, pretended, reply

ACME = AccountId("acme")

ASKED_ELSEWHERE = {"decision": True, "context": {"rules": ["FROM-THE-SERVER"]}}
"""What the server says to everything that it is asked."""


def user(name: str, *roles: RoleId, locked: bool = False, external_id: str | None = None) -> User:
    """Somebody of the account."""
    return User(UserKey(name), external_id, Person(locked), tuple(map(RoleGrant, roles)))


@dataclass(slots=True)
class House:
    """The account, and the number of the last write."""

    inside: Inside
    given: Given
    number: int = 1
    changed: dict[int, frozenset[str]] = field(default_factory=dict)
    told_since: int = 0
    """Changes since an earlier number are not known one by one."""
    hides: float = 0
    """Seconds that an answer about facts takes."""
    looks: int = 0
    server: Pretended | None = None
    _moved: threading.Condition = field(default_factory=threading.Condition)

    def write(self, *users: User, scopes: tuple[str, ...] = (ACME,), **more: object) -> int:
        """Change the account: its users, and whatever else; the number of the write."""
        with self._moved:
            self.inside = replace(self.inside, **({"users": users} if users else {}), **more)  # type: ignore[arg-type]
            self.number += 1
            self.changed[self.number] = frozenset(scopes)
            self._moved.notify_all()
            return self.number

    def forget(self, number: int) -> None:
        """Go back to an earlier number, as a database does that is restored."""
        with self._moved:
            self.number = number
            self._moved.notify_all()

    def answer(self, asked: Asked) -> bytes:
        """Answer a call."""
        parts = urlsplit(asked.path)
        if parts.path == "/access/v1/changes":
            return reply(asked, self._changes(**{name: int(value) for name, [value] in parse_qs(parts.query).items()}))
        if parts.path == f"/access/v1/snapshots/{ACME}":
            time.sleep(self.hides)
            with self._moved:
                snapshot, number = Snapshot.of(self.inside, self.given, (self.number,)), self.number
            return reply(asked, handed_out(snapshot, number))
        if parts.path.startswith("/access/v1/snapshots/"):
            return reply(asked, "There is no such account.", 404)
        return reply(asked, ASKED_ELSEWHERE, Tenantry_Revision=str(self.number))

    def _changes(self, after: int, wait: int) -> object:
        with self._moved:
            if wait:
                self._moved.wait_for(lambda: self.number != after, wait)
            else:
                self.looks += 1
            if not self.told_since <= after <= self.number:
                return {"revision": self.number, "all": True}
            scopes: set[str] = set()
            for number in range(after + 1, self.number + 1):
                scopes |= self.changed.get(number, frozenset())
            return {"revision": self.number, "changed": sorted(scopes)}


@contextmanager
def house() -> Iterator[House]:
    """Serve the account: Ann is its Administrator, Bob a Standard User, Cleo in Support, who may not enter Shut."""
    inside = Inside(
        ACME,
        Status.ACTIVE,
        PLATFORM,
        PLATFORM.everything,
        {},
        None,
        users=(
            user("ann@acme.example", ADMINISTRATOR, external_id="x-ann"),
            user("bob@acme.example", STANDARD_USER),
            user("cleo@acme.example", SUPPORT),
        ),
        environments={
            EnvironmentId("shut"): Environment(EnvironmentId("shut"), "Shut", roles=frozenset({ADMINISTRATOR}))
        },
    )
    made = House(inside, Given(None, default_layer(PLATFORM)))
    with pretended(made.answer) as server:
        made.server = server
        yield made
        with made._moved:  # whoever waits for a change goes home
            made.number += 1
            made._moved.notify_all()
