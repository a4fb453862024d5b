"""A directory that says whatever a test wants, in as much of the protocol as that takes (RFC 4511)."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

BIND, SEARCH = 0x60, 0x63
_LONG: Final = 0x80


@dataclass
class Liar:
    """The directory. It finds one entry, `dn`, with `attributes` for every name; `binds` are the results of binding,
    one after the other, and 0 after the last. It points to `elsewhere` before it, and with `floods` it finds entries
    without end.
    """

    port: int = 0
    dn: str = "uid=ada,dc=example,dc=com"
    attributes: dict[str, list[bytes]] = field(default_factory=lambda: {"employeeNumber": [b"FED-1"]})
    binds: list[int] = field(default_factory=list)
    elsewhere: str = ""
    floods: bool = False
    sent: int = 0
    lines: int = 0

    def answers(self, operation: int, number: bytes) -> Iterator[bytes]:
        """The messages that answer one."""
        if operation == BIND:
            yield _message(number, 0x61, _result(self.binds.pop(0) if self.binds else 0))
        elif operation == SEARCH:
            if self.elsewhere:
                yield _message(number, 0x73, _part(4, self.elsewhere.encode()))
            yield self.entry(number)
            while self.floods:
                yield self.entry(number)
            yield _message(number, 0x65, _result(0))

    def entry(self, number: bytes) -> bytes:
        """The entry, as one message."""
        told = b"".join(
            _part(0x30, _part(4, name.encode()) + _part(0x31, b"".join(_part(4, value) for value in values)))
            for name, values in self.attributes.items()
        )
        return _message(number, 0x64, _part(4, self.dn.encode()) + _part(0x30, told))


def _part(tag: int, content: bytes) -> bytes:
    """Something with its tag and its length (BER)."""
    if len(content) < _LONG:
        return bytes((tag, len(content))) + content
    length = len(content).to_bytes(4, "big")
    return bytes((tag, _LONG + len(length))) + length + content


def _message(number: bytes, tag: int, content: bytes) -> bytes:
    return _part(0x30, _part(2, number) + _part(tag, content))


def _result(code: int) -> bytes:
    return _part(10, bytes((code,))) + _part(4, b"") + _part(4, b"")


def _serve(liar: Liar, line: socket.socket) -> None:
    with line, suppress(OSError):
        while message := line.recv(4096):  # our requests are short, and none comes before the last is answered
            start = 2 + (message[1] - _LONG if message[1] >= _LONG else 0)
            end = start + 2 + message[start + 1]
            for answer in liar.answers(message[end], message[start + 2 : end]):
                line.sendall(answer)
                liar.sent += len(answer)


@contextmanager
def a_lying_directory() -> Iterator[Liar]:
    """A directory, without TLS, that serves until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        liar = Liar(port=server.getsockname()[1])

        def accept() -> None:
            with suppress(OSError):
                while True:
                    line = server.accept()[0]
                    liar.lines += 1
                    threading.Thread(target=_serve, args=(liar, line), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield liar
