"""Environment and EnvironmentRole, in JSON and XML."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator

import pytest
from lxml import etree
from pytest_django.plugin import DjangoDbBlocker

from tenantry.environments.models import Environment
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import EnvironmentId
from tests.store.factories import (
    ADMINISTRATOR,
    PRODUCTION_SUPPORT,
    SUPPORT,
    a_group,
    a_member,
    a_primary,
    a_role,
    a_user,
    lend,
)
from tests.store.partners import around_all_tests
from tests.store.platform_api.callers import caller, grouping, refusal, simple
from tests.store.platform_api.plants import SUPPORTERS, Plant, counted, make_plant, seen_alike, with_rights
from tests.store.workplaces import a_runtime, an_environment

pytestmark = pytest.mark.django_db

SPACE = {"bns": "http://api.platform.boomi.com/"}


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Plant]:
    """The account, in a transaction around those of the tests."""
    with around_all_tests(django_db_blocker):
        yield make_plant()


@pytest.fixture
def plant(built: Plant, db: None) -> Plant:
    """An account with environments."""
    return built


# ---- Environment ---------------------------------------------------------------------------------------------------


def test_env_1_and_env_2_environment_is_made_renamed_and_deleted(plant: Plant) -> None:
    """ENV-1, ENV-2: its classification stays, and only the name changes."""
    made = plant.ann.post("Environment", {"@type": "X", "name": " Stage ", "classification": "TEST", "id": "mine"})
    assert made == {"@type": "Environment", "classification": "TEST", "id": made["id"], "name": "Stage"}
    assert made["id"] != "mine"
    assert plant.ann.get(f"Environment/{made['id']}") == made
    renamed = plant.ann.post(f"Environment/{made['id']}", made | {"name": "Staging"})
    assert renamed == made | {"name": "Staging"}
    assert plant.ann.post(f"Environment/{made['id']}", {"id": made["id"], "name": None}) == renamed
    fixed = refusal(plant.ann.send("POST", f"Environment/{made['id']}", {"name": "x", "classification": "PROD"}))
    assert fixed[:2] == (400, "classification_fixed")
    assert plant.ann.get(f"Environment/{made['id']}") == renamed
    assert plant.ann.delete(f"Environment/{made['id']}") is True
    assert refusal(plant.ann.send("DELETE", f"Environment/{made['id']}"))[:2] == (403, "not_there")
    assert plant.ann.post("Environment", {"name": "Plain"})["classification"] == "PROD"


def test_environment_in_xml(plant: Plant) -> None:
    """All its members are attributes."""
    body = b'<bns:Environment xmlns:bns="http://api.platform.boomi.com/" name="A &amp; B" classification="TEST"/>'
    answer = plant.ann.send("POST", "Environment", body, accept="application/xml")
    root = etree.fromstring(answer.content)
    assert root.tag == "{http://api.platform.boomi.com/}Environment"
    assert dict(root.attrib) == {"classification": "TEST", "id": root.get("id"), "name": "A & B"}
    assert len(root) == 0
    asked = f'<BulkRequest type="GET"><request id="{root.get("id")}"/><request id="x"/></BulkRequest>'
    several = etree.fromstring(plant.ann.send("POST", "Environment/bulk", asked.encode(), accept="text/xml").content)
    assert [one.get("errorMessage") for one in several] == [None, "No such Environment: x"]


def test_environment_is_queried(plant: Plant) -> None:
    """By each of its properties."""

    def names(expression: object) -> set[str]:
        return {one["name"] for one in plant.ann.all_of("Environment", expression)}

    assert names(simple("name", "LIKE", "O%")) == {"Open", "Ours"}
    assert names(simple("classification", "EQUALS", "TEST")) == {"Closed"}
    assert names(simple("CLASSIFICATION", "NOT_EQUALS", "TEST")) == {"Open", "Ours"}
    assert names(simple("id", "EQUALS", plant.ours)) == {"Ours"}
    assert names(grouping("or", simple("id", "EQUALS", plant.ours), simple("name", "CONTAINS", "los"))) == {
        "Ours",
        "Closed",
    }
    assert names(simple("id", "IS_NULL")) == set()
    assert refusal(plant.ann.send("POST", "Environment/query", {"QueryFilter": {"expression": simple("x", "EQUALS")}}))[
        ::2
    ] == (400, "x does not exist")


def test_env_13_environments_that_are_closed_are_left_out_and_refused(plant: Plant) -> None:
    """What is listed is what can be got, for everybody, and what cannot be got cannot be changed either."""
    assert seen_alike(plant.ann, "Environment", plant.everywhere) == plant.everywhere
    assert seen_alike(plant.ron, "Environment", plant.everywhere) == {plant.open, plant.ours}
    assert seen_alike(plant.ruth, "Environment", plant.everywhere) == {plant.open}
    assert refusal(plant.ron.send("POST", f"Environment/{plant.closed}", {"name": "Mine"}))[:2] == (403, "not_there")
    assert plant.ron.all_of("Environment", simple("name", "EQUALS", "Closed")) == []
    assert plant.ron.post(f"Environment/{plant.ours}", {"name": "Hours"})["name"] == "Hours"


def test_env_16_a_narrowed_environment_is_read_and_not_changed(plant: Plant) -> None:
    """Environment Management Read Access on both sides makes it read-only."""
    narrow = a_role(plant.home, "Narrow", "API", "ATOM_MANAGEMENT", "ENV_MANAGEMENT_READ_ONLY")
    place = an_environment(plant.home, "Narrow", narrow)
    nora = caller(plant.home, a_user(plant.home, narrow))
    assert nora.get(f"Environment/{place}")["name"] == "Narrow"
    assert refusal(nora.send("POST", f"Environment/{place}", {"name": "x"}))[:2] == (403, "environment_read_only")


def test_environment_refusals(plant: Plant) -> None:
    """Each with its status, and nothing stored."""
    for body, status, code in (
        ({}, 400, "environment_name_invalid"),
        ({"name": "x" * 81}, 400, "environment_name_invalid"),
        ({"name": "Open"}, 400, "environment_name_taken"),
        ({"name": "x", "classification": "STAGE"}, 400, ""),
        ({"name": ["x", "y"]}, 400, ""),
    ):
        found = refusal(plant.ann.send("POST", "Environment", body))
        assert found[:2] == (status, code), (body, found)
    assert refusal(plant.ann.send("POST", f"Environment/{plant.open}", {"name": "Ours"}))[1] == "environment_name_taken"
    assert refusal(plant.ron.send("POST", "Environment", {"name": "x"}))[:2] == (403, "not_held")
    assert refusal(plant.ron.send("DELETE", f"Environment/{plant.ours}"))[:2] == (403, "not_held")
    assert refusal(plant.ruth.send("POST", f"Environment/{plant.open}", {"name": "x"}))[:2] == (403, "not_held")
    nobody = caller(plant.home, with_rights(plant.home, "EXECUTE"))
    assert refusal(nobody.send("POST", "Environment/query", {}))[:2] == (403, "not_held")
    a_runtime(plant.home, plant.ours)
    assert refusal(plant.ann.send("DELETE", f"Environment/{plant.ours}"))[:2] == (400, "runtimes_attached")
    other = a_primary("Elsewhere")
    foreign = an_environment(other, "Foreign")
    unknown = refusal(plant.ann.send("GET", "Environment/unknown"))
    assert refusal(plant.ann.send("GET", f"Environment/{foreign}")) == (
        *unknown[:2],
        unknown[2].replace("unknown", foreign),
    )
    assert {one["id"] for one in plant.ann.all_of("Environment")} == plant.everywhere


def test_env_2_environment_of_a_basic_account_is_for_production() -> None:
    """Test is refused there."""
    home = a_primary("Basic")
    ann = caller(home, a_user(home, ADMINISTRATOR))
    assert refusal(ann.send("POST", "Environment", {"name": "x", "classification": "TEST"}))[:2] == (
        400,
        "test_not_offered",
    )


def test_api_3_environments_are_paged_by_a_hundred_in_a_fixed_number_of_queries(plant: Plant) -> None:
    """None is told twice or passed over while others come and go, and thirty cost what three cost."""
    with counted() as few:
        plant.ron.post("Environment/query")
    rows = [Environment(id=f"{n:04}", account_id=plant.home, name=f"Mass {n:04}") for n in range(240)]
    Environment.rows.of(plant.home).bulk_create(rows)
    first = plant.ann.post("Environment/query", {"QueryFilter": {"expression": simple("name", "STARTS_WITH", "Mass")}})
    assert (len(first["result"]), first["numberOfResults"]) == (100, 240)
    Environment.rows.of(plant.home).filter(id__in=["0000", "0099"]).delete()
    Environment.rows.of(plant.home).bulk_create([Environment(id="0050a", account_id=plant.home, name="Mass new")])
    second = plant.ann.post("Environment/queryMore", first["queryToken"])
    third = plant.ann.post("Environment/queryMore", second["queryToken"])
    assert "queryToken" not in third
    told = [one["id"] for page in (first, second, third) for one in page["result"]]
    assert told == [f"{n:04}" for n in range(240)]
    assert refusal(plant.ron.send("POST", "Environment/queryMore", first["queryToken"]))[0] == 400
    plant.ron.post("Environment/query")
    with counted() as many:
        plant.ron.post("Environment/query")
    assert len(many) <= len(few)


# ---- EnvironmentRole -----------------------------------------------------------------------------------------------


def role_id(role: str, environment: str) -> str:
    """The id of a link, as the guide writes it."""
    return urlsafe_b64encode(f"ENV_ROLE{role}:{environment}".encode()).decode().rstrip("=")


def test_api_4_environment_role_is_made_read_and_deleted(plant: Plant) -> None:
    """ENV-7, ENV-9, ENV-23: from the first role on only its holders get in, and without the last one everybody."""
    body = {"environmentId": plant.open, "roleId": SUPPORTERS, "id": "mine"}
    made = plant.ann.post("EnvironmentRole", body)
    assert made == {
        "@type": "EnvironmentRole",
        "environmentId": plant.open,
        "id": role_id(SUPPORTERS, plant.open),
        "roleId": SUPPORTERS,
    }
    assert plant.ann.get(f"EnvironmentRole/{made['id']}") == made
    assert refusal(plant.ron.send("GET", f"Environment/{plant.open}"))[0] == 403
    own = plant.ann.post("EnvironmentRole", {"environmentId": plant.open, "roleId": plant.ops})
    assert own["id"] == role_id(plant.ops, plant.open)
    assert plant.ron.get(f"Environment/{plant.open}")["name"] == "Open"
    for one in (own, made):
        assert plant.ann.delete(f"EnvironmentRole/{one['id']}") is True
    assert refusal(plant.ann.send("DELETE", f"EnvironmentRole/{made['id']}"))[:2] == (403, "not_there")
    assert plant.ruth.get(f"Environment/{plant.open}")["name"] == "Open"
    assert refusal(plant.ann.send("POST", f"EnvironmentRole/{own['id']}", {}))[:2] == (400, "not_possible_by_call")


def test_environment_role_in_xml(plant: Plant) -> None:
    """All its members are attributes."""
    body = (
        f'<EnvironmentRole xmlns="http://api.platform.boomi.com/" environmentId="{plant.open}" roleId="{plant.ops}"/>'
    )
    root = etree.fromstring(plant.ann.send("POST", "EnvironmentRole", body.encode(), accept="application/xml").content)
    assert dict(root.attrib) == {
        "environmentId": plant.open,
        "id": role_id(plant.ops, plant.open),
        "roleId": plant.ops,
    }


def test_environment_role_is_queried(plant: Plant) -> None:
    """By environment and by role, default ones under the ids that programs know."""

    def found(expression: object) -> set[tuple[str, str]]:
        return {(one["environmentId"], one["roleId"]) for one in plant.ann.all_of("EnvironmentRole", expression)}

    every = {(plant.ours, plant.ops), (plant.closed, SUPPORTERS)}
    assert found(None) == every
    assert found(simple("environmentId", "EQUALS", plant.ours)) == {(plant.ours, plant.ops)}
    assert found(simple("roleId", "EQUALS", SUPPORTERS)) == {(plant.closed, SUPPORTERS)}
    assert found(simple("roleId", "NOT_EQUALS", SUPPORTERS)) == {(plant.ours, plant.ops)}
    assert found(simple("roleId", "EQUALS", SUPPORT)) == set()
    assert found(simple("roleId", "STARTS_WITH", "fcb6")) == {(plant.closed, SUPPORTERS)}
    assert found(simple("roleId", "NOT_CONTAINS", SUPPORT)) == every
    assert found(simple("roleId", "NOT_LIKE", "%-1231381987a5")) == {(plant.ours, plant.ops)}
    assert found(simple("roleId", "IS_NULL")) == set()
    both = grouping("and", simple("environmentId", "EQUALS", plant.ours), simple("roleId", "EQUALS", SUPPORTERS))
    assert found(both) == set()


def test_env_13_lists_of_closed_environments_are_not_told(plant: Plant) -> None:
    """What is listed is what can be got, for everybody."""
    ids = {role_id(plant.ops, plant.ours), role_id(SUPPORTERS, plant.closed)}
    assert seen_alike(plant.ann, "EnvironmentRole", ids) == ids
    assert seen_alike(plant.ron, "EnvironmentRole", ids) == {role_id(plant.ops, plant.ours)}
    assert seen_alike(plant.ruth, "EnvironmentRole", ids) == set()


def test_environment_role_refusals(plant: Plant) -> None:
    """ENV-8: shared roles are as unknown as those of others. Nothing is stored."""
    theirs = a_role(a_primary("Elsewhere"), "Theirs", "EXECUTE")
    foreign = an_environment(a_primary("Afar"), "Foreign")
    for body, status, code in (
        ({}, 400, ""),
        ({"environmentId": plant.open}, 400, ""),
        ({"environmentId": "unknown", "roleId": SUPPORTERS}, 400, "nothing_named"),
        ({"environmentId": foreign, "roleId": SUPPORTERS}, 400, "nothing_named"),
        ({"environmentId": "Open", "roleId": SUPPORTERS}, 400, "nothing_named"),
        ({"environmentId": plant.open, "roleId": "unknown"}, 400, "role_not_for_environments"),
        ({"environmentId": plant.open, "roleId": theirs}, 400, "role_not_for_environments"),
        ({"environmentId": plant.open, "roleId": SUPPORT}, 400, "role_not_for_environments"),
        ({"environmentId": plant.closed, "roleId": SUPPORTERS}, 400, "role_listed_already"),
    ):
        found = refusal(plant.ann.send("POST", "EnvironmentRole", body))
        assert found[:2] == (status, code), (body, found)
    body = {"environmentId": plant.open, "roleId": plant.ops}
    assert refusal(plant.ron.send("POST", "EnvironmentRole", body))[:2] == (403, "not_held")
    gone = refusal(plant.ron.send("DELETE", f"EnvironmentRole/{role_id(plant.ops, plant.ours)}"))
    assert gone[:2] == (403, "not_held")
    for id in ("x", role_id(plant.ops, foreign), role_id(SUPPORT, plant.closed), role_id(PRODUCTION_SUPPORT, "x")):
        assert refusal(plant.ann.send("GET", f"EnvironmentRole/{id}"))[:2] == (403, "not_there")
    assert len(plant.ann.all_of("EnvironmentRole")) == 2


def test_env_8_shared_roles_are_not_attached_by_call() -> None:
    """Where a role is received it can be given to people, and to no environment."""
    home = a_primary("Lender")
    lent = a_role(home, "Lent", "EXECUTE")
    member = a_member(home, features=frozenset({Feature.ADVANCED_USER_SECURITY, Feature.API_TOKENS}))
    lend(home, a_group(home, members=[member]), lent)
    max_ = caller(member, a_user(member, ADMINISTRATOR))
    place: EnvironmentId = an_environment(member, "Place")
    assert lent in {one["id"] for one in max_.get("getAssignableRoles")["Role"]}
    found = refusal(max_.send("POST", "EnvironmentRole", {"environmentId": place, "roleId": lent}))
    assert found[:2] == (400, "role_not_for_environments")
    assert max_.all_of("EnvironmentRole") == []
