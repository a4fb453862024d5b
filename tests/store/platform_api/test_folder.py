"""Folder, in JSON and XML."""

import base64
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from lxml import etree
from pytest_django.plugin import DjangoDbBlocker

from tenantry.build.models import Component, Folder
from tenantry.build.queries import top_id
from tenantry.build.wire_ids import meant_folder, told_folder
from tenantry.deploy.commands import deploy
from tenantry.rules.vocabulary import OPERATOR
from tests.store.explorers import a_component, a_folder, remove, restrict, roles_on
from tests.store.factories import ADMINISTRATOR, AT, a_role, an_account, everything
from tests.store.partners import around_all_tests
from tests.store.platform_api.builders import Builders, names, queries_for, some_builders
from tests.store.platform_api.callers import grouping, refusal, simple
from tests.store.workplaces import a_package, an_environment

pytestmark = pytest.mark.django_db

ADMINISTRATORS = "fcb6dd44-0ca8-11e2-a477-1231381987a5"
STANDARD_USERS = "fcb6e2d0-0ca8-11e2-a477-1231381987a5"


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Builders]:
    """An account with a few folders, made once."""
    with around_all_tests(django_db_blocker):
        house = some_builders()
        a_folder(house.account, "Sales/Orders/Old")
        a_folder(house.account, "Sales/Offers")
        restrict(house.account, a_folder(house.account, "Safe"), ADMINISTRATOR)
        remove(house.account, a_folder(house.account, "Sales/Orders/Old"))
        yield house


@pytest.fixture
def house(made: Builders, db: None) -> Builders:
    """It, for one test."""
    return made


def at(house: Builders, path: str) -> str:
    """The id of a living folder as programs know it."""
    return told_folder(a_folder(house.account, path))


def listed(*roles: str) -> dict[str, Any]:
    """A list of roles as it is sent."""
    return {"@type": "PermittedRoles", "RoleReference": [{"id": role} for role in roles]}


def test_fold_16_a_folder_is_made_read_changed_deleted_and_restored(house: Builders) -> None:
    """Without a parent it is in the top-level folder, and the id of a deleted one brings it back with what is in it."""
    ann = house.ann
    made = ann.post("Folder", {"@type": "Folder", "name": "New", "parentId": None, "id": "ignored", "deleted": True})
    assert made == {
        "@type": "Folder",
        "PermittedRoles": {"@type": "PermittedRoles", "RoleReference": []},
        "deleted": False,
        "fullPath": "Acme/New",
        "id": made["id"],
        "name": "New",
        "parentId": told_folder(top_id(house.account)),
        "parentName": "Acme",
    }
    number = base64.urlsafe_b64decode(made["id"] + "=" * (-len(made["id"]) % 4)).decode()
    assert re.fullmatch(r"F:[0-9]+", number)
    assert ann.get(f"Folder/{made['id']}") == made
    inner = ann.post("Folder", {"name": "Inner", "parentId": made["id"]})
    assert (inner["fullPath"], inner["parentName"]) == ("Acme/New/Inner", "New")
    part = a_component(house.account, meant_folder(inner["id"]))
    renamed = ann.post(f"Folder/{made['id']}", {"name": "Newer", "parentId": None})
    assert renamed == made | {"name": "Newer", "fullPath": "Acme/Newer"}
    assert ann.delete(f"Folder/{made['id']}") is True
    gone = ann.get(f"Folder/{inner['id']}")
    assert gone == inner | {"deleted": True, "fullPath": "Acme/Newer/Inner", "parentName": "Newer"}
    for method, body in (("DELETE", {}), ("POST", {"name": "x"})):
        assert refusal(ann.send(method, f"Folder/{made['id']}", body))[:2] == (403, "not_there")
    inside = refusal(ann.send("POST", "Folder", {"id": inner["id"], "name": "Inner"}))
    assert inside[:2] == (400, "parent_deleted")
    assert ann.post("Folder", {"id": made["id"], "name": "whatever"}) == renamed
    assert ann.get(f"Folder/{inner['id']}")["deleted"] is False
    assert Component.rows.of(house.account).get(id=part).deleted_at is None


