"""The outside network is out of bounds for tests: an attempt fails the test, also when code hides the error."""

import ipaddress
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class OutsideNetwork(Exception):
    """Something in this process tried to reach an address that is not this machine's own."""


attempts: list[str] = []
"""What was tried since the last test, in order."""


def is_outside(host: str | bytes | None) -> bool:
    """Whether a host leads away from this machine. A name does, unless it is localhost: resolving it asks outside."""
    name = host.decode() if isinstance(host, bytes) else host
    if not name or name == "localhost" or name.endswith(".localhost"):
        return False
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return True
    return not (address.is_loopback or address.is_unspecified)


def refuse(host: str | bytes | None) -> None:
    """Note the attempt and raise."""
    attempts.append(str(host))
    message = f"tests have no outside network: {host!s}"
    raise OutsideNetwork(message)


@contextmanager
def no_outside_network() -> Iterator[None]:
    """Refuse connections, datagrams and look-ups that leave this machine, in this process."""

    def guarded_by_address(original: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(self: socket.socket, *arguments: Any) -> Any:
            address = arguments[-1]  # sendto(data, [flags,] address), connect(address)
            if self.family in {socket.AF_INET, socket.AF_INET6} and is_outside(address[0]):
                refuse(address[0])
            return original(self, *arguments)

        return guarded

    look_up = socket.getaddrinfo

    def guarded_look_up(host: str | bytes | None, *arguments: Any, **options: Any) -> Any:
        if is_outside(host):
            refuse(host)
        return look_up(host, *arguments, **options)

    names = ("connect", "connect_ex", "sendto")
    inherited = {name: getattr(socket.socket, name) for name in names}
    for name in names:
        setattr(socket.socket, name, guarded_by_address(inherited[name]))
    socket.getaddrinfo = guarded_look_up
    try:
        yield
    finally:
        for name in names:
            delattr(socket.socket, name)
        socket.getaddrinfo = look_up
