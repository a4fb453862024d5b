"""Deploy as pages: packages, their dialogs, and deployments of the environments one gets into."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenantry.accounts.commands import switch_feature
from tenantry.build.components import create_component
from tenantry.build.queries import top_id
from tenantry.deploy.commands import create_package, deploy
from tenantry.deploy.models import Deployment, PackagedComponent
from tenantry.environments.commands import attach_roles, create_environment
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import OPERATOR, RoleId
from tests.console.people import AT, House, signed_in
from tests.console.test_page_queries import MOST
from tests.console.test_reporting import close, somebody

pytestmark = pytest.mark.django_db

PROCESS = "Acme reports process"


@pytest.fixture
def house(bare_house: House, db: None) -> House:
    """An account with one deployed process."""
    return bare_house


def text(client: Client, name: str, status: int = 200, **parts: Any) -> str:
    """A page."""
    query = parts.pop("query", {})
    answer = client.get(reverse(name, kwargs=parts or None), query)
    assert answer.status_code == status
    return answer.content.decode()


def test_priv_9_only_who_has_both_rights_is_offered_packaging(house: House) -> None:
    """The button is absent without Build or without Packaged Component Management, and the dialog is refused."""
    for n, (rights, missing) in enumerate(
        ((("BUILD", "PACKAGE_MANAGEMENT"), ""), (("PACKAGE_MANAGEMENT",), "BUILD"), (("DEPLOY", "BUILD"), "PACKAGE_M"))
    ):
        client, _ = somebody(house.account, f"p{n}", *rights)
        assert ("Create Packaged Component" in text(client, "packages")) == (not missing)
        if missing:
            assert missing in text(client, "package_add", 403)
            assert client.post(reverse("package_add"), {"component": "x", "version": "1"}).status_code == 403
        else:
            assert PROCESS in text(client, "package_add")


def test_the_dialog_packages_a_component(house: House) -> None:
    """Chosen from a list, with a version and notes; what is wrong is told at its field."""
    client = signed_in(house.administrator, house.account)
    url = reverse("package_add")
    form = {"component": house.reports.process, "version": "2.0", "notes": "Better", "shareable": "on"}
    assert client.post(url, form).status_code == 303
    made = PackagedComponent.rows.of(house.account).get(version="2.0")
    assert (made.notes, made.shareable, made.user) == ("Better", True, "ada@acme.example")
    taken = client.post(url, form)
    assert taken.status_code == 422
    assert "There is a version 2.0 of" in taken.content.decode()
    assert f'value="{house.reports.process}" checked' in taken.content.decode()
    nothing = client.post(url, {"version": ""}).content.decode()
    assert "Choose a component." in nothing
    assert "This field is required." in nothing
    gone = client.post(url, {"component": "none", "version": "1"})
    assert gone.status_code == 422
    assert "There is no such component" in gone.content.decode()


def test_searching_in_the_dialog_packages_nothing_and_keeps_what_is_typed(house: House) -> None:
    """What is chosen stays at the head of what is found."""
    create_component(
        actor=OPERATOR,
        at=AT,
        account=house.account,
        folder=top_id(house.account),
        name="Billing",
        type="process",
        format="xml",
        text="<p/>",
    )
    client = signed_in(house.administrator, house.account)
    answer = client.post(
        reverse("package_add"),
        {"search": "1", "q": "bill", "component": house.reports.process, "version": "9", "shareable": "on"},
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.index(PROCESS) < page.index("Billing")
    assert 'value="9"' in page
    assert not PackagedComponent.rows.of(house.account).filter(version="9").exists()


def test_env_13_lists_leave_closed_environments_out(house: House) -> None:
    """Neither where a package is deployed nor the environment's name is told; naming it directly is 403."""
    insider, ops = somebody(house.account, "ina", "DEPLOY")
    outsider, _ = somebody(house.account, "otto", "DEPLOY", "PACKAGE_MANAGEMENT")
    close(house, ops)
    here = {"environment": house.reports.environment}
    for page in (
        text(outsider, "packages"),
        text(outsider, "package", package=house.reports.package),
        text(outsider, "deployments"),
        text(outsider, "package_deploy", package=house.reports.package),
        text(outsider, "deployment_add"),
    ):
        assert "Acme reports<" not in page.replace("Acme reports (", "Acme reports<")
    assert "Acme reports" in text(insider, "deployments", query=here)
    assert "ENV-9" in text(outsider, "deployments", 403, query=here)
    assert "ENV-9" in text(outsider, "deployment_end", 403, deployment=house.reports.deployment)
    deploying = reverse("package_deploy", kwargs={"package": house.reports.package})
    for url, data in (
        (deploying, here),
        (reverse("deployment_add"), {**here, "component": house.reports.process, "version": "3"}),
        (reverse("deployment_end", kwargs={"deployment": house.reports.deployment}), {}),
    ):
        answer = outsider.post(url, data)
        assert answer.status_code == 403
        assert "ENV-9" in answer.content.decode()
    assert Deployment.rows.of(house.account).count() == 1


