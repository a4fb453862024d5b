"""Branch and Process."""

from collections.abc import Iterator

import pytest
from lxml import etree
from pytest_django.plugin import DjangoDbBlocker

from tenantry.accounts.commands import switch_feature
from tenantry.build import components
from tenantry.build.queries import top_id
from tenantry.packs.instances import uninstall_pack
from tenantry.rules.components import Particulars
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import OPERATOR
from tests.store.explorers import a_component, a_folder, restrict
from tests.store.factories import ADMINISTRATOR, AT, an_account, everything
from tests.store.partners import around_all_tests
from tests.store.platform_api.builders import Builders, a_caller, names, queries_for, some_builders
from tests.store.platform_api.callers import refusal, simple
from tests.store.shelves import a_shelf, installed

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Builders]:
    """An account with two processes, a map, and a process that is deleted."""
    with around_all_tests(django_db_blocker):
        house = some_builders()
        a_component(house.account, top_id(house.account), "Orders")
        safe = a_folder(house.account, "Safe")
        restrict(house.account, safe, ADMINISTRATOR)
        a_component(house.account, safe, "Invoices")
        here = {"actor": OPERATOR, "at": AT, "account": house.account}
        components.create_component(
            actor=OPERATOR, at=AT, account=house.account, folder=safe, name="Map", type="map", format="xml", text="<a/>"
        )
        gone = a_component(house.account, safe, "Gone")
        components.remove_component(**here, component=gone)  # type: ignore[arg-type]
        yield house


@pytest.fixture
def house(made: Builders, db: None) -> Builders:
    """It, for one test."""
    return made


def test_branch_main_is_the_one_there_is(house: Builders) -> None:
    """Found by its id, by its name and among others; whoever reads components reads it."""
    main = {
        "@type": "Branch",
        "deleted": False,
        "description": "main branch",
        "id": "Qjox",
        "name": "main",
        "ready": True,
        "stage": "NORMAL",
    }
    assert house.rae.get("Branch/Qjox") == main
    assert house.rae.all_of("Branch") == [main]
    for name, value in (("name", "main"), ("id", "Qjox"), ("ready", True), ("deleted", False), ("stage", "NORMAL")):
        assert house.rae.all_of("Branch", simple(name, "EQUALS", value)) == [main], name
        assert house.rae.all_of("Branch", simple(name, "NOT_EQUALS", value)) == [], name
    for name in ("parentId", "packageId", "deploymentId", "createdBy", "createdDate", "modifiedBy", "modifiedDate"):
        assert house.rae.all_of("Branch", simple(name, "IS_NULL")) == [main], name
    assert house.rae.all_of("Branch", simple("description", "LIKE", "main%")) == [main]
    answers = house.rae.post("Branch/bulk", {"type": "GET", "request": [{"id": "Qjox"}, {"id": "Qjoy"}]})["response"]
    assert [one["statusCode"] for one in answers] == [200, 400]
    root = etree.fromstring(house.rae.send("GET", "Branch/Qjox", accept="application/xml").content)
    assert dict(root.attrib) == {
        name: str(value).replace("T", "t").replace("F", "f") for name, value in main.items() if name != "@type"
    } | {"stage": "NORMAL"}


def test_branch_refusals(house: Builders) -> None:
    """Branches are neither made nor changed nor deleted, and it is said so."""
    stored = everything()
    for who, method, path, status, code in (
        (house.bob, "POST", "Branch", 400, "branches_not_offered"),
        (house.bob, "POST", "Branch/Qjox", 400, "branches_not_offered"),
        (house.bob, "DELETE", "Branch/Qjox", 400, "branches_not_offered"),
        (house.bob, "PUT", "Branch/Qjox", 404, ""),
        (house.bob, "GET", "Branch/Qjoy", 403, "not_there"),
        (house.bob, "DELETE", "Branch/Qjoy", 403, "not_there"),
        (house.rae, "POST", "Branch", 403, "not_held"),
        (house.pat, "GET", "Branch/Qjox", 403, "not_held"),
    ):
        found = refusal(who.send(method, path, {"name": "feature", "parentId": "Qjox"}))
        assert found[:2] == (status, code), (method, path, found)
    assert everything() == stored


