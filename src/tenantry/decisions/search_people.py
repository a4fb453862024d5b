"""Everybody who may do something to a resource."""

from collections.abc import Callable, Mapping
from typing import Any

from tenantry.decisions.authzen import (
    KINDS,
    Action,
    Found,
    Resource,
    Served,
    account_named,
    found_of,
    is_served,
    time_of,
)
from tenantry.decisions.engine import State
from tenantry.decisions.results import Results
from tenantry.decisions.rolls import ROLLS, staff_besides
from tenantry.decisions.using import held, reach_of
from tenantry.rules import refusals as no
from tenantry.rules.answers import Decision
from tenantry.rules.decide import Standing, of_standing, place_now
from tenantry.rules.places import Place
from tenantry.rules.sharing import Kind
from tenantry.rules.using import USE
from tenantry.rules.vocabulary import Instant


def find_people(
    engine: State, asked: tuple[str, Action, Resource, Mapping[str, Any]], now: Instant, served: Served = None
) -> Results:
    """All subjects of a type for whom the answer is yes: users of the account, people of groups that hold it, support
    staff. `asked` is the type, the action, the resource and the context. Raises `MalformedRequest` as asking does.
    """
    kind, action, resource, context = asked
    at = time_of(context) or now
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
    roll = ROLLS.roll(facts)
    allows = _once_for_each(_judge(found, action.name, at, place))
    names = [name for name, standing in roll.people if allows(standing)]
    staff = [name for name, standing in staff_besides(facts, roll.keys) if allows(standing)]
    return Results(sorted([*names, *staff]) if staff else names)


def _judge(found: Found, privilege: str, at: Instant, place: Place | None) -> Callable[[Standing], Decision]:
    kind = found.kind
    if kind is None:
        return lambda standing: of_standing(standing, privilege, at, place)
    return lambda standing: held(kind, lambda needed: of_standing(standing, needed, at))


def _once_for_each(judge: Callable[[Standing], Decision]) -> Callable[[Standing], bool]:
    """Judge standings, each once."""
    known: dict[int, tuple[Standing, bool]] = {}

    def allows(standing: Standing) -> bool:
        found = known.get(id(standing))
        if found is None:
            found = known[id(standing)] = (standing, judge(standing).allowed)
        return found[1]

    return allows
