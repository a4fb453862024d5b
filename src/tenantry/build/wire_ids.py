"""The ids of folders and of the one branch as programs outside know them: a letter and a number, as unpadded base64url.

The number is the folder's own id, read as one: there is no second id to keep, to load or to lose. It is that of a UUID,
or, beyond all of these, that of the text which an estate file gave as an id or which names a top-level folder.
"""

from typing import Final
from uuid import UUID

from tenantry.platform_api.links import link_id, parts_of
from tenantry.rules.vocabulary import FolderId

FOLDER: Final = "F:"
MAIN: Final = link_id("B:", 1)
"""The id of the branch main, which every account has and beside which there is no other."""

_TEXTS: Final = 1 << 128
"""Where the numbers of texts begin; below are those of UUIDs."""

_DIGITS: Final = 2800
"""Digits of the largest number that an id of a folder can be."""


def told_folder(folder: str) -> str:
    """The id of a folder as it is told outside."""
    return link_id(FOLDER, _number(folder))


def meant_folder(told: str) -> FolderId:
    """The folder that an id from outside means; empty for what can be none."""
    parts = parts_of(told, FOLDER, 1)
    digits = parts[0] if parts else ""
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS):
        return FolderId("")
    found = _text(int(digits))
    return FolderId(found if found and told_folder(found) == told else "")


def _number(folder: str) -> int:
    try:
        found = UUID(folder)
    except ValueError:
        found = None
    if found is not None and str(found) == folder:
        return found.int
    return _TEXTS + int.from_bytes(b"\x01" + folder.encode())


def _text(number: int) -> str:
    if number < _TEXTS:
        return str(UUID(int=number))
    number -= _TEXTS
    marked = number.to_bytes((number.bit_length() + 7) // 8)
    try:
        return marked[1:].decode() if marked[:1] == b"\x01" else ""
    except UnicodeDecodeError:
        return ""
