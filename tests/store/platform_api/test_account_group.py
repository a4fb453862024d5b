"""AccountGroup and AccountGroupIntegrationPack: groups with what they share, of all six kinds."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from lxml import etree
from pytest_django.plugin import DjangoDbBlocker

from tenantry.accounts.queries import existing_account
from tenantry.groups.queries import groups_of
from tenantry.groups.with_resources import create_group_with_resources, edit_group_with_resources
from tenantry.platform_api import trusted
from tenantry.rules import refusals as no
from tenantry.rules.sharing import Kind
from tenantry.sharing.kinds import assignable
from tenantry.sharing.models import Share
from tests.store.every_command import World, a_world
from tests.store.factories import (
    ADMINISTRATOR,
    AT,
    a_group,
    a_member,
    a_primary,
    a_role,
    a_user,
    all_accounts,
    entries,
    words,
)
from tests.store.partners import around_all_tests
from tests.store.platform_api.callers import Caller, caller, refusal, simple

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[World, Caller]]:
    """A primary that has something of every kind, and its administrator's program."""
    with around_all_tests(django_db_blocker):
        world = a_world()
        trusted.switch_trusted_addresses(actor=world.ann.actor, at=AT, account=world.here, on=False)
        yield world, caller(world.here, world.ann)


@pytest.fixture
def world(house: tuple[World, Caller], db: None) -> World:
    """The same for all tests."""
    return house[0]


@pytest.fixture
def ann(house: tuple[World, Caller], db: None) -> Caller:
    """The same for all tests."""
    return house[1]


def _one_of_each(world: World) -> list[dict[str, str]]:
    """A resource of each kind that can be shared, as clients send it."""
    found = []
    for kind in Kind:
        [resource, *_], _number = assignable(kind, world.here, existing_account(world.here).features, ())
        found.append({"resourceId": resource.id, "resourceName": "whatever", "objectType": kind.words.object_type})
    return found


def test_share_1_a_group_is_made_with_resources_of_all_six_kinds(world: World, ann: Caller) -> None:
    """API-5: they are told by CREATE, UPDATE, GET and bulk GET, with the names that they have, and never by QUERY."""
    wanted = _one_of_each(world)
    body = {"@type": "AccountGroup", "name": "All kinds", "Resources": {"@type": "Resources", "Resource": wanted}}
    made = ann.post("AccountGroup", body)
    told = made["Resources"]["Resource"]
    assert [(one["objectType"], one["resourceId"]) for one in told] == [
        (one["objectType"], one["resourceId"]) for one in wanted
    ]
    assert all(one["resourceName"] != "whatever" and one["@type"] == "Resource" for one in told)
    assert {key: made[key] for key in made if key != "Resources"} == {
        "@type": "AccountGroup",
        "accountId": world.here,
        "autoSubscribeAlertLevel": "none",
        "defaultGroup": False,
        "id": made["id"],
        "name": "All kinds",
    }
    assert ann.get(f"AccountGroup/{made['id']}") == made
    bulk = ann.post("AccountGroup/bulk", {"request": [{"id": made["id"]}, {"id": "none"}]})["response"]
    assert (bulk[0]["Result"], bulk[1]["statusCode"]) == (made, 400)
    [listed] = ann.all_of("AccountGroup", simple("id", "EQUALS", made["id"]))
    assert listed == {key: made[key] for key in made if key != "Resources"}
    assert {words(entry) for entry in entries(world.here)[-7:]} == {
        ("as.accountgroup", "ADD", "NONE"),
        ("as.accountgroup.resource", "ADD", "NONE"),
    }
    assert {entry.source for entry in entries(world.here)[-7:]} == {"API"}


def test_share_8_a_list_that_is_sent_is_all_that_is_shared(world: World, ann: Caller) -> None:
    """What is missing is withdrawn at once, without a preview; a list left out leaves everything as it is (API-3)."""
    wanted = _one_of_each(world)
    made = ann.post("AccountGroup", {"name": "Changing", "Resources": {"Resource": wanted}})
    path = f"AccountGroup/{made['id']}"
    assert ann.post(path, {"name": "Changed"}) == made | {"name": "Changed"}
    for silent in (None, {}, {"@type": "Resources"}, {"Resource": None}):
        assert ann.post(path, {"Resources": silent}) == made | {"name": "Changed"}
    fewer = ann.post(path, {"Resources": {"Resource": wanted[1]}, "autoSubscribeAlertLevel": "warning"})
    assert [one["resourceId"] for one in fewer["Resources"]["Resource"]] == [wanted[1]["resourceId"]]
    assert (fewer["name"], fewer["autoSubscribeAlertLevel"]) == ("Changed", "warning")
    none = ann.post(path, {"Resources": {"Resource": []}})
    assert none["Resources"] == {"@type": "Resources", "Resource": []}
    assert not Share.rows.of(world.here).filter(group_id=made["id"]).exists()


