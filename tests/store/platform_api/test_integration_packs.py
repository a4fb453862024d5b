"""IntegrationPack, PublisherIntegrationPack, their releases, instances and attachments, in JSON and XML."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree
from pytest_django.plugin import DjangoDbBlocker

from tenantry.accounts.commands import switch_feature
from tenantry.packs.commands import release_pack
from tenantry.packs.models import Pack, PackInstance, PackRelease
from tenantry.platform_api.addresses import address_of
from tenantry.platform_api.links import link_id
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tests.store.factories import ADMINISTRATOR, AT, a_role, a_user, entries, words
from tests.store.partners import around_all_tests
from tests.store.platform_api.callers import Caller, caller, grouping, refusal, simple
from tests.store.shelves import (
    Shelf,
    a_component,
    a_pack,
    a_shelf,
    attach,
    installed,
    lend_pack,
    night,
    packaged,
    release,
    withdraw_pack,
)
from tests.store.workplaces import an_environment

pytestmark = pytest.mark.django_db

SPACE = {"bns": "http://api.platform.boomi.com/"}


@dataclass(frozen=True)
class Packs:
    """A publisher whose administrator `pam` calls, and a customer of it, whose `cara` does."""

    shelf: Shelf
    pam: Caller
    cara: Caller

    @property
    def home(self) -> AccountId:
        """The publisher."""
        return self.shelf.home

    @property
    def abc(self) -> AccountId:
        """The customer."""
        return self.shelf.abc


@pytest.fixture(scope="module")
def made_packs(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Packs]:
    """Made once; what a test does with it is rolled back."""
    with around_all_tests(django_db_blocker):
        shelf = a_shelf()
        for account in (shelf.home, shelf.abc):
            switch_feature(actor=OPERATOR, at=AT, account=account, feature=Feature.API_TOKENS, on=True)
        yield Packs(
            shelf,
            caller(shelf.home, a_user(shelf.home, ADMINISTRATOR)),
            caller(shelf.abc, a_user(shelf.abc, ADMINISTRATOR)),
        )


@pytest.fixture
def packs(made_packs: Packs, db: None) -> Packs:
    """A publisher and a customer."""
    return made_packs


def limited(account: AccountId, *privileges: str) -> Caller:
    """Somebody's program that holds API Access and these."""
    return caller(account, a_user(account, a_role(account, f"calls {privileges}", "API", *privileges)))


def later(days: int = 30) -> str:
    """A day to come, by the clock that calls go by."""
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def queries_of(who: Caller, kind: str) -> int:
    """How many queries a page costs."""
    with CaptureQueriesContext(
        connection,
    ) as seen:
        who.post(f"{kind}/query", {})
    return len(seen)


# ---- IntegrationPack -----------------------------------------------------------------------------------------------


def test_integration_packs_are_those_received_and_never_those_published(packs: Packs) -> None:
    """PACK-8: released and shared with the account; reading needs API Access alone."""
    shelf, reader = packs.shelf, limited(packs.abc)
    name = Pack.rows.of(packs.home).get(id=shelf.pack).name
    told = {
        "@type": "IntegrationPack",
        "Description": "",
        "id": shelf.pack,
        "installationType": "SINGLE",
        "name": name,
    }
    unshared = a_pack(packs.home, a_component(packs.home, "Unshared"))
    release(packs.home, unshared)
    assert reader.all_of("IntegrationPack") == [told]
    assert reader.get(f"IntegrationPack/{shelf.pack}") == told
    asked = {"type": "GET", "request": [{"id": unshared}, {"id": shelf.pack}]}
    assert [one["statusCode"] for one in reader.post("IntegrationPack/bulk", asked)["response"]] == [400, 200]
    assert packs.pam.all_of("IntegrationPack") == []
    assert refusal(packs.pam.send("GET", f"IntegrationPack/{shelf.pack}"))[:2] == (403, "not_there")
    assert refusal(reader.send("POST", "IntegrationPack", {"name": "x"}))[:2] == (400, "not_possible_by_call")
    withdraw_pack(packs.home, shelf.group, shelf.pack)
    assert reader.all_of("IntegrationPack") == []


