"""Decision requests in the words of the AuthZEN Authorization API 1.0, and the answers to them."""

from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from tenantry.accounts.queries import account_row
from tenantry.build.queries import account_of_folder, folder_of
from tenantry.decisions.conditions import Asked
from tenantry.decisions.engine import Engine
from tenantry.decisions.using import owner_of, use
from tenantry.environments.queries import account_of_environment, named_environment
from tenantry.objects.queries import ObjectPlace, place_of_object, places_of_object
from tenantry.rules import refusals as no
from tenantry.rules.answers import Allowed, Decision, Denied, Grant
from tenantry.rules.places import Environment, Place
from tenantry.rules.refusals import Refused
from tenantry.rules.sharing import Kind
from tenantry.rules.using import USE
from tenantry.rules.vocabulary import UNCONDITIONAL, AccountId, EnvironmentId, Instant

KINDS: Final = frozenset(kind.value for kind in Kind)
"""Types of resources that can be shared: may they be used?"""

RESERVED_TYPES: Final = KINDS | {"account", "environment", "folder", "user"}
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


class Evaluation(msgspec.Struct, frozen=True):
    """One request. `context` is as it was sent; its `time` asks as of that instant."""

    subject: Subject
    action: Action
    resource: Resource
    context: dict[str, Any] = {}


class MalformedRequest(ValueError):
    """The request is no evaluation request; the text names the place."""


_DECODER: Final = msgspec.json.Decoder(Evaluation)


def parse(line: bytes | str) -> Evaluation:
    """Read one request; raises `MalformedRequest` naming the place."""
    try:
        request = _DECODER.decode(line)
    except msgspec.DecodeError as error:
        raise MalformedRequest(str(error)) from error
    time_of(request)
    account = request.resource.properties.get("account")
    if account is not None and not isinstance(account, str):
        msg = "Expected `str` - at `$.resource.properties.account`"
        raise MalformedRequest(msg)
    return request


def time_of(request: Evaluation) -> Instant | None:
    """The instant that a request asks about, if it names one; raises `MalformedRequest` for what is no time."""
    sent = request.context.get("time")
    try:
        time = msgspec.convert(sent, datetime | None)
    except msgspec.ValidationError as error:
        msg = f"{error} - at `$.context.time`"
        raise MalformedRequest(msg) from error
    if time is not None and time.tzinfo is None:
        msg = "Expected an RFC 3339 time with its offset - at `$.context.time`"
        raise MalformedRequest(msg)
    return time


def evaluate(engine: Engine, request: Evaluation, now: Instant) -> Decision:
    """Answer a request: unknown subjects, actions and resources are denials with their reason."""
    if request.subject.type != "user":
        return Denied(no.UnknownUser(user=f"{request.subject.type}:{request.subject.id}"))
    if request.resource.type in KINDS:
        return _used(engine, request, now)
    found = _found(engine, request.resource)
    if isinstance(found, no.Refusal):
        return Denied(found)
    thing = found.thing
    return engine.decide(
        user=request.subject.id,
        privilege=request.action.name,
        account=found.account,
        at=time_of(request) or now,
        place=found.place,
        judge=asked(request, thing.properties if thing is not None else ""),
        condition=thing.condition(request.action.name) if thing is not None else UNCONDITIONAL,
    )


def asked(request: Evaluation, stored: str = "") -> Asked:
    """The judge of the conditions that a request meets; `stored` are the properties that are stored of the resource."""
    return Asked(request.subject, request.action, request.resource, request.context, stored)


def _used(engine: Engine, request: Evaluation, now: Instant) -> Decision:
    """Answer about a resource that can be shared. Without an account it is asked for the one that owns it."""
    kind, key = Kind(request.resource.type), request.resource.id
    if request.action.name != USE:
        return Denied(no.OnlyUse(kind=kind.words.one, privilege=request.action.name))
    account = request.resource.properties.get("account") or owner_of(kind, key)
    if account is None:
        return Denied(no.UnknownResource(type=kind.value, id=key))
    at, judge = time_of(request) or now, asked(request)
    return use(engine, user=request.subject.id, kind=kind, resource=key, account=AccountId(account), at=at, judge=judge)


