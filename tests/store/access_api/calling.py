"""Calls of the access interface as a server makes them: an environment in, a status, headers and bytes out."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tenantry.access_api.application import application
from tenantry.rules.vocabulary import OPERATOR, AccountId, Instant
from tenantry.tokens.commands import issue_client_token

JSON = "application/json"


@dataclass(frozen=True)
class Said:
    """What a call was answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        """The body read as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Host:
    """A host application with its token."""

    token: str

    def post(self, path: str, body: object, **headers: str) -> Said:
        """Ask; what is no bytes is sent as JSON. `headers` are named as in WSGI."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        return call(path, sent, **{"HTTP_AUTHORIZATION": f"Bearer {self.token}", "CONTENT_TYPE": JSON, **headers})

    def evaluate(self, body: object, **headers: str) -> Said:
        """One question."""
        return self.post("/access/v1/evaluation", body, **headers)

    def evaluations(self, body: object, **headers: str) -> Said:
        """Many questions."""
        return self.post("/access/v1/evaluations", body, **headers)

    def get(self, path: str, query: str = "", **headers: str) -> Said:
        """Read something."""
        token = {"HTTP_AUTHORIZATION": f"Bearer {self.token}"}
        return call(path, b"", **{"REQUEST_METHOD": "GET", "QUERY_STRING": query, **token, **headers})


def call(path: str, body: bytes, **environ: str) -> Said:
    """Call the interface."""
    found: list[Any] = []
    asked = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "CONTENT_LENGTH": str(len(body)), "QUERY_STRING": ""}
    told = application(
        {**asked, "wsgi.input": io.BytesIO(body), **environ}, lambda status, headers: found.extend((status, headers))
    )
    status, headers = found
    return Said(int(status.split()[0]), dict(headers), b"".join(told))


def a_host(at: Instant, name: str = "host", accounts: Iterable[AccountId] | None = None) -> Host:
    """A host application that serves these accounts, or all."""
    return Host(issue_client_token(actor=OPERATOR, at=at, name=name, accounts=accounts))


def question(user: str, action: str, kind: str, key: str, **properties: object) -> dict[str, Any]:
    """An evaluation request."""
    resource: dict[str, Any] = {"type": kind, "id": key}
    if properties:
        resource["properties"] = properties
    return {"subject": {"type": "user", "id": user}, "action": {"name": action}, "resource": resource}
