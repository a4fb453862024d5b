"""The chapter SHARE as far as it is pure: kinds, sections, what can be shared by whom; and the halves put together."""

from dataclasses import replace

import pytest

from tenantry.rules import refusals as no
from tenantry.rules.facts import Given, Group, Inside, meet
from tenantry.rules.features import Feature
from tenantry.rules.groups import ALERT_LEVELS
from tenantry.rules.inheritance import Roles
from tenantry.rules.privileges import PLATFORM
from tenantry.rules.roles import default_layer
from tenantry.rules.sharing import Kind, Resource, check_features, check_share, sections
from tenantry.rules.vocabulary import GroupId, RoleId, Status

from .world import ELSEWHERE, EVERY_FEATURE, HERE, custom

PRIMARY = frozenset({Feature.ACCOUNT_GROUPS, Feature.ADVANCED_USER_SECURITY})


def a_resource(kind: Kind, *, shareable: bool = True, owner: str = ELSEWHERE) -> Resource:
    """A resource of the primary ELSEWHERE."""
    return Resource(kind, "r-1", "The Thing", ELSEWHERE if owner == ELSEWHERE else HERE, shareable)


def test_share_1_the_six_kinds_have_their_headings_and_names() -> None:
    """Headings of the Resources tab and the API's objectType."""
    assert [(kind.words.heading, kind.words.object_type) for kind in Kind] == [
        ("Clouds", "Cloud"),
        ("Connectors", "Connector"),
        ("Roles", "Role"),
        ("Published Processes", "Published Process"),
        ("Integration Packs", "Integration Pack"),
        ("Models", "Data Hub Model"),
    ]


def test_share_9_models_are_a_section_only_with_data_hub() -> None:
    """The Models section is visible only in a primary with Data Hub on."""
    assert sections(PRIMARY) == tuple(kind for kind in Kind if kind is not Kind.MODEL)
    assert sections(PRIMARY | {Feature.DATA_HUB}) == tuple(Kind)


@pytest.mark.parametrize("kind", Kind)
def test_share_5_only_in_its_state_can_a_resource_be_shared(kind: Kind) -> None:
    """The refusal says in which."""
    features = PRIMARY | {Feature.DATA_HUB}
    ready = check_share(kind, a_resource(kind), primary=ELSEWHERE, features=features, there=False)
    early = check_share(kind, a_resource(kind, shareable=False), primary=ELSEWHERE, features=features, there=False)
    assert ready is None
    assert isinstance(early, no.ResourceNotShareable)
    assert kind.words.state in early.message
    assert kind.words.one in early.message


def test_share_2_only_the_primarys_own_can_be_shared() -> None:
    """A received resource cannot be shared onward, and what is not there cannot either."""
    for found in (a_resource(Kind.CLOUD, owner=HERE), None):
        refusal = check_share(Kind.CLOUD, found, primary=ELSEWHERE, features=PRIMARY, there=False)
        assert isinstance(refusal, no.ResourceNotYours)


def test_grp_20_a_resource_is_in_a_group_once() -> None:
    """Adding it again reports a conflict."""
    refusal = check_share(Kind.ROLE, a_resource(Kind.ROLE), primary=ELSEWHERE, features=PRIMARY, there=True)
    assert isinstance(refusal, no.AlreadyInGroup)


@pytest.mark.parametrize("kind", Kind)
def test_share_11_and_share_15_and_model_1_which_features_sharing_takes(kind: Kind) -> None:
    """Account Groups for every kind, Advanced User Security for roles alone, Data Hub for models alone."""
    without_groups = check_features(kind, ELSEWHERE, {Feature.ADVANCED_USER_SECURITY})
    without_more = check_features(kind, ELSEWHERE, {Feature.ACCOUNT_GROUPS})
    assert without_groups is not None
    assert without_groups.rules == ("SHARE-11",)
    assert (without_more is not None) == (kind in {Kind.ROLE, Kind.MODEL})
    assert check_features(kind, ELSEWHERE, PRIMARY | {Feature.DATA_HUB}) is None


def test_alert_1_info_includes_warning_and_warning_includes_error() -> None:
    """The order of the levels, none apart."""
    assert ALERT_LEVELS == ("none", "info", "warning", "error")


def inside(*membership: str, own: str = "") -> Inside:
    """The account HERE in these groups, with a role of its own or none."""
    return Inside(
        id=HERE,
        status=Status.ACTIVE,
        catalogue=PLATFORM,
        active=PLATFORM.active(EVERY_FEATURE),
        own={RoleId(own): custom(own)} if own else {},
        support_access=None,
        membership=frozenset(GroupId(group) for group in membership),
    )


def given(**shares: tuple[str, ...]) -> Given:
    """What ELSEWHERE gives: groups by name with the roles they share; `everywhere` is All Accounts."""
    roles = {RoleId(role): custom(role, account=ELSEWHERE) for names in shares.values() for role in names}
    groups = {
        GroupId(name): Group(GroupId(name), name, name == "everywhere", {}, frozenset(RoleId(r) for r in names))
        for name, names in shares.items()
    }
    return Given(ELSEWHERE, Roles(roles, PLATFORM, default_layer(PLATFORM)), groups)


def test_share_3_an_account_sees_the_union_of_what_its_groups_carry() -> None:
    """All Accounts included; two shares of one role count once."""
    facts = meet(inside("a", "b"), given(a=("x", "y"), b=("y",), c=("z",), everywhere=("w",)))
    assert facts.shared == {"w", "x", "y"}
    assert [group.name for group in facts.groups] == ["everywhere", "a", "b"]
    assert meet(inside("b"), given(a=("x", "y"), b=("y",))).shared == {"y"}


def test_share_22_equal_names_are_two_roles() -> None:
    """Only ids matter; own roles and received ones stay apart."""
    facts = meet(inside("a", own="Reader"), given(a=("reader-of-primary",)))
    assert [role.id for role in facts.own_roles()] == ["Reader"]
    assert [role.id for role in facts.shared_roles()] == ["reader-of-primary"]


def test_sup_10_a_role_of_the_primary_is_no_support_access_role() -> None:
    """Whatever data says: default and own roles alone bound outside people."""
    here = inside("a")
    for chosen, cap in (("x", None), ("SUPPORT", "SUPPORT"), ("nothing", None)):
        facts = meet(replace(here, support_access=RoleId(chosen)), given(a=("x",)))
        assert facts.cap == cap
