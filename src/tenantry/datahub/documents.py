"""How the document of a model is kept: JSON of a fixed schema, which `docs/models.md` shows.

    {"format": 1, "fields": [{"name", "type", "required", "unique", "match"}],
                  "steps": [{"name", "kind", "check", "process"}]}

Texts come from `written` alone, so equal documents have equal texts.
"""

from typing import Any, Final, Literal

import msgspec

from tenantry.rules.modelling import Document, Field, Step

FORMAT: Final = 1
"""The number of the schema."""


class StoredDocument(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The schema: a document with its format."""

    format: Literal[1]
    fields: tuple[Field, ...]
    steps: tuple[Step, ...]


def read(text: str) -> Document:
    """The document of a stored text. Raises `msgspec.ValidationError` for what does not have the schema."""
    stored = msgspec.json.decode(text, type=StoredDocument)
    return Document(stored.fields, stored.steps)


def written(document: Document) -> str:
    """The text that is stored of a document."""
    return msgspec.json.encode(StoredDocument(1, document.fields, document.steps)).decode()


def schema() -> dict[str, Any]:
    """The JSON schema of stored documents."""
    return msgspec.json.schema(StoredDocument)


EMPTY: Final = written(Document())
"""The text of a draft in which nothing is yet."""
