"""ALERT-1: the page Email Alerts, and account notifications as pages show them."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tenantry.accounts.commands import create_account
from tenantry.alerts.models import AlertSubscription, NoticeDismissal
from tenantry.groups.commands import edit_group
from tenantry.rules.alerts import LEVELS, EventType
from tenantry.rules.vocabulary import OPERATOR, RoleId
from tenantry.users.commands import add_user
from tests.console.people import AT, House, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.store]


@pytest.fixture
def house(bare_house: House, db: None) -> House:
    """An account with a subscription of its administrator's and one notification."""
    return bare_house


@pytest.fixture
def ada(house: House) -> Client:
    """Its administrator's browser."""
    return signed_in(house.administrator, house.account)


def test_alert_1_subscriptions_are_added_changed_and_deleted(house: House, ada: Client) -> None:
    """What is refused shows in the dialog; the account is not offered for change."""
    add = reverse("own_alert_add")
    answer = ada.post(add, {"account": house.account, "event_type": "ATOM.STATUS", "level": "info"})
    assert answer.status_code == 422
    assert "exclude each other" in answer.content.decode()
    answer = ada.post(add, {"account": house.account, "event_type": "ALL", "level": "info"})
    assert "You have a subscription for All in this account already." in answer.content.decode()
    answer = ada.post(add, {"account": house.member, "event_type": "ALL", "level": "info"})
    assert answer.status_code == 422
    edit = f"{reverse('own_alert_edit')}?alert={house.alert}"
    assert 'name="account"' not in ada.get(edit).content.decode()
    told = {"account": house.member, "event_type": "PROCESS.EXECUTION", "level": "error"}
    assert ada.post(edit, told).status_code == 303
    row = AlertSubscription.rows.of(house.account).get()
    assert (row.event_type, row.level) == ("PROCESS.EXECUTION", "error")
    page = ada.get(reverse("own_alerts")).content.decode()
    assert "PROCESS.EXECUTION" in page
    assert ada.post(f"{reverse('own_alert_delete')}?alert={house.alert}").status_code == 303
    assert not AlertSubscription.rows.of(house.account).exists()
    assert "You have no alert of your own" in ada.get(reverse("own_alerts")).content.decode()


def test_alert_2_accounts_are_searched_among_all_that_one_can_enter(house: House, ada: Client) -> None:
    """However many there are: by name or id, a part at a time; choosing one leads to the dialog for it."""
    boss: dict[str, Any] = {"actor": OPERATOR, "at": AT}
    made = [create_account(**boss, name=f"Customer {number:03}") for number in range(60)]
    stranger = create_account(**boss, name="Customer of others")
    who: dict[str, Any] = {"email": "ada@acme.example", "first_name": "Ada", "last_name": "Acme", "notify": False}
    for account in made:
        add_user(**boss, account=account, roles={RoleId("STANDARD_USER")}, **who)
    add = reverse("own_alert_add")
    page = ada.get(add).content.decode()
    assert "Acme" in page
    assert page.count("<option") == len(EventType) + len(LEVELS), "no list of accounts"
    choose = reverse("own_alert_account")
    assert choose in page
    first = ada.get(choose)
    assert 1 < len(first.context["accounts"]) < len(made)
    assert first.context["page"]["next"]
    for query in ("mer 059", made[59]):
        found = ada.get(choose, {"q": query}).context["accounts"]
        assert [(one["id"], one["name"]) for one in found] == [(made[59], "Customer 059")]
    assert ada.get(choose, {"q": "of others"}).context["accounts"] == []
    dialog = f"{add}?account={made[59]}"
    assert f'href="{dialog}"' in ada.get(choose, {"q": "059"}).content.decode()
    chosen = ada.get(dialog).content.decode()
    assert "Customer 059" in chosen
    told = {"account": made[59], "event_type": "ALL", "level": "info"}
    assert ada.post(dialog, told).status_code == 303
    assert AlertSubscription.rows.of(made[59]).count() == 1
    hidden = ada.get(add, {"account": stranger})
    assert "Customer of others" not in hidden.content.decode(), "nor is its name told"
    assert ada.post(add, {"account": "\0", "event_type": "ALL", "level": "info"}).status_code == 422
    refused = ada.post(add, {"account": stranger, "event_type": "ALL", "level": "info"})
    assert refused.status_code == 422
    assert "Choose one of the accounts that you can enter." in refused.content.decode()
    assert "Customer of others" not in refused.content.decode()


def test_grp_6_subscriptions_by_groups_are_shown_with_their_group(house: House) -> None:
    """Read-only, for whoever is in the group."""
    edit_group(actor=OPERATOR, at=AT, account=house.account, group=house.group, alert_level="warning")
    from tenantry.users.models import User

    guest = User.objects.get(pk=house.guest)
    page = signed_in(guest.pk, str(guest.default_account_id)).get(reverse("own_alerts")).content.decode()
    assert "By account groups" in page
    assert "Acme Branch" in page
    assert "Acme Services" in page
    assert "WARNING" in page


def test_alert_1_a_notification_is_on_every_page_until_dismissed(house: House, ada: Client) -> None:
    """Dismissing leads back to the page, and nowhere else; others still see it."""
    bo = signed_in(house.bystander, house.account)
    for client, name in ((ada, "users"), (ada, "audit_log"), (bo, "own_alerts")):
        assert "Acme says" in client.get(reverse(name)).content.decode()
    dismiss = f"{reverse('notice_dismiss')}?notice={house.notice}"
    answer = ada.post(dismiss, {"back": reverse("users")})
    assert (answer.status_code, answer["Location"]) == (302, reverse("users"))
    assert ada.post(dismiss, {"back": "https://evil.example/"})["Location"] == reverse("home")
    assert NoticeDismissal.rows.of(house.account).count() == 1
    assert "Acme says" not in ada.get(reverse("users")).content.decode()
    assert "Acme says" in bo.get(reverse("own_alerts")).content.decode()


def test_alert_1_administrators_post_and_end_notifications(house: House, ada: Client) -> None:
    """What people write is shown as text."""
    add = reverse("notice_add")
    assert ada.post(add, {"text": "x", "level": "info", "ends": "2020-01-01T00:00"}).status_code == 422
    assert ada.post(add, {"text": "<b>Closed</b>", "level": "error", "ends": ""}).status_code == 303
    page = ada.get(reverse("notices")).content.decode()
    assert "&lt;b&gt;Closed&lt;/b&gt;" in page
    assert "<b>Closed" not in page
    assert ada.post(f"{reverse('notice_end')}?notice={house.notice}").status_code == 303
    assert "Acme says" not in ada.get(reverse("notices")).content.decode()
