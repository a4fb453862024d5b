"""What of the executions somebody sees: those in the environments that let them in (ENV-13)."""

from dataclasses import dataclass

from tenantry.decisions.guard import access_in, require, require_in
from tenantry.environments.queries import accessible_environments
from tenantry.rules import refusals as no
from tenantry.rules.answers import Access
from tenantry.rules.environments import gate
from tenantry.rules.facts import AccountFacts
from tenantry.rules.places import Environment, Opening
from tenantry.rules.refusals import Refused
from tenantry.rules.surfaces import ACTIONS, missing_for
from tenantry.rules.vocabulary import AccountId, Actor, EnvironmentId, Instant

EVERYWHERE = "ENV_MANAGEMENT"
"""Whoever holds it gets in everywhere (ENV-10), also where an environment is gone and what was reported has stayed."""


@dataclass(frozen=True, slots=True)
class Sight:
    """The environments somebody gets into, by name; `everything` tells that these are all there are and ever were."""

    access: Access
    facts: AccountFacts
    environments: tuple[Environment, ...]
    everything: bool

    def held_in(self, environment: str) -> frozenset[str]:
        """The privileges that count for what was reported in an environment; none where the gate is closed.

        The narrowing of ENV-16 takes none of those that reporting asks for.
        """
        place = self.facts.environments.get(EnvironmentId(environment))
        inside = self.everything if place is None else isinstance(gate(self.access, self.facts, place), Opening)
        return frozenset(self.facts.catalogue.names(self.access.privileges)) if inside else frozenset()

    def missing(self, action: str, environment: str) -> frozenset[str]:
        """What is missing there for an action of `rules.surfaces.ACTIONS`; empty if nothing is."""
        return missing_for(action, self.held_in(environment))

    def chosen(self, environment: str) -> Environment | None:
        """The environment of this id that was asked for, `None` where none was.

        Refuses with `EnvironmentNotFound` or `EnvironmentClosed`: what is named directly is answered (ENV-13).
        """
        if not environment:
            return None
        place = self.facts.environments.get(EnvironmentId(environment))
        if place is None:
            raise Refused(no.EnvironmentNotFound(environment=environment))
        opening = gate(self.access, self.facts, place)
        if not isinstance(opening, Opening):
            raise Refused(opening)
        return place


def sight(*, actor: Actor, account: AccountId, at: Instant) -> Sight:
    """What somebody sees in an account; refuses whoever is not in it."""
    access, facts = access_in(actor=actor, account=account, at=at)
    everything = bool(access.privileges & facts.catalogue.bits[EVERYWHERE])
    return Sight(access, facts, accessible_environments(access, facts), everything)


def require_action(
    action: str, environment: str, *, actor: Actor, account: AccountId, at: Instant
) -> Environment | None:
    """Find every privilege that an action asks for, in the environment where something was reported.

    Refuses with the denial of the first. Where the environment is gone it takes Environment Management besides, and
    the answer is `None`.
    """
    [privileges] = ACTIONS[action]
    place: Environment | None = None
    for privilege in sorted(privileges):
        permit = require(privilege, actor=actor, account=account, at=at)
        place = permit.facts.account.environments.get(EnvironmentId(environment))
        if place is not None:
            require_in(place.id, privilege, actor=actor, account=account, at=at)
    if place is None:
        require(EVERYWHERE, actor=actor, account=account, at=at)
    return place
