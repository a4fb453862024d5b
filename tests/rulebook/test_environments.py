"""The chapter ENV as far as it is pure: names, classifications, the gate, what it leaves, who administers."""

from collections import Counter

import pytest

from tenantry.rules import environments as env, refusals as no
from tenantry.rules.answers import Access, Allowed, Denied
from tenantry.rules.decide import Snapshot, decide
from tenantry.rules.environments import Level
from tenantry.rules.facts import AccountFacts, Held
from tenantry.rules.features import Feature
from tenantry.rules.places import Classification, Environment, Opening
from tenantry.rules.roles import ADMINISTRATOR
from tenantry.rules.vocabulary import EnvironmentId, Person, Role, RoleId, UserKey

from .pseudo_code import PRIVILEGES, Case, cases
from .world import AT, EVERY_FEATURE, an_account, custom, entered, grant, names

ANN = UserKey("ann@x")
BASIC = env.environment_type(frozenset())
UNLIMITED = env.environment_type(frozenset({Feature.ENVIRONMENTS_UNLIMITED}))

DEV = custom("dev", "BUILD", "DEPLOY", name="Dev")
OPS = custom("ops", "EXECUTE", "VIEW_RESULT", name="Ops")
KEEPER = custom("keeper", "ATOM_MANAGEMENT", "SCHEDULE_MAINTENANCE", "DEPLOY", "EXECUTE", name="Keeper")
LOOKER = custom("looker", "ATOM_MANAGEMENT_READ_ONLY", name="Looker")
MANAGER = custom("manager", "ENV_MANAGEMENT", name="Manager")
RO = custom("ro", "ENV_MANAGEMENT_READ_ONLY", name="RO")
RW = custom("rw", "ENV_MANAGEMENT_FULL", name="RW")
TAG = custom("tag", name="Tag")
ALL = (DEV, OPS, KEEPER, LOOKER, MANAGER, RO, RW, TAG)


def an_environment(*roles: Role | str, classification: Classification = Classification.PROD) -> Environment:
    """E with this list."""
    listed = frozenset(RoleId(role) if isinstance(role, str) else role.id for role in roles)
    return Environment(EnvironmentId("e"), "E", classification, listed)


def here(*, aea: bool = True, support_access: str | None = ADMINISTRATOR) -> AccountFacts:
    """The account with all the roles above."""
    features = EVERY_FEATURE if aea else EVERY_FEATURE - {Feature.ADVANCED_ENVIRONMENT_ACCESS}
    return an_account(*ALL, features=features, support_access=support_access)


def level(environment: Environment, *held: Role, aea: bool = True) -> Level:
    """How far somebody who holds these administers it."""
    account = here(aea=aea)
    return env.level(entered(account, direct=[role.id for role in held]), account, environment)


def can(environment: Environment, *held: Role, aea: bool = True) -> set[str]:
    """What somebody who holds these may do there, by the one function that decides."""
    account = here(aea=aea)
    snapshot = Snapshot(account, [(ANN, None, Held(direct=tuple(grant(role.id) for role in held)))])
    asked = (*PRIVILEGES, "VIEW_RESULT")
    return {name for name in asked if decide(snapshot, ANN, name, AT, place=environment).allowed}


# ---------------------------------------------------------------------- the environment itself


@pytest.mark.parametrize("name", ["E", " Ünï/☃ <b> ", "x" * 80, "a\tb"])
def test_env_1_a_name_is_any_80_characters(name: str) -> None:
    """Any characters, 80 at most."""
    assert env.check_name(name) is None


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\x00b"])
def test_env_1_a_name_is_required_and_fits(name: str) -> None:
    """Nothing, blanks, 81 characters, and the one character that cannot be stored."""
    assert env.check_name(name) == no.EnvironmentNameInvalid(limit=80)


def test_env_2_basic_accounts_have_production_only_and_unlimited_ones_both() -> None:
    """Basic: one choice, which a page need not ask for. Unlimited: both."""
    assert (BASIC.label, UNLIMITED.label) == ("Basic", "Unlimited")
    assert BASIC.classifications == (Classification.PROD,)
    assert UNLIMITED.classifications == (Classification.PROD, Classification.TEST)
    assert env.check_classification("PROD", BASIC) is Classification.PROD
    assert env.check_classification("TEST", BASIC) == no.TestNotOffered()
    assert env.check_classification("TEST", UNLIMITED) is Classification.TEST
    assert env.check_classification("test", UNLIMITED) == no.ClassificationUnknown(value="test")
    assert [one.label for one in Classification] == ["Production", "Test"]


