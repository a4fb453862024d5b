"""The page CORS and its dialogs (CORS-1)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tenantry.platform_api.models import OriginRule
from tenantry.rules.vocabulary import AccountId
from tests.console.people import signed_in
from tests.store.factories import ADMINISTRATOR, a_user, an_account

pytestmark = pytest.mark.django_db

SENT: dict[str, Any] = {"origin": "https://app.example.com", "methods": ["GET", "DELETE"]}


@pytest.fixture
def account() -> AccountId:
    """An account."""
    return an_account("Acme")


@pytest.fixture
def client(account: AccountId) -> Client:
    """The browser of its administrator."""
    return signed_in(a_user(account, ADMINISTRATOR).id, account)


def page_of(client: Client, query: str = "") -> str:
    """What the page says."""
    return client.get(reverse("origins") + query).content.decode()


def about(name: str, account: AccountId) -> str:
    """The address of a page about a rule."""
    return f"{reverse(name)}?rule={OriginRule.rows.of(account).get(origin=SENT['origin']).pk}"


def test_cors_1_an_origin_is_added_edited_and_deleted(account: AccountId, client: Client) -> None:
    """The dialog of an edit has what is there; the list says what is allowed."""
    assert "There is no origin yet" in page_of(client)
    assert client.post(reverse("origin_add"), SENT).status_code == 303
    assert "GET, DELETE" in page_of(client)
    told = client.get(about("origin_edit", account)).content.decode()
    assert f'value="{SENT["origin"]}"' in told
    assert told.count(" checked") == 2
    assert client.post(about("origin_edit", account), {**SENT, "methods": ["POST"]}).status_code == 303
    assert "POST" in page_of(client)
    assert "GET, DELETE" not in page_of(client)
    assert SENT["origin"] in client.get(about("origin_delete", account)).content.decode()
    assert client.post(about("origin_delete", account)).status_code == 303
    assert "There is no origin yet" in page_of(client)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"origin": ""}, "origin"),
        ({"origin": "https://*"}, "origin"),
        ({"origin": "https://there.example"}, "origin"),
        ({"methods": []}, "methods"),
        ({"methods": ["PUT"]}, "methods"),
    ],
    ids=str,
)
def test_cors_1_what_is_wrong_is_told_at_its_field(
    account: AccountId, client: Client, wrong: dict[str, Any], field: str
) -> None:
    """With 422, in both dialogs, and nothing is changed."""
    for origin in ("https://there.example", SENT["origin"]):
        client.post(reverse("origin_add"), {**SENT, "origin": origin})
    for address in (reverse("origin_add"), about("origin_edit", account)):
        answer: Any = client.post(address, {**SENT, "origin": "https://new.example", **wrong})
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [field]
    assert OriginRule.rows.of(account).count() == 2


def test_cors_1_many_origins_are_shown_a_page_at_a_time(account: AccountId, client: Client) -> None:
    """Each once, in order."""
    rows = [OriginRule(account_id=account, origin=f"https://p{n:03}.test", methods=["GET"]) for n in range(120)]
    OriginRule.rows.of(account).bulk_create(rows)
    seen: list[str] = []
    query = ""
    while True:
        answer: Any = client.get(reverse("origins") + query)
        seen += [rule["origin"] for rule in answer.context["rules"]]
        if not (mark := answer.context["page"]["next"]):
            break
        query = f"?after={mark}"
    assert seen == [f"https://p{n:03}.test" for n in range(120)]
    assert "120 origins" in page_of(client)