def test_integration_packs_are_found_by_name_id_and_type(packs: Packs) -> None:
    """Every property of a filter, and in XML."""
    multi = a_pack(packs.home, a_component(packs.home, "Many"), kind="MULTI", name="Many of them")
    release(packs.home, multi)
    lend_pack(packs.home, packs.shelf.group, multi)

    def found(*expression: Any) -> set[str]:
        return {one["id"] for one in packs.cara.all_of("IntegrationPack", simple(*expression))}

    assert found("NAME", "LIKE", "Many%") == {multi}
    assert found("id", "EQUALS", packs.shelf.pack) == {packs.shelf.pack}
    assert found("installationType", "EQUALS", "MULTI") == {multi}
    assert found("installationType", "NOT_EQUALS", "MULTI") == {packs.shelf.pack}
    answer = packs.cara.send("GET", f"IntegrationPack/{multi}", accept="application/xml")
    root = etree.fromstring(answer.content)
    assert (root.get("id"), root.get("installationType"), root.get("name")) == (multi, "MULTI", "Many of them")
    assert root.findtext("bns:Description", namespaces=SPACE) == ""


def test_more_packs_than_a_page_holds_come_page_by_page(packs: Packs) -> None:
    """API-3: none twice, none left out; the number of queries is that of a small page."""
    few = queries_of(packs.pam, "PublisherIntegrationPack")
    made = {a_pack(packs.home, packs.shelf.process) for _ in range(104)}
    every = [one["id"] for one in packs.pam.all_of("PublisherIntegrationPack")]
    assert len(every) == len(set(every)) == 105
    assert set(every) == made | {packs.shelf.pack}
    assert queries_of(packs.pam, "PublisherIntegrationPack") == few


# ---- PublisherIntegrationPack --------------------------------------------------------------------------------------


def test_publisher_pack_is_made_filled_renamed_and_deleted(packs: Packs) -> None:
    """PACK-1, PACK-2, PACK-12: packages come by UPDATE with the complete list, and leave it at the next release."""
    orders, bills = packs.shelf.process, a_component(packs.home, "Bills")
    made = packs.pam.post(
        "PublisherIntegrationPack", {"name": "Sales", "Description": "d", "installationType": "SINGLE"}
    )
    address = f"PublisherIntegrationPack/{made['id']}"
    assert made == {
        "@type": "PublisherIntegrationPack",
        "Description": "d",
        "PublisherPackagedComponents": {"@type": "PublisherPackagedComponents", "PublisherPackagedComponent": []},
        "id": made["id"],
        "installationType": "SINGLE",
        "name": "Sales",
    }
    listed = {"PublisherPackagedComponent": [{"componentId": bills}, {"componentId": orders}]}
    filled = packs.pam.post(
        address, {"Description": "d", "operationType": "ADD", "PublisherPackagedComponents": listed}
    )
    bill = {
        "@type": "PublisherPackagedComponent",
        "componentId": bills,
        "componentName": "Bills",
        "componentType": "process",
        "pendingVersion": "1.0",
        "latestVersion": "1.0",
        "deleted": False,
    }
    assert filled["PublisherPackagedComponents"]["PublisherPackagedComponent"][0] == bill
    assert [one["componentName"] for one in filled["PublisherPackagedComponents"]["PublisherPackagedComponent"]] == [
        "Bills",
        "Orders",
    ]
    assert packs.pam.post(address, filled) == filled
    assert packs.pam.get(address) == filled
    assert packs.pam.all_of("PublisherIntegrationPack", simple("name", "EQUALS", "Sales")) == [filled]
    release(packs.home, made["id"])
    packaged(packs.home, bills, "1.1")
    less = {"name": "Trade", "PublisherPackagedComponents": {"PublisherPackagedComponent": {"componentId": bills}}}
    told = packs.pam.post(address, less)
    assert told["name"] == "Trade"
    assert told["PublisherPackagedComponents"]["PublisherPackagedComponent"] == [
        bill | {"currentVersion": "1.0", "pendingVersion": "1.1", "latestVersion": "1.1"},
        {
            "@type": "PublisherPackagedComponent",
            "componentId": orders,
            "componentName": "Orders",
            "componentType": "process",
            "currentVersion": "1.0",
            "latestVersion": "1.0",
            "deleted": True,
        },
    ]
    assert words(entries(packs.home)[-1]) == ("as.ipack", "UPDATE", "CONTENTS")
    assert packs.pam.delete(address) is True
    assert refusal(packs.pam.send("GET", address))[:2] == (403, "not_there")


