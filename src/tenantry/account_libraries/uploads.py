"""A library file: looked through, then kept, before the command that names it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import SEEK_END
from typing import BinaryIO

from tenantry.content import store
from tenantry.content.archives import checked_archive
from tenantry.rules import libraries as law
from tenantry.rules.content import ContentKey
from tenantry.rules.refusals import Refusal, Refused, refuse
from tenantry.rules.vocabulary import AccountId


@dataclass(frozen=True, slots=True)
class LibraryFile:
    """A library file as it is kept; `sha256` is the digest of its bytes, in hex."""

    name: str
    key: ContentKey
    size: int
    sha256: str


@contextmanager
def kept_library(account: AccountId, stream: BinaryIO, told: str) -> Iterator[LibraryFile]:
    """The file, looked through and kept; it is forgotten again when what needs it is refused or fails.

    `told` is what the browser calls it. Refuses names that cannot be, what is too large, and what is no archive or a
    dangerous one (CONN-2): then nothing is kept at all.
    """
    name = law.name_in(told)
    refuse(law.check_name(name))
    size = stream.seek(0, SEEK_END)
    refuse(law.check_size(size))
    if isinstance(looked := checked_archive(stream), Refusal):
        raise Refused(looked)
    stream.seek(0)
    stored = store.keep(account, stream, limit=law.FILE_LIMIT)
    try:
        yield LibraryFile(name, stored.key, stored.size, stored.sha256)
    except BaseException:
        store.forget(account, stored.key)
        raise
