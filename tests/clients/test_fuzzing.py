"""The served document fuzzed: whatever is sent, no answer is a failure, and none is one that it does not declare."""

from base64 import b64encode
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from tests.clients.conftest import Key

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]


@pytest.fixture(scope="module")
def schema(key: Key) -> schemathesis.BaseSchema:
    """The document as the server tells it."""
    found = schemathesis.openapi.from_url(f"{key.url}/api/openapi.json")
    found.config.update(base_url=f"{key.url}/api/rest/v1/{key.account}")
    return found


@pytest.mark.timeout(400)
def test_api_7_no_call_fails_and_every_status_is_declared(schema: schemathesis.BaseSchema, key: Key) -> None:
    """JSON and XML, by somebody who may do everything."""
    basic = b64encode(f"BOOMI_TOKEN.{key.user}:{key.token}".encode()).decode()
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert operations
    for operation in operations:

        @settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def calls(case: "Case[Any]") -> None:
            case.call_and_validate(checks=CHECKS, headers={"Authorization": f"Basic {basic}"})

        calls()
