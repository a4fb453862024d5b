"""Sharing and withdrawing a cloud, with a real cluster: the reference one, in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.borders.tree import PROJECT
from tests.journeys.conftest import Visitors
from tests.journeys.installation import House, Installation
from tests.journeys.test_accessibility import LONG_WORD, inspection
from tests.journeys.test_account_groups import choose_group
from tests.journeys.test_reporting import wait_for
from tests.journeys.visitors import Visitor

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]


@contextmanager
def a_cluster(installation: Installation, token: str) -> Iterator[None]:
    """The reference cluster, installed by a token."""
    words = ["--server", installation.url, "--token", token, "--name", "Engine", "--interval", "0.3"]
    process = subprocess.Popen(
        [sys.executable, "-m", "tenantry.clouds.reference", *words, "--every", "3600"],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline().strip()
        assert said.startswith("installed as "), said
        yield
        assert process.poll() is None
    finally:
        process.terminate()
        process.communicate(timeout=10)


def a_partner(installation: Installation) -> tuple[House, str, str]:
    """A primary with clouds, the account of its customer, and an environment there with a process deployed."""
    house, [member] = installation.new_primary("Customer")
    features = ["advanced_user_security", "account_groups", "cloud_management"]
    installation.load({"kind": "account", "id": house.account, "name": house.name, "features": features})
    installation.do("group", primary=house.account, name="Services", accounts=[member], users={}, roles=[])
    return (
        house,
        member,
        installation.do("deployed", account=member, environment="Production", roles=[], process="Orders"),
    )


def shares_north(owner: Visitor) -> None:
    """Put the cloud on the group."""
    owner.page.get_by_role("link", name="Add Clouds").click()
    dialog = owner.dialog("Add Clouds")
    dialog.get_by_label("North").check()
    dialog.get_by_role("button", name="OK").click()
    owner.toast("is now shared with Services")


def makes_the_cloud(owner: Visitor) -> str:
    """Make North; the token for its first cluster."""
    owner.menu("Cloud Management")
    owner.page.get_by_role("link", name="Add Cloud").first.click()
    dialog = owner.dialog("Add Cloud")
    dialog.get_by_label("Name").fill("North")
    dialog.get_by_role("button", name="OK").click()
    owner.toast("The cloud North is made")
    owner.page.get_by_role("link", name="Install Cluster").click()
    dialog = owner.dialog("Install Cluster")
    dialog.get_by_role("button", name="Generate Token").click()
    token: str = dialog.locator("#cluster-token").inner_text()
    return token


def in_the_cloud(customer: Visitor) -> Any:
    """Runtime set-up, the second way of it."""
    customer.menu("Runtime Management")
    customer.page.get_by_role("link", name="Install Runtime").click()
    customer.page.get_by_role("dialog").get_by_role("link", name="In the Cloud").click()
    expect(customer.page.get_by_role("dialog").get_by_role("group", name="In the Cloud")).to_be_visible()
    return customer.dialog("Install Runtime")


def attaches(customer: Visitor) -> None:
    """Make an attachment in North, and attach it to the environment."""
    dialog = in_the_cloud(customer)
    expect(dialog).to_contain_text("1 attachment remaining")
    dialog.get_by_label("North (shared)").check()
    dialog.get_by_label("Name", exact=True).fill("Our slot")
    dialog.get_by_role("button", name="OK").click()
    customer.toast("Our slot is made")
    customer.page.get_by_role("link", name="Attach Our slot").click()
    customer.dialog("Attach Runtime").get_by_role("button", name="Attach").click()
    customer.toast("The runtime is attached")


def test_a_partner_shares_a_cloud_and_withdraws_it(visitors: Visitors, installation: Installation) -> None:
    """A customer attaches, and what is deployed runs there; without the share it is Unavailable, with it again not."""
    house, member, environment = a_partner(installation)
    owner, customer = visitors(), visitors()
    owner.sign_in(house.administrator)
    token = makes_the_cloud(owner)
    with a_cluster(installation, token):
        owner.page.reload()
        expect(owner.page.get_by_role("row", name="Engine")).to_contain_text("On")
        owner.menu("Account Groups")
        choose_group(owner, "Services")
        owner.page.get_by_role("link", name="Resources").click()
        shares_north(owner)

        customer.sign_in(f"cleo@{member.lower()}.example")
        attaches(customer)
        slot = customer.page.get_by_role("row", name="Our slot")
        expect(slot).to_contain_text("In the cloud North (Production)")
        expect(slot).not_to_contain_text("Unavailable")
        wait_for(customer, "/reporting/", "Orders")
        expect(customer.page.get_by_role("main")).to_contain_text("Our slot")
        dialog = in_the_cloud(customer)
        expect(dialog.get_by_label("North (shared)")).to_be_disabled()
        expect(dialog).to_contain_text("This account has 1 of at most 1 attachments in North.")
        expect(dialog.get_by_role("button", name="OK")).to_have_count(0)

        owner.page.get_by_role("link", name="Remove North").click()
        dialog = owner.dialog("Remove Cloud")
        expect(dialog).to_contain_text("sharing the cloud again revives them")
        dialog.get_by_role("button", name="Remove").click()
        owner.toast("no longer shared")
        here = f"/runtimes/environment/?environment={environment}&tab=runtimes"
        customer.go(here)
        expect(slot).to_contain_text("the cloud North is not shared with this account any more")
        expect(slot.get_by_role("link", name="Rename")).to_have_count(0)
        expect(slot.get_by_role("link", name="Detach")).to_be_visible()

        shares_north(owner)
        customer.go(here)
        expect(slot).not_to_contain_text("Unavailable")
        slot.get_by_role("link", name="Browse").click()
        expect(customer.dialog("Browse Our slot")).to_contain_text("Orders")


def test_the_pages_of_clouds(visitors: Visitors, installation: Installation) -> None:
    """Empty and filled, with every dialog and with errors: usable by everybody, in light and dark, narrow and wide."""
    house, _, _ = a_partner(installation)
    owner = visitors()
    owner.sign_in(house.administrator)
    line = {"kind": "cloud", "account": house.account, "installed": True}
    with inspection(owner, 15) as inspected:
        inspected.open("/clouds/", "/runtimes/install/cloud/")
        installation.load({**line, "name": "North", "id": f"{house.account}-n"}, {**line, "name": LONG_WORD})
        installation.load({"kind": "cloud", "account": house.account, "installed": False, "name": "Bare"})
        north = f"?cloud={house.account}-n"
        inspected.open("/clouds/", "/clouds/?q=nothing", f"/clouds/properties/{north}", f"/clouds/quotas/{north}")
        inspected.open(f"/clouds/quotas/add/{north}", "/clouds/add/", f"/clouds/delete/{north}")
        inspected.open(f"/clouds/clusters/install/{north}", "/runtimes/install/cloud/")
        page = owner.page
        page.get_by_label("North").check()
        page.get_by_role("textbox", name="Name", exact=True).fill(LONG_WORD)
        page.get_by_role("button", name="OK").click()
        owner.toast("is made")
        inspected.look("an attachment, unattached")
        owner.go(f"/clouds/properties/{north}")
        page.get_by_label("Max. Attachments per Account").fill("-5")
        owner.expects(422)
        page.get_by_role("button", name="Save").click()
        inspected.look("a maximum that is none")
        owner.go(f"/clouds/properties/{north}")
        page.get_by_role("link", name="Delete Cluster").click()
        owner.dialog("Delete Cluster")
        inspected.look("a cluster that is blocked")
        inspected.open(f"/clouds/quotas/{north}")
