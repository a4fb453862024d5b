"""The guard against the outside network guards."""

import contextlib
import socket

import pytest

from tests import network

OUTSIDE = "192.0.2.1"
"""An address that RFC 5737 reserves for documentation: nobody has it."""


def test_connecting_outside_fails() -> None:
    """TCP to another machine is refused before a packet leaves."""
    with socket.socket() as line, pytest.raises(network.OutsideNetwork):
        line.connect((OUTSIDE, 80))
    network.attempts.clear()


def test_connecting_outside_by_name_fails_before_the_look_up() -> None:
    """A name is not even resolved."""
    with pytest.raises(network.OutsideNetwork):
        socket.create_connection(("tenantry.example", 80))
    network.attempts.clear()


def test_a_datagram_to_the_outside_fails() -> None:
    """UDP is guarded as well."""
    with socket.socket(type=socket.SOCK_DGRAM) as line, pytest.raises(network.OutsideNetwork):
        line.sendto(b"hello", (OUTSIDE, 53))
    network.attempts.clear()


def test_a_swallowed_refusal_is_still_known() -> None:
    """The attempt is noted, so that the fixture around each test fails it."""
    with contextlib.suppress(Exception):  # what careless code does
        socket.create_connection((OUTSIDE, 80))
    assert network.attempts == [OUTSIDE]
    network.attempts.clear()


def test_this_machine_can_be_reached() -> None:
    """Loopback stays open, by address and by name."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, port), timeout=5).close()
