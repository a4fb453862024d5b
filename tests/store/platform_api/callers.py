"""Programs that call the platform API, as they send and read."""

import json
from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client
from lxml import etree

from tenantry.rules.vocabulary import AccountId
from tenantry.tokens.commands import issue_user_token
from tests.store.factories import AT, Somebody


@dataclass(frozen=True)
class Caller:
    """Somebody's program, which calls for one account, in JSON unless told otherwise."""

    client: Client
    account: AccountId
    user: str
    secret: str
    base: str = "/api/rest/v1"

    def send(
        self, method: str, path: str, body: object = None, *, accept: str = "application/json", **headers: str
    ) -> HttpResponse:
        """Send a call; `body` is sent as JSON unless it is bytes, which are XML, or a text, which is plain."""
        if isinstance(body, bytes):
            data, kind = body, "application/xml"
        elif isinstance(body, str):
            data, kind = body.encode(), "text/plain"
        else:
            data, kind = (b"" if body is None else json.dumps(body).encode()), "application/json"
        basic = b64encode(f"{self.user}:{self.secret}".encode()).decode()
        told = {"accept": accept, "authorization": f"Basic {basic}", **headers}
        address = f"{self.base}/{self.account}/{path}"
        answer: HttpResponse = self.client.generic(method, address, data, kind, headers=told)  # type: ignore[assignment]
        return answer

    def get(self, path: str) -> Any:
        """GET, which has to succeed."""
        return told(self.send("GET", path))

    def post(self, path: str, body: object = None) -> Any:
        """POST, which has to succeed."""
        return told(self.send("POST", path, body))

    def delete(self, path: str) -> Any:
        """DELETE, which has to succeed."""
        return told(self.send("DELETE", path))

    def all_of(self, kind: str, expression: object = None) -> list[Any]:
        """Everything that a query finds, page by page."""
        body = {} if expression is None else {"QueryFilter": {"expression": expression}}
        page = self.post(f"{kind}/query", body)
        found = list(page["result"])
        while "queryToken" in page:
            page = self.post(f"{kind}/queryMore", page["queryToken"])
            found += page["result"]
        assert len(found) == page["numberOfResults"]
        return found


def caller(account: AccountId, somebody: Somebody, base: str = "/api/rest/v1") -> Caller:
    """A program of somebody's that calls by a token of theirs."""
    value = issue_user_token(actor=somebody.actor, at=AT, account=account, user=somebody.email, name=f"for {account}")
    return Caller(Client(), account, f"BOOMI_TOKEN.{somebody.email}", value, base)


def told(answer: HttpResponse) -> Any:
    """What an answer that succeeded says."""
    assert answer.status_code in {200, 201, 202}, (answer.status_code, answer.content)
    assert answer.headers["Content-Type"] == "application/json"
    return json.loads(answer.content)


def refusal(answer: HttpResponse) -> tuple[int, str, str]:
    """The status, code and sentence of an answer that refuses, in whichever form."""
    if answer.headers["Content-Type"].startswith("application/json"):
        body = json.loads(answer.content)
        assert body["@type"] == "Error"
        message = body["message"]
    else:
        root = etree.fromstring(answer.content)
        assert root.tag == "error"
        message = root.findtext("message") or ""
    return answer.status_code, answer.headers.get("Tenantry-Refusal", ""), message


def simple(name: str, operator: str, *arguments: object) -> dict[str, object]:
    """A comparison of a filter."""
    return {"property": name, "operator": operator, "argument": list(arguments)}


def grouping(operator: str, *parts: object) -> dict[str, object]:
    """A group of a filter."""
    return {"operator": operator, "nestedExpression": list(parts)}
