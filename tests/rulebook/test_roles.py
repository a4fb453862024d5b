"""Chapter ROLE: names, parents, resolution, what can be assigned, what cannot be removed."""

from collections.abc import Set as AbstractSet

import pytest

from tenantry.rules import refusals as no
from tenantry.rules.answers import Access
from tenantry.rules.features import Feature
from tenantry.rules.inheritance import resolve
from tenantry.rules.privileges import PLATFORM
from tenantry.rules.roles import (
    DEFAULT_ROLE_IDS,
    DEFAULT_ROLES,
    RoleUse,
    available_default_roles,
    check_offered,
    check_parent,
    check_role_name,
    check_role_privileges,
    check_role_removal,
    custom_roles_permitted,
    default_roles,
)
from tenantry.rules.users import check_assignable
from tenantry.rules.vocabulary import AccountId, Role, RoleId
from tests.rulebook.world import ELSEWHERE, EVERY_FEATURE, HERE, an_account, ask, custom, entered, names

DEFAULTS = default_roles(PLATFORM)
NO_AUS = EVERY_FEATURE - {Feature.ADVANCED_USER_SECURITY}


def resolved(role: str, *roles: Role, shared: tuple[tuple[str, AccountId], ...] = ()) -> set[str]:
    """What a role carries among the default roles and these."""
    everything = DEFAULTS | {one.id: one for one in roles}
    return names(resolve(RoleId(role), everything, PLATFORM, {(RoleId(r), a) for r, a in shared}).mask)


@pytest.mark.parametrize("role", DEFAULT_ROLES, ids=lambda role: role.id)
def test_role_1_a_default_role_cannot_be_removed(role: object) -> None:
    """Default roles are fixed: nobody can delete them, used or not."""
    fixed = DEFAULTS[role.id]  # type: ignore[attr-defined]
    refusal = check_role_removal(fixed, RoleUse(holders={HERE: 3}, children=("x",), support_access=True))
    assert refusal == no.DefaultRoleFixed(role=fixed.name)
    assert refusal.rules == ("ROLE-1",)
    assert refusal.message.startswith("Cannot modify default roles")


def test_role_1_default_roles_belong_to_no_account_and_have_no_parent() -> None:
    """They are the same everywhere."""
    assert set(DEFAULTS) == DEFAULT_ROLE_IDS
    assert all(role.is_default and role.account is None and role.parent is None for role in DEFAULTS.values())
    assert not custom("r").is_default


def test_role_2_without_advanced_user_security_two_default_roles_can_be_assigned() -> None:
    """Without it only Administrator and Standard User can be assigned."""
    offered = [role.id for role in available_default_roles(NO_AUS - {Feature.DATA_HUB})]
    assert offered == ["ADMINISTRATOR", "STANDARD_USER"]
    assert [role.id for role in available_default_roles(())] == offered


def test_role_2_production_support_and_support_come_with_advanced_user_security() -> None:
    """With it, all four; and those of Data Hub where that is on."""
    four = ["ADMINISTRATOR", "STANDARD_USER", "PRODUCTION_SUPPORT", "SUPPORT"]
    assert [role.id for role in available_default_roles({Feature.ADVANCED_USER_SECURITY})] == four
    both = available_default_roles({Feature.ADVANCED_USER_SECURITY, Feature.DATA_HUB})
    assert len(both) == 10
    assert [role.id for role in both][:4] == four


def test_role_2_without_advanced_user_security_data_hub_adds_no_role() -> None:
    """Without Advanced User Security only Administrator and Standard User can be assigned, whatever else is on."""
    assert [role.id for role in available_default_roles(NO_AUS)] == ["ADMINISTRATOR", "STANDARD_USER"]


