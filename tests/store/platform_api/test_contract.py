"""The served document beside the contract of existing clients: every difference is meant, and has its reason."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from tenantry.platform_api.document import document
from tenantry.platform_api.register import OBJECTS
from tenantry.platform_api.wire.reading import read_json
from tenantry.platform_api.wire.rendering import as_json
from tenantry.platform_api.wire.shapes import Kind, Wire, shape_of

_LICENCES = "licences are features here, which are switched and not counted"
_ONE_MACHINE = "a runtime here is one process and keeps no settings of its own on the platform"
_AS_IT_IS = "XML that is kept and told word by word"
_FLAT = "environments belong to their account and to nothing else"

MEANT: Final[dict[str, str]] = {
    "besides POST /Account": "at the partner's address a primary makes accounts (ACC-7)",
    "besides DELETE /Account/{id}": "at the partner's address a primary deletes accounts it manages (ACC-14)",
    "besides GET /ConnectorDocument/download/{id}": "the answer to ConnectorDocument says where the document is got",
    "Account without licensing": _LICENCES,
    "Account without molecule": _LICENCES,
    "Account without suggestionsEnabled": "nothing is suggested here",
    **{
        f"Atom without {one}": _ONE_MACHINE
        for one in (
            "cloudMoleculeId",
            "cloudMoleculeName",
            "cluster",
            "createdBy",
            "forceRestartTime",
            "hostName",
            "instanceId",
            "purgeHistoryDays",
            "purgeImmediate",
        )
    },
    "Component.object is ('string', False) and not ('object', False)": _AS_IT_IS,
    "Component.processOverrides is ('string', False) and not ('object', False)": _AS_IT_IS,
    "EncryptedValues without encryptedValue": "nothing in a component is kept encrypted",
    "Environment without parentAccount": _FLAT,
    "Environment without parentEnvironment": _FLAT,
}
"""Differences by what they are about, each with its reason."""

COMING: Final[frozenset[str]] = frozenset()
"""Objects of the contract that are not there yet."""


@cache
def contract() -> dict[str, Any]:
    """What existing clients were made for."""
    return json.loads((Path(__file__).parent / "contract.json").read_text())  # type: ignore[no-any-return]


def object_of(path: str) -> str:
    """The object or action of a path."""
    return path.split("/")[1]


def operations(told: dict[str, Any]) -> set[str]:
    """Method and path of each operation, whatever the id in it is called."""
    found = set()
    for path, methods in told["paths"].items():
        parts = ["{id}" if part.startswith("{") else part for part in path.split("/")]
        found |= {f"{method.upper()} {'/'.join(parts)}" for method in methods}
    return found


def members(told: dict[str, Any], name: str) -> dict[str, Any]:
    """The members of a schema: type, whether it is an attribute, and choices."""
    schema = told["components"]["schemas"][name]
    properties: dict[str, Any] = {}
    for one in schema.get("allOf", [schema]):
        if "$ref" in one:
            properties |= told["components"]["schemas"][one["$ref"].rpartition("/")[2]]["properties"]
        else:
            properties |= one.get("properties", {})
    return {member: form(one) for member, one in properties.items()}


def form(schema: dict[str, Any]) -> tuple[str, bool]:
    """What a member looks like on the wire."""
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2], False
    if schema["type"] == "array":
        return f"many {form(schema['items'])[0]}", False
    kind = {"number": "integer"}.get(schema["type"], schema["type"])
    return kind, bool(schema.get("xml", {}).get("attribute"))


def test_api_2_every_operation_of_the_contract_is_served() -> None:
    """And none that it does not have, but for what is meant."""
    ours, theirs = operations(document()), operations(contract())
    theirs = {one for one in theirs if object_of(one.partition(" ")[2]) not in COMING}
    differences = {f"missing {one}" for one in theirs - ours} | {f"besides {one}" for one in ours - theirs}
    assert differences - MEANT.keys() == set()
    assert {one for one in MEANT if one.startswith(("missing ", "besides "))} <= differences


def schemas() -> list[str]:
    """The schemas that both have, without those of queries."""
    both = document()["components"]["schemas"].keys() & contract()["components"]["schemas"].keys()
    return sorted(one for one in both if not one.endswith(("Expression", "QueryConfig", "BulkRequest")))


@pytest.mark.parametrize("name", schemas())
def test_api_2_each_form_is_that_of_the_contract(name: str) -> None:
    """The same members, written in the same way."""
    ours, theirs = members(document(), name), members(contract(), name)
    differences = {f"{name} without {one}" for one in theirs.keys() - ours.keys()}
    differences |= {f"{name} with {one}" for one in ours.keys() - theirs.keys()}
    differences |= {
        f"{name}.{one} is {ours[one]} and not {theirs[one]}"
        for one in ours.keys() & theirs.keys()
        if ours[one] != theirs[one]
    }
    assert differences - MEANT.keys() == set()
    assert {one for one in MEANT if one.startswith((f"{name} ", f"{name}."))} <= differences


@pytest.mark.parametrize("name", sorted(OBJECTS))
def test_api_2_whatever_can_be_filtered_by_in_the_contract_can_be_here(name: str) -> None:
    """By any operator, and by more properties where they are there."""
    theirs = contract()["components"]["schemas"].get(f"{name}SimpleExpression")
    if theirs is None:
        return
    ours = document()["components"]["schemas"][f"{name}SimpleExpression"]["properties"]
    wanted = {one.lower() for one in theirs["properties"]["property"].get("enum", ())}
    differences = {f"{name} not by {one}" for one in wanted - {one.lower() for one in ours["property"]["enum"]}}
    assert differences - MEANT.keys() == set()
    assert set(theirs["properties"]["operator"]["enum"]) <= set(ours["operator"]["enum"])


def examples() -> list[tuple[str, str, Any]]:
    """Each example of a body in JSON: its operation, its object, and what it is."""
    found = []
    for path, methods in contract()["paths"].items():
        name = object_of(path)
        for method, told in methods.items():
            bodies = [told.get("requestBody", {}), told["responses"].get("200", {})]
            for which, body in enumerate(bodies):
                example = body.get("content", {}).get("application/json", {}).get("example")
                if isinstance(example, dict) and name in OBJECTS and not path.endswith(("query", "More", "bulk")):
                    found.append((f"{method} {path} {which}", name, example))
    return found


@pytest.mark.parametrize(("operation", "name", "example"), examples(), ids=[one[0] for one in examples()])
def test_api_2_the_examples_of_the_contract_survive_being_read_and_written(
    operation: str, name: str, example: dict[str, Any]
) -> None:
    """Nothing that the description knows is lost on the way."""
    del operation
    written = as_json(read_json(json.dumps(example).encode(), OBJECTS[name].wire))
    known = members(document(), name)
    made: type[Wire] = OBJECTS[name].wire
    times = {member.name for member in shape_of(made).members if member.kind is Kind.INSTANT}
    for member, value in example.items():
        if member in known.keys() - times and value is not None and not isinstance(value, (dict, list)):
            assert str(written[member]).lower() == str(value).lower()
    assert {one for one in example if one in known and example[one] is not None} <= written.keys()
