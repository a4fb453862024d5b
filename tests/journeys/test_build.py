"""Folders and components in a browser: made, edited, restricted, seen by somebody else; and usable by everybody."""

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import House, Installation
from tests.journeys.test_accessibility import LONG_WORD, inspection
from tests.journeys.visitors import Visitor


def folder(page: Page, name: str) -> None:
    """Choose a folder in the tree."""
    page.locator("#tree a").filter(has=page.get_by_title(name, exact=True)).first.click()
    expect(page.locator("#place").get_by_role("heading", level=2, name=name)).to_be_visible()


def act(page: Page, name: str) -> None:
    """Open a dialog from the menu of the folder or component."""
    page.locator("#place .menu").get_by_role("link", name=name, exact=True).click()


def new_folder(visitor: Visitor, name: str) -> None:
    """Make a folder in the one that is shown."""
    act(visitor.page, "New Folder")
    dialog = visitor.dialog("New Folder")
    dialog.get_by_label("Folder Name").fill(name)
    dialog.get_by_role("button", name="OK").click()
    visitor.toast(f"The folder {name} is made.")


def teams(installation: Installation, house: House) -> tuple[str, str]:
    """Two who build, each of another team; their addresses."""
    for role, privileges in (("Builder", ["BUILD"]), ("Team A", []), ("Team B", [])):
        installation.load({"kind": "role", "account": house.account, "name": role, "privileges": privileges})
    tim = installation.add_person(house, "tim", "Builder", "Team A", "Administrator")
    return tim, installation.add_person(house, "tom", "Builder", "Team B")


def test_what_one_team_keeps_to_itself_the_other_reads_and_copies(  # noqa: PLR0915 - one story
    installation: Installation, visitors: Visitors, house: House
) -> None:
    """Tim makes a folder with a component, edits it and restricts the folder to his team; Tom sees the lock and a
    read-only banner, copies the component out, and edits the copy.
    """
    tim, tom = teams(installation, house)
    owner, other = visitors(), visitors()
    owner.sign_in(tim)
    owner.menu("Build")
    page = owner.page
    new_folder(owner, "Finance")
    act(page, "New Component")
    dialog = owner.dialog("New Component")
    dialog.get_by_label("Component Name").fill("Order Import")
    dialog.get_by_label("Type").select_option("Process")
    dialog.get_by_label("Format").select_option("XML")
    dialog.get_by_label("Text").fill("<process>\n  <start/>\n</process>\n")
    dialog.get_by_role("button", name="OK").click()
    owner.toast("The component Order Import is made.")
    editor = page.get_by_label("Text (XML)")
    expect(editor).to_have_value("<process>\n  <start/>\n</process>\n")
    editor.fill("<process/>")
    page.get_by_role("button", name="Save").click()
    owner.toast("Revision 2 is saved.")
    history = page.get_by_role("region", name="Revision History, table")
    expect(history.get_by_role("row")).to_have_count(3)
    history.get_by_role("link", name="View revision 1").click()
    expect(page.get_by_text("This is revision 1; the newest one is 2.")).to_be_visible()
    expect(page.get_by_label("Text (XML)")).to_have_value("<process>\n  <start/>\n</process>\n")

    folder(page, "Finance")
    act(page, "Permissions")
    dialog = owner.dialog("Folder Permissions")
    dialog.get_by_label("Available Roles").select_option("Team A")
    dialog.get_by_role("button", name="Add selected roles").click()
    expect(dialog.get_by_label("Assigned Roles").get_by_role("option")).to_have_text(["Team A"])
    dialog.get_by_role("button", name="Save").click()
    owner.toast("The permissions of Finance are saved and in force.")
    tree = page.locator("#tree")
    expect(tree.get_by_role("img", name="Restricted, you may change it")).to_have_count(1)

    other.sign_in(tom)
    other.menu("Build")
    page = other.page
    expect(page.locator("#tree").get_by_role("img", name="Restricted, you may not change it")).to_have_count(1)
    page.locator("#tree").get_by_role("link", name="Finance").click()
    page.get_by_role("link", name="Order Import").click()
    expect(page.get_by_text("Read-only.")).to_be_visible()
    expect(page.get_by_text("Rule FOLD-6")).to_be_visible()
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    expect(page.get_by_label("Text (XML)")).not_to_be_editable()
    act(page, "Copy")
    dialog = other.dialog("Copy Component")
    expect(dialog.get_by_role("radio", name="Finance")).to_be_disabled()
    dialog.get_by_role("link", name=house.name).click()
    dialog.get_by_role("radio", name=house.name).check()
    expect(dialog.get_by_role("radio", name="Finance")).to_be_disabled()
    dialog.get_by_role("button", name="OK").click()
    other.toast("The component Order Import is copied.")
    page.get_by_label("Text (XML)").fill("<mine/>")
    page.get_by_role("button", name="Save").click()
    other.toast("Revision 2 is saved.")


def test_the_tree_is_used_with_the_keyboard_and_loads_by_level(
    installation: Installation, visitors: Visitors, house: House
) -> None:
    """A level opens with Enter, loads then, and closes again; the pane and the tree agree on the folder."""
    line = {"kind": "folder", "account": house.account}
    installation.load(*({**line, "path": path} for path in ("North/Texas/Austin", "North/Maine", "South")))
    visitor = visitors()
    visitor.sign_in(house.administrator)
    visitor.menu("Build")
    page = visitor.page
    tree = page.locator("#tree")
    expect(tree.get_by_role("link", name="Maine")).to_have_count(0)
    tree.get_by_role("link", name="North").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(tree.get_by_role("link", name="Maine")).to_be_visible()
    page.keyboard.press("Enter")
    expect(tree.get_by_role("link", name="Maine")).to_be_hidden()
    page.keyboard.press("Enter")
    folder(page, "Texas")
    expect(tree.locator("[aria-current]")).to_have_text("Texas")
    page.get_by_role("navigation", name="Path").get_by_role("link", name="North").click()
    expect(tree.locator("[aria-current]")).to_have_text("North")
    page.get_by_label("Search by name or component ID").fill("aus")
    page.get_by_role("link", name="North / Texas / Austin").click()
    expect(page.locator("#place").get_by_role("heading", level=2, name="Austin")).to_be_visible()


