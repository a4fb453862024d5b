"""The interface as an OpenAPI document, made from the descriptions that serve it."""

from collections.abc import Iterator
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from msgspec import json, structs

from tenantry.platform_api.objects import PlatformObject, Verb
from tenantry.platform_api.register import ACTIONS, OBJECTS, Action
from tenantry.platform_api.wire.filters import Operator
from tenantry.platform_api.wire.shapes import NAMESPACE, Kind, Member, Wire, shape_of

Schema = dict[str, Any]

_SPACE: Final = {"namespace": NAMESPACE}
_BOTH: Final = ("application/json", "application/xml")
_ERRORS: Final = {
    "400": "The call is malformed, or a rule forbids what was asked",
    "401": "The credentials are missing or not valid",
    "403": "The caller may not do this, or may not see it",
    "404": "No such address",
    "406": "Not offered in this form",
    "410": "Retired, or the runtime is offline",
    "503": "Too many calls, or the database does not answer",
}


@require_GET
def served(request: HttpRequest) -> HttpResponse:
    """The document, for whoever asks."""
    del request
    return HttpResponse(json.encode(document()), content_type="application/json")


def document() -> Schema:
    """The whole interface: paths, forms, and errors."""
    paths: dict[str, Schema] = {}
    schemas: dict[str, Schema] = {"Error": _error(), "BulkId": _object({"id": _attribute({"type": "string"})})}
    for described in OBJECTS.values():
        for path, method, operation in _operations(described):
            paths.setdefault(path, {})[method] = operation
        schemas |= _schemas(described)
    for action in ACTIONS.values():
        path, operation = _action(action)
        paths.setdefault(path, {})[action.method.lower()] = operation
        for made in (action.takes, action.gives):
            if made is not None:
                schemas |= _parts(made)
    return {
        "openapi": "3.0.3",
        "info": {"title": "Tenantry Platform API", "version": "1"},
        "servers": [
            {"url": "/api/rest/v1/{accountId}", "variables": {"accountId": {"default": "your-account"}}},
            {"url": "/partner/api/rest/v1/{accountId}", "variables": {"accountId": {"default": "your-account"}}},
        ],
        "security": [{"basicAuth": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"basicAuth": {"type": "http", "scheme": "basic"}},
            "responses": {status: _failure(told) for status, told in _ERRORS.items()},
            "schemas": schemas,
        },
    }


# ---- operations ----------------------------------------------------------------------------------------------------


def _operations(described: PlatformObject[Any]) -> Iterator[tuple[str, str, Schema]]:
    name, verbs = described.name, described.verbs | described.partner_verbs
    whole, one = f"/{name}", f"/{name}/{{id}}"
    if Verb.CREATE in verbs:
        yield (
            whole,
            "post",
            _operation(f"Create{name}", name, takes=name, gives=_told(described), status=described.created),
        )
    if Verb.GET in verbs:
        yield one, "get", _operation(f"Get{name}", name, gives=name, by_id=True)
    if Verb.UPDATE in verbs:
        yield one, "post", _operation(f"Update{name}", name, takes=name, gives=name, by_id=True)
    if Verb.DELETE in verbs:
        yield one, "delete", _operation(f"Delete{name}", name, by_id=True)
    if Verb.BULK in verbs:
        yield (
            f"/{name}/bulk",
            "post",
            _operation(f"Bulk{name}", name, takes=f"{name}BulkRequest", gives=f"{name}BulkResponse"),
        )
    if Verb.QUERY in verbs:
        gives = f"{name}QueryResponse"
        yield f"/{name}/query", "post", _operation(f"Query{name}", name, takes=f"{name}QueryConfig", gives=gives)
        more = _operation(f"QueryMore{name}", name, gives=gives)
        more["requestBody"] = {"required": True, "content": {"text/plain": {"schema": {"type": "string"}}}}
        yield f"/{name}/queryMore", "post", more


def _told(described: PlatformObject[Any]) -> str:
    """The name of what CREATE tells."""
    return described.name if described.answered is None else described.answered.__name__


def _operation(
    id: str, tag: str, *, takes: str = "", gives: str = "", by_id: bool = False, status: int = 200
) -> Schema:
    told: Schema = {"operationId": id, "tags": [tag]}
    if by_id:
        told["parameters"] = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
    if takes:
        told["requestBody"] = {"content": _content(_ref(takes))}
    success: Schema = {"description": "Done"}
    if gives:
        success["content"] = _content(_ref(gives))
    else:
        success["content"] = {"application/json": {"schema": {"type": "boolean"}}, "application/xml": {}}
    told["responses"] = {str(status): success} | {one: {"$ref": f"#/components/responses/{one}"} for one in _ERRORS}
    return told