class Found(NamedTuple):
    """What a resource means: the account whose rights decide, and the place in it whose gate has to be passed; of an
    object of the host `thing` is what is stored.
    """

    account: AccountId
    place: Place | None = None
    thing: ObjectPlace | None = None


def _found(engine: Engine, resource: Resource) -> Found | no.Denial:
    named: str | None = resource.properties.get("account")
    account = AccountId(named) if named is not None else None
    if resource.type == "account":
        return Found(AccountId(resource.id))
    if resource.type == "environment":
        return _environment(engine, account or account_of_environment(resource.id), resource)
    if resource.type == "folder":
        return _folder(account or account_of_folder(resource.id), resource)
    if resource.type in RESERVED_TYPES:
        return no.UnknownResource(type=resource.type, id=resource.id)
    return _object(account, resource)


def _environment(engine: Engine, account: AccountId | None, resource: Resource) -> Found | no.UnknownResource:
    """An environment by its id or, in the account named, by its name."""
    facts = engine.snapshot(account) if account is not None else None
    place = named_environment(facts.account, resource.id) if facts is not None else None
    if account is None or place is None:
        return no.UnknownResource(type=resource.type, id=resource.id)
    return Found(account, place)


def _folder(account: AccountId | None, resource: Resource) -> Found | no.UnknownResource:
    """A folder by its id or, in the account named, by its path."""
    unknown = no.UnknownResource(type=resource.type, id=resource.id)
    if account is None or account_row(account) is None:
        return unknown
    try:
        return Found(account, folder_of(account, resource.id))
    except Refused:
        return unknown


def _object(account: AccountId | None, resource: Resource) -> Found | no.Denial:
    """An object of the host: in an environment, its gate has to be passed as well."""
    unknown = no.UnknownResource(type=resource.type, id=resource.id)
    if account is None:
        places = places_of_object(resource.type, resource.id)
        where = places[0] if len(places) == 1 else None
    else:
        where = place_of_object(account, resource.type, resource.id)
    if where is None:
        return unknown
    if not where.environment:
        return Found(where.account, thing=where)
    return Found(where.account, Environment(EnvironmentId(where.environment), where.environment), where)


def _grant(grant: Grant) -> dict[str, Any]:
    """One role that gives the privilege; `groups` and `owner` where account groups brought it."""
    told: dict[str, Any] = {
        "via": grant.via,
        "role": grant.role,
        "path": list(grant.path),
        "through": grant.through,
    }
    if grant.condition:
        told["condition"] = grant.condition
    return told | {"groups": list(grant.groups), "owner": grant.owner} if grant.groups else told


def response(decision: Decision) -> dict[str, Any]:
    """The answer as AuthZEN sends it, with the grants or the reason in `context`."""
    if isinstance(decision, Allowed):
        context: dict[str, Any] = {"rules": list(decision.rules), "grants": [_grant(one) for one in decision.grants]}
        if decision.cap is not None:
            context["support_access_role"] = decision.cap
        if decision.condition:
            context["condition"] = decision.condition
        if decision.opening is not None:
            opening = decision.opening
            context["opening"] = {"place": opening.place, "rule": opening.rule, "roles": list(opening.roles)}
        if decision.reach is not None:
            resource = decision.reach.resource
            context["reach"] = {"owner": resource.owner, "name": resource.name, "groups": list(decision.reach.groups)}
        return {"decision": True, "context": context}
    refusal = decision.refusal
    reason = {"code": refusal.code, "message": refusal.message, "fields": refusal.details()}
    return {"decision": False, "context": {"rules": list(refusal.rules), "reason": reason}}
