"""Objects written as JSON or XML, and the envelopes in which they come."""

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from secrets import token_hex
from typing import Any, Final

import msgspec
from lxml import etree

from tenantry.platform_api.wire.shapes import NAMESPACE, Wire, shape_of

XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_SPACES: Final = {"bns": NAMESPACE, "xsi": XSI}


class Form(StrEnum):
    """In what a body is written: its media type."""

    JSON = "application/json"
    XML = "application/xml"


@dataclass(frozen=True, slots=True)
class Answered:
    """One entry of a bulk answer: what was found, or the id with what is wrong."""

    found: Wire | None = None
    id: str = ""
    message: str = ""


def instant_text(at: datetime) -> str:
    """A time as the platform writes it: UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def object_body(value: Wire, form: Form) -> bytes:
    """One object."""
    if form is Form.JSON:
        return msgspec.json.encode(as_json(value))
    return _document(_named(value, shape_of(type(value)).name))


def result_body(found: Sequence[Wire], total: int, token: str, form: Form) -> bytes:
    """A page of a query; `total` counts all pages, `token` asks for the next one."""
    if form is Form.JSON:
        more = {"queryToken": token} if token else {}
        return msgspec.json.encode(
            {"@type": "QueryResult", **more, "result": [as_json(one) for one in found], "numberOfResults": total}
        )
    root = _element("QueryResult")
    root.set("numberOfResults", str(total))
    if token:
        etree.SubElement(root, _tag("queryToken")).text = token
    for one in found:
        root.append(_typed(one, "result"))
    return _document(root)


def bulk_body(answers: Sequence[Answered], form: Form) -> bytes:
    """What was asked for by ids, each on its own."""
    if form is Form.JSON:
        return msgspec.json.encode({"@type": "BulkResult", "response": [_bulk_json(one) for one in answers]})
    root = _element("BulkResult")
    for one in answers:
        entry = etree.SubElement(root, _tag("response"))
        if one.found is not None:
            entry.set("statusCode", "200")
            entry.append(_typed(one.found, "Result"))
        else:
            entry.set("id", clean(one.id))
            entry.set("statusCode", "400")
            entry.set("errorMessage", clean(one.message))
    return _document(root)


def _bulk_json(one: Answered) -> dict[str, Any]:
    if one.found is not None:
        return {"@type": "BulkResponse", "Result": as_json(one.found), "statusCode": 200}
    return {"@type": "BulkResponse", "id": one.id, "statusCode": 400, "errorMessage": one.message}


def true_body(form: Form) -> bytes:
    """That something is deleted. Never empty: clients take an empty body labelled JSON for a failure and ask again."""
    return b"true" if form is Form.JSON else b"<true/>"


def error_body(message: str, form: Form) -> bytes:
    """An error and its sentence."""
    if form is Form.JSON:
        return msgspec.json.encode({"@type": "Error", "message": message})
    root = etree.Element("error")
    etree.SubElement(root, "message").text = clean(message)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


# ---- JSON ----------------------------------------------------------------------------------------------------------


def as_json(value: Wire) -> dict[str, Any]:
    """An object with the names of the wire; absent members are left out."""
    shape = shape_of(type(value))
    found: dict[str, Any] = {"@type": shape.name}
    for member in shape.members:
        held = getattr(value, member.python)
        if held is not None:
            found[member.name] = [_json(one) for one in held] if member.many else _json(held)
    return found


def _json(held: object) -> object:
    if isinstance(held, Wire):
        return as_json(held)
    return instant_text(held) if isinstance(held, datetime) else held


# ---- XML -----------------------------------------------------------------------------------------------------------

_UNSPEAKABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """A text without the characters that XML 1.0 cannot hold (section 2.2)."""
    return _UNSPEAKABLE.sub("\ufffd", text)


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _element(name: str) -> etree._Element:
    return etree.Element(_tag(name), nsmap=_SPACES)


def _document(root: etree._Element) -> bytes:
    etree.cleanup_namespaces(root, keep_ns_prefixes=["bns"])
    written = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return _PLACES.sub(lambda place: b64decode(place[1]), written)


_MARK: Final = f"verbatim-{token_hex(16)}-"
_PLACES: Final = re.compile(_MARK.encode() + rb"([A-Za-z0-9+/=]*)\.")
"""Where texts stand that are put in as they are once all else is written. Nobody else knows the mark."""


def _place(text: str) -> str:
    return f"{_MARK}{b64encode(text.encode()).decode()}."


def _typed(value: Wire, name: str) -> etree._Element:
    node = _named(value, name)
    node.set(f"{{{XSI}}}type", f"bns:{shape_of(type(value)).name}")
    return node


def _named(value: Wire, name: str) -> etree._Element:
    node = _element(name)
    for member in shape_of(type(value)).members:
        held = getattr(value, member.python)
        if held is None:
            continue
        if not member.element:
            node.set(member.name, _text(held))
            continue
        for one in held if member.many else (held,):
            if isinstance(one, Wire):
                node.append(_named(one, member.name))
            else:
                text = _place(str(one)) if member.verbatim and one else _text(one)
                etree.SubElement(node, _tag(member.name)).text = text
    return node


def _text(held: object) -> str:
    if isinstance(held, bool):
        return "true" if held else "false"
    return instant_text(held) if isinstance(held, datetime) else clean(str(held))
