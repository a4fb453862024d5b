"""The tab Resources with many things in its sections: each is searched and turned by itself."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from tenantry.datahub.documents import EMPTY
from tenantry.rules.sharing import Kind
from tenantry.sharing.console import SHOWN
from tenantry.sharing.kinds import SOURCES
from tenantry.sharing.models import Share
from tests.console.people import AT, House, make_house, signed_in
from tests.console.test_page_queries import MOST
from tests.store.partners import around_all_tests

pytestmark = pytest.mark.django_db

MANY = 3 * SHOWN + 5


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """A primary, made once; what a test does in it is rolled back."""
    with around_all_tests(django_db_blocker):
        yield make_house("Acme")


@pytest.fixture
def house(made: House, db: None) -> House:
    """The same, with many roles and models shared with its group, and one role more that is not."""
    model = {"draft": EMPTY, "user": "operator", "at": AT, "published": 1, "published_revision": 1}
    for kind, more in ((Kind.ROLE, {"privileges": ["EXECUTE"]}), (Kind.MODEL, model)):
        table = SOURCES[kind].table
        rows = [
            table(id=f"{kind}-{n:03}", account_id=made.account, name=f"Thing {n:03}", name_key=f"thing {n:03}", **more)
            for n in range(MANY + 1)
        ]
        table.rows.of(made.account).bulk_create(rows)
        shares = (
            Share(account_id=made.account, group_id=made.group, kind=kind, resource=f"{kind}-{n:03}")
            for n in range(MANY)
        )
        Share.rows.of(made.account).bulk_create(shares)
    return made


def sections(client: Client, url: str) -> dict[str, dict[str, Any]]:
    """The sections of the page, by kind."""
    answer = client.get(url)
    assert answer.status_code == 200
    return {section["kind"]: section for section in answer.context["sections"]}


def seen_by(client: Client, dialog: str) -> dict[str, str]:
    """What the confirmation sends back of the preview it shows."""
    text = client.get(dialog).content.decode()
    return dict(re.findall(r'name="(preview|digest)" value="([^"]+)"', text))


def names(section: dict[str, Any]) -> list[str]:
    """What a section shows."""
    return [row.name for row in section["rows"]]


def test_share_1_a_section_is_turned_and_searched_and_the_others_stay(house: House) -> None:
    """Through all of it and back, each resource once; the address tells where one is in every section."""
    client = signed_in(house.administrator, house.account)
    page = sections(client, reverse("group_resources") + f"?group={house.group}")
    assert names(page["role"])[0] == "Operations"
    assert len(names(page["role"])) == len(names(page["model"])) == SHOWN
    seen = names(page["role"])
    while link := page["role"]["page"]["next"]:
        page = sections(client, link["whole"])
        seen += names(page["role"])
        assert names(page["model"])[0] == "Acme hub shared"
    assert seen == ["Operations", *(f"Thing {n:03}" for n in range(MANY))]
    last = names(page["role"])
    turned = sections(client, page["model"]["page"]["next"]["whole"])
    assert names(turned["role"]) == last
    assert names(turned["model"])[0] == f"Thing {SHOWN - 1:03}"
    back = sections(client, turned["role"]["page"]["previous"]["whole"])
    assert names(back["role"]) == seen[2 * SHOWN : 3 * SHOWN]
    assert names(back["model"])[0] == f"Thing {SHOWN - 1:03}"
    alone = parse_qs(urlsplit(turned["role"]["page"]["previous"]["alone"]).query)
    assert list(alone) == ["role_before"]
    found = sections(client, reverse("group_resources") + f"?group={house.group}&role_q=THING+01&model_q=none")
    assert names(found["role"]) == [f"Thing {n:03}" for n in range(MANY) if "01" in f"{n:03}"]
    assert names(found["model"]) == []
    assert found["role"]["searchable"]


def test_share_7_after_a_removal_one_is_where_one_was(house: House) -> None:
    """Out of the dialog the page is read again as it stands; a page whose last resource is gone becomes the first."""
    client = signed_in(house.administrator, house.account)
    url = reverse("group_resources") + f"?group={house.group}"
    for _ in range(3):
        url = sections(client, url)["model"]["page"]["next"]["whole"]
    rows = sections(client, url)["model"]["rows"]
    assert [row.name for row in rows] == [f"Thing {n:03}" for n in range(3 * SHOWN - 1, MANY)]
    for row in rows:
        remove = reverse("share_remove", kwargs={"kind": "model"}) + f"?group={house.group}&resource={row.id}"
        answer = client.post(remove, seen_by(client, remove), headers={"hx-request": "true"})
        assert answer.status_code == 204, answer.content.decode()
        assert answer["HX-Refresh"] == "true"
    assert names(sections(client, url)["model"])[0] == "Acme hub shared"


def test_share_4_the_add_dialog_asks_the_database_what_is_there(house: House) -> None:
    """However many the group carries: what it does not carry is offered, without naming the others one by one."""
    client = signed_in(house.administrator, house.account)
    dialog = reverse("share_add", kwargs={"kind": "role"}) + f"?group={house.group}"
    with CaptureQueriesContext(connection) as queries:
        offered = [choice.name for choice in client.get(dialog).context["offered"]]
    assert offered == ["Nothing at all", f"Thing {MANY:03}"]
    assert len(queries) <= MOST
    assert not [query for query in queries if "'role-001'" in query["sql"]]
    answer = client.post(dialog, {"resource": [f"role-{MANY:03}"]}, headers={"hx-request": "true"})
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")
    again = client.post(dialog, {"resource": [f"role-{MANY:03}"]}, headers={"hx-request": "true"})
    assert again.status_code == 422
