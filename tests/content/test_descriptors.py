"""Descriptors of connectors: good ones are read, the others are refused before they do anything."""

import time
from pathlib import Path

import pytest
from lxml import etree

from tenantry.connectors.descriptors import (
    ELEMENTS_LIMIT,
    LIMIT,
    SCHEMA,
    Descriptor,
    Field,
    FieldType,
    Operation,
    OperationType,
    checked_descriptor,
)
from tenantry.rules import refusals as no

GOOD = """<?xml version="1.0" encoding="UTF-8"?>
<!-- a comment and an instruction are no content --><?editor fold?>
<GenericConnectorDescriptor requireConnectionForBrowse="true" browsingType="any">
  <description>Orders &amp; stock</description>
  <field id="url" label="URL" type="string" required="true">
    <helpText>Where it answers</helpText>
    <defaultValue>https://warehouse.example</defaultValue>
  </field>
  <field id="password" label="Password" type="password"/>
  <operation types="QUERY">
    <field id="pageSize" label="Page size" type="integer">
      <defaultValue>100</defaultValue>
      <allowedValue label="few"><value>10</value></allowedValue>
      <allowedValue><value>100</value></allowedValue>
    </field>
  </operation>
  <operation types="EXECUTE" customTypeId="RESTOCK" customTypeLabel="Restock" supportsBrowse="false">
    <field id="now" label="At once" type="boolean" required="1"><defaultValue>false</defaultValue></field>
  </operation>
</GenericConnectorDescriptor>
"""


def changed(old: str, new: str) -> bytes:
    """The good one with one thing changed."""
    assert old in GOOD
    return GOOD.replace(old, new, 1).encode()


def field(
    id: str,
    label: str,
    type: FieldType,
    *,
    required: bool = False,
    default: str | None = None,
    help: str = "",  # noqa: A002 - the attribute is called so
    allowed: tuple[str, ...] = (),
) -> Field:
    """A field as it is read."""
    return Field(id, label, type, required, default, help, allowed)


def test_conn_2_a_descriptor_is_read() -> None:
    """In any encoding that XML knows; all of it."""
    found = checked_descriptor(GOOD.encode())
    url = field(
        "url", "URL", FieldType.STRING, required=True, default="https://warehouse.example", help="Where it answers"
    )
    pages = field("pageSize", "Page size", FieldType.INTEGER, default="100", allowed=("10", "100"))
    now = field("now", "At once", FieldType.BOOLEAN, required=True, default="false")
    expected = Descriptor(
        "Orders & stock",
        (url, field("password", "Password", FieldType.PASSWORD)),
        (
            Operation(OperationType.QUERY, "", "", (pages,)),
            Operation(OperationType.EXECUTE, "RESTOCK", "Restock", (now,)),
        ),
    )
    assert found == expected
    assert checked_descriptor(GOOD.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")) == expected


def test_the_example_of_the_schema_is_right() -> None:
    """What people copy works."""
    text = SCHEMA.read_text()
    example = text[text.index("<GenericConnectorDescriptor>") : text.index("</GenericConnectorDescriptor>")]
    found = checked_descriptor(f"{example}</GenericConnectorDescriptor>".encode())
    assert isinstance(found, Descriptor)
    assert [operation.type for operation in found.operations] == [OperationType.QUERY, OperationType.EXECUTE]


def test_the_schema_and_the_code_know_the_same_types() -> None:
    """Else one of them would let through what the other does not know."""
    schema = etree.parse(SCHEMA)
    values = {str(value) for value in schema.xpath("//@value[parent::*[local-name()='enumeration']]")}
    assert values == {*FieldType, *OperationType, "any", "cloud", "none"}


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        (' id="url"', "", 5, "'id' is required"),
        ('id="url"', 'id="../x"', 5, "pattern"),
        ('label="URL"', 'label=" "', 5, "pattern"),
        ('type="string"', 'type="date"', 5, "'date' is not an element of the set"),
        ('types="QUERY"', 'types="DROP"', 10, "'DROP' is not an element of the set"),
        ('types="QUERY"', "", 10, "'types' is required"),
        ('id="password"', 'id="url"', 9, "Duplicate"),
        ("<value>10</value>", "<value>100</value>", 14, "Duplicate"),
        ('customTypeId="RESTOCK"', "x='1'", 17, "'x' is not allowed"),
        ('types="EXECUTE" customTypeId="RESTOCK"', 'types="QUERY"', 17, "second operation QUERY"),
        ("<defaultValue>100<", "<defaultValue>many<", 11, "'many' is no integer"),
        ("<defaultValue>100<", "<defaultValue>1000<", 11, "not among its allowed values"),
        ("<value>10<", "<value>\u0661\u0660<", 11, "is no integer"),
        ("<defaultValue>false<", "<defaultValue>no<", 18, "'no' is no boolean"),
        ('type="password"/>', 'type="password"><defaultValue>s3cret</defaultValue></field>', 9, "has values"),
        ("<description>", "<evil/><description>", 4, "not expected"),
        ("</description>", "", 20, "mismatch"),
        ("&amp;", "&amp", 4, "EntityRef"),
        ("&amp;", "&anything;", 4, "not defined"),
        ("<GenericConnectorDescriptor ", "<GenericConnectorDescriptor xmlns='urn:x' ", 3, "No matching global"),
        ("&amp;", "\x00", 4, ""),
        ("Where it answers", "x" * 5000, 6, "maxLength"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, line: int, why: str) -> None:
    """In one short sentence without what only programmers of the parser understand."""
    found = checked_descriptor(changed(old, new))
    assert isinstance(found, no.DescriptorInvalid), found
    assert (found.line, why in found.why) == (line, True), found
    assert len(found.why) <= 301
    assert not [word for word in ("XML_PARSE", "xmlCtxt", ", line") if word in found.why]


@pytest.mark.parametrize("data", [b"", b"hello", b"\xff\xfe", b"<a/>", b"PK\x03\x04"])
def test_what_is_no_descriptor_is_told(data: bytes) -> None:
    """Never a trace."""
    assert isinstance(checked_descriptor(data), no.DescriptorInvalid)


LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>{}]>".format(
    "".join(f"<!ENTITY a{level} '{f'&a{level - 1};' * 10}'>" for level in range(1, 10))
)


