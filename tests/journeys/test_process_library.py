"""The Process Library in a browser: published, shared, installed twice, published again; and usable by everybody."""

from playwright.sync_api import expect

from tests.journeys.conftest import Visitors
from tests.journeys.installation import House, Installation
from tests.journeys.test_accessibility import LONG_WORD, inspection
from tests.journeys.visitors import Visitor

FIRST, SECOND = '<process edition="first" uses="NEEDED"/>', '<process edition="second"/>'
SECRET = '<connection><field type="password" value="s3cret"/></connection>'
FEATURES = ["advanced_user_security", "account_groups", "process_library"]


def publisher(installation: Installation) -> tuple[House, str]:
    """A primary with a packaged process, and the Administrator of its customer."""
    house, [customer] = installation.new_primary("Shop")
    installation.load({"kind": "account", "id": house.account, "name": house.name, "features": FEATURES})
    installation.do("publisher", account=house.account, name="Home Works")
    installation.do("packaged", account=house.account, process="Order", text=FIRST, version="1.0", needs=SECRET)
    return house, f"cleo@{customer.lower()}.example"


def publish(visitor: Visitor, version: str, description: str) -> None:
    """Publish a version of the process that is shown."""
    visitor.page.get_by_role("link", name="Publish Package").click()
    dialog = visitor.dialog("Publish Package")
    dialog.get_by_role("radio", name=version).check()
    dialog.get_by_role("button", name="Review and Publish").click()
    dialog = visitor.dialog("Review and Publish")
    dialog.get_by_label("Publication Description").fill(description)
    dialog.get_by_role("button", name="Publish", exact=True).click()
    visitor.toast(f"Order {version} is published")


def install(visitor: Visitor, called: str) -> None:
    """Install the process from the library into the top-level folder, and look at the copy."""
    visitor.menu("Browse Process Library")
    visitor.page.get_by_role("link", name="Install Order").click()
    dialog = visitor.dialog("Install Order")
    expect(dialog.get_by_label("Process Name for Local Version")).to_have_value("Order")
    expect(dialog.get_by_role("radio").first).to_be_checked()
    dialog.get_by_role("button", name="Install").click()
    dialog = visitor.dialog("Process Installed")
    expect(dialog).to_contain_text(f"{called} is in the top-level folder")
    dialog.get_by_role("link", name="View Process").click()
    expect(visitor.page.locator("#place").get_by_role("heading", level=2, name=called, exact=True)).to_be_visible()


def test_scn_67_and_scn_68_a_customer_installs_what_a_partner_publishes(
    installation: Installation, visitors: Visitors
) -> None:
    """The second copy gets a number; a new publication reaches new copies alone, and passwords reach none."""
    house, customer = publisher(installation)
    ada, cleo = visitors(), visitors()
    ada.sign_in(house.administrator)
    ada.menu("Process Library")
    publish(ada, "1.0", "Takes orders in")
    ada.menu("Account Groups")
    ada.page.get_by_role("link", name="Resources").click()
    ada.page.get_by_role("link", name="Add Published Processes").click()
    dialog = ada.dialog("Add Published Processes")
    dialog.get_by_label("Filter Processes").fill("ord")
    dialog.get_by_role("checkbox", name="Order").check()
    dialog.get_by_role("button", name="OK").click()
    ada.toast("1 process is now shared with All Accounts.")

    cleo.sign_in(customer)
    cleo.menu("Browse Process Library")
    cleo.page.get_by_label("Search processes").fill("orders in")
    cleo.page.get_by_role("link", name="View Order").click()
    expect(cleo.page.get_by_text("fill in the password fields")).to_be_visible()
    cleo.page.get_by_role("link", name="Back to Library").click()
    install(cleo, "Order")
    first = cleo.page.url
    install(cleo, "Order 2")

    installation.do("packaged", account=house.account, process="Order", text=SECOND, version="2.0")
    ada.menu("Process Library")
    publish(ada, "2.0", "Takes orders in, and bills them")
    expect(ada.page.get_by_role("link", name="Republish publication 1")).to_be_visible()
    install(cleo, "Order 3")
    text = cleo.page.get_by_label("Text (XML)")
    expect(text).to_have_value(SECOND)
    cleo.page.goto(first)
    assert 'edition="first"' in text.input_value()
    assert house.account not in text.input_value()


def test_everybody_can_use_the_library(installation: Installation, visitors: Visitors) -> None:
    """Pages and dialogs of both sides, empty, usual and overlong."""
    house, customer = publisher(installation)
    ada, cleo = visitors(), visitors()
    ada.sign_in(house.administrator)
    cleo.sign_in(customer)
    with inspection(cleo, 1) as looked:
        looked.open("/library/")
    installation.do("packaged", account=house.account, process=LONG_WORD, text=SECOND, version=LONG_WORD[:40])
    here = {"account": house.account}
    process = {"kind": "process", **here, "published": True}
    share = {"kind": "group_resource", **here, "group": "All Accounts", "type": "process"}
    installation.load({**process, "name": "Order"}, {**process, "name": LONG_WORD}, {**share, "name": "Order"})
    installation.load({**share, "name": LONG_WORD})
    with inspection(ada, 4) as looked:
        looked.open("/process-library/")
        ada.page.get_by_role("link", name="Order", exact=False).first.click()
        looked.look("manage")
        ada.page.get_by_role("link", name="Publish Package").click()
        ada.dialog("Publish Package").get_by_role("radio").first.check()
        looked.look("publish")
        ada.page.get_by_role("button", name="Review and Publish").click()
        ada.dialog("Review and Publish")
        looked.look("review")
    with inspection(cleo, 3) as looked:
        looked.open("/library/")
        cleo.page.get_by_role("link", name="View Order").click()
        expect(cleo.page.get_by_role("heading", level=1, name="Order")).to_be_visible()
        looked.look("process")
        cleo.page.get_by_role("link", name="Install").click()
        cleo.dialog("Install Order")
        looked.look("install")
