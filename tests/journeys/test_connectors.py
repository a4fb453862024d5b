"""Connectors in a browser: released and shared by a partner, used by a customer, withdrawn and shared again."""

import io
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import Installation
from tests.journeys.test_accessibility import inspection
from tests.journeys.test_account_groups import choose_group
from tests.journeys.test_build import act
from tests.journeys.visitors import Visitor
from tests.store.descriptors import DESCRIPTOR

pytestmark = pytest.mark.timeout(300)


def archive() -> bytes:
    """A connector's archive, hardly anything in it."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as packed:
        packed.writestr("lib/connector.jar", b"classes")
    return kept.getvalue()


def become_developer(ann: Visitor) -> None:
    """A Publisher Name, and development enabled for good (CONN-1)."""
    ann.menu("Developer")
    ann.page.get_by_role("link", name="Go to Publisher").click()
    ann.page.get_by_label("Publisher Name").fill("Acme Software")
    ann.page.get_by_role("button", name="Save").click()
    ann.toast("Saved.")
    ann.page.get_by_role("link", name="Enable").click()
    ann.dialog("Enable Development").get_by_role("button", name="Enable").click()
    ann.toast("Development of connectors is enabled.")


def add_group(ann: Visitor, folder: Path) -> None:
    """A connector group with its first connector; a file that is none is refused at its field (CONN-2)."""
    (folder / "descriptor.xml").write_bytes(DESCRIPTOR)
    (folder / "crm.zip").write_bytes(archive())
    ann.menu("Developer")
    ann.page.get_by_role("link", name="Add Connector Group").first.click()
    dialog = ann.dialog("Add Connector Group")
    dialog.get_by_label("Connector Group Name").fill("Acme CRM")
    dialog.get_by_label("Display Name").fill("Acme CRM")
    dialog.get_by_label("Classification").fill("prod")
    for file, said in (("crm.zip", "of the descriptor"), ("descriptor.xml", "")):
        dialog.get_by_label("Connector Descriptor").set_input_files(folder / file)
        dialog.get_by_label("Connector Archive").set_input_files(folder / "crm.zip")
        dialog.get_by_role("button", name="OK").click()
        if said:
            ann.expects(422)
            expect(dialog.get_by_text(said)).to_be_visible()
    ann.toast("The connector group Acme CRM is made, with version 1.")


def release(ann: Visitor) -> None:
    """Choose Connector Version, at once."""
    ann.page.get_by_role("link", name="Choose Connector Version of Acme CRM prod").click()
    dialog = ann.dialog("Choose Connector Version")
    expect(dialog.get_by_label("Release Immediately")).to_be_checked()
    dialog.get_by_role("button", name="OK").click()
    ann.toast("Version 1 of Acme CRM is released.")


def share(ann: Visitor) -> None:
    """On the Resources tab of All Accounts."""
    ann.menu("Account Groups")
    choose_group(ann, "All Accounts")
    ann.page.get_by_role("link", name="Resources").click()
    ann.page.get_by_role("link", name="Add Connectors").click()
    dialog = ann.page.get_by_role("dialog")
    dialog.get_by_role("checkbox", name="Acme CRM").check()
    dialog.get_by_role("button", name="OK").click()
    expect(ann.page.get_by_role("link", name="Remove Acme CRM")).to_be_visible()


def withdraw(ann: Visitor) -> None:
    """On the Resources tab, after what it says of the components that use it."""
    ann.page.get_by_role("link", name="Remove Acme CRM").click()
    dialog = ann.page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 component")
    dialog.get_by_role("button", name="Remove").click()
    expect(ann.page.get_by_role("link", name="Remove Acme CRM")).to_have_count(0)


def test_scn_66_a_withdrawn_connector_blocks_what_uses_it_until_it_is_shared_again(
    installation: Installation, visitors: Visitors, tmp_path: Path
) -> None:
    """A customer makes a connection with a connector that is shared; withdrawn, the connection stays listed and does
    not open, and the reason names the connector; shared again, it opens.
    """
    primary, [customer] = installation.new_primary("Doc ABC Company")
    ann, max_ = visitors(), visitors()
    ann.sign_in(primary.administrator)
    become_developer(ann)
    add_group(ann, tmp_path)
    release(ann)
    share(ann)
    max_.sign_in(f"cleo@{customer.lower()}.example")
    max_.menu("Connectors")
    expect(max_.page.get_by_role("row", name="Acme CRM")).to_contain_text("Shared by Documentation")
    max_.menu("Build")
    act(max_.page, "New Component")
    dialog = max_.dialog("New Component")
    dialog.get_by_label("Component Name").fill("To the CRM")
    dialog.get_by_label("Type").select_option("Connection")
    dialog.get_by_text("Connector, for connections and operations").click()
    dialog.get_by_label("Search connectors").fill("acme crm")
    dialog.get_by_role("radio", name="Acme CRM").check()
    dialog.get_by_role("button", name="OK").click()
    max_.toast("The component To the CRM is made.")
    kind = f"{primary.account}-acmecrm-prod"
    text = max_.page.get_by_label("Text (XML)")
    expect(text).to_have_value(f'<connection connector-type="{kind}"/>')
    withdraw(ann)
    max_.expects(409)
    max_.page.reload()
    alert = max_.page.get_by_role("alert")
    expect(alert).to_contain_text("To the CRM uses the connector Acme CRM, which cannot be used in this account.")
    expect(text).to_have_count(0)
    max_.menu("Connectors")
    expect(max_.page.get_by_role("row", name="Acme CRM")).to_contain_text("1 component")
    max_.menu("Build")
    expect(max_.page.get_by_role("link", name="To the CRM")).to_be_visible()
    share(ann)
    max_.page.get_by_role("link", name="To the CRM").click()
    expect(text).to_have_value(f'<connection connector-type="{kind}"/>')


def test_pages_about_connectors_keep_nobody_out(installation: Installation, visitors: Visitors, tmp_path: Path) -> None:
    """Full and empty, with their dialogs, in both schemes and widths."""
    primary, [customer] = installation.new_primary("Doc ABC Company")
    line = {"kind": "connector", "account": primary.account, "type": "old", "released": "private"}
    features = ["advanced_user_security", "account_groups", "developer"]
    installation.load(
        {"kind": "account", "id": primary.account, "name": "Documentation", "features": features},
        {**line, "name": "Old CRM with a name that goes on and on " * 4, "id": "old", "version": "1.4"},
        {**line, "name": "Weather", "released": "public"},
        {"kind": "user", "id": primary.administrator, "staff": True},
    )
    ann, max_ = visitors(), visitors()
    ann.sign_in(primary.administrator)
    with inspection(ann, 7) as inspect:
        inspect.open("/developer/", "/account/publisher/")
        become_developer(ann)
        add_group(ann, tmp_path)
        release(ann)
        inspect.open("/developer/")
        for dialog in ("groups/add/", "connectors/version/?connector=old", "connectors/submit/?connector=old"):
            inspect.open(f"/developer/{dialog}")
        ann.page.get_by_label("Note for the reviewers").fill("Please")
        ann.page.get_by_role("button", name="Submit for Review").click()
        ann.toast("is submitted for review")
        ann.menu("Connector Reviews")
        ann.page.get_by_role("link", name="Decide about").click()
        expect(ann.page.get_by_role("dialog").get_by_role("button", name="Approve")).to_be_visible()
        inspect.open("/reviews/")
    max_.sign_in(f"cleo@{customer.lower()}.example")
    with inspection(max_, 1) as inspect:
        inspect.open("/build/connectors/")
