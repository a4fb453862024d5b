"""The own interface at a real server: its document fuzzed, and the calls of its documentation as they stand there."""

import os
import re
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, SerializationContext
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.borders.tree import PROJECT
from tests.clients.conftest import Key
from tests.journeys.installation import Installation

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
PAGE = (PROJECT / "docs" / "own-api.md").read_text()
CALLS = [block.removeprefix("$ ") for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)]


@schemathesis.serializer("application/x-ndjson")
def as_it_stands(ctx: SerializationContext, value: Any) -> bytes:
    """Whatever is drawn is the file."""
    del ctx
    return str(value).encode()


def test_api_7_no_call_fails_and_every_answer_is_as_declared(key: Key) -> None:
    """By somebody who may do everything: whatever is sent, status, type and form are those of the document."""
    basic = b64encode(f"BOOMI_TOKEN.{key.user}:{key.token}".encode()).decode()
    assert fuzzed(key, f"Basic {basic}", operators=False)


def test_api_7_no_call_of_the_operators_fails_and_every_answer_is_as_declared(key: Key, operator: str) -> None:
    """Likewise, in no account."""
    found = fuzzed(key, f"Bearer {operator}", operators=True)
    assert found == {
        *("/estate-loads", "/estate-loads/{id}", "/estate-loads/{id}/rows"),
        *("/previews", "/previews/{id}", "/previews/{id}/effects", "/previews/{id}/losses"),
        "/previews/{id}/confirmation",
    }


def fuzzed(key: Key, credentials: str, *, operators: bool) -> set[str]:
    """The paths of those operations to which this was done."""
    schema = schemathesis.openapi.from_url(f"{key.url}/v1/openapi.json")
    schema.config.update(base_url=f"{key.url}/v1")
    schema.config.generation.update(allow_x00=False)  # answered before any interface, in plain words
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    wanted = [one for one in operations if ({"operator": []} in one.definition.raw.get("security", ())) is operators]
    for operation in wanted:

        @settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def calls(case: "Case[Any]") -> None:
            if not operators:
                case.path_parameters["account"] = key.account
            case.call_and_validate(checks=CHECKS, headers={"Authorization": credentials})

        calls()
    return {operation.path for operation in wanted}


@pytest.mark.parametrize("call", CALLS, ids=["why", "preview", "grant", "load"])
def test_the_calls_of_the_documentation(
    call: str, key: Key, operator: str, served: Installation, tmp_path: Path
) -> None:
    """As they stand there, with an address and a token of one's own."""
    served.load({"kind": "user", "id": "ann@acme.example", "first_name": "Ann", "last_name": "Acme"})
    names = {"URL": key.url, "ACCOUNT": key.account, "USER": key.user, "TOKEN": key.token, "OPERATOR": operator}
    (tmp_path / "estate.jsonl").write_text('{"kind": "user", "id": "ann@acme.example"}\n')
    said = subprocess.run(
        ["bash", "-c", f"{call.strip()} --silent --fail-with-body"],
        env={**os.environ, **{f"TENANTRY_{name}": value for name, value in names.items()}},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    assert said.stdout.startswith("{")
