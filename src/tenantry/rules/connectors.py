"""Connectors: their types, and which of them the text of a component names (CONN)."""

import json
import re
from enum import StrEnum
from typing import Final
from xml.parsers import expat

from tenantry.rules.accounts import ACCOUNT_ID_LIMIT
from tenantry.rules.vocabulary import AccountId

CLASSIFICATION_LIMIT: Final = 175
"""Characters in the classification of a connector (CONN-2)."""

WORD_LIMIT: Final = 80
"""Characters in the part of a type that is the connector group's own."""

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


def connector_type(account: AccountId | str, word: str, classification: str) -> str:
    """The type by which components name a connector: `accountID-connectorType-classification` (CONN-3)."""
    return f"{account}-{word}-{classification}"


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


def owner_prefixes(kind: str) -> frozenset[str]:
    """What may be the account of a type: all that stands before one of its hyphens, as far as two more parts follow."""
    places = [place for place, character in enumerate(kind) if character == "-"]
    return frozenset(kind[:place] for place in places[:-1] if place)
