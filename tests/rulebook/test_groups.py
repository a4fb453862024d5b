"""The chapters GRP and SUP as far as they are pure: names, members, roles, lengths, states; and how people reach."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tenantry.rules import refusals as no
from tenantry.rules.access import effective, standing_grants
from tenantry.rules.answers import Access, Allowed
from tenantry.rules.decide import Snapshot, decide
from tenantry.rules.facts import Given, Group, Held, Inside, User, meet, outside_grants
from tenantry.rules.groups import (
    ALERT_LEVELS,
    check_alert_level,
    check_group_name,
    check_group_roles,
    check_members,
    check_not_all_accounts,
    check_signed_in,
)
from tenantry.rules.inheritance import Roles
from tenantry.rules.privileges import PLATFORM
from tenantry.rules.roles import RoleUse, check_role_removal, default_layer
from tenantry.rules.support import (
    LENGTHS,
    GrantStatus,
    check_available,
    check_length,
    check_staff,
    ends_after,
    status_at,
)
from tenantry.rules.vocabulary import AccountId, GroupId, Person, RoleGrant, RoleId, Status, UserKey, Validity

from .world import AT, ELSEWHERE, EVERY_FEATURE, HERE, TICK, an_account, custom, grant

ANN, BOB = UserKey("ann@x"), UserKey("bob@x")
DEFAULTS = tuple(default_layer(PLATFORM).values())


# ---- judging -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("Services", None),
        ("x" * 255, None),
        ("", no.GroupNameInvalid),
        (" \t", no.GroupNameInvalid),
        ("x" * 256, no.GroupNameInvalid),
        ("a\x00b", no.GroupNameInvalid),
        ("taken", no.GroupNameTaken),
        ("TAKEN", no.GroupNameTaken),
        ("STRASSE", no.GroupNameTaken),
        ("all accounts", no.GroupNameTaken),
    ],
)
def test_grp_5_a_groups_name(name: str, refusal: type[no.Refusal] | None) -> None:
    """Required, up to 255 characters, unique within the primary ignoring case."""
    found = check_group_name(name, ["Taken", "straße", "All Accounts"])
    assert type(found) is (refusal or type(None))


def test_grp_5_the_alert_level() -> None:
    """None, info, warning, error; a refusal repeats no endless text."""
    assert [check_alert_level(level) for level in ALERT_LEVELS] == [None] * 4
    refusal = check_alert_level("x" * 1000)
    assert refusal is not None
    assert len(refusal.level) == 20


def test_grp_2_all_accounts_is_the_systems() -> None:
    """What is asked of another group is asked of nobody."""
    assert check_not_all_accounts("it cannot be renamed", everywhere=False) is None
    refusal = check_not_all_accounts("it cannot be renamed", everywhere=True)
    assert refusal is not None
    assert refusal.message == "All Accounts is kept by the system: it cannot be renamed."


def test_grp_20_and_grp_23_members_are_managed_here_and_not_there_yet() -> None:
    """The first that is neither decides, in order; the primary, which nobody manages, is none (GRP-4)."""
    one, two, three = AccountId("1"), AccountId("2"), AccountId("3")
    managed = {one, two}
    assert check_members([one, two], managed=managed, there=set()) is None
    assert check_members([], managed=managed, there={one}) is None
    assert check_members([two, one], managed=managed, there={two}) == no.AlreadyInGroup(what="2")
    assert check_members([three, two], managed=managed, there={two}) == no.AlreadyInGroup(what="2")
    assert check_members([three, one], managed=managed, there=set()) == no.NotManagedHere(account="3")


def test_grp_8_and_grp_9_the_roles_of_a_person_in_a_group() -> None:
    """At least one; default or the primary's own, as far as they can be given now; what is held may stay."""
    own = custom("own", account=ELSEWHERE)
    available = [own, *DEFAULTS[:2]]
    assert check_group_roles({own.id, DEFAULTS[0].id}, available) is None
    assert isinstance(check_group_roles(frozenset(), available), no.GroupRoleRequired)
    assert check_group_roles({own.id, RoleId("other")}, available) == no.RoleNotForGroups(role="other")
    assert check_group_roles({own.id, RoleId("other")}, available, {RoleId("other")}) is None
    assert isinstance(check_group_roles(frozenset(), available, {own.id}), no.GroupRoleRequired)


