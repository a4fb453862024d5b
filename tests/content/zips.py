"""Archives for tests: good ones, and good ones with a few bytes changed."""

import io
import struct
import zipfile
from collections.abc import Mapping
from typing import Final

CENTRAL: Final = b"PK\x01\x02"
LOCAL: Final = b"PK\x03\x04"
END: Final = b"PK\x05\x06"


class OneWay(io.RawIOBase):
    """A stream that cannot be sought, as Java writes into: sizes follow the bytes."""

    def __init__(self) -> None:
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self.written += piece
        return len(piece)


def entry(name: str, *, mode: int = 0, packed: bool = True, extra: bytes = b"") -> zipfile.ZipInfo:
    """An entry as `packed` takes it."""
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    info.extra = extra
    return info


def archive(files: Mapping[str | zipfile.ZipInfo, bytes], *, one_way: bool = False) -> bytes:
    """A zip archive of these files."""
    stream = OneWay() if one_way else io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, data in files.items():
            made.writestr(entry(name) if isinstance(name, str) else name, data)
    return bytes(stream.written) if isinstance(stream, OneWay) else stream.getvalue()


def renamed(made: bytes, name: bytes, other: bytes) -> bytes:
    """The archive with one name replaced by another of the same length, in the directory and before the bytes."""
    assert len(name) == len(other)
    assert made.count(name) == 2
    return made.replace(name, other)


def patched(made: bytes, signature: bytes, offset: int, form: str, value: int) -> bytes:
    """The archive with a number changed in the first header of this kind."""
    at = made.index(signature) + offset
    changed = bytearray(made)
    struct.pack_into(form, changed, at, value)
    return bytes(changed)
