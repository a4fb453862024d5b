"""ComponentMetadata, in JSON and XML."""

from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree
from pytest_django.plugin import DjangoDbBlocker

from tenantry.build import components
from tenantry.build.models import Component, ComponentRevision
from tenantry.build.wire_ids import MAIN, meant_folder, told_folder
from tenantry.rules.vocabulary import OPERATOR, ComponentId
from tests.store.explorers import a_component, a_folder, remove, restrict
from tests.store.factories import AT, DAY, an_account, everything
from tests.store.partners import around_all_tests
from tests.store.platform_api.builders import Builders, names, queries_for, some_builders
from tests.store.platform_api.callers import grouping, refusal, simple

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Builders]:
    """An account with components: Orders in two versions, its copy, a map in JSON, and one that is deleted."""
    with around_all_tests(django_db_blocker):
        house = some_builders()
        here: dict[str, Any] = {"actor": OPERATOR, "account": house.account}
        sales, spare = a_folder(house.account, "Sales"), a_folder(house.account, "Spare")
        orders = a_component(house.account, sales, "Orders")
        components.save_component(
            **here, at=AT + DAY, component=orders, text="<process><!-- 2 --></process>", opened=1, name="Orders 2"
        )
        components.copy_component(**here, at=AT + 2 * DAY, component=orders, destination=spare)
        gone = a_component(house.account, sales, "Gone")
        components.remove_component(**here, at=AT, component=gone)
        components.create_component(
            **here, at=AT, folder=sales, name="Shape", type="profile", format="json", text='{"a": 1}'
        )
        components.create_component(**here, at=AT, folder=spare, name="Odd", type="other", format="xml", text="<odd/>")
        yield house


@pytest.fixture
def house(made: Builders, db: None) -> Builders:
    """It, for one test."""
    return made


def the(house: Builders, name: str) -> ComponentId:
    """The id of a component."""
    [found] = Component.rows.of(house.account).filter(name=name, copied_from="")
    return ComponentId(found.pk)


def test_component_metadata_tell_every_version(house: Builders) -> None:
    """Each with the name it had; the newest under the id alone, and each under the id with its version and branch."""
    orders = the(house, "Orders 2")
    newest = house.rae.get(f"ComponentMetadata/{orders}")
    assert newest == {
        "@type": "ComponentMetadata",
        "branchId": "Qjox",
        "branchName": "main",
        "componentId": orders,
        "createdBy": "operator",
        "createdDate": "2031-05-20T12:00:00Z",
        "currentVersion": True,
        "deleted": False,
        "folderId": told_folder(a_folder(house.account, "Sales")),
        "folderName": "Sales",
        "modifiedBy": "operator",
        "modifiedDate": "2031-05-21T12:00:00Z",
        "name": "Orders 2",
        "type": "process",
        "version": 2,
    }
    older = newest | {
        "currentVersion": False,
        "modifiedDate": "2031-05-20T12:00:00Z",
        "name": "Orders",
        "version": 1,
    }
    forms = {
        f"{orders}~{MAIN}": newest,
        f"{orders}~2": newest,
        f"{orders}~2~{MAIN}": newest,
        f"{orders}~{MAIN}~2": newest,
        f"{orders}~1": older,
        f"{orders}~1~{MAIN}": older,
        f"{orders}~{MAIN}~1": older,
    }
    assert {id: house.rae.get(f"ComponentMetadata/{id}") for id in forms} == forms
    strange = [f"{orders}~{end}" for end in ("3", "0", "02", "x", "Qjoy", "1~2", f"{MAIN}~{MAIN}", f"1~{MAIN}~1", "")]
    for id in strange:
        assert refusal(house.rae.send("GET", f"ComponentMetadata/{id}"))[:2] == (403, "not_there"), id
    body = {"type": "GET", "request": [{"id": id} for id in (*forms, *strange)]}
    answers = house.rae.post("ComponentMetadata/bulk", body)["response"]
    assert [one.get("Result") for one in answers[: len(forms)]] == list(forms.values())
    assert [one["id"] for one in answers[len(forms) :]] == strange
    [copy] = house.rae.all_of("ComponentMetadata", simple("copiedFromComponentId", "EQUALS", orders))
    assert (copy["copiedFromComponentVersion"], copy["version"], copy["name"]) == (2, 1, "Orders 2")
    [odd] = house.rae.all_of("ComponentMetadata", simple("name", "EQUALS", "Odd"))
    assert "type" not in odd


