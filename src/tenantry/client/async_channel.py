"""Carrying calls for tasks of an event loop: they share the connections, and each call ends by its deadline."""

import asyncio
import time
from collections.abc import Iterable

import httpcore2 as http

from tenantry.client.carrying import BROKEN, FAILED, Address, failure, reply
from tenantry.client.deadlines import UNDER, Under
from tenantry.client.wire import Call, Reply


class Noting(http.AsyncNetworkBackend):
    """Connects as the library does, and notes that it was necessary."""

    def __init__(self) -> None:
        """Connect by asyncio."""
        self._plain = http.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        local_address: str | None = None,
        socket_options: Iterable[http.SOCKET_OPTION] | None = None,
    ) -> http.AsyncNetworkStream:
        """Connect."""
        UNDER.get().connected = True
        return await self._plain.connect_tcp(host, port, timeout, local_address, socket_options)


class AsyncChannel:
    """Connections to one server, for one event loop at a time: another one opens its own."""

    def __init__(self, address: Address) -> None:
        """Connect when first asked."""
        self._address = address
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pool = self._opened()

    def _opened(self) -> http.AsyncConnectionPool:
        return http.AsyncConnectionPool(
            ssl_context=self._address.ssl_context,
            max_connections=self._address.connections,
            max_keepalive_connections=self._address.connections,
            network_backend=Noting(),
        )

    async def send(self, call: Call, deadline: float) -> Reply:
        """Send a call and wait for its reply, as `Channel.send` does."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._pool = loop, self._opened()
        under = Under(time.monotonic() + deadline)
        before = UNDER.set(under)
        try:
            async with asyncio.timeout(deadline):
                try:
                    return await self._once(call)
                except BROKEN:
                    if under.connected:
                        raise
                    return await self._once(call)
        except (*FAILED, TimeoutError) as error:
            raise failure(error, call, self._address, deadline) from error
        finally:
            UNDER.reset(before)

    async def _once(self, call: Call) -> Reply:
        url, headers = self._address.request(call)
        return reply(await self._pool.request(call.method, url, headers=headers, content=call.body or None))

    async def close(self) -> None:
        """Close the connections."""
        if self._loop is asyncio.get_running_loop():
            await self._pool.aclose()