def test_publisher_pack_takes_versions_and_marks(packs: Packs) -> None:
    """PACK-2, PACK-12: another version is fixed, the latest followed; DELETE marks, ADD takes marks off."""
    packaged(packs.home, packs.shelf.process, "2.0")
    packaged(packs.home, packs.shelf.process, "3.0")
    address = f"PublisherIntegrationPack/{packs.shelf.pack}"

    def told(operation: str, **more: str) -> dict[str, Any]:
        listed = {"PublisherPackagedComponent": [{"componentId": packs.shelf.process, **more}]}
        body = {"operationType": operation, "PublisherPackagedComponents": listed}
        [one] = packs.pam.post(address, body)["PublisherPackagedComponents"]["PublisherPackagedComponent"]
        return {name: one.get(name) for name in ("currentVersion", "pendingVersion", "latestVersion", "deleted")}

    def of(pending: str | None, latest: str = "3.0", *, deleted: bool = False) -> dict[str, Any]:
        return {"currentVersion": "1.0", "pendingVersion": pending, "latestVersion": latest, "deleted": deleted}

    assert told("ADD", pendingVersion="2.0") == of("2.0")
    packaged(packs.home, packs.shelf.process, "4.0")
    assert told("ADD", pendingVersion="2.0") == of("2.0", "4.0")
    assert told("DELETE") == of(None, "4.0", deleted=True)
    assert told("ADD") == of("2.0", "4.0")
    assert told("ADD", pendingVersion="4.0") == of("4.0", "4.0")
    packaged(packs.home, packs.shelf.process, "5.0")
    assert told("ADD") == of("5.0", "5.0")


def test_publisher_pack_in_xml(packs: Packs) -> None:
    """Attributes and elements as the contract marks them."""
    body = (
        b'<PublisherIntegrationPack xmlns="http://api.platform.boomi.com/" name="Paper" installationType="MULTI">'
        b"<Description>a &amp; b</Description></PublisherIntegrationPack>"
    )
    made = etree.fromstring(packs.pam.send("POST", "PublisherIntegrationPack", body, accept="application/xml").content)
    assert made.tag == "{http://api.platform.boomi.com/}PublisherIntegrationPack"
    assert (made.get("name"), made.get("installationType")) == ("Paper", "MULTI")
    filled = (
        '<bns:PublisherIntegrationPack xmlns:bns="http://api.platform.boomi.com/" operationType="ADD">'
        "<bns:Description>a &amp; b</bns:Description><bns:PublisherPackagedComponents>"
        f'<bns:PublisherPackagedComponent componentId="{packs.shelf.process}"/>'
        "</bns:PublisherPackagedComponents></bns:PublisherIntegrationPack>"
    )
    answer = packs.pam.send("POST", f"PublisherIntegrationPack/{made.get('id')}", filled.encode(), accept="text/xml")
    root = etree.fromstring(answer.content)
    assert root.findtext("bns:Description", namespaces=SPACE) == "a & b"
    [one] = root.iterfind("bns:PublisherPackagedComponents/bns:PublisherPackagedComponent", SPACE)
    assert (one.get("componentName"), one.get("pendingVersion"), one.get("deleted")) == ("Orders", "1.0", "false")


