"""Uploaded archives: how much they may hold, and what their entries may be called (CONN-2).

Everything here judges what an archive says of itself. That it says the truth is measured by unpacking.
"""

import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from unicodedata import category, normalize

from tenantry.rules import refusals as no

MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much an archive may hold: entries, bytes unpacked, and how often an entry may exceed its packed size.

    The ratio counts from `modest` bytes on: little files of blanks hurt nobody.
    """

    entries: int = 20_000
    unpacked: int = 256 * MIB
    ratio: int = 200
    modest: int = MIB


BOUNDS: Final = Bounds()

NAME_LIMIT: Final = 1024
"""Bytes in the name of an entry."""

PART_LIMIT: Final = 255
"""Bytes in one part of it: what file systems take."""

_DRIVE: Final = re.compile(r"[A-Za-z]:")
_FILE_KINDS: Final = frozenset({0, stat.S_IFREG})
_FOLDER_KINDS: Final = frozenset({0, stat.S_IFREG, stat.S_IFDIR, 0o170000})
"""What Unix may say of an entry with such a name. All bits at once is what older releases of Maven say of folders."""

_NEVER_NAMED: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode categories of control characters, halves of characters, and line ends."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What an archive says of one entry. `mode` holds Unix's file type and permissions, 0 where nothing is said."""

    name: str
    packed: int
    unpacked: int
    mode: int = 0
    encrypted: bool = False

    @property
    def is_folder(self) -> bool:
        """Whether the entry is a folder."""
        return self.name.endswith("/")


def check_entries(entries: Iterable[Entry], bounds: Bounds) -> no.Refusal | None:
    """Judge all entries: each by itself, none twice, not too many, not too large together."""
    total = 0
    judged: list[Entry] = []
    for number, entry in enumerate(entries, start=1):
        if number > bounds.entries:
            return no.ArchiveTooManyEntries(limit=bounds.entries)
        total += entry.unpacked
        refusal = (
            _check_name(entry.name)
            or _check_kind(entry)
            or check_growth(entry, entry.unpacked, bounds)
            or check_total(entry, total, bounds)
        )
        if refusal is not None:
            return refusal
        judged.append(entry)
    return _check_once(judged)


def check_growth(entry: Entry, unpacked: int, bounds: Bounds) -> no.ArchiveBomb | None:
    """Judge how far an entry has grown, by what it says or by what was unpacked so far."""
    grows = unpacked > max(bounds.modest, entry.packed * bounds.ratio)
    return no.ArchiveBomb(entry=shown(entry.name), limit=bounds.ratio) if grows else None


def check_total(entry: Entry, total: int, bounds: Bounds) -> no.ArchiveTooLarge | None:
    """Judge the bytes of all entries up to this one."""
    return no.ArchiveTooLarge(entry=shown(entry.name), limit=bounds.unpacked) if total > bounds.unpacked else None


def shown(name: str) -> str:
    """A name as messages may carry it: short, and without what would disturb the line."""
    plain = "".join("�" if category(character) in _NEVER_NAMED else character for character in name)
    return plain if len(plain) <= PART_LIMIT else f"{plain[:PART_LIMIT]}…"


def _check_name(name: str) -> no.Refusal | None:
    """Judge where a name leads, and whether every file system and every database can hold it."""
    parts = name.removesuffix("/").split("/")
    if name.startswith("/"):
        return no.ArchiveEntryEscapes(entry=shown(name), why="it begins at the root")
    if _DRIVE.match(name):
        return no.ArchiveEntryEscapes(entry=shown(name), why="it begins with a drive")
    if "\\" in name:
        return no.ArchiveEntryEscapes(entry=shown(name), why="it has a backslash")
    if ".." in parts:
        return no.ArchiveEntryEscapes(entry=shown(name), why="it has .. in its path")
    if any(category(character) in _NEVER_NAMED for character in name):
        return no.ArchiveEntryNameInvalid(entry=shown(name), why="it has a control character")
    if "" in parts or "." in parts:
        return no.ArchiveEntryNameInvalid(entry=shown(name), why="a part of its path is empty or a dot")
    if len(name.encode()) > NAME_LIMIT or any(len(part.encode()) > PART_LIMIT for part in parts):
        return no.ArchiveEntryNameInvalid(entry=shown(name), why="it is too long")
    return None


def _check_kind(entry: Entry) -> no.Refusal | None:
    """Judge what the entry is: a file or a folder that can be read."""
    kind = stat.S_IFMT(entry.mode)
    if entry.encrypted:
        return no.ArchiveEntryEncrypted(entry=shown(entry.name))
    if kind not in (_FOLDER_KINDS if entry.is_folder else _FILE_KINDS):
        return no.ArchiveEntryLinked(entry=shown(entry.name))
    if entry.is_folder and entry.unpacked:
        return no.ArchiveEntryDamaged(entry=shown(entry.name), why="it is a folder with content")
    return None


def _check_once(entries: Iterable[Entry]) -> no.ArchiveEntryRepeated | None:
    """Judge whether unpacking one entry would overwrite another, or need a file as a folder.

    Two spellings of one character are one name. Case makes a difference: Java tells `A.class` from `a.class`.
    """
    # No name has a zero, so what is below a path follows right after the path itself.
    found = sorted((_path(entry), entry.is_folder, entry.name) for entry in entries)
    for (path, is_folder, _), (next_path, _, next_name) in pairwise(found):
        if next_path == path or (not is_folder and next_path.startswith(f"{path}\0")):
            return no.ArchiveEntryRepeated(entry=shown(next_name))
    return None


def _path(entry: Entry) -> str:
    return normalize("NFC", entry.name.removesuffix("/")).replace("/", "\0")
