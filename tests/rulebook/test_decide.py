"""The one decision: allowed with what grants it, or denied with the first thing that stood in the way."""

import pytest

from tenantry.rules import refusals as no
from tenantry.rules.answers import Access, Allowed, Denied, Grant, NotABool
from tenantry.rules.decide import Snapshot, access_of, decide
from tenantry.rules.facts import AccountFacts, Held
from tenantry.rules.features import Feature
from tenantry.rules.privileges import PLATFORM, Catalogue, Privilege
from tenantry.rules.vocabulary import Instant, Person, RoleGrant, RoleId, Status, UserKey, Via
from tests.rulebook.world import AT, EVERY_FEATURE, HERE, TICK, an_account, custom, grant

ANN = "ann@example.com"


def facts(
    account: AccountFacts,
    *direct: str | RoleGrant,
    outside: tuple[str | RoleGrant, ...] = (),
    person: Person | None = None,
    external_id: str | None = None,
) -> Snapshot:
    """The account with Ann, who holds this."""

    def grants(given: tuple[str | RoleGrant, ...]) -> tuple[RoleGrant, ...]:
        return tuple(one if isinstance(one, RoleGrant) else grant(one) for one in given)

    held = Held(person or Person(), grants(direct), grants(outside))
    return Snapshot(account, [(UserKey(ANN), external_id, held)])


def grants_of(facts: Snapshot, privilege: str) -> tuple[Grant, ...]:
    """What grants Ann the privilege; fails the test when nothing does."""
    decision = decide(facts, ANN, privilege, AT)
    assert isinstance(decision, Allowed), decision
    assert decision.privilege == privilege
    return decision.grants


def refusal(facts: Snapshot, privilege: str, at: Instant = AT) -> no.Denial:
    """Why Ann may not; fails the test when she may."""
    decision = decide(facts, ANN, privilege, at)
    assert isinstance(decision, Denied), decision
    return decision.refusal


def test_eff_1_an_answer_names_the_role_and_the_rules() -> None:
    """Allowed: by which access, by which role, along which path, through which privilege."""
    decision = decide(facts(an_account(), "SUPPORT"), ANN, "EXECUTE", AT)
    assert decision == Allowed(
        "EXECUTE",
        (Grant(Via.DIRECT, RoleId("SUPPORT"), ("Support",), "EXECUTE"),),
        ("EFF-1", "ROLE-9", "ROLE-11"),
    )
    assert decision.allowed is True


def test_role_9_the_path_leads_to_the_ancestor_that_owns_the_privilege() -> None:
    """Names from the role held up to the one that gives it, the nearest one that does."""
    account = an_account(
        custom("a", parent="b", name="A"),
        custom("b", "API", parent="c", name="B"),
        custom("c", "API", "DEPLOY", name="C"),
    )
    [near] = grants_of(facts(account, "a"), "API")
    [far] = grants_of(facts(account, "a"), "DEPLOY")
    assert near.path == ("A", "B")
    assert far.path == ("A", "B", "C")
    assert (near.role, far.role) == ("a", "a")


def test_role_11_every_role_that_gives_it_is_named_and_no_other() -> None:
    """Privileges add up: all sources are told, in the order held."""
    account = an_account(custom("r", "EXECUTE", name="R"), custom("empty"))
    grants = grants_of(facts(account, "empty", "SUPPORT", "r"), "EXECUTE")
    assert [one.role for one in grants] == ["SUPPORT", "r"]


def test_priv_2_an_implied_privilege_is_told_with_what_implies_it() -> None:
    """Through the privilege owned there; the privilege itself where it is owned."""
    account = an_account(custom("r", "BUILD", name="R"), custom("both", "BUILD", "BUILD_READ_ONLY"))
    assert [g.through for g in grants_of(facts(account, "r"), "BUILD_READ_ONLY")] == ["BUILD"]
    assert [g.through for g in grants_of(facts(account, "both"), "BUILD_READ_ONLY")] == ["BUILD_READ_ONLY"]


def test_grp_14_group_access_is_told_as_such() -> None:
    """By group, with the rules of group access."""
    decision = decide(facts(an_account(), outside=("SUPPORT",)), ANN, "EXECUTE", AT)
    assert isinstance(decision, Allowed)
    assert [one.via for one in decision.grants] == [Via.GROUP]
    assert decision.rules == ("GRP-14", "SUP-5", "ROLE-9", "ROLE-11")


def test_sup_7_staff_access_is_told_as_such() -> None:
    """As staff, by the Support Access Role."""
    decision = decide(facts(an_account(support_access="SUPPORT"), person=Person(staff=True)), ANN, "EXECUTE", AT)
    assert isinstance(decision, Allowed)
    assert decision.grants == (Grant(Via.STAFF, RoleId("SUPPORT"), ("Support",), "EXECUTE"),)
    assert decision.rules == ("SUP-7", "ROLE-9")