def test_publisher_pack_refusals(packs: Packs) -> None:
    """PACK-1, PACK-2: each with its status, and nothing stored."""
    name = Pack.rows.of(packs.home).get(id=packs.shelf.pack).name
    multi = a_pack(packs.home, packs.shelf.process, kind="MULTI", name="Many")
    mapped = a_component(packs.home, "Fields", "map", version="")
    own = f"PublisherIntegrationPack/{packs.shelf.pack}"

    def listing(*components: str, **more: str) -> dict[str, Any]:
        listed = [{"componentId": one, **more} for one in components]
        return {"name": "New name", "PublisherPackagedComponents": {"PublisherPackagedComponent": listed}}

    for path, body, status, code in (
        ("PublisherIntegrationPack", {}, 400, "pack_name_invalid"),
        ("PublisherIntegrationPack", {"name": name.upper()}, 400, "pack_name_taken"),
        ("PublisherIntegrationPack", {"name": "x", "installationType": "THRICE"}, 400, ""),
        ("PublisherIntegrationPack", {"name": "x", "Description": "x" * 501}, 400, "pack_description_invalid"),
        (own, listing("no-such-component"), 400, "not_for_packs"),
        (own, listing(mapped), 400, "not_for_packs"),
        (own, listing(packs.shelf.process, pendingVersion="9.9"), 400, "not_for_packs"),
        (own, listing(""), 400, ""),
        (own, listing("no-such-component") | {"operationType": "DELETE"}, 400, "not_in_pack"),
        (own, {"installationType": "MULTI"}, 400, ""),
        (f"PublisherIntegrationPack/{multi}", {"name": "Fewer"}, 400, "pack_name_fixed"),
        ("PublisherIntegrationPack/no-such-pack", {"name": "x"}, 403, "not_there"),
    ):
        found = refusal(packs.pam.send("POST", path, body))
        assert found[:2] == (status, code), (path, body, found)
    assert Pack.rows.of(packs.home).get(id=packs.shelf.pack).name == name
    assert refusal(limited(packs.home).send("POST", "PublisherIntegrationPack/query"))[:2] == (403, "not_held")
    assert refusal(packs.cara.send("POST", "PublisherIntegrationPack/query"))[:2] == (403, "feature_off")
    switch_feature(actor=OPERATOR, at=AT, account=packs.home, feature=Feature.MULTI_INSTALL_PACKS, on=False)
    body = {"name": "x", "installationType": "MULTI"}
    assert refusal(packs.pam.send("POST", "PublisherIntegrationPack", body))[:2] == (403, "feature_missing")


# ---- releases ------------------------------------------------------------------------------------------------------


def test_an_immediate_release_is_complete_when_it_is_answered(packs: Packs) -> None:
    """PACK-3, PACK-7: with an id by which its status is asked, which is 200."""
    pack = a_pack(packs.home, packs.shelf.process, name="Fresh")
    packaged(packs.home, packs.shelf.process, "1.1")
    listed = {"ReleasePackagedComponent": [{"componentId": packs.shelf.process, "version": "1.0"}]}
    body = {"id": pack, "releaseSchedule": "IMMEDIATELY", "ReleasePackagedComponents": listed}
    asked = packs.pam.post("ReleaseIntegrationPack", body)
    request = asked["requestId"]
    assert request.startswith("release-")
    taken = {
        "@type": "ReleasePackagedComponents",
        "ReleasePackagedComponent": [
            {
                "@type": "ReleasePackagedComponent",
                "componentId": packs.shelf.process,
                "version": "1.0",
                "releasedVersion": "1.0",
            }
        ],
    }
    path = f"/api/rest/v1/{packs.home}/ReleaseIntegrationPackStatus/{request}"
    assert asked.pop("releaseStatusUrl").endswith(path)
    assert asked == {
        "@type": "ReleaseIntegrationPack",
        "ReleasePackagedComponents": taken,
        "id": pack,
        "installationType": "SINGLE",
        "name": "Fresh",
        "releaseSchedule": "IMMEDIATELY",
        "requestId": request,
    }
    answer = packs.pam.send("GET", f"ReleaseIntegrationPackStatus/{request}")
    assert answer.status_code == 200
    told = {
        "@type": "ReleaseIntegrationPackStatus",
        "ReleasePackagedComponents": taken,
        "installationType": "SINGLE",
        "integrationPackId": pack,
        "name": "Fresh",
        "releaseSchedule": "IMMEDIATELY",
        "releaseStatus": "SUCCESS",
        "requestId": request,
        "responseStatusCode": 200,
    }
    assert json.loads(answer.content) == told
    bulk = packs.pam.post("ReleaseIntegrationPackStatus/bulk", {"request": [{"id": request}, {"id": "release-x"}]})
    assert bulk["response"][0]["Result"] == told
    assert bulk["response"][1]["statusCode"] == 400
    assert refusal(packs.pam.send("POST", "ReleaseIntegrationPackStatus/query"))[0] == 400


