"""Deciding in this process: what a snapshot answers, in the words of the client."""

from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from tenantry.client import wire
from tenantry.client.answers import Evaluation, Grant, Opening, Reason
from tenantry.client.questions import Action, Resource, Subject
from tenantry.client.wire import Options
from tenantry.decisions.conditions import Asked
from tenantry.rules.answers import Allowed, Decision
from tenantry.rules.conditions import unjudged
from tenantry.rules.decide import Snapshot, decide
from tenantry.rules.facts import AccountFacts
from tenantry.rules.places import Environment
from tenantry.rules.vocabulary import AccountId, EnvironmentId, user_key


def account_of(resource: Resource) -> AccountId | None:
    """The account whose facts answer about a resource, where the question itself tells it."""
    if resource.type == "account":
        return AccountId(resource.id)
    named = resource.properties.get("account")
    return AccountId(named) if resource.type == "environment" and isinstance(named, str) else None


class _Question(msgspec.Struct, frozen=True):
    """A question as the server would read it."""

    subject: Subject
    action: Action
    resource: Resource
    context: dict[str, Any] = {}


_QUESTION: Final = msgspec.json.Decoder(_Question)


def decided(
    snapshot: Snapshot, subject: Subject | str, action: Action | str, resource: Resource, options: Options
) -> Decision | None:
    """The decision; `None` where the facts of one account do not tell, and the server has to be asked.

    That is so for people without anything that reaches the account, who may be unknown or support staff, and for all
    but the account itself and its environments.
    """
    user, privilege = _name_of(subject), action if isinstance(action, str) else action.name
    at = options["time"] if "time" in options else datetime.now(UTC)
    if user is None or at.tzinfo is None:
        return None
    standing = snapshot.standing(user)
    if standing is None:
        user = user_key(user)
        standing = snapshot.standing(user)
        if standing is None:
            return None
    judge = _judge(subject, action, resource, options) if standing.conditional else unjudged
    if resource.type == "account":
        return decide(snapshot, user, privilege, at, judge=judge)
    place = _environment(snapshot.account, resource.id)
    return decide(snapshot, user, privilege, at, place=place, judge=judge) if place is not None else None


def _judge(subject: Subject | str, action: Action | str, resource: Resource, options: Options) -> Asked:
    """The judge of the conditions, who sees what the server would see: what has gone through JSON."""
    asked = _QUESTION.decode(wire.one(subject, action, resource, options).body)
    return Asked(asked.subject, asked.action, asked.resource, asked.context)


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
                Grant(
                    via=one.via,
                    role=one.role,
                    path=one.path,
                    through=one.through,
                    groups=one.groups,
                    owner=one.owner if one.groups else None,
                    condition=one.condition,
                )
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
