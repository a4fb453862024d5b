"""Properties that the host tells of people and of its objects, for conditions to speak of; and conditions in lines."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from tenantry.decisions import conditions
from tenantry.store.lines import FieldProblem

Properties = dict[str, Any]
"""Members of any JSON value, by name."""

PROPERTIES_LIMIT: Final = 4 * 1024
"""Bytes of the properties of one person or object, as they are stored."""

DEPTH: Final = 16
"""Levels of values within values."""

_INTEGERS: Final = range(-(2**63), 2**63)


def stored_form_of(told: Mapping[str, Any]) -> str:
    """The one text that says these members, in the order of their names; "" for none."""
    return msgspec.json.encode(told, order="sorted").decode() if told else ""


def line_form_of(stored: str) -> Properties | UnsetType:
    """What a line tells of members stored so; nothing where there are none."""
    return msgspec.json.decode(stored, type=Properties) if stored else UNSET


def check_properties(told: Properties | UnsetType) -> Iterator[FieldProblem]:
    """Judge properties: their size, how deep they are nested, and that conditions can compare their numbers."""
    if isinstance(told, UnsetType):
        return
    try:
        size = len(stored_form_of(told))
        found = _unsound(told, DEPTH)
    except RecursionError:
        size, found = 0, _TOO_DEEP
    if size > PROPERTIES_LIMIT:
        yield "properties", f"has {size} bytes, at most {PROPERTIES_LIMIT} are allowed"
    elif found:
        yield "properties", found


def check_condition(text: str | UnsetType, field: str = "condition") -> Iterator[FieldProblem]:
    """Judge the condition of a line; "" is none."""
    refusal = conditions.check(text) if not isinstance(text, UnsetType) else None
    if refusal is not None:
        yield field, refusal.message


_TOO_DEEP: Final = f"is nested too deeply, at most {DEPTH} levels are allowed"


def _unsound(value: object, levels: int) -> str:
    """What is wrong with a value, or with one within it; "" for nothing."""
    if isinstance(value, int) and value not in _INTEGERS:
        return f"has a number that takes more than 64 bits: {str(value)[:30]}"
    if not isinstance(value, dict | list):
        return ""
    if levels == 0:
        return _TOO_DEEP
    inside = value.values() if isinstance(value, dict) else value
    return next((found for one in inside if (found := _unsound(one, levels - 1))), "")
