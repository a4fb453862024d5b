"""The leak lint: what environments let through beyond their lists (ENV-9 to ENV-12), as advice with its path."""

from dataclasses import replace

import pytest

from tenantry.rules.answers import Access
from tenantry.rules.environments import within
from tenantry.rules.facts import AccountFacts
from tenantry.rules.features import Feature
from tenantry.rules.leaks import ASKED, EXAMPLES, Findings, Holders, find_leaks
from tenantry.rules.places import Environment, Opening
from tenantry.rules.privileges import Mask
from tenantry.rules.vocabulary import EnvironmentId, Role, RoleId, UserKey

from .world import EVERY_FEATURE, an_account, custom, entered

DEV = custom("dev", "BUILD", "DEPLOY", name="Dev")
OPS = custom("ops", "EXECUTE", "VIEW_RESULT", name="Ops")
BASE = custom("base", "ENV_MANAGEMENT", name="Base")
HEIR = custom("heir", "VIEW_RESULT", name="Heir", parent="base")
RO = custom("ro", "ENV_MANAGEMENT_READ_ONLY", name="RO")
ROLES = (DEV, OPS, BASE, HEIR, RO)


def place(name: str, *roles: Role) -> Environment:
    """An environment with this list."""
    return Environment(EnvironmentId(name), name, roles=frozenset(role.id for role in roles))


def an_estate(*places: Environment, aea: bool = True) -> AccountFacts:
    """An account with the roles above and these environments."""
    features = EVERY_FEATURE if aea else EVERY_FEATURE - {Feature.ADVANCED_ENVIRONMENT_ACCESS}
    return replace(an_account(*ROLES, features=features), environments={one.id: one for one in places})


def found(facts: AccountFacts, **people: tuple[Role | str, ...]) -> Findings:
    """What the lint says when these people hold these roles directly."""
    holders = [
        Holders(entered(facts, direct=[role if isinstance(role, str) else role.id for role in roles]), (UserKey(name),))
        for name, roles in people.items()
    ]
    return find_leaks(facts, holders)


def test_env_12_a_role_that_is_not_attached_gives_its_privileges_all_the_same() -> None:
    """Scenario 43: Dev deploys to production because Ops opens it; role, opener and path are named."""
    facts = an_estate(place("E-dev", DEV), place("E-prod", OPS))
    [leak] = [one for one in found(facts, ann=(DEV, OPS)).leaks if one.environment == "E-prod"]
    assert (leak.role, leak.opened_by, leak.privileges, leak.path) == ("Dev", ("Ops",), ("DEPLOY",), ("Dev",))
    assert (leak.people, leak.examples) == (1, ("ann",))


def test_env_11_what_an_attached_role_carries_itself_is_no_leak() -> None:
    """Nor what nobody is asked about at a gate, nor where only one role is held."""
    facts = an_estate(place("E-prod", OPS, DEV))
    assert found(facts, ann=(DEV, OPS), bob=(OPS,)).leaks == ()
    facts = an_estate(place("E-prod", OPS))
    assert found(facts, ann=(OPS,), bob=(DEV,)).leaks == ()


def test_env_16_what_a_narrowing_takes_away_does_not_leak() -> None:
    """With Advanced Environment Access the read-only role keeps deploying out; without it the leak is there."""
    for aea, expected in ((True, []), (False, [("Dev", ("DEPLOY",))])):
        findings = found(an_estate(place("E", RO), aea=aea), ann=(RO, DEV))
        assert [(one.role, one.privileges) for one in findings.leaks] == expected


def test_env_10_environment_management_is_told_with_its_path() -> None:
    """Through inheritance too; an attached role is no accident, and an empty list opens to everybody (ENV-9)."""
    facts = an_estate(place("Closed", OPS), place("Open"), place("Meant", HEIR, BASE))
    told = [(one.environment, one.rule, one.role, one.path, one.people) for one in found(facts, ann=(HEIR,)).openings]
    assert told == [("Closed", "ENV-10", "Heir", ("Heir", "Base"), 1), ("Open", "ENV-9", "", (), 1)]


def test_grp_12_people_from_outside_are_counted_and_not_named() -> None:
    """No list of an account names those who come in through groups."""
    facts = an_estate(place("Open"))
    access = entered(facts, direct=[OPS.id])
    outside = replace(access, via=type(access.via).GROUP)
    holders = [Holders(access, (UserKey("ann"),)), Holders(outside, (UserKey("gus"), UserKey("gil")))]
    [opening] = find_leaks(facts, holders).openings
    assert (opening.people, opening.examples) == (3, ("ann",))


def test_a_finding_names_a_few_people_and_counts_all() -> None:
    """However many there are."""
    facts = an_estate(place("Open"))
    many = tuple(UserKey(f"user{n:02}") for n in range(30))
    [opening] = find_leaks(facts, [Holders(entered(facts, direct=[OPS.id]), many)]).openings
    assert (opening.people, opening.examples) == (30, many[:EXAMPLES])


@pytest.mark.parametrize("listed", [(OPS,), (DEV,), (RO,), (OPS, RO), (BASE,), (HEIR, OPS), ()])
@pytest.mark.parametrize("aea", [True, False])
def test_env_12_the_lint_says_exactly_what_decisions_let_through(listed: tuple[Role, ...], aea: bool) -> None:  # noqa: FBT001
    """For every pair of roles: what somebody may do there beyond the roles of its list, and nothing else, is told."""
    environment = place("E", *listed)
    facts = an_estate(environment, aea=aea)
    for one in ROLES:
        for other in ROLES:
            access = entered(facts, direct=sorted({one.id, other.id}))
            assert isinstance(access, Access)
            told = {name for leak in found(facts, ann=(one, other)).leaks for name in leak.privileges}
            assert told == beyond(access, facts, environment), (one.name, other.name)


def beyond(access: Access, facts: AccountFacts, environment: Environment) -> set[str]:
    """What decisions allow there that no attached role of the person carries, by asking for each privilege."""
    if not environment.roles or access.privileges & facts.catalogue.bits["ENV_MANAGEMENT"]:
        return set()
    attached = [RoleId(role) for role in access.roles if role in environment.roles]
    carried: Mask = facts.roles.carried(attached)
    return {
        name
        for name in ASKED
        if access.privileges & facts.catalogue.bits[name]
        and isinstance(within(name, access, facts, environment), Opening)
        and not carried & facts.catalogue.bits[name]
    }
