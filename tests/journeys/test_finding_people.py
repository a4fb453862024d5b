"""Finding somebody in a list: filter, sort, search, and choosing what was found."""

from playwright.sync_api import expect

from tests.journeys.installation import House, Installation
from tests.journeys.visitors import Visitor


def test_search_then_choose(installation: Installation, visitor: Visitor, house: House) -> None:
    """What was found can be chosen at once: leaving the search box does not ask again and take the choice away."""
    for name in ("bo", "cy", "di"):
        installation.add_person(house, name, "Support", locked=name == "di", last_name=f"Z{name}")
    visitor.sign_in(house.administrator)
    page = visitor.page
    people = page.get_by_role("list", name="Users").get_by_role("listitem")
    expect(people).to_have_count(4)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_label("Search by e-mail or name").press_sequentially("zcy")
    expect(people).to_have_count(1)
    visitor.choose_user(house.person("cy"))
    expect(people).to_have_count(1)
    assert sum("q=zcy" in url for url in asked) == 2  # the search, and the choice
    page.reload()
    expect(page.locator("#user").get_by_role("heading", name=house.person("cy"))).to_be_visible()
    page.go_back()
    expect(people).to_have_count(1)
    expect(page.get_by_role("heading", name="No user selected")).to_be_visible()

    visitor.menu("User Management")
    page.get_by_label("Filter by").select_option("Locked Users")
    expect(people).to_have_count(1)
    expect(people.get_by_role("img", name="Locked User")).to_be_visible()
    page.get_by_label("Filter by").select_option("Active Users")
    expect(people).to_have_count(3)
    page.get_by_label("Sort by").select_option("Last name")
    expect(people.first).to_contain_text(house.administrator)
    expect(people.last).to_contain_text(house.person("cy"))
