"""PackagedComponent and DeployedPackage, in JSON and XML."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from lxml import etree
from pytest_django.plugin import DjangoDbBlocker

from tenantry.build import components
from tenantry.build.queries import top_id
from tenantry.deploy.commands import deploy
from tenantry.deploy.models import PackagedComponent
from tenantry.rules.vocabulary import OPERATOR, ComponentId, EnvironmentId
from tests.store.explorers import a_component
from tests.store.factories import ADMINISTRATOR, AT, DAY, a_role, a_user, an_account, everything
from tests.store.partners import around_all_tests
from tests.store.platform_api.builders import Builders, a_caller, names, queries_for, some_builders
from tests.store.platform_api.callers import Caller, caller, grouping, refusal, simple
from tests.store.workplaces import a_package, an_environment

pytestmark = pytest.mark.django_db

SPACE = {"bns": "http://api.platform.boomi.com/"}


@dataclass(frozen=True)
class Works:
    """Builders with a process, `orders`, of which version 1.0 is packaged, and two environments: `bob` does not come
    into `closed`.
    """

    house: Builders
    orders: ComponentId
    package: str
    open: EnvironmentId
    closed: EnvironmentId
    packer: Caller


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Works]:
    """It, made once."""
    with around_all_tests(django_db_blocker):
        house = some_builders()
        orders = a_component(house.account, top_id(house.account), "Orders")
        yield Works(
            house,
            orders,
            a_package(house.account, orders),
            an_environment(house.account, "Open"),
            an_environment(house.account, "Closed", ADMINISTRATOR),
            caller(house.account, a_user(house.account, a_role(house.account, "Packers", "API", "PACKAGE_MANAGEMENT"))),
        )


@pytest.fixture
def works(made: Works, db: None) -> Works:
    """It, for one test."""
    return made


def test_packaged_component_is_made_read_and_deleted(works: Works) -> None:
    """Of the newest version of a component; without a version it gets the next one, and it is shareable unless said."""
    packer = works.packer
    body = {"componentId": works.orders, "packageVersion": "2024.1", "notes": "n", "branchName": None, "packageId": "x"}
    package = packer.post("PackagedComponent", body)
    assert package == {
        "@type": "PackagedComponent",
        "branchName": "main",
        "componentId": works.orders,
        "componentType": "process",
        "componentVersion": 1,
        "createdBy": packer.user.partition(".")[2],
        "createdDate": package["createdDate"],
        "deleted": False,
        "notes": "n",
        "packageId": package["packageId"],
        "packageVersion": "2024.1",
        "shareable": True,
    }
    id = package["packageId"]
    assert packer.get(f"PackagedComponent/{id}") == package
    plain = packer.post(
        "PackagedComponent", {"componentId": works.orders, "packageVersion": None, "shareable": "false"}
    )
    assert (plain["packageVersion"], plain["notes"], plain["shareable"]) == ("3.0", "", False)
    assert packer.delete(f"PackagedComponent/{id}") is True
    assert refusal(packer.send("DELETE", f"PackagedComponent/{id}", {}))[:2] == (403, "not_there")
    asked = {"type": "GET", "request": [{"id": id}, {"id": works.package}]}
    answers = packer.post("PackagedComponent/bulk", asked)["response"]
    assert [one["statusCode"] for one in answers] == [400, 200]
    assert refusal(packer.send("POST", f"PackagedComponent/{works.package}", {}))[:2] == (400, "not_possible_by_call")


def test_packaged_component_in_xml(works: Works) -> None:
    """Everything is an element."""
    body = (
        f'<PackagedComponent xmlns="{SPACE["bns"]}"><componentId>{works.orders}</componentId>'
        "<packageVersion>x</packageVersion><shareable>false</shareable></PackagedComponent>"
    )
    root = etree.fromstring(works.packer.send("POST", "PackagedComponent", body.encode(), accept="*/*").content)
    assert dict(root.attrib) == {}
    assert root.findtext("bns:shareable", namespaces=SPACE) == "false"
    assert root.findtext("bns:componentVersion", namespaces=SPACE) == "1"
    assert [etree.QName(child).localname for child in root][:3] == ["branchName", "componentId", "componentType"]


def test_packaged_component_is_queried_by_every_property(works: Works) -> None:
    """In the order in which they were made."""
    components.save_component(
        actor=OPERATOR,
        at=AT,
        account=works.house.account,
        component=works.orders,
        text="<process><a/></process>",
        opened=1,
    )
    works.packer.post("PackagedComponent", {"componentId": works.orders, "packageVersion": "2", "notes": "second"})
    [row] = PackagedComponent.rows.of(works.house.account).filter(version="2")
    PackagedComponent.rows.of(works.house.account).filter(pk=row.pk).update(created_at=AT + DAY)
    for test, expected in (
        (simple("accountId", "EQUALS", works.house.account), ["1.0", "2"]),
        (simple("branchName", "EQUALS", "main"), ["1.0", "2"]),
        (simple("componentId", "EQUALS", works.orders), ["1.0", "2"]),
        (simple("componentType", "EQUALS", "process"), ["1.0", "2"]),
        (simple("componentVersion", "GREATER_THAN", 1), ["2"]),
        (simple("createdBy", "EQUALS", "operator"), ["1.0"]),
        (simple("createdDate", "EQUALS", "2031-05-20T12:00:00Z"), ["1.0"]),
        (simple("deleted", "EQUALS", *[False]), ["1.0", "2"]),
        (simple("fullyPubliclyConsumable", "IS_NULL"), ["1.0", "2"]),
        (simple("notes", "CONTAINS", "sec"), ["2"]),
        (simple("packageId", "EQUALS", works.package), ["1.0"]),
        (simple("packageVersion", "LESS_THAN", "2"), ["1.0"]),
        (simple("shareable", "EQUALS", "true"), ["2"]),
        (
            grouping("and", simple("componentId", "EQUALS", works.orders), simple("packageVersion", "EQUALS", "2")),
            ["2"],
        ),
    ):
        assert names(works.packer.all_of("PackagedComponent", test), "packageVersion") == expected, test


def test_packaged_component_refusals(works: Works) -> None:
    """PRIV-9, PROC-8: each with its status, and nothing stored."""
    house, packer = works.house, works.packer
    shape = components.create_component(
        actor=OPERATOR,
        at=AT,
        account=house.account,
        folder=top_id(house.account),
        name="Map",
        type="map",
        format="xml",
        text="<a/>",
    )
    theirs = a_component(other := an_account("Other"), top_id(other))
    deploy(actor=OPERATOR, at=AT, account=house.account, package=works.package, environment=works.open)
    stored = everything()
    for body, status, code in (
        ({}, 400, ""),
        ({"componentId": theirs, "packageVersion": "1"}, 400, ""),
        ({"componentId": works.orders, "packageVersion": "1.0"}, 400, "version_taken"),
        ({"componentId": works.orders, "packageVersion": ""}, 400, "version_invalid"),
        ({"componentId": works.orders, "packageVersion": "v" * 41}, 400, "version_invalid"),
        ({"componentId": works.orders, "packageVersion": "2", "notes": "n" * 2001}, 400, "package_notes_invalid"),
        ({"componentId": works.orders, "packageVersion": "2", "branchName": "x"}, 400, ""),
        ({"componentId": works.orders, "packageVersion": "2", "componentVersion": 7}, 400, ""),
        ({"componentId": shape, "packageVersion": "1"}, 400, "not_deployable"),
    ):
        found = refusal(packer.send("POST", "PackagedComponent", body))
        assert found[:2] == (status, code), (body, found)
    assert refusal(packer.send("DELETE", f"PackagedComponent/{works.package}"))[:2] == (400, "package_in_use")
    for method, path in (
        ("POST", ""),
        ("GET", f"/{works.package}"),
        ("POST", "/query"),
        ("DELETE", f"/{works.package}"),
    ):
        assert refusal(house.rae.send(method, f"PackagedComponent{path}", {}))[:2] == (403, "not_held")
    assert everything() == stored


def test_deployed_package_is_made_read_and_ended(works: Works) -> None:
    """What has ended goes on to be told; deploying another version ends the one before."""
    house, bob = works.house, works.house.bob
    body = {"environmentId": works.open, "packageId": works.package, "listenerStatus": "RUNNING", "notes": "first"}
    first = bob.post("DeployedPackage", body)
    assert first == {
        "@type": "DeployedPackage",
        "active": True,
        "branchName": "main",
        "componentId": works.orders,
        "componentType": "process",
        "componentVersion": 1,
        "deployedBy": bob.user.partition(".")[2],
        "deployedDate": first["deployedDate"],
        "deploymentId": first["deploymentId"],
        "environmentId": works.open,
        "notes": "first",
        "packageId": works.package,
        "packageVersion": "1.0",
        "version": 1,
    }
    assert house.pat.get(f"DeployedPackage/{first['deploymentId']}") == first
    second = bob.post(
        "DeployedPackage", body | {"packageId": a_package(house.account, works.orders, "2.0"), "notes": None}
    )
    assert (second["version"], second["notes"], second["active"]) == (2, "", True)
    assert bob.get(f"DeployedPackage/{first['deploymentId']}") == first | {"active": False}
    assert bob.delete(f"DeployedPackage/{second['deploymentId']}") is True
    ended = refusal(bob.send("DELETE", f"DeployedPackage/{second['deploymentId']}", {}))
    assert ended[:2] == (400, "deployment_ended")
    assert names(bob.all_of("DeployedPackage", simple("active", "EQUALS", *[True])), "version") == []
    root = etree.fromstring(bob.send("GET", f"DeployedPackage/{first['deploymentId']}", accept="text/xml").content)
    assert dict(root.attrib) == {}
    assert root.findtext("bns:active", namespaces=SPACE) == "false"


def test_priv_9_a_component_is_packaged_and_deployed_at_once(works: Works) -> None:
    """Where it is named instead of a package, by whoever may do both."""
    bob = works.house.bob
    body = {"environmentId": works.open, "componentId": works.orders, "notes": "both"}
    made = bob.post("DeployedPackage", body)
    assert (made["packageVersion"], made["notes"], made["active"]) == ("2.0", "both", True)
    package = bob.get(f"PackagedComponent/{made['packageId']}")
    assert (package["notes"], package["shareable"]) == ("both", True)
    again = refusal(bob.send("POST", "DeployedPackage", body | {"packageVersion": "2.0"}))
    assert again[:2] == (400, "version_taken")
    deployer = a_caller(works.house.account, a_role(works.house.account, "Deployers", "API", "DEPLOY"))
    assert refusal(deployer.send("POST", "DeployedPackage", body))[:2] == (403, "not_held")
    assert deployer.delete(f"DeployedPackage/{made['deploymentId']}") is True


def test_env_13_deployed_packages_of_closed_environments_are_left_out(works: Works) -> None:
    """Of lists, and refused by id; what is listed is what is found one by one."""
    house = works.house
    here = [
        str(deploy(actor=OPERATOR, at=AT, account=house.account, package=works.package, environment=place))
        for place in (works.open, works.closed)
    ]
    for who, expected in ((house.ann, here), (house.bob, here[:1]), (house.pat, here[:1])):
        every = who.all_of("DeployedPackage")
        assert names(every, "deploymentId") == expected
        assert [who.get(f"DeployedPackage/{id}") for id in expected] == every
        asked = {"type": "GET", "request": [{"id": id} for id in here]}
        answers = who.post("DeployedPackage/bulk", asked)["response"]
        assert [one["Result"] for one in answers if "Result" in one] == every
    for method in ("GET", "DELETE"):
        assert refusal(house.bob.send(method, f"DeployedPackage/{here[1]}"))[:2] == (403, "not_there")
    closed = {"environmentId": works.closed, "packageId": a_package(house.account, works.orders, "9")}
    assert refusal(house.bob.send("POST", "DeployedPackage", closed))[0] == 403


def test_deployed_package_is_queried_by_every_property(works: Works) -> None:
    """Those that have ended are among the answers."""
    account = works.house.account
    ids = []
    for version, at in (("1.0", AT), ("1.1", AT + DAY)):
        package = works.package if version == "1.0" else a_package(account, works.orders, version)
        ids.append(
            str(deploy(actor=OPERATOR, at=at, account=account, package=package, environment=works.open, notes=version))
        )
    both = ["1.0", "1.1"]
    for test, expected in (
        (simple("accountId", "EQUALS", account), both),
        (simple("active", "EQUALS", "true"), both[1:]),
        (simple("current", "EQUALS", *[False]), both[:1]),
        (simple("branch", "EQUALS", "main"), both),
        (simple("componentId", "EQUALS", works.orders), both),
        (simple("componentName", "EQUALS", "Orders"), both),
        (simple("componentType", "EQUALS", "process"), both),
        (simple("componentVersion", "EQUALS", "1"), both),
        (simple("deployedBy", "EQUALS", "operator"), both),
        (simple("deployedDate", "GREATER_THAN_OR_EQUAL", "2031-05-21T00:00:00Z"), both[1:]),
        (simple("deploymentId", "EQUALS", ids[0]), both[:1]),
        (simple("uid", "LIKE", f"%{ids[1]}"), both[1:]),
        (simple("environmentId", "EQUALS", works.open), both),
        (simple("environmentName", "NOT_EQUALS", "Open"), []),
        (simple("notes", "EQUALS", "1.1"), both[1:]),
        (simple("packageId", "EQUALS", works.package), both[:1]),
        (simple("packageNotes", "EQUALS", ""), both),
        (simple("packageVersion", "EQUALS", "1.1"), both[1:]),
        (simple("version", "GREATER_THAN", "1"), both[1:]),
    ):
        assert names(works.house.pat.all_of("DeployedPackage", test), "packageVersion") == expected, test


def test_deployed_package_refusals(works: Works) -> None:
    """PRIV-9, ENV-13: each with its status, and nothing stored."""
    house, bob = works.house, works.house.bob
    other = an_account("Other")
    theirs = an_environment(other, "Theirs")
    package = a_package(other, a_component(other, top_id(other)))
    deploy(actor=OPERATOR, at=AT, account=house.account, package=works.package, environment=works.open)
    stored = everything()
    for body, status, code in (
        ({}, 400, ""),
        ({"environmentId": works.open}, 400, ""),
        ({"environmentId": works.open, "componentId": works.package}, 400, ""),
        ({"environmentId": theirs, "packageId": works.package}, 400, ""),
        ({"environmentId": "Open", "packageId": works.package}, 400, ""),
        ({"environmentId": works.open, "packageId": package}, 400, ""),
        ({"environmentId": works.open, "packageId": works.package}, 400, "already_deployed"),
        ({"environmentId": works.open, "packageId": works.package, "listenerStatus": "PAUSED"}, 400, ""),
        ({"environmentId": works.open, "packageId": works.package, "listenerStatus": "x"}, 400, ""),
        ({"environmentId": works.open, "packageId": works.package, "notes": "n" * 2001}, 400, "package_notes_invalid"),
    ):
        found = refusal(bob.send("POST", "DeployedPackage", body))
        assert found[:2] == (status, code), (body, found)
    for id in ("x", "0", "01", "9" * 30, "\u0661"):
        assert refusal(bob.send("GET", f"DeployedPackage/{id}"))[:2] == (403, "not_there"), id
    assert refusal(house.pat.send("POST", "DeployedPackage", {}))[:2] == (403, "not_held")
    assert everything() == stored


def test_deployed_package_pages_take_the_same_queries(works: Works) -> None:
    """However many packages and environments."""
    account = works.house.account
    deploy(actor=OPERATOR, at=AT, account=account, package=works.package, environment=works.open)
    few = [queries_for(works.house.ann, f"{name}/query", {}) for name in ("PackagedComponent", "DeployedPackage")]
    for number in range(12):
        package = a_package(account, works.orders, f"p{number}")
        deploy(actor=OPERATOR, at=AT, account=account, package=package, environment=works.open)
    assert [
        queries_for(works.house.ann, f"{name}/query", {}) for name in ("PackagedComponent", "DeployedPackage")
    ] == few
    assert a_caller(account).all_of("DeployedPackage")[-1]["version"] == 13
