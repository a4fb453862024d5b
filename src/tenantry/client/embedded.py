"""Deciding in the host application's own process, with the code and the freshness of the server."""

import os
import ssl
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Final, NamedTuple, Self, Unpack

from tenantry.client.answers import Answer, Evaluation
from tenantry.client.carrying import Address
from tenantry.client.channel import Channel
from tenantry.client.client import Client
from tenantry.client.failures import Denied
from tenantry.client.feed import Feed, Follower
from tenantry.client.held import Held
from tenantry.client.here import account_of, decided, told
from tenantry.client.questions import Action, Resource, Subject
from tenantry.client.rounds import Rounds
from tenantry.client.wire import Options
from tenantry.rules.decide import Snapshot
from tenantry.rules.vocabulary import AccountId

DEADLINE: Final = 0.8
"""Seconds in which it is proven that what is held is current; else the question is refused."""


class Freshness(Options, total=False):
    """What may be said beside each question. `max_age` in seconds: what was proven no longer ago is recent enough."""

    max_age: float


class State(NamedTuple):
    """The facts of an account, and a write up to which they are known to be so."""

    snapshot: Snapshot
    revision: int


class Embedded:
    """Decides about chosen accounts in this process. Make one and keep it: threads may share it.

    It holds the facts of the accounts, and follows what changes in a thread of its own. Before each decision it asks
    the server for the last write, one look-up for all who asked before it was sent; so an answer is never older than
    the last write committed before the question. Whoever trades that away says `at_least` or `max_age`. What the facts
    of an account do not tell is asked of the server, and so is everything about an account whose facts are being read:
    about other accounts, folders, objects and shared things, and people without anything that reaches the account. In
    a process that was forked after it was made, the server is asked about everything.

    Raises what `Client` raises; where it cannot be proven in time that the facts are current, within a second.
    """

    def __init__(
        self,
        url: str,
        token: str,
        accounts: Iterable[str],
        *,
        deadline: float = DEADLINE,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """Hold the facts of `accounts`, from soon on: until they have come, the server is asked."""
        address = Address.of(url, token, ssl_context, 4)
        self.client = Client(url, token, ssl_context=ssl_context)
        self._process = os.getpid()
        self._deadline = deadline
        self._held = Held()
        wanted = tuple(map(AccountId, accounts))
        self._channel = Channel(address)
        self._feed = Feed(self._channel, self._held, wanted)
        self._rounds = Rounds(self._feed.look)
        following = Channel(address)
        self._follower = Follower(following, Feed(following, self._held, wanted))
        self._follower.start()

    def check(
        self, subject: Subject | str, action: Action | str, resource: Resource, **options: Unpack[Freshness]
    ) -> Answer:
        """May `subject` do `action` to `resource`?"""
        found = self._decided(subject, action, resource, options)
        return found if found is not None else self.client.check(subject, action, resource, **for_server(options))

    def require(
        self, subject: Subject | str, action: Action | str, resource: Resource, **options: Unpack[Freshness]
    ) -> Answer:
        """The same; raises `Denied`, with the answer, if it is not allowed."""
        found = self.check(subject, action, resource, **options)
        if not found.allowed:
            raise Denied(found)
        return found

    def evaluate(
        self, subject: Subject | str, action: Action | str, resource: Resource, **options: Unpack[Freshness]
    ) -> Evaluation:
        """May `subject` do `action` to `resource`, and why? `context` is empty where this process has decided."""
        found = self._decided(subject, action, resource, options)
        return found if found is not None else self.client.evaluate(subject, action, resource, **for_server(options))

    def _decided(
        self, subject: Subject | str, action: Action | str, resource: Resource, options: Freshness
    ) -> Evaluation | None:
        account = account_of(resource)
        if account is None or account not in self._feed.wanted or self._process != os.getpid():
            return None
        state = recent(self._held, account, options)
        if state is None:
            number = self._rounds.number(min(options.get("deadline", self._deadline), self._deadline))
            state = proven(self._held, account, number, options)
        return answered(state, subject, action, resource, options)

    def holds(self, account: str) -> int | None:
        """The write up to which the facts held of an account are known to be so; `None` while the server is asked."""
        return self._held.until(AccountId(account))

    def close(self) -> None:
        """Stop following, and close the connections."""
        self._follower.end()
        self._channel.close()
        self.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def recent(held: Held, account: AccountId, options: Freshness) -> State | None:
    """What is recent enough without a look-up, for those who say `at_least` or `max_age`; both count where both are
    said.
    """
    at_least, max_age = options.get("at_least"), options.get("max_age")
    if at_least is None and max_age is None:
        return None
    snapshot = held.at(account, at_least or 0)
    if snapshot is not None and max_age is not None:
        snapshot = held.within(account, time.monotonic() - max_age) and snapshot
    number = held.until(account)
    return State(snapshot, number if number is not None else at_least or 0) if snapshot is not None else None


def proven(held: Held, account: AccountId, number: int, options: Freshness) -> State | None:
    """What is held of an account, if it is of the state at the last write, and knows of the write asked for."""
    snapshot = held.at(account, max(number, options.get("at_least", 0)))
    return State(snapshot, number) if snapshot is not None else None


def answered(
    state: State | None, subject: Subject | str, action: Action | str, resource: Resource, options: Freshness
) -> Evaluation | None:
    """What a state tells; `None` if the server has to be asked."""
    if state is None:
        return None
    found = decided(state.snapshot, subject, action, resource, for_server(options))
    return told(found, state.revision) if found is not None else None


def for_server(options: Freshness) -> Options:
    """What the server is told of it: the age is a matter of what is held here."""
    told = options.copy()
    told.pop("max_age", None)
    return told
