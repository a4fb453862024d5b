"""Components and folders dragged onto folders: moved like by the dialog, or refused with the reason (FOLD-12)."""

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import House, Installation
from tests.journeys.test_build import folder, teams
from tests.journeys.visitors import Visitor, faults


def branch(page: Page, name: str) -> Locator:
    """A folder in the tree."""
    return page.locator("#tree a").filter(has=page.get_by_title(name, exact=True))


def from_top(row: Locator) -> float:
    """How far a row is from the top of the window."""
    return float(row.evaluate("row => row.getBoundingClientRect().top"))


def drag_over(target: Locator) -> None:
    """Move what is being dragged onto something; the browser says so from the second movement on."""
    target.hover()
    target.hover()


def told(visitor: Visitor, text: str) -> None:
    """Expect the refusal on the page."""
    expect(visitor.page.get_by_role("main").get_by_role("alert")).to_contain_text(text)


def explorer(installation: Installation, visitors: Visitors, house: House) -> Visitor:
    """Tom of Team B in front of folders, one of them Team A's, with a component in Sales."""
    _, tom = teams(installation, house)
    line = {"account": house.account}
    paths = ("Finance/Invoices", "North/Texas/Austin", "Sales/Old")
    installation.load(
        *({"kind": "folder", **line, "path": path} for path in paths),
        {"kind": "folder_role", **line, "path": "Finance", "role": "Team A"},
    )
    installation.do("components", account=house.account, path="Sales", names=["Order Import"])
    visitor = visitors()
    visitor.expects(403, 404, 409)
    visitor.sign_in(tom)
    visitor.menu("Build")
    return visitor


def test_fold_12_what_is_dropped_on_a_folder_is_moved_there(
    installation: Installation, visitors: Visitors, house: House
) -> None:
    """A component from the list; a folder of the tree into one that opens under the pointer; a folder that was found.
    The page shows the new place, with the focus on what was moved.
    """
    visitor = explorer(installation, visitors, house)
    page = visitor.page
    folder(page, "Sales")
    row = page.get_by_role("row", name="Order Import")
    row.hover()
    page.mouse.down()
    drag_over(branch(page, "North"))
    expect(branch(page, "North")).to_have_class("target")
    expect(branch(page, "Texas")).to_be_visible()
    drag_over(branch(page, "Texas"))
    expect(branch(page, "North")).not_to_have_class("target")
    page.mouse.up()
    visitor.toast("The component Order Import is moved to North / Texas.")
    expect(page.locator("#place").get_by_role("heading", level=2, name="Texas")).to_be_visible()
    expect(page.locator("#tree [aria-current]")).to_have_text("Texas")
    expect(page.get_by_role("link", name="Order Import")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Text (XML)")).to_be_visible()

    branch(page, "Texas").drag_to(branch(page, "Sales"))
    visitor.toast("The folder Texas is moved to Sales.")
    expect(branch(page, "Texas")).to_be_focused()
    steps = page.get_by_role("navigation", name="Path").get_by_role("listitem")
    expect(steps).to_have_text([house.name, "Sales", "Texas"])
    expect(page.get_by_role("row", name="Order Import")).to_be_visible()

    page.get_by_label("Search by name or component ID").fill("aus")
    page.get_by_role("link", name="Sales / Texas / Austin").drag_to(branch(page, house.name))
    visitor.toast(f"The folder Austin is moved to {house.name}.")
    page.get_by_label("Search by name or component ID").fill("order")
    branch(page, "Sales").locator("xpath=../details/summary").click()
    page.get_by_role("row", name="Order Import").drag_to(branch(page, "Texas"))
    visitor.toast("The component Order Import is in Sales / Texas already.")


def test_fold_12_a_drop_that_is_not_allowed_fails_with_the_reason(
    installation: Installation, visitors: Visitors, house: House
) -> None:
    """Into a restricted folder, out of one, into what is below, the top-level folder, onto what is gone: nothing moves,
    the page stays as it is with the refusal on it, and "Why?" leads on.
    """
    visitor = explorer(installation, visitors, house)
    page = visitor.page
    branch(page, "North").locator("xpath=../details/summary").click()
    expect(branch(page, "Texas")).to_be_visible()
    page.get_by_label("Search by name or component ID").fill("o")
    row = page.get_by_role("row", name="Order Import")
    expect(row).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 420})
    before = page.locator("#tree").inner_text()

    row.hover()
    page.mouse.down()
    drag_over(branch(page, "Finance"))
    seen = from_top(row)
    page.mouse.up()
    told(visitor, "The folder Finance may only be changed by Team A")
    told(visitor, "Rule FOLD-6 · Why?")
    assert abs(from_top(row) - seen) < 1
    expect(page.get_by_role("main").get_by_role("alert")).to_be_in_viewport(ratio=1)
    expect(page.get_by_label("Search by name or component ID")).to_have_value("o")
    expect(row).to_contain_text("Sales")
    assert page.locator("#tree").inner_text() == before
    assert faults(page) == []
    page.get_by_role("button", name="Close message").click()
    expect(page.get_by_role("main").get_by_role("alert")).to_have_count(0)

    page.set_viewport_size({"width": 1280, "height": 800})
    branch(page, "Finance").drag_to(branch(page, "North"))
    told(visitor, "The folder Finance may only be changed by Team A")
    branch(page, "North").drag_to(branch(page, "Texas"))
    told(visitor, "A folder cannot be put into itself or into a folder below it.")
    branch(page, house.name).drag_to(branch(page, "North"))
    told(visitor, "The top-level folder cannot be moved.")
    sales = branch(page, "Sales")
    sales.hover(position={"x": 60, "y": 10})
    page.mouse.down()
    for x in (140, 141, 142):
        sales.hover(position={"x": x, "y": 20})
    expect(sales).not_to_have_class("target")
    page.mouse.up()
    assert page.locator("#tree").inner_text() == before
    row.drag_to(branch(page, "Finance"))
    told(visitor, "Team A")
    page.get_by_role("link", name="Why?").click()
    expect(page.locator("#verdict")).to_contain_text("may not use Build Read and Write Access in Finance")
    page.go_back()

    installation.do("delete_folder", account=house.account, path="Sales/Old")
    installation.do("delete_folder", account=house.account, path="North")
    branch(page, "Sales").drag_to(branch(page, "North"))
    told(visitor, "There is no such folder")
    folder(page, "Sales")
    expect(page.get_by_role("main").get_by_role("alert")).to_have_count(0)
