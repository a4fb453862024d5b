"""Conditions: what a grant, or an object of the host, asks of a question before it lets anything through.

A condition is a text in an expression language that the rules do not know. Whoever asks brings a judge, which says what
the text comes to for the question at hand. Who has nothing to judge by brings none, and then no condition is met.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final, NamedTuple

from tenantry.rules import refusals as no
from tenantry.rules.facts import Held
from tenantry.rules.vocabulary import UNCONDITIONAL, Condition, Instant, RoleGrant, storable

CONDITION_LIMIT: Final = 1_000
"""Characters in a condition."""


class Verdict(NamedTuple):
    """What a condition comes to: met; or not, and why: that it is false, or what went wrong in judging it."""

    met: bool
    why: str = ""


MET: Final = Verdict(met=True)

Judge = Callable[[Condition, str], Verdict]
"""Says what a condition comes to for the question at hand. The second argument are the properties that are stored of
the person who is asked about, as JSON, or "". It answers alike when asked again about one question.
"""


def unjudged(condition: Condition, properties: str) -> Verdict:
    """The judge of those who have none, such as the console: nothing was said of the question, so nothing is met."""
    del condition, properties
    return Verdict(met=False, why="It is judged only for questions of host applications, which tell what it speaks of.")


def check_condition(text: str, wrong: Callable[[str], str]) -> no.ConditionInvalid | None:
    """Judge the text of a condition when it is written; "" is none.

    `wrong` says what the expression language finds wrong with it, and where; "" is nothing.
    """
    if not text:
        return None
    if len(text) > CONDITION_LIMIT:
        return no.ConditionInvalid(why=f"it has {len(text)} characters, at most {CONDITION_LIMIT} are allowed")
    if not storable(text) or not text.strip():
        return no.ConditionInvalid(why="it is blank" if storable(text) else "it has a zero character")
    found = wrong(text)
    return no.ConditionInvalid(why=found) if found else None


class Unmet(NamedTuple):
    """A grant that would be in force, and why its condition is not met."""

    grant: RoleGrant
    why: str


def judged(held: Held, at: Instant, judge: Judge) -> tuple[Held, tuple[Unmet, ...]]:
    """What is left of what somebody holds when conditions are judged, and the grants that fail by theirs.

    A grant whose condition is not met is as good as one that is not in force: it gives nothing, and stands in the way
    of nothing (EFF-1). Of grants that are not in force the condition is not asked.
    """
    unmet: list[Unmet] = []

    def kept(grants: tuple[RoleGrant, ...]) -> tuple[RoleGrant, ...]:
        return tuple(grant for grant in grants if met(grant))

    def met(grant: RoleGrant) -> bool:
        if not grant.condition or not grant.validity.in_force(at):
            return True
        verdict = judge(grant.condition, held.person.properties)
        if not verdict.met:
            unmet.append(Unmet(grant, verdict.why))
        return verdict.met

    counting = replace(held, direct=kept(held.direct), outside=kept(held.outside))
    return counting, tuple(unmet)


def loosens(before: Condition, after: Condition) -> bool:
    """Whether a grant that gets another condition may count for questions for which it did not: it is given anew."""
    return before not in {UNCONDITIONAL, after}


def unconditional(grants: tuple[RoleGrant, ...]) -> tuple[RoleGrant, ...]:
    """Those of the grants that count whatever is asked."""
    return tuple(grant for grant in grants if not grant.condition)