def test_env_16_a_narrowed_environment_offers_no_deploying_and_says_why(house: House) -> None:
    """With Advanced Environment Access on and Read Access matched: seen, but neither deployed to nor ended."""
    switch_feature(actor=OPERATOR, at=AT, account=house.account, feature=Feature.ADVANCED_ENVIRONMENT_ACCESS, on=True)
    client, role = somebody(house.account, "ron", "DEPLOY", "PACKAGE_MANAGEMENT", "ENV_MANAGEMENT_READ_ONLY")
    close(house, role)
    page = text(client, "deployments", query={"environment": house.reports.environment})
    assert "read-only for you" in page
    assert PROCESS in page
    assert "Package and Deploy" not in page
    assert reverse("deployment_end", kwargs={"deployment": house.reports.deployment}) not in page
    deploying = reverse("package_deploy", kwargs={"package": house.reports.package})
    assert house.reports.environment not in client.get(deploying).content.decode()
    answer = client.post(deploying, {"environment": house.reports.environment})
    assert answer.status_code == 403
    assert "ENV-16" in answer.content.decode()
    assert text(client, "deployments", query={"environment": house.environment}).count("Package and Deploy") == 1


def test_deploying_by_the_dialog_and_ending_it(house: House) -> None:
    """To an environment that one may deploy to; the same version again is refused in the dialog."""
    client = signed_in(house.administrator, house.account)
    url = reverse("package_deploy", kwargs={"package": house.reports.package})
    again = client.post(url, {"environment": house.reports.environment})
    assert again.status_code == 422
    assert "is deployed to Acme reports already" in again.content.decode()
    assert client.post(url, {}).status_code == 422
    answer = client.post(url, {"environment": house.environment})
    assert answer.status_code == 303
    assert answer["Location"] == reverse("deployments") + f"?environment={house.environment}"
    page = client.get(answer["Location"]).content.decode()
    assert PROCESS in page
    end = reverse("deployment_end", kwargs={"deployment": house.reports.deployment})
    assert client.post(end).status_code == 303
    assert client.post(end).status_code == 422
    ended = text(client, "deployments", query={"environment": house.reports.environment, "show": "ended"})
    assert PROCESS in ended


def test_package_and_deploy_by_the_dialog(house: House) -> None:
    """It begins with the environment that was looked at; both rights are needed, Build is not."""
    client, _ = somebody(house.account, "pat", "PACKAGE_MANAGEMENT", "DEPLOY")
    here = {"environment": house.reports.environment}
    page = text(client, "deployment_add", query=here)
    assert f'<option value="{house.reports.environment}" selected>' in page
    form = {**here, "component": house.reports.process, "version": "3.0"}
    assert client.post(reverse("deployment_add"), form).status_code == 303
    rows = Deployment.rows.of(house.account).filter(ended_at=None)
    assert [row.package.version for row in rows.select_related("package")] == ["3.0"]
    deployer, _ = somebody(house.account, "dee", "DEPLOY")
    assert "Package and Deploy" not in text(deployer, "deployments")
    assert "PACKAGE_MANAGEMENT" in text(deployer, "deployment_add", 403)
    packager, _ = somebody(house.account, "pia", "PACKAGE_MANAGEMENT")
    assert "DEPLOY" in text(packager, "deployment_add", 403)
    assert "Deploying needs the privilege" in text(packager, "deployments")