def test_a_dated_release_is_202_until_its_night(packs: Packs) -> None:
    """PACK-4, PACK-5: it can be moved, and one that is replaced before its day has failed."""
    packaged(packs.home, packs.shelf.process, "2.0")
    body = {"id": packs.shelf.pack, "releaseSchedule": "RELEASE_ON_SPECIFIED_DATE", "releaseOnDate": later()}
    asked = packs.pam.post("ReleaseIntegrationPack", body)
    assert (asked["releaseOnDate"], asked["releaseSchedule"]) == (later(), "RELEASE_ON_SPECIFIED_DATE")
    [one] = asked["ReleasePackagedComponents"]["ReleasePackagedComponent"]
    assert (one["version"], one["releasedVersion"]) == ("2.0", "1.0")
    status = f"ReleaseIntegrationPackStatus/{asked['requestId']}"

    def told() -> tuple[int, str, int]:
        answer = packs.pam.send("GET", status)
        return (
            answer.status_code,
            json.loads(answer.content)["releaseStatus"],
            json.loads(answer.content)["responseStatusCode"],
        )

    assert told() == (202, "SCHEDULED", 202)
    moved = packs.pam.post(f"ReleaseIntegrationPack/{packs.shelf.pack}", asked | {"releaseOnDate": later(40)})
    assert (moved["releaseOnDate"], moved["requestId"]) == (later(40), asked["requestId"])
    [row] = PackRelease.rows.of(packs.home).filter(request=asked["requestId"])
    PackRelease.rows.of(packs.home).filter(pk=row.pk).update(due=datetime.now(UTC) - timedelta(minutes=1))
    assert told() == (202, "IN_PROGRESS", 202)
    night(datetime.now(UTC) + timedelta(days=60))
    assert told() == (200, "SUCCESS", 200)
    packaged(packs.home, packs.shelf.process, "3.0")
    status = f"ReleaseIntegrationPackStatus/{packs.pam.post('ReleaseIntegrationPack', body)['requestId']}"
    packaged(packs.home, packs.shelf.process, "4.0")
    again = packs.pam.post(f"ReleaseIntegrationPack/{packs.shelf.pack}", {"releaseSchedule": "IMMEDIATELY"})
    assert told() == (200, "ERROR", 200)
    assert again["ReleasePackagedComponents"]["ReleasePackagedComponent"][0]["releasedVersion"] == "4.0"


