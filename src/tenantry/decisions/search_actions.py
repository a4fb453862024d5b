"""Everything that somebody may do to a resource."""

from collections.abc import Mapping
from typing import Any

from tenantry.decisions.authzen import (
    Action,
    Evaluation,
    Resource,
    Served,
    Subject,
    account_named,
    asked as asked_by,
    evaluate,
    found_of,
    is_served,
    time_of,
)
from tenantry.decisions.engine import State, subject_in
from tenantry.decisions.results import Results
from tenantry.rules import refusals as no
from tenantry.rules.answers import Denied
from tenantry.rules.decide import decide, of_object, place_now
from tenantry.rules.using import USE
from tenantry.rules.vocabulary import Instant, storable


def find_actions(
    engine: State, asked: tuple[Subject, Resource, Mapping[str, Any]], now: Instant, served: Served = None
) -> Results:
    """All actions for which the answer is yes, asked without properties of theirs. `asked` is the subject, the resource
    and the context. Where nothing is allowed, a reason is told that is the same for all: nobody is known by that name,
    or is not let in. Raises `MalformedRequest` as asking does.
    """
    subject, resource, context = asked
    at = time_of(context) or now
    named = account_named(resource.properties) if resource.type != "account" else None
    if subject.type != "user" or not storable(subject.id):
        return Results(reason=no.UnknownUser(user=subject.id))
    found = found_of(engine, resource, named, served)
    if isinstance(found, no.Refusal):
        return Results(reason=found)
    facts = engine.about(found.account, subject.id) if is_served(found.account, served) else None
    if facts is None:
        return Results(reason=no.UnknownAccount(account=found.account))
    if found.kind is not None:
        question = Evaluation(subject, Action(USE), resource, context)
        decision = evaluate(engine, question, now, served)
        return Results(reason=decision.refusal) if isinstance(decision, Denied) else Results([USE])
    place = place_now(facts.account, found.place) if found.place is not None else None
    if isinstance(place, no.EnvironmentNotFound):
        return Results(reason=place)
    key, stranger = subject_in(facts, subject.id)
    thing = found.thing
    names = []
    reasons: set[no.Denial] = set()
    for privilege in facts.account.catalogue.definitions:
        question = Evaluation(subject, Action(privilege), resource, context)
        judge = asked_by(question, thing.properties if thing is not None else "")
        answered = decide(facts, key, privilege, at, stranger, place, judge)
        if thing is not None and thing.conditions:
            answered = of_object(answered, thing.condition(privilege), facts, key, stranger, judge)
        if isinstance(answered, Denied):
            reasons.add(answered.refusal)
        else:
            names.append(privilege)
    return Results(sorted(names), reasons.pop() if not names and len(reasons) == 1 else None)