@pytest.mark.parametrize(
    "data",
    [
        f"<!DOCTYPE x>{GOOD[GOOD.index('<Gen') :]}".encode(),
        f"<!DOCTYPE x>{GOOD[GOOD.index('<Gen') :]}".encode("utf-16"),
        f"{LAUGHS}<x>&a9;</x>".encode(),
        f"{LAUGHS}<x y='&a9;'/>".encode(),
        b"<!DOCTYPE x [<!ENTITY a '&b;'><!ENTITY b '&a;'>]><x>&a;</x>",
        b"<!DOCTYPE x [<!ENTITY a '" + b"z" * 100_000 + b"'>]><x>" + b"&a;" * 50_000 + b"</x>",
        b"<x>" * 1000,
        b"<x>" * 300_000,
    ],
    ids=["doctype", "doctype in UTF-16", "laughs", "laughs in an attribute", "loop", "quadratic", "deep", "very deep"],
)
def test_what_grows_is_refused_at_once(data: bytes) -> None:
    """Whatever it would become, it does not become it."""
    start = time.monotonic()
    found = checked_descriptor(data)
    assert isinstance(found, no.DescriptorUnsafe), found
    assert time.monotonic() - start < 2


def test_nothing_is_fetched(tmp_path: Path) -> None:
    """No entity, no document type, no schema: neither what a file says nor that it is there comes out."""
    (tmp_path / "secret").write_text("s3cret")
    (tmp_path / "x.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="s3cret"/>'
    )
    for address in (tmp_path / "secret", tmp_path / "nowhere", "http://127.0.0.1:1/secret"):
        where = str(address) if str(address).startswith("http") else Path(str(address)).as_uri()
        for data in (
            f'<!DOCTYPE x [<!ENTITY e SYSTEM "{where}">]><x>&e;</x>',
            f'<!DOCTYPE x [<!ENTITY % e SYSTEM "{where}"> %e;]><x/>',
            f'<!DOCTYPE x SYSTEM "{where}"><x/>',
        ):
            assert checked_descriptor(data.encode()) == no.DescriptorUnsafe(what="a document type")
        for hint in (f'noNamespaceSchemaLocation="{where}"', f'schemaLocation="urn:x {where}"'):
            instance = f'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:{hint} '
            for data in (
                changed("requireConnectionForBrowse", f"{instance} requireConnectionForBrowse").decode(),
                changed('<operation types="QUERY"', f'<operation {instance} types="QUERY"').decode(),
            ):
                assert checked_descriptor(data.encode()) == no.DescriptorUnsafe(what="a hint where a schema lies")


def test_the_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """In bytes before anything is read, and in elements."""
    spaces = LIMIT - len(GOOD.encode())
    assert isinstance(checked_descriptor(GOOD.encode() + b" " * spaces), Descriptor)
    assert checked_descriptor(GOOD.encode() + b" " * (spaces + 1)) == no.ContentTooLarge(limit=LIMIT)
    many = "".join(f'<field id="f{number}" label="F" type="string"/>' for number in range(ELEMENTS_LIMIT - 16))
    start = time.monotonic()
    fits = checked_descriptor(changed('<operation types="QUERY">', f'{many}<operation types="QUERY">'))
    assert isinstance(fits, Descriptor)
    found = checked_descriptor(changed('<operation types="QUERY">', f'<field/>{many}<operation types="QUERY">'))
    assert isinstance(found, no.DescriptorInvalid)
    assert found.why == f"more than {ELEMENTS_LIMIT} elements"
    assert time.monotonic() - start < 5
    monkeypatch.setattr(etree, "fromstring", None)
    assert isinstance(checked_descriptor(bytes(LIMIT + 1)), no.ContentTooLarge)
