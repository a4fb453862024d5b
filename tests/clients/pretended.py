"""A server that is none: it sends, byte for byte, what a test wants to come back."""

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import msgspec

TOKEN = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came; header names in lower case. `connection` counts from 1."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int

    @property
    def said(self) -> "dict[str, object]":
        """The body, read."""
        return msgspec.json.decode(self.body, type=dict[str, object])


Behaviour = Callable[[Asked], bytes | Iterable[bytes] | None]
"""What is sent back: bytes, or pieces of them; `None` closes the connection without a word."""


def reply(asked: Asked, body: object, status: int = 200, **headers: str) -> bytes:
    """A reply in good order. Underscores in the names of headers become hyphens."""
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    told = {
        "Content-Type": "application/json",
        "Content-Length": str(len(content)),
        "X-Request-ID": asked.headers.get("x-request-id", ""),
        "Tenantry-Revision": "7",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = [f"HTTP/1.1 {status} Some", *(f"{name}: {value}" for name, value in told.items()), "", ""]
    return "\r\n".join(lines).encode() + content


@dataclass(slots=True)
class Pretended:
    """The server; `behave` may be exchanged while it runs, and `asked` has what it was asked."""

    listening: socket.socket
    port: int
    behave: Behaviour
    asked: list[Asked] = field(default_factory=list)
    open: list[socket.socket] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Go away."""
        with suppress(OSError):
            self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.hang_up()

    def hang_up(self) -> None:
        """Close all connections, as a server does with those that are idle."""
        for connection in self.open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.open.clear()


@contextmanager
def pretended(behave: Behaviour) -> Iterator[Pretended]:
    """Serve until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = Pretended(listening, listening.getsockname()[1], behave)
        threads: list[threading.Thread] = []

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                server.open.append(connection)
                thread = threading.Thread(target=_converse, args=(server, connection, len(threads) + 1), daemon=True)
                threads.append(thread)
                thread.start()

        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield server
        finally:
            server.close()
            accepting.join(5)
            for thread in threads:
                thread.join(5)


def _converse(server: Pretended, connection: socket.socket, number: int) -> None:
    with connection, connection.makefile("rb") as incoming, suppress(OSError):
        while (line := incoming.readline()).strip():
            method, path, _ = line.decode().split(" ")
            headers: dict[str, str] = {}
            while (header := incoming.readline().decode().strip()) != "":
                name, _, value = header.partition(":")
                headers[name.lower()] = value.strip()
            body = incoming.read(int(headers.get("content-length", "0")))
            asked = Asked(method, path, headers, body, number)
            server.asked.append(asked)
            sent = server.behave(asked)
            if sent is None:
                return
            for piece in [sent] if isinstance(sent, bytes) else sent:
                connection.sendall(piece)
