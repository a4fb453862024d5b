"""Descriptors of connectors: XML that is read without trusting it, and judged by `descriptor.xsd` (CONN-2)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from lxml import etree

from tenantry.rules import refusals as no
from tenantry.rules.refusals import Refused, refuse

LIMIT: Final = 1024 * 1024
"""Bytes of a descriptor."""

ELEMENTS_LIMIT: Final = 5_000
"""Elements in it; no connector has nearly as many fields."""

WHY_LIMIT: Final = 300
"""Characters of what a refusal says about it: values of the descriptor may be part of it."""

SCHEMA: Final = Path(__file__).with_name("descriptor.xsd")

_BEYOND: Final = (etree.ErrorTypes.ERR_ENTITY_LOOP, etree.ErrorTypes.ERR_RESOURCE_LIMIT)
_ADDED: Final = re.compile(r", (?:line|use|see) ")
_INSTANCE: Final = "{http://www.w3.org/2001/XMLSchema-instance}"


class FieldType(StrEnum):
    """What a field takes."""

    STRING = "string"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    PASSWORD = "password"  # noqa: S105 - the name of a type


class OperationType(StrEnum):
    """What an operation does."""

    QUERY = "QUERY"
    GET = "GET"
    CREATE = "CREATE"
    UPDATE = "UPDATE"
    UPSERT = "UPSERT"
    DELETE = "DELETE"
    EXECUTE = "EXECUTE"


@dataclass(frozen=True, slots=True)
class Field:
    """Something a person fills in: for the connection, or for one operation."""

    id: str
    label: str
    type: FieldType
    required: bool
    default: str | None
    help: str
    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """Something the connector does. `custom_id` and `custom_label` are empty for what its type says by itself."""

    type: OperationType
    custom_id: str
    custom_label: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What a connector says of itself."""

    description: str
    fields: tuple[Field, ...]
    operations: tuple[Operation, ...]


def checked_descriptor(data: bytes) -> Descriptor | no.Refusal:
    """Read a descriptor. What is fetched from elsewhere, or grows when it is read, is refused and not read."""
    try:
        root = _parsed(data)
        _check_schema(root)
        fields = tuple(map(_field, root.iterfind("field")))
        operations = tuple(map(_operation, root.iterfind("operation")))
        _check_types(root)
        return Descriptor(root.findtext("description", ""), fields, operations)
    except Refused as refused:
        return refused.refusal


def _parsed(data: bytes) -> etree._Element:
    if len(data) > LIMIT:
        raise Refused(no.ContentTooLarge(limit=LIMIT))
    # One for each: a parser keeps what it found, and threads must not read each other's.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if error.code in _BEYOND:
            raise Refused(no.DescriptorUnsafe(what="entities that grow, or elements too deep in each other")) from None
        raise _invalid(error.lineno or 1, _reason(error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused(no.DescriptorUnsafe(what="a document type"))
    for number, element in enumerate(root.iter(), start=1):
        if number > ELEMENTS_LIMIT:
            raise _invalid(element.sourceline, f"more than {ELEMENTS_LIMIT} elements")
        if any(str(name).startswith(_INSTANCE) for name in element.attrib):
            raise Refused(no.DescriptorUnsafe(what="a hint where a schema lies"))
    return root


def _check_schema(root: etree._Element) -> None:
    # Made each time, in a millisecond, for the same reason as the parser.
    schema = etree.XMLSchema(file=str(SCHEMA))
    if not schema.validate(root):
        first = schema.error_log[0]
        raise _invalid(first.line, first.message)


def _field(element: etree._Element) -> Field:
    field = Field(
        id=element.get("id", ""),
        label=element.get("label", ""),
        type=FieldType(element.get("type", "")),
        required=element.get("required", "").strip() in {"true", "1"},
        default=element.findtext("defaultValue"),
        help=element.findtext("helpText", ""),
        allowed=tuple(allowed.findtext("value", "") for allowed in element.iterfind("allowedValue")),
    )
    refuse(next(_wrong_values(field, element), None))
    return field


def _operation(element: etree._Element) -> Operation:
    fields = tuple(map(_field, element.iterfind("field")))
    type_ = OperationType(element.get("types", ""))
    return Operation(type_, element.get("customTypeId", ""), element.get("customTypeLabel", ""), fields)


def _check_types(root: etree._Element) -> None:
    """Refuse two operations of one type that nothing tells apart."""
    found: set[str] = set()
    for element in root.iterfind("operation"):
        type_ = element.get("types", "")
        if "customTypeId" not in element.attrib:
            if type_ in found:
                raise _invalid(element.sourceline, f"A second operation {type_} needs a customTypeId")
            found.add(type_)


def _wrong_values(field: Field, element: etree._Element) -> Iterator[no.DescriptorInvalid]:
    """What a schema cannot say of a field's default and allowed values."""
    values = [*field.allowed, *([field.default] if field.default else [])]
    if field.type is FieldType.PASSWORD and values:
        yield _refusal(element.sourceline, f"The password '{field.id}' has values written down.")
    for value in values:
        if not _fits(value, field.type):
            yield _refusal(element.sourceline, f"'{value}' is no {field.type} for the field '{field.id}'.")
    if field.allowed and field.default and field.default not in field.allowed:
        yield _refusal(element.sourceline, f"The default of '{field.id}' is not among its allowed values.")


def _fits(value: str, type_: FieldType) -> bool:
    if type_ is FieldType.BOOLEAN:
        return value in {"true", "false"}
    if type_ is FieldType.INTEGER:
        digits = value.removeprefix("-")
        return digits.isascii() and digits.isdigit()
    return True


def _reason(error: etree.XMLSyntaxError) -> str:
    """What the parser says, without what only its callers could do and without the line, which stands before it."""
    return _ADDED.split(error.msg or "it is no XML")[0]


def _refusal(line: int | None, why: str) -> no.DescriptorInvalid:
    plain = " ".join(why.split()).rstrip(".")
    return no.DescriptorInvalid(line=line or 1, why=plain if len(plain) <= WHY_LIMIT else f"{plain[:WHY_LIMIT]}…")


def _invalid(line: int | None, why: str) -> Refused:
    return Refused(_refusal(line, why))
