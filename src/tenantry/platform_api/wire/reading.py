"""Bodies of calls, JSON or XML, turned into the objects they describe; what cannot be read names its place.

`@type` and members nobody knows are passed over, `null` is absence, and one value may stand where several could.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import msgspec
from lxml import etree

from tenantry.platform_api.wire.shapes import Kind, Member, Shape, Wire, shape_of
from tenantry.platform_api.wire.verbatim import Uncut, inner_of

W = TypeVar("W", bound=Wire)

Plain = dict[str, Any]
"""A body as plain values, whatever it was written in."""


class Malformed(Exception):
    """A body, a filter or a token that cannot be read: the sentence says what is wrong and where."""


def plain_json(body: bytes) -> Plain:
    """The object that a JSON body is; an empty body is an empty object."""
    if not body.strip():
        return {}
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        msg = f"The body is not JSON: {error}."
        raise Malformed(msg) from error
    if not isinstance(found, dict):
        msg = "The body is not a JSON object."
        raise Malformed(msg)
    return found


def element(body: bytes) -> etree._Element | None:
    """The root of an XML body; nothing for an empty one. Document types and entities are refused."""
    if not body.strip():
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        msg = f"The body is not XML: {error.msg}."
        raise Malformed(msg) from error
    if root.getroottree().docinfo.internalDTD is not None:
        msg = "The body has a document type, which is not accepted."
        raise Malformed(msg)
    return root


def read_json(body: bytes, made: type[W]) -> W:
    """The object of a JSON body."""
    return read_plain(plain_json(body), made)


def read_xml(body: bytes, made: type[W]) -> W:
    """The object of an XML body, whatever its root is called."""
    root = element(body)
    if root is None:
        return read_plain({}, made)
    shape = shape_of(made)
    try:
        inside = {one.name: inner_of(body, one.name) for one in shape.members if one.verbatim}
    except Uncut as error:
        raise Malformed(str(error)) from error
    return read_plain(_plain(root, shape) | inside, made)


def read_plain(given: object, made: type[W], place: str = "") -> W:
    """The object that plain values describe; `place` is where they stand in the body."""
    shape = shape_of(made)
    if not isinstance(given, Mapping):
        msg = f"{place or 'The body'} is not an object."
        raise Malformed(msg)
    found: dict[str, Any] = {}
    for member in shape.members:
        value = given.get(member.name)
        if value is None:
            continue
        there = f"{place}.{member.name}" if place else member.name
        if member.many:
            found[member.python] = [
                _value(member, one, there) for one in (value if isinstance(value, list) else [value])
            ]
        else:
            found[member.python] = _value(member, value[0] if _single(value) else value, there)
    try:
        return made(**found)
    except TypeError as error:  # what must be there is not
        missing = next(m.name for m in shape.members if m.python not in found and f"'{m.python}'" in str(error))
        msg = f"{place + '.' if place else ''}{missing} is missing."
        raise Malformed(msg) from error


def required(text: str | None, name: str) -> str:
    """A member that a body has to have, which is not empty either."""
    if text is None or not text.strip():
        msg = f"{name} is missing."
        raise Malformed(msg)
    return text.strip()


def _single(value: object) -> bool:
    return isinstance(value, list) and len(value) == 1


def _value(member: Member, value: object, place: str) -> object:
    if member.part is not None:
        return read_plain(value, member.part, place)
    text = scalar(value, place)
    if member.kind in _READERS:
        return _READERS[member.kind](text, place)
    if member.choices and text not in member.choices:
        msg = f"{place} is {text!r}, which is none of {', '.join(member.choices)}."
        raise Malformed(msg)
    return text


def scalar(value: object, place: str) -> str:
    """A plain value as text; `["Long", 3832]` is a number as some clients write it."""
    if isinstance(value, list) and value[:1] == ["Long"]:
        value = value[-1]
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, (str, int, float)):
        msg = f"{place} is not a plain value."
        raise Malformed(msg)
    text = str(value)
    if "\x00" in text:
        msg = f"{place} holds a zero character."
        raise Malformed(msg)
    return text


def flag(text: str, place: str) -> bool:
    """`true` or `false`."""
    if text.lower() not in {"true", "false"}:
        msg = f"{place} is {text[:40]!r}, which is neither true nor false."
        raise Malformed(msg)
    return text.lower() == "true"


_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)


def whole(text: str, place: str) -> int:
    """A whole number of at most 18 digits."""
    if _WHOLE.fullmatch(text.strip()) is None:
        msg = f"{place} is {text[:40]!r}, which is no whole number."
        raise Malformed(msg)
    return int(text)


_INSTANT: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?)(Z|[+-][0-9]{2}:?[0-9]{2})", re.ASCII
)


def instant(text: str, place: str) -> datetime:
    """A time as the platform writes it, `yyyy-MM-dd'T'HH:mm:ss'Z'`; parts of seconds and offsets are understood."""
    match = _INSTANT.fullmatch(text.strip())
    try:
        found = datetime.fromisoformat(text.strip()).astimezone(UTC) if match else None
    except (ValueError, OverflowError):
        found = None
    if found is None:
        msg = f"{place} is {text[:40]!r}, which is no time such as 2026-01-31T09:30:00Z."
        raise Malformed(msg)
    return found


_READERS: Final[Mapping[Kind, Callable[[str, str], object]]] = {
    Kind.FLAG: flag,
    Kind.WHOLE: whole,
    Kind.INSTANT: instant,
}


# ---- XML as plain values -------------------------------------------------------------------------------------------


def local(node: etree._Element) -> str:
    """The name of an element without its namespace."""
    return str(etree.QName(node).localname)


def children(node: etree._Element) -> Iterator[etree._Element]:
    """The elements in an element."""
    return (child for child in node if isinstance(child.tag, str))


def text_of(node: etree._Element) -> str:
    """All the text of an element; an entity in it, which nobody resolves, is refused."""
    if any(not isinstance(child.tag, str) for child in node):
        msg = "The body refers to an entity, which is not accepted."
        raise Malformed(msg)
    return "".join(str(part) for part in node.itertext())


def _plain(node: etree._Element, shape: Shape) -> Plain:
    found: Plain = {}
    for name, text in node.attrib.items():
        member = shape.in_xml(str(etree.QName(str(name)).localname))
        if member is not None:
            found[member.name] = str(text)
    for child in children(node):
        member = shape.in_xml(local(child))
        if member is None or member.verbatim or child.get("{http://www.w3.org/2001/XMLSchema-instance}nil") == "true":
            continue
        value: object = text_of(child) if member.part is None else _part(child, shape_of(member.part))
        if member.many:
            found.setdefault(member.name, []).append(value)
        else:
            found[member.name] = value
    return found


def _part(node: etree._Element, shape: Shape) -> Plain:
    """A part that is there: of what repeats in it, nothing written is an empty list. XML has no other word for it."""
    return {member.name: [] for member in shape.members if member.many} | _plain(node, shape)
