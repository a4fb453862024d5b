"""What the table says of a use of a command."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from tenantry.rules.vocabulary import OPERATOR, Actor
from tests.store.every_command.world import World
from tests.store.factories import Somebody


@dataclass(frozen=True)
class Verb:
    """One use of a command.

    `by` is who does it, the operator if `operator`. `words` are type, action and modifier of the entry, `where` the
    accounts that get one; `also` are those of further entries that it writes in `here`. `raises` are the scopes whose
    revision goes up, `gives` those primaries of which the number of what they give goes up as well. `new` tells that
    the entry is in the account that comes back. `prepare` makes what it needs.

    `standard` is open to Standard Users as well. `self_service` is open to whoever does it, so nobody is refused.
    `part` is a part of other commands, which ask for the right and raise the revisions.
    """

    run: Callable[[World, Actor], object]
    words: tuple[str, str, str] | None
    where: tuple[str, ...] = ("here",)
    raises: tuple[str, ...] = ("here",)
    gives: tuple[str, ...] = ()
    also: tuple[tuple[str, str, str], ...] = ()
    by: str = "ann"
    operator: bool = False
    new: bool = False
    standard: bool = False
    self_service: bool = False
    part: bool = False
    reasoned: bool = True
    prepare: Callable[[World], None] | None = None


def actor_of(verb: Verb, world: World) -> Actor:
    """Who does it in this table."""
    if verb.operator:
        return OPERATOR
    who: Somebody = getattr(world, verb.by)
    return who.actor


def commands_of(module: ModuleType) -> set[str]:
    """The verbs a module defines: functions that run as one transaction, and whatever else takes an actor."""
    return {
        name
        for name, member in inspect.getmembers(module, inspect.isfunction)
        if member.__module__ == module.__name__ and not name.startswith(("_", "check_"))
        if hasattr(member, "__wrapped__") or "actor" in inspect.signature(member).parameters
    }
