"""Role, in JSON and XML."""

import pytest
from lxml import etree

from tenantry.rules.features import Feature
from tests.store.factories import (
    ADMINISTRATOR,
    STANDARD_USER,
    SUPPORT,
    a_member,
    a_primary,
    a_role,
    a_user,
    an_account,
    lend,
)
from tests.store.partners import Partner
from tests.store.platform_api.callers import caller, grouping, refusal, simple

pytestmark = pytest.mark.django_db

ADMINISTRATORS = "fcb6dd44-0ca8-11e2-a477-1231381987a5"
STANDARD_USERS = "fcb6e2d0-0ca8-11e2-a477-1231381987a5"


def test_role_is_made_read_changed_and_deleted() -> None:
    """ROLE-3, ROLE-19: what a program sends is stored as sent, and what it leaves out stays."""
    home = a_primary()
    ann = caller(home, a_user(home, ADMINISTRATOR))
    body = {
        "@type": "RoleWhatever",
        "name": "Deployers",
        "Description": "d",
        "parentId": STANDARD_USERS,
        "Privileges": {"Privilege": [{"name": "EXECUTE"}, {"name": "API"}, {"name": "BUILD_READ_ACCESS"}]},
        "unknown": {"member": 1},
        "id": "ignored",
    }
    made = ann.post("Role", body)
    assert made == {
        "@type": "Role",
        "Description": "d",
        "Privileges": {
            "@type": "Privileges",
            "Privilege": [{"@type": "", "name": name} for name in ("EXECUTE", "API", "BUILD_READ_ONLY")],
        },
        "id": made["id"],
        "accountId": home,
        "name": "Deployers",
        "parentId": STANDARD_USERS,
    }
    assert made["id"] != "ignored"
    assert ann.get(f"Role/{made['id']}") == made
    renamed = ann.post(f"Role/{made['id']}", {"name": "Movers", "parentId": None})
    assert renamed == made | {"name": "Movers"}
    cleared = ann.post(f"Role/{made['id']}", {"parentId": "", "Description": "", "Privileges": {"Privilege": []}})
    assert (cleared["Description"], cleared["Privileges"]["Privilege"], cleared["name"]) == ("", [], "Movers")
    assert "parentId" not in cleared
    assert ann.delete(f"Role/{made['id']}") is True
    gone = refusal(ann.send("DELETE", f"Role/{made['id']}"))
    assert gone == (403, "not_there", f"There is no Role {made['id']} here, or it is not yours to see.")


def test_role_in_xml() -> None:
    """The same object, written as clients of XML write and read it."""
    home = a_primary()
    ann = caller(home, a_user(home, ADMINISTRATOR))
    body = (
        b'<x:Role xmlns:x="http://api.platform.boomi.com/" name="Readers"><x:Description>a &lt; b</x:Description>'
        b'<x:privileges><x:Privilege name="API"/><x:Privilege name="EXECUTE"/></x:privileges></x:Role>'
    )
    answer = ann.send("POST", "Role", body, accept="application/xml")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/xml; charset=UTF-8")
    root = etree.fromstring(answer.content)
    space = {"bns": "http://api.platform.boomi.com/"}
    assert root.tag == "{http://api.platform.boomi.com/}Role"
    assert (root.get("name"), root.get("accountId")) == ("Readers", home)
    assert root.findtext("bns:Description", namespaces=space) == "a < b"
    assert [one.get("name") for one in root.iterfind("bns:Privileges/bns:Privilege", space)] == ["API", "EXECUTE"]
    asked = (
        f'<BulkRequest xmlns="http://api.platform.boomi.com/" type="GET"><request id="{root.get("id")}"/>'
        '<request id="x"/></BulkRequest>'
    )
    several = etree.fromstring(ann.send("POST", "Role/bulk", asked.encode(), accept="*/*").content)
    assert [one.get("statusCode") for one in several] == ["200", "400"]
    assert several[1].get("errorMessage") == "No such Role: x"
    wanted = (
        b'<QueryConfig xmlns="http://api.platform.boomi.com/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        b'<QueryFilter><expression operator="and" xsi:type="GroupingExpression"><nestedExpression operator="LIKE" '
        b'property="NAME" xsi:type="SimpleExpression"><argument>Read%</argument></nestedExpression></expression>'
        b"</QueryFilter></QueryConfig>"
    )
    found = etree.fromstring(ann.send("POST", "Role/query", wanted, accept="text/xml").content)
    assert found.get("numberOfResults") == "1"
    assert [one.get("name") for one in found.iterfind("bns:result", space)] == ["Readers"]
    no_more = etree.fromstring(ann.send("DELETE", f"Role/{root.get('id')}", accept="").content)
    assert no_more.tag == "true"