def test_without_an_open_environment_the_page_says_so(house: House) -> None:
    """And says nothing of those that are there."""
    client, _ = somebody(house.account, "otto", "DEPLOY")
    for environment in (house.environment, house.reports.environment):
        attach_roles(
            actor=OPERATOR, at=AT, account=house.account, environment=environment, roles=frozenset({RoleId("SUPPORT")})
        )
    page = text(client, "deployments")
    assert "No environment is open to you" in page
    assert "Acme reports" not in page


def test_many_environments_are_searched_and_listed_a_part_at_a_time(house: House) -> None:
    """The part that has the environment shown, with ways to the others; a search keeps what is shown.

    Ids are searched too, and made at random: the names have a letter that none of them has.
    """
    here: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": house.account}
    made = [create_environment(**here, name=f"E y{n:03}") for n in range(120)]
    client = signed_in(house.administrator, house.account)

    def listed(**query: str) -> list[str]:
        return re.findall(r'<span title="(E y\d+)">', text(client, "deployments", query=query))

    def next_of(**query: str) -> str:
        found = re.search(r'from=([^"&]+)" rel="next"', text(client, "deployments", query=query))
        return found[1] if found else ""

    seen, begin = listed(), next_of()
    while begin:
        seen += listed(**{"from": begin})
        begin = next_of(**{"from": begin})
    assert seen == [f"E y{n:03}" for n in range(120)]
    assert "E y110" in listed(environment=made[110])
    assert len(listed(environment=made[110])) < 50
    found = text(client, "deployments", query={"environment": made[110], "q": "e y04"})
    assert re.findall(r'<span title="(E y\d+)">', found) == [f"E y{n:03}" for n in range(40, 50)]
    assert "<h2>E y110</h2>" in found
    assert "No environments found" in text(client, "deployments", query={"q": "zzz"})


def test_a_package_shows_its_text_escaped_and_its_other_versions(house: House) -> None:
    """As it was packaged."""
    second = create_package(
        actor=OPERATOR, at=AT, account=house.account, component=house.reports.process, version="2.0 <b>"
    )
    page = text(signed_in(house.administrator, house.account), "package", package=house.reports.package)
    assert "&lt;process/&gt;" in page
    assert "2.0 &lt;b&gt;" in page
    assert reverse("package", kwargs={"package": second}) in page
    assert "First one" in page


def test_pages_take_a_fixed_number_of_queries(house: House) -> None:
    """Whatever the number of packages, deployments and environments."""
    client = signed_in(house.administrator, house.account)
    urls = (
        reverse("packages"),
        reverse("package", kwargs={"package": house.reports.package}),
        reverse("package_add"),
        reverse("deployments") + f"?environment={house.reports.environment}",
        reverse("deployment_add"),
        reverse("package_deploy", kwargs={"package": house.reports.package}),
    )

    def numbers() -> list[int]:
        found = []
        for url in urls:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            found.append(len(queries))
        return found

    before = numbers()
    here: dict[str, Any] = {"actor": OPERATOR, "at": AT, "account": house.account}
    for n in range(40):
        environment = create_environment(**here, name=f"E {n:02}")
        process = create_component(
            **here, folder=top_id(house.account), name=f"P {n:02}", type="process", format="xml", text="<p/>"
        )
        package = create_package(**here, component=process, version="1.0")
        deploy(**here, package=package, environment=house.reports.environment)
        deploy(**here, package=house.reports.package, environment=environment)
    assert numbers() == before
    assert max(before) <= MOST
