"""CONF-24 and SHARE-3: whether an account can use a resource at all, and by which way it comes to it."""

import pytest

from tenantry.rules import refusals as no
from tenantry.rules.features import Feature
from tenantry.rules.privileges import PLATFORM
from tenantry.rules.sharing import Kind, Resource
from tenantry.rules.using import NEEDED, Reach, usable
from tenantry.rules.vocabulary import AccountId

OWNER, HERE, STRANGER = AccountId("owner"), AccountId("here"), AccountId("stranger")
EVERYTHING = frozenset(Feature)


def reaching(kind: Kind = Kind.CLOUD, owner: AccountId = OWNER, groups: tuple[str, ...] = ("One",)) -> Reach:
    """A resource called Thing that comes to an account through these groups."""
    return Reach(Resource(kind, "r-1", "Thing", owner), groups)


def judged(reach: Reach | None, kind: Kind = Kind.CLOUD, on: frozenset[Feature] = EVERYTHING) -> Reach | no.Denial:
    """Whether the account `here`, which `owner` manages, can use it."""
    return usable(reach, (kind, "r-1"), account=HERE, primary=OWNER, on=on)


@pytest.mark.parametrize("kind", Kind)
def test_share_3_what_a_group_carries_can_be_used(kind: Kind) -> None:
    """Through the groups that hold the account and carry the resource; without one it cannot."""
    reach = reaching(kind)
    assert judged(reach, kind) is reach
    refusal = judged(reaching(kind, groups=()), kind)
    assert isinstance(refusal, no.ResourceNotReceived)
    assert refusal.kind == kind.words.one


def test_share_3_the_groups_are_named() -> None:
    """One or several, in their order, with whose the resource is."""
    sentence, rule = reaching(groups=("All Accounts", "One")).told(HERE)
    assert "account groups All Accounts, One" in sentence
    assert "of owner" in sentence
    assert rule == "SHARE-3"
    assert "account group One." in reaching().told(HERE)[0]


def test_api_8_a_strangers_resource_is_as_unknown_as_one_that_is_not_there() -> None:
    """Both are answered with the same words."""
    strange = judged(reaching(owner=STRANGER))
    assert strange == judged(None) == no.UnknownResource(type="cloud", id="r-1")


def test_share_8_a_resource_that_left_its_state_cannot_be_used() -> None:
    """It is still shared, and the refusal says in which state it must be; its owner uses it all the same."""
    broken = Reach(Resource(Kind.CLOUD, "r-1", "Thing", OWNER), ("One",), usable=False)
    refusal = judged(broken)
    assert isinstance(refusal, no.ResourceNotReady)
    assert Kind.CLOUD.words.state in refusal.message
    assert usable(broken, (Kind.CLOUD, "r-1"), account=OWNER, primary=None, on=EVERYTHING) is broken


def test_conn_5_what_is_public_is_there_for_everybody() -> None:
    """Also in accounts that its owner does not manage."""
    for owner in (OWNER, STRANGER):
        public = Reach(Resource(Kind.CONNECTOR, "r-1", "Thing", owner, shareable=False), everybody=True, usable=False)
        assert judged(public, Kind.CONNECTOR) is public
        assert public.told(HERE)[1] == "CONN-5"


@pytest.mark.parametrize(("kind", "feature"), [(Kind.ROLE, "advanced_user_security"), (Kind.MODEL, "data_hub")])
def test_share_15_and_model_2_some_kinds_need_a_feature_where_they_are_used(kind: Kind, feature: str) -> None:
    """A shared role Advanced User Security, a shared model Data Hub; the others none (the table of 12.8)."""
    refusal = judged(reaching(kind), kind, EVERYTHING - {Feature(feature)})
    assert isinstance(refusal, no.ResourceNeedsFeature)
    assert refusal.rules[0] == {"role": "SHARE-15", "model": "MODEL-2"}[kind]
    for other in set(Kind) - {Kind.ROLE, Kind.MODEL}:
        assert isinstance(judged(reaching(other), other, frozenset()), Reach)


def test_share_2_what_is_ones_own_needs_no_share() -> None:
    """The account's own resource is used without any group (GRP-4)."""
    own = reaching(owner=HERE, groups=())
    assert judged(own) is own
    assert own.told(HERE)[1] == "ACC-1"


def test_every_kind_needs_a_privilege_of_the_catalogue() -> None:
    """No kind is forgotten, and no privilege misspelled."""
    assert set(NEEDED) == set(Kind)
    assert all(name in PLATFORM.definitions for names in NEEDED.values() for name in names)
