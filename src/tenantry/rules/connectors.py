"""Connectors: groups with versions, types and classifications, releases, visibility and reviews; and which of them the
text of a component names (CONN).
"""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from html import escape
from typing import Final
from xml.parsers import expat

from tenantry.rules import refusals as no
from tenantry.rules.accounts import ACCOUNT_ID_LIMIT
from tenantry.rules.sharing import NAME_LIMIT
from tenantry.rules.vocabulary import AccountId, Instant, storable

CLASSIFICATION_LIMIT: Final = 175
"""Characters in the classification of a connector (CONN-2)."""

WORD_LIMIT: Final = 80
"""Characters in the part of a type that is the connector group's own."""

LABEL_LIMIT: Final = 40
"""Characters in what people call a version."""

VERSION_MOST: Final = 1_000_000_000
"""The first number that no version has."""

LOG_LIMIT: Final = 4000
"""Characters in a change log, and in the note of a review."""

ADDRESS_LIMIT: Final = 500
"""Characters in a support URL or e-mail address."""

TYPE_LIMIT: Final = ACCOUNT_ID_LIMIT + WORD_LIMIT + CLASSIFICATION_LIMIT + 2
"""Characters in the type of a connector."""


class Visibility(StrEnum):
    """Who may use a connector (CONN-5)."""

    PRIVATE = "private"
    PUBLIC = "public"
    HIDDEN = "hidden"

    @property
    def label(self) -> str:
        """As pages name it."""
        return self.value.title()


class Review(StrEnum):
    """Where a review stands (CONN-6)."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    CANCELLED = "CANCELLED"

    @property
    def label(self) -> str:
        """As pages name it."""
        return self.value.title()


class Way(StrEnum):
    """How a connector comes from one visibility to another (CONN-6)."""

    DIRECT = "direct"
    REVIEW = "review"


_WAYS: Final = {
    (Visibility.PRIVATE, Visibility.HIDDEN): Way.DIRECT,
    (Visibility.PRIVATE, Visibility.PUBLIC): Way.REVIEW,
    (Visibility.PUBLIC, Visibility.HIDDEN): Way.REVIEW,
}


@dataclass(frozen=True, slots=True)
class State:
    """What is judged of a connector: its visibility, whether a version was ever put into force, and whether a review
    is open.
    """

    name: str
    visibility: Visibility
    released: bool
    in_review: bool = False


def check_development(*, enabled: bool, publisher: str) -> no.DevelopmentNotEnabled | no.PublisherNameMissing | None:
    """Judge whether an account may develop connectors: enabled once, and with a Publisher Name (CONN-1)."""
    if not enabled:
        return no.DevelopmentNotEnabled()
    return None if publisher else no.PublisherNameMissing()


def check_publisher_name(name: str) -> no.PublisherNameInvalid | None:
    """Judge a Publisher Name: 1 to 255 characters (CONN-1)."""
    fits = name.strip() and len(name) <= NAME_LIMIT and storable(name)
    return None if fits else no.PublisherNameInvalid(limit=NAME_LIMIT)


def check_name(name: str) -> no.ConnectorNameInvalid | None:
    """Judge the name of a group or the display name of a connector: 1 to 255 characters (CONN-2)."""
    fits = name.strip() and len(name) <= NAME_LIMIT and storable(name)
    return None if fits else no.ConnectorNameInvalid(limit=NAME_LIMIT)


def check_classification(classification: str) -> no.ConnectorClassificationInvalid | None:
    """Judge a classification: 1 to 175 characters (CONN-2)."""
    fits = classification.strip() and len(classification) <= CLASSIFICATION_LIMIT and classification.isprintable()
    return None if fits else no.ConnectorClassificationInvalid(limit=CLASSIFICATION_LIMIT)


def check_told(texts: Collection[str], limit: int = NAME_LIMIT) -> no.ConnectorTextInvalid | None:
    """Judge what else is told of a group, a version or a review: at most so many characters."""
    fits = all(len(text) <= limit and storable(text) for text in texts)
    return None if fits else no.ConnectorTextInvalid(limit=limit)


_PART: Final = re.compile(r"[^A-Za-z0-9_.]+")


def word_of(text: str) -> str:
    """A type's part from a group's name or an estate line; without hyphen, so that types can be taken apart."""
    return _PART.sub("", text)[:WORD_LIMIT] or "connector"


def free_word(name: str, taken: Collection[str]) -> str:
    """The part of types of a new group, which no other group of the account has (CONN-3)."""
    word = word_of(name.lower())
    number = 1
    while (free := word if number == 1 else f"{word[: WORD_LIMIT - 6]}{number}") in taken:
        number += 1
    return free


def connector_type(account: AccountId | str, word: str, classification: str) -> str:
    """The type by which components name a connector: `accountID-connectorType-classification` (CONN-3)."""
    return f"{account}-{word}-{classification}"


def parts_of(account: AccountId | str, kind: str) -> tuple[str, str] | None:
    """Word and classification of a whole type of this account; `None` for what is no such type."""
    word, hyphen, classification = kind.removeprefix(f"{account}-").partition("-")
    whole = kind.startswith(f"{account}-") and hyphen and classification.strip() and word == word_of(word)
    return (word, classification) if whole else None


def next_version(numbers: Collection[int]) -> int:
    """The number of a group's next version: 1 for the first (CONN-2)."""
    return max(numbers, default=0) + 1