def test_role_3_custom_roles_need_advanced_user_security() -> None:
    """Custom roles need it in the account for listing, creating, editing and deleting."""
    assert custom_roles_permitted(EVERY_FEATURE, HERE) is None
    refusal = custom_roles_permitted(NO_AUS, HERE)
    assert refusal == no.FeatureMissing(feature="Advanced User Security", account=HERE)
    assert refusal.rules == ("ROLE-3",)


@pytest.mark.parametrize("blank", ["", " ", "\t", "\u00a0"])
def test_role_4_a_name_is_required(blank: str) -> None:
    """A custom role has a name."""
    assert isinstance(check_role_name(blank, ()), no.RoleNameInvalid)


@pytest.mark.parametrize("name", ["R", "x" * 255, "Ärzte 🩺", "shared", "(shared)", "R(shared)", "R (shared) 2"])
def test_role_5_names_of_one_to_255_characters(name: str) -> None:
    """Role names are 1-255 characters."""
    assert check_role_name(name, ["Other"]) is None


def test_role_5_a_name_of_256_characters_is_refused() -> None:
    """One more is one too many."""
    refusal = check_role_name("x" * 256, ())
    assert isinstance(refusal, no.RoleNameInvalid)
    assert refusal.rules == ("ROLE-5",)
    assert "255" in refusal.message


@pytest.mark.parametrize("taken", ["Team A", "team a", "TEAM A"])
def test_role_5_names_are_unique_ignoring_case(taken: str) -> None:
    """Unique within the account ignoring case."""
    refusal = check_role_name("Team A", ["Other", taken])
    assert refusal == no.RoleNameTaken(name="Team A")
    assert refusal.rules == ("ROLE-5",)


def test_role_5_case_is_ignored_in_every_script() -> None:
    """Case is folded as Unicode has it, not as English has it."""
    assert isinstance(check_role_name("STRASSE", ["straße"]), no.RoleNameTaken)
    assert isinstance(check_role_name("ΟΔΟΣ", ["οδος"]), no.RoleNameTaken)


@pytest.mark.parametrize("name", [role.name for role in DEFAULT_ROLES])
def test_role_5_a_default_roles_name_is_taken_everywhere(name: str) -> None:
    """A name may not equal a default role's name, in any case."""
    for spelling in (name, name.upper(), name.lower()):
        refusal = check_role_name(spelling, ())
        assert isinstance(refusal, no.RoleNameInvalid)
        assert refusal.rules == ("ROLE-5",)


@pytest.mark.parametrize("name", ["R (shared)", "R (Shared)", "R  (SHARED)"])
def test_role_5_no_name_ends_like_a_shared_one(name: str) -> None:
    """The suffix " (shared)" may not end a name."""
    assert isinstance(check_role_name(name, ()), no.RoleNameInvalid)


def test_role_6_a_role_may_carry_nothing() -> None:
    """A custom role may have no privileges at all; whoever holds it is in all the same."""
    assert resolved("tag", custom("tag")) == set()
    assert check_role_privileges((), PLATFORM) is None
    assert isinstance(ask(an_account(custom("tag")), direct=["tag"]), Access)


@pytest.mark.parametrize("parent", sorted(DEFAULT_ROLE_IDS))
def test_role_7_any_default_role_can_be_the_parent(parent: str) -> None:
    """The parent may be a default role."""
    assert check_parent(None, RoleId(parent), HERE, DEFAULTS) is None
    assert check_parent(RoleId("r"), RoleId(parent), HERE, DEFAULTS | {RoleId("r"): custom("r")}) is None


def test_role_7_a_custom_role_of_the_same_account_can_be_the_parent() -> None:
    """Or a custom role of the same account."""
    assert check_parent(None, RoleId("p"), HERE, {RoleId("p"): custom("p")}) is None


@pytest.mark.parametrize("parent", ["theirs", "unknown", ""])
def test_role_7_a_role_of_another_account_cannot_be_the_parent(parent: str) -> None:
    """A shared role cannot be chosen as parent, nor one that does not exist."""
    roles = DEFAULTS | {RoleId("theirs"): custom("theirs", account=ELSEWHERE)}
    refusal = check_parent(None, RoleId(parent), HERE, roles)
    assert refusal == no.ParentNotAvailable(parent=parent)
    assert refusal.rules == ("ROLE-7",)


