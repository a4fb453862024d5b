"""Developers, testers, release managers and production support over Development, Test and Production: set up from
nothing in the console, and checked with five people signed in.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import expect

from tests.borders.tree import PROJECT
from tests.journeys.conftest import Visitors
from tests.journeys.installation import House, Installation
from tests.journeys.visitors import Visitor

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]

ROLES = {
    "Developer": (
        "Build Read and Write Access",
        "Packaged Component Management",
        "Packaged Component Deployment",
        "View Results",
        "View Data",
        "Runtime Management Read Access",
    ),
    "Tester": ("Execute", "View Results", "View Data"),
    "Release Manager": ("Packaged Component Deployment", "Runtime Management", "View Results"),
    "Production Support Desk": ("Execute", "View Results"),
}
ENVIRONMENTS = {
    "Development": ("Test", ("Developer",)),
    "Testing": ("Test", ("Tester", "Release Manager")),
    "Live": ("Production", ("Release Manager", "Production Support Desk")),
}
PEOPLE = {"dev": "Developer", "tess": "Tester", "rel": "Release Manager", "pro": "Production Support Desk"}


@contextmanager
def a_runtime(installation: Installation, token: str, name: str) -> Iterator[None]:
    """The reference runtime, in a process of its own, installed by this token."""
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
        assert process.stdout.readline().startswith("installed as ")
        yield
    finally:
        process.terminate()
        process.communicate(timeout=10)


def make_role(ada: Visitor, name: str, privileges: tuple[str, ...]) -> None:
    """Under Custom Roles."""
    ada.page.get_by_role("link", name="Add", exact=True).click()
    dialog = ada.dialog("Add Role")
    dialog.get_by_label("Role Name").fill(name)
    for privilege in privileges:
        dialog.get_by_role("checkbox", name=f"{privilege} --").check()
    dialog.get_by_role("button", name="OK").click()
    expect(ada.page.get_by_role("list", name="Custom roles").get_by_role("link", name=name)).to_be_visible()


def make_environment(ada: Visitor, name: str, classification: str, roles: tuple[str, ...]) -> None:
    """Under Runtime Management, with its Roles with Access."""
    ada.menu("Runtime Management")
    ada.page.get_by_role("link", name="New", exact=True).click()
    dialog = ada.dialog("New Environment")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_label("Classification").select_option(classification)
    dialog.get_by_role("button", name="OK").click()
    expect(ada.page.get_by_role("heading", level=2, name=name, exact=True)).to_be_visible()
    for role in roles:
        ada.page.get_by_role("checkbox", name=f"{role}").check()
    count = f"{len(roles)} item{'' if len(roles) == 1 else 's'} selected."
    expect(ada.page.get_by_text(count)).to_be_visible()
    ada.page.get_by_role("button", name="Add selected roles").click()
    ada.toast(f"{len(roles)} role{'' if len(roles) == 1 else 's'} attached")


def add_user(ada: Visitor, email: str, role: str) -> None:
    """Under User Management; the person is known already, and is told."""
    ada.page.get_by_role("link", name="Add", exact=True).click()
    dialog = ada.dialog("Add User")
    dialog.get_by_label("User e-mail address").fill(email)
    dialog.get_by_label("First name").fill("Some")
    dialog.get_by_label("Last name").fill("Body")
    dialog.get_by_role("checkbox", name=role).check()
    dialog.get_by_role("button", name="OK").click()
    ada.toast("is now a user of this account")


def install(ada: Visitor, environment: str, stack: ExitStack, installation: Installation) -> None:
    """Generate a token, start a runtime with it, and attach it."""
    ada.menu("Runtime Management")
    ada.page.get_by_role("link", name="Install Runtime").click()
    dialog = ada.dialog("Install Runtime")
    dialog.get_by_role("button", name="Generate Token").click()
    token = dialog.locator("#installer-token").inner_text()
    stack.enter_context(a_runtime(installation, token, f"{environment} Engine"))
    dialog.get_by_role("link", name="Cancel").click()
    ada.menu("Runtime Management")
    ada.page.get_by_role("link", name=f"Attach {environment} Engine").click()
    dialog = ada.dialog("Attach Runtime")
    label = {"Live": "Live (Production)"}.get(environment, f"{environment} (Test)")
    dialog.get_by_label("Environment").select_option(label=label)
    dialog.get_by_role("button", name="Attach").click()
    ada.toast("The runtime is attached")


def build_and_package(dev: Visitor) -> None:
    """Make a process under Build, and version 1.0 of it under Packages."""
    dev.menu("Build")
    dev.page.get_by_role("link", name="New Component").click()
    dialog = dev.dialog("New Component")
    dialog.get_by_label("Component Name").fill("Orders to Invoices")
    dialog.get_by_label("Type").select_option("process")
    dialog.get_by_label("Format").select_option("json")
    dialog.get_by_label("Text").fill('{"steps": ["read", "map", "send"]}')
    dialog.get_by_role("button", name="OK").click()
    expect(dev.page.get_by_role("heading", level=2, name="Orders to Invoices")).to_be_visible()
    dev.menu("Packages")
    dev.page.get_by_role("link", name="Create Packaged Component").first.click()
    dialog = dev.dialog("Create Packaged Component")
    dialog.get_by_role("radio", name="Orders to Invoices").check()
    dialog.get_by_label("Version").fill("1.0")
    dialog.get_by_role("button", name="OK").click()
    expect(dev.page.get_by_role("row", name="Orders to Invoices 1.0")).to_be_visible()


def deploy(who: Visitor, environment: str, offered: list[str]) -> None:
    """Deploy version 1.0, choosing among the environments offered."""
    who.menu("Packages")
    who.page.get_by_role("link", name="Orders to Invoices").click()
    who.page.get_by_role("link", name="Deploy", exact=True).click()
    dialog = who.dialog("Deploy Orders to Invoices 1.0")
    choice = dialog.get_by_label("Environment")
    names = [text.split(" (")[0].strip() for text in choice.locator("option").all_inner_texts()]
    assert sorted(name for name in names if name in ENVIRONMENTS) == sorted(offered)
    choice.select_option(label=next(text for text in choice.locator("option").all_inner_texts() if environment in text))
    dialog.get_by_role("button", name="Deploy").click()
    who.toast("Orders to Invoices")


def tiles(who: Visitor) -> list[str]:
    """The environments on the tiles of Runtime Management."""
    who.menu("Runtime Management")
    return who.page.get_by_role("list", name="Environments").get_by_role("heading", level=2).all_inner_texts()


def wait_for_execution(who: Visitor, environment: str) -> None:
    """Reload Process Reporting until an execution in this environment is there."""
    until = time.monotonic() + 60
    while True:
        who.go("/reporting/")
        if who.page.get_by_role("row", name=environment).count():
            return
        assert time.monotonic() < until, f"nothing has run in {environment}"
        time.sleep(0.3)


def set_up(ada: Visitor, emails: dict[str, str]) -> None:
    """Roles, environments with their lists, and people: from nothing, in the console."""
    ada.page.get_by_role("link", name="Custom Roles").click()
    for role, privileges in ROLES.items():
        make_role(ada, role, privileges)
    for name, (classification, roles) in ENVIRONMENTS.items():
        make_environment(ada, name, classification, roles)
    ada.menu("User Management")
    for name, role in PEOPLE.items():
        add_user(ada, emails[name], role)


@pytest.fixture
def works(installation: Installation) -> House:
    """An account with its Administrator and nothing else, and four people whom another account knows."""
    house = installation.new_house("Duty", ("advanced_user_security", "environments_unlimited"))
    agency = installation.new_house("Agency")
    for name in PEOPLE:
        installation.add_person(agency, f"{name}.{house.account}", "Standard User")
    return House(house.account, agency.account, house.administrator)


def test_dev_reaches_dev_and_support_sees_results_and_not_data(
    visitors: Visitors, installation: Installation, works: House
) -> None:
    """The common use case: each role acts where it is attached, and nobody reaches what is not theirs."""
    emails = {name: f"{name}.{works.account}@{works.name}.example" for name in PEOPLE}
    ada = visitors()
    ada.sign_in(works.administrator)
    set_up(ada, emails)

    with ExitStack() as stack:
        for environment in ("Testing", "Live"):
            install(ada, environment, stack, installation)
        people: dict[str, Visitor] = {}
        for name, email in emails.items():
            people[name] = visitors()
            people[name].sign_in(email)
            people[name].switch_to("Duty")
        dev, tess, rel, pro = (people[name] for name in PEOPLE)

        # the developer builds and packages, and deploys to Development and nowhere else
        build_and_package(dev)
        deploy(dev, "Development", ["Development"])
        assert tiles(dev) == ["Development"]

        # the release manager brings it to Testing and Live, and cannot touch Development
        deploy(rel, "Testing", ["Live", "Testing"])
        deploy(rel, "Live", ["Live", "Testing"])
        assert tiles(rel) == ["Live", "Testing"]
        expect(rel.page.get_by_role("navigation", name="Settings").get_by_role("link", name="Build")).to_have_count(0)

        # the tester sees what ran in Testing, with its data, and nothing of Live
        wait_for_execution(tess, "Testing")
        expect(tess.page.get_by_role("main")).not_to_contain_text("Live")
        tess.page.get_by_role("link", name="Orders to Invoices").first.click()
        expect(tess.page.get_by_role("link", name="View Document").first).to_be_visible()

        # production support sees results of Live, re-runs, and never sees data
        wait_for_execution(pro, "Live")
        expect(pro.page.get_by_role("main")).not_to_contain_text("Testing")
        pro.page.get_by_role("link", name="Orders to Invoices").first.click()
        expect(pro.page.get_by_role("button", name="Re-run Document").first).to_be_visible()
        expect(pro.page.get_by_role("main")).not_to_contain_text("View Document")
        live = pro.page.url.removeprefix(installation.url)

        # what one may not see is refused when it is addressed, by name and rule
        for stranger in (dev, tess):
            stranger.go(live, 403)
            expect(stranger.page.get_by_role("alert")).to_contain_text("ENV-9")

        # a role taken off the list is gone at the next click
        ada.menu("Runtime Management")
        ada.page.get_by_role("link", name="Live", exact=True).click()
        ada.page.get_by_role("link", name="Roles", exact=True).click()
        ada.page.get_by_role("checkbox", name="Production Support Desk").check()
        ada.page.get_by_role("button", name="Remove selected roles").click()
        ada.toast("1 role detached")
        pro.go(live, 403)
        expect(pro.page.get_by_role("alert")).to_contain_text("Live is restricted to Release Manager")
        pro.menu("Process Reporting")
        expect(pro.page.get_by_role("main")).to_contain_text("No environment is open to you")
