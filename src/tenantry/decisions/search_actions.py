"""Everything that somebody may do to a resource."""

from collections.abc import Mapping
from typing import Any

from tenantry.decisions.authzen import Resource, Served, Subject, account_named, found_of, is_served, time_of
from tenantry.decisions.engine import State, subject_in
from tenantry.decisions.results import Results
from tenantry.decisions.using import use
from tenantry.rules import refusals as no
from tenantry.rules.answers import Denied
from tenantry.rules.decide import Snapshot, decide, place_now
from tenantry.rules.places import Place
from tenantry.rules.using import USE
from tenantry.rules.vocabulary import Instant, storable


def find_actions(
    engine: State, asked: tuple[Subject, Resource, Mapping[str, Any]], now: Instant, served: Served = None
) -> Results:
    """All actions for which the answer is yes. `asked` is the subject, the resource and the context. Raises
    `MalformedRequest` as asking does.
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
        decision = use(engine, user=subject.id, kind=found.kind, resource=resource.id, account=found.account, at=at)
        return Results(reason=decision.refusal) if isinstance(decision, Denied) else Results([USE])
    place = place_now(facts.account, found.place) if found.place is not None else None
    if isinstance(place, no.EnvironmentNotFound):
        return Results(reason=place)
    return _allowed(facts, subject.id, at, place)


def _allowed(facts: Snapshot, user: str, at: Instant, place: Place | None) -> Results:
    """Where nothing is allowed, a reason is told that is the same for all actions: nobody is known, or not let in."""
    key, stranger = subject_in(facts, user)
    names = []
    reasons: set[no.Denial] = set()
    for privilege in facts.account.catalogue.definitions:
        decision = decide(facts, key, privilege, at, stranger, place)
        if isinstance(decision, Denied):
            reasons.add(decision.refusal)
        else:
            names.append(privilege)
    return Results(sorted(names), reasons.pop() if not names and len(reasons) == 1 else None)
