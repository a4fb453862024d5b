"""PRIV-10, as far as it is decided by values: how library files are called, how large and how many they are."""

import pytest

from tenantry.rules import libraries as law, refusals as no


@pytest.mark.parametrize("name", ["a.jar", "Tools 1.2.JAR", "æ-ö.jar", "x" * 251 + ".jar", ".hidden.jar"])
def test_priv_10_library_files_are_jar_files(name: str) -> None:
    """Whatever the case of the ending, up to 255 characters."""
    assert law.check_name(name) is None


@pytest.mark.parametrize(
    "name",
    [
        *("", ".jar", "a", "a.zip", "a.jar.exe", "jar", "...jar", " .jar", "x" * 252 + ".jar", "a\n.jar"),
        *("a\u202egpj.jar", "a\x00.jar", "up/a.jar", "up\\a.jar", " a.jar", "cafe\u0301.jar"),
    ],
)
def test_priv_10_other_names_are_none_for_a_library_file(name: str) -> None:
    """Without an end in `.jar` or anything before it, too long, a path, or with characters that nobody sees."""
    assert law.check_name(name) == no.AccountLibraryNameInvalid(limit=255)


def test_priv_10_of_a_path_the_last_part_is_the_name() -> None:
    """However the machine of the browser writes paths, and however it writes accents."""
    assert law.name_in("C:\\jars\\Tools.jar") == law.name_in("../../Tools.jar ") == "Tools.jar"
    assert law.name_in("cafe\u0301.jar") == "caf\u00e9.jar"
    assert law.name_in("jars/") == ""


def test_priv_10_size_and_number_have_limits() -> None:
    """20 MiB a file, 500 files an account; the last byte and the last file are still taken."""
    assert law.check_size(20 * 1024 * 1024) is None
    assert law.check_size(20 * 1024 * 1024 + 1) == no.ContentTooLarge(limit=20 * 1024 * 1024)
    assert law.check_room(499) is None
    assert law.check_room(500) == no.AccountLibrariesFull(limit=500)