def test_release_refusals(packs: Packs) -> None:
    """PACK-3 to PACK-5: each with its status, and nothing released."""
    dated = {"id": packs.shelf.pack, "releaseSchedule": "RELEASE_ON_SPECIFIED_DATE"}
    one = {"componentId": "no-such-component", "version": "1.0"}
    for path, body, status, code in (
        ("ReleaseIntegrationPack", {"releaseSchedule": "IMMEDIATELY"}, 400, ""),
        ("ReleaseIntegrationPack", {"id": "no-such-pack", "releaseSchedule": "IMMEDIATELY"}, 400, ""),
        ("ReleaseIntegrationPack", {"id": packs.shelf.pack}, 400, ""),
        ("ReleaseIntegrationPack", {"id": packs.shelf.pack, "releaseSchedule": "SOON"}, 400, ""),
        (
            "ReleaseIntegrationPack",
            {"id": packs.shelf.pack, "releaseSchedule": "IMMEDIATELY"},
            400,
            "nothing_to_release",
        ),
        ("ReleaseIntegrationPack", dated, 400, ""),
        ("ReleaseIntegrationPack", dated | {"releaseOnDate": "20310101"}, 400, ""),
        ("ReleaseIntegrationPack", dated | {"releaseOnDate": "2020-01-01"}, 400, "release_day_invalid"),
        (
            "ReleaseIntegrationPack",
            dated | {"releaseOnDate": later(), "ReleasePackagedComponents": {"ReleasePackagedComponent": [one]}},
            400,
            "not_in_pack",
        ),
        (f"ReleaseIntegrationPack/{packs.shelf.pack}", {"releaseOnDate": later()}, 400, "no_update_pending"),
        ("ReleaseIntegrationPack/no-such-pack", {"releaseSchedule": "IMMEDIATELY"}, 403, "not_there"),
    ):
        packaged(packs.home, packs.shelf.process, later()) if body.get("releaseOnDate") == "2020-01-01" else None
        found = refusal(packs.pam.send("POST", path, body))
        assert found[:2] == (status, code), (path, body, found)
    assert PackRelease.rows.of(packs.home).count() == 1
    assert refusal(packs.pam.send("GET", "ReleaseIntegrationPackStatus/release-x"))[:2] == (403, "not_there")
    poor = limited(packs.home)
    assert refusal(poor.send("POST", "ReleaseIntegrationPack", dated))[:2] == (403, "not_held")
    planned = packs.pam.post("ReleaseIntegrationPack", dated | {"releaseOnDate": later()})
    assert refusal(poor.send("GET", f"ReleaseIntegrationPackStatus/{planned['requestId']}"))[:2] == (403, "not_held")
    listed = {"ReleasePackagedComponent": [{"componentId": packs.shelf.process, "version": "1.0"}]}
    changed = {"releaseOnDate": later(50), "ReleasePackagedComponents": listed}
    assert refusal(packs.pam.send("POST", f"ReleaseIntegrationPack/{packs.shelf.pack}", changed))[:2] == (400, "")


def test_a_release_that_people_planned_can_be_moved_by_call(packs: Packs) -> None:
    """It had no id to ask by, as those that estates load, and gets one."""
    packaged(packs.home, packs.shelf.process, "2.0")
    release_pack(actor=OPERATOR, at=AT, account=packs.home, pack=packs.shelf.pack, day=AT.date() + timedelta(days=9))
    PackRelease.rows.of(packs.home).update(request=None)
    body = b'<ReleaseIntegrationPack releaseSchedule="RELEASE_ON_SPECIFIED_DATE" releaseOnDate="2040-01-02"/>'
    answer = packs.pam.send("POST", f"ReleaseIntegrationPack/{packs.shelf.pack}", body, accept="application/xml")
    root = etree.fromstring(answer.content)
    assert (root.get("releaseOnDate"), root.get("id")) == ("2040-01-02", packs.shelf.pack)
    [one] = root.iterfind("bns:ReleasePackagedComponents/bns:ReleasePackagedComponent", SPACE)
    assert one.get("version") == "2.0"
    status = packs.pam.send("GET", f"ReleaseIntegrationPackStatus/{root.get('requestId')}", accept="application/xml")
    told = etree.fromstring(status.content)
    assert (status.status_code, told.get("responseStatusCode"), told.get("releaseStatus")) == (202, "202", "SCHEDULED")


# ---- instances -----------------------------------------------------------------------------------------------------


