"""No path of somebody's machine in any text, and no folder or file whose name says nothing."""

import re
from pathlib import PurePath

import pytest

from tests.borders.tree import project_files, text_of

# Put together here, so that this file does not find itself.
SOMEBODYS_FOLDERS = ("work", "tmp", "root", "home", "Users", "workspace", "mnt")
MACHINE_PATH = re.compile(
    rf"(?<![\w./$}}\])*-])/(?:{'|'.join(SOMEBODYS_FOLDERS)})(?:/[\w.~-]|\b(?![\w/-]))|file:/{{2,}}"
)

EMPTY_WORDS = re.compile(r"(?:^|[_.-])(?:utils?|common|helpers?|core|managers?|misc)(?:$|[_.-])")
"""Names for whatever does not fit elsewhere. They grow, and nobody guesses what is in them."""


def machine_paths(text: str) -> list[str]:
    """Each line of the text that names a folder of somebody's machine."""
    return [line for line in text.splitlines() if MACHINE_PATH.search(line)]


def says_nothing(path: PurePath) -> bool:
    """Whether a folder or the file itself has one of the empty words in its name."""
    return any(EMPTY_WORDS.search(part) for part in path.parts)


@pytest.mark.parametrize("folder", SOMEBODYS_FOLDERS)
def test_a_machine_path_is_recognised(folder: str) -> None:
    """The search finds what it looks for, in code, in prose and in a URL."""
    path = f"/{folder}"
    assert machine_paths(f'DATA = "{path}/tenantry"')
    assert machine_paths(f"Look into {path}.")
    assert machine_paths(f"see {'file:'}//{path}/notes")


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/home/page",
        "{base}/work/",
        "a home/work balance",
        "/usr/share",
        "users/home.html",
        "/homepage",
    ],
)
def test_an_innocent_text_is_left_alone(text: str) -> None:
    """Addresses, relative paths and system folders that every machine has are no machine paths."""
    assert machine_paths(text) == []


@pytest.mark.parametrize(
    "name", ["src/utils/dates.py", "tests/helpers.py", "roles/role_manager.py", "core/a.py", "common.py"]
)
def test_an_empty_word_is_recognised(name: str) -> None:
    """The search finds the word as a folder, as a file and as a part of a name."""
    assert says_nothing(PurePath(name))


@pytest.mark.parametrize("name", ["src/tenantry/roles/commands.py", "docs/score.md", "web/static/encore.css"])
def test_an_honest_name_is_left_alone(name: str) -> None:
    """A word that only contains an empty one is a word of its own."""
    assert not says_nothing(PurePath(name))


def test_no_text_names_a_folder_of_somebodys_machine() -> None:
    """What is committed works anywhere, so it names no place that exists on one machine only."""
    found = {str(path): lines for path in project_files() if (lines := machine_paths(text_of(path) or ""))}
    assert found == {}


def test_every_name_says_what_is_inside() -> None:
    """A newcomer guesses the folder from the sentence in the manual, which has no utilities and no helpers in it."""
    assert [str(path) for path in project_files() if says_nothing(path)] == []
