"""Account Libraries: how a library file may be called, how large one may be, and how many an account has (PRIV-10)."""

import unicodedata
from typing import Final

from tenantry.rules import refusals as no

FILE_LIMIT: Final = 20 * 1024 * 1024
"""Bytes of a library file."""

FILES_LIMIT: Final = 500
"""Library files of an account."""

NAME_LIMIT: Final = 255
"""Characters in the name of a library file."""

ENDING: Final = ".jar"
"""How library files are called, in whatever case."""


def name_in(told: str) -> str:
    """The name of a file in what a browser tells of it, which may be a path of its machine; accents in one spelling, so
    that the same name is the same text wherever it was typed.
    """
    return unicodedata.normalize("NFC", told.replace("\\", "/").rpartition("/")[2].strip())


def check_name(name: str) -> no.AccountLibraryNameInvalid | None:
    """Judge the name of a library file: 1 to 255 printable characters, no path, with something before `.jar`."""
    stem = name[: -len(ENDING)]
    fits = (
        name.casefold().endswith(ENDING)
        and stem.strip(". ")
        and len(name) <= NAME_LIMIT
        and name.isprintable()
        and name == name_in(name)
    )
    return None if fits else no.AccountLibraryNameInvalid(limit=NAME_LIMIT)


def check_size(size: int) -> no.ContentTooLarge | None:
    """Judge the size of a library file in bytes."""
    return None if size <= FILE_LIMIT else no.ContentTooLarge(limit=FILE_LIMIT)


def check_room(number: int) -> no.AccountLibrariesFull | None:
    """Judge one library file more in an account that has this many."""
    return None if number < FILES_LIMIT else no.AccountLibrariesFull(limit=FILES_LIMIT)