def test_folder_moves_and_is_renamed_at_once(house: Builders) -> None:
    """A name has to be free only where the folder ends up; blank means the top-level folder."""
    ann = house.ann
    sales, safe = at(house, "Sales"), at(house, "Safe")
    orders, taken = at(house, "Sales/Orders"), at(house, "Sales/Taken")
    moved = ann.post(f"Folder/{orders}", {"name": "Taken", "parentId": safe})
    assert (moved["fullPath"], moved["parentId"], moved["id"]) == ("Acme/Safe/Taken", safe, orders)
    up = ann.post(f"Folder/{orders}", {"parentId": ""})
    assert (up["fullPath"], up["parentName"]) == ("Acme/Taken", "Acme")
    assert refusal(ann.send("POST", f"Folder/{orders}", {"parentId": sales}))[:2] == (400, "folder_name_taken")
    assert ann.get(f"Folder/{taken}")["parentName"] == "Sales"
    assert refusal(ann.send("POST", f"Folder/{sales}", {"parentId": taken}))[:2] == (400, "folder_into_itself")


def test_fold_16_the_list_of_a_folder_is_read_and_set_by_role_ids(house: Builders) -> None:
    """FOLD-7, FOLD-9, FOLD-10: only Administrators set it, and a new folder starts with a copy of its parent's."""
    ann, bob = house.ann, house.bob
    made = ann.post("Folder", {"name": "Closed", "PermittedRoles": listed(house.builders, ADMINISTRATORS)})
    assert made["PermittedRoles"]["RoleReference"] == [
        {"@type": "RoleReference", "id": ADMINISTRATORS, "name": "Administrator"},
        {"@type": "RoleReference", "id": house.builders, "name": "Builders"},
    ]
    inner = bob.post("Folder", {"name": "Inner", "parentId": made["id"]})
    assert inner["PermittedRoles"] == made["PermittedRoles"]
    assert bob.post(f"Folder/{inner['id']}", inner | {"name": "Renamed"})["PermittedRoles"] == made["PermittedRoles"]
    stored = everything()
    for path, body in (
        ("Folder", {"name": "Mine", "PermittedRoles": listed(house.builders)}),
        (f"Folder/{inner['id']}", {"name": "Mine", "PermittedRoles": listed(house.builders)}),
        (f"Folder/{inner['id']}", {"PermittedRoles": listed()}),
    ):
        assert refusal(bob.send("POST", path, body))[:2] == (403, "folder_permissions_not_yours")
    assert everything() == stored
    left = ann.post(f"Folder/{made['id']}", {"PermittedRoles": listed(ADMINISTRATORS)})
    assert [one["id"] for one in left["PermittedRoles"]["RoleReference"]] == [ADMINISTRATORS]
    assert ann.post(f"Folder/{made['id']}", {"name": "Closed"}) == left
    assert refusal(bob.send("POST", f"Folder/{made['id']}", {"name": "x"}))[:2] == (403, "folder_restricted")
    opened = ann.post(f"Folder/{made['id']}", {"PermittedRoles": {"RoleReference": []}})
    assert opened["PermittedRoles"]["RoleReference"] == []
    assert len(roles_on(house.account, meant_folder(inner["id"]))) == 2


def test_fold_7_a_restricted_folder_is_closed_to_administrators_as_well(house: Builders) -> None:
    """FOLD-6, FOLD-12: sub-folders, names, places and ends of a folder whose list one is not in; nothing is stored."""
    ann = house.ann
    closed = at(house, "Closed")
    restrict(house.account, meant_folder(closed), house.builders)
    inner = told_folder(a_folder(house.account, "Open"))
    stored = everything()
    for method, path, body in (
        ("POST", "Folder", {"name": "In", "parentId": closed}),
        ("POST", f"Folder/{closed}", {"name": "x"}),
        ("POST", f"Folder/{closed}", {"parentId": inner}),
        ("POST", f"Folder/{inner}", {"parentId": closed}),
        ("DELETE", f"Folder/{closed}", None),
    ):
        assert refusal(ann.send(method, path, body))[:2] == (403, "folder_restricted"), (method, path, body)
    assert everything() == stored
    assert ann.get(f"Folder/{closed}")["PermittedRoles"]["RoleReference"][0]["id"] == house.builders
    assert house.bob.post(f"Folder/{closed}", {"name": "x"})["name"] == "x"
    remove(house.account, meant_folder(closed))
    assert refusal(ann.send("POST", "Folder", {"id": closed}))[:2] == (403, "folder_restricted")
    assert house.bob.post("Folder", {"id": closed})["deleted"] is False