def test_account_group_in_xml(world: World, ann: Caller) -> None:
    """Resources are elements, all else attributes; `resource` may be small."""
    role = a_role(world.here, "Told & sold", "EXECUTE")
    body = (
        '<bns:AccountGroup xmlns:bns="http://api.platform.boomi.com/" name="In XML" autoSubscribeAlertLevel="info">'
        f'<bns:Resources><bns:resource resourceId="{role}" resourceName="" objectType="Role"/></bns:Resources>'
        "</bns:AccountGroup>"
    )
    root = etree.fromstring(ann.send("POST", "AccountGroup", body.encode(), accept="application/xml").content)
    assert dict(root.attrib) == {
        "accountId": world.here,
        "autoSubscribeAlertLevel": "info",
        "defaultGroup": "false",
        "id": root.get("id"),
        "name": "In XML",
    }
    [resource] = root.iterfind("{*}Resources/{*}Resource")
    none = '<AccountGroup xmlns="http://api.platform.boomi.com/"><Resources/></AccountGroup>'
    left = etree.fromstring(
        ann.send("POST", f"AccountGroup/{root.get('id')}", none.encode(), accept="text/xml").content
    )
    assert (left.get("name"), len(left.findall("{*}Resources")), left.findall("{*}Resources/*")) == ("In XML", 1, [])
    assert dict(resource.attrib) == {"objectType": "Role", "resourceId": role, "resourceName": "Told & sold"}


def test_account_groups_are_found_by_every_property(world: World, ann: Caller) -> None:
    """What is listed equals what can be got one by one."""
    everywhere = all_accounts(world.here)
    named = {"All Accounts": everywhere, "Services": world.group}
    for expression, found in (
        (simple("name", "EQUALS", "Services"), {"Services"}),
        (simple("NAME", "LIKE", "All%"), {"All Accounts"}),
        (simple("id", "NOT_EQUALS", everywhere), {"Services"}),
        (simple("accountId", "EQUALS", world.here), set(named)),
        (simple("accountId", "EQUALS", world.there), set()),
        (simple("defaultGroup", "EQUALS", "true"), {"All Accounts"}),
        (simple("defaultGroup", "NOT_EQUALS", "true"), {"Services"}),
        (simple("autoSubscribeAlertLevel", "EQUALS", "none"), set(named)),
        (simple("autoSubscribeAlertLevel", "IS_NULL"), set()),
    ):
        assert {one["name"] for one in ann.all_of("AccountGroup", expression)} == found, expression
    for one in ann.all_of("AccountGroup"):
        got = ann.get(f"AccountGroup/{one['id']}")
        assert {key: got[key] for key in got if key != "Resources"} == one


def test_api_5_an_account_group_cannot_be_deleted(world: World, ann: Caller) -> None:
    """Not by any caller."""
    found = refusal(ann.send("DELETE", f"AccountGroup/{world.group}", {}))
    assert found == (400, "not_possible_by_call", "Unknown objectType for delete operation: AccountGroup.")


def test_grp_2_all_accounts_keeps_its_name_and_takes_the_rest(world: World, ann: Caller) -> None:
    """Its alert level and its resources can be changed."""
    path = f"AccountGroup/{all_accounts(world.here)}"
    assert refusal(ann.send("POST", path, {"name": "Mine"}))[:2] == (400, "all_accounts_fixed")
    told = ann.post(
        path,
        {
            "name": "All Accounts",
            "autoSubscribeAlertLevel": "error",
            "Resources": {"Resource": [{"resourceId": world.spare, "objectType": "Role"}]},
        },
    )
    assert (told["autoSubscribeAlertLevel"], told["defaultGroup"]) == ("error", True)
    assert [one["resourceName"] for one in told["Resources"]["Resource"]] == ["Spare"]


