"""The changelog keeps its form, so that readers find a change where they look for it."""

import re

from tests.borders.tree import PROJECT

SECTIONS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
CHANGELOG = PROJECT / "CHANGELOG.md"


def sections_by_release(text: str) -> dict[str, list[str]]:
    """The third-level headings under each second-level heading, in order."""
    found: dict[str, list[str]] = {}
    release = ""
    for level, title in re.findall(r"^(##|###) (.+)$", text, flags=re.MULTILINE):
        if level == "##":
            release = title
            found[release] = []
        else:
            found[release].append(title)
    return found


def out_of_order(text: str) -> list[str]:
    """The releases whose sections are unknown, repeated or out of order."""
    return [
        release
        for release, titles in sections_by_release(text).items()
        if titles != [title for title in SECTIONS if title in titles]
    ]


def test_a_wrong_order_is_seen() -> None:
    """The check finds a swapped, an unknown and a repeated section."""
    assert out_of_order("## 1.0\n### Fixed\n### Added\n") == ["1.0"]
    assert out_of_order("## 1.0\n### Improved\n") == ["1.0"]
    assert out_of_order("## 1.0\n### Added\n### Added\n") == ["1.0"]
    assert out_of_order("## 1.0\n### Added\n### Fixed\n") == []


def test_sections_stand_in_their_fixed_order() -> None:
    """Unreleased comes first, and every release orders its sections alike."""
    text = CHANGELOG.read_text()
    assert next(iter(sections_by_release(text))) == "Unreleased"
    assert out_of_order(text) == []
