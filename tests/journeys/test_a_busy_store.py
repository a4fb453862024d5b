"""The database takes no write for a while: people are told, nothing is lost, and trying again works."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from playwright.sync_api import expect

from tests.journeys.installation import House, Installation
from tests.journeys.visitors import Visitor, faults


@contextmanager
def writing_for_long(installation: Installation) -> Iterator[None]:
    """Another program holds the write lock of the database file."""
    with closing(sqlite3.connect(installation.folder / "tenantry.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_saving_while_the_store_is_busy(installation: Installation, visitor: Visitor, house: House) -> None:
    """A dialog stays open with what was typed and a message; a page says so with status 503; later both work."""
    visitor.sign_in(house.administrator)
    page = visitor.page
    page.get_by_role("link", name="Custom Roles").click()
    page.get_by_role("link", name="Add", exact=True).click()
    dialog = visitor.dialog("Add Role")
    dialog.get_by_label("Role Name").fill("Patience")
    visitor.expects(503)
    with writing_for_long(installation):
        dialog.get_by_role("button", name="OK").click()
        expect(dialog.get_by_role("alert")).to_have_text("The store cannot be reached. Nothing was saved.")
        expect(dialog.get_by_label("Role Name")).to_have_value("Patience")
    assert visitor.htmx_complaints() == 1
    dialog.get_by_role("button", name="OK").click()
    visitor.toast("The role Patience is saved")

    visitor.menu("Account Information")
    page.get_by_label("Account Name").fill("Renamed")
    with writing_for_long(installation):
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", name="The store cannot be reached")).to_be_visible()
        expect(page.get_by_text("Nothing was changed; try again.")).to_be_visible()
        assert faults(page) == []
    page.reload()
    visitor.toast("Saved.")
    visitor.is_in("Renamed")
