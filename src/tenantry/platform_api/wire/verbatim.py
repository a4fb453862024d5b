"""What stands in an element of a body exactly as it was sent, for texts that are kept as they are given.

It is cut out of the body, not written anew: quotes, comments, white space and character references stay. Only prefixes
that are declared around it are declared in its first element as well, where it uses them, so that it means the same
anywhere.
"""

import codecs
import re
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

_TAG: Final = re.compile(rb"""<[^\s/>]+(?:[^>"']|"[^"]*"|'[^']*')*>""")
_DECLARED: Final = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_ENCODINGS: Final = frozenset({"utf-8", "ascii", "iso8859-1", "utf-16"})
"""What bodies are written in, as Python calls it."""


class Uncut(Exception):
    """Nothing can be cut out of the body: the sentence says why."""


def inner_of(body: bytes, name: str) -> str | None:
    """What stands in the element of this name that the root of a body has; nothing if it has none.

    The body is whole XML without a document type. Its names are compared without prefixes.
    """
    cutter = _Cutter(_as_utf_8(body), name)
    return cutter.cut()


def text_in(inner: str) -> str | None:
    """What was cut out as plain text, references and sections resolved; nothing where it has elements."""
    found: list[str] = []
    elements: list[str] = []
    parser = expat.ParserCreate(encoding="utf-8")
    parser.CharacterDataHandler = found.append
    parser.StartElementHandler = lambda tag, _: elements.append(tag)
    parser.Parse(f"<text>{inner}</text>".encode(), True)  # noqa: FBT003 - expat's parameter has no name
    return None if len(elements) > 1 else "".join(found)


def _as_utf_8(body: bytes) -> bytes:
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return body.decode("utf-16").encode()
    body = body.removeprefix(codecs.BOM_UTF8)
    declared = _DECLARED.match(body.lstrip()[:200])
    told = declared[1].decode() if declared else "utf-8"
    try:
        encoding = codecs.lookup(told).name
    except LookupError:
        encoding = ""
    if encoding not in _ENCODINGS:
        msg = f"The body is written in {told}; UTF-8 is understood."
        raise Uncut(msg)
    return body.decode(encoding).encode()


class _Cutter:
    """Looks for one element below the root, and notes which prefixes what is in it takes from around it."""

    def __init__(self, data: bytes, name: str) -> None:
        self.data, self.name = data, name
        self.scopes: list[dict[str, str]] = []
        self.begin = self.end = self.first = -1
        self.around: dict[str, str] = {}
        self.needed: set[str] = set()
        self.parser = expat.ParserCreate(encoding="utf-8")
        self.parser.StartElementHandler = self._enter
        self.parser.EndElementHandler = self._leave

    def cut(self) -> str | None:
        try:
            self.parser.Parse(self.data, True)  # noqa: FBT003 - expat's parameter has no name
        except expat.ExpatError as error:
            msg = f"The body is not XML: {expat.ErrorString(error.code)}."
            raise Uncut(msg) from error
        if self.begin < 0:
            return None
        tag = _TAG.match(self.data, self.begin)
        start = tag.end() if tag else self.end
        if self.end < start:
            return ""
        added = "".join(
            f" xmlns{f':{prefix}' if prefix else ''}={quoteattr(self.around[prefix])}" for prefix in sorted(self.needed)
        )
        if not added or self.first < 0:
            return self.data[start : self.end].decode()
        named = re.compile(rb"<[^\s/>]+").match(self.data, self.first)
        place = named.end() if named else self.first
        return self.data[start:place].decode() + added + self.data[place : self.end].decode()

    def _enter(self, tag: str, attributes: dict[str, str]) -> None:
        declared = {
            name.partition(":")[2]: uri for name, uri in attributes.items() if name == "xmlns" or name[:6] == "xmlns:"
        }
        self.scopes.append(declared)
        if len(self.scopes) == 2 and self.begin < 0 and self._named(tag):  # noqa: PLR2004 - a child of the root
            self.begin = self.parser.CurrentByteIndex
            self.around = self.scopes[0] | declared
        elif self.begin >= 0 > self.end:
            if self.first < 0:
                self.first = self.parser.CurrentByteIndex
            self._note(tag, attributes)

    def _named(self, tag: str) -> bool:
        local = tag.rpartition(":")[2]
        return local == self.name or local[:1].swapcase() + local[1:] == self.name

    def _note(self, tag: str, attributes: dict[str, str]) -> None:
        used = {tag.partition(":")[0] if ":" in tag else ""}
        for name, value in attributes.items():
            if ":" in name and name[:6] != "xmlns:":
                used.add(name.partition(":")[0])
            if name.rpartition(":")[2] == "type" and ":" in value:
                used.add(value.partition(":")[0])
        inside = set[str]().union(*self.scopes[2:])
        self.needed |= {prefix for prefix in used - inside if self.around.get(prefix)}

    def _leave(self, _: str) -> None:
        if len(self.scopes) == 2 and self.begin >= 0 > self.end:  # noqa: PLR2004 - the same
            self.end = self.parser.CurrentByteIndex
        self.scopes.pop()
