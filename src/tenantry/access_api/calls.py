"""A call as it arrives: its method, its body, and the headers that count."""

from collections.abc import Mapping
from typing import Any, Final

from tenantry.access_api.replies import Fault, Malformed

BODY_LIMIT: Final = 4 * 1024 * 1024
"""Bytes of a body."""

_TOO_LARGE: Final = f"A body has at most {BODY_LIMIT} bytes."

_BEYOND: Final = 2**63
_DIGITS: Final = 19

Environ = dict[str, Any]


def demand_method(environ: Environ, *allowed: str) -> None:
    """Refuse other methods."""
    if environ["REQUEST_METHOD"] not in allowed:
        told = ", ".join(allowed)
        raise Fault(405, f"This address takes {told}.", (("Allow", told),))


def body_of(environ: Environ) -> bytes:
    """The body of a call, which has to be JSON of a bounded size."""
    kind = environ.get("CONTENT_TYPE", "")
    if kind != "application/json" and kind.partition(";")[0].strip().lower() != "application/json":
        raise Malformed("The Content-Type has to be application/json.")
    length = environ.get("CONTENT_LENGTH")
    stream = environ["wsgi.input"]
    if not length:
        body: bytes = stream.read(BODY_LIMIT + 1)
    else:
        told = int(length) if length.isascii() and length.isdecimal() else -1
        if told < 0:
            raise Malformed("The Content-Length is no number.")
        if told > BODY_LIMIT:
            raise Fault(413, _TOO_LARGE)
        body = stream.read(told)
    if len(body) > BODY_LIMIT:
        raise Fault(413, _TOO_LARGE)
    if not body:
        raise Malformed("The body is empty.")
    return body


def number_asked_for(environ: Environ, context: Mapping[str, Any]) -> int | None:
    """The number of a write that the answer has to know, where that is enough for who asks; `None` wants all."""
    sent = context.get("at_least")
    if sent is None:
        header = environ.get("HTTP_TENANTRY_AT_LEAST")
        if header is None:
            return None
        sent = int(header) if header.isascii() and header.isdecimal() and len(header) < _DIGITS else None
    if isinstance(sent, bool) or not isinstance(sent, int) or not 0 <= sent < _BEYOND:
        msg = "Expected the number of a write - at `$.context.at_least` or in the header Tenantry-At-Least"
        raise Malformed(msg)
    return sent
