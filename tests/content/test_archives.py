"""Archives that people upload: Java's pass, and whatever somebody made in order to do harm is refused."""

import bz2
import io
import random
import stat
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings, strategies as st

from tenantry.content import archives
from tenantry.content.archives import PIECE, Archive, checked_archive
from tenantry.rules import refusals as no
from tenantry.rules.archives import BOUNDS, MIB, Bounds
from tests.content.zips import CENTRAL, END, LOCAL, archive, entry, patched, renamed

NOISE = random.Random(1).randbytes(3 * PIECE)
"""Bytes that cannot be packed."""


def judged(made: bytes, bounds: Bounds = BOUNDS) -> Archive | no.Refusal:
    """What is said about an archive."""
    return checked_archive(io.BytesIO(made), bounds)


def accepted(made: bytes, bounds: Bounds = BOUNDS) -> Archive:
    """An archive that must pass."""
    found = judged(made, bounds)
    assert isinstance(found, Archive), found
    return found


JAR = archive(
    {
        entry("META-INF/", extra=b"\xfe\xca\x00\x00"): b"",
        "META-INF/MANIFEST.MF": b"Manifest-Version: 1.0\r\n\r\n",
        "com/example/Connector.class": NOISE,
        "com/example/connector.class": b"\xca\xfe\xba\xbe",
        "com/example/Connector$1.class": b"",
        entry("lib/inner.jar", packed=False): archive({"../../evil": b"\0" * MIB * 2}),
        "ä/ж.properties": b"x = 1",
    },
    one_way=True,
)


def test_conn_2_a_jar_passes() -> None:
    """Written in one go as Java does, with folders, names that differ in case, and a jar inside that is not opened."""
    found = accepted(JAR)
    assert [entry.name for entry in found.entries][-2:] == ["lib/inner.jar", "ä/ж.properties"]
    assert found.unpacked == sum(entry.unpacked for entry in found.entries)
    assert accepted(archive({})).entries == ()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 5 * PIECE])
def test_what_fits_into_pieces_exactly_passes(size: int) -> None:
    """Blanks and noise, packed and not, around the sizes that are read at once."""
    for data in (bytes(size), (NOISE * 2)[:size]):
        assert accepted(archive({"a": data, entry("b", packed=False): data})).unpacked == 2 * size


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../evil", ".."),
        ("a/../../evil", ".."),
        ("a/..", ".."),
        ("../", ".."),
        ("/etc/passwd", "root"),
        ("//host/share", "root"),
        ("C:/evil", "drive"),
        ("c:evil", "drive"),
        ("..\\evil", "backslash"),
        ("\\evil", "backslash"),
    ],
)
def test_conn_2_no_entry_leads_out(name: str, why: str) -> None:
    """Zip slip, in every spelling, named in the refusal."""
    found = judged(archive({"fine": b"x", name: b"" if name.endswith("/") else b"x"}))
    assert isinstance(found, no.ArchiveEntryEscapes)
    assert found.entry == name
    assert why in found.why


@pytest.mark.parametrize(
    "name", ["\n", "a\x1bb", "\u2028", "./a", "a//b", "a/./b", ".", "x" * 256, "ä" * 128, "a/" * 600]
)
def test_a_name_can_be_stored(name: str) -> None:
    """No control characters, no empty parts, no more bytes than file systems take."""
    found = judged(archive({name: b""}))
    assert isinstance(found, no.ArchiveEntryNameInvalid)
    assert len(found.message) < 500
    assert found.message.isprintable()


def test_a_zero_in_a_name_hides_nothing() -> None:
    """Python's own reader ends the name there, others do not."""
    found = judged(renamed(archive({"fine.txtX.class": b"x"}), b"fine.txtX", b"fine.txt\0"))
    assert found == no.ArchiveEntryNameInvalid(entry="fine.txt\ufffd.class", why="it has a control character")
    found = judged(renamed(archive({"fineX/../evil": b"x"}), b"fineX", b"fine\0"))
    assert isinstance(found, no.ArchiveEntryEscapes)


REPEATED: dict[str, Callable[[], bytes]] = {
    "one name": lambda: renamed(archive({"aaa/b": b"1", "zzz/b": b"2"}), b"zzz/b", b"aaa/b"),
    "file and folder": lambda: archive({"a/": b"", "a": b""}),
    "file as a path": lambda: archive({"a b": b"", "a": b"", "a/b/c": b"", "a!": b""}),
    "folder twice": lambda: renamed(archive({"aaa/": b"", "zzz/": b""}), b"zzz/", b"aaa/"),
    "two spellings": lambda: archive({"\u00e9": b"", "e\u0301": b""}),
}


@pytest.mark.parametrize("case", REPEATED)
def test_no_entry_is_twice(case: str) -> None:
    """Whoever unpacks it must not have to choose."""
    assert isinstance(judged(REPEATED[case]()), no.ArchiveEntryRepeated)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK, stat.S_IFDIR])
