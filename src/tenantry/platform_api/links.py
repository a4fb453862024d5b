"""Ids of what has none of its own: links between two things, told as one text that is stable and fits into addresses.

They are opaque to clients and prove nothing: what they name is looked for among what the caller may see.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final
from urllib.parse import quote, unquote


def link_id(tag: str, *parts: object) -> str:
    """The id of a link: its kind and the ids that it joins, as unpadded base64url. A colon in one is `%3A`."""
    told = ":".join(quote(str(part), safe=_PLAIN) for part in parts)
    return urlsafe_b64encode((tag + told).encode()).decode().rstrip("=")


_PLAIN: Final = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) not in "%:")
"""What stands for itself in ids."""


def parts_of(id: str, tag: str, number: int) -> tuple[str, ...] | None:
    """The ids that a link of this kind joins; nothing for whatever else a text may be."""
    try:
        text = urlsafe_b64decode(id + "=" * (-len(id) % 4)).decode()
    except (binascii.Error, ValueError):
        return None
    if not text.startswith(tag):
        return None
    parts = tuple(map(unquote, text.removeprefix(tag).split(":", number - 1)))
    if any("\x00" in part for part in parts):
        return None
    return parts if len(parts) == number and all(parts) and link_id(tag, *parts) == id.rstrip("=") else None


_BEYOND: Final = 2**63
"""The first number that no row can have."""

_DIGITS: Final = 19
"""Of the numbers before it."""


def number_in(part: str) -> int | None:
    """The row's number that a part of a link is; nothing for whatever else a text may be."""
    found = int(part) if part.isascii() and part.isdecimal() and len(part) <= _DIGITS else _BEYOND
    return found if found < _BEYOND and str(found) == part else None
