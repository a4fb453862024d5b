"""UI-4: changes as values, and the comparison of before and after, without any table."""

from dataclasses import replace

import pytest

from tenantry.rules import changes as c
from tenantry.rules.facts import Given, Group, Held, Inside, User, meet
from tenantry.rules.impact import Comparison, Effect, Impact, next_bound, outcome
from tenantry.rules.inheritance import Roles
from tenantry.rules.privileges import NOTHING, PLATFORM, Mask
from tenantry.rules.roles import default_layer
from tenantry.rules.vocabulary import (
    AccountId,
    GroupId,
    Person,
    RoleGrant,
    RoleId,
    Status,
    UserKey,
    Validity,
)

from .world import AT, ELSEWHERE, EVERY_FEATURE, HERE, TICK, an_account, custom, grant

ANN, BOB = UserKey("ann@x"), UserKey("bob@x")
G, H = GroupId("g"), GroupId("h")
X, Y = RoleId("x"), RoleId("y")


def held(role: str, group: GroupId, validity: Validity | None = None) -> RoleGrant:
    """A role held in a group."""
    return RoleGrant(RoleId(role), validity or Validity(), group)


GIVEN = Given(
    ELSEWHERE,
    Roles(
        {X: custom("x", "API", account=ELSEWHERE), Y: custom("y", account=ELSEWHERE)}, PLATFORM, default_layer(PLATFORM)
    ),
    {
        G: Group(G, "G", users={ANN: (held("x", G),), BOB: (held("SUPPORT", G),)}, shares=frozenset({X, Y})),
        H: Group(H, "H", everywhere=True, users={ANN: (held("y", H),)}, shares=frozenset({X})),
    },
    {ANN: Person(), BOB: Person()},
    {"host": ANN},
)
INSIDE = Inside(
    id=HERE,
    status=Status.ACTIVE,
    catalogue=PLATFORM,
    active=PLATFORM.active(EVERY_FEATURE),
    own={RoleId("mine"): custom("mine", "EXECUTE")},
    support_access=RoleId("SUPPORT"),
    membership=frozenset({G}),
    users=(User(ANN, None, Person(), (grant("x"),)),),
)
OTHERS = Given(AccountId("somebody else"), GIVEN.roles, GIVEN.groups, GIVEN.people, GIVEN.by_external_id)
ELSEWHERE_INSIDE = replace(INSIDE, id=AccountId("another"))

CHANGES: dict[str, c.Change] = {
    "share": c.ShareEnds(ELSEWHERE, G, frozenset({X})),
    "accounts": c.AccountsLeave(ELSEWHERE, G, frozenset({HERE})),
    "user": c.UserLeaves(ELSEWHERE, G, ANN),
    "roles": c.GroupRolesChange(ELSEWHERE, G, ANN, frozenset({X, Y})),
    "group": c.GroupGoes(ELSEWHERE, G),
    "role of the primary": c.RoleChanges(custom("x", "API", account=ELSEWHERE), custom("x", account=ELSEWHERE)),
    "role gone": c.RoleChanges(custom("x", "API", account=ELSEWHERE), None),
    "role of the account": c.RoleChanges(custom("mine", "EXECUTE"), custom("mine", "API")),
    "features": c.FeaturesChange(HERE, NOTHING),
    "status": c.StatusChanges(HERE, Status.SUSPENDED),
    "primary deleted": c.StatusChanges(ELSEWHERE, Status.DELETED),
    "primary suspended": c.StatusChanges(ELSEWHERE, Status.SUSPENDED),
    "support access": c.SupportAccessChanges(HERE, None),
}


@pytest.mark.parametrize("name", CHANGES)
def test_ui_4_a_change_concerns_its_own_primary_and_accounts_alone(name: str) -> None:
    """Another primary's groups of the same names and other accounts stay as they are."""
    change = CHANGES[name]
    assert change.given(OTHERS) == OTHERS
    assert change.inside(ELSEWHERE_INSIDE) == ELSEWHERE_INSIDE


CHANGED_HALVES = {
    "share": (True, False),
    "accounts": (False, True),
    "user": (True, False),
    "roles": (True, False),
    "group": (True, False),
    "role of the primary": (True, False),
    "role gone": (True, False),
    "role of the account": (False, True),
    "features": (False, True),
    "status": (False, True),
    "primary deleted": (True, False),
    "primary suspended": (False, False),
    "support access": (False, True),
}


@pytest.mark.parametrize("name", CHANGES)
def test_ui_4_a_change_alters_the_half_it_concerns(name: str) -> None:
    """And nothing else; applied twice it does no more."""
    change = CHANGES[name]
    given, inside = change.given(GIVEN), change.inside(INSIDE)
    assert (given != GIVEN, inside != INSIDE) == CHANGED_HALVES[name]
    assert (change.given(given), change.inside(inside)) == (given, inside)