def test_component_metadata_are_queried_by_every_property(house: Builders) -> None:
    """Without a filter old and deleted versions are among the answers, in the order in which they were made."""
    orders, spare = the(house, "Orders 2"), told_folder(a_folder(house.account, "Spare"))
    every = ["Orders", "Orders 2", "Orders 2", "Gone", "Shape", "Odd"]
    assert names(house.rae.all_of("ComponentMetadata")) == every
    twice = simple("componentId", "EQUALS", orders)
    for test, expected in (
        (simple("accountId", "EQUALS", house.account), every),
        (twice, ["Orders", "Orders 2"]),
        (grouping("and", twice, simple("version", "EQUALS", 1)), ["Orders"]),
        (grouping("and", twice, simple("version", "GREATER_THAN", "1")), ["Orders 2"]),
        (simple("name", "LIKE", "Orders%"), every[:3]),
        (simple("type", "EQUALS", "profile.json"), ["Shape"]),
        (simple("type", "STARTS_WITH", "proc"), every[:4]),
        (simple("type", "IS_NULL"), ["Odd"]),
        (simple("subType", "IS_NOT_NULL"), []),
        (simple("createdDate", "GREATER_THAN", "2031-05-20T12:00:00Z"), ["Orders 2"]),
        (simple("createdBy", "EQUALS", "operator"), every),
        (simple("modifiedDate", "BETWEEN", "2031-05-21T00:00:00Z", "2031-05-21T23:00:00.000Z"), ["Orders 2"]),
        (simple("modifiedBy", "NOT_EQUALS", "operator"), []),
        (simple("deleted", "EQUALS", *[True]), ["Gone"]),
        (simple("currentVersion", "EQUALS", *[False]), ["Orders"]),
        (simple("currentVersion", "EQUALS", *[True]), every[1:]),
        (simple("folderName", "EQUALS", "Spare"), ["Orders 2", "Odd"]),
        (simple("folderName", "EQUALS", "Acme"), []),
        (simple("folderId", "EQUALS", spare), ["Orders 2", "Odd"]),
        (simple("copiedFromComponentId", "IS_NULL"), ["Orders", "Orders 2", "Gone", "Shape", "Odd"]),
        (simple("copiedFromComponentVersion", "EQUALS", "2"), ["Orders 2"]),
        (simple("branchName", "EQUALS", "main"), every),
        (simple("branchId", "EQUALS", MAIN), every),
        (simple("branchId", "EQUALS", "Qjoy"), []),
    ):
        assert names(house.rae.all_of("ComponentMetadata", test)) == expected, test
    for operator in ("and", "or"):
        test = grouping(operator, simple("name", "EQUALS", "x"), simple("version", "EQUALS", "1"))
        found = refusal(house.rae.send("POST", "ComponentMetadata/query", {"QueryFilter": {"expression": test}}))
        assert found == (400, "", "version can be filtered only together with componentId.")


def test_component_metadata_change_names_and_folders(house: Builders) -> None:
    """A name is that of a new version; a folder is that of all of them."""
    orders, spare = the(house, "Orders 2"), told_folder(a_folder(house.account, "Spare"))
    before = house.rae.get(f"ComponentMetadata/{orders}")
    same = house.bob.post(f"ComponentMetadata/{orders}", {**before, "version": 99, "type": "queue"})
    assert same == before
    moved = house.bob.post(f"ComponentMetadata/{orders}~{MAIN}", {"folderId": spare})
    assert moved == before | {"folderId": spare, "folderName": "Spare"}
    renamed = house.bob.post(f"ComponentMetadata/{orders}", {"name": "Orders 3"})
    changed = {"name": "Orders 3", "version": 3, "modifiedBy": house.bob.user.partition(".")[2]}
    assert renamed == moved | changed | {"modifiedDate": renamed["modifiedDate"]}
    assert house.rae.get(f"ComponentMetadata/{orders}~2")["name"] == "Orders 2"
    older = refusal(house.bob.send("POST", f"ComponentMetadata/{orders}~1", {"name": "x"}))
    assert older[0] == 400
    assert "older version" in older[2]
    top = house.bob.post(f"ComponentMetadata/{orders}", {"folderId": ""})
    assert top["folderName"] == "Acme"
    assert names(house.rae.all_of("ComponentMetadata", simple("folderName", "EQUALS", "Acme")))[-1] == "Orders 3"


def test_component_metadata_delete_and_restore(house: Builders) -> None:
    """What is deleted is still read, and comes back by CREATE with its id, unless its folder is deleted as well."""
    orders = the(house, "Orders 2")
    assert house.bob.delete(f"ComponentMetadata/{orders}") is True
    gone = house.rae.get(f"ComponentMetadata/{orders}")
    assert (gone["deleted"], gone["currentVersion"]) == (True, True)
    for method, body in (("DELETE", {}), ("POST", {"name": "x"})):
        assert refusal(house.bob.send(method, f"ComponentMetadata/{orders}", body))[:2] == (403, "not_there")
    back = house.bob.post("ComponentMetadata", {"@type": "x", "componentId": orders, "name": "ignored"})
    assert back == gone | {"deleted": False}
    remove(house.account, meant_folder(gone["folderId"]))
    again = refusal(house.bob.send("POST", "ComponentMetadata", {"componentId": orders}))
    assert again[:2] == (400, "parent_deleted")


