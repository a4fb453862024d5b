"""The two files of a version: looked through, then kept (CONN-2)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Final

from tenantry.connectors.descriptors import LIMIT as DESCRIPTOR_LIMIT, Descriptor, checked_descriptor
from tenantry.content import store
from tenantry.content.archives import checked_archive
from tenantry.rules import refusals as no
from tenantry.rules.content import ContentKey
from tenantry.rules.refusals import Refusal, Refused
from tenantry.rules.sharing import NAME_LIMIT
from tenantry.rules.vocabulary import AccountId

ARCHIVE_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of an archive."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a version as they are kept."""

    descriptor: ContentKey
    archive: ContentKey
    archive_name: str
    archive_size: int


class UploadRefused(Refused):
    """One of the files is refused; `place` tells which."""

    def __init__(self, place: str, refusal: Refusal) -> None:
        """Carry the refusal of that file."""
        super().__init__(refusal)
        self.place = place


@contextmanager
def kept(account: AccountId, descriptor: BinaryIO, archive: BinaryIO, archive_name: str) -> Iterator[Files]:
    """The files, looked through and kept; they are forgotten again when what needs them is refused or fails."""
    text = descriptor.read(DESCRIPTOR_LIMIT + 1)
    if isinstance(found := checked_descriptor(text), Refusal):
        raise UploadRefused("descriptor", found)
    _check_size(archive)
    if isinstance(looked := checked_archive(archive), Refusal):
        raise UploadRefused("archive", looked)
    archive.seek(0)
    first = store.keep(account, [text], limit=DESCRIPTOR_LIMIT)
    try:
        second = store.keep(account, archive, limit=ARCHIVE_LIMIT)
    except BaseException:
        store.forget(account, first.key)
        raise
    try:
        yield Files(first.key, second.key, _plain(archive_name), second.size)
    except BaseException:
        store.forget(account, first.key)
        store.forget(account, second.key)
        raise


def _check_size(archive: BinaryIO) -> None:
    size = archive.seek(0, 2)
    archive.seek(0)
    if size > ARCHIVE_LIMIT:
        raise UploadRefused("archive", no.ContentTooLarge(limit=ARCHIVE_LIMIT))


def _plain(name: str) -> str:
    """The name under which an archive is downloaded again."""
    told = "".join(character for character in name.replace("\\", "/").rpartition("/")[2] if character.isprintable())
    return told[-NAME_LIMIT:] or "connector.zip"


def check_kept(account: AccountId, files: Files) -> None:
    """Refuse with `ContentNotFound` what the account does not keep."""
    if not (store.exists(account, files.descriptor) and store.exists(account, files.archive)):
        raise Refused(no.ContentNotFound())


def described(account: AccountId, descriptor: str) -> Descriptor:
    """What a kept descriptor says."""
    with store.opened(account, descriptor) as stream:
        found = checked_descriptor(stream.read())
    if isinstance(found, Refusal):
        raise Refused(found)
    return found


def pieces(account: AccountId, key: str) -> Iterator[bytes]:
    """The bytes of a kept file, a piece at a time. Refuses at once what is not kept."""
    if not store.exists(account, key):
        raise Refused(no.ContentNotFound())
    return _read(account, key)


def _read(account: AccountId, key: str) -> Iterator[bytes]:
    with store.opened(account, key) as stream:
        while piece := stream.read(store.CHUNK):
            yield piece