def on_the_hour(at: Instant) -> Instant:
    """When a release that is due at an instant is carried out: at that full hour, or the next (CONN-4)."""
    full = at.replace(minute=0, second=0, microsecond=0)
    return full if full == at else full + timedelta(hours=1)


def check_due(due: Instant, at: Instant) -> no.ReleaseDateInvalid | None:
    """Judge when a version is to be put into force: later than now, at most ten years (CONN-4)."""
    return None if at < due <= at + timedelta(days=3653) else no.ReleaseDateInvalid()


def ways_from(state: State) -> Sequence[tuple[Visibility, Way]]:
    """To which visibilities a connector can go on, and how (CONN-6); nowhere from Hidden, and never back to Private."""
    return tuple((to, way) for (start, to), way in _WAYS.items() if start is state.visibility)


def check_change(
    state: State, wanted: Visibility, way: Way
) -> no.VisibilityNotReached | no.ReviewOpen | no.ConnectorUnreleased | None:
    """Judge a change of visibility, at once or by review (CONN-6). None while a review is open; nothing becomes Public
    without a released version.
    """
    if (wanted, way) not in ways_from(state):
        return no.VisibilityNotReached(name=state.name, now=state.visibility.label, wanted=wanted.label)
    if state.in_review:
        return no.ReviewOpen(name=state.name)
    if wanted is Visibility.PUBLIC and not state.released:
        return no.ConnectorUnreleased(name=state.name)
    return None


ATTRIBUTE: Final = "connector-type"
"""The attribute by which an XML text names a connector."""

MEMBER: Final = "connectorType"
"""The member by which a JSON text names a connector."""

_JSON_STRING: Final = r'"(?:[^"\\]|\\.)*"'
_JSON_STRINGS: Final = re.compile(rf"({_JSON_STRING})(?:\s*:\s*({_JSON_STRING}))?")


def connector_types_in(text: str) -> frozenset[str]:
    """The types of connectors that a component's text names (CONN-3): in XML by attributes `connector-type`, in JSON by
    members `connectorType`.

    The text is one that can be kept, so whole XML or JSON. What has no form of a type is left out.
    """
    found = _in_xml(text) if text.lstrip("\ufeff \t\r\n").startswith("<") else _in_json(text)
    return frozenset(name for one in found if 0 < len(name := one.strip()) <= TYPE_LIMIT)


def _in_xml(text: str) -> set[str]:
    found: set[str] = set()
    if ATTRIBUTE not in text:
        return found

    def enter(_: str, attributes: dict[str, str]) -> None:
        if ATTRIBUTE in attributes:
            found.add(attributes[ATTRIBUTE])

    parser = expat.ParserCreate(encoding="utf-8")
    parser.StartElementHandler = enter
    parser.Parse(text.encode(), True)  # noqa: FBT003 - expat's parameter has no name
    return found


def _in_json(text: str) -> set[str]:
    """Reads the strings alone, one after the other: nesting, however deep, does not matter."""
    if MEMBER not in text and "\\u" not in text:
        return set()
    pairs = (match.groups() for match in _JSON_STRINGS.finditer(text))
    return {json.loads(value) for key, value in pairs if value is not None and json.loads(key) == MEMBER}


def beginning_of(type_: str, written: str, kind: str) -> str:
    """A text to begin with for a component that uses a connector of this type, in XML or JSON."""
    if written == "json":
        return json.dumps({MEMBER: kind}, indent=2, ensure_ascii=False)
    return f'<{type_} {ATTRIBUTE}="{escape(kind)}"/>'


def owner_prefixes(kind: str) -> frozenset[str]:
    """What may be the account of a type: all that stands before one of its hyphens, as far as two more parts follow."""
    places = [place for place, character in enumerate(kind) if character == "-"]
    return frozenset(kind[:place] for place in places[:-1] if place)
