"""Deciding in this process: what a snapshot answers, in the words of the client."""

from tenantry.client.answers import Evaluation, Grant, Opening, Reason
from tenantry.client.questions import Action, Resource, Subject
from tenantry.rules.answers import Allowed, Decision
from tenantry.rules.decide import Snapshot, decide
from tenantry.rules.facts import AccountFacts
from tenantry.rules.places import Environment
from tenantry.rules.vocabulary import AccountId, EnvironmentId, Instant, user_key


def account_of(resource: Resource) -> AccountId | None:
    """The account whose facts answer about a resource, where the question itself tells it."""
    if resource.type == "account":
        return AccountId(resource.id)
    named = resource.properties.get("account")
    return AccountId(named) if resource.type == "environment" and isinstance(named, str) else None


def decided(
    snapshot: Snapshot, subject: Subject | str, action: Action | str, resource: Resource, at: Instant
) -> Decision | None:
    """The decision; `None` where the facts of one account do not tell, and the server has to be asked.

    That is so for people without anything that reaches the account, who may be unknown or support staff, and for all
    but the account itself and its environments.
    """
    user, privilege = _name_of(subject), action if isinstance(action, str) else action.name
    if user is None:
        return None
    standing = snapshot.standing(user)
    if standing is None:
        user = user_key(user)
        if snapshot.standing(user) is None:
            return None
    if resource.type == "account":
        return decide(snapshot, user, privilege, at)
    place = _environment(snapshot.account, resource.id)
    return decide(snapshot, user, privilege, at, place=place) if place is not None else None


def _name_of(subject: Subject | str) -> str | None:
    if isinstance(subject, str):
        return subject
    return subject.id if subject.type == "user" else None


def _environment(facts: AccountFacts, name: str) -> Environment | None:
    """By id, or else by name."""
    found = facts.environments.get(EnvironmentId(name))
    return found or next((one for one in facts.environments.values() if one.name == name), None)


def told(decision: Decision, revision: int) -> Evaluation:
    """A decision as the server would have told it."""
    if isinstance(decision, Allowed):
        opening = decision.opening
        return Evaluation(
            allowed=True,
            revision=revision,
            rules=decision.rules,
            grants=tuple(
                Grant(one.via, one.role, one.path, one.through, one.groups, one.owner if one.groups else None)
                for one in decision.grants
            ),
            cap=decision.cap,
            opening=Opening(opening.place, opening.rule, opening.roles) if opening is not None else None,
        )
    refusal = decision.refusal
    return Evaluation(
        allowed=False,
        revision=revision,
        rules=refusal.rules,
        reason=Reason(refusal.code, refusal.message, refusal.details()),
    )
