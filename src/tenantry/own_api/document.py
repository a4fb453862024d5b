"""The interface as an OpenAPI document (3.1), made from the declarations that serve it."""

import re
from typing import Any, Final

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tenantry.own_api.endpoints import Endpoint
from tenantry.own_api.problems import MEDIA_TYPE
from tenantry.own_api.register import ENDPOINTS, OPERATORS

Schema = dict[str, Any]

PROBLEMS: Final = {
    "400": "The body is not JSON",
    "401": "The credentials are missing or not valid",
    "403": "The caller may not do this",
    "404": "There is no such address, or no such thing here",
    "405": "The address does not take this method",
    "409": "The state of things forbids it",
    "411": "The length of the body is not said",
    "412": "It has become another since it was read",
    "413": "The body is too large",
    "415": "The body is not application/json",
    "422": "What was sent is not accepted",
    "428": "The header If-Match is missing",
    "429": "Too many calls",
    "503": "The database does not answer",
}
"""Every status that a problem has."""

_REF: Final = "#/components/schemas/{name}"


@require_GET
def served(request: HttpRequest) -> HttpResponse:
    """The document, for whoever asks."""
    del request
    return HttpResponse(msgspec.json.encode(document()), content_type="application/json")


def document() -> Schema:
    """The whole interface: paths, forms, and problems."""
    forms = [form for one in (*ENDPOINTS, *OPERATORS) for form in (one.takes, one.gives) if form is not None]
    described, schemas = msgspec.json.schema_components(forms, ref_template=_REF)
    known = dict(zip(map(repr, forms), described, strict=True))
    paths: dict[str, Schema] = {}
    for one in ENDPOINTS:
        inside = f"/accounts/{{account}}/{one.path}"
        paths.setdefault(inside, {})[one.method.lower()] = _operation(one, inside, known)
    for one in OPERATORS:
        path, told = f"/{one.path}", _operation(one, f"/{one.path}", known)
        told |= {"operationId": f"operator_{told['operationId']}", "security": [{"operator": []}]}
        paths.setdefault(path, {})[one.method.lower()] = told
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tenantry", "version": "1"},
        "servers": [{"url": "/v1"}],
        "security": [{"basic": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "basic": {"type": "http", "scheme": "basic"},
                "operator": {"type": "http", "scheme": "bearer"},
            },
            "responses": {
                status: {
                    "description": told,
                    "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(name="Problem")}}},
                }
                for status, told in PROBLEMS.items()
            },
            "schemas": {**schemas, "Problem": _problem()},
        },
    }


def _operation(one: Endpoint, path: str, known: dict[str, Schema]) -> Schema:
    told: Schema = {
        "operationId": one.method.lower() + "".join(part.strip("{}").title().replace("-", "") for part in one.parts),
        "summary": one.summary,
        "parameters": [*_in_path(path), *_in_query(one), *_in_headers(one)],
    }
    if one.needs:
        told["description"] = "Needs " + " and ".join(" or ".join(some) for some in (("API",), *one.needs)) + "."
    if one.takes is not None:
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": known[repr(one.takes)]}}}
    if one.streams:
        told["requestBody"] = {"required": True, "content": {one.streams: {"schema": {"type": "string"}}}}
    success: Schema = {"description": "Done"}
    if one.gives is not None:
        success["content"] = {"application/json": {"schema": known[repr(one.gives)]}}
    told["responses"] = {str(one.status): success}
    if one.method == "GET" and one.current is not None:
        told["responses"]["304"] = {"description": "The caller has it already"}
    told["responses"] |= {status: {"$ref": f"#/components/responses/{status}"} for status in PROBLEMS}
    return told


def _in_path(path: str) -> list[Schema]:
    names = re.findall(r"{(\w+)}", path)
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _in_query(one: Endpoint) -> list[Schema]:
    if one.query is None:
        return []
    schema, schemas = msgspec.json.schema_components([one.query], ref_template=_REF)
    form = schemas[schema[0]["$ref"].rpartition("/")[2]]
    required = form.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": told}
        for name, told in form["properties"].items()
    ]


def _in_headers(one: Endpoint) -> list[Schema]:
    text = {"type": "string"}
    if one.method == "POST" and not one.keyed:
        return []
    if one.method == "POST":
        form = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!#-~]+$"}
        return [{"name": "Idempotency-Key", "in": "header", "required": False, "schema": form}]
    if one.current is None:
        return []
    reading = one.method == "GET"
    name = "If-None-Match" if reading else "If-Match"
    return [{"name": name, "in": "header", "required": not reading, "schema": text}]


def _problem() -> Schema:
    text = {"type": "string"}
    place = {
        "type": "object",
        "properties": {"pointer": text, "parameter": text, "detail": text},
        "required": ["detail"],
    }
    return {
        "title": "Problem",
        "type": "object",
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "code": text,
            "rules": {"type": "array", "items": text},
            "fields": {"type": "object", "additionalProperties": text},
            "errors": {"type": "array", "items": place},
        },
        "required": ["type", "title", "status", "detail", "code"],
    }