def test_pack_instance_is_installed_read_and_uninstalled(packs: Packs) -> None:
    """PACK-8, PACK-10: reading needs API Access alone, installing Packaged Component Deployment."""
    made = packs.cara.post("IntegrationPackInstance", {"integrationPackId": packs.shelf.pack})
    assert made == {
        "@type": "IntegrationPackInstance",
        "ProcessId": [{"@type": "ProcessId", "name": "Orders", "originalProcessId": packs.shelf.process}],
        "id": made["id"],
        "integrationPackId": packs.shelf.pack,
    }
    multi = a_pack(packs.home, packs.shelf.process, kind="MULTI", name="Many")
    release(packs.home, multi)
    lend_pack(packs.home, packs.shelf.group, multi)
    body = {"integrationPackId": multi, "integrationPackOverrideName": "North"}
    north = packs.cara.post("IntegrationPackInstance", body)
    reader = limited(packs.abc)
    assert reader.get(f"IntegrationPackInstance/{north['id']}") == north
    assert {one["id"] for one in reader.all_of("IntegrationPackInstance")} == {made["id"], north["id"]}
    bulk = reader.post("IntegrationPackInstance/bulk", {"request": [{"id": north["id"]}]})
    assert bulk["response"][0]["Result"] == north
    for expression, ids in (
        (simple("integrationPackOverrideName", "EQUALS", "North"), [north["id"]]),
        (simple("integrationPackOverrideName", "IS_NULL"), [made["id"]]),
        (simple("integrationPackName", "LIKE", "Man%"), [north["id"]]),
        (simple("integrationPackId", "EQUALS", packs.shelf.pack), [made["id"]]),
    ):
        assert [one["id"] for one in reader.all_of("IntegrationPackInstance", expression)] == ids, expression
    assert refusal(reader.send("DELETE", f"IntegrationPackInstance/{made['id']}"))[:2] == (403, "not_held")
    assert packs.cara.delete(f"IntegrationPackInstance/{made['id']}") is True
    assert refusal(packs.cara.send("GET", f"IntegrationPackInstance/{made['id']}"))[:2] == (403, "not_there")
    root = etree.fromstring(reader.send("GET", f"IntegrationPackInstance/{north['id']}", accept="").content)
    assert root.get("integrationPackOverrideName") == "North"
    assert [one.get("name") for one in root.iterfind("bns:ProcessId", SPACE)] == ["Orders"]


def test_pack_instance_refusals(packs: Packs) -> None:
    """PACK-8, PACK-11: each with its status, and nothing installed."""
    multi = a_pack(packs.home, packs.shelf.process, kind="MULTI", name="Many")
    release(packs.home, multi)
    lend_pack(packs.home, packs.shelf.group, multi)
    installed(packs.abc, packs.shelf.pack)
    installed(packs.abc, multi, "North")
    for body, code in (
        ({}, ""),
        ({"integrationPackId": "no-such-pack"}, ""),
        ({"integrationPackId": packs.shelf.pack}, "already_installed"),
        ({"integrationPackId": multi}, "instance_name_invalid"),
        ({"integrationPackId": multi, "integrationPackOverrideName": "NORTH"}, "instance_name_taken"),
    ):
        assert refusal(packs.cara.send("POST", "IntegrationPackInstance", body))[:2] == (400, code), body
    withdraw_pack(packs.home, packs.shelf.group, multi)
    body = {"integrationPackId": multi, "integrationPackOverrideName": "South"}
    assert refusal(packs.cara.send("POST", "IntegrationPackInstance", body))[:2] == (400, "pack_frozen")
    body = {"integrationPackId": packs.shelf.pack}
    assert refusal(limited(packs.abc).send("POST", "IntegrationPackInstance", body))[:2] == (403, "not_held")
    assert refusal(packs.cara.send("POST", "IntegrationPackInstance/x", body))[:2] == (400, "not_possible_by_call")
    assert PackInstance.rows.of(packs.abc).count() == 2
    [foreign] = [installed(packs.home, packs.shelf.pack)]
    assert refusal(packs.cara.send("DELETE", f"IntegrationPackInstance/{foreign}"))[:2] == (403, "not_there")


# ---- attachments ---------------------------------------------------------------------------------------------------


