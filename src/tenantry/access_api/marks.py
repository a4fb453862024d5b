"""Tokens of pages: where the page before ended, sealed together with the request that it was a page of."""

import base64
import binascii
import hashlib
import hmac
from typing import Final, NamedTuple

import msgspec
from django.conf import settings

_SEAL: Final = 16
"""Bytes of the seal."""


class Mark(NamedTuple):
    """Where a page ended: at this name, or before all of them. `limit` is the bound that its request named."""

    last: str | None
    limit: int | None


def mark(request: bytes, last: str | None, limit: int | None) -> str:
    """The token of the page after this name."""
    place = msgspec.json.encode(Mark(last, limit))
    return base64.urlsafe_b64encode(_seal(request, place) + place).decode().rstrip("=")


def unmark(token: str, request: bytes) -> Mark | None:
    """Where to go on; `None` for what is no token of this request."""
    try:
        raw = base64.urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    seal, place = raw[:_SEAL], raw[_SEAL:]
    return msgspec.json.decode(place, type=Mark) if hmac.compare_digest(seal, _seal(request, place)) else None


def _seal(request: bytes, place: bytes) -> bytes:
    key = b"access-page:" + settings.SECRET_KEY.encode()
    return hmac.new(key, hashlib.sha256(request).digest() + place, hashlib.sha256).digest()[:_SEAL]
