"""Where environments let more through than their lists seem to say: advice, never a refusal.

Privileges add up (ENV-11): a role that is not attached to an environment gives its privileges there all the same, as
soon as another role of the same person opens the gate (ENV-12). And a gate opens without its list: when the list is
empty (ENV-9), or for Environment Management (ENV-10).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tenantry.rules.answers import Access
from tenantry.rules.environments import NARROWED, narrowing
from tenantry.rules.facts import AccountFacts
from tenantry.rules.places import Environment
from tenantry.rules.privileges import NOTHING, Mask
from tenantry.rules.vocabulary import RoleId, UserKey, Via

ASKED: Final = (
    "ATOM_MANAGEMENT",
    "ATOM_MANAGEMENT_READ_ONLY",
    "DASHBOARD",
    "DEPLOY",
    "EXECUTE",
    "SCHEDULE_MAINTENANCE",
    "VIEW_DATA",
    "VIEW_RESULT",
)
"""What the gate is asked about (ENV-13). Privileges of the host platform are asked about as well."""

EXAMPLES: Final = 5
"""How many people a finding names; it counts them all. Only direct users are named: who comes from outside is on no
list of the account (GRP-12).
"""


@dataclass(frozen=True, slots=True)
class Holders:
    """People who are in the account in the same way."""

    access: Access
    people: tuple[UserKey, ...]


@dataclass(frozen=True, slots=True)
class Leak:
    """A role gives privileges in an environment it is not attached to, because `opened_by` opens the gate.

    `path` leads from the role to the one that owns the first of the privileges.
    """

    environment: str
    role: str
    opened_by: tuple[str, ...]
    privileges: tuple[str, ...]
    path: tuple[str, ...]
    people: int
    examples: tuple[UserKey, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """A gate that opens without its list: for everybody, or for holders of a role that carries Environment Management.

    `role` and `path` are empty where the list is.
    """

    environment: str
    rule: str
    role: str
    path: tuple[str, ...]
    people: int
    examples: tuple[UserKey, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What the lint has found, by environment and role."""

    leaks: tuple[Leak, ...]
    openings: tuple[Opening, ...]


def find_leaks(facts: AccountFacts, holders: Sequence[Holders]) -> Findings:
    """Look at every environment of an account with everybody who is in it."""
    asked = facts.catalogue.mask(_asked(facts))
    leaks: list[Leak] = []
    openings: list[Opening] = []
    for environment in sorted(facts.environments.values(), key=lambda one: (one.name.casefold(), one.name)):
        if environment.roles:
            leaks += _leaks(facts, environment, holders, asked)
            openings += _by_management(facts, environment, holders)
        else:
            acting = [held for held in holders if held.access.privileges & asked]
            openings.append(Opening(environment.name, "ENV-9", "", (), *_people(acting)))
    return Findings(tuple(leaks), tuple(openings))


def _asked(facts: AccountFacts) -> tuple[str, ...]:
    return (*ASKED, *(name for name, one in facts.catalogue.definitions.items() if one.host))


def _leaks(facts: AccountFacts, environment: Environment, holders: Iterable[Holders], asked: Mask) -> Iterable[Leak]:
    management = facts.catalogue.bits["ENV_MANAGEMENT"]
    found: dict[tuple[RoleId, tuple[RoleId, ...], Mask], list[Holders]] = {}
    for held in holders:
        access = held.access
        opening = tuple(role for role in access.roles if role in environment.roles)
        if not opening or access.privileges & management:
            continue
        acting = access.privileges & asked
        if narrowing(access, facts, environment):
            acting &= ~facts.catalogue.mask(NARROWED)
        beyond = acting & ~facts.roles.carried(opening)
        for role in access.roles:
            given = Mask(beyond & facts.roles.resolved(role).mask)
            if role not in environment.roles and given:
                found.setdefault((role, opening, given), []).append(held)
    for (role, opening, given), alike in sorted(found.items(), key=lambda one: (facts.roles[one[0][0]].name, one[0])):
        names = tuple(sorted(facts.catalogue.names(given)))
        yield Leak(
            environment.name,
            facts.roles[role].name,
            tuple(facts.roles[one].name for one in opening),
            names,
            path_to(facts, role, names[0]),
            *_people(alike),
        )


def _by_management(facts: AccountFacts, environment: Environment, holders: Iterable[Holders]) -> Iterable[Opening]:
    """Roles that get past the list by Environment Management and are not on it themselves."""
    management = facts.catalogue.bits["ENV_MANAGEMENT"]
    found: dict[RoleId, list[Holders]] = {}
    for held in holders:
        if held.access.privileges & management:
            for role in held.access.roles:
                if role not in environment.roles and facts.roles.resolved(role).mask & management:
                    found.setdefault(role, []).append(held)
    for role, alike in sorted(found.items(), key=lambda one: (facts.roles[one[0]].name, one[0])):
        path = path_to(facts, role, "ENV_MANAGEMENT")
        name = facts.roles[role].name
        yield Opening(environment.name, "ENV-10", name, path, *_people(alike))


def _people(alike: Iterable[Holders]) -> tuple[int, tuple[UserKey, ...]]:
    """How many they are, and the first direct users among them."""
    held = tuple(alike)
    direct = sorted(user for one in held if one.access.via is Via.DIRECT for user in one.people)
    return sum(len(one.people) for one in held), tuple(direct[:EXAMPLES])


def path_to(facts: AccountFacts, role: RoleId, privilege: str) -> tuple[str, ...]:
    """The names of roles from one held to the one that owns a privilege or one implying it; empty if none does."""
    bits = facts.catalogue.mask(facts.catalogue.implying(privilege))
    names: list[str] = []
    for step in facts.roles.resolved(role).chain:
        names.append(facts.roles[step].name)
        if facts.roles[step].own & bits != NOTHING:
            return tuple(names)
    return ()
