"""UI-3: an open page learns that something has changed, and nothing else happens to it."""

import pytest
from django.test import Client
from django.urls import reverse

from tenantry.roles.commands import create_role
from tenantry.rules.vocabulary import OPERATOR
from tenantry.users.commands import remove_user
from tests.console.people import House, signed_in
from tests.store.factories import AT

pytestmark = [pytest.mark.django_db, pytest.mark.store]


@pytest.fixture
def house(whole_house: House, db: None) -> House:
    """An account with an administrator and a bystander."""
    return whole_house


def stamp(client: Client) -> str:
    """What an open page remembers of the state it was made from."""
    page = client.get(reverse("user_information")).content.decode()
    return page.split('data-stamp="')[1].split('"')[0]


def asked(client: Client, since: str) -> tuple[int, str]:
    """What an open page is told."""
    answer = client.get(reverse("changes"), {"since": since})
    return answer.status_code, answer.content.decode()


def test_ui_3_an_open_page_learns_that_something_has_changed(house: House) -> None:
    """Nothing while nothing has; then a sentence and the new stamp, with which it is quiet again."""
    client = signed_in(house.administrator, house.account)
    since = stamp(client)
    assert asked(client, since) == (204, "")
    create_role(actor=OPERATOR, at=AT, account=house.account, name="New")
    status, told = asked(client, since)
    assert status == 200
    assert "changed" in told
    now = client.get(reverse("changes"), {"since": since}).json()["stamp"]
    assert now != since
    assert asked(client, now) == (204, "")


def test_ui_3_whoever_lost_access_learns_it_and_the_reason_waits_for_the_next_request(house: House) -> None:
    """Asking changes no session: the page that says why is still to come, once."""
    client = signed_in(house.bystander, house.account)
    since = stamp(client)
    remove_user(actor=OPERATOR, at=AT, account=house.account, user=house.bystander)
    for _ in range(2):
        status, told = asked(client, since)
        assert status == 200
        assert "no longer have access" in told
        assert client.get(reverse("changes")).json()["stamp"] == ""
    page = client.get(reverse("user_information"))
    assert page.status_code == 403
    assert "no role" in page.content.decode()


def test_ui_3_whoever_is_signed_out_learns_nothing(house: House) -> None:
    """Only that: whatever is asked, there is no stamp."""
    answer = Client(headers={"host": "127.0.0.1"}).get(
        reverse("changes"), {"since": stamp(signed_in(house.administrator, house.account))}
    )
    assert answer.json() == {"stamp": "", "text": "You have been signed out."}


def test_sess_1_what_was_under_way_in_the_session_of_before_leaves_the_new_one_alone(house: House) -> None:
    """Its answer can come after that of the switch: taking the cookie away then would sign out whoever has switched."""
    client = signed_in(house.administrator, house.account)
    before = client.cookies["tenantry_session"].value
    client.post(reverse("switch_account"), {"account": house.account})
    now = client.cookies["tenantry_session"].value
    assert now != before
    client.cookies["tenantry_session"] = before
    answer = client.get(reverse("changes"))
    assert "signed out" in answer.content.decode()
    assert "tenantry_session" not in answer.cookies
    client.cookies["tenantry_session"] = now
    assert client.get(reverse("user_information")).status_code == 200
    assert client.post(reverse("sign_out")).cookies["tenantry_session"].value != now
