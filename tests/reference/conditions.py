"""Conditions as the reference model knows them: a few texts, each with the same thing said in Python beside it.

The model knows no expression language. What a question tells is a plain dictionary; a member that is not there makes a
condition fail, unless the condition itself says what then.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from .facts_of_questions import ANYTHING, Question

Predicate = Callable[[Question], bool]


def _admin(asked: Question) -> bool:
    return bool(asked["subject"]["properties"]["role"] == "admin")


def _open(asked: Question) -> bool:
    return bool(asked["resource"]["properties"]["status"] != "archived")


def _soft(asked: Question) -> bool:
    return asked["action"]["properties"]["soft"] is True


def _high(asked: Question) -> bool:
    level = asked["context"]["level"]
    return isinstance(level, int) and not isinstance(level, bool) and level > 2


def _blue(asked: Question) -> bool:
    teams = asked["subject"]["properties"].get("teams")
    return (isinstance(teams, list) and "blue" in teams) or asked["context"].get("level") == 5


def _mine(asked: Question) -> bool:
    properties = asked["resource"]["properties"]
    return "owner" not in properties or properties["owner"] == asked["subject"]["id"]


def _invoicing(asked: Question) -> bool:
    return str(asked["action"]["name"]).startswith("invoice:") or asked["resource"]["type"] == "invoice"


PREDICATES: dict[str, Predicate] = {
    'subject.properties.role == "admin"': _admin,
    'resource.properties.status != "archived"': _open,
    "action.properties.soft == true": _soft,
    "type(context.level) == int && context.level > 2": _high,
    '"blue" in subject.properties.teams || context.level == 5': _blue,
    "!has(resource.properties.owner) || resource.properties.owner == subject.id": _mine,
    'action.name.startsWith("invoice:") || resource.type == "invoice"': _invoicing,
    "true": bool,
    "false": lambda asked: not asked,
}


def fulfils(condition: str, asked: Question | None) -> bool:
    """Whether a question fulfils a condition. Where nothing is asked, as in the console, only no condition is met."""
    if not condition or asked is ANYTHING:
        return True
    if asked is None:
        return False
    try:
        return PREDICATES[condition](asked)
    except (KeyError, TypeError):
        return False


VALUES: dict[str, list[Any]] = {
    "role": ["admin", "guest", None, 7],
    "teams": [["blue"], ["red", "blue"], [], "blue"],
    "status": ["archived", "open", None],
    "owner": ["ann@a.example", "cyd@platform.example"],
    "soft": [True, False, "true"],
    "level": [1, 3, 5, "5", 2.5],
}
"""What members are worth having, and of which values."""


def properties() -> SearchStrategy[dict[str, Any]]:
    """A few members."""
    names = st.lists(st.sampled_from(sorted(VALUES)), unique=True, max_size=3)
    return names.flatmap(lambda some: st.fixed_dictionaries({name: st.sampled_from(VALUES[name]) for name in some}))


def conditions() -> SearchStrategy[str]:
    """A condition; none more often than one."""
    return st.sampled_from(["", *["" for _ in PREDICATES], *PREDICATES])