def test_role_11_a_privilege_no_role_carries_is_denied_with_the_roles_looked_at() -> None:
    """Default is no, and the roles held are named."""
    found = refusal(facts(an_account(), "SUPPORT", "PRODUCTION_SUPPORT"), "BUILD")
    assert found == no.PrivilegeNotHeld(
        account=HERE,
        privilege="BUILD",
        title="Build Read and Write Access",
        roles="Support, Production Support",
    )
    assert found.rules == ("ROLE-11",)


def test_priv_5_a_feature_that_is_off_is_named() -> None:
    """A role carries it, and the account lacks the feature."""
    account = an_account(features=EVERY_FEATURE - {Feature.CLOUD_MANAGEMENT})
    found = refusal(facts(account, "ADMINISTRATOR"), "CLOUD_MANAGEMENT")
    assert found == no.FeatureOff(
        account=HERE, privilege="CLOUD_MANAGEMENT", title="Cloud Management", feature="Cloud Management"
    )
    assert found.rules == ("PRIV-5",)
    not_held = refusal(facts(account, "SUPPORT"), "CLOUD_MANAGEMENT")
    assert isinstance(not_held, no.PrivilegeNotHeld)


def test_sup_5_what_does_not_pass_the_cap_is_told_with_the_cap() -> None:
    """A group role carries it, the Support Access Role does not; the cap is named before a missing feature."""
    account = an_account(support_access="SUPPORT", features=EVERY_FEATURE - {Feature.CLOUD_MANAGEMENT})
    for privilege, title in (("BUILD", "Build Read and Write Access"), ("CLOUD_MANAGEMENT", "Cloud Management")):
        found = refusal(facts(account, outside=("ADMINISTRATOR",)), privilege)
        assert found == no.CappedBySupportAccess(account=HERE, privilege=privilege, title=title, cap="Support")
        assert found.rules == ("SUP-5",)
    assert isinstance(refusal(facts(account, outside=("SUPPORT",)), "BUILD"), no.PrivilegeNotHeld)


@pytest.mark.parametrize(
    ("account", "held", "person", "kind"),
    [
        (an_account(status=Status.SUSPENDED), ("SUPPORT",), Person(), no.AccountNotAvailable),
        (an_account(), ("SUPPORT",), Person(locked=True), no.UserLocked),
        (an_account(), (), Person(), no.NoRoles),
        (an_account(), (grant("SUPPORT", None, AT),), Person(), no.RolesNotInForce),
        (an_account(support_access=None), (), Person(staff=True), no.NoOutsideAccess),
    ],
)
def test_eff_3_without_access_the_reason_is_that_of_the_access(
    account: AccountFacts, held: tuple[str | RoleGrant, ...], person: Person, kind: type[no.Denial]
) -> None:
    """What keeps somebody out keeps every privilege from them, for that very reason."""
    world = facts(account, *held, person=person)
    assert isinstance(refusal(world, "EXECUTE"), kind)
    access = access_of(world, ANN, AT)
    assert isinstance(access, Denied)
    assert isinstance(access.refusal, kind)


def test_role_18_an_unknown_privilege_is_a_denial_and_comes_before_the_access() -> None:
    """What the catalogue does not know nobody holds, Administrators included."""
    for world in (facts(an_account(), "ADMINISTRATOR"), facts(an_account(status=Status.DELETED))):
        assert refusal(world, "FLY") == no.UnknownPrivilege(privilege="FLY")
        assert refusal(world, "execute") == no.UnknownPrivilege(privilege="execute")


def test_entry_1_an_unknown_person_is_a_denial() -> None:
    """Nobody by that name: denied first of all."""
    world = facts(an_account(), "ADMINISTRATOR")
    decision = decide(world, "nobody@example.com", "FLY", AT)
    assert isinstance(decision, Denied)
    assert decision.refusal == no.UnknownUser(user="nobody@example.com")
    assert decision.rules == ("ENTRY-1",)
    access = access_of(world, "nobody@example.com", AT)
    assert isinstance(access, Denied)
    assert access.refusal == no.UnknownUser(user="nobody@example.com")


def test_entry_1_a_known_person_without_any_role_here_is_judged_as_such() -> None:
    """A stranger is told that there is no role; locked ones that they are locked; staff get in."""
    world = facts(an_account(), "ADMINISTRATOR")
    answers = {
        Person(): no.NoRoles(account=HERE),
        Person(locked=True): no.UserLocked(),
    }
    for stranger, expected in answers.items():
        decision = decide(world, "bob@example.com", "EXECUTE", AT, stranger)
        assert isinstance(decision, Denied)
        assert decision.refusal == expected
        access = access_of(world, "bob@example.com", AT, stranger)
        assert isinstance(access, Denied)
        assert access.refusal == expected
    assert isinstance(decide(world, "bob@example.com", "EXECUTE", AT, Person(staff=True)), Allowed)
    assert isinstance(access_of(world, "bob@example.com", AT, Person(staff=True)), Access)