def test_env_3_basic_takes_one_runtime_unlimited_any_number() -> None:
    """The second one is refused in a Basic account."""
    environment = an_environment()
    assert env.check_attachment(environment, "R", None, 0, BASIC) is None
    assert env.check_attachment(environment, "R", None, 1, BASIC) == no.OneRuntimeOnly(environment="E")
    assert env.check_attachment(environment, "R", None, 7, UNLIMITED) is None


@pytest.mark.parametrize("there", list(Classification))
@pytest.mark.parametrize("cloud", [None, *Classification])
def test_env_4_a_cloud_attachment_fits_its_own_classification(
    there: Classification, cloud: Classification | None
) -> None:
    """A local runtime fits either."""
    found = env.check_attachment(an_environment(classification=there), "R", cloud, 0, UNLIMITED)
    assert (found is None) == (cloud in {None, there})
    if found is not None:
        assert isinstance(found, no.ClassificationDiffers)
        assert cloud is not None
        assert (found.cloud, found.classification) == (cloud.label, there.label)


def test_env_5_and_env_19_role_lists_take_both_rights_and_full_access_is_neither() -> None:
    """ENV_EDIT_ROLES: Runtime Management and Environment Management; what is missing is named."""
    account = here()

    def missing(*held: Role) -> tuple[str, ...]:
        return env.edits_roles(entered(account, direct=[role.id for role in held]).privileges, account)

    assert missing(KEEPER, MANAGER) == ()
    assert missing(KEEPER) == ("ENV_MANAGEMENT",)
    assert missing(MANAGER) == ("ATOM_MANAGEMENT",)
    assert missing(MANAGER, LOOKER) == ("ATOM_MANAGEMENT",)
    assert missing(RW, RO, DEV) == ("ATOM_MANAGEMENT", "ENV_MANAGEMENT")
    assert missing(RW, KEEPER) == ("ENV_MANAGEMENT",)


def test_env_6_no_deletion_while_runtimes_are_attached() -> None:
    """They are named, of very many the first ones."""
    assert env.check_deletable(an_environment(), ()) is None
    found = env.check_deletable(an_environment(), ("North", "South"))
    assert found == no.RuntimesAttached(environment="E", runtimes="North, South")
    found = env.check_deletable(an_environment(), tuple("abcdefghijklm"))
    assert found == no.RuntimesAttached(environment="E", runtimes="a, b, c, d, e, f, g, h, i, j and 3 more")


def test_env_8_only_what_is_offered_can_be_attached() -> None:
    """Shared roles are offered nowhere, so they are refused by whatever door."""
    offered = {RoleId("dev"), ADMINISTRATOR}
    assert env.check_attachable({RoleId("dev")}, offered) is None
    assert env.check_attachable(set(), offered) is None
    shared = RoleId("of the primary")
    assert env.check_attachable({RoleId("dev"), shared}, offered) == no.RoleNotForEnvironments(role=shared)


def test_env_23_the_last_role_is_detached_with_a_confirmation_only() -> None:
    """One role left, or nothing there before: nothing to confirm."""
    both = an_environment(DEV, OPS)
    assert env.check_detaching(both, {DEV.id}, confirmed=False) is None
    assert env.check_detaching(both, set(), confirmed=False) == no.OpensToEverybody(environment="E")
    assert env.check_detaching(both, set(), confirmed=True) is None
    assert env.check_detaching(an_environment(), set(), confirmed=False) is None


# ---------------------------------------------------------------------- the gate


def gate(environment: Environment, *held: Role) -> Opening | no.EnvironmentClosed:
    """What the gate says to somebody who holds these."""
    account = here()
    return env.gate(entered(account, direct=[role.id for role in held]), account, environment)


def test_env_9_an_empty_list_lets_everybody_in() -> None:
    """Every role has access."""
    assert gate(an_environment(), TAG) == Opening("E", "ENV-9")


def test_env_9_with_a_list_only_holders_of_a_listed_role_get_in() -> None:
    """The opening names the roles that match, the refusal all that are attached."""
    restricted = an_environment(OPS, DEV)
    assert gate(restricted, DEV, TAG) == Opening("E", "ENV-9", ("Dev",))
    found = gate(restricted, TAG, KEEPER)
    assert isinstance(found, no.EnvironmentClosed)
    assert (found.environment, found.roles, found.rules) == ("E", "Dev, Ops", ("ENV-9", "ENV-10"))


def test_env_9_a_role_that_inherits_a_listed_one_is_another_role() -> None:
    """The gate asks which roles somebody was given."""
    account = an_account(DEV, custom("child", parent="dev"))
    access = entered(account, direct=["child"])
    assert isinstance(env.gate(access, account, an_environment(DEV)), no.EnvironmentClosed)


def test_env_10_environment_management_gets_in_everywhere() -> None:
    """Listed or not."""
    assert gate(an_environment(DEV), MANAGER) == Opening("E", "ENV-10")
    assert isinstance(gate(an_environment(DEV), RW), no.EnvironmentClosed)


