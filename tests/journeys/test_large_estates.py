"""Ten thousand users in an account, a hundred thousand accounts of a person: every page in under a second."""

import html
import re
import statistics
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import pytest
from playwright.sync_api import expect

from tenantry.store.paging import mark
from tests.journeys.installation import PASSWORD, House, Installation
from tests.journeys.visitors import Visitor, faults

pytestmark = pytest.mark.slow

USERS, ROLES, ENTRIES, ACCOUNTS = 10_000, 200, 100_000, 100_000
ROUNDS = 5
AT_MOST = 1.0
"""Seconds a page may take."""


@pytest.fixture(scope="session")
def large(installation: Installation) -> House:
    """The large world. Its Administrator is the person with many accounts."""
    house = installation.new_house("Zenith", ("advanced_user_security", "advanced_environment_access"))
    installation.do(
        "make_large",
        account=house.account,
        users=USERS,
        roles=ROLES,
        entries=ENTRIES,
        person=house.administrator,
        accounts=ACCOUNTS,
    )
    return house


class Reader:
    """Reads pages over plain HTTP with the cookie of a session, and a clock."""

    def __init__(self, installation: Installation) -> None:
        self.url = installation.url
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def sign_in(self, email: str) -> None:
        """Sign in by the form."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.read("/sign-in/"))
        assert token is not None
        form = {"csrfmiddlewaretoken": token[1], "email": email, "password": PASSWORD, "next": ""}
        with self.opener.open(self.url + "/sign-in/", urllib.parse.urlencode(form).encode()) as answer:
            assert "User Management" in answer.read().decode()

    def read(self, path: str) -> str:
        """The page at this address."""
        with self.opener.open(self.url + path) as answer:
            return str(answer.read().decode())

    def seconds(self, path: str) -> float:
        """How long the page takes, once."""
        start = time.perf_counter()
        self.read(path)
        return time.perf_counter() - start

    def median(self, path: str) -> float:
        """How long it takes: the median of some rounds."""
        return statistics.median(self.seconds(path) for _ in range(ROUNDS))

    def link(self, path: str, relation: str) -> str:
        """The address of the page's link `next` or `prev`."""
        found = re.search(rf'<a href="([^"]+)" rel="{relation}"', self.read(path))
        assert found is not None, (path, relation)
        return urllib.parse.urljoin(path, html.unescape(found[1]))


@pytest.mark.timeout(300)
def test_every_page_takes_less_than_a_second(installation: Installation, large: House) -> None:
    """Lists, filters, searches, sorting, deep pages, and the first request after a change (medians of five)."""
    reader = Reader(installation)
    reader.sign_in(large.administrator)
    found = re.search(r'selected=(\d+)"[^>]*>.*?title="([^"]+)"', reader.read("/users/?q=00042"), re.DOTALL)
    assert found is not None
    member, email = found.groups()
    pages = {
        "users": "/users/",
        "users, one chosen": f"/users/?selected={member}",
        "users, next": reader.link("/users/", "next"),
        "users, last page": "/users/?after=" + mark(("yuki.tanaka.099",)),
        "users, without roles": "/users/?filter=without_roles",
        "users, locked": "/users/?filter=locked",
        "users, active": "/users/?filter=active",
        "users, searched": "/users/?q=tanaka+042",
        "users, searched in vain": "/users/?q=nobody-of-this-name",
        "users, by name": "/users/?sort=name",
        "users, by name, next": reader.link("/users/?sort=name", "next"),
        "add a user": "/users/add/",
        "maintain a user": f"/users/{member}/edit/",
        "roles": "/roles/",
        "roles, one chosen": f"/roles/?selected={large.account}-42",
        "edit a role": f"/roles/{large.account}-42/edit/",
        "remove a role": f"/roles/{large.account}-42/remove/",
        "account": "/account/",
        "audit log": "/audit/",
        "audit log, next": reader.link("/audit/", "next"),
        "audit log, deep": "/audit/?after=" + mark((60_000,)),
        "audit log, oldest first": "/audit/?sort=date",
        "audit log, of a user": "/audit/?user=user499",
        "audit log, a rare thing": "/audit/?container=thing+99999",
        "audit log, in vain": "/audit/?user=nobody-of-this-name",
        "audit log, one day": "/audit/?date_from=2026-03-01&date_to=2026-03-01",
        "audit log, a type": "/audit/?type=as.account.access",
        "switch account": "/switch-account/",
        "switch account, deep": "/switch-account/?after=" + mark(("tanaka branch 050000", "")),
        "switch account, searched": "/switch-account/?q=Branch+099999",
        "switch account, searched in vain": "/switch-account/?q=nothing-of-this-name",
        "preferences": "/me/preferences/",
        "user information": "/me/",
    }
    took = {name: reader.median(path) for name, path in pages.items()}
    changed = []
    for roles in (["SUPPORT"], ["STANDARD_USER"], ["SUPPORT"]):
        installation.do("set_roles", account=large.account, user=email, roles=roles)
        changed.append(reader.seconds("/users/"))
    took["users, first request after a change"] = statistics.median(changed)
    for name, seconds in sorted(took.items(), key=lambda item: -item[1]):
        print(f"{seconds * 1000:7.0f} ms  {name}")  # noqa: T201 - the figures are wanted
    assert {name: seconds for name, seconds in took.items() if seconds >= AT_MOST} == {}


@pytest.mark.timeout(300)
def test_large_pages_have_no_faults(visitor: Visitor, large: House) -> None:
    """Also with ten thousand users and two hundred roles nothing is too wide, and everything can be used."""
    visitor.sign_in(large.administrator)
    page = visitor.page
    expect(page.get_by_text("10,001 users")).to_be_visible()
    inspected = {"users": faults(page)}
    page.get_by_label("Search by e-mail or name").fill("tanaka 0423")
    expect(page.get_by_role("list", name="Users").get_by_role("listitem")).to_have_count(1)
    page.get_by_role("list", name="Users").get_by_role("link").click()
    page.locator("#user").get_by_role("link", name="Edit").click()
    dialog = visitor.dialog("Maintain User Roles")
    dialog.get_by_label("Filter roles").fill("role 17")
    expect(dialog.get_by_role("checkbox")).to_have_count(12)  # 017, 117, and 170 to 179
    dialog.get_by_role("checkbox", name="Role 171").check()
    dialog.get_by_label("Filter roles").fill("")
    expect(dialog.get_by_role("checkbox")).to_have_count(ROLES + 4)
    inspected["maintain a user"] = faults(page)
    dialog.get_by_role("button", name="OK").click()
    visitor.toast("are saved and in force")
    page.get_by_role("link", name="Custom Roles").click()
    expect(page.get_by_text(f"{ROLES} roles")).to_be_visible()
    page.get_by_role("link", name="Next").click()
    inspected["roles"] = faults(page)
    visitor.menu("Audit Log")
    inspected["audit log"] = faults(page)
    page.get_by_role("button", name="Account menu").click()
    page.get_by_role("link", name="Switch Account...").click()
    dialog = visitor.dialog("Switch Account")
    dialog.get_by_label("Search by name or ID").fill("branch 0999")
    expect(dialog.locator("#accounts").get_by_role("listitem").first).to_contain_text("branch-0999")
    inspected["switch account"] = faults(page)
    assert {where: found for where, found in inspected.items() if found} == {}
