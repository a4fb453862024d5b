"""Keeping content: a key for bytes. The one way to it, whatever the storage is.

Content is kept before the row that names it is committed, and forgotten after the row is gone. What lies between, the
sweep removes.
"""

import io
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Protocol, cast

from django.core.files.base import File
from django.core.files.storage import storages

from tenantry.rules import refusals as no
from tenantry.rules.content import KEY_LENGTH, ContentKey, Kept, name_of
from tenantry.rules.refusals import Refused
from tenantry.rules.vocabulary import AccountId, Instant

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK: Final = 64 * 1024
"""Bytes read at a time."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What is kept: how it is found again, how large it is, and the digest of its bytes, in hex."""

    key: ContentKey
    size: int
    sha256: str


class Storage(Protocol):
    """What files and buckets have in common: Django's interface, and what the sweep asks."""

    @property
    def place(self) -> str:
        """How messages call the storage."""

    def save(self, name: str, content: "File[Any]") -> str:
        """Keep, whole or not at all."""

    def open(self, name: str) -> "File[Any]":
        """Open for reading; FileNotFoundError where nothing is kept."""

    def delete(self, name: str) -> None:
        """Delete, if it is there."""

    def exists(self, name: str) -> bool:
        """Whether it is there."""

    def kept(self) -> Iterator[Kept]:
        """Everything that has a name."""

    def drop_drafts(self, before: Instant) -> int:
        """Remove what was begun before and never finished; how many."""


def storage() -> Storage:
    """The storage of the setting."""
    return cast("Storage", storages["content"])


def keep(account: AccountId, data: BinaryIO | Iterable[bytes], *, limit: int) -> Stored:
    """Keep bytes for an account, as they stream in, under a new key.

    Raises `ContentTooLarge` above `limit` bytes, and `ContentUnavailable`; in both cases nothing is kept. The same
    bytes twice are two contents: forgetting one leaves the other.
    """
    key = ContentKey(secrets.token_hex(KEY_LENGTH // 2))
    reader = _Metered(data, limit)
    storage().save(_name(account, key), File(io.BufferedReader(reader, CHUNK)))
    return Stored(key, reader.size, reader.digest.hexdigest())


@contextmanager
def opened(account: AccountId, key: str) -> Iterator[BinaryIO]:
    """The bytes kept under a key of this account, as a stream that can be sought. Raises `ContentNotFound`."""
    try:
        file = storage().open(_name(account, key))
    except FileNotFoundError:
        raise Refused(no.ContentNotFound()) from None
    with file:
        yield cast("BinaryIO", file)


def forget(account: AccountId, key: str) -> None:
    """Delete what is kept under a key of this account; nothing happens where there is nothing."""
    if name := name_of(account, key):
        storage().delete(name)


def exists(account: AccountId, key: str) -> bool:
    """Whether something is kept under a key of this account."""
    name = name_of(account, key)
    return name is not None and storage().exists(name)


def _name(account: AccountId, key: str) -> str:
    name = name_of(account, key)
    if name is None:
        raise Refused(no.ContentNotFound())
    return name


class _Metered(io.RawIOBase):
    """A stream that counts and digests what is read from it, and refuses above the limit."""

    def __init__(self, data: BinaryIO | Iterable[bytes], limit: int) -> None:
        self.chunks = iter(partial(data.read, CHUNK), b"") if hasattr(data, "read") else iter(data)
        self.rest = memoryview(b"")
        self.limit = limit
        self.size = 0
        self.digest = sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        while not self.rest:
            chunk = next(self.chunks, None)
            if chunk is None:
                return 0
            self.size += len(chunk)
            if self.size > self.limit:
                raise Refused(no.ContentTooLarge(limit=self.limit))
            self.digest.update(chunk)
            self.rest = memoryview(chunk)
        into = memoryview(buffer).cast("B")
        taken = min(len(into), len(self.rest))
        into[:taken] = self.rest[:taken]
        self.rest = self.rest[taken:]
        return taken