def test_share_7_and_grp_17_to_19_what_becomes_of_the_groups() -> None:
    """Share, member, person, group: that one goes, the others stay."""
    assert CHANGES["share"].given(GIVEN).groups[G].shares == {Y}
    assert CHANGES["share"].given(GIVEN).groups[H] == GIVEN.groups[H]
    assert CHANGES["accounts"].inside(INSIDE).membership == frozenset()
    assert set(CHANGES["user"].given(GIVEN).groups[G].users) == {BOB}
    assert set(CHANGES["group"].given(GIVEN).groups) == {H}
    assert meet(INSIDE, CHANGES["group"].given(GIVEN)).shared == {X}
    assert [grant.role for grant in CHANGES["roles"].given(GIVEN).groups[G].users[ANN]] == ["x", "y"]
    assert CHANGES["roles"].given(GIVEN).groups[H].users[ANN] == (held("y", H),)


def test_grp_7_a_role_kept_keeps_its_validity() -> None:
    """A role that stays keeps its window, a new one has none."""
    bound = Validity(ends=AT)
    group = replace(GIVEN.groups[G], users={ANN: (held("x", G, bound),)})
    given = CHANGES["roles"].given(replace(GIVEN, groups={G: group}))
    assert given.groups[G].users[ANN] == (held("x", G, bound), held("y", G))


def test_role_13_a_role_that_goes_takes_its_shares_along() -> None:
    """Out of every group that carried it."""
    given = CHANGES["role gone"].given(GIVEN)
    assert {key: group.shares for key, group in given.groups.items()} == {G: {Y}, H: frozenset()}
    assert X not in given.roles
    assert meet(INSIDE, given).shared == {Y}


def test_acc_13_and_acc_14_a_suspended_primary_gives_what_it_did_and_a_deleted_one_nothing() -> None:
    """Groups, people and shares are gone, its roles are not: who held them is told of no role."""
    assert CHANGES["primary suspended"].given(GIVEN) == GIVEN
    given = CHANGES["primary deleted"].given(GIVEN)
    assert (given.groups, given.people, given.by_external_id) == ({}, {}, {})
    assert meet(INSIDE, given).shared == frozenset()


def test_ui_4_a_change_that_names_a_group_that_is_gone_changes_nothing() -> None:
    """It was deleted meanwhile: there is nothing left to look at."""
    nothing = replace(GIVEN, groups={})
    for name in ("share", "user", "roles", "group"):
        assert CHANGES[name].given(nothing) == nothing


def test_ui_4_each_change_is_told_differently() -> None:
    """By the telling a confirmation knows its change: no two of them are alike."""
    assert len({c.told(change) for change in CHANGES.values()}) == len(CHANGES)
    assert c.told(CHANGES["user"]) == "UserLeaves(owner='elsewhere-BBBBBB', group='g', user='ann@x')"


# ---- before and after ----------------------------------------------------------------------------------------------


def test_ui_4_a_result_tells_what_is_lost_gained_and_barred() -> None:
    """The same access is no result; less, more, none any more, and some for the first time are."""
    before, after = an_account(custom("a", "API"), custom("b", "EXECUTE")), an_account(custom("a", "EXECUTE"))
    comparison = Comparison(before, after, AT)
    nothing, a, b = Held(), Held(direct=(grant("a"),)), Held(direct=(grant("b"),))
    api, execute = PLATFORM.mask(["API"]), PLATFORM.mask(["EXECUTE"])
    assert comparison.result(nothing, nothing) is None
    assert comparison.result(b, a) is None
    assert comparison.result(a, a) == (api, execute, "", False)
    assert comparison.result(b, b) == (execute, NOTHING, "no_roles", False)
    assert comparison.result(nothing, a) == (NOTHING, execute, "", True)
    assert comparison.result(b, b) == (execute, NOTHING, "no_roles", False)


def test_priv_11_losing_the_way_in_is_told_even_where_no_privilege_is_lost() -> None:
    """Lock-out is tied to having no role, not to having no privilege."""
    account = an_account(custom("tag"))
    comparison = Comparison(account, an_account(), AT)
    tag = Held(direct=(grant("tag"),))
    assert comparison.result(tag, tag) == (NOTHING, NOTHING, "no_roles", False)
    assert outcome(tag, account, AT).enters


def test_ui_4_an_impact_counts_accounts_and_who_is_locked_out() -> None:
    """One account once; those alone who had access."""
    other = AccountId("other")
    effects = (
        Effect(HERE, ANN, Mask(1), NOTHING, "no_roles"),
        Effect(HERE, BOB, Mask(1), NOTHING),
        Effect(other, BOB, NOTHING, Mask(1), "", admitted=True),
    )
    impact = Impact(effects)
    assert (impact.accounts, impact.locked_out) == (2, effects[:1])
    assert Impact(()).accounts == 0


def test_ui_4_the_next_bound_is_the_first_beginning_or_end_ahead() -> None:
    """Of any kind of grant; what has begun or ended already is none, and this instant is not ahead."""
    past, now = Validity(AT - 2 * TICK, AT - TICK), Validity(AT, AT)
    later, latest = Validity(starts=AT + TICK), Validity(ends=AT + 2 * TICK)
    lasting = Held(direct=(grant("x"),))
    assert next_bound([], AT) is None
    assert next_bound([lasting, Held(direct=(RoleGrant(X, past),)), Held(direct=(RoleGrant(X, now),))], AT) is None
    found = [Held(outside=(RoleGrant(X, latest),)), Held(temporary=(RoleGrant(X, later),)), lasting]
    assert next_bound(found, AT) == AT + TICK
    assert next_bound(found, AT + TICK) == AT + 2 * TICK
