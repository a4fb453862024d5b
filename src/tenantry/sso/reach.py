"""Which servers may be asked that an account names: those at public addresses, and where the operator allows others.

Without this, whoever administers an account could have the platform call what only the platform reaches.
"""

import socket
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from threading import Timer
from typing import Final

from django.conf import settings

from tenantry.sso.conversations import seconds_left
from tenantry.sso.failures import ProviderFault

CONNECT_SECONDS: Final = 3.0

_GLOBAL: Final = IPv6Network("2000::/3")
"""Where public addresses are. Outside of it are those that stand for others, such as of the older internet protocol."""

_PROTOCOLS: Final = IPv4Network("192.0.0.0/24")
"""Of protocols, and of the clouds of some, whose machines learn their secrets there."""


def may_reach(address: str) -> bool:
    """Whether the address is public, or in a network that the operator allows (`TENANTRY_SIGN_ON_NETWORKS`)."""
    told: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(told, IPv6Address):
        told = told.ipv4_mapped or told
    if any(told in network for network in settings.SIGN_ON_NETWORKS):
        return True
    if isinstance(told, IPv6Address):
        return told.is_global and told in _GLOBAL and not (told.sixtofour or told.teredo)
    return told.is_global and not told.is_multicast and told not in _PROTOCOLS


def may_be_plain(host: str) -> bool:
    """Whether the host may be asked without TLS: this machine alone, and where the operator says so."""
    if not settings.SIGN_ON_WITHOUT_TLS:
        return False
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def connect(host: str, port: int) -> socket.socket:
    """A connection to the host, at an address that was judged, so that no second look-up can lead elsewhere.

    Refuses a host of which any address may not be reached. However many it has, they are tried only as long as the
    conversation lasts.
    """
    addresses = addresses_of(host, port)
    if not all(map(may_reach, addresses)):
        msg = f"{host} is at a private address, which this installation does not reach."
        raise ProviderFault(msg)
    for address in addresses:
        seconds = min(CONNECT_SECONDS, seconds_left())
        if seconds <= 0:
            break
        with suppress(OSError):
            return socket.create_connection((address, port), timeout=seconds)
    msg = f"{host} does not answer on port {port}."
    raise ProviderFault(msg)


def addresses_of(host: str, port: int) -> list[str]:
    """The addresses of a host, each once."""
    with suppress(ValueError):
        return [str(ip_address(host))]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        msg = f"The name {host} is not known."
        raise ProviderFault(msg) from error
    return list(dict.fromkeys(str(line[4][0]) for line in found))


class Deadline:
    """Ends a connection with the conversation, be it in the middle of a hand-shake or of a header that never ends."""

    def __init__(self, line: socket.socket) -> None:
        """Watch this connection until `over`."""
        self._line = line.dup()
        self._timer = Timer(max(0, seconds_left()), self._end)
        self._timer.daemon = True
        self._timer.start()

    def _end(self) -> None:
        with suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)

    def over(self) -> None:
        """The connection has done its work."""
        self._timer.cancel()
        self._line.close()