def test_fold_1_the_top_level_folder_is_there_before_anything_is_in_it() -> None:
    """It is named like the account and can be neither changed nor deleted; its list can."""
    house = some_builders("Empty/House")
    top = told_folder(top_id(house.account))
    [found] = house.rae.all_of("Folder")
    assert found == {
        "@type": "Folder",
        "PermittedRoles": {"@type": "PermittedRoles", "RoleReference": []},
        "deleted": False,
        "fullPath": "Empty/House",
        "id": top,
        "name": "Empty/House",
    }
    assert house.rae.get(f"Folder/{top}") == found
    for test, passes in (
        (simple("accountId", "EQUALS", house.account), True),
        (simple("permittedRoles", "IS_NULL"), True),
        (simple("permittedRoles", "NOT_EQUALS", ADMINISTRATORS), True),
        (simple("parentId", "IS_NULL"), True),
        (simple("fullPath", "STARTS_WITH", "Empty/"), True),
        (simple("deleted", "EQUALS", "TRUE"), False),
        (simple("id", "NOT_EQUALS", top), False),
    ):
        assert len(house.ann.all_of("Folder", test)) == passes, test
    assert refusal(house.ann.send("DELETE", f"Folder/{top}"))[:2] == (400, "top_folder_fixed")
    assert refusal(house.ann.send("POST", f"Folder/{top}", {"name": "x"}))[:2] == (400, "top_folder_fixed")
    closed = house.ann.post(f"Folder/{top}", found | {"PermittedRoles": listed(ADMINISTRATORS)})
    assert [one["id"] for one in closed["PermittedRoles"]["RoleReference"]] == [ADMINISTRATORS]
    assert house.ann.post("Folder", {"name": "First"})["fullPath"] == "Empty/House/First"
    assert house.ann.all_of("Folder", simple("permittedRoles", "EQUALS", ADMINISTRATORS))[0]["id"] == top
    assert names(house.ann.all_of("Folder", simple("fullPath", "EQUALS", "Empty/House/First"))) == ["First"]


def test_folder_is_queried_by_every_property(house: Builders) -> None:
    """Without a filter deleted ones are among the answers; names in paths are those of now."""
    sales, safe = at(house, "Sales"), at(house, "Safe")
    assert sorted(names(house.rae.all_of("Folder"))) == ["Acme", "Offers", "Old", "Orders", "Safe", "Sales"]
    for test, expected in (
        (simple("name", "EQUALS", "Sales"), ["Sales"]),
        (simple("name", "EQUALS", "sales"), []),
        (simple("name", "LIKE", "O%"), ["Offers", "Old", "Orders"]),
        (simple("id", "EQUALS", sales), ["Sales"]),
        (simple("id", "LIKE", sales[:-1] + "%"), ["Sales"]),
        (simple("id", "NOT_EQUALS", sales), ["Acme", "Offers", "Old", "Orders", "Safe"]),
        (simple("id", "STARTS_WITH", "Rj"), ["Acme", "Offers", "Old", "Orders", "Safe", "Sales"]),
        (simple("id", "EQUALS", "nonsense"), []),
        (simple("accountId", "EQUALS", "elsewhere-AAAAAA"), []),
        (simple("deleted", "EQUALS", "true"), ["Old"]),
        (simple("deleted", "EQUALS", *[False]), ["Acme", "Offers", "Orders", "Safe", "Sales"]),
        (simple("deleted", "IS_NULL"), []),
        (simple("parentId", "EQUALS", sales), ["Offers", "Orders"]),
        (simple("parentId", "IS_NULL"), ["Acme"]),
        (simple("parentid", "NOT_EQUALS", sales), ["Acme", "Old", "Safe", "Sales"]),
        (simple("parentName", "EQUALS", "Acme"), ["Safe", "Sales"]),
        (simple("parentName", "EQUALS", "Sales"), ["Offers", "Orders"]),
        (simple("parentName", "IS_NULL"), ["Acme"]),
        (simple("parentName", "GREATER_THAN", "N"), ["Offers", "Old", "Orders"]),
        (simple("fullPath", "EQUALS", "Acme/Sales/Orders/Old"), ["Old"]),
        (simple("fullPath", "EQUALS", "Acme/Sales/None"), []),
        (simple("fullPath", "EQUALS", "Sales"), []),
        (simple("fullPath", "LIKE", "%Sales/O%"), ["Offers", "Old", "Orders"]),
        (simple("fullPath", "NOT_LIKE", "%Sales%"), ["Acme", "Safe"]),
        (simple("permittedRoles", "EQUALS", ADMINISTRATORS), ["Safe"]),
        (simple("permittedRoles", "NOT_EQUALS", ADMINISTRATORS), ["Acme", "Offers", "Old", "Orders", "Sales"]),
        (simple("permittedRoles", "IS_NOT_NULL"), ["Safe"]),
        (grouping("and", simple("name", "EQUALS", "Safe"), simple("id", "EQUALS", safe)), ["Safe"]),
    ):
        assert sorted(names(house.rae.all_of("Folder", test))) == expected, test
    unknown = refusal(house.rae.send("POST", "Folder/query", {"QueryFilter": {"expression": simple("x", "IS_NULL")}}))
    assert unknown == (400, "", "x does not exist")