def test_account_group_refusals(world: World, ann: Caller) -> None:
    """Each with its status."""
    theirs = {"resourceId": world.theirs, "objectType": "Role"}
    ours = {"resourceId": world.spare, "objectType": "Role"}
    cases: list[tuple[dict[str, Any], str]] = [
        ({"name": None}, "group_name_invalid"),
        ({"name": "SERVICES"}, "group_name_taken"),
        ({"autoSubscribeAlertLevel": "loud"}, "alert_level_unknown"),
        ({"Resources": {"Resource": [ours, theirs]}}, "resource_not_yours"),
        ({"Resources": {"Resource": {"resourceId": "none", "objectType": "Cloud"}}}, "resource_not_yours"),
        ({"Resources": {"Resource": [{"resourceId": "a", "objectType": "Folder"}]}}, ""),
        ({"Resources": {"Resource": [{"resourceId": "a"}]}}, ""),
        ({"Resources": {"Resource": [{"objectType": "Role"}]}}, ""),
        (
            {"Resources": {"Resource": [{"resourceId": world.workshop.fresh, "objectType": "Connector"}]}},
            "resource_not_shareable",
        ),
    ]
    for number, (change, code) in enumerate(cases):
        body = {"name": f"x{number}", **change}
        assert refusal(ann.send("POST", "AccountGroup", body))[:2] == (400, code), body
    assert refusal(ann.send("GET", "AccountGroup/none"))[:2] == (403, "not_there")
    assert refusal(ann.send("POST", "AccountGroup", {"name": "x", "accountId": world.there}))[0] == 403


def test_grp_1_account_groups_are_of_primaries_and_need_account_administration(world: World, ann: Caller) -> None:
    """Elsewhere every verb is refused; Account Group Management is what the console asks for, not what calls need."""
    mo = caller(world.member, a_user(world.member, ADMINISTRATOR))
    for method, path, body in (
        ("POST", "AccountGroup/query", {}),
        ("POST", "AccountGroup", {"name": "x"}),
        ("GET", f"AccountGroup/{world.group}", None),
    ):
        assert refusal(mo.send(method, path, body))[:2] == (403, "feature_missing"), path
    manager = a_user(world.here, a_role(world.here, "Group managers", "API", "ACCOUNT_GROUP_MANAGEMENT"))
    assert refusal(caller(world.here, manager).send("POST", "AccountGroup/query"))[:2] == (403, "not_held")
    admin = a_user(world.here, a_role(world.here, "Account admins", "API", "ACCOUNT_ADMIN"))
    assert caller(world.here, admin).post("AccountGroup", {"name": "By call"})["name"] == "By call"


def test_share_2_a_pack_asks_for_its_own_privileges_either_way(world: World, ann: Caller) -> None:
    """Account Administration alone shares no pack, be it among a group's resources; a process needs its own too."""
    admin = caller(world.here, a_user(world.here, a_role(world.here, "Admins only", "API", "ACCOUNT_ADMIN")))
    for kind, lacking in (("Integration Pack", world.crate.pack), ("Published Process", "any")):
        body = {"name": kind, "Resources": {"Resource": [{"resourceId": lacking, "objectType": kind}]}}
        assert refusal(admin.send("POST", "AccountGroup", body))[:2] == (403, "not_held"), kind
    link = {"accountGroupId": world.group, "integrationPackId": world.crate.pack}
    assert refusal(admin.send("POST", "AccountGroupIntegrationPack", link))[:2] == (403, "not_held")
    packer = a_role(world.here, "Packers", "API", "INTEGRATION_PACK", "ACCOUNT_GROUP_MANAGEMENT")
    pat = caller(world.here, a_user(world.here, packer))
    assert pat.post("AccountGroupIntegrationPack", link)["integrationPackId"] == world.crate.pack
    assert refusal(pat.send("POST", "AccountGroup/query"))[:2] == (403, "not_held")