def test_no_entry_is_a_link_or_a_device(kind: int) -> None:
    """Another entry could be written through it."""
    assert judged(archive({entry("link", mode=kind | 0o777): b"/etc"})) == no.ArchiveEntryLinked(entry="link")
    assert judged(archive({entry("link/", mode=stat.S_IFLNK): b""})) == no.ArchiveEntryLinked(entry="link/")
    accepted(archive({entry("file", mode=stat.S_IFREG | 0o644): b"", entry("d/", mode=stat.S_IFDIR | 0o755): b""}))
    accepted(archive({entry("of older Maven/", mode=0o177777): b""}))


@pytest.mark.parametrize("flag", [0x1, 0x40, 0x2000])
@pytest.mark.parametrize(("signature", "offset"), [(CENTRAL, 8), (LOCAL, 6)])
def test_no_entry_is_encrypted(flag: int, signature: bytes, offset: int) -> None:
    """Whether the directory says so, or only the entry's own header."""
    found = judged(patched(archive({"a": b"x"}), signature, offset, "<H", flag))
    assert found == no.ArchiveEntryEncrypted(entry="a")


def test_a_bomb_is_refused_by_what_it_says() -> None:
    """Two mebibytes of blanks are two kibibytes packed."""
    assert judged(archive({"fine": b"", "bomb": bytes(2 * MIB)})) == no.ArchiveBomb(entry="bomb", limit=BOUNDS.ratio)


def test_a_bomb_that_says_it_is_small_is_measured() -> None:
    """Refused after the first bytes too many, not after all of them, and with little memory."""
    made = archive({"bomb": bytes(64 * MIB)})
    for signature, offset in ((CENTRAL, 24), (LOCAL, 22)):
        made = patched(made, signature, offset, "<L", 100)
    tracemalloc.start()
    found = judged(made)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(found, no.ArchiveBomb | no.ArchiveEntryDamaged)
    assert found == no.ArchiveBomb(entry="bomb", limit=BOUNDS.ratio)
    assert peak < MIB


def test_all_entries_together_are_bounded() -> None:
    """By what they say and by what they are."""
    made = archive(dict.fromkeys("abc", NOISE[:1000]))
    assert accepted(made, Bounds(unpacked=3000)).unpacked == 3000
    assert judged(made, Bounds(unpacked=2999)) == no.ArchiveTooLarge(entry="c", limit=2999)
    lying = patched(archive({"a": NOISE[:3000]}), CENTRAL, 24, "<L", 1)
    assert judged(lying, Bounds(unpacked=2999)) == no.ArchiveTooLarge(entry="a", limit=2999)
    lying = patched(made, CENTRAL, 24, "<L", 999)
    assert isinstance(judged(lying, Bounds(unpacked=3000)), no.ArchiveEntryDamaged)