def test_api_4_attachments_of_packs_are_made_queried_and_deleted(packs: Packs) -> None:
    """API-4, PACK-8: a link has an id made of its ends, and no GET and no UPDATE."""
    instance = installed(packs.abc, packs.shelf.pack)
    north, south = (an_environment(packs.abc, name) for name in ("North", "South"))
    body = {"integrationPackInstanceId": instance, "environmentId": north}
    made = packs.cara.post("IntegrationPackEnvironmentAttachment", body)
    assert made == {"@type": "IntegrationPackEnvironmentAttachment", "id": made["id"], **body}
    attach(packs.abc, instance, south)
    kind = "IntegrationPackEnvironmentAttachment"
    assert [one["environmentId"] for one in packs.cara.all_of(kind)] == [north, south]
    either = grouping(
        "and", simple("environmentid", "EQUALS", south), simple("integrationPackInstanceId", "EQUALS", instance)
    )
    [other] = packs.cara.all_of(kind, either)
    assert refusal(packs.cara.send("POST", kind, body))[:2] == (400, "pack_already_attached")
    assert refusal(packs.cara.send("GET", f"{kind}/{made['id']}"))[:2] == (400, "not_possible_by_call")
    assert refusal(packs.cara.send("POST", f"{kind}/{made['id']}", body))[:2] == (400, "not_possible_by_call")
    assert packs.cara.delete(f"{kind}/{made['id']}") is True
    assert refusal(packs.cara.send("DELETE", f"{kind}/{made['id']}"))[:2] == (403, "not_there")
    xml = (
        f'<x:{kind} xmlns:x="http://api.platform.boomi.com/" environmentId="{north}" '
        f'integrationPackInstanceId="{instance}"/>'
    )
    again = etree.fromstring(packs.cara.send("POST", kind, xml.encode(), accept="*/*").content)
    assert again.get("id") == made["id"]
    assert {one["id"] for one in packs.cara.all_of(kind)} == {made["id"], other["id"]}


def test_env_13_attachments_in_closed_environments_are_not_there(packs: Packs) -> None:
    """ENV-13: they are left out of lists, and named directly they are 403, as the environment is in a body."""
    instance = installed(packs.abc, packs.shelf.pack)
    opened = an_environment(packs.abc, "Open")
    closed = an_environment(packs.abc, "Closed", ADMINISTRATOR)
    attach(packs.abc, instance, opened, closed)
    kind, outside = "IntegrationPackEnvironmentAttachment", limited(packs.abc, "DEPLOY")
    every = {one["environmentId"]: one["id"] for one in packs.cara.all_of(kind)}
    assert every.keys() == {opened, closed}
    assert [one["environmentId"] for one in outside.all_of(kind)] == [opened]
    assert refusal(outside.send("DELETE", f"{kind}/{every[closed]}"))[:2] == (403, "not_there")
    body = {"integrationPackInstanceId": instance, "environmentId": closed}
    assert refusal(outside.send("POST", kind, body))[:2] == (403, "environment_closed")
    for wrong in ({"environmentId": "no-such-environment"}, {"integrationPackInstanceId": "no-such-instance"}):
        assert refusal(packs.cara.send("POST", kind, body | wrong))[:2] == (400, ""), wrong
    for id in (link_id("PACK_ENVIRONMENT", "%00", "x"), link_id("PACK_ENVIRONMENT", "x"), "x"):
        assert refusal(packs.cara.send("DELETE", f"{kind}/{id}"))[:2] == (403, "not_there"), id
    assert refusal(limited(packs.abc).send("POST", f"{kind}/query"))[:2] == (403, "not_held")
    assert outside.delete(f"{kind}/{every[opened]}") is True


def test_a_page_of_packs_costs_the_same_whatever_is_in_it(packs: Packs) -> None:
    """Two of each, or nine."""
    kinds = ("IntegrationPack", "IntegrationPackInstance", "IntegrationPackEnvironmentAttachment")

    def more(number: int) -> None:
        place = an_environment(packs.abc, f"Place {number}")
        pack = a_pack(packs.home, packs.shelf.process, kind="MULTI")
        release(packs.home, pack)
        lend_pack(packs.home, packs.shelf.group, pack)
        installed(packs.abc, pack, f"Number {number}", place)

    for number in range(2):
        more(number)
    few = [queries_of(packs.cara, kind) for kind in kinds]
    for number in range(2, 9):
        more(number)
    assert [queries_of(packs.cara, kind) for kind in kinds] == few


def test_addresses_in_answers_are_those_of_the_interface_that_was_called() -> None:
    """API-1: a call on behalf of a managed account goes on as one."""
    own: Any = SimpleNamespace(named=AccountId("home"), account=AccountId("home"))
    override: Any = SimpleNamespace(named=AccountId("home"), account=AccountId("abc"))
    assert address_of(own, "X", "a/b").endswith(":8080/api/rest/v1/home/X/a%2Fb")
    assert address_of(override, "X", "a").endswith("/partner/api/rest/v1/home/X/a?overrideAccount=abc")