def test_user_1_the_hosts_own_id_finds_the_same_person() -> None:
    """By e-mail key or by the host application's id; an address wins over an id of the same spelling."""
    world = facts(an_account(), "SUPPORT", external_id="u-1")
    assert decide(world, "u-1", "EXECUTE", AT) == decide(world, ANN, "EXECUTE", AT)
    assert isinstance(decide(world, "U-1", "EXECUTE", AT), Denied)
    assert set(world.standings) == {ANN, "u-1"}
    assert set(facts(an_account(), "SUPPORT").standings) == {ANN}
    support, nothing = Held(direct=(grant("SUPPORT"),)), Held()
    for order in (1, -1):
        people = [(UserKey("a@x"), "b@x", support), (UserKey("b@x"), None, nothing)][::order]
        assert isinstance(decide(Snapshot(an_account(), people), "b@x", "EXECUTE", AT), Denied)


@pytest.mark.parametrize("lasting", [True, False])
def test_eff_1_time_is_asked_at_each_decision(*, lasting: bool) -> None:
    """Answers are kept only where no instant gives another; a grant with an end ends, asked before or not."""
    world = facts(an_account(), grant("SUPPORT", None, None if lasting else AT))
    for _ in range(2):
        assert isinstance(decide(world, ANN, "EXECUTE", AT - TICK), Allowed)
        assert isinstance(decide(world, ANN, "EXECUTE", AT), Allowed if lasting else Denied)
        assert isinstance(access_of(world, ANN, AT), Access if lasting else Denied)


def test_eff_1_a_group_grant_with_a_beginning_begins() -> None:
    """The time of grants from outside counts as well."""
    world = facts(an_account(), outside=(grant("SUPPORT", AT),))
    assert isinstance(decide(world, ANN, "EXECUTE", AT - TICK), Denied)
    assert isinstance(decide(world, ANN, "EXECUTE", AT), Allowed)


def test_acc_12_a_kept_answer_does_not_outlive_the_trial() -> None:
    """A trial's end changes answers without any write."""
    world = facts(an_account(status=Status.TRIAL, trial_ends=AT), "SUPPORT")
    for _ in range(2):
        assert isinstance(decide(world, ANN, "EXECUTE", AT - TICK), Allowed)
        assert isinstance(refusal(world, "EXECUTE", AT), no.AccountNotAvailable)


def test_eff_1_people_who_hold_the_same_share_their_answers_and_others_do_not() -> None:
    """Equal holdings are equal standings; a lock, a role or a time makes another."""
    holdings = [
        Held(direct=(grant("SUPPORT"),)),
        Held(direct=(grant("SUPPORT"),)),
        Held(Person(locked=True), (grant("SUPPORT"),)),
        Held(outside=(grant("SUPPORT"),)),
        Held(direct=(grant("SUPPORT", AT),)),
    ]
    world = Snapshot(an_account(), [(UserKey(f"u{n}"), None, held) for n, held in enumerate(holdings)], (7, 1))
    assert world.standings["u0"] is world.standings["u1"]
    assert len({id(standing) for standing in world.standings.values()}) == 4
    assert world.revisions == (7, 1)


def test_role_18_questions_about_unknown_privileges_do_not_pile_up() -> None:
    """What is kept never grows beyond the catalogue."""
    world = facts(an_account(), "SUPPORT")
    for n in range(50):
        decide(world, ANN, f"MADE_UP_{n}", AT)
    for name in PLATFORM.bits:
        decide(world, ANN, name, AT)
    assert len(world.standings[ANN]) == len(PLATFORM.bits)


def test_eff_1_no_decision_is_a_bool() -> None:
    """An answer carries its reason; who takes it for a bare bool is told so."""
    for decision in (decide(facts(an_account(), "SUPPORT"), ANN, name, AT) for name in ("EXECUTE", "BUILD")):
        with pytest.raises(NotABool):
            bool(decision)
    assert Denied(no.UserLocked()).allowed is False


def test_priv_1_host_privileges_are_decided_like_built_in_ones() -> None:
    """Named, implied and denied like any other."""
    catalogue = Catalogue([Privilege("shop:all", "Shop", "", implies=("shop:see",)), Privilege("shop:see", "See", "")])
    account = an_account(custom("r", "shop:all", name="R", catalogue=catalogue), catalogue=catalogue)
    [one] = grants_of(facts(account, "r"), "shop:see")
    assert (one.path, one.through) == (("R",), "shop:all")
    assert isinstance(refusal(facts(account, "SUPPORT"), "shop:see"), no.PrivilegeNotHeld)
    [admin] = grants_of(facts(account, "ADMINISTRATOR"), "shop:see")
    assert admin.through == "shop:see"


def test_eff_1_a_group_role_that_does_not_exist_is_no_role() -> None:
    """Like a direct role whose row is gone: it carries nothing, and the answer is a denial."""
    for privilege in ("EXECUTE", "BUILD"):
        decision = decide(facts(an_account(), outside=("gone",)), ANN, privilege, AT)
        assert isinstance(decision, Denied)