def test_grp_10_who_has_never_signed_in() -> None:
    """Is not added."""
    assert check_signed_in("a@b", signed_in=True) is None
    assert check_signed_in("a@b", signed_in=False) == no.NeverSignedIn(email="a@b")


def test_sup_11_lengths_and_their_ends() -> None:
    """4 hours, 8 hours, 1 day, 3 days, 7 days, to the instant."""
    assert list(LENGTHS) == [4, 8, 24, 72, 168]
    assert [check_length(hours) for hours in LENGTHS] == [None] * 5
    for hours in (0, 1, -4, 5, 169):
        refusal = check_length(hours)
        assert refusal is not None
        assert "1 day, 3 days" in refusal.message
    assert ends_after(AT, 72) == AT + timedelta(days=3)


def test_sup_11_when_it_is_to_be_had_and_by_whom() -> None:
    """Only while the Support Access Role is no access; only by platform support staff."""
    assert check_available(HERE, None) is None
    assert check_available(HERE, RoleId("SUPPORT")) == no.SupportAccessIsARole(account=HERE)
    assert check_staff("a@b", staff=True) is None
    assert check_staff("a@b", staff=False) == no.NotSupportStaff(email="a@b")


@pytest.mark.parametrize("status", GrantStatus)
def test_sup_12_and_sup_13_the_status_that_counts_at_an_instant(status: GrantStatus) -> None:
    """An active grant is expired from its expiration instant on; every other status stays what it is."""
    active = status is GrantStatus.ACTIVE
    assert status_at(status, AT, AT - TICK) is status
    assert status_at(status, AT, AT) is (GrantStatus.EXPIRED if active else status)
    assert status_at(status, None, AT) is status


def test_role_12_and_role_15_what_keeps_a_role() -> None:
    """Holders first, named by number and account; then people in groups, heirs, the setting, temporary grants."""
    role = custom("r")
    nothing = RoleUse({})
    assert check_role_removal(role, nothing) is None
    assert check_role_removal(role, RoleUse({HERE: 0})) is None
    everything = RoleUse({ELSEWHERE: 2, HERE: 1}, ("Heir",), in_groups=1, support_access=True, temporary=1)
    uses = [
        (everything, "ROLE-12", f"it is held by users ({ELSEWHERE}: 2, {HERE}: 1)"),
        (RoleUse({}, ("Heir",), support_access=True, in_groups=2, temporary=1), "ROLE-12", "by 2 users"),
        (RoleUse({}, ("B", "A"), support_access=True, temporary=1), "ROLE-15", "inherit it (A, B)"),
        (RoleUse({}, (), support_access=True, temporary=1), "SUP-9", "Support Access Role"),
        (RoleUse({}, (), temporary=1), "ROLE-15", "temporary grant"),
    ]
    for use, rule, text in uses:
        refusal = check_role_removal(role, use)
        assert isinstance(refusal, no.RoleInUse)
        assert (refusal.rules, text in refusal.message) == ((rule,), True)


# ---- reaching ------------------------------------------------------------------------------------------------------


def group(key: str, *shares: str, everywhere: bool = False, **people: tuple[str, ...]) -> Group:
    """A group of ELSEWHERE in which people hold these roles."""
    users = {
        UserKey(f"{who}@x"): tuple(RoleGrant(RoleId(role), group=GroupId(key)) for role in roles)
        for who, roles in people.items()
    }
    return Group(GroupId(key), key, everywhere, users, frozenset(map(RoleId, shares)))


