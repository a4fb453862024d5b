"""Carrying calls over connections that are kept: threads may share them, and each call ends by its deadline."""

import os
import time

import httpcore2 as http

from tenantry.client.carrying import BROKEN, FAILED, Address, failure, reply
from tenantry.client.deadlines import UNDER, InTime, Under
from tenantry.client.wire import Call, Reply


class Channel:
    """Connections to one server. A process that is forked opens its own."""

    def __init__(self, address: Address) -> None:
        """Connect when first asked."""
        self._address = address
        self._open()

    def _open(self) -> None:
        self._process = os.getpid()
        self._backend = InTime()
        self._pool = http.ConnectionPool(
            ssl_context=self._address.ssl_context,
            max_connections=self._address.connections,
            max_keepalive_connections=self._address.connections,
            network_backend=self._backend,
        )

    def send(self, call: Call, deadline: float) -> Reply:
        """Send a call and wait for its reply; raises `NoAnswer` at the latest when `deadline` seconds are over.

        It is sent once more where a kept connection turns out to be closed: to ask twice changes nothing.
        """
        if self._process != os.getpid():
            self._open()
        under = Under(time.monotonic() + deadline)
        before = UNDER.set(under)
        try:
            try:
                return self._once(call, under)
            except BROKEN:
                if under.connected:
                    raise
                return self._once(call, under)
        except FAILED as error:
            raise failure(error, call, self._address, deadline) from error
        finally:
            UNDER.reset(before)

    def _once(self, call: Call, under: Under) -> Reply:
        url, headers = self._address.request(call)
        waits = {"timeout": {"pool": under.left(None)}}
        response = self._pool.request(call.method, url, headers=headers, content=call.body or None, extensions=waits)
        return reply(response)

    def interrupt(self) -> None:
        """Break the connections, so that calls under way fail at once."""
        self._backend.interrupt()

    def close(self) -> None:
        """Close the connections."""
        if self._process == os.getpid():
            self._pool.close()
