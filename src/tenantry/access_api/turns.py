"""The access interface for a server whose calls share one thread: an event loop, by the protocol RSGI.

What is in memory is answered in the loop, and one look at the head serves all calls of a turn. What has to be read from
the database first, or waits for a change, is answered by one of some threads, as in `application`.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Final, Protocol

from django.core.exceptions import SynchronousOnlyOperation
from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined] # it is documented there

from tenantry.access_api.answering import AGAIN, headers_of, read
from tenantry.access_api.application import FAILED, answered
from tenantry.access_api.calls import BODY_LIMIT, Environ
from tenantry.access_api.proving import known, looked_up
from tenantry.access_api.replies import Fault, Reply
from tenantry.decisions.engine import State
from tenantry.store.proof import CannotProveCurrent

THREADS: Final = 8
"""Threads that read from the database."""

PAUSE: Final = 0.2
"""Seconds after a look has failed in which none is tried: calls that came while it was waited for have waited long
enough.
"""

_HEADERS: Final = (
    ("content-type", "CONTENT_TYPE"),
    ("content-length", "CONTENT_LENGTH"),
    ("authorization", "HTTP_AUTHORIZATION"),
    ("x-request-id", "HTTP_X_REQUEST_ID"),
    ("tenantry-at-least", "HTTP_TENANTRY_AT_LEAST"),
)

log = logging.getLogger(__name__)
_threads: Final = ThreadPoolExecutor(THREADS, "tenantry-access")


class Headers(Protocol):
    """Of a call, by names in lower case."""

    def get(self, key: str, default: str | None = None) -> str | None:
        """One of them."""
        ...


class Scope(Protocol):
    """What the server says of a call."""

    method: str
    path: str
    query_string: str
    headers: Headers


class Exchange(Protocol):
    """What a body is read from and an answer is given to."""

    async def __call__(self) -> bytes:
        """The whole body."""
        ...

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The body piece by piece."""
        ...

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Answer."""
        ...


class Look:
    """One look at the head for all calls that ask for it in a turn of the loop; it begins when they all have."""

    _next: "asyncio.Future[State] | None" = None
    _failed_at = -PAUSE
    _failure = CannotProveCurrent("nothing was tried")

    def state(self) -> "asyncio.Future[State]":
        """The state by a look that begins after this was called; `CannotProveCurrent` within a second."""
        if self._next is None:
            loop = asyncio.get_running_loop()
            self._next = loop.create_future()
            loop.call_soon(self._begin, self._next)
        return self._next

    def _begin(self, found: "asyncio.Future[State]") -> None:
        self._next = None
        if time.monotonic() - self._failed_at < PAUSE:
            found.set_exception(self._failure)
            return
        try:
            found.set_result(looked_up())
        except CannotProveCurrent as failure:
            self._failed_at, self._failure = time.monotonic(), failure
            found.set_exception(failure)


_LOOK: Final = Look()


async def application(scope: Scope, exchange: Exchange) -> None:
    """Answer a call."""
    try:
        environ = await _environ(scope, exchange)
    except ProtocolClosed:  # nobody is there any more to be answered
        return
    reply = await _reply(environ)
    exchange.response_bytes(reply.status, headers_of(environ, reply), reply.body)


async def _reply(environ: Environ) -> Reply:
    try:
        asked = read(environ)
        if isinstance(asked, Reply):
            return asked
        if not asked.door.waits:
            state = known(asked.at_least) or await _LOOK.state()
            return asked.answer(state.at_the_same().as_new_as(asked.at_least))
    except Fault as fault:
        return fault.reply
    except CannotProveCurrent as failure:
        return Fault(503, str(failure), AGAIN).reply
    except SynchronousOnlyOperation:  # which Django raises where a loop would wait for its database
        pass
    except Exception:
        log.exception("access interface failed")
        return FAILED
    return await asyncio.get_running_loop().run_in_executor(_threads, _by_a_thread, environ)


def _by_a_thread(environ: Environ) -> Reply:
    environ["wsgi.input"].seek(0)
    return answered(environ)


async def _environ(scope: Scope, exchange: Exchange) -> Environ:
    """The call as WSGI tells it. Of a body that is too large no more is read than tells that it is."""
    path = scope.path if scope.path.isascii() else scope.path.encode().decode("latin-1")
    environ: Environ = {"REQUEST_METHOD": scope.method, "PATH_INFO": path, "QUERY_STRING": scope.query_string}
    get = scope.headers.get
    for name, key in _HEADERS:
        value = get(name)
        if value is not None:
            environ[key] = value
    environ["wsgi.input"] = BytesIO(await _body(environ, exchange))
    return environ


async def _body(environ: Environ, exchange: Exchange) -> bytes:
    if environ["REQUEST_METHOD"] == "GET":
        return b""
    length = environ.get("CONTENT_LENGTH")
    if length is not None:
        within = length.isascii() and length.isdecimal() and int(length) <= BODY_LIMIT
        return await exchange() if within else b""
    body = b""
    async for piece in exchange:
        body += piece
        if len(body) > BODY_LIMIT:
            break
    return body
