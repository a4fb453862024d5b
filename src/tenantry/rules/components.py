"""Components: what their text may be, and which others it refers to. Texts are kept exactly as given."""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NoReturn
from xml.parsers import expat

from tenantry.rules import refusals as no

ID_LIMIT: Final = 255
"""Characters in the id of a component or folder."""

TEXT_LIMIT: Final = 1 << 20
"""Bytes in a component's text, encoded in UTF-8."""

DEPTH_LIMIT: Final = 500
"""How deeply the elements of an XML text may be nested."""


SUBTYPE_LIMIT: Final = 255
"""Characters in the subtype that programs give a component."""

DESCRIPTION_LIMIT: Final = 10_000
"""Characters in a component's description."""


class Format(StrEnum):
    """How the text of a component is written."""

    XML = "xml"
    JSON = "json"

    @property
    def label(self) -> str:
        """As pages name it."""
        return self.value.upper()


TYPES: Final = {
    "process": "Process",
    "connection": "Connection",
    "operation": "Operation",
    "map": "Map",
    "profile": "Profile",
    "script": "Script",
    "process_property": "Process Property",
    "process_route": "Process Route",
    "api_service": "API Service",
    "certificate": "Certificate",
    "custom_library": "Custom Library",
    "other": "Other",
}
"""The types of components, with what pages call them."""


PROFILE_OF_JSON: Final = "profile.json"
"""What programs call a profile whose text is JSON."""

USUAL: Final = {
    "process": "process",
    "connection": "connector-settings",
    "operation": "connector-action",
    "map": "transform.map",
    "profile": "profile.xml",
    "script": "script.processing",
    "process_property": "processproperty",
    "process_route": "processroute",
    "api_service": "webservice",
    "certificate": "certificate",
    "custom_library": "customlibrary",
}
"""What programs call each type; they have no word for `other`."""

TOLD_TYPES: Final = {told: kind for kind, told in USUAL.items()} | {
    PROFILE_OF_JSON: "profile",
    "profile.db": "profile",
    "profile.edi": "profile",
    "profile.flatfile": "profile",
    "transform.function": "map",
    "script.mapping": "script",
    "certificate.pgp": "certificate",
    "crossref": "other",
    "documentcache": "other",
    "edistandard": "other",
    "flowservice": "other",
    "queue": "other",
    "tpcommoptions": "other",
    "tpgroup": "other",
    "tporganization": "other",
    "tradingpartner": "other",
    "webservice.external": "other",
    "xslt": "other",
}
"""The types of which programs speak, each with ours."""


@dataclass(frozen=True, slots=True)
class Particulars:
    """What programs say of a component besides its name and text, kept as they say it.

    `type` is their word for its type; empty means the usual one.
    """

    type: str = ""
    subtype: str = ""
    description: str = ""
    overrides: str = ""


NOTHING_TOLD: Final = Particulars()
"""What the console says of a component."""


def check_told_type(told: str) -> no.ComponentTypeUnknown | None:
    """Judge a type of which a program speaks."""
    known = ", ".join(sorted(TOLD_TYPES))
    return None if told in TOLD_TYPES else no.ComponentTypeUnknown(type=told[:60] or "without a name", known=known)


def usual_type(kind: str, written: str) -> str:
    """What programs call a component of this type and format; empty where they have no word."""
    return PROFILE_OF_JSON if (kind, written) == ("profile", Format.JSON) else USUAL.get(kind, "")


def check_particulars(told: Particulars) -> no.ComponentDetailInvalid | None:
    """Judge what a program says besides."""
    for name, text, limit in (
        ("subtype", told.subtype, SUBTYPE_LIMIT),
        ("description", told.description, DESCRIPTION_LIMIT),
        ("overrides", told.overrides, TEXT_LIMIT),
    ):
        if len(text) > limit or "\x00" in text:
            return no.ComponentDetailInvalid(detail=name, limit=limit)
    return None


def check_type(kind: str) -> no.ComponentTypeUnknown | None:
    """Judge a component's type."""
    return None if kind in TYPES else no.ComponentTypeUnknown(type=kind[:60], known=", ".join(TYPES))


def check_format(written: str) -> no.ComponentFormatUnknown | None:
    """Judge how a component's text is said to be written."""
    known = {one.value for one in Format}
    return None if written in known else no.ComponentFormatUnknown(format=written[:60], known=", ".join(sorted(known)))


def check_text(written: str, text: str) -> no.ComponentTextInvalid | None:
    """Judge a text: whole JSON or XML of at most 1 MiB. XML brings no document type, so that nothing is expanded or
    fetched by whoever reads it.
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        return no.ComponentTextInvalid(problem="it holds half a character")
    if size > TEXT_LIMIT:
        return no.ComponentTextInvalid(problem=f"it has {size:,} bytes, at most {TEXT_LIMIT:,} are allowed")
    if "\x00" in text:
        return no.ComponentTextInvalid(problem="it holds a zero character")
    problem = _wrong_with_json(text) if written == Format.JSON else _wrong_with_xml(text)
    return no.ComponentTextInvalid(problem=problem) if problem else None


def _wrong_with_json(text: str) -> str:
    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        return f"it is not JSON, line {error.lineno}, column {error.colno}: {error.msg[:1].lower()}{error.msg[1:]}"
    except ValueError as error:
        return f"it is not JSON: {error}"
    except RecursionError:
        return "it is nested too deeply"
    return ""


def _no_number(word: str) -> NoReturn:
    message = f"{word} is no number"
    raise ValueError(message)


class _Forbidden(Exception):
    """The text has something that is well-formed and not taken all the same."""


def _wrong_with_xml(text: str) -> str:
    parser = expat.ParserCreate(encoding="utf-8")  # the text is decoded already, whatever it declares
    depth = 0

    def forbid(*_: object) -> NoReturn:
        raise _Forbidden("it has a document type declaration, which is not taken")

    def enter(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > DEPTH_LIMIT:
            raise _Forbidden("it is nested too deeply")

    def leave(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler = forbid
    parser.EntityDeclHandler = forbid
    parser.StartElementHandler = enter
    parser.EndElementHandler = leave
    try:
        parser.Parse(text.encode(), True)  # noqa: FBT003 - expat's parameter has no name
    except _Forbidden as error:
        return str(error)
    except expat.ExpatError as error:
        words = expat.ErrorString(error.code) or "malformed"
        return f"it is not XML, line {error.lineno}, column {error.offset + 1}: {words}"
    return ""


_ID: Final = re.compile(
    r"(?<![0-9A-Za-z-])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9A-Za-z-])"
)


def ids_in(text: str) -> frozenset[str]:
    """Whatever in a text has the form of a component's id. Which of them are components, the account knows."""
    return frozenset(_ID.findall(text))


def with_ids(text: str, new: "dict[str, str]") -> str:
    """The text with ids replaced: what was copied together refers to its copies."""
    return _ID.sub(lambda found: new.get(found[0], found[0]), text) if new else text
