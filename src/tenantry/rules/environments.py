"""Environments: the gate, what it leaves of privileges inside, and what may be done with environments (ENV).

A role list is a gate and nothing else: what somebody may do behind it is their whole effective privilege set
(ENV-11, ENV-12). The two per-environment privileges only ever narrow, and only while Advanced Environment Access is on.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tenantry.rules import refusals as no
from tenantry.rules.answers import Access
from tenantry.rules.facts import AccountFacts
from tenantry.rules.features import Feature
from tenantry.rules.places import Classification, Environment, Opening
from tenantry.rules.privileges import NOTHING, Mask
from tenantry.rules.vocabulary import RoleId

NAME_LIMIT: Final = 80
"""Characters in an environment's name (ENV-1)."""

ID_LIMIT: Final = 64
"""Characters in an environment's id."""

NARROWED: Final = ("ATOM_MANAGEMENT", "DEPLOY", "SCHEDULE_MAINTENANCE")
"""What Environment Management Read Access takes away in an environment (ENV-16)."""


class Level(StrEnum):
    """How far somebody administers an environment itself (ENV_LEVEL): not at all, looking, or changing."""

    NONE = "none"
    READ = "read"
    WRITE = "write"


def gate(access: Access, account: AccountFacts, environment: Environment) -> Opening | no.EnvironmentClosed:
    """ENV_GATE: what lets somebody into an environment, or the list that keeps them out (ENV-9, ENV-10)."""
    if access.privileges & account.catalogue.bits["ENV_MANAGEMENT"]:
        return Opening(environment.name, "ENV-10")
    if not environment.roles:
        return Opening(environment.name, "ENV-9")
    matched = _matched(access, environment)
    if matched:
        return Opening(environment.name, "ENV-9", tuple(account.roles[role].name for role in matched))
    names = sorted((account.roles[role].name for role in environment.roles if role in account.roles), key=str.casefold)
    return no.EnvironmentClosed(account=account.id, environment=environment.name, roles=", ".join(names))


def narrowing(access: Access, account: AccountFacts, environment: Environment) -> tuple[str, ...]:
    """NARROWED: the names of the matched roles that make an environment read-only for somebody; empty if nothing does.

    Only with Advanced Environment Access, never for holders of Environment Management (PRIV-3), and not where a matched
    role carries Full Access (ENV-16, ENV-17). Matched roles count before any cap.
    """
    bits = account.catalogue.bits
    read, full = bits["ENV_MANAGEMENT_READ_ONLY"], bits["ENV_MANAGEMENT_FULL"]
    if not account.active & read or access.privileges & bits["ENV_MANAGEMENT"]:
        return ()
    matched = _matched(access, environment)
    if any(account.roles.resolved(role).mask & full for role in matched):
        return ()
    return tuple(account.roles[role].name for role in matched if account.roles.resolved(role).mask & read)


def level(access: Access, account: AccountFacts, environment: Environment) -> Level:
    """ENV_LEVEL: administration of the environment itself. Full Access never raises it (ENV-18)."""
    if isinstance(gate(access, account, environment), no.EnvironmentClosed):
        return Level.NONE
    bits = account.catalogue.bits
    if not access.privileges & bits["ATOM_MANAGEMENT"]:
        return Level.READ if access.privileges & bits["ATOM_MANAGEMENT_READ_ONLY"] else Level.NONE
    return Level.READ if narrowing(access, account, environment) else Level.WRITE


def tile_label(access: Access, account: AccountFacts, environment: Environment) -> str:
    """What a tile says while Advanced Environment Access is on: "Read" or "Full"; otherwise nothing (ENV-20)."""
    if not account.active & account.catalogue.bits["ENV_MANAGEMENT_READ_ONLY"]:
        return ""
    return {Level.NONE: "", Level.READ: "Read", Level.WRITE: "Full"}[level(access, account, environment)]


def within(
    privilege: str, access: Access, account: AccountFacts, environment: Environment
) -> Opening | no.EnvironmentClosed | no.EnvironmentReadOnly:
    """ENV_CAN for a privilege that is held in the account: the gate first, then the narrowing."""
    opening = gate(access, account, environment)
    if isinstance(opening, no.EnvironmentClosed) or privilege not in NARROWED:
        return opening
    roles = narrowing(access, account, environment)
    if not roles:
        return opening
    return no.EnvironmentReadOnly(
        account=account.id, environment=environment.name, privilege=privilege, roles=", ".join(roles)
    )


def _matched(access: Access, environment: Environment) -> tuple[RoleId, ...]:
    return tuple(role for role in access.roles if role in environment.roles)