@pytest.mark.parametrize("parent", ["a", "b", "c"])
def test_role_8_a_role_never_becomes_its_own_ancestor(parent: str) -> None:
    """A parent choice that would make a role its own ancestor is rejected: itself, its child, its grandchild."""
    roles = {r.id: r for r in (custom("a"), custom("b", parent="a"), custom("c", parent="b"))}
    refusal = check_parent(RoleId("a"), RoleId(parent), HERE, roles)
    assert refusal == no.ParentCycle(role="a", parent=parent)
    assert refusal.rules == ("ROLE-8",)


def test_role_8_inheriting_downwards_or_sideways_is_no_cycle() -> None:
    """Only ancestors are looked at."""
    roles = {r.id: r for r in (custom("a"), custom("b", parent="a"), custom("c", parent="a"))}
    assert check_parent(RoleId("c"), RoleId("b"), HERE, roles) is None
    assert check_parent(None, RoleId("b"), HERE, roles) is None


def test_role_8_a_default_roles_parent_makes_no_cycle() -> None:
    """It is never followed (ROLE-9), not even where imported data has it point at the role in question."""
    misled = Role(RoleId("SUPPORT"), "Support", None, DEFAULTS[RoleId("SUPPORT")].own, RoleId("a"))
    roles = {RoleId("a"): custom("a"), misled.id: misled}
    assert check_parent(RoleId("a"), misled.id, HERE, roles) is None


@pytest.mark.parametrize(
    "roles",
    [
        (custom("a", "EXECUTE", parent="a"),),
        (custom("a", "EXECUTE", parent="b"), custom("b", "EXECUTE", parent="a")),
        (custom("a", "EXECUTE", parent="b"), custom("b", parent="c"), custom("c", parent="b")),
        (custom("a", "EXECUTE", parent="gone"),),
    ],
    ids=["itself", "two", "a tail into a circle", "a missing parent"],
)
def test_role_8_resolution_ends_on_any_data(roles: tuple[Role, ...]) -> None:
    """Independently of the check, resolution must terminate on any data."""
    assert resolved("a", *roles) == {"EXECUTE"}
    everything = {one.id: one for one in roles}
    assert check_parent(RoleId("other"), RoleId("a"), HERE, everything) is None


def test_role_8_a_role_that_does_not_exist_carries_nothing() -> None:
    """Default is no."""
    assert resolved("nobody") == set()


def test_role_9_a_role_carries_its_own_and_its_ancestors_privileges() -> None:
    """Resolution = its own privileges plus those of its ancestors, implications included."""
    chain = (custom("a", "BUILD", parent="b"), custom("b", "EXECUTE", parent="c"), custom("c", "API"))
    assert resolved("a", *chain) == {"BUILD", "BUILD_READ_ONLY", "EXECUTE", "API"}
    assert resolved("b", *chain) == {"EXECUTE", "API"}
    found = resolve(RoleId("a"), {one.id: one for one in chain}, PLATFORM)
    assert found.chain == ("a", "b", "c")


def test_role_9_resolution_includes_the_first_default_role_and_ends_there() -> None:
    """Up to and including the first default role; a default role's parent is never followed."""
    misled = Role(RoleId("SUPPORT"), "Support", None, DEFAULTS[RoleId("SUPPORT")].own, RoleId("STANDARD_USER"))
    below = custom("r", "API", parent="SUPPORT")
    support = resolved("SUPPORT")
    assert resolved("r", below, misled) == support | {"API"}
    assert resolved("SUPPORT", misled) == support
    assert "BUILD" not in support