def given(*groups: Group, **people: Person) -> Given:
    """What ELSEWHERE gives: these groups, and three roles of its own, of which one inherits another."""
    own = (
        custom("base", "VIEW_DATA", "MDM_VIEW_MODELS", account=ELSEWHERE),
        custom("heir", "EXECUTE", parent="base", account=ELSEWHERE),
        custom("other", "API", account=ELSEWHERE),
    )
    roles = Roles({role.id: role for role in own}, PLATFORM, default_layer(PLATFORM))
    everybody = {user: Person() for one in groups for user in one.users}
    everybody |= {UserKey(f"{who}@x"): person for who, person in people.items()}
    return Given(ELSEWHERE, roles, {one.id: one for one in groups}, everybody, {"host-ann": ANN})


def inside(*membership: str, users: tuple[User, ...] = (), support_access: str | None = "ADMINISTRATOR") -> Inside:
    """HERE, in these groups, with a role of its own."""
    return Inside(
        id=HERE,
        status=Status.ACTIVE,
        catalogue=PLATFORM,
        active=PLATFORM.active(EVERY_FEATURE),
        own={RoleId("mine"): custom("mine", "EXECUTE")},
        support_access=None if support_access is None else RoleId(support_access),
        membership=frozenset(map(GroupId, membership)),
        users=users,
    )


def direct(who: str, *roles: RoleGrant) -> User:
    """A direct user of HERE."""
    return User(UserKey(f"{who}@x"), None, Person(), roles)


def test_grp_14_and_grp_16_who_is_in_a_group_reaches_what_is_in_it() -> None:
    """The union over the groups that hold both, All Accounts first; nobody else reaches anything."""
    gives = given(
        group("b", ann=("SUPPORT",), bob=("other",)),
        group("all", everywhere=True, ann=("heir",)),
        group("c", ann=("ADMINISTRATOR",)),
    )
    facts = meet(inside("b"), gives)
    assert [one.name for one in facts.groups] == ["all", "b"]
    assert [(grant.role, grant.group) for grant in outside_grants(facts.groups, ANN)] == [
        ("heir", "all"),
        ("SUPPORT", "b"),
    ]
    assert [grant.role for grant in outside_grants(facts.groups, BOB)] == ["other"]
    assert [one.name for one in meet(inside(), gives).groups] == ["all"]


def test_grp_14_an_account_nobody_manages_is_in_no_group() -> None:
    """Whatever its rows say: groups are read off the primary."""
    nobody = Given(None, default_layer(PLATFORM), {GroupId("all"): group("all", "other", everywhere=True)})
    facts = meet(inside("all"), nobody)
    assert (facts.groups, facts.shared) == ((), frozenset())


def test_share_16_a_shared_role_is_resolved_where_it_belongs() -> None:
    """An unshared ancestor counts; an account's own role of the same parent does not inherit what is not shared."""
    facts = meet(inside("g"), given(group("g", "heir")))
    assert facts.shared == {"heir"}
    assert set(PLATFORM.names(facts.roles.resolved(RoleId("heir")).mask)) == {
        "EXECUTE",
        "VIEW_DATA",
        "MDM_VIEW_MODELS",
    }
    for shares, carried in ((("heir",), {"EXECUTE"}), (("base",), {"EXECUTE", "VIEW_DATA", "MDM_VIEW_MODELS"})):
        own = {RoleId("odd"): custom("odd", "EXECUTE", parent="base")}
        odd = meet(replace(inside("g"), own=own), given(group("g", *shares)))
        assert set(PLATFORM.names(odd.roles.resolved(RoleId("odd")).mask)) == carried


def test_share_18_what_a_share_left_counts_for_nothing() -> None:
    """Of grants made in the account those count whose role is default, own, or shared to it right now."""
    facts = meet(inside("g"), given(group("g", "heir")))
    held = [grant(role) for role in ("SUPPORT", "mine", "heir", "base", "other", "gone")]
    assert [one.role for one in standing_grants(facts, held)] == ["SUPPORT", "mine", "heir"]
    access = effective(Person(), facts, [grant("other")], [], AT)
    assert isinstance(access, no.NoRoles)


def test_share_18_what_a_share_left_is_no_reason_that_time_could_change() -> None:
    """Somebody whose only grant is left over is told of no role, not of one that begins or ended."""
    facts = meet(inside("g"), given(group("g")))
    left = grant("other", ends=AT - TICK)
    assert type(effective(Person(), facts, [left], [], AT)) is no.NoRoles
    own = grant("mine", ends=AT - TICK)
    assert type(effective(Person(), facts, [own], [], AT)) is no.RolesNotInForce


