"""Connectors (CONN): the pure part."""

from tenantry.rules.connectors import connector_type, connector_types_in, owner_prefixes


def test_conn_3_a_type_is_made_of_account_group_and_classification() -> None:
    """Type = `accountID-connectorType-classification`."""
    assert connector_type("docabc-RF19QA", "salesforce", "dev") == "docabc-RF19QA-salesforce-dev"


def test_conn_3_components_name_connectors_by_their_type() -> None:
    """XML by attributes, JSON by members, whatever stands around them and however they are written."""
    xml = """<?xml version="1.0" encoding="UTF-16"?>
    <!-- connector-type="c-x-comment" --><p connector-type="a-one-dev"><q connector-type='a-two-R&amp;D'/>
    <r x:connector-type="a-prefixed-dev" xmlns:x="x"/>connector-type="a-text-dev"
    <s connector-type=" a-one-dev "/></p>"""
    assert connector_types_in(xml) == {"a-one-dev", "a-two-R&D"}
    json = r"""{"connectorType": "a-one-dev", "steps": [["connectorType",
    {"connectorTyp\u0065" : "a-tw\u006f-\"dev\""}],
    {"text": "\"connectorType\": \"a-text-dev\"", "connectorType": 7, "connectorType": null, "\\": "connectorType",
    "last": {"connectorType"
    : "a-three-dev"}}]}"""
    assert connector_types_in(json) == {"a-one-dev", 'a-two-"dev"', "a-three-dev"}
    assert connector_types_in('{"plain": "text"}') == connector_types_in("<plain/>") == frozenset()


def test_conn_3_deep_and_long_texts_are_read_as_well() -> None:
    """Neither nesting nor length keeps a connector from being seen; what is no possible type is left out."""
    deep = '{"connectorType": "a-b-c", "x": ' + "[" * 100_000 + "]" * 100_000 + "}"
    assert connector_types_in(deep) == {"a-b-c"}
    assert connector_types_in('{"connectorType": "' + "x" * 1000 + '"}') == frozenset()


def test_conn_3_which_account_a_type_may_belong_to() -> None:
    """Account ids and classifications have hyphens of their own."""
    assert owner_prefixes("docabc-RF19QA-sales-dev") == {"docabc", "docabc-RF19QA"}
    assert owner_prefixes("http") == owner_prefixes("http-client") == frozenset()