def test_env_10_environment_management_counts_as_the_cap_leaves_it() -> None:
    """From outside it gets in only where the Support Access Role carries it too."""
    for support_access, opens in ((ADMINISTRATOR, True), ("PRODUCTION_SUPPORT", False)):
        account = here(support_access=support_access)
        access = entered(account, outside=["manager", "keeper"])
        assert isinstance(env.gate(access, account, an_environment(DEV)), Opening) == opens


def test_eff_5_the_support_access_role_opens_no_gate() -> None:
    """It caps, but is not one of the roles held."""
    account = here(support_access="dev")
    access = entered(account, outside=["ops"])
    assert isinstance(env.gate(access, account, an_environment(DEV)), no.EnvironmentClosed)


def test_env_11_two_roles_on_two_environments_add_up_in_both() -> None:
    """Privileges are not split per environment."""
    everything = {"BUILD", "BUILD_READ_ONLY", "DEPLOY", "EXECUTE", "VIEW_RESULT"}
    assert can(an_environment(DEV), DEV, OPS) == everything
    assert can(an_environment(OPS), DEV, OPS) == everything


def test_env_12_a_privilege_counts_from_a_role_that_is_not_attached() -> None:
    """As long as another role opens the gate; without it nothing counts."""
    assert "DEPLOY" in can(an_environment(TAG), TAG, DEV)
    assert can(an_environment(TAG), DEV) == set()


def test_env_13_a_closed_gate_denies_every_privilege_held() -> None:
    """With the gate's reason; what is not held in the account is denied for that."""
    account = here()
    snapshot = Snapshot(account, [(ANN, None, Held(direct=(grant("dev"),)))])
    closed = an_environment(OPS)
    for privilege, code in (("DEPLOY", "environment_closed"), ("EXECUTE", "not_held"), ("FLY", "unknown_privilege")):
        decision = decide(snapshot, ANN, privilege, AT, place=closed)
        assert isinstance(decision, Denied)
        assert decision.refusal.code == code
    nobody = decide(snapshot, "zoe@x", "DEPLOY", AT, place=closed)
    assert isinstance(nobody, Denied)
    assert nobody.refusal.code == "unknown_user"
    stranger = decide(snapshot, "zoe@x", "DEPLOY", AT, Person(), closed)
    assert isinstance(stranger, Denied)
    assert stranger.refusal.code == "no_roles"


def test_env_9_a_yes_tells_what_opened_the_gate() -> None:
    """The decision carries the opening, and its rule beside those of the account."""
    snapshot = Snapshot(here(), [(ANN, None, Held(direct=(grant("dev"),)))])
    decision = decide(snapshot, ANN, "DEPLOY", AT, place=an_environment(DEV))
    assert isinstance(decision, Allowed)
    assert decision.opening == Opening("E", "ENV-9", ("Dev",))
    assert decision.rules[-1] == "ENV-9"
    plain = decide(snapshot, ANN, "DEPLOY", AT)
    assert isinstance(plain, Allowed)
    assert plain.opening is None
    assert decision.grants == plain.grants


# ---------------------------------------------------------------------- the two per-environment privileges

NARROWED = {"ATOM_MANAGEMENT", "DEPLOY", "SCHEDULE_MAINTENANCE"}


def test_env_14_without_advanced_environment_access_both_are_inert() -> None:
    """The role gates as usual, and narrows nothing."""
    listed = an_environment(RO)
    assert level(listed, RO, KEEPER, aea=False) is Level.WRITE
    assert can(listed, RO, KEEPER, aea=False) >= NARROWED
    assert level(listed, KEEPER, aea=False) is Level.NONE
    assert not can(listed, RO, aea=False) & {"ENV_MANAGEMENT_READ_ONLY"}


def test_env_15_a_match_on_both_sides_narrows_and_nothing_else() -> None:
    """The same role attached and held: not attached here, not held, on an open environment, nothing is narrowed."""
    assert level(an_environment(RO), RO, KEEPER) is Level.READ
    assert level(an_environment(KEEPER), RO, KEEPER) is Level.WRITE
    assert level(an_environment(), RO, KEEPER) is Level.WRITE
    assert level(an_environment(RO, KEEPER), KEEPER) is Level.WRITE


def test_env_16_read_access_makes_the_environment_read_only() -> None:
    """No settings, deployments or schedules; runs are unaffected; the refusal names the role."""
    listed = an_environment(RO)
    assert can(listed, RO, KEEPER) & NARROWED == set()
    assert {"EXECUTE", "ATOM_MANAGEMENT_READ_ONLY"} <= can(listed, RO, KEEPER)
    snapshot = Snapshot(here(), [(ANN, None, Held(direct=(grant("ro"), grant("keeper"))))])
    for privilege in sorted(NARROWED):
        decision = decide(snapshot, ANN, privilege, AT, place=listed)
        assert isinstance(decision, Denied)
        assert isinstance(decision.refusal, no.EnvironmentReadOnly)
        assert (decision.refusal.roles, decision.rules) == ("RO", ("ENV-16", "ENV-17"))