def test_share_2_a_pack_is_shared_read_and_withdrawn(world: World, ann: Caller) -> None:
    """It is an entry of the group's resources, whichever way it came."""
    link = {"accountGroupId": world.group, "integrationPackId": world.crate.pack, "installationType": "SINGLE"}
    made = ann.post("AccountGroupIntegrationPack", link)
    assert made == {
        "@type": "AccountGroupIntegrationPack",
        "accountGroupId": world.group,
        "id": made["id"],
        "installationType": "MULTI",
        "integrationPackId": world.crate.pack,
        "integrationPackName": "Crate",
    }
    path = f"AccountGroupIntegrationPack/{made['id']}"
    assert ann.get(path) == made
    assert ann.all_of("AccountGroupIntegrationPack", simple("accountGroupId", "EQUALS", world.group)) == [made]
    assert ann.all_of("AccountGroupIntegrationPack", simple("accountGroupId", "NOT_EQUALS", world.group)) == []
    bulk = ann.post("AccountGroupIntegrationPack/bulk", {"request": [{"id": "x"}, {"id": made["id"]}]})["response"]
    assert [one["statusCode"] for one in bulk] == [400, 200]
    shared = ann.get(f"AccountGroup/{world.group}")["Resources"]["Resource"]
    assert {"Crate"} == {one["resourceName"] for one in shared if one["objectType"] == "Integration Pack"}
    root = etree.fromstring(ann.send("GET", path, accept="*/*").content)
    assert root.get("integrationPackName") == "Crate"
    assert refusal(ann.send("POST", "AccountGroupIntegrationPack", link))[:2] == (400, "already_in_group")
    assert ann.delete(path) is True
    assert refusal(ann.send("DELETE", path))[:2] == (403, "not_there")
    assert ann.all_of("AccountGroupIntegrationPack") == []
    for body, code in (
        ({"integrationPackId": world.crate.pack}, ""),
        ({"accountGroupId": world.group}, ""),
        ({"accountGroupId": "none", "integrationPackId": world.crate.pack}, "group_not_found"),
        ({"accountGroupId": world.group, "integrationPackId": "none"}, "resource_not_yours"),
    ):
        assert refusal(ann.send("POST", "AccountGroupIntegrationPack", body))[:2] == (400, code), body


def test_a_group_that_is_refused_in_part_is_refused_whole(world: World) -> None:
    """Neither a group nor a share of what could have been shared is stored, nor a new name: one transaction."""
    partly = {Kind.CLOUD: {world.cloud}, Kind.CONNECTOR: {"none"}}
    here: dict[str, Any] = {"actor": world.ann.actor, "at": AT, "account": world.here, "resources": partly}
    groups = list(groups_of(world.here).order_by("id").values())
    shares = list(Share.rows.of(world.here).order_by("id").values())
    for doing in (
        lambda: create_group_with_resources(**here, name="New"),
        lambda: edit_group_with_resources(**here, group=world.group, name="Renamed"),
    ):
        with pytest.raises(no.Refused, match="own"), transaction.atomic():
            doing()
    assert list(groups_of(world.here).order_by("id").values()) == groups
    assert list(Share.rows.of(world.here).order_by("id").values()) == shares


def test_a_page_of_groups_costs_the_same_however_many() -> None:
    """Queries, and bulk GET with all resources, for three and for thirty."""
    home = a_primary("Many groups")
    ann = caller(home, a_user(home, ADMINISTRATOR))
    made = [all_accounts(home)]
    counted = []
    for upto in (3, 30):
        while len(made) < upto:
            made.append(a_group(home, f"g{len(made)}", shares=[a_role(home, f"r{len(made)}", "EXECUTE")]))
        asked = {"request": [{"id": id} for id in made]}
        ann.post("AccountGroup/query")
        with CaptureQueriesContext(connection) as queried:
            assert ann.post("AccountGroup/query")["numberOfResults"] == upto
        with CaptureQueriesContext(connection) as read:
            assert len(ann.post("AccountGroup/bulk", asked)["response"]) == upto
        counted.append((len(queried), len(read)))
    assert counted[0] == counted[1]


def test_a_new_account_is_in_all_accounts_at_once() -> None:
    """ACC-7, GRP-2: without any row that says so."""
    home = a_primary("Gathering")
    ann = caller(home, a_user(home, ADMINISTRATOR))
    member = a_member(home, "Gathered", frozenset())
    found = ann.all_of("AccountGroupAccount", simple("accountId", "EQUALS", member))
    assert [one["accountGroupId"] for one in found] == [all_accounts(home)]