def test_process_is_read_by_whoever_may_call(house: Builders) -> None:
    """The account's own that are there, wherever they are; what a program said of one is its description."""
    every = house.pat.all_of("Process")
    assert sorted(names(every)) == ["Invoices", "Orders"]
    [orders] = house.pat.all_of("Process", simple("name", "EQUALS", "Orders"))
    assert orders == {
        "@type": "Process",
        "Description": "",
        "IntegrationPack": [],
        "id": orders["id"],
        "name": "Orders",
    }
    assert house.pat.get(f"Process/{orders['id']}") == orders
    components.edit_component(
        actor=OPERATOR, at=AT, account=house.account, component=orders["id"], told=Particulars(description="d")
    )
    root = etree.fromstring(house.pat.send("GET", f"Process/{orders['id']}", accept="*/*").content)
    assert dict(root.attrib) == {"id": orders["id"], "name": "Orders"}
    assert [(etree.QName(child).localname, child.text) for child in root] == [("Description", "d")]
    for test, expected in (
        (simple("id", "EQUALS", orders["id"]), 1),
        (simple("id", "NOT_EQUALS", orders["id"]), 1),
        (simple("integrationPackId", "IS_NULL"), 2),
        (simple("integrationPackInstanceId", "EQUALS", "x"), 0),
        (simple("name", "LIKE", "%o%"), 1),
    ):
        assert len(house.pat.all_of("Process", test)) == expected, test
    theirs = a_component(other := an_account("Other"), top_id(other))
    asked = {"type": "GET", "request": [{"id": theirs}, *({"id": one["id"]} for one in every)]}
    answers = house.pat.post("Process/bulk", asked)["response"]
    assert [one["statusCode"] for one in answers] == [400, 200, 200]
    assert refusal(house.pat.send("GET", f"Process/{theirs}"))[:2] == (403, "not_there")
    assert refusal(house.pat.send("POST", "Process", {"name": "x"}))[:2] == (400, "not_possible_by_call")


def test_process_pages_neither_repeat_nor_skip(house: Builders) -> None:
    """More than a hundred, and the same queries for a few and for many."""
    few = queries_for(house.pat, "Process/query", {})
    for _ in range(30):
        a_component(house.account, top_id(house.account))
    assert queries_for(house.pat, "Process/query", {}) == few
    ids = names(house.pat.all_of("Process"), "id")
    assert len(ids) == len(set(ids)) == 32


def test_pack_8_processes_that_packs_bring_are_among_those_of_the_account() -> None:
    """Under the name they were packaged with, until the pack is uninstalled; with the pack and the instance."""
    shelf = a_shelf("MULTI")
    for account in (shelf.abc, shelf.ghi):
        switch_feature(actor=OPERATOR, at=AT, account=account, feature=Feature.API_TOKENS, on=True)
    here, there = a_caller(shelf.abc), a_caller(shelf.ghi)
    own = a_component(shelf.abc, top_id(shelf.abc), "Own")
    instances = sorted(installed(shelf.abc, shelf.pack, name) for name in ("First", "Second"))
    components.edit_component(actor=OPERATOR, at=AT, account=shelf.home, component=shelf.process, name="Renamed since")
    brought = {
        "@type": "Process",
        "Description": "",
        "IntegrationPack": [
            {
                "@type": "ProcessIntegrationPackInfo",
                "integrationPackId": shelf.pack,
                "integrationPackInstanceId": instance,
            }
            for instance in instances
        ],
        "id": shelf.process,
        "name": "Orders",
    }
    assert here.get(f"Process/{shelf.process}") == brought
    for test, expected in (
        (simple("name", "EQUALS", "Orders"), [shelf.process]),
        (simple("name", "EQUALS", "Renamed since"), []),
        (simple("name", "NOT_EQUALS", "Orders"), [own]),
        (simple("integrationPackId", "EQUALS", shelf.pack), [shelf.process]),
        (simple("integrationPackId", "NOT_EQUALS", shelf.pack), [own]),
        (simple("integrationPackId", "IS_NULL"), [own]),
        (simple("integrationPackInstanceId", "EQUALS", instances[1]), [shelf.process]),
        (simple("integrationPackInstanceId", "IS_NOT_NULL"), [shelf.process]),
    ):
        assert names(here.all_of("Process", test), "id") == expected, test
    assert there.all_of("Process") == []
    assert refusal(there.send("GET", f"Process/{shelf.process}"))[:2] == (403, "not_there")
    for instance in instances:
        uninstall_pack(actor=OPERATOR, at=AT, account=shelf.abc, instance=instance)
    assert names(here.all_of("Process")) == ["Own"]
