"""Passwords in the texts of components: what a password field is, and a text without them (PROC-2, PROC-5).

In XML a password field is

- an element marked `type="password"`: its attribute `value` and whatever text is in it, however deep, with the
  attributes `value` of the elements in it;
- an element named `password`: its attribute `value` and the text directly in it;
- an attribute named `password`.

In JSON it is

- the member `value` of an object with the member `"type": "password"`, with whatever is in it, however deep;
- a member named `password` whose value is a text or a number.

Names and the word itself are compared ignoring case, without prefixes of name spaces. A field that is empty is none.
Nothing else of a text is touched, byte for byte.
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tenantry.rules.components import Format

_WORD: Final = "password"
_VALUE: Final = "value"

Span = tuple[int, int]
"""Where in a text something begins, and where it ends."""


def passwords_in(written: str, text: str) -> int:
    """How many pieces of a text are passwords."""
    return sum(1 for _ in _spans(written, text))


def without_passwords(written: str, text: str) -> str:
    """The text with every password field emptied; what was a number in JSON is an empty text then."""
    pieces: list[str] = []
    end = 0
    for start, stop in _spans(written, text):
        pieces += (text[end:start], '""' if written == Format.JSON else "")
        end = stop
    return "".join((*pieces, text[end:])) if pieces else text


def _spans(written: str, text: str) -> Iterator[Span]:
    """What is to be cut out, in order; the text is one that can be kept, so whole JSON or XML."""
    if written == Format.JSON and "\\u" not in text and _WORD not in text.casefold():
        return iter(())
    return _in_json(text) if written == Format.JSON else _in_xml(text)


# ---- XML -----------------------------------------------------------------------------------------------------------

_MARKUP: Final = re.compile(
    r"""(?P<aside><!--.*?-->|<\?.*?\?>)
      | <!\[CDATA\[(?P<data>.*?)\]\]>
      | </(?P<end>[^\s>]+)\s*>
      | <(?P<start>[^\s/>]+)(?P<attributes>(?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(?P<alone>/?)>
      | (?P<text>[^<]+)""",
    re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE: Final = re.compile(r"""\s+([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def _in_xml(text: str) -> Iterator[Span]:
    open_elements: list[_Element] = []
    for found in _MARKUP.finditer(text):
        here = open_elements[-1] if open_elements else _NOWHERE
        if found["start"] is not None:
            element, spans = _element(found, here)
            yield from spans
            if not found["alone"]:
                open_elements.append(element)
        elif found["end"] is not None:
            open_elements.pop()
        elif (found["data"] or found["text"] or "").strip() and here.secret:
            yield found.span()


@dataclass(frozen=True, slots=True)
class _Element:
    """An element that is open: whether it is marked as a password or in one that is, and whether its text is one."""

    marked: bool = False
    secret: bool = False


_NOWHERE: Final = _Element()


def _element(found: "re.Match[str]", parent: _Element) -> tuple[_Element, list[Span]]:
    """An element that begins, and those of its attributes that are passwords."""
    offset = found.start("attributes")
    values: dict[str, tuple[str, Span]] = {}
    for one in _ATTRIBUTE.finditer(found["attributes"]):
        group = 2 if one[2] is not None else 3
        values[_local(one[1])] = one[group], (offset + one.start(group), offset + one.end(group))
    kind = html.unescape(values["type"][0]).strip().casefold() if "type" in values else ""
    marked = parent.marked or kind == _WORD
    secret = marked or _local(found["start"]) == _WORD
    emptied = {_WORD, _VALUE} if secret else {_WORD}
    return _Element(marked, secret), sorted(span for name, (value, span) in values.items() if name in emptied and value)


def _local(name: str) -> str:
    return name.rpartition(":")[2].casefold()


# ---- JSON ----------------------------------------------------------------------------------------------------------

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[-\w.+]+|[\[\]{}:,]')
_EMPTY: Final = frozenset({'""', "null", "true", "false"})


@dataclass(slots=True)
class _Opened:
    """An object or list that is open: the member being read and how many scalars stood before it; whether a member says
    that this is a password; the ranges of scalars that are one then.
    """

    keyed: bool
    awaits_key: bool
    member: str = ""
    start: int = 0
    marked: bool = False
    ranges: list[Span] = field(default_factory=list)

    def end_member(self, scalars: int) -> None:
        """A member is read to its end."""
        if self.member == _VALUE:
            self.ranges.append((self.start, scalars))
        self.member, self.awaits_key = "", self.keyed


def _in_json(text: str) -> Iterator[Span]:
    """Reads the tokens one after the other: nesting, however deep, does not matter."""
    scalars: list[Span] = []
    ranges: list[Span] = []
    stack = [_Opened(keyed=False, awaits_key=False)]
    for found in _TOKEN.finditer(text):
        piece, here = found[0], stack[-1]
        if piece in {"{", "["}:
            stack.append(_Opened(keyed=piece == "{", awaits_key=piece == "{"))
        elif piece in {"}", "]"}:
            here.end_member(len(scalars))
            ranges += here.ranges if here.marked else ()
            stack.pop()
        elif piece == ",":
            here.end_member(len(scalars))
        elif here.awaits_key:
            here.member, here.start, here.awaits_key = _folded(piece), len(scalars), False
        elif piece not in _EMPTY and piece != ":":
            here.marked |= here.member == "type" and piece[0] == '"' and _folded(piece).strip() == _WORD
            ranges += [(len(scalars), len(scalars) + 1)] if here.member == _WORD else ()
            scalars.append(found.span())
    reached = 0
    for start, end in sorted(ranges):
        yield from scalars[max(start, reached) : end]
        reached = max(reached, end)


def _folded(string: str) -> str:
    return str(json.loads(string, strict=False)).casefold()
