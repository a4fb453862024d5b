"""Everybody who may do something to a resource."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from tenantry.decisions.authzen import (
    KINDS,
    Action,
    Found,
    Resource,
    Served,
    Subject,
    account_named,
    found_of,
    is_served,
    time_of,
)
from tenantry.decisions.conditions import Asked
from tenantry.decisions.engine import State
from tenantry.decisions.results import Results
from tenantry.decisions.rolls import ROLLS, staff_besides
from tenantry.decisions.using import held, reach_of
from tenantry.rules import refusals as no
from tenantry.rules.answers import Decision
from tenantry.rules.conditions import Judge, unjudged
from tenantry.rules.decide import Standing, of_standing, place_now
from tenantry.rules.places import Place
from tenantry.rules.sharing import Kind
from tenantry.rules.using import USE
from tenantry.rules.vocabulary import UNCONDITIONAL, Instant


class PeopleAsked(NamedTuple):
    """A search for subjects of a type: whoever they are, the request says `subject` of them as their properties."""

    kind: str
    action: Action
    resource: Resource
    context: Mapping[str, Any]
    subject: dict[str, Any]


def find_people(engine: State, asked: PeopleAsked, now: Instant, served: Served = None) -> Results:
    """All subjects of a type for whom the answer is yes: users of the account, people of groups that hold it, support
    staff. Raises `MalformedRequest` as asking does.
    """
    kind, action, resource = asked.kind, asked.action, asked.resource
    at = time_of(asked.context) or now
    named = account_named(resource.properties) if resource.type != "account" else None
    if kind != "user":
        return Results(reason=no.UnknownUser(user=kind))
    if resource.type in KINDS and action.name != USE:
        return Results(reason=no.OnlyUse(kind=Kind(resource.type).words.one, privilege=action.name))
    found = found_of(engine, resource, named, served)
    if isinstance(found, no.Refusal):
        return Results(reason=found)
    facts = engine.snapshot(found.account) if is_served(found.account, served) else None
    if facts is None:
        return Results(reason=no.UnknownAccount(account=found.account))
    if found.kind is not None:
        reached = reach_of(found.kind, resource.id, found.account)
        if isinstance(reached, no.Denial):
            return Results(reason=reached)
    elif action.name not in facts.account.catalogue:
        return Results(reason=no.UnknownPrivilege(privilege=action.name))
    place = place_now(facts.account, found.place) if found.place is not None else None
    if isinstance(place, no.EnvironmentNotFound):
        return Results(reason=place)
    allows = _Judging(found, asked, at, place).allows
    roll = ROLLS.roll(facts)
    names = [name for name, standing in roll.people if allows(name, standing)]
    staff = [name for name, standing in staff_besides(facts, roll.keys) if allows(name, standing)]
    return Results(sorted([*names, *staff]) if staff else names)


class _Judging:
    """Who is allowed: of all who hold the same one is judged, but for those whom a condition tells apart."""

    def __init__(self, found: Found, asked: PeopleAsked, at: Instant, place: Place | None) -> None:
        self._kind, self._thing = found.kind, found.thing
        self._asked = asked
        self._at = at
        self._place = place
        self._condition = found.thing.condition(asked.action.name) if found.thing is not None else UNCONDITIONAL
        self._known: dict[int, bool] = {}

    def allows(self, name: str, standing: Standing) -> bool:
        if standing.conditional or self._condition:
            return self._judged(name, standing)
        allowed = self._known.get(id(standing))
        if allowed is None:
            allowed = self._known[id(standing)] = self._decided(standing, unjudged).allowed
        return allowed

    def _judged(self, name: str, standing: Standing) -> bool:
        asked = self._asked
        subject = Subject("user", name, asked.subject)
        stored = self._thing.properties if self._thing is not None else ""
        judge = Asked(subject, asked.action, asked.resource, asked.context, stored)
        if not self._decided(standing, judge).allowed:
            return False
        return not self._condition or judge(self._condition, standing.held.person.properties).met

    def _decided(self, standing: Standing, judge: Judge) -> Decision:
        if self._kind is not None:
            return held(self._kind, lambda needed: of_standing(standing, needed, self._at, judge=judge))
        return of_standing(standing, self._asked.action.name, self._at, self._place, judge)
