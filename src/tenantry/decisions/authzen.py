"""Decision requests in the words of the AuthZEN Authorization API 1.0, and the answers to them."""

from datetime import datetime
from typing import Any, Final

import msgspec

from tenantry.decisions.engine import Engine
from tenantry.objects.queries import accounts_with_object, has_object
from tenantry.rules import refusals as no
from tenantry.rules.answers import Allowed, Decision, Denied, Grant
from tenantry.rules.vocabulary import AccountId, Instant

RESERVED_TYPES: Final = frozenset(
    {
        "account",
        "environment",
        "folder",
        "role",
        "cloud",
        "connector",
        "process",
        "integration_pack",
        "model",
        "user",
    }
)
"""Types with a meaning of their own; the host's objects use others."""


class Subject(msgspec.Struct, frozen=True):
    """Who asks to act: `type` is "user", `id` the e-mail address or the host's id."""

    type: str
    id: str
    properties: dict[str, Any] = {}


class Action(msgspec.Struct, frozen=True):
    """What is to be done: `name` is a privilege constant."""

    name: str
    properties: dict[str, Any] = {}


class Resource(msgspec.Struct, frozen=True):
    """What it is to be done to. `properties.account` names the account where `id` alone does not."""

    type: str
    id: str
    properties: dict[str, Any] = {}


class Context(msgspec.Struct, frozen=True):
    """Circumstances. `time` asks as of that instant."""

    time: datetime | None = None


class Evaluation(msgspec.Struct, frozen=True):
    """One request."""

    subject: Subject
    action: Action
    resource: Resource
    context: Context = Context()


class MalformedRequest(ValueError):
    """The request is no evaluation request; the text names the place."""


_DECODER: Final = msgspec.json.Decoder(Evaluation)


def parse(line: bytes | str) -> Evaluation:
    """Read one request; raises `MalformedRequest` naming the place."""
    try:
        request = _DECODER.decode(line)
    except msgspec.DecodeError as error:
        raise MalformedRequest(str(error)) from error
    time = request.context.time
    if time is not None and time.tzinfo is None:
        msg = "Expected an RFC 3339 time with its offset - at `$.context.time`"
        raise MalformedRequest(msg)
    account = request.resource.properties.get("account")
    if account is not None and not isinstance(account, str):
        msg = "Expected `str` - at `$.resource.properties.account`"
        raise MalformedRequest(msg)
    return request


def evaluate(engine: Engine, request: Evaluation, now: Instant) -> Decision:
    """Answer a request: unknown subjects, actions and resources are denials with their reason."""
    if request.subject.type != "user":
        return Denied(no.UnknownUser(user=f"{request.subject.type}:{request.subject.id}"))
    account = _account_of(request.resource)
    if not isinstance(account, str):
        return Denied(account)
    return engine.decide(
        user=request.subject.id,
        privilege=request.action.name,
        account=AccountId(account),
        at=request.context.time or now,
    )


def _account_of(resource: Resource) -> str | no.UnknownResource:
    """The account whose rights decide about the resource."""
    unknown = no.UnknownResource(type=resource.type, id=resource.id)
    named: str | None = resource.properties.get("account")
    if resource.type == "account":
        return resource.id
    if resource.type in RESERVED_TYPES:
        return unknown
    if named is not None:
        return named if has_object(named, resource.type, resource.id) else unknown
    owners = accounts_with_object(resource.type, resource.id)
    return owners[0] if len(owners) == 1 else unknown


def _grant(grant: Grant) -> dict[str, Any]:
    """One role that gives the privilege; `groups` and `owner` where account groups brought it."""
    told: dict[str, Any] = {
        "via": grant.via,
        "role": grant.role,
        "path": list(grant.path),
        "through": grant.through,
    }
    return told | {"groups": list(grant.groups), "owner": grant.owner} if grant.groups else told


def response(decision: Decision) -> dict[str, Any]:
    """The answer as AuthZEN sends it, with the grants or the reason in `context`."""
    if isinstance(decision, Allowed):
        context: dict[str, Any] = {"rules": list(decision.rules), "grants": [_grant(one) for one in decision.grants]}
        if decision.cap is not None:
            context["support_access_role"] = decision.cap
        return {"decision": True, "context": context}
    refusal = decision.refusal
    reason = {"code": refusal.code, "message": refusal.message, "fields": refusal.details()}
    return {"decision": False, "context": {"rules": list(refusal.rules), "reason": reason}}