def test_role_9_a_parent_of_another_account_counts_only_while_shared() -> None:
    """Neither default, nor of the same account, nor shared to it: the parent is not followed."""
    child = custom("child", "EXECUTE", parent="theirs")
    parent = custom("theirs", "API", account=ELSEWHERE)
    assert resolved("child", child, parent) == {"EXECUTE"}
    assert resolved("child", child, parent, shared=(("theirs", HERE),)) == {"EXECUTE", "API"}
    assert resolved("child", child, parent, shared=(("theirs", ELSEWHERE), ("child", HERE))) == {"EXECUTE"}


def test_role_9_a_shared_role_is_resolved_in_its_owners_context() -> None:
    """An unshared parent still counts for the owner's own role."""
    shared = custom("theirs", "EXECUTE", parent="root", account=ELSEWHERE)
    root = custom("root", "API", parent="SUPPORT", account=ELSEWHERE)
    access = entered(an_account(shared, root, shared=["theirs"]), direct=["theirs"])
    assert names(access.privileges) == {"EXECUTE", "API"} | resolved("SUPPORT")


def test_role_10_a_change_of_an_ancestor_is_a_change_of_every_heir() -> None:
    """Changing a role or any ancestor changes every holder's privileges: nothing is copied at assignment."""
    heir = custom("heir", parent="old")
    before = entered(an_account(heir, custom("old", "EXECUTE", "API")), direct=["heir"])
    after = entered(an_account(heir, custom("old", "EXECUTE")), direct=["heir"])
    assert names(before.privileges) == {"EXECUTE", "API"}
    assert names(after.privileges) == {"EXECUTE"}


def test_role_11_privileges_add_up_across_roles() -> None:
    """Privileges add up across a user's roles."""
    account = an_account(custom("a", "EXECUTE"), custom("b", "API", parent="SUPPORT"))
    access = entered(account, direct=["a", "b"])
    assert names(access.privileges) == {"EXECUTE", "API"} | resolved("SUPPORT")


def test_role_11_of_two_graded_privileges_the_stronger_counts() -> None:
    """A role with read access takes nothing from a role with write access, in either order."""
    account = an_account(custom("reads", "BUILD_READ_ONLY"), custom("writes", "BUILD"))
    for order in (["reads", "writes"], ["writes", "reads"]):
        assert names(entered(account, direct=order).privileges) == {"BUILD", "BUILD_READ_ONLY"}


MINE = custom("mine", name="Mine")


@pytest.mark.parametrize("holders", [{HERE: 1}, {ELSEWHERE: 2}, {HERE: 0, ELSEWHERE: 1}])
def test_role_12_a_role_that_somebody_holds_cannot_be_removed(holders: dict[AccountId, int]) -> None:
    """Not while any user holds it, here or elsewhere."""
    refusal = check_role_removal(MINE, RoleUse(holders))
    assert isinstance(refusal, no.RoleInUse)
    assert refusal.rules == ("ROLE-12",)


def test_share_21_the_refusal_counts_holders_per_account_and_names_none() -> None:
    """The refusal names the number of holders per account, but not the users."""
    refusal = check_role_removal(MINE, RoleUse({HERE: 2, AccountId("a"): 7, AccountId("b"): 0}))
    assert refusal is not None
    assert refusal.message == f"Mine cannot be removed: it is held by users (a: 7, {HERE}: 2)."


def test_role_12_holders_are_named_before_other_obstacles() -> None:
    """Of several reasons the holders decide: they must be seen to first."""
    refusal = check_role_removal(MINE, RoleUse({HERE: 1}, ("child",), support_access=True))
    assert refusal is not None
    assert refusal.rules == ("ROLE-12",)


def test_role_13_an_unassigned_role_can_be_removed() -> None:
    """Nobody holds it and nothing rests on it."""
    assert check_role_removal(MINE, RoleUse({})) is None
    assert check_role_removal(MINE, RoleUse({HERE: 0})) is None


