"""The Process Library as pages: publishing step by step, browsing, installing, and what each says when it cannot."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tenantry.accounts.commands import switch_feature
from tenantry.accounts.models import Account
from tenantry.build.models import Component
from tenantry.build.queries import top_id
from tenantry.connectors.models import Publisher
from tenantry.library.models import Publication
from tenantry.rules.features import Feature
from tenantry.rules.vocabulary import OPERATOR, AccountId
from tests.console.people import signed_in
from tests.console.test_page_queries import MOST
from tests.store.explorers import a_folder, restrict
from tests.store.factories import ADMINISTRATOR, AT, Somebody, a_primary, a_role, a_user
from tests.store.partners import around_all_tests
from tests.store.publishers import Trade, a_connector, a_part, many_parts, names_in

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[Trade]:
    """Made once; what a test does in it is rolled back."""
    with around_all_tests(django_db_blocker):
        yield Trade()


@pytest.fixture
def trade(made: Trade, db: None) -> Trade:
    """A primary with a packaged process, and customers."""
    return made


def browser(who: Somebody, account: AccountId) -> Client:
    """Somebody's browser."""
    return signed_in(who.id, account)


def page(client: Client, name: str, status: int = 200, **query: str | int) -> str:
    """A page's text."""
    answer = client.get(reverse(name), query)
    assert answer.status_code == status
    return answer.content.decode()


def test_proc_1_publishing_step_by_step(trade: Trade) -> None:
    """Choose a version, review what it contains, publish; the dialog says what is wrong where it is."""
    client = browser(trade.pam, trade.home)
    url = f"{reverse('library_publish')}?process={trade.order}"
    assert "Not published yet" in page(client, "library_manage")
    assert "1.0" in page(client, "library_publish", process=trade.order)
    assert "Choose a version." in client.post(url, {}).content.decode()
    assert "No shareable package" in client.post(url, {"search": "1", "q": "9"}).content.decode()
    review = client.post(url, {"package": trade.package})
    said = review.content.decode()
    assert review.status_code == 200
    for words in ("Review and Publish", "3 components", "Fields", "Home Works", "1 component with password fields"):
        assert words in said
    assert "Database" in said
    assert "s3cret" not in said
    assert 'name="with_passwords" value="on">' in said
    again = client.post(url, {"package": trade.package, "another": "1"}).content.decode()
    assert f'value="{trade.package}" checked' in again
    long = client.post(url, {"package": trade.package, "publish": "1", "notes": "x" * 2001})
    assert (long.status_code, "at most 2000" in long.content.decode()) == (422, True)
    answer = client.post(
        url, {"package": trade.package, "publish": "1", "description": "Takes orders", "notes": "psst"}
    )
    assert (answer.status_code, answer["Location"]) == (303, f"{reverse('library_manage')}?process={trade.order}")
    row = Publication.rows.of(trade.home).get()
    assert (row.description, row.notes, row.with_passwords) == ("Takes orders", "psst", False)
    shown = page(client, "library_manage", process=trade.order)
    assert "Publication 1" in shown
    assert "Republish" not in shown
    assert "Takes orders" in page(client, "library_publish", process=trade.order) or "Takes orders" in shown


def test_proc_1_what_cannot_be_published_says_why(trade: Trade) -> None:
    """A version with a route is shown and not open; without a Publisher Name nothing is."""
    route = a_part(trade.home, "Route", "<route/>", "process_route")
    process = a_part(trade.home, "Routed", f"<process to='{route}'/>")
    package = trade.packaged("1.0", process)
    client = browser(trade.pam, trade.home)
    listed = page(client, "library_publish", process=process)
    assert "Contains a Process Route" in listed
    assert f'value="{package}" disabled' in listed
    blocked = client.post(f"{reverse('library_publish')}?process={process}", {"package": package}).content.decode()
    assert "it contains a component of type Process Route" in blocked
    assert 'name="publish"' not in blocked
    Publisher.rows.of(trade.home).update(name="")
    assert "no Publisher Name" in page(client, "library_manage")
    assert "Set the Publisher Name" not in page(client, "library_manage")
    boss = browser(a_user(trade.home, ADMINISTRATOR), trade.home)
    assert "Set the Publisher Name" in page(boss, "library_manage")
    answer = client.post(f"{reverse('library_publish')}?process={trade.order}", {"package": trade.package})
    assert "no Publisher Name" in answer.content.decode()
    switch_feature(actor=OPERATOR, at=AT, account=trade.home, feature=Feature.PROCESS_LIBRARY, on=False)
    assert "PRIV-5" in page(client, "library_manage", 403)
    assert "PRIV-5" in page(browser(trade.bea, trade.shop), "library_manage", 403)


