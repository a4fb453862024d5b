"""Asking for decisions over HTTP."""

import ssl
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, Final, Self, TypeVar, Unpack

from tenantry.client import reading, wire
from tenantry.client.answers import Answer, Evaluation
from tenantry.client.carrying import Address
from tenantry.client.channel import Channel
from tenantry.client.failures import Denied
from tenantry.client.questions import Action, Question, Resource, Semantic, Subject
from tenantry.client.wire import Call, Options, Reply

DEADLINE: Final = 1.0
"""Seconds in which a call is answered, or fails. The server needs 0.8 to find that it cannot prove its state."""

CONNECTIONS: Final = 32
"""Connections that are kept at most, so calls under way at the same time."""

E = TypeVar("E", Subject, Resource, Action)


class Client:
    """Asks one Tenantry server for decisions, with a token of a host application. Make one and keep it: threads may
    share it.

    All methods raise `NoAnswer` where there is no answer, at the latest when the deadline is over. Nothing that fails
    is ever a yes.
    """

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
        self._channel = Channel(Address.of(url, token, ssl_context, connections))
        self._deadline = deadline

    def check(
        self, subject: Subject | str, action: Action | str, resource: Resource, **options: Unpack[Options]
    ) -> Answer:
        """May `subject` do `action` to `resource`? A text is a person's e-mail address or id, or a privilege."""
        call = wire.one(subject, action, resource, options)
        return reading.answer(call, self._send(call, options))

    def require(
        self, subject: Subject | str, action: Action | str, resource: Resource, **options: Unpack[Options]
    ) -> Answer:
        """The same, for those who go on only if it is allowed: raises `Denied`, with the answer, if it is not."""
        found = self.check(subject, action, resource, **options)
        if not found.allowed:
            raise Denied(found)
        return found

    def evaluate(
        self, subject: Subject | str, action: Action | str, resource: Resource, **options: Unpack[Options]
    ) -> Evaluation:
        """May `subject` do `action` to `resource`, and why: the grants that allow it, or what stands in the way."""
        call = wire.one(subject, action, resource, options)
        return reading.evaluation(call, self._send(call, options))

    def batch(
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
        return reading.batch(call, self._send(call, options), len(asked), semantic)

    def search_subjects(
        self,
        action: Action | str,
        resource: Resource,
        *,
        type: str = "user",
        page_size: int | None = None,
        **options: Unpack[Options],
    ) -> Iterator[Subject]:
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
    ) -> Iterator[Resource]:
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
    ) -> Iterator[Action]:
        """All that `subject` may do to `resource`, page after page."""
        asked = wire.entities(subject, None, resource, {})
        return self._search("action", Action, asked, page_size, options)

    def _search(
        self, kind: str, entity: type[E], asked: Mapping[str, Any], page_size: int | None, options: Options
    ) -> Iterator[E]:
        page: dict[str, Any] = {} if page_size is None else {"limit": page_size}
        while True:
            call = wire.search(kind, asked, options, page)
            found = reading.page(call, self._send(call, options), entity, page.get("token", ""))
            yield from found.results
            if not found.following:
                return
            page = {**page, "token": found.following}

    def revision(self, **options: Unpack[Options]) -> int:
        """The number of the last write, proven when this was asked: what `at_least` takes."""
        call = wire.call(wire.REVISION, None, options)
        return reading.revision(call, self._send(call, options))

    def _send(self, call: Call, options: Options) -> Reply:
        return self._channel.send(call, options.get("deadline", self._deadline))

    def close(self) -> None:
        """Close the connections; a question after that opens new ones."""
        self._channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
