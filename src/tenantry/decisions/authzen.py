"""Decision requests in the words of the AuthZEN Authorization API 1.0, and the answers to them."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import msgspec

from tenantry.accounts.queries import account_row
from tenantry.build.queries import account_of_folder, folder_of
from tenantry.decisions.conditions import Asked
from tenantry.decisions.engine import unknown
from tenantry.decisions.using import Decides, owner_of, use
from tenantry.environments.queries import account_of_environment, named_environment
from tenantry.objects.queries import ObjectPlace, place_of_object, places_of_object
from tenantry.rules import refusals as no
from tenantry.rules.answers import Allowed, Decision, Denied, Grant
from tenantry.rules.places import Environment, Place
from tenantry.rules.refusals import Refused
from tenantry.rules.sharing import Kind
from tenantry.rules.using import USE
from tenantry.rules.vocabulary import UNCONDITIONAL, AccountId, EnvironmentId, Instant, storable

KINDS: Final = frozenset(kind.value for kind in Kind)
"""Types of resources that can be shared: may they be used?"""

RESERVED_TYPES: Final = KINDS | {"account", "environment", "folder", "user"}
"""Types with a meaning of their own; the host's objects use others."""


NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
"""Properties and context where none were sent; one for all, since a thousand questions would make thousands."""


class Subject(msgspec.Struct, frozen=True, gc=False):
    """Who asks to act: `type` is "user", `id` the e-mail address or the host's id."""

    type: str
    id: str
    properties: Mapping[str, Any] = NOTHING


class Action(msgspec.Struct, frozen=True, gc=False):
    """What is to be done: `name` is a privilege constant."""

    name: str
    properties: Mapping[str, Any] = NOTHING


class Resource(msgspec.Struct, frozen=True, gc=False):
    """What it is to be done to. `properties.account` names the account where `id` alone does not."""

    type: str
    id: str
    properties: Mapping[str, Any] = NOTHING


class Evaluation(msgspec.Struct, frozen=True, gc=False):
    """One request. `context` is as it was sent; its `time` asks as of that instant."""

    subject: Subject
    action: Action
    resource: Resource
    context: Mapping[str, Any] = NOTHING


class MalformedRequest(ValueError):
    """The request is no evaluation request; the text names the place."""


UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What reading hostile bytes as JSON of some form can raise."""


def told_of(error: Exception) -> str:
    """What was wrong with JSON, in a sentence that names the place."""
    if isinstance(error, RecursionError):
        return "JSON is nested too deeply"
    return "JSON is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)


_DECODER: Final = msgspec.json.Decoder(Evaluation)

_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
"""RFC 3339, and without seconds as the standard writes times in its examples."""


def parse(line: bytes | str) -> Evaluation:
    """Read one request; raises `MalformedRequest` naming the place."""
    try:
        request = _DECODER.decode(line)
    except (msgspec.DecodeError, RecursionError) as error:
        raise MalformedRequest(told_of(error)) from error
    time_of(request.context)
    if request.resource.type != "account":
        account_named(request.resource.properties)
    return request


def time_of(context: Mapping[str, Any]) -> Instant | None:
    """The instant that a context asks about, if it names one; raises `MalformedRequest` for what is no time."""
    sent = context.get("time")
    if sent is None:
        return None
    if isinstance(sent, str) and _TIME.fullmatch(sent.upper()):
        try:
            return Instant.fromisoformat(sent.upper())
        except ValueError:
            pass
    msg = "Expected an RFC 3339 time with its offset - at `$.context.time`"
    raise MalformedRequest(msg)


def account_named(properties: Mapping[str, Any]) -> AccountId | None:
    """The account that a resource's properties name; raises `MalformedRequest` for what cannot be one."""
    account = properties.get("account")
    if account is not None and not isinstance(account, str):
        msg = "Expected `str` - at `$.resource.properties.account`"
        raise MalformedRequest(msg)
    return AccountId(account) if account is not None else None


Served = frozenset[AccountId] | None
"""The accounts about which somebody may ask; `None` is all. Others are answered like accounts that do not exist."""


def is_served(account: AccountId, served: Served) -> bool:
    """Whether somebody may ask about an account."""
    return served is None or account in served


Objects = Mapping[tuple[str, str], tuple[ObjectPlace, ...]]
"""Where objects of the host are, by type and id, as far as somebody has looked already."""

NO_OBJECTS: Final[Objects] = {}


