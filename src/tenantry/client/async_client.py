"""Asking for decisions over HTTP, from tasks of an event loop."""

import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

from tenantry.client import reading, wire
from tenantry.client.answers import Answer, Evaluation
from tenantry.client.async_channel import AsyncChannel
from tenantry.client.carrying import Address
from tenantry.client.client import CONNECTIONS, DEADLINE
from tenantry.client.failures import Denied
from tenantry.client.questions import Action, Question, Resource, Semantic, Subject
from tenantry.client.wire import Call, Options, Reply

E = TypeVar("E", Subject, Resource, Action)


class AsyncClient:
    """What `Client` is, for tasks of one event loop, which may share it."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        deadline: float = DEADLINE,
        connections: int = CONNECTIONS,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """`url` is the server's address, `token` what `tenantry token issue --client` printed."""
        self._channel = AsyncChannel(Address.of(url, token, ssl_context, connections))
        self._deadline = deadline

    async def check(
        self, subject: Subject | str, action: Action | str, resource: Resource, **options: Unpack[Options]
    ) -> Answer:
        """May `subject` do `action` to `resource`? A text is a person's e-mail address or id, or a privilege."""
        call = wire.one(subject, action, resource, options)
        return reading.answer(call, await self._send(call, options))

    async def require(
        self, subject: Subject | str, action: Action | str, resource: Resource, **options: Unpack[Options]
    ) -> Answer:
        """The same, for those who go on only if it is allowed: raises `Denied`, with the answer, if it is not."""
        found = await self.check(subject, action, resource, **options)
        if not found.allowed:
            raise Denied(found)
        return found

    async def evaluate(
        self, subject: Subject | str, action: Action | str, resource: Resource, **options: Unpack[Options]
    ) -> Evaluation:
        """May `subject` do `action` to `resource`, and why: the grants that allow it, or what stands in the way."""
        call = wire.one(subject, action, resource, options)
        return reading.evaluation(call, await self._send(call, options))

    async def batch(
        self,
        questions: Iterable[Question],
        semantic: Semantic = Semantic.EXECUTE_ALL,
        **options: Unpack[Options],
    ) -> tuple[Answer, ...]:
        """Answers to many questions, in their order, from one state. With the other two semantics they end with the one
        that decides. `context` and `time` are for all, under what a question says itself.

        A question that is malformed is answered with no, and its `error`; no questions get no answers.
        """
        asked = tuple(questions)
        if not asked:
            return ()
        call = wire.many(asked, semantic, options)
        return reading.batch(call, await self._send(call, options), len(asked), semantic)

    def search_subjects(
        self,
        action: Action | str,
        resource: Resource,
        *,
        type: str = "user",
        page_size: int | None = None,
        **options: Unpack[Options],
    ) -> AsyncIterator[Subject]:
        """All who may do `action` to `resource`, page after page. Each page is as fresh as a check of its own."""
        asked = wire.entities(None, action, resource, {"subject": type})
        return self._search("subject", Subject, asked, page_size, options)

    def search_resources(
        self,
        subject: Subject | str,
        action: Action | str,
        *,
        type: str,
        page_size: int | None = None,
        **options: Unpack[Options],
    ) -> AsyncIterator[Resource]:
        """All resources of a type to which `subject` may do `action`, page after page."""
        asked = wire.entities(subject, action, None, {"resource": type})
        return self._search("resource", Resource, asked, page_size, options)

    def search_actions(
        self,
        subject: Subject | str,
        resource: Resource,
        *,
        page_size: int | None = None,
        **options: Unpack[Options],
    ) -> AsyncIterator[Action]:
        """All that `subject` may do to `resource`, page after page."""
        asked = wire.entities(subject, None, resource, {})
        return self._search("action", Action, asked, page_size, options)

    async def _search(
        self, kind: str, entity: type[E], asked: Mapping[str, Any], page_size: int | None, options: Options
    ) -> AsyncIterator[E]:
        page: dict[str, Any] = {} if page_size is None else {"limit": page_size}
        while True:
            call = wire.search(kind, asked, options, page)
            found = reading.page(call, await self._send(call, options), entity, page.get("token", ""))
            for one in found.results:
                yield one
            if not found.following:
                return
            page = {**page, "token": found.following}

    async def revision(self, **options: Unpack[Options]) -> int:
        """The number of the last write, proven when this was asked: what `at_least` takes."""
        call = wire.call(wire.REVISION, None, options)
        return reading.revision(call, await self._send(call, options))

    async def _send(self, call: Call, options: Options) -> Reply:
        return await self._channel.send(call, options.get("deadline", self._deadline))

    async def close(self) -> None:
        """Close the connections; a question after that opens new ones."""
        await self._channel.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
