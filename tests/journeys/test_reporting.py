"""Process Reporting, Deploy and the dashboard, with a real runtime: the reference one, in a process of its own."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.borders.tree import PROJECT
from tests.journeys.conftest import Visitors
from tests.journeys.installation import House, Installation
from tests.journeys.test_accessibility import LONG_WORD, inspection
from tests.journeys.visitors import Visitor

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]

PATIENCE = 30
"""Seconds within which a runtime must have done something."""


@contextmanager
def a_runtime(installation: Installation, house: House, environment: str, name: str = "Engine") -> Iterator[str]:
    """The reference runtime, installed by token and attached; its id."""
    token = installation.do("installer_token", account=house.account)
    words = ["--server", installation.url, "--token", token, "--name", name, "--interval", "0.3", "--every", "3600"]
    process = subprocess.Popen(
        [sys.executable, "-m", "tenantry.runtimes.reference", *words],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline().strip()
        assert said.startswith("installed as "), said
        runtime = said.removeprefix("installed as ")
        installation.do("attach", account=house.account, runtime=runtime, environment=environment)
        yield runtime
        assert process.poll() is None, "the runtime has ended by itself"
    finally:
        process.terminate()
        process.communicate(timeout=10)


def wait_for(visitor: Visitor, path: str, name: str) -> None:
    """Reload until a link of this name is there."""
    until = time.monotonic() + PATIENCE
    while True:
        visitor.go(path)
        if visitor.page.get_by_role("main").get_by_role("link", name=name).count():
            return
        assert time.monotonic() < until, f"no {name} on {path}"
        time.sleep(0.3)


@pytest.fixture
def works(installation: Installation) -> House:
    """An account with roles for production (results, no data) and for development."""
    house = installation.new_house("Works", ("advanced_user_security", "environments_unlimited"))
    role = {"kind": "role", "account": house.account}
    installation.load(
        {**role, "name": "Production Desk", "privileges": ["EXECUTE", "VIEW_RESULT"]},
        {**role, "name": "Developers", "privileges": ["BUILD", "PACKAGE_MANAGEMENT", "VIEW_RESULT", "VIEW_DATA"]},
    )
    installation.add_person(house, "pru", "Production Desk")
    installation.add_person(house, "dev", "Developers")
    return house


def test_production_support_reruns_and_the_developer_sees_none_of_it(
    visitors: Visitors, installation: Installation, works: House
) -> None:
    """Priv-8 and SCN 42: results without data; a re-run reaches the runtime, and its execution appears."""
    production = installation.do(
        "deployed",
        account=works.account,
        environment="Production",
        roles=["Production Desk"],
        process="Orders to Invoices",
    )
    with a_runtime(installation, works, production):
        pru = visitors()
        pru.sign_in(works.person("pru"))
        wait_for(pru, "/reporting/", "Orders to Invoices")
        pru.page.get_by_role("link", name="Orders to Invoices").click()
        expect(pru.page.get_by_role("region", name="Log of the execution")).to_contain_text("Read 1 document")
        main = pru.page.get_by_role("main")
        expect(main).to_contain_text("order.json")
        expect(main).not_to_contain_text("View Document")
        expect(main).not_to_contain_text("Run Document in Test Mode")
        expect(main).to_contain_text("they need View Data")
        execution = pru.page.url.removeprefix(installation.url)
        document = pru.page.get_by_role("button", name="Re-run Document order.json")
        action = document.locator("xpath=ancestor::form").get_attribute("action") or ""
        pru.go(action.replace("/rerun/", "/"), 403)
        expect(pru.page.get_by_role("alert")).to_contain_text("This needs the privilege View Data")

        pru.go(execution)
        pru.page.get_by_role("button", name="Re-run Document order.json").click()
        pru.toast("asked to run the document again")
        wait_for(pru, execution, "Orders to Invoices, ")
        pru.page.get_by_role("link", name="Orders to Invoices, ").click()
        expect(pru.page.get_by_role("region", name="Log of the execution")).to_contain_text(
            "Ran the document order.json again."
        )
        expect(pru.page.get_by_role("link", name="an earlier execution")).to_be_visible()
        assert pru.page.url.removeprefix(installation.url) != execution
        pru.menu("Process Reporting")
        expect(pru.page.get_by_role("row")).to_have_count(3)

        dev = visitors()
        dev.sign_in(works.person("dev"))
        dev.menu("Process Reporting")
        expect(dev.page.get_by_role("main")).to_contain_text("No environment is open to you")
        expect(dev.page.get_by_role("main")).not_to_contain_text("Orders to Invoices")
        dev.go(execution, 403)
        expect(dev.page.get_by_role("alert")).to_contain_text("Production is restricted to Production Desk")


def test_every_page_of_deploy_and_reporting_can_be_used_by_everybody(
    visitor: Visitor, installation: Installation, works: House
) -> None:
    """Axe and overflow, full and empty, wide and narrow, light and dark; also with overlong names."""
    visitor.expects(422)
    visitor.sign_in(works.administrator)
    page = visitor.page
    with inspection(visitor, 20) as looked:
        looked.open("/packages/", "/deployments/", "/reporting/", "/dashboard/")
        first = installation.do(
            "deployed", account=works.account, environment="Production", roles=[], process="Orders to Invoices"
        )
        installation.do(
            "deployed", account=works.account, environment=LONG_WORD[:80], roles=["Developers"], process=LONG_WORD
        )
        with a_runtime(installation, works, first, LONG_WORD):
            wait_for(visitor, "/reporting/", "Orders to Invoices")
        looked.open("/packages/", f"/deployments/?environment={first}", "/deployments/", "/reporting/", "/dashboard/")
        looked.open("/deployments/?show=ended", "/reporting/?process=nothing", "/packages/?q=nothing")

        visitor.go("/reporting/")
        page.get_by_role("link", name="Orders to Invoices").click()
        looked.look("an execution")
        page.get_by_role("button", name="Run Document in Test Mode order.json").click()
        visitor.toast("test mode")
        looked.look("an execution with a request")
        page.get_by_role("link", name="View Document order.json").click()
        expect(page.get_by_role("region", name="Content of the document")).to_contain_text("customer")
        looked.look("a document")

        visitor.go("/packages/")
        page.get_by_role("link", name="Create Packaged Component").click()
        dialog = visitor.dialog("Create Packaged Component")
        dialog.get_by_role("button", name="OK").click()
        expect(dialog.get_by_text("Choose a component.")).to_be_visible()
        looked.look("create a packaged component, refused")
        dialog.get_by_label("Search components by name").fill("orders")
        expect(dialog.get_by_role("radio")).to_have_count(1)
        dialog.get_by_role("radio", name="Orders to Invoices").check()
        dialog.get_by_label("Version").fill("2.0")
        looked.look("create a packaged component, filled in")
        dialog.get_by_role("button", name="OK").click()
        visitor.toast("2.0 is packaged")

        page.get_by_role("link", name="Orders to Invoices").first.click()
        looked.look("a package")
        page.get_by_role("link", name="Deploy", exact=True).click()
        dialog = visitor.dialog("Deploy Orders to Invoices 2.0")
        dialog.get_by_label("Environment").select_option(label="Production (Production)")
        looked.look("deploy")
        dialog.get_by_role("button", name="Deploy").click()
        visitor.toast("is deployed to Production")
        page.get_by_role("link", name="End the deployment of Orders to Invoices").click()
        dialog = visitor.dialog("End Deployment")
        looked.look("end a deployment")
        dialog.get_by_role("button", name="End Deployment").click()
        visitor.toast("no longer deployed")


def test_the_runtime_says_why_it_ends(installation: Installation) -> None:
    """A token that installs nothing, and an address that is none."""
    for words, why in (
        (["--server", installation.url, "--token", "nonsense"], "installs or proves no runtime"),
        (["--server", "ftp://nowhere", "--token", "x"], "no address of a server"),
    ):
        ended = subprocess.run(
            [sys.executable, "-m", "tenantry.runtimes.reference", *words],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert ended.returncode == 1
        assert why in ended.stderr