def test_proc_3_republishing_an_older_one(trade: Trade) -> None:
    """Asked first; the newest one is said to be it."""
    trade.published()
    trade.published(with_passwords=True)
    client = browser(trade.pam, trade.home)
    assert "With passwords" in page(client, "library_manage")
    assert "as publication 3" in page(client, "library_republish", process=trade.order, number=1)
    assert "is the newest one" in page(client, "library_republish", process=trade.order, number=2)
    url = reverse("library_republish") + f"?process={trade.order}&number="
    assert client.post(f"{url}2").status_code == 422
    assert client.post(f"{url}1").status_code == 303
    for wrong in ("9", "-1", "x", "9" * 30):
        assert client.get(url + wrong).status_code == 404
    assert Publication.rows.of(trade.home).count() == 3


def test_proc_4_the_library_shows_what_is_shared_with_this_account(trade: Trade) -> None:
    """With its description, without its notes; searched and filtered; another account finds nothing."""
    trade.published()
    client = browser(trade.bea, trade.shop)
    assert "Nothing is shared with this account" in page(client, "library")
    trade.shared()
    found = page(client, "library")
    assert "Takes orders in" in found
    assert "Home Works" in found
    assert "No processes found" in page(client, "library", q="nothing like it")
    assert "Takes orders in" in page(client, "library", publisher="Home Works", sort="name", q="order")
    assert "Takes orders in" in page(client, "library", publisher="Nobody", sort="upside-down", after="@@@")
    viewed = page(client, "library_process", process=trade.order)
    for words in ("Fields", "3 components", "fill in the password fields", "version 1.0"):
        assert words in viewed
    assert "s3cret" not in viewed
    stranger = a_user(trade.other, ADMINISTRATOR)
    for name in ("library_process", "library_install"):
        assert page(browser(stranger, trade.other), name, 404, process=trade.order)


def test_proc_4_the_library_tells_what_is_the_platform_operators(trade: Trade) -> None:
    """In the list and on the page of the process, and of no other."""
    trade.published()
    trade.shared()
    assert "Platform operator</span>" not in page(browser(trade.bea, trade.shop), "library")
    Account.rows.of(trade.home).update(operator=True)
    alone = a_primary("Alone")
    client = browser(a_user(alone, ADMINISTRATOR), alone)
    assert 'Home Works <span class="badge">Platform operator</span>' in page(client, "library")
    assert 'Home Works <span class="badge">Platform operator</span>' in page(
        client, "library_process", process=trade.order
    )


def test_proc_5_installing_by_the_dialog(trade: Trade) -> None:
    """Folders without write access are shown and not open; who may only read is told so."""
    trade.published()
    trade.shared()
    closed = a_folder(trade.shop, "Closed")
    restrict(trade.shop, closed, ADMINISTRATOR)
    client = browser(trade.bea, trade.shop)
    asked = page(client, "library_install", process=trade.order)
    assert f'value="{closed}" disabled' in asked
    for words in ("Select Installation Location", "Process Name for Local Version", 'value="Order"', "3 components"):
        assert words in asked
    url = f"{reverse('library_install')}?process={trade.order}"
    assert "Select a folder." in client.post(url, {"name": "Ours"}).content.decode()
    assert "This field is required." in client.post(url, {"destination": top_id(trade.shop)}).content.decode()
    searched = client.post(url, {"search": "1", "q": "clos", "name": "Ours"}).content.decode()
    assert 'value="Ours"' in searched
    refused = client.post(url, {"name": "Ours", "destination": closed})
    assert (refused.status_code, "FOLD-6" in refused.content.decode()) == (422, True)
    assert names_in(trade.shop) == []
    answer = client.post(url, {"name": "Ours", "destination": top_id(trade.shop)})
    assert answer.status_code == 303
    done = client.get(answer["Location"]).content.decode()
    for words in ("Ours", "View Process", "Back to Library", "Close"):
        assert words in done
    assert Component.rows.of(trade.shop).get(name="Ours").pk in done
    reader = a_user(trade.shop, a_role(trade.shop, "Reader", "BUILD_READ_ONLY"))
    looking = browser(reader, trade.shop)
    assert "Installing them needs" in page(looking, "library")
    assert reverse("library_install") not in page(looking, "library_process", process=trade.order)
    assert "BUILD" in page(looking, "library_install", 403, process=trade.order)