def test_role_15_a_parent_of_other_roles_cannot_be_removed() -> None:
    """A role that is the parent of another role cannot be removed."""
    refusal = check_role_removal(MINE, RoleUse({}, ("Zeta", "Alpha")))
    assert isinstance(refusal, no.RoleInUse)
    assert refusal.rules == ("ROLE-15",)
    assert "(Alpha, Zeta)" in refusal.message


def test_role_15_and_sup_9_the_support_access_role_cannot_be_removed() -> None:
    """A custom role in use as Support Access Role cannot be removed until another value is chosen."""
    refusal = check_role_removal(MINE, RoleUse({}, support_access=True))
    assert isinstance(refusal, no.RoleInUse)
    assert refusal.rules == ("SUP-9",)
    assert "Support Access Role" in refusal.message


def test_role_16_roles_held_stay_in_force_when_advanced_user_security_goes() -> None:
    """Turning it off leaves assigned custom roles, Production Support and Support in force for their holders."""
    own = custom("own", "DEPLOY")
    for role, expected in (("own", {"DEPLOY"}), ("SUPPORT", resolved("SUPPORT"))):
        assert names(entered(an_account(own, features=NO_AUS), direct=[role]).privileges) == expected


def test_role_16_a_role_no_longer_offered_can_be_kept_and_not_newly_given() -> None:
    """They can no longer be newly assigned, but whoever holds them keeps them."""
    offered = {role.id for role in available_default_roles(())}
    support = RoleId("SUPPORT")
    assert check_assignable(HERE, [support], offered, held={support}) is None
    refusal = check_assignable(HERE, [RoleId("ADMINISTRATOR"), support], offered)
    assert refusal == no.RoleNotAssignable(role="SUPPORT", account=HERE)
    assert refusal.rules == ("ROLE-20",)


def test_role_17_an_unknown_privilege_is_refused() -> None:
    """A role is made of privileges of the catalogue."""
    refusal = check_role_privileges(["EXECUTE", "FLY"], PLATFORM)
    assert refusal == no.UnknownPrivilege(privilege="FLY")
    assert refusal.rules == ("ROLE-18",)


def test_role_17_one_forbidden_privilege_among_many_is_found() -> None:
    """It is not enough that the first one is allowed."""
    refusal = check_role_privileges(["EXECUTE", "API", "USER_MANAGEMENT_LIMITED"], PLATFORM)
    assert refusal == no.PrivilegeNotForCustomRoles(privilege="USER_MANAGEMENT_LIMITED")


def test_role_18_what_is_newly_put_in_must_be_offered() -> None:
    """Its feature is on; what the role had before stays, and what needs no feature is always offered."""
    hub = PLATFORM.definitions["MDM_VIEW_DATA"]

    def judge(features: set[Feature], kept: AbstractSet[str] = frozenset()) -> no.PrivilegeNotOffered | None:
        return check_offered(["API", hub.name], kept, features, HERE, PLATFORM)

    assert judge({Feature.DATA_HUB}) is None
    assert judge(set(), {hub.name}) is None
    assert check_offered(["API", "EXECUTE"], set(), (), HERE, PLATFORM) is None
    refusal = judge(set(EVERY_FEATURE) - {Feature.DATA_HUB}, {"API"})
    assert refusal == no.PrivilegeNotOffered(privilege="MDM - View Data", account=HERE, feature="Data Hub")
    assert refusal.rules == ("ROLE-18",)


def test_role_20_a_role_is_assigned_only_if_the_account_offers_it() -> None:
    """What can be assigned is what the dialog would offer."""
    assert check_assignable(HERE, [], set()) is None
    assert check_assignable(HERE, [RoleId("x")], {RoleId("x")}) is None
    refusal = check_assignable(HERE, [RoleId("x"), RoleId("y")], {RoleId("x")})
    assert refusal == no.RoleNotAssignable(role="y", account=HERE)
