"""A partner releases an integration pack; a customer installs it, applies an update early and gets the next at once."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tenantry.runtimes.reference import Platform
from tests.journeys.conftest import Visitors
from tests.journeys.installation import PASSWORD, House, Installation
from tests.journeys.visitors import Visitor

FEATURES = ("advanced_user_security", "account_groups", "integration_packs")


def package(paul: Visitor, version: str) -> None:
    """A shareable version of the process, under Packages."""
    paul.menu("Packages")
    paul.page.get_by_role("link", name="Create Packaged Component").first.click()
    dialog = paul.dialog("Create Packaged Component")
    dialog.get_by_role("radio", name="Orders to Invoices").check()
    dialog.get_by_label("Version").fill(version)
    dialog.get_by_role("checkbox", name="Shareable").check()
    dialog.get_by_role("button", name="OK").click()
    paul.toast(f"Version {version} is packaged")


def manage(paul: Visitor, pack: str = "") -> None:
    """Integration Packs, in the section Manage of the menu; and one of them."""
    paul.page.get_by_role("list", name="Manage").get_by_role("link", name="Integration Packs").click()
    if pack:
        paul.page.get_by_role("link", name=pack).click()
        expect(paul.page.get_by_role("heading", level=1, name=pack)).to_be_visible()


def publish(paul: Visitor) -> None:
    """From a component to a released pack that a group receives."""
    paul.menu("Build")
    paul.page.get_by_role("link", name="New Component").click()
    dialog = paul.dialog("New Component")
    dialog.get_by_label("Component Name").fill("Orders to Invoices")
    dialog.get_by_label("Type").select_option("process")
    dialog.get_by_label("Format").select_option("json")
    dialog.get_by_label("Text").fill('{"steps": ["read", "map", "send"]}')
    dialog.get_by_role("button", name="OK").click()
    expect(paul.page.get_by_role("heading", level=2, name="Orders to Invoices")).to_be_visible()
    package(paul, "1.0")
    manage(paul)
    paul.page.get_by_role("link", name="Create Integration Pack").first.click()
    dialog = paul.dialog("Create Integration Pack")
    dialog.get_by_label("Integration Pack Name").fill("Retail")
    dialog.get_by_label("Description").fill("Orders of a shop")
    dialog.get_by_role("button", name="OK").click()
    paul.toast("Retail is made")
    expect(paul.page.get_by_role("link", name="Release Integration Pack")).to_have_count(0)
    paul.page.get_by_role("link", name="Add Packaged Component").first.click()
    dialog = paul.dialog("Add Packaged Component")
    dialog.get_by_role("checkbox", name="Orders to Invoices").check()
    dialog.get_by_role("button", name="OK").click()
    paul.toast("1 component added")
    release(paul)
    expect(paul.page.get_by_text("Release 1", exact=True)).to_be_visible()
    paul.menu("Account Groups")
    paul.page.get_by_label("Account Group", exact=True).select_option(label="Shops")
    expect(paul.page.get_by_role("heading", level=2, name="Shops")).to_be_visible()
    paul.page.get_by_role("link", name="Resources").click()
    paul.page.get_by_role("link", name="Add Integration Packs").click()
    dialog = paul.dialog("Add Integration Packs")
    dialog.get_by_role("checkbox", name="Retail").check()
    dialog.get_by_role("button", name="OK").click()
    paul.toast("1 integration pack is now shared with Shops")


def release(paul: Visitor, day: str = "") -> None:
    """Release Integration Pack: immediately, or on a date."""
    paul.page.get_by_role("link", name="Release Integration Pack").click()
    dialog = paul.dialog("Release Integration Pack")
    if day:
        dialog.get_by_role("radio", name="Release on specified date").check()
        dialog.get_by_label("Release date").fill(day)
    dialog.get_by_role("button", name="Release", exact=True).click()
    paul.toast("in the first hour of" if day else "is released")


def running(runtime: Platform) -> list[tuple[str, str]]:
    """The packages that a runtime is told to run, as (name, version)."""
    return [(one["name"], one["version"]) for one in runtime.call("deployments")["deployments"]]


def install(cleo: Visitor, places: list[str]) -> None:
    """Browse, install, attach."""
    cleo.menu("Integration Packs")
    cleo.page.get_by_role("link", name="Browse Integration Packs").first.click()
    cleo.page.get_by_role("searchbox", name="Filter Integration Packs").fill("ret")
    cleo.page.get_by_role("link", name="View Retail").click()
    expect(cleo.page.get_by_role("row", name="Orders to Invoices Process 1.0")).to_be_visible()
    cleo.page.get_by_role("link", name="Install", exact=True).click()
    dialog = cleo.dialog("Install Retail")
    dialog.get_by_role("button", name="Complete Installation").click()
    cleo.toast("Retail is installed")
    expect(cleo.page.get_by_role("heading", level=1, name="Retail Version 1")).to_be_visible()
    for place in places:
        cleo.page.get_by_role("checkbox", name=place).check()
    cleo.page.get_by_role("button", name="Attach Selected Environments").click()
    cleo.toast(f"{len(places)} environment")


def test_pack_8_from_a_component_to_an_update_at_a_customer(visitors: Visitors, installation: Installation) -> None:
    """Release, share, install, attach, try out a dated update early, and receive an immediate one that replaces it."""
    home = installation.new_house("Publisher", FEATURES)
    shop = installation.do("customer", primary=home.account, name="Shop")
    owner = f"cleo@{shop.lower()}.example"
    installation.load(
        {"kind": "user", "id": owner, "password": PASSWORD, "signed_in": True, "first_name": "Cleo"},
        {"kind": "user_role", "account": shop, "user": owner, "role": "Administrator"},
        {"kind": "environment", "account": shop, "name": "Live", "id": f"live-of-{home.account}"},
        {"kind": "environment", "account": shop, "name": "Spare"},
        {"kind": "account_group", "account": home.account, "name": "Shops"},
        {"kind": "group_account", "account": home.account, "group": "Shops", "member": shop},
    )
    runtime = Platform(installation.url)
    token = installation.do("installer_token", account=shop)
    made = runtime.call("install", {"token": token, "name": "Shop engine", "version": "1"})
    runtime.secret = made["secret"]
    installation.do("attach", account=shop, runtime=made["runtime"], environment=f"live-of-{home.account}")

    paul, cleo = visitors(), visitors()
    paul.sign_in(House(home.account, home.name, home.administrator).administrator)
    publish(paul)
    cleo.sign_in(owner)
    install(cleo, ["Live", "Spare"])
    assert running(runtime) == [("Orders to Invoices", "1.0")]

    package(paul, "2.0")
    manage(paul, "Retail")
    release(paul, (datetime.now(UTC) + timedelta(days=10)).date().isoformat())
    expect(paul.page.get_by_text("An update is pending.")).to_be_visible()
    expect(paul.page.get_by_role("link", name="Release Integration Pack")).to_have_count(0)
    assert running(runtime) == [("Orders to Invoices", "1.0")]
    cleo.page.reload()
    cleo.page.get_by_role("link", name="Apply Pending Updates").click()
    cleo.dialog("Apply Pending Updates").get_by_role("button", name="Apply Pending Updates").click()
    cleo.toast("runs version 2")
    expect(cleo.page.get_by_text("Pending update applied")).to_be_visible()
    assert running(runtime) == [("Orders to Invoices", "2.0")]

    package(paul, "3.0")
    manage(paul, "Retail")
    release(paul)
    assert running(runtime) == [("Orders to Invoices", "3.0")]
    cleo.page.reload()
    expect(cleo.page.get_by_role("heading", level=1, name="Retail Version 3")).to_be_visible()
    expect(cleo.page.get_by_text("Up to date")).to_be_visible()

    cleo.page.get_by_role("checkbox", name="Live").check()
    cleo.page.get_by_role("button", name="Detach Selected Environments").click()
    cleo.toast("1 environment detached")
    assert running(runtime) == []
    cleo.page.get_by_role("link", name="Uninstall").click()
    cleo.dialog("Uninstall Retail").get_by_role("button", name="Uninstall").click()
    cleo.toast("Retail is uninstalled")
    expect(cleo.page.get_by_text("Nothing is installed yet")).to_be_visible()