def test_scn_69_and_proc_6_the_details_name_the_connector_and_installing_is_closed(trade: Trade) -> None:
    """In the page, in the dialog, and where the form is sent all the same."""
    kind = a_connector(trade.home)
    process = a_part(trade.home, "Mailer", f"<process connector-type='{kind}'/>")
    trade.published(trade.packaged("1.0", process))
    trade.shared(process)
    client = browser(trade.bea, trade.shop)
    viewed = page(client, "library_process", process=process)
    assert "Cannot be used in this account" in viewed
    assert "PROC-6" in viewed
    assert reverse("library_install") not in viewed
    asked = page(client, "library_install", process=process)
    assert "in this account: Mail." in asked
    assert 'name="destination"' not in asked
    url = f"{reverse('library_install')}?process={process}"
    assert client.post(url, {"name": "Ours", "destination": top_id(trade.shop)}).status_code == 422
    assert names_in(trade.shop) == []


def test_proc_8_the_dialogs_of_deletion_say_what_keeps_it(trade: Trade) -> None:
    """In Deploy for a package, in Build for a process; a package that nothing keeps goes."""
    spare = trade.packaged("2.0")
    trade.published()
    trade.shared()
    client = browser(trade.pam, trade.home)
    kept = client.get(reverse("package_remove", kwargs={"package": trade.package})).content.decode()
    assert "is published, so it cannot be deleted" in kept
    assert client.post(reverse("package_remove", kwargs={"package": trade.package})).status_code == 422
    assert client.post(reverse("package_remove", kwargs={"package": spare})).status_code == 303
    assert "Fields" in client.get(reverse("package", kwargs={"package": trade.package})).content.decode()
    answer = client.post(f"{reverse('component_delete')}?component={trade.order}")
    assert (answer.status_code, "shared with Shops" in answer.content.decode()) == (422, True)


def test_pages_take_a_fixed_number_of_queries(trade: Trade) -> None:
    """Whatever the number of processes, packages, publications and components."""
    trade.published()
    trade.shared()
    a_folder(trade.shop, "Folder")
    home, shop = browser(trade.pam, trade.home), browser(trade.bea, trade.shop)
    asked = [
        (home, reverse("library_manage")),
        (home, f"{reverse('library_manage')}?process={trade.order}&q=o"),
        (home, f"{reverse('library_publish')}?process={trade.order}"),
        (home, f"{reverse('library_republish')}?process={trade.order}&number=1"),
        (home, reverse("package", kwargs={"package": trade.package})),
        (home, reverse("package_remove", kwargs={"package": trade.package})),
        (shop, reverse("library")),
        (shop, f"{reverse('library')}?q=order&sort=date"),
        (shop, f"{reverse('library_process')}?process={trade.order}"),
        (shop, f"{reverse('library_install')}?process={trade.order}"),
    ]

    def numbers() -> list[int]:
        found = []
        for client, url in asked:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            found.append(len(queries))
        return found

    before = numbers()
    ids = many_parts(trade.home, "Part", 60)
    for n in range(12):
        process = a_part(trade.home, f"More {n:02}", f"<process uses='{' '.join(ids)}' password='x'/>")
        trade.published(trade.packaged("1.0", process))
        trade.shared(process)
        trade.published(trade.packaged(f"2.{n}"))
        a_folder(trade.shop, f"Folder {n:02}")
    assert numbers() == before
    assert max(before) <= MOST
