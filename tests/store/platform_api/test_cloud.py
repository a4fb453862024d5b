"""Cloud and RuntimeCloud, in JSON and XML."""

from datetime import UTC, datetime

import pytest
from lxml import etree

from tenantry.clouds.models import Cloud
from tenantry.rules.features import Feature
from tenantry.rules.places import Classification
from tests.store.factories import ADMINISTRATOR, AT, PARTNER, a_group, a_member, a_primary, a_user
from tests.store.platform_api.callers import Caller, caller, refusal, simple
from tests.store.platform_api.plants import counted, seen_alike, with_rights
from tests.store.skies import ROOMY, Sky, a_cloud, an_attachment, cluster_in, lend_cloud

pytestmark = pytest.mark.django_db

SPACE = {"bns": "http://api.platform.boomi.com/"}


@pytest.fixture
def ann(sky: Sky) -> Caller:
    """The program of the partner's administrator."""
    return caller(sky.home, sky.ann)


def test_cloud_2_runtime_cloud_is_made_changed_and_deleted(sky: Sky, ann: Caller) -> None:
    """CLOUD-2: members left out stay, and by whom and when it was made and changed is told. CREATE answers 201."""
    answer = ann.send("POST", "RuntimeCloud", {"name": " East ", "classification": "TEST", "id": "mine"})
    assert answer.status_code == 201
    [made] = ann.all_of("RuntimeCloud", simple("name", "EQUALS", "East"))
    assert made == {
        "@type": "RuntimeCloud",
        "allowBrowsing": True,
        "allowDeployments": True,
        "allowTestExecutions": True,
        "classification": "TEST",
        "createdBy": sky.ann.email,
        "createdDate": made["createdDate"],
        "id": made["id"],
        "maxAttachmentsPerAccount": 1,
        "name": "East",
    }
    assert made["id"] != "mine"
    assert datetime.fromisoformat(made["createdDate"]) <= datetime.now(UTC)
    path = f"RuntimeCloud/{made['id']}"
    changed = ann.post(path, {"allowBrowsing": False, "maxAttachmentsPerAccount": -1})
    assert changed == made | {
        "allowBrowsing": False,
        "maxAttachmentsPerAccount": -1,
        "modifiedBy": sky.ann.email,
        "modifiedDate": changed["modifiedDate"],
    }
    renamed = ann.post(path, {"name": "West"})
    assert renamed == changed | {"name": "West", "modifiedDate": renamed["modifiedDate"]}
    assert ann.post(path, renamed) == renamed
    assert refusal(ann.send("POST", path, {"classification": "PROD"}))[:2] == (400, "cloud_classification_fixed")
    assert ann.delete(path) is True
    assert refusal(ann.send("DELETE", path))[:2] == (403, "not_there")


def test_runtime_cloud_in_xml(ann: Caller) -> None:
    """All its members are attributes."""
    body = (
        b'<RuntimeCloud xmlns="http://api.platform.boomi.com/" name="X" classification="PROD" allowBrowsing="false"/>'
    )
    answer = ann.send("POST", "RuntimeCloud", body, accept="application/xml")
    root = etree.fromstring(answer.content)
    assert (answer.status_code, root.tag) == (201, "{http://api.platform.boomi.com/}RuntimeCloud")
    assert (root.get("allowBrowsing"), root.get("maxAttachmentsPerAccount"), len(root)) == ("false", "1", 0)


def test_runtime_cloud_is_queried(sky: Sky, ann: Caller) -> None:
    """By each of its properties."""
    a_cloud(sky.home, "Tests", classification=Classification.TEST, allow_deployments=False, max_attachments=7)
    Cloud.rows.of(sky.home).filter(name="Tests").update(modified_at=AT, modified_by="max@example.com", created_at=None)

    def names(*test: object) -> set[str]:
        return {one["name"] for one in ann.all_of("RuntimeCloud", simple(*test))}  # type: ignore[arg-type]

    day = "2031-05-20T12:00:00Z"
    assert names("name", "LIKE", "%es%") == {"Tests"}
    assert names("id", "EQUALS", sky.north) == {"North"}
    assert names("classification", "EQUALS", "TEST") == {"Tests"}
    assert names("allowDeployments", "EQUALS", False) == {"Tests"}  # noqa: FBT003 - as real clients send it
    assert names("allowBrowsing", "EQUALS", "true") == {"Tests", "North"}
    assert names("allowTestExecutions", "NOT_EQUALS", True) == set()  # noqa: FBT003 - the same
    assert names("maxAttachmentsPerAccount", "GREATER_THAN", "2") == {"Tests"}
    assert names("createdDate", "EQUALS", day) == {"North"}
    assert names("createdDate", "IS_NULL") == {"Tests"}
    assert names("modifiedDate", "LESS_THAN_OR_EQUAL", day) == {"Tests"}
    assert names("createdBy", "EQUALS", "operator") == {"North", "Tests"}
    assert names("modifiedBy", "IS_NULL") == {"North"}