def test_folder_in_xml(house: Builders) -> None:
    """Everything but the list is an attribute."""
    body = (
        '<Folder xmlns="http://api.platform.boomi.com/" name="Ex" parentId=""><PermittedRoles>'
        f'<RoleReference id="{STANDARD_USERS}"/></PermittedRoles></Folder>'
    )
    answer = house.ann.send("POST", "Folder", body.encode(), accept="application/xml")
    assert answer.status_code == 200, answer.content
    root = etree.fromstring(answer.content)
    space = {"bns": "http://api.platform.boomi.com/"}
    assert root.tag == "{http://api.platform.boomi.com/}Folder"
    top = told_folder(top_id(house.account))
    told = dict(root.attrib) | {"id": "-"}
    assert told == {
        "deleted": "false",
        "fullPath": "Acme/Ex",
        "id": "-",
        "name": "Ex",
        "parentId": top,
        "parentName": "Acme",
    }
    [role] = root.iterfind("bns:PermittedRoles/bns:RoleReference", space)
    assert dict(role.attrib) == {"id": STANDARD_USERS, "name": "Standard User"}
    asked = (
        f'<BulkRequest type="GET"><request id="{root.get("id")}"/><request id="x"/><request id="{top}"/></BulkRequest>'
    )
    several = etree.fromstring(house.ann.send("POST", "Folder/bulk", asked.encode(), accept="text/xml").content)
    assert [one.get("statusCode") for one in several] == ["200", "400", "200"]
    assert [one.get("name") for one in several.iterfind("bns:response/bns:Result", space)] == ["Ex", "Acme"]


def test_folder_bulk_keeps_the_order(house: Builders) -> None:
    """What is listed is what is found by id, whoever asks; what others have is not there."""
    theirs = told_folder(a_folder(an_account("Other"), "Theirs"))
    ids = [one["id"] for one in house.rae.all_of("Folder")]
    body = {"type": "GET", "request": [{"id": id} for id in (theirs, *reversed(ids))]}
    answers = house.rae.post("Folder/bulk", body)["response"]
    assert answers[0]["statusCode"] == 400
    assert answers[0]["id"] == theirs
    assert [one["Result"]["id"] for one in answers[1:]] == ids[::-1]
    assert [house.rae.get(f"Folder/{id}") for id in ids] == [one["Result"] for one in answers[:0:-1]]
    assert refusal(house.rae.send("GET", f"Folder/{theirs}"))[:2] == (403, "not_there")
    assert refusal(house.rae.send("POST", "Folder/bulk", {"ids": ids}))[0] == 400