def evaluate(
    engine: Decides, request: Evaluation, now: Instant, served: Served = None, objects: Objects = NO_OBJECTS
) -> Decision:
    """Answer a request: unknown subjects, actions and resources are denials with their reason.

    Raises `MalformedRequest` for an instant or an account that is none.
    """
    subject, resource = request.subject, request.resource
    at = time_of(request.context) or now
    named = account_named(resource.properties) if resource.type != "account" else None
    if subject.type != "user":
        return Denied(no.UnknownUser(user=f"{subject.type}:{subject.id}"))
    if not storable(subject.id):
        return Denied(no.UnknownUser(user=subject.id))
    if resource.type in KINDS and request.action.name != USE:
        return Denied(no.OnlyUse(kind=Kind(resource.type).words.one, privilege=request.action.name))
    found = found_of(engine, resource, named, served, objects)
    if isinstance(found, no.Refusal):
        return Denied(found)
    if not is_served(found.account, served):
        return Denied(unknown(subject.id, found.account))
    thing, account = found.thing, found.account
    judge = asked(request, thing.properties if thing is not None else "")
    if found.kind is not None:
        return use(engine, user=subject.id, kind=found.kind, resource=resource.id, account=account, at=at, judge=judge)
    return engine.decide(
        user=subject.id,
        privilege=request.action.name,
        account=account,
        at=at,
        place=found.place,
        judge=judge,
        condition=thing.condition(request.action.name) if thing is not None else UNCONDITIONAL,
    )


def asked(request: Evaluation, stored: str = "") -> Asked:
    """The judge of the conditions that a request meets; `stored` are the properties that are stored of the resource."""
    return Asked(request.subject, request.action, request.resource, request.context, stored)


class Found(NamedTuple):
    """What a resource means: the account whose rights decide, and the place in it whose gate has to be passed, or the
    kind of resource that is to be used there. Of an object of the host `thing` is what is stored.
    """

    account: AccountId
    place: Place | None = None
    kind: Kind | None = None
    thing: ObjectPlace | None = None


def found_of(
    engine: Decides,
    resource: Resource,
    named: AccountId | None,
    served: Served = None,
    objects: Objects = NO_OBJECTS,
) -> Found | no.Denial:
    """What a resource means, in the account that its properties name.

    That account may be one that is not served, or not there, except where only accounts that are there can have what
    is asked about.
    """
    nothing = no.UnknownResource(type=resource.type, id=resource.id)
    if not all(map(storable, (resource.type, resource.id, named or ""))):
        return nothing
    if resource.type == "account":
        return Found(AccountId(resource.id))
    if resource.type in KINDS:
        return _used(named, resource, served) or nothing
    if resource.type == "environment":
        return _environment(engine, _within(served, named or account_of_environment(resource.id)), resource) or nothing
    if resource.type == "folder":
        return _folder(_within(served, named or account_of_folder(resource.id)), resource) or nothing
    if resource.type in RESERVED_TYPES:
        return nothing
    return object_at(_places(named, resource, served, objects)) or nothing


def _within(served: Served, account: AccountId | None) -> AccountId | None:
    """The account, if it is one that may be asked about."""
    return account if account is not None and is_served(account, served) else None


def _used(named: AccountId | None, resource: Resource, served: Served) -> Found | None:
    """A resource that can be shared. Without an account it is asked for the one that owns it."""
    kind = Kind(resource.type)
    account = named or _within(served, owner_of(kind, resource.id))
    return Found(account, kind=kind) if account is not None else None


def _environment(engine: Decides, account: AccountId | None, resource: Resource) -> Found | None:
    """An environment by its id or, in the account named, by its name."""
    facts = engine.snapshot(account) if account is not None else None
    place = named_environment(facts.account, resource.id) if facts is not None else None
    return Found(account, place) if account is not None and place is not None else None


def _folder(account: AccountId | None, resource: Resource) -> Found | None:
    """A folder by its id or, in the account named, by its path."""
    if account is None or account_row(account) is None:
        return None
    try:
        return Found(account, folder_of(account, resource.id))
    except Refused:
        return None


def _places(named: AccountId | None, resource: Resource, served: Served, objects: Objects) -> tuple[ObjectPlace, ...]:
    known = objects.get((resource.type, resource.id))
    if known is not None:
        return tuple(one for one in known if named in {None, one.account} and is_served(one.account, served))
    if named is None:
        return places_of_object(resource.type, resource.id, served)
    where = place_of_object(named, resource.type, resource.id) if is_served(named, served) else None
    return (where,) if where is not None else ()


def object_at(places: Sequence[ObjectPlace]) -> Found | None:
    """An object of the host, of which one place may be known: in an environment, its gate has to be passed as well."""
    if len(places) != 1:
        return None
    [where] = places
    if not where.environment:
        return Found(where.account, thing=where)
    return Found(where.account, Environment(EnvironmentId(where.environment), where.environment), thing=where)


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