def test_cloud_1_clouds_need_cloud_management_and_its_feature(sky: Sky, ann: Caller) -> None:
    """CLOUD-1: the privilege, which is inert without the feature."""
    bob = caller(sky.home, with_rights(sky.home, "ATOM_MANAGEMENT"))
    for kind in ("Cloud", "RuntimeCloud"):
        assert refusal(bob.send("POST", f"{kind}/query", {}))[:2] == (403, "not_held")
    assert refusal(bob.send("POST", "RuntimeCloud", {"name": "x"}))[:2] == (403, "not_held")
    assert ann.all_of("RuntimeCloud") != []
    plain = a_primary("Plain", PARTNER)
    there = caller(plain, a_user(plain, ADMINISTRATOR))
    assert refusal(there.send("POST", "RuntimeCloud/query", {}))[:2] == (403, "feature_off")


def test_runtime_cloud_refusals(sky: Sky, ann: Caller) -> None:
    """CLOUD-2, CLOUD-7: each with its status, and nothing stored."""
    for body, status, code in (
        ({}, 400, ""),
        ({"name": "x"}, 400, ""),
        ({"classification": "PROD"}, 400, "cloud_name_invalid"),
        ({"name": "NORTH", "classification": "PROD"}, 400, "cloud_name_taken"),
        ({"name": "x", "classification": "STAGE"}, 400, ""),
        ({"name": "x", "classification": "PROD", "maxAttachmentsPerAccount": -2}, 400, "maximum_invalid"),
        ({"name": "x", "classification": "PROD", "maxAttachmentsPerAccount": 10**17}, 400, "maximum_invalid"),
        ({"name": "x", "classification": "PROD", "allowBrowsing": "perhaps"}, 400, ""),
    ):
        found = refusal(ann.send("POST", "RuntimeCloud", body))
        assert found[:2] == (status, code), (body, found)
    assert refusal(ann.send("DELETE", f"RuntimeCloud/{sky.north}"))[:2] == (400, "clusters_left")
    other = a_primary("Rival", ROOMY)
    theirs = a_cloud(other)
    for kind in ("Cloud", "RuntimeCloud"):
        assert refusal(ann.send("GET", f"{kind}/{theirs}"))[:2] == (403, "not_there")
    assert refusal(ann.send("DELETE", f"RuntimeCloud/{theirs}"))[:2] == (403, "not_there")
    assert [one["name"] for one in ann.all_of("RuntimeCloud")] == ["North"]


def test_cloud_5_cloud_tells_own_and_shared_ones(sky: Sky, ann: Caller) -> None:
    """Own ones with their clusters, shared ones without, which their owner alone sees."""
    bare = a_cloud(sky.home, "Bare", clusters=0)
    own = ann.get(f"Cloud/{sky.north}")
    cluster = {"@type": "CloudAtom", "atomId": cluster_in(sky.north), "deleted": False}
    assert own == {"@type": "Cloud", "Atom": [cluster], "id": sky.north, "name": "North"}
    assert ann.get(f"Cloud/{bare}")["Atom"] == []
    assert seen_alike(ann, "Cloud", {sky.north, bare, "x"}) == {sky.north, bare}
    features = frozenset({Feature.ADVANCED_USER_SECURITY, Feature.API_TOKENS, Feature.CLOUD_MANAGEMENT})
    member = a_member(sky.home, features=features)
    there = caller(member, a_user(member, ADMINISTRATOR))
    assert there.all_of("Cloud") == []
    lend_cloud(sky.home, a_group(sky.home, "Second", members=[member]), sky.north)
    assert there.all_of("Cloud") == [{"@type": "Cloud", "Atom": [], "id": sky.north, "name": "North"}]
    assert there.all_of("RuntimeCloud") == []
    assert refusal(there.send("GET", f"RuntimeCloud/{sky.north}"))[:2] == (403, "not_there")
    assert there.post("Atom", {"cloudId": sky.north, "name": "x"})["cloudId"] == sky.north
    an_attachment(member, sky.north)
    assert there.get(f"Cloud/{sky.north}")["Atom"] == []


def test_cloud_in_xml_and_queried(sky: Sky, ann: Caller) -> None:
    """By name and id; clusters are elements."""
    root = etree.fromstring(ann.send("GET", f"Cloud/{sky.north}", accept="application/xml").content)
    assert dict(root.attrib) == {"id": sky.north, "name": "North"}
    [cluster] = root.findall("bns:Atom", SPACE)
    assert dict(cluster.attrib) == {"atomId": cluster_in(sky.north), "deleted": "false"}
    assert [one["name"] for one in ann.all_of("Cloud", simple("name", "STARTS_WITH", "N"))] == ["North"]
    assert ann.all_of("Cloud", simple("id", "NOT_EQUALS", sky.north)) == []
    assert refusal(ann.send("POST", "Cloud", {"name": "x"}))[:2] == (400, "not_possible_by_call")


def test_clouds_cost_the_same_however_many(sky: Sky, ann: Caller) -> None:
    """Thirty cost what three cost, and come in the order of their making."""
    for name in ("b", "a"):
        a_cloud(sky.home, name)
    for kind in ("Cloud", "RuntimeCloud"):
        with counted() as few:
            ann.post(f"{kind}/query")
        rows = [
            Cloud(id=f"{kind}{n:03}", account_id=sky.home, name=f"{kind}{n}", name_key=f"{kind}{n}") for n in range(30)
        ]
        Cloud.rows.of(sky.home).bulk_create(rows)
        with counted() as many:
            ann.post(f"{kind}/query")
        assert len(many) == len(few)
    own = [one["name"] for one in ann.all_of("RuntimeCloud")]
    assert own[:30] == [f"Cloud{n}" for n in range(30)]
    assert len(own) == 63
