"""Deadlines of whole calls. The library under this bounds each single wait, which a server that drips could add up."""

import socket
import ssl
import time
from collections.abc import Iterable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakSet

import httpcore2 as http


@dataclass(slots=True)
class Under:
    """The call that a thread or task is busy with: until when, and whether it had to open a connection for it."""

    until: float
    connected: bool = False

    def left(self, bound: float | None) -> float:
        """Seconds that are left, at most `bound`; raises if there are none."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise http.ReadTimeout("the deadline is over")
        return left if bound is None else min(left, bound)


UNDER: Final[ContextVar[Under]] = ContextVar("tenantry.client.deadlines.UNDER")


class InTime(http.NetworkBackend):
    """Connections whose every wait ends with the deadline of the call."""

    def __init__(self) -> None:
        """Connect as the library does."""
        self._plain = http.SyncBackend()
        self._streams: WeakSet[StreamInTime] = WeakSet()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[http.SOCKET_OPTION] | None = None,
    ) -> http.NetworkStream:
        """Connect, and note that it was necessary."""
        under = UNDER.get()
        under.connected = True
        plain = self._plain.connect_tcp(host, port, under.left(timeout), local_address, socket_options)
        stream = StreamInTime(plain)
        self._streams.add(stream)
        return stream

    def interrupt(self) -> None:
        """Break all connections, so that nobody waits at them any more."""
        for stream in list(self._streams):
            stream.interrupt()


class StreamInTime(http.NetworkStream):
    """One such connection."""

    def __init__(self, stream: http.NetworkStream) -> None:
        """Wrap another."""
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there, as long as there is time."""
        return self._stream.read(max_bytes, UNDER.get().left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write, as long as there is time."""
        self._stream.write(buffer, UNDER.get().left(timeout))

    def close(self) -> None:
        """Close it."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> http.NetworkStream:
        """Go on under TLS, in time as well."""
        return StreamInTime(self._stream.start_tls(ssl_context, server_hostname, UNDER.get().left(timeout)))

    def interrupt(self) -> None:
        """Break it, from another thread."""
        with suppress(OSError):
            self._stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - the library's signature
        """What the connection knows of itself."""
        return self._stream.get_extra_info(info)
