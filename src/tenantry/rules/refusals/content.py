"""Content that is uploaded and kept, and what is wrong with archives and descriptors."""

from dataclasses import dataclass

from tenantry.rules.refusals.base import Denial, Invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentNotFound(Denial):
    """The account keeps nothing under this key."""

    code = "content_not_found"
    rule = "ACC-1"
    sentence = "This account keeps no such file."


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentTooLarge(Invalid):
    """What is uploaded is larger than what is taken."""

    code = "content_too_large"
    rule = "CONN-2"
    place = "file"
    sentence = "The file is larger than {limit} bytes."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAnArchive(Invalid):
    """The file cannot be read as a zip archive."""

    code = "not_an_archive"
    rule = "CONN-2"
    place = "archive"
    sentence = "This is no zip or jar archive that can be read: {why}."
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveTooManyEntries(Invalid):
    """The archive has more entries than are taken."""

    code = "archive_too_many_entries"
    rule = "CONN-2"
    place = "archive"
    sentence = "The archive has more than {limit} entries."
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveTooLarge(Invalid):
    """Unpacked, the archive takes more room than is given."""

    code = "archive_too_large"
    rule = "CONN-2"
    place = "archive"
    sentence = "Unpacked, the archive takes more than {limit} bytes; “{entry}” goes beyond."
    entry: str
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveBomb(Invalid):
    """An entry grows out of all proportion when unpacked."""

    code = "archive_bomb"
    rule = "CONN-2"
    place = "archive"
    sentence = "“{entry}” grows to more than {limit} times its packed size."
    entry: str
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveEntryEscapes(Invalid):
    """Unpacked, the entry would land outside the folder it is unpacked into."""

    code = "archive_entry_escapes"
    rule = "CONN-2"
    place = "archive"
    sentence = "“{entry}” leads out of the archive: {why}."
    entry: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveEntryNameInvalid(Invalid):
    """The name of an entry is empty, too long, or has characters that no name has."""

    code = "archive_entry_name_invalid"
    rule = "CONN-2"
    place = "archive"
    sentence = "“{entry}” is no name for an entry: {why}."
    entry: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveEntryRepeated(Invalid):
    """Two entries would be the same file, or one a file and a folder."""

    code = "archive_entry_repeated"
    rule = "CONN-2"
    place = "archive"
    sentence = "“{entry}” is in the archive more than once, or as a file and as a folder."
    entry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveEntryLinked(Invalid):
    """The entry is a link, a device, or a folder that is called like a file."""

    code = "archive_entry_linked"
    rule = "CONN-2"
    place = "archive"
    sentence = "“{entry}” is neither a file nor a folder: it is a link, a device, or not what its name says."
    entry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveEntryEncrypted(Invalid):
    """The entry is encrypted, so nobody can look into it."""

    code = "archive_entry_encrypted"
    rule = "CONN-2"
    place = "archive"
    sentence = "“{entry}” is encrypted."
    entry: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveEntryDamaged(Invalid):
    """The entry cannot be unpacked to what the archive says of it."""

    code = "archive_entry_damaged"
    rule = "CONN-2"
    place = "archive"
    sentence = "“{entry}” cannot be unpacked: {why}."
    entry: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptorUnsafe(Invalid):
    """The descriptor asks its reader to fetch or to expand something."""

    code = "descriptor_unsafe"
    rule = "CONN-2"
    place = "descriptor"
    sentence = "The descriptor must stand alone, and it has {what}."
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptorInvalid(Invalid):
    """The descriptor is no XML, or not as its schema says."""

    code = "descriptor_invalid"
    rule = "CONN-2"
    place = "descriptor"
    sentence = "Line {line} of the descriptor: {why}."
    line: int
    why: str
