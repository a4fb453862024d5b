"""Looking into uploaded archives without unpacking them anywhere (CONN-2).

The central directory says what is in an archive, and other programs believe it. So each entry is unpacked in memory,
piece by piece, and measured against what is said of it. Archives inside the archive are files like any other.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import SEEK_END
from itertools import pairwise
from typing import BinaryIO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from tenantry.rules import refusals as no
from tenantry.rules.archives import BOUNDS, Bounds, Entry, check_entries, check_growth, check_total, shown
from tenantry.rules.refusals import Refused, refuse

PIECE: Final = 64 * 1024
"""Bytes unpacked at a time."""

_END: Final = struct.Struct("<4s4H2LH")
_END_SIGNATURE: Final = b"PK\x05\x06"
_LARGE_SIGNATURE: Final = b"PK\x06\x07"
_LARGE_LENGTH: Final = 20
_LONGEST_COMMENT: Final = 0xFFFF
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_CENTRAL_SIGNATURE: Final = b"PK\x01\x02"
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_LOCAL_SIGNATURE: Final = b"PK\x03\x04"
_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
"""Flags of encrypted entries: the old way, the strong way, and with its header masked."""

_PATCHED: Final = 0x20
"""The flag of entries that hold the difference to a file elsewhere."""


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that keeps its word: its entries, and the bytes they take unpacked."""

    entries: tuple[Entry, ...]
    unpacked: int


def checked_archive(stream: BinaryIO, bounds: Bounds = BOUNDS) -> Archive | no.Refusal:
    """Look through a zip or jar archive from its end to its last byte; the stream must be one that can be sought."""
    try:
        return _look_through(stream, bounds)
    except Refused as refused:
        return refused.refusal
    except (BadZipFile, NotImplementedError, UnicodeDecodeError, ValueError, struct.error):
        return no.NotAnArchive(why="its directory is damaged")


def _look_through(stream: BinaryIO, bounds: Bounds) -> Archive:
    directory = _directory_of(stream, bounds)
    with ZipFile(stream) as archive:
        infos = archive.infolist()
    entries = tuple(map(_entry, infos))
    refuse(check_entries(entries, bounds))
    pieces = [_place(stream, info, entry) for info, entry in zip(infos, entries, strict=True)]
    _check_apart(pieces, directory)
    total = 0
    for info, entry, (start, _, _) in zip(infos, entries, pieces, strict=True):
        stream.seek(start)
        size = 0
        for size in _unpacked(stream, info, entry):
            refuse(check_growth(entry, size, bounds) or check_total(entry, total + size, bounds))
        total += size
    return Archive(entries, total)


def _directory_of(stream: BinaryIO, bounds: Bounds) -> int:
    """Where the central directory begins, after its entries were counted without building any."""
    size = stream.seek(0, SEEK_END)
    tail_at = max(0, size - _END.size - _LONGEST_COMMENT)
    stream.seek(tail_at)
    tail = stream.read()
    at = tail.rfind(_END_SIGNATURE)
    if at < 0 or len(tail) - at < _END.size:
        raise Refused(no.NotAnArchive(why="it has no directory"))
    _, disk, first_disk, here, said, length, start, comment = _END.unpack_from(tail, at)
    if at + _END.size + comment != len(tail):
        raise Refused(no.NotAnArchive(why="something follows its end"))
    if tail[max(0, at - _LARGE_LENGTH) : at].startswith(_LARGE_SIGNATURE):
        raise Refused(no.NotAnArchive(why="it is in the form for more than 4 GiB"))
    if disk or first_disk or here != said or tail_at + at != start + length:
        raise Refused(no.NotAnArchive(why="its directory is not where it says"))
    stream.seek(start)
    if _counted(stream, start + length, bounds) != said:
        raise Refused(no.NotAnArchive(why="its directory has another number of entries than it says"))
    return int(start)


def _counted(stream: BinaryIO, end: int, bounds: Bounds) -> int:
    """How many entries the directory has, up to one more than are taken."""
    count = 0
    while stream.tell() < end:
        header = _CENTRAL.unpack(stream.read(_CENTRAL.size))
        if header[0] != _CENTRAL_SIGNATURE:
            raise BadZipFile
        stream.seek(sum(header[10:13]), 1)
        count += 1
        if count > bounds.entries:
            raise Refused(no.ArchiveTooManyEntries(limit=bounds.entries))
    return count


def _entry(info: ZipInfo) -> Entry:
    # orig_filename: the other one ends at a zero, and hides what follows.
    mode = info.external_attr >> 16
    return Entry(info.orig_filename, info.compress_size, info.file_size, mode, bool(info.flag_bits & _ENCRYPTED))


def _place(stream: BinaryIO, info: ZipInfo, entry: Entry) -> tuple[int, int, str]:
    """Where the bytes of an entry begin and end, and its name, if its own header agrees with the directory."""
    stream.seek(info.header_offset)
    header = _LOCAL.unpack(stream.read(_LOCAL.size))
    name = stream.read(header[9])
    as_said = entry.name.encode("utf-8" if header[2] & 0x800 else "cp437")
    if header[0] != _LOCAL_SIGNATURE or name != as_said or header[3] != info.compress_type:
        raise _damaged(entry, "its own header says something else than the directory")
    if header[2] & _ENCRYPTED:
        raise Refused(no.ArchiveEntryEncrypted(entry=shown(entry.name)))
    start = info.header_offset + _LOCAL.size + header[9] + header[10]
    return start, start + info.compress_size, entry.name


def _check_apart(pieces: list[tuple[int, int, str]], directory: int) -> None:
    """Refuse entries that share bytes: a small file that holds itself many times."""
    placed = sorted(pieces)
    for (_, end, name), (start, _, _) in pairwise([*placed, (directory, directory, "")]):
        if end > start:
            raise Refused(no.ArchiveEntryDamaged(entry=shown(name), why="it shares bytes with what follows it"))


def _unpacked(stream: BinaryIO, info: ZipInfo, entry: Entry) -> Iterator[int]:
    """The size unpacked so far, piece by piece; at the end all must be as it was said."""
    if info.compress_type not in {ZIP_STORED, ZIP_DEFLATED} or info.flag_bits & _PATCHED:
        raise _damaged(entry, "it is packed in a way that Java cannot read")
    inflater = zlib.decompressobj(-zlib.MAX_WBITS) if info.compress_type == ZIP_DEFLATED else None
    left, size, checksum = info.compress_size, 0, 0
    while left:
        packed = stream.read(min(PIECE, left))
        if not packed:
            raise _damaged(entry, "it ends too early")
        left -= len(packed)
        for piece in _inflated(inflater, packed, entry) if inflater else (packed,):
            size += len(piece)
            checksum = zlib.crc32(piece, checksum)
            yield size
    if inflater and (not inflater.eof or inflater.unused_data):
        raise _damaged(entry, "its bytes end elsewhere than it says")
    if size != info.file_size or checksum != info.CRC:
        raise _damaged(entry, "it unpacks to something else than it says")


def _inflated(inflater: "zlib._Decompress", packed: bytes, entry: Entry) -> Iterator[bytes]:
    """What these packed bytes add, never more than a piece at once."""
    piece = b"-" * PIECE
    while packed or len(piece) == PIECE:  # after a full piece, more may wait inside
        try:
            piece = inflater.decompress(packed, PIECE)
        except zlib.error:
            raise _damaged(entry, "its bytes are no packed ones") from None
        packed = inflater.unconsumed_tail
        yield piece


def _damaged(entry: Entry, why: str) -> Refused:
    return Refused(no.ArchiveEntryDamaged(entry=shown(entry.name), why=why))