@dataclass(frozen=True, slots=True)
class EnvironmentType:
    """The account's Environment Type, which its licence decides: Basic, or Unlimited (ACC-9)."""

    unlimited: bool

    @property
    def label(self) -> str:
        """As Account Information names it."""
        return "Unlimited" if self.unlimited else "Basic"

    @property
    def classifications(self) -> tuple[Classification, ...]:
        """What a new environment may be; with one choice the page asks nothing (ENV-2)."""
        return (Classification.PROD, Classification.TEST) if self.unlimited else (Classification.PROD,)


def environment_type(features: AbstractSet[Feature]) -> EnvironmentType:
    """The Environment Type that these features make."""
    return EnvironmentType(Feature.ENVIRONMENTS_UNLIMITED in features)


def check_name(name: str) -> no.EnvironmentNameInvalid | None:
    """Judge a name: 1 to 80 characters, any characters (ENV-1)."""
    fits = name.strip() and len(name) <= NAME_LIMIT and "\x00" not in name
    return None if fits else no.EnvironmentNameInvalid(limit=NAME_LIMIT)


def check_classification(
    value: str, kind: EnvironmentType
) -> Classification | no.ClassificationUnknown | no.TestNotOffered:
    """Judge the classification of a new environment (ENV-2)."""
    try:
        classification = Classification(value)
    except ValueError:
        return no.ClassificationUnknown(value=value)
    return classification if classification in kind.classifications else no.TestNotOffered()


def check_classified_so(environment: Environment, named: str | None) -> no.ClassificationFixed | None:
    """Judge a classification that a change names: none, or the one that the environment has (ENV-2)."""
    if named is None or named == environment.classification:
        return None
    return no.ClassificationFixed(environment=environment.name, classification=environment.classification.label)


def check_not_listed(
    environment: Environment, roles: AbstractSet[RoleId], account: AccountFacts
) -> no.RoleListedAlready | None:
    """Judge roles that are to come onto a list on which they are not yet (ENV-8)."""
    there = min(roles & environment.roles, default=None)
    if there is None:
        return None
    name = account.roles[there].name if there in account.roles else there
    return no.RoleListedAlready(role=name, environment=environment.name)


def check_attachable(roles: AbstractSet[RoleId], offered: AbstractSet[RoleId]) -> no.RoleNotForEnvironments | None:
    """Judge roles to attach: only those that Available Roles offers, so never shared ones (ENV-8)."""
    strange = min(roles - offered, default=None)
    return None if strange is None else no.RoleNotForEnvironments(role=strange)


def check_detaching(
    environment: Environment, left: AbstractSet[RoleId], *, confirmed: bool
) -> no.OpensToEverybody | None:
    """Judge what detaching leaves: opening an environment to everybody wants a confirmation (ENV-23)."""
    if environment.roles and not left and not confirmed:
        return no.OpensToEverybody(environment=environment.name)
    return None


NAMED: Final = 10
"""Runtimes that a refusal names."""


def check_deletable(environment: Environment, runtimes: tuple[str, ...]) -> no.RuntimesAttached | None:
    """Judge a deletion: not while runtimes are attached; the first of them are named (ENV-6)."""
    if not runtimes:
        return None
    more = len(runtimes) - NAMED
    named = ", ".join(runtimes[:NAMED]) + (f" and {more} more" if more > 0 else "")
    return no.RuntimesAttached(environment=environment.name, runtimes=named)


def check_attachment(
    environment: Environment,
    runtime: str,
    cloud: Classification | None,
    others: int,
    kind: EnvironmentType,
) -> no.ClassificationDiffers | no.OneRuntimeOnly | None:
    """Judge attaching a runtime. `cloud` is the classification of the cloud it lives in, `None` for a local runtime
    (ENV-4); `others` counts runtimes attached already (ENV-3).
    """
    if cloud is not None and cloud is not environment.classification:
        return no.ClassificationDiffers(
            runtime=runtime,
            cloud=cloud.label,
            environment=environment.name,
            classification=environment.classification.label,
        )
    if others and not kind.unlimited:
        return no.OneRuntimeOnly(environment=environment.name)
    return None


ENVIRONMENT_RIGHTS: Final = ("ATOM_MANAGEMENT", "ENV_MANAGEMENT")
"""Both together create and delete environments and change Roles with Access (ENV-5, ENV_EDIT_ROLES)."""


def edits_roles(held: Mask, account: AccountFacts) -> tuple[str, ...]:
    """ENV_EDIT_ROLES: what is missing of the rights to create, delete and change role lists; empty means nothing."""
    return tuple(name for name in ENVIRONMENT_RIGHTS if held & account.catalogue.bits[name] == NOTHING)