def test_entries_are_counted_before_any_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a million entries of nothing fit into a small file, and would fill the memory."""
    made = archive({str(number): b"" for number in range(12)})
    assert len(accepted(made, Bounds(entries=12)).entries) == 12
    assert judged(made, Bounds(entries=11)) == no.ArchiveTooManyEntries(limit=11)
    one = archive({"a": b""})
    directory = one[one.index(CENTRAL) : one.index(END)] * 500_000
    for said in (1, 65_535):
        end = struct.pack("<4s4H2LH", END, 0, 0, said, said, len(directory), 0, 0)
        with monkeypatch.context() as patches:
            patches.setattr(archives, "ZipFile", None)
            assert judged(directory + end) == no.ArchiveTooManyEntries(limit=BOUNDS.entries)


def overlapping() -> bytes:
    """An entry whose bytes are another entry, both with the right checksums: how bombs get a ratio of millions."""
    inner = archive({entry("b", packed=False): b"x" * 100})
    inside = inner[: inner.index(CENTRAL)]
    outer = archive({entry("a", packed=False): inside})
    at = outer.index(CENTRAL)
    record = bytearray(inner[inner.index(CENTRAL) : inner.index(END)])
    struct.pack_into("<L", record, 42, 31)
    directory = outer[at : outer.index(END, at)] + bytes(record)
    return outer[:at] + directory + struct.pack("<4s4H2LH", END, 0, 0, 2, 2, len(directory), at, 0)


def test_entries_share_no_bytes() -> None:
    """Neither with each other nor with the directory."""
    made = overlapping()
    with zipfile.ZipFile(io.BytesIO(made)) as readable:
        assert readable.read("b") == b"x" * 100
    found = judged(made)
    assert isinstance(found, no.ArchiveEntryDamaged)
    assert (found.entry, found.why) == ("a", "it shares bytes with what follows it")
    alone = archive({entry("a", packed=False): b"12345"})
    found = judged(patched(alone, CENTRAL, 20, "<L", 6))
    assert isinstance(found, no.ArchiveEntryDamaged)


def in_another_way(method: int) -> bytes:
    """Packed as Java cannot read it."""
    info = zipfile.ZipInfo("a")
    info.compress_type = method
    return archive({info: b"x" * 100})


def packed_by_hand(packed: bytes, unpacked: bytes) -> bytes:
    """These packed bytes, said to be those unpacked ones, with their size and checksum."""
    made = archive({entry("a", packed=False): packed})
    for signature, at in ((LOCAL, 8), (CENTRAL, 10)):
        made = patched(made, signature, at, "<H", zipfile.ZIP_DEFLATED)
        made = patched(made, signature, at + 6, "<L", zlib.crc32(unpacked))
        made = patched(made, signature, at + 14, "<L", len(unpacked))
    return made


DEFLATED = zlib.compress(b"text " * 100)[2:-4]


def test_bytes_packed_by_hand_pass() -> None:
    """So that the two below are refused for what they are."""
    accepted(packed_by_hand(DEFLATED, b"text " * 100))


DAMAGED: dict[str, Callable[[], bytes]] = {
    "another byte": lambda: archive({entry("a", packed=False): b"xyz"}).replace(b"xyz", b"xyy", 1),
    "another checksum": lambda: patched(archive({"a": b"x"}), CENTRAL, 16, "<L", 1),
    "no packed bytes": lambda: patched(archive({"a": b"x" * 50}), LOCAL, 31, "<H", 0xFFFF),
    "more packed bytes": lambda: patched(archive({"a": zlib.compress(NOISE)}), CENTRAL, 20, "<L", 500),
    "another name before the bytes": lambda: archive({"aaa": b""}).replace(b"aaa", b"bbb", 1),
    "another method before the bytes": lambda: patched(archive({"a": b"x"}), LOCAL, 8, "<H", 0),
    "something after the packed bytes": lambda: packed_by_hand(DEFLATED + b"x", b"text " * 100),
    "packed bytes without their end": lambda: packed_by_hand(b"\0\1\0\xfe\xffx", b"x"),
    "bzip2": lambda: in_another_way(zipfile.ZIP_BZIP2),
    "lzma": lambda: in_another_way(zipfile.ZIP_LZMA),
    "a patch": lambda: patched(archive({"a": b"x"}), CENTRAL, 8, "<H", 0x20),
    "a folder with content": lambda: archive({"a/": b"x"}),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_an_entry_is_what_the_archive_says(case: str) -> None:
    """Else programs that read it differently would see different things."""
    found = judged(DAMAGED[case]())
    assert isinstance(found, no.ArchiveEntryDamaged), found
    assert found.entry.rstrip("/") in {"a", "aaa"}


def large_form() -> bytes:
    """In the form for more than 4 GiB, though it is small."""
    made = archive({"a": b""})
    at = made.index(END)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    return made[:at] + locator + made[at:]


NO_ARCHIVES: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "text": lambda: b"hello " * 1000,
    "bzip2": lambda: bz2.compress(b"x"),
    "cut off": lambda: JAR[:-30],
    "without its beginning": lambda: JAR[100:],
    "something before it": lambda: b"#!/bin/sh\n" + JAR,
    "something after it": lambda: JAR + b"\0",
    "an end within the end": lambda: archive({"a": b""})[:-2] + b"\x16\0" + END + bytes(18),
    "large form": large_form,
    "several disks": lambda: patched(archive({"a": b""}), END, 4, "<H", 1),
    "another number": lambda: patched(patched(archive({"a": b""}), END, 8, "<H", 2), END, 10, "<H", 2),
    "no entry where one is": lambda: archive({"a": b""}).replace(CENTRAL, b"PK\x01\x09"),
    "no UTF-8": lambda: archive({"ä": b""}).replace("ä".encode(), b"\xff\xff"),
    "a header beyond the end": lambda: patched(archive({"a": b""}), CENTRAL, 42, "<L", 0x7FFFFFFF),
}


@pytest.mark.parametrize("case", NO_ARCHIVES)
def test_what_is_no_archive_is_told(case: str) -> None:
    """In plain words, never with a trace."""
    found = judged(NO_ARCHIVES[case]())
    assert isinstance(found, no.NotAnArchive), found
    assert found.why


@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=6), st.integers(0, 40))
@settings(max_examples=300)
def test_any_bytes_are_judged(changes: list[tuple[int, int]], cut: int) -> None:
    """Whatever is changed: an answer, and never less than all entries read as they were said to be."""
    made = bytearray(SMALL[: len(SMALL) - cut])
    for at, value in changes:
        made[at % len(made)] = value
    found = judged(bytes(made), Bounds(unpacked=10_000))
    if isinstance(found, Archive):
        with zipfile.ZipFile(io.BytesIO(bytes(made))) as readable:
            assert readable.testzip() is None
            assert sum(len(readable.read(info)) for info in readable.infolist()) == found.unpacked


SMALL = archive({"a/": b"", "a/b": b"text " * 100, entry("c", packed=False): b"stored", "ä": b"\0" * 10}, one_way=True)