def test_eff_1_and_grp_13_direct_first_then_groups() -> None:
    """In a compiled snapshot as in the law: direct beats stronger group roles; without any live one groups count."""
    gives = given(group("g", "heir", ann=("ADMINISTRATOR",), bob=("SUPPORT",)))
    users = (direct("ann", grant("heir")), direct("cy", grant("other")))
    for shares, allowed in ((True, False), (False, True)):
        now = gives if shares else given(group("g", ann=("ADMINISTRATOR",)))
        facts = Snapshot.of(inside("g", users=users), now, (1, 1, 1))
        decision = decide(facts, ANN, "BUILD", AT)
        assert decision.allowed is allowed
    facts = Snapshot.of(inside("g", users=users), gives, (1, 1, 1))
    assert decide(facts, BOB, "EXECUTE", AT).allowed is True
    assert decide(facts, UserKey("cy@x"), "API", AT).allowed is False
    assert decide(facts, "host-ann", "EXECUTE", AT) == decide(facts, ANN, "EXECUTE", AT)


def test_grp_14_an_answer_names_the_groups_by_which_a_role_came() -> None:
    """Those that hold both; for a shared role those that share it; with the primary whose they are."""
    gives = given(group("g", ann=("SUPPORT",)), group("h", "heir", ann=("SUPPORT",)), group("i", "heir"))
    facts = Snapshot.of(inside("g", "h", users=(direct("cy", grant("heir")),)), gives, (1, 1, 1))
    by_group = decide(facts, ANN, "EXECUTE", AT)
    assert isinstance(by_group, Allowed)
    assert [(one.groups, one.owner) for one in by_group.grants] == [(("g", "h"), ELSEWHERE)]
    by_share = decide(facts, UserKey("cy@x"), "VIEW_DATA", AT)
    assert isinstance(by_share, Allowed)
    [one] = by_share.grants
    assert (one.path, one.groups, one.owner) == (("heir", "base"), ("h",), ELSEWHERE)
    assert "SHARE-16" in by_share.rules


def test_sup_13_and_sup_14_temporary_access_in_time_and_only_without_another() -> None:
    """For staff alone, while the Support Access Role is no access, from its beginning on and before its end."""
    temporary = [RoleGrant(RoleId("ADMINISTRATOR"), Validity(AT, AT + TICK * 2))]
    closed, open_ = an_account(support_access=None), an_account(support_access="SUPPORT")
    staff = Person(staff=True)
    for at, allowed in ((AT - TICK, False), (AT, True), (AT + TICK, True), (AT + 2 * TICK, False)):
        assert isinstance(effective(staff, closed, (), (), at, temporary), Access) is allowed
    access = effective(staff, open_, (), (), AT, temporary)
    assert isinstance(access, Access)
    assert access.roles == ("SUPPORT",)
    assert isinstance(effective(Person(), closed, (), (), AT, temporary), no.NoRoles)


def test_sup_11_a_temporary_grant_of_a_role_that_is_not_there_or_of_others_gives_nothing() -> None:
    """Default roles and the account's own, and no received one (SUP-1)."""
    facts = meet(inside("g", support_access=None), given(group("g", "heir")))
    for role, allowed in (("SUPPORT", True), ("mine", True), ("heir", False), ("gone", False)):
        found = effective(Person(staff=True), facts, (), (), AT, [grant(role)])
        assert isinstance(found, Access) is allowed


def test_eff_1_holdings_with_a_bound_are_not_lasting() -> None:
    """Of any kind: direct, through groups, temporary."""
    bound = RoleGrant(RoleId("SUPPORT"), Validity(ends=AT))
    assert Held().lasting
    assert Held(direct=(grant("SUPPORT"),)).lasting
    for held in (Held(direct=(bound,)), Held(outside=(bound,)), Held(temporary=(bound,))):
        assert not held.lasting
