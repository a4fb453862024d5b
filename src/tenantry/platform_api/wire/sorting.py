"""In which order a query tells what it finds: `QuerySort`, read from a body and judged."""

from collections.abc import Mapping
from typing import Any

from lxml import etree

from tenantry.platform_api.wire.reading import Malformed, Plain, children, local, scalar, text_of

Sort = list[tuple[str, bool]]
"""Properties in the order in which they count, each with whether it is sorted downwards."""


def sort_in_json(body: Plain) -> list[Any]:
    """The sort fields of a query's JSON body as plain values."""
    told = body.get("QuerySort")
    if told is None:
        return []
    if not isinstance(told, dict):
        msg = "QuerySort is not an object."
        raise Malformed(msg)
    found = told.get("sortField")
    return [] if found is None else found if isinstance(found, list) else [found]


def sort_in_xml(root: etree._Element | None) -> list[Any]:
    """The sort fields of a query's XML body as plain values; their members may be attributes or elements."""
    found: list[Any] = []
    for sort in () if root is None else children(root):
        if local(sort) == "QuerySort":
            for node in children(sort):
                one = {str(etree.QName(str(name)).localname): str(text) for name, text in node.attrib.items()}
                found.append(one | {local(child): text_of(child) for child in children(node)})
    return found


def judged_sort(asked: list[Any], sorts: Mapping[str, str]) -> Sort:
    """The order that plain values describe, each property once; what an object is not sorted by is refused by name."""
    known = {name.lower(): name for name in sorts}
    found: dict[str, bool] = {}
    for one in asked:
        if not isinstance(one, dict) or one.get("fieldName") is None:
            msg = "A sortField names no field."
            raise Malformed(msg)
        told = scalar(one["fieldName"], "fieldName")
        name = known.get(told.lower())
        if name is None:
            msg = f"{told[:80]} is nothing that this query can be sorted by."
            raise Malformed(msg)
        order = one.get("sortOrder")
        way = "ASC" if order is None else scalar(order, "sortOrder").upper()
        if way not in {"ASC", "DESC"}:
            msg = f"The sortOrder {way[:40]!r} of {name} is neither ASC nor DESC."
            raise Malformed(msg)
        found.setdefault(name, way == "DESC")
    return list(found.items())


def ordered(sort: Sort, sorts: Mapping[str, str], order: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[bool, ...]]:
    """The columns of an order, then those that make it total, and which of them are sorted downwards."""
    ways = {sorts[name]: down for name, down in sort if name in sorts}
    keys = (*ways, *(key for key in order if key not in ways))
    return keys, tuple(ways.get(key, False) for key in keys)