def test_build_without_javascript(installation: Installation, visitors: Visitors, house: House) -> None:
    """Folders are opened, made and restricted, components saved, by pages alone."""
    tim, _ = teams(installation, house)
    visitor = visitors(java_script_enabled=False)
    visitor.sign_in(tim)
    visitor.menu("Build")
    page = visitor.page
    page.get_by_role("link", name="New Folder").click()
    page.get_by_label("Folder Name").fill("Plain")
    page.get_by_role("button", name="OK").click()
    expect(page.get_by_role("heading", level=2, name="Plain")).to_be_visible()
    page.get_by_role("link", name="Permissions").click()
    page.get_by_label("Available Roles").select_option("Team A")
    page.get_by_role("button", name="Add selected roles").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#place")).to_contain_text("Restricted, you may change it")
    page.get_by_role("link", name="New Component").click()
    page.get_by_label("Component Name").fill("One")
    page.get_by_label("Text").fill("<a/>")
    page.get_by_role("button", name="OK").click()
    page.get_by_label("Text (XML)").fill("<b/>")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("region", name="Revision History, table").get_by_role("row")).to_have_count(3)
    page.get_by_role("link", name="Move", exact=True).click()
    page.get_by_role("link", name=house.name).click()
    page.get_by_role("radio", name=house.name).check()
    page.get_by_role("button", name="OK").click()
    expect(page.get_by_role("navigation", name="Path").get_by_role("link", name="Plain")).to_have_count(0)


def test_build_can_be_used_by_everybody(  # noqa: PLR0915 - one page and dialog after the other
    installation: Installation, visitors: Visitors, house: House
) -> None:
    """Every page and dialog of Build: usual, restricted, empty, overlong, and refused."""
    tim, tom = teams(installation, house)
    line = {"kind": "folder", "account": house.account}
    paths = ("Finance/Invoices", f"{LONG_WORD}/{LONG_WORD}", "Sandbox")
    installation.load(
        *({**line, "path": path} for path in paths),
        {"kind": "folder_role", "account": house.account, "path": "Finance", "role": "Team A"},
    )
    visitor, other = visitors(), visitors()
    visitor.expects(422)
    visitor.sign_in(tim)
    visitor.menu("Build")
    page = visitor.page

    def opened(entry: str, title: str) -> None:
        act(page, entry)
        visitor.dialog(title)
        looked.look(title)
        page.keyboard.press("Escape")

    with inspection(visitor, 19) as looked:
        looked.look("the top-level folder")
        folder(page, "Finance")
        act(page, "New Component")
        dialog = visitor.dialog("New Component")
        looked.look("new component")
        dialog.get_by_label("Component Name").fill(LONG_WORD)
        dialog.get_by_label("Text").fill("<a")
        dialog.get_by_role("button", name="OK").click()
        expect(dialog.get_by_text("it is not XML")).to_be_visible()
        looked.look("new component, refused")
        dialog.get_by_label("Text").fill(f"<a>{LONG_WORD}</a>")
        dialog.get_by_role("button", name="OK").click()
        expect(page.get_by_label("Text (XML)")).to_be_visible()
        looked.look("a component")
        for entry, title in (("Copy", "Copy Component"), ("Move", "Move Component"), ("Delete", "Delete Component")):
            opened(entry, title)
        opened("Show Usage", "Usage")
        page.get_by_label("Text (XML)").fill("<b/>")
        page.get_by_role("button", name="Save").click()
        visitor.toast("Revision 2 is saved.")
        page.get_by_role("link", name="View revision 1").click()
        expect(page.get_by_text("the newest one is 2")).to_be_visible()
        looked.look("an older revision")
        folder(page, "Finance")
        looked.look("a restricted folder")
        for entry, title in (("Copy", "Copy Folder"), ("Move", "Move Folder"), ("Permissions", "Folder Permissions")):
            opened(entry, title)
        opened("Rename", "Rename Folder")
        opened("Delete", "Delete Folder")
        page.get_by_label("Search by name or component ID").fill("do")
        expect(page.get_by_role("heading", name="Found for")).to_be_visible()
        looked.look("found")
        folder(page, LONG_WORD)
        looked.look("an overlong name")
        folder(page, "Sandbox")
        act(page, "Delete")
        visitor.dialog("Delete Folder").get_by_role("button", name="Delete").click()
        visitor.toast("The folder Sandbox is deleted.")
        page.get_by_role("link", name="Restore", exact=True).click()
        visitor.dialog("Restore")
        looked.look("restore")
        page.get_by_role("link", name="Components", exact=True).click()
        expect(page.get_by_text("Nothing to restore")).to_be_visible()
        looked.look("nothing to restore")
    other.sign_in(tom)
    other.menu("Build")
    page = other.page
    with inspection(other, 3) as looked:
        folder(page, "Finance")
        looked.look("somebody else's folder")
        act(page, "Permissions")
        other.dialog("Folder Permissions")
        looked.look("permissions, only shown")
        page.keyboard.press("Escape")
        act(page, "Copy")
        other.dialog("Copy Folder").get_by_role("link", name="Choose another account...").click()
        other.dialog("Choose Account")
        looked.look("choose account")
