"""Content as files: written to a draft, flushed to the disk, and only then called by its name."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from tenantry.content.failures import ContentUnavailable
from tenantry.rules.content import Kept
from tenantry.rules.vocabulary import Instant

DRAFTS: Final = "drafts"
"""The folder of what is being written. No account's folder is called so."""


class Files(FileSystemStorage):
    """A folder that only this user reads. What has a name is whole, also after a crash."""

    def __init__(self, location: str) -> None:
        """Keep content below `location`, which is made at first use."""
        super().__init__(location=location, file_permissions_mode=0o600, directory_permissions_mode=0o700)
        self.folder = Path(location)

    @property
    def place(self) -> str:
        """How messages call the storage."""
        return str(self.folder)

    def _save(self, name: str, content: "File[Any]") -> str:
        draft = f"{DRAFTS}/{secrets.token_hex(16)}"
        written, final = self.folder / draft, self.folder / name
        with _told():
            _make(self.folder)
            try:
                super()._save(draft, content)  # type: ignore[misc] # unknown to the types of Django
                _flush(written)
                _make(final.parent)
                written.rename(final)
            except BaseException:
                written.unlink(missing_ok=True)
                raise
            _flush(final.parent)
        return name

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":
        with _told():
            file: File[Any] = super()._open(name, mode)  # type: ignore[misc] # unknown to the types of Django
        return file

    def delete(self, name: str) -> None:
        """Delete, if it is there."""
        with _told():
            super().delete(name)

    def kept(self) -> Iterator[Kept]:
        """Everything that has a name, with the instant since when."""
        with _told():
            for folder in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
                if folder.name != DRAFTS:
                    yield from _in(folder)

    def drop_drafts(self, before: Instant) -> int:
        """Remove what was begun before and never finished, because its process died; how many."""
        with _told():
            drafts = [draft for draft in _in(self.folder / DRAFTS) if draft.since < before]
            for draft in drafts:
                (self.folder / draft.name).unlink(missing_ok=True)
        return len(drafts)


def _make(folder: Path) -> None:
    """Make a folder that only this user enters, and have the disk know it."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _flush(folder.parent)


def _flush(path: Path) -> None:
    """Wait until the disk has the file's bytes, or the folder's names."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _in(folder: Path) -> Iterator[Kept]:
    """The files of one folder; what is gone meanwhile is left out."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as files:
        for file in files:
            try:
                since = datetime.fromtimestamp(file.stat(follow_symlinks=False).st_mtime, UTC)
            except FileNotFoundError:
                continue
            yield Kept(f"{folder.name}/{file.name}", since)


@contextmanager
def _told() -> Iterator[None]:
    """Tell failures of the disk in one line. What is not there is an answer, no failure."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ContentUnavailable(error.strerror or type(error).__name__) from error