def _action(action: Action) -> tuple[str, Schema]:
    parts = ["{id}" if part == "{}" else part for part in action.path]
    told = _operation(
        f"{action.method.capitalize()}{action.path[0]}",
        action.path[0],
        takes="" if action.takes is None else action.takes.__name__,
        gives="" if action.gives is None else action.gives.__name__,
        by_id="{id}" in parts,
    )
    return "/" + "/".join(parts), told


def _content(schema: Schema) -> Schema:
    return {form: {"schema": schema} for form in _BOTH}


def _failure(told: str) -> Schema:
    return {"description": told, "content": _content(_ref("Error"))}


# ---- forms ---------------------------------------------------------------------------------------------------------


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _attribute(schema: Schema) -> Schema:
    return schema | {"xml": {"attribute": True}}


def _object(properties: Schema, name: str = "", required: tuple[str, ...] = ()) -> Schema:
    found: Schema = {"type": "object", "properties": properties}
    if required:
        found["required"] = list(required)
    if name:
        found["xml"] = {"name": name, **_SPACE}
    return found


def _error() -> Schema:
    return _object({"@type": {"type": "string"}, "message": {"type": "string"}}, required=("message",)) | {
        "xml": {"name": "error"}
    }


def _schemas(described: PlatformObject[Any]) -> dict[str, Schema]:
    """An object with its parts and its envelopes."""
    name = described.name
    found = _parts(described.wire) | ({} if described.answered is None else _parts(described.answered))
    if Verb.QUERY in described.verbs and described.reading is not None:
        found |= _query(name, list(described.reading.columns), sorts=bool(described.reading.sorts))
    if Verb.BULK in described.verbs:
        request = {"type": _attribute({"type": "string", "enum": ["GET"]}), "request": _many(_ref("BulkId"))}
        found[f"{name}BulkRequest"] = _object(request, "BulkRequest")
        entry = {
            "Result": _ref(name),
            "id": _attribute({"type": "string"}),
            "statusCode": _attribute({"type": "integer"}),
            "errorMessage": _attribute({"type": "string"}),
        }
        found[f"{name}BulkResponse"] = _object({"response": _many(_object(entry))}, "BulkResult")
    return found


def _query(name: str, properties: list[str], *, sorts: bool) -> dict[str, Schema]:
    simple = {
        "property": _attribute({"type": "string", "enum": properties}),
        "operator": _attribute({"type": "string", "enum": [one.value for one in Operator]}),
        "argument": _many({"type": "string", "xml": {"name": "argument"}}),
    }
    group = {
        "operator": _attribute({"type": "string", "enum": ["and", "or"]}),
        "nestedExpression": _many(_ref(f"{name}Expression")),
    }
    config: Schema = {"QueryFilter": _object({"expression": _ref(f"{name}Expression")}, "QueryFilter")}
    if sorts:
        field = {"fieldName": {"type": "string"}, "sortOrder": {"type": "string", "enum": ["ASC", "DESC"]}}
        config["QuerySort"] = _object({"sortField": _many(_object(field))}, "QuerySort")
    result = {
        "numberOfResults": _attribute({"type": "integer", "format": "int32"}),
        "queryToken": {"type": "string", "xml": _SPACE},
        "result": _many(_ref(name)),
    }
    return {
        f"{name}QueryConfig": _object(config, "QueryConfig"),
        f"{name}Expression": {
            "oneOf": [_ref(f"{name}SimpleExpression"), _ref(f"{name}GroupingExpression")],
        },
        f"{name}SimpleExpression": _object(simple, "SimpleExpression", ("property", "operator")),
        f"{name}GroupingExpression": _object(group, "GroupingExpression", ("operator",)),
        f"{name}QueryResponse": _object(result, "QueryResult"),
    }


def _many(items: Schema) -> Schema:
    return {"type": "array", "xml": _SPACE, "items": items}


def _parts(made: type[Wire]) -> dict[str, Schema]:
    """A class and the classes in it."""
    members = shape_of(made).members
    required = tuple(field.encode_name for field in structs.fields(made) if field.required)
    found = {made.__name__: _object({member.name: _member(member) for member in members}, required=required)}
    for member in members:
        if member.part is not None:
            found |= _parts(member.part)
    return found


def _member(member: Member) -> Schema:
    schema: Schema
    if member.part is not None:
        schema = _ref(member.part.__name__)
        return _many(schema) if member.many else schema
    schema = {"type": "string" if member.kind is Kind.INSTANT else member.kind.value}
    if member.choices:
        schema["enum"] = list(member.choices)
    if member.many:
        return _many(schema)
    return schema | {"xml": _SPACE} if member.element else _attribute(schema)
