"""Deciding in an asynchronous host application's own process."""

import asyncio
import os
import ssl
import time
from collections.abc import Iterable
from types import TracebackType
from typing import Self, Unpack

from tenantry.client import reading, wire
from tenantry.client.answers import Answer, Evaluation
from tenantry.client.async_channel import AsyncChannel
from tenantry.client.async_client import AsyncClient
from tenantry.client.async_rounds import AsyncRounds
from tenantry.client.carrying import Address
from tenantry.client.channel import Channel
from tenantry.client.embedded import DEADLINE, Freshness, answered, for_server, proven, recent
from tenantry.client.failures import Denied
from tenantry.client.feed import Feed, Follower, noted
from tenantry.client.held import Held
from tenantry.client.here import account_of
from tenantry.client.questions import Action, Resource, Subject
from tenantry.rules.vocabulary import AccountId


class AsyncEmbedded:
    """What `Embedded` is, for the tasks of one event loop, which may share it. A thread follows the changes."""

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
        self.client = AsyncClient(url, token, ssl_context=ssl_context)
        self._process = os.getpid()
        self._deadline = deadline
        self._held = Held()
        wanted = tuple(map(AccountId, accounts))
        self._wanted = frozenset(wanted)
        self._channel = AsyncChannel(address)
        self._rounds = AsyncRounds(self._look, deadline)
        following = Channel(address)
        self._follower = Follower(following, Feed(following, self._held, wanted))
        self._follower.start()

    async def check(
        self, subject: Subject | str, action: Action | str, resource: Resource, **options: Unpack[Freshness]
    ) -> Answer:
        """May `subject` do `action` to `resource`?"""
        found = await self._decided(subject, action, resource, options)
        return found if found is not None else await self.client.check(subject, action, resource, **for_server(options))

    async def require(
        self, subject: Subject | str, action: Action | str, resource: Resource, **options: Unpack[Freshness]
    ) -> Answer:
        """The same; raises `Denied`, with the answer, if it is not allowed."""
        found = await self.check(subject, action, resource, **options)
        if not found.allowed:
            raise Denied(found)
        return found

    async def evaluate(
        self, subject: Subject | str, action: Action | str, resource: Resource, **options: Unpack[Freshness]
    ) -> Evaluation:
        """May `subject` do `action` to `resource`, and why? `context` is empty where this process has decided."""
        found = await self._decided(subject, action, resource, options)
        return (
            found if found is not None else await self.client.evaluate(subject, action, resource, **for_server(options))
        )

    async def _decided(
        self, subject: Subject | str, action: Action | str, resource: Resource, options: Freshness
    ) -> Evaluation | None:
        account = account_of(resource)
        if account is None or account not in self._wanted or self._process != os.getpid():
            return None
        state = recent(self._held, account, options)
        if state is None:
            number = await self._rounds.number(min(options.get("deadline", self._deadline), self._deadline))
            state = proven(self._held, account, number, options)
        return answered(state, subject, action, resource, options)

    def holds(self, account: str) -> int | None:
        """The write up to which the facts held of an account are known to be so; `None` while the server is asked."""
        return self._held.until(AccountId(account))

    async def _look(self, deadline: float) -> int:
        highest, after, sent = self._held.highest, self._held.since(), time.monotonic()
        call = wire.changes(after, 0, {})
        return noted(self._held, reading.changes(call, await self._channel.send(call, deadline)), after, sent, highest)

    async def close(self) -> None:
        """Stop following, and close the connections."""
        await asyncio.to_thread(self._follower.end)
        await self._channel.close()
        await self.client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
