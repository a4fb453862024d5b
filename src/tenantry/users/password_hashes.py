"""Password hashes as PHC strings, which estate files carry, and as Django stores them."""

import base64
import binascii
import re
import secrets
from typing import Final

STORED_LIMIT: Final = 128
"""Characters of a stored hash."""

_ARGON2: Final = re.compile(
    r"\$argon2(?:id|i|d)\$v=\d{1,3}\$m=\d{1,10},t=\d{1,10},p=\d{1,8}\$[A-Za-z0-9+/]{11,64}\$[A-Za-z0-9+/]{11,86}\Z"
)
_PBKDF2: Final = re.compile(r"\$pbkdf2-sha256\$i=(\d{1,10})(?:,l=32)?\$([A-Za-z0-9+/]{1,86})\$([A-Za-z0-9+/]{43})\Z")
_DJANGO_PBKDF2: Final = re.compile(r"pbkdf2_sha256\$(\d+)\$([^$]+)\$([A-Za-z0-9+/]{43})=\Z")


def stored_form(phc: str) -> str | None:
    """A PHC string as Django stores it; `None` for what is no PHC string of argon2 or PBKDF2-SHA-256."""
    if _ARGON2.match(phc):
        return "argon2" + phc if len(phc) + len("argon2") <= STORED_LIMIT else None
    found = _PBKDF2.match(phc)
    if found is None:
        return None
    rounds, salt, digest = found.groups()
    try:
        text = base64.b64decode(salt + "=" * (-len(salt) % 4), validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return None
    stored = f"pbkdf2_sha256${rounds}${text}${digest}="
    return stored if "$" not in text and int(rounds) and len(stored) <= STORED_LIMIT else None


def phc_form(stored: str) -> str | None:
    """A stored hash as a PHC string; `None` for an unusable password."""
    if stored.startswith("argon2$"):
        return stored.removeprefix("argon2")
    found = _DJANGO_PBKDF2.match(stored)
    if found is None:
        return None
    rounds, salt, digest = found.groups()
    return f"$pbkdf2-sha256$i={rounds}${base64.b64encode(salt.encode()).decode().rstrip('=')}${digest}"


def unusable() -> str:
    """A stored value that no password matches; different each time, as links to choose a password depend on it."""
    return "!" + secrets.token_hex(20)
