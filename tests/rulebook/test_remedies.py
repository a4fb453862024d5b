"""What would turn a denial into a yes: smallest changes, each decided again with the change made."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from tenantry.rules.facts import Given, Group, Inside, User
from tenantry.rules.features import Feature
from tenantry.rules.inheritance import Roles
from tenantry.rules.places import Environment, Folder
from tenantry.rules.privileges import PLATFORM
from tenantry.rules.remedies import Remedy, remedies
from tenantry.rules.remedy_acts import Case
from tenantry.rules.roles import ADMINISTRATOR, default_layer
from tenantry.rules.vocabulary import (
    AccountId,
    EnvironmentId,
    FolderId,
    GroupId,
    Person,
    Role,
    RoleGrant,
    RoleId,
    Status,
    UserKey,
)

from .world import AT, ELSEWHERE, EVERY_FEATURE, HERE, custom

ANN = UserKey("ann@example.com")
AUS = frozenset({Feature.ADVANCED_USER_SECURITY})


def a_case(
    *,
    direct: Iterable[str] = (),
    groups: Iterable[Group] = (),
    membership: Iterable[str] = (),
    own: Iterable[Role] = (),
    theirs: Iterable[Role] = (),
    status: Status = Status.ACTIVE,
    features: frozenset[Feature] = EVERY_FEATURE,
    support_access: str | None = ADMINISTRATOR,
    person: Person | None = None,
) -> Case:
    """Ann before the account HERE, whose primary is ELSEWHERE."""
    who = person or Person()
    inside = Inside(
        id=HERE,
        status=status,
        catalogue=PLATFORM,
        active=PLATFORM.active(features),
        own={role.id: role for role in own},
        support_access=None if support_access is None else RoleId(support_access),
        membership=frozenset(GroupId(group) for group in membership),
        users=(User(ANN, None, who, tuple(RoleGrant(RoleId(role)) for role in direct)),) if direct else (),
    )
    roles = Roles({role.id: role for role in theirs}, PLATFORM, default_layer(PLATFORM))
    return Case(ANN, who, inside, Given(ELSEWHERE, roles, {group.id: group for group in groups}, {ANN: who}), features)


def a_group(name: str, *roles: str, shares: Iterable[str] = (), everywhere: bool = False) -> Group:
    """A group in which Ann has these roles."""
    key = GroupId(name)
    grants = tuple(RoleGrant(RoleId(role), group=key) for role in roles)
    return Group(key, name, everywhere, {ANN: grants} if grants else {}, frozenset(RoleId(role) for role in shares))


def told(found: Iterable[Remedy]) -> list[tuple[str, ...]]:
    """The sentences."""
    return [remedy.sentences for remedy in found]


def test_role_11_a_role_that_carries_it_is_told_and_the_smallest_first() -> None:
    """Of the roles that would do, those that give least come first."""
    own = (custom("Reader", "VIEW_DATA"), custom("Much", "VIEW_DATA", "BUILD", "DEPLOY"))
    found = remedies("VIEW_DATA", a_case(own=own, direct=["tag"], membership=()), AT)
    assert told(found)[0] == ("Give the user the role Reader in here-AAAAAA.",)
    assert all(len(remedy.acts) == 1 for remedy in found)
    assert [remedy.gains for remedy in found] == sorted(remedy.gains for remedy in found)


def test_role_4_a_role_held_could_carry_it_too() -> None:
    """Putting the privilege into a custom role that the person holds is one change."""
    case = a_case(own=(custom("Tag"),), direct=["Tag"])
    assert ("Add View Data to the role Tag, for everybody who holds it.",) in told(remedies("VIEW_DATA", case, AT))
    assert not any("Add" in s for way in told(remedies("USER_MANAGEMENT_LIMITED", case, AT)) for s in way)


def test_acc_4_a_suspended_account_is_reactivated() -> None:
    """What is held comes back with the account; nothing smaller helps."""
    case = a_case(direct=["SUPPORT"], status=Status.SUSPENDED)
    assert told(remedies("EXECUTE", case, AT)) == [("Reactivate the account here-AAAAAA.",)]


def test_acc_14_a_deleted_account_stays_deleted() -> None:
    """There is no way."""
    assert remedies("EXECUTE", a_case(direct=["SUPPORT"], status=Status.DELETED), AT) == ()


def test_lock_7_who_is_locked_is_unlocked() -> None:
    """And who lacks the role besides needs both."""
    locked = Person(locked=True)
    assert told(remedies("EXECUTE", a_case(direct=["SUPPORT"], person=locked), AT)) == [("Unlock the user.",)]
    both = remedies("BUILD", a_case(direct=["SUPPORT"], person=locked), AT)
    assert both
    assert all(len(remedy.acts) == 2 and "Unlock the user." in remedy.sentences for remedy in both)


def test_priv_5_a_feature_is_switched_on() -> None:
    """The role carries it already."""
    case = a_case(direct=["ADMINISTRATOR"], features=AUS)
    assert told(remedies("CLOUD_MANAGEMENT", case, AT)) == [("Switch Cloud Management on in here-AAAAAA.",)]


def test_sup_5_another_support_access_role_lets_it_pass() -> None:
    """A cap is widened; or the person becomes a direct user, who has no cap."""
    case = a_case(groups=[a_group("G", "STANDARD_USER")], membership=["G"], support_access="SUPPORT")
    found = told(remedies("BUILD", case, AT))
    assert ("Choose Standard User as the Support Access Role of here-AAAAAA.",) in found
    assert ("Give the user the role Standard User in here-AAAAAA.",) in found


def test_sup_6_no_access_from_outside_needs_the_setting() -> None:
    """Group roles are there; only the account does not let them in."""
    case = a_case(groups=[a_group("G", "STANDARD_USER")], membership=["G"], support_access=None)
    assert ("Choose Standard User as the Support Access Role of here-AAAAAA.",) in told(remedies("BUILD", case, AT))


def test_sup_11_staff_get_temporary_access() -> None:
    """While the Support Access Role is no access."""
    case = a_case(person=Person(staff=True), support_access=None)
    ways = [sentence for way in told(remedies("EXECUTE", case, AT)) for sentence in way]
    assert "Grant temporary support access to here-AAAAAA with the role Support." in ways


def test_grp_14_a_group_could_hold_the_account_or_give_the_role() -> None:
    """Both ends of group access: the account into a group of the person's, the role in a group of the account's."""
    groups = [a_group("Mine", "STANDARD_USER"), a_group("All Accounts", "SUPPORT", everywhere=True)]
    found = told(remedies("BUILD", a_case(groups=groups), AT))
    assert ("Put the account here-AAAAAA into the account group Mine.",) in found
    assert ("Give the user the role Standard User in the account group All Accounts.",) in found


def test_grp_13_losing_others_by_direct_access_is_told() -> None:
    """Direct access takes precedence, so a direct role may cost what groups gave."""
    own = (custom("Api", "API"),)
    case = a_case(own=own, groups=[a_group("G", "STANDARD_USER")], membership=["G"])
    found = {remedy.sentences: remedy for remedy in remedies("API", case, AT)}
    assert found[("Give the user the role Api in here-AAAAAA.",)].loses


def test_nothing_is_told_where_nothing_is_denied_or_known() -> None:
    """Who holds it needs nothing; what nobody knows nothing gives; no role gives what only staff do."""
    assert remedies("EXECUTE", a_case(direct=["SUPPORT"]), AT) == ()
    assert remedies("NO_SUCH", a_case(), AT) == ()
    assert remedies("CONNECTOR_REVIEW", a_case(direct=["ADMINISTRATOR"]), AT) == ()


STATES: list[dict[str, Any]] = [
    {"status": status, "features": features, "support_access": cap, "person": person, "direct": direct, "membership": m}
    for status, features, cap, person, direct, m in product(
        (Status.ACTIVE, Status.SUSPENDED),
        (EVERY_FEATURE, AUS, frozenset[Feature]()),
        (ADMINISTRATOR, "SUPPORT", None),
        (Person(), Person(locked=True), Person(staff=True)),
        ((), ("Tag",), ("SUPPORT",)),
        ((), ("G",)),
    )
]


@pytest.mark.parametrize("privilege", ["BUILD", "CLOUD_MANAGEMENT", "VIEW_DATA", "MDM_EDIT_MODELS"])
def test_every_remedy_works_and_no_part_of_it_alone_does(privilege: str) -> None:
    """Decided again: all acts together allow it, and with any one of them left out they do not."""
    bit = PLATFORM.bits[privilege]
    tried = 0
    for state in STATES:
        case = a_case(
            own=(custom("Tag"),), groups=[a_group("G", "STANDARD_USER", "Theirs")], theirs=[_theirs()], **state
        )
        for remedy in remedies(privilege, case, AT):
            tried += 1
            assert _after(case, remedy.acts) & bit, (state, remedy.sentences)
            for left_out in range(len(remedy.acts)):
                rest = remedy.acts[:left_out] + remedy.acts[left_out + 1 :]
                assert not _after(case, rest) & bit, (state, remedy.sentences)
    assert tried > 300


def _theirs() -> Role:
    return replace(custom("Theirs", "VIEW_RESULT"), account=AccountId(ELSEWHERE))


def _after(case: Case, acts: "tuple[object, ...]") -> int:
    for act in acts:
        case = act.done(case)  # type: ignore[attr-defined]
    access = case.access(AT)[1]
    return access.privileges if access is not None else 0


# ---- places --------------------------------------------------------------------------------------------------------

DEV = custom("dev", "DEPLOY", name="Dev")
OPS = custom("ops", "EXECUTE", name="Ops")
RO = custom("ro", "ENV_MANAGEMENT_READ_ONLY", name="RO")
RW = custom("rw", "ENV_MANAGEMENT_FULL", name="RW")


def an_environment(*roles: Role) -> Environment:
    """E with this list."""
    return Environment(EnvironmentId("e"), "E", roles=frozenset(role.id for role in roles))


def before_environment(
    environment: Environment, *direct: str, features: frozenset[Feature] = EVERY_FEATURE
) -> tuple[Case, Environment]:
    """Ann with these roles in an account that has the environment."""
    case = a_case(direct=direct, own=(DEV, OPS, RO, RW), features=features)
    return replace(case, inside=replace(case.inside, environments={environment.id: environment})), environment


def test_env_9_a_closed_gate_is_opened_by_a_listed_role_or_by_listing_one_held() -> None:
    """Both are told, and Environment Management, which gets past every list."""
    case, place = before_environment(an_environment(OPS), "dev")
    sentences = told(remedies("DEPLOY", case, AT, place))
    assert ("Give the user the role Ops in here-AAAAAA.",) in sentences
    assert ("Attach the role Dev to the environment E.",) in sentences
    assert all(len(one) == 1 for one in sentences)
    assert remedies("DEPLOY", case, AT) == ()  # in the account as a whole it is held


def test_env_12_what_is_missing_on_both_sides_takes_a_role_for_each() -> None:
    """Neither the privilege nor the gate: one default role does both, or two acts of which neither is left out."""
    case, place = before_environment(an_environment(OPS), "ro")
    found = remedies("DEPLOY", case, AT, place)
    assert found
    for remedy in found:
        after = case
        for act in remedy.acts:
            assert remedies("DEPLOY", after, AT, place)
            after = act.done(after)
        assert remedies("DEPLOY", after, AT, place) == ()


def test_env_16_a_narrowing_is_lifted_by_full_access_or_by_taking_it_off() -> None:
    """With another role on the list the narrowing one can go; Full Access on the list beats it (ENV-17)."""
    case, place = before_environment(an_environment(RO, DEV, RW), "dev", "ro")
    sentences = told(remedies("DEPLOY", case, AT, place))
    assert ("Give the user the role RW in here-AAAAAA.",) in sentences
    assert ("Detach the role RO from the environment E.",) in sentences


def test_fold_6_a_restricted_folder_opens_to_a_listed_role() -> None:
    """Or to a role held that is put on its list; reading needs neither."""
    team = custom("team", name="Team")
    builder = custom("builder", "BUILD", name="Builder")
    case = a_case(direct=("builder",), own=(team, builder))
    case = replace(case, inside=replace(case.inside, restricted={FolderId("f"): frozenset({team.id})}))
    folder = Folder(FolderId("f"), "Common")
    assert remedies("BUILD_READ_ONLY", case, AT, folder) == ()
    sentences = told(remedies("BUILD", case, AT, folder))
    assert ("Give the user the role Team in here-AAAAAA.",) in sentences
    assert ("Assign the role Builder to the folder Common.",) in sentences


def test_an_environment_that_is_gone_has_no_remedy() -> None:
    """Nothing opens what is not there."""
    case, place = before_environment(an_environment(OPS), "dev")
    gone = replace(case, inside=replace(case.inside, environments={}))
    assert remedies("DEPLOY", gone, AT, place) == ()
