"""Values of tokens: random, shown once, kept as digests (TOK-4)."""

import hashlib
import uuid


def new_value() -> str:
    """A random UUID (RFC 9562, version 4): 122 bits, so a plain digest of it cannot be guessed back."""
    return str(uuid.uuid4())


def digest_of(value: str) -> str:
    """What is stored of a value, and what it is looked up by."""
    return hashlib.sha256(value.encode()).hexdigest()
