"""What the two ways of carrying calls have in common: the address, the headers, and what failures mean."""

import ssl
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import httpcore2 as http

from tenantry.client.failures import Malformed, NoAnswer, NotUnderstood, TooLate, Unreachable
from tenantry.client.wire import Call, Reply

BROKEN: Final = (http.ReadError, http.WriteError, http.RemoteProtocolError)
"""A connection that broke. On one that was kept, it tells only that the server had closed it while it was idle."""

FAILED: Final = (http.TimeoutException, http.NetworkError, http.ProtocolError, http.UnsupportedProtocol)
"""All that the library raises."""

_CLOSED: Final = ("disconnected", "closed")


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is, and by which token it knows the caller. The token is in no text of it."""

    url: str
    origin: tuple[bytes, bytes, int | None]
    base: str
    headers: tuple[tuple[bytes, bytes], ...]
    ssl_context: ssl.SSLContext | None
    connections: int

    @classmethod
    def of(cls, url: str, token: str, ssl_context: ssl.SSLContext | None, connections: int) -> "Address":
        """Read an address; raises `ValueError` for what is none."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError(f"Expected the address of a Tenantry server, such as https://tenantry.example: {url!r}")
        if not token.isascii() or not token.isprintable() or not token or " " in token:
            raise ValueError("Expected a token as it was issued")
        host = parts.hostname.encode("idna" if not parts.hostname.isascii() else "ascii")
        named = parts.netloc.rpartition("@")[2].encode("idna" if not parts.netloc.isascii() else "ascii")
        headers = ((b"Host", named), (b"Authorization", b"Bearer " + token.encode()), (b"Accept", b"application/json"))
        origin = (parts.scheme.encode(), host, parts.port)
        return cls(url, origin, parts.path.rstrip("/"), headers, ssl_context, connections)

    def __repr__(self) -> str:
        return f"<{self.url}>"

    def request(self, call: Call) -> tuple[http.URL, list[tuple[bytes, bytes]]]:
        """The address and the headers of a call."""
        scheme, host, port = self.origin
        url = http.URL(scheme=scheme, host=host, port=port, target=(self.base + call.path).encode("ascii"))
        return url, [*self.headers, *call.headers]


def reply(response: http.Response) -> Reply:
    """A response as a reply."""
    return Reply(response.status, {name.lower(): value for name, value in response.headers}, response.content)


def failure(error: Exception, call: Call, address: Address, deadline: float) -> NoAnswer:
    """What a failure of the library means to who asked."""
    if isinstance(error, http.TimeoutException | TimeoutError):
        return TooLate(f"{address.url} did not answer within {deadline:g} s.", call.request_id)
    if isinstance(error, http.LocalProtocolError):
        return Malformed(f"This cannot be sent: {error}", call.request_id)
    if isinstance(error, http.ProtocolError) and not any(word in str(error) for word in _CLOSED):
        return NotUnderstood(f"What came back is no answer: {error}", call.request_id)
    return Unreachable(f"{address.url} cannot be reached: {error}", call.request_id)