def test_env_16_matched_roles_count_before_any_cap() -> None:
    """A group role that carries Read Access narrows also where the Support Access Role does not carry it."""
    account = here(support_access=ADMINISTRATOR)
    access = entered(account, outside=["ro", "keeper"])
    assert "ENV_MANAGEMENT_READ_ONLY" not in names(access.privileges)
    assert env.level(access, account, an_environment(RO)) is Level.READ


def test_env_17_full_access_beats_read_access_on_the_same_environment() -> None:
    """Attached here it lifts the narrowing; attached elsewhere it does not."""
    assert level(an_environment(RO, RW), RO, RW, KEEPER) is Level.WRITE
    assert can(an_environment(RO, RW), RO, RW, KEEPER) >= NARROWED
    assert level(an_environment(RO), RO, RW, KEEPER) is Level.READ
    assert level(an_environment(RO, RW), RO, KEEPER) is Level.READ


def test_env_18_full_access_never_raises() -> None:
    """Without Runtime Management the page is read-only or unreachable, and deploying still needs its own privilege."""
    listed = an_environment(RW)
    assert level(listed, RW) is Level.NONE
    assert level(listed, RW, LOOKER) is Level.READ
    assert level(listed, RW, DEV) is Level.NONE
    assert "DEPLOY" not in can(listed, RW, LOOKER)
    assert "DEPLOY" in can(listed, RW, DEV)


def test_env_18_read_access_alone_opens_no_page() -> None:
    """It is no Runtime Management either."""
    assert level(an_environment(RO), RO) is Level.NONE
    assert level(an_environment(RO), RO, LOOKER) is Level.READ


def test_priv_3_environment_management_overrides_both() -> None:
    """A holder is never narrowed, whatever else the roles say."""
    assert level(an_environment(RO), RO, KEEPER, MANAGER) is Level.WRITE
    assert can(an_environment(RO), RO, KEEPER, MANAGER) >= NARROWED
    assert level(an_environment(RO), MANAGER) is Level.NONE
    assert level(an_environment(RO), MANAGER, LOOKER) is Level.READ


def test_env_20_a_tile_says_read_or_full_while_the_feature_is_on() -> None:
    """And nothing where the page cannot be opened or the feature is off."""

    def label(environment: Environment, *held: Role, aea: bool = True) -> str:
        account = here(aea=aea)
        return env.tile_label(entered(account, direct=[role.id for role in held]), account, environment)

    assert label(an_environment(RO), RO, KEEPER) == "Read"
    assert label(an_environment(), KEEPER) == "Full"
    assert label(an_environment(), LOOKER) == "Read"
    assert label(an_environment(), DEV) == ""
    assert label(an_environment(OPS), KEEPER) == ""
    assert label(an_environment(), KEEPER, aea=False) == ""


# ---------------------------------------------------------------------- against the pseudo-code


def _told(case: Case, access: Access, account: AccountFacts) -> dict[str, object]:
    """Everything the rules say of a case."""
    environment = case.environment()
    held = tuple(grant(role) for role in case.held)
    way = Held(direct=held) if case.cap is None else Held(outside=held)
    snapshot = Snapshot(account, [(ANN, None, way)])
    return {
        "gate": isinstance(env.gate(access, account, environment), Opening),
        "level": env.level(access, account, environment).value,
        "narrowed": bool(env.narrowing(access, account, environment)),
        "edits": not env.edits_roles(access.privileges, account),
        "can": {name for name in PRIVILEGES if decide(snapshot, ANN, name, AT, place=environment).allowed},
    }


def test_env_9_to_12_and_env_14_to_19_the_rules_are_the_pseudo_code() -> None:
    """Gate, level, narrowing and every privilege, for fifteen hundred people in as many accounts."""
    seen: Counter[object] = Counter()
    for case in cases(1_500):
        account = case.account()
        law = {
            "gate": case.env_gate(),
            "level": case.env_level(),
            "narrowed": case.narrowed(),
            "edits": case.env_edit_roles(),
            "can": {name for name in PRIVILEGES if case.env_can(name)},
        }
        assert _told(case, case.access(account), account) == law, case
        seen.update([law["level"], ("gate", law["gate"]), ("narrowed", law["narrowed"]), ("edits", law["edits"])])
        seen.update(["narrowing took something"] if case.narrowed() and NARROWED & case.privs else [])
    assert min(seen.values()) > 20, seen
    assert len(seen) == 10, seen