def test_component_metadata_in_xml(house: Builders) -> None:
    """Everything is an attribute."""
    orders = the(house, "Orders 2")
    body = b'<b:ComponentMetadata xmlns:b="http://api.platform.boomi.com/" name="Ex"/>'
    answer = house.bob.send("POST", f"ComponentMetadata/{orders}", body, accept="application/xml")
    root = etree.fromstring(answer.content)
    assert root.tag == "{http://api.platform.boomi.com/}ComponentMetadata"
    assert len(root) == 0
    assert (root.get("name"), root.get("version"), root.get("currentVersion")) == ("Ex", "3", "true")
    wanted = (
        b'<QueryConfig xmlns="http://api.platform.boomi.com/"><QueryFilter><expression property="currentVersion" '
        b'operator="EQUALS"><argument>true</argument></expression></QueryFilter></QueryConfig>'
    )
    found = etree.fromstring(house.rae.send("POST", "ComponentMetadata/query", wanted, accept="text/xml").content)
    assert found.get("numberOfResults") == "5"


def test_component_metadata_refusals(house: Builders) -> None:
    """FOLD-6: each with its status, and nothing stored; folders restrict Administrators as well."""
    orders, gone = the(house, "Orders 2"), the(house, "Gone")
    other = an_account("Other")
    theirs, elsewhere = a_component(other, a_folder(other, "F")), told_folder(a_folder(other, "F"))
    restrict(house.account, meant_folder(house.rae.get(f"ComponentMetadata/{orders}")["folderId"]), house.builders)
    stored = everything()
    for who, method, path, body, status, code in (
        (house.bob, "POST", "", {}, 400, ""),
        (house.bob, "POST", "", {"componentId": orders}, 400, ""),
        (house.bob, "POST", "", {"componentId": theirs}, 400, ""),
        (house.bob, "POST", f"/{orders}", {"name": " "}, 400, "component_name_invalid"),
        (house.bob, "POST", f"/{orders}", {"folderId": elsewhere}, 400, ""),
        (house.bob, "POST", f"/{orders}", {"branchId": "Qjoy", "name": "x"}, 400, ""),
        (house.bob, "POST", f"/{theirs}", {"name": "x"}, 403, "not_there"),
        (house.bob, "DELETE", f"/{theirs}", None, 403, "not_there"),
        (house.ann, "POST", f"/{orders}", {"name": "x"}, 403, "folder_restricted"),
        (house.ann, "DELETE", f"/{orders}", None, 403, "folder_restricted"),
        (house.ann, "POST", "", {"componentId": gone}, 403, "folder_restricted"),
        (house.rae, "POST", "", {"componentId": gone}, 403, "not_held"),
        (house.rae, "POST", f"/{orders}", {"name": "x"}, 403, "not_held"),
        (house.rae, "DELETE", f"/{orders}", None, 403, "not_held"),
        (house.pat, "GET", f"/{orders}", None, 403, "not_held"),
        (house.pat, "POST", "/query", {}, 403, "not_held"),
        (house.rae, "POST", "/bulk", {"ids": [orders]}, 400, ""),
    ):
        found = refusal(who.send(method, f"ComponentMetadata{path}", body))
        assert found[:2] == (status, code), (method, path, body, found)
    assert everything() == stored
    assert house.rae.get(f"ComponentMetadata/{orders}")["name"] == "Orders 2"


def test_component_metadata_pages_take_the_same_queries(house: Builders) -> None:
    """However many versions are on a page; and more than a hundred come in order."""
    orders = the(house, "Orders 2")
    body = {"QueryFilter": {"expression": simple("componentId", "EQUALS", orders)}}
    few = queries_for(house.rae, "ComponentMetadata/query", body)
    ComponentRevision.rows.of(house.account).bulk_create(
        ComponentRevision(
            account_id=house.account, component_id=orders, number=number, name="n", text="<a/>", user="u", at=AT
        )
        for number in range(3, 151)
    )
    assert queries_for(house.rae, "ComponentMetadata/query", body) == few + 0
    found = house.rae.all_of("ComponentMetadata", simple("componentId", "EQUALS", orders))
    assert [one["version"] for one in found] == list(range(1, 151))