def test_role_is_queried_with_default_ones_first() -> None:
    """Default roles and own custom ones; those of others are elsewhere (SHARE-14)."""
    home = a_primary()
    ann = caller(home, a_user(home, ADMINISTRATOR))
    for name in ("b", "a"):
        a_role(home, name, "EXECUTE")
    a_role(an_account("Other"), "theirs")
    every = ann.all_of("Role")
    assert [one["name"] for one in every[:4]] == ["Administrator", "Standard User", "Production Support", "Support"]
    assert {one["accountId"] for one in every[:4]} == {"1"}
    assert {one["name"] for one in every[4:]} == {"a", "b"}
    either = grouping("or", simple("name", "EQUALS", "a"), simple("id", "EQUALS", ADMINISTRATORS))
    assert [one["name"] for one in ann.all_of("Role", either)] == ["Administrator", "a"]
    assert ann.all_of("Role", simple("parentid", "IS_NOT_NULL")) == []
    assert len(ann.all_of("Role", simple("name", "NOT_EQUALS", "a"))) == 5


def test_role_without_the_feature_shows_default_ones_and_takes_no_other() -> None:
    """ROLE-3: custom roles need Advanced User Security."""
    plain = a_member(a_primary(), features=frozenset({Feature.API_TOKENS}))
    ann = caller(plain, a_user(plain, ADMINISTRATOR))
    assert [one["name"] for one in ann.all_of("Role")] == ["Administrator", "Standard User"]
    assert refusal(ann.send("POST", "Role", {"name": "x"}))[:2] == (403, "feature_missing")


def test_role_that_is_shared_is_only_assignable(partner: Partner) -> None:
    """SHARE-12, SHARE-14: where a role is received it cannot be read or changed, only given."""
    lend(partner.home, partner.services, partner.lent)
    there = caller(partner.abc, partner.max)
    assert refusal(there.send("GET", f"Role/{partner.lent}"))[0] == 403
    assert refusal(there.send("POST", f"Role/{partner.lent}", {"name": "mine"}))[0] == 403
    assert partner.lent not in {one["id"] for one in there.all_of("Role")}
    offered = {one["id"]: one for one in there.get("getAssignableRoles")["Role"]}
    assert offered[partner.lent]["accountId"] == partner.home
    assert "shared" not in offered[partner.lent]["name"]


def test_role_refusals() -> None:
    """Each with its status, and nothing stored."""
    home = a_primary()
    ann = caller(home, a_user(home, ADMINISTRATOR))
    role = a_role(home, "taken", "EXECUTE")
    for body, status, code in (
        ({}, 400, "role_name_invalid"),
        ({"name": "TAKEN"}, 400, "role_name_taken"),
        ({"name": "x", "Privileges": {"Privilege": [{"name": "NONE_SUCH"}]}}, 400, "unknown_privilege"),
        ({"name": "x", "Privileges": {"Privilege": {"@type": "Privilege"}}}, 400, ""),
        ({"name": "x", "Privileges": [1, 2]}, 400, ""),
        ({"name": "x", "accountId": "elsewhere-AAAAAA"}, 403, "account_not_yours"),
        ({"name": "x", "parentId": ADMINISTRATOR}, 400, "parent_not_available"),
    ):
        found = refusal(ann.send("POST", "Role", body))
        assert found[:2] == (status, code), (body, found)
    held = caller(home, a_user(home, STANDARD_USER, SUPPORT, a_role(home, "api", "API")))
    assert refusal(held.send("POST", "Role/query", {}))[:2] == (403, "not_held")
    assert refusal(ann.send("POST", f"Role/{ADMINISTRATORS}", {"name": "x"}))[:2] == (400, "default_role_fixed")
    assert len(ann.all_of("Role")) == 4 + 2
    assert role in {one["id"] for one in ann.all_of("Role")}