def test_folder_refusals(house: Builders) -> None:
    """Each with its status, and nothing stored."""
    ann = house.ann
    sales, gone = at(house, "Sales"), told_folder(Folder.rows.of(house.account).get(name="Old").pk)
    theirs = told_folder(a_folder(an_account("Other"), "Theirs"))
    shared = a_role(an_account("Third"), "Foreign", "API")
    stored = everything()
    for body, status, code in (
        ({}, 400, "folder_name_invalid"),
        ({"name": "a/b"}, 400, "folder_name_invalid"),
        ({"name": "SALES"}, 400, "folder_name_taken"),
        ({"name": "x", "parentId": theirs}, 400, ""),
        ({"name": "x", "parentId": "nonsense"}, 400, ""),
        ({"name": "x", "parentId": gone}, 400, ""),
        ({"name": "x", "PermittedRoles": listed(shared)}, 400, "role_not_for_folders"),
        ({"name": "x", "PermittedRoles": listed("nobody")}, 400, "role_not_for_folders"),
        ({"name": "x", "PermittedRoles": {"RoleReference": [{"name": "x"}]}}, 400, ""),
        ({"id": theirs}, 400, "folder_name_invalid"),
    ):
        found = refusal(ann.send("POST", "Folder", body))
        assert found[:2] == (status, code), (body, found)
    assert refusal(ann.send("POST", f"Folder/{sales}", {"parentId": theirs}))[:2] == (400, "")
    assert refusal(ann.send("POST", f"Folder/{theirs}", {"name": "x"}))[:2] == (403, "not_there")
    for verb, path in (("POST", "Folder"), ("POST", f"Folder/{sales}"), ("DELETE", f"Folder/{sales}")):
        assert refusal(house.rae.send(verb, path, {"name": "x"}))[:2] == (403, "not_held")
    for verb, path in (("GET", f"Folder/{sales}"), ("POST", "Folder/query"), ("POST", "Folder/bulk")):
        assert refusal(house.pat.send(verb, path, {}))[:2] == (403, "not_held")
    assert everything() == stored


def test_fold_13_a_folder_with_something_deployed_stays(house: Builders) -> None:
    """What others refer to goes with its folder all the same: nobody is there to be asked."""
    folder = a_folder(house.account, "Live/Below")
    process = a_component(house.account, folder)
    environment = an_environment(house.account, "Production")
    package = a_package(house.account, process)
    deploy(actor=OPERATOR, at=AT, account=house.account, package=package, environment=environment)
    live = at(house, "Live")
    assert refusal(house.ann.send("DELETE", f"Folder/{live}"))[:2] == (400, "folder_not_deletable")
    target = a_component(house.account, a_folder(house.account, "Parts"))
    a_component(house.account, folder, text=f"<process>{target}</process>")
    assert house.ann.delete(f"Folder/{at(house, 'Parts')}") is True


def test_folder_pages_neither_repeat_nor_skip(house: Builders) -> None:
    """More than two pages, while folders come and go; and a page takes the same queries however many are on it."""
    for number in range(3):
        a_folder(house.account, f"Few/{number}")
    few = queries_for(house.rae, "Folder/query", {"QueryFilter": {"expression": simple("parentName", "EQUALS", "Few")}})
    many = a_folder(house.account, "Many")
    Folder.rows.of(house.account).bulk_create(
        Folder(id=str(uuid4()), account_id=house.account, parent_id=many, name=f"m{number}", name_key=f"m{number}")
        for number in range(230)
    )
    test = simple("parentName", "EQUALS", "Many")
    body = {"QueryFilter": {"expression": test}}
    assert queries_for(house.rae, "Folder/query", body) == few
    first = house.rae.post("Folder/query", body)
    assert (len(first["result"]), first["numberOfResults"]) == (100, 230)
    remove(house.account, meant_folder(first["result"][0]["id"]))
    second = house.rae.post("Folder/queryMore", first["queryToken"])
    third = house.rae.post("Folder/queryMore", second["queryToken"])
    assert "queryToken" not in third
    seen = [one["id"] for page in (first, second, third) for one in page["result"]]
    assert len(seen) == len(set(seen)) == 230
